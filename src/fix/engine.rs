//! The passes: fixes are made, everything is judged again, until there is nothing left to mend.

use std::collections::{BTreeMap, BTreeSet};

use super::annotate::{self, Place, Style};
use super::compose::Composed;
use super::judge::Judged;
use super::proposal::{self, Key, Proposal};
use super::regress;
use super::select::{ByteEdit, select};
use super::trial::{self, Sifted, State, Trial};
use super::{Files, Text};
use crate::finding::{Safety, Severity};

/// What the user asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// What stays behind of the lines that change.
    pub style: Style,
    /// Whether fixes are made that something else may depend on.
    pub unsafe_too: bool,
    /// The only rules whose fixes are made; all, if there are none.
    pub only: Option<BTreeSet<String>>,
    /// The order in which rules come to their turn; one that is not named comes after those that
    /// are, by name.
    pub order: Vec<String>,
    /// How many passes there may be.
    pub pass_limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            style: Style::Comment,
            unsafe_too: false,
            only: None,
            order: Vec::new(),
            pass_limit: 30,
        }
    }
}

/// Why there was no further pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// No fix is left that could be made.
    Done,
    /// There would have been more to do.
    PassLimit,
    /// The pass brought back a text that was there before; it was not made.
    Circle,
}

/// A fix that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its rule.
    pub rule: String,
    /// How bad what it mends was.
    pub severity: Severity,
    /// What it does.
    pub title: String,
    /// Whether something may depend on what it changed.
    pub safety: Safety,
    /// The file that its finding was in.
    pub path: String,
    /// Where in the original of that file.
    pub offset: usize,
    /// In which pass, from 1.
    pub pass: usize,
}

/// A fix that was offered and could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Its rule.
    pub rule: String,
    /// What it would have done.
    pub title: String,
    /// The file that its finding is in.
    pub path: String,
    /// Where in the original of that file.
    pub offset: usize,
    /// What it would have brought about.
    pub why: String,
}

/// A file that is not what it was.
#[derive(Clone, Debug)]
pub struct Patched {
    /// As it was read.
    pub original: Text,
    /// As it should be.
    pub text: Text,
    /// What became of the original's bytes, and why; comments are no part of it.
    pub changes: Composed,
    /// Whether `text` is in the style that was asked for. If it is not, the comments would have
    /// changed what the file means, and were left out.
    pub styled: bool,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The files that change, by name.
    pub files: BTreeMap<String, Patched>,
    /// The judgement on the files as they were.
    pub before: Judged,
    /// The judgement on the files as they are to be.
    pub after: Judged,
    /// The fixes that were made, in order.
    pub applied: Vec<Applied>,
    /// Those that could not be made, and why.
    pub dropped: Vec<Dropped>,
    /// Why there was no further pass.
    pub stop: Stop,
}

/// Mends what can be mended.
///
/// `judge` gets every text that is known so far (those of `original`, which may be empty, as they
/// are now, and those that a judgement has read) and has to use these instead of reading the file;
/// what else it reads it hands back in [`Judged::sources`]. Faults and findings are compared with
/// those of the pass before by the policy that the module `regress` states; a fix that violates it
/// is dropped for good. `place` says for a file and a line of its original, from 0, how a comment
/// can stand above it.
pub fn run(
    original: Files,
    mut judge: impl FnMut(&Files) -> Judged,
    options: &Options,
    place: impl Fn(&str, usize) -> Place,
) -> Outcome {
    let judged = judge(&original);
    let before = judged.clone();
    let mut state = State {
        files: original.clone(),
        original,
        composed: BTreeMap::new(),
        judged,
    };
    State::learn(&mut state.original, &mut state.files, &state.judged);
    let mut record = Record::default();
    let stop = passes(&mut state, &mut record, &mut judge, options);
    let (files, after) = finish(&state, &mut judge, options.style, place);
    Outcome {
        files,
        before,
        after,
        applied: record.applied,
        dropped: record.dropped,
        stop,
    }
}

#[derive(Default)]
struct Record {
    applied: Vec<Applied>,
    dropped: Vec<Dropped>,
    never_again: BTreeSet<Key>,
}

impl Record {
    fn drop(&mut self, key: Key, dropped: Dropped) {
        if self.never_again.insert(key) {
            self.dropped.push(dropped);
        }
    }
}

fn passes(
    state: &mut State,
    record: &mut Record,
    judge: &mut impl FnMut(&Files) -> Judged,
    options: &Options,
) -> Stop {
    let mut seen = vec![state.files.clone()];
    let mut pass = 0;
    loop {
        let proposals = proposals(state, record, options);
        let edits: Vec<&[ByteEdit]> = proposals.iter().map(|p| p.edits.as_slice()).collect();
        let selection = select(&edits);
        for proposal in selection.malformed.iter().filter_map(|n| proposals.get(*n)) {
            let why = "its edits are in each other's way".to_owned();
            let dropped = Dropped::new(proposal, why);
            record.drop(proposal.key.clone(), dropped);
        }
        if selection.chosen.is_empty() {
            return Stop::Done;
        }
        if pass == options.pass_limit {
            return Stop::PassLimit;
        }
        pass += 1;

        let Trial { state: next, wrong } =
            trial::attempt(state, &proposals, &selection.chosen, judge);
        let made = if wrong.is_empty() {
            Some((next, selection.chosen))
        } else {
            let Sifted { good, bad } = trial::sift(state, &proposals, &selection.chosen, judge);
            for (number, dropped) in bad {
                if let Some(proposal) = proposals.get(number) {
                    record.drop(proposal.key.clone(), dropped);
                }
            }
            good
        };
        let Some((next, numbers)) = made else {
            continue;
        };
        if seen.contains(&next.files) {
            return Stop::Circle;
        }
        seen.push(next.files.clone());
        let made = numbers.iter().filter_map(|n| proposals.get(*n));
        record.applied.extend(made.map(|p| Applied::new(p, pass)));
        *state = next;
    }
}

