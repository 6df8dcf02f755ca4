//! The words of a command, as far as their text is known, and parts of them.

use std::ops::Range;

/// The words of a command; the first is the program. `None` is a word whose text is not known.
pub type Words<'a> = [Option<&'a str>];

/// A word of a command, or some bytes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordPart {
    /// Which word, counted from the program's own.
    pub index: usize,
    /// Which bytes of its text; `None` is the whole word, also where its text is not known.
    pub range: Option<Range<usize>>,
}

impl WordPart {
    /// The whole word.
    pub fn whole(index: usize) -> Self {
        Self { index, range: None }
    }

    /// Some bytes of a word.
    pub fn bytes(index: usize, range: Range<usize>) -> Self {
        Self {
            index,
            range: Some(range),
        }
    }

    /// The text that stands there, if it is known.
    pub fn text<'a>(&self, argv: &Words<'a>) -> Option<&'a str> {
        let word = (*argv.get(self.index)?)?;
        match &self.range {
            None => Some(word),
            Some(range) => word.get(range.clone()),
        }
    }

    /// The part of this part that `inner` is, counted from this part's first byte.
    pub(crate) fn within(&self, inner: Range<usize>) -> Self {
        let start = self.range.as_ref().map_or(0, |range| range.start);
        Self::bytes(self.index, start + inner.start..start + inner.end)
    }
}

/// A program's name: its word without the directories. Empty where the word is not known.
pub fn program_name<'a>(argv: &Words<'a>) -> &'a str {
    argv.first().copied().flatten().map_or("", base_name)
}

/// What follows the last slash.
pub(crate) fn base_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// Whether a word is an assignment: a name, `=` and whatever.
pub(crate) fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        let mut bytes = name.bytes();
        bytes
            .next()
            .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
            && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}
