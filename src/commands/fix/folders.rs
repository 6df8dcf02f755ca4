//! Contexts that share files, fixed one after the other, so that each sees what became of them.

use std::path::PathBuf;
use std::sync::Arc;

use super::super::folders::{Latest, is_stdin, merged, real_root};
use super::super::inputs::Input;
use crate::cli::FixArgs;
use crate::config::Settings;
use crate::context::Context;
use crate::fix::{self, Change, FixOutcome};
use crate::judge::{Options, Shared};
use crate::paths::real;
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
        is_stdin(&self.context)
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

impl Group {
    /// Fixes the contexts of a group, the outermost first.
    pub fn fix(inputs: Vec<Input>, args: &FixArgs) -> Self {
        let root = inputs.first().and_then(|input| real_root(&input.context));
        let mut fixed = Vec::new();
        let mut latest = Latest::default();
        let shared = shared(&inputs);
        for (Input { context, settings }, shared) in inputs.into_iter().zip(shared) {
            let options = Options {
                shared,
                unsafe_fixes: args.unsafe_fixes,
                rules: args.rules.clone(),
                ..settings.options()
            };
            let context = latest.in_context(&context);
            let outcome = fix::fix_context(&context, &options);
            latest.learn(&outcome.changes);
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
        merged(self.fixed.iter().flat_map(|one| &one.outcome.changes))
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

/// What each of these inputs, whose folders lie in each other, shares with the others.
fn shared(inputs: &[Input]) -> Vec<Shared> {
    let file = |input: &Input| real(input.context.source(input.context.dockerfile()).disk());
    let files: Vec<PathBuf> = inputs.iter().map(file).collect();
    let others = |file: &PathBuf| files.iter().filter(|other| *other == file).count() > 1;
    let of = |file: &PathBuf| match files.len() {
        0 | 1 => Shared::Nothing,
        _ if others(file) => Shared::Dockerfile,
        _ => Shared::Context,
    };
    files.iter().map(of).collect()
}

#[cfg(test)]
mod tests;
