//! `[ … ]`, `test` and `[[ … ]]`: true, false, or not known.

use super::control::Evaluator;
use super::host::FileKind;
use super::regular::{Expression, Found};
use super::state::Content;
use super::value::{Piece, Reason, Value};
use super::world::World;
use crate::syntax::shell::{Test, Word, WordPart};

const UNARY: &[&str] = &[
    "-a", "-b", "-c", "-d", "-e", "-f", "-g", "-G", "-h", "-k", "-L", "-n", "-N", "-O", "-p", "-r",
    "-s", "-S", "-t", "-u", "-v", "-w", "-x", "-z",
];
const BINARY: &[&str] = &[
    "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef",
];

impl Evaluator<'_> {
    /// `[[ … ]]`.
    pub(super) fn test(&mut self, world: &mut World, test: &Test) -> Option<bool> {
        match test {
            Test::Word(word) => self.string(world, word).is_empty().map(|empty| !empty),
            Test::Not(inner) => self.test(world, inner).map(|answer| !answer),
            Test::And(left, right) => match self.test(world, left) {
                Some(false) => Some(false),
                left => both(left, self.test(world, right)),
            },
            Test::Or(left, right) => match self.test(world, left) {
                Some(true) => Some(true),
                left => either(left, self.test(world, right)),
            },
            Test::Unary(operator, word) => {
                let value = self.string(world, word);
                self.unary(world, operator, &value)
            }
            Test::Binary(left, operator, right) => {
                let left = self.string(world, left);
                match operator.as_str() {
                    "=" | "==" | "!=" => {
                        let answer = match (self.pattern(world, right), left.known()) {
                            (Some(pattern), Some(text)) => Some(pattern.matches(&text)),
                            (Some(pattern), None) => pattern
                                .matches_unknown(&left)
                                .or_else(|| same_id(&left, &self.string(world, right))),
                            (None, _) => same_id(&left, &self.string(world, right)),
                        };
                        answer.map(|same| same == (operator != "!="))
                    }
                    "=~" => {
                        let expression = self.expression(world, right);
                        let found = left.known().map(|text| expression.find(&text));
                        let (answer, groups) = match found.flatten() {
                            Some(Found::No) => (Some(false), Some(Vec::new())),
                            Some(Found::Yes(groups)) => (Some(true), groups),
                            None => (None, None),
                        };
                        let groups = groups.map(|groups| {
                            Content::Array(groups.iter().map(|text| Value::text(text)).collect())
                        });
                        let groups = groups.unwrap_or(Content::Unknown);
                        world.state.set("BASH_REMATCH", groups);
                        answer
                    }
                    operator => {
                        let right = self.string(world, right);
                        if operator.starts_with('-') && !matches!(operator, "-nt" | "-ot" | "-ef") {
                            // Both sides are arithmetic: an empty one is 0, a name its value.
                            let left = Value::text(&self.calculated(world, &left)?.to_string());
                            let right = Value::text(&self.calculated(world, &right)?.to_string());
                            return self.binary(&left, operator, &right);
                        }
                        self.binary(&left, operator, &right)
                    }
                }
            }
        }
    }

    /// The right side of `=~`: what stands in quotes is taken as it is.
    fn expression(&mut self, world: &mut World, word: &Word) -> Expression {
        let mut expression = Expression::default();
        for part in &word.parts {
            let (text, special) = match part {
                WordPart::Literal { text, escaped, .. } => (Some(text.clone()), !escaped),
                WordPart::SingleQuoted { text, .. } => (Some(text.clone()), false),
                part => {
                    let word = Word {
                        parts: vec![part.clone()],
                        span: word.span,
                    };
                    let quoted = matches!(part, WordPart::DoubleQuoted { .. });
                    (self.string(world, &word).known(), !quoted)
                }
            };
            match text {
                Some(text) if special => expression.push_special(&text),
                Some(text) => expression.push_literal(&text),
                None => expression.push_unknown(),
            }
        }
        expression
    }

    /// `[ … ]`, without its brackets.
    pub(super) fn bracket(&mut self, world: &World, words: &[Value]) -> Option<bool> {
        if words.iter().any(Value::is_words) {
            return None;
        }
        let mut at = 0;
        let answer = self.any(world, words, &mut at, 0);
        if at == words.len() { answer } else { None }
    }

    fn any(
        &mut self,
        world: &World,
        words: &[Value],
        at: &mut usize,
        depth: usize,
    ) -> Option<bool> {
        let mut answer = self.every(world, words, at, depth);
        while words.get(*at).is_some_and(|word| word.is("-o")) {
            *at += 1;
            answer = either(answer, self.every(world, words, at, depth));
        }
        answer
    }

    fn every(
        &mut self,
        world: &World,
        words: &[Value],
        at: &mut usize,
        depth: usize,
    ) -> Option<bool> {
        let mut answer = self.primary(world, words, at, depth);
        while words.get(*at).is_some_and(|word| word.is("-a")) {
            *at += 1;
            answer = both(answer, self.primary(world, words, at, depth));
        }
        answer
    }

    fn primary(
        &mut self,
        world: &World,
        words: &[Value],
        at: &mut usize,
        depth: usize,
    ) -> Option<bool> {
        let Some(first) = words.get(*at) else {
            return Some(false);
        };
        let operator = |i: usize, list: &[&str]| {
            words
                .get(i)
                .and_then(Value::known)
                .filter(|text| list.contains(&text.as_str()))
        };
        if let (Some(binary), Some(right)) = (operator(*at + 1, BINARY), words.get(*at + 2)) {
            *at += 3;
            return self.binary(first, &binary, right);
        }
        let left = words.len() - *at;
        if first.is("!") && left > 1 && depth < 20 {
            *at += 1;
            return self
                .primary(world, words, at, depth + 1)
                .map(|answer| !answer);
        }
        if first.is("(") && left > 2 && depth < 20 {
            *at += 1;
            let answer = self.any(world, words, at, depth + 1);
            *at += 1;
            return answer;
        }
        if let (Some(unary), Some(word)) = (operator(*at, UNARY), words.get(*at + 1)) {
            *at += 2;
            return self.unary(world, &unary, word);
        }
        *at += 1;
        first.is_empty().map(|empty| !empty)
    }

    fn unary(&mut self, world: &World, operator: &str, word: &Value) -> Option<bool> {
        match operator {
            "-z" => word.is_empty(),
            "-n" => word.is_empty().map(|empty| !empty),
            // The platform gives a process no terminal.
            "-t" => Some(false),
            "-v" => {
                let name = word.known()?;
                if let Some((array, key)) = name.split_once('[') {
                    let key = key.strip_suffix(']').unwrap_or(key);
                    return match world
                        .state
                        .variable(array)
                        .map(|variable| &variable.content)
                    {
                        Some(Content::Map(values)) => Some(values.contains_key(key)),
                        Some(Content::Array(values)) => {
                            let index = key.parse::<usize>().ok()?;
                            let words = values.iter().position(Value::is_words);
                            match words {
                                Some(first) if first <= index => None,
                                _ => Some(index < values.len()),
                            }
                        }
                        Some(_) => None,
                        None => world.state.elsewhere.is_none().then_some(false),
                    };
                }
                let set = world.state.variable(&name).is_some();
                if !set && world.state.elsewhere.is_some() {
                    return None;
                }
                if !set {
                    self.look_at_unset(&name);
                }
                Some(set)
            }
            "-a" | "-e" | "-f" | "-d" | "-r" => {
                let path = word.known()?;
                if path.is_empty() {
                    return Some(false);
                }
                let kind = self.kind(world, &world.state.absolute(&path)?);
                match (operator, kind) {
                    (_, FileKind::Unknown) => None,
                    (_, FileKind::Missing) => Some(false),
                    ("-f", kind) => Some(kind == FileKind::File),
                    ("-d", kind) => Some(kind == FileKind::Folder),
                    _ => Some(true),
                }
            }
            "-w" => {
                let path = word.known()?;
                if path.is_empty() {
                    return Some(false);
                }
                let path = world.state.absolute(&path)?;
                if self.kind(world, &path) == FileKind::Missing {
                    return Some(false);
                }
                let after = self.trace.writers(&world.done);
                let user = &world.state.user;
                self.host.may_write(&path, user, self.trace.steps(), &after)
            }
            // Whether a file has content, is a link, is executable, …
            _ => match word.known() {
                Some(path) if path.is_empty() => Some(false),
                Some(path) => match self.kind(world, &world.state.absolute(&path)?) {
                    FileKind::Missing => Some(false),
                    _ => None,
                },
                None => None,
            },
        }
    }

    fn binary(&mut self, left: &Value, operator: &str, right: &Value) -> Option<bool> {
        match operator {
            "=" | "==" | "!=" => equal(left, right).map(|same| same == (operator != "!=")),
            "<" | ">" => {
                let (left, right) = (left.known()?, right.known()?);
                Some(if operator == "<" {
                    left < right
                } else {
                    left > right
                })
            }
            "-nt" | "-ot" | "-ef" => None,
            "-eq" | "-ne" if same_id(left, right).is_some() => {
                same_id(left, right).map(|same| same == (operator == "-eq"))
            }
            operator => {
                let number = |value: &Value| {
                    value
                        .known()
                        .and_then(|text| text.trim().parse::<i64>().ok())
                };
                // What is known and no number is an error, and so not true.
                let wrong = |value: &Value| value.known().is_some() && number(value).is_none();
                if wrong(left) || wrong(right) {
                    return Some(false);
                }
                let (left, right) = (number(left)?, number(right)?);
                Some(match operator {
                    "-eq" => left == right,
                    "-ne" => left != right,
                    "-lt" => left < right,
                    "-le" => left <= right,
                    "-gt" => left > right,
                    _ => left >= right,
                })
            }
        }
    }
}

