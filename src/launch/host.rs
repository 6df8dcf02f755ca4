//! The image as the system that the start script runs on, under the target's rules.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::absent::Absent;
use super::access::writable;
use super::effects::Judge;
use super::judged::Judged;
use super::managers;
use crate::eval::{
    FileKind, Host, Managed, Passage, ScriptText, State, Step, User, Value, is_below,
};
use crate::image::{self, Image, Scripts, lookup};
use crate::programs::Words;
use crate::source::Origin;
use crate::target::Target;

/// The number of an account whose own is not known: one as packages give them.
const SOME_UID: u32 = 999;

/// Commands with the paths at which they were found.
type Found = HashMap<String, Option<String>>;

pub(super) struct LaunchHost<'a> {
    pub(super) image: &'a Image,
    pub(super) target: &'a Target,
    pub(super) scripts: &'a Scripts<'a>,
    /// What was asked of the steps so far.
    pub(super) judged: RefCell<Judged>,
    pub(super) absent: Absent<'a>,
    /// Where commands were found, for each PATH.
    pub(super) found: RefCell<HashMap<Option<String>, Found>>,
    /// Where the script ends itself and the account goes on, in the order in which a run comes there.
    pub(super) passed: Vec<(Origin, Passage)>,
}

impl<'a> LaunchHost<'a> {
    /// The commands' effects, as the target sees them.
    pub(super) fn judge(&self) -> Judge<'a> {
        Judge {
            image: self.image,
            target: self.target,
            scripts: self.scripts,
        }
    }

    /// Whether nothing is there until the start makes it. What the platform puts into a container is
    /// no part of the image.
    fn is_absent(&self, path: &str) -> bool {
        let files = &self.target.files;
        let mut given = files.hidden.iter().chain(&files.home);
        !given.any(|folder| is_below(path, folder)) && self.absent.has(path)
    }
}

impl Host for LaunchHost<'_> {
    fn uid(&self, user: &User) -> Option<u32> {
        match user {
            User::Root => Some(0),
            User::Account(name) => {
                let known = self.target.uid_of(name).or_else(|| self.image.uid(name));
                // It is not root's, whatever it is.
                Some(known.unwrap_or(SOME_UID))
            }
        }
    }

    fn id(&self, account: &str, group: bool) -> Option<u32> {
        if self.target.user.name.as_deref() == Some(account) {
            return self.target.uid_of(account);
        }
        match group {
            false => self.image.entry(account)?.uid,
            true => self.image.gid(&self.image.entry(account)?.group?),
        }
    }

    /// What the process sees of owners that it has no number for is the same for all.
    fn owner(&self, path: &str, group: bool) -> Option<u32> {
        let files = &self.image.files;
        let real = files.resolve(path);
        let node = files.at(&real)?;
        let target = &self.target;
        let other = |folder: &String| is_below(&real, folder);
        let hidden = target.files.hidden.iter().chain(&target.files.home);
        // The platform makes root's home its own root's.
        if hidden.into_iter().any(other) || is_below(&real, "/root") {
            return None;
        }
        if let (false, Some(shown)) = (
            target.privileges.owns_image_files,
            target.privileges.shown_owner,
        ) {
            return Some(shown);
        }
        let name = if group { &node.group } else { &node.owner };
        name.name
            .parse()
            .ok()
            .or_else(|| self.id(&name.name, group))
    }

    fn home(&self, account: &str) -> Option<String> {
        if self.target.user.name.as_deref() == Some(account) {
            return self.target.files.home.clone();
        }
        self.image.entry(account)?.home
    }

    fn limit(&self, option: char) -> Option<u64> {
        self.target.limit(option).map(|limit| limit.value)
    }

    /// Where nobody can become anybody else, what is behind a switch would run as whoever we are:
    /// that is what a fix makes of it, and so the account goes on with it.
    fn switched(&self, from: &User, account: Option<&str>, setuid: bool) -> User {
        if !self.target.can_switch_user(from, setuid) {
            return from.clone();
        }
        match account.map(|account| account.split(':').next().unwrap_or_default()) {
            None | Some("root" | "0" | "") => User::Root,
            Some(name) => User::Account(name.into()),
        }
    }

    /// What is in a file when the start comes to it is worked out later.
    fn filtered(
        &self,
        words: &Words<'_>,
        argv: &[Value],
        _state: &State,
        input: Option<&Value>,
    ) -> Option<Value> {
        image::filtered(words, argv, input, &|_| None)
    }

    fn passes(&self, exit: Origin, before: usize) -> Option<Passage> {
        let (origin, passage) = *self.passed.get(before)?;
        (origin == exit).then_some(passage)
    }

    fn kind(&self, path: &str) -> FileKind {
        match lookup::kind(&self.image.files, path) {
            FileKind::Unknown if self.is_absent(path) => FileKind::Missing,
            kind => kind,
        }
    }

    fn find(&self, name: &str, state: &State) -> Option<String> {
        let folders = state.known("PATH");
        let mut found = self.found.borrow_mut();
        let found = found.entry(folders).or_default();
        if let Some(path) = found.get(name) {
            return path.clone();
        }
        let path = lookup::find(&self.image.files, name, state);
        found.insert(name.to_owned(), path.clone());
        path
    }

    fn script(&self, path: &str) -> Option<Rc<ScriptText>> {
        self.scripts.script(&self.image.files, path)
    }

    fn made(&self, path: &str, before: &[&Step]) -> Option<Rc<ScriptText>> {
        if self.image.files.get(path).is_some() {
            return None;
        }
        let written = before.iter().copied().filter(|step| step.given.is_empty());
        let files = self.image.files.after_all(written, self.scripts);
        self.scripts.script(&files, path)
    }

    fn names(&self, folder: &str) -> Option<Vec<String>> {
        lookup::names(&self.image.files, folder)
    }

    fn sh_is_bash(&self) -> Option<bool> {
        self.image.base.map(|base| base.sh_is_bash())
    }

    fn inherits(&self) -> bool {
        self.image.base.is_none()
    }

    fn trusting(&self) -> bool {
        false
    }

    fn starts(
        &self,
        argv: &[Value],
        state: &State,
        origin: Origin,
        before: &[&Step],
    ) -> Option<Managed> {
        managers::starts(self, argv, state, origin, before)
    }

    fn begins(&mut self) {
        self.judged.take();
    }

    fn reached(&mut self, _step: &Step) {}

    fn fails(&self, steps: &[Step], number: usize) -> bool {
        let mut judged = self.judged.borrow_mut();
        judged.catch_up(self.judge(), steps, number + 1);
        judged.fails(number)
    }

    fn may_write(&self, path: &str, user: &User, steps: &[Step], after: &[usize]) -> Option<bool> {
        let mut judged = self.judged.borrow_mut();
        judged.catch_up(self.judge(), steps, steps.len());
        let files = &self.image.files;
        if judged.made().is_own(after, &files.resolve(path)) {
            return Some(true);
        }
        match writable(self.image, files, path, user, self.target) {
            // What may be made there need not be there.
            Ok(()) => files.get(path).map(|_| true),
            Err(obstacle) => {
                let sure = obstacle.known && self.judge().stands(files, &obstacle);
                sure.then_some(false)
            }
        }
    }
}
