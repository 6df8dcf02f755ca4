//! The account of what ran: one step for each command that was reached.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use super::managed::Managed;
use super::output::either_of;
use super::shares::{Shares, WHOLE, Weight};
use super::state::{State, User, Variables};
use super::value::Value;
use crate::finding::Certainty;
use crate::source::{Origin, SourceId, Span};
use crate::syntax::shell::{List, RedirectKind, Simple};

/// A command that is reached.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where its first word stands.
    pub origin: Origin,
    /// The command as written, and the list it is in: none for what an instruction names as JSON.
    pub written: Option<Written>,
    /// Its words.
    pub argv: Vec<Value>,
    /// What it reads from and writes to.
    pub redirects: Vec<(RedirectKind, Value)>,
    /// Who runs it.
    pub user: User,
    /// Where it runs, if that is known.
    pub directory: Option<Rc<str>>,
    /// The variables that it sees, and the shell's own.
    pub variables: Variables,
    /// The mode bits that a new file does not get.
    pub umask: u32,
    /// Whether it takes the place of the shell.
    pub exec: bool,
    /// Whether `||` behind it says what is done when it fails.
    pub tolerated: bool,
    /// Whether the start ends if it fails: by `set -e`, with nothing around it that catches the
    /// failure, by `|| exit`, or because it takes the place of the shell.
    pub ends_start: bool,
    /// The steps before it, in the runs that reach it, that write files.
    pub after: Rc<[usize]>,
    /// Whether every run reaches it.
    pub certainty: Certainty,
    /// Whether every run reaches the place, be it with other words.
    pub surely: Certainty,
    /// The variables that must be given for it to be reached.
    pub given: Rc<Vec<Rc<str>>>,
    /// The step that it stands in for the command of: behind a wrapper or a program that steps down.
    pub behind: Option<usize>,
    /// What it starts in its turn, where that is written outside of its words.
    pub managed: Option<Rc<Managed>>,
    /// What it prints, where a file takes that and it is not one command that prints it: a group, a
    /// function, a script.
    pub printed: Option<Value>,
    /// Whether another command reads what it prints.
    pub piped: bool,
    /// Whether a shell goes on beside it, `&` behind it or around it.
    pub background: bool,
    /// Whether it is part of a function that one file has and another calls: what it does is the
    /// caller's matter.
    pub library: bool,
}

/// A command in the text.
#[derive(Clone, Debug)]
pub struct Written {
    /// The file.
    pub source: SourceId,
    /// The command.
    pub command: Rc<Simple>,
    /// The whole script that it is part of.
    pub script: Rc<List>,
}

impl Step {
    /// The last part of the path of the command word, if it is known.
    pub fn program(&self) -> Option<String> {
        let word = self.argv.first()?.known()?;
        Some(word.rsplit('/').next().unwrap_or_default().to_owned())
    }

    /// Where its first word was written: behind a variable or `"$@"` that is another place than
    /// the command's.
    pub fn place(&self) -> Origin {
        self.argv
            .first()
            .and_then(Value::origin)
            .unwrap_or(self.origin)
    }

    /// Its words as text; none for those that are not known.
    pub fn texts(&self) -> Vec<Option<String>> {
        self.argv.iter().map(Value::known).collect()
    }

    /// A path as this command sees it.
    pub fn absolute(&self, path: &str) -> Option<String> {
        let mut state = State::new(self.user.clone(), "/");
        state.directory = self.directory.clone();
        state.absolute(path)
    }

    /// Whether it writes files, as far as that is known.
    fn writes(&self) -> bool {
        let redirected = self.redirects.iter().any(|(kind, _)| {
            matches!(
                kind,
                RedirectKind::Write | RedirectKind::Append | RedirectKind::WriteBoth
            )
        });
        let texts = self.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        redirected || !crate::programs::parse_writes(&words).is_empty()
    }

