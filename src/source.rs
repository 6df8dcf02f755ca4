//! Files, spans and origins: where every value that the program talks about was written.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Which file of a context a [`Span`] belongs to: an index into [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A range of bytes in one source, end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to, and without, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Self {
            start: start as u32,
            end: end as u32,
        }
    }

    /// The span as a range that can index a string.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Whether `other` lies within this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Where a value was written: a span and the file that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The file.
    pub source: SourceId,
    /// The bytes in it.
    pub span: Span,
}

/// A place as people count: lines and columns from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One file's text, with the offsets of its lines.
///
/// The text has as many bytes as the file, so that every offset holds in both: a byte that is not
/// UTF-8 stands as `?` in the text, and [`Source::invalid_utf8`] says where the first one is.
#[derive(Debug)]
pub struct Source {
    path: String,
    disk: PathBuf,
    bytes: Vec<u8>,
    text: String,
    lines: Vec<u32>,
    /// Each byte of the text is a character.
    is_ascii: bool,
    invalid_utf8: Option<usize>,
}

impl Source {
    /// A source from the bytes of a file. `path` is the name that the user knows it by, with `/`;
    /// `disk` is where it can be written.
    pub fn new(path: String, disk: PathBuf, bytes: Vec<u8>) -> Self {
        let (text, invalid_utf8) = decode(&bytes);
        let mut lines = vec![0];
        lines.extend(
            bytes
                .iter()
                .enumerate()
                .filter(|(_, b)| **b == b'\n')
                .map(|(i, _)| i as u32 + 1),
        );
        Self {
            path,
            disk,
            is_ascii: text.is_ascii(),
            bytes,
            text,
            lines,
            invalid_utf8,
        }
    }

    /// The name that the user knows it by.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where it lies.
    pub fn disk(&self) -> &Path {
        &self.disk
    }

    /// Its bytes, as they lie on disk.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its text: byte offsets are those of the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The offset of the first byte that is not UTF-8.
    pub fn invalid_utf8(&self) -> Option<usize> {
        self.invalid_utf8
    }

    /// The text of a span; nothing where the span is not one of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Whether it is no text at all: a program, an archive, a picture. What has a NUL byte near its
    /// start counts as that, as it does for grep and git.
    pub fn is_binary(&self) -> bool {
        self.bytes.iter().take(8000).any(|byte| *byte == 0)
    }

    /// The line that an offset is in, from 0.
    pub fn line_index(&self, offset: usize) -> usize {
        self.lines
            .partition_point(|start| *start as usize <= offset)
            - 1
    }

    /// The span of a line, from 0, with its line end.
    pub fn line_span(&self, index: usize) -> Span {
        let start = self.lines[index] as usize;
        let end = self
            .lines
            .get(index + 1)
            .map_or(self.bytes.len(), |next| *next as usize);
        Span::new(start, end)
    }

    /// How many lines it has; the empty text behind a last line end counts as one.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The offset of a line and a column, both from 1, the column in bytes; the end of the text where
    /// there is no such place.
    pub fn offset_of(&self, line: usize, column: usize) -> usize {
        let span = match line.checked_sub(1) {
            Some(index) if index < self.line_count() => self.line_span(index),
            _ => return self.bytes.len(),
        };
        (span.start as usize + column.saturating_sub(1)).min(span.end as usize)
    }

    /// An offset as line and column.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.line_index(offset);
        let before = &self.text.as_bytes()[self.lines[line] as usize..offset];
        // A character is counted by its first byte, so that this works inside of one, too.
        let characters = match self.is_ascii {
            // Lines can be long, and places in them many.
            true => before.len(),
            false => before.iter().filter(|b| **b & 0xC0 != 0x80).count(),
        };
        // Nobody sees a byte order mark.
        let unseen = usize::from(line == 0 && offset > 0 && self.text.starts_with('\u{feff}'));
        let column = characters + 1 - unseen;
        Position {
            line: line + 1,
            column,
        }
    }

    /// How many bytes of its line stand before an offset, and one: the column where bytes count.
    pub fn byte_column(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        let start = self.line_span(self.line_index(offset)).start as usize;
        offset - start + 1
    }
}

