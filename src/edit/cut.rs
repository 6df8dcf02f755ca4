//! Takes parts of the tree out of the text.

use std::ops::Range;

use super::changes::Changes;
use super::gap::{Tail, TokenKind};
use super::layout::{HereDocument, Layout};
use super::prune::{Cut, element};
use crate::source::Span;
use crate::syntax::shell::*;

/// Adds what `cuts` of a text, whose commands `list` are, come to. None where the text is not as
/// the tree says.
pub(super) fn apply(
    layout: &Layout,
    list: &List,
    cuts: &[Cut],
    changes: &mut Changes,
) -> Option<()> {
    let mut gone: Vec<Span> = cuts.iter().flat_map(Cut::spans).collect();
    gone.sort_unstable();
    let goes = |document: &HereDocument| {
        let next = gone.partition_point(|g| g.start <= document.redirect.start);
        let before = next.checked_sub(1).and_then(|at| gone.get(at));
        before.is_some_and(|g| g.contains(document.redirect))
    };
    let documents = &layout.here_documents;
    let kept_documents: Vec<bool> = documents.iter().map(|d| !goes(d)).collect();
    for (document, kept) in documents.iter().zip(&kept_documents) {
        if !kept {
            changes.delete(document.lines.clone());
        }
    }
    let mut cutter = Cutter {
        layout,
        list,
        kept_documents,
        changes,
    };
    cuts.iter().try_for_each(|cut| match cut {
        Cut::Statements(list, run) => cutter.statements(list, run.clone()),
        Cut::Links(and_or, run) => cutter.links(and_or, run.clone()),
        Cut::Body(list) => cutter.body(list),
        Cut::Else(before, list) => cutter.otherwise(before, list),
        Cut::Function(span) => {
            cutter.changes.replace(span.range(), "{ :; }");
            Some(())
        }
    })
}

/// Something between two commands that stays though they go.
pub(super) struct Island {
    /// A comment, from the start of its line if it has one for itself; a here-document. Without
    /// the last line end.
    range: Range<usize>,
    own_line: bool,
}

pub(super) struct Cutter<'a, 'c> {
    pub(super) layout: &'a Layout<'a>,
    pub(super) list: &'a List,
    /// For each here-document whether its command stays.
    pub(super) kept_documents: Vec<bool>,
    pub(super) changes: &'c mut Changes,
}

impl Cutter<'_, '_> {
    fn statements(&mut self, list: &List, run: Range<usize>) -> Option<()> {
        let layout = self.layout;
        let first = list.get(run.start)?;
        let last = list.get(run.end.checked_sub(1)?)?;
        let (start, end) = (first.span.start as usize, last.span.end as usize);
        let behind = layout.separator(end).map_or(end, |range| range.end);
        let tail = layout.tail(behind);
        let before = run.start.checked_sub(1).and_then(|at| list.get(at));
        let next = list.get(run.end);
        let spans: Vec<Span> = list.get(run)?.iter().map(|s| s.span).collect();
        let around = [before.map(|s| s.span), Some(first.span)];
        let behind_it = [Some(last.span), next.map(|s| s.span)];
        for pair in [around, behind_it] {
            if let [Some(a), Some(b)] = pair {
                layout.separated(a.end as usize, b.start as usize)?;
            }
        }
        if layout.begins_line(start) {
            let whole = match tail {
                Tail::Continued => true,
                Tail::End(_) => layout.continuation.is_none() || before.is_none(),
                Tail::Shared => false,
            };
            if whole {
                self.lines(start, behind, &spans);
                return Some(());
            }
        }
        let before_end = before.map(|before| {
            let end = before.span.end as usize;
            match before.background {
                true => layout.separator(end).map_or(end, |range| range.end),
                false => end,
            }
        });
        if let (Tail::End(_), Some(before_end)) = (tail, before_end)
            && layout.begins_line(start)
        {
            // The end of a RUN.
            self.tail(before_end, start, behind, &spans);
        } else if let Some(next) = next
            && layout.same_line(behind, next.span.start as usize)
        {
            self.changes.delete(start..next.span.start as usize);
        } else if let (Some(before), Some(before_end)) = (before, before_end)
            && layout.same_line(before_end, start)
        {
            if last.background || before.background {
                let from = layout.separator(before_end).map_or(before_end, |s| s.end);
                let from = if before.background { before_end } else { from };
                self.tail(from, start, behind, &spans);
            } else {
                self.tail(before_end, start, end, &spans);
            }
        } else if let Some(next) = next
            && layout.continuation.is_some()
            && std::ptr::eq(list, self.list)
        {
            self.head(start, next.span.start as usize, &spans);
        } else if tail == Tail::Shared {
            self.changes.delete(start..layout.blanks_behind(behind));
        } else {
            self.changes.delete(layout.blanks_before(start)..behind);
        }
        Some(())
    }

