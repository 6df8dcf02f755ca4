//! Erlang's terms as rabbitmq.config has them: `{tcp_listeners, [5672, {"127.0.0.1", 5673}]}`.

use super::words::{lines, quoted};
use super::{DEEPEST, Directive, Text};
use crate::source::Span;

/// Each pair that starts with a name: the texts and numbers in it are its arguments, an address and
/// its port in one, `127.0.0.1:5673`. What is in inner pairs with names is theirs.
pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut found: Vec<Directive> = Vec::new();
    // What each open brace belongs to: a pair's number in what was found, or an address.
    let mut open: Vec<Open> = Vec::new();
    for (offset, line) in lines(text) {
        let mut at = 0;
        while let Some(rest) = line.get(at..) {
            let Some(first) = rest.chars().next() else {
                break;
            };
            let (word, length, inner) = match first {
                '%' => break,
                '{' | '[' if open.len() < DEEPEST => {
                    let pair = first == '{';
                    open.push(Open {
                        pair,
                        ..Open::default()
                    });
                    at += 1;
                    continue;
                }
                '}' | ']' => {
                    open.pop();
                    at += 1;
                    continue;
                }
                '"' => quoted(rest, first),
                c if c.is_alphanumeric() || c == '_' || c == '$' => {
                    let end = rest
                        .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
                        .unwrap_or(rest.len());
                    (rest[..end].to_owned(), end, 0..end)
                }
                other => {
                    at += other.len_utf8();
                    continue;
                }
            };
            let start = offset + at;
            let span = Span::new(start + inner.start, start + inner.end);
            at += length.max(1);
            let is_name = first.is_ascii_lowercase();
            let Some(last) = open.last_mut() else {
                continue;
            };
            if is_name && last.pair && !last.begun {
                last.begun = true;
                last.name = Some(found.len());
                let path = open.iter().rev().skip(1);
                let mut path: Vec<String> = path
                    .filter_map(|open| found.get(open.name?))
                    .map(|directive| directive.name.clone())
                    .collect();
                path.reverse();
                found.push(Directive {
                    path,
                    name: word,
                    arguments: Vec::new(),
                    span: Span::new(start, offset + line.len()),
                });
                continue;
            }
            last.begun = true;
            let address = match last.pair && last.name.is_none() {
                true => last.address.replace(word.clone()),
                false => None,
            };
            let is_address = last.pair && last.name.is_none() && address.is_none();
            let owner = open.iter().rev().find_map(|open| open.name);
            let owner = owner.and_then(|owner| found.get_mut(owner));
            if let Some(owner) = owner.filter(|_| !is_address) {
                let whole = address.map_or(word.clone(), |address| format!("{address}:{word}"));
                owner.arguments.push(Text { text: whole, span });
            }
        }
    }
    found
}

/// A brace or bracket that is not closed yet.
#[derive(Default)]
struct Open {
    pair: bool,
    begun: bool,
    name: Option<usize>,
    address: Option<String>,
}
