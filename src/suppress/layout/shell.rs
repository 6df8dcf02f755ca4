//! Scripts: which lines of one begin where a comment could stand.

use std::ops::Range;

use super::{Layout, is_continued};
use crate::source::{Source, Span};
use crate::syntax::shell::{
    Command, Compound, CompoundKind, List, Redirect, RedirectKind, Script, Word, interpreter,
};

/// Endings of files that a shell reads, also without a `#!` line.
const ENDINGS: &[&str] = &["sh", "bash", "dash", "ash", "ksh", "envsh"];

/// Whether a file is a shell's: by its `#!` line, else by its name. One without an ending is what a
/// script reads in (`. /functions`), but for the likes of Procfile and Caddyfile.
pub(super) fn is_script(source: &Source) -> bool {
    if let Some(first) = interpreter(source.text()) {
        return first.shell_name().ends_with("sh");
    }
    let name = source.path().rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.') {
        Some((_, ending)) => ENDINGS.contains(&ending),
        None => !name.to_ascii_lowercase().ends_with("file"),
    }
}

/// The layout of a script's file.
pub(super) fn layout(source: &Source, script: &Script) -> Layout {
    let mut layout = Layout::plain(source);
    fill(&mut layout, source, script, 0..source.line_count());
    layout
}

/// Lays out the lines of a script, which are those in `range` of the file.
pub(super) fn fill(layout: &mut Layout, source: &Source, script: &Script, range: Range<usize>) {
    let mut closed = Closed {
        source,
        first: range.start,
        lines: vec![false; range.len()],
    };
    closed.list(&script.body);
    for comment in &script.comments {
        layout.comment(source, *comment, range.end);
    }
    for number in range.clone().skip(1) {
        let before = source.line_span(number - 1);
        if is_continued(source.slice(before)) && !is_comment(script, before) {
            closed.close(number..number + 1);
        }
    }
    let Closed { first, lines, .. } = closed;
    layout.join(range, |number| {
        number
            .checked_sub(first)
            .is_some_and(|at| lines.get(at) == Some(&true))
    });
}

/// Whether a line ends within a comment.
fn is_comment(script: &Script, line: Span) -> bool {
    let comments = &script.comments;
    let next = comments.partition_point(|comment| comment.start < line.end);
    next.checked_sub(1)
        .and_then(|last| comments.get(last))
        .is_some_and(|last| last.start >= line.start)
}

/// The lines at whose start no comment can stand.
struct Closed<'a> {
    source: &'a Source,
    first: usize,
    lines: Vec<bool>,
}

impl Closed<'_> {
    fn close(&mut self, range: Range<usize>) {
        for number in range {
            let at = number.checked_sub(self.first);
            if let Some(line) = at.and_then(|at| self.lines.get_mut(at)) {
                *line = true;
            }
        }
    }

    /// What is one piece, whatever lines it takes.
    fn piece(&mut self, span: Span) {
        if span.start < span.end {
            let first = self.source.line_index(span.start as usize);
            let last = self.source.line_index(span.end as usize - 1);
            self.close(first + 1..last + 1);
        }
    }

    fn list(&mut self, list: &List) {
        for statement in list {
            self.command(&statement.command);
        }
    }

    fn command(&mut self, command: &Command) {
        match command {
            Command::Simple(simple) => {
                self.piece(simple.span);
                self.redirects(&simple.redirects);
            }
            Command::Pipeline(pipeline) => {
                pipeline.commands.iter().for_each(|c| self.command(c));
            }
            Command::AndOr(and_or) => {
                self.command(&and_or.first);
                and_or.rest.iter().for_each(|l| self.command(&l.command));
            }
            Command::Compound(compound) => self.compound(compound),
            Command::Function(function) => self.command(&function.body),
        }
    }

    fn compound(&mut self, compound: &Compound) {
        self.redirects(&compound.redirects);
        match &compound.kind {
            CompoundKind::Group(list) | CompoundKind::Subshell(list) => self.list(list),
            CompoundKind::If {
                branches,
                otherwise,
            } => {
                for (condition, body) in branches {
                    self.list(condition);
                    self.list(body);
                }
                otherwise.iter().for_each(|body| self.list(body));
            }
            CompoundKind::While {
                condition, body, ..
            } => {
                self.list(condition);
                self.list(body);
            }
            CompoundKind::For { words, body, .. } | CompoundKind::Select { words, body, .. } => {
                self.words(words.iter().flatten());
                self.list(body);
            }
            CompoundKind::ArithmeticFor {
                init,
                condition,
                step,
                body,
            } => {
                let parts = [init, condition, step].into_iter().flatten();
                let whole = parts.map(|part| part.0.span).reduce(Span::to);
                whole.into_iter().for_each(|span| self.piece(span));
                self.list(body);
            }
            CompoundKind::Case { word, arms } => {
                self.piece(word.span);
                for arm in arms {
                    self.words(&arm.patterns);
                    self.list(&arm.body);
                }
            }
            // Nothing says where a comment could stand in what only some shells have.
            CompoundKind::Test(_) | CompoundKind::Arithmetic(_) | CompoundKind::Other(_) => {
                self.piece(compound.span);
            }
        }
    }

    fn words<'w>(&mut self, words: impl IntoIterator<Item = &'w Word>) {
        words.into_iter().for_each(|word| self.piece(word.span));
    }

    fn redirects(&mut self, redirects: &[Redirect]) {
        for redirect in redirects {
            self.piece(redirect.span);
            if redirect.kind == RedirectKind::HereDocument {
                self.document(redirect.target.span);
            } else {
                self.piece(redirect.target.span);
            }
        }
    }

    /// The body of a here-document, with the line that ends it.
    fn document(&mut self, body: Span) {
        let (start, end) = (body.start as usize, body.end as usize);
        let last = self.source.line_index(end);
        let is_start = self.source.line_span(last).start == body.end;
        let last = last + usize::from(!is_start);
        self.close(self.source.line_index(start)..last + 1);
    }
}
