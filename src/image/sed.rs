//! `sed` in the mind: what its commonest commands make of a text that is known.
//!
//! `s`, `d`, `a`, `i` and `c`, with a line's number, `$` or a pattern before them. What comes out of
//! anything else is not known.

mod holes;
mod pattern;
mod script;
#[cfg(test)]
mod tests;

use regex::Regex;
use script::Script;

use crate::eval::{Reason, Value};
use crate::programs::Words;

/// A call of `sed`.
#[derive(Debug)]
pub(super) struct Sed {
    /// Whether it writes the files that it reads.
    pub(super) in_place: bool,
    /// The words that are files.
    pub(super) files: Vec<usize>,
    /// What it does, if all of that is understood.
    edits: Option<Vec<Edit>>,
}

#[derive(Debug)]
struct Edit {
    from: Option<Address>,
    to: Option<Address>,
    negated: bool,
    does: Does,
}

#[derive(Debug)]
enum Address {
    Line(usize),
    Last,
    Pattern(Regex),
}

#[derive(Debug)]
enum Does {
    Substitute {
        pattern: Regex,
        with: Vec<Part>,
        everywhere: bool,
    },
    Delete,
    Append(Value),
    Insert(Value),
    Change(Value),
    Nothing,
}

/// A part of what comes in the place of what was found.
#[derive(Debug)]
enum Part {
    Text(Value),
    /// What was found, or a group of it.
    Group(usize),
}

/// What a call prints that reads one file, or its `input`; `text` is what a file holds.
pub fn filtered(
    words: &Words,
    argv: &[Value],
    input: Option<&Value>,
    text: &dyn Fn(&str) -> Option<Value>,
) -> Option<Value> {
    let sed = Sed::read(words, argv);
    match sed.files[..] {
        [] => sed.edit(input?),
        [file] if !sed.in_place => sed.edit(&text(words[file]?)?),
        _ => None,
    }
}

impl Sed {
    /// Reads the words of a call.
    pub(super) fn read(words: &Words, argv: &[Value]) -> Self {
        let mut sed = Self {
            in_place: false,
            files: Vec::new(),
            edits: None,
        };
        let mut extended = false;
        let mut understood = true;
        let mut scripts: Vec<Option<Value>> = Vec::new();
        let mut operands = Vec::new();
        let mut index = 1;
        while index < words.len() {
            let Some(word) = words[index] else {
                operands.push(index);
                index += 1;
                continue;
            };
            if let Some(long) = word.strip_prefix("--") {
                match long.split_once('=').map_or(long, |(name, _)| name) {
                    "in-place" => sed.in_place = true,
                    "regexp-extended" => extended = true,
                    "expression" if long.contains('=') => {
                        scripts.push(argv.get(index).map(|word| word.without_prefix(13)))
                    }
                    "expression" => {
                        index += 1;
                        scripts.push(argv.get(index).cloned());
                    }
                    "separate" | "follow-symlinks" | "posix" | "sandbox" => {}
                    _ => understood = false,
                }
            } else if word.len() > 1 && word.starts_with('-') {
                for (at, letter) in word.char_indices().skip(1) {
                    match letter {
                        'i' => {
                            // What follows is the ending of a copy that is kept.
                            sed.in_place = true;
                            break;
                        }
                        'r' | 'E' => extended = true,
                        'e' if at + 1 < word.len() => {
                            scripts.push(argv.get(index).map(|word| word.without_prefix(at + 1)));
                            break;
                        }
                        'e' => {
                            index += 1;
                            scripts.push(argv.get(index).cloned());
                        }
                        's' | 'u' => {}
                        _ => {
                            understood = false;
                            break;
                        }
                    }
                }
            } else {
                operands.push(index);
            }
            index += 1;
        }
        if scripts.is_empty() && !operands.is_empty() {
            scripts.push(argv.get(operands.remove(0)).cloned());
        }
        sed.files = operands;
        let edits: Option<Vec<Vec<Edit>>> = scripts
            .into_iter()
            .map(|script| Script::new(script?, extended)?.edits())
            .collect();
        sed.edits = edits
            .filter(|_| understood)
            .map(|edits| edits.into_iter().flatten().collect());
        sed
    }

    /// What becomes of a text, which ends in a line's end; none if that is not known. What is not
    /// known within a line stays where it is.
    pub(super) fn edit(&self, value: &Value) -> Option<Value> {
        let holed = holes::cut(value)?;
        // What is not known may have lines of its own: they are not counted.
        if holed.is_some() && self.edits.iter().flatten().any(Edit::counts_lines) {
            return None;
        }
        let edited = self.edited(holed.as_ref().unwrap_or(value))?;
        Some(if holed.is_some() {
            holes::opened(&edited)
        } else {
            edited
        })
    }