    fn links(&mut self, and_or: &AndOr, run: Range<usize>) -> Option<()> {
        let layout = self.layout;
        let start = element(and_or, run.start)?.span().start as usize;
        let end = element(and_or, run.end.checked_sub(1)?)?.span().end as usize;
        let next = and_or.rest.get(run.end - 1);
        let spans: Vec<Span> = run
            .clone()
            .filter_map(|at| element(and_or, at))
            .map(Command::span)
            .collect();
        let Some(link) = run.start.checked_sub(1) else {
            let next = next?;
            let next_start = next.command.span().start as usize;
            let operator_end = next.operator_span.end as usize;
            let lines = layout.begins_line(start)
                && layout.begins_line(next_start)
                && layout.same_line(end, operator_end)
                && layout.indentation(start) == layout.indentation(next_start);
            match lines {
                true => self.lines(start, operator_end, &spans),
                false => self.head(start, next_start, &spans),
            }
            return Some(());
        };
        let link = and_or.rest.get(link)?;
        let operator = link.operator_span.range();
        let before_end = element(and_or, run.start - 1)?.span().end as usize;
        let Some(next) = next else {
            let from = match layout.same_line(operator.start, start) {
                true => operator.start,
                false => start,
            };
            self.tail(before_end, from, end, &spans);
            return Some(());
        };
        let next_operator = next.operator_span.range();
        let next_start = next.command.span().start as usize;
        if layout.same_line(operator.start, start) {
            // `\` and then `&& b`, or all on one line.
            if layout.begins_line(operator.start) && layout.tail(end) == Tail::Continued {
                self.lines(operator.start, end, &spans);
            } else if layout.same_line(end, next_operator.start) {
                self.changes.delete(operator.start..next_operator.start);
            } else {
                self.tail(before_end, operator.start, end, &spans);
            }
            return Some(());
        }
        // `a &&` and then `b`.
        if link.operator != next.operator {
            let text = layout.slice(next_operator.clone());
            self.changes.replace(operator, text);
        }
        let alone = layout.begins_line(start)
            && layout.same_line(end, next_operator.start)
            && layout.tail(next_operator.end) != Tail::Shared;
        match alone {
            true => self.lines(start, next_operator.end, &spans),
            false => self.head(start, next_start, &spans),
        }
        Some(())
    }

    /// `:` in the place of all statements of a list.
    fn body(&mut self, list: &List) -> Option<()> {
        let first = list.first()?;
        self.changes.replace(first.span.range(), ":");
        match list.len() {
            1 => Some(()),
            count => self.statements(list, 1..count),
        }
    }

    /// `else` and its body.
    fn otherwise(&mut self, before: &List, list: &List) -> Option<()> {
        let layout = self.layout;
        let keyword = |from: usize, to: usize, word: &str| {
            layout
                .gap(from, to)
                .find(|t| t.kind == TokenKind::Word && layout.slice(t.range.clone()) == word)
        };
        let before_end = before.last()?.span.end as usize;
        let (start, end) = (list.first()?.span.start, list.last()?.span.end);
        let start = keyword(before_end, start as usize, "else")?.range.start;
        let end = keyword(end as usize, layout.text.len(), "fi")?.range.start;
        if layout.begins_line(start) && layout.begins_line(end) {
            let lines = layout.line_start(start)..layout.line_start(end);
            self.changes.delete(lines);
        } else {
            self.changes.delete(start..end);
        }
        Some(())
    }

