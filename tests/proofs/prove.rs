//! A case on a target: what is broken fails, and the finding says why; what is fixed starts, answers,
//! and goes on to do so.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::process::Command;

use diegolint::context::Context;
use diegolint::finding::{Finding, Severity};
use diegolint::judge::{Options, judge};
use diegolint::programs::Question;
use diegolint::verify::inside::watch::Report;
use diegolint::verify::{Contract, Seen, Verdict, explain};

use crate::case::{Broken, Case};
use crate::container::Container;
use crate::contract::{docker, request, target};
use crate::image::{self, Image};
use crate::page::Row;
use crate::place::Place;

/// The styles of fixes, the default first.
const STYLES: &[&str] = &["comment", "remove", "guard"];

/// In milliseconds, how long a broken one may listen elsewhere before it is taken for what it does.
const BROKEN_SETTLES: u64 = 4_000;

/// In milliseconds, the same for one that is to be healthy: some servers open several ports one after
/// the other.
const SETTLES: u64 = 30_000;

/// In milliseconds, after how long it is looked what an image on plain Docker listens on.
const DOCKER_SETTLES: u64 = 2_000;

/// How often.
const DOCKER_LOOKS: usize = 15;

/// Proves a case on a target. Of one that is broken there, there is a row for the documentation.
///
/// # Errors
/// What is not as it has to be.
pub fn prove(place: &Place, case: &Case, target_name: &str) -> Result<Option<Row>, String> {
    let before = image::build(place, &case.context)?;
    let judged = Judged::of(&case.context, target_name)?;
    let errors = of_errors(&judged.findings);
    let Some(broken) = case.broken.get(target_name) else {
        if !errors.is_empty() {
            return Err(format!(
                "check has errors, but the case says that it runs: {errors}"
            ));
        }
        let seen = on_target(place, case, &before, target_name, SETTLES)?;
        return seen.expect_healthy("unfixed").map(|_| None);
    };
    let seen = on_target(place, case, &before, target_name, BROKEN_SETTLES)?;
    let finding = expect_broken(&judged, broken, &seen)?;
    if !broken.fix {
        return Ok(None);
    }
    let mut row = Row {
        target: target_name.to_owned(),
        server: case.title.clone(),
        before: seen.words(broken),
        finding,
        changes: changes(&judged.findings),
        after: Vec::new(),
    };
    for style in STYLES {
        let fixed = fix(place, case, target_name, style)?;
        let image = image::build(place, fixed.path()).map_err(|why| format!("{style}: {why}"))?;
        let seen = on_target(place, case, &image, target_name, SETTLES)?;
        row.after.push(seen.expect_healthy(style)?);
        if *style == "guard" {
            still_as_on_docker(place, case, &before, &image)?;
        }
    }
    Ok(Some(row))
}

/// The fixed image still starts as root on plain Docker, and becomes who it was before.
fn still_as_on_docker(
    place: &Place,
    case: &Case,
    before: &Image,
    after: &Image,
) -> Result<(), String> {
    let run = |image: &Image, what: &str| {
        let contract = docker(&image.configuration)?;
        let mut container = Container::start(place, image, &contract, &given(case))?;
        let serves = |report: &Report| {
            let mut listeners = report.listeners.iter();
            report.healthy && listeners.any(|(address, _)| !address.is_loopback())
        };
        // There is no port that it has to answer on: it is looked again whether it listens.
        let asked = request(&contract, DOCKER_SETTLES, None);
        let mut report = container.ask(&asked);
        for _ in 1..DOCKER_LOOKS {
            if report.as_ref().is_none_or(serves) {
                break;
            }
            report = container.ask(&asked);
        }
        match report {
            Some(report) if serves(&report) => Ok(container.accounts()),
            other => {
                let log = container.log();
                Err(format!("{what} on plain Docker: {other:?}\n{log}"))
            }
        }
    };
    let (was, is) = (run(before, "unfixed")?, run(after, "guard")?);
    match was == is {
        true => Ok(()),
        false => Err(format!(
            "on plain Docker it ran as {was:?}, and runs as {is:?} with guards"
        )),
    }
}

/// What was seen of an image, and what that means.
struct Tried {
    seen: Seen,
    verdict: Verdict,
}

fn on_target(
    place: &Place,
    case: &Case,
    image: &Image,
    target_name: &str,
    settles: u64,
) -> Result<Tried, String> {
    let question = case.question();
    let contract = match Contract::of(&image.configuration, &target(target_name)) {
        Ok(contract) => contract,
        Err(why) => return Ok(Tried::refused(why)),
    };
    Ok(
        match Container::start(place, image, &contract, &given(case)) {
            Ok(container) => {
                let seen = container.watch(&request(&contract, settles, question.as_ref()));
                Tried::new(seen, &contract, question.as_ref())
            }
            Err(why) => Tried::refused(why),
        },
    )
}

fn given(case: &Case) -> Vec<(String, String)> {
    case.environment.clone().into_iter().collect()
}

impl Tried {
    fn new(seen: Seen, contract: &Contract, question: Option<&Question>) -> Self {
        let verdict = Verdict::of(&seen, contract, question);
        Self { seen, verdict }
    }

    fn refused(why: String) -> Self {
        Self {
            seen: Seen {
                log: why.clone(),
                ..Seen::default()
            },
            verdict: Verdict::NotStarted(why),
        }
    }

