//! JSON as servers' configurations are written: objects of scalars. A list's scalars are the arguments
//! of its key. Comments, which some programs take, are passed over.

use super::words::quoted;
use super::{DEEPEST, Directive, Text};
use crate::source::Span;

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut found: Vec<Directive> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    // What is open: the key that it stands behind, or none for an object in a list.
    let mut open: Vec<bool> = Vec::new();
    let mut key: Option<Text> = None;
    let mut last: Option<Text> = None;
    let mut position = 0;
    while let Some(character) = text[position..].chars().next() {
        let rest = &text[position..];
        match character {
            '"' => {
                let (word, consumed, inner) = quoted(rest, '"');
                let span = Span::new(position + inner.start, position + inner.end);
                last = Some(Text { text: word, span });
                position += consumed;
                continue;
            }
            '/' if rest.starts_with("//") => {
                position += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            ':' => key = last.take(),
            '{' | '[' => {
                let named = key.take().filter(|_| path.len() < DEEPEST);
                if let Some(name) = &named {
                    found.push(directive(&path, name, None));
                    path.push(name.text.clone());
                }
                open.push(named.is_some());
            }
            '}' | ']' | ',' => {
                if let Some(value) = last.take() {
                    match key.take() {
                        Some(name) => found.push(directive(&path, &name, Some(value))),
                        None => {
                            if let Some(list) = found.last_mut() {
                                list.arguments.push(value);
                            }
                        }
                    }
                }
                if character != ',' && open.pop() == Some(true) {
                    path.pop();
                }
            }
            c if c.is_whitespace() => {}
            _ => {
                let end = rest
                    .find(|c: char| c.is_whitespace() || "{}[],:\"".contains(c))
                    .unwrap_or(rest.len())
                    .max(character.len_utf8());
                last = Some(Text {
                    text: rest[..end].to_string(),
                    span: Span::new(position, position + end),
                });
                position += end;
                continue;
            }
        }
        position += character.len_utf8();
    }
    found
}

fn directive(path: &[String], name: &Text, value: Option<Text>) -> Directive {
    let end = value.as_ref().map_or(name.span.end, |value| value.span.end);
    Directive {
        path: path.to_vec(),
        name: name.text.clone(),
        arguments: value.into_iter().collect(),
        span: Span::new(name.span.start as usize, end as usize),
    }
}
