//! `--output`: the changed files in a copy of the folder that was named.

use std::path::{Path, PathBuf};

use super::folders::Group;
use crate::cli::Inputs;
use crate::fix::{self, Change, Want};
use crate::problem::Problem;

/// Copies the folder that PATH means to `folder`, with the changes of all contexts in it.
pub(super) fn copy(inputs: &Inputs, groups: &[Group], folder: &Path) -> Result<(), Problem> {
    let [path] = inputs.paths.as_slice() else {
        let message = "--output takes the copy of one PATH";
        return Err(Problem::of("usage", message));
    };
    let mut fixed = groups.iter().flat_map(|group| &group.fixed);
    if fixed.any(|one| one.is_stdin()) {
        let message = "--output copies a build context: the standard input is none";
        return Err(Problem::of("usage", message));
    }
    if groups.is_empty() {
        // What is wrong with PATH is said already.
        return Ok(());
    }
    let changes: Vec<Change> = groups.iter().flat_map(Group::changes).collect();
    fix::write_copy(&root(path), &changes, folder, &|_| Want::Copied).map(drop)
}

/// The folder of a PATH: itself, or the one that the Dockerfile lies in.
fn root(path: &Path) -> PathBuf {
    match path.parent() {
        _ if path.is_dir() => path.to_owned(),
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