    /// Takes over what is true of the same command when it is reached once more.
    fn merge(&mut self, again: &Step) {
        // On one of the ways to it, it is caught; on another, it is not.
        self.ends_start &= again.ends_start;
        self.tolerated &= again.tolerated;
        self.piped &= again.piped;
        self.background &= again.background;
        if self.after != again.after {
            let both: std::collections::BTreeSet<usize> = self
                .after
                .iter()
                .chain(again.after.iter())
                .copied()
                .collect();
            self.after = both.into_iter().collect();
        }
    }

    /// What a variable of its environment holds, if it is known.
    pub fn environment(&self, name: &str) -> Option<String> {
        match &self
            .variables
            .get(name)
            .filter(|variable| variable.exported)?
            .content
        {
            super::state::Content::Scalar(value) => value.known(),
            _ => None,
        }
    }
}

/// A way that came to its end.
pub struct End {
    /// How much of all runs it stands for.
    pub weight: Weight,
    /// The steps that it did, with their share.
    pub done: Shares,
    /// The variables that it takes for given.
    pub given: Rc<Vec<Rc<str>>>,
    /// The steps in it that need other variables.
    pub supposed: Rc<BTreeMap<usize, Rc<Vec<Rc<str>>>>>,
}

/// What tells two steps apart.
type Key = (Origin, Vec<Value>, User, Option<Rc<str>>);

/// How many of the steps that write files are told apart.
const MOST_WRITERS: usize = 128;

/// The steps in the order in which they are reached first.
#[derive(Debug, Default)]
pub struct Trace {
    steps: Vec<Step>,
    /// Those that write files.
    writers: Vec<usize>,
    /// Those of which it is only known what they print where variables are given.
    supposed: HashSet<usize>,
    /// Those of the writers that the step looked at last came after.
    after: Rc<[usize]>,
    index: HashMap<Key, usize>,
    /// Places that were not followed further, and why.
    pub gaps: Vec<Gap>,
    /// The same, to know one again: a long script may have thousands.
    told: HashSet<Gap>,
    /// Variables that must be given, because the script ends with an error without them.
    pub required: Vec<Rc<str>>,
    /// Where every run ends without having come to what it is there for.
    pub stopped: Option<Stop>,
}

/// Where the start ends by the script's own choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The place.
    pub origin: Origin,
    /// Whether it is an `exit` with an error; else an `exec` that was given nothing to execute.
    pub error: bool,
}

/// A place at which the account ends before the run does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gap {
    /// The place.
    pub origin: Origin,
    /// Why.
    pub why: String,
}

impl Trace {
    /// The steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The steps, for good.
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    /// The steps that write files, of those that were done.
    pub fn writers(&mut self, done: &Shares) -> Rc<[usize]> {
        let writers = || self.writers.iter().filter(|step| done.contains(**step));
        if !writers().eq(self.after.iter()) {
            self.after = writers().copied().collect();
        }
        self.after.clone()
    }

    /// Takes a step in, once, and gives its number.
    pub fn add(&mut self, step: Step) -> usize {
        let key = (
            step.origin,
            step.argv.clone(),
            step.user.clone(),
            step.directory.clone(),
        );
        if let Some(number) = self.index.get(&key) {
            if let Some(known) = self.steps.get_mut(*number) {
                known.merge(&step);
            }
            return *number;
        }
        let number = self.steps.len();
        if self.writers.len() < MOST_WRITERS && step.writes() {
            self.writers.push(number);
        }
        self.index.insert(key, number);
        self.steps.push(step);
        number
    }

    /// Notes what a step prints into a file, on one of the ways to it; `supposed` if that is so where
    /// variables are given.
    pub fn printed(&mut self, step: usize, printed: Option<Value>, supposed: bool) {
        let Some(own) = self.steps.get_mut(step) else {
            return;
        };
        own.printed = match own.printed.take() {
            Some(before) => match (self.supposed.contains(&step), supposed) {
                (false, true) => Some(before),
                (true, false) => printed,
                _ => either_of(Some(before), printed),
            },
            None if supposed => {
                self.supposed.insert(step);
                printed
            }
            None => printed,
        };
        if !supposed {
            self.supposed.remove(&step);
        }
    }

