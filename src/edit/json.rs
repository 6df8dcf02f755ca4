//! Words of a JSON array in a Dockerfile.

use std::ops::Range;

use super::changes::edit;
use crate::finding::Edit;
use crate::source::SourceId;
use crate::syntax::dockerfile::JsonArray;

/// Takes the words of a range, counted from 0, out of an array.
pub fn json_drop(array: &JsonArray, source: SourceId, range: Range<usize>) -> Vec<Edit> {
    let words = &array.words;
    let range = range.start..range.end.min(words.len());
    let (Some(first), Some(last)) = (words.get(range.start), words.get(range.end.wrapping_sub(1)))
    else {
        return Vec::new();
    };
    if range.is_empty() {
        return Vec::new();
    }
    let before = range.start.checked_sub(1).and_then(|at| words.get(at));
    let gone = match (before, words.get(range.end)) {
        (_, Some(next)) => first.span.start as usize..next.span.start as usize,
        (Some(before), None) => before.span.end as usize..last.span.end as usize,
        // With the brackets, so that nothing is put behind the last word by another edit.
        (None, None) => return vec![edit(source, array.span.range(), "[]")],
    };
    vec![edit(source, gone, "")]
}

/// Puts words before the one at `index`, counted from 0, or behind the last one. They are set apart
/// as the others are.
pub fn json_insert(
    array: &JsonArray,
    text: &str,
    source: SourceId,
    index: usize,
    words: &[String],
) -> Vec<Edit> {
    if words.is_empty() {
        return Vec::new();
    }
    let written: Vec<String> = words.iter().map(|word| string(word)).collect();
    let separator = match array.words.as_slice() {
        [first, second, ..] => text
            .get(first.span.end as usize..second.span.start as usize)
            .filter(|between| !between.contains('#'))
            .unwrap_or(", "),
        _ => ", ",
    };
    let written = written.join(separator);
    let added = match (array.words.get(index), array.words.last()) {
        (Some(next), _) => {
            let at = next.span.start as usize;
            edit(source, at..at, format!("{written}{separator}"))
        }
        (None, Some(last)) => {
            let at = last.span.end as usize;
            edit(source, at..at, format!("{separator}{written}"))
        }
        (None, None) => edit(source, between_brackets(array), written),
    };
    vec![added]
}

/// Puts something else in the place of a word, or of a part of one: a range of bytes of its text,
/// quotes and escapes resolved. None where the array has no such part.
pub fn json_replace(
    array: &JsonArray,
    text: &str,
    source: SourceId,
    index: usize,
    part: Option<Range<usize>>,
    with: &str,
) -> Option<Edit> {
    let word = array.words.get(index)?;
    let Some(part) = part else {
        return Some(edit(source, word.span.range(), string(with)));
    };
    word.text.get(part.clone())?;
    let written = text.get(word.span.range())?;
    let places = places(written).filter(|places| places.len() == word.text.len() + 1);
    let Some(places) = places else {
        // Written over several lines: all of the word is written anew.
        let mut whole = word.text.clone();
        whole.replace_range(part, with);
        return Some(edit(source, word.span.range(), string(&whole)));
    };
    let start = word.span.start as usize;
    let range = start + places.get(part.start)?..start + places.get(part.end)?;
    let inside = string(with);
    let inside = inside.get(1..inside.len() - 1)?;
    Some(edit(source, range, inside))
}

fn between_brackets(array: &JsonArray) -> Range<usize> {
    let start = array.span.start as usize + 1;
    start..(array.span.end as usize).saturating_sub(1).max(start)
}

/// A JSON string.
fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// For each byte of a JSON string's value where it is written, and for its end. None where the
/// string goes over several lines.
fn places(written: &str) -> Option<Vec<usize>> {
    let mut places = Vec::new();
    let mut chars = written.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        let c = match c {
            '"' => {
                places.push(at);
                return Some(places);
            }
            '\n' | '\r' => return None,
            '\\' => match chars.next()?.1 {
                'u' => {
                    let code = |chars: &mut dyn Iterator<Item = (usize, char)>| {
                        let digits: String = chars.take(4).map(|(_, c)| c).collect();
                        u16::from_str_radix(&digits, 16).ok()
                    };
                    let first = code(&mut chars)?;
                    match char::from_u32(first.into()) {
                        Some(c) => c,
                        None => {
                            let mut rest = chars.by_ref().skip(2);
                            let second = code(&mut rest)?;
                            char::decode_utf16([first, second]).next()?.ok()?
                        }
                    }
                }
                '\n' | '\r' => return None,
                _ => ' ',
            },
            c => c,
        };
        places.extend(std::iter::repeat_n(at, c.len_utf8()));
    }
    None
}
