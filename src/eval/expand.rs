//! Words into the strings that a command gets.

use std::rc::Rc;

use super::arithmetic;
use super::control::Evaluator;
use super::pattern::Pattern;
use super::state::{Content, State, Status, World};
use super::value::{Piece, Reason, Value};
use crate::source::Origin;
use crate::syntax::shell::{
    Arithmetic, DefaultKind, List, Operation, Parameter, ReplaceKind, Word, WordPart,
};

/// The fields that a word is becoming.
#[derive(Default)]
struct Fields {
    done: Vec<Value>,
    /// The field that is growing; none if nothing, not even an empty quote, has begun it.
    open: Option<Value>,
}

impl Fields {
    fn open(&mut self) -> &mut Value {
        self.open.get_or_insert_with(Value::default)
    }

    /// The first of `values` joins what is there, the last stays open.
    fn several(&mut self, values: Vec<Value>) {
        let mut values = values.into_iter();
        if let Some(first) = values.next() {
            self.open().push(first);
        }
        for value in values {
            self.done.extend(self.open.replace(value));
        }
    }

    /// An unquoted expansion: blanks in it part fields.
    fn split(&mut self, value: &Value) {
        let text = value.known();
        let blank = |c: Option<char>| c.is_some_and(|c| matches!(c, ' ' | '\t' | '\n'));
        if blank(text.as_ref().and_then(|t| t.chars().next())) {
            self.done.extend(self.open.take());
        }
        self.several(value.split());
        if blank(text.as_ref().and_then(|t| t.chars().last())) {
            self.done.extend(self.open.take());
        }
    }

    fn finish(mut self) -> Vec<Value> {
        self.done.extend(self.open.take());
        self.done
    }
}

/// Whether a variable of this name is one that is given when a container is started: `POSTGRES_DB`.
pub(super) fn is_environment_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && chars.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

