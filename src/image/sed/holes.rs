//! Texts of which something within a line is not known.

use crate::eval::{Piece, Reason, Value};

/// What stands for a part that is not known: a character that nobody writes.
const HOLE: char = '\u{fffb}';

/// A text with a character for each part that is not known; the inner none if there is no such part.
/// The outer none if it has a whole line that is not known: that may be any number of them.
pub(super) fn cut(value: &Value) -> Option<Option<Value>> {
    let pieces = value.pieces();
    if pieces.iter().all(is_known) {
        return Some(None);
    }
    let mut out = Value::default();
    let mut end = 0;
    for run in pieces.chunk_by(|one, next| is_known(one) == is_known(next)) {
        let before = pieces[..end].last();
        end += run.len();
        if is_known(&run[0]) {
            run.iter().for_each(|piece| out.push_piece(piece.clone()));
            continue;
        }
        if before.is_none_or(ends_line) && pieces.get(end).is_none_or(starts_line) {
            return None;
        }
        out.push_known(&HOLE.to_string(), None, false);
    }
    Some(Some(out))
}

fn is_known(piece: &Piece) -> bool {
    matches!(piece, Piece::Known { .. })
}

fn ends_line(piece: &Piece) -> bool {
    matches!(piece, Piece::Known { text, .. } if text.ends_with('\n'))
}

fn starts_line(piece: &Piece) -> bool {
    matches!(piece, Piece::Known { text, .. } if text.starts_with('\n'))
}

/// The text again, with what is not known in its place.
pub(super) fn opened(value: &Value) -> Value {
    let mut out = Value::default();
    for piece in value.pieces() {
        let Piece::Known { text, .. } = piece else {
            out.push_piece(piece.clone());
            continue;
        };
        let mut whole = Value::default();
        whole.push_piece(piece.clone());
        let mut start = 0;
        for (at, hole) in text.match_indices(HOLE) {
            out.push(whole.slice(start..at).unwrap_or_default());
            out.push(Value::unknown(Reason::Output));
            start = at + hole.len();
        }
        out.push(whole.slice(start..text.len()).unwrap_or_default());
    }
    out
}
