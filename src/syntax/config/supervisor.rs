//! supervisord: `[section]`, and `name = value` or `name: value` at the start of a line, which goes
//! on in the indented lines below it.

use super::words::{lines, trimmed};
use super::{Directive, Text};
use crate::source::Span;

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut section: Option<String> = None;
    let mut found: Vec<Directive> = Vec::new();
    // Whether an indented line goes on with the value above it.
    let mut open = false;
    for (offset, line) in lines(text) {
        let content = line.trim();
        if content.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let value = |from: usize| {
            let line = &line[..comment(line)];
            let from = from.min(line.len());
            let span = trimmed(&line[from..], offset + from);
            (!span.range().is_empty()).then(|| Text {
                text: text[span.range()].to_string(),
                span,
            })
        };
        if line.starts_with(char::is_whitespace) && open {
            if let (Some(last), Some(more)) = (found.last_mut(), value(0)) {
                last.span = last.span.to(more.span);
                last.arguments.push(more);
            }
            continue;
        }
        if let Some(rest) = content.strip_prefix('[') {
            let name = rest.split(']').next().unwrap_or(rest).trim().to_string();
            open = false;
            found.push(Directive {
                path: Vec::new(),
                name: name.clone(),
                arguments: Vec::new(),
                span: trimmed(line, offset),
            });
            section = Some(name);
            continue;
        }
        let sign = line.find(['=', ':']).unwrap_or(line.len());
        let name = line[..sign].trim();
        if name.is_empty() {
            continue;
        }
        let arguments: Vec<Text> = value(sign + 1).into_iter().collect();
        let start = line.len() - line.trim_start().len();
        let end = match arguments.last() {
            Some(last) => last.span.end as usize,
            None => offset + line[..(sign + 1).min(line.len())].trim_end().len(),
        };
        open = true;
        found.push(Directive {
            path: section.iter().cloned().collect(),
            name: name.to_string(),
            arguments,
            span: Span::new(offset + start, end),
        });
    }
    found
}

/// Where the comment of a line begins: at a `;` or `#` behind a blank.
fn comment(line: &str) -> usize {
    let bytes = line.as_bytes();
    let starts = |at: &usize| {
        matches!(bytes[*at], b';' | b'#') && *at > 0 && bytes[*at - 1].is_ascii_whitespace()
    };
    (0..bytes.len()).find(starts).unwrap_or(line.len())
}
