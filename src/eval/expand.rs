//! Words into the strings that a command gets.

use super::control::Evaluator;
use super::host::FileKind;
use super::pattern::Pattern;
use super::separators;
use super::state::State;
use super::value::{Piece, Reason, Value};
use super::world::World;
use crate::source::{Origin, Span};
use crate::syntax::shell::{List, Operation, Parameter, Word, WordPart};

/// Whether what follows a variable is the rest of a path.
fn begins_path(part: Option<&WordPart>) -> bool {
    matches!(part, Some(WordPart::Literal { text, .. }) if text.starts_with('/'))
}

/// How many words an expansion has at most: what comes behind them is not known.
pub(super) const MOST_WORDS: usize = 2_000;

/// The fields that a word is becoming.
#[derive(Default)]
pub(super) struct Fields {
    done: Vec<Value>,
    /// The field that is growing; none if nothing, not even an empty quote, has begun it.
    open: Option<Value>,
}

impl Fields {
    pub(super) fn open(&mut self) -> &mut Value {
        self.open.get_or_insert_with(Value::default)
    }

    /// The first of `values` joins what is there, the last stays open.
    pub(super) fn several(&mut self, values: Vec<Value>) {
        if self.done.len() >= MOST_WORDS {
            if !self.open().is_words() {
                self.open().push(Value::unknown(Reason::Words));
            }
            return;
        }
        let mut values = values.into_iter();
        if let Some(first) = values.next() {
            self.open().push(first);
        }
        for value in values {
            self.done.extend(self.open.replace(value));
        }
    }

    /// The field that is growing is at its end.
    pub(super) fn part(&mut self) {
        self.done.extend(self.open.take());
    }

    /// An expansion that is one string.
    pub(super) fn add(&mut self, world: &World, value: Value, quoted: bool) {
        if quoted {
            self.open().push(value)
        } else {
            self.split(&world.state, &value)
        }
    }

    /// An unquoted expansion: blanks in it part fields.
    pub(super) fn split(&mut self, state: &State, value: &Value) {
        if state.variable("IFS").is_some() && state.known("IFS").as_deref() != Some(" \t\n") {
            return self.split_otherwise(state, value);
        }
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

    /// An unquoted expansion where IFS is not what it is at first.
    fn split_otherwise(&mut self, state: &State, value: &Value) {
        let (Some(ifs), Some(text)) = (state.known("IFS"), value.known()) else {
            // Text that no separator can be in stays one word; anything else is left open.
            let whole = value
                .known()
                .is_some_and(|text| text.chars().all(|c| c.is_alphanumeric() || c == '.'));
            return match whole && state.known("IFS").is_none() {
                true => self.open().push(value.clone()),
                false => self.open().push(Value::unknown(Reason::Words)),
            };
        };
        let parted = separators::part(&text, &ifs);
        if parted.before {
            self.part();
        }
        let fields = parted.fields.into_iter();
        self.several(fields.filter_map(|field| value.slice(field)).collect());
        if parted.behind {
            self.part();
        }
    }

    pub(super) fn finish(mut self) -> Vec<Value> {
        self.done.extend(self.open.take());
        self.done
    }
}

impl Evaluator<'_> {
    /// A command's words: split at blanks, with `"$@"` as many.
    pub(super) fn words(&mut self, world: &mut World, words: &[Word]) -> Vec<Value> {
        let mut values = Vec::new();
        for word in words {
            values.extend(self.fields(world, word));
            if values.len() > MOST_WORDS {
                return bounded(values);
            }
        }
        values
    }

    /// One word as a command's arguments.
    pub(super) fn fields(&mut self, world: &mut World, word: &Word) -> Vec<Value> {
        let expands = world.state.extended || self.host.sh_is_bash() == Some(true);
        match super::braces::expand(word).filter(|_| expands) {
            Some(words) => {
                let words = words.iter().flat_map(|word| self.one_word(world, word));
                bounded(words.collect())
            }
            None => self.one_word(world, word),
        }
    }

    fn one_word(&mut self, world: &mut World, word: &Word) -> Vec<Value> {
        let mut fields = Fields::default();
        self.parts(world, &word.parts, false, &mut fields);
        let fields = fields.finish();
        if word.parts.iter().any(is_file_pattern) && fields.len() == 1 {
            let names = self.file_names(world, &fields[0]);
            if let Some(names) = names {
                return names;
            }
        }
        fields
    }

    /// A command's words, where `NAME=value` behind `export` and its like is not split.
    pub(super) fn command_words(&mut self, world: &mut World, words: &[Word]) -> Vec<Value> {
        let declares = words.first().and_then(Word::literal).is_some_and(|word| {
            matches!(
                word.as_str(),
                "export" | "local" | "declare" | "typeset" | "readonly"
            )
        });
        if !declares {
            return self.words(world, words);
        }
        let mut values = Vec::new();
        for word in words {
            let assigns = matches!(word.parts.first(), Some(WordPart::Literal { text, .. })
                if is_assignment(text).is_some());
            if assigns {
                values.push(self.string(world, word));
            } else {
                values.extend(self.fields(world, word));
            }
        }
        values
    }

