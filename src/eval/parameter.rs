//! `$name`, `${name…}`, `"$@"`: what a parameter stands for.

use std::rc::Rc;

use super::arithmetic;
use super::control::{Evaluator, is_environment_name};
use super::expand::{Fields, joined};
use super::state::{Content, State, Status};
use super::value::{Reason, Value};
use super::world::World;
use crate::syntax::shell::{Arithmetic, DefaultKind, Operation, Parameter, Word, WordPart};

/// What a parameter comes to.
enum Expanded<'w> {
    /// A string.
    Value(Value),
    /// The word behind `:-`, `:+` and their like.
    Word(&'w Word),
}

impl Evaluator<'_> {
    pub(super) fn parameter(
        &mut self,
        world: &mut World,
        parameter: &Parameter,
        quoted: bool,
        fields: &mut Fields,
    ) {
        if parameter.operation == Operation::Length {
            let value = self.length(world, parameter);
            return fields.add(world, value, quoted);
        }
        if is_all(parameter) && parameter.indirect && parameter.index.is_some() {
            let keys = indices(&world.state, &parameter.name);
            return match quoted && index_is(parameter, "*") {
                true => fields.open().push(joined_by(&world.state, keys)),
                false => fields.several(keys),
            };
        }
        if is_all(parameter) {
            let star = parameter.name == "*" || index_is(parameter, "*");
            return match self.all(world, parameter) {
                Err(word) => self.default_word(world, word, quoted, fields),
                Ok(values) if quoted && star => fields.open().push(joined_by(&world.state, values)),
                Ok(values) if quoted => fields.several(values),
                Ok(values) => {
                    for (i, value) in values.iter().enumerate() {
                        if i > 0 {
                            fields.part();
                        }
                        fields.split(&world.state, value);
                    }
                }
            };
        }
        match self.one(world, parameter) {
            Expanded::Value(value) => fields.add(world, value, quoted),
            Expanded::Word(word) => self.default_word(world, word, quoted, fields),
        }
    }

    /// The word of `${name:-word}`: its quotes count, and its blanks part fields where the whole is
    /// not quoted.
    fn default_word(&mut self, world: &mut World, word: &Word, quoted: bool, fields: &mut Fields) {
        for part in &word.parts {
            let mut inner = Fields::default();
            self.parts(world, std::slice::from_ref(part), true, &mut inner);
            match part {
                crate::syntax::shell::WordPart::Literal { escaped: false, .. } if !quoted => {
                    for value in inner.finish() {
                        fields.split(&world.state, &value);
                    }
                }
                _ => self.parts(world, std::slice::from_ref(part), quoted, fields),
            }
        }
    }

    /// `"$@"`, `"${array[@]}"`, and what is done to each of them; the word that stands for them all.
    fn all<'p>(
        &mut self,
        world: &mut World,
        parameter: &'p Parameter,
    ) -> Result<Vec<Value>, &'p Word> {
        let positional = parameter.index.is_none();
        let unknown = || vec![Value::unknown(Reason::Words)];
        let values = if positional {
            world.state.positional.to_vec()
        } else {
            match self.elements(&world.state, &parameter.name) {
                Some(values) => values,
                None => unknown(),
            }
        };
        Ok(match &parameter.operation {
            Operation::Value => values,
            Operation::Substring { offset, length } => {
                let offset = self.number(world, offset);
                let length = match length {
                    Some(length) => self.number(world, length).map(Some),
                    None => Some(None),
                };
                let (Some(offset), Some(length)) = (offset, length) else {
                    return Ok(unknown());
                };
                // The positional parameters count from 1; 0 is the script itself.
                let mut values = values;
                if positional {
                    values.insert(0, world.state.zero.clone());
                }
                let count = values.len() as i64;
                let from = if offset < 0 {
                    offset.saturating_add(count)
                } else {
                    offset
                };
                if from < 0 {
                    return Ok(Vec::new());
                }
                let from = from.min(count) as usize;
                let length = usize::try_from(length.unwrap_or(i64::MAX)).unwrap_or(0);
                let taken = values.len().min(from.saturating_add(length));
                // Behind a place that stands for any number of words, nothing can be counted.
                let counted = if offset < 0 || taken < values.len() {
                    values.len()
                } else {
                    from
                };
                if values.iter().take(counted).any(Value::is_words) {
                    return Ok(unknown());
                }
                values.drain(from..taken).collect()
            }
            Operation::Default { kind, colon, word } => {
                let empty = values.is_empty()
                    || (*colon && values.len() == 1 && values[0].is_empty() == Some(true));
                match (kind, empty) {
                    (DefaultKind::Alternative, true) => Vec::new(),
                    (DefaultKind::Alternative, false) | (_, true) => return Err(word),
                    (_, false) => values,
                }
            }
            operation => values
                .into_iter()
                .map(|value| match value.is_words() {
                    true => value,
                    false => self.operate(world, value, operation),
                })
                .collect(),
        })
    }

    /// The elements of an array, or of a variable as an array of one; none if they are not known.
    fn elements(&self, state: &State, name: &str) -> Option<Vec<Value>> {
        match state.variable(name).map(|variable| &variable.content) {
            Some(Content::Array(values)) => Some(values.clone()),
            Some(Content::Scalar(value)) => Some(vec![value.clone()]),
            // In which order they come is not said.
            Some(Content::Map(values)) if values.len() < 2 => {
                Some(values.values().cloned().collect())
            }
            Some(Content::Map(_) | Content::Unknown | Content::Reference(_)) => None,
            None if state.elsewhere.is_some() => None,
            None => match name {
                "FUNCNAME" => Some(self.function_names()),
                "BASH_SOURCE" => Some(self.script_names()),
                "BASH_REMATCH" | "PIPESTATUS" | "BASH_VERSINFO" | "GROUPS" | "DIRSTACK"
                | "COMP_WORDS" | "BASH_ARGV" => None,
                _ => Some(Vec::new()),
            },
        }
    }

    /// A parameter that is one string.
    fn one<'p>(&mut self, world: &mut World, parameter: &'p Parameter) -> Expanded<'p> {
        let mut name = parameter.name.clone();
        if parameter.indirect {
            match self
                .variable(world, &name, parameter.index.as_ref())
                .and_then(|value| value.known())
            {
                Some(known) => name = known,
                None => return Expanded::Value(Value::unknown(Reason::Output)),
            }
        }
        let index = if parameter.indirect {
            None
        } else {
            parameter.index.as_ref()
        };
        self.look_at(&world.state, &name);
        let value = self.variable(world, &name, index);
        match world.state.variable(&name).map(|v| v.default_of.clone()) {
            Some(Some(given)) => self.look_at_unset(&given),
            _ if value.is_none() => self.look_at_unset(&name),
            _ => {}
        }
        let Operation::Default { kind, colon, word } = &parameter.operation else {
            return Expanded::Value(match value {
                Some(value) => self.operate(world, value, &parameter.operation),
                None if world.state.nounset && index.is_none() => self.demanded(world, &name),
                None => Value::default(),
            });
        };
        let missing = match &value {
            None => Some(true),
            Some(value) if *colon => value.is_empty(),
            Some(value) if value.may_be_unset() => None,
            Some(_) => Some(false),
        };
        match (kind, missing) {
            (DefaultKind::Alternative, Some(true)) => Expanded::Value(Value::default()),
            (DefaultKind::Alternative, Some(false)) | (DefaultKind::Use, Some(true)) => {
                Expanded::Word(word)
            }
            (DefaultKind::Assign, Some(true)) => {
                let value = self.string(world, word);
                let own = is_environment_name(&name).then(|| name.as_str().into());
                let content = Content::Scalar(value.clone());
                world.state.set_for(&name, content, own);
                Expanded::Value(value)
            }
            (DefaultKind::Error, Some(true)) => Expanded::Value(self.demanded(world, &name)),
            (_, Some(false)) => Expanded::Value(value.unwrap_or_default()),
            (_, None) => Expanded::Value(Value::unknown(Reason::Branches)),
        }
    }

    /// The variable that nobody sets and whose value a word is, but for its default: `$NAME`,
    /// `"${NAME:-text}"`.
    pub(super) fn stands_in_for(&self, world: &World, word: &Word) -> Option<Rc<str>> {
        let value = match word.parts.as_slice() {
            // `export NAME=value` is a word.
            [WordPart::Literal { text, .. }, value @ ..] if text.ends_with('=') => value,
            parts => parts,
        };
        let parameter = match value {
            [WordPart::Parameter(parameter)] => parameter,
            [WordPart::DoubleQuoted { parts, .. }] => match parts.as_slice() {
                [WordPart::Parameter(parameter)] => parameter,
                _ => return None,
            },
            _ => return None,
        };
        let takes_value = match &parameter.operation {
            Operation::Value => true,
            Operation::Default { kind, .. } => *kind != DefaultKind::Alternative,
            _ => false,
        };
        if !takes_value || parameter.indirect || parameter.index.is_some() {
            return None;
        }
        match world.state.variable(&parameter.name) {
            Some(variable) => variable.default_of.clone(),
            None => is_environment_name(&parameter.name).then(|| parameter.name.as_str().into()),
        }
    }

    /// `${#name}`, `${#@}`, `${#array[@]}`.
    fn length(&mut self, world: &mut World, parameter: &Parameter) -> Value {
        if is_all(parameter) {
            let variable = world.state.variable(&parameter.name);
            if let (Some(Content::Map(values)), Some(_)) =
                (variable.map(|variable| &variable.content), &parameter.index)
            {
                return Value::text(&values.len().to_string());
            }
            let values = match parameter.index {
                None => Some(world.state.positional.to_vec()),
                Some(_) => self.elements(&world.state, &parameter.name),
            };
            return match values {
                Some(values) if !values.iter().any(Value::is_words) => {
                    Value::text(&values.len().to_string())
                }
                _ => Value::unknown(Reason::Output),
            };
        }
        match self.variable(world, &parameter.name, parameter.index.as_ref()) {
            Some(value) => self.operate(world, value, &Operation::Length),
            None => {
                self.look_at_unset(&parameter.name);
                Value::text("0")
            }
        }
    }

    /// What a name stands for: none if it is not set.
    fn variable(&mut self, world: &mut World, name: &str, index: Option<&Word>) -> Option<Value> {
        let state = &world.state;
        match name {
            "0" => return Some(state.zero.clone()),
            "#" if state.positional.iter().any(Value::is_words) => {
                return Some(Value::unknown(Reason::Output));
            }
            "#" => return Some(Value::text(&state.positional.len().to_string())),
            "?" => {
                return Some(match state.status {
                    Status::Known(code) => Value::text(&code.to_string()),
                    Status::Unknown => Value::unknown(Reason::Output),
                });
            }
            "-" => return Some(Value::text(if state.errexit { "e" } else { "" })),
            "$" | "!" => return Some(Value::unknown(Reason::Given(name.into()))),
            "@" | "*" => {
                return (!state.positional.is_empty()).then(|| joined(state.positional.to_vec()));
            }
            _ => {}
        }
        if let Ok(number) = name.parse::<usize>() {
            let before = state
                .positional
                .iter()
                .take(number)
                .position(Value::is_words);
            return match before {
                Some(_) => Some(Value::unknown(Reason::Output)),
                None => state.positional.get(number.wrapping_sub(1)).cloned(),
            };
        }
        let variable = state.variable(name);
        if let Some(Content::Map(values)) = variable.map(|variable| variable.content.clone()) {
            let key = match index {
                Some(word) => self.string(world, word).known(),
                None => Some("0".to_owned()),
            };
            return match key {
                Some(key) => values.get(key.as_str()).cloned(),
                None => Some(Value::unknown(Reason::Output)),
            };
        }
        let index = match index {
            Some(word) => self.number(world, &Arithmetic(word.clone())),
            None => Some(0),
        };
        let state = &world.state;
        if state.variable(name).is_none() {
            if let Some(value) = self.special(state, name) {
                return Some(value);
            }
            if let Some(place) = state.elsewhere {
                return Some(Value::unknown(Reason::Elsewhere(place)));
            }
        }
        match (state.variable(name).map(|v| &v.content), index) {
            (Some(Content::Scalar(value)), Some(0)) => Some(value.clone()),
            (Some(Content::Scalar(_)), Some(_)) => None,
            (_, Some(i)) => {
                let Some(values) = self.elements(state, name) else {
                    return Some(Value::unknown(Reason::Output));
                };
                let i = if i < 0 {
                    i.saturating_add(values.len() as i64)
                } else {
                    i
                };
                let i = usize::try_from(i).ok()?;
                if values.iter().take(i.saturating_add(1)).any(Value::is_words) {
                    return Some(Value::unknown(Reason::Output));
                }
                values.get(i).cloned()
            }
            (None, None) => None,
            (Some(_), None) => Some(Value::unknown(Reason::Output)),
        }
    }

    /// Variables that the shell itself has.
    fn special(&self, state: &State, name: &str) -> Option<Value> {
        match name {
            "UID" | "EUID" => {
                let own = || self.host.uid(&state.user);
                match state.extended.then_some(true).or(self.host.sh_is_bash()) {
                    // A plain POSIX shell has none: they are variables like others there.
                    Some(false) => None,
                    Some(true) => Some(match own() {
                        Some(uid) => Value::text(&uid.to_string()),
                        None => Value::unknown(Reason::Output),
                    }),
                    None => Some(Value::unknown(Reason::Output)),
                }
            }
            "PWD" => Some(
                state
                    .directory
                    .as_deref()
                    .map_or_else(|| Value::unknown(Reason::Output), Value::text),
            ),
            "IFS" => Some(Value::text(" \t\n")),
            "OPTIND" => Some(Value::text("1")),
            "HOSTNAME" | "RANDOM" | "SECONDS" | "LINENO" | "PPID" | "BASHPID" | "OSTYPE"
            | "HOSTTYPE" | "MACHTYPE" | "BASH_VERSION" | "BASH" | "EPOCHSECONDS" | "OLDPWD"
            | "SHLVL" | "BASH_LINENO" | "BASH_COMMAND" | "_" => {
                Some(Value::unknown(Reason::Output))
            }
            _ => None,
        }
    }

    /// What an arithmetic expression comes to.
    pub(super) fn number(&mut self, world: &mut World, expression: &Arithmetic) -> Option<i64> {
        let text = self.string(world, &expression.0);
        self.calculated(world, &text)
    }

    /// What the text of an arithmetic expression comes to: nothing is 0. Where it is not known,
    /// neither are the variables that it sets.
    pub(super) fn calculated(&mut self, world: &mut World, text: &Value) -> Option<i64> {
        let Some(text) = text.known() else {
            self.forget_assigned(world, &text.to_string());
            return None;
        };
        if text.trim().is_empty() {
            return Some(0);
        }
        let special = |state: &State, name: &str| self.special(state, name);
        let mut unset = Vec::new();
        let mut variables = Variables {
            state: &mut world.state,
            special: &special,
            unset: &mut unset,
            looked_at: Vec::new(),
        };
        let number = arithmetic::evaluate(&text, &mut variables);
        let looked_at = variables.looked_at;
        if number.is_none() {
            self.forget_assigned(world, &text);
        }
        for name in unset {
            self.look_at_unset(&name);
        }
        for name in looked_at {
            self.look_at(&world.state, &name);
        }
        number
    }

    fn forget_assigned(&mut self, world: &mut World, text: &str) {
        for name in arithmetic::assigned(text) {
            let unknown = Value::unknown(Reason::Output);
            world.state.set(&name, Content::Scalar(unknown));
        }
    }
}

