//! A place, as programs and people want it.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::source::Origin;

/// Where something is written. Lines and columns count from 1; `start` and `end` are bytes of the file,
/// the end is exclusive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Location {
    /// The file, as the user knows it.
    pub path: String,
    /// The line of the first character.
    pub line: usize,
    /// Its column, in characters.
    pub column: usize,
    /// The line behind the last character.
    pub end_line: usize,
    /// The column behind it, in characters.
    pub end_column: usize,
    /// The column of the first character, in bytes of its line; a byte order mark counts.
    pub byte_column: usize,
    /// The column behind the last one, in bytes of its line.
    pub end_byte_column: usize,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Location {
    /// The place of an origin.
    pub fn of(context: &Context, origin: Origin) -> Self {
        let source = context.source(origin.source);
        let start = source.position(origin.span.start as usize);
        let end = source.position(origin.span.end as usize);
        Self {
            path: source.path().to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            byte_column: source.byte_column(origin.span.start as usize),
            end_byte_column: source.byte_column(origin.span.end as usize),
            start: origin.span.start,
            end: origin.span.end,
        }
    }
    /// The line of the last character: a place that takes a line end along ends before the next line.
    pub(super) fn last_line(&self) -> usize {
        match self.end_column {
            1 if self.end_line > self.line => self.end_line - 1,
            _ => self.end_line,
        }
    }
}
