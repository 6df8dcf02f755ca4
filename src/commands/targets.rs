//! `diegolint targets`

use super::{Outcome, inputs};
use crate::cli::{Format, Platform, TargetsArgs};
use crate::config::Settings;
use crate::report::{Terminal, json, target_text};
use crate::target::Target;

pub(super) fn run(args: &TargetsArgs, terminal: &Terminal) -> Outcome {
    let Some(name) = &args.target else {
        return printed(match args.format {
            Format::Json => json::targets(Target::all()),
            Format::Text => target_text::list(Target::all(), terminal),
        });
    };
    let platform = Platform {
        targets: vec![name.clone()],
        choices: args.choices.clone(),
    };
    let overrides = inputs::overrides(&platform, None, None);
    let targets = match Settings::of(None, &overrides) {
        Ok(settings) => settings.targets.value,
        Err(problem) => return Outcome::refused(problem),
    };
    printed(match args.format {
        Format::Json => json::targets(&targets),
        Format::Text => {
            let contracts = targets.iter().map(|t| target_text::contract(t, terminal));
            contracts.collect()
        }
    })
}

fn printed(output: String) -> Outcome {
    Outcome {
        output: output.into_bytes(),
        ..Outcome::default()
    }
}
