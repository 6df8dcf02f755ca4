//! Reports: for people and for programs, one file a format.

pub mod diff;
mod excerpt;
#[cfg(test)]
mod fake;
pub mod fix_text;
pub mod ignores_text;
pub mod json;
mod location;
pub mod page;
pub mod parse_text;
mod printable;
pub mod target_text;
mod terminal;
pub mod text;
pub mod trace_text;

use std::collections::HashSet;
use std::path::PathBuf;

use crate::context::Context;
use crate::finding::{Finding, Safety, Severity};
use crate::judge::Judgement;
use crate::rules;
use crate::source::Span;

pub use location::Location;
pub use terminal::{Paint, Terminal};

/// A context and what there is to say of it.
#[derive(Debug)]
pub struct Judged {
    /// The context.
    pub context: Context,
    /// What there is to say.
    pub judgement: Judgement,
}

/// A finding with the context that its places are in.
#[derive(Clone, Copy, Debug)]
pub struct Located<'a> {
    /// The context.
    pub context: &'a Context,
    /// The finding.
    pub finding: &'a Finding,
}

/// The findings of all contexts, in the order of the reports: by Dockerfile, path, place and rule.
///
/// Contexts of one folder share its files. What is found in such a file for more than one of them is
/// there once.
#[derive(Debug)]
pub struct Findings<'a> {
    list: Vec<Located<'a>>,
    summary: Summary,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
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

impl<'a> Findings<'a> {
    /// Brings the findings in order and counts them.
    pub fn of(judged: &'a [Judged]) -> Self {
        let mut list = Vec::new();
        let mut seen = HashSet::new();
        let mut files = HashSet::new();
        let in_use = in_use(judged);
        for Judged { context, judgement } in judged {
            files.extend(
                context
                    .files()
                    .iter()
                    .map(|source| source.disk().to_owned()),
            );
            let start = list.len();
            for finding in &judgement.findings {
                let path = context.source(finding.origin.source).disk().to_owned();
                // A comment that ignores nothing here does so for another image.
                let of_comment = rules::is_of_ignores(finding.rule);
                if of_comment && in_use.contains(&(path.clone(), finding.origin.span)) {
                    continue;
                }
                if seen.insert((finding.rule, path, finding.origin.span, &finding.message)) {
                    list.push(Located { context, finding });
                }
            }
            if let Some(own) = list.get_mut(start..) {
                own.sort_by_cached_key(|located: &Located| {
                    let origin = located.finding.origin;
                    let path = context.source(origin.source).path().to_owned();
                    (path, origin.span.start, located.finding.rule)
                });
            }
        }
        let mut summary = Summary {
            files: files.len(),
            ..Summary::default()
        };
        for located in &list {
            match located.finding.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Note => summary.notes += 1,
            }
            let fix = located.finding.fix.as_ref();
            summary.fixable += usize::from(fix.is_some_and(|fix| fix.safety == Safety::Safe));
        }
        Self { list, summary }
    }

    /// The findings in their order.
    pub fn iter(&self) -> impl Iterator<Item = Located<'a>> + '_ {
        self.list.iter().copied()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How much there is.
    pub fn summary(&self) -> Summary {
        self.summary
    }
}

/// What comments name that ignore something: in the file, the words that do it.
fn in_use(judged: &[Judged]) -> HashSet<(PathBuf, Span)> {
    let used = judged.iter().flat_map(|Judged { context, judgement }| {
        let all = judgement.suppressed.iter();
        all.map(|suppressed| {
            let path = context.source(suppressed.by.source).disk().to_owned();
            (path, suppressed.by.span)
        })
    });
    used.collect()
}