/// The fixes that could be made, in the order in which they come to their turn: by rule, then by
/// place.
fn proposals<'a>(state: &'a State, record: &mut Record, options: &Options) -> Vec<Proposal<'a>> {
    let mut proposals = Vec::new();
    for finding in &state.judged.findings {
        let Some(fix) = &finding.fix else {
            continue;
        };
        let wanted = options
            .only
            .as_ref()
            .is_none_or(|only| only.contains(finding.rule));
        if !wanted || fix.safety == Safety::Unsafe && !options.unsafe_too {
            continue;
        }
        let key = Key::of(&state.judged, finding, fix, &state.composed);
        if record.never_again.contains(&key) {
            continue;
        }
        let edits = proposal::byte_edits(&state.judged, &state.files, fix);
        let outside = edits.is_none();
        let proposal = Proposal {
            finding,
            fix,
            key,
            edits: edits.unwrap_or_default(),
        };
        if outside {
            let why = "its edits lie outside of the file".to_owned();
            record.drop(proposal.key.clone(), Dropped::new(&proposal, why));
        } else if !proposal.edits.is_empty() {
            proposals.push(proposal);
        }
    }
    let rank: BTreeMap<&str, usize> = options.order.iter().map(String::as_str).zip(0..).collect();
    proposals.sort_by(|a, b| {
        let turn = |p: &Proposal<'_>| {
            let rule = p.finding.rule;
            (
                rank.get(rule).copied().unwrap_or(usize::MAX),
                rule,
                p.finding.origin,
            )
        };
        turn(a)
            .cmp(&turn(b))
            .then_with(|| a.key.cmp(&b.key))
            .then_with(|| a.edits.cmp(&b.edits))
    });
    proposals
}

/// The texts in the style that was asked for, as far as they mean the same in it.
fn finish(
    state: &State,
    judge: &mut impl FnMut(&Files) -> Judged,
    style: Style,
    place: impl Fn(&str, usize) -> Place,
) -> (BTreeMap<String, Patched>, Judged) {
    let mut patched = BTreeMap::new();
    let mut styled = state.files.clone();
    for (path, changes) in state.composed.iter().filter(|(_, c)| !c.is_empty()) {
        let (Some(original), Some(text)) = (state.original.get(path), state.files.get(path)) else {
            continue;
        };
        let out = annotate::render(original, changes.changes(), style, |line| place(path, line));
        styled.insert(path.clone(), out.into());
        patched.insert(
            path.clone(),
            Patched {
                original: original.clone(),
                text: text.clone(),
                changes: changes.clone(),
                styled: false,
            },
        );
    }
    if patched.is_empty() {
        return (patched, state.judged.clone());
    }
    let judged = judge(&styled);
    if same(&state.judged, &judged) {
        for (path, file) in &mut patched {
            file.styled = true;
            if let Some(text) = styled.get(path) {
                file.text = text.clone();
            }
        }
        return (patched, judged);
    }
    // Some file's comments are in the way: those of the others stay.
    let mut files = state.files.clone();
    let mut after = state.judged.clone();
    for (path, file) in &mut patched {
        let Some(text) = styled.get(path) else {
            continue;
        };
        files.insert(path.clone(), text.clone());
        let judged = judge(&files);
        if same(&state.judged, &judged) {
            file.styled = true;
            file.text = text.clone();
            after = judged;
        } else {
            files.insert(path.clone(), file.text.clone());
        }
    }
    (patched, after)
}

/// Whether two judgements say the same: no fault that is new, and as many findings of every rule
/// in every file.
fn same(plain: &Judged, styled: &Judged) -> bool {
    let count = |judged: &Judged| {
        let mut counts: BTreeMap<(&str, Severity, String), usize> = BTreeMap::new();
        for finding in &judged.findings {
            let path = judged.path(finding).to_owned();
            *counts
                .entry((finding.rule, finding.severity, path))
                .or_default() += 1;
        }
        counts
    };
    regress::new_faults(plain, styled).is_empty() && count(plain) == count(styled)
}

impl Applied {
    fn new(proposal: &Proposal<'_>, pass: usize) -> Self {
        Self {
            rule: proposal.finding.rule.to_owned(),
            severity: proposal.finding.severity,
            title: proposal.fix.title.clone(),
            safety: proposal.fix.safety,
            path: proposal.key.path.clone(),
            offset: proposal.key.offset,
            pass,
        }
    }
}

impl Dropped {
    pub(super) fn new(proposal: &Proposal<'_>, why: String) -> Self {
        Self {
            rule: proposal.finding.rule.to_owned(),
            title: proposal.fix.title.clone(),
            path: proposal.key.path.clone(),
            offset: proposal.key.offset,
            why,
        }
    }
}

#[cfg(test)]
mod tests;
