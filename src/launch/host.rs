//! The image as the system that the start script runs on, under the target's rules.

use std::rc::Rc;

use super::managers;
use crate::eval::{FileKind, Host, Managed, ScriptText, State, Step, User, Value};
use crate::image::{Image, Scripts, lookup};
use crate::source::Origin;
use crate::target::Target;

pub(super) struct LaunchHost<'a> {
    pub(super) image: &'a Image,
    pub(super) target: &'static Target,
    pub(super) scripts: &'a Scripts<'a>,
}

impl Host for LaunchHost<'_> {
    fn uid(&self, user: &User) -> Option<u32> {
        match user {
            User::Root => Some(0),
            User::Account(name) => self.target.uid_of(name).or_else(|| name.parse().ok()),
        }
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

    fn reached(&mut self, _step: &Step) {}
}
