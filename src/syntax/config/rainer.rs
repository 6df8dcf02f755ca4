//! RainerScript, as rsyslog has it: `object(name="value" …)`, which may go on over lines, and what is of a
//! type, `type="imtcp"`, with that as a section within it; else the older `$name argument …` on a line.

use super::words::{lines, quoted, trimmed, words};
use super::{Directive, Text};
use crate::source::Span;

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut past = 0;
    for (start, line) in lines(text) {
        let end = start + line.len();
        let mut at = start.max(past);
        let mut whole = at == start;
        // Objects may stand behind each other on a line.
        while let Some((object, open)) = text.get(at..end).and_then(opened) {
            at = parameters(text, at + open, object, &mut found);
            past = at;
            whole = false;
        }
        let line = text.get(at..end).unwrap_or_default();
        let mut words = words(line, at, true).into_iter();
        if let Some(name) = words.next().filter(|_| whole) {
            found.push(Directive {
                path: Vec::new(),
                name: name.text,
                arguments: words.collect(),
                span: trimmed(line, at),
            });
        }
    }
    found
}

/// The object that a line opens, and where what it is given begins.
fn opened(line: &str) -> Option<(&str, usize)> {
    let at = line.find('(')?;
    let object = line[..at].trim();
    let named = !object.is_empty()
        && object
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_');
    named.then_some((object, at + 1))
}

/// Takes in what an object is given from `start` on, and says where that ends.
fn parameters(text: &str, start: usize, object: &str, found: &mut Vec<Directive>) -> usize {
    let first = found.len();
    let mut at = start;
    loop {
        at = past_blanks(text, at);
        let rest = &text[at..];
        let name = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.')
            .unwrap_or(rest.len());
        let value = past_blanks(text, at + name);
        if name == 0 || !text[value..].starts_with('=') {
            let ends = rest.starts_with(')');
            at += usize::from(ends);
            break;
        }
        let value = past_blanks(text, value + 1);
        if text[value..].starts_with('[') {
            at = past_list(text, value + 1);
            continue;
        }
        if !text[value..].starts_with('"') {
            at = value;
            break;
        }
        let (said, taken, inner) = quoted(&text[value..], '"');
        found.push(Directive {
            path: vec![object.to_owned()],
            name: rest[..name].to_owned(),
            arguments: vec![Text {
                text: said,
                span: Span::new(value + inner.start, value + inner.end),
            }],
            span: Span::new(at, value + taken),
        });
        at = value + taken;
    }
    let own = &mut found[first..];
    let kind = own.iter().find(|directive| directive.name == "type");
    if let Some(kind) = kind.map(|kind| kind.arguments[0].text.clone()) {
        for directive in own {
            directive.path.push(kind.clone());
        }
    }
    at
}

/// Behind blanks, line ends and comments.
fn past_blanks(text: &str, mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start().len();
        if !text[at..].starts_with('#') {
            return at;
        }
        at += text[at..].find('\n').unwrap_or(text.len() - at);
    }
}

/// Behind a list of texts in quotes, which ends in `]`.
fn past_list(text: &str, mut at: usize) -> usize {
    loop {
        at = past_blanks(text, at);
        let rest = &text[at..];
        match rest.chars().next() {
            Some('"') => at += quoted(rest, '"').1,
            Some(',') => at += 1,
            Some(']') => return at + 1,
            _ => return at,
        }
    }
}
