//! The `diegolint` command.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use diegolint::cli::Cli;

fn main() -> ExitCode {
    let (cli, matches) = Cli::read(std::env::args_os());
    diegolint::commands::run(&cli, &matches)
}
