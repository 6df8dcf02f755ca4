//! Procfile: `name: command line`.

use super::words::{lines, trimmed};
use super::{Directive, Text};

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let entry = |(offset, line): (usize, &str)| {
        let (name, command) = line.split_once(':')?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if name.is_empty() || !name.chars().all(is_name) {
            return None;
        }
        let span = trimmed(command, offset + name.len() + 1);
        (!span.range().is_empty()).then(|| Directive {
            path: Vec::new(),
            name: name.to_string(),
            arguments: vec![Text {
                text: text[span.range()].to_string(),
                span,
            }],
            span: trimmed(line, offset),
        })
    };
    lines(text).filter_map(entry).collect()
}
