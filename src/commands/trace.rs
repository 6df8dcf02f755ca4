//! `diegolint trace`

use super::{Outcome, inputs};
use crate::cli::{Format, TraceArgs};
use crate::judge::{Options, Style, TraceStep};
use crate::report::{Terminal, json, trace_text};

pub(super) fn run(args: &TraceArgs, terminal: &Terminal) -> Outcome {
    let options = Options {
        target: args.inputs.target(),
        style: Style::default(),
        unsafe_fixes: false,
        rules: Vec::new(),
    };
    let (judged, problems) = inputs::judge_all(&args.inputs, &options);
    let output = match args.format {
        Format::Json => json::trace(&judged, options.target),
        Format::Text => trace_text::trace(&judged, options.target, terminal),
    };
    let mut steps = judged.iter().flat_map(|one| &one.judgement.trace.steps);
    Outcome {
        output: output.into_bytes(),
        found: steps.any(TraceStep::is_fault),
        problems,
        ..Outcome::default()
    }
}
