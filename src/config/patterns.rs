//! Patterns of files, as `.gitignore` has them.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Patterns that start from a folder.
#[derive(Clone, Debug)]
pub(super) struct Patterns {
    folder: PathBuf,
    patterns: Gitignore,
}

impl Patterns {
    /// Patterns from a folder, which is an absolute path.
    ///
    /// # Errors
    /// The place of the pattern in the list that is none, and what is wrong with it.
    pub(super) fn new<'a>(
        folder: &Path,
        patterns: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, (usize, String)> {
        let mut builder = GitignoreBuilder::new(folder);
        for (index, pattern) in patterns.into_iter().enumerate() {
            if let Err(error) = builder.add_line(None, pattern) {
                return Err((index, words(&error)));
            }
        }
        let patterns = builder.build().map_err(|error| (0, words(&error)))?;
        let folder = folder.to_owned();
        Ok(Self { folder, patterns })
    }

    /// Whether they name a file or a folder that it lies in; it is an absolute path.
    pub(super) fn name(&self, file: &Path) -> bool {
        match file.strip_prefix(&self.folder) {
            Ok(below) => self
                .patterns
                .matched_path_or_any_parents(below, false)
                .is_ignore(),
            Err(_) => false,
        }
    }
}

/// What is wrong with a pattern.
fn words(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => format!("this is no pattern: {err}"),
        ignore::Error::WithLineNumber { err, .. } | ignore::Error::WithPath { err, .. } => {
            words(err)
        }
        other => format!("this is no pattern: {other}"),
    }
}
