//! `diegolint rules`

use super::Outcome;
use crate::cli::{Format, RulesArgs};
use crate::report::{Terminal, json, page};
use crate::rules::pages;

pub(super) fn run(args: &RulesArgs, terminal: &Terminal) -> Outcome {
    let output = match args.format {
        Format::Json => json::rules(pages()),
        Format::Text => page::list(pages(), terminal),
    };
    Outcome {
        output: output.into_bytes(),
        ..Outcome::default()
    }
}
