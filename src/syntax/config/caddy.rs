//! Caddyfile: sites before a block in braces, or alone in the first line. Only the sites are read: each
//! is a directive `site` with its port, if it has one; its host is no address to listen on.

use super::words::{lines, words};
use super::{Directive, Text};
use crate::source::Span;

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut depth = 0usize;
    for (offset, line) in lines(text) {
        let all = words(line, offset, true);
        let Some(first) = all.first() else { continue };
        let opens = all.last().is_some_and(|word| word.text == "{");
        // Global options have no name before the brace; snippets stand in parentheses.
        let site = depth == 0 && first.text != "{" && !first.text.starts_with(['(', '}']);
        if site && (opens || found.is_empty()) && first.text != "import" {
            let end = all.last().map_or(first.span.end, |word| word.span.end);
            for word in all.iter().filter(|word| word.text != "{") {
                let trimmed = word.text.trim_end_matches(',');
                if trimmed.is_empty() {
                    continue;
                }
                let host = trimmed.find("://").map_or(0, |at| at + 3);
                let port = trimmed[host..].rfind(':').map(|at| host + at);
                let port = port.map(|at| {
                    let digits = trimmed[at + 1..].bytes().take_while(u8::is_ascii_digit);
                    at + 1..at + 1 + digits.count()
                });
                let start = word.span.start as usize;
                let port = port.filter(|range| !range.is_empty()).map(|range| Text {
                    text: trimmed[range.clone()].to_string(),
                    span: Span::new(start + range.start, start + range.end),
                });
                found.push(Directive {
                    path: Vec::new(),
                    name: "site".to_string(),
                    arguments: port.into_iter().collect(),
                    span: Span::new(first.span.start as usize, end as usize),
                });
            }
        }
        match (opens, first.text.starts_with('}')) {
            (true, _) => depth += 1,
            (false, true) => depth = depth.saturating_sub(1),
            _ => {}
        }
        // Without a brace in the first line the whole file is that site's.
        if !opens && depth == 0 && !found.is_empty() && site {
            return found;
        }
    }
    found
}
