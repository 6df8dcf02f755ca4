//! Whole instructions of a Dockerfile.

use std::ops::Range;

use super::changes::edit;
use super::layout::Layout;
use crate::finding::Edit;
use crate::source::SourceId;
use crate::syntax::dockerfile::{Arguments, Instruction, Pair};

/// Takes an instruction out, with all of its lines.
pub fn remove_instruction(text: &str, source: SourceId, instruction: &Instruction) -> Edit {
    let layout = Layout::of_text(text);
    let start = first_line(&layout, instruction);
    edit(source, start..behind(&layout, instruction), "")
}

/// Puts something else behind the keyword and the flags. Here-documents go.
pub fn replace_arguments(source: SourceId, instruction: &Instruction, with: &str) -> Edit {
    match arguments(instruction) {
        Some(range) => {
            let documents = instruction.heredocs.iter();
            let end = documents.map(|heredoc| heredoc.terminator.end as usize);
            edit(source, range.start..end.fold(range.end, usize::max), with)
        }
        None => {
            let flag = instruction.flags.last().map(|flag| flag.span.end);
            let at = flag.unwrap_or(instruction.keyword_span.end) as usize;
            edit(source, at..at, format!(" {with}"))
        }
    }
}

/// Puts lines, written with `\n`, above an instruction and the comments that stand right above it.
pub fn insert_before(text: &str, source: SourceId, instruction: &Instruction, lines: &str) -> Edit {
    let layout = Layout::of_text(text);
    let newline = layout.line_break(instruction.span.start as usize);
    let at = with_comments(&layout, first_line(&layout, instruction));
    edit(source, at..at, with_line_ends(lines, newline) + newline)
}

/// Where the comments begin that stand right above a line. Those at the top of a file may be parser
/// directives, and those behind a line that goes on are part of its instruction: they stay above.
fn with_comments(layout: &Layout, line: usize) -> usize {
    let mut at = line;
    while let Some(before) = layout.before_break(at) {
        let start = layout.line_start(before);
        let text = layout.slice(start..before).trim();
        if !text.starts_with('#') {
            let goes_on = text.ends_with(['\\', '`']);
            return if goes_on { line } else { at };
        }
        at = start;
    }
    line
}

/// Puts lines, written with `\n`, below an instruction's last line, that of its here-documents
/// too.
pub fn insert_after(text: &str, source: SourceId, instruction: &Instruction, lines: &str) -> Edit {
    let layout = Layout::of_text(text);
    let newline = layout.line_break(instruction.span.start as usize);
    let at = behind(&layout, instruction);
    let lines = with_line_ends(lines, newline);
    let added = match layout.before_break(at) {
        Some(_) => lines + newline,
        None => format!("{newline}{lines}"),
    };
    edit(source, at..at, added)
}

/// Takes the flags of a name out.
pub fn drop_flag(source: SourceId, instruction: &Instruction, name: &str) -> Vec<Edit> {
    let arguments = arguments(instruction).map(|range| range.start);
    let flags = &instruction.flags;
    let mut edits: Vec<Edit> = Vec::new();
    for (at, flag) in flags.iter().enumerate() {
        if !flag.name.eq_ignore_ascii_case(name) {
            continue;
        }
        let next = flags.get(at + 1).map(|next| next.span.start as usize);
        let range = match next.or(arguments) {
            Some(next) => flag.span.start as usize..next,
            None => instruction.keyword_span.end as usize..flag.span.end as usize,
        };
        edits.push(edit(source, range, ""));
    }
    edits
}

/// Takes `NAME=value` out of an instruction that has it; the instruction goes with the last of them.
/// Comments between lines stay, but for those right above the last pair, which go with it.
pub fn drop_pair(
    text: &str,
    source: SourceId,
    instruction: &Instruction,
    pair: &Pair,
) -> Option<Edit> {
    let Arguments::Pairs(pairs) = &instruction.arguments else {
        return None;
    };
    let at = pairs.iter().position(|other| other.span == pair.span)?;
    let own = pair.span.range();
    let before = at.checked_sub(1).and_then(|at| pairs.get(at));
    let Some(next) = pairs.get(at + 1) else {
        return Some(match before {
            Some(before) => edit(source, before.span.end as usize..own.end, ""),
            None => remove_instruction(text, source, instruction),
        });
    };
    let layout = Layout::of_text(text);
    let next = next.span.start as usize;
    let between = layout.slice(own.end..next);
    let commented = between
        .lines()
        .skip(1)
        .any(|line| line.trim_start().starts_with('#'));
    let range = match commented {
        false => own.start..next,
        true if layout.begins_line(own.start) => {
            layout.line_start(own.start)..layout.line_end(own.end)
        }
        true => own.start..layout.blanks_behind(own.end),
    };
    Some(edit(source, range, ""))
}

/// What is written behind keyword and flags, here-documents aside.
fn arguments(instruction: &Instruction) -> Option<Range<usize>> {
    let text = instruction.text.text();
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len();
    (start < end).then(|| instruction.text.span(start..end).range())
}

/// Where the instruction's first line begins. A byte order mark stays before it.
fn first_line(layout: &Layout, instruction: &Instruction) -> usize {
    match layout.line_start(instruction.span.start as usize) {
        0 if layout.text.starts_with('\u{feff}') => '\u{feff}'.len_utf8(),
        start => start,
    }
}

/// Behind the instruction's last line.
fn behind(layout: &Layout, instruction: &Instruction) -> usize {
    let documents = instruction.heredocs.iter();
    let last = documents
        .map(|heredoc| heredoc.terminator.end)
        .fold(instruction.span.end, u32::max) as usize;
    // A span may end with the line end itself.
    match layout.before_break(last) {
        Some(_) => last,
        None => layout.line_end(last),
    }
}

fn with_line_ends(lines: &str, newline: &str) -> String {
    lines.trim_end_matches('\n').replace('\n', newline)
}
