//! From paths on the command line to judged contexts, in the order of the report.

mod changes;
mod request;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::folders::by_folder;
use crate::cli::Shard;
use crate::config::Settings;
use crate::context::{Context, Placed, discover};
use crate::judge::judge;
use crate::paths::real;
use crate::problem::Problem;
use crate::report::Judged;
use crate::rules;
use crate::target::{Target, each_once};

use changes::Changes;

pub(super) use request::{Request, overrides};

/// What is to be judged, and how.
pub(super) struct Input {
    pub context: Context,
    pub settings: Arc<Settings>,
}

/// The inputs, and what could not be opened.
#[derive(Default)]
pub(super) struct Opened {
    pub inputs: Vec<Input>,
    /// What is not selected and shares folders with what is.
    pub beside: Vec<Input>,
    pub problems: Vec<Problem>,
}

/// Opens the contexts of all paths, each Dockerfile once, sorted by its name; of them those that are
/// selected.
pub(super) fn open(request: &Request<'_>) -> Opened {
    let mut opened = Opened::default();
    let changes = match request.changes() {
        Ok(changes) => changes,
        Err(problem) => {
            opened.problems.push(problem);
            return opened;
        }
    };
    let mut seen = HashSet::new();
    let misconfigured = RefCell::new(Vec::new());
    for path in request.paths() {
        // Who names a folder means what lies in it.
        let is_named = request.excludes(path);
        // A configuration that is wrong is wrong for all inputs below it, whatever is selected of them.
        let place = |dockerfile: &Path| {
            let placed = request.placed(dockerfile).map(|placed| Placed {
                left_out: placed.left_out && !is_named,
                ..placed
            });
            Ok(placed.unwrap_or_else(|problem| {
                misconfigured.borrow_mut().push(problem);
                Placed {
                    left_out: true,
                    ..Placed::default()
                }
            }))
        };
        let file = request.inputs.file.as_deref();
        let found = discover(path, file, &place, &mut std::io::stdin());
        // Nothing can have changed where there is nothing.
        if found.is_empty() && changes.is_none() && misconfigured.borrow().is_empty() {
            let message = "no Dockerfile in this folder or below it";
            let path = path.to_string_lossy();
            opened.problems.push(Problem::of(path, message));
        }
        for context in found {
            let context = match context {
                Ok(context) => context,
                Err(problem) => {
                    // What cannot be read and is not about what has changed is said by a run without
                    // that.
                    if changes.as_ref().is_none_or(|all| all.are_beside(&problem)) {
                        add_problems(&mut opened.problems, [&problem]);
                    }
                    continue;
                }
            };
            match request.settings(&context) {
                Ok(settings) if seen.insert(identity(&context)) => {
                    opened.inputs.push(Input { context, settings });
                }
                Ok(_) => {}
                Err(problem) => misconfigured.borrow_mut().push(problem),
            }
        }
    }
    add_problems(&mut opened.problems, misconfigured.borrow().iter());
    if let Some(shard) = request.selection.shard {
        let own = part(&opened.inputs, shard);
        opened.select(own);
    }
    if let Some(changes) = changes {
        let touched = touched(&opened.inputs, &changes);
        opened.select(touched);
    }
    for inputs in [&mut opened.inputs, &mut opened.beside] {
        inputs.sort_by_cached_key(|input| name(&input.context));
    }
    opened
}

impl Opened {
    /// Leaves the inputs that are selected, and keeps beside them what shares folders with them.
    fn select(&mut self, selected: Vec<bool>) {
        let all = std::mem::take(&mut self.inputs).into_iter();
        let all: Vec<(Input, bool)> = all.zip(selected).collect();
        for group in by_folder(all, |(input, _)| &input.context) {
            if group.iter().any(|(_, selected)| *selected) {
                for (input, selected) in group {
                    let list = if selected {
                        &mut self.inputs
                    } else {
                        &mut self.beside
                    };
                    list.push(input);
                }
            }
        }
    }
}

/// Which inputs are made from what has changed.
fn touched(inputs: &[Input], changes: &Changes) -> Vec<bool> {
    let touched = inputs.par_iter().map(|input| {
        changes.may_touch(input)
            && (changes.touches(input) || {
                // What an image is made from is known when it has been judged.
                judge(&input.context, &input.settings.options());
                changes.touches(input)
            })
    });
    touched.collect()
}

/// Which inputs belong to a part of them: folders go to the parts in turn.
fn part(inputs: &[Input], shard: Shard) -> Vec<bool> {
    let roots = inputs.iter().map(|input| input.context.root());
    let folders: BTreeSet<Option<&Path>> = roots.clone().collect();
    let folders = folders.into_iter().enumerate();
    let places: HashMap<Option<&Path>, usize> = folders.map(|(at, root)| (root, at)).collect();
    let place = |root| places.get(&root).copied().unwrap_or_default();
    roots
        .map(|root| place(root) % shard.count + 1 == shard.index)
        .collect()
}

/// What was judged.
pub(super) struct AllJudged {
    pub judged: Vec<Judged>,
    /// What is not asked about, where that tells what a comment is good for.
    pub beside: Vec<Judged>,
    pub problems: Vec<Problem>,
}

/// Opens the contexts and judges them, several at a time. What could not be judged is a problem.
pub(super) fn judge_all(request: &Request<'_>) -> AllJudged {
    let opened = open(request);
    let judge_each = |inputs: Vec<Input>| -> Vec<Judged> {
        let inputs = inputs.into_par_iter();
        let judged = inputs.map(|input| Judged {
            judgement: judge(&input.context, &request.options(&input.settings)),
            context: input.context,
            settings: input.settings,
        });
        judged.collect()
    };
    let judged = judge_each(opened.inputs);
    let mut problems = opened.problems;
    let of_judgements = judged.iter().flat_map(|one| &one.judgement.problems);
    add_problems(&mut problems, of_judgements);
    let mut findings = judged.iter().flat_map(|one| &one.judgement.findings);
    let beside = match findings.any(|finding| rules::is_of_ignores(finding.rule)) {
        true => judge_each(opened.beside),
        false => Vec::new(),
    };
    AllJudged {
        judged,
        beside,
        problems,
    }
}

/// Adds problems that are not said yet: contexts of one folder share files.
pub(super) fn add_problems<'a>(
    problems: &mut Vec<Problem>,
    more: impl IntoIterator<Item = &'a Problem>,
) {
    for problem in more {
        if !problems.contains(problem) {
            problems.push(problem.clone());
        }
    }
}

/// The targets that some inputs are judged on, each once.
pub(super) fn targets<'a>(
    settings: impl IntoIterator<Item = &'a Arc<Settings>>,
) -> Vec<Arc<Target>> {
    each_once(settings.into_iter().flat_map(|one| &one.targets.value))
}

/// The name of a context's Dockerfile.
fn name(context: &Context) -> String {
    context.source(context.dockerfile()).path().to_owned()
}

/// What makes two contexts the same: the Dockerfile and the folder, wherever the links lead.
fn identity(context: &Context) -> (Option<PathBuf>, PathBuf) {
    let dockerfile = real(context.source(context.dockerfile()).disk());
    (context.root().map(real), dockerfile)
}
