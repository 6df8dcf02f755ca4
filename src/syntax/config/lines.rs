//! `name argument …` on a line, `#` before a comment: redis, mosquitto, squid.

use super::Directive;
use super::words::{lines, trimmed, words};

pub(super) fn parse(text: &str) -> Vec<Directive> {
    lines(text)
        .filter(|(_, line)| !line.trim_start().starts_with('#'))
        .filter_map(|(offset, line)| {
            let mut words = words(line, offset, false).into_iter();
            Some(Directive {
                path: Vec::new(),
                name: words.next()?.text,
                arguments: words.collect(),
                span: trimmed(line, offset),
            })
        })
        .collect()
}
