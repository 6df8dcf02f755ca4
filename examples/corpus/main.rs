//! Tries diegolint on a folder of real repositories, and says what it saw:
//!
//! ```sh
//! cargo run --release --example corpus -- FOLDER
//! cargo run --release --example corpus -- FOLDER --fix --tally PATH
//! ```
//!
//! The first judges every context in FOLDER: which inputs are refused, how long it takes, how many
//! launches end in a known program, and why the others do not. The second also fixes a copy of
//! FOLDER in each style and checks what came out. The status is 1 if anything does not hold.

mod ending;
mod fixing;
mod judging;
mod parser;
mod shells;
mod tree;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;
use diegolint::cli::Cli;
use diegolint::context::{Context, Placed, discover};

use parser::Tally;

/// What this program is called with to be diegolint: so `fix` is the real one, in a process of its
/// own, whose end is seen whatever happens in it.
const AS_DIEGOLINT: &str = "as-diegolint";

/// Judge, and fix on a copy, every Dockerfile of a folder of repositories.
#[derive(Debug, Parser)]
#[command(name = "corpus")]
struct Arguments {
    /// Repositories as they are checked out; nothing in it is changed
    folder: PathBuf,

    /// Fix a copy in each style, and check what comes out
    #[arg(long)]
    fix: bool,

    /// The program `tally`, which carries BuildKit's parser
    #[arg(long, value_name = "PATH", default_value = "tally")]
    tally: PathBuf,

    /// Leave out what lies below this name in FOLDER; can be given several times
    #[arg(long, value_name = "NAME")]
    without: Vec<String>,
}

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    if words.get(1).is_some_and(|word| word == AS_DIEGOLINT) {
        let (cli, matches) = Cli::read(words.into_iter().skip(1));
        return diegolint::commands::run(&cli, &matches);
    }
    // As many bytes of stack as the program itself takes for nested text.
    let threads = rayon::ThreadPoolBuilder::new().stack_size(16 << 20);
    let _ = threads.build_global();
    match run(&Arguments::parse()) {
        Ok(violations) if violations.is_empty() => {
            println!("\nEverything holds.");
            ExitCode::SUCCESS
        }
        Ok(violations) => {
            println!("\nThis does not hold:");
            violations.iter().for_each(|line| println!("  {line}"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// What does not hold, one line each.
fn run(arguments: &Arguments) -> std::io::Result<Vec<String>> {
    let folder = std::fs::canonicalize(&arguments.folder)?;
    let left_out: Vec<PathBuf> = arguments
        .without
        .iter()
        .map(|name| folder.join(name))
        .collect();
    let tally = Tally::find(&arguments.tally);
    if tally.is_none() {
        println!(
            "*** {} does not run: nothing here asks BuildKit's parser. pip install tally-cli, or \
             give --tally PATH. ***\n",
            arguments.tally.display()
        );
    }
    let all = judging::all(contexts(&folder, &left_out));
    all.print(&folder);
    if let Some(tally) = &tally {
        all.compare(tally, &folder)?;
    }
    let mut violations = all.panics(&folder);
    if arguments.fix {
        let expected = all.named_files();
        violations.extend(fixing::all(&folder, &left_out, &expected, tally.as_ref())?);
    }
    Ok(violations)
}

/// What a folder has to judge, in the order of the names. What cannot be opened is a problem.
fn contexts(
    folder: &Path,
    left_out: &[PathBuf],
) -> Vec<Result<Context, diegolint::problem::Problem>> {
    let mut found = discover(
        folder,
        None,
        &|_| Ok(Placed::default()),
        &mut std::io::empty(),
    );
    found.retain(|one| {
        let path = match one {
            Ok(context) => context.source(context.dockerfile()).path().to_owned(),
            Err(problem) => problem.path.clone(),
        };
        !left_out.iter().any(|out| Path::new(&path).starts_with(out))
    });
    found
}

/// diegolint, as a process of its own.
fn diegolint() -> std::io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(AS_DIEGOLINT);
    Ok(command)
}

/// A path as it is below the folder.
fn below<'a>(folder: &Path, path: &'a Path) -> std::path::Display<'a> {
    path.strip_prefix(folder).unwrap_or(path).display()
}
