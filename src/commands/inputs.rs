//! From paths on the command line to judged contexts, in the order of the report.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::cli::{Inputs, Platform};
use crate::context::{Context, discover};
use crate::judge::{Options, judge};
use crate::problem::Problem;
use crate::report::Judged;
use crate::target::Target;

/// What is to be judged.
pub(super) struct Input {
    pub context: Context,
}

/// The targets that are chosen.
pub(super) fn targets(platform: &Platform) -> Result<Vec<Arc<Target>>, Problem> {
    let chosen = platform.chosen();
    chosen.map_err(|error| Problem::of("--set", error.to_string()))
}

/// Opens the contexts of all paths, each Dockerfile once, sorted by its name.
pub(super) fn open(inputs: &Inputs) -> (Vec<Input>, Vec<Problem>) {
    let mut opened = Vec::new();
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    for path in &inputs.paths {
        let found = discover(path, inputs.file.as_deref(), &mut std::io::stdin());
        for result in found {
            match result {
                Ok(context) if seen.insert(identity(&context)) => opened.push(Input { context }),
                Ok(_) => {}
                Err(problem) => problems.push(problem),
            }
        }
    }
    opened.sort_by_cached_key(|input| name(&input.context));
    (opened, problems)
}

/// Opens the contexts and judges them, several at a time. What could not be judged is a problem.
pub(super) fn judge_all(inputs: &Inputs, options: &Options) -> (Vec<Judged>, Vec<Problem>) {
    let (opened, mut problems) = open(inputs);
    let judged: Vec<Judged> = opened
        .into_par_iter()
        .map(|input| Judged {
            judgement: judge(&input.context, options),
            context: input.context,
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
