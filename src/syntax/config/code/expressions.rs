//! What expressions come to, as far as that stands in the text.

use std::collections::HashMap;

use super::Worth;
use super::tokens::{Kind, Language, Token};
use crate::source::Span;

/// The names that are set once, with what they are set to.
#[derive(Default)]
pub(super) struct Names {
    known: HashMap<String, Option<Worth>>,
    /// Those that are pairs, `('0.0.0.0', 8000)`, with their two parts.
    pairs: HashMap<String, Option<[Worth; 2]>>,
}

/// How many tokens a call is looked at for, and a statement.
const LONGEST_CALL: usize = 1_000;
const LONGEST_STATEMENT: usize = 100;

/// How deep expressions are followed.
const DEEPEST: usize = 8;

/// Whether all of it is one pair of round brackets with what is in it.
fn is_group(tokens: &[Token]) -> bool {
    let mut depth = 0_usize;
    let last = tokens.len().saturating_sub(1);
    for (at, token) in tokens.iter().enumerate().take(LONGEST_CALL) {
        match token.kind {
            Kind::Sign('(') => depth += 1,
            Kind::Sign(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at == last && at > 0;
        }
    }
    false
}

impl Names {
    pub fn read(tokens: &[Token], language: Language) -> Self {
        let mut names = Self::default();
        let mut open = 0_usize;
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Sign('(' | '[') => open += 1,
                Kind::Sign(')' | ']') => open = open.saturating_sub(1),
                _ => {}
            }
            let Some(word) = token.word() else { continue };
            if word.ends_with(".set") {
                names.setting(tokens, at);
            }
            let starts = match at.checked_sub(1).and_then(|before| tokens.get(before)) {
                None => true,
                Some(before) => match before.kind {
                    Kind::Word(ref word) => matches!(word.as_str(), "const" | "let" | "var"),
                    Kind::Sign(sign) => matches!(sign, '\n' | ';' | '{' | '}' | ':' | ','),
                    Kind::Text(_) => false,
                },
            };
            let sets = |at: usize, sign| tokens.get(at).is_some_and(|token| token.is(sign));
            let is_set = |at: usize| sets(at, '=') && !sets(at + 1, '=') && !sets(at + 1, '>');
            if is_set(at + 1) {
                let value = line(tokens.get(at + 2..).unwrap_or_default());
                let worth = names.worth(value);
                if starts && let Some(pair) = names.pair(value) {
                    let known = names.pairs.entry(word.to_owned());
                    known.and_modify(|old| *old = None).or_insert(Some(pair));
                }
                // A default, and what only some runs set, say nothing for sure.
                let sure = starts && open == 0;
                if sure || language == Language::Javascript || open == 0 {
                    names.put(word, worth.filter(|_| sure));
                }
            } else if is_set(at + 2) && ['+', '-', '*'].iter().any(|sign| sets(at + 1, *sign)) {
                names.put(word, None);
            }
        }
        names
    }

    /// `app.set('port', 3000)`, which `app.get('port')` asks for.
    fn setting(&mut self, tokens: &[Token], at: usize) {
        let arguments = arguments(tokens, at);
        if let [[name], value] = arguments.as_slice()
            && let Kind::Text(Some(name)) = &name.kind
        {
            let worth = self.worth(value);
            self.put(&format!("'{name}'"), worth);
        }
    }

    /// Whoever is set twice is not known.
    fn put(&mut self, name: &str, worth: Option<Worth>) {
        let known = self.known.entry(name.to_owned());
        known.and_modify(|old| *old = None).or_insert_with(|| worth);
    }

    /// The two parts of a pair, written as one or named, where both are known.
    pub fn pair(&self, tokens: &[Token]) -> Option<[Worth; 2]> {
        match tokens {
            [name] => self.pairs.get(name.word()?)?.clone(),
            [open, inner @ ..] if open.is('(') && is_group(tokens) => {
                match list(inner).as_slice() {
                    [first, second] => Some([self.worth(first)?, self.worth(second)?]),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What an expression comes to, if that is known.
    pub fn worth(&self, tokens: &[Token]) -> Option<Worth> {
        self.within(tokens, DEEPEST)
    }

    fn within(&self, tokens: &[Token], depth: usize) -> Option<Worth> {
        let depth = depth.checked_sub(1)?;
        if let Some((at, length)) = either(tokens) {
            let left = self.within(tokens.get(..at)?, depth)?;
            let Some(name) = open_variable(&left.text) else {
                return Some(left);
            };
            let right = self.within(tokens.get(at + length..)?, depth)?;
            return Some(Worth {
                text: format!("${{{name}:-{}}}", right.text),
                span: right.span,
            });
        }
        match tokens {
            [one] => self.one(one),
            [sign, rest @ ..] if sign.is('+') => self.within(rest, depth),
            [open, inner @ .., _] if open.is('(') && is_group(tokens) => self.within(inner, depth),
            [name, open, key, close] if open.is('[') && close.is(']') => match &key.kind {
                Kind::Text(Some(key))
                    if matches!(name.word()?, "process.env" | "os.environ" | "environ") =>
                {
                    variable(key, name.span)
                }
                _ => None,
            },
            [name, group @ ..] if is_group(group) => {
                self.call(name.word()?, &arguments(tokens, 0), name.span, depth)
            }
            _ => None,
        }
    }

    fn one(&self, token: &Token) -> Option<Worth> {
        let literal = |text: &str| Worth {
            text: text.to_owned(),
            span: token.span,
        };
        match &token.kind {
            Kind::Text(text) => text.as_deref().map(literal),
            Kind::Word(word) if word.bytes().all(|b| b.is_ascii_digit()) => Some(literal(word)),
            Kind::Word(word) => match word.strip_prefix("process.env.") {
                Some(name) => variable(name, token.span),
                None => self.known.get(word)?.clone(),
            },
            Kind::Sign(_) => None,
        }
    }

    fn call(&self, name: &str, given: &[&[Token]], span: Span, depth: usize) -> Option<Worth> {
        let first = given.first()?;
        match name {
            "int" | "str" | "parseInt" | "Number" | "Number.parseInt" | "normalizePort" => {
                self.within(first, depth)
            }
            "os.environ.get" | "os.getenv" | "environ.get" | "getenv" => {
                let [
                    Token {
                        kind: Kind::Text(Some(name)),
                        ..
                    },
                ] = first
                else {
                    return None;
                };
                let Some(default) = given.get(1) else {
                    return variable(name, span);
                };
                let default = self.within(default, depth)?;
                Some(Worth {
                    text: format!("${{{name}:-{}}}", default.text),
                    span: default.span,
                })
            }
            _ if name.ends_with(".get") => match first {
                [
                    Token {
                        kind: Kind::Text(Some(name)),
                        ..
                    },
                ] => self.known.get(&format!("'{name}'"))?.clone(),
                _ => None,
            },
            _ => None,
        }
    }
}

fn variable(name: &str, span: Span) -> Option<Worth> {
    Some(Worth {
        text: format!("${{{name}}}"),
        span,
    })
}

/// The name of a variable that has no default.
fn open_variable(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    (!name.contains([':', '$'])).then_some(name)
}

/// Where `||`, `??` or `or` stands that is in no brackets, and how many tokens it has.
fn either(tokens: &[Token]) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match &token.kind {
            Kind::Sign('(' | '[' | '{') => depth += 1,
            Kind::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Kind::Sign(sign @ ('|' | '?')) if depth == 0 => {
                let twice = tokens.get(at + 1).is_some_and(|next| next.is(*sign));
                return twice.then_some((at, 2));
            }
            Kind::Word(word) if depth == 0 && word == "or" => return Some((at, 1)),
            _ => {}
        }
    }
    None
}

/// The tokens of a statement's rest.
fn line(tokens: &[Token]) -> &[Token] {
    let tokens = tokens.get(..LONGEST_STATEMENT).unwrap_or(tokens);
    let mut depth = 0_usize;
    let end = tokens.iter().position(|token| match token.kind {
        Kind::Sign('(' | '[' | '{') => {
            depth += 1;
            false
        }
        Kind::Sign(')' | ']' | '}') if depth == 0 => true,
        Kind::Sign(')' | ']' | '}') => {
            depth -= 1;
            false
        }
        Kind::Sign('\n' | ';' | ',') => depth == 0,
        _ => false,
    });
    tokens
        .get(..end.unwrap_or(tokens.len()))
        .unwrap_or_default()
}

/// The arguments of the call whose name is at an index, without the ends of lines. None where the
/// brackets do not close.
pub(super) fn arguments(tokens: &[Token], at: usize) -> Vec<&[Token]> {
    let rest = tokens.get(at + 1..).unwrap_or_default();
    match rest {
        [open, inner @ ..] if open.is('(') => list(inner),
        _ => Vec::new(),
    }
}

/// What stands between commas up to the bracket that closes.
pub(super) fn list(inner: &[Token]) -> Vec<&[Token]> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, token) in inner.iter().enumerate().take(LONGEST_CALL) {
        match token.kind {
            Kind::Sign('(' | '[' | '{') => depth += 1,
            Kind::Sign(',') if depth == 0 => {
                found.push(trimmed(inner.get(start..at).unwrap_or_default()));
                start = at + 1;
            }
            Kind::Sign(')' | ']' | '}') if depth > 0 => depth -= 1,
            Kind::Sign(')' | ']' | '}') => {
                found.push(trimmed(inner.get(start..at).unwrap_or_default()));
                return found;
            }
            _ => {}
        }
    }
    Vec::new()
}

fn trimmed(mut tokens: &[Token]) -> &[Token] {
    while let [first, rest @ ..] = tokens
        && first.is('\n')
    {
        tokens = rest;
    }
    while let [rest @ .., last] = tokens
        && last.is('\n')
    {
        tokens = rest;
    }
    tokens
}
