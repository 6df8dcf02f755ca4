//! What stands between the words of a script without being part of a command.

use std::collections::HashMap;
use std::ops::Range;

/// Comments and the bodies of here-documents seen so far, so that looking for a bracket before or
/// behind some commands can step over them.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    end_of: HashMap<usize, usize>,
    start_of: HashMap<usize, usize>,
}

impl Gaps {
    pub(super) fn add(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.end_of.insert(range.start, range.end);
            self.start_of.insert(range.end, range.start);
        }
    }

    /// Behind blanks, line ends, `;`, `&`, comments and here-documents.
    pub(super) fn skip_forward(&self, text: &str, mut at: usize) -> usize {
        let bytes = text.as_bytes();
        loop {
            if let Some(end) = self.end_of.get(&at) {
                at = *end;
                continue;
            }
            match (bytes.get(at), bytes.get(at + 1)) {
                (Some(b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&'), _) => at += 1,
                (Some(b'\\'), Some(b'\n')) => at += 2,
                _ => return at,
            }
        }
    }

    /// Before blanks, line ends, comments and here-documents.
    pub(super) fn skip_back(&self, text: &str, mut at: usize) -> usize {
        let bytes = text.as_bytes();
        loop {
            if let Some(start) = self.start_of.get(&at) {
                at = *start;
                continue;
            }
            let Some(before) = at.checked_sub(1) else {
                return at;
            };
            match bytes.get(before) {
                Some(b'\n') if before > 0 && bytes[before - 1] == b'\\' => at = before - 1,
                Some(b' ' | b'\t' | b'\n' | b'\r') => at = before,
                _ => return at,
            }
        }
    }
}
