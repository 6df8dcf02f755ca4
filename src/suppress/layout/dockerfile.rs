//! Dockerfiles: instructions, the lines that they go on for, and the scripts in their here-documents.

use super::{Layout, Purpose, shell};
use crate::source::{Source, Span};
use crate::suppress::DIEGOLINT;
use crate::syntax::Joined;
use crate::syntax::dockerfile::{Arguments, Dockerfile, Heredoc, Instruction, Keyword};
use crate::syntax::shell::{Dialect, interpreter, parse};

/// The layout of a Dockerfile. A comment above an instruction is about all of it, and one within about
/// the next line: Docker takes comment lines out before anything else reads the instruction.
pub(super) fn layout(source: &Source, dockerfile: &Dockerfile, purpose: Purpose) -> Layout {
    let mut layout = Layout::plain(source);
    let instructions = &dockerfile.instructions;
    for span in &dockerfile.comments {
        let next = instructions.partition_point(|i| i.span.start < span.start);
        let around = next.checked_sub(1).and_then(|last| instructions.get(last));
        let around = around.filter(|instruction| instruction.span.end > span.start);
        let until = around.map_or(source.line_count(), |i| i.last_line as usize);
        layout.comment(source, *span, until);
    }
    for instruction in instructions {
        let first = (instruction.first_line as usize).saturating_sub(1);
        if let Some(line) = layout.lines.get_mut(first) {
            line.end = instruction.last_line as usize;
        }
        let command = match &instruction.arguments {
            Arguments::Instruction(trigger) => trigger,
            _ => instruction,
        };
        for document in &command.heredocs {
            here_document(&mut layout, source, command, document, first, purpose);
        }
        behind_commands(&mut layout, source, command, dockerfile.escape);
        behind_words(&mut layout, source, command);
    }
    layout
}

/// The lines of a here-document: a script's own, or part of the instruction, above which a comment about
/// them stands.
fn here_document(
    layout: &mut Layout,
    source: &Source,
    instruction: &Instruction,
    document: &Heredoc,
    first: usize,
    purpose: Purpose,
) {
    let body = source.line_index(document.body.start as usize);
    let end = source.line_index(document.terminator.start as usize);
    for number in body..end + 1 {
        if let Some(line) = layout.lines.get_mut(number) {
            line.anchor = first;
            line.silent = false;
        }
    }
    let wanted = purpose == Purpose::Write || source.slice(document.body).contains(DIEGOLINT);
    let script = wanted.then(|| script(source, instruction, document, purpose));
    let Some(script) = script.flatten() else {
        return;
    };
    let script = parse(&script, Dialect::Bash);
    if !script.errors.is_empty() {
        return;
    }
    for number in body..end {
        if let Some(line) = layout.lines.get_mut(number) {
            line.silent = source.slice(source.line_span(number)).trim().is_empty();
        }
    }
    shell::fill(layout, source, &script, body..end);
    // The `#!` line stays the first.
    if let Some(line) = layout.lines.get_mut(body)
        && source.slice(document.body).starts_with("#!")
    {
        line.anchor = first;
    }
}

/// The script that a here-document is: one that Docker runs, or one that it puts into a file. What a
/// command reads is data, be it a shell.
fn script(
    source: &Source,
    instruction: &Instruction,
    document: &Heredoc,
    purpose: Purpose,
) -> Option<Joined> {
    let text = source.slice(document.body);
    let first = interpreter(text);
    if first
        .as_ref()
        .is_some_and(|first| !first.shell_name().ends_with("sh"))
    {
        return None;
    }
    match (&instruction.keyword, &instruction.arguments) {
        (Keyword::Run, Arguments::Shell(script))
            if document.body.start as usize <= script.offset(0) =>
        {
            Some(script.clone())
        }
        // Where Docker expands variables is no place for a text that anybody writes.
        (Keyword::Copy | Keyword::Add, _)
            if first.is_some() && (document.quoted || purpose == Purpose::Read) =>
        {
            Some(body(source, document.body))
        }
        _ => None,
    }
}

/// The lines of a body as a shell should read them.
fn body(source: &Source, span: Span) -> Joined {
    let mut joined = Joined::whole("", span.start as usize);
    let mut at = span.start as usize;
    for line in source.slice(span).split_inclusive('\n') {
        match line.strip_suffix("\r\n") {
            Some(before) => {
                joined.push(before, at);
                joined.push("\n", at + line.len() - 1);
            }
            None => joined.push(line, at),
        }
        at += line.len();
    }
    joined
}

/// Comments behind the commands of a RUN: there the shell has them. Those of a here-document are not
/// among them.
fn behind_commands(layout: &mut Layout, source: &Source, instruction: &Instruction, escape: char) {
    let (Keyword::Run, Arguments::Shell(text)) = (&instruction.keyword, &instruction.arguments)
    else {
        return;
    };
    let documents = &instruction.heredocs;
    let in_document = |span: Span| documents.iter().any(|d| d.body.overlaps(span));
    let whole = instruction.text.text();
    if !whole.contains(DIEGOLINT) {
        return;
    }
    for comment in parse(text, Dialect::Bash).comments {
        if in_document(comment) {
            continue;
        }
        let line = source.line_span(source.line_index(comment.start as usize));
        let rest = source.slice(Span {
            start: comment.start,
            end: line.end.max(comment.start),
        });
        let rest = rest.trim_end();
        let rest = rest.strip_suffix(escape).unwrap_or(rest).trim_end();
        let start = comment.start as usize;
        let until = instruction.last_line as usize;
        layout.comment(source, Span::new(start, start + rest.len()), until);
    }
}

/// What looks like a comment behind the words of an instruction, and is some of them.
fn behind_words(layout: &mut Layout, source: &Source, instruction: &Instruction) {
    let is_read = match &instruction.arguments {
        // The shell has comments there, and in strings there are none.
        Arguments::Shell(_) => instruction.keyword == Keyword::Run,
        Arguments::Json(_) => true,
        _ => false,
    };
    if is_read {
        return;
    }
    let documents = &instruction.heredocs;
    let end = documents.iter().map(|document| document.body.start).min();
    let span = Span {
        start: instruction.span.start,
        end: end
            .unwrap_or(instruction.span.end)
            .min(instruction.span.end),
    };
    let mut at = span.start as usize;
    for line in source.slice(span).split_inclusive('\n') {
        let start = at;
        at += line.len();
        let is_comment = line.trim_start().starts_with('#');
        let mark = line
            .find('#')
            .filter(|_| !is_comment && line.contains(DIEGOLINT));
        if let Some(mark) = mark {
            let words = line[mark..].trim_end();
            let words = Span::new(start + mark, start + mark + words.len());
            layout.argument(words);
        }
    }
}
