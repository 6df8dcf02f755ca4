//! Text that was put together from pieces of a source.

use crate::source::Span;

/// Text put together from pieces of one source, each of which keeps its place: a `RUN` of twenty
/// lines as one command line, or a script without its carriage returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Where it begins in the joined text.
    at: u32,
    /// Where it begins in the source.
    start: u32,
}

impl Joined {
    /// Text that stands in the source as it is, from `start` on.
    pub fn whole(text: &str, start: usize) -> Self {
        let mut joined = Self::default();
        joined.push(text, start);
        joined
    }

    /// Adds a piece, which stands in the source at `start`.
    pub fn push(&mut self, text: &str, start: usize) {
        if !text.is_empty() {
            self.pieces.push(Piece {
                at: self.text.len() as u32,
                start: start as u32,
            });
            self.text.push_str(text);
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a byte of the text stands in the source. One past the end is one past the last byte.
    pub fn offset(&self, at: usize) -> usize {
        let Some(piece) = self.piece(at) else {
            return 0;
        };
        piece.start as usize + at - piece.at as usize
    }

    /// Where a range of the text stands in the source. It begins with the range's first byte and
    /// ends behind its last, and so covers what was left out between two pieces.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        if range.is_empty() {
            let at = self.offset(range.start);
            return Span::new(at, at);
        }
        Span::new(self.offset(range.start), self.offset(range.end - 1) + 1)
    }

    /// The text from `range`, with its places.
    pub fn slice(&self, range: std::ops::Range<usize>) -> Joined {
        let mut out = Joined::default();
        let mut at = range.start;
        while at < range.end {
            let next = self.pieces.partition_point(|p| p.at as usize <= at);
            let end = self
                .pieces
                .get(next)
                .map_or(range.end, |p| (p.at as usize).min(range.end));
            out.push(&self.text[at..end], self.offset(at));
            at = end;
        }
        out
    }

    fn piece(&self, at: usize) -> Option<Piece> {
        let next = self.pieces.partition_point(|piece| piece.at as usize <= at);
        self.pieces.get(next.saturating_sub(1)).copied()
    }
}
