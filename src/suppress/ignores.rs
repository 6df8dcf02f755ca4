//! The ignore comments of a file, and what each of them is about.

use std::ops::Range;

use super::directive::{self, Directive};
use super::layout::{Comment, Layout};
use crate::finding::Edit;
use crate::source::{Origin, Source, SourceId, Span};

/// A comment that ignores findings.
#[derive(Clone, Debug)]
pub struct Ignore {
    /// The comment.
    pub place: Place,
    /// The lines that it is about, from 0; none if it is about the whole file.
    pub lines: Option<Range<usize>>,
    /// `ignore` or `ignore-file`.
    pub word: Span,
    /// The rules; all of them where there are none.
    pub names: Vec<Name>,
    /// Why, in the words of whoever wrote it.
    pub reason: Option<String>,
}

/// The name of a rule in an ignore comment.
#[derive(Clone, Debug)]
pub struct Name {
    /// As written.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A comment that was meant to be one.
#[derive(Clone, Debug)]
pub struct Malformed {
    /// The comment.
    pub place: Place,
    /// What it is written with.
    pub words: Span,
    /// How it would be right, where that can be told.
    pub correct: Option<String>,
    /// Whether Docker takes it for words of the instruction.
    pub is_argument: bool,
}

/// A comment, and how it goes.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// From its mark on.
    pub origin: Origin,
    /// What goes with it: its line, or the blanks before it.
    whole: Span,
}

impl Place {
    fn of(source: &Source, id: SourceId, comment: &Comment) -> Self {
        let line = source.line_span(source.line_index(comment.span.start as usize));
        Self {
            origin: Origin {
                source: id,
                span: comment.span,
            },
            whole: match comment.own_line {
                true => own_line(source, line),
                false => {
                    let before = source.slice(Span {
                        start: line.start,
                        end: comment.span.start,
                    });
                    let start = line.start as usize + before.trim_end().len();
                    Span::new(start, comment.span.end as usize)
                }
            },
        }
    }

    /// The comment goes.
    pub fn removal(&self) -> Edit {
        Edit {
            origin: Origin {
                span: self.whole,
                ..self.origin
            },
            replacement: String::new(),
        }
    }

    /// A part of the comment, in other words.
    pub fn with(&self, span: Span, words: &str) -> Edit {
        Edit {
            origin: Origin {
                span,
                ..self.origin
            },
            replacement: words.to_owned(),
        }
    }
}

/// A line with its end; the last one, where it has none, with that of the line before.
fn own_line(source: &Source, line: Span) -> Span {
    let text = source.slice(line);
    let mark = if line.start == 0 && text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let start = line.start as usize + mark;
    if text.ends_with('\n') || start == 0 {
        return Span::new(start, line.end as usize);
    }
    let before = source.text().get(..start).unwrap_or_default();
    let before = super::layout::content(before).len();
    Span::new(before, line.end as usize)
}

impl Ignore {
    /// The name of a rule goes, and the comma beside it. `number` is its place in the list.
    pub fn without(&self, number: usize) -> Edit {
        let start = |number: usize| self.names.get(number).map(|name| name.span.start);
        let end = |number: usize| self.names.get(number).map(|name| name.span.end);
        let own = self.names.get(number).map_or(self.word, |name| name.span);
        let span = match (start(number + 1), number.checked_sub(1).and_then(end)) {
            (Some(next), _) => Span { end: next, ..own },
            (None, Some(before)) => Span {
                start: before,
                ..own
            },
            (None, None) => return self.place.removal(),
        };
        self.place.with(span, "")
    }

    /// Where it says what does it: the name of the rule, or `ignore-file`.
    pub(super) fn said_at(&self, number: usize) -> Origin {
        let span = self.names.get(number).map_or(self.word, |name| name.span);
        Origin {
            span,
            ..self.place.origin
        }
    }
}

/// What the comments of a file say.
#[derive(Debug, Default)]
pub(super) struct Comments {
    pub ignores: Vec<Ignore>,
    pub malformed: Vec<Malformed>,
}

impl Comments {
    /// Adds what the comments of one more file say.
    pub fn read(&mut self, source: &Source, id: SourceId, layout: &Layout) {
        for comment in &layout.comments {
            let start = comment.span.start as usize;
            let span = |range: Range<usize>| Span::new(start + range.start, start + range.end);
            let text = source.slice(comment.span);
            let place = Place::of(source, id, comment);
            match directive::parse(text) {
                Some(_) if comment.is_argument => self.malformed.push(Malformed {
                    place,
                    words: comment.span,
                    correct: None,
                    is_argument: true,
                }),
                Some(Directive::Ignore {
                    whole_file,
                    word,
                    names,
                    reason,
                }) => self.ignores.push(Ignore {
                    place,
                    lines: (!whole_file).then(|| layout.covered(source, comment)),
                    word: span(word),
                    names: names
                        .into_iter()
                        .map(|name| Name {
                            text: text[name.clone()].to_owned(),
                            span: span(name),
                        })
                        .collect(),
                    reason,
                }),
                Some(Directive::Malformed { words, correct }) => self.malformed.push(Malformed {
                    place,
                    words: span(words),
                    correct,
                    is_argument: false,
                }),
                None => {}
            }
        }
    }
}
