//! The lines around a place, cut to what a person reads.

use std::ops::Range;

use crate::source::{Position, Source, Span};

/// A longer line is cut around the place.
const LONG_LINE: usize = 400;
/// What of a long line is shown before the place and behind it.
const AROUND: usize = 120;
/// Of a place with more lines only the first is marked.
const MANY_LINES: usize = 8;
/// Places that are further apart have an excerpt each.
const FAR: usize = 12;

/// A place to mark.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub span: Span,
    pub label: Option<String>,
    pub primary: bool,
}

/// Some lines of a source, with marks as ranges of `text`.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub text: String,
    /// The number of the first line, from 1.
    pub first_line: usize,
    pub marks: Vec<(Range<usize>, Mark)>,
    /// The first place as it is in the source, where it is not the same in `text`.
    pub moved: Option<Position>,
}

/// The excerpts that show the marks, in the order of the file, but the one with the primary mark
/// first.
pub(super) fn excerpts(source: &Source, mut marks: Vec<Mark>) -> Vec<Excerpt> {
    for mark in &mut marks {
        mark.span = visible(source, mark.span);
    }
    marks.sort_by_key(|mark| (mark.span.start, mark.span.end));
    let mut clusters: Vec<Vec<Mark>> = Vec::new();
    let mut last = 0;
    for mark in marks {
        let line = source.line_index(mark.span.start as usize);
        match clusters.last_mut() {
            Some(cluster) if line <= last + FAR => cluster.push(mark.clone()),
            _ => clusters.push(vec![mark.clone()]),
        }
        last = last.max(source.line_index(mark.span.end as usize));
    }
    clusters.sort_by_key(|cluster| !cluster.iter().any(|mark| mark.primary));
    clusters
        .into_iter()
        .map(|marks| excerpt(source, marks))
        .collect()
}

/// The part of a place that is marked: inside of the text, whole characters, not too many lines, no
/// line end behind it.
fn visible(source: &Source, span: Span) -> Span {
    let text = source.text();
    let floor = |at: usize| {
        (0..=at.min(text.len()))
            .rev()
            .find(|i| text.is_char_boundary(*i))
    };
    let start = floor(span.start as usize).unwrap_or(0);
    let mut end = (span.end as usize).clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let first = source.line_index(start);
    if source.line_index(end) >= first + MANY_LINES {
        end = source.line_span(first).range().end;
    }
    let body = text.get(start..end).unwrap_or_default();
    let trimmed = body.trim_end_matches(['\n', '\r']).len();
    Span::new(start, start + trimmed)
}

fn excerpt(source: &Source, marks: Vec<Mark>) -> Excerpt {
    let first = marks.iter().map(|mark| mark.span.start as usize).min();
    let last = marks.iter().map(|mark| mark.span.end as usize).max();
    let first = source.line_index(first.unwrap_or(0));
    let last = source.line_index(last.unwrap_or(0));
    let mut text = String::new();
    let mut lines = Vec::new();
    for index in first..=last {
        let line = Line::cut(source, index, &marks);
        lines.push((text.len(), line.kept.clone(), line.before.len()));
        text.push_str(line.before);
        text.push_str(source.text().get(line.kept).unwrap_or_default());
        text.push_str(line.behind);
        text.push('\n');
    }
    let place = |offset: usize| {
        let index = source.line_index(offset).saturating_sub(first);
        let (at, kept, before) = match lines.get(index) {
            Some((at, kept, before)) => (*at, kept.clone(), *before),
            None => return text.len(),
        };
        let inside = offset.clamp(kept.start, kept.end.max(kept.start)) - kept.start;
        at + before + inside
    };
    let primary = marks.iter().find(|mark| mark.primary).or(marks.first());
    let is_cut = lines.iter().any(|(.., before)| *before > 0);
    let position = source.position(primary.map_or(0, |mark| mark.span.start as usize));
    let marks = marks
        .iter()
        .map(|mark| {
            let start = place(mark.span.start as usize);
            let end = place(mark.span.end as usize).max(start);
            (start..end, mark.clone())
        })
        .collect();
    Excerpt {
        first_line: first + 1,
        marks,
        moved: is_cut.then_some(position),
        text,
    }
}

