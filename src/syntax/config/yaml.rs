//! YAML as servers' configurations are written: maps of maps, scalars, lists of scalars. Documents
//! that need more of YAML (anchors, flow maps, block scalars) are read as far as they go.

use super::words::{lines, quoted, trimmed};
use super::{DEEPEST, Directive, Text};
use crate::source::Span;

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut found: Vec<Directive> = Vec::new();
    // The keys that are open, with their indentation.
    let mut open: Vec<(usize, String)> = Vec::new();
    for (offset, line) in lines(text) {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') || content.starts_with("---") {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        if let Some(item) = content.strip_prefix("- ") {
            if let Some(last) = found.last_mut()
                && !item.contains(": ")
            {
                let at = offset + indent + content.len() - item.len();
                last.arguments.extend(scalar(item, at));
            }
            continue;
        }
        let Some(colon) = key_end(content) else {
            continue;
        };
        while open.last().is_some_and(|(above, _)| *above >= indent) {
            open.pop();
        }
        let (key, _) = unquoted(content[..colon].trim_end());
        // `net.port` means the same as `port` below `net`.
        let mut path: Vec<String> = open.iter().map(|(_, key)| key.clone()).collect();
        let mut parts: Vec<String> = key.split('.').map(str::to_string).collect();
        let name = parts.pop().unwrap_or_default();
        path.extend(parts);
        path.truncate(DEEPEST);
        let after = &content[colon + 1..];
        let value = after.trim_start();
        let at = offset + indent + content.len() - value.len();
        found.push(Directive {
            path,
            name,
            arguments: scalar(value, at).into_iter().collect(),
            span: trimmed(line, offset),
        });
        if open.len() < DEEPEST {
            open.push((indent, key));
        }
    }
    found
}

/// The colon that ends the key: one that a blank or the end follows.
fn key_end(content: &str) -> Option<usize> {
    let from = match content.chars().next() {
        Some(quote @ ('"' | '\'')) => quoted(content, quote).1,
        _ => 0,
    };
    content[from..]
        .match_indices(':')
        .map(|(at, _)| from + at)
        .find(|at| {
            content[at + 1..]
                .chars()
                .next()
                .is_none_or(char::is_whitespace)
        })
}

fn unquoted(text: &str) -> (String, std::ops::Range<usize>) {
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let (text, _, range) = quoted(text, quote);
            (text, range)
        }
        _ => (text.to_string(), 0..text.len()),
    }
}

fn scalar(value: &str, at: usize) -> Option<Text> {
    let quoted = value.starts_with(['"', '\'']);
    let end = match quoted {
        true => value.len(),
        false => value
            .find(" #")
            .unwrap_or(value.len())
            .min(if value.starts_with('#') {
                0
            } else {
                value.len()
            }),
    };
    let value = value[..end].trim_end();
    if value.is_empty() {
        return None;
    }
    let (text, range) = unquoted(value);
    Some(Text {
        text,
        span: Span::new(at + range.start, at + range.end),
    })
}
