//! A Dockerfile as BuildKit reads it, without losing a byte.

mod tree;

pub use tree::*;
