//! Words, patterns and their parts.

use std::ops::Range;

use super::{Converter, ast};
use crate::syntax::Joined;
use crate::syntax::shell::escapes::{Quoting, push_literal};
use crate::syntax::shell::*;

impl Converter<'_> {
    pub(super) fn words(&mut self, words: &[ast::Word]) -> Vec<Word> {
        words.iter().map(|word| self.word(word)).collect()
    }

    pub(super) fn word(&mut self, word: &ast::Word) -> Word {
        self.word_in(word, Quoting::None)
    }

    pub(super) fn word_in(&mut self, word: &ast::Word, quoting: Quoting) -> Word {
        let range = self.without_joints(self.range(word.span));
        if quoting == Quoting::None && self.slice(&range).ends_with('\n') {
            // Such a word swallowed what follows it.
            self.error_at("a quote or bracket is not closed", range.clone());
        }
        Word {
            parts: self.parts(&word.parts, range.clone(), quoting),
            span: self.span(range),
        }
    }

    /// The range without joined line ends at its own ends: shuck counts `a\` and the line end for
    /// the word.
    pub(super) fn without_joints(&self, range: Range<usize>) -> Range<usize> {
        let text = self.slice(&range);
        let kept = text.trim_start_matches("\\\n");
        let start = range.end - kept.len();
        start..start + kept.trim_end_matches("\\\n").len()
    }

    /// A word without expansions.
    pub(super) fn literal_word(&self, range: Range<usize>, quoting: Quoting) -> Word {
        let span = self.span(range.clone());
        let mut parts = Vec::new();
        push_literal(&mut parts, self.text, range, quoting);
        Word { parts, span }
    }

    /// A word read anew from its text: where shuck has none.
    pub(super) fn raw_word(&mut self, range: Range<usize>) -> Word {
        let text = self.slice(&range);
        if !text.contains(['$', '`', '"', '\'']) {
            return self.literal_word(range, Quoting::None);
        }
        let piece = self.text.slice(range.clone());
        let hidden = if text.contains('\'') {
            text.to_owned()
        } else {
            hide_escapes(text, Quoting::None)
        };
        if !self.may_reparse() {
            return self.literal_word(range, Quoting::None);
        }
        let word = super::Parser::parse_word_string(&hidden);
        let word = self.reparse(&piece, |inner| inner.word(&word));
        word.unwrap_or_else(|| self.literal_word(range, Quoting::None))
    }

    /// The text of `range` as if double quotes stood around it.
    pub(super) fn quoted_word(&mut self, range: Range<usize>) -> Word {
        let span = self.span(range.clone());
        let mut quoted = Joined::default();
        quoted.push("\"", self.text.offset(range.start));
        append(&mut quoted, self.text, range.clone());
        quoted.push("\"", self.text.offset(range.end));
        match self.quoted_parts(&quoted, Quoting::DoubleBraces) {
            Some(parts) => Word { parts, span },
            None => self.literal_word(range, Quoting::DoubleBraces),
        }
    }

    /// The parts between double quotes, read anew. The places that shuck gives for them are wrong
    /// where escapes are among them; so it sees the text without escapes, see [`hide_escapes`].
    fn quoted_parts(&mut self, quoted: &Joined, quoting: Quoting) -> Option<Vec<WordPart>> {
        if !self.may_reparse() {
            return None;
        }
        let word = super::Parser::parse_word_string(&hide_escapes(quoted.text(), quoting));
        let [part] = word.parts.as_slice() else {
            return None;
        };
        let ast::WordPart::DoubleQuoted { parts, .. } = &part.kind else {
            return None;
        };
        self.reparse(quoted, |inner| {
            inner.escapes_hidden = true;
            let whole = inner.range(part.span);
            inner.parts(parts, whole, quoting)
        })
    }

    pub(super) fn parts(
        &mut self,
        parts: &[ast::WordPartNode],
        whole: Range<usize>,
        quoting: Quoting,
    ) -> Vec<WordPart> {
        self.deeper(whole, |this| {
            let mut converted = Vec::new();
            for part in parts {
                this.part(part, quoting, &mut converted);
            }
            converted
        })
    }

    fn part(&mut self, part: &ast::WordPartNode, quoting: Quoting, parts: &mut Vec<WordPart>) {
        use ast::WordPart as P;
        let range = self.range(part.span);
        let span = self.span(range.clone());
        match &part.kind {
            P::Literal(_) | P::ZshQualifiedGlob(_) => self.push_text(parts, range, quoting),
            P::SingleQuoted { value, dollar } => {
                let inside = if *dollar && !value.is_source_backed() {
                    value.slice("").to_owned()
                } else {
                    self.slice(&self.range(value.span())).to_owned()
                };
                self.check_closed(&range, "'", "a quote");
                parts.push(WordPart::SingleQuoted { text: inside, span });
            }
            P::DoubleQuoted { parts: inner, .. } => {
                self.check_closed(&range, "\"", "a quote");
                let inner = self.double_quoted(inner, range);
                parts.push(WordPart::DoubleQuoted { parts: inner, span });
            }
            P::Variable(name) => parts.push(self.variable(name.as_str(), range)),
            P::CommandSubstitution { body, syntax } => {
                parts.push(self.substitution(body, *syntax, range, quoting));
            }
            P::ProcessSubstitution { body, .. } => {
                let body = self.list(body).0.into();
                parts.push(WordPart::Process { body, span });
            }
            P::ArithmeticExpansion {
                expression_word_ast,
                ..
            } => parts.push(self.arithmetic_part(expression_word_ast, range)),
            P::Parameter(parameter) => parts.push(self.parameter(parameter, quoting)),
            // The older shapes of the same, which shuck's parser turns into `Parameter`.
            P::ParameterExpansion { .. }
            | P::Length(_)
            | P::ArrayAccess(_)
            | P::ArrayLength(_)
            | P::ArrayIndices(_)
            | P::Substring { .. }
            | P::ArraySlice { .. }
            | P::IndirectExpansion { .. }
            | P::PrefixMatch { .. }
            | P::Transformation { .. } => parts.push(self.older_parameter(&part.kind, range)),
        }
    }

    fn double_quoted(&mut self, parts: &[ast::WordPartNode], range: Range<usize>) -> Vec<WordPart> {
        let text = self.slice(&range);
        let start = range.start + if text.starts_with('$') { 1 } else { 0 };
        if !text.contains('\\') || self.escapes_hidden {
            return self.parts(parts, range, Quoting::Double);
        }
        if !text.contains(['$', '`']) {
            let mut parts = Vec::new();
            let inside = start + 1..range.end.saturating_sub(1);
            push_literal(&mut parts, self.text, inside, Quoting::Double);
            return parts;
        }
        let mut quoted = Joined::default();
        append(&mut quoted, self.text, start..range.end);
        if let Some(parts) = self.quoted_parts(&quoted, Quoting::Double) {
            return parts;
        }
        self.parts(parts, range, Quoting::Double)
    }

    /// Literal text. A substitution that shuck could not read comes as text, too: better an error
    /// than commands that are not seen.
    pub(super) fn push_text(
        &mut self,
        parts: &mut Vec<WordPart>,
        range: Range<usize>,
        quoting: Quoting,
    ) {
        let text = self.slice(&range);
        if let Some(at) = unread_substitution(text) {
            let start = range.start + at;
            if text[at..].ends_with(')') {
                push_literal(parts, self.text, range.start..start, quoting);
                let inside = self.text.slice(start + 2..range.end - 1);
                let body = self.reparse_body(&inside);
                let span = self.span(start..range.end);
                parts.push(WordPart::Command { body, span });
                return;
            }
            self.error_at("a substitution that cannot be read", start..range.end);
        }
        push_literal(parts, self.text, range, quoting);
    }

    pub(super) fn substitution(
        &mut self,
        body: &ast::StmtSeq,
        syntax: ast::CommandSubstitutionSyntax,
        range: Range<usize>,
        quoting: Quoting,
    ) -> WordPart {
        let span = self.span(range.clone());
        let body = match syntax {
            ast::CommandSubstitutionSyntax::DollarParen => {
                self.check_closed(&range, ")", "`$(`");
                let inside = range.start + 2..range.end.saturating_sub(1);
                if body.stmts.is_empty() && !self.slice(&inside).trim().is_empty() {
                    // What shuck cannot read, it leaves empty without a word.
                    let inside = self.text.slice(inside);
                    self.reparse_body(&inside)
                } else {
                    self.list(body).0.into()
                }
            }
            ast::CommandSubstitutionSyntax::Backtick => {
                self.check_closed(&range, "`", "a backquote");
                let inside = self.backquoted(&range, quoting);
                self.reparse_body(&inside)
            }
        };
        WordPart::Command { body, span }
    }

    /// The text between backquotes: a backslash before `$`, a backquote, a backslash, and inside of
    /// double quotes before `"`, goes. shuck does not look at these.
    fn backquoted(&self, range: &Range<usize>, quoting: Quoting) -> Joined {
        let start = (range.start + 1).min(range.end);
        let end = range.end.saturating_sub(1).max(start);
        let inside = self.text.slice(start..end);
        let bytes = inside.text().as_bytes();
        let mut kept = Joined::default();
        let mut from = 0;
        let mut at = 0;
        while at < bytes.len() {
            let escapes = bytes[at] == b'\\'
                && match bytes.get(at + 1) {
                    Some(b'$' | b'`' | b'\\') => true,
                    Some(b'"') => matches!(quoting, Quoting::Double | Quoting::DoubleBraces),
                    _ => false,
                };
            if escapes {
                append(&mut kept, &inside, from..at);
                from = at + 1;
                at += 1;
            }
            at += 1;
        }
        append(&mut kept, &inside, from..bytes.len());
        kept
    }

    pub(super) fn arithmetic_part(
        &mut self,
        expression: &ast::Word,
        range: Range<usize>,
    ) -> WordPart {
        let expression = Arithmetic(self.word_in(expression, Quoting::Double));
        let span = self.span(range);
        WordPart::Arithmetic { expression, span }
    }

    pub(super) fn pattern(&mut self, pattern: &ast::Pattern) -> Word {
        let range = self.range(pattern.span);
        // Text that is not the source's has no places in it that could be trusted.
        let foreign = |part: &ast::PatternPartNode| matches!(&part.kind, ast::PatternPart::Literal(text) if !text.is_source_backed());
        if pattern.parts.iter().any(foreign) {
            return self.raw_word(range);
        }
        let parts = self.deeper(range.clone(), |this| {
            let mut parts = Vec::new();
            for part in &pattern.parts {
                let range = this.range(part.span);
                match &part.kind {
                    ast::PatternPart::Word(word) => parts.extend(this.word(word).parts),
                    ast::PatternPart::Literal(_)
                    | ast::PatternPart::AnyString
                    | ast::PatternPart::AnyChar => {
                        push_literal(&mut parts, this.text, range, Quoting::None);
                    }
                    ast::PatternPart::CharClass(_) | ast::PatternPart::Group { .. } => {
                        parts.extend(this.raw_word(range).parts);
                    }
                }
            }
            parts
        });
        Word {
            parts: merged(parts),
            span: self.span(range),
        }
    }

    pub(super) fn check_closed(&mut self, range: &Range<usize>, close: &str, what: &str) {
        let text = self.slice(range);
        if text.len() < 2 || !text.ends_with(close) {
            let message = format!("{what} is not closed");
            self.error_at(&message, range.clone());
        }
    }
}

