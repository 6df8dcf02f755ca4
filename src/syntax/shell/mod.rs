//! Shell scripts: a parser behind a tree of our own.

mod tree;

pub use tree::*;