    /// In milliseconds, when it was healthy.
    fn expect_healthy(&self, what: &str) -> Result<u64, String> {
        match (&self.verdict, &self.seen.report) {
            (Verdict::Healthy, Some(report)) => Ok(report.after),
            _ => Err(format!("{what}: {}", self.told())),
        }
    }

    fn told(&self) -> String {
        let listeners = self.listeners().join(", ");
        let last = self.seen.last_lines(12).join("\n  ");
        format!("{:?}; listens on [{listeners}]\n  {last}", self.verdict)
    }

    fn listeners(&self) -> Vec<String> {
        let listeners = self.seen.listeners().iter();
        let text = |listener: &(IpAddr, u16)| SocketAddr::from(*listener).to_string();
        listeners.map(text).collect()
    }

    /// The server's or the kernel's own words, as far as they are the same in each run: those that the case
    /// knows, which the log has, or where it listens for others.
    fn words(&self, broken: &Broken) -> String {
        let own = |listener: &String| listener.starts_with("127.") || listener.starts_with("[::1]");
        let listeners: Vec<String> = self.listeners().into_iter().filter(|l| !own(l)).collect();
        match &broken.log {
            Some(words) => words.clone(),
            None if listeners.is_empty() => "listens for nobody outside".to_owned(),
            None => format!("listens on {}", listeners.join(", ")),
        }
    }
}

/// What is broken is so in the way that the case says, and `check` has said it: the finding.
fn expect_broken(judged: &Judged, broken: &Broken, tried: &Tried) -> Result<String, String> {
    let findings = &judged.findings;
    if tried.verdict.is_healthy() {
        return Err(format!(
            "unfixed: it is healthy; check says {}",
            of_errors(findings)
        ));
    }
    if let Some(words) = &broken.log
        && !tried.seen.log.contains(words.as_str())
    {
        return Err(format!(
            "unfixed: “{words}” is not in the log: {}",
            tried.told()
        ));
    }
    for expected in &broken.listens {
        if !tried.listeners().contains(expected) {
            return Err(format!(
                "unfixed: it does not listen on {expected}: {}",
                tried.told()
            ));
        }
    }
    let Some(finding) = explain(findings, &tried.verdict, &tried.seen) else {
        return Err(format!(
            "unfixed: no finding explains this: {}",
            tried.told()
        ));
    };
    let (path, line) = judged.place(finding);
    if finding.rule != broken.rule || path != broken.path {
        return Err(format!(
            "unfixed: {} at {path}:{line} explains it, not {} in {}",
            finding.rule, broken.rule, broken.path
        ));
    }
    // What only may be wrong is mended by nobody.
    let needed = if broken.fix {
        Severity::Error
    } else {
        Severity::Warning
    };
    if finding.severity < needed {
        return Err(format!(
            "unfixed: {} is only a {:?}",
            finding.rule, finding.severity
        ));
    }
    Ok(format!("{} in {path}:{line}", finding.rule))
}

/// A context, and what is found in it.
struct Judged {
    context: Context,
    findings: Vec<Finding>,
}

impl Judged {
    fn of(folder: &Path, target_name: &str) -> Result<Self, String> {
        let context = Context::open(folder, &folder.join("Dockerfile"));
        let context = context.map_err(|error| error.to_string())?;
        let judgement = judge(&context, &Options::on(vec![target(target_name)]));
        match judgement.problems.first() {
            Some(problem) => Err(problem.to_string()),
            None => Ok(Self {
                findings: judgement.findings,
                context,
            }),
        }
    }

    /// Where a finding is: the file and the line.
    fn place(&self, finding: &Finding) -> (String, usize) {
        let origin = finding.origin;
        let path = self.context.path_of(origin.source).unwrap_or_default();
        let source = self.context.source(origin.source);
        (path, source.line_index(origin.span.start as usize) + 1)
    }
}

fn of_errors(findings: &[Finding]) -> String {
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<String> = errors
        .map(|f| format!("{}: {}", f.rule, f.message))
        .collect();
    errors.join("; ")
}

/// A copy of the context, with what `diegolint fix` makes of it.
fn fix(
    place: &Place,
    case: &Case,
    target_name: &str,
    style: &str,
) -> Result<tempfile::TempDir, String> {
    let copy = place.scratch()?;
    copy_tree(&case.context, copy.path())?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_diegolint"));
    command.args(["fix", "--no-config", "--color", "never", "--style", style]);
    let output = command
        .args(["--target", target_name])
        .arg(copy.path())
        .output();
    let output = output.map_err(|error| error.to_string())?;
    match output.status.code() {
        Some(0 | 1) => Ok(copy),
        _ => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), String> {
    for entry in fs::read_dir(from)
        .map_err(|error| error.to_string())?
        .flatten()
    {
        let at = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&at).map_err(|error| error.to_string())?;
            copy_tree(&entry.path(), &at)?;
        } else {
            fs::copy(entry.path(), &at).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// What the fixes do, in their own words: those that there is a safe fix for, each once.
fn changes(findings: &[Finding]) -> Vec<String> {
    let mut titles: Vec<String> = Vec::new();
    let safe = |finding: &&Finding| {
        let fix = finding.fix.as_ref();
        fix.is_some_and(|fix| fix.safety == diegolint::finding::Safety::Safe)
    };
    for finding in findings.iter().filter(safe) {
        let title = finding.fix.as_ref().map_or("", |fix| fix.title.as_str());
        if !titles.iter().any(|known| known == title) {
            titles.push(title.to_owned());
        }
    }
    titles
}
