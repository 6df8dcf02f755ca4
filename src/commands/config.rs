//! `diegolint config`

use std::sync::Arc;

use clap::ArgMatches;

use super::inputs::{Opened, Request};
use super::{Outcome, inputs};
use crate::cli::{ConfigArgs, Selection};
use crate::config::{self, Overrides, Settings, ValueSource};
use crate::report::config_text;

pub(super) fn run(args: &ConfigArgs, matches: &ArgMatches) -> Outcome {
    if args.schema {
        return Outcome {
            output: config::schema().into_bytes(),
            ..Outcome::default()
        };
    }
    let overrides = inputs::overrides(&args.inputs.platform, args.style, args.threshold.fail_on);
    let overrides = from_environment(overrides, matches);
    let request = Request::new(&args.inputs, &Selection::default(), overrides);
    let Opened {
        inputs, problems, ..
    } = inputs::open(&request);
    // Inputs that have the same in force are told together.
    let mut groups: Vec<(Arc<Settings>, Vec<String>)> = Vec::new();
    for input in &inputs {
        let dockerfile = input.context.source(input.context.dockerfile());
        let path = dockerfile.path().to_owned();
        let same = |(settings, _): &&mut (Arc<Settings>, _)| Arc::ptr_eq(settings, &input.settings);
        match groups.iter_mut().find(same) {
            Some((_, paths)) => paths.push(path),
            None => groups.push((input.settings.clone(), vec![path])),
        }
    }
    Outcome {
        output: config_text::config(&groups).into_bytes(),
        problems,
        ..Outcome::default()
    }
}

/// The same, with what came from a variable of the environment marked as that.
fn from_environment(mut overrides: Overrides, matches: &ArgMatches) -> Overrides {
    let of_command = matches.subcommand().map(|(_, own)| own);
    let is_variable = |id| {
        of_command
            .is_some_and(|own| own.value_source(id) == Some(clap::parser::ValueSource::EnvVariable))
    };
    if let Some(targets) = overrides
        .targets
        .as_mut()
        .filter(|_| is_variable("targets"))
    {
        targets.from = ValueSource::Variable("DIEGOLINT_TARGET");
    }
    let fail_on = overrides.fail_on.as_mut();
    if let Some(fail_on) = fail_on.filter(|_| is_variable("fail_on")) {
        fail_on.from = ValueSource::Variable("DIEGOLINT_FAIL_ON");
    }
    overrides
}
