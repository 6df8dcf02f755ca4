//! `diegolint fix`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::inputs::{self, Input};
use super::{Outcome, explain};
use crate::cli::FixArgs;
use crate::context::Context;
use crate::fix::{self, Change, FixOutcome};
use crate::judge::{Judgement, Options};
use crate::problem::Problem;
use crate::report::{Findings, Judged, Terminal, diff, fix_text, text};

/// A context, and what fixing it comes to.
struct Fixed {
    argument: PathBuf,
    /// As it was.
    context: Context,
    outcome: FixOutcome,
}

pub(super) fn run(args: &FixArgs, terminal: &Terminal) -> Outcome {
    let mut outcome = Outcome::default();
    for rule in &args.rules {
        if let Err(problem) = explain::find(rule) {
            outcome.problems.push(problem);
        }
    }
    if !outcome.problems.is_empty() {
        return outcome;
    }
    let options = Options {
        target: args.inputs.target(),
        style: args.style,
        unsafe_fixes: args.unsafe_fixes,
        rules: args.rules.clone(),
    };
    let (opened, problems) = inputs::open(&args.inputs);
    outcome.problems = problems;
    let groups: Vec<Vec<Fixed>> = by_folder(opened)
        .into_par_iter()
        .map(|group| fix_folder(group, &options))
        .collect();
    for one in groups.iter().flatten() {
        inputs::add_problems(&mut outcome.problems, &one.outcome.judgement.problems);
    }
    if args.output.is_some() && args.inputs.paths.len() > 1 {
        let message = "--output takes the copy of one PATH";
        outcome.problems.push(Problem::of("usage", message));
        return outcome;
    }
    if args.diff {
        let mut merged: Vec<Change> = groups.iter().flat_map(|group| merge(group)).collect();
        merged.sort_by(|a, b| a.path.cmp(&b.path));
        outcome.found = !merged.is_empty();
        outcome.output = diff::unified(&merged, terminal.color);
        outcome.remarks = fix_text::summary(groups.iter().flatten().map(|one| &one.outcome), true);
        return outcome;
    }
    let stdin = groups.iter().flatten().find(|one| is_stdin(&one.context));
    if let Some(one) = stdin.filter(|_| args.output.is_none()) {
        // Nothing else can be done with a Dockerfile from the standard input.
        let changed = one
            .outcome
            .changes
            .iter()
            .find(|c| c.source == one.context.dockerfile());
        let source = one.context.source(one.context.dockerfile());
        outcome.output = changed.map_or_else(|| source.bytes().to_vec(), |c| c.after.clone());
    }
    for group in &groups {
        if let Err(problem) = write(group, args.output.as_deref()) {
            outcome.problems.push(problem);
        }
    }
    finish(groups, &options, outcome, terminal)
}

/// The report of what was done, and of what is left.
fn finish(
    groups: Vec<Vec<Fixed>>,
    options: &Options,
    mut outcome: Outcome,
    terminal: &Terminal,
) -> Outcome {
    let outcomes = groups.iter().flatten().map(|one| &one.outcome);
    let mut report = fix_text::applied(outcomes.clone(), terminal);
    let summary = fix_text::summary(outcomes, false);
    let left: Vec<Judged> = groups.into_iter().flatten().map(judged_again).collect();
    let findings = Findings::of(&left);
    outcome.found = findings
        .iter()
        .any(|located| located.finding.severity > crate::finding::Severity::Note);
    report.push_str(&text::findings(&findings, terminal));
    report.push_str(&summary);
    if !findings.is_empty() {
        report.push_str(&text::left(&findings, options.target));
    }
    if outcome.output.is_empty() {
        outcome.output = report.into_bytes();
    } else {
        outcome.remarks = report;
    }
    outcome
}

/// The context with its changes, and the findings that are left in it.
fn judged_again(one: Fixed) -> Judged {
    let changes = one.outcome.changes;
    let after: Vec<_> = changes.into_iter().map(|c| (c.source, c.after)).collect();
    Judged {
        context: one.context.with_changes(&after),
        judgement: Judgement {
            findings: one.outcome.left,
            ..one.outcome.judgement
        },
    }
}

/// Contexts of one folder share its files, and must be fixed one after the other.
fn by_folder(opened: Vec<Input>) -> Vec<Vec<Input>> {
    let mut groups: BTreeMap<Option<PathBuf>, Vec<Input>> = BTreeMap::new();
    for input in opened {
        let root = input.context.root();
        let real = root.map(|root| root.canonicalize().unwrap_or_else(|_| root.to_owned()));
        groups.entry(real).or_default().push(input);
    }
    groups.into_values().collect()
}

/// Fixes the contexts of one folder, each with the changes of those before it.
fn fix_folder(group: Vec<Input>, options: &Options) -> Vec<Fixed> {
    let mut fixed: Vec<Fixed> = Vec::new();
    for Input { argument, context } in group {
        let mut earlier = Vec::new();
        for one in &fixed {
            for change in &one.outcome.changes {
                let path = one.context.path_of(change.source);
                if let Some(Ok(id)) = path.map(|path| context.read(&path)) {
                    earlier.push((id, change.after.clone()));
                }
            }
        }
        let context = context.with_changes(&earlier);
        let outcome = fix::fix_context(&context, options);
        fixed.push(Fixed {
            argument,
            context,
            outcome,
        });
    }
    fixed
}

