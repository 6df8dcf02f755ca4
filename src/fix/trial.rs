//! One pass: some fixes made, and the result judged.

use std::collections::BTreeMap;

use super::Files;
use super::compose::{Change, Composed};
use super::engine::Dropped;
use super::judge::Judged;
use super::proposal::{Key, Proposal};
use super::regress;

/// Where the work stands between two passes.
pub(super) struct State {
    pub(super) original: Files,
    pub(super) files: Files,
    pub(super) composed: BTreeMap<String, Composed>,
    pub(super) judged: Judged,
}

impl State {
    /// Takes in the files that a judge has read for the first time.
    pub(super) fn learn(original: &mut Files, files: &mut Files, judged: &Judged) {
        for (path, text) in &judged.sources {
            if !files.contains_key(path) {
                files.insert(path.clone(), text.clone());
                original.insert(path.clone(), text.clone());
            }
        }
    }
}

/// The state after a pass, and what is wrong with it.
pub(super) struct Trial {
    pub(super) state: State,
    pub(super) wrong: Vec<String>,
}

/// Makes the fixes of `chosen`, none of which is in another's way, and judges the result.
pub(super) fn attempt(
    state: &State,
    proposals: &[Proposal<'_>],
    chosen: &[usize],
    judge: &mut impl FnMut(&Files) -> Judged,
) -> Trial {
    let mut files = state.files.clone();
    let mut composed = state.composed.clone();
    let mut pass = BTreeMap::new();
    for (path, edits) in edits(&state.judged, proposals, chosen) {
        let (Some(original), Some(current)) = (state.original.get(path), state.files.get(path))
        else {
            continue;
        };
        let step = Composed::of(current, &edits);
        let changes = composed.entry(path.to_owned()).or_default();
        *changes = changes.then(original, current, &edits);
        files.insert(path.to_owned(), step.apply(current).into());
        pass.insert(path.to_owned(), step);
    }
    let judged = judge(&files);
    let mut wrong = regress::regressions(&state.judged, &judged, &pass);
    wrong.extend(without_effect(state, proposals, chosen, &judged, &composed));
    let mut original = state.original.clone();
    State::learn(&mut original, &mut files, &judged);
    Trial {
        state: State {
            original,
            files,
            composed,
            judged,
        },
        wrong,
    }
}

/// The edits by file. Those that several fixes share are made once, with every reason.
fn edits<'a>(
    judged: &'a Judged,
    proposals: &[Proposal<'_>],
    chosen: &[usize],
) -> BTreeMap<&'a str, Vec<Change>> {
    let mut by_place: BTreeMap<(&str, usize, usize), Change> = BTreeMap::new();
    for proposal in chosen.iter().filter_map(|number| proposals.get(*number)) {
        for edit in &proposal.edits {
            let Some((path, _)) = judged.sources.get(edit.file) else {
                continue;
            };
            let change = by_place
                .entry((path, edit.start, edit.end))
                .or_insert_with(|| Change {
                    start: edit.start,
                    end: edit.end,
                    text: edit.text.clone(),
                    why: Vec::new(),
                });
            let reason = proposal.reason();
            if !change.why.contains(&reason) {
                change.why.push(reason);
            }
        }
    }
    let mut by_file: BTreeMap<&str, Vec<Change>> = BTreeMap::new();
    for ((path, ..), change) in by_place {
        by_file.entry(path).or_default().push(change);
    }
    by_file
}

/// Fixes that were made and are offered again for the same words: making them once more would
/// never end.
fn without_effect(
    state: &State,
    proposals: &[Proposal<'_>],
    chosen: &[usize],
    judged: &Judged,
    composed: &BTreeMap<String, Composed>,
) -> Vec<String> {
    let before = count(&state.judged, &state.composed);
    let after = count(judged, composed);
    chosen
        .iter()
        .filter_map(|number| proposals.get(*number))
        .filter(|proposal| {
            let times = |counts: &BTreeMap<Key, usize>| counts.get(&proposal.key).copied();
            times(&after).is_some_and(|after| after >= times(&before).unwrap_or(0))
        })
        .map(|proposal| format!("“{}” leaves its finding where it was", proposal.fix.title))
        .collect()
}

fn count(judged: &Judged, composed: &BTreeMap<String, Composed>) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for finding in &judged.findings {
        if let Some(fix) = &finding.fix {
            *counts
                .entry(Key::of(judged, finding, fix, composed))
                .or_default() += 1;
        }
    }
    counts
}

/// What is left of a pass that went wrong.
pub(super) struct Sifted {
    /// The state with the good fixes made, if there are any, and their numbers.
    pub(super) good: Option<(State, Vec<usize>)>,
    /// The fixes that did it, and what each would bring about.
    pub(super) bad: Vec<(usize, Dropped)>,
}

/// Finds the fixes of a pass that make it go wrong, by halves; the others are made.
pub(super) fn sift(
    state: &State,
    proposals: &[Proposal<'_>],
    chosen: &[usize],
    judge: &mut impl FnMut(&Files) -> Judged,
) -> Sifted {
    let mut good: Option<(State, Vec<usize>)> = None;
    let mut alone = Vec::new();
    let mut stack = vec![chosen.to_vec()];
    // The whole is known to go wrong.
    let mut known_bad = true;
    while let Some(part) = stack.pop() {
        if !known_bad {
            let with = joined(&good, &part);
            let trial = attempt(state, proposals, &with, judge);
            if trial.wrong.is_empty() {
                good = Some((trial.state, with));
                continue;
            }
        }
        known_bad = false;
        if part.len() > 1 {
            let (first, second) = part.split_at(part.len() / 2);
            stack.push(second.to_vec());
            stack.push(first.to_vec());
        } else {
            alone.extend(part);
        }
    }
    // A fix may have been waiting for one that came after it.
    let mut bad = Vec::new();
    for number in alone {
        let with = joined(&good, &[number]);
        let trial = attempt(state, proposals, &with, judge);
        match (trial.wrong.into_iter().next(), proposals.get(number)) {
            (None, _) => good = Some((trial.state, with)),
            (Some(why), Some(proposal)) => bad.push((number, Dropped::new(proposal, why))),
            (Some(_), None) => {}
        }
    }
    Sifted { good, bad }
}

fn joined(good: &Option<(State, Vec<usize>)>, more: &[usize]) -> Vec<usize> {
    let mut numbers = good.as_ref().map_or_else(Vec::new, |(_, n)| n.clone());
    numbers.extend(more);
    numbers.sort_unstable();
    numbers
}
