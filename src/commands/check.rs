//! `diegolint check`

mod outputs;

use super::{Outcome, inputs};
use crate::cli::{CheckArgs, ReportFormat};
use crate::judge::Options;
use crate::report::{Findings, Report, Terminal, formats, text};
use outputs::Outputs;

pub(super) fn run(args: &CheckArgs, terminal: &Terminal) -> Outcome {
    let targets = match inputs::targets(&args.inputs.platform) {
        Ok(targets) => targets,
        Err(problem) => return Outcome::refused(problem),
    };
    let outputs = match Outputs::of(args) {
        Ok(outputs) => outputs,
        Err(problem) => return Outcome::refused(problem),
    };
    let options = Options {
        targets,
        style: args.style,
        unsafe_fixes: true,
        rules: Vec::new(),
    };
    let (judged, problems) = inputs::judge_all(&args.inputs, &options);
    let findings = Findings::of(&judged);
    let report = Report::of(&judged, &findings, &problems, &options.targets);
    let written = |format: ReportFormat, terminal: &Terminal| {
        formats::render(&report, format).unwrap_or_else(|| match judged.as_slice() {
            [] => String::new(),
            _ => {
                let again = text::fix_command(&args.inputs);
                text::check(&findings, &options.targets, &again, terminal)
            }
        })
    };
    let mut outcome = Outcome {
        found: findings
            .iter()
            .any(|located| args.fail_on.counts(located.finding.severity)),
        problems,
        ..Outcome::default()
    };
    outputs.write(terminal, written, &mut outcome);
    outcome
}
