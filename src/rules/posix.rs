//! Whether a script keeps to what every shell understands.

use crate::syntax::shell::{
    Assignment, AssignmentValue, Command, CompoundKind, List, Operation, Redirect, RedirectKind,
    Simple, Word, WordPart,
};

/// Commands of bash that other shells do not have.
const BASH_ONLY: &[&str] = &[
    "declare",
    "typeset",
    "mapfile",
    "readarray",
    "shopt",
    "pushd",
    "popd",
    "let",
    "source",
    "disown",
    "enable",
    "complete",
];

/// Whether nothing in it is bash's own.
pub(super) fn is_posix(list: &List) -> bool {
    list.iter().all(|statement| command(&statement.command))
}

fn command(node: &Command) -> bool {
    match node {
        Command::Simple(simple) => is_posix_simple(simple),
        Command::Pipeline(pipeline) => pipeline.commands.iter().all(command),
        Command::AndOr(and_or) => {
            command(&and_or.first) && and_or.rest.iter().all(|link| command(&link.command))
        }
        Command::Function(function) => command(&function.body),
        Command::Compound(compound) => {
            compound.redirects.iter().all(redirect)
                && match &compound.kind {
                    CompoundKind::Group(list) | CompoundKind::Subshell(list) => is_posix(list),
                    CompoundKind::If {
                        branches,
                        otherwise,
                    } => {
                        branches
                            .iter()
                            .all(|(condition, body)| is_posix(condition) && is_posix(body))
                            && otherwise.as_ref().is_none_or(is_posix)
                    }
                    CompoundKind::While {
                        condition, body, ..
                    } => is_posix(condition) && is_posix(body),
                    CompoundKind::For { words, body, .. } => {
                        words.iter().flatten().all(word) && is_posix(body)
                    }
                    CompoundKind::Case {
                        word: subject,
                        arms,
                    } => {
                        word(subject)
                            && arms
                                .iter()
                                .all(|arm| arm.patterns.iter().all(word) && is_posix(&arm.body))
                    }
                    CompoundKind::ArithmeticFor { .. }
                    | CompoundKind::Select { .. }
                    | CompoundKind::Test(_)
                    | CompoundKind::Arithmetic(_)
                    | CompoundKind::Other(_) => false,
                }
        }
    }
}

fn is_posix_simple(simple: &Simple) -> bool {
    let name = simple.words.first().and_then(Word::literal);
    let words: Vec<Option<String>> = simple.words.iter().map(Word::literal).collect();
    // `set -o pipefail` and `[ a == b ]` are bash's, too.
    let pipefail = words.iter().flatten().any(|word| word == "pipefail");
    let equals = matches!(name.as_deref(), Some("[" | "test"))
        && words.iter().flatten().any(|word| word == "==");
    let own = name.is_some_and(|name| BASH_ONLY.contains(&name.as_str()));
    !own && !pipefail
        && !equals
        && simple.arrays.is_empty()
        && simple.assignments.iter().all(assignment)
        && simple.words.iter().all(word)
        && simple.redirects.iter().all(redirect)
}

fn assignment(assignment: &Assignment) -> bool {
    let plain = assignment.index.is_none() && !assignment.append;
    plain && matches!(&assignment.value, AssignmentValue::Scalar(value) if word(value))
}

fn redirect(redirect: &Redirect) -> bool {
    !matches!(
        redirect.kind,
        RedirectKind::WriteBoth | RedirectKind::HereString
    ) && word(&redirect.target)
}

fn word(word: &Word) -> bool {
    word.parts.iter().all(part)
}

fn part(part_of_word: &WordPart) -> bool {
    match part_of_word {
        WordPart::Literal { text, .. } => !(text.contains('{') && text.contains(',')),
        WordPart::SingleQuoted { .. } => true,
        WordPart::DoubleQuoted { parts, .. } => parts.iter().all(part),
        WordPart::Command { body, .. } => is_posix(&body.0),
        WordPart::Arithmetic { .. } => true,
        WordPart::Process { .. } => false,
        WordPart::Parameter(parameter) => {
            let bash = [
                "BASH_SOURCE",
                "FUNCNAME",
                "EUID",
                "UID",
                "RANDOM",
                "PIPESTATUS",
                "BASH_REMATCH",
            ];
            parameter.index.is_none()
                && !parameter.indirect
                && !bash.contains(&parameter.name.as_str())
                && match &parameter.operation {
                    Operation::Value | Operation::Length => true,
                    Operation::Default { word: value, .. } => word(value),
                    Operation::TrimPrefix { pattern, .. }
                    | Operation::TrimSuffix { pattern, .. } => word(pattern),
                    Operation::Replace { .. }
                    | Operation::Substring { .. }
                    | Operation::Case { .. }
                    | Operation::Other => false,
                }
        }
    }
}
