//! The command line: its words, and nothing of what they do.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::finding::Severity;
use crate::judge::Style;
use crate::target::{BadOption, Target};

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
    /// List the targets, or print what one of them asks of an image and gives it
    Targets(TargetsArgs),
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

    /// The platforms that the images are to run on
    #[command(flatten)]
    pub platform: Platform,
}

/// The targets, and what is chosen about them.
#[derive(Args, Debug)]
pub struct Platform {
    /// The platform that the images are to run on; can be given several times
    #[arg(long = "target", value_name = "TARGET", default_value = default_target())]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(targets()))]
    pub targets: Vec<String>,

    /// Choose an option of the target, as `diegolint targets TARGET` lists them; can be given
    /// several times
    #[arg(long = "set", value_name = "OPTION=VALUE", value_parser = choice)]
    pub choices: Vec<(String, String)>,
}

impl Platform {
    /// The targets as they are chosen, each once.
    ///
    /// # Errors
    /// An option that none of them has, or a value that it cannot have.
    pub fn chosen(&self) -> Result<Vec<Arc<Target>>, BadOption> {
        let mut chosen: Vec<Arc<Target>> = Vec::new();
        for target in self.targets.iter().filter_map(|name| Target::named(name)) {
            if chosen.iter().all(|known| known.name != target.name) {
                chosen.push(target.clone());
            }
        }
        for (option, value) in &self.choices {
            let has = |target: &Target| target.options.iter().any(|known| known.name == *option);
            // With several targets an option is that of those that have it.
            let any = chosen.iter().any(|target| has(target));
            for target in &mut chosen {
                if has(target) || !any {
                    *target = Arc::new(target.with(option, value)?);
                }
            }
        }
        Ok(chosen)
    }

    /// The words that choose the same again.
    pub fn words(&self) -> Vec<String> {
        let default = self.targets == [default_target()];
        let targets = self.targets.iter().filter(|_| !default);
        let targets = targets.map(|target| format!("--target {target}"));
        let choices = self.choices.iter();
        let choices = choices.map(|(option, value)| format!("--set {option}={value}"));
        targets.chain(choices).collect()
    }
}

/// `OPTION=VALUE`
fn choice(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((option, value)) if !option.is_empty() => Ok((option.into(), value.into())),
        _ => Err("it has to be OPTION=VALUE".to_owned()),
    }
}

/// The names of the targets; the first is the default.
fn targets() -> impl Iterator<Item = &'static str> {
    Target::all().iter().map(|target| &*target.name)
}

/// The target that is meant where none is named.
fn default_target() -> &'static str {
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

    /// Report as if there were no comments that ignore findings
    #[arg(long)]
    pub no_ignores: bool,

    /// Write comments into the files that ignore all that is found
    #[arg(long, conflicts_with_all = ["no_ignores", "format"])]
    pub add_ignores: bool,

    /// The reason that these comments give
    #[arg(long, value_name = "TEXT", requires = "add_ignores")]
    pub reason: Option<String>,
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

/// `diegolint targets`
#[derive(Args, Debug)]
pub struct TargetsArgs {
    /// The target's name; all targets where it is left out
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(targets()))]
    pub target: Option<String>,

    /// Choose an option of the target; can be given several times
    #[arg(long = "set", value_name = "OPTION=VALUE", value_parser = choice, requires = "target")]
    pub choices: Vec<(String, String)>,

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
