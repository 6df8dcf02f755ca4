//! Loops: rounds until they end, or until nothing new is learned.

use super::worlds::join;
use super::{Evaluator, Flows, ROUNDS};
use crate::eval::state::{Content, Flow, Status};
use crate::eval::value::{Reason, Value};
use crate::eval::world::World;
use crate::source::Span;
use crate::syntax::shell::{List, Word};

/// What a loop asks before each round: the worlds in which it goes on, and those in which it ends.
pub(super) type Condition<'c, 'h> =
    &'c mut dyn FnMut(&mut Evaluator<'h>, World, &mut Flows) -> Vec<(bool, World)>;

impl<'h> Evaluator<'h> {
    pub(super) fn each(
        &mut self,
        world: World,
        variable: &str,
        words: Option<&[Word]>,
        body: &List,
    ) -> Flows {
        let mut world = world;
        let values = match words {
            Some(words) => self.words(&mut world, words),
            None => world.state.positional.to_vec(),
        };
        if values.is_empty() {
            world.state.status = Status::SUCCESS;
        }
        let mut flows = Flows::new();
        let mut at = vec![world];
        if values.len() > ROUNDS {
            self.rounds_end(body);
        }
        for (number, value) in values.into_iter().take(ROUNDS).enumerate() {
            let mut next = Vec::new();
            for mut world in at {
                let mut value = value.clone();
                if value.is_words() {
                    // Any number of words: perhaps none; one round shows what the others would do.
                    let (mut none, some) = world.split();
                    if number == 0 {
                        none.state.status = Status::SUCCESS;
                    }
                    join(&mut next, none);
                    world = some;
                    value = Value::unknown(Reason::Output);
                }
                world.state.set(variable, Content::Scalar(value));
                self.round(world, body, &mut next, &mut flows);
            }
            at = self.thin(
                next,
                body.first().map(|first| first.span).unwrap_or_default(),
            );
        }
        // It ends as its last round did.
        flows.extend(at.into_iter().map(|world| {
            let status = world.state.status;
            (world, Flow::Next(status))
        }));
        flows
    }

    /// `select`: what is chosen is read from the terminal, and there is none. Its body runs for any
    /// of the words, or not at all.
    pub(super) fn choose(
        &mut self,
        world: World,
        span: Span,
        variable: &str,
        words: Option<&[Word]>,
        body: &List,
    ) -> Flows {
        self.trace.gap(
            self.source(),
            span,
            "what is chosen from this menu is not known: it is not followed further",
        );
        let mut world = world;
        if let Some(words) = words {
            self.words(&mut world, words);
        }
        let (none, mut some) = world.split();
        let chosen = || Content::Scalar(Value::unknown(Reason::Output));
        some.state.set(variable, chosen());
        some.state.set("REPLY", chosen());
        let mut next = Vec::new();
        let mut flows = Flows::new();
        self.round(some, body, &mut next, &mut flows);
        // The end of the input ends it, with an error.
        next.push(none);
        flows.extend(
            next.into_iter()
                .map(|world| (world, Flow::Next(Status::Unknown))),
        );
        flows
    }

    /// `while`, `until` and `for ((…))`: rounds until the condition fails, or nothing new is learned.
    pub(super) fn repeat(
        &mut self,
        world: World,
        condition: Condition<'_, 'h>,
        body: &List,
    ) -> Flows {
        let looked_at = world.looked_at.clone();
        let mut flows = Flows::new();
        let mut at = vec![world];
        let mut seen = Vec::new();
        let mut unsure = 0;
        for number in 0..ROUNDS {
            let mut next = Vec::new();
            let mut split = false;
            for world in at {
                // It ends as its last round did; without any, it succeeds.
                let last = match number {
                    0 => Status::SUCCESS,
                    _ => world.state.status,
                };
                let answers = condition(self, world, &mut flows);
                let sure = answers.len() == 1;
                split |= !sure;
                for (goes_on, world) in answers {
                    if !goes_on {
                        flows.push((world, Flow::Next(last)));
                    } else if seen.contains(&world.state) {
                        // The same again: for ever, if nothing can end it. What did end it in some
                        // runs does so in all of them, sooner or later.
                        let ways_out = flows.iter().any(|(_, flow)| matches!(flow, Flow::Next(_)));
                        let flow = if sure && !ways_out && !self.host.trusting() {
                            Flow::Exit(Status::SUCCESS)
                        } else {
                            Flow::Next(after_many(last))
                        };
                        flows.push((world, flow));
                    } else if !sure && unsure >= 2 {
                        flows.push((world, Flow::Next(after_many(last))));
                    } else {
                        seen.push(world.state.clone());
                        self.round(world, body, &mut next, &mut flows);
                    }
                }
            }
            unsure += usize::from(split);
            at = self.thin(
                next,
                body.first().map(|first| first.span).unwrap_or_default(),
            );
            if at.is_empty() {
                for (world, _) in &mut flows {
                    world.looked_at = looked_at.clone();
                }
                return flows;
            }
        }
        self.rounds_end(body);
        flows.extend(
            at.into_iter()
                .map(|world| (world, Flow::Next(Status::Unknown))),
        );
        flows
    }

    fn rounds_end(&mut self, body: &List) {
        if let Some(first) = body.first() {
            self.trace.gap(
                self.source(),
                first.span,
                "the loop takes too many rounds to be followed further",
            );
        }
    }

    /// One round of a loop: the worlds that go on with it, and those that leave it.
    fn round(&mut self, world: World, body: &List, next: &mut Vec<World>, left: &mut Flows) {
        for (world, flow) in self.list(world, body) {
            match flow {
                Flow::Next(status) => {
                    let mut world = world;
                    world.state.status = status;
                    join(next, world);
                }
                Flow::Continue(..=1) => {
                    let mut world = world;
                    world.state.status = Status::SUCCESS;
                    join(next, world);
                }
                Flow::Break(..=1) => left.push((world, Flow::Next(Status::SUCCESS))),
                Flow::Break(levels) => left.push((world, Flow::Break(levels - 1))),
                Flow::Continue(levels) => left.push((world, Flow::Continue(levels - 1))),
                flow => left.push((world, flow)),
            }
        }
    }
}

/// How a loop ends whose last round, of many, is not looked at: a success is taken to last.
fn after_many(status: Status) -> Status {
    match status.success() {
        Some(true) => status,
        _ => Status::Unknown,
    }
}
