//! Precision and recall of each rule, on contexts that people labelled by hand.
//!
//! `cargo run --release --example labels -- FOLDER LABELS…`, where FOLDER holds the contexts as
//! `labels/fetch.sh` lays them out, and LABELS are the files of labels: `labels/README.md` has their
//! format.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use diegolint::context::Context;
use diegolint::judge::{Options, judge};
use diegolint::target::Target;
use rayon::prelude::*;
use serde::Deserialize;

/// Measures the rules against labels.
#[derive(Parser)]
struct Args {
    /// Where the contexts are: FOLDER/<repository>/<commit>/<folder>.
    folder: PathBuf,
    /// The files of labels.
    #[arg(required = true)]
    labels: Vec<PathBuf>,
    /// Only contexts of this year.
    #[arg(long)]
    era: Option<u16>,
    /// Only contexts of this part.
    #[arg(long)]
    split: Option<String>,
    /// Only this rule; can be given several times.
    #[arg(long)]
    rule: Vec<String>,
    /// Name each place where the labels and diegolint do not agree.
    #[arg(long)]
    list: bool,
}

/// A file of labels.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The rules that were labelled: what others find is not counted.
    rules: Vec<String>,
    context: Vec<Labelled>,
}

/// A context that somebody read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labelled {
    repository: String,
    commit: String,
    folder: String,
    era: u16,
    split: String,
    #[serde(default)]
    label: Vec<Label>,
}

/// What a rule has to find.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    rule: String,
    file: String,
    line: usize,
    verdict: Verdict,
    why: String,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    /// It has to be found.
    True,
    /// It must not be found: a near miss that is worth a line.
    False,
    /// Either will do: what decides cannot be known from the files.
    Either,
}

/// A rule, a file and a line.
type Place = (String, String, usize);

/// What became of one rule.
#[derive(Default)]
struct Count {
    right: usize,
    false_alarms: usize,
    missed: usize,
}

