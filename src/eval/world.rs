//! The worlds that an unknown condition splits a shell into, and what was done in each.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::output::either;
pub use super::shares::{Shares, WHOLE, Weight};
use super::state::State;
use super::value::Value;

/// One way the script can go: a state, and what was done on the way to it.
#[derive(Clone, Debug)]
pub struct World {
    /// What the shell knows.
    pub state: State,
    /// How much of all runs it stands for; 0 if it needs a variable that the image does not set.
    pub weight: Weight,
    /// The variables that this world takes for given.
    pub given: Rc<Vec<Rc<str>>>,
    /// The steps that were done, with the share of this world's runs that did them.
    pub done: Shares,
    /// The steps that were done only where variables are given, in a process that has ended.
    pub supposed: Rc<BTreeMap<usize, Rc<Vec<Rc<str>>>>>,
    /// What is printed inside of a command substitution, or into a file.
    pub output: Option<Value>,
    /// Whether a file takes it. Then nothing hangs on what it is in some runs and in others.
    pub filed: bool,
    /// Variables that nobody sets, and that the conditions around this place looked at.
    pub looked_at: Rc<Vec<Rc<str>>>,
}

impl World {
    /// The one that everything starts from.
    pub fn new(state: State) -> Self {
        Self {
            state,
            weight: WHOLE,
            given: Rc::default(),
            done: Shares::default(),
            supposed: Rc::default(),
            output: None,
            filed: false,
            looked_at: Rc::default(),
        }
    }

    /// Two worlds of half the weight each.
    pub fn split(self) -> (World, World) {
        let mut half = World {
            weight: self.weight / 2,
            ..self
        };
        half.done.halve();
        (half.clone(), half)
    }

    /// Notes that a step was done.
    pub fn did(&mut self, step: usize) {
        self.done.set(step, self.weight);
        if self.supposed.contains_key(&step) {
            Rc::make_mut(&mut self.supposed).remove(&step);
        }
    }

    /// Takes over what another world did that went on from here and came to the same state.
    pub fn absorb(&mut self, other: &World) {
        self.weight = self.weight.saturating_add(other.weight);
        if !self.supposed.is_empty() || !other.supposed.is_empty() {
            let supposed = Rc::make_mut(&mut self.supposed);
            supposed
                .retain(|step, _| !other.done.contains(*step) || other.supposed.contains_key(step));
            for (step, names) in other.supposed.iter() {
                if !self.done.contains(*step) {
                    supposed.insert(*step, names.clone());
                }
            }
        }
        self.done.add(&other.done);
        if let (Some(own), Some(theirs), true) = (&mut self.output, &other.output, self.filed) {
            *own = either(std::mem::take(own), theirs);
        }
    }

    /// Whether nothing tells the two apart but what they did.
    pub fn same(&self, other: &World) -> bool {
        let prints = (self.filed && other.filed) || self.output == other.output;
        self.given == other.given && prints && self.state == other.state
    }
}
