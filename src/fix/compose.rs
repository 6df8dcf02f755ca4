//! The edits of several passes as one list against the original text.
//!
//! The edits of a pass speak of the text that the pass before left. To say in the end which bytes
//! of the user's file became what, and why, they are put together into changes that speak of the
//! original.

/// Which rule asked for a change, and the words that it gives as the reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason {
    /// The rule's name.
    pub rule: String,
    /// The fix's reason.
    pub reason: String,
}

/// A replacement in one text: bytes `start..end` become `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// First byte that is replaced.
    pub start: usize,
    /// One past the last; equal to `start` where bytes are only put in.
    pub end: usize,
    /// What stands there instead.
    pub text: Vec<u8>,
    /// Who asked for it, each once.
    pub why: Vec<Reason>,
}

impl Change {
    /// Whether it puts in whole lines and takes nothing out.
    fn puts_in_lines(&self) -> bool {
        self.start == self.end && self.text.ends_with(b"\n")
    }
}

/// Where an offset of a changed text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// First byte in the original.
    pub start: usize,
    /// One past the last; equal to `start` for an offset in text that did not change.
    pub end: usize,
    /// Whether the offset is in text that did not change.
    pub kept: bool,
}

/// What became of one text: changes in order, that do not overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Composed {
    changes: Vec<Change>,
    /// Where each of them starts in the changed text.
    starts: Vec<usize>,
}

impl Composed {
    /// The changes of a single pass over `text`. They may come in any order, must lie within the
    /// text and not overlap.
    pub fn of(text: &[u8], edits: &[Change]) -> Self {
        Self::default().then(text, text, edits)
    }

    /// The changes in order of place; their offsets are those of the original.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether the text is as it was.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The text that the changes make of the original.
    pub fn apply(&self, original: &[u8]) -> Vec<u8> {
        apply(original, 0, original.len(), self.changes.iter())
    }

    /// These changes, and then `edits`, which speak of `current`, the text that these changes made
    /// of `original`.
    pub fn then(&self, original: &[u8], current: &[u8], edits: &[Change]) -> Self {
        let mut items = self.items();
        items.extend(edits.iter().map(|edit| Item {
            start: edit.start,
            end: edit.end,
            growth: 0,
            edit: true,
            change: edit,
        }));
        // Stable: changes that stand at one place keep their order.
        items.sort_by_key(|item| (item.start, item.end, item.edit));

        let mut changes = Vec::new();
        let mut shift = 0;
        let mut rest = items.as_slice();
        while !rest.is_empty() {
            let (group, after) = rest.split_at(group_len(rest));
            changes.extend(merge(original, current, group, &mut shift));
            rest = after;
        }
        Self::new(changes)
    }

    /// Where an offset of the changed text comes from in the original.
    pub fn origin(&self, offset: usize) -> Place {
        // The last change that starts at or before it.
        let number = self.starts.partition_point(|start| *start <= offset);
        let last = number.checked_sub(1);
        let start = match last.and_then(|n| self.starts.get(n).zip(self.changes.get(n))) {
            None => offset,
            Some((start, change)) if offset < start + change.text.len() => {
                return Place {
                    start: change.start,
                    end: change.end,
                    kept: false,
                };
            }
            Some((start, change)) => change.end + (offset - start - change.text.len()),
        };
        Place {
            start,
            end: start,
            kept: true,
        }
    }

    fn new(changes: Vec<Change>) -> Self {
        let mut shift = 0;
        let mut starts = Vec::with_capacity(changes.len());
        for change in &changes {
            starts.push(change.start.saturating_add_signed(shift));
            shift += growth(change);
        }
        Self { changes, starts }
    }

    /// The changes with their places in the changed text.
    fn items(&self) -> Vec<Item<'_>> {
        let items = self.changes.iter().zip(&self.starts);
        items
            .map(|(change, start)| Item {
                start: *start,
                end: start + change.text.len(),
                growth: growth(change),
                edit: false,
                change,
            })
            .collect()
    }
}

/// By how many bytes a change makes its text longer.
fn growth(change: &Change) -> isize {
    change.text.len() as isize - (change.end as isize - change.start as isize)
}

/// A change that was there before, or an edit of the new pass, by its place in the text between
/// the two.
struct Item<'a> {
    start: usize,
    end: usize,
    /// By how many bytes everything behind it has moved against the original.
    growth: isize,
    edit: bool,
    change: &'a Change,
}

/// How many of the items, from the first, have to become one change: those that share bytes, and
/// what is put in right beside an earlier change. Lines that are put in below such lines stay a
/// change of their own, with their own reason.
fn group_len(items: &[Item<'_>]) -> usize {
    let Some(first) = items.first() else {
        return 0;
    };
    let mut end = first.end;
    // What touches `end`: an earlier change, an insertion of the new pass.
    let mut change = !first.edit;
    let mut insertion = first.edit && first.start == first.end;
    let mut lines = first.change.puts_in_lines();
    let mut len = 1;
    for item in items.iter().skip(1) {
        let inserts = item.edit && item.start == item.end;
        let below = lines && item.edit && item.change.puts_in_lines();
        let beside = inserts && change && !below || !item.edit && insertion;
        if !(item.start < end || item.start == end && beside) {
            break;
        }
        lines &= item.change.puts_in_lines();
        if item.end > end {
            (change, insertion) = (false, false);
            end = item.end;
        }
        if item.end == end {
            change |= !item.edit;
            insertion |= inserts;
        }
        len += 1;
    }
    len
}

/// One change for a group of items, or none where they cancel out. `shift` is how far the text in
/// front of the group has moved, and is brought behind the group.
fn merge(original: &[u8], current: &[u8], group: &[Item<'_>], shift: &mut isize) -> Option<Change> {
    let from = group.iter().map(|item| item.start).min()?;
    let to = group.iter().map(|item| item.end).max()?;
    let start = unshift(from, *shift);
    *shift += group.iter().map(|item| item.growth).sum::<isize>();
    let end = unshift(to, *shift);

    let edits = group.iter().filter(|item| item.edit).map(|i| i.change);
    let text = apply(current, from, to, edits);
    let mut why: Vec<Reason> = Vec::new();
    let changes = group.iter().filter(|item| !item.edit);
    for item in changes.chain(group.iter().filter(|item| item.edit)) {
        for reason in &item.change.why {
            if !why.contains(reason) {
                why.push(reason.clone());
            }
        }
    }
    (original.get(start..end) != Some(text.as_slice())).then_some(Change {
        start,
        end,
        text,
        why,
    })
}

/// The bytes `from..to` of a text with the changes made that lie in them.
pub(super) fn apply<'a>(
    text: &[u8],
    from: usize,
    to: usize,
    changes: impl Iterator<Item = &'a Change>,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(to - from);
    let mut at = from;
    for change in changes {
        out.extend_from_slice(text.get(at..change.start).unwrap_or_default());
        out.extend_from_slice(&change.text);
        at = change.end;
    }
    out.extend_from_slice(text.get(at..to).unwrap_or_default());
    out
}

fn unshift(offset: usize, shift: isize) -> usize {
    offset.saturating_add_signed(-shift)
}

#[cfg(test)]
mod tests;
