//! The fixes of a judgement that could be made, as edits of bytes.

use std::collections::BTreeMap;

use super::Files;
use super::compose::{Composed, Reason};
use super::judge::Judged;
use super::lines;
use super::select::ByteEdit;
use crate::finding::{Finding, Fix};

/// By what a fix is known again in the next pass: its rule and title, where its finding was
/// written in the original, and what it puts in, but for blanks: what goes into a fix that was made
/// already is indented.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    rule: &'static str,
    title: String,
    pub(super) path: String,
    pub(super) offset: usize,
    replacements: Vec<String>,
}

impl Key {
    /// The key of a finding's fix. `composed` is what became of the original up to now.
    pub(super) fn of(
        judged: &Judged,
        finding: &Finding,
        fix: &Fix,
        composed: &BTreeMap<String, Composed>,
    ) -> Self {
        let path = judged.path(finding);
        let start = finding.origin.span.start as usize;
        Self {
            rule: finding.rule,
            title: fix.title.clone(),
            path: path.to_owned(),
            offset: composed.get(path).map_or(start, |c| c.origin(start).start),
            replacements: fix.edits.iter().map(|e| words(&e.replacement)).collect(),
        }
    }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A fix that could be made.
pub(super) struct Proposal<'a> {
    pub(super) finding: &'a Finding,
    pub(super) fix: &'a Fix,
    pub(super) key: Key,
    pub(super) edits: Vec<ByteEdit>,
}

impl Proposal<'_> {
    pub(super) fn reason(&self) -> Reason {
        Reason {
            rule: self.finding.rule.to_owned(),
            reason: self.fix.reason.clone(),
        }
    }
}

/// The edits of a fix that change something, with the line ends of the files that they go to; none
/// if one of them lies outside of its file.
pub(super) fn byte_edits(judged: &Judged, files: &Files, fix: &Fix) -> Option<Vec<ByteEdit>> {
    let mut edits = Vec::new();
    for edit in &fix.edits {
        let file = edit.origin.source.0 as usize;
        let text = files.get(&judged.sources.get(file)?.0)?;
        let range = edit.origin.span.range();
        let old = text.get(range.clone())?;
        let new = lines::localise(&edit.replacement, lines::ending_at(text, range.start));
        if old != new {
            edits.push(ByteEdit {
                file,
                start: range.start,
                end: range.end,
                text: new,
            });
        }
    }
    Some(edits)
}
