//! Every context judged once: what is refused, how long it takes, how its launch ends.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use diegolint::context::Context;
use diegolint::finding::Safety;
use diegolint::judge::{Judgement, Options, judge};
use diegolint::problem::Problem;
use diegolint::target::Target;
use rayon::prelude::*;

use crate::below;
use crate::ending::{self, Ending};
use crate::parser::Tally;

/// From here on a context is measured again: what else the machine does is no part of it.
const SLOW: Duration = Duration::from_millis(50);
/// How many are named in a list.
const NAMED: usize = 10;

/// What came of all contexts.
pub struct All {
    judged: Vec<One>,
    /// What could not be opened.
    unopened: Vec<Problem>,
}

/// What came of one.
struct One {
    dockerfile: PathBuf,
    time: Duration,
    /// What it says when it panics.
    panic: Option<String>,
    problems: Vec<Problem>,
    findings: usize,
    fixable: usize,
    ending: Option<Ending>,
    /// The files that its findings and their fixes are about.
    named: Vec<PathBuf>,
}

/// Judges contexts, several at a time.
pub fn all(contexts: Vec<Result<Context, Problem>>) -> All {
    let mut unopened = Vec::new();
    let mut opened = Vec::new();
    for one in contexts {
        match one {
            Ok(context) => opened.push(context),
            Err(problem) => unopened.push(problem),
        }
    }
    let mut judged: Vec<(Context, One)> = opened
        .into_par_iter()
        .map(|context| {
            let one = one(&context);
            (context, one)
        })
        .collect();
    for (context, one) in &mut judged {
        for _ in 0..3 {
            if one.time >= SLOW && one.panic.is_none() {
                one.time = one.time.min(timed(context).1);
            }
        }
    }
    let judged = judged.into_iter().map(|(_, one)| one).collect();
    All { judged, unopened }
}

fn one(context: &Context) -> One {
    let dockerfile = context.source(context.dockerfile()).disk().to_owned();
    match catch_unwind(AssertUnwindSafe(|| {
        let (judgement, time) = timed(context);
        let ending = judgement
            .problems
            .is_empty()
            .then(|| ending::of(context))
            .flatten();
        (judgement, time, ending)
    })) {
        Ok((judgement, time, ending)) => One {
            dockerfile,
            time,
            panic: None,
            named: named(context, &judgement),
            findings: judgement.findings.len(),
            fixable: judgement
                .findings
                .iter()
                .filter(|f| f.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe))
                .count(),
            problems: judgement.problems,
            ending,
        },
        Err(panic) => One {
            dockerfile,
            time: Duration::ZERO,
            panic: Some(words(&*panic)),
            problems: Vec::new(),
            findings: 0,
            fixable: 0,
            ending: None,
            named: Vec::new(),
        },
    }
}

fn timed(context: &Context) -> (Judgement, Duration) {
    let options = Options::on(Target::all().iter().take(1).cloned().collect());
    let begin = Instant::now();
    let judgement = judge(context, &options);
    (judgement, begin.elapsed())
}

fn named(context: &Context, judgement: &Judgement) -> Vec<PathBuf> {
    let mut ids = HashSet::new();
    for finding in &judgement.findings {
        ids.insert(finding.origin.source);
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        ids.extend(edits.map(|edit| edit.origin.source));
    }
    let disk = |id| context.source(id).disk().to_owned();
    let mut files: Vec<PathBuf> = ids.into_iter().map(disk).collect();
    if !files.is_empty() {
        // A fix of a script may lead to one of the Dockerfile that brings it.
        files.push(disk(context.dockerfile()));
    }
    files
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without words".to_owned())
}

impl All {
    /// The files, by their real paths, that some finding is about: no other may change.
    pub fn named_files(&self) -> BTreeSet<PathBuf> {
        let named = self.judged.iter().flat_map(|one| &one.named);
        named.filter_map(|path| path.canonicalize().ok()).collect()
    }

    /// Each panic, as a line.
    pub fn panics(&self, folder: &Path) -> Vec<String> {
        let panicked = self.judged.iter();
        panicked
            .filter_map(|one| {
                let words = one.panic.as_ref()?;
                Some(format!(
                    "{}: panic: {words}",
                    below(folder, &one.dockerfile)
                ))
            })
            .collect()
    }

    /// The report.
    pub fn print(&self, folder: &Path) {
        let contexts: BTreeSet<&Path> = self
            .judged
            .iter()
            .filter_map(|one| one.dockerfile.parent())
            .collect();
        let found = self.judged.iter().map(|one| one.findings).sum::<usize>();
        let fixable = self.judged.iter().map(|one| one.fixable).sum::<usize>();
        row("Dockerfiles", self.judged.len() + self.unopened.len());
        row("folders that they lie in", contexts.len());
        row("findings", found);
        row("  of these with a safe fix", fixable);
        row("panics", self.panics(folder).len());
        self.print_refused(folder);
        self.print_times(folder);
        self.print_endings();
    }

