//! `diegolint merge`

use std::io::Read;
use std::path::Path;

use serde::Deserialize;

use super::Outcome;
use super::outputs::Outputs;
use crate::cli::{MergeArgs, ReportFormat};
use crate::problem::{Problem, json_error};
use crate::report::{Report, Terminal, formats};
use crate::source::Source;

pub(super) fn run(args: &MergeArgs, terminal: &Terminal) -> Outcome {
    let outputs = match Outputs::of(&args.reporting) {
        Ok(outputs) => outputs,
        Err(problem) => return Outcome::refused(problem),
    };
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
    if let Some(fail_on) = args.threshold.fail_on {
        for finding in &mut report.findings {
            finding.fails = fail_on.counts(finding.severity);
        }
    }
    outcome.found = report.findings.iter().any(|finding| finding.fails);
    // What a part could not read is not read in the whole either.
    let unread = report.problems.iter().map(|problem| problem.problem());
    outcome.problems.extend(unread);
    let written = |format, terminal: &Terminal| {
        // Text shows the files, which reports have not.
        let render = |format| formats::render(&report, format, terminal);
        let text = render(format).or_else(|| render(ReportFormat::Concise));
        text.unwrap_or_default()
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
    let text = source.text().trim_start_matches('\u{feff}');
    // A report of another version may lack whatever this one needs.
    if let Ok(Version { schema }) = serde_json::from_str(text)
        && !Report::is_readable(schema)
    {
        let message = format!("a report of version {schema}, which this diegolint does not read");
        return Err(Problem::of(source.path(), message));
    }
    serde_json::from_str(text).map_err(|error| {
        let at = source.offset_of(error.line(), error.column());
        let why = json_error(&error);
        let message = format!("no report of check --format json: {why}");
        Problem::at(&source, at, message)
    })
}

/// The version of a report.
#[derive(Deserialize)]
struct Version {
    schema: u32,
}
