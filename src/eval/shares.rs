//! What was done in a world, and in how much of its runs.

use std::rc::Rc;

/// How much of all runs a world, or a step in it, stands for. The whole is [`WHOLE`]; an unknown
/// condition halves it.
pub type Weight = u64;

/// All runs of the image.
pub const WHOLE: Weight = 1 << 62;

/// The steps that were done, each with the share of all runs that did it. Worlds are copied and put
/// together far more often than steps are new, and new ones have the highest numbers: so they are a
/// list in the order of their numbers, which worlds share until one of them does something.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    steps: Rc<Vec<(usize, Weight)>>,
    /// How often all of them are still to be halved.
    halved: u32,
}

impl Shares {
    /// Whether a step was done.
    pub fn contains(&self, step: usize) -> bool {
        self.place(step).is_ok()
    }

    /// Whether nothing was done.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The steps, in the order of their numbers.
    pub fn steps(&self) -> impl Iterator<Item = usize> {
        self.steps.iter().map(|(step, _)| *step)
    }

    /// The steps with their shares.
    pub fn iter(&self) -> impl Iterator<Item = (usize, Weight)> {
        let halved = self.halved;
        let steps = self.steps.iter();
        steps.map(move |(step, weight)| (*step, weight.checked_shr(halved).unwrap_or(0)))
    }

    /// Notes that a step was done in so many runs.
    pub fn set(&mut self, step: usize, weight: Weight) {
        self.settle();
        match self.place(step) {
            Ok(at) if self.steps[at].1 == weight => {}
            Ok(at) => Rc::make_mut(&mut self.steps)[at].1 = weight,
            Err(at) => Rc::make_mut(&mut self.steps).insert(at, (step, weight)),
        }
    }

    /// Makes them those of half of the runs.
    pub fn halve(&mut self) {
        self.halved += 1;
    }

    /// The same steps, done in no run that counts.
    pub fn of_none(&self) -> Self {
        let steps = self.steps().map(|step| (step, 0));
        Self {
            steps: Rc::new(steps.collect()),
            halved: 0,
        }
    }

    /// Adds what was done in other runs.
    pub fn add(&mut self, other: &Shares) {
        let mut sum = Vec::with_capacity(self.steps.len().max(other.steps.len()));
        let mut more = other.iter().peekable();
        for (step, weight) in self.iter() {
            while let Some(before) = more.next_if(|(number, _)| *number < step) {
                sum.push(before);
            }
            let same = more.next_if(|(number, _)| *number == step);
            sum.push((
                step,
                weight.saturating_add(same.map_or(0, |(_, more)| more)),
            ));
        }
        sum.extend(more);
        *self = Self {
            steps: Rc::new(sum),
            halved: 0,
        };
    }

    fn place(&self, step: usize) -> Result<usize, usize> {
        self.steps
            .binary_search_by_key(&step, |(number, _)| *number)
    }

    fn settle(&mut self) {
        if self.halved > 0 {
            self.steps = Rc::new(self.iter().collect());
            self.halved = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_halves_are_the_whole_again() {
        let mut whole = Shares::default();
        whole.set(3, WHOLE);
        let (mut yes, mut no) = (whole.clone(), whole.clone());
        yes.halve();
        no.halve();
        yes.set(1, WHOLE / 2);
        no.set(7, WHOLE / 2);
        yes.add(&no);
        let all: Vec<_> = yes.iter().collect();
        assert_eq!(all, [(1, WHOLE / 2), (3, WHOLE), (7, WHOLE / 2)]);
        assert!(whole.iter().eq([(3, WHOLE)]));
        assert!(yes.of_none().iter().eq([(1, 0), (3, 0), (7, 0)]));
    }
}