/// The changes of the contexts of one folder, one a file, with its first bytes and its last, and
/// with the ids of the first context.
fn merge(group: &[Fixed]) -> Vec<Change> {
    let mut merged: BTreeMap<&str, Change> = BTreeMap::new();
    let Some(first) = group.first() else {
        return Vec::new();
    };
    for one in group {
        for change in &one.outcome.changes {
            let path = one.context.path_of(change.source);
            let source = match path.map(|path| first.context.read(&path)) {
                Some(Ok(id)) => id,
                // A Dockerfile outside of the folder: it is the only one of its group.
                _ => change.source,
            };
            merged
                .entry(&change.path)
                .and_modify(|earlier| earlier.after.clone_from(&change.after))
                .or_insert_with(|| Change {
                    source,
                    ..change.clone()
                });
        }
    }
    let mut merged: Vec<Change> = merged.into_values().collect();
    merged.retain(|change| change.before != change.after);
    merged
}

/// Writes what changed in the contexts of one folder, there or in a copy.
fn write(group: &[Fixed], output: Option<&Path>) -> Result<(), Problem> {
    let Some(first) = group.first().filter(|one| !is_stdin(&one.context)) else {
        return Ok(());
    };
    let changes = merge(group);
    match output {
        Some(folder) => fix::write_copy(&first.context, &changes, &folder.join(below(first))),
        None if changes.is_empty() => Ok(()),
        None => fix::write(&first.context, &changes),
    }
}

/// Where a context lies below the argument that it was found by.
fn below(one: &Fixed) -> PathBuf {
    let root = one.context.root().unwrap_or(Path::new("."));
    let root = root.strip_prefix(".").unwrap_or(root);
    let argument = one.argument.strip_prefix(".").unwrap_or(&one.argument);
    root.strip_prefix(argument)
        .map(Path::to_owned)
        .unwrap_or_default()
}

fn is_stdin(context: &Context) -> bool {
    context.source(context.dockerfile()).path() == "-"
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::judge::{Style, judge};

    fn options() -> Options {
        Options {
            target: "diego-2015",
            style: Style::Comment,
            unsafe_fixes: false,
            rules: Vec::new(),
        }
    }

    /// A context of a folder, with a change of a file in it.
    fn fixed(dir: &Path, dockerfile: &str, path: &str, before: &str, after: &str) -> Fixed {
        let context = Context::open(dir, &dir.join(dockerfile)).expect("a context");
        let source = context.read(path).expect("a file");
        let change = Change {
            source,
            path: context.source(source).path().to_owned(),
            before: before.into(),
            after: after.into(),
        };
        Fixed {
            argument: dir.to_owned(),
            outcome: FixOutcome {
                changes: vec![change],
                applied: Vec::new(),
                dropped: Vec::new(),
                left: Vec::new(),
                judgement: judge(&context, &options()),
            },
            context,
        }
    }

    #[test]
    fn a_file_that_two_images_share_changes_once() {
        let dir = tempfile::tempdir().expect("a folder");
        for (name, text) in [
            ("Dockerfile", "FROM a"),
            ("Dockerfile.web", "FROM a"),
            ("s", "0"),
        ] {
            fs::write(dir.path().join(name), text).expect("a file");
        }
        let first = fixed(dir.path(), "Dockerfile", "s", "0", "1");
        let mut second = fixed(dir.path(), "Dockerfile.web", "s", "1", "2");
        let dockerfile = second.context.dockerfile();
        second.outcome.changes.push(Change {
            source: dockerfile,
            path: second.context.source(dockerfile).path().to_owned(),
            before: b"FROM a".to_vec(),
            after: b"FROM b".to_vec(),
        });
        let group = [first, second];
        let merged = merge(&group);
        let texts: Vec<_> = merged.iter().map(|c| (&*c.before, &*c.after)).collect();
        assert_eq!(texts, [(&b"FROM a"[..], &b"FROM b"[..]), (b"0", b"2")]);
        for change in &merged {
            let source = group[0].context.source(change.source);
            assert_eq!(source.path(), change.path);
        }
    }

    #[test]
    fn what_two_images_undo_for_each_other_is_no_change() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["Dockerfile", "Dockerfile.web", "s"] {
            fs::write(dir.path().join(name), "FROM a").expect("a file");
        }
        let first = fixed(dir.path(), "Dockerfile", "s", "0", "1");
        let second = fixed(dir.path(), "Dockerfile.web", "s", "1", "0");
        assert!(merge(&[first, second]).is_empty());
    }

    #[test]
    fn a_copy_keeps_its_place_below_the_path_that_was_named() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(dir.path().join("a/b")).expect("a folder");
        fs::write(dir.path().join("a/b/Dockerfile"), "FROM a").expect("a file");
        let root = dir.path().join("a/b");
        let mut one = fixed(&root, "Dockerfile", "Dockerfile", "", "");
        for (argument, place) in [("", "a/b"), ("a", "b"), ("a/b", ""), ("a/b/Dockerfile", "")] {
            one.argument = dir.path().join(argument);
            assert_eq!(below(&one), Path::new(place), "{argument}");
        }
    }
}
