//! How scripts end: whether anything of one runs behind a command, and what runs without an end.

use std::rc::Rc;

use crate::eval::Written;
use crate::launch::LaunchStep;
use crate::syntax::shell::{Command, CompoundKind, List, Simple, Statement};

/// Whether a command is the last that its script does, on the way on which it is reached.
pub(super) fn is_last(written: &Written) -> bool {
    ends_with(&written.script, &written.command)
}

fn ends_with(list: &List, simple: &Rc<Simple>) -> bool {
    let last = list.last();
    last.is_some_and(|last| !last.background && is_end(&last.command, simple))
}

fn is_end(command: &Command, simple: &Rc<Simple>) -> bool {
    match command {
        Command::Simple(own) => Rc::ptr_eq(own, simple),
        Command::Pipeline(pipeline) => match pipeline.commands.as_slice() {
            [only] => !pipeline.negated && is_end(only, simple),
            _ => false,
        },
        Command::AndOr(and_or) => {
            let last = and_or.rest.last().map(|link| &link.command);
            is_end(last.unwrap_or(&and_or.first), simple)
        }
        Command::Compound(compound) => match &compound.kind {
            CompoundKind::Group(list) => ends_with(list, simple),
            CompoundKind::If {
                branches,
                otherwise,
            } => {
                let mut lists = branches.iter().map(|(_, list)| list).chain(otherwise);
                lists.any(|list| ends_with(list, simple))
            }
            CompoundKind::Case { arms, .. } => arms.iter().any(|arm| ends_with(&arm.body, simple)),
            _ => false,
        },
        Command::Function(_) => false,
    }
}

/// The statement of which a command is all.
pub(super) fn statement<'a>(list: &'a List, simple: &Rc<Simple>) -> Option<&'a Statement> {
    let own = |statement: &&Statement| match &statement.command {
        Command::Simple(own) => Rc::ptr_eq(own, simple),
        _ => false,
    };
    list.iter().find(own)
}

/// Visits every command of a list, at any depth but for substitutions.
pub(super) fn each<'a>(list: &'a List, f: &mut dyn FnMut(&'a Command)) {
    for statement in list {
        visit(&statement.command, f);
    }
}

fn visit<'a>(command: &'a Command, f: &mut dyn FnMut(&'a Command)) {
    f(command);
    match command {
        Command::Simple(_) => {}
        Command::Pipeline(pipeline) => pipeline.commands.iter().for_each(|c| visit(c, f)),
        Command::AndOr(and_or) => {
            visit(&and_or.first, f);
            and_or.rest.iter().for_each(|link| visit(&link.command, f));
        }
        Command::Function(function) => visit(&function.body, f),
        Command::Compound(compound) => {
            for list in crate::edit::lists(&compound.kind) {
                each(list, f);
            }
        }
    }
}

/// Whether a command runs on without an end.
pub(super) fn stays(step: &LaunchStep) -> bool {
    let texts = step.step.texts();
    let mut words = texts.iter().skip(1);
    match step.step.program().as_deref() {
        Some("tail") => words.any(|word| {
            word.as_deref().is_none_or(|word| {
                let letters = word.starts_with('-') && !word.starts_with("--");
                letters && word.contains(['f', 'F']) || word.starts_with("--follow")
            })
        }),
        Some("sleep") => words.any(|word| {
            let short = |word: &str| word.parse::<f64>().is_ok_and(|seconds| seconds < 600.0);
            word.as_deref().is_none_or(|word| !short(word))
        }),
        _ => false,
    }
}
