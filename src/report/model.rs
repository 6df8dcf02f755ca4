//! What `check` has to say, by itself: without the files, so that it can be written for programs,
//! read again, and put together with others.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Findings, Judged, Located, Location, path};
use crate::context::Context;
use crate::finding::{Certainty, Edit, Safety, Severity};
use crate::judge::ServerSummary;
use crate::problem::Problem;
use crate::source::{Origin, Position, Span};
use crate::target::Target;

/// The version of the format: it goes up when something is taken away or changes its meaning.
pub(super) const SCHEMA: u32 = 2;

/// Of a line more is not kept to know it again by.
const LONG_LINE: usize = 200;

/// A report of `check`. docs/json.md describes it, and docs/diegolint.schema.json states it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Report {
    /// The version of the format.
    pub schema: u32,
    /// What made it.
    pub tool: Tool,
    /// The names of the targets.
    pub targets: Vec<String>,
    /// The files that were read to judge the images, sorted.
    pub files: Vec<String>,
    /// The images that were judged.
    pub images: Vec<ReportedImage>,
    /// What was found, in the order of the files.
    pub findings: Vec<ReportedFinding>,
    /// What was found and is not to be said.
    pub suppressed: Vec<Suppressed>,
    /// What could not be read or parsed.
    pub problems: Vec<ReportedProblem>,
    /// How much there is.
    pub summary: Summary,
}

/// A program and its version.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// An image that was judged.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct ReportedImage {
    /// The path of its Dockerfile.
    pub dockerfile: String,
    /// The name of its stage.
    pub stage: Option<String>,
    /// The server that it starts.
    pub server: Option<ServerSummary>,
}

/// A finding with its places.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ReportedFinding {
    /// The rule's name.
    pub rule: String,
    /// The path of the Dockerfile of the image that it was found in.
    pub dockerfile: String,
    /// How bad it is, on the target where it is worst.
    pub severity: Severity,
    /// Whether it makes the status 1.
    pub fails: bool,
    /// The names of the targets on which it holds.
    pub targets: Vec<String>,
    /// Whether it happens in every run.
    pub certainty: Certainty,
    /// What fails.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The word that does it.
    pub location: Location,
    /// The line of that word, with single spaces and none around it.
    pub text: String,
    /// What stays the same when lines move: a number made of rule, path and text, and of how many such
    /// findings stand before it.
    pub fingerprint: String,
    /// Other places that explain it.
    pub related: Vec<ReportedRelated>,
    /// How diegolint would mend it.
    pub fix: Option<ReportedFix>,
}

/// A further place, and what it has to do with the finding.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ReportedRelated {
    /// The place.
    pub location: Location,
    /// What is there.
    pub message: String,
}

/// A mending.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ReportedFix {
    /// What it does, as an order.
    pub title: String,
    /// Whether it may be applied without being asked for.
    pub safety: Safety,
    /// The changes, sorted.
    pub edits: Vec<ReportedEdit>,
    /// Several changes of one file as a single one, with what stays between them.
    pub whole: Option<ReportedEdit>,
}

/// A place and what its text becomes.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ReportedEdit {
    /// What is replaced; an empty place inserts.
    #[serde(flatten)]
    pub location: Location,
    /// By what.
    pub replacement: String,
}

/// A finding that is not to be said, and why.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Suppressed {
    /// What says so.
    pub by: SuppressedBy,
    /// The place of the comment that says so.
    pub location: Option<Location>,
    /// The reason that is given there.
    pub reason: Option<String>,
    /// The finding.
    pub finding: ReportedFinding,
}

/// What says that a finding is not to be said.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SuppressedBy {
    /// A comment in the file.
    Comment,
    /// The baseline.
    Baseline,
}

/// What could not be read or parsed.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct ReportedProblem {
    /// The file or folder.
    pub path: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column, from 1, in characters.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl ReportedProblem {
    pub(super) fn of(problem: &Problem) -> Self {
        Self {
            path: problem.path.clone(),
            line: problem.position.map(|at| at.line),
            column: problem.position.map(|at| at.column),
            message: problem.message.clone(),
        }
    }
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files that were read to be judged.
    pub files: usize,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are notes.
    pub notes: usize,
    /// Findings that a safe fix mends.
    pub fixable: usize,
}

impl Summary {
    /// Counts a finding in.
    pub(super) fn count(&mut self, severity: Severity, fix: Option<Safety>) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
        }
        self.fixable += usize::from(fix == Some(Safety::Safe));
    }
}

