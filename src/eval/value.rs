//! Strings whose parts are known, with the place where they were written, or unknown, with the reason.

use std::rc::Rc;

use crate::source::{Origin, SourceId, Span};
use crate::syntax::Joined;

/// How many parts, and how many known bytes, a value has at most: what goes beyond is not known. A
/// script that doubles a variable again and again would use all memory up.
const MOST_PIECES: usize = 2_000;
const MOST_BYTES: usize = 1 << 17;

/// A string as the shell has it while it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Value {
    /// Shared: worlds are copied far more often than values are put together.
    pieces: Rc<Vec<Piece>>,
    /// The known bytes in them.
    length: usize,
}

/// A part of a [`Value`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Text that is known.
    Known {
        /// The text.
        text: Rc<str>,
        /// Where it was written, if anywhere.
        origin: Option<Origin>,
        /// Whether the bytes there are the text, so that a part of the text has a place too.
        exact: bool,
    },
    /// Text that is not known.
    Unknown(Reason),
}

/// Why a part of a value is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Where the program of this name is, if it is there: `$(which x)`.
    Program(Rc<str>),
    /// The number of this account, or of its group: what `id` prints, the same each time.
    Id {
        /// The account.
        account: Rc<str>,
        /// Whether it is the group's.
        group: bool,
    },
    /// A variable that is given when the container is started; it is taken for not empty.
    Given(Rc<str>),
    /// What a command prints, or what a file holds.
    Output,
    /// What `sed` with these words makes of a file.
    Edited(Rc<Vec<Value>>),
    /// It was set in one branch and not, or otherwise, in another.
    Branches,
    /// It may have been set, to whatever it is, at this place: by a file that is sourced from outside
    /// of the context, or a text that is put together while the script runs.
    Elsewhere(Origin),
    /// Any number of words: an unquoted expansion of something unknown, or a pattern of file names.
    Words,
}

impl Piece {
    fn bytes(&self) -> usize {
        match self {
            Piece::Known { text, .. } => text.len(),
            Piece::Unknown(_) => 0,
        }
    }
}

impl Value {
    /// Text without a place.
    pub fn text(text: &str) -> Self {
        let mut value = Self::default();
        value.push_known(text, None, false);
        value
    }

    /// Text that stands at `origin`, byte for byte if `exact`.
    pub fn written(text: &str, origin: Origin, exact: bool) -> Self {
        let mut value = Self::default();
        value.push_known(text, Some(origin), exact);
        value
    }

    /// A file's text, however long: nothing doubles it.
    pub fn file(text: &str, origin: Origin) -> Self {
        Self {
            length: text.len(),
            pieces: Rc::new(vec![Piece::Known {
                text: text.into(),
                origin: Some(origin),
                exact: true,
            }]),
        }
    }

    /// Something that is not known.
    pub fn unknown(reason: Reason) -> Self {
        Self {
            pieces: Rc::new(vec![Piece::Unknown(reason)]),
            length: 0,
        }
    }

    fn of(piece: Piece) -> Self {
        let mut value = Self::default();
        value.push_piece(piece);
        value
    }

    /// Adds text behind what is there. An empty text is kept where it has a place.
    pub fn push_known(&mut self, text: &str, origin: Option<Origin>, exact: bool) {
        if !text.is_empty() || origin.is_some() {
            if self.is_full(text.len()) {
                return self.end_unknown();
            }
            self.push_piece(Piece::Known {
                text: text.into(),
                origin,
                exact,
            });
        }
    }

    /// Adds a part behind what is there.
    pub fn push_piece(&mut self, piece: Piece) {
        let bytes = piece.bytes();
        if self.is_full(bytes) {
            return self.end_unknown();
        }
        self.length += bytes;
        Rc::make_mut(&mut self.pieces).push(piece);
    }

    fn is_full(&self, more: usize) -> bool {
        self.pieces.len() >= MOST_PIECES || self.length.saturating_add(more) > MOST_BYTES
    }