impl Evaluator<'_> {
    /// A command's words: split at blanks, with `"$@"` as many.
    pub(super) fn words(&mut self, world: &mut World, words: &[Word]) -> Vec<Value> {
        words
            .iter()
            .flat_map(|word| self.fields(world, word))
            .collect()
    }

    /// One word as a command's arguments.
    pub(super) fn fields(&mut self, world: &mut World, word: &Word) -> Vec<Value> {
        let mut fields = Fields::default();
        self.parts(world, &word.parts, false, &mut fields);
        let fields = fields.finish();
        if word.parts.iter().any(is_file_pattern) && fields.len() == 1 {
            if let Some(names) = self.file_names(world, &fields[0]) {
                return names;
            }
        }
        fields
    }

    /// One word as one string: in an assignment, a test, a redirection.
    pub(super) fn string(&mut self, world: &mut World, word: &Word) -> Value {
        let mut fields = Fields::default();
        self.parts(world, &word.parts, true, &mut fields);
        joined(fields.finish())
    }

    /// A word as a pattern; none if it holds something unknown.
    pub(super) fn pattern(&mut self, world: &mut World, word: &Word) -> Option<Pattern> {
        let mut pattern = Pattern::default();
        for part in &word.parts {
            match part {
                WordPart::Literal {
                    text,
                    escaped: false,
                    ..
                } => pattern.push_special(text),
                WordPart::Literal { text, .. } | WordPart::SingleQuoted { text, .. } => {
                    pattern.push_literal(text)
                }
                WordPart::DoubleQuoted { .. } => {
                    let word = Word {
                        parts: vec![part.clone()],
                        span: word.span,
                    };
                    pattern.push_literal(&self.string(world, &word).known()?);
                }
                part => {
                    let word = Word {
                        parts: vec![part.clone()],
                        span: word.span,
                    };
                    pattern.push_special(&self.string(world, &word).known()?);
                }
            }
        }
        Some(pattern)
    }

    fn parts(&mut self, world: &mut World, parts: &[WordPart], quoted: bool, fields: &mut Fields) {
        let source = self.source();
        for part in parts {
            match part {
                WordPart::Literal {
                    text,
                    span,
                    escaped,
                } => {
                    let exact = !escaped && span.range().len() == text.len();
                    fields.open().push_known(
                        text,
                        Some(Origin {
                            source,
                            span: *span,
                        }),
                        exact,
                    );
                }
                WordPart::SingleQuoted { text, span } => {
                    let mut span = *span;
                    let exact = span.range().len() == text.len() + 2;
                    if exact {
                        span.start += 1;
                        span.end -= 1;
                    }
                    fields
                        .open()
                        .push_known(text, Some(Origin { source, span }), exact);
                }
                WordPart::DoubleQuoted { parts, .. } => {
                    // An empty quote is a field, but "$@" without arguments is none.
                    if !only_all_arguments(parts) {
                        fields.open();
                    }
                    self.parts(world, parts, true, fields);
                }
                WordPart::Parameter(parameter) => self.parameter(world, parameter, quoted, fields),
                WordPart::Command { body, .. } => {
                    let value = self.substitution(world, &body.0);
                    if quoted {
                        fields.open().push(value)
                    } else {
                        fields.split(&value)
                    }
                }
                WordPart::Arithmetic { expression, .. } => {
                    let value = match self.number(world, expression) {
                        Some(number) => Value::text(&number.to_string()),
                        None => Value::unknown(Reason::Output),
                    };
                    fields.open().push(value);
                }
                WordPart::Process { body, .. } => {
                    self.substitution(world, &body.0);
                    fields.open().push(Value::unknown(Reason::Output));
                }
            }
        }
    }

    /// Prints of a command, without the line ends at its end.
    fn substitution(&mut self, world: &mut World, list: &List) -> Value {
        let (value, status) = self.capture(world, list);
        self.substituted = Some(status);
        value
    }

    /// What an arithmetic expression comes to.
    pub(super) fn number(&mut self, world: &mut World, expression: &Arithmetic) -> Option<i64> {
        let text = self.string(world, &expression.0).known()?;
        arithmetic::evaluate(
            &text,
            &mut Variables {
                state: &mut world.state,
            },
        )
    }

    fn parameter(
        &mut self,
        world: &mut World,
        parameter: &Parameter,
        quoted: bool,
        fields: &mut Fields,
    ) {
        let all = match (parameter.name.as_str(), &parameter.index) {
            ("@" | "*", None) => true,
            (_, Some(index)) => matches!(index.literal().as_deref(), Some("@" | "*")),
            _ => false,
        };
        if all && !parameter.indirect && parameter.operation != Operation::Length {
            let star = parameter.name == "*"
                || parameter
                    .index
                    .as_ref()
                    .is_some_and(|i| i.literal().as_deref() == Some("*"));
            let values = self.all(world, parameter);
            match (quoted, star) {
                (true, true) => fields.open().push(joined(values)),
                (true, false) => fields.several(values),
                (false, _) => {
                    for (i, value) in values.iter().enumerate() {
                        if i > 0 {
                            fields.done.extend(fields.open.take());
                        }
                        fields.split(value);
                    }
                }
            }
            return;
        }
        let value = self.one(world, parameter);
        if quoted {
            fields.open().push(value)
        } else {
            fields.split(&value)
        }
    }

    /// `"$@"`, `"${array[@]}"`, and what is done to each of them.
    fn all(&mut self, world: &mut World, parameter: &Parameter) -> Vec<Value> {
        let positional = parameter.index.is_none();
        let values = if positional {
            Some(world.state.positional.to_vec())
        } else {
            match world.state.variable(&parameter.name).map(|v| &v.content) {
                Some(Content::Array(values)) => Some(values.clone()),
                Some(Content::Scalar(value)) => Some(vec![value.clone()]),
                Some(Content::Unknown) => None,
                None => Some(Vec::new()),
            }
        };
        let Some(values) = values else {
            return vec![Value::unknown(Reason::Words)];
        };
        match &parameter.operation {
            Operation::Value => values,
            Operation::Substring { offset, length } => {
                let offset = self.number(world, offset);
                let length = match length {
                    Some(length) => self.number(world, length).map(Some),
                    None => Some(None),
                };
                let (Some(offset), Some(length)) = (offset, length) else {
                    return vec![Value::unknown(Reason::Words)];
                };
                // The positional parameters count from 1; 0 is the script itself.
                let mut values = values;
                if positional && offset == 0 {
                    values.insert(0, world.state.zero.clone());
                }
                let offset = if positional {
                    (offset - 1).max(0)
                } else {
                    offset
                };
                let from = if offset < 0 {
                    values.len() as i64 + offset
                } else {
                    offset
                }
                .clamp(0, values.len() as i64);
                let count = length
                    .unwrap_or(i64::MAX)
                    .clamp(0, values.len() as i64 - from);
                values
                    .into_iter()
                    .skip(from as usize)
                    .take(count as usize)
                    .collect()
            }
            Operation::Default { kind, colon, word } => {
                let empty = values.is_empty()
                    || (*colon && values.iter().all(|v| v.is_empty() == Some(true)));
                match (kind, empty) {
                    (DefaultKind::Alternative, true) => Vec::new(),
                    (DefaultKind::Alternative, false) | (_, true) => self.fields(world, word),
                    (_, false) => values,
                }
            }
            operation => values
                .into_iter()
                .map(|value| self.operate(world, value, operation))
                .collect(),
        }
    }

    /// A parameter that is one string.
    fn one(&mut self, world: &mut World, parameter: &Parameter) -> Value {
        let mut name = parameter.name.clone();
        if parameter.indirect {
            match self
                .variable(world, &name, parameter.index.as_ref())
                .and_then(|value| value.known())
            {
                Some(known) => name = known,
                None => return Value::unknown(Reason::Output),
            }
        }
        let index = if parameter.indirect {
            None
        } else {
            parameter.index.as_ref()
        };
        let (colon, default) = match &parameter.operation {
            Operation::Default { kind, colon, word } => (*colon, Some((*kind, word))),
            _ => (false, None),
        };
        let value = self.variable(world, &name, index);
        match world.state.variable(&name).map(|v| v.default_of.clone()) {
            Some(Some(given)) => self.look_at_unset(&given),
            _ if value.is_none() => self.look_at_unset(&name),
            _ => {}
        }
        let Some((kind, word)) = default else {
            return match value {
                Some(value) => self.operate(world, value, &parameter.operation),
                None if parameter.operation == Operation::Length => {
                    self.length_of(world, parameter)
                }
                None => Value::default(),
            };
        };
        let missing = match &value {
            None => Some(true),
            Some(value) if colon => value.is_empty(),
            Some(_) => Some(false),
        };
        match (kind, missing) {
            (DefaultKind::Alternative, Some(true)) => Value::default(),
            (DefaultKind::Alternative, Some(false)) => self.string(world, word),
            (DefaultKind::Use, Some(true)) => self.string(world, word),
            (DefaultKind::Assign, Some(true)) => {
                let value = self.string(world, word);
                world.state.set(&name, Content::Scalar(value.clone()));
                world.state.stands_in(&name, Some(name.as_str().into()));
                value
            }
            (DefaultKind::Error, Some(true)) => {
                self.demanded(&name);
                Value::unknown(Reason::Given(name.as_str().into()))
            }
            (_, Some(false)) => value.unwrap_or_default(),
            (_, None) => Value::unknown(Reason::Branches),
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

    /// `${#name}`, `${#@}`, `${#array[@]}` where the name alone has no one value.
    fn length_of(&mut self, world: &mut World, parameter: &Parameter) -> Value {
        if parameter.index.is_some() || matches!(parameter.name.as_str(), "@" | "*") {
            let values = self.all(
                world,
                &Parameter {
                    operation: Operation::Value,
                    ..parameter.clone()
                },
            );
            if !values.iter().any(Value::is_words) {
                return Value::text(&values.len().to_string());
            }
            return Value::unknown(Reason::Output);
        }
        Value::text("0")
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
        if state.variable(name).is_none() {
            return self.special(state, name);
        }
        let index = match index {
            Some(word) if matches!(word.literal().as_deref(), Some("@" | "*")) => return None,
            Some(word) => self.number(world, &Arithmetic(word.clone())),
            None => Some(0),
        };
        match (&world.state.variable(name)?.content, index) {
            (Content::Scalar(value), Some(0)) => Some(value.clone()),
            (Content::Array(values), Some(i)) => {
                let i = if i < 0 { i + values.len() as i64 } else { i };
                usize::try_from(i).ok().and_then(|i| values.get(i)).cloned()
            }
            (Content::Scalar(_), Some(_)) => None,
            _ => Some(Value::unknown(Reason::Output)),
        }
    }

    /// Variables that the shell itself has.
    fn special(&self, state: &State, name: &str) -> Option<Value> {
        let uid = || {
            self.host
                .uid(&state.user)
                .map(|uid| Value::text(&uid.to_string()))
        };
        match name {
            "UID" | "EUID" => Some(uid().unwrap_or_else(|| Value::unknown(Reason::Output))),
            "BASH_SOURCE" => Some(self.script_name().unwrap_or_else(|| state.zero.clone())),
            "PWD" => Some(
                state
                    .directory
                    .as_deref()
                    .map_or_else(|| Value::unknown(Reason::Output), Value::text),
            ),
            "IFS" => Some(Value::text(" \t\n")),
            "FUNCNAME" if self.function_names().is_empty() => None,
            "FUNCNAME" => self.function_names().last().map(|name| Value::text(name)),
            "HOSTNAME" | "RANDOM" | "SECONDS" | "LINENO" | "PPID" | "BASHPID" | "OSTYPE"
            | "HOSTTYPE" | "MACHTYPE" | "BASH_VERSION" | "BASH" | "EPOCHSECONDS" => {
                Some(Value::unknown(Reason::Output))
            }
            _ => None,
        }
    }

    fn operate(&mut self, world: &mut World, value: Value, operation: &Operation) -> Value {
        let unknown = Value::unknown(Reason::Output);
        match operation {
            Operation::Value => value,
            Operation::Length => match value.known() {
                Some(text) => Value::text(&text.chars().count().to_string()),
                None => unknown,
            },
            Operation::TrimPrefix { longest, pattern } => {
                let (Some(pattern), Some(text)) = (self.pattern(world, pattern), value.known())
                else {
                    return unknown;
                };
                match pattern.prefix_of(&text, *longest) {
                    Some(end) => value.slice(end..text.len()).unwrap_or(unknown),
                    None => value,
                }
            }
            Operation::TrimSuffix { longest, pattern } => {
                let (Some(pattern), Some(text)) = (self.pattern(world, pattern), value.known())
                else {
                    return unknown;
                };
                match pattern.suffix_of(&text, *longest) {
                    Some(start) => value.slice(0..start).unwrap_or(unknown),
                    None => value,
                }
            }
            Operation::Replace {
                kind,
                pattern,
                with,
            } => {
                let with = self.string(world, with);
                match (self.pattern(world, pattern), value.known()) {
                    (Some(pattern), Some(text)) => {
                        replaced(&value, &text, *kind, &pattern, &with).unwrap_or(unknown)
                    }
                    _ => unknown,
                }
            }
            Operation::Substring { offset, length } => {
                let offset = self.number(world, offset);
                let length = match length {
                    Some(length) => self.number(world, length).map(Some),
                    None => Some(None),
                };
                match (offset, length) {
                    (Some(offset), Some(length)) => {
                        substring(&value, offset, length).unwrap_or(unknown)
                    }
                    _ => unknown,
                }
            }
            Operation::Case { upper, all } => match value.known() {
                Some(text) => Value::text(&cased(&text, *upper, *all)),
                None => unknown,
            },
            Operation::Default { .. } => value,
            Operation::Other => unknown,
        }
    }

    /// The files that a pattern names, if the folder's contents are known; any number of words if not.
    fn file_names(&mut self, world: &World, value: &Value) -> Option<Vec<Value>> {
        let text = value.known()?;
        if !text.contains(['*', '?']) {
            return None;
        }
        let unknown = || vec![Value::unknown(Reason::Words)];
        let (folder, name) = text.rsplit_once('/').unwrap_or((".", &text));
        if folder.contains(['*', '?']) {
            return Some(unknown());
        }
        let mut pattern = Pattern::default();
        pattern.push_special(name);
        let names = world
            .state
            .absolute(folder)
            .and_then(|folder| self.host.names(&folder));
        let Some(names) = names else {
            return Some(unknown());
        };
        let matching = names
            .iter()
            .filter(|name| !name.starts_with('.') && pattern.matches(name));
        let found: Vec<_> = matching
            .map(|name| Value::text(&format!("{folder}/{name}")))
            .collect();
        (!found.is_empty()).then_some(found)
    }
}

/// Whether a part can name files: an unquoted `*` or `?`.
fn is_file_pattern(part: &WordPart) -> bool {
    matches!(part, WordPart::Literal { text, escaped: false, .. } if text.contains(['*', '?']))
}

fn only_all_arguments(parts: &[WordPart]) -> bool {
    matches!(parts, [WordPart::Parameter(p)] if p.name == "@" && p.index.is_none()
        || p.index.as_ref().is_some_and(|index| index.literal().as_deref() == Some("@")))
}

/// Fields as one string, with blanks between.
fn joined(values: Vec<Value>) -> Value {
    let mut out = Value::default();
    for (i, value) in values.into_iter().enumerate() {
        if i > 0 {
            out.push_known(" ", None, false);
        }
        out.push(value);
    }
    out
}

fn replaced(
    value: &Value,
    text: &str,
    kind: ReplaceKind,
    pattern: &Pattern,
    with: &Value,
) -> Option<Value> {
    match kind {
        ReplaceKind::Prefix | ReplaceKind::Suffix => {
            let (from, to) = match kind {
                ReplaceKind::Prefix => (0, pattern.prefix_of(text, true)),
                _ => (
                    pattern.suffix_of(text, true).unwrap_or(text.len() + 1),
                    Some(text.len()),
                ),
            };
            let Some(to) = to.filter(|to| from <= *to) else {
                return Some(value.clone());
            };
            let mut out = value.slice(0..from)?;
            out.push(with.clone());
            out.push(value.slice(to..text.len())?);
            Some(out)
        }
        ReplaceKind::First | ReplaceKind::All => {
            let (mut out, mut copied, mut at) = (Value::default(), 0, 0);
            while at < text.len() {
                match pattern.match_at(text, at).filter(|end| *end > at) {
                    Some(end) => {
                        out.push(value.slice(copied..at)?);
                        out.push(with.clone());
                        (copied, at) = (end, end);
                        if kind == ReplaceKind::First {
                            break;
                        }
                    }
                    None => at += text[at..].chars().next().map_or(1, char::len_utf8),
                }
            }
            out.push(value.slice(copied..text.len())?);
            Some(out)
        }
    }
}

fn substring(value: &Value, offset: i64, length: Option<i64>) -> Option<Value> {
    // The first characters may be known where the rest is not: `${1:0:1}`.
    let known = value.known();
    let text = known.clone().unwrap_or_else(|| value.known_prefix());
    let ends: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let count = ends.len() as i64 - 1;
    let from = if offset < 0 {
        (count + offset).max(0)
    } else {
        offset.min(count)
    };
    let to = match length {
        Some(length) if length < 0 => (count + length).max(from),
        Some(length) => (from + length).min(count),
        None => count,
    };
    if known.is_none() && (offset < 0 || length.is_none_or(|l| l < 0 || offset + l > count)) {
        return None;
    }
    let range = *ends.get(from as usize)?..*ends.get(to as usize)?;
    match known {
        Some(_) => value.slice(range),
        None => Some(Value::text(&text[range])),
    }
}

fn cased(text: &str, upper: bool, all: bool) -> String {
    let case = |c: char| {
        if upper {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    text.chars()
        .enumerate()
        .map(|(i, c)| if all || i == 0 { case(c) } else { c })
        .collect()
}

/// The shell's variables in an arithmetic expression.
struct Variables<'a> {
    state: &'a mut State,
}

impl arithmetic::Scope for Variables<'_> {
    fn get(&mut self, name: &str) -> Option<i64> {
        match self.state.variable(name) {
            None => Some(0),
            Some(_) => {
                let text = self.state.known(name)?;
                if text.trim().is_empty() {
                    Some(0)
                } else {
                    text.trim().parse().ok()
                }
            }
        }
    }

    fn set(&mut self, name: &str, value: i64) {
        self.state
            .set(name, Content::Scalar(Value::text(&value.to_string())));
    }
}

/// A word that an instruction names, as the shell would have it.
pub(super) fn is_assignment(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let mut chars = name.chars();
    let first = chars.next()?;
    let valid = (first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    valid.then_some((name, value))
}

/// The text of known pieces, for output that grows piece by piece.
pub(super) fn trimmed(value: Value) -> Value {
    let Some(text) = value.known() else {
        // Only the line ends at the very end are dropped; an unknown end stays as it is.
        return match value.pieces().last() {
            Some(Piece::Unknown(_)) | None => value,
            Some(Piece::Known { .. }) => {
                let mut value = value;
                value.trim_last();
                value
            }
        };
    };
    value
        .slice(0..text.trim_end_matches('\n').len())
        .unwrap_or(value)
}
