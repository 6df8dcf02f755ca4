//! The comments of a file, and which lines belong together, so that one comment is about them.

mod dockerfile;
mod lined;
mod shell;

use std::ops::Range;

use crate::context::Context;
use crate::image::Scripts;
use crate::source::{Source, SourceId, Span};
use crate::syntax::dockerfile::Dockerfile;

/// Why a file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To read the comments that speak to diegolint.
    Read,
    /// To write comments, perhaps with a reason that is anybody's text: not where what it says would be
    /// expanded.
    Write,
}

/// A comment of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comment {
    /// From its mark to the end of the line.
    pub span: Span,
    /// Whether nothing else is on its line.
    pub own_line: bool,
    /// Whether Docker takes it for words of the instruction.
    pub is_argument: bool,
    /// The line, from 0, before which what it is about has to begin.
    pub until: usize,
}

/// One line of a file.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// The line above which a comment about this one stands.
    anchor: usize,
    /// Behind the last line that a comment above this one is about.
    end: usize,
    /// Whether it is blank, or nothing but a comment.
    silent: bool,
}

/// How a file is laid out.
#[derive(Debug)]
pub(super) struct Layout {
    /// Its comments, in their order.
    pub comments: Vec<Comment>,
    /// What begins a comment; none where nothing does.
    pub mark: Option<&'static str>,
    /// Whether only a comment about the whole file is sure to stand right: a script that cannot be
    /// parsed.
    pub whole_file: bool,
    lines: Vec<Line>,
    /// For each line the first one from there on that is not silent.
    spoken: Vec<usize>,
}

impl Layout {
    /// The layout of a file of a context.
    pub fn of(
        context: &Context,
        id: SourceId,
        tree: &Dockerfile,
        scripts: &Scripts<'_>,
        purpose: Purpose,
    ) -> Self {
        let source = context.source(id);
        let mut layout = if id == context.dockerfile() {
            dockerfile::layout(&source, tree, purpose)
        } else {
            let script = shell::is_script(&source).then(|| scripts.of(id)).flatten();
            match script {
                Some(script) if script.tree().errors.is_empty() => {
                    shell::layout(&source, script.tree())
                }
                script => lined::layout(&source, script.is_some()),
            }
        };
        layout.comments.sort_by_key(|comment| comment.span);
        let mut next = layout.lines.len();
        let lines = layout.lines.iter().enumerate().rev();
        let spoken = lines.map(|(number, line)| {
            if !line.silent {
                next = number;
            }
            next
        });
        layout.spoken = spoken.collect();
        layout.spoken.reverse();
        layout
    }

    /// A layout without comments, each of whose lines is alone.
    fn plain(source: &Source) -> Self {
        let line = |number: usize| Line {
            anchor: number,
            end: number + 1,
            silent: source.slice(source.line_span(number)).trim().is_empty(),
        };
        Self {
            comments: Vec::new(),
            mark: Some("#"),
            whole_file: false,
            lines: (0..source.line_count()).map(line).collect(),
            spoken: Vec::new(),
        }
    }

    /// The lines that a comment is about.
    pub fn covered(&self, source: &Source, comment: &Comment) -> Range<usize> {
        let own = source.line_index(comment.span.start as usize);
        if !comment.own_line {
            return self.covered_from(self.anchor(own));
        }
        let first = self.spoken.get(own + 1).copied();
        let first = first.filter(|first| *first < comment.until.min(self.lines.len()));
        first.map_or(own..own, |first| self.covered_from(first))
    }

    /// The lines that a comment right above a line is about.
    pub fn covered_from(&self, line: usize) -> Range<usize> {
        line..self.lines.get(line).map_or(line, |line| line.end)
    }

    /// The line above which a comment about a line stands.
    pub fn anchor(&self, line: usize) -> usize {
        self.lines.get(line).map_or(line, |line| line.anchor)
    }

    /// Joins the lines of a range into blocks: a line that is closed goes on with what stands before it.
    fn join(&mut self, range: Range<usize>, closed: impl Fn(usize) -> bool) {
        let mut end = range.end;
        for number in range.clone().rev() {
            if let Some(line) = self.lines.get_mut(number) {
                line.end = end;
            }
            if !closed(number) {
                end = number;
            }
        }
        let mut anchor = range.start;
        for number in range {
            if !closed(number) {
                anchor = number;
            }
            if let Some(line) = self.lines.get_mut(number) {
                line.anchor = anchor;
            }
        }
    }

    /// Adds a comment; one on a line of its own makes that line silent.
    fn comment(&mut self, source: &Source, span: Span, until: usize) {
        let number = source.line_index(span.start as usize);
        let line = source.line_span(number);
        let before = source.slice(Span {
            start: line.start,
            end: span.start,
        });
        let own_line = before.trim_start_matches('\u{feff}').trim().is_empty();
        if own_line && let Some(line) = self.lines.get_mut(number) {
            line.silent = true;
        }
        let end = line.start as usize + content(source.slice(line)).len();
        self.comments.push(Comment {
            span: Span {
                end: span.end.min(end as u32),
                ..span
            },
            own_line,
            is_argument: false,
            until,
        });
    }

    /// Adds what looks like a comment, and is none.
    fn argument(&mut self, span: Span) {
        self.comments.push(Comment {
            span,
            own_line: false,
            is_argument: true,
            until: 0,
        });
    }
}

/// A line without its end.
pub(super) fn content(line: &str) -> &str {
    line.trim_end_matches('\n').trim_end_matches('\r')
}

/// Whether a line ends in a character that escapes its end.
fn is_continued(line: &str) -> bool {
    let line = content(line);
    let escapes = line.len() - line.trim_end_matches('\\').len();
    escapes % 2 == 1
}

#[cfg(test)]
mod tests;
