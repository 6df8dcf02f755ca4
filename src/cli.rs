//! The command line: its words, and nothing of what they do.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::Resettable;
use clap::{Arg, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::finding::FailOn;
use crate::judge::Style;
use crate::programs::Bytes;
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

impl Cli {
    /// What a command line and the environment say, and in which words. It ends the program where
    /// they say nothing that can be done, or ask for help.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> (Self, ArgMatches) {
        let command = Self::command().mut_subcommands(|own| own.mut_args(unless_empty));
        let matches = command.get_matches_from(words);
        let cli = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        (cli, matches)
    }
}

/// A variable that is empty says nothing: a pipeline that has nothing to say leaves it so.
fn unless_empty(argument: Arg) -> Arg {
    let variable = argument.get_env().and_then(std::env::var_os);
    match variable.is_some_and(|value| value.is_empty()) {
        true => argument.env(Resettable::Reset),
        false => argument,
    }
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
    /// Build and start an image as the target would, and see whether it becomes healthy
    Verify(Box<VerifyArgs>),
    /// Put reports of several runs together: those of `check --format json`
    Merge(MergeArgs),
    /// Print what counts for inputs, and where each value comes from
    Config(ConfigArgs),
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

    /// Which configuration counts
    #[command(flatten)]
    pub configuration: Configuration,
}

/// The targets, and what is chosen about them.
#[derive(Args, Clone, Debug)]
pub struct Platform {
    /// The platform that the images are to run on; can be given several times [default: diego-2015]
    #[arg(long = "target", value_name = "TARGET", value_delimiter = ',')]
    #[arg(env = "DIEGOLINT_TARGET", hide_env_values = true)]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(targets()))]
    pub targets: Vec<String>,

    /// Choose an option of the target, as `diegolint targets TARGET` lists them; can be given
    /// several times
    #[arg(long = "set", value_name = "OPTION=VALUE", value_parser = choice)]
    pub choices: Vec<(String, String)>,
}

impl Platform {
    /// The words that choose the same again.
    pub fn words(&self) -> Vec<String> {
        let targets = self.targets.iter();
        let targets = targets.map(|target| format!("--target {target}"));
        let choices = self.choices.iter();
        let choices = choices.map(|(option, value)| format!("--set {option}={value}"));
        targets.chain(choices).collect()
    }
}

/// Which configuration counts.
#[derive(Args, Clone, Debug)]
pub struct Configuration {
    /// The configuration for all inputs, instead of the nearest diegolint.toml above each
    #[arg(
        long,
        value_name = "FILE",
        env = "DIEGOLINT_CONFIG",
        hide_env_values = true
    )]
    pub config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long)]
    pub no_config: bool,
}

/// Which of the inputs are worked on.
#[derive(Args, Clone, Debug, Default)]
pub struct Selection {
    /// PATHs are files that have changed: only images that are made from them are worked on, of all
    /// below the working directory
    #[arg(long, conflicts_with = "file")]
    pub changed: bool,

    /// Only images that are made from what has changed since a revision of git: since it and HEAD
    /// parted, with what is not committed yet
    #[arg(
        long,
        value_name = "REV",
        env = "DIEGOLINT_CHANGED_SINCE",
        hide_env_values = true
    )]
    pub changed_since: Option<String>,

    /// Only a part of the folders, so that N runs do all of it: 1/4, 2/4, …
    #[arg(
        long,
        value_name = "I/N",
        env = "DIEGOLINT_SHARD",
        hide_env_values = true
    )]
    pub shard: Option<Shard>,
}

/// How to report, and where to.
#[derive(Args, Debug)]
pub struct Reporting {
    /// How to report: see docs/formats.md
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    #[arg(env = "DIEGOLINT_FORMAT", hide_env_values = true)]
    pub format: ReportFormat,

    /// Write the report to this file; with a format before it, a further report: sarif=FILE. Can be
    /// given several times
    #[arg(long = "output-file", value_name = "[FORMAT=]FILE", value_parser = output_file)]
    pub output_files: Vec<OutputFile>,
}

