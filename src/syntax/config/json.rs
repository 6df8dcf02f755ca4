//! JSON: nested objects of scalars, as in package.json.

use super::{DEEPEST, Directive, Text};
use crate::source::Span;

/// What a bracket opened.
enum Open {
    /// An object, and whether a key above it is on the path.
    Object { named: bool },
    /// An array, and the directive that its scalars are arguments of.
    Array { directive: Option<usize> },
}

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut found: Vec<Directive> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    // A key whose value comes next, and where it begins.
    let mut key: Option<(String, usize)> = None;
    let mut position = 0;
    while let Some(character) = text[position..].chars().next() {
        let start = position;
        match character {
            '{' | '[' => {
                position += 1;
                if open.len() >= DEEPEST {
                    return found;
                }
                // The objects of an array stand in it.
                let in_array = match open.last() {
                    Some(Open::Array {
                        directive: Some(at),
                    }) => found.get(*at),
                    _ => None,
                };
                let in_array = in_array.map(|directive| (directive.name.clone(), start));
                let named = key.take().or(in_array);
                open.push(match (character, named) {
                    ('{', Some((name, _))) => {
                        path.push(name);
                        Open::Object { named: true }
                    }
                    ('{', None) => Open::Object { named: false },
                    (_, named) => Open::Array {
                        directive: named.map(|(name, from)| {
                            found.push(Directive {
                                path: path.clone(),
                                name,
                                arguments: Vec::new(),
                                span: Span::new(from, position),
                            });
                            found.len() - 1
                        }),
                    },
                });
            }
            '}' | ']' => {
                position += 1;
                key = None;
                if let Some(Open::Object { named: true }) = open.pop() {
                    path.pop();
                }
            }
            ',' | ':' => position += 1,
            c if c.is_whitespace() => position += c.len_utf8(),
            _ => {
                let (value, end) = scalar(text, start);
                position = end;
                let is_key = matches!(open.last(), Some(Open::Object { .. })) && key.is_none();
                if is_key {
                    key = Some((value.text, start));
                    continue;
                }
                let span = Span::new(start, end);
                match (open.last(), key.take()) {
                    (_, Some((name, from))) => found.push(Directive {
                        path: path.clone(),
                        name,
                        arguments: vec![value],
                        span: Span::new(from, end),
                    }),
                    (
                        Some(Open::Array {
                            directive: Some(at),
                        }),
                        None,
                    ) => {
                        if let Some(directive) = found.get_mut(*at) {
                            directive.span = directive.span.to(span);
                            directive.arguments.push(value);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    found
}

/// A string or another scalar that starts at `start`, and where it ends.
fn scalar(text: &str, start: usize) -> (Text, usize) {
    let rest = &text[start..];
    if !rest.starts_with('"') {
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '{' | '}' | '[' | ']');
        let length = rest.find(ends).unwrap_or(rest.len());
        let span = Span::new(start, start + length);
        let text = rest[..length].to_string();
        return (Text { text, span }, start + length);
    }
    let mut escaped = false;
    let mut end = rest.len();
    let mut closed = 0;
    for (at, character) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if matches!(character, '"' | '\n') {
            (end, closed) = (at, usize::from(character == '"'));
            break;
        }
    }
    let span = Span::new(start + 1, start + end);
    let text = unescaped(&rest[1..end], start + 1)
        .into_iter()
        .map(|part| part.text)
        .collect();
    (Text { text, span }, start + end + closed)
}

/// The text of a string between its quotes, which begins at `start`: the parts that stand there byte
/// for byte, and a part for each escape.
pub fn unescaped(raw: &str, start: usize) -> Vec<Text> {
    let mut parts = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while let Some(found) = raw[at..].find('\\') {
        let escape = at + found;
        let (text, length) = escaped(&raw[escape..]);
        if plain < escape {
            parts.push(part(&raw[plain..escape], start + plain, escape - plain));
        }
        parts.push(part(&text, start + escape, length));
        at = escape + length;
        plain = at;
    }
    if plain < raw.len() {
        parts.push(part(&raw[plain..], start + plain, raw.len() - plain));
    }
    parts
}

fn part(text: &str, start: usize, length: usize) -> Text {
    Text {
        text: text.to_string(),
        span: Span::new(start, start + length),
    }
}

/// What an escape stands for, and how many bytes it takes.
fn escaped(rest: &str) -> (String, usize) {
    let Some(letter) = rest.chars().nth(1) else {
        return (rest.to_string(), rest.len());
    };
    let plain = |text: &str| (text.to_string(), 2);
    match letter {
        'n' => plain("\n"),
        't' => plain("\t"),
        'r' => plain("\r"),
        'b' => plain("\u{8}"),
        'f' => plain("\u{c}"),
        'u' => {
            let code = rest
                .get(2..6)
                .and_then(|hex| u32::from_str_radix(hex, 16).ok());
            match code {
                Some(code) => {
                    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                    (character.to_string(), 6)
                }
                None => plain("u"),
            }
        }
        other => (other.to_string(), 1 + other.len_utf8()),
    }
}
