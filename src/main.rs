//! The `diegolint` command.

use std::process::ExitCode;

use clap::Parser;
use diegolint::cli::Cli;

fn main() -> ExitCode {
    diegolint::commands::run(&Cli::parse())
}
