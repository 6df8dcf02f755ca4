//! The lines of a file, and how one says that the next one belongs to it.

use crate::source::Span;

/// BuildKit reads line by line into a buffer of 64 KiB.
const LONGEST_LINE: usize = 65_535;

/// One line of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Its text, without the line end, and without a byte order mark.
    pub text: &'a str,
    /// Where its text begins.
    pub start: usize,
    /// Its number, from 1.
    pub number: u32,
}

impl Line<'_> {
    /// The end of its text.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The comment that the line is: from its `#` on.
    pub fn comment(&self) -> Option<Span> {
        let comment = self.text.trim_start();
        comment
            .starts_with('#')
            .then(|| Span::new(self.end() - comment.len(), self.end()))
    }

    /// Whether nothing but blanks is on it.
    pub fn is_blank(&self) -> bool {
        self.text.trim_start().is_empty()
    }
}

/// Reads a file line by line.
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    number: u32,
    too_long: Option<Span>,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            number: 0,
            too_long: None,
        }
    }

    /// Where the next line begins.
    pub fn at(&self) -> usize {
        self.at
    }

    /// How many lines were read.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The first line that is longer than BuildKit reads.
    pub fn too_long(&self) -> Option<Span> {
        self.too_long
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let end = rest.find('\n').unwrap_or(rest.len());
        let mut start = self.at;
        let mut text = rest[..end].trim_end_matches('\r');
        if end > LONGEST_LINE && self.too_long.is_none() {
            self.too_long = Some(Span::new(start, start + text.len()));
        }
        if start == 0
            && let Some(behind) = text.strip_prefix('\u{FEFF}')
        {
            start = text.len() - behind.len();
            text = behind;
        }
        self.at = (self.at + end + 1).min(self.text.len());
        self.number += 1;
        Some(Line {
            text,
            start,
            number: self.number,
        })
    }
}

/// The text of a line without the escape character that continues it and the blanks behind that;
/// none if the line is not continued. Two escape characters do not continue it, nor do three.
pub(super) fn continued(text: &str, escape: char) -> Option<&str> {
    let before = text.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
    (!before.ends_with(escape)).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_continues_a_line() {
        for (text, expected) in [
            ("RUN a \\", Some("RUN a ")),
            ("RUN a \\ \t", Some("RUN a ")),
            ("\\", Some("")),
            ("  \\", Some("  ")),
            ("RUN a \\\\", None),
            ("RUN a \\\\\\", None),
            ("RUN a \\\u{B}", None),
            ("RUN a", None),
            ("", None),
        ] {
            assert_eq!(continued(text, '\\'), expected, "{text:?}");
        }
        assert_eq!(continued("RUN a `", '`'), Some("RUN a "));
        assert_eq!(continued("RUN a \\", '`'), None);
    }

    #[test]
    fn lines_know_their_place() {
        let text = "\u{FEFF}a\r\n\n # c\r\r\nlast";
        let lines: Vec<_> = Lines::new(text)
            .map(|l| (l.text, l.start, l.number))
            .collect();
        assert_eq!(
            lines,
            [("a", 3, 1), ("", 6, 2), (" # c", 7, 3), ("last", 14, 4)]
        );
        let third = Lines::new(text).nth(2).and_then(|line| line.comment());
        assert_eq!(third, Some(Span::new(8, 11)));
    }

    #[test]
    fn a_line_may_have_65_535_bytes() {
        let longest = "x".repeat(65_535);
        for (text, ok) in [
            (format!("{longest}\n"), true),
            (longest.clone(), true),
            (format!("{longest}x\n"), false),
            (format!("{longest}\r\n"), false),
        ] {
            let mut lines = Lines::new(&text);
            while lines.next().is_some() {}
            assert_eq!(lines.too_long().is_none(), ok);
        }
    }
}
