//! Which of the fixes that a judgement offers are made in one pass.

use std::collections::BTreeMap;
use std::ops::Bound;

/// Bytes of one file and what they become.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteEdit {
    /// Which file, by whatever number the caller gives it.
    pub file: usize,
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What stands there instead.
    pub text: Vec<u8>,
}

/// What [`select`] decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The numbers of the fixes that can be made together, in order.
    pub chosen: Vec<usize>,
    /// Those that cannot be made at all, since their own edits are in each other's way.
    pub malformed: Vec<usize>,
}

/// Takes the fixes (each a list of edits) in the order given, and every one whose edits are in
/// nobody's way. Edits are in each other's way if they share a byte, if one puts something into
/// bytes that the other replaces, or if both put different things at one place. An edit that an
/// earlier fix makes as well is shared: it is made once, and both fixes count.
pub fn select(fixes: &[&[ByteEdit]]) -> Selection {
    let mut selection = Selection::default();
    let mut taken = Taken::default();
    for (number, edits) in fixes.iter().enumerate() {
        if Taken::default().take(edits) {
            if taken.take(edits) {
                selection.chosen.push(number);
            }
        } else {
            selection.malformed.push(number);
        }
    }
    selection
}

/// The edits that are to be made: by file, first and last byte.
#[derive(Default)]
struct Taken<'a> {
    edits: BTreeMap<(usize, usize, usize), &'a [u8]>,
}

enum Fit {
    Free,
    Shared,
    InTheWay,
}

impl<'a> Taken<'a> {
    /// Takes all edits in, or none.
    fn take(&mut self, edits: &'a [ByteEdit]) -> bool {
        let mut added = Vec::new();
        for edit in edits {
            match self.fit(edit) {
                Fit::Shared => {}
                Fit::Free => {
                    let key = (edit.file, edit.start, edit.end);
                    self.edits.insert(key, &edit.text);
                    added.push(key);
                }
                Fit::InTheWay => {
                    for key in added {
                        self.edits.remove(&key);
                    }
                    return false;
                }
            }
        }
        true
    }

    fn fit(&self, edit: &ByteEdit) -> Fit {
        let ByteEdit {
            file, start, end, ..
        } = *edit;
        if start > end {
            return Fit::InTheWay;
        }
        if let Some(text) = self.edits.get(&(file, start, end)) {
            return if *text == edit.text.as_slice() {
                Fit::Shared
            } else {
                Fit::InTheWay
            };
        }
        // Those taken do not overlap, so that only the last one that starts before can reach here.
        let before = self
            .edits
            .range((Bound::Unbounded, Bound::Excluded((file, start, start))))
            .next_back();
        if let Some(((other, _, reach), _)) = before
            && *other == file
            && *reach > start
        {
            return Fit::InTheWay;
        }
        if start == end {
            return Fit::Free;
        }
        // What starts within; an insertion right at the start is beside, not within.
        let within = (
            Bound::Excluded((file, start, start)),
            Bound::Excluded((file, end, end)),
        );
        if self.edits.range(within).next().is_some() {
            return Fit::InTheWay;
        }
        Fit::Free
    }
}

#[cfg(test)]
mod tests;
