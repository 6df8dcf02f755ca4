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
mod verified;
pub mod verify_json;
pub mod verify_text;
mod words;
mod xml;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::baseline::{Baseline, Known};
use crate::config::Settings;
use crate::context::Context;
use crate::finding::Finding;
use crate::judge::Judgement;
use crate::paths::real;
use crate::rules;
use crate::source::{Origin, Span};

pub use location::Location;
pub use model::{
    Report, ReportedEdit, ReportedFinding, ReportedFix, ReportedImage, ReportedProblem,
    ReportedRelated, Summary, Suppressed, SuppressedBy, Tool,
};
pub use terminal::{Paint, Terminal};
pub use verified::{Said, Verified};

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

/// What makes findings of two images the same.
#[derive(PartialEq, Eq, Hash)]
struct Same<'a> {
    rule: &'static str,
    file: PathBuf,
    span: Span,
    message: &'a str,
}

impl Located<'_> {
    /// Takes in that it is found for another image, where it may be worse.
    fn join(&mut self, other: Self) {
        let fails = self.fails || other.fails;
        if other.finding.severity > self.finding.severity {
            *self = other;
        }
        self.fails = fails;
    }

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
    /// Brings the findings in order and counts them. What was judged beside them tells what comments
    /// in shared files are good for, and is not reported.
    pub fn of(judged: &'a [Judged], beside: &[Judged]) -> Self {
        // With the number of the context: they stay together.
        let mut list: Vec<(usize, Located<'a>)> = Vec::new();
        let mut ignored = Vec::new();
        let mut seen: HashMap<Same<'a>, Option<usize>> = HashMap::new();
        let mut files = HashSet::new();
        let in_use = in_use(judged.iter().chain(beside));
        for (number, one) in judged.iter().enumerate() {
            let context = &one.context;
            let fail_on = one.settings.fail_on.value;
            let same = |finding: &'a Finding| Same {
                rule: finding.rule,
                file: context.source(finding.origin.source).disk().to_owned(),
                span: finding.origin.span,
                message: &finding.message,
            };
            let read = context.files().into_iter();
            files.extend(read.map(|source| source.disk().to_owned()));
            for finding in &one.judgement.findings {
                let key = same(finding);
                // A comment that ignores nothing here does so for another image.
                if rules::is_of_ignores(finding.rule)
                    && in_use.contains(&(real(&key.file), key.span))
                {
                    continue;
                }
                let located = Located {
                    context,
                    finding,
                    fails: fail_on.counts(finding.severity),
                };
                match seen.get(&key) {
                    None => {
                        seen.insert(key, Some(list.len()));
                        list.push((number, located));
                    }
                    Some(Some(at)) => list[*at].1.join(located),
                    // One image ignores it, and it is there for another.
                    Some(None) => {}
                }
            }
            for suppressed in &one.judgement.suppressed {
                let finding = &suppressed.finding;
                if let Entry::Vacant(new) = seen.entry(same(finding)) {
                    new.insert(None);
                    ignored.push(Ignored {
                        located: Located {
                            context,
                            finding,
                            fails: false,
                        },
                        comment: suppressed.comment,
                        reason: suppressed.reason.as_deref(),
                    });
                }
            }
        }
        list.sort_by_cached_key(|(number, located)| {
            let origin = located.finding.origin;
            let path = located.context.source(origin.source).path().to_owned();
            (*number, path, origin.span.start, located.finding.rule)
        });
        let list = list.into_iter().map(|(_, located)| located).collect();
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
fn in_use<'a>(judged: impl Iterator<Item = &'a Judged>) -> HashSet<(PathBuf, Span)> {
    let used = judged.flat_map(|one| {
        let context = &one.context;
        let all = one.judgement.suppressed.iter();
        all.map(|suppressed| {
            let path = real(context.source(suppressed.by.source).disk());
            (path, suppressed.by.span)
        })
    });
    used.collect()
}
