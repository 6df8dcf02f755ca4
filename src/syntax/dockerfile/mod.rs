//! A Dockerfile as BuildKit reads it, without losing a byte.
//!
//! [`parse`] follows BuildKit's `frontend/dockerfile/parser` line by line, and its `instructions`
//! where they refuse a file. It goes on behind an error, where BuildKit stops.

mod arguments;
mod check;
mod directives;
mod expand;
mod flags;
mod heredoc;
mod instruction;
mod json;
mod keyword;
mod lexer;
mod lines;
mod pattern;
mod reader;
mod segments;
#[cfg(test)]
mod tests;
mod tree;
mod words;

pub use expand::{Expansion, expand};
pub use segments::{Segment, SegmentKind};
pub use tree::*;

/// Reads a Dockerfile. Offsets in the tree are offsets in `text`; a byte order mark counts.
pub fn parse(text: &str) -> Dockerfile {
    let mut file = reader::read(text);
    file.errors.extend(check::check(&file, text));
    file.errors.sort_by_key(|error| error.span.start);
    file
}
