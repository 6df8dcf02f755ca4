//! RainerScript: `object(name="value" …)`, which may go on over lines, as rsyslog has it; else the older
//! `$name argument …` on a line, `#` before a comment.

use super::words::{lines, quoted, trimmed, words};
use super::{Directive, Text};
use crate::source::Span;

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut past = 0;
    for (offset, line) in lines(text) {
        if offset < past || line.trim_start().starts_with('#') {
            continue;
        }
        let span = trimmed(line, offset);
        if let Some((object, open)) = opened(line) {
            past = parameters(text, offset + open, object, &mut found);
            continue;
        }
        let mut words = words(line, offset, true).into_iter();
        let Some(name) = words.next() else { continue };
        found.push(Directive {
            path: Vec::new(),
            name: name.text,
            arguments: words.collect(),
            span,
        });
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
    let mut at = start;
    loop {
        let rest = &text[at..];
        let skipped = rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        at += skipped;
        let name = rest.find(['=', ')', '(']).unwrap_or(rest.len());
        if !rest[name..].starts_with("=\"") {
            let ends = rest[name..].starts_with(')');
            return at + name + usize::from(ends);
        }
        let (value, taken, inner) = quoted(&rest[name + 1..], '"');
        let begin = at + name + 1;
        found.push(Directive {
            path: vec![object.to_owned()],
            name: rest[..name].trim().to_owned(),
            arguments: vec![Text {
                text: value,
                span: Span::new(begin + inner.start, begin + inner.end),
            }],
            span: Span::new(at, begin + taken),
        });
        at = begin + taken;
    }
}
