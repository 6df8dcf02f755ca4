//! Fixes of one context: from its judgement to files that can be written.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::copy::Want;
use super::places::Places;
use super::{Files, annotate, copy, engine, judge as judged, writing as files};
use crate::context::Context;
use crate::finding::Finding;
use crate::judge::{Judgement, Options, Style, judge};
use crate::problem::Problem;
use crate::source::{Source, SourceId};
use crate::suppress::Suppressed;
use crate::syntax::Joined;
use crate::syntax::dockerfile::{self, Arguments, Keyword};
use crate::syntax::shell::{Dialect, interpreter, parse, script_text};

/// What fixing one context comes to. Nothing is written yet.
#[derive(Clone, Debug)]
pub struct FixOutcome {
    /// The files that change, each once.
    pub changes: Vec<Change>,
    /// The fixes in these changes.
    pub applied: Vec<AppliedFix>,
    /// The fixes that were not applied, and why.
    pub dropped: Vec<DroppedFix>,
    /// The findings of the changed context, with places in the changed files.
    pub left: Vec<Finding>,
    /// What comments ignore in the changed context.
    pub suppressed: Vec<Suppressed>,
    /// The judgement of the context as it was.
    pub judgement: Judgement,
}

/// A file's bytes before and after.
#[derive(Clone, Debug)]
pub struct Change {
    /// The file.
    pub source: SourceId,
    /// Its name, as the user knows it.
    pub path: String,
    /// Where it lies.
    pub disk: PathBuf,
    /// Its bytes on disk.
    pub before: Vec<u8>,
    /// Its bytes once they are written.
    pub after: Vec<u8>,
}

/// A fix that is part of the changes.
#[derive(Clone, Debug)]
pub struct AppliedFix {
    /// The rule that found the reason.
    pub rule: &'static str,
    /// What the fix does.
    pub title: String,
    /// The file of the finding.
    pub path: String,
    /// Its line, from 1, in the file as it was.
    pub line: usize,
}

/// A fix that is not part of the changes.
#[derive(Clone, Debug)]
pub struct DroppedFix {
    /// The rule that found the reason.
    pub rule: &'static str,
    /// What the fix would have done.
    pub title: String,
    /// The file of the finding.
    pub path: String,
    /// Its line, from 1, in the file as it was.
    pub line: usize,
    /// Why it was not applied.
    pub why: String,
}

/// Works out the changes that mend a context.
pub fn fix_context(context: &Context, options: &Options) -> FixOutcome {
    let judgement = judge(context, options);
    if !judgement.problems.is_empty() {
        // What could not be read or parsed is not rewritten.
        let left = judgement.findings.clone();
        return FixOutcome {
            changes: Vec::new(),
            applied: Vec::new(),
            dropped: Vec::new(),
            left,
            suppressed: judgement.suppressed.clone(),
            judgement,
        };
    }
    let places = Places::of(context);
    let current = RefCell::new(context.with_changes(&[]));
    let outcome = engine::run(
        Files::new(),
        |texts| {
            let changes: Vec<_> = texts
                .iter()
                .filter_map(|(name, text)| {
                    let context = current.borrow();
                    let id = context.id_of(name)?;
                    (context.source(id).bytes() != &**text).then(|| (id, text.to_vec()))
                })
                .collect();
            let next = current.borrow().with_changes(&changes);
            let result = judge_texts(&next, options);
            *current.borrow_mut() = next;
            result
        },
        &engine_options(options),
        |path, line| places.at(path, line),
    );
    let current = current.into_inner();
    let changes = outcome.files.iter().filter_map(|(path, patched)| {
        let inner = current.id_of(path).and_then(|id| current.path_of(id));
        let source = context.id_of(path).or_else(|| context.read(&inner?).ok())?;
        Some(Change {
            source,
            path: path.clone(),
            disk: context.source(source).disk().to_owned(),
            before: patched.original.to_vec(),
            after: patched.text.to_vec(),
        })
    });
    let line = |path: &str, offset: usize| {
        context
            .id_of(path)
            .map_or(1, |id| context.source(id).position(offset).line)
    };
    FixOutcome {
        changes: changes.collect(),
        applied: outcome
            .applied
            .iter()
            .filter_map(|fix| {
                let rule = crate::rules::name(&fix.rule)?;
                Some(AppliedFix {
                    rule,
                    title: fix.title.clone(),
                    path: fix.path.clone(),
                    line: line(&fix.path, fix.offset),
                })
            })
            .collect(),
        dropped: outcome
            .dropped
            .iter()
            .filter_map(|fix| {
                let rule = crate::rules::name(&fix.rule)?;
                Some(DroppedFix {
                    rule,
                    title: fix.title.clone(),
                    path: fix.path.clone(),
                    line: line(&fix.path, fix.offset),
                    why: fix.why.clone(),
                })
            })
            .collect(),
        left: outcome.after.findings,
        suppressed: outcome.after.suppressed,
        judgement,
    }
}

