//! `diegolint check`

mod add_ignores;

use super::{Outcome, inputs};
use crate::cli::{CheckArgs, Format};
use crate::judge::Options;
use crate::report::{Findings, Terminal, json, text};

pub(super) fn run(args: &CheckArgs, terminal: &Terminal) -> Outcome {
    let targets = match inputs::targets(&args.inputs.platform) {
        Ok(targets) => targets,
        Err(problem) => return Outcome::refused(problem),
    };
    let options = Options {
        targets,
        style: args.style,
        unsafe_fixes: true,
        rules: Vec::new(),
        ignores: !args.no_ignores,
    };
    if args.add_ignores {
        return add_ignores::run(args, &options);
    }
    let (judged, problems) = inputs::judge_all(&args.inputs, &options);
    let findings = Findings::of(&judged);
    let output = match args.format {
        Format::Json => json::check(&judged, &findings, &options.targets),
        Format::Text if judged.is_empty() => String::new(),
        Format::Text => {
            let again = text::fix_command(&args.inputs);
            text::check(&findings, &options.targets, &again, terminal)
        }
    };
    Outcome {
        output: output.into_bytes(),
        found: findings
            .iter()
            .any(|located| args.fail_on.counts(located.finding.severity)),
        problems,
        ..Outcome::default()
    }
}