/// What is shown of a line.
struct Line {
    kept: Range<usize>,
    before: &'static str,
    behind: &'static str,
}

impl Line {
    fn cut(source: &Source, index: usize, marks: &[Mark]) -> Self {
        let text = source.text();
        let mut range = source.line_span(index).range();
        let line = text.get(range.clone()).unwrap_or_default();
        range.end = range.start + line.trim_end_matches(['\n', '\r']).len();
        if line.starts_with('\u{feff}') {
            range.start += '\u{feff}'.len_utf8();
        }
        if range.len() <= LONG_LINE {
            return Self {
                kept: range,
                before: "",
                behind: "",
            };
        }
        // Around the first place in the line, the finding's own if it is there.
        let here = |mark: &&Mark| {
            let (start, end) = (mark.span.start as usize, mark.span.end as usize);
            start < range.end && end > range.start
        };
        let mark = marks.iter().filter(here).min_by_key(|mark| !mark.primary);
        let (start, end) = mark.map_or((range.start, range.start), |mark| {
            let start = (mark.span.start as usize).max(range.start);
            (start, (mark.span.end as usize).clamp(start, range.end))
        });
        let mut from = start.saturating_sub(AROUND).max(range.start);
        let mut to = (end.min(start + AROUND) + AROUND).min(range.end);
        while !text.is_char_boundary(from) {
            from -= 1;
        }
        while !text.is_char_boundary(to) {
            to += 1;
        }
        Self {
            before: if from > range.start { "…" } else { "" },
            behind: if to < range.end { "…" } else { "" },
            kept: from..to,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new("f".into(), "f".into(), text.as_bytes().to_vec())
    }

    fn mark(start: usize, end: usize) -> Mark {
        Mark {
            span: Span::new(start, end),
            label: None,
            primary: false,
        }
    }

    /// The lines of an excerpt with the marked text in brackets.
    fn shown(excerpt: &Excerpt) -> Vec<&str> {
        let text = &excerpt.text;
        excerpt
            .marks
            .iter()
            .map(|(range, _)| &text[range.clone()])
            .collect()
    }

    #[test]
    fn places_that_are_near_share_an_excerpt() {
        let text: String = (1..=60).map(|n| format!("line {n:02}\n")).collect();
        let source = source(&text);
        let mut primary = mark(40 * 8, 40 * 8 + 4);
        primary.primary = true;
        let list = excerpts(&source, vec![mark(0, 4), mark(16, 20), primary]);
        let lines: Vec<_> = list.iter().map(|e| (e.first_line, e.marks.len())).collect();
        assert_eq!(lines, [(41, 1), (1, 2)]);
        assert_eq!(list[1].text, "line 01\nline 02\nline 03\n");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!(
            "FROM a\nRUN {} chown {}\n",
            "x".repeat(9_000_000),
            "\u{e9}".repeat(900_000)
        );
        let at = text.find("chown").expect("the word");
        let source = source(&text);
        let list = excerpts(&source, vec![mark(at, at + 5)]);
        assert_eq!(shown(&list[0]), ["chown"]);
        assert!(list[0].text.starts_with('…') && list[0].text.ends_with("…\n"));
        assert!(list[0].text.len() < 1000);
        let moved = list[0].moved.expect("a cut line");
        assert_eq!((moved.line, moved.column), (2, 9_000_006));
    }

    #[test]
    fn odd_places_are_shown_as_far_as_they_can_be() {
        let text = "\u{feff}FROM \u{e9}\r\nRUN a\r\n";
        let source = source(text);
        let all = text.len();
        for (start, end, expect) in [
            (0, all, "FROM \u{e9}\nRUN a"),
            (9, 9, "\u{e9}"),
            (10, 10, ""),
            (8, 9, "\u{e9}"),
            (9, 10, "\u{e9}"),
            (all, all + 50, ""),
            (99, 120, ""),
            (3, 12, "FROM \u{e9}"),
        ] {
            let list = excerpts(&source, vec![mark(start, end.max(start))]);
            assert_eq!(shown(&list[0]), [expect], "{start}..{end}");
        }
        let many: String = "RUN a \\\n".repeat(20);
        let list = excerpts(&super::tests::source(&many), vec![mark(0, many.len())]);
        assert_eq!(shown(&list[0]), ["RUN a \\"]);
    }
}
