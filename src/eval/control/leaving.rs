//! What leaves the script because a program succeeds of which nothing is known: `asked && exit 0`. That it
//! does is a guess elsewhere; here all that stands behind it would hang on the guess.

use super::Evaluator;
use crate::eval::builtins;
use crate::eval::state::Status;
use crate::eval::world::World;
use crate::programs::programs;
use crate::syntax::shell::{Command, List};

/// Whether a list leaves the script, or the function that it stands in.
pub(super) fn leaves(list: &List) -> bool {
    list.iter().any(|statement| is_leaving(&statement.command))
}

/// Whether a command does.
pub(super) fn is_leaving(command: &Command) -> bool {
    let Command::Simple(simple) = command else {
        return false;
    };
    let name = simple.words.first().and_then(|word| word.literal());
    matches!(name.as_deref(), Some("exit" | "return"))
}

impl Evaluator<'_> {
    /// The answers to a question, where a yes leaves the script: also the other one, if nothing is known
    /// of the program that is asked.
    pub(super) fn doubted(
        &self,
        asked: &Command,
        answers: Vec<(bool, World)>,
    ) -> Vec<(bool, World)> {
        if self.host.trusting() || answers.iter().any(|(answer, _)| !answer) {
            return answers;
        }
        let mut doubted = Vec::new();
        for (answer, world) in answers {
            if !is_unknown(asked, &world) {
                doubted.push((answer, world));
                continue;
            }
            let (yes, mut no) = world.split();
            no.state.status = Status::Unknown;
            doubted.push((true, yes));
            doubted.push((false, no));
        }
        doubted
    }
}

/// Whether a command is a program that is in no table.
fn is_unknown(command: &Command, world: &World) -> bool {
    let Command::Simple(simple) = command else {
        return false;
    };
    let Some(name) = simple.words.first().and_then(|word| word.literal()) else {
        return false;
    };
    let program = name.rsplit('/').next().unwrap_or_default();
    builtins::find(&name).is_none()
        && !world.state.functions.contains_key(name.as_str())
        && !programs().is_tool(program)
        && programs().wrapper(program).is_none()
        && programs().switcher(program).is_none()
}
