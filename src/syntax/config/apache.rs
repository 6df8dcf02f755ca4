//! httpd: `Name argument …`, `<Section argument …>`, a backslash at the end of a line goes on.

use super::words::{trimmed, words};
use super::{DEEPEST, Directive};
use crate::source::Span;

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut deeper = 0usize;
    for (offset, line) in joined(text) {
        let span = trimmed(line, offset);
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if content.starts_with("</") {
            match deeper {
                0 => drop(path.pop()),
                _ => deeper -= 1,
            }
            continue;
        }
        let section = content.starts_with('<');
        let inner = match section {
            true => content.trim_start_matches('<').trim_end_matches('>'),
            false => content,
        };
        let start = span.start as usize + usize::from(section);
        let mut all = words(inner, start, false)
            .into_iter()
            // The backslash that joins two lines is a word to `words`.
            .filter(|word| word.text != "\\");
        let Some(name) = all.next() else { continue };
        found.push(Directive {
            path: path.clone(),
            name: name.text.clone(),
            arguments: all.collect(),
            span: Span::new(span.start as usize, span.end as usize),
        });
        if section {
            match path.len() < DEEPEST {
                true => path.push(name.text),
                false => deeper += 1,
            }
        }
    }
    found
}

/// Lines, those that end in a backslash together with the next.
fn joined(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    std::iter::from_fn(move || {
        if offset >= text.len() {
            return None;
        }
        let start = offset;
        loop {
            let rest = &text[offset..];
            let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
            offset += length;
            let line = rest[..length].trim_end_matches(['\n', '\r']);
            if offset >= text.len() || !line.ends_with('\\') {
                return Some((start, text[start..offset].trim_end_matches(['\n', '\r'])));
            }
        }
    })
}
