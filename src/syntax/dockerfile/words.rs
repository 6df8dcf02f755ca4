//! How Docker splits arguments into words. Quotes stay where they are; a word is a range of bytes.

use std::ops::Range;

/// What separates a keyword from its arguments, and words that know no quotes. Not every Unicode
/// blank, and no line feed.
pub(super) fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\u{B}' | '\u{C}')
}

/// The range of a text without the blanks around it.
pub(super) fn trimmed(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    start..start + text[start..].trim_end().len()
}

/// Splits at blanks, in quotes, too.
pub(super) fn split_blanks(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut rest = 0;
    while let Some(at) = text[rest..].find(is_separator) {
        words.push(rest..rest + at);
        let behind = text[rest + at..].trim_start_matches(is_separator);
        rest = text.len() - behind.len();
    }
    words.push(rest..text.len());
    words
}

/// Splits at blanks outside of quotes, as ENV, LABEL and ARG do. An escape character keeps the next
/// one from being a quote or a blank; at the end it is dropped.
pub(super) fn split_quoted(text: &str, escape: char) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (start, quote) {
            (None, _) if c.is_whitespace() => continue,
            (Some(begin), None) if c.is_whitespace() => {
                words.push(begin..at);
                start = None;
                continue;
            }
            _ => {}
        }
        let begin = *start.get_or_insert(at);
        match quote {
            None if c == '"' || c == '\'' => quote = Some(c),
            Some(open) if c == open => quote = None,
            _ => {}
        }
        if c == escape && quote != Some('\'') && chars.next().is_none() {
            if begin < at {
                words.push(begin..at);
            }
            return words;
        }
    }
    if let Some(begin) = start {
        words.push(begin..text.len());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Vec<&str> {
        let words = split_quoted(text, '\\');
        words.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn words_with_quotes() {
        assert_eq!(quoted("a=b  c=d"), ["a=b", "c=d"]);
        assert_eq!(quoted(r#"a="b c" d='e "f'"#), [r#"a="b c""#, r#"d='e "f'"#]);
        assert_eq!(quoted(r"a=b\ c d"), [r"a=b\ c", "d"]);
        assert_eq!(quoted(r#"a="b\" c" d"#), [r#"a="b\" c""#, "d"]);
        assert_eq!(quoted(r"a='b\' c"), [r"a='b\'", "c"]);
        assert_eq!(quoted(r"a=b\"), ["a=b"]);
        assert_eq!(quoted(r#"a="open and"#), [r#"a="open and"#]);
        assert_eq!(quoted(r"\"), [""; 0]);
        assert_eq!(quoted(""), [""; 0]);
    }

    #[test]
    fn words_without_quotes() {
        let text = "a\t \"b c\"";
        let words: Vec<&str> = split_blanks(text).into_iter().map(|r| &text[r]).collect();
        assert_eq!(words, ["a", "\"b", "c\""]);
    }
}
