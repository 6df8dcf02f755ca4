//! `diegolint trace`

use super::{Outcome, inputs};
use crate::cli::{Format, TraceArgs};
use crate::judge::{Options, Style, TraceStep};
use crate::report::{Judged, Terminal, json, trace_text};

pub(super) fn run(args: &TraceArgs, terminal: &Terminal) -> Outcome {
    let targets = match inputs::targets(&args.inputs.platform) {
        Ok(targets) => targets,
        Err(problem) => return Outcome::refused(problem),
    };
    let (mut traced, mut problems) = (Vec::new(), Vec::new());
    for target in targets {
        let options = Options {
            targets: vec![target.clone()],
            style: Style::default(),
            unsafe_fixes: false,
            rules: Vec::new(),
            ignores: true,
        };
        let (judged, more) = inputs::judge_all(&args.inputs, &options);
        inputs::add_problems(&mut problems, &more);
        traced.push((target, judged));
    }
    let output = match args.format {
        Format::Json => json::trace(&traced),
        Format::Text => trace_text::trace(&traced, terminal),
    };
    let judged = traced.iter().flat_map(|(_, judged)| judged);
    let mut steps = judged.flat_map(|one: &Judged| &one.judgement.trace.steps);
    Outcome {
        output: output.into_bytes(),
        found: steps.any(TraceStep::is_fault),
        problems,
        ..Outcome::default()
    }
}
