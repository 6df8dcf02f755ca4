//! What the scripts of an image speak of in commands that do not fail on the target: what only runs
//! for whoever has root counts, too, since it is meant to go on working for them.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;

use super::subject::Subject;
use crate::programs::{Words, parse_account, program_name, programs};
use crate::source::Origin;
use crate::syntax::shell::{AssignmentValue, Simple, Word, each_simple};

/// The commands of all scripts that the launch reaches or could reach.
pub(super) struct Mentions {
    commands: Vec<Rc<Simple>>,
    /// The last part of every word, for whoever looks for programs.
    names: OnceCell<HashSet<String>>,
}

impl Mentions {
    /// Reads the scripts that the context brings into the image.
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        // A command that fails, and the one that puts its words together: `set -- gosu redis "$@"`.
        let failing: Vec<Origin> = subject
            .steps()
            .filter(|step| step.fails.is_some())
            .flat_map(|step| {
                let written = step.step.written.as_ref();
                let command = written.map(|written| Origin {
                    source: written.source,
                    span: written.command.span,
                });
                command.into_iter().chain([step.step.place()])
            })
            .collect();
        let mut commands = Vec::new();
        for script in subject
            .image
            .files
            .iter()
            .filter(|(path, _)| {
                let files = &subject.image.files;
                subject.scripts.names_interpreter(files, path)
            })
            .filter_map(|(path, _)| subject.scripts.script(&subject.image.files, path))
        {
            let first = crate::syntax::shell::interpreter(script.text.text());
            if !first.is_some_and(|first| first.shell_name().ends_with("sh")) {
                continue;
            }
            each_simple(&script.tree().body, &mut |simple| {
                let fails = |origin: &Origin| {
                    origin.source == script.source && simple.span.contains(origin.span)
                };
                if !failing.iter().any(fails) {
                    commands.push(simple.clone());
                }
            });
        }
        Self {
            commands,
            names: OnceCell::new(),
        }
    }

    /// Whether a command uses an account of this name, or one that is not known.
    pub(super) fn account(&self, name: &str) -> bool {
        self.commands.iter().any(|command| {
            let texts: Vec<Option<String>> = command.words.iter().map(Word::literal).collect();
            let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            takes_account(&words, name)
        })
    }

    /// Whether a word of any command is this program.
    pub(super) fn program(&self, name: &str) -> bool {
        let names = self.names.get_or_init(|| {
            let mut names = HashSet::new();
            for command in &self.commands {
                let set = command.assignments.iter().filter_map(|a| match &a.value {
                    AssignmentValue::Scalar(word) => word.literal(),
                    AssignmentValue::Array(_) => None,
                });
                for text in command.words.iter().filter_map(Word::literal).chain(set) {
                    let last = |word: &str| word.rsplit('/').next().unwrap_or_default().to_owned();
                    names.extend(text.split_whitespace().map(last));
                }
            }
            names
        });
        names.contains(name)
    }
}

/// Commands that name accounts as their arguments.
const TAKERS: &[&str] = &[
    "chown", "chgrp", "install", "usermod", "gpasswd", "passwd", "chpasswd", "id", "getent",
    "find", "rsync", "crontab", "deluser", "userdel",
];

/// Whether a command takes the account as an argument. A word that is not known may be it.
pub(super) fn takes_account(words: &Words<'_>, name: &str) -> bool {
    let program = program_name(words);
    if !TAKERS.contains(&program)
        && programs().switcher(program).is_none()
        && parse_account(words).is_none()
    {
        return false;
    }
    let parts = |word: &str| word.split([':', '=', '.', ',']).any(|part| part == name);
    words.iter().skip(1).flatten().any(|word| parts(word))
}
