//! haproxy: a section's keyword at the start of a line, its directives in the lines below.

use super::Directive;
use super::words::{lines, trimmed, words};

const SECTIONS: [&str; 16] = [
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "userlist",
    "peers",
    "mailers",
    "resolvers",
    "cache",
    "program",
    "ring",
    "http-errors",
    "fcgi-app",
    "log-forward",
    "traces",
];

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut path: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for (offset, line) in lines(text) {
        let mut words = words(line, offset, true).into_iter();
        let Some(name) = words.next() else { continue };
        let section = SECTIONS.contains(&name.text.as_str());
        found.push(Directive {
            path: if section { Vec::new() } else { path.clone() },
            name: name.text.clone(),
            arguments: words.collect(),
            span: trimmed(line, offset),
        });
        if section {
            path = vec![name.text];
        }
    }
    found
}
