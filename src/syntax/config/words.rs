//! Lines, and words in a line.

use super::Text;
use crate::source::Span;

/// The lines of a text and where each starts; without the line's end.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |offset, line| {
        let start = *offset;
        *offset += line.len();
        Some((start, line.trim_end_matches(['\n', '\r'])))
    })
}

/// The words of a line that starts at `offset`: apart by blanks, whole in quotes. A `#` that starts
/// a word starts a comment where `comments` is set.
pub(super) fn words(line: &str, offset: usize, comments: bool) -> Vec<Text> {
    let mut found = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        let start = line.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return found;
        };
        if comments && first == '#' {
            return found;
        }
        let (text, consumed, inner) = match first {
            '"' | '\'' => quoted(rest, first),
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (rest[..end].to_string(), end, 0..end)
            }
        };
        found.push(Text {
            text,
            span: Span::new(offset + start + inner.start, offset + start + inner.end),
        });
        rest = &rest[consumed..];
    }
}

/// A quoted word at the start of `rest`: its text, how many bytes it takes, and where the text is.
pub(super) fn quoted(rest: &str, quote: char) -> (String, usize, std::ops::Range<usize>) {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        if character == quote {
            return (text, at + 1, 1..at);
        }
        if character == '\\' {
            match characters.next() {
                Some((_, next)) if next == quote || next == '\\' => text.push(next),
                Some((_, next)) => text.extend(['\\', next]),
                None => text.push('\\'),
            }
            continue;
        }
        text.push(character);
    }
    (text, rest.len(), 1..rest.len())
}

/// The span of a line's text, without the blanks around it.
pub(super) fn trimmed(line: &str, offset: usize) -> Span {
    let start = line.len() - line.trim_start().len();
    let end = line.trim_end().len().max(start);
    Span::new(offset + start, offset + end)
}
