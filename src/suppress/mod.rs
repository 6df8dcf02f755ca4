//! Comments that ignore findings: `# diegolint: ignore=volume reason`.
//!
//! [`apply`] takes out of what all rules have found on all targets what a comment ignores, and adds what
//! the rules about these comments find. [`add`] writes such comments.

mod add;
mod directive;
mod ignores;
mod index;
mod layout;
mod review;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::context::{Context, is_dockerfile_name};
use crate::finding::Finding;
use crate::image::Scripts;
use crate::judge::Shared;
use crate::rules;
use crate::source::Origin;
use crate::syntax::dockerfile::Dockerfile;
use crate::target::Target;

pub use add::{Added, add};
pub use ignores::{Ignore, Malformed, Name, Place};
pub use review::{Entry, Review};

use ignores::Comments;
use index::{IgnoredText, Index, Use};
use layout::{Layout, Purpose};
use review::{Uses, Worth};

/// What every comment to diegolint has in it, be it written wrongly.
const DIEGOLINT: &str = "iegolint";

/// Where comments are looked for, and for which rules.
pub struct Asked<'a> {
    /// The context.
    pub context: &'a Context,
    /// The tree of its Dockerfile.
    pub dockerfile: &'a Dockerfile,
    /// The scripts that were read.
    pub scripts: &'a Scripts<'a>,
    /// The targets.
    pub targets: &'a [Arc<Target>],
    /// What the image shares with others.
    pub shared: Shared,
    /// Whether a rule is looked for at all, on any of the targets: one that is not makes no comment
    /// unused.
    pub is_enabled: &'a dyn Fn(&str) -> bool,
    /// Whether all is told that a rule finds: one that finds more elsewhere makes no comment unused.
    pub is_told: &'a dyn Fn(&str) -> bool,
}

/// A finding that a comment ignores.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// The comment.
    pub comment: Origin,
    /// Where the comment names the rule, or says `ignore-file`.
    pub by: Origin,
    /// The reason that the comment gives.
    pub reason: Option<String>,
}

/// What is left of the findings, and what is not.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// What no comment ignores, and what is found of the comments.
    pub findings: Vec<Finding>,
    /// What comments ignore.
    pub suppressed: Vec<Suppressed>,
}

/// Takes out of the findings of all rules and targets what comments ignore, and adds what there is to say
/// of the comments.
pub fn apply(asked: &Asked<'_>, findings: Vec<Finding>) -> Applied {
    let comments = read(asked);
    let ignores = &comments.ignores;
    let mut applied = Applied::default();
    if ignores.is_empty() && comments.malformed.is_empty() {
        applied.findings = findings;
        return applied;
    }
    let is_told = |rule: &str| (asked.is_enabled)(rule) && (asked.is_told)(rule);
    let mut uses = Uses::none_yet(ignores, &is_told);
    let index = Index::of(ignores);
    for finding in findings {
        let source = asked.context.source(finding.origin.source);
        let line = source.line_index(finding.origin.span.start as usize);
        let by = index.by_comment(&finding, line);
        applied.take(finding, by, ignores, &mut uses);
    }
    let review = |unused, unknown, malformed| Review {
        dockerfile: asked.context.dockerfile(),
        targets: asked.targets,
        shared: asked.shared,
        unused,
        unknown,
        malformed,
    };
    let malformed = comments.malformed.iter().collect();
    let (unused, unknown) = (uses.worth(Worth::Unused), uses.worth(Worth::Unknown));
    let said = rules::check_ignores(&review(unused, unknown, malformed), asked.is_enabled);
    for finding in said {
        let by = index.by_file(ignores, &finding);
        applied.take(finding, by, ignores, &mut uses);
    }
    // What would have ignored these, and has not, is not ignored by itself.
    let unused = uses.worth(Worth::Waiting);
    let said = rules::check_ignores(&review(unused, Vec::new(), Vec::new()), asked.is_enabled);
    applied.findings.extend(said);
    applied.keep_ignored_text();
    applied
}

impl Applied {
    /// Takes away the fixes that would also mend what is ignored: a rule may change several of its
    /// findings together, where they stand beside each other.
    fn keep_ignored_text(&mut self) {
        let ignored = IgnoredText::of(&self.suppressed);
        for finding in &mut self.findings {
            let rule = finding.rule;
            let mut edits = finding.fix.iter().flat_map(|fix| &fix.edits);
            if edits.any(|e| ignored.is_changed(rule, e.origin.source, e.origin.span)) {
                finding.fix = None;
            }
        }
    }

    /// Takes a finding in, which the comment `by` ignores with the name of this number in its list.
    fn take(&mut self, finding: Finding, by: Option<Use>, ignores: &[Ignore], uses: &mut Uses<'_>) {
        let found = by.and_then(|(at, number)| Some((at, number, ignores.get(at)?)));
        let Some((at, number, ignore)) = found else {
            self.findings.push(finding);
            return;
        };
        uses.mark(at, number);
        self.suppressed.push(Suppressed {
            finding,
            comment: ignore.place.origin,
            by: ignore.said_at(number),
            reason: ignore.reason.clone(),
        });
    }
}

/// What the comments of all files say that were read.
fn read(asked: &Asked<'_>) -> Comments {
    let mut comments = Comments::default();
    for (id, source) in asked.context.sources() {
        // What another image is built by is judged with that image.
        let name = source.path().rsplit('/').next().unwrap_or_default();
        let other = id != asked.context.dockerfile() && is_dockerfile_name(name);
        if source.text().contains(DIEGOLINT) && !source.is_binary() && !other {
            let Asked {
                context,
                dockerfile,
                scripts,
                ..
            } = asked;
            let layout = Layout::of(context, id, dockerfile, scripts, Purpose::Read);
            comments.read(&source, id, &layout);
        }
    }
    comments
}