/// Whether two values are the same text: an unknown one is surely not where a beginning differs.
fn equal(left: &Value, right: &Value) -> Option<bool> {
    if let Some(same) = same_id(left, right) {
        return Some(same);
    }
    match (left.known(), right.known()) {
        (Some(left), Some(right)) => Some(left == right),
        (Some(known), None) | (None, Some(known)) if known.is_empty() => {
            let other = if left.known().is_some() { right } else { left };
            other.is_empty()
        }
        (left_text, right_text) => {
            let whole = (left_text.is_some(), right_text.is_some());
            let (left, right) = (left.known_prefix(), right.known_prefix());
            if (whole.0 && left.len() < right.len()) || (whole.1 && right.len() < left.len()) {
                return Some(false);
            }
            let shared = left.len().min(right.len());
            (left.as_bytes()[..shared] != right.as_bytes()[..shared]).then_some(false)
        }
    }
}

/// Whether two values are the same where one is the number of an account: that of the same one, or a
/// number that no account of its own has, root's or nobody's.
fn same_id(left: &Value, right: &Value) -> Option<bool> {
    let id = |value: &Value| match value.pieces() {
        [Piece::Unknown(Reason::Id { account, group })] => Some((account.clone(), *group)),
        _ => None,
    };
    match (id(left), id(right)) {
        (Some(left), Some(right)) => (left == right).then_some(true),
        // A group is given to others: `useradd -g 0`.
        (Some((account, false)), None) | (None, Some((account, false))) => {
            let number = left.known().or_else(|| right.known())?;
            let shared = matches!(number.trim(), "0" | "65534");
            let own = !matches!(&*account, "root" | "nobody" | "nogroup");
            (shared && own).then_some(false)
        }
        _ => None,
    }
}

fn both(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn either(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    both(left.map(|l| !l), right.map(|r| !r)).map(|neither| !neither)
}
