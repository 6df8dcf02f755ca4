//! The text that goes to the user: the changed lines, and above them what they were and why they
//! are not any more.

use super::compose::{Change, Reason};
use super::lines::{self, Lines};
use super::runs::{self, Run};

/// What stays behind of the lines that fixes change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// The original lines as comments, with the reason above them.
    #[default]
    Comment,
    /// Nothing.
    Plain,
}

/// How a comment may stand right above a line of the original text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// As it is: a Dockerfile takes a comment line between any two lines, also inside of an
    /// instruction that goes on; a shell script takes it where a statement begins.
    Open,
    /// Only above the statement that the line is in, which begins at this line, counted from 0.
    Within(usize),
    /// Not at all: the file knows no `#` comments.
    Closed,
}

/// Makes the final text of one file. `changes` are in order and do not overlap; `place` is asked
/// with line numbers of the original, from 0.
///
/// A line that a fix leaves with nothing but white space goes altogether, in both styles. In
/// [`Style::Comment`] every run of changed lines gets `# diegolint: RULE: REASON` above it, once
/// for each reason, and the original lines as comments; lines that are only put in get the reason
/// alone. Line ends, a missing last line end and a byte order mark stay as they are.
pub fn render(
    original: &[u8],
    changes: &[Change],
    style: Style,
    place: impl Fn(usize) -> Place,
) -> Vec<u8> {
    if let Some(text) = original.strip_prefix(BOM) {
        let mut out = BOM.to_vec();
        out.extend(lay_out(text, &behind_mark(changes), style, place));
        return out;
    }
    lay_out(original, changes, style, place)
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The changes as changes of the text behind the byte order mark, which none of them may touch.
fn behind_mark(changes: &[Change]) -> Vec<Change> {
    changes
        .iter()
        .map(|change| Change {
            start: change.start.saturating_sub(BOM.len()),
            end: change.end.saturating_sub(BOM.len()),
            text: change
                .text
                .strip_prefix(BOM)
                .unwrap_or(&change.text)
                .to_vec(),
            why: change.why.clone(),
        })
        .collect()
}

fn lay_out(
    original: &[u8],
    changes: &[Change],
    style: Style,
    place: impl Fn(usize) -> Place,
) -> Vec<u8> {
    let table = Lines::new(original);
    let raw = runs::find(original, &table, changes);
    let blocks: Vec<Block> = match style {
        Style::Plain => raw.into_iter().map(Block::bare).collect(),
        Style::Comment => {
            let trimmed = raw
                .into_iter()
                .filter_map(|run| run.trim(original, &table))
                .collect();
            gather(original, &table, trimmed, place)
        }
    };

    let mut out = Vec::with_capacity(original.len() * 2);
    let mut next = 0;
    for block in &blocks {
        let from = table.start(next);
        out.extend_from_slice(
            original
                .get(from..table.start(block.run.first))
                .unwrap_or_default(),
        );
        block.write(original, &table, &mut out);
        next = block.run.end;
    }
    out.extend_from_slice(original.get(table.start(next)..).unwrap_or_default());
    out
}

/// A run, and whether it is annotated.
struct Block {
    run: Run,
    annotated: bool,
}

/// Moves every run up to where its comment can stand, and joins those that meet.
fn gather(
    original: &[u8],
    table: &Lines,
    found: Vec<Run>,
    place: impl Fn(usize) -> Place,
) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for run in found {
        let (first, mut annotated) = anchor(table, run.first, &place);
        let reach = blocks.last().map_or(0, |previous| previous.run.end);
        // Not into the run before: what stands there has changed.
        let from = first.max(reach).min(run.first);
        let mut run = run.extend_up(original, table, from);
        while let Some(previous) = blocks.pop_if(|previous| previous.run.end > first) {
            run = previous.run.join(run, original, table);
            annotated &= previous.annotated;
        }
        blocks.push(Block {
            run: run.extend_up(original, table, first),
            annotated,
        });
    }
    blocks
}

/// The line above which a comment on `line` can stand, and whether there is one.
fn anchor(table: &Lines, line: usize, place: &impl Fn(usize) -> Place) -> (usize, bool) {
    if line >= table.count() {
        // Behind the last line every statement is over.
        let closed = line > 0 && place(line - 1) == Place::Closed;
        return (line, !closed);
    }
    let mut at = line;
    loop {
        match place(at) {
            Place::Within(first) if first < at => at = first,
            Place::Open | Place::Within(_) => return (at, true),
            Place::Closed => return (line, false),
        }
    }
}

impl Block {
    fn bare(run: Run) -> Self {
        Self {
            run,
            annotated: false,
        }
    }

