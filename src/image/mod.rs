//! What the build leaves.

pub mod base;