/// The files of one context that were read, each once.
///
/// A source can be taken in while others are in use: what [`Sources::get`] gives is shared, and
/// stays as it is.
#[derive(Debug, Default)]
pub struct Sources {
    list: Mutex<Vec<Arc<Source>>>,
}

impl Sources {
    /// Takes a source in and gives its id.
    pub fn add(&self, source: Source) -> SourceId {
        let mut list = self.lock();
        list.push(Arc::new(source));
        SourceId(list.len() as u32 - 1)
    }

    /// The source of an id that [`Sources::add`] gave.
    pub fn get(&self, id: SourceId) -> Arc<Source> {
        Arc::clone(&self.lock()[id.0 as usize])
    }

    /// All of them, in the order of their ids.
    pub fn all(&self) -> Vec<(SourceId, Arc<Source>)> {
        let list = self.lock();
        let ids = (0..).map(SourceId);
        ids.zip(list.iter().cloned()).collect()
    }

    /// The same sources under the same ids, but for those that `bytes` names: these hold what is
    /// given there.
    pub fn with_bytes(&self, bytes: &[(SourceId, Vec<u8>)]) -> Sources {
        let mut list = self.lock().clone();
        for (id, bytes) in bytes {
            if let Some(slot) = list.get_mut(id.0 as usize) {
                *slot = Arc::new(Source::new(
                    slot.path.clone(),
                    slot.disk.clone(),
                    bytes.clone(),
                ));
            }
        }
        Sources {
            list: Mutex::new(list),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Source>>> {
        // A panic elsewhere leaves the list whole: it only ever grows by one.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// UTF-8 where it is, `?` for each byte where it is not.
fn decode(bytes: &[u8]) -> (String, Option<usize>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(error) => {
            let mut text = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|_| '?'));
            }
            (text, Some(error.valid_up_to()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> Source {
        Source::new("Dockerfile".into(), "Dockerfile".into(), bytes.to_vec())
    }

    #[test]
    fn offsets_become_lines_and_columns_in_characters() {
        let source = source("FROM a\n# \u{e9}t\u{e9}\n".as_bytes());
        for (offset, line, column) in [
            (0, 1, 1),
            (5, 1, 6),
            (6, 1, 7),
            (7, 2, 1),
            (9, 2, 3),
            (11, 2, 4),
            (12, 2, 5),
            (14, 2, 6),
            (15, 3, 1),
            (99, 3, 1),
        ] {
            assert_eq!(
                source.position(offset),
                Position { line, column },
                "offset {offset}"
            );
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let source = source("\u{feff}FROM a\n".as_bytes());
        let columns = [0, 3, 4, 10].map(|offset| source.position(offset).column);
        assert_eq!(columns, [1, 1, 2, 1]);
        // Whoever counts bytes sees it.
        let columns = [0, 3, 4, 10].map(|offset| source.byte_column(offset));
        assert_eq!(columns, [1, 4, 5, 1]);
    }

    #[test]
    fn bytes_that_are_not_utf8_keep_every_offset() {
        let source = source(b"# caf\xe9 \xff\xfe\nFROM a\n");
        assert_eq!(source.invalid_utf8(), Some(5));
        assert_eq!(source.text(), "# caf? ??\nFROM a\n");
        assert_eq!(source.text().len(), source.bytes().len());
        assert_eq!(source.position(8), Position { line: 1, column: 9 });
    }

    #[test]
    fn changed_bytes_leave_the_first_sources_as_they_are() {
        let sources = Sources::default();
        let id = sources.add(source(b"FROM a\n"));
        let other = sources.add(source(b"FROM c\n"));
        let changed = sources.with_bytes(&[(id, b"FROM b\n".to_vec())]);
        assert_eq!(sources.get(id).text(), "FROM a\n");
        assert_eq!(changed.get(id).text(), "FROM b\n");
        assert_eq!(changed.get(other).text(), "FROM c\n");
    }

    #[test]
    fn a_span_of_another_text_is_empty() {
        assert_eq!(source(b"FROM a").slice(Span::new(4, 99)), "");
        assert_eq!(source("\u{e9}".as_bytes()).slice(Span::new(1, 2)), "");
    }
}
