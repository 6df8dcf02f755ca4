//! How IFS parts text: blanks in it as one, any other character each for itself.

use std::ops::Range;

/// Whether a character of IFS is one of those that count as one when they stand together.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n')
}

/// The end of the separator that stands at `at`: blanks, at most one other character, blanks; and
/// whether there was such a character.
fn separator(text: &str, ifs: &str, at: usize) -> (usize, bool) {
    let mut end = at;
    let mut other = false;
    for c in text[at..].chars().take_while(|c| ifs.contains(*c)) {
        if !is_blank(c) {
            if other {
                break;
            }
            other = true;
        }
        end += c.len_utf8();
    }
    (end, other)
}

/// The first field at or behind `at`, and where the next one begins.
fn next(text: &str, ifs: &str, at: usize) -> (Range<usize>, usize) {
    let length = text[at..].find(|c| ifs.contains(c));
    let end = length.map_or(text.len(), |length| at + length);
    (at..end, separator(text, ifs, end).0)
}

/// Where the first field begins: behind blanks.
fn begin(text: &str, ifs: &str) -> usize {
    text.len()
        - text
            .trim_start_matches(|c| is_blank(c) && ifs.contains(c))
            .len()
}

/// The fields that `read` gives to so many variables: the last gets all that is left.
pub(super) fn read(text: &str, ifs: &str, names: usize) -> Vec<Range<usize>> {
    let mut fields = Vec::new();
    let mut at = begin(text, ifs);
    while fields.len() + 1 < names && at < text.len() {
        let (field, behind) = next(text, ifs, at);
        fields.push(field);
        at = behind;
    }
    if at < text.len() && fields.len() < names {
        let (field, behind) = next(text, ifs, at);
        fields.push(if behind == text.len() {
            field
        } else {
            let rest = text[at..].trim_end_matches(|c| is_blank(c) && ifs.contains(c));
            at..at + rest.len()
        });
    }
    fields
}

/// What an unquoted expansion comes to.
pub(super) struct Parted {
    /// The fields.
    pub(super) fields: Vec<Range<usize>>,
    /// Whether a separator stands before them: what is written before goes by itself.
    pub(super) before: bool,
    /// Whether one stands behind them.
    pub(super) behind: bool,
}

/// All fields of an expansion.
pub(super) fn part(text: &str, ifs: &str) -> Parted {
    let mut fields = Vec::new();
    let mut at = begin(text, ifs);
    let before = at > 0;
    while at < text.len() {
        let (field, behind) = next(text, ifs, at);
        fields.push(field);
        at = behind;
    }
    Parted {
        fields,
        before,
        behind: text.ends_with(|c| ifs.contains(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'t>(text: &'t str, fields: &[Range<usize>]) -> Vec<&'t str> {
        fields.iter().map(|field| &text[field.clone()]).collect()
    }

    #[test]
    fn blanks_count_as_one_separator_and_others_each() {
        for (text, ifs, expected) in [
            (" a  b ", " \t\n", &["a", "b"][..]),
            ("a,b,,c", ",", &["a", "b", "", "c"]),
            (",a,", ",", &["", "a"]),
            ("a , b", ", ", &["a", "b"]),
            ("a b", "", &["a b"]),
            ("a b", ",", &["a b"]),
            ("", ",", &[]),
        ] {
            assert_eq!(texts(text, &part(text, ifs).fields), expected, "{text}");
        }
    }

    #[test]
    fn the_last_variable_gets_the_rest() {
        for (text, ifs, names, expected) in [
            ("a b c ", " \t\n", 2, &["a", "b c"][..]),
            ("a:b:c", ":", 2, &["a", "b:c"]),
            ("a:b:", ":", 2, &["a", "b"]),
            ("k=v=w", "=", 2, &["k", "v=w"]),
            ("  a b", "", 1, &["  a b"]),
            ("a", " ", 3, &["a"]),
        ] {
            assert_eq!(texts(text, &read(text, ifs, names)), expected, "{text}");
        }
    }
}
