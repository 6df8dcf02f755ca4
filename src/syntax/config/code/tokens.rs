//! The words, strings and signs of a program, without its comments.

use crate::source::Span;

/// A piece of a program's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Span,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number, or names with dots between them: `process.env.PORT`.
    Word(String),
    /// What stands between quotes; `None` where some of it is put in.
    Text(Option<String>),
    /// Any other character. The end of a line is one.
    Sign(char),
}

impl Token {
    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub fn is(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

/// How a language writes comments and strings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Javascript,
    Python,
}

/// A longer text is not read: a program's start is short, and each bracket is looked at with what
/// follows it.
const LONGEST: usize = 16_384;

pub(super) fn tokens(text: &str, language: Language) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    if text.len() > LONGEST {
        return found;
    }
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(first) = rest.chars().next() else {
            break;
        };
        if let Some(length) = comment(rest, language, found.last()) {
            at += length.max(1);
            continue;
        }
        let (kind, length) = match first {
            '\'' | '"' => string(rest, first, language),
            '`' if language == Language::Javascript => string(rest, first, language),
            c if is_name(c) => {
                let end = rest
                    .find(|c: char| !is_name(c) && c != '.')
                    .unwrap_or(rest.len());
                (Kind::Word(rest[..end].to_owned()), end)
            }
            c => (Kind::Sign(c), c.len_utf8()),
        };
        let blank = matches!(kind, Kind::Sign(c) if c.is_whitespace() && c != '\n');
        if !blank {
            let span = match kind {
                // Within the quotes.
                Kind::Text(_) if length > 1 => Span::new(at + 1, at + length - 1),
                _ => Span::new(at, at + length),
            };
            found.push(Token { kind, span });
        }
        at += length.max(1);
    }
    found
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// How long the comment is that a text starts with, or what else says nothing.
fn comment(rest: &str, language: Language, before: Option<&Token>) -> Option<usize> {
    let line = || rest.find('\n').unwrap_or(rest.len());
    match language {
        Language::Python => rest.starts_with('#').then(line),
        Language::Javascript if rest.starts_with("//") => Some(line()),
        Language::Javascript if rest.starts_with("/*") => {
            let inside = rest.get(2..).unwrap_or_default();
            Some(inside.find("*/").map_or(rest.len(), |end| end + 4))
        }
        // A regular expression may have quotes in it.
        Language::Javascript if rest.starts_with('/') => {
            let operand = before.is_some_and(|token| match token.kind {
                Kind::Sign(sign) => matches!(sign, ')' | ']' | '}'),
                _ => true,
            });
            let mut characters = rest.char_indices().skip(1);
            while let Some((at, character)) = characters.next().filter(|_| !operand) {
                match character {
                    '\\' => drop(characters.next()),
                    '/' => return Some(at + 1),
                    '\n' => return None,
                    _ => {}
                }
            }
            None
        }
        Language::Javascript => None,
    }
}

/// A string at the start of a text, and how long it is with its quotes.
fn string(rest: &str, quote: char, language: Language) -> (Kind, usize) {
    let triple: String = [quote; 3].iter().collect();
    if language == Language::Python && rest.starts_with(&triple) {
        let end = rest.get(3..).and_then(|rest| rest.find(&triple));
        return (Kind::Text(None), end.map_or(rest.len(), |end| end + 6));
    }
    let mut text = String::new();
    let mut put_in = false;
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            c if c == quote => return (Kind::Text((!put_in).then_some(text)), at + 1),
            '\n' if quote != '`' => return (Kind::Text(None), at),
            '\\' => {
                put_in = true;
                characters.next();
            }
            '$' | '{' => put_in = true,
            c => text.push(c),
        }
    }
    (Kind::Text(None), rest.len())
}