    /// Notes what a step starts in its turn; `supposed` if that is so where variables are given.
    pub fn starts(&mut self, step: usize, managed: Rc<Managed>, supposed: bool) {
        if let Some(step) = self.steps.get_mut(step)
            && (!supposed || step.managed.is_none())
        {
            step.managed = Some(managed);
        }
    }

    /// Notes that a place is not followed further.
    pub fn gap(&mut self, source: SourceId, span: Span, why: &str) {
        let gap = Gap {
            origin: Origin { source, span },
            why: why.to_owned(),
        };
        if self.told.insert(gap.clone()) {
            self.gaps.push(gap);
        }
    }

    /// Forgets the gaps but for so many that were noted first.
    pub fn forget_gaps(&mut self, known: usize) {
        for gap in self.gaps.drain(known..) {
            self.told.remove(&gap);
        }
    }

    /// Settles what every run reaches, from the shares that the worlds which came to a good end
    /// (or, if none did, all of them) have of each step.
    pub fn settle(&mut self, ends: &[End]) {
        let total: Weight = ends.iter().map(|end| end.weight).sum();
        let mut share = Shares::default();
        let mut plain = std::collections::BTreeSet::new();
        let mut given: BTreeMap<usize, Rc<Vec<Rc<str>>>> = BTreeMap::new();
        for end in ends {
            share.add(&end.done);
            for step in end.done.steps() {
                let names = end.supposed.get(&step).unwrap_or(&end.given);
                if names.is_empty() {
                    plain.insert(step);
                } else {
                    // The way with the fewest says what it takes.
                    let fewest = given.entry(step).or_insert_with(|| names.clone());
                    if names.len() < fewest.len() {
                        *fewest = names.clone();
                    }
                }
            }
        }
        // Halving loses a bit at the end now and then.
        let slack = WHOLE >> 40;
        let certainty = |covered: Weight| {
            if total > 0 && covered + slack >= total {
                Certainty::Always
            } else {
                Certainty::Maybe
            }
        };
        // A world that comes by a place several times, in a loop, comes by it once for this.
        let mut places: HashMap<Origin, Weight> = HashMap::new();
        for End { weight, done, .. } in ends {
            let mut here: HashMap<Origin, Weight> = HashMap::new();
            for (step, share) in done.iter() {
                let covered = here.entry(self.steps[step].place()).or_default();
                *covered = covered.saturating_add(share).min(*weight);
            }
            for (place, covered) in here {
                let total = places.entry(place).or_default();
                *total = total.saturating_add(covered);
            }
        }
        let shares: HashMap<usize, Weight> = share.iter().collect();
        for (i, step) in self.steps.iter_mut().enumerate() {
            step.certainty = certainty(shares.get(&i).copied().unwrap_or(0));
            step.surely = certainty(places.get(&step.place()).copied().unwrap_or(0));
            step.given = match given.get(&i) {
                Some(names) if !plain.contains(&i) => names.clone(),
                _ => Rc::default(),
            };
        }
        self.forget(&share);
    }

    /// Drops the steps that no way to an end did: they were tried in a world that taught nothing.
    fn forget(&mut self, done: &Shares) {
        let kept = done.steps().enumerate();
        let numbers: HashMap<usize, usize> = kept.map(|(new, old)| (old, new)).collect();
        let steps = std::mem::take(&mut self.steps).into_iter().enumerate();
        self.steps = steps
            .filter(|(number, _)| numbers.contains_key(number))
            .map(|(_, step)| Step {
                behind: step.behind.and_then(|before| numbers.get(&before).copied()),
                after: (step.after.iter())
                    .filter_map(|before| numbers.get(before).copied())
                    .collect(),
                ..step
            })
            .collect();
        self.index.clear();
    }
}
