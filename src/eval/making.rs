//! What a command may leave behind, as far as its words say: for whoever asks whether something that
//! the image does not have is there all the same.

use std::rc::Rc;

use super::control::Evaluator;
use super::host::{FileKind, ScriptText};
use super::state::{Content, above, is_below, normal};
use super::trace::{Step, Trace};
use super::value::Value;
use super::world::{Shares, World};
use crate::programs::{
    CommandKind, Manner, PutPath, parse_account, parse_chmod, parse_chown, parse_writes, programs,
};
use crate::syntax::shell::RedirectKind;

impl Evaluator<'_> {
    /// What is at a path, after what this world did.
    pub(super) fn kind(&self, world: &World, path: &str) -> FileKind {
        match self.host.kind(path) {
            FileKind::Missing if self.trace.may_have_made(&world.done, path) => FileKind::Unknown,
            kind => kind,
        }
    }

    /// The text of a file, after what this world did, if it is known.
    pub(super) fn script_at(&mut self, world: &World, path: &str) -> Option<Rc<ScriptText>> {
        let script = self.host.script(path);
        let there = || !matches!(self.host.kind(path), FileKind::Missing | FileKind::Unknown);
        if script.is_some() || there() || !self.trace.names(&world.done, path) {
            return script;
        }
        let writers = self.trace.writers(&world.done);
        let steps = self.trace.steps();
        let before: Vec<&Step> = writers.iter().filter_map(|step| steps.get(*step)).collect();
        self.host.made(path, &before)
    }
}

impl Trace {
    /// Whether one of the steps that were done says the path of what it writes, or the folder of it.
    fn names(&self, done: &Shares, path: &str) -> bool {
        let mut steps = done.steps().filter_map(|number| self.steps().get(number));
        steps.any(|step| step.names(path))
    }

    /// Whether one of the steps that were done may have made what is at a path.
    fn may_have_made(&self, done: &Shares, path: &str) -> bool {
        let mut steps = done.steps().filter_map(|number| self.steps().get(number));
        steps.any(|step| step.may_make(path))
    }
}

impl Step {
    /// Whether a word says this absolute path, or the folder of it.
    fn names(&self, path: &str) -> bool {
        let folder = above(path);
        let targets = self.redirects.iter().map(|(_, to)| to);
        let mut words = targets.chain(self.argv.iter().skip(1));
        words.any(|word| {
            let at = word.known().and_then(|word| self.absolute(&word));
            at.is_some_and(|at| at == path || at == folder)
        })
    }

    /// Whether it may make what is at an absolute path, or something in a folder: `/folder/*`. A program that no table knows may do so where
    /// a word, a variable of its environment or its working directory has to do with the path.
    pub fn may_make(&self, path: &str) -> bool {
        let into = self.redirects.iter().filter(|(kind, _)| {
            matches!(
                kind,
                RedirectKind::Write
                    | RedirectKind::Append
                    | RedirectKind::WriteBoth
                    | RedirectKind::ReadWrite
            )
        });
        if into.into_iter().any(|(_, to)| self.may_be(to, path, false)) {
            return true;
        }
        if self.argv.is_empty() {
            return false;
        }
        let texts = self.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let puts = parse_writes(&words);
        if !puts.is_empty() {
            return puts.iter().any(|put| {
                let (into, makes) = match put.manner {
                    Manner::Gone | Manner::GoneIfThere => (false, false),
                    Manner::Either | Manner::Inside | Manner::New => (true, true),
                    Manner::Folder
                    | Manner::FolderUnlessThere
                    | Manner::File
                    | Manner::Temporary
                    | Manner::FileUnlessThere => (false, true),
                };
                makes
                    && match &put.path {
                        // A name that nobody knows beforehand.
                        PutPath::Named { .. } => false,
                        PutPath::Fixed(fixed) => self.may_be(&Value::text(fixed), path, into),
                        PutPath::Part(part) => match part.text(&words) {
                            Some(text) => self.may_be(&Value::text(text), path, into),
                            None => self
                                .argv
                                .get(part.index)
                                .is_none_or(|word| self.may_be(word, path, into)),
                        },
                    }
            });
        }
        let Some(name) = self.program() else {
            return true;
        };
        let kind = self.argv[0]
            .known()
            .and_then(|word| programs().command(&word));
        let known = programs().tools().only_prints(&name)
            || matches!(
                kind.map(|command| command.kind),
                Some(CommandKind::ChangeOwner | CommandKind::ChangeMode | CommandKind::Account)
            )
            || parse_chown(&words).is_some()
            || parse_chmod(&words).is_some();
        // A new account may come with a home, and what is in it.
        let known = known && parse_account(&words).is_none();
        !known && self.has_to_do_with(path)
    }

    /// Whether a word that is written to is the path, or a folder above it where things are made in
    /// it. Folders are made with those above them.
    fn may_be(&self, word: &Value, path: &str, into: bool) -> bool {
        let prefix = word.known_prefix();
        match word.known() {
            Some(text) => match self.absolute(&text) {
                Some(made) => is_at(&made, path) || (into && is_below(path, &made)),
                None => true,
            },
            // What goes on is not known.
            None if prefix.starts_with('/') => {
                path.starts_with(&prefix) || prefix.starts_with(path.trim_end_matches('*'))
            }
            None => true,
        }
    }

    fn has_to_do_with(&self, path: &str) -> bool {
        let related = |text: &str| {
            let mut parts = text.split(['=', ',', ':', ';', ' ', '\n', '"', '\'']);
            parts.any(|part| {
                let place = normal(part);
                part.starts_with('/') && (is_at(&place, path) || is_below(path, &place))
            })
        };
        let word = |value: &Value| match value.known() {
            Some(text) => related(&text),
            None => {
                let prefix = value.known_prefix();
                !prefix.starts_with('-') || related(&prefix)
            }
        };
        let variables = self.variables.iter().map(|(_, variable)| variable);
        let variables = variables.filter(|variable| variable.exported);
        let inside = self
            .directory
            .as_deref()
            .is_none_or(|folder| folder != "/" && is_below(path, folder));
        inside
            || self.argv.iter().skip(1).any(word)
            || variables
                .into_iter()
                .any(|variable| match &variable.content {
                    Content::Scalar(value) => value.known().is_some_and(|text| related(&text)),
                    _ => false,
                })
    }
}

/// Whether what is made is at a path or below it, or in a folder: `/folder/*`.
fn is_at(made: &str, path: &str) -> bool {
    match path.strip_suffix("/*") {
        Some(folder) => made != folder && is_below(made, folder),
        None => is_below(made, path),
    }
}