/// The numbers, and each disagreement as a line.
#[derive(Default)]
struct Measured {
    counts: BTreeMap<String, Count>,
    disagreements: Vec<String>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match measure(&args) {
        Ok((contexts, measured)) => {
            print(&args, contexts, &measured);
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn measure(args: &Args) -> Result<(usize, Measured), String> {
    let mut measured = Measured::default();
    let mut contexts = 0;
    for path in &args.labels {
        let place = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| format!("{place}: {error}"))?;
        let file: File = toml::from_str(&text).map_err(|error| format!("{place}: {error}"))?;
        let meant: Vec<&Labelled> = file.context.iter().filter(|c| args.means(c)).collect();
        let rules: Vec<&String> = file.rules.iter().filter(|r| args.wants(r)).collect();
        contexts += meant.len();
        let found: Result<Vec<_>, String> = meant
            .par_iter()
            .map(|labelled| found(&args.folder, labelled))
            .collect();
        for (labelled, found) in meant.iter().zip(found?) {
            for rule in &rules {
                measured.add(labelled, rule, &found);
            }
        }
    }
    Ok((contexts, measured))
}

impl Args {
    fn means(&self, labelled: &Labelled) -> bool {
        self.era.is_none_or(|era| era == labelled.era)
            && self
                .split
                .as_ref()
                .is_none_or(|split| *split == labelled.split)
    }

    fn wants(&self, rule: &str) -> bool {
        self.rule.is_empty() || self.rule.iter().any(|wanted| wanted == rule)
    }
}

/// What diegolint finds in a context, with the message.
fn found(folder: &Path, labelled: &Labelled) -> Result<BTreeMap<Place, String>, String> {
    let root = folder
        .join(&labelled.repository)
        .join(&labelled.commit)
        .join(&labelled.folder);
    let context =
        Context::open(&root, &root.join("Dockerfile")).map_err(|problem| problem.to_string())?;
    let options = Options {
        ignores: false,
        ..Options::on(Target::named("diego-2015").cloned().into_iter().collect())
    };
    let judgement = judge(&context, &options);
    if let Some(problem) = judgement.problems.first() {
        return Err(problem.to_string());
    }
    let findings = judgement.findings.iter().map(|finding| {
        let source = context.source(finding.origin.source);
        let file = context
            .path_of(finding.origin.source)
            .unwrap_or_else(|| "Dockerfile".to_owned());
        let line = source.position(finding.origin.span.start as usize).line;
        (
            (finding.rule.to_owned(), file, line),
            finding.message.clone(),
        )
    });
    Ok(findings.collect())
}

impl Measured {
    fn add(&mut self, labelled: &Labelled, rule: &str, found: &BTreeMap<Place, String>) {
        let count = self.counts.entry(rule.to_owned()).or_default();
        let of_rule = |verdict| {
            let labels = labelled.label.iter();
            labels
                .filter(move |label| label.rule == rule && label.verdict == verdict)
                .map(|label| ((label.file.as_str(), label.line), label.why.as_str()))
        };
        let wanted: BTreeMap<_, _> = of_rule(Verdict::True).collect();
        let either: BTreeSet<_> = of_rule(Verdict::Either).map(|(place, _)| place).collect();
        let got: BTreeMap<(&str, usize), &str> = found
            .iter()
            .filter(|((name, _, _), _)| name == rule)
            .map(|((_, file, line), message)| ((file.as_str(), *line), message.as_str()))
            .collect();
        let mut disagree = |what: &str, (file, line): (&str, usize), why: &str| {
            self.disagreements.push(format!(
                "{what}: {rule} {}@{} {}/{file}:{line}: {why}",
                labelled.repository,
                labelled.commit.get(..8).unwrap_or(&labelled.commit),
                labelled.folder
            ));
        };
        for (place, why) in &wanted {
            if got.contains_key(place) {
                count.right += 1;
            } else {
                count.missed += 1;
                disagree("missed", *place, why);
            }
        }
        for (place, message) in &got {
            if !wanted.contains_key(place) && !either.contains(place) {
                count.false_alarms += 1;
                disagree("false alarm", *place, message);
            }
        }
    }
}

fn print(args: &Args, contexts: usize, measured: &Measured) {
    println!("{contexts} contexts\n");
    println!(
        "{:<20} {:>6} {:>12} {:>7} {:>10} {:>7}",
        "rule", "right", "false alarms", "missed", "precision", "recall"
    );
    for (rule, count) in &measured.counts {
        let share = |of: usize| match count.right + of {
            0 => "–".to_owned(),
            all => format!("{:.3}", count.right as f64 / all as f64),
        };
        println!(
            "{rule:<20} {:>6} {:>12} {:>7} {:>10} {:>7}",
            count.right,
            count.false_alarms,
            count.missed,
            share(count.false_alarms),
            share(count.missed),
        );
    }
    if args.list {
        println!();
        for line in &measured.disagreements {
            println!("{line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const DOCKERFILE: &str = "\
FROM debian:bookworm
RUN groupadd web
RUN useradd -g web web
USER web
CMD [\"/usr/bin/python3\", \"-m\", \"http.server\", \"8000\"]
";
    const LABELS: &str = "\
rules = ['unused-account', 'user-instruction', 'wrong-port', 'loopback-bind']

[[context]]
repository = 'one/two'
commit = '0123456789'
folder = 'three'
era = 2015
split = 'dev'
label = [
    { rule = 'unused-account', file = 'Dockerfile', line = 2, verdict = 'true', why = '' },
    { rule = 'unused-account', file = 'Dockerfile', line = 3, verdict = 'either', why = '' },
    { rule = 'user-instruction', file = 'Dockerfile', line = 4, verdict = 'false', why = '' },
    { rule = 'wrong-port', file = 'Dockerfile', line = 4, verdict = 'true', why = 'a slip' },
]
";

    fn args(folder: &Path, more: &[&str]) -> Args {
        let labels = folder.join("labels.toml");
        fs::write(&labels, LABELS).expect("a file");
        let context = folder.join("one/two/0123456789/three");
        fs::create_dir_all(&context).expect("a folder");
        fs::write(context.join("Dockerfile"), DOCKERFILE).expect("a file");
        let words = [Path::new("labels"), folder, &labels];
        let more = more.iter().map(Path::new);
        Args::try_parse_from(words.into_iter().chain(more)).expect("arguments")
    }

    #[test]
    fn what_is_found_missed_and_in_the_way_is_counted_by_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let (contexts, measured) = measure(&args(folder.path(), &[])).expect("measured");
        assert_eq!(contexts, 1);
        let counts: Vec<_> = measured
            .counts
            .iter()
            .map(|(rule, c)| (rule.as_str(), c.right, c.false_alarms, c.missed))
            .collect();
        assert_eq!(
            counts,
            [
                ("loopback-bind", 0, 0, 0),
                ("unused-account", 1, 0, 0),
                ("user-instruction", 0, 1, 0),
                ("wrong-port", 0, 1, 1),
            ]
        );
        let missed = "missed: wrong-port one/two@01234567 three/Dockerfile:4: a slip";
        assert!(measured.disagreements.iter().any(|line| line == missed));
    }

    #[test]
    fn a_part_can_be_measured_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        for (more, contexts, rules) in [
            (["--era", "2026"], 0, 0),
            (["--split", "held"], 0, 0),
            (["--rule", "wrong-port"], 1, 1),
        ] {
            let (count, measured) = measure(&args(folder.path(), &more)).expect("measured");
            assert_eq!(
                (count, measured.counts.len()),
                (contexts, rules),
                "{more:?}"
            );
        }
    }

    #[test]
    fn a_context_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let args = args(folder.path(), &[]);
        fs::remove_dir_all(folder.path().join("one")).expect("removed");
        assert!(measure(&args).is_err());
    }
}