    /// Whole lines, but for the comments between the commands.
    pub(super) fn lines(&mut self, start: usize, end: usize, spans: &[Span]) {
        let mut at = self.layout.line_start(start);
        for island in self.islands_between(spans) {
            if island.own_line {
                self.changes.delete(at..island.range.start);
                at = self.layout.line_end(island.range.end);
            }
        }
        self.changes.delete(at..self.layout.line_end(end));
    }

    /// The first of several, from `start` to the next one's start.
    pub(super) fn head(&mut self, start: usize, next: usize, spans: &[Span]) {
        let layout = self.layout;
        let mut islands = self.islands_between(spans);
        let end = spans.last().map_or(start, |span| span.end as usize);
        islands.extend(self.islands(end, next));
        if let (Some(first), Some(escape)) = (islands.first(), layout.continuation)
            && first.own_line
            && !layout.begins_line(start)
        {
            self.changes.insert(start, escape);
        }
        self.except(start..next, &islands, true);
    }

    /// The last of several: from the end of the one before, `before`, to `end`. What goes begins
    /// at `start`.
    pub(super) fn tail(&mut self, before: usize, start: usize, end: usize, spans: &[Span]) {
        let layout = self.layout;
        let mut islands = self.islands(before, start);
        islands.extend(self.islands_between(spans));
        let tail = layout.tail(end);
        match tail {
            Tail::End(line) if layout.begins_line(start) => {
                self.except(before..line, &islands, false);
            }
            Tail::End(_) => self.except(before..end, &islands, false),
            _ if islands.is_empty() => self.changes.delete(before..end),
            _ if layout.continuation.is_none() => {
                let behind = layout.separator(end).map_or(end, |range| range.end);
                self.except(before..layout.blanks_behind(behind), &islands, true);
            }
            _ => {
                let behind = layout.separator(end).map_or(end, |range| range.end);
                let line = layout.content_end(end);
                if layout.tail(behind) == Tail::Continued && layout.same_line(end, behind) {
                    self.changes.insert(before, layout.slice(end..line));
                    self.except(before..line, &islands, false);
                } else {
                    self.changes.delete(before..end);
                }
            }
        }
    }

    /// A range without what stays in it. `line_break`: what follows the range begins a line, if
    /// anything stays.
    fn except(&mut self, range: Range<usize>, islands: &[Island], line_break: bool) {
        let layout = self.layout;
        let mut at = range.start;
        let first_of_line = layout.begins_line(range.start);
        for island in islands {
            let start = match island.own_line {
                true => layout.before_break(island.range.start),
                // A `#` in a word begins no comment.
                false if layout.blanks_before(range.start) == range.start && !first_of_line => {
                    Some(layout.blanks_before(island.range.start))
                }
                false => None,
            };
            let start = start.unwrap_or(island.range.start).max(at);
            self.changes.delete(at..start);
            at = island.range.end.max(start);
        }
        self.changes.delete(at..range.end);
        if line_break && !islands.is_empty() {
            let text = format!("{}{}", layout.line_break(at), layout.indentation(range.end));
            self.changes.insert(range.end, text);
        }
    }

    fn islands_between(&self, spans: &[Span]) -> Vec<Island> {
        let pairs = spans.windows(2).filter_map(|pair| match pair {
            [a, b] => Some((a.end as usize, b.start as usize)),
            _ => None,
        });
        pairs
            .flat_map(|(from, to)| self.islands(from, to))
            .collect()
    }

    fn islands(&self, from: usize, to: usize) -> Vec<Island> {
        let layout = self.layout;
        layout
            .gap(from, to)
            .filter_map(|token| match token.kind {
                TokenKind::Comment { own_line } => Some(Island {
                    range: token.range,
                    own_line,
                }),
                TokenKind::HereDocument(at) if self.kept_documents.get(at) == Some(&true) => {
                    let end = layout.before_break(token.range.end);
                    Some(Island {
                        range: token.range.start..end.unwrap_or(token.range.end),
                        own_line: true,
                    })
                }
                _ => None,
            })
            .collect()
    }
}
