//! XML as servers' configurations are written: elements with text are directives with one argument,
//! attributes are directives within their element.

use super::{DEEPEST, Directive, Text};
use crate::source::Span;

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut deeper = 0usize;
    let mut position = 0;
    while let Some(at) = text[position..].find('<').map(|at| position + at) {
        let rest = &text[at..];
        if rest.starts_with("<!--") {
            position = rest.find("-->").map_or(text.len(), |end| at + end + 3);
            continue;
        }
        let Some(end) = rest.find('>').map(|end| at + end) else {
            break;
        };
        position = end + 1;
        let inner = &text[at + 1..end];
        if inner.starts_with('/') {
            match deeper {
                0 => drop(path.pop()),
                _ => deeper -= 1,
            }
            continue;
        }
        if inner.starts_with(['!', '?']) {
            continue;
        }
        let name_end = inner
            .find(|c: char| c.is_whitespace() || c == '/')
            .unwrap_or(inner.len());
        let name = inner[..name_end].to_string();
        let value_end = text[position..]
            .find('<')
            .map_or(text.len(), |next| position + next);
        let closed = inner.ends_with('/');
        let value = text[position..value_end].trim();
        let start = value_end - text[position..value_end].trim_start().len();
        let arguments = match value.is_empty() || closed {
            true => Vec::new(),
            false => vec![Text {
                text: value.to_string(),
                span: Span::new(start, start + value.len()),
            }],
        };
        let whole = arguments.last().map_or(end + 1, |a| a.span.end as usize);
        found.push(Directive {
            path: path.clone(),
            name: name.clone(),
            arguments,
            span: Span::new(at, whole),
        });
        let mut within = path.clone();
        within.push(name.clone());
        attributes(inner, at + 1, name_end, &within, &mut found);
        if !closed {
            match path.len() < DEEPEST {
                true => path.push(name),
                false => deeper += 1,
            }
        }
    }
    found
}

/// `name="value"` in a tag's text, which stands at `offset`, from `from` on.
fn attributes(
    inner: &str,
    offset: usize,
    from: usize,
    path: &[String],
    found: &mut Vec<Directive>,
) {
    let mut at = from;
    while let Some(sign) = inner[at..].find('=').map(|sign| at + sign) {
        let name = inner[at..sign].trim();
        let start = sign - inner[at..sign].trim_start().len();
        let after = sign + 1 + inner[sign + 1..].len() - inner[sign + 1..].trim_start().len();
        let Some(quote) = inner[after..].chars().next().filter(|c| "\"'".contains(*c)) else {
            return;
        };
        let Some(close) = inner[after + 1..].find(quote).map(|end| after + 1 + end) else {
            return;
        };
        found.push(Directive {
            path: path.to_vec(),
            name: name.to_string(),
            arguments: vec![Text {
                text: inner[after + 1..close].to_string(),
                span: Span::new(offset + after + 1, offset + close),
            }],
            span: Span::new(offset + start, offset + close + 1),
        });
        at = close + 1;
    }
}