impl Report {
    /// The report of what was judged on some targets, and of what could not be.
    pub fn of(
        judged: &[Judged],
        findings: &Findings<'_>,
        problems: &[Problem],
        targets: &[Arc<Target>],
    ) -> Self {
        let images = judged.iter().flat_map(|one| {
            let dockerfile = one.context.source(one.context.dockerfile());
            let images = one.judgement.images.iter();
            images.map(move |image| ReportedImage {
                dockerfile: dockerfile.path().to_owned(),
                stage: image.stage.clone(),
                server: image.server.clone(),
            })
        });
        let contexts = judged.iter().map(|one| &one.context);
        let files: BTreeSet<String> = contexts
            .flat_map(|context| context.files())
            .map(|source| source.path().to_owned())
            .collect();
        let problems = problems.iter().map(ReportedProblem::of);
        let report = Self {
            schema: SCHEMA,
            tool: Tool {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            targets: targets.iter().map(|t| t.name.to_string()).collect(),
            files: files.into_iter().collect(),
            images: images.collect(),
            findings: findings.iter().map(reported).collect(),
            suppressed: suppressed(findings),
            problems: problems.collect(),
            summary: Summary::default(),
        };
        report.finished()
    }

    /// One report of several, in the order of the reports; what more than one of them says is there once.
    pub fn merged(reports: Vec<Report>) -> Option<Self> {
        // A part without images has only the targets that no configuration spoke for.
        let judged = |report: &Report| !report.images.is_empty() || !report.files.is_empty();
        let any = reports.iter().any(judged);
        let mut reports = reports.into_iter();
        let mut all = reports.next()?;
        if any && !judged(&all) {
            all.targets.clear();
        }
        for report in reports {
            if !any || judged(&report) {
                let new = |target: &String| !all.targets.contains(target);
                let targets: Vec<String> = report.targets.into_iter().filter(new).collect();
                all.targets.extend(targets);
            }
            all.files.extend(report.files);
            all.images.extend(report.images);
            all.findings.extend(report.findings);
            all.suppressed.extend(report.suppressed);
            all.problems.extend(report.problems);
        }
        all.files.sort();
        all.files.dedup();
        all.images.sort_by(|a, b| a.dockerfile.cmp(&b.dockerfile));
        all.images.dedup();
        // Of the images that share a file, it is found for the first.
        all.findings.sort_by_cached_key(ReportedFinding::order);
        all.findings = joined(std::mem::take(&mut all.findings));
        let mut seen = HashSet::new();
        let said: HashSet<_> = all.findings.iter().map(ReportedFinding::same).collect();
        all.suppressed.retain(|one| {
            let same = one.finding.same();
            !said.contains(&same) && seen.insert(same)
        });
        let mut problems: Vec<ReportedProblem> = Vec::new();
        for problem in std::mem::take(&mut all.problems) {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        all.problems = problems;
        Some(all.finished())
    }

    /// Whether this program knows what the members of a report of this version mean.
    pub fn is_readable(schema: u32) -> bool {
        schema == SCHEMA
    }

    /// In the order of the images, with fingerprints and sums that are those of what is in it: the same
    /// from one run and from the parts of it.
    pub(crate) fn finished(mut self) -> Self {
        self.findings.sort_by_cached_key(ReportedFinding::order);
        self.problems.sort_by(|a, b| {
            let place = |one: &ReportedProblem| (one.line, one.column);
            (&a.path, place(a)).cmp(&(&b.path, place(b)))
        });
        (self.suppressed).sort_by_cached_key(|suppressed| suppressed.finding.order());
        let mut before: HashMap<(String, String, String), usize> = HashMap::new();
        let suppressed = self.suppressed.iter_mut().map(|one| &mut one.finding);
        for finding in self.findings.iter_mut().chain(suppressed) {
            let key = finding.identity();
            let nth = before.entry(key).or_default();
            finding.fingerprint = fingerprint(finding, *nth);
            *nth += 1;
        }
        self.summary = Summary {
            files: self.files.len(),
            ..Summary::default()
        };
        for finding in &self.findings {
            let safety = finding.fix.as_ref().map(|fix| fix.safety);
            self.summary.count(finding.severity, safety);
        }
        self
    }
}

impl ReportedProblem {
    /// The problem that is reported.
    pub fn problem(&self) -> Problem {
        let position = self.line.zip(self.column);
        Problem {
            path: self.path.clone(),
            position: position.map(|(line, column)| Position { line, column }),
            message: self.message.clone(),
        }
    }
}

/// The findings, each once: as bad as where it is worst, on all targets on which it holds.
fn joined(findings: Vec<ReportedFinding>) -> Vec<ReportedFinding> {
    let mut known: HashMap<(String, String, u32, String), usize> = HashMap::new();
    let mut list: Vec<ReportedFinding> = Vec::new();
    for finding in findings {
        match known.get(&finding.same()) {
            None => {
                known.insert(finding.same(), list.len());
                list.push(finding);
            }
            Some(at) => {
                let own = &mut list[*at];
                let fails = own.fails || finding.fails;
                let mut other = finding;
                if other.severity > own.severity {
                    std::mem::swap(own, &mut other);
                }
                own.fails = fails;
                let new = other.targets.into_iter();
                let new: Vec<String> = new.filter(|name| !own.targets.contains(name)).collect();
                own.targets.extend(new);
            }
        }
    }
    list
}

impl ReportedFinding {
    /// What makes findings of two images the same.
    fn same(&self) -> (String, String, u32, String) {
        let Location { path, start, .. } = &self.location;
        (
            self.rule.clone(),
            path.clone(),
            *start,
            self.message.clone(),
        )
    }

    /// What findings of a report are sorted by.
    fn order(&self) -> (String, String, u32, String) {
        let Location { path, start, .. } = &self.location;
        let (dockerfile, rule) = (self.dockerfile.clone(), self.rule.clone());
        (dockerfile, path.clone(), *start, rule)
    }

    /// What it is known again by when lines have moved: rule, path and text.
    pub fn identity(&self) -> (String, String, String) {
        let path = path::plain(&self.location.path).to_owned();
        (self.rule.clone(), path, self.text.clone())
    }
}

/// What is not to be said: what comments ignore, and what a baseline knows.
fn suppressed(findings: &Findings<'_>) -> Vec<Suppressed> {
    let ignored = findings.ignored().iter().map(|ignored| Suppressed {
        by: SuppressedBy::Comment,
        location: Some(Location::of(ignored.located.context, ignored.comment)),
        reason: ignored.reason.map(str::to_owned),
        finding: reported(ignored.located),
    });
    let known = findings.known().iter().map(|located| Suppressed {
        by: SuppressedBy::Baseline,
        location: None,
        reason: None,
        finding: reported(*located),
    });
    ignored.chain(known).collect()
}

/// A number of a text, in 32 hexadecimal digits.
pub(super) fn digest(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().take(16).map(|b| format!("{b:02x}")).collect()
}

/// A number that stays the same while lines move, in hexadecimal digits.
fn fingerprint(finding: &ReportedFinding, nth: usize) -> String {
    let (rule, path, text) = finding.identity();
    digest(&format!("{rule}\0{path}\0{text}\0{nth}"))
}

fn reported(located: Located<'_>) -> ReportedFinding {
    let Located {
        context,
        finding,
        fails,
    } = located;
    let related = finding.related.iter().map(|related| ReportedRelated {
        location: Location::of(context, related.origin),
        message: related.message.clone(),
    });
    let fix = finding.fix.as_ref().map(|fix| {
        let edits = fix.edits.iter().map(|edit| ReportedEdit {
            location: Location::of(context, edit.origin),
            replacement: edit.replacement.clone(),
        });
        let mut edits: Vec<ReportedEdit> = edits.collect();
        edits.sort_by(|a, b| {
            let key = |edit: &ReportedEdit| (edit.location.start, edit.location.end);
            (&a.location.path, key(a)).cmp(&(&b.location.path, key(b)))
        });
        ReportedFix {
            title: fix.title.clone(),
            safety: fix.safety,
            edits,
            whole: whole(context, &fix.edits),
        }
    });
    ReportedFinding {
        rule: finding.rule.to_owned(),
        dockerfile: context.source(context.dockerfile()).path().to_owned(),
        severity: finding.severity,
        fails,
        targets: finding.targets.iter().map(|t| t.to_string()).collect(),
        certainty: finding.certainty,
        message: finding.message.clone(),
        help: finding.help.clone(),
        location: Location::of(context, finding.origin),
        text: line_text(context, finding.origin),
        fingerprint: String::new(),
        related: related.collect(),
        fix,
    }
}

/// Several edits of one file as one that makes them all: what shows a single change, such as a
/// suggestion in a review, cannot say that two belong together.
fn whole(context: &Context, edits: &[Edit]) -> Option<ReportedEdit> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.origin.span.start, edit.origin.span.end));
    let [first, .., last] = edits.as_slice() else {
        return None;
    };
    let origin = Origin {
        source: first.origin.source,
        span: first.origin.span.to(last.origin.span),
    };
    let source = context.source(origin.source);
    let mut replacement = String::new();
    let mut at = origin.span.start;
    for edit in edits {
        let own = edit.origin;
        if own.source != origin.source || own.span.start < at {
            return None;
        }
        let between = Span {
            start: at,
            end: own.span.start,
        };
        replacement.push_str(source.slice(between));
        replacement.push_str(&edit.replacement);
        at = own.span.end;
    }
    Some(ReportedEdit {
        location: Location::of(context, origin),
        replacement,
    })
}

/// The line on which a place begins, as [`ReportedFinding::text`] has it.
pub(super) fn line_text(context: &Context, origin: Origin) -> String {
    let source = context.source(origin.source);
    let line = source.line_span(source.line_index(origin.span.start as usize));
    let words: Vec<&str> = source.slice(line).split_whitespace().collect();
    words.join(" ").chars().take(LONG_LINE).collect()
}
