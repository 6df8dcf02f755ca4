//! The image as the system that the build's commands run on.

use std::rc::Rc;

use super::effects::Building;
use super::lookup::{self, Scripts};
use super::sed;
use crate::eval::{FileKind, Host, ScriptText, State, Step, User, Value};
use crate::programs::Words;

/// The system that RUN commands run on.
pub(super) struct BuildHost<'a, 'c> {
    /// Whether `sh` is bash; so it is taken where the base is not known, since the build went through.
    pub(super) sh_is_bash: bool,
    pub(super) scripts: &'a Scripts<'c>,
    pub(super) world: &'a mut Building,
}

impl Host for BuildHost<'_, '_> {
    fn uid(&self, user: &User) -> Option<u32> {
        match user {
            User::Root => Some(0),
            User::Account(name) => name.parse().ok(),
        }
    }

    fn switched(&self, _from: &User, account: Option<&str>, _setuid: bool) -> User {
        match account.map(|account| account.split(':').next().unwrap_or_default()) {
            None | Some("root" | "0" | "") => User::Root,
            Some(name) => User::Account(name.into()),
        }
    }

    fn kind(&self, path: &str) -> FileKind {
        lookup::kind(&self.world.files, path)
    }

    fn find(&self, name: &str, state: &State) -> Option<String> {
        lookup::find(&self.world.files, name, state)
    }

    fn script(&self, path: &str) -> Option<Rc<ScriptText>> {
        self.scripts.script(&self.world.files, path)
    }

    fn names(&self, folder: &str) -> Option<Vec<String>> {
        lookup::names(&self.world.files, folder)
    }

    fn filtered(
        &self,
        words: &Words<'_>,
        argv: &[Value],
        state: &State,
        input: Option<&Value>,
    ) -> Option<Value> {
        let text = |path: &str| self.scripts.text(&self.world.files, &state.absolute(path)?);
        sed::filtered(words, argv, input, &text)
    }

    fn trusting(&self) -> bool {
        true
    }

    fn sh_is_bash(&self) -> Option<bool> {
        Some(self.sh_is_bash)
    }

    fn reached(&mut self, step: &Step) {
        self.world.apply(step, self.scripts);
    }
}
