//! `if` and `case`.

use std::rc::Rc;

use super::leaving::leaves;
use super::questions::{may_suppose, suppose};
use super::worlds::{join, look_back};
use super::{Evaluator, Flows};
use crate::eval::state::{Flow, Status};
use crate::eval::value::Value;
use crate::eval::world::World;
use crate::syntax::shell::{CaseArm, CaseTerminator, List, Word};

impl Evaluator<'_> {
    pub(super) fn branches(
        &mut self,
        world: World,
        branches: &[(List, List)],
        otherwise: Option<&List>,
    ) -> Flows {
        let looked_at = world.looked_at.clone();
        let mut flows = Flows::new();
        // A command that is asked whether it works may fail, unless that is taken for the end.
        let asks = {
            let mut lists = branches.iter().map(|(_, body)| body).chain(otherwise);
            !lists.any(|list| self.gives_up(&world, list))
        };
        let mut pending = vec![world];
        for (condition, body) in branches {
            let mut still = Vec::new();
            for world in pending {
                self.tolerated += usize::from(asks);
                let answered = std::mem::replace(&mut self.stakes.answered, asks);
                let answers = self.question(world, &mut flows, &mut |shell, world| {
                    shell.list(world, condition)
                });
                self.stakes.answered = answered;
                self.tolerated -= usize::from(asks);
                let answers = match condition.last() {
                    Some(asked) if leaves(body) => self.doubted(&asked.command, answers),
                    _ => answers,
                };
                for (answer, world) in answers {
                    if answer {
                        flows.extend(self.list(world, body));
                    } else {
                        join(&mut still, world);
                    }
                }
            }
            pending = still;
        }
        for mut world in pending {
            match otherwise {
                Some(list) => flows.extend(self.list(world, list)),
                None => {
                    world.state.status = Status::SUCCESS;
                    flows.push((world, Flow::Next(Status::SUCCESS)));
                }
            }
        }
        look_back(&mut flows, &looked_at);
        flows
    }

    pub(super) fn case(&mut self, world: World, word: &Word, arms: &[CaseArm]) -> Flows {
        let looked_at = world.looked_at.clone();
        let mut flows = Flows::new();
        let subjects = self.subjects(world, word, arms).into_iter();
        // Each with the status of the last arm that it went through.
        let mut pending: Vec<(World, Value, Status)> = subjects
            .map(|(world, subject)| (world, subject, Status::SUCCESS))
            .collect();
        let mut falling: Vec<(World, Value, Status)> = Vec::new();
        for arm in arms {
            let mut enter = std::mem::take(&mut falling);
            let mut still = Vec::new();
            for (mut world, subject, last) in pending {
                match self.arm_matches(&mut world, &subject, arm) {
                    Some(true) => enter.push((world, subject, last)),
                    Some(false) => still.push((world, subject, last)),
                    None => {
                        // Nobody knows what decides here, so it is not what is missing around it.
                        world.looked_at = Rc::default();
                        let (yes, no) = world.split();
                        enter.push((yes, subject.clone(), last));
                        still.push((no, subject, last));
                    }
                }
            }
            for (world, subject, _) in enter {
                for (world, flow) in self.list(world, &arm.body) {
                    let subject = subject.clone();
                    match (flow, arm.terminator) {
                        (Flow::Next(status), CaseTerminator::FallThrough) => {
                            falling.push((world, subject, status))
                        }
                        (Flow::Next(status), CaseTerminator::Continue) => {
                            still.push((world, subject, status))
                        }
                        _ => flows.push((world, flow)),
                    }
                }
            }
            pending = still;
        }
        flows.extend(
            pending
                .into_iter()
                .chain(falling)
                .map(|(world, _, status)| (world, Flow::Next(status))),
        );
        look_back(&mut flows, &looked_at);
        flows
    }

    /// The worlds that a `case` is looked at in, each with what is compared: where a variable that
    /// nobody sets decides, one more in which it is given.
    fn subjects(&mut self, world: World, word: &Word, arms: &[CaseArm]) -> Vec<(World, Value)> {
        let mut plain = world.clone();
        let outer = std::mem::take(&mut self.unset);
        let wanting = std::mem::take(&mut self.wanting);
        let subject = self.string(&mut plain, word);
        let seen = std::mem::replace(&mut self.unset, outer);
        let missing = std::mem::replace(&mut self.wanting, wanting);
        let first = |shell: &mut Self, world: &World, subject: &Value| {
            let mut world = world.clone();
            let mut answers = arms
                .iter()
                .map(|arm| shell.arm_matches(&mut world, subject, arm));
            answers.position(|answer| answer != Some(false))
        };
        let arm = first(self, &plain, &subject);
        let mut others = Vec::new();
        if !self.host.trusting() && may_suppose(&world) {
            for name in &seen {
                let mut supposed = suppose(world.clone(), name);
                let outer = std::mem::take(&mut self.unset);
                let subject = self.string(&mut supposed, word);
                self.unset = outer;
                if first(self, &supposed, &subject) != arm {
                    others.push((supposed, subject));
                }
            }
        }
        let known = Some(missing).filter(|_| subject.known().is_some());
        let deciding = [seen.as_slice(), &known.unwrap_or_default()].concat();
        if !deciding.is_empty() {
            plain.looked_at = Rc::new(deciding);
        }
        others.insert(0, (plain, subject));
        others
    }

    fn arm_matches(&mut self, world: &mut World, subject: &Value, arm: &CaseArm) -> Option<bool> {
        let mut answer = Some(false);
        for word in &arm.patterns {
            let one = match (self.pattern(world, word), subject.known()) {
                (Some(pattern), Some(text)) => Some(pattern.matches(&text)),
                (Some(pattern), None) => pattern.matches_unknown(subject),
                (None, _) => None,
            };
            match one {
                Some(true) => return Some(true),
                Some(false) => {}
                None => answer = None,
            }
        }
        answer
    }
}