/// The text with other characters in place of its escapes, byte for byte: dots, or blanks for
/// joined lines. What the escapes say is read from the text itself; a parser of the copy need not
/// know them. Inside of a substitution this is right, too: an escaped character there is a
/// character of a word all the same.
fn hide_escapes(text: &str, quoting: Quoting) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && quoting.escapes(*next) => {
                let stand_in = if *next == '\n' { " " } else { "." };
                hidden.push_str(&stand_in.repeat(1 + next.len_utf8()));
                chars.next();
            }
            _ => hidden.push(c),
        }
    }
    hidden
}

/// Where a `$(` stands in literal text without a backslash before it.
fn unread_substitution(text: &str) -> Option<usize> {
    let mut escaped = false;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
            before = ' ';
            continue;
        }
        if before == '$' && c == '(' {
            return Some(at - 1);
        }
        escaped = c == '\\';
        before = c;
    }
    None
}

/// Adds `range` of another text, with its places.
fn append(joined: &mut Joined, from: &Joined, range: Range<usize>) {
    let piece = from.slice(range);
    let text = piece.text();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if end == text.len() || piece.offset(end) != piece.offset(at) + c.len_utf8() {
            joined.push(&text[start..end], piece.offset(start));
            start = end;
        }
    }
}

/// Neighbours that are alike as one, unless one of them is an escape: then each has its place.
fn merged(parts: Vec<WordPart>) -> Vec<WordPart> {
    let mut out: Vec<WordPart> = Vec::with_capacity(parts.len());
    for part in parts {
        if let WordPart::Literal {
            text,
            escaped,
            span,
        } = &part
            && let Some(WordPart::Literal {
                text: before,
                escaped: same,
                span: whole,
            }) = out.last_mut()
            && same == escaped
            && whole.end == span.start
            && before.len() == whole.range().len()
            && text.len() == span.range().len()
        {
            before.push_str(text);
            *whole = whole.to(*span);
            continue;
        }
        out.push(part);
    }
    out
}
