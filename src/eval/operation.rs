//! What `${name…}` does with a value: trims, replaces, cuts, changes its case.

use super::control::Evaluator;
use super::pattern::Pattern;
use super::value::{Reason, Value};
use super::world::World;
use crate::syntax::shell::{Operation, ReplaceKind};

impl Evaluator<'_> {
    pub(super) fn operate(
        &mut self,
        world: &mut World,
        value: Value,
        operation: &Operation,
    ) -> Value {
        let unknown = Value::unknown(Reason::Output);
        match operation {
            Operation::Value => value,
            Operation::Length => match value.known() {
                Some(text) => Value::text(&text.chars().count().to_string()),
                None => unknown,
            },
            Operation::TrimPrefix { longest, pattern } => {
                let (Some(pattern), Some(text)) = (self.pattern(world, pattern), value.known())
                else {
                    return unknown;
                };
                match pattern.prefix_of(&text, *longest) {
                    Some(end) => value.slice(end..text.len()).unwrap_or(unknown),
                    None => value,
                }
            }
            Operation::TrimSuffix { longest, pattern } => {
                let (Some(pattern), Some(text)) = (self.pattern(world, pattern), value.known())
                else {
                    return unknown;
                };
                match pattern.suffix_of(&text, *longest) {
                    Some(start) => value.slice(0..start).unwrap_or(unknown),
                    None => value,
                }
            }
            Operation::Replace {
                kind,
                pattern,
                with,
            } => {
                let with = self.string(world, with);
                match (self.pattern(world, pattern), value.known()) {
                    (Some(pattern), Some(text)) => {
                        replaced(&value, &text, *kind, &pattern, &with).unwrap_or(unknown)
                    }
                    _ => unknown,
                }
            }
            Operation::Substring { offset, length } => {
                let offset = self.number(world, offset);
                let length = match length {
                    Some(length) => self.number(world, length).map(Some),
                    None => Some(None),
                };
                match (offset, length) {
                    (Some(offset), Some(length)) => {
                        substring(&value, offset, length).unwrap_or(unknown)
                    }
                    _ => unknown,
                }
            }
            Operation::Case { upper, all } => match value.known() {
                Some(text) => Value::text(&cased(&text, *upper, *all)),
                None => unknown,
            },
            Operation::Default { .. } => value,
            Operation::Other => unknown,
        }
    }
}

fn replaced(
    value: &Value,
    text: &str,
    kind: ReplaceKind,
    pattern: &Pattern,
    with: &Value,
) -> Option<Value> {
    match kind {
        ReplaceKind::Prefix | ReplaceKind::Suffix => {
            let (from, to) = match kind {
                ReplaceKind::Prefix => (0, pattern.prefix_of(text, true)),
                _ => (
                    pattern.suffix_of(text, true).unwrap_or(text.len() + 1),
                    Some(text.len()),
                ),
            };
            let Some(to) = to.filter(|to| from <= *to) else {
                return Some(value.clone());
            };
            let mut out = value.slice(0..from)?;
            out.push(with.clone());
            out.push(value.slice(to..text.len())?);
            Some(out)
        }
        ReplaceKind::First | ReplaceKind::All => {
            let (mut out, mut copied, mut at) = (Value::default(), 0, 0);
            while at < text.len() {
                match pattern.match_at(text, at).filter(|end| *end > at) {
                    Some(end) => {
                        out.push(value.slice(copied..at)?);
                        out.push(with.clone());
                        (copied, at) = (end, end);
                        if kind == ReplaceKind::First {
                            break;
                        }
                    }
                    None => at += text[at..].chars().next().map_or(1, char::len_utf8),
                }
            }
            out.push(value.slice(copied..text.len())?);
            Some(out)
        }
    }
}

fn substring(value: &Value, offset: i64, length: Option<i64>) -> Option<Value> {
    // The first characters may be known where the rest is not: `${1:0:1}`.
    let known = value.known();
    let text = known.clone().unwrap_or_else(|| value.known_prefix());
    let ends: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let count = ends.len() as i64 - 1;
    let from = if offset < 0 {
        // Before the beginning there is nothing.
        match count.saturating_add(offset) {
            from if from < 0 => return known.map(|_| Value::default()),
            from => from,
        }
    } else {
        offset.min(count)
    };
    let to = match length {
        Some(length) if length < 0 => (count + length).max(from),
        Some(length) => from.saturating_add(length).min(count),
        None => count,
    };
    if known.is_none()
        && (offset < 0 || length.is_none_or(|l| l < 0 || offset.saturating_add(l) > count))
    {
        return None;
    }
    let range = *ends.get(from as usize)?..*ends.get(to as usize)?;
    match known {
        Some(_) => value.slice(range),
        None => Some(Value::text(&text[range])),
    }
}

fn cased(text: &str, upper: bool, all: bool) -> String {
    let case = |c: char| {
        if upper {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    text.chars()
        .enumerate()
        .map(|(i, c)| if all || i == 0 { case(c) } else { c })
        .collect()
}
