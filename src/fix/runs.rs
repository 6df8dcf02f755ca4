//! Changes of bytes as changes of lines.

use super::compose::{self, Change, Reason};
use super::lines::{self, Lines};

/// The original lines `first..end`, all changed, and the lines that they become.
pub(super) struct Run {
    pub(super) first: usize,
    /// Equal to `first` where lines are only put in, before that line.
    pub(super) end: usize,
    pub(super) new: Vec<Vec<u8>>,
    pub(super) why: Vec<Reason>,
}

/// The runs of lines that change for the same reasons, as long as can be, in order. Lines that are only put in are a run of their own
/// beside changed ones. Lines of which a change left nothing but white space are left out of the
/// new ones.
pub(super) fn find(original: &[u8], table: &Lines, changes: &[Change]) -> Vec<Run> {
    let changes = by_line(original, changes);
    let mut runs = Vec::new();
    let mut rest = changes.as_slice();
    while let Some(change) = rest.first() {
        let (first, mut end) = touched(original, table, change);
        let mut len = 1;
        for change in rest.iter().skip(1) {
            let (next, next_end) = touched(original, table, change);
            // Lines that change for other reasons stand below these.
            let same = rest.first().is_some_and(|first| first.why == change.why);
            let meets = next == end && same && (first == end) == (next == next_end);
            if next >= end && !meets {
                break;
            }
            end = end.max(next_end);
            len += 1;
        }
        let (group, after) = rest.split_at(len);
        runs.push(Run {
            first,
            end,
            new: new_lines(original, table, first, end, group),
            why: reasons(group),
        });
        rest = after;
    }
    runs
}

/// The changes, with those that take out a line by the line end before it made to take it out by
/// its own, which comes to the same.
fn by_line(original: &[u8], changes: &[Change]) -> Vec<Change> {
    let mut changes = changes.to_vec();
    let mut limit = original.len();
    for change in changes.iter_mut().rev() {
        let removed = original.get(change.start..change.end).unwrap_or_default();
        let after = original.get(change.end..limit).unwrap_or_default();
        for ending in [&b"\r\n"[..], b"\n"] {
            if change.text.is_empty() && removed.starts_with(ending) && after.starts_with(ending) {
                change.start += ending.len();
                change.end += ending.len();
                break;
            }
        }
        limit = change.start;
    }
    changes
}

/// The lines that a change changes; none, before the first of the two, if it only puts lines in.
fn touched(original: &[u8], table: &Lines, change: &Change) -> (usize, usize) {
    let first = table.of(change.start, original);
    let starts = lines::at_line_start(original, change.start);
    let whole = change.text.ends_with(b"\n");
    if change.start == change.end {
        let last = change.start >= original.len();
        let puts_in = starts && (whole || last);
        return (first, if puts_in { first } else { first + 1 });
    }
    // The last byte's line; and the next one if what is left of that line joins it.
    let end = table.of(change.end - 1, original) + 1;
    let closed = whole || starts && change.text.is_empty();
    let joins = lines::at_line_start(original, change.end) && !closed && end < table.count();
    (first, if joins { end + 1 } else { end })
}

fn new_lines(
    original: &[u8],
    table: &Lines,
    first: usize,
    end: usize,
    changes: &[Change],
) -> Vec<Vec<u8>> {
    let (from, to) = (table.start(first), table.start(end));
    let new = compose::apply(original, from, to, changes.iter());
    let gutted = gutted(original, from, changes);
    let mut gutted = gutted.as_slice();

    let mut kept = Vec::new();
    let mut start = 0;
    for line in new.split_inclusive(|b| *b == b'\n') {
        let end = start + line.len();
        let open = !line.ends_with(b"\n");
        while let Some((_, hi)) = gutted.first()
            && *hi < start
        {
            gutted = gutted.get(1..).unwrap_or_default();
        }
        let hit = gutted
            .first()
            .is_some_and(|(lo, _)| *lo < end || open && *lo == end);
        if !(hit && lines::is_blank(line)) {
            kept.push(line.to_vec());
        }
        start = end;
    }
    kept
}

/// The places in the new text, first and last offset, where a line lost words and got none for
/// them. A line that went with its line end has no place there.
fn gutted(original: &[u8], from: usize, changes: &[Change]) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut at = 0;
    let mut before = from;
    for change in changes {
        at += change.start.saturating_sub(before);
        before = change.end;
        let past = at + change.text.len();
        let removed = original.get(change.start..change.end).unwrap_or_default();
        if lines::is_blank(&change.text) && !lines::is_blank(removed) {
            let to_line_end =
                lines::at_line_start(original, change.end) || change.end == original.len();
            let from_line_start = lines::at_line_start(original, change.start);
            if !(from_line_start && to_line_end && change.text.is_empty()) {
                // Behind a line end that was put in begins a line that was there before.
                let next = to_line_end && change.text.ends_with(b"\n");
                places.push((at, past - usize::from(next)));
            }
        }
        at = past;
    }
    places
}

fn reasons(changes: &[Change]) -> Vec<Reason> {
    let mut why: Vec<Reason> = Vec::new();
    for reason in changes.iter().flat_map(|change| &change.why) {
        if !why.contains(reason) {
            why.push(reason.clone());
        }
    }
    why
}

impl Run {
    /// The run without the lines at its start and end that stay what they are; none if all do.
    pub(super) fn trim(mut self, original: &[u8], table: &Lines) -> Option<Self> {
        let old: Vec<&[u8]> = (self.first..self.end)
            .map(|line| original_line(original, table, line))
            .collect();
        let shorter = old.len().min(self.new.len());
        let mut head = 0;
        while let (Some(a), Some(b)) = (old.get(head), self.new.get(head)) {
            // The last line of a file is the same with and without a line end, if it is the last
            // one no more, or has become it.
            let last = head + 1 == shorter && old.len() != self.new.len();
            if *a != b.as_slice() && !(last && one_lacks_ending(a, b)) {
                break;
            }
            head += 1;
        }
        let tail = old
            .iter()
            .rev()
            .zip(self.new.iter().rev())
            .take(shorter - head)
            .take_while(|(a, b)| **a == b.as_slice())
            .count();
        self.first += head;
        self.end -= tail;
        self.new.truncate(self.new.len() - tail);
        self.new.drain(..head);
        (self.first < self.end || !self.new.is_empty()).then_some(self)
    }

    /// The run with the lines before it, from `first` on, which become what they were.
    pub(super) fn extend_up(mut self, original: &[u8], table: &Lines, first: usize) -> Self {
        if first < self.first {
            let kept =
                (first..self.first).map(|line| original_line(original, table, line).to_vec());
            self.new.splice(0..0, kept);
            self.first = first;
        }
        self
    }

    /// One run of this one and a later one, and of the lines between them.
    pub(super) fn join(mut self, later: Run, original: &[u8], table: &Lines) -> Self {
        let between = self.end..later.first;
        self.new
            .extend(between.map(|line| original_line(original, table, line).to_vec()));
        self.new.extend(later.new);
        self.end = later.end;
        for reason in later.why {
            if !self.why.contains(&reason) {
                self.why.push(reason);
            }
        }
        self
    }
}

/// Whether two lines differ in nothing but that one of them has no line end.
fn one_lacks_ending(a: &[u8], b: &[u8]) -> bool {
    lines::ending(a).is_some() != lines::ending(b).is_some()
        && lines::content(a) == lines::content(b)
}

fn original_line<'a>(original: &'a [u8], table: &Lines, line: usize) -> &'a [u8] {
    original
        .get(table.start(line)..table.start(line + 1))
        .unwrap_or_default()
}