fn engine_options(options: &Options) -> engine::Options {
    let only: BTreeSet<String> = options.rules.iter().cloned().collect();
    engine::Options {
        style: match options.style {
            Style::Comment => annotate::Style::Comment,
            Style::Remove | Style::Guard => annotate::Style::Plain,
        },
        unsafe_too: options.unsafe_fixes,
        only: (!only.is_empty()).then_some(only),
        order: crate::rules::names().map(str::to_owned).collect(),
        ..engine::Options::default()
    }
}

fn judge_texts(context: &Context, options: &Options) -> judged::Judged {
    let judgement = judge(context, options);
    let faults = judgement.problems.iter().map(|problem| judged::Fault {
        path: problem.path.clone(),
        message: problem.message.clone(),
    });
    let faults = faults.chain(refused_scripts(context)).collect();
    judged::Judged {
        faults,
        findings: judgement.findings,
        suppressed: judgement.suppressed,
        sources: context
            .sources()
            .iter()
            .map(|(_, source)| (source.path().to_owned(), Arc::from(source.bytes())))
            .collect(),
    }
}

/// What the shell's grammar refuses in the scripts that a context has read, and in RUN.
fn refused_scripts(context: &Context) -> Vec<judged::Fault> {
    let mut faults = Vec::new();
    let mut add = |source: &Source, text: &Joined| {
        let errors = parse(text, Dialect::Bash).errors;
        faults.extend(errors.into_iter().map(|error| judged::Fault {
            path: source.path().to_owned(),
            message: error.message,
        }));
    };
    for (id, source) in context.sources() {
        if id == context.dockerfile() {
            for instruction in dockerfile::parse(source.text()).instructions {
                if let (Keyword::Run, Arguments::Shell(text)) =
                    (&instruction.keyword, &instruction.arguments)
                {
                    add(&source, text);
                }
            }
        } else if interpreter(source.text()).is_some_and(|first| first.shell_name().ends_with("sh"))
        {
            add(&source, &script_text(source.text()));
        }
    }
    faults
}

/// Writes the changes over the files that they are of, which lie in the folder `root`: all of them
/// or none.
pub fn write(root: &Path, changes: &[Change]) -> Result<(), Problem> {
    files::write_all(root, &replacements(changes)).map_err(Problem::from)
}

/// Copies the folder `root` to `target`, with the changes. The paths, relative to `root`, that were
/// left out, since they are neither files, folders nor symbolic links. `want` is asked for every path.
pub fn write_copy(
    root: &Path,
    changes: &[Change],
    target: &Path,
    want: &dyn Fn(&Path) -> Want,
) -> Result<Vec<PathBuf>, Problem> {
    copy::write_copy(root, &replacements(changes), target, want).map_err(Problem::from)
}

fn replacements(changes: &[Change]) -> Vec<files::Replacement<'_>> {
    let replacement = |change| {
        let Change {
            disk,
            before,
            after,
            ..
        }: &Change = change;
        files::Replacement {
            path: disk,
            before,
            after,
        }
    };
    changes.iter().map(replacement).collect()
}

impl From<files::WriteError> for Problem {
    fn from(error: files::WriteError) -> Self {
        Problem::of("fix", error.to_string())
    }
}