/// What makes the status 1.
#[derive(Args, Debug)]
pub struct Threshold {
    /// From which severity on the status is 1 [default: warning]
    #[arg(
        long,
        value_name = "SEVERITY",
        env = "DIEGOLINT_FAIL_ON",
        hide_env_values = true
    )]
    pub fail_on: Option<FailOn>,
}

/// One of several parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub index: usize,
    /// How many there are.
    pub count: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let numbers = parts.and_then(|(index, count)| {
            Some((index.parse::<usize>().ok()?, count.parse::<usize>().ok()?))
        });
        match numbers {
            Some((index, count)) if (1..=count).contains(&index) => Ok(Self { index, count }),
            _ => Err("it has to be I/N, with I from 1 to N".to_owned()),
        }
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

/// `diegolint check`
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Which images.
    #[command(flatten)]
    pub inputs: Inputs,

    /// Which of them.
    #[command(flatten)]
    pub selection: Selection,

    /// How to report, and where to.
    #[command(flatten)]
    pub reporting: Reporting,

    /// What makes the status 1.
    #[command(flatten)]
    pub threshold: Threshold,

    /// How the reported fixes treat the text that they take out of use [default: comment]
    #[arg(long, value_name = "STYLE")]
    pub style: Option<Style>,

    /// Report only what is not in this file, as --update-baseline wrote it
    #[arg(
        long,
        value_name = "FILE",
        env = "DIEGOLINT_BASELINE",
        hide_env_values = true
    )]
    pub baseline: Option<PathBuf>,

    /// Write all that is found to the baseline, which then has nothing else for these files
    #[arg(long, requires = "baseline")]
    pub update_baseline: bool,

    /// Report as if there were no comments that ignore findings
    #[arg(long)]
    pub no_ignores: bool,

    /// Write comments into the files that ignore all that is found
    #[arg(long, conflicts_with_all = ["no_ignores", "output_files", "update_baseline"])]
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

    /// Which of them.
    #[command(flatten)]
    pub selection: Selection,

    /// Print the changes as a unified diff and write nothing
    #[arg(long, conflicts_with = "output")]
    pub diff: bool,

    /// Write the changed build context to this folder and leave the original as it is
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// Apply unsafe fixes, too: those that something outside of the image may depend on
    #[arg(long = "unsafe")]
    pub unsafe_fixes: bool,

    /// What becomes of text that is taken out of use [default: comment]
    #[arg(long, value_name = "STYLE")]
    pub style: Option<Style>,

    /// What makes the status 1.
    #[command(flatten)]
    pub threshold: Threshold,

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

/// `diegolint verify`
#[derive(Args, Debug)]
#[command(after_help = "\
Status: 0 healthy on all targets (with --fix: with the fixes), 1 not healthy, 2 wrong usage, no engine,
or an image that cannot be built; 130 stopped.")]
pub struct VerifyArgs {
    /// A build context or a Dockerfile; what is no path here is the name of an image that the engine
    /// has or pulls
    #[arg(value_name = "PATH|IMAGE", default_value = ".")]
    pub image: PathBuf,

    /// The Dockerfile of the build context PATH
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// The platforms that the image is to run on
    #[command(flatten)]
    pub platform: Platform,

    /// Which configuration counts
    #[command(flatten)]
    pub configuration: Configuration,

    /// Verify a copy with the fixes of diegolint, too; nothing of PATH is changed
    #[arg(long)]
    pub fix: bool,

    /// Apply unsafe fixes, too: those that something outside of the image may depend on
    #[arg(long = "unsafe", requires = "fix")]
    pub unsafe_fixes: bool,

    /// What becomes of text that is taken out of use [default: comment]
    #[arg(long, value_name = "STYLE", requires = "fix")]
    pub style: Option<Style>,

