//! Which comment is about a place, and which text is ignored: found without looking at all of them.

use std::collections::HashMap;

use super::Suppressed;
use super::ignores::Ignore;
use crate::finding::Finding;
use crate::source::{Origin, SourceId, Span};

/// A comment by its place in the list of all, and a rule by its place in the comment's.
pub(super) type Use = (usize, usize);

/// First and last line of what a comment is about; none where that is its file.
type Lines = Option<(usize, usize)>;

/// The comments by what they are about.
#[derive(Default)]
pub(super) struct Index<'a> {
    /// What is about a line, the fewest lines first.
    about: HashMap<(SourceId, usize), Vec<(usize, usize)>>,
    named: HashMap<(SourceId, Lines, &'a str), Use>,
    /// Comments that ignore whatever is in their file.
    all: HashMap<SourceId, usize>,
}

impl<'a> Index<'a> {
    pub fn of(ignores: &'a [Ignore]) -> Self {
        let mut index = Self::default();
        let mut known = std::collections::HashSet::new();
        for (at, ignore) in ignores.iter().enumerate() {
            let source = ignore.place.origin.source;
            let lines = ignore.lines.as_ref().map(|lines| (lines.start, lines.end));
            for (number, name) in ignore.names.iter().enumerate() {
                let key = (source, lines, name.text.as_str());
                index.named.entry(key).or_insert((at, number));
            }
            match lines {
                None if ignore.names.is_empty() => {
                    index.all.entry(source).or_insert(at);
                }
                // Comments that stand one above the other are about the same lines.
                Some((start, end)) if known.insert((source, start, end)) => {
                    for line in start..end {
                        let about = index.about.entry((source, line)).or_default();
                        about.push((start, end));
                    }
                }
                _ => {}
            }
        }
        for about in index.about.values_mut() {
            about.sort_by_key(|(start, end)| end - start);
        }
        index
    }

    /// The comment that ignores a finding on a line: of several the one that is about the fewest lines.
    pub fn by_comment(&self, finding: &Finding, line: usize) -> Option<Use> {
        let source = finding.origin.source;
        let about = self.about.get(&(source, line)).into_iter().flatten();
        about
            .map(|lines| Some(*lines))
            .chain([None])
            .find_map(|lines| self.named.get(&(source, lines, finding.rule)).copied())
            .or_else(|| Some((*self.all.get(&source)?, 0)))
    }

    /// The comment that ignores what is found of another comment: one about its file.
    pub fn by_file(&self, ignores: &[Ignore], finding: &Finding) -> Option<Use> {
        let source = finding.origin.source;
        let named = self.named.get(&(source, None, finding.rule)).copied();
        let all = self.all.get(&source).map(|at| (*at, 0));
        let is_other = |(at, _): &Use| {
            let own = ignores.get(*at).map(|ignore| ignore.place.origin.span);
            own.is_some_and(|own| !own.contains(finding.origin.span))
        };
        [named, all].into_iter().flatten().find(is_other)
    }
}

/// The text that ignored findings are about.
pub(super) struct IgnoredText {
    /// By rule and file, in the order of their starts; each with the highest end up to there.
    places: HashMap<(&'static str, SourceId), Vec<(u32, u32)>>,
}

impl IgnoredText {
    pub fn of(suppressed: &[Suppressed]) -> Self {
        let mut places: HashMap<_, Vec<(u32, u32)>> = HashMap::new();
        for Suppressed { finding, .. } in suppressed {
            let Origin { source, span } = finding.origin;
            let places = places.entry((finding.rule, source)).or_default();
            places.push((span.start, span.end));
        }
        for places in places.values_mut() {
            places.sort_unstable();
            let mut highest = 0;
            for (_, end) in places {
                highest = highest.max(*end);
                *end = highest;
            }
        }
        Self { places }
    }

    /// Whether a rule's edit would change what a finding of the same rule is about, which is ignored.
    pub fn is_changed(&self, rule: &'static str, source: SourceId, edited: Span) -> bool {
        let Some(places) = self.places.get(&(rule, source)) else {
            return false;
        };
        let before = places.partition_point(|(start, _)| *start < edited.end);
        let last = before.checked_sub(1).and_then(|last| places.get(last));
        last.is_some_and(|(_, highest)| *highest > edited.start)
    }
}
