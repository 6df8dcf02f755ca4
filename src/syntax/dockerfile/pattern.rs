//! The patterns of `${name#…}`, `${name%…}` and `${name/…/…}`: `*` is any text, `?` is any character.

use std::ops::Range;

/// The longest pattern that is tried. A real one has a few characters; trying a long one at every
/// place of a long text takes the product of the two.
const LONGEST: usize = 1024;

/// A pattern: pieces with a `*` between each two.
#[derive(Debug)]
pub(super) struct Pattern {
    pieces: Vec<Vec<Option<char>>>,
}

/// One way to read pieces and values: from the front, or from the back.
type Chars = Vec<(usize, char)>;

impl Pattern {
    /// Reads a pattern. `\` takes the meaning from `*`, `?` and `\`, and must not stand elsewhere.
    pub fn parse(text: &str) -> Result<Self, String> {
        let invalid = |what| format!("invalid pattern ({text}) in substitution: {what}");
        let mut pieces = vec![Vec::new()];
        let mut piece = Vec::new();
        let mut length = 0;
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            length += 1;
            match c {
                '*' => {
                    if let Some(last) = pieces.last_mut() {
                        *last = std::mem::take(&mut piece);
                    }
                    pieces.push(Vec::new());
                }
                '?' => piece.push(None),
                '\\' => match chars.next() {
                    Some(c @ ('*' | '?' | '\\' | '}' | '/')) => piece.push(Some(c)),
                    Some(c) => return Err(invalid(format!("invalid escape '\\{c}'"))),
                    None => return Err(invalid("it ends in an escape character".into())),
                },
                c => piece.push(Some(c)),
            }
        }
        if length > LONGEST {
            return Err(format!(
                "a pattern of more than {LONGEST} characters in substitution"
            ));
        }
        if let Some(last) = pieces.last_mut() {
            *last = piece;
        }
        Ok(Self { pieces })
    }

    /// The value without the shortest, or longest, beginning that matches.
    pub fn without_prefix<'v>(&self, value: &'v str, longest: bool) -> &'v str {
        let chars: Chars = value.char_indices().collect();
        let end = match_end(&self.pieces, &chars, 0, longest);
        end.map_or(value, |end| &value[offset(value, &chars, end)..])
    }

    /// The value without the shortest, or longest, end that matches.
    pub fn without_suffix<'v>(&self, value: &'v str, longest: bool) -> &'v str {
        let mut pieces = self.pieces.clone();
        pieces.reverse();
        pieces.iter_mut().for_each(|piece| piece.reverse());
        let chars: Chars = value.char_indices().rev().collect();
        match match_end(&pieces, &chars, 0, longest) {
            Some(end) if end > 0 => &value[..chars[end - 1].0],
            _ => value,
        }
    }

    /// The value with its first match, or all of them, replaced; a match is as long as can be.
    pub fn replace(&self, value: &str, by: &str, all: bool) -> String {
        let chars: Chars = value.char_indices().collect();
        let mut result = String::new();
        let (mut at, mut copied) = (0, 0);
        while at <= chars.len() {
            let Some(found) = self.find(&chars, at) else {
                break;
            };
            let span = offset(value, &chars, found.start)..offset(value, &chars, found.end);
            result.push_str(&value[copied..span.start]);
            // An empty match right behind the one before does not count.
            if span.end > copied || span.start == 0 {
                result.push_str(by);
            }
            copied = span.end;
            if !all {
                break;
            }
            at = found.end.max(at + 1);
        }
        result.push_str(&value[copied..]);
        result
    }

    fn find(&self, chars: &Chars, from: usize) -> Option<Range<usize>> {
        let first = self.pieces.first()?;
        // The first place of what stands before the first `*` decides: a later one leaves less for
        // the rest.
        let start = match first.is_empty() {
            true => from,
            false => position(first, chars, from)?,
        };
        Some(start..match_end(&self.pieces, chars, start, true)?)
    }
}

/// Where the shortest, or longest, match that begins at `start` ends.
fn match_end(
    pieces: &[Vec<Option<char>>],
    chars: &Chars,
    start: usize,
    longest: bool,
) -> Option<usize> {
    let (first, rest) = pieces.split_first()?;
    if !matches_at(first, chars, start) {
        return None;
    }
    let mut end = start + first.len();
    let Some((last, between)) = rest.split_last() else {
        return Some(end);
    };
    for piece in between {
        end = position(piece, chars, end)? + piece.len();
    }
    if longest {
        let latest = chars.len().checked_sub(last.len())?;
        (end..=latest)
            .rev()
            .find(|at| matches_at(last, chars, *at))
            .map(|at| at + last.len())
    } else {
        position(last, chars, end).map(|at| at + last.len())
    }
}

fn position(piece: &[Option<char>], chars: &Chars, from: usize) -> Option<usize> {
    let latest = chars.len().checked_sub(piece.len())?;
    (from..=latest).find(|at| matches_at(piece, chars, *at))
}

fn matches_at(piece: &[Option<char>], chars: &Chars, at: usize) -> bool {
    chars.get(at..at + piece.len()).is_some_and(|chars| {
        piece
            .iter()
            .zip(chars)
            .all(|(wanted, (_, c))| wanted.is_none_or(|wanted| wanted == *c))
    })
}

fn offset(value: &str, chars: &Chars, index: usize) -> usize {
    chars.get(index).map_or(value.len(), |(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn beginnings_and_ends_are_cut_off() {
        for (value, text, shortest, longest) in [
            ("a.b.c", "*.", "b.c", "c"),
            ("a.b.c", "x*", "a.b.c", "a.b.c"),
            ("äöü", "?", "öü", "öü"),
            ("a*b", "a\\*", "b", "b"),
            ("abcabc", "a*b*c", "abc", ""),
            ("abc", "*", "abc", ""),
            ("abc", "", "abc", "abc"),
        ] {
            assert_eq!(
                pattern(text).without_prefix(value, false),
                shortest,
                "{text}"
            );
            assert_eq!(pattern(text).without_prefix(value, true), longest, "{text}");
        }
        for (value, text, shortest, longest) in [
            ("a.b.c", ".*", "a.b", "a"),
            ("a.tar.gz", ".tar.gz", "a", "a"),
            ("äöü", "??", "ä", "ä"),
            ("abc", "*", "abc", ""),
            ("abc", "x", "abc", "abc"),
        ] {
            assert_eq!(
                pattern(text).without_suffix(value, false),
                shortest,
                "{text}"
            );
            assert_eq!(pattern(text).without_suffix(value, true), longest, "{text}");
        }
    }

    #[test]
    fn matches_are_replaced() {
        for (value, text, by, first, all) in [
            ("a-b-c", "-", "_", "a_b-c", "a_b_c"),
            ("a-b-c", "-*-", "", "ac", "ac"),
            ("abc", "?", "x", "xbc", "xxx"),
            ("abc", "", "-", "-abc", "-a-b-c-"),
            ("abc", "*", "x", "x", "x"),
            ("abc", "z", "x", "abc", "abc"),
        ] {
            assert_eq!(pattern(text).replace(value, by, false), first, "{text}");
            assert_eq!(pattern(text).replace(value, by, true), all, "{text}");
        }
    }

    #[test]
    fn a_bad_escape_is_an_error() {
        for text in ["\\a", "a\\"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
        assert!(Pattern::parse(&"a".repeat(LONGEST + 1)).is_err());
    }
}
