//! Conditions: the worlds in which a command succeeds, those in which it fails, and those in which
//! a variable that nobody sets is given.

use std::rc::Rc;

use super::leaving::is_leaving;
use super::worlds::look_back;
use super::{Evaluator, Flows};
use crate::eval::state::{Flow, Status};
use crate::eval::world::World;
use crate::syntax::shell::{AndOr, Command, Connector, Link};

impl Evaluator<'_> {
    pub(super) fn and_or(&mut self, world: World, and_or: &AndOr) -> Flows {
        let mut flows = Flows::new();
        // What fails is passed on to the next `||`, be there `&&` before it or not.
        let or = |from: usize| {
            and_or.rest[from..]
                .iter()
                .any(|link| link.operator == Connector::Or)
        };
        let looked_at = world.looked_at.clone();
        let follows_or = or(0);
        let next = and_or.rest.first();
        let mut at = self.link(world, &and_or.first, next, follows_or, &mut flows);
        for (i, link) in and_or.rest.iter().enumerate() {
            let next_link = and_or.rest.get(i + 1);
            let mut next: Vec<(bool, World)> = Vec::new();
            for (success, world) in at {
                let runs = (link.operator == Connector::And) == success;
                match (runs, next_link) {
                    (true, Some(_)) => {
                        let command = &link.command;
                        next.extend(self.link(world, command, next_link, or(i + 1), &mut flows));
                    }
                    (true, None) => flows.extend(self.checked(world, &link.command)),
                    (false, Some(_)) => next.push((success, world)),
                    (false, None) => flows.push((world, Flow::Next(Status::of(Some(success))))),
                }
            }
            at = next;
        }
        look_back(&mut flows, &looked_at);
        flows
    }

    /// A command with `&&` or `||` behind it; `tolerated` where there is a `||` further on.
    fn link(
        &mut self,
        world: World,
        command: &Command,
        next: Option<&Link>,
        tolerated: bool,
        ended: &mut Flows,
    ) -> Vec<(bool, World)> {
        let dies = self.dies_behind(&world, next);
        let answered = self.is_answered(&world, next);
        self.tolerated += usize::from(tolerated);
        let before = self.stakes;
        self.stakes.dies = dies;
        self.stakes.answered = answered;
        let answers = self.question(world, ended, &mut |shell, world| {
            shell.command(world, command)
        });
        self.stakes = before;
        self.tolerated -= usize::from(tolerated);
        // What decides a part decides the whole.
        self.wanting.append(&mut self.decided);
        match next {
            Some(next) if next.operator == Connector::And && is_leaving(&next.command) => {
                self.doubted(command, answers)
            }
            _ => answers,
        }
    }

    /// Runs a command for its answer: the worlds in which it succeeds and those in which it fails.
    /// What leaves the list goes to `ended`.
    pub(super) fn question(
        &mut self,
        world: World,
        ended: &mut Flows,
        run: &mut dyn FnMut(&mut Self, World) -> Flows,
    ) -> Vec<(bool, World)> {
        let before = world.clone();
        let outer = std::mem::take(&mut self.unset);
        let wanting = std::mem::take(&mut self.wanting);
        self.conditions += 1;
        let flows = run(self, world);
        let seen = std::mem::replace(&mut self.unset, outer);
        let missing = std::mem::replace(&mut self.wanting, wanting);
        let mut answers = self.answers(flows, &seen, ended);
        blame(&mut answers, &missing, !seen.is_empty());
        if !self.host.trusting() && may_suppose(&before) {
            for name in &seen {
                let plain: Vec<bool> = answers
                    .iter()
                    .filter(|(_, w)| w.given == before.given)
                    .map(|(a, _)| *a)
                    .collect();
                let supposed = suppose(before.clone(), name);
                let outer = std::mem::take(&mut self.unset);
                let wanting = self.wanting.len();
                let flows = run(self, supposed);
                self.unset = outer;
                self.wanting.truncate(wanting);
                let others = self.answers(flows, std::slice::from_ref(name), &mut Flows::new());
                answers.extend(
                    others
                        .into_iter()
                        .filter(|(answer, _)| !plain.contains(answer)),
                );
            }
        }
        self.conditions -= 1;
        self.decided = missing;
        answers
    }

    fn answers(&mut self, flows: Flows, seen: &[Rc<str>], ended: &mut Flows) -> Vec<(bool, World)> {
        let mut answers: Vec<(bool, World)> = Vec::new();
        let mut push = |answer: bool, mut world: World| {
            if !seen.is_empty() {
                world.looked_at = Rc::new(seen.to_vec());
            }
            if answer {
                world.state.status = Status::SUCCESS;
            }
            match answers
                .iter_mut()
                .find(|(a, w)| *a == answer && w.same(&world))
            {
                Some((_, same)) => same.absorb(&world),
                None => answers.push((answer, world)),
            }
        };
        for (world, flow) in flows {
            match flow {
                Flow::Next(status) => match status.success() {
                    Some(answer) => {
                        let mut world = world;
                        world.state.status = status;
                        push(answer, world)
                    }
                    None if self.host.trusting() => push(true, world),
                    None => {
                        let mut world = world;
                        world.state.status = Status::Unknown;
                        // Nobody knows what decides here, so it is not what is missing around it.
                        world.looked_at = Rc::default();
                        let (yes, no) = world.split();
                        push(true, yes);
                        push(false, no);
                    }
                },
                flow => ended.push((world, flow)),
            }
        }
        answers
    }
}

/// Where there is but one answer, and what it looks at was set for want of other variables, it is what
/// it is because these are missing: behind those that it looked at itself, if it did.
fn blame(answers: &mut [(bool, World)], missing: &[Rc<str>], behind: bool) {
    let first = answers.first().map(|(answer, _)| *answer);
    if missing.is_empty() || answers.iter().any(|(answer, _)| Some(*answer) != first) {
        return;
    }
    for (_, world) in answers {
        let before = world.looked_at.as_slice();
        world.looked_at = Rc::new(match behind {
            true => [before, missing].concat(),
            false => [missing, before].concat(),
        });
    }
}

/// Whether one more variable may be taken for given: a second one only in what depends on the first,
/// or the worlds would be as many as the pairs of all variables.
pub(super) fn may_suppose(world: &World) -> bool {
    world.given.is_empty() || (world.given.len() < 2 && !world.looked_at.is_empty())
}

/// The world in which a variable that nobody sets is given when the container is started.
pub(super) fn suppose(world: World, name: &Rc<str>) -> World {
    let mut world = world;
    world.weight = 0;
    world.done = world.done.of_none();
    world.looked_at = Rc::new(vec![name.clone()]);
    let given = Rc::make_mut(&mut world.given);
    given.push(name.clone());
    given.sort();
    given.dedup();
    world.state.give(name);
    world
}
