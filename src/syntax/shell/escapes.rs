//! Text with its backslashes resolved.

use std::ops::Range;

use super::WordPart;
use crate::syntax::Joined;

/// What surrounds a piece of text, and so decides what a backslash in it does (POSIX, Shell Command
/// Language, 2.2 Quoting and 2.7.4 Here-Document).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// Nothing: a backslash quotes whatever follows.
    None,
    /// Double quotes.
    Double,
    /// Double quotes around `${…}` around this text: `\}` is an escape, too.
    DoubleBraces,
    /// A here-document.
    HereDocument,
}

impl Quoting {
    /// Whether a backslash before `next` goes and takes the meaning from it.
    pub(super) fn escapes(self, next: char) -> bool {
        match self {
            Quoting::None => true,
            Quoting::Double => matches!(next, '$' | '`' | '"' | '\\' | '\n'),
            Quoting::DoubleBraces => matches!(next, '$' | '`' | '"' | '\\' | '\n' | '}'),
            Quoting::HereDocument => matches!(next, '$' | '`' | '\\' | '\n'),
        }
    }
}

/// Adds the literal text of `range` to `parts`. Without quotes around it, what a backslash quotes
/// becomes a part of its own.
pub(super) fn push_literal(
    parts: &mut Vec<WordPart>,
    joined: &Joined,
    range: Range<usize>,
    quoting: Quoting,
) {
    let Some(raw) = joined.text().get(range.clone()) else {
        return;
    };
    // In quotes and here-documents each run of text keeps its place: whole scripts and configurations
    // stand there.
    let placed = quoting != Quoting::None;
    let mut run = Run::new(parts, joined, range.start);
    let mut chars = raw.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let start = range.start + at;
        let mut end = start + c.len_utf8();
        let next = chars.peek().map(|(_, next)| *next);
        match next {
            Some(next) if c == '\\' && quoting.escapes(next) => {
                chars.next();
                end += next.len_utf8();
                if placed {
                    run.flush();
                }
                if next == '\n' {
                    continue; // a joined line
                }
                if quoting == Quoting::HereDocument {
                    run.add(next, false, end - next.len_utf8()..end);
                    continue;
                }
                run.add(next, quoting == Quoting::None, start..end);
                if placed {
                    run.flush();
                }
            }
            _ => {
                // `<<-` leaves out the tabs of each line.
                let apart = at > 0 && joined.offset(start) != joined.offset(start - 1) + 1;
                if placed && apart {
                    run.flush();
                }
                run.add(c, false, start..end);
            }
        }
    }
    run.finish();
}

/// Characters that are alike, until one comes that is not.
struct Run<'a> {
    parts: &'a mut Vec<WordPart>,
    joined: &'a Joined,
    text: String,
    escaped: bool,
    range: Range<usize>,
}

impl<'a> Run<'a> {
    fn new(parts: &'a mut Vec<WordPart>, joined: &'a Joined, start: usize) -> Self {
        Self {
            parts,
            joined,
            text: String::new(),
            escaped: false,
            range: start..start,
        }
    }

    fn add(&mut self, c: char, escaped: bool, range: Range<usize>) {
        if escaped != self.escaped {
            self.flush();
            self.escaped = escaped;
        }
        if self.text.is_empty() {
            self.range.start = range.start;
        }
        self.text.push(c);
        self.range.end = range.end;
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(WordPart::Literal {
                text: std::mem::take(&mut self.text),
                escaped: self.escaped,
                span: self.joined.span(self.range.clone()),
            });
        }
    }

    fn finish(mut self) {
        self.flush();
    }
}