    fn write(&self, original: &[u8], table: &Lines, out: &mut Vec<u8>) {
        let run = &self.run;
        let ending = self.ending(original, table, out);
        let mut new = run.new.as_slice();
        if self.annotated && !self.says_itself(original, table) {
            new = lead(run, out);
            end_line(out, ending);
            self.comment(original, table, ending, out);
        }
        if !new.is_empty() {
            end_line(out, ending);
        }
        for line in new {
            out.extend_from_slice(line);
        }
        let unfinished = table.start(run.end) == original.len() && !original.ends_with(b"\n");
        if self.annotated && new.is_empty() && unfinished {
            strip_ending(out);
        }
    }

    /// The line end of what is put in: that of the new lines, and without any that of the line, unless
    /// a fix has just taken it from the line before.
    fn ending(&self, original: &[u8], table: &Lines, out: &[u8]) -> &'static [u8] {
        let first = self.run.first;
        let own = lines::ending_at(original, table.start(first));
        if let Some(new) = self.run.new.iter().find_map(|line| lines::ending(line)) {
            return new;
        }
        let before = original.get(..table.start(first)).and_then(lines::ending);
        match lines::ending(out) {
            Some(now) if before == Some(own) => now,
            _ => own,
        }
    }

    /// Whether there is no more to say than the lines say themselves: only line ends change, or
    /// comments, of which nobody needs a copy in a comment.
    fn says_itself(&self, original: &[u8], table: &Lines) -> bool {
        self.same_words(original, table) || self.were_comments(original, table)
    }

    fn were_comments(&self, original: &[u8], table: &Lines) -> bool {
        let (first, end) = (self.run.first, self.run.end);
        let text = original.get(table.start(first)..table.start(end));
        let mut lines = text
            .unwrap_or_default()
            .split_inclusive(|byte| *byte == b'\n');
        let is_comment = |line: &[u8]| {
            let line = line.trim_ascii_start();
            line.starts_with(b"#") && !line.starts_with(b"#!")
        };
        first < end && lines.all(is_comment)
    }

    /// Whether only line ends change.
    fn same_words(&self, original: &[u8], table: &Lines) -> bool {
        let run = &self.run;
        let old = original
            .get(table.start(run.first)..table.start(run.end))
            .unwrap_or_default();
        let ended = |text: Option<&u8>| text == Some(&b'\n');
        if ended(old.last()) != ended(run.new.last().and_then(|line| line.last())) {
            return false;
        }
        let mut before = old.split_inclusive(|b| *b == b'\n').map(lines::content);
        let mut after = run.new.iter().map(|line| lines::content(line));
        run.first < run.end && before.by_ref().eq(after.by_ref())
    }

    fn comment(&self, original: &[u8], table: &Lines, ending: &[u8], out: &mut Vec<u8>) {
        let run = &self.run;
        let old = original
            .get(table.start(run.first)..table.start(run.end))
            .unwrap_or_default();
        let model = if run.first < run.end {
            old
        } else {
            run.new.first().map_or(&[][..], Vec::as_slice)
        };
        let first_line = model.split_inclusive(|b| *b == b'\n').next();
        let indentation = lines::indentation(first_line.unwrap_or_default());
        for Reason { rule, reason } in &run.why {
            out.extend_from_slice(indentation);
            out.extend_from_slice(b"# diegolint: ");
            out.extend(one_line(rule).bytes());
            out.extend_from_slice(b": ");
            out.extend(one_line(reason).bytes());
            out.extend_from_slice(ending);
        }
        for line in old.split_inclusive(|b| *b == b'\n') {
            comment_line(line, ending, out);
        }
    }
}

/// Writes a `#!` line, which has to stay the first of its file, and gives the lines that are left.
fn lead<'a>(run: &'a Run, out: &mut Vec<u8>) -> &'a [Vec<u8>] {
    match run.new.split_first() {
        Some((first, rest)) if run.first == 0 && first.starts_with(b"#!") => {
            out.extend_from_slice(first);
            rest
        }
        _ => &run.new,
    }
}

fn comment_line(line: &[u8], ending: &[u8], out: &mut Vec<u8>) {
    let content = lines::content(line);
    if lines::is_blank(content) {
        out.push(b'#');
    } else {
        let indentation = lines::indentation(line);
        out.extend_from_slice(indentation);
        out.extend_from_slice(b"# ");
        out.extend_from_slice(content.get(indentation.len()..).unwrap_or_default());
    }
    out.extend_from_slice(ending);
}

/// A line end behind a last line that had none.
fn end_line(out: &mut Vec<u8>, ending: &[u8]) {
    if out.last().is_some_and(|b| *b != b'\n') {
        out.extend_from_slice(ending);
    }
}

fn strip_ending(out: &mut Vec<u8>) {
    let len = lines::content(out).len();
    out.truncate(len);
}

/// A comment is one line, whatever a reason holds.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests;