/// `${!array[@]}`: the numbers or names of an array's elements.
fn indices(state: &State, name: &str) -> Vec<Value> {
    match state.variable(name).map(|variable| &variable.content) {
        Some(Content::Scalar(_)) => vec![Value::text("0")],
        Some(Content::Array(values)) if !values.iter().any(Value::is_words) => {
            let numbers = 0..values.len();
            numbers.map(|i| Value::text(&i.to_string())).collect()
        }
        Some(Content::Map(values)) if values.len() < 2 => {
            values.keys().map(|key| Value::text(key)).collect()
        }
        None if state.elsewhere.is_none() => Vec::new(),
        _ => vec![Value::unknown(Reason::Words)],
    }
}

/// Whether it stands for several words: `$@`, `${array[*]}`.
fn is_all(parameter: &Parameter) -> bool {
    match &parameter.index {
        None => matches!(parameter.name.as_str(), "@" | "*"),
        Some(_) => index_is(parameter, "@") || index_is(parameter, "*"),
    }
}

fn index_is(parameter: &Parameter, text: &str) -> bool {
    let index = parameter.index.as_ref().and_then(|index| index.literal());
    index.as_deref() == Some(text)
}

/// `"$*"`: the first character of IFS stands between; nothing, if it is empty.
fn joined_by(state: &State, values: Vec<Value>) -> Value {
    let between = match state.variable("IFS") {
        None if state.elsewhere.is_some() => None,
        None => Some(" ".to_owned()),
        Some(_) => state.known("IFS"),
    };
    let Some(between) = between else {
        return Value::unknown(Reason::Output);
    };
    let between = between.chars().next().map(String::from);
    let mut out = Value::default();
    for (number, value) in values.into_iter().enumerate() {
        if let (Some(between), true) = (&between, number > 0) {
            out.push_known(between, None, false);
        }
        out.push(value);
    }
    out
}

/// The shell's variables in an arithmetic expression.
struct Variables<'a> {
    state: &'a mut State,
    special: &'a dyn Fn(&State, &str) -> Option<Value>,
    unset: &'a mut Vec<String>,
    looked_at: Vec<String>,
}

impl arithmetic::Scope for Variables<'_> {
    fn get(&mut self, name: &str) -> Option<i64> {
        self.looked_at.push(name.to_owned());
        let text = match self.state.variable(name) {
            Some(_) => self.state.known(name)?,
            None => match (self.special)(self.state, name) {
                Some(value) => value.known()?,
                None if self.state.elsewhere.is_some() => return None,
                None => {
                    self.unset.push(name.to_owned());
                    return Some(0);
                }
            },
        };
        let text = text.trim();
        match text {
            "" | "0" => Some(0),
            // Octal, as a constant is.
            text if text.starts_with('0') => None,
            text => text.parse().ok(),
        }
    }

    fn set(&mut self, name: &str, value: i64) {
        self.state
            .set(name, Content::Scalar(Value::text(&value.to_string())));
    }
}
