//! From lines to instructions: directives, comments, continued lines and here-documents.

use super::arguments::Context;
use super::directives::DirectiveReader;
use super::lines::{Line, Lines, continued};
use super::{Arguments, Directive, Dockerfile, Instruction, Keyword, heredoc, instruction};
use crate::source::Span;
use crate::syntax::{Joined, SyntaxError};

/// Reads a file, without what is for [`super::check`] to say.
pub(super) fn read(text: &str) -> Dockerfile {
    let mut reader = Reader {
        text,
        lines: Lines::new(text),
        file: Dockerfile {
            escape: '\\',
            ..Dockerfile::default()
        },
    };
    let mut directives = DirectiveReader::new();
    while let Some(line) = reader.lines.next() {
        match directives.read(&line) {
            Some((directive, error)) => reader.take_directive(directive, error),
            None => reader.read_from(line),
        }
    }
    if let Some(span) = reader.lines.too_long() {
        let message = "dockerfile line greater than max allowed size of 65535".into();
        reader.file.errors.push(SyntaxError { message, span });
    }
    reader.file
}

struct Reader<'a> {
    text: &'a str,
    lines: Lines<'a>,
    file: Dockerfile,
}

impl Reader<'_> {
    fn take_directive(&mut self, directive: Directive, error: Option<SyntaxError>) {
        match error {
            Some(error) => self.file.errors.push(error),
            None if directive.name == "escape" => {
                self.file.escape = directive.value.chars().next().unwrap_or('\\');
            }
            None => {}
        }
        self.file.directives.push(directive);
    }

    /// Reads a comment, a blank line or an instruction, which may go on for many lines.
    fn read_from(&mut self, first: Line) {
        if let Some(comment) = first.comment() {
            self.file.comments.push(comment);
        } else if !first.is_blank() {
            self.read_instruction(first);
        }
    }

    fn read_instruction(&mut self, first: Line) {
        let (line, mut end) = self.join(first);
        let mut context = Context {
            escape: self.file.escape,
            is_trigger: false,
            errors: Vec::new(),
        };
        let mut instruction = instruction::read(&line, &mut context);
        self.file.errors.append(&mut context.errors);

        if line.text().contains("<<") && heredoc::can_have_heredocs(&instruction) {
            self.read_heredocs(&line, &mut instruction);
            if let Some(last) = instruction.heredocs.last() {
                end = end.max(last.terminator.end as usize);
            }
        }
        let lines = (first.number, self.lines.number());
        finish(&mut instruction, lines, end, self.text);
        self.file.instructions.push(instruction);
    }

    /// The logical line that a line begins, and the end of the last line that it took, comments and
    /// blank lines included.
    fn join(&mut self, first: Line) -> (Joined, usize) {
        let escape = self.file.escape;
        let stripped = first.text.trim_start();
        let start = first.end() - stripped.len();
        let mut end = first.end();
        let Some(before) = continued(stripped, escape) else {
            return (Joined::whole(stripped, start), end);
        };
        let mut joined = Joined::whole(before, start);
        for line in self.lines.by_ref() {
            end = line.end();
            if let Some(comment) = line.comment() {
                self.file.comments.push(comment);
            } else if !line.is_blank() {
                let before = continued(line.text, escape);
                joined.push(before.unwrap_or(line.text), line.start);
                if before.is_none() {
                    break;
                }
            }
        }
        (joined, end)
    }

    fn read_heredocs(&mut self, line: &Joined, instruction: &mut Instruction) {
        let markers = match heredoc::markers(line.text()) {
            Ok(markers) => markers,
            Err(message) => {
                let span = line.span(0..line.text().len());
                self.file.errors.push(SyntaxError { message, span });
                return;
            }
        };
        let mut unterminated = None;
        for (marker, range) in markers {
            let (heredoc, error) = heredoc::read(&mut self.lines, marker, line.span(range));
            instruction.heredocs.push(heredoc);
            unterminated = unterminated.or(error);
        }
        self.file.errors.extend(unterminated);
    }
}

/// Fills in what is known once the last line of an instruction is read.
fn finish(instruction: &mut Instruction, lines: (u32, u32), end: usize, source: &str) {
    (instruction.first_line, instruction.last_line) = lines;
    let start = instruction.keyword_span.start as usize;
    instruction.span = Span::new(start, end.max(start));
    match &mut instruction.arguments {
        Arguments::Instruction(trigger) => {
            trigger.heredocs.clone_from(&instruction.heredocs);
            finish(trigger, lines, end, source);
        }
        Arguments::Shell(script)
            if instruction.keyword == Keyword::Run && !instruction.heredocs.is_empty() =>
        {
            *script = heredoc::script(script, &instruction.heredocs, source);
        }
        _ => {}
    }
}
