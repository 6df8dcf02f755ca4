//! The image as the system that the start script runs on, under the target's rules.

use std::cell::RefCell;
use std::rc::Rc;

use super::access::writable;
use super::effects::Judge;
use super::made::Made;
use super::managers;
use crate::eval::{FileKind, Host, Managed, ScriptText, State, Step, User, Value};
use crate::image::{Image, Scripts, lookup};
use crate::programs;
use crate::source::Origin;
use crate::target::Target;

pub(super) struct LaunchHost<'a> {
    pub(super) image: &'a Image,
    pub(super) target: &'static Target,
    pub(super) scripts: &'a Scripts<'a>,
    /// What was asked of the steps so far.
    pub(super) judged: RefCell<Judged>,
}

/// The steps that were looked at with the eyes of the target while the account was still going on.
#[derive(Debug, Default)]
pub(super) struct Judged {
    made: Made,
    fails: Vec<bool>,
}

impl Judged {
    /// Looks at the steps up to this many.
    fn catch_up(&mut self, host: &LaunchHost<'_>, steps: &[Step], count: usize) {
        let judge = Judge {
            image: host.image,
            target: host.target,
            scripts: host.scripts,
        };
        let known = self.fails.len();
        for (number, step) in steps.iter().enumerate().take(count).skip(known) {
            let step = judge.step(number, step.clone(), &mut self.made);
            let mut obstacles = step.writes.iter().filter_map(|w| w.obstacle.as_ref());
            let fails = step.denied.is_some() || obstacles.any(|obstacle| obstacle.known);
            self.fails.push(fails);
        }
    }
}

impl Host for LaunchHost<'_> {
    fn uid(&self, user: &User) -> Option<u32> {
        match user {
            User::Root => Some(0),
            User::Account(name) => self.target.uid_of(name).or_else(|| name.parse().ok()),
        }
    }

    fn home(&self, account: &str) -> Option<String> {
        if account == self.target.user.name {
            return self.target.files.home.clone();
        }
        let base = self.image.base.and_then(|base| base.account(account));
        if let Some(home) = base.and_then(|account| account.home.clone()) {
            return Some(home);
        }
        let mut accounts = self.image.accounts.iter();
        let made = accounts.find(|made| made.name == account && !made.group)?;
        let texts = self.image.steps.get(made.step)?.step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let home = programs::parse_account(&words)?.home;
        Some(home.unwrap_or_else(|| format!("/home/{account}")))
    }

    /// Where nobody can become anybody else, what is behind a switch would run as whoever we are:
    /// that is what a fix makes of it, and so the account goes on with it.
    fn switched(&self, from: &User, account: Option<&str>) -> User {
        if !self.target.can_switch_user(from) {
            return from.clone();
        }
        match account.map(|account| account.split(':').next().unwrap_or_default()) {
            None | Some("root" | "0" | "") => User::Root,
            Some(name) => User::Account(name.into()),
        }
    }

    fn kind(&self, path: &str) -> FileKind {
        lookup::kind(&self.image.files, path)
    }

    fn find(&self, name: &str, state: &State) -> Option<String> {
        lookup::find(&self.image.files, name, state)
    }

    fn script(&self, path: &str) -> Option<Rc<ScriptText>> {
        self.scripts.script(&self.image.files, path)
    }

    fn names(&self, folder: &str) -> Option<Vec<String>> {
        lookup::names(&self.image.files, folder)
    }

    fn trusting(&self) -> bool {
        false
    }

    fn starts(&self, argv: &[Value], state: &State, origin: Origin) -> Option<Managed> {
        managers::starts(self, argv, state, origin)
    }

    fn begins(&mut self) {
        self.judged.take();
    }

    fn reached(&mut self, _step: &Step) {}

    fn fails(&self, steps: &[Step], number: usize) -> bool {
        let mut judged = self.judged.borrow_mut();
        judged.catch_up(self, steps, number + 1);
        judged.fails.get(number).is_some_and(|fails| *fails)
    }

    fn may_write(&self, path: &str, user: &User, steps: &[Step], after: &[usize]) -> Option<bool> {
        let mut judged = self.judged.borrow_mut();
        judged.catch_up(self, steps, steps.len());
        let files = &self.image.files;
        if judged.made.is_own(after, &files.resolve(path)) {
            return Some(true);
        }
        match writable(files, path, user, self.target) {
            // What may be made there need not be there.
            Ok(()) => files.get(path).map(|_| true),
            Err(obstacle) => obstacle.known.then_some(false),
        }
    }
}
