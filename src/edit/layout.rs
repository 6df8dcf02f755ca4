//! Where lines begin and end, and where the here-documents lie.

use std::ops::Range;

use super::ShellText;
use crate::source::Span;
use crate::syntax::shell::*;

/// The lines of a text, and its here-documents.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) text: &'a str,
    pub(super) continuation: Option<char>,
    lines: Vec<usize>,
    /// In the order of their bodies.
    pub(super) here_documents: Vec<HereDocument>,
}

/// A here-document's lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HereDocument {
    /// The redirection that it belongs to.
    pub(super) redirect: Span,
    /// Its body and the line that ends it, with the line end.
    pub(super) lines: Range<usize>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(text: &ShellText<'a>) -> Self {
        let mut layout = Self::of_text(text.text);
        layout.continuation = text.continuation;
        let mut found = Vec::new();
        list_documents(text.text, text.list, &mut found);
        found.sort_by_key(|document| document.lines.start);
        layout.here_documents = found;
        layout
    }

    /// The lines alone.
    pub(super) fn of_text(text: &'a str) -> Self {
        let behind = text.match_indices('\n').map(|(at, _)| at + 1);
        Layout {
            text,
            continuation: None,
            lines: std::iter::once(0).chain(behind).collect(),
            here_documents: Vec::new(),
        }
    }

    /// The start of the line that `at` is in.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let next = self.lines.partition_point(|start| *start <= at);
        self.lines.get(next.wrapping_sub(1)).copied().unwrap_or(0)
    }

    /// The end of the line that `at` is in, behind its line end.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let next = self.lines.partition_point(|start| *start <= at);
        self.lines.get(next).copied().unwrap_or(self.text.len())
    }

    /// The end of the line that `at` is in, before its line end.
    pub(super) fn content_end(&self, at: usize) -> usize {
        let end = self.line_end(at);
        self.before_break(end).unwrap_or(end)
    }

    /// Where the line end begins that ends at `at`.
    pub(super) fn before_break(&self, at: usize) -> Option<usize> {
        let before = self.text.get(..at)?.strip_suffix('\n')?;
        Some(before.strip_suffix('\r').unwrap_or(before).len())
    }

    /// Whether only blanks stand before it on its line.
    pub(super) fn begins_line(&self, at: usize) -> bool {
        self.blanks_before(at) == self.line_start(at)
    }

    pub(super) fn same_line(&self, a: usize, b: usize) -> bool {
        self.line_start(a) == self.line_start(b)
    }

    /// Where the blanks begin that end at `at`.
    pub(super) fn blanks_before(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.trim_end_matches([' ', '\t']).len()
    }

    /// Where the blanks end that begin at `at`.
    pub(super) fn blanks_behind(&self, at: usize) -> usize {
        let behind = self.text.get(at..).unwrap_or_default();
        self.text.len() - behind.trim_start_matches([' ', '\t']).len()
    }

    /// The blanks that the line begins with that `at` is in.
    pub(super) fn indentation(&self, at: usize) -> &'a str {
        let start = self.line_start(at);
        self.slice(start..self.blanks_behind(start))
    }

    /// The line end that the line of `at` has; for a last line without one, that of the text.
    pub(super) fn line_break(&self, at: usize) -> &'static str {
        let end = self.line_end(at);
        let ended = self.before_break(end).is_some();
        let sample = if ended { end } else { self.line_end(0) };
        match self.slice(0..sample).ends_with("\r\n") {
            true => "\r\n",
            false => "\n",
        }
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }
}

fn list_documents(text: &str, list: &List, found: &mut Vec<HereDocument>) {
    for statement in list {
        command_documents(text, &statement.command, found);
    }
}

/// Those of the command itself: in a command substitution they lie within a word.
fn command_documents(text: &str, command: &Command, found: &mut Vec<HereDocument>) {
    match command {
        Command::Simple(simple) => redirect_documents(text, &simple.redirects, found),
        Command::Pipeline(pipeline) => {
            for command in &pipeline.commands {
                command_documents(text, command, found);
            }
        }
        Command::AndOr(and_or) => {
            command_documents(text, &and_or.first, found);
            for link in &and_or.rest {
                command_documents(text, &link.command, found);
            }
        }
        Command::Function(function) => command_documents(text, &function.body, found),
        Command::Compound(compound) => {
            redirect_documents(text, &compound.redirects, found);
            for list in lists(&compound.kind) {
                list_documents(text, list, found);
            }
        }
    }
}

/// The lists in a compound command, conditions too.
pub fn lists(kind: &CompoundKind) -> Vec<&List> {
    match kind {
        CompoundKind::Group(list) | CompoundKind::Subshell(list) | CompoundKind::Other(list) => {
            vec![list]
        }
        CompoundKind::If {
            branches,
            otherwise,
        } => {
            let branches = branches.iter().flat_map(|(test, body)| [test, body]);
            branches.chain(otherwise).collect()
        }
        CompoundKind::While {
            condition, body, ..
        } => vec![condition, body],
        CompoundKind::For { body, .. }
        | CompoundKind::Select { body, .. }
        | CompoundKind::ArithmeticFor { body, .. } => vec![body],
        CompoundKind::Case { arms, .. } => arms.iter().map(|arm| &arm.body).collect(),
        CompoundKind::Test(_) | CompoundKind::Arithmetic(_) => Vec::new(),
    }
}

fn redirect_documents(text: &str, redirects: &[Redirect], found: &mut Vec<HereDocument>) {
    for redirect in redirects {
        if redirect.kind == RedirectKind::HereDocument {
            let body = redirect.target.span.range();
            let delimiter: String = text
                .get(redirect.span.range())
                .and_then(|written| written.split_once("<<"))
                .map_or("", |(_, behind)| behind)
                .trim_start_matches('-')
                .chars()
                .filter(|c| !matches!(c, '"' | '\'' | '\\' | ' ' | '\t'))
                .collect();
            found.push(HereDocument {
                redirect: redirect.span,
                lines: body.start..behind_terminator(text, body.end, &delimiter),
            });
        }
    }
}

/// Behind the line with the delimiter, if that is what follows.
fn behind_terminator(text: &str, end: usize, delimiter: &str) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let line = rest.split_inclusive('\n').next().unwrap_or_default();
    let word = line.trim_start_matches('\t').trim_end_matches(['\r', '\n']);
    end + if word == delimiter { line.len() } else { 0 }
}