    /// Whether a variable that nothing sets is one of the base's, of which nothing is known: where a
    /// path begins with it, it holds a folder.
    fn is_inherited(&self, world: &World, parameter: &Parameter) -> bool {
        let plain = parameter.operation == Operation::Value
            && parameter.index.is_none()
            && !parameter.indirect
            && super::control::is_environment_name(&parameter.name);
        plain && self.host.inherits() && world.state.variable(&parameter.name).is_none()
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

    pub(super) fn parts(
        &mut self,
        world: &mut World,
        parts: &[WordPart],
        quoted: bool,
        fields: &mut Fields,
    ) {
        let source = self.source();
        let first = fields.open.is_none();
        for (i, part) in parts.iter().enumerate() {
            match part {
                WordPart::Literal {
                    text,
                    span,
                    escaped: false,
                } if i == 0 && first && home_of(text, parts.len()).is_some() => {
                    let account = home_of(text, parts.len()).unwrap_or_default();
                    let home = match account {
                        "" => world.state.known("HOME"),
                        account => self.host.home(account),
                    };
                    let length = 1 + account.len();
                    let field = fields.open();
                    match home {
                        Some(home) => field.push_known(
                            &home,
                            Some(Origin {
                                source,
                                span: *span,
                            }),
                            false,
                        ),
                        None => field.push(Value::unknown(Reason::Output)),
                    }
                    let rest = Span::new(span.start as usize + length, span.end as usize);
                    let text = text.get(length..).unwrap_or_default();
                    field.push_known(text, Some(Origin { source, span: rest }), false);
                }
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
                    // A here-document whose delimiter is quoted has no quotes of its own.
                    let length = span.range().len();
                    let quotes = length == text.len() + 2;
                    let exact = quotes || length == text.len();
                    if quotes {
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
                WordPart::Parameter(parameter)
                    if i == 0
                        && fields
                            .open
                            .as_ref()
                            .is_none_or(|open| open.is_empty() == Some(true))
                        && begins_path(parts.get(1))
                        && self.is_inherited(world, parameter) =>
                {
                    fields.open().push(Value::unknown(Reason::Output));
                }
                WordPart::Parameter(parameter) => self.parameter(world, parameter, quoted, fields),
                WordPart::Command { body, .. } => {
                    let value = self.substitution(world, &body.0);
                    fields.add(world, value, quoted)
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
                    let field = fields.open();
                    field.push_known("/dev/fd/", None, false);
                    field.push(Value::unknown(Reason::Output));
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

    /// The files that a pattern names, if the folder's contents are known; any number of words if not.
    fn file_names(&mut self, world: &World, value: &Value) -> Option<Vec<Value>> {
        let unknown = || {
            // What stands before the pattern is known all the same.
            let known = value.known_prefix();
            let text = known.find(['*', '?']).and_then(|end| value.slice(0..end));
            let mut value = text.unwrap_or_default();
            value.push(Value::unknown(Reason::Words));
            vec![value]
        };
        let Some(text) = value.known() else {
            return Some(unknown());
        };
        if !text.contains(['*', '?']) {
            return None;
        }
        // What is in no folder has no name: the pattern stays.
        let above = text.find(['*', '?']).and_then(|at| text[..at].rfind('/'));
        let inside = above.map(|at| format!("{}/*", &text[..at]));
        let inside = inside.and_then(|path| world.state.absolute(&path));
        if inside.is_some_and(|path| self.kind(world, &path) == FileKind::Missing) {
            return None;
        }
        let (folder, before, name) = match text.rsplit_once('/') {
            Some(("", name)) => ("/", "/".to_owned(), name),
            Some((folder, name)) => (folder, format!("{folder}/"), name),
            None => (".", String::new(), text.as_str()),
        };
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
            .map(|name| Value::text(&format!("{before}{name}")))
            .collect();
        (!found.is_empty()).then_some(found)
    }
}

/// Whether a part can name files: an unquoted `*` or `?`.
fn is_file_pattern(part: &WordPart) -> bool {
    matches!(part, WordPart::Literal { text, escaped: false, .. } if text.contains(['*', '?']))
}

/// Whose home folder a word begins with: `~` and `~/…` are our own, which has no name.
fn home_of(text: &str, parts: usize) -> Option<&str> {
    let rest = text.strip_prefix('~')?;
    let account = match rest.split_once('/') {
        Some((account, _)) => account,
        // More may belong to the name.
        None if parts == 1 => rest,
        None => return None,
    };
    let mut letters = account.chars();
    let first = letters.next();
    let named = first.is_none_or(|c| c.is_ascii_lowercase() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    named.then_some(account)
}

fn only_all_arguments(parts: &[WordPart]) -> bool {
    matches!(parts, [WordPart::Parameter(p)] if p.name == "@" && p.index.is_none()
        || p.index.as_ref().is_some_and(|index| index.literal().as_deref() == Some("@")))
}

/// Words of which those are left out that are too many.
pub(super) fn bounded(values: Vec<Value>) -> Vec<Value> {
    let mut values = values;
    if values.len() > MOST_WORDS {
        values.truncate(MOST_WORDS - 1);
        values.push(Value::unknown(Reason::Words));
    }
    values
}

/// Fields as one string, with blanks between.
pub(super) fn joined(values: Vec<Value>) -> Value {
    let mut out = Value::default();
    for (i, value) in values.into_iter().enumerate() {
        if i > 0 {
            out.push_known(" ", None, false);
        }
        out.push(value);
    }
    out
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
