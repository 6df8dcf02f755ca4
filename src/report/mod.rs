//! Reports: for people and for programs, one file a format.

mod by_file;
mod checkstyle;
mod concise;
pub mod config_text;
pub mod diff;
mod excerpt;
#[cfg(test)]
mod fake;
pub mod fix_text;
pub mod formats;
mod github;
mod gitlab;
pub mod ignores_text;
pub mod json;
mod jsonl;
mod junit;
mod location;
mod markdown;
mod model;
pub mod page;
pub mod parse_text;
mod path;
mod printable;
mod rdjson;
mod sarif;
pub mod target_text;
mod terminal;
pub mod text;
pub mod trace_text;
mod words;
mod xml;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::baseline::{Baseline, Known};
use crate::config::Settings;
use crate::context::Context;
use crate::finding::Finding;
use crate::judge::Judgement;
use crate::rules;
use crate::source::{Origin, Span};

pub use location::Location;
pub use model::{
    Report, ReportedEdit, ReportedFinding, ReportedFix, ReportedImage, ReportedProblem,
    ReportedRelated, Summary, Suppressed, SuppressedBy, Tool,
};
pub use terminal::{Paint, Terminal};

/// A context and what there is to say of it.
#[derive(Debug)]
pub struct Judged {
    /// The context.
    pub context: Context,
    /// What there is to say.
    pub judgement: Judgement,
    /// What counts for it.
    pub settings: Arc<Settings>,
}

/// A finding with the context that its places are in.
#[derive(Clone, Copy, Debug)]
pub struct Located<'a> {
    /// The context.
    pub context: &'a Context,
    /// The finding.
    pub finding: &'a Finding,
    /// Whether it makes the status 1.
    pub fails: bool,
}

/// The findings of all contexts, in the order of the reports: by Dockerfile, path, place and rule.
///
/// Contexts of one folder share its files. What is found in such a file for more than one of them is
/// there once.
#[derive(Debug)]
pub struct Findings<'a> {
    list: Vec<Located<'a>>,
    ignored: Vec<Ignored<'a>>,
    known: Vec<Located<'a>>,
    summary: Summary,
}

/// A finding that a comment ignores.
#[derive(Clone, Copy, Debug)]
pub struct Ignored<'a> {
    /// The finding.
    pub located: Located<'a>,
    /// The comment.
    pub comment: Origin,
    /// The reason that it gives.
    pub reason: Option<&'a str>,
}

impl Located<'_> {
    /// What a baseline knows it by.
    pub fn known(&self, baseline: &Baseline) -> Known {
        let source = self.context.source(self.finding.origin.source);
        Known {
            path: baseline.name_of(&source),
            rule: self.finding.rule.to_owned(),
            text: model::line_text(self.context, self.finding.origin),
        }
    }
}

impl<'a> Findings<'a> {
    /// Brings the findings in order and counts them.
    pub fn of(judged: &'a [Judged]) -> Self {
        let (mut list, mut ignored) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        let mut files = HashSet::new();
        let in_use = in_use(judged);
        for one in judged {
            let context = &one.context;
            let fail_on = one.settings.fail_on.value;
            files.extend(
                context
                    .files()
                    .iter()
                    .map(|source| source.disk().to_owned()),
            );
            let start = list.len();
            for finding in &one.judgement.findings {
                let path = context.source(finding.origin.source).disk().to_owned();
                // A comment that ignores nothing here does so for another image.
                let of_comment = rules::is_of_ignores(finding.rule);
                if of_comment && in_use.contains(&(path.clone(), finding.origin.span)) {
                    continue;
                }
                if seen.insert((finding.rule, path, finding.origin.span, &finding.message)) {
                    list.push(Located {
                        context,
                        finding,
                        fails: fail_on.counts(finding.severity),
                    });
                }
            }
            ignored.extend(one.judgement.suppressed.iter().filter_map(|suppressed| {
                let finding = &suppressed.finding;
                let path = context.source(finding.origin.source).disk().to_owned();
                let new = seen.insert((finding.rule, path, finding.origin.span, &finding.message));
                new.then_some(Ignored {
                    located: Located {
                        context,
                        finding,
                        fails: false,
                    },
                    comment: suppressed.comment,
                    reason: suppressed.reason.as_deref(),
                })
            }));
            if let Some(own) = list.get_mut(start..) {
                own.sort_by_cached_key(|located: &Located| {
                    let origin = located.finding.origin;
                    let path = context.source(origin.source).path().to_owned();
                    (path, origin.span.start, located.finding.rule)
                });
            }
        }
        let summary = Summary {
            files: files.len(),
            ..Summary::default()
        };
        let known = Vec::new();
        Self {
            list,
            ignored,
            known,
            summary,
        }
        .counted()
    }

    /// Takes out what a baseline knows.
    pub fn without(mut self, baseline: &mut Baseline) -> Self {
        for located in std::mem::take(&mut self.list) {
            match baseline.take(&located.known(baseline)) {
                true => self.known.push(located),
                false => self.list.push(located),
            }
        }
        self.counted()
    }

    fn counted(mut self) -> Self {
        self.summary = Summary {
            files: self.summary.files,
            ..Summary::default()
        };
        for located in &self.list {
            let safety = located.finding.fix.as_ref().map(|fix| fix.safety);
            self.summary.count(located.finding.severity, safety);
        }
        self
    }

    /// What comments ignore.
    pub fn ignored(&self) -> &[Ignored<'a>] {
        &self.ignored
    }

    /// What a baseline knows, in their order.
    pub fn known(&self) -> &[Located<'a>] {
        &self.known
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
    let used = judged.iter().flat_map(|one| {
        let context = &one.context;
        let all = one.judgement.suppressed.iter();
        all.map(|suppressed| {
            let path = context.source(suppressed.by.source).disk().to_owned();
            (path, suppressed.by.span)
        })
    });
    used.collect()
}
