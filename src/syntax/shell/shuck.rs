//! The bridge from the crates `shuck-parser` and `shuck-ast` to our tree; nothing outside of this
//! module knows them. They are good at finding commands and words in real scripts. What they get
//! wrong is put right here, and each such place says so: spans that run on, text in backquotes,
//! `}` inside of a word, substitutions that are left open.

mod commands;
mod compounds;
mod gaps;
mod parameters;
mod redirects;
mod words;

use std::ops::Range;
use std::rc::Rc;

use shuck_ast as ast;
use shuck_parser::parser::{ParseResult, ParseStatus, Parser};
use shuck_parser::{ShellDialect, ShellProfile};

use super::{Body, List, Script};
use crate::source::Span;
use crate::syntax::{Joined, SyntaxError};
use gaps::Gaps;

/// How deep commands, words and expansions may lie in each other before the script is given up:
/// what is written by hand has less than ten levels. shuck itself stops at 100 commands.
const MAX_DEPTH: usize = 160;
/// How often text inside of text inside of text is parsed anew (backquotes and the like), and below
/// which depth no more: shuck's parser may take 1.5 MiB of stack, and a thread of Rust's has 2.
const MAX_REPARSE: usize = 8;
const MAX_REPARSE_DEPTH: usize = 40;
/// How many `}` inside of words are hidden from shuck, and how many bytes are parsed again for it.
const MAX_HIDDEN_BRACES: usize = 64;
const MAX_BYTES_PARSED_AGAIN: usize = 4 << 20;
/// shuck's own limits: levels of commands (its highest), and steps, of which its default is too few
/// for a file of many short lines.
const SHUCK_DEPTH: usize = 100;
const SHUCK_STEPS: usize = 100_000;
const SHUCK_STEPS_PER_BYTE: usize = 16;

pub(super) fn parse(text: &Joined) -> Script {
    let mut script = Script::default();
    let mut converter = Converter {
        text,
        depth: 0,
        reparsed: 0,
        escapes_hidden: false,
        gaps: Gaps::default(),
        script: &mut script,
    };
    let body = converter.file();
    script.body = Rc::new(body);
    script.comments.sort_unstable();
    script.comments.dedup();
    script.errors.sort_by_key(|error| error.span);
    script.errors.dedup();
    script
}

/// Turns the syntax tree of one text into ours. Places in the joined text are `Range<usize>`,
/// places in the source are [`Span`].
struct Converter<'a> {
    text: &'a Joined,
    depth: usize,
    reparsed: usize,
    /// Whether the tree is that of a copy without escapes.
    escapes_hidden: bool,
    gaps: Gaps,
    script: &'a mut Script,
}

