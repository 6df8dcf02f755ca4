//! A file cut into pieces that leave nothing out.

use super::{Arguments, Dockerfile, Instruction};
use crate::source::Span;

/// What a piece of a Dockerfile is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SegmentKind {
    /// The byte order mark.
    Bom,
    /// A parser directive.
    Directive,
    /// A comment, without the blanks before it.
    Comment,
    /// A keyword; one behind ONBUILD, too.
    Keyword,
    /// `--name` or `--name=value`.
    Flag,
    /// What stands behind keyword and flags, on one line.
    Arguments,
    /// The body of a here-document.
    HeredocBody,
    /// The line that ends a here-document.
    HeredocEnd,
    /// The escape character at the end of a line, with what is behind it up to the next line.
    Continuation,
    /// Blanks.
    Space,
    /// A line end.
    LineEnd,
    /// Text that is no part of the tree: the `--` that ends flags.
    Other,
}

/// A piece of a Dockerfile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// What it is.
    pub kind: SegmentKind,
    /// Where it is.
    pub span: Span,
}

impl Dockerfile {
    /// The file in pieces: in their order and without a gap, they are `text`, which must be what
    /// the file was parsed from.
    pub fn segments(&self, text: &str) -> Vec<Segment> {
        let mut known = Vec::new();
        let mut add = |kind, span: Span| {
            if span.start < span.end {
                known.push(Segment { kind, span });
            }
        };
        for directive in &self.directives {
            add(SegmentKind::Directive, directive.span);
        }
        for comment in &self.comments {
            add(SegmentKind::Comment, *comment);
        }
        for instruction in &self.instructions {
            self.add_instruction(instruction, &mut add);
            for heredoc in &instruction.heredocs {
                add(SegmentKind::HeredocBody, heredoc.body);
                add(SegmentKind::HeredocEnd, heredoc.terminator);
            }
        }
        known.sort_by_key(|segment| segment.span.start);

        let mut segments = Vec::with_capacity(known.len() * 2);
        let mut at = 0;
        for segment in known {
            add_gap(
                text,
                self.escape,
                at..segment.span.start as usize,
                &mut segments,
            );
            at = segment.span.end as usize;
            segments.push(segment);
        }
        add_gap(text, self.escape, at..text.len(), &mut segments);
        segments
    }

    fn add_instruction(&self, instruction: &Instruction, add: &mut impl FnMut(SegmentKind, Span)) {
        self.add_split(SegmentKind::Keyword, instruction.keyword_span, add);
        for flag in &instruction.flags {
            self.add_split(SegmentKind::Flag, flag.span, add);
        }
        match &instruction.arguments {
            Arguments::Instruction(trigger) => self.add_instruction(trigger, add),
            _ => {
                for piece in instruction.text.pieces() {
                    add(SegmentKind::Arguments, piece);
                }
            }
        }
    }

    /// A keyword or flag, which may be split over lines with comments between them.
    fn add_split(&self, kind: SegmentKind, span: Span, add: &mut impl FnMut(SegmentKind, Span)) {
        let first = self
            .comments
            .partition_point(|comment| comment.end <= span.start);
        let mut start = span.start;
        for comment in self.comments.iter().skip(first) {
            if comment.start >= span.end {
                break;
            }
            add(
                kind,
                Span {
                    start,
                    end: comment.start,
                },
            );
            start = comment.end;
        }
        add(
            kind,
            Span {
                start,
                end: span.end,
            },
        );
    }
}

/// Names what is between two pieces of the tree.
fn add_gap(text: &str, escape: char, gap: std::ops::Range<usize>, segments: &mut Vec<Segment>) {
    let mut at = gap.start;
    while at < gap.end {
        let rest = &text[at..gap.end];
        let (kind, length) = gap_piece(rest, escape, at == 0);
        let span = Span::new(at, at + length);
        at += length;
        match segments.last_mut() {
            Some(last)
                if kind == SegmentKind::Other
                    && last.kind == kind
                    && last.span.end == span.start =>
            {
                last.span.end = span.end;
            }
            _ => segments.push(Segment { kind, span }),
        }
    }
}

/// What a text, which is not empty, begins with, and how long that is.
fn gap_piece(text: &str, escape: char, is_start: bool) -> (SegmentKind, usize) {
    const BOM: char = '\u{FEFF}';
    if is_start && text.starts_with(BOM) {
        return (SegmentKind::Bom, BOM.len_utf8());
    }
    if let Some(length) = line_end(text) {
        return (SegmentKind::LineEnd, length);
    }
    let behind = text.strip_prefix(escape);
    let behind = behind.map(|behind| behind.trim_start_matches([' ', '\t']));
    if let Some(length) = behind.and_then(line_end) {
        let before = text.len() - behind.map_or(0, str::len);
        return (SegmentKind::Continuation, before + length);
    }
    let blanks = match text.starts_with('\r') {
        true => text.trim_start_matches('\r'),
        false => text.trim_start_matches(|c: char| c.is_whitespace() && !matches!(c, '\r' | '\n')),
    };
    if blanks.len() < text.len() {
        return (SegmentKind::Space, text.len() - blanks.len());
    }
    let other = text.chars().next().map_or(text.len(), char::len_utf8);
    (SegmentKind::Other, other)
}

/// The length of the line end that a text begins with. The end of the text is one, too.
fn line_end(text: &str) -> Option<usize> {
    let behind = text.trim_start_matches('\r');
    match behind.strip_prefix('\n') {
        Some(next) => Some(text.len() - next.len()),
        None => behind.is_empty().then_some(text.len()),
    }
}
