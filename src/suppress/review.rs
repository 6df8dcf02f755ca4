//! What the rules about ignore comments look at.

use std::sync::Arc;

use super::ignores::{Ignore, Malformed, Name};
use crate::finding::{Certainty, Edit, Finding, Fix, Safety, Severity};
use crate::judge::Shared;
use crate::rules;
use crate::source::{Origin, SourceId};
use crate::target::Target;

/// The ignore comments of a context, seen together with what all rules have found on all targets.
pub struct Review<'a> {
    /// The Dockerfile.
    pub dockerfile: SourceId,
    /// The targets.
    pub targets: &'a [Arc<Target>],
    /// What the image shares with others.
    pub shared: Shared,
    /// What ignores nothing.
    pub unused: Vec<Entry<'a>>,
    /// The names that no rule has.
    pub unknown: Vec<Entry<'a>>,
    /// What was meant to be an ignore comment.
    pub malformed: Vec<&'a Malformed>,
}

/// A rule in an ignore comment.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    /// The comment.
    pub ignore: &'a Ignore,
    /// Its place in the comment's list; 0 where the comment is about all rules.
    pub number: usize,
    /// Whether nothing else in the comment is good for anything.
    pub last: bool,
}

impl<'a> Entry<'a> {
    /// The name as written; none where the comment is about all rules.
    pub fn name(&self) -> Option<&'a Name> {
        self.ignore.names.get(self.number)
    }

    /// Where it is written.
    pub fn origin(&self) -> Origin {
        self.ignore.said_at(self.number)
    }

    /// It goes, and the whole comment with it where nothing is left.
    pub fn removal(&self) -> Edit {
        match self.last {
            true => self.ignore.place.removal(),
            false => self.ignore.without(self.number),
        }
    }
}

impl Review<'_> {
    /// A finding on all targets that the rule is for.
    pub fn finding(&self, rule: &'static str, origin: Origin, message: String) -> Finding {
        let severities = self.targets.iter().filter_map(|t| t.severity(rule));
        let has = |target: &&Arc<Target>| target.severity(rule).is_some();
        let on = self.targets.iter().filter(has);
        Finding {
            rule,
            severity: severities.max().unwrap_or(Severity::Note),
            certainty: Certainty::Always,
            message,
            help: None,
            origin,
            related: Vec::new(),
            fix: None,
            targets: on.map(|target| target.name.clone()).collect(),
        }
    }

    /// Whether a comment may be of use to an image that shares the file.
    pub fn may_be_of_use(&self, comment: Origin) -> bool {
        match self.shared {
            Shared::Nothing => false,
            Shared::Context => comment.source != self.dockerfile,
            Shared::Dockerfile => true,
        }
    }

    /// A mending of a comment. One outside of the Dockerfile may be there for another image.
    pub fn fix(&self, title: String, reason: &str, edit: Edit) -> Fix {
        let own = edit.origin.source == self.dockerfile;
        Fix {
            title,
            reason: reason.to_owned(),
            safety: if own { Safety::Safe } else { Safety::Unsafe },
            edits: vec![edit],
        }
    }
}

/// What a rule in an ignore comment is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Worth {
    /// It ignores something, or its rule is not looked for.
    Used,
    /// It ignores nothing.
    Unused,
    /// It ignores nothing until now, but what is found of the comments themselves is still to come.
    Waiting,
    /// It names no rule.
    Unknown,
}

/// The comments, and which of their rules have been of use.
pub(super) struct Uses<'a> {
    ignores: &'a [Ignore],
    used: Vec<Vec<bool>>,
    is_enabled: &'a dyn Fn(&str) -> bool,
}

impl<'a> Uses<'a> {
    pub fn none_yet(ignores: &'a [Ignore], is_enabled: &'a dyn Fn(&str) -> bool) -> Self {
        let used = |ignore: &Ignore| vec![false; ignore.names.len().max(1)];
        Self {
            ignores,
            used: ignores.iter().map(used).collect(),
            is_enabled,
        }
    }

    pub fn mark(&mut self, ignore: usize, number: usize) {
        let rules = self.used.get_mut(ignore);
        if let Some(used) = rules.and_then(|rules| rules.get_mut(number)) {
            *used = true;
        }
    }

    /// All that are worth as much as that.
    pub fn worth(&self, wanted: Worth) -> Vec<Entry<'a>> {
        let mut entries = Vec::new();
        for (ignore, used) in self.ignores.iter().zip(&self.used) {
            let worths: Vec<Worth> = used
                .iter()
                .enumerate()
                .map(|(number, used)| self.one(ignore, number, *used))
                .collect();
            let goes = |(number, worth): (usize, &Worth)| match worth {
                Worth::Used => false,
                Worth::Unused => true,
                Worth::Waiting => wanted == Worth::Waiting,
                Worth::Unknown => {
                    let name = ignore.names.get(number);
                    name.is_none_or(|name| rules::nearest(&name.text).is_none())
                }
            };
            let last = worths.iter().enumerate().all(goes);
            let of_worth = worths.iter().enumerate().filter(|(_, w)| **w == wanted);
            entries.extend(of_worth.map(|(number, _)| Entry {
                ignore,
                number,
                last,
            }));
        }
        entries
    }

    fn one(&self, ignore: &Ignore, number: usize, used: bool) -> Worth {
        let name = ignore.names.get(number).map(|name| name.text.as_str());
        match name {
            _ if used => Worth::Used,
            None => Worth::Waiting,
            Some(name) if rules::name(name).is_none() => Worth::Unknown,
            Some(name) if !(self.is_enabled)(name) => Worth::Used,
            // Comments about single lines say nothing of comments, themselves among them.
            Some(name) if ignore.lines.is_none() && rules::is_of_ignores(name) => Worth::Waiting,
            Some(_) => Worth::Unused,
        }
    }
}