    fn edited(&self, value: &Value) -> Option<Value> {
        let edits = self.edits.as_ref()?;
        let text = value.known()?;
        let count = text.lines().count();
        let mut out = Value::default();
        let mut open: Vec<bool> = edits.iter().map(Edit::is_open_at_first).collect();
        let (mut kept, mut at) = (0, 0);
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let bare = line.trim_end_matches('\n');
            let (start, end) = (at, at + bare.len());
            at += line.len();
            // What becomes of the line, once anything does.
            let mut space: Option<Value> = None;
            let (mut deleted, mut before, mut behind) = (false, Vec::new(), Vec::new());
            for (edit, open) in edits.iter().zip(&mut open) {
                let changed = match &space {
                    Some(space) => Some(space.known()?),
                    None => None,
                };
                let now = changed.as_deref().unwrap_or(bare);
                if !edit.applies(open, number + 1, number + 1 == count, now) {
                    continue;
                }
                match &edit.does {
                    Does::Substitute {
                        pattern,
                        with,
                        everywhere,
                    } if pattern.is_match(now) => {
                        let old = match space.take() {
                            Some(space) => space,
                            None => value.slice(start..end)?,
                        };
                        space = substituted(&old, now, pattern, with, *everywhere);
                        space.as_ref()?;
                    }
                    Does::Delete => deleted = true,
                    Does::Change(text) => {
                        deleted = true;
                        // Of several lines the last is what it comes for.
                        if edit.negated || !*open {
                            behind.push(text.clone());
                        }
                    }
                    Does::Append(text) => behind.push(text.clone()),
                    Does::Insert(text) => before.push(text.clone()),
                    Does::Substitute { .. } | Does::Nothing => {}
                }
                if deleted {
                    break;
                }
            }
            if !deleted && space.is_none() && before.is_empty() && behind.is_empty() {
                continue;
            }
            out.push(value.slice(kept..start)?);
            kept = at;
            let own = match (deleted, space) {
                (true, _) => None,
                (false, Some(space)) => Some(space),
                (false, None) => Some(value.slice(start..end)?),
            };
            for text in before.into_iter().chain(own).chain(behind) {
                out.push(text);
                out.push_known("\n", None, false);
            }
        }
        out.push(value.slice(kept..text.len())?);
        Some(out)
    }

    /// What it puts into a text that is not known, if it finds what it looks for: a line for each.
    pub(super) fn puts(&self) -> Value {
        let mut out = Value::default();
        for edit in self.edits.iter().flatten() {
            match &edit.does {
                Does::Substitute { with, .. } => {
                    for part in with {
                        match part {
                            Part::Text(text) => out.push(text.clone()),
                            Part::Group(_) => out.push(Value::unknown(Reason::Output)),
                        }
                    }
                }
                Does::Append(text) | Does::Insert(text) | Does::Change(text) => {
                    out.push(text.clone());
                }
                Does::Delete | Does::Nothing => continue,
            }
            out.push_known("\n", None, false);
        }
        out
    }
}

impl Edit {
    fn counts_lines(&self) -> bool {
        let counted = |address: &Address| !matches!(address, Address::Pattern(_));
        self.from.iter().chain(&self.to).any(counted)
    }

    /// Whether a range begins before the first line, so that this may end it: `0,/x/`.
    fn is_open_at_first(&self) -> bool {
        matches!((&self.from, &self.to), (Some(Address::Line(0)), Some(_)))
    }

    fn applies(&self, open: &mut bool, number: usize, last: bool, line: &str) -> bool {
        let Some(from) = &self.from else {
            return !self.negated;
        };
        let hit = match &self.to {
            None => from.is(number, last, line),
            Some(to) if *open => {
                *open = !to.is(number, last, line);
                true
            }
            Some(to) => {
                let starts = from.is(number, last, line);
                let over = matches!(to, Address::Line(line) if *line <= number);
                *open = starts && !over;
                starts
            }
        };
        hit != self.negated
    }
}

impl Address {
    fn is(&self, number: usize, last: bool, line: &str) -> bool {
        match self {
            Address::Line(wanted) => *wanted == number,
            Address::Last => last,
            Address::Pattern(pattern) => pattern.is_match(line),
        }
    }
}

fn substituted(
    space: &Value,
    text: &str,
    pattern: &Regex,
    with: &[Part],
    everywhere: bool,
) -> Option<Value> {
    let mut out = Value::default();
    let mut at = 0;
    let most = if everywhere { usize::MAX } else { 1 };
    for found in pattern.captures_iter(text).take(most) {
        let whole = found.get(0)?;
        out.push(space.slice(at..whole.start())?);
        for part in with {
            match part {
                Part::Text(text) => out.push(text.clone()),
                Part::Group(group) => {
                    if let Some(group) = found.get(*group) {
                        out.push(space.slice(group.range())?);
                    }
                }
            }
        }
        at = whole.end();
    }
    out.push(space.slice(at..text.len())?);
    Some(out)
}
