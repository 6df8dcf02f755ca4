//! What stands between commands: blanks, separators, operators, comments, joined lines.

use std::ops::Range;

use super::layout::Layout;

/// A piece of what stands between two commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Blank,
    /// A line end that ends a command.
    Newline,
    /// A line end that does not, with the character that says so; a line of a `RUN` with nothing
    /// in it.
    Continuation,
    /// Without its line end; `own_line` if only blanks stand before it, and then with these.
    Comment {
        own_line: bool,
    },
    /// Body and terminator; the index in [`Layout::here_documents`].
    HereDocument(usize),
    /// `;`
    Semicolon,
    /// `&`
    Ampersand,
    /// `&&`, `||`, `|`, `;;` and so on.
    Operator,
    /// A keyword, a bracket, or what else is there.
    Word,
}

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// With nothing but blanks and perhaps a comment: this is where it ends, without the line end.
    End(usize),
    /// It goes on in the next one.
    Continued,
    /// Something else stands there.
    Shared,
}

impl Layout<'_> {
    /// The token at `at`; none at the end of the text.
    pub(super) fn token(&self, at: usize) -> Option<Token> {
        let rest = self.text.get(at..).filter(|rest| !rest.is_empty())?;
        let (kind, length) = self
            .at_line_start(at, rest)
            .unwrap_or_else(|| self.within_line(at, rest));
        Some(Token {
            kind,
            range: at..at + length,
        })
    }

    /// The tokens from `from` up to `to`.
    pub(super) fn gap(&self, from: usize, to: usize) -> impl Iterator<Item = Token> {
        let mut at = from;
        std::iter::from_fn(move || {
            let token = self.token(at).filter(|token| token.range.start < to)?;
            at = token.range.end;
            Some(token)
        })
    }

    /// The `;` or `&` that ends a statement which ends at `end`, also on the next joined line.
    pub(super) fn separator(&self, end: usize) -> Option<Range<usize>> {
        let token = self
            .gap(end, self.text.len())
            .find(|token| match token.kind {
                TokenKind::Blank | TokenKind::Continuation => false,
                TokenKind::Comment { own_line } => !(own_line && self.continuation.is_some()),
                _ => true,
            })?;
        matches!(token.kind, TokenKind::Semicolon | TokenKind::Ampersand).then_some(token.range)
    }

    /// Whether what stands between two statements is what sets statements apart, and nothing else.
    pub(super) fn separated(&self, from: usize, to: usize) -> Option<()> {
        let mut any = false;
        for token in self.gap(from, to) {
            match token.kind {
                TokenKind::Newline | TokenKind::Semicolon | TokenKind::Ampersand => any = true,
                TokenKind::Operator | TokenKind::Word => return None,
                _ => {}
            }
        }
        any.then_some(())
    }

    /// How the line ends that `at` is in, from there on.
    pub(super) fn tail(&self, at: usize) -> Tail {
        let mut end = at;
        for token in self.gap(at, self.text.len()) {
            match token.kind {
                TokenKind::Blank | TokenKind::Comment { .. } => end = token.range.end,
                TokenKind::Newline => break,
                TokenKind::Continuation => return Tail::Continued,
                _ => return Tail::Shared,
            }
        }
        Tail::End(end)
    }

    /// What only stands at the start of a line.
    fn at_line_start(&self, at: usize, rest: &str) -> Option<(TokenKind, usize)> {
        if self.line_start(at) != at {
            return None;
        }
        let next = self
            .here_documents
            .partition_point(|document| document.lines.start < at);
        if let Some(document) = self.here_documents.get(next)
            && document.lines.start == at
            && document.lines.end > at
        {
            return Some((
                TokenKind::HereDocument(next),
                document.lines.end - document.lines.start,
            ));
        }
        let content = self.content_end(at) - at;
        let line = rest.get(..content).unwrap_or_default();
        let inside = line.trim_start_matches([' ', '\t']);
        if inside.starts_with('#') {
            return Some((TokenKind::Comment { own_line: true }, content));
        }
        if inside.is_empty() && self.continuation.is_some() {
            return Some((TokenKind::Continuation, self.line_end(at) - at));
        }
        None
    }

    fn within_line(&self, at: usize, rest: &str) -> (TokenKind, usize) {
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if blanks > 0 {
            return (TokenKind::Blank, blanks);
        }
        if rest.starts_with(['\n', '\r']) {
            let length = self.line_end(at) - at;
            // The line end behind a comment in a `RUN` ends nothing.
            let line = self.slice(self.line_start(at)..at);
            let comment = line.trim_start().starts_with('#') && self.continuation.is_some();
            return match comment {
                true => (TokenKind::Continuation, length),
                false => (TokenKind::Newline, length),
            };
        }
        if let Some(length) = self.continuation_length(rest) {
            return (TokenKind::Continuation, length);
        }
        if rest.starts_with('#') {
            let comment = TokenKind::Comment { own_line: false };
            return (comment, self.content_end(at) - at);
        }
        for operator in [";;&", ";;", ";&", "&&", "||", "|&", "|"] {
            if rest.starts_with(operator) {
                return (TokenKind::Operator, operator.len());
            }
        }
        if rest.starts_with(';') {
            return (TokenKind::Semicolon, 1);
        }
        if rest.starts_with('&') {
            return (TokenKind::Ampersand, 1);
        }
        let word = rest
            .find([' ', '\t', '\r', '\n', ';', '&', '|', '(', ')'])
            .unwrap_or(rest.len());
        let first = rest.chars().next().map_or(1, char::len_utf8);
        (TokenKind::Word, word.max(first))
    }

    /// The length of what joins this line to the next: in a Dockerfile blanks may stand before the
    /// line end.
    fn continuation_length(&self, rest: &str) -> Option<usize> {
        let escape = self.continuation.unwrap_or('\\');
        let behind = rest.strip_prefix(escape)?;
        let behind = match self.continuation {
            Some(_) => behind.trim_start_matches([' ', '\t']),
            None => behind,
        };
        let behind = behind.strip_prefix('\r').unwrap_or(behind);
        let behind = behind.strip_prefix('\n')?;
        Some(rest.len() - behind.len())
    }
}