    /// What comes behind is not known.
    fn end_unknown(&mut self) {
        if !matches!(self.pieces.last(), Some(Piece::Unknown(_))) {
            Rc::make_mut(&mut self.pieces).push(Piece::Unknown(Reason::Output));
        }
        // Nothing known may follow what was left out.
        self.length = MOST_BYTES + 1;
    }

    /// Adds another value behind this one.
    pub fn push(&mut self, other: Value) {
        for piece in other.pieces.iter() {
            self.push_piece(piece.clone());
        }
    }

    /// Its parts.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The text, if all of it is known.
    pub fn known(&self) -> Option<String> {
        let mut out = String::new();
        for piece in self.pieces.iter() {
            match piece {
                Piece::Known { text, .. } => out.push_str(text),
                Piece::Unknown(_) => return None,
            }
        }
        Some(out)
    }

    /// Whether the text is known and is `text`.
    pub fn is(&self, text: &str) -> bool {
        self.known().is_some_and(|known| known == text)
    }

    /// The text up to the first part that is not known.
    pub fn known_prefix(&self) -> String {
        let known = self.pieces.iter().map_while(|piece| match piece {
            Piece::Known { text, .. } => Some(&**text),
            Piece::Unknown(_) => None,
        });
        known.collect()
    }

    /// Whether a part of it is what an edit makes of a file that is not known.
    pub fn is_edited(&self) -> bool {
        let edited = |piece: &Piece| matches!(piece, Piece::Unknown(Reason::Edited(_)));
        self.pieces().iter().any(edited)
    }

    /// The part behind the last `/`, where what stands before it is not known but it is; none where
    /// all is known, or not even this.
    pub fn name_behind_unknown(&self) -> Option<Value> {
        let (last, before) = self.pieces.split_last()?;
        let (text, origin) = match last {
            Piece::Known { text, origin, .. } => (text, origin),
            Piece::Unknown(Reason::Program(name)) if before.is_empty() => {
                return Some(Value::text(name));
            }
            Piece::Unknown(_) => return None,
        };
        // `NAME=…/x` is an assignment for a wrapper in front of it.
        let assigns =
            |piece: &Piece| matches!(piece, Piece::Known { text, .. } if text.contains('='));
        let unknown = before
            .iter()
            .any(|piece| matches!(piece, Piece::Unknown(_)))
            && !before.iter().any(assigns);
        let (_, name) = text.rsplit_once('/').filter(|_| unknown)?;
        let mut value = Value::default();
        value.push_known(name, *origin, false);
        (!name.is_empty()).then_some(value)
    }

    /// Whether its last part is known to end a line.
    pub fn ends_line(&self) -> bool {
        matches!(self.pieces.last(), Some(Piece::Known { text, .. }) if text.ends_with('\n'))
    }

    /// Whether it is the empty string: yes, no, or not known.
    pub fn is_empty(&self) -> Option<bool> {
        let mut unknown = false;
        for piece in self.pieces.iter() {
            match piece {
                Piece::Known { text, .. } if !text.is_empty() => return Some(false),
                Piece::Unknown(Reason::Given(_)) => return Some(false),
                Piece::Known { .. } => {}
                Piece::Unknown(_) => unknown = true,
            }
        }
        if unknown { None } else { Some(true) }
    }

