//! Contexts that share files, fixed one after the other, so that each sees what became of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::inputs::Input;
use crate::cli::FixArgs;
use crate::config::Settings;
use crate::context::Context;
use crate::fix::{self, Change, FixOutcome};
use crate::judge::Options;
use crate::problem::Problem;

/// A context, and what fixing it comes to.
pub(super) struct Fixed {
    /// As it was, with what became of its files in the contexts before it.
    pub context: Context,
    pub outcome: FixOutcome,
    /// What counts for it.
    pub settings: Arc<Settings>,
}

impl Fixed {
    pub fn is_stdin(&self) -> bool {
        self.context.source(self.context.dockerfile()).path() == "-"
    }

    /// The text of the Dockerfile as it is now.
    pub fn dockerfile(&self) -> Vec<u8> {
        let id = self.context.dockerfile();
        let changed = self.outcome.changes.iter().find(|c| c.source == id);
        changed.map_or_else(
            || self.context.source(id).bytes().to_vec(),
            |change| change.after.clone(),
        )
    }
}

/// The contexts of one folder and of the folders below it.
pub(super) struct Group {
    /// The folder, without symbolic links; none for a Dockerfile alone.
    root: Option<PathBuf>,
    pub fixed: Vec<Fixed>,
}

/// The inputs whose folders lie in each other, in groups.
pub(super) fn by_folder(opened: Vec<Input>) -> Vec<Vec<Input>> {
    let mut by_root: BTreeMap<Option<PathBuf>, Vec<Input>> = BTreeMap::new();
    for input in opened {
        by_root
            .entry(real_root(&input.context))
            .or_default()
            .push(input);
    }
    let mut groups: Vec<(Option<PathBuf>, Vec<Input>)> = Vec::new();
    // A folder comes before those that lie in it.
    for (root, inputs) in by_root {
        match groups.last_mut() {
            Some((Some(outer), group)) if root.as_ref().is_some_and(|r| r.starts_with(&*outer)) => {
                group.extend(inputs);
            }
            _ => groups.push((root, inputs)),
        }
    }
    groups.into_iter().map(|(_, inputs)| inputs).collect()
}

impl Group {
    /// Fixes the contexts of a group, the outermost first.
    pub fn fix(inputs: Vec<Input>, args: &FixArgs) -> Self {
        let root = inputs.first().and_then(|input| real_root(&input.context));
        let mut fixed = Vec::new();
        // What became of the files up to now, by their real paths.
        let mut latest: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
        for Input { context, settings } in inputs {
            let options = Options {
                unsafe_fixes: args.unsafe_fixes,
                rules: args.rules.clone(),
                ..settings.options()
            };
            let earlier = match real_root(&context) {
                Some(root) => changes_below(&context, &root, &latest),
                None => Vec::new(),
            };
            let context = context.with_changes(&earlier);
            let outcome = fix::fix_context(&context, &options);
            for change in &outcome.changes {
                latest.insert(real(&change.disk), change.after.clone());
            }
            fixed.push(Fixed {
                context,
                outcome,
                settings,
            });
        }
        Self { root, fixed }
    }

    /// The changes of all contexts, one a file, with its first bytes and its last.
    pub fn changes(&self) -> Vec<Change> {
        let mut merged: BTreeMap<PathBuf, Change> = BTreeMap::new();
        for change in self.fixed.iter().flat_map(|one| &one.outcome.changes) {
            merged
                .entry(real(&change.disk))
                .and_modify(|earlier| earlier.after.clone_from(&change.after))
                .or_insert_with(|| change.clone());
        }
        let mut merged: Vec<Change> = merged.into_values().collect();
        merged.retain(|change| change.before != change.after);
        merged
    }

    /// Writes what changed over the files: all of them or none.
    pub fn write(&self) -> Result<(), Problem> {
        let changes = self.changes();
        match &self.root {
            Some(root) if !changes.is_empty() && !self.fixed.iter().any(Fixed::is_stdin) => {
                fix::write(root, &changes)
            }
            _ => Ok(()),
        }
    }
}

/// The changes of files that lie in a context.
fn changes_below(
    context: &Context,
    root: &Path,
    latest: &BTreeMap<PathBuf, Vec<u8>>,
) -> Vec<(crate::source::SourceId, Vec<u8>)> {
    latest
        .range(root.to_owned()..)
        .take_while(|(path, _)| path.starts_with(root))
        .filter_map(|(path, text)| {
            let below = path.strip_prefix(root).ok()?.to_str()?;
            Some((context.read(below).ok()?, text.clone()))
        })
        .collect()
}

fn real_root(context: &Context) -> Option<PathBuf> {
    context.root().map(real)
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests;