impl Converter<'_> {
    fn file(&mut self) -> List {
        let result = parse_leniently(self.text.text());
        self.report(&result);
        self.list(&result.file.body).0
    }

    fn report(&mut self, result: &ParseResult) {
        for diagnostic in &result.diagnostics {
            let range = self.range(diagnostic.span);
            self.error_at(&diagnostic.message, range);
        }
        let said = !result.diagnostics.is_empty();
        match &result.terminal_error {
            Some(error) => {
                let shuck_parser::Error::Parse { message, .. } = error;
                // Mostly the last of the diagnostics once more.
                if result.diagnostics.iter().all(|d| d.message != *message) {
                    let at = error_offset(self.text.text(), error).unwrap_or(0);
                    self.error_at(message, at..at);
                }
            }
            None if result.status != ParseStatus::Clean && !said => {
                self.error_at("not a shell script that can be read", 0..0);
            }
            None => {}
        }
    }

    /// A text inside of this one, as statements: what is between backquotes.
    fn reparse_body(&mut self, text: &Joined) -> Body {
        self.reparse(text, |inner| inner.file())
            .unwrap_or_default()
            .into()
    }

    /// Runs `convert` over another text, which is a part of this one; its errors and comments are
    /// those of the whole.
    fn reparse<T>(
        &mut self,
        text: &Joined,
        convert: impl FnOnce(&mut Converter<'_>) -> T,
    ) -> Option<T> {
        if !self.may_reparse() {
            return None;
        }
        let mut inner = Converter {
            text,
            depth: self.depth + 1,
            reparsed: self.reparsed + 1,
            escapes_hidden: false,
            gaps: Gaps::default(),
            script: self.script,
        };
        Some(convert(&mut inner))
    }

    /// Whether text inside of this one can be parsed anew; if not, that is an error of the script.
    fn may_reparse(&mut self) -> bool {
        let may = self.reparsed < MAX_REPARSE && self.depth < MAX_REPARSE_DEPTH;
        if !may {
            self.error_at("nested too deeply", 0..self.text.text().len());
        }
        may
    }

    /// Runs `convert` one level deeper, or not at all if that is too deep.
    fn deeper<T: Default>(
        &mut self,
        range: Range<usize>,
        convert: impl FnOnce(&mut Self) -> T,
    ) -> T {
        if self.depth >= MAX_DEPTH {
            self.error_at("nested too deeply", range);
            return T::default();
        }
        self.depth += 1;
        let converted = convert(self);
        self.depth -= 1;
        converted
    }

    fn error_at(&mut self, message: &str, range: Range<usize>) {
        let span = self.span(range);
        self.script.errors.push(SyntaxError {
            message: message.to_owned(),
            span,
        });
    }

    /// Where a range of the text stands in the source.
    fn span(&self, range: Range<usize>) -> Span {
        self.text.span(range)
    }

    /// A span of shuck's as a range that surely lies in the text.
    fn range(&self, span: ast::Span) -> Range<usize> {
        let text = self.text.text();
        let place = |at: usize| text.floor_char_boundary(at.min(text.len()));
        let start = place(span.start.offset());
        start..place(span.end.offset()).max(start)
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.text().get(range.clone()).unwrap_or_default()
    }
}

/// Parses; where that fails for a `}`, once more without it.
///
/// shuck takes a `}` inside of a word, as in `a}b`, for the end of a group. Such a one is hidden
/// from it: it sees another character of the same length, and the text of words is read from the
/// original.
fn parse_leniently(text: &str) -> ParseResult {
    let first = parse_once(text);
    let mut wrong = brace_in_the_way(text, &first);
    if wrong.is_none() {
        return first;
    }
    let mut hidden = text.to_owned();
    let tries = MAX_BYTES_PARSED_AGAIN / text.len().max(1);
    for _ in 0..tries.clamp(1, MAX_HIDDEN_BRACES) {
        let Some(at) = wrong else {
            break;
        };
        hidden.replace_range(at..=at, "_");
        let again = parse_once(&hidden);
        if again.is_ok() {
            return again;
        }
        wrong = brace_in_the_way(&hidden, &again);
    }
    first
}

/// With bash's grammar, whatever the dialect: shuck's POSIX grammar only refuses more.
fn parse_once(text: &str) -> ParseResult {
    let steps = SHUCK_STEPS + SHUCK_STEPS_PER_BYTE * text.len();
    let profile = ShellProfile::native(ShellDialect::Bash);
    Parser::with_limits_and_profile(text, SHUCK_DEPTH, steps, profile).parse()
}

/// A `}` behind a character of a word, where the parser gave up or right before.
fn brace_in_the_way(text: &str, result: &ParseResult) -> Option<usize> {
    let at = error_offset(text, result.terminal_error.as_ref()?)?;
    let bytes = text.as_bytes();
    [at, at.wrapping_sub(1)].into_iter().find(|&at| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        bytes.get(at) == Some(&b'}')
            && before.is_some_and(|b| !b.is_ascii_whitespace() && !b";&|(){".contains(b))
    })
}

/// Where an error's line and column are, if it has them.
fn error_offset(text: &str, error: &shuck_parser::Error) -> Option<usize> {
    let shuck_parser::Error::Parse { line, column, .. } = error;
    let start = match line.checked_sub(1)? {
        0 => 0,
        before => text.match_indices('\n').nth(before - 1)?.0 + 1,
    };
    let rest = &text[start..];
    let column = column.saturating_sub(1);
    let within = rest.char_indices().nth(column).map_or(rest.len(), |c| c.0);
    Some(start + within)
}

impl From<List> for Body {
    fn from(list: List) -> Self {
        Body(list.into())
    }
}
