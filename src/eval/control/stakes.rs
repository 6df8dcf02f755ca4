//! What is at stake when a command fails: nothing, the shell that it runs in, or the whole start.

use super::{Evaluator, Flows};
use crate::eval::outside::Call;
use crate::eval::state::{Flow, Status};
use crate::eval::world::World;
use crate::syntax::shell::{Command, Connector, Link};

/// What hangs on the command at hand.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Stakes {
    /// The start ends if the running shell ends with an error.
    pub(in crate::eval) process: bool,
    /// The running shell is a part of another one, which goes on behind it.
    pub(in crate::eval) forked: bool,
    /// What stands behind `||` ends the start.
    pub(in crate::eval) dies: bool,
    /// What hangs on the program that runs this one, and so on this one.
    pub(in crate::eval) wrapped: Option<bool>,
    /// The start ends if the running function returns an error.
    pub(in crate::eval) returns: bool,
    /// What stands behind it does something else if it fails, and does not give up.
    pub(in crate::eval) answered: bool,
}

impl Default for Stakes {
    fn default() -> Self {
        Self {
            process: true,
            forked: false,
            dies: false,
            wrapped: None,
            returns: false,
            answered: false,
        }
    }
}

impl Evaluator<'_> {
    /// Whether the start ends if a command fails that is reached now.
    pub(in crate::eval) fn ends_start(&self, world: &World, call: &Call) -> bool {
        match self.stakes.wrapped {
            Some(ends) => ends,
            None if call.exec => self.stakes.process,
            None => self.stakes.dies || self.uncaught(world),
        }
    }

    /// Whether a command's failure ends the shell, by `set -e`, and with it the start.
    pub(super) fn uncaught(&self, world: &World) -> bool {
        world.state.errexit && self.conditions == 0 && self.stakes.process
    }

    /// Runs something whose end does not end the shell that started it.
    pub(in crate::eval) fn harmless<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let stakes = self.stakes;
        self.stakes = Stakes {
            process: false,
            ..Stakes::default()
        };
        let result = run(self);
        self.stakes = stakes;
        result
    }

    /// Runs something in a process of its own, whose end with an error ends the start or does not.
    pub(super) fn forked<T>(&mut self, process: bool, run: impl FnOnce(&mut Self) -> T) -> T {
        let stakes = self.stakes;
        self.stakes = Stakes {
            process,
            forked: true,
            ..stakes
        };
        let result = run(self);
        self.stakes = stakes;
        result
    }

    /// What goes on after a command that is a step: where its failure is answered, and is known, only
    /// what answers it.
    pub(in crate::eval) fn answered(&mut self, step: usize, flows: Flows) -> Flows {
        if !self.host.fails(self.trace.steps(), step) {
            return flows;
        }
        let failed = |(world, flow)| match flow {
            Flow::Next(_) => (world, Flow::Next(Status::FAILURE)),
            flow => (world, flow),
        };
        flows.into_iter().map(failed).collect()
    }

    /// Whether the start ends where a command fails and what is next in its list is looked at:
    /// `|| exit 1`, `|| die "message"`.
    pub(super) fn dies_behind(&mut self, world: &World, next: Option<&Link>) -> bool {
        let Some(link) = next.filter(|link| link.operator == Connector::Or) else {
            return false;
        };
        if !self.stakes.process || self.host.trusting() || self.is_too_deep() {
            return false;
        }
        let may = match &link.command {
            Command::Simple(simple) => {
                let name = simple.words.first().and_then(|word| word.literal());
                name.is_some_and(|name| {
                    matches!(name.as_str(), "exit" | "return")
                        || world.state.functions.contains_key(name.as_str())
                })
            }
            Command::Compound(_) => true,
            _ => false,
        };
        if !may {
            return false;
        }
        // What it would do is tried; that teaches nothing else.
        let mut world = world.clone();
        world.state.status = Status::FAILURE;
        let (gaps, required) = (self.trace.gaps.len(), self.required.clone());
        let (unset, wanting) = (self.unset.clone(), self.wanting.len());
        let flows = self.command(world.clone(), &link.command);
        self.unset = unset;
        self.wanting.truncate(wanting);
        self.required = required;
        self.trace.forget_gaps(gaps);
        let returns = self.uncaught(&world) || self.stakes.returns;
        !flows.is_empty()
            && flows.iter().all(|(_, flow)| match flow {
                Flow::Exit(status) => status.success() == Some(false),
                Flow::Return(status) => returns && status.success() == Some(false),
                _ => false,
            })
    }
}
