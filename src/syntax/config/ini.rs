//! `[section]` and `name = value`; and the same without sections.

use super::words::{lines, trimmed, words};
use super::{Directive, Text};
use crate::source::Span;

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut section: Option<String> = None;
    let mut found = Vec::new();
    for (offset, line) in lines(text) {
        let content = line.trim();
        if let Some(rest) = content.strip_prefix('[') {
            let name = rest.split(']').next().unwrap_or(rest).trim().to_string();
            found.push(Directive {
                path: Vec::new(),
                name: name.clone(),
                arguments: Vec::new(),
                span: trimmed(line, offset),
            });
            section = Some(name);
            continue;
        }
        found.extend(pair(line, offset, &section, &['='], " ;"));
    }
    found
}

pub(super) fn parse_properties(text: &str) -> Vec<Directive> {
    lines(text)
        .filter_map(|(offset, line)| pair(line, offset, &None, &['=', ':'], " #"))
        .collect()
}

/// `name = value`, `name value` or a name alone. A comment behind a value starts with a blank and
/// `#`, or with the blank and character of `comment`.
fn pair(
    line: &str,
    offset: usize,
    section: &Option<String>,
    signs: &[char],
    comment: &str,
) -> Option<Directive> {
    let content = line.trim();
    // `!include` is my.cnf's, and stands for a directive.
    if content.is_empty() || content.starts_with(['#', ';']) {
        return None;
    }
    let start = line.len() - line.trim_start().len();
    let uncommented = [" #", "\t#", comment]
        .iter()
        .filter_map(|mark| content.find(mark))
        .min()
        .unwrap_or(content.len());
    let content = content[..uncommented].trim_end();
    let split = content
        .find(signs)
        .or_else(|| content.find(char::is_whitespace))
        .unwrap_or(content.len());
    let name = content[..split].trim_end();
    if name.is_empty() {
        return None;
    }
    let rest = &content[split..];
    let value = rest.trim_start_matches(signs).trim_start();
    let at = offset + start + content.len() - value.len();
    let arguments = match value.chars().next() {
        None => Vec::new(),
        Some('"' | '\'') => words(value, at, false).into_iter().take(1).collect(),
        Some(_) => vec![Text {
            text: value.to_string(),
            span: Span::new(at, at + value.len()),
        }],
    };
    Some(Directive {
        path: section.iter().cloned().collect(),
        name: name.to_string(),
        arguments,
        span: Span::new(offset + start, offset + start + content.len()),
    })
}
