//! The command line: its words, and nothing of what they do.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::finding::Severity;
use crate::judge::Style;
use crate::target::Target;

/// Find what keeps a container image from running on Cloud Foundry Diego, and rewrite its Dockerfile
/// and entrypoint so that it does.
#[derive(Debug, Parser)]
#[command(
    name = "diegolint",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
#[command(after_help = "\
Status: 0 nothing found, 1 something found, 2 wrong usage or an input that cannot be read.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to colour the output.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report what keeps images from running on the target
    Check(CheckArgs),
    /// Rewrite Dockerfiles and scripts so that they run on the target
    Fix(FixArgs),
    /// Show what the target runs when it starts an image, and what of it fails
    Trace(TraceArgs),
    /// Explain a rule: what it finds, why, and what to do
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Show how a Dockerfile is read, instruction by instruction
    Parse(ParseArgs),
}

/// Which images, on which target.
#[derive(Args, Debug)]
pub struct Inputs {
    /// Build contexts, Dockerfiles, or folders with build contexts below them; - is a Dockerfile
    /// from the standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// The Dockerfile of the build context PATH
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// The platform that the images are to run on
    #[arg(long, value_name = "TARGET", default_value = default_target())]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(targets()))]
    pub target: String,
}

impl Inputs {
    /// The target's name.
    pub fn target(&self) -> &'static str {
        targets()
            .find(|name| *name == self.target)
            .unwrap_or(default_target())
    }
}

/// The names of the targets; the first is the default.
fn targets() -> impl Iterator<Item = &'static str> {
    Target::all().iter().map(|target| target.name.as_str())
}

/// The target that is meant where none is named.
pub fn default_target() -> &'static str {
    targets().next().unwrap_or_default()
}

/// `diegolint check`
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Which images.
    #[command(flatten)]
    pub inputs: Inputs,

    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,

    /// From which severity on the status is 1
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    pub fail_on: FailOn,

    /// How the reported fixes treat the text that they take out of use
    #[arg(long, value_name = "STYLE", default_value = "comment")]
    pub style: Style,
}

/// `diegolint fix`
#[derive(Args, Debug)]
pub struct FixArgs {
    /// Which images.
    #[command(flatten)]
    pub inputs: Inputs,

    /// Print the changes as a unified diff and write nothing
    #[arg(long, conflicts_with = "output")]
    pub diff: bool,

    /// Write the changed build context to this folder and leave the original as it is
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// Apply unsafe fixes, too: those that something outside of the image may depend on
    #[arg(long = "unsafe")]
    pub unsafe_fixes: bool,

    /// What becomes of text that is taken out of use
    #[arg(long, value_name = "STYLE", default_value = "comment")]
    pub style: Style,

    /// Apply the fixes of this rule alone; can be given several times
    #[arg(long = "rule", value_name = "RULE")]
    pub rules: Vec<String>,
}

/// `diegolint trace`
#[derive(Args, Debug)]
pub struct TraceArgs {
    /// Which images.
    #[command(flatten)]
    pub inputs: Inputs,

    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// `diegolint explain`
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The rule's name
    pub rule: String,
}

/// `diegolint rules`
#[derive(Args, Debug)]
pub struct RulesArgs {
    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// `diegolint parse`
#[derive(Args, Debug)]
pub struct ParseArgs {
    /// The Dockerfile; - is the standard input
    pub file: PathBuf,

    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// For whom the output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs: see docs/json.md
    Json,
}

/// When to colour the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// From which severity on a finding makes the status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors
    Error,
    /// Warnings and errors
    Warning,
    /// All findings
    Note,
    /// None
    Never,
}

impl FailOn {
    /// Whether a finding of this severity counts.
    pub fn counts(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Note => true,
            FailOn::Never => false,
        }
    }
}
