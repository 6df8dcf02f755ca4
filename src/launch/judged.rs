//! Steps as the target sees them, while the account of them is still going on.

use super::effects::Judge;
use super::made::Made;
use crate::eval::Step;

/// What is known so far of the steps: which fail, and what those that do not have made.
#[derive(Debug, Default)]
pub(super) struct Judged {
    made: Made,
    fails: Vec<bool>,
}

impl Judged {
    /// Looks at the first `count` steps; each is looked at once.
    pub(super) fn catch_up(&mut self, judge: Judge<'_>, steps: &[Step], count: usize) {
        let known = self.fails.len();
        for (number, step) in steps.iter().enumerate().take(count).skip(known) {
            let step = judge.step(number, step.clone(), &mut self.made);
            let mut obstacles = step.writes.iter().filter_map(|w| w.obstacle.as_ref());
            let fails = step.denied.is_some() || obstacles.any(|obstacle| obstacle.known);
            self.fails.push(fails);
        }
    }

    /// Whether a step is known to fail.
    pub(super) fn fails(&self, number: usize) -> bool {
        self.fails.get(number).is_some_and(|fails| *fails)
    }

    /// What the steps have made.
    pub(super) fn made(&self) -> &Made {
        &self.made
    }
}
