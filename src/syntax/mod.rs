//! Text into trees, every node with its span. Nothing here knows what an instruction or a command
//! means; nothing here reads a file.

pub mod config;
pub mod dockerfile;
mod joined;
pub mod shell;

pub use joined::Joined;

use crate::source::Span;

/// Text that the grammar does not allow, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong, in one line.
    pub message: String,
    /// Where.
    pub span: Span,
}