    /// What a client sends to the port that counts, with \r, \n, \t, \0, \\ and \xNN in it; nothing
    /// where the server speaks first [default: what is known of the server]
    #[arg(long, value_name = "TEXT", value_parser = Bytes::parse)]
    pub payload: Option<Bytes>,

    /// What has to be in the answer, with the same escapes; any answer will do without it
    #[arg(long, value_name = "TEXT", value_parser = Bytes::parse)]
    pub expect: Option<Bytes>,

    /// A variable that the image is started with, as by `cf set-env`; can be given several times
    #[arg(short = 'e', long = "env", value_name = "NAME=VALUE", value_parser = variable)]
    pub variables: Vec<(String, String)>,

    /// How long the start may take, in seconds [default: as long as the target lets it]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub timeout: Option<u32>,

    /// A value for ARG; can be given several times
    #[arg(long = "build-arg", value_name = "NAME=VALUE")]
    pub build_arguments: Vec<String>,

    /// The container engine: podman or docker, or the path of one [default: the first that works]
    #[arg(
        long,
        value_name = "ENGINE",
        env = "DIEGOLINT_ENGINE",
        hide_env_values = true
    )]
    pub engine: Option<String>,

    /// An option for the engine's `create`, for machines that need one: --engine-option=--network=pasta;
    /// can be given several times
    #[arg(
        long = "engine-option",
        value_name = "OPTION",
        allow_hyphen_values = true
    )]
    pub engine_options: Vec<String>,

    /// An option for the engine's `build`; can be given several times
    #[arg(
        long = "build-option",
        value_name = "OPTION",
        allow_hyphen_values = true
    )]
    pub build_options: Vec<String>,

    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// `NAME=VALUE`, where no value is an empty one.
fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err("it has to be NAME=VALUE".to_owned()),
    }
}

/// `diegolint merge`
#[derive(Args, Debug)]
pub struct MergeArgs {
    /// Reports of `check --format json`; - is the standard input
    #[arg(value_name = "REPORT", required = true)]
    pub reports: Vec<PathBuf>,

    /// How to report, and where to.
    #[command(flatten)]
    pub reporting: Reporting,

    /// What makes the status 1.
    #[command(flatten)]
    pub threshold: Threshold,
}

/// `diegolint config`
#[derive(Args, Debug)]
pub struct ConfigArgs {
    /// Which images.
    #[command(flatten)]
    pub inputs: Inputs,

    /// What makes the status 1.
    #[command(flatten)]
    pub threshold: Threshold,

    /// What becomes of text that a fix takes out of use [default: comment]
    #[arg(long, value_name = "STYLE")]
    pub style: Option<Style>,

    /// Print the JSON Schema of the configuration, and nothing else
    #[arg(long)]
    pub schema: bool,
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

/// A file for a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// The format; none where it is that of the standard output, which then has no report.
    pub format: Option<ReportFormat>,
    /// The file.
    pub path: PathBuf,
}

/// `[FORMAT=]FILE`. What stands before `=` and is no format is a part of the file's name.
fn output_file(text: &str) -> Result<OutputFile, String> {
    let named = text.split_once('=').and_then(|(format, path)| {
        let format = ReportFormat::from_str(format, false).ok()?;
        Some((Some(format), path))
    });
    let (format, path) = named.unwrap_or((None, text));
    if path.is_empty() {
        return Err("it has to name a file".to_owned());
    }
    let path = PathBuf::from(path);
    Ok(OutputFile { format, path })
}

/// For whom the output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs: see docs/json.md
    Json,
}

/// How `check` reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people: the place, what is wrong there, what to do
    Text,
    /// A line for each finding
    Concise,
    /// For programs: see docs/json.md
    Json,
    /// The same with a line for each finding
    Jsonl,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub's workflows
    Github,
    /// Code quality of GitLab
    Gitlab,
    /// JUnit's XML
    Junit,
    /// Checkstyle's XML
    Checkstyle,
    /// reviewdog's diagnostics
    Rdjson,
    /// A summary in Markdown, for a pull request
    Markdown,
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
