//! What a pass may not bring about.
//!
//! The policy: after a pass no file may have more faults of syntax than before, and no finding of
//! severity warning or error may be there that was not there before. A note may appear: that a
//! helper is not used any more, say, is what its removal leads to, and the next pass mends it; and so is
//! that a comment ignores nothing any more. So may a
//! warning about the very words that something no less bad was about, or what took their place, which is
//! gone.
//!
//! A finding was there before if one of the same rule, a warning or error as well, was at the same
//! place (where the pass changed the text: anywhere in the bytes that the new text replaced), or
//! else about the same words in the same file. Each finding of before stands for one of after.
//! What a rule says about it does not count, since a message may tell of its surroundings.

use std::collections::{BTreeMap, HashMap};

use super::compose::{Composed, Place};
use super::judge::Judged;
use crate::finding::{Finding, Severity};

/// What is wrong with `after`, in words; nothing if all is well. `pass` says what became of the
/// texts of `before`.
pub(super) fn regressions(
    before: &Judged,
    after: &Judged,
    pass: &BTreeMap<String, Composed>,
) -> Vec<String> {
    let mut wrong = new_faults(before, after);
    for finding in new_findings(before, after, pass) {
        wrong.push(format!(
            "it would bring up {}: {}",
            finding.rule, finding.message
        ));
    }
    wrong
}

/// The faults of files that have more than before.
pub(super) fn new_faults(before: &Judged, after: &Judged) -> Vec<String> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    for fault in &before.faults {
        *known.entry(fault.path.as_str()).or_default() += 1;
    }
    let mut wrong = Vec::new();
    for fault in &after.faults {
        match known.get_mut(fault.path.as_str()) {
            Some(left) if *left > 0 => *left -= 1,
            _ => wrong.push(format!(
                "{} could not be parsed any more: {}",
                fault.path, fault.message
            )),
        }
    }
    wrong
}

fn new_findings<'a>(
    before: &Judged,
    after: &'a Judged,
    pass: &BTreeMap<String, Composed>,
) -> Vec<&'a Finding> {
    let mut known = Known::of(before);
    let mut left: Vec<&Finding> = after.findings.iter().filter(|f| counts(f)).collect();
    // The surest likeness first, so that a finding does not take what belongs to another.
    for likeness in [Group::same_place, Group::same_region, Group::same_words] {
        left.retain(|finding| {
            let path = after.path(finding);
            let Some(group) = known.groups.get_mut(&(finding.rule, path)) else {
                return true;
            };
            !likeness(group, origin(after, pass, finding), after.words(finding))
        });
    }
    left.retain(|finding| !comes_behind(before, after, finding, origin(after, pass, finding)));
    left
}

/// Where a finding of after was before.
fn origin(after: &Judged, pass: &BTreeMap<String, Composed>, finding: &Finding) -> Place {
    let start = finding.origin.span.start as usize;
    let unchanged = Place {
        start,
        end: start,
        kept: true,
    };
    let composed = pass.get(after.path(finding));
    composed.map_or(unchanged, |composed| composed.origin(start))
}

/// Whether a warning speaks of what something no less bad about the same words, or those that they took the
/// place of, kept from coming to pass: that a server is not asked to stop, say, which was gone by then.
fn comes_behind(before: &Judged, after: &Judged, finding: &Finding, place: Place) -> bool {
    let (path, words) = (after.path(finding), after.words(finding));
    let same_words = |judged: &Judged, other: &Finding| {
        judged.path(other) == path && judged.words(other) == words
    };
    let in_place = |gone: &Finding| {
        let span = gone.origin.span.range();
        let within = place.start <= span.start && span.end <= place.end;
        !place.kept && within && before.path(gone) == path
    };
    let in_file = |judged: &Judged, other: &Finding| judged.path(other) == path;
    // Of several that a rule says of these words, one is enough.
    let is_fewer = |rule: &str, alike: &dyn Fn(&Judged, &Finding) -> bool| {
        let count = |judged: &Judged| {
            let of_rule = judged.findings.iter().filter(|f| f.rule == rule);
            of_rule.filter(|other| alike(judged, other)).count()
        };
        count(before) > count(after)
    };
    let is_gone = |gone: &Finding| match same_words(before, gone) {
        true => is_fewer(gone.rule, &same_words),
        false => in_place(gone) && is_fewer(gone.rule, &in_file),
    };
    let mut worse = before.findings.iter();
    finding.severity < Severity::Error
        && worse.any(|gone| gone.severity >= finding.severity && is_gone(gone))
}

fn counts(finding: &Finding) -> bool {
    finding.severity >= Severity::Warning && !crate::rules::is_of_ignores(finding.rule)
}

/// The warnings and errors of before that none of after stands for yet.
struct Known<'a> {
    groups: HashMap<(&'static str, &'a str), Group<'a>>,
}

/// Those of one rule in one file.
#[derive(Default)]
struct Group<'a> {
    /// By where they start, and a number; with where they end.
    starts: BTreeMap<(usize, usize), usize>,
    /// The first of the two, by the words that they are about.
    words: HashMap<&'a [u8], Vec<(usize, usize)>>,
}

impl<'a> Known<'a> {
    fn of(before: &'a Judged) -> Self {
        let mut groups: HashMap<_, Group<'a>> = HashMap::new();
        for (number, finding) in before.findings.iter().enumerate() {
            if counts(finding) {
                let group = groups
                    .entry((finding.rule, before.path(finding)))
                    .or_default();
                let span = finding.origin.span.range();
                group.starts.insert((span.start, number), span.end);
                let words = group.words.entry(before.words(finding)).or_default();
                words.push((span.start, number));
            }
        }
        Self { groups }
    }
}

impl Group<'_> {
    fn same_place(&mut self, place: Place, _: &[u8]) -> bool {
        place.kept && self.take(place.start, place.start)
    }

    fn same_region(&mut self, place: Place, _: &[u8]) -> bool {
        if place.kept {
            return false;
        }
        if self.take(place.start, place.end) {
            return true;
        }
        // One that starts before, and reaches in.
        let before = self.starts.range(..(place.start, 0)).next_back();
        match before.map(|(key, end)| (*key, *end)) {
            Some((key, end)) if end >= place.start => self.starts.remove(&key).is_some(),
            _ => false,
        }
    }

    fn same_words(&mut self, _: Place, words: &[u8]) -> bool {
        let Some(keys) = self.words.get_mut(words) else {
            return false;
        };
        while let Some(key) = keys.pop() {
            if self.starts.remove(&key).is_some() {
                return true;
            }
        }
        false
    }

    /// Takes one away that starts at one of these offsets.
    fn take(&mut self, first: usize, last: usize) -> bool {
        let found = self.starts.range((first, 0)..=(last, usize::MAX)).next();
        match found.map(|(key, _)| *key) {
            Some(key) => self.starts.remove(&key).is_some(),
            None => false,
        }
    }
}

#[cfg(test)]
mod tests;
