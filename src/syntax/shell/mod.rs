//! Shell scripts: a parser behind a tree of our own.
//!
//! [`parse`] takes a script as [`Joined`] text, so that the spans of the tree are offsets in the
//! file that the text came from. [`script_text`] makes that text from a file,
//! [`interpreter`] reads its `#!` line.

mod escapes;
mod interpreter;
mod shuck;
mod tree;
mod walk;

#[cfg(test)]
mod dump;
#[cfg(test)]
mod tests;

pub use interpreter::{Interpreter, interpreter};
pub use tree::*;
pub use walk::each_simple;

use crate::syntax::Joined;

/// Whose grammar a script is written in. Both are read alike today: what bash adds to POSIX is
/// understood in a script for `sh`, too, as busybox does with parts of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `sh`: dash, busybox ash and their like.
    Posix,
    /// bash.
    Bash,
}

/// Parses a script. It always gives a tree: where [`Script::errors`] is not empty, of what could be
/// read.
pub fn parse(text: &Joined, dialect: Dialect) -> Script {
    match dialect {
        Dialect::Posix | Dialect::Bash => shuck::parse(text),
    }
}

/// A script file's text as a shell should read it: `\r\n` becomes `\n`, and every byte keeps its
/// place in the file.
pub fn script_text(text: &str) -> Joined {
    let mut joined = Joined::default();
    let mut start = 0;
    for (at, _) in text.match_indices("\r\n") {
        joined.push(&text[start..at], start);
        start = at + 1;
    }
    joined.push(&text[start..], start);
    joined
}
