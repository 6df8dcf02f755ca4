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
            // `listen NAME ADDRESS:PORT` binds in the line that opens it, up to 1.6.
            let opened = found
                .last()
                .filter(|_| matches!(name.text.as_str(), "listen" | "frontend"));
            let bound = opened.and_then(|opened: &Directive| {
                let address = opened.arguments.get(1)?;
                Some(Directive {
                    path: vec![name.text.clone()],
                    name: "bind".to_owned(),
                    arguments: vec![address.clone()],
                    span: address.span,
                })
            });
            found.extend(bound);
            path = vec![name.text];
        }
    }
    found
}
