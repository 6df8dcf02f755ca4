//! `name: value`, `name = value` or `name value`, blocks in braces, `#` and `//` comments: NATS.

use super::words::{lines, quoted, trimmed};
use super::{DEEPEST, Directive, Text};
use crate::source::Span;

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut path: Vec<String> = Vec::new();
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (offset, line) in lines(text) {
        let content = line.trim_start();
        if content.starts_with('#') || content.starts_with("//") {
            continue;
        }
        let start = line.len() - content.len();
        let end = [" #", "\t#", " //"]
            .iter()
            .filter_map(|mark| content.find(mark))
            .min()
            .unwrap_or(content.len());
        let content = content[..end].trim_end();
        let closes = content.matches(['}', ']']).count();
        let opens = content.matches(['{', '[']).count();
        let name_end = content
            .find(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '{'))
            .unwrap_or(content.len());
        let name = content[..name_end].trim_matches(['"', '\'', '}', ']', ',']);
        let value = content[name_end..].trim_start_matches([':', '=', ' ', '\t']);
        let at = offset + start + content.len() - value.len();
        if !name.is_empty() {
            found.push(Directive {
                path: path.clone(),
                name: name.to_owned(),
                arguments: scalar(value, at).into_iter().collect(),
                span: trimmed(line, offset),
            });
        }
        // What is in a list has no names that count.
        if opens > closes {
            depth += opens - closes;
            path.truncate(DEEPEST);
            while path.len() < depth.min(DEEPEST) {
                path.push(name.to_owned());
            }
        } else {
            depth = depth.saturating_sub(closes - opens);
            path.truncate(depth);
        }
    }
    found
}

fn scalar(value: &str, at: usize) -> Option<Text> {
    let (text, range) = match value.chars().next()? {
        '{' | '[' | '}' => return None,
        quote @ ('"' | '\'') => {
            let (text, _, range) = quoted(value, quote);
            (text, range)
        }
        _ => {
            let bare = value.trim_end_matches([',', ';', '}', ' ']);
            (bare.to_owned(), 0..bare.len())
        }
    };
    Some(Text {
        text,
        span: Span::new(at + range.start, at + range.end),
    })
}
