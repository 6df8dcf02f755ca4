//! `diegolint parse`

use super::Outcome;
use crate::cli::{Format, ParseArgs};
use crate::context::read_dockerfile;
use crate::problem::Problem;
use crate::report::{json, parse_text};

pub(super) fn run(args: &ParseArgs) -> Outcome {
    let source = match read_dockerfile(&args.file, &mut std::io::stdin()) {
        Ok(source) => source,
        Err(problem) => {
            return Outcome {
                problems: vec![problem],
                ..Outcome::default()
            };
        }
    };
    let dockerfile = crate::syntax::dockerfile::parse(source.text());
    let output = match args.format {
        Format::Json => json::parse(&source, &dockerfile),
        Format::Text => parse_text::parse(&source, &dockerfile),
    };
    let errors = dockerfile.errors.iter();
    Outcome {
        output: output.into_bytes(),
        problems: errors
            .map(|error| Problem::at(&source, error.span.start as usize, &*error.message))
            .collect(),
        ..Outcome::default()
    }
}
