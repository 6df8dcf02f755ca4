//! `diegolint trace`

use rayon::prelude::*;

use super::inputs::{Input, Opened, Request};
use super::{Outcome, inputs};
use crate::cli::{Format, Selection, TraceArgs};
use crate::judge::{Options, TraceStep, judge};
use crate::report::{Judged, Terminal, json, trace_text};

pub(super) fn run(args: &TraceArgs, terminal: &Terminal) -> Outcome {
    let overrides = inputs::overrides(&args.inputs.platform, None, None);
    let request = Request::new(&args.inputs, &Selection::default(), overrides);
    let Opened {
        inputs, problems, ..
    } = inputs::open(&request);
    let mut problems = problems;
    let targets = inputs::targets(inputs.iter().map(|input| &input.settings));
    let mut traced = Vec::new();
    for target in targets {
        // What is chosen about a target can differ between inputs.
        let on = |input: &Input| {
            let mut own = input.settings.targets.value.iter();
            own.find(|own| own.name == target.name).cloned()
        };
        let judged = inputs.par_iter().filter_map(|input| {
            let options = Options {
                targets: vec![on(input)?],
                ..input.settings.options()
            };
            Some(Judged {
                judgement: judge(&input.context, &options),
                context: input.context.with_changes(&[]),
                settings: input.settings.clone(),
            })
        });
        let judged: Vec<Judged> = judged.collect();
        let of_judgements = judged.iter().flat_map(|one| &one.judgement.problems);
        inputs::add_problems(&mut problems, of_judgements);
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
