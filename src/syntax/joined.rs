//! Text that was put together from pieces of a source.

use std::ops::Range;

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
    /// Text that stands in the source as it is, from `start` on. An empty text has its place, too.
    pub fn whole(text: &str, start: usize) -> Self {
        Self {
            text: text.to_owned(),
            pieces: vec![Piece {
                at: 0,
                start: start as u32,
            }],
        }
    }

    /// Adds a piece, which stands in the source at `start`.
    pub fn push(&mut self, text: &str, start: usize) {
        if text.is_empty() {
            return;
        }
        // What goes on where the last piece ended is the same piece.
        let goes_on = self
            .pieces
            .last()
            .is_some_and(|last| last.start as usize + self.text.len() - last.at as usize == start);
        if !goes_on {
            self.pieces.push(Piece {
                at: self.text.len() as u32,
                start: start as u32,
            });
        }
        self.text.push_str(text);
    }

    /// Adds another joined text.
    pub fn append(&mut self, other: &Joined) {
        for (range, start) in other.runs(0..other.text.len()) {
            self.push(&other.text[range], start);
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The spans of its pieces, in their order.
    pub fn pieces(&self) -> impl Iterator<Item = Span> {
        self.runs(0..self.text.len())
            .map(|(range, start)| Span::new(start, start + range.len()))
    }

    /// Where a byte of the text stands in the source. One past the end is one past the last byte.
    pub fn offset(&self, at: usize) -> usize {
        let Some(piece) = self.piece(at) else {
            return 0;
        };
        piece.start as usize + at - piece.at as usize
    }

    /// Where a range of the text stands in the source. It begins with the range's first byte and
    /// ends behind its last, and so covers what was left out between two pieces. An empty range
    /// stands behind the byte before it.
    pub fn span(&self, range: Range<usize>) -> Span {
        if range.is_empty() {
            let at = match range.start.checked_sub(1) {
                Some(before) => self.offset(before) + 1,
                None => self.offset(0),
            };
            return Span::new(at, at);
        }
        let start = self.offset(range.start);
        // Pieces that a running shell put together need not be in the source's order.
        Span::new(start, (self.offset(range.end - 1) + 1).max(start))
    }

    /// The text from `range`, with its places.
    pub fn slice(&self, range: Range<usize>) -> Joined {
        if range.is_empty() {
            return Joined::whole("", self.span(range).start as usize);
        }
        let mut pieces = Vec::new();
        for (run, start) in self.runs(range.clone()) {
            pieces.push(Piece {
                at: (run.start - range.start) as u32,
                start: start as u32,
            });
        }
        Joined {
            text: self.text[range].to_owned(),
            pieces,
        }
    }

    /// The parts of a range that stand in one piece each, and where they begin in the source.
    fn runs(&self, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, usize)> {
        let first = self
            .pieces
            .partition_point(|piece| piece.at as usize <= range.start)
            .saturating_sub(1);
        let pieces = self.pieces.get(first..).unwrap_or_default();
        pieces.iter().enumerate().map_while(move |(index, piece)| {
            let at = piece.at as usize;
            let next = pieces.get(index + 1).map_or(range.end, |p| p.at as usize);
            let run = at.max(range.start)..next.min(range.end);
            (!run.is_empty()).then(|| (run.clone(), piece.start as usize + run.start - at))
        })
    }

    fn piece(&self, at: usize) -> Option<Piece> {
        let next = self.pieces.partition_point(|piece| piece.at as usize <= at);
        self.pieces.get(next.saturating_sub(1)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined() -> Joined {
        let mut joined = Joined::default();
        joined.push("RUN a", 10);
        joined.push("b c", 20);
        joined
    }

    #[test]
    fn every_byte_keeps_its_place() {
        let joined = joined();
        assert_eq!(joined.text(), "RUN ab c");
        assert_eq!(joined.offset(4), 14);
        assert_eq!(joined.offset(5), 20);
        assert_eq!(joined.offset(8), 23);
        assert_eq!(joined.span(4..6), Span::new(14, 21));
        assert_eq!(
            joined.span(5..5),
            Span::new(15, 15),
            "behind the byte before"
        );
    }

    #[test]
    fn a_slice_keeps_the_places() {
        let slice = joined().slice(4..7);
        assert_eq!(slice.text(), "ab ");
        assert_eq!(slice.span(0..3), Span::new(14, 22));
        let spans: Vec<Span> = slice.pieces().collect();
        assert_eq!(spans, [Span::new(14, 15), Span::new(20, 22)]);
        let empty = joined().slice(8..8);
        assert_eq!((empty.text(), empty.offset(0)), ("", 23));
    }

    #[test]
    fn pieces_that_touch_are_one() {
        let mut joined = Joined::whole("a", 3);
        joined.push("b", 4);
        joined.append(&Joined::whole("c", 5));
        assert_eq!(joined.pieces().collect::<Vec<_>>(), [Span::new(3, 6)]);
    }

    #[test]
    fn an_empty_text_has_its_place() {
        let mut joined = Joined::whole("", 7);
        assert_eq!(joined.span(0..0), Span::new(7, 7));
        joined.push("x", 9);
        assert_eq!(joined.offset(0), 9);
        assert_eq!(joined.pieces().collect::<Vec<_>>(), [Span::new(9, 10)]);
        assert_eq!(Joined::default().offset(0), 0);
    }
}
