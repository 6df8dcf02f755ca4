//! What several formats say in the same words.

use super::{Report, ReportedFinding, Summary, Suppressed, SuppressedBy, path};
use crate::finding::{Safety, Severity};

use super::printable::count;

/// Where the project lies: its `rules` folder holds the pages. Empty where Cargo.toml does not say.
pub(super) const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// The address of a rule's page.
pub(super) fn page_url(rule: &str) -> Option<String> {
    let rule = path::uri(rule);
    (!REPOSITORY.is_empty()).then(|| format!("{REPOSITORY}/blob/main/rules/{rule}.md"))
}

/// A severity as a word.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// `4 errors, 2 warnings`, or `nothing found on cf`; nothing new, where some was known.
pub(super) fn found(summary: Summary, known: bool, targets: &[&str]) -> String {
    let kinds = [
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.notes, "note"),
    ];
    let counts = kinds.iter().filter(|(number, _)| *number > 0);
    let counts: Vec<String> = counts.map(|(number, noun)| count(*number, noun)).collect();
    if counts.is_empty() {
        let new = if known { "new " } else { "" };
        return format!("nothing {new}found on {}", targets.join(", "));
    }
    counts.join(", ")
}

/// What a report has found, as [`found`] says it.
pub(super) fn found_in(report: &Report) -> String {
    let targets: Vec<&str> = report.targets.iter().map(String::as_str).collect();
    let by_baseline = |one: &Suppressed| one.by == SuppressedBy::Baseline;
    let known = report.suppressed.iter().any(by_baseline);
    found(report.summary, known, &targets)
}

/// `; 2 problems`, if there are any.
pub(super) fn problems(number: usize) -> String {
    match number {
        0 => String::new(),
        number => format!("; {}", count(number, "problem")),
    }
}

/// The message of a finding and, where the report is about several targets, on which of them it holds.
pub(super) fn message(report: &Report, finding: &ReportedFinding) -> String {
    match report.targets.len() {
        0 | 1 => finding.message.clone(),
        _ => format!("{} (on {})", finding.message, finding.targets.join(", ")),
    }
}

/// What to do about a finding, a line each: `help: …`, `fix: …`.
pub(super) fn advice(finding: &ReportedFinding) -> Vec<String> {
    let help = finding.help.iter().map(|help| format!("help: {help}"));
    let fix = finding.fix.iter().map(|fix| match fix.safety {
        Safety::Safe => format!("fix: {}", fix.title),
        Safety::Unsafe => format!("fix: {} (with --unsafe)", fix.title),
    });
    help.chain(fix).collect()
}

/// The message of a finding, and below it what to do.
pub(super) fn message_and_advice(report: &Report, finding: &ReportedFinding) -> String {
    let mut lines = vec![message(report, finding)];
    lines.extend(advice(finding));
    lines.join("\n")
}
