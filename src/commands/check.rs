//! `diegolint check`

mod add_ignores;

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::path::Path;

use super::inputs::{AllJudged, Request};
use super::outputs::{self, Outputs};
use super::{Outcome, inputs};
use crate::baseline::Baseline;
use crate::cli::{CheckArgs, ReportFormat};
use crate::problem::Problem;
use crate::report::{Findings, Judged, Report, Terminal, formats, text};

pub(super) fn run(args: &CheckArgs, terminal: &Terminal) -> Outcome {
    let overrides = inputs::overrides(&args.inputs.platform, args.style, args.threshold.fail_on);
    let mut request = Request::new(&args.inputs, &args.selection, overrides);
    request.ignores = !args.no_ignores;
    if args.add_ignores && args.baseline.is_some() {
        let message = "--add-ignores is for all that is found, and a baseline for what is known: \
                       take one of them";
        return Outcome::refused(Problem::of("--baseline", message));
    }
    if args.add_ignores {
        return add_ignores::run(args.reason.as_deref(), &request);
    }
    let outputs = match Outputs::of(&args.reporting) {
        Ok(outputs) => outputs,
        Err(problem) => return Outcome::refused(problem),
    };
    let AllJudged {
        judged,
        beside,
        mut problems,
    } = inputs::judge_all(&request);
    let targets = inputs::targets(judged.iter().map(|one| &one.settings));
    let targets = match judged.as_slice() {
        [] => request.targets(&mut problems),
        _ => targets,
    };
    let mut findings = Findings::of(&judged, &beside);
    let mut remarks = String::new();
    if let Some(file) = &args.baseline {
        let known = match args.update_baseline {
            true => update(file, &judged, &findings, request.is_selective()),
            false => Baseline::read(file),
        };
        let mut known = match known {
            Ok(known) => known,
            Err(problem) => return Outcome::refused(problem),
        };
        findings = findings.without(&mut known);
        let gone = match request.is_selective() {
            true => 0,
            false => known.left(&files(&known, &judged)),
        };
        remarks = text::baseline(findings.known().len(), gone, args.update_baseline);
    }
    // The text is written from the findings themselves.
    let report = LazyCell::new(|| Report::of(&judged, &findings, &problems, &targets));
    let written = |format: ReportFormat, terminal: &Terminal| {
        formats::render(&report, format, terminal).unwrap_or_else(|| match judged.as_slice() {
            [] => String::new(),
            _ => {
                let again = text::fix_command(&args.inputs);
                text::check(&findings, problems.len(), &targets, &again, terminal)
            }
        })
    };
    let mut outcome = Outcome {
        found: findings.iter().any(|located| located.fails),
        problems: problems.clone(),
        remarks,
        ..Outcome::default()
    };
    outputs.write(terminal, written, &mut outcome);
    outcome
}

/// Writes all that was found to the baseline, and gives it.
fn update(
    file: &Path,
    judged: &[Judged],
    findings: &Findings<'_>,
    selective: bool,
) -> Result<Baseline, Problem> {
    let mut baseline = match file.exists() {
        true => Baseline::read(file)?,
        false => Baseline::empty(file),
    };
    // Of what is a part of the images of a folder, the others may have findings in the same files.
    let files = match selective {
        true => BTreeSet::new(),
        false => files(&baseline, judged),
    };
    let found: Vec<_> = findings.iter().map(|one| one.known(&baseline)).collect();
    baseline.update(&files, found);
    outputs::write(file, baseline.text().as_bytes())?;
    Ok(baseline)
}

/// The files that were read of images that could be judged, by the names that they have in a baseline.
fn files(baseline: &Baseline, judged: &[Judged]) -> BTreeSet<String> {
    let names = |one: &Judged| {
        let files = one.context.files().into_iter();
        files
            .map(|source| baseline.name_of(&source))
            .collect::<Vec<_>>()
    };
    let (whole, broken): (Vec<&Judged>, Vec<&Judged>) = judged
        .iter()
        .partition(|one| one.judgement.problems.is_empty());
    let mut files: BTreeSet<String> = whole.into_iter().flat_map(names).collect();
    for name in broken.into_iter().flat_map(names) {
        files.remove(&name);
    }
    files
}
