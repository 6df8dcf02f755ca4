//! `hidden-path`: the build puts something where the platform has its own when the container starts.

use super::subject::Subject;
use crate::eval::{is_below, normal};
use crate::finding::Finding;
use crate::image::{Content, Copied, NodeKind};
use crate::launch::LaunchStep;
use crate::source::Origin;
use crate::syntax::dockerfile::{Arguments, Keyword};

const RULE: &str = "hidden-path";

/// What every container has in /dev, so that nothing is missed.
const DEVICES: &[&str] = &[
    "console", "core", "fd", "full", "null", "ptmx", "pts", "random", "stderr", "stdin", "stdout",
    "tty", "urandom", "zero",
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for copied in &subject.image.copies {
        if let Some((path, origin, alone)) = copied_there(subject, copied) {
            let Some(by) = hidden(subject, &path) else {
                continue;
            };
            let mut finding = subject.finding(RULE, origin, lost(&path, by));
            if !alone {
                // It comes along with what is put elsewhere.
                finding.lower();
            }
            findings.push(finding.help(help(by)));
        }
    }
    made(subject, findings);
}

/// What the platform has at a path, or above it.
fn hidden<'a>(subject: &Subject<'a>, path: &str) -> Option<&'a str> {
    let mut hidden = subject.target.files.hidden.iter();
    let found = hidden.find(|hidden| is_below(path, hidden))?;
    Some(found.as_str())
}

fn lost(path: &str, by: &str) -> String {
    match path == by {
        true => format!(
            "{path} is not what the build puts there: the platform puts its own in its place when the container starts."
        ),
        false => format!(
            "{path} is not there when the container starts: the platform puts its own {by} in the place of the image's."
        ),
    }
}

fn help(by: &str) -> String {
    format!("put it somewhere else than {by}, and tell the program where that is")
}

/// What an instruction copies to such a place, where, and whether it copies nothing else.
fn copied_there(subject: &Subject<'_>, copied: &Copied) -> Option<(String, Origin, bool)> {
    let files = &subject.image.files;
    let instruction = subject.instruction(copied.instruction)?;
    let there = |path: &&String| {
        let name = path.rsplit('/').next().unwrap_or_default();
        // What keeps an empty folder in a repository is nothing that is meant to be there.
        hidden(subject, &files.resolve(path)).is_some()
            && !name.starts_with(".git")
            && name != ".keep"
    };
    let first = copied.paths.iter().find(there)?;
    let alone = copied.paths.iter().all(|path| there(&path));
    // Of another image or stage, all of it may be taken over as it is.
    let of_context = files.get(first).is_some_and(|node| {
        matches!(
            node.kind,
            NodeKind::File(Content::Context(_) | Content::Text(_))
        )
    });
    let words = match &instruction.arguments {
        Arguments::Json(array) => &array.words,
        Arguments::Words(words) => words,
        _ => return None,
    };
    let origin = Origin {
        source: subject.source,
        span: words.last()?.span,
    };
    (alone || of_context).then(|| (normal(first), origin, alone))
}

/// What commands of the build make there, and the start names.
fn made(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let by_run = |origin: Origin| {
        let instruction = subject.instruction_at(origin);
        instruction.is_some_and(|(_, instruction)| instruction.keyword == Keyword::Run)
    };
    let mut told: Vec<&str> = Vec::new();
    for (path, node) in subject.image.files.iter() {
        let Some(by) = hidden(subject, path).filter(|by| *by != path) else {
            continue;
        };
        let device = path
            .strip_prefix("/dev/")
            .map(|rest| rest.split('/').next());
        if device.is_some_and(|name| DEVICES.contains(&name.unwrap_or_default()))
            || told.iter().any(|outer| is_below(path, outer))
        {
            continue;
        }
        let Some(origin) = node.made.filter(|made| by_run(*made)) else {
            continue;
        };
        let mut steps = subject.steps();
        if let Some(step) = steps.find(|step| names(step, path)) {
            let finding = subject.at_step(RULE, step, lost(path, by));
            findings.push(
                finding
                    .related(Some(origin), "it is made here")
                    .help(help(by)),
            );
            told.push(path);
        }
    }
}

/// Whether a command names a path, or something in it, and does not make it itself.
fn names(step: &LaunchStep, path: &str) -> bool {
    let makes = step.writes.iter().any(|written| written.path == path);
    let redirected = step.step.redirects.iter().map(|(_, value)| value);
    let mut words = step.step.argv.iter().chain(redirected);
    let named = words.any(|word| {
        let text = word.known().unwrap_or_default();
        let (_, text) = text.rsplit_once('=').unwrap_or(("", &text));
        text.starts_with('/') && is_below(&normal(text), path)
    });
    named && !makes
}