    fn print_refused(&self, folder: &Path) {
        let refused = self.judged.iter().filter_map(|one| one.problems.first());
        let refused: Vec<&Problem> = self.unopened.iter().chain(refused).collect();
        row("refused Dockerfiles", refused.len());
        let prefix = format!("{}/", folder.display());
        for problem in refused {
            println!("    {}", problem.to_string().replace(&prefix, ""));
        }
    }

    fn print_times(&self, folder: &Path) {
        let mut times: Vec<(Duration, &Path)> = self
            .judged
            .iter()
            .map(|one| (one.time, one.dockerfile.as_path()))
            .collect();
        times.sort();
        let at = |share: usize| {
            let last = times.len().saturating_sub(1);
            times.get(last * share / 100).map_or(0.0, |(t, _)| ms(*t))
        };
        println!(
            "\nTime of a context: half of them at most {:.2} ms, 99 % at most {:.1} ms, all at most {:.1} ms",
            at(50),
            at(99),
            at(100)
        );
        for (time, path) in times.iter().rev().take(NAMED / 2) {
            println!("    {:8.1} ms  {}", ms(*time), below(folder, path));
        }
    }

    fn print_endings(&self) {
        let endings: Vec<&Ending> = self
            .judged
            .iter()
            .filter_map(|one| one.ending.as_ref())
            .collect();
        let count = |wanted: fn(&Ending) -> bool| endings.iter().filter(|e| wanted(e)).count();
        let windows = count(|e| matches!(e, Ending::Windows));
        let servers = count(|e| matches!(e, Ending::Server));
        let shells = count(|e| matches!(e, Ending::Shell));
        let others = count(|e| matches!(e, Ending::Known));
        let launches = endings.len() - windows;
        println!();
        row("launches (without images of Windows)", launches);
        share(
            "end in a known program",
            servers + shells + others,
            launches,
        );
        share("  a server of the tables", servers, launches);
        share("  a shell", shells, launches);
        share("  another program of the tables", others, launches);
        let mut reasons: BTreeMap<&str, (usize, BTreeMap<&str, usize>)> = BTreeMap::new();
        for ending in &endings {
            if let Ending::Unknown { reason, what } = ending {
                let entry = reasons.entry(reason).or_default();
                entry.0 += 1;
                *entry.1.entry(what).or_default() += 1;
            }
        }
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(reason, (count, _))| (std::cmp::Reverse(*count), *reason));
        println!("\nWhy the others do not, the most common first:");
        for (reason, (count, what)) in reasons.iter().take(NAMED) {
            println!("{count:6}  {reason}{}", examples(what));
        }
        let rest: usize = reasons.iter().skip(NAMED).map(|(_, (n, _))| n).sum();
        println!("{rest:6}  other reasons");
    }

    /// Whether BuildKit's parser says the same of every Dockerfile.
    pub fn compare(&self, tally: &Tally, folder: &Path) -> std::io::Result<()> {
        let mut files = Vec::new();
        let mut ours = Vec::new();
        let unopened = self.unopened.iter().map(|p| (Path::new(&p.path), true));
        let judged = self
            .judged
            .iter()
            .map(|one| (one.dockerfile.as_path(), !one.problems.is_empty()));
        for (path, refused) in unopened.chain(judged) {
            files.push(std::fs::read(path)?);
            ours.push((path, refused));
        }
        let theirs = tally.refused(&files)?;
        println!();
        row("refused by BuildKit's parser (in tally)", theirs.len());
        for (at, (path, refused)) in ours.iter().enumerate() {
            match (refused, theirs.get(&at)) {
                (true, None) => println!("    only by us: {}", below(folder, path)),
                (false, Some(why)) => println!("    not by us: {}: {why}", below(folder, path)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The most common of what a reason is about.
fn examples(what: &BTreeMap<&str, usize>) -> String {
    let mut sorted: Vec<_> = what.iter().filter(|(name, _)| !name.is_empty()).collect();
    sorted.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), **name));
    let shown: Vec<String> = sorted
        .iter()
        .take(NAMED)
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    if shown.is_empty() {
        String::new()
    } else {
        let more = if sorted.len() > NAMED { ", …" } else { "" };
        format!(" ({}{more})", shown.join(", "))
    }
}

fn row(what: &str, count: usize) {
    println!("{count:6}  {what}");
}

fn share(what: &str, count: usize, of: usize) {
    let percent = count as f64 * 100.0 / of.max(1) as f64;
    println!("{count:6}  {what} ({percent:.1} %)");
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
