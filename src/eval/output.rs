//! Where the output of a command goes: into the substitution that it is in, into a file, or elsewhere.

use std::rc::Rc;

use super::command::{Redirected, Redirects};
use super::control::{Evaluator, Flows};
use super::trace::Step;
use super::value::{Reason, Value};
use super::world::World;
use crate::syntax::shell::Simple;

impl Evaluator<'_> {
    /// Runs something of the shell's own that is no single command, a group or a function: it is a
    /// step where a file takes what it prints.
    pub(super) fn printing(
        &mut self,
        world: World,
        simple: &Rc<Simple>,
        redirects: &Redirects,
        run: impl FnOnce(&mut Self, World) -> Flows,
    ) -> Flows {
        if !redirects.iter().any(Redirected::is_opened) {
            return self.quiet(world, redirects, run);
        }
        let call = self.call_of(simple, redirects, false);
        self.quiet(world, redirects, |shell, world| {
            let mut world = world;
            if filed(redirects) {
                let step = shell.step_of(&world, Vec::new(), &call);
                return shell.kept(world, step, false, |shell, world, _| run(shell, world));
            }
            shell.step(&mut world, Vec::new(), &call);
            run(shell, world)
        })
    }

    /// Runs something whose output may go elsewhere than into the substitution that it is in.
    pub(super) fn quiet(
        &mut self,
        world: World,
        redirects: &Redirects,
        run: impl FnOnce(&mut Self, World) -> Flows,
    ) -> Flows {
        let elsewhere = redirects.iter().any(|redirect| redirect.takes_output);
        if world.output.is_none() || !elsewhere {
            return run(self, world);
        }
        let mut world = world;
        let output = world.output.take();
        let mut flows = run(self, world);
        for (world, _) in &mut flows {
            world.output = output.clone();
        }
        flows
    }

    /// Runs a step and notes with it what it prints, which goes where it went before, too, if
    /// `shown`. The host is told of the step when that is known.
    pub(super) fn kept(
        &mut self,
        world: World,
        step: Step,
        shown: bool,
        run: impl FnOnce(&mut Self, World, usize) -> Flows,
    ) -> Flows {
        let mut world = world;
        let number = self.noted(&mut world, step.clone());
        let given = world.given.clone();
        let output = world.output.replace(Value::default());
        let filed = std::mem::replace(&mut world.filed, true);
        let mut flows = run(self, world, number);
        // Where more is given, more may be printed: that is not what is printed in every run.
        let plain = flows.iter().any(|(world, _)| world.given == given);
        let mut printed: Option<Value> = None;
        for (world, _) in &mut flows {
            let text = std::mem::replace(&mut world.output, output.clone());
            world.filed = filed;
            if let (Some(output), Some(text), true) = (&mut world.output, &text, shown) {
                output.push(text.clone());
            }
            printed = either_of(printed, text.filter(|_| !plain || world.given == given));
        }
        let step = Step { printed, ..step };
        self.host.reached(&step);
        self.trace.printed(number, step.printed, !given.is_empty());
        flows
    }
}

/// Whether a file takes standard output.
pub(super) fn filed(redirects: &Redirects) -> bool {
    let last = redirects.iter().rfind(|redirect| redirect.takes_output);
    last.is_some_and(Redirected::is_written)
}

/// The same of what may not be printed at all.
pub(super) fn either_of(one: Option<Value>, other: Option<Value>) -> Option<Value> {
    match (one, other) {
        (Some(one), Some(other)) => Some(either(one, &other)),
        (one, other) => one.or(other),
    }
}

/// What is printed in some runs and in others: as far as it is the same, and then it is not known.
pub(super) fn either(one: Value, other: &Value) -> Value {
    if one == *other {
        return one;
    }
    let mut both = Value::default();
    let pieces = one.pieces().iter().zip(other.pieces());
    for (piece, _) in pieces.take_while(|(one, other)| one == other) {
        both.push_piece(piece.clone());
    }
    both.push(Value::unknown(Reason::Output));
    both.push_known("\n", None, false);
    both
}
