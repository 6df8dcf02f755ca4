//! `diegolint fix`

mod folders;
mod output;

use std::sync::Arc;

use rayon::prelude::*;

use self::folders::{Fixed, Group};
use super::folders::by_folder;
use super::inputs::Request;
use super::{Outcome, explain, inputs};
use crate::cli::FixArgs;
use crate::fix::Change;
use crate::judge::Judgement;
use crate::report::{Findings, Judged, Terminal, diff, fix_text, text};
use crate::target::Target;

pub(super) fn run(args: &FixArgs, terminal: &Terminal) -> Outcome {
    let mut outcome = Outcome::default();
    for rule in &args.rules {
        if let Err(problem) = explain::find(rule) {
            outcome.problems.push(problem);
        }
    }
    if !outcome.problems.is_empty() {
        return outcome;
    }
    let overrides = inputs::overrides(&args.inputs.platform, args.style, args.threshold.fail_on);
    let request = Request::new(&args.inputs, &args.selection, overrides);
    let opened = inputs::open(&request);
    outcome.problems = opened.problems;
    let targets = match opened.inputs.as_slice() {
        [] => request.targets(&mut outcome.problems),
        inputs => inputs::targets(inputs.iter().map(|input| &input.settings)),
    };
    if targets.is_empty() {
        return outcome;
    }
    let groups: Vec<Group> = by_folder(opened.inputs, |input| &input.context)
        .into_par_iter()
        .map(|inputs| Group::fix(inputs, args))
        .collect();
    let fixed = || groups.iter().flat_map(|group| &group.fixed);
    for one in fixed() {
        inputs::add_problems(&mut outcome.problems, &one.outcome.judgement.problems);
    }
    if args.diff {
        let mut changes: Vec<Change> = groups.iter().flat_map(Group::changes).collect();
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        outcome.found = !changes.is_empty();
        outcome.output = diff::unified(&changes, terminal.color);
        outcome.remarks = fix_text::summary(fixed().map(|one| &one.outcome), true);
        return outcome;
    }
    if let Some(folder) = &args.output {
        if let Err(problem) = output::copy(&args.inputs, &groups, folder) {
            // Nothing was written: there is nothing to report that it holds.
            outcome.problems.push(problem);
            return outcome;
        }
    } else {
        if let Some(one) = fixed().find(|one| one.is_stdin()) {
            // Nothing else can be done with a Dockerfile from the standard input.
            outcome.output = one.dockerfile();
        }
        // What could not be written was not fixed.
        let mut written = Vec::new();
        for group in groups {
            match group.write() {
                Ok(()) => written.push(group),
                Err(problem) => outcome.problems.push(problem),
            }
        }
        return finish(written, &targets, outcome, terminal);
    }
    finish(groups, &targets, outcome, terminal)
}

/// The report of what was done, and of what is left.
fn finish(
    groups: Vec<Group>,
    targets: &[Arc<Target>],
    mut outcome: Outcome,
    terminal: &Terminal,
) -> Outcome {
    let fixed = groups.iter().flat_map(|group| &group.fixed);
    let outcomes = fixed.map(|one| &one.outcome);
    let mut report = fix_text::applied(outcomes.clone(), terminal);
    let summary = fix_text::summary(outcomes, false);
    let fixed = groups.into_iter().flat_map(|group| group.fixed);
    let left: Vec<Judged> = fixed.map(judged_again).collect();
    let findings = Findings::of(&left, &[]);
    outcome.found = findings.iter().any(|located| located.fails);
    report.push_str(&text::findings(&findings, targets, terminal));
    report.push_str(&summary);
    if !findings.is_empty() {
        report.push_str(&text::left(&findings, targets));
    }
    if outcome.output.is_empty() {
        outcome.output = report.into_bytes();
    } else {
        outcome.remarks = report;
    }
    outcome
}

/// The context with its changes, and the findings that are left in it.
fn judged_again(one: Fixed) -> Judged {
    let changes = one.outcome.changes;
    let after: Vec<_> = changes.into_iter().map(|c| (c.source, c.after)).collect();
    Judged {
        context: one.context.with_changes(&after),
        judgement: Judgement {
            findings: one.outcome.left,
            suppressed: one.outcome.suppressed,
            ..one.outcome.judgement
        },
        settings: one.settings,
    }
}
