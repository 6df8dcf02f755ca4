//! Whether what a condition decides on is to end with an error: `if ! mkdir x; then exit 1; fi`.

use super::Evaluator;
use crate::eval::world::World;
use crate::syntax::shell::{Command, CompoundKind, Connector, Link, List};

/// How far functions are followed.
const DEEPEST: usize = 4;

impl Evaluator<'_> {
    /// Whether a list comes to an `exit` or a `return` that says failure, whatever else it does.
    pub(super) fn gives_up(&self, world: &World, list: &List) -> bool {
        self.list_gives_up(world, list, 0)
    }

    /// Whether what stands behind a command is `||`, and something else than giving up.
    pub(super) fn is_answered(&self, world: &World, next: Option<&Link>) -> bool {
        next.is_some_and(|link| {
            link.operator == Connector::Or && !self.is_giving_up(world, &link.command, 0)
        })
    }

    fn list_gives_up(&self, world: &World, list: &List, depth: usize) -> bool {
        list.iter()
            .any(|statement| self.is_giving_up(world, &statement.command, depth))
    }

    fn is_giving_up(&self, world: &World, command: &Command, depth: usize) -> bool {
        if depth >= DEEPEST {
            return false;
        }
        match command {
            Command::Simple(simple) => {
                let mut words = simple.words.iter().map(|word| word.literal());
                let Some(Some(name)) = words.next() else {
                    return false;
                };
                if matches!(name.as_str(), "exit" | "return") {
                    // Without a number it is that of the failure.
                    return words.next().flatten().as_deref() != Some("0");
                }
                let function = world.state.functions.get(name.as_str());
                function.is_some_and(|defined| {
                    self.is_giving_up(world, &defined.function.body, depth + 1)
                })
            }
            Command::Compound(compound) => match &compound.kind {
                CompoundKind::Group(list) | CompoundKind::Subshell(list) => {
                    self.list_gives_up(world, list, depth + 1)
                }
                _ => false,
            },
            _ => false,
        }
    }
}
