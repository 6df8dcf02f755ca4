//! Every simple command of a script.

use std::rc::Rc;

use super::tree::*;

/// Visits every simple command at any depth: in compound commands, functions and command
/// substitutions, too. A command comes before those in its own words.
pub fn each_simple(list: &List, f: &mut dyn FnMut(&Rc<Simple>)) {
    for statement in list {
        command(&statement.command, f);
    }
}

fn command(node: &Command, f: &mut dyn FnMut(&Rc<Simple>)) {
    match node {
        Command::Simple(simple) => {
            f(simple);
            for a in simple.assignments.iter().chain(&simple.arrays) {
                assignment(a, f);
            }
            words(&simple.words, f);
            redirects(&simple.redirects, f);
        }
        Command::Pipeline(pipeline) => pipeline.commands.iter().for_each(|c| command(c, f)),
        Command::AndOr(and_or) => {
            command(&and_or.first, f);
            and_or
                .rest
                .iter()
                .for_each(|link| command(&link.command, f));
        }
        Command::Compound(compound) => {
            kind(&compound.kind, f);
            redirects(&compound.redirects, f);
        }
        Command::Function(function) => command(&function.body, f),
    }
}

fn kind(node: &CompoundKind, f: &mut dyn FnMut(&Rc<Simple>)) {
    match node {
        CompoundKind::Group(list) | CompoundKind::Subshell(list) | CompoundKind::Other(list) => {
            each_simple(list, f);
        }
        CompoundKind::If {
            branches,
            otherwise,
        } => {
            for (condition, body) in branches {
                each_simple(condition, f);
                each_simple(body, f);
            }
            otherwise.iter().for_each(|body| each_simple(body, f));
        }
        CompoundKind::While {
            condition, body, ..
        } => {
            each_simple(condition, f);
            each_simple(body, f);
        }
        CompoundKind::For {
            words: list, body, ..
        }
        | CompoundKind::Select {
            words: list, body, ..
        } => {
            list.iter().for_each(|list| words(list, f));
            each_simple(body, f);
        }
        CompoundKind::ArithmeticFor {
            init,
            condition,
            step,
            body,
        } => {
            for expression in [init, condition, step].into_iter().flatten() {
                word(&expression.0, f);
            }
            each_simple(body, f);
        }
        CompoundKind::Case { word: w, arms } => {
            word(w, f);
            for arm in arms {
                words(&arm.patterns, f);
                each_simple(&arm.body, f);
            }
        }
        CompoundKind::Test(expression) => test(expression, f),
        CompoundKind::Arithmetic(expression) => word(&expression.0, f),
    }
}

fn test(node: &Test, f: &mut dyn FnMut(&Rc<Simple>)) {
    match node {
        Test::Unary(_, w) | Test::Word(w) => word(w, f),
        Test::Binary(left, _, right) => {
            word(left, f);
            word(right, f);
        }
        Test::And(left, right) | Test::Or(left, right) => {
            test(left, f);
            test(right, f);
        }
        Test::Not(inner) => test(inner, f),
    }
}

fn assignment(node: &Assignment, f: &mut dyn FnMut(&Rc<Simple>)) {
    node.index.iter().for_each(|index| word(index, f));
    match &node.value {
        AssignmentValue::Scalar(value) => word(value, f),
        AssignmentValue::Array(elements) => {
            for (index, value) in elements {
                index.iter().for_each(|index| word(index, f));
                word(value, f);
            }
        }
    }
}

fn redirects(list: &[Redirect], f: &mut dyn FnMut(&Rc<Simple>)) {
    list.iter().for_each(|redirect| word(&redirect.target, f));
}

fn words(list: &[Word], f: &mut dyn FnMut(&Rc<Simple>)) {
    list.iter().for_each(|w| word(w, f));
}

fn word(node: &Word, f: &mut dyn FnMut(&Rc<Simple>)) {
    parts(&node.parts, f);
}

fn parts(list: &[WordPart], f: &mut dyn FnMut(&Rc<Simple>)) {
    for part in list {
        match part {
            WordPart::Literal { .. } | WordPart::SingleQuoted { .. } => {}
            WordPart::DoubleQuoted { parts: inner, .. } => parts(inner, f),
            WordPart::Parameter(parameter) => {
                parameter.index.iter().for_each(|index| word(index, f));
                operation(&parameter.operation, f);
            }
            WordPart::Command { body, .. } | WordPart::Process { body, .. } => {
                each_simple(&body.0, f);
            }
            WordPart::Arithmetic { expression, .. } => word(&expression.0, f),
        }
    }
}

fn operation(node: &Operation, f: &mut dyn FnMut(&Rc<Simple>)) {
    match node {
        Operation::Default { word: w, .. } => word(w, f),
        Operation::TrimPrefix { pattern, .. } | Operation::TrimSuffix { pattern, .. } => {
            word(pattern, f);
        }
        Operation::Replace { pattern, with, .. } => {
            word(pattern, f);
            word(with, f);
        }
        Operation::Substring { offset, length } => {
            word(&offset.0, f);
            length.iter().for_each(|length| word(&length.0, f));
        }
        Operation::Value | Operation::Length | Operation::Case { .. } | Operation::Other => {}
    }
}
