//! `diegolint merge`

use std::io::Read;
use std::path::Path;

use super::Outcome;
use super::outputs::Outputs;
use crate::cli::{MergeArgs, ReportFormat};
use crate::problem::Problem;
use crate::report::{Report, Terminal, formats};
use crate::source::Source;

pub(super) fn run(args: &MergeArgs, terminal: &Terminal) -> Outcome {
    let outputs = match Outputs::of(&args.output_files, args.format) {
        Ok(outputs) => outputs,
        Err(problem) => return Outcome::refused(problem),
    };
    if outputs.has(ReportFormat::Text) {
        let message = "text shows the files, which reports have not: concise is the next best";
        return Outcome::refused(Problem::of("--format", message));
    }
    let mut outcome = Outcome::default();
    let mut reports = Vec::new();
    for path in &args.reports {
        match read(path) {
            Ok(report) => reports.push(report),
            Err(problem) => outcome.problems.push(problem),
        }
    }
    let Some(mut report) = Report::merged(reports) else {
        return outcome;
    };
    if let Some(fail_on) = args.fail_on {
        for finding in &mut report.findings {
            finding.fails = fail_on.counts(finding.severity);
        }
    }
    outcome.found = report.findings.iter().any(|finding| finding.fails);
    // What a part could not read is not read in the whole either.
    let unread = report.problems.iter().map(|problem| problem.problem());
    outcome.problems.extend(unread);
    let written = |format, terminal: &Terminal| {
        formats::render(&report, format, terminal).unwrap_or_default()
    };
    outputs.write(terminal, written, &mut outcome);
    outcome
}

/// Reads a report.
fn read(path: &Path) -> Result<Report, Problem> {
    let name = path.to_string_lossy().into_owned();
    let mut bytes = Vec::new();
    let read = match &*name {
        "-" => std::io::stdin().lock().read_to_end(&mut bytes).map(drop),
        _ => std::fs::read(path).map(|read| bytes = read),
    };
    read.map_err(|error| Problem::io(&name, &error))?;
    let source = Source::new(name, path.to_owned(), bytes);
    serde_json::from_slice::<Report>(source.bytes())
        .map_err(|error| {
            let at = source.offset_of(error.line(), error.column());
            let message = format!(
                "no report of check --format json: {}",
                without_place(&error)
            );
            Problem::at(&source, at, message)
        })
        .and_then(|report| match report.is_readable() {
            true => Ok(report),
            false => {
                let message = format!(
                    "a report of version {}, and this diegolint reads another",
                    report.schema
                );
                Err(Problem::of(source.path(), message))
            }
        })
}

/// What is wrong, without the place at its end.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let end = message.rfind(" at line ").unwrap_or(message.len());
    message[..end].to_owned()
}
