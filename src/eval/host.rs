//! What a shell asks of the system that it runs on: the build's, or the target's.

use std::cell::OnceCell;
use std::rc::Rc;

use super::managed::Managed;
use super::state::{State, User};
use super::trace::Step;
use super::value::Value;
use crate::programs::Words;
use crate::source::{Origin, SourceId};
use crate::syntax::Joined;
use crate::syntax::shell::{Dialect, Script, parse};

/// For whom the account goes on behind an `exit` with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// For root, who does not come to it: for others the `exit` is one of the steps.
    OfRoot,
    /// For nobody: what stands behind it is told all the same.
    OfNobody,
}

/// The system around a shell.
pub trait Host {
    /// The number of a user, if it is known.
    fn uid(&self, user: &User) -> Option<u32>;

    /// The number of an account of the image, or of its group, if it is known.
    fn id(&self, _account: &str, _group: bool) -> Option<u32> {
        None
    }

    /// The number that a file of the image shows as its owner's, or its group's.
    fn owner(&self, _path: &str, _group: bool) -> Option<u32> {
        None
    }

    /// The home folder of an account, if it is known.
    fn home(&self, _account: &str) -> Option<String> {
        None
    }

    /// What `ulimit` prints for an option, if it is known.
    fn limit(&self, _option: char) -> Option<u64> {
        None
    }

    /// Who a command runs as behind a program that steps down, or up, to `account`; whether that
    /// program has a setuid bit.
    fn switched(&self, from: &User, account: Option<&str>, setuid: bool) -> User;

    /// What is at an absolute path; `/folder/*` is missing where nothing is in that folder.
    fn kind(&self, path: &str) -> FileKind;

    /// The file that a command word without a slash names, if one of the image's own is found on
    /// the path.
    fn find(&self, name: &str, state: &State) -> Option<String>;

    /// The text of a file, if it is known.
    fn script(&self, path: &str) -> Option<Rc<ScriptText>>;

    /// The text of a file that the image has not and the steps before make, if it is known.
    fn made(&self, _path: &str, _before: &[&Step]) -> Option<Rc<ScriptText>> {
        None
    }

    /// The names in a folder whose contents are all known.
    fn names(&self, folder: &str) -> Option<Vec<String>>;

    /// Whether a command whose outcome is not known is taken to have succeeded, as in a build that
    /// went through.
    fn trusting(&self) -> bool;

    /// Whether the account goes on behind an `exit` with an error; so many were passed before in the
    /// same run.
    fn passes(&self, _exit: Origin, _before: usize) -> Option<Passage> {
        None
    }

    /// Whether `sh` is bash, if that is known: it has `{a,b}`, and `UID`.
    fn sh_is_bash(&self) -> Option<bool> {
        Some(false)
    }

    /// Whether variables may be set that nothing is known of: by a base whose environment is not.
    fn inherits(&self) -> bool {
        false
    }

    /// What `sed` makes of what it reads, a file or its `input`, where that is known.
    fn filtered(
        &self,
        words: &Words<'_>,
        argv: &[Value],
        state: &State,
        input: Option<&Value>,
    ) -> Option<Value> {
        let _ = (words, argv, state, input);
        None
    }

    /// What a command starts in its turn, where it is a program that a configuration file or a
    /// folder tells what to run; none where it is no such program. The steps `before` it may
    /// have written what it reads.
    fn starts(
        &self,
        argv: &[Value],
        state: &State,
        origin: Origin,
        before: &[&Step],
    ) -> Option<Managed> {
        let _ = (argv, state, origin, before);
        None
    }

    /// The account begins, or begins anew: no step was reached yet.
    fn begins(&mut self) {}

    /// A command was reached.
    fn reached(&mut self, step: &Step);

    /// Whether a step is known to fail, behind those that were reached before it.
    fn fails(&self, steps: &[Step], number: usize) -> bool {
        let _ = (steps, number);
        false
    }

    /// Whether there is something at an absolute path that a user may write, behind the steps with
    /// these numbers; none if that is not known.
    fn may_write(&self, path: &str, user: &User, steps: &[Step], after: &[usize]) -> Option<bool> {
        let _ = (path, user, steps, after);
        None
    }
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// Nothing.
    Missing,
    /// Not known.
    Unknown,
}

/// A script's text, and what its first line names.
#[derive(Debug)]
pub struct ScriptText {
    /// The file that its spans are of.
    pub source: SourceId,
    /// Its text.
    pub text: Joined,
    tree: OnceCell<Script>,
}

impl ScriptText {
    /// The text of a script in a file.
    pub fn new(source: SourceId, text: Joined) -> Self {
        Self {
            source,
            text,
            tree: OnceCell::new(),
        }
    }

    /// Its commands. They are read when they are asked for first.
    pub fn tree(&self) -> &Script {
        self.tree.get_or_init(|| parse(&self.text, Dialect::Bash))
    }

    /// The text as a value that knows its place.
    pub fn value(&self) -> Value {
        let span = self.text.span(0..self.text.text().len());
        Value::written(
            self.text.text(),
            crate::source::Origin {
                source: self.source,
                span,
            },
            false,
        )
    }
}
