//! The worlds that go on beside each other: put together where they are the same, and kept few.

use std::rc::Rc;

use super::{Evaluator, Flows, STEPS, UNFOLLOWED, WORLDS};
use crate::eval::state::{Flow, Status};
use crate::eval::world::World;
use crate::source::Span;

impl Evaluator<'_> {
    /// Keeps the number of worlds within bounds: those that suppose a variable go first, then the
    /// rest become one that knows less.
    ///
    /// Where most of the budget is used up, they are fewer: it is better to know less of a state
    /// than not to come to the end.
    pub(super) fn thin(&mut self, worlds: Vec<World>, span: Span) -> Vec<World> {
        let limit = match self.budget {
            left if left > STEPS / 2 => WORLDS,
            left if left > STEPS / 4 => 8,
            _ => 1,
        };
        if worlds.len() <= limit {
            return worlds;
        }
        let (mut plain, mut supposed): (Vec<World>, Vec<World>) =
            worlds.into_iter().partition(|world| world.given.is_empty());
        while plain.len() > limit {
            let Some(last) = plain.pop() else { break };
            if let Some(first) = plain.first_mut() {
                first.state.blur(&last.state);
                first.absorb(&last);
            }
        }
        // Those that suppose least say most.
        supposed.sort_by_key(|world| world.given.len());
        let room = WORLDS.saturating_sub(plain.len());
        if supposed.len() > room {
            supposed.truncate(room);
            self.trace.gap(self.source(), span, UNFOLLOWED);
        }
        plain.append(&mut supposed);
        plain
    }
}

/// The ends of what took the shell's place. Nothing reads the states any more, but for what ended them:
/// those that ended alike, with the same variables given, are one.
pub(in crate::eval) fn ends(flows: Flows) -> Flows {
    let mut out = Flows::new();
    for (world, flow) in flows {
        let status = match flow {
            Flow::Return(status) | Flow::Exit(status) => status,
            // A script that runs to its last line did what it was to do.
            Flow::Next(_) | Flow::Break(_) | Flow::Continue(_) => Status::SUCCESS,
        };
        let flow = Flow::Exit(status);
        match out
            .iter_mut()
            .find(|(other, f)| *f == flow && other.given == world.given)
        {
            Some((other, _)) => {
                other.absorb(&world);
                if world.state.stopped.is_none() {
                    other.state.stopped = None;
                }
            }
            None => out.push((world, flow)),
        }
    }
    out
}

/// Behind a condition, what it looked at does not count any more; unless a function ends there with an
/// error, which may end its caller: that is for want of what was looked at.
pub(super) fn look_back(flows: &mut Flows, looked_at: &Rc<Vec<Rc<str>>>) {
    for (world, flow) in flows {
        let returned = matches!(flow, Flow::Return(status) if status.success() == Some(false));
        if !returned {
            world.looked_at = looked_at.clone();
        }
    }
}

/// Puts a world to the others: with the one that it is the same as, if there is one.
pub(super) fn join(worlds: &mut Vec<World>, world: World) {
    match worlds.iter_mut().find(|other| other.same(&world)) {
        Some(other) => other.absorb(&world),
        None => worlds.push(world),
    }
}
