//! Redirections and here-documents.

use std::ops::Range;

use super::commands::cover;
use super::{Converter, ast};
use crate::source::Span;
use crate::syntax::Joined;
use crate::syntax::shell::escapes::{Quoting, push_literal};
use crate::syntax::shell::*;

impl Converter<'_> {
    pub(super) fn redirects(
        &mut self,
        redirects: &[ast::Redirect],
        mut range: Range<usize>,
    ) -> (Vec<Redirect>, Range<usize>) {
        let mut converted = Vec::new();
        for redirect in redirects {
            if let Some((redirect, place)) = self.redirect(redirect) {
                range = cover(range, place);
                converted.push(redirect);
            }
        }
        (converted, range)
    }

    /// One redirection; none for the second half that shuck makes of `&>>`.
    pub(super) fn redirect(
        &mut self,
        redirect: &ast::Redirect,
    ) -> Option<(Redirect, Range<usize>)> {
        let mut range = self.range(redirect.span);
        if let Some(variable) = redirect.fd_var_span {
            range.start = self.range(variable).start.saturating_sub(1);
        }
        let text = self.slice(&range);
        let both = text.starts_with("&>>");
        if both && redirect.kind == ast::RedirectKind::DupOutput {
            return None;
        }
        // shuck says 1 for `>&file`, where none is written.
        let written = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let descriptor = text[..written].parse().ok();
        let target = match &redirect.target {
            ast::RedirectTarget::Word(word) => self.target(word, &range),
            ast::RedirectTarget::Heredoc(heredoc) => self.here_document(heredoc),
        };
        let redirect = Redirect {
            descriptor,
            kind: match both {
                true => RedirectKind::WriteBoth,
                false => kind(redirect.kind, descriptor, &target),
            },
            target,
            span: self.span(range.clone()),
        };
        Some((redirect, range))
    }

    /// What stands behind the operator. shuck gives a descriptor no place, as in `2>&1`.
    fn target(&mut self, word: &ast::Word, range: &Range<usize>) -> Word {
        if word.span.start != word.span.end {
            return self.word(word);
        }
        let text = self.slice(range);
        let operator = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let behind = operator
            .trim_start_matches(['<', '>', '&', '|'])
            .trim_start();
        self.literal_word(range.end - behind.len()..range.end, Quoting::None)
    }

    fn here_document(&mut self, heredoc: &ast::Heredoc) -> Word {
        let range = self.range(heredoc.body.span);
        let delimiter = heredoc.delimiter.cooked.as_str();
        self.gaps
            .add(range.start..self.behind_delimiter(range.end, delimiter));
        let strip = heredoc.delimiter.strip_tabs;
        let span = self.span(range.clone());
        // shuck takes the delimiter of a second document in a line for a quoted one.
        let quoted = self
            .slice(&self.range(heredoc.delimiter.span))
            .contains(['"', '\'', '\\']);
        let parts = if quoted {
            let text = self.slice(&range).to_owned();
            match strip {
                true => verbatim(&without_tabs(&self.text.slice(range)), span),
                false => vec![WordPart::SingleQuoted { text, span }],
            }
        } else if strip {
            let body = without_tabs(&self.text.slice(range));
            self.body_anew(&body, delimiter)
        } else if !heredoc.delimiter.expands_body {
            let body = self.text.slice(range);
            self.body_anew(&body, delimiter)
        } else {
            self.body_parts(&heredoc.body)
        };
        Word { parts, span }
    }

    /// Behind the line with the delimiter, if that is what follows.
    fn behind_delimiter(&self, body_end: usize, delimiter: &str) -> usize {
        let rest = self.text.text().get(body_end..).unwrap_or_default();
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        if line.trim_start_matches('\t').trim_end_matches('\n') == delimiter {
            body_end + line.len()
        } else {
            body_end
        }
    }

    fn body_parts(&mut self, body: &ast::HeredocBody) -> Vec<WordPart> {
        let mut parts = Vec::new();
        for part in &body.parts {
            let range = self.range(part.span);
            match &part.kind {
                ast::HeredocBodyPart::Literal(_) => {
                    self.push_text(&mut parts, range, Quoting::HereDocument);
                }
                ast::HeredocBodyPart::Variable(name) => {
                    parts.push(self.variable(name.as_str(), range));
                }
                ast::HeredocBodyPart::CommandSubstitution { body, syntax } => {
                    let quoting = Quoting::HereDocument;
                    parts.push(self.substitution(body, *syntax, range, quoting));
                }
                ast::HeredocBodyPart::ArithmeticExpansion {
                    expression_word_ast,
                    ..
                } => parts.push(self.arithmetic_part(expression_word_ast, range)),
                ast::HeredocBodyPart::Parameter(parameter) => {
                    parts.push(self.parameter(parameter, Quoting::HereDocument));
                }
            }
        }
        parts
    }

    /// A body that shuck did not read for expansions, or whose places are not those of the text, as
    /// without the tabs of `<<-`, read anew.
    fn body_anew(&mut self, body: &Joined, delimiter: &str) -> Vec<WordPart> {
        if !body.text().contains(['$', '`']) {
            let mut parts = Vec::new();
            push_literal(
                &mut parts,
                body,
                0..body.text().len(),
                Quoting::HereDocument,
            );
            return parts;
        }
        let start = body.offset(0);
        let mut document = Joined::default();
        document.push(&format!(": <<{delimiter}\n"), start);
        let mut at = 0;
        for line in body.text().split_inclusive('\n') {
            document.push(line, body.offset(at));
            at += line.len();
        }
        document.push(&format!("{delimiter}\n"), body.offset(at.saturating_sub(1)));
        let list = self
            .reparse(&document, |inner| inner.file())
            .unwrap_or_default();
        match list.first().map(|statement| &statement.command) {
            Some(Command::Simple(simple)) => simple
                .redirects
                .first()
                .map(|redirect| redirect.target.parts.clone())
                .unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}

fn kind(kind: ast::RedirectKind, descriptor: Option<u32>, target: &Word) -> RedirectKind {
    match kind {
        ast::RedirectKind::Output | ast::RedirectKind::Clobber => RedirectKind::Write,
        ast::RedirectKind::Append => RedirectKind::Append,
        ast::RedirectKind::Input => RedirectKind::Read,
        ast::RedirectKind::ReadWrite => RedirectKind::ReadWrite,
        ast::RedirectKind::HereDoc | ast::RedirectKind::HereDocStrip => RedirectKind::HereDocument,
        ast::RedirectKind::HereString => RedirectKind::HereString,
        ast::RedirectKind::DupInput => RedirectKind::Duplicate,
        ast::RedirectKind::DupOutput => {
            let file = target.literal().is_some_and(|text| {
                !text
                    .trim_end_matches('-')
                    .bytes()
                    .all(|b| b.is_ascii_digit())
            });
            if file && matches!(descriptor, None | Some(1)) {
                RedirectKind::WriteBoth
            } else {
                RedirectKind::Duplicate
            }
        }
        ast::RedirectKind::OutputBoth => RedirectKind::WriteBoth,
    }
}

/// The lines of a document in which nothing is expanded, each in its place.
fn verbatim(body: &Joined, whole: Span) -> Vec<WordPart> {
    let mut parts = Vec::new();
    let mut at = 0;
    for line in body.text().split_inclusive('\n') {
        let range = at..at + line.len();
        parts.push(WordPart::SingleQuoted {
            text: line.to_owned(),
            span: body.span(range),
        });
        at += line.len();
    }
    if parts.is_empty() {
        parts.push(WordPart::SingleQuoted {
            text: String::new(),
            span: whole,
        });
    }
    parts
}

/// The text without the tabs at the beginnings of its lines.
fn without_tabs(text: &Joined) -> Joined {
    let mut stripped = Joined::default();
    let mut at = 0;
    for line in text.text().split_inclusive('\n') {
        let kept = line.trim_start_matches('\t');
        let start = at + line.len() - kept.len();
        stripped.push(kept, text.offset(start));
        at += line.len();
    }
    stripped
}
