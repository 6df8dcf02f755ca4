//! Commands without effects of their own: when what they test or produce is for is gone, they can
//! go, too.

use crate::syntax::shell::*;

/// Commands that only tell something by their exit status.
const TESTS: &[&str] = &["[", "test", "true", "false", ":", "hash", "type", "which"];

/// Commands that only write to their standard output.
const PRODUCERS: &[&str] = &[
    "awk", "basename", "cat", "command", "cut", "date", "dirname", "echo", "egrep", "expr",
    "fgrep", "find", "getent", "grep", "head", "hostname", "id", "ls", "printf", "pwd", "readlink",
    "realpath", "sed", "seq", "sort", "stat", "tail", "tr", "uname", "uniq", "wc", "whoami", "yes",
];

/// Whether the command is a condition and nothing else: `[ … ]`, `[[ … ]]`, `(( … ))`, `grep -q`,
/// `true`, and these joined or negated.
pub(super) fn is_test(command: &Command) -> bool {
    match command {
        Command::Simple(simple) => simple_test(simple),
        Command::Pipeline(pipeline) => match pipeline.commands.as_slice() {
            [only] => is_test(only),
            [first @ .., last] => is_test(last) && first.iter().all(only_produces),
            [] => false,
        },
        Command::AndOr(and_or) => {
            is_test(&and_or.first) && and_or.rest.iter().all(|link| is_test(&link.command))
        }
        Command::Compound(compound) => match &compound.kind {
            CompoundKind::Test(_) | CompoundKind::Arithmetic(_) => true,
            CompoundKind::Group(list) | CompoundKind::Subshell(list) => {
                compound.redirects.iter().all(harmless_redirect) && are_tests(list)
            }
            _ => false,
        },
        Command::Function(_) => false,
    }
}

/// Whether a condition only tests.
pub(super) fn are_tests(list: &List) -> bool {
    list.iter()
        .all(|statement| !statement.background && is_test(&statement.command))
}

/// Whether the condition of a loop only tests or reads.
pub(super) fn reads_or_tests(list: &List) -> bool {
    list.iter().all(|statement| {
        is_test(&statement.command)
            || matches!(&statement.command, Command::Simple(simple)
                if name(simple).as_deref() == Some("read"))
    })
}

/// Whether a command of a pipeline only writes to its standard output.
pub(super) fn only_produces(command: &Command) -> bool {
    match command {
        Command::Simple(simple) => {
            let Some(name) = name(simple) else {
                return false;
            };
            let known = PRODUCERS.contains(&name.as_str()) || TESTS.contains(&name.as_str());
            known && !writes_files(&name, &simple.words) && simple_harmless(simple)
        }
        Command::Compound(compound) => match &compound.kind {
            CompoundKind::Group(list) | CompoundKind::Subshell(list) => {
                compound.redirects.iter().all(harmless_redirect)
                    && list.iter().all(|s| only_produces(&s.command))
            }
            CompoundKind::Test(_) | CompoundKind::Arithmetic(_) => true,
            _ => false,
        },
        Command::Pipeline(pipeline) => pipeline.commands.iter().all(only_produces),
        Command::AndOr(and_or) => {
            only_produces(&and_or.first)
                && and_or.rest.iter().all(|link| only_produces(&link.command))
        }
        Command::Function(_) => false,
    }
}

/// Whether expanding the word does nothing else.
pub(super) fn harmless_word(word: &Word) -> bool {
    word.parts.iter().all(harmless_part)
}

/// Whether a command only changes its own shell: `set -x`, `cd /tmp`, `name=value`, `true`.
pub(super) fn only_changes_shell(command: &Command) -> bool {
    let Command::Simple(simple) = command else {
        return false;
    };
    let known = match name(simple).as_deref() {
        Some(name) => matches!(name, "set" | "cd" | "export" | "umask" | ":" | "true"),
        None => simple.words.is_empty(),
    };
    known && simple_harmless(simple)
}

/// The command word, if it is known.
pub(super) fn name(simple: &Simple) -> Option<String> {
    simple.words.first()?.literal()
}

fn simple_test(simple: &Simple) -> bool {
    let Some(name) = name(simple) else {
        return false;
    };
    let quiet = |name: &str| match name {
        "grep" | "egrep" | "fgrep" | "mountpoint" => simple.words.iter().skip(1).any(|word| {
            word.literal().is_some_and(|w| {
                w == "--quiet" || w.starts_with('-') && !w.starts_with("--") && w.contains('q')
            })
        }),
        "command" => simple.words.get(1).is_some_and(|word| {
            let option = word.literal();
            matches!(option.as_deref(), Some("-v" | "-V"))
        }),
        "getent" | "id" => true,
        _ => false,
    };
    (TESTS.contains(&name.as_str()) || quiet(&name)) && simple_harmless(simple)
}

/// Whether a known producer is told to change something after all.
fn writes_files(name: &str, words: &[Word]) -> bool {
    words.iter().skip(1).any(|word| {
        let Some(word) = word.literal() else {
            return false;
        };
        match name {
            "find" => ["-exec", "-ok", "-delete", "-fprint", "-fls"]
                .iter()
                .any(|action| word.starts_with(action)),
            "sed" => {
                word.starts_with("--in-place")
                    || word.starts_with('-') && !word.starts_with("--") && word.contains('i')
            }
            "command" => !matches!(word.as_str(), "-v" | "-V") && word.starts_with('-'),
            "sort" => word.starts_with("-o") || word.starts_with("--output"),
            _ => false,
        }
    })
}

fn simple_harmless(simple: &Simple) -> bool {
    simple.redirects.iter().all(harmless_redirect)
        && simple.words.iter().all(harmless_word)
        && simple.assignments.iter().all(|a| match &a.value {
            AssignmentValue::Scalar(word) => harmless_word(word),
            AssignmentValue::Array(elements) => {
                elements.iter().all(|(_, word)| harmless_word(word))
            }
        })
}

/// Whether a redirection writes no file.
fn harmless_redirect(redirect: &Redirect) -> bool {
    match redirect.kind {
        RedirectKind::Read
        | RedirectKind::Duplicate
        | RedirectKind::HereDocument
        | RedirectKind::HereString => harmless_word(&redirect.target),
        RedirectKind::Write
        | RedirectKind::Append
        | RedirectKind::ReadWrite
        | RedirectKind::WriteBoth => redirect
            .target
            .literal()
            .is_some_and(|file| file.starts_with("/dev/")),
    }
}

fn harmless_part(part: &WordPart) -> bool {
    match part {
        WordPart::Literal { .. } | WordPart::SingleQuoted { .. } => true,
        WordPart::DoubleQuoted { parts, .. } => parts.iter().all(harmless_part),
        WordPart::Parameter(parameter) => {
            parameter.index.iter().all(harmless_word)
                && match &parameter.operation {
                    Operation::Default { kind, word, .. } => {
                        matches!(kind, DefaultKind::Use | DefaultKind::Alternative)
                            && harmless_word(word)
                    }
                    Operation::TrimPrefix { pattern, .. }
                    | Operation::TrimSuffix { pattern, .. } => harmless_word(pattern),
                    Operation::Replace { pattern, with, .. } => {
                        harmless_word(pattern) && harmless_word(with)
                    }
                    _ => true,
                }
        }
        WordPart::Command { body, .. } | WordPart::Process { body, .. } => {
            body.0.iter().all(|s| only_produces(&s.command))
        }
        WordPart::Arithmetic { expression, .. } => harmless_word(&expression.0),
    }
}
