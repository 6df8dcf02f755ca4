//! Words and the commands that they are in.

use std::rc::Rc;

use super::layout::lists;
use crate::source::Span;
use crate::syntax::shell::*;

/// Where a word stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'a> {
    /// A word or redirection of a command.
    Command(&'a Rc<Simple>),
    /// What `NAME=` is given.
    Assignment,
    /// One of the elements of `NAME=(…)`.
    Array(&'a Assignment),
    /// The body of a here-document.
    HereDocument,
    /// Anywhere else: behind `for … in`, in `case`, `[[ … ]]`, `${…}`.
    Other,
}

/// The smallest word that has all of the span in it.
pub(super) fn word_at(list: &List, span: Span) -> Option<(Owner<'_>, &Word)> {
    let mut found: Option<(Owner<'_>, &Word)> = None;
    each_word(list, &mut |owner, word| {
        let smaller = |other: &Word| {
            let length = |span: Span| span.end - span.start;
            length(word.span) <= length(other.span)
        };
        if word.span.contains(span) && found.is_none_or(|(_, other)| smaller(other)) {
            found = Some((owner, word));
        }
    });
    found
}

/// Visits every word, at any depth; one that is in another comes later.
pub(super) fn each_word<'a>(list: &'a List, f: &mut dyn FnMut(Owner<'a>, &'a Word)) {
    for statement in list {
        command(&statement.command, f);
    }
}

fn command<'a>(node: &'a Command, f: &mut dyn FnMut(Owner<'a>, &'a Word)) {
    match node {
        Command::Simple(simple) => {
            for a in simple.assignments.iter().chain(&simple.arrays) {
                assignment(a, f);
            }
            for w in &simple.words {
                word(Owner::Command(simple), w, f);
            }
            redirects(&simple.redirects, Owner::Command(simple), f);
        }
        Command::Pipeline(pipeline) => pipeline.commands.iter().for_each(|c| command(c, f)),
        Command::AndOr(and_or) => {
            command(&and_or.first, f);
            and_or.rest.iter().for_each(|l| command(&l.command, f));
        }
        Command::Function(function) => command(&function.body, f),
        Command::Compound(compound) => {
            match &compound.kind {
                CompoundKind::For { words, .. } | CompoundKind::Select { words, .. } => {
                    words
                        .iter()
                        .flatten()
                        .for_each(|w| word(Owner::Other, w, f));
                }
                CompoundKind::ArithmeticFor {
                    init,
                    condition,
                    step,
                    ..
                } => [init, condition, step]
                    .into_iter()
                    .flatten()
                    .for_each(|e| word(Owner::Other, &e.0, f)),
                CompoundKind::Case { word: w, arms } => {
                    word(Owner::Other, w, f);
                    let patterns = arms.iter().flat_map(|arm| &arm.patterns);
                    patterns.for_each(|w| word(Owner::Other, w, f));
                }
                CompoundKind::Test(expression) => test(expression, f),
                CompoundKind::Arithmetic(e) => word(Owner::Other, &e.0, f),
                _ => {}
            }
            for list in lists(&compound.kind) {
                each_word(list, f);
            }
            redirects(&compound.redirects, Owner::Other, f);
        }
    }
}

fn test<'a>(node: &'a Test, f: &mut dyn FnMut(Owner<'a>, &'a Word)) {
    match node {
        Test::Unary(_, w) | Test::Word(w) => word(Owner::Other, w, f),
        Test::Binary(left, _, right) => {
            word(Owner::Other, left, f);
            word(Owner::Other, right, f);
        }
        Test::And(left, right) | Test::Or(left, right) => {
            test(left, f);
            test(right, f);
        }
        Test::Not(inner) => test(inner, f),
    }
}

fn assignment<'a>(node: &'a Assignment, f: &mut dyn FnMut(Owner<'a>, &'a Word)) {
    let indices = node.index.iter();
    indices.for_each(|index| word(Owner::Other, index, f));
    match &node.value {
        AssignmentValue::Scalar(value) => word(Owner::Assignment, value, f),
        AssignmentValue::Array(elements) => {
            for (index, value) in elements {
                index.iter().for_each(|w| word(Owner::Other, w, f));
                word(Owner::Array(node), value, f);
            }
        }
    }
}

fn redirects<'a>(list: &'a [Redirect], owner: Owner<'a>, f: &mut dyn FnMut(Owner<'a>, &'a Word)) {
    for redirect in list {
        let owner = match redirect.kind {
            RedirectKind::HereDocument => Owner::HereDocument,
            _ => owner,
        };
        word(owner, &redirect.target, f);
    }
}

fn word<'a>(owner: Owner<'a>, node: &'a Word, f: &mut dyn FnMut(Owner<'a>, &'a Word)) {
    f(owner, node);
    parts(&node.parts, f);
}

fn parts<'a>(list: &'a [WordPart], f: &mut dyn FnMut(Owner<'a>, &'a Word)) {
    for part in list {
        match part {
            WordPart::Literal { .. } | WordPart::SingleQuoted { .. } => {}
            WordPart::DoubleQuoted { parts: inner, .. } => parts(inner, f),
            WordPart::Parameter(parameter) => {
                let mut other = |w| word(Owner::Other, w, f);
                parameter.index.iter().for_each(&mut other);
                match &parameter.operation {
                    Operation::Default { word, .. } => other(word),
                    Operation::TrimPrefix { pattern, .. }
                    | Operation::TrimSuffix { pattern, .. } => other(pattern),
                    Operation::Replace { pattern, with, .. } => {
                        other(pattern);
                        other(with);
                    }
                    Operation::Substring { offset, length } => {
                        other(&offset.0);
                        length.iter().for_each(|length| other(&length.0));
                    }
                    Operation::Value
                    | Operation::Length
                    | Operation::Case { .. }
                    | Operation::Other => {}
                }
            }
            WordPart::Command { body, .. } | WordPart::Process { body, .. } => {
                each_word(&body.0, f);
            }
            WordPart::Arithmetic { expression, .. } => word(Owner::Other, &expression.0, f),
        }
    }
}
