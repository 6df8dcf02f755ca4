//! From findings to patched files: which fixes are made, what the text becomes, what stays behind
//! as a comment, and how it gets onto the disk.
//!
//! [`engine::run`] is the way in. It knows nothing of Dockerfiles: a caller gives it a *judge*,
//! which reads texts and gives findings, and a function that says for a line how a comment may
//! stand above it ([`annotate::Place`]). What comes out is bytes; [`diff`] shows them, and
//! [`write()`] and [`write_copy`] put them down.

pub mod annotate;
pub mod compose;
mod context;
pub mod copy;
pub mod diff;
pub mod engine;
pub mod judge;
mod lines;
mod places;
mod proposal;
mod regress;
mod runs;
pub mod select;
mod trial;
mod writing;

pub use context::{AppliedFix, Change, DroppedFix, FixOutcome, fix_context, write, write_copy};
pub use copy::Want;

pub use lines::ending_at as line_ending_at;

use std::collections::BTreeMap;
use std::sync::Arc;

/// A file's bytes.
pub type Text = Arc<[u8]>;

/// Texts by the name that the user knows the file by.
pub type Files = BTreeMap<String, Text>;