    /// Whether it stands for any number of words.
    pub fn is_words(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Unknown(Reason::Words)))
    }

    /// Whether it may as well not be set at all.
    pub fn may_be_unset(&self) -> bool {
        matches!(
            self.pieces.as_slice(),
            [Piece::Unknown(Reason::Elsewhere(_))]
        )
    }

    /// The variables given at the start that it depends on.
    pub fn given(&self) -> impl Iterator<Item = &Rc<str>> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Unknown(Reason::Given(name)) => Some(name),
            _ => None,
        })
    }

    /// What is known of it where it may be another value as well: how both begin.
    pub fn blurred(&self, other: &Value) -> Value {
        if self == other {
            return self.clone();
        }
        let mut common = Value::default();
        let both = self.pieces.iter().zip(other.pieces.iter());
        for (piece, _) in both.take_while(|(ours, theirs)| ours == theirs) {
            common.push_piece(piece.clone());
        }
        // A text that is not known may stand for one text alone: only these stand for any.
        let open = matches!(
            common.pieces.last(),
            Some(Piece::Unknown(Reason::Branches | Reason::Words))
        );
        if !open {
            common.push_piece(Piece::Unknown(Reason::Branches));
        }
        common
    }

    /// Where it was written: from its first part with a place to the last in the same file.
    pub fn origin(&self) -> Option<Origin> {
        let mut places = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Known { origin, .. } => *origin,
            Piece::Unknown(_) => None,
        });
        let first = places.next()?;
        let mut span = first.span;
        for next in places {
            // Parts that were written elsewhere (a variable's value) do not stretch the place.
            if next.source == first.source
                && next.span.start >= span.end
                && next.span.start <= span.end + 2
            {
                span = span.to(next.span);
            }
        }
        Some(Origin {
            source: first.source,
            span,
        })
    }

    /// Where all of it stands, byte for byte, if it stands in one place.
    pub fn exact_origin(&self) -> Option<Origin> {
        match self.pieces.as_slice() {
            [
                Piece::Known {
                    origin,
                    exact: true,
                    ..
                },
            ] => *origin,
            _ => None,
        }
    }

    /// A part of it, by bytes of the known text. None if something in it is not known.
    pub fn slice(&self, range: std::ops::Range<usize>) -> Option<Value> {
        let mut out = Value::default();
        let mut at = 0;
        for piece in self.pieces.iter() {
            let Piece::Known {
                text,
                origin,
                exact,
            } = piece
            else {
                return None;
            };
            let (from, to) = (range.start.max(at), range.end.min(at + text.len()));
            if from < to {
                let part = text.get(from - at..to - at)?;
                let place = origin.map(|origin| {
                    if *exact {
                        let start = origin.span.start as usize;
                        Origin {
                            span: Span::new(start + from - at, start + to - at),
                            ..origin
                        }
                    } else {
                        origin
                    }
                });
                out.push_known(part, place, *exact);
            }
            at += text.len();
        }
        Some(out)
    }

    /// Its text with the place of each part, as a script's is: parts that stand nowhere by
    /// themselves point to `named`. None if something in it is not known.
    pub fn joined(&self, named: Origin) -> Option<(SourceId, Joined)> {
        let source = self.origin().map_or(named.source, |origin| origin.source);
        let mut joined = Joined::default();
        for piece in self.pieces.iter() {
            match piece {
                Piece::Known {
                    text,
                    origin: Some(place),
                    exact: true,
                } if place.source == source => {
                    joined.push(text, place.span.start as usize);
                }
                Piece::Known { text, origin, .. } => {
                    let at = origin
                        .filter(|place| place.source == source)
                        .unwrap_or(named)
                        .span
                        .start as usize;
                    for (from, c) in text.char_indices() {
                        joined.push(&text[from..from + c.len_utf8()], at);
                    }
                }
                Piece::Unknown(_) => return None,
            }
        }
        Some((source, joined))
    }

    /// What is left behind so many known bytes at its beginning.
    pub fn without_prefix(&self, bytes: usize) -> Value {
        let mut out = Value::default();
        let mut left = bytes;
        for piece in self.pieces.iter() {
            match piece {
                Piece::Known { text, .. } if left > 0 => {
                    let whole = Value::of(piece.clone());
                    let cut = left.min(text.len());
                    left -= cut;
                    out.push(whole.slice(cut..text.len()).unwrap_or_default());
                }
                piece => out.push_piece(piece.clone()),
            }
        }
        out
    }

    /// Drops the line ends at the end of the last part.
    pub fn trim_last(&mut self) {
        if let Some(Piece::Known { text, origin, .. }) = Rc::make_mut(&mut self.pieces).pop() {
            self.length = self.length.saturating_sub(text.len());
            self.push_known(text.trim_end_matches('\n'), origin, false);
        }
    }

    /// Splits it at blanks, as an unquoted expansion is. Unknown parts stay within one word, which
    /// then stands for any number of words.
    pub fn split(&self) -> Vec<Value> {
        let mut words = Vec::new();
        let mut word: Option<Value> = None;
        for piece in self.pieces.iter() {
            match piece {
                Piece::Unknown(reason) => {
                    // Neither where a program is nor a number has a blank in it.
                    let reason = match reason {
                        Reason::Program(_) | Reason::Id { .. } => reason.clone(),
                        _ => Reason::Words,
                    };
                    word.get_or_insert_with(Value::default)
                        .push_piece(Piece::Unknown(reason));
                }
                Piece::Known {
                    text,
                    origin,
                    exact,
                } => {
                    let whole = Value::of(Piece::Known {
                        text: text.clone(),
                        origin: *origin,
                        exact: *exact,
                    });
                    let mut start = None;
                    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
                        let blank = matches!(c, ' ' | '\t' | '\n');
                        match (blank, start) {
                            (false, None) => start = Some(at),
                            (true, Some(from)) => {
                                if let Some(part) = whole.slice(from..at) {
                                    word.get_or_insert_with(Value::default).push(part);
                                }
                                start = None;
                            }
                            _ => {}
                        }
                        if blank && at < text.len() {
                            words.extend(word.take());
                        }
                    }
                }
            }
        }
        words.extend(word);
        words
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for piece in self.pieces.iter() {
            match piece {
                Piece::Known { text, .. } => f.write_str(text)?,
                Piece::Unknown(Reason::Given(name)) => write!(f, "${name}")?,
                Piece::Unknown(_) => f.write_str("…")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, start: usize) -> Value {
        let span = Span::new(start, start + text.len());
        Value::written(
            text,
            Origin {
                source: SourceId(0),
                span,
            },
            true,
        )
    }

    #[test]
    fn a_part_of_a_value_knows_its_own_place() {
        let value = at("redis-server --port 6379", 10);
        let words = value.split();
        let places: Vec<_> = words
            .iter()
            .map(|w| w.exact_origin().map(|o| o.span))
            .collect();
        assert_eq!(
            places,
            [
                Some(Span::new(10, 22)),
                Some(Span::new(23, 29)),
                Some(Span::new(30, 34))
            ]
        );
    }

    #[test]
    fn a_file_is_known_to_its_end() {
        let text = "# a comment\n".repeat(20_000) + "port 80\n";
        let span = Span::new(0, text.len());
        let source = SourceId(0);
        let file = Value::file(&text, Origin { source, span });
        let port = file.slice(text.len() - 3..text.len() - 1).expect("a part");
        assert!(port.is("80"));
        let place = port.exact_origin().map(|origin| origin.span);
        assert_eq!(place, Some(Span::new(text.len() - 3, text.len() - 1)));
    }

    #[test]
    fn words_join_over_pieces_and_split_at_blanks_only() {
        let mut value = at("a b", 0);
        value.push(at("c ", 20));
        let texts: Vec<_> = value.split().iter().map(|w| w.to_string()).collect();
        assert_eq!(texts, ["a", "bc"]);
    }

    #[test]
    fn an_unknown_part_is_neither_empty_nor_full_unless_it_was_given() {
        assert_eq!(Value::default().is_empty(), Some(true));
        assert_eq!(Value::unknown(Reason::Output).is_empty(), None);
        assert_eq!(
            Value::unknown(Reason::Given("PORT".into())).is_empty(),
            Some(false)
        );
    }
}
