//! Deletions and insertions, put together into edits that do not overlap.

use std::ops::Range;

use crate::finding::Edit;
use crate::source::{Origin, SourceId, Span};

/// What changes in one text, in any order.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    deleted: Vec<Range<usize>>,
    inserted: Vec<(usize, String)>,
}

impl Changes {
    pub(super) fn delete(&mut self, range: Range<usize>) {
        if range.start < range.end {
            self.deleted.push(range);
        }
    }

    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.inserted.push((at, text.into()));
    }

    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.insert(range.start, text);
        self.delete(range);
    }

    /// The edits in the order of the text. Deletions that meet become one; an insertion inside of
    /// a deletion, or at its ends, becomes its replacement.
    pub(super) fn edits(mut self, source: SourceId) -> Vec<Edit> {
        self.deleted.sort_by_key(|range| (range.start, range.end));
        // Stable: what is inserted at one place stays in order.
        self.inserted.sort_by_key(|(at, _)| *at);
        let mut merged: Vec<Range<usize>> = Vec::new();
        for range in self.deleted {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        let mut edits = Vec::new();
        let mut inserted = self.inserted.into_iter().peekable();
        for range in merged {
            while let Some((at, text)) = inserted.next_if(|(at, _)| *at < range.start) {
                edits.push(edit(source, at..at, text));
            }
            let mut replacement = String::new();
            while let Some((_, text)) = inserted.next_if(|(at, _)| *at <= range.end) {
                replacement.push_str(&text);
            }
            edits.push(edit(source, range, replacement));
        }
        edits.extend(inserted.map(|(at, text)| edit(source, at..at, text)));
        edits
    }
}

/// An edit of a range.
pub(super) fn edit(source: SourceId, range: Range<usize>, text: impl Into<String>) -> Edit {
    Edit {
        origin: Origin {
            source,
            span: Span::new(range.start, range.end),
        },
        replacement: text.into(),
    }
}
