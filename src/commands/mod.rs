//! The subcommands, one file each. Each reads its inputs, has them judged, and gives back what is to
//! be printed: nothing but this file writes to the terminal.

mod check;
mod config;
mod explain;
mod fix;
mod folders;
mod inputs;
mod merge;
mod outputs;
mod parse;
mod progress;
mod rules;
mod targets;
mod trace;
mod verify;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::ArgMatches;

use crate::cli::{Cli, Command};
use crate::problem::Problem;
use crate::report::Terminal;

/// The stack of a thread that judges: 16 MiB, of which only what is used takes memory.
const STACK: usize = 16 << 20;

/// How many problems of one file are shown: what is no Dockerfile has one in every line.
const SHOWN: usize = 3;

/// What a subcommand comes to.
#[derive(Debug, Default)]
struct Outcome {
    /// For the standard output.
    output: Vec<u8>,
    /// For people at the standard error, beside the problems.
    remarks: String,
    /// What could not be read, parsed or written.
    problems: Vec<Problem>,
    /// Whether there is something to report that makes the status 1.
    found: bool,
    /// Whether the user has stopped it.
    stopped: bool,
}

impl Outcome {
    /// Nothing is done, for a reason.
    fn refused(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
            ..Self::default()
        }
    }

    fn status(&self) -> u8 {
        if self.stopped {
            // As a shell has it of a program that Ctrl-C has ended.
            return 130;
        }
        match (self.problems.is_empty(), self.found) {
            (false, _) => 2,
            (true, true) => 1,
            (true, false) => 0,
        }
    }
}

/// Runs what the command line asks for and gives the status. `matches` are the words that it is asked
/// in.
pub fn run(cli: &Cli, matches: &ArgMatches) -> ExitCode {
    // Contexts are judged on these threads, and nested text goes deeper than their usual 2 MiB. It
    // fails only where the threads are there already, and then they do.
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK);
    let _ = threads.build_global();
    let terminal = Terminal::detect(cli.color);
    let outcome = match &cli.command {
        Command::Check(args) => check::run(args, &terminal),
        Command::Fix(args) => fix::run(args, &terminal),
        Command::Trace(args) => trace::run(args, &terminal),
        Command::Verify(args) => verify::run(args, &terminal),
        Command::Merge(args) => merge::run(args, &terminal),
        Command::Config(args) => config::run(args, matches),
        Command::Explain(args) => explain::run(args, &terminal),
        Command::Rules(args) => rules::run(args, &terminal),
        Command::Targets(args) => targets::run(args, &terminal),
        Command::Parse(args) => parse::run(args),
    };
    match print(&outcome, &terminal) {
        Ok(()) => ExitCode::from(outcome.status()),
        // Whoever reads the output, a pager or `head`, has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(outcome.status()),
        Err(error) => {
            let problem = Problem::io("standard output", &error);
            let _ = writeln!(io::stderr(), "error: {problem}");
            ExitCode::from(2)
        }
    }
}

fn print(outcome: &Outcome, terminal: &Terminal) -> io::Result<()> {
    terminal.write(&outcome.output)?;
    let mut stderr = io::stderr().lock();
    for one_file in outcome.problems.chunk_by(|a, b| a.path == b.path) {
        for problem in one_file.iter().take(SHOWN) {
            writeln!(stderr, "error: {problem}")?;
        }
        if let Some(next) = one_file.get(SHOWN) {
            let message = match one_file.len() - SHOWN {
                1 => "1 more problem".to_owned(),
                more => format!("{more} more problems"),
            };
            writeln!(stderr, "error: {}", Problem::of(&next.path, message))?;
        }
    }
    stderr.write_all(outcome.remarks.as_bytes())
}
