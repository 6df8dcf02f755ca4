//! The script of a call of `sed`, read into edits.

use regex::{Regex, RegexBuilder};

use super::pattern::translated;
use super::{Address, Does, Edit, Part};
use crate::eval::Value;

/// The longest pattern that is tried: whoever writes such a thing has no configuration in mind.
const LONGEST_PATTERN: usize = 2_000;
/// How much memory a pattern may take.
const MOST_MEMORY: usize = 1 << 20;

/// A script while it is read.
pub(super) struct Script {
    value: Value,
    text: String,
    at: usize,
    extended: bool,
    /// The pattern that was read last, for which an empty one stands.
    last: Option<Regex>,
}

impl Script {
    pub(super) fn new(value: Value, extended: bool) -> Option<Self> {
        // A part that is not known is a character that nobody writes: what it comes to is not known.
        let mut known = Value::default();
        for piece in value.pieces() {
            match piece {
                crate::eval::Piece::Known {
                    text,
                    origin,
                    exact,
                } => known.push_known(text, *origin, *exact),
                crate::eval::Piece::Unknown(_) => known.push_known("$\u{fffc}", None, false),
            }
        }
        let text = known.known()?;
        Some(Self {
            value: known,
            text,
            at: 0,
            extended,
            last: None,
        })
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn skip(&mut self, what: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&what) {
            self.next();
        }
    }

    pub(super) fn edits(mut self) -> Option<Vec<Edit>> {
        let mut found = Vec::new();
        loop {
            self.skip(|c| c.is_whitespace() || c == ';');
            if self.peek().is_none() {
                return Some(found);
            }
            if self.peek() == Some('#') {
                self.skip(|c| c != '\n');
                continue;
            }
            found.push(self.edit()?);
        }
    }

    fn edit(&mut self) -> Option<Edit> {
        let from = self.address()?;
        let mut to = None;
        if from.is_some() && self.peek() == Some(',') {
            self.next();
            to = Some(self.address()??);
        }
        self.skip(char::is_whitespace);
        let negated = self.peek() == Some('!');
        if negated {
            self.next();
            self.skip(char::is_whitespace);
        }
        let does = match self.next()? {
            's' => self.substitute()?,
            'd' => Does::Delete,
            'p' => Does::Nothing,
            'a' => Does::Append(self.line()?),
            'i' => Does::Insert(self.line()?),
            'c' => Does::Change(self.line()?),
            _ => return None,
        };
        Some(Edit {
            from,
            to,
            negated,
            does,
        })
    }

    /// An address, if one stands here; the outer none is one that is not understood.
    fn address(&mut self) -> Option<Option<Address>> {
        match self.peek() {
            Some('$') if !self.text[self.at..].starts_with("$\u{fffc}") => {
                self.next();
                Some(Some(Address::Last))
            }
            Some(c) if c.is_ascii_digit() => {
                let start = self.at;
                self.skip(|c| c.is_ascii_digit());
                Some(Some(Address::Line(
                    self.text.get(start..self.at)?.parse().ok()?,
                )))
            }
            Some('/' | '\\') => {
                if self.next()? == '\\' {
                    self.next()?;
                }
                let delimiter = self.text[..self.at].chars().next_back()?;
                let range = self.until(delimiter)?;
                let insensitive = self.peek() == Some('I');
                if insensitive {
                    self.next();
                }
                let pattern = self.pattern(range, delimiter, insensitive)?;
                Some(Some(Address::Pattern(pattern)))
            }
            _ => Some(None),
        }
    }

    /// The bytes up to a delimiter, which is passed over; a bracket's are none.
    fn until(&mut self, delimiter: char) -> Option<std::ops::Range<usize>> {
        let start = self.at;
        loop {
            let here = self.at;
            match self.next()? {
                c if c == delimiter => return Some(start..here),
                '\\' => drop(self.next()?),
                _ => {}
            }
        }
    }

    fn pattern(
        &mut self,
        range: std::ops::Range<usize>,
        delimiter: char,
        insensitive: bool,
    ) -> Option<Regex> {
        let text = self.text.get(range)?;
        if text.is_empty() {
            return self.last.clone();
        }
        if text.contains('\u{fffc}') || text.len() > LONGEST_PATTERN {
            return None;
        }
        let text = translated(text, delimiter, self.extended)?;
        let pattern = RegexBuilder::new(&text)
            .case_insensitive(insensitive)
            .size_limit(MOST_MEMORY)
            .build()
            .ok()?;
        self.last = Some(pattern.clone());
        Some(pattern)
    }

    fn substitute(&mut self) -> Option<Does> {
        let delimiter = self.next()?;
        let pattern = self.until(delimiter)?;
        let with = self.until(delimiter)?;
        let start = self.at;
        self.skip(|c| c.is_ascii_alphanumeric());
        let flags = self.text.get(start..self.at)?;
        if !flags.chars().all(|c| matches!(c, 'g' | 'i' | 'I' | '1')) {
            return None;
        }
        let (everywhere, insensitive) = (flags.contains('g'), flags.contains(['i', 'I']));
        Some(Does::Substitute {
            pattern: self.pattern(pattern, delimiter, insensitive)?,
            with: self.replacement(with)?,
            everywhere,
        })
    }

    fn replacement(&self, range: std::ops::Range<usize>) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        let mut text = Value::default();
        let mut characters = self.text.get(range.clone())?.char_indices();
        while let Some((at, c)) = characters.next() {
            let at = range.start + at;
            let group = match c {
                '&' => Some(0),
                '\\' => {
                    let (_, escaped) = characters.next()?;
                    match escaped {
                        '0'..='9' => escaped.to_digit(10).map(|digit| digit as usize),
                        'n' => {
                            text.push_known("\n", None, false);
                            None
                        }
                        't' => {
                            text.push_known("\t", None, false);
                            None
                        }
                        'L' | 'U' | 'l' | 'u' | 'E' => return None,
                        _ => {
                            text.push(self.value.slice(at + 1..at + 1 + escaped.len_utf8())?);
                            None
                        }
                    }
                }
                _ => {
                    text.push(self.value.slice(at..at + c.len_utf8())?);
                    None
                }
            };
            if let Some(group) = group {
                parts.push(Part::Text(std::mem::take(&mut text)));
                parts.push(Part::Group(group));
            }
        }
        parts.push(Part::Text(text));
        Some(parts)
    }

    /// The text behind `a`, `i` or `c`, up to the end of a line that no backslash continues.
    fn line(&mut self) -> Option<Value> {
        self.skip(|c| c == ' ' || c == '\t');
        if self.peek() == Some('\\') {
            self.next();
            // The blanks of a text that begins here are its own.
            let own = self.at;
            self.skip(|c| c == ' ' || c == '\t');
            match self.peek() {
                Some('\n') => drop(self.next()),
                _ => self.at = own,
            }
        }
        let mut text = Value::default();
        loop {
            let start = self.at;
            self.skip(|c| c != '\n' && c != '\\');
            text.push(self.value.slice(start..self.at)?);
            if self.peek() != Some('\\') {
                return Some(text);
            }
            self.next();
            let at = self.at;
            match self.next() {
                Some('n') => text.push_known("\n", None, false),
                Some('t') => text.push_known("\t", None, false),
                Some(_) => text.push(self.value.slice(at..self.at)?),
                None => {}
            }
        }
    }
}
