//! `diegolint check --add-ignores`: comments that ignore what is found, written into the files.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::super::Outcome;
use super::super::folders::{Latest, by_folder, is_stdin, merged, real_root};
use super::super::inputs::{self, Input, Request};
use crate::finding::Finding;
use crate::fix::{self, Change};
use crate::judge::judge;
use crate::problem::Problem;
use crate::report::{Findings, Judged, ignores_text};
use crate::{rules, suppress};

pub(super) fn run(reason: Option<&str>, request: &Request<'_>) -> Outcome {
    let opened = inputs::open(request);
    let mut outcome = Outcome {
        problems: opened.problems,
        ..Outcome::default()
    };
    if opened.inputs.iter().any(|input| is_stdin(&input.context)) {
        let message = "--add-ignores writes into files: the standard input is none";
        return Outcome::refused(Problem::of("usage", message));
    }
    let groups: Vec<Group> = by_folder(opened.inputs, |input| &input.context)
        .into_par_iter()
        .map(|inputs| Group::commented(inputs, reason))
        .collect();
    let mut written: BTreeMap<String, usize> = BTreeMap::new();
    for group in groups {
        inputs::add_problems(&mut outcome.problems, &group.problems);
        match group.write() {
            Ok(()) => written.extend(group.comments),
            Err(problem) => outcome.problems.push(problem),
        }
    }
    outcome.output = ignores_text::written(&written).into_bytes();
    outcome
}

/// The contexts of one folder and of those below it, with comments in their files.
struct Group {
    inputs: Vec<Input>,
    latest: Latest,
    changes: Vec<Change>,
    /// How many were written into a file, by its name.
    comments: BTreeMap<String, usize>,
    problems: Vec<Problem>,
}

impl Group {
    fn commented(inputs: Vec<Input>, reason: Option<&str>) -> Self {
        let mut group = Self {
            inputs,
            latest: Latest::default(),
            changes: Vec::new(),
            comments: BTreeMap::new(),
            problems: Vec::new(),
        };
        for number in 0..group.inputs.len() {
            group.comment_on(number, reason, |finding| {
                !rules::is_of_ignores(finding.rule)
            });
        }
        let mut judged = group.judged();
        // What a comment of one image is good for is only known once all are judged.
        for number in 0..judged.len() {
            let wanted = about_comments(&judged, number);
            if !wanted.is_empty() {
                group.comment_on(number, reason, |finding| {
                    wanted.contains(&(finding.rule, finding.message.clone()))
                });
                judged = group.judged();
            }
        }
        for one in &judged {
            inputs::add_problems(&mut group.problems, &one.judgement.problems);
        }
        let left = Findings::of(&judged, &[]);
        group.problems.extend(left.iter().map(|located| {
            let finding = located.finding;
            let source = located.context.source(finding.origin.source);
            let message = format!(
                "no comment can be written here that ignores {}: per-file-ignores of the \
                 configuration file can do it",
                finding.rule
            );
            Problem::at(&source, finding.origin.span.start as usize, message)
        }));
        group
    }

    /// Adds comments to what is found in one context.
    fn comment_on(
        &mut self,
        number: usize,
        reason: Option<&str>,
        wanted: impl Fn(&Finding) -> bool,
    ) {
        let Some(input) = self.inputs.get(number) else {
            return;
        };
        let context = self.latest.in_context(&input.context);
        let judgement = judge(&context, &input.settings.options());
        let all = judgement.findings.iter();
        let findings: Vec<&Finding> = all.filter(|finding| wanted(finding)).collect();
        let added = suppress::add(&context, &findings, reason);
        let mut changes = Vec::new();
        for file in added {
            let source = context.source(file.source);
            *self.comments.entry(source.path().to_owned()).or_default() += file.comments;
            changes.push(Change {
                source: file.source,
                path: source.path().to_owned(),
                disk: source.disk().to_owned(),
                before: source.bytes().to_vec(),
                after: file.bytes,
            });
        }
        self.latest.learn(&changes);
        self.changes.extend(changes);
    }

    /// The contexts as they are with all comments.
    fn judged(&self) -> Vec<Judged> {
        let judged = self.inputs.iter().map(|input| {
            let context = self.latest.in_context(&input.context);
            Judged {
                judgement: judge(&context, &input.settings.options()),
                context,
                settings: input.settings.clone(),
            }
        });
        judged.collect()
    }

    /// Writes all files, or none.
    fn write(&self) -> Result<(), Problem> {
        let changes = merged(self.changes.iter());
        let root = self
            .inputs
            .first()
            .and_then(|input| real_root(&input.context));
        match root {
            Some(root) if !changes.is_empty() => fix::write(&root, &changes),
            _ => Ok(()),
        }
    }
}

/// What is found of the comments of one context that no other one needs.
fn about_comments(judged: &[Judged], number: usize) -> Vec<(&'static str, String)> {
    let own = judged.get(number).map(|one| &one.context);
    Findings::of(judged, &[])
        .iter()
        .filter(|located| own.is_some_and(|own| std::ptr::eq(own, located.context)))
        .map(|located| located.finding)
        .filter(|finding| rules::is_of_ignores(finding.rule))
        .map(|finding| (finding.rule, finding.message.clone()))
        .collect()
}
