//! A report by files, for formats that list these.

use std::collections::BTreeMap;

use super::{Report, ReportedFinding, ReportedProblem, path};

/// A file and what there is to say of it.
#[derive(Default)]
pub(super) struct OfFile<'a> {
    pub findings: Vec<&'a ReportedFinding>,
    pub problems: Vec<&'a ReportedProblem>,
}

/// All files of a report, those without a finding and those that could not be read among them, by
/// their paths.
pub(super) fn by_file(report: &Report) -> BTreeMap<&str, OfFile<'_>> {
    let mut files: BTreeMap<&str, OfFile<'_>> = BTreeMap::new();
    for file in &report.files {
        files.entry(path::plain(file)).or_default();
    }
    for finding in &report.findings {
        let path = path::plain(&finding.location.path);
        files.entry(path).or_default().findings.push(finding);
    }
    for problem in &report.problems {
        let path = path::plain(&problem.path);
        files.entry(path).or_default().problems.push(problem);
    }
    files
}
