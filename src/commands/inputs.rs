//! From paths on the command line to judged contexts, in the order of the report.

mod changes;
mod request;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::cli::Shard;
use crate::config::Settings;
use crate::context::{Context, discover};
use crate::judge::judge;
use crate::problem::Problem;
use crate::report::Judged;
use crate::target::Target;

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
    for path in request.paths() {
        let place = |dockerfile: &Path| request.placed(dockerfile);
        let file = request.inputs.file.as_deref();
        let found = discover(path, file, &place, &mut std::io::stdin());
        // Nothing can have changed where there is nothing.
        if found.is_empty() && changes.is_none() {
            let message = "no Dockerfile in this folder or below it";
            let path = path.to_string_lossy();
            opened.problems.push(Problem::of(path, message));
        }
        for context in found {
            let input = context.and_then(|context| {
                let settings = request.settings(&context)?;
                Ok(Input { context, settings })
            });
            match input {
                Ok(input) if seen.insert(identity(&input.context)) => opened.inputs.push(input),
                Ok(_) => {}
                // What cannot be read and is not about what has changed is said by a run without that.
                Err(problem)
                    if changes
                        .as_ref()
                        .is_some_and(|all| !all.are_beside(&problem)) => {}
                Err(problem) => add_problems(&mut opened.problems, [&problem]),
            }
        }
    }
    let inputs = &mut opened.inputs;
    inputs.sort_by_cached_key(|input| name(&input.context));
    if let Some(shard) = request.selection.shard {
        *inputs = part(std::mem::take(inputs), shard);
    }
    if let Some(changes) = changes {
        inputs.retain(|input| changes.may_touch(input));
        // What an image is made from is known when it has been judged.
        let touched = |input: &Input| {
            changes.touches(input) || {
                judge(&input.context, &input.settings.options());
                changes.touches(input)
            }
        };
        *inputs = std::mem::take(inputs)
            .into_par_iter()
            .filter(touched)
            .collect();
    }
    opened
}

/// Those of the inputs that are a part of them: folders go to the parts in turn, so that what lies in
/// one folder stays together.
fn part(inputs: Vec<Input>, shard: Shard) -> Vec<Input> {
    let mut folders: HashMap<Option<PathBuf>, usize> = HashMap::new();
    let mut own = |input: &Input| {
        let next = folders.len();
        let folder = input.context.root().map(Path::to_owned);
        let index = *folders.entry(folder).or_insert(next);
        index % shard.count + 1 == shard.index
    };
    inputs.into_iter().filter(|input| own(input)).collect()
}

/// Opens the contexts and judges them, several at a time. What could not be judged is a problem.
pub(super) fn judge_all(request: &Request<'_>) -> (Vec<Judged>, Vec<Problem>) {
    let opened = open(request);
    let mut problems = opened.problems;
    let judged: Vec<Judged> = opened
        .inputs
        .into_par_iter()
        .map(|input| Judged {
            judgement: judge(&input.context, &request.options(&input.settings)),
            context: input.context,
            settings: input.settings,
        })
        .collect();
    let of_judgements = judged.iter().flat_map(|one| &one.judgement.problems);
    add_problems(&mut problems, of_judgements);
    (judged, problems)
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
    let mut targets: Vec<Arc<Target>> = Vec::new();
    for target in settings.into_iter().flat_map(|one| &one.targets.value) {
        if targets.iter().all(|known| known.name != target.name) {
            targets.push(target.clone());
        }
    }
    targets
}

/// The name of a context's Dockerfile.
fn name(context: &Context) -> String {
    context.source(context.dockerfile()).path().to_owned()
}

/// What makes two contexts the same: the Dockerfile and the folder, wherever the links lead.
fn identity(context: &Context) -> (Option<PathBuf>, PathBuf) {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let dockerfile = real(context.source(context.dockerfile()).disk());
    (context.root().map(real), dockerfile)
}
