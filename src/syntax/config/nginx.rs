//! nginx: `name argument …;` and `name argument … { … }`.

use super::words::quoted;
use super::{DEEPEST, Directive, Text};
use crate::source::Span;

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut path: Vec<String> = Vec::new();
    // Blocks that are deeper than the path may grow.
    let mut deeper = 0usize;
    let mut words: Vec<Text> = Vec::new();
    let mut position = 0;
    while let Some(character) = text[position..].chars().next() {
        let rest = &text[position..];
        match character {
            c if c.is_whitespace() => position += c.len_utf8(),
            '#' => position += rest.find('\n').unwrap_or(rest.len()),
            ';' => {
                position += 1;
                push(&mut found, &path, &mut words, position);
            }
            '{' => {
                let name = words.first().map_or(String::new(), |w| w.text.clone());
                let end = text[..position].trim_end().len();
                push(&mut found, &path, &mut words, end);
                match path.len() < DEEPEST {
                    true => path.push(name),
                    false => deeper += 1,
                }
                position += 1;
            }
            '}' => {
                words.clear();
                match deeper {
                    0 => drop(path.pop()),
                    _ => deeper -= 1,
                }
                position += 1;
            }
            '"' | '\'' => {
                let (word, consumed, inner) = quoted(rest, character);
                words.push(Text {
                    text: word,
                    span: Span::new(position + inner.start, position + inner.end),
                });
                position += consumed;
            }
            _ => {
                let end = end_of_word(rest);
                words.push(Text {
                    text: rest[..end].to_string(),
                    span: Span::new(position, position + end),
                });
                position += end;
            }
        }
    }
    found
}

/// A word goes on over `${name}`, and over what a backslash stands before.
fn end_of_word(rest: &str) -> usize {
    let mut before = ' ';
    let mut escaped = false;
    let mut variable = false;
    for (at, character) in rest.char_indices() {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == '{' && before == '$' {
            variable = true;
        } else if character == '}' && variable {
            variable = false;
        } else if character.is_whitespace() || matches!(character, ';' | '{' | '}') {
            return at.max(1);
        }
        before = character;
    }
    rest.len()
}

fn push(found: &mut Vec<Directive>, path: &[String], words: &mut Vec<Text>, end: usize) {
    let mut words = std::mem::take(words).into_iter();
    let Some(name) = words.next() else { return };
    let arguments: Vec<Text> = words.collect();
    found.push(Directive {
        path: path.to_vec(),
        span: Span::new(name.span.start as usize, end),
        name: name.text,
        arguments,
    });
}
