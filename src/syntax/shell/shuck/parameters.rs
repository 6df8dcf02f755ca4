//! `$name` and `${…}`.

use std::ops::Range;

use super::{Converter, ast};
use crate::syntax::shell::escapes::Quoting;
use crate::syntax::shell::*;

/// `${name op …}` before its parts are converted.
struct Operand<'a> {
    operator: &'a ast::ParameterOp,
    text: Option<&'a ast::SourceText>,
    word: Option<&'a ast::Word>,
    colon: bool,
}

impl Converter<'_> {
    /// `$name`.
    pub(super) fn variable(&mut self, name: &str, range: Range<usize>) -> WordPart {
        let parameter = Parameter {
            name: name.to_owned(),
            index: None,
            indirect: false,
            operation: Operation::Value,
            span: self.span(range),
        };
        WordPart::Parameter(Box::new(parameter))
    }

    /// `${…}`; `quoting` is what surrounds it.
    pub(super) fn parameter(
        &mut self,
        parameter: &ast::ParameterExpansion,
        quoting: Quoting,
    ) -> WordPart {
        use ast::BourneParameterExpansion as B;
        let range = self.range(parameter.span);
        let body_end = self.range(parameter.raw_body.span()).end;
        let text = self.slice(&range);
        // shuck takes an open one for complete.
        if text.starts_with("${") && (!text.ends_with('}') || body_end >= range.end) {
            self.error_at("`${` is not closed", range.clone());
        }
        let Some(syntax) = parameter.bourne() else {
            return self.unknown_parameter("", false, range);
        };
        match syntax {
            B::Access { reference } => self.plain(reference, false, Operation::Value, range),
            B::Length { reference } => self.plain(reference, false, Operation::Length, range),
            B::Indices { reference } => self.plain(reference, true, Operation::Other, range),
            B::PrefixMatch { prefix, .. } => self.unknown_parameter(prefix.as_str(), true, range),
            B::Transformation { reference, .. } => {
                self.plain(reference, false, Operation::Other, range)
            }
            B::Slice {
                reference,
                offset_word_ast,
                length_word_ast,
                ..
            } => {
                let operation = Operation::Substring {
                    offset: Arithmetic(self.word_in(offset_word_ast, Quoting::Double)),
                    length: length_word_ast
                        .as_ref()
                        .map(|length| Arithmetic(self.word_in(length, Quoting::Double))),
                };
                self.plain(reference, false, operation, range)
            }
            B::Operation {
                reference,
                operator,
                operand,
                operand_word_ast,
                colon_variant,
            } => {
                let operand = Operand {
                    operator,
                    text: operand.as_ref(),
                    word: operand_word_ast.as_deref(),
                    colon: *colon_variant,
                };
                let operation = self.operation(operand, quoting, &range);
                self.plain(reference, false, operation, range)
            }
            B::Indirect {
                reference,
                operator,
                operand,
                operand_word_ast,
                colon_variant,
            } => {
                let operation = match operator {
                    None => Operation::Value,
                    Some(operator) => {
                        let operand = Operand {
                            operator,
                            text: operand.as_ref(),
                            word: operand_word_ast.as_deref(),
                            colon: *colon_variant,
                        };
                        self.operation(operand, quoting, &range)
                    }
                };
                self.plain(reference, true, operation, range)
            }
        }
    }

    /// The shapes of `${…}` that shuck's parser rewrites before it hands them out; only the simple
    /// ones keep their meaning, should one come after all.
    pub(super) fn older_parameter(
        &mut self,
        part: &ast::WordPart,
        range: Range<usize>,
    ) -> WordPart {
        use ast::WordPart as P;
        match part {
            P::Length(reference) | P::ArrayLength(reference) => {
                self.plain(reference, false, Operation::Length, range)
            }
            P::ArrayAccess(reference) => self.plain(reference, false, Operation::Value, range),
            P::ParameterExpansion { reference, .. }
            | P::Substring { reference, .. }
            | P::ArraySlice { reference, .. }
            | P::Transformation { reference, .. } => {
                self.plain(reference, false, Operation::Other, range)
            }
            P::ArrayIndices(reference) | P::IndirectExpansion { reference, .. } => {
                self.plain(reference, true, Operation::Other, range)
            }
            _ => self.unknown_parameter("", false, range),
        }
    }

    fn plain(
        &mut self,
        reference: &ast::VarRef,
        indirect: bool,
        operation: Operation,
        range: Range<usize>,
    ) -> WordPart {
        let parameter = Parameter {
            name: reference.name.to_string(),
            index: reference.subscript.as_ref().map(|index| self.index(index)),
            indirect,
            operation,
            span: self.span(range),
        };
        WordPart::Parameter(Box::new(parameter))
    }

    fn unknown_parameter(&mut self, name: &str, indirect: bool, range: Range<usize>) -> WordPart {
        let parameter = Parameter {
            name: name.to_owned(),
            index: None,
            indirect,
            operation: Operation::Other,
            span: self.span(range),
        };
        WordPart::Parameter(Box::new(parameter))
    }

    /// What stands between the brackets.
    pub(super) fn index(&mut self, index: &ast::Subscript) -> Word {
        let range = self.range(index.syntax_source_text().span());
        self.raw_word(range)
    }

    fn operation(
        &mut self,
        operand: Operand<'_>,
        quoting: Quoting,
        whole: &Range<usize>,
    ) -> Operation {
        use ast::ParameterOp as O;
        let trim = |prefix: bool, longest: bool, pattern: Word| match prefix {
            true => Operation::TrimPrefix { longest, pattern },
            false => Operation::TrimSuffix { longest, pattern },
        };
        match operand.operator {
            O::UseDefault => self.default(DefaultKind::Use, operand, quoting, whole),
            O::AssignDefault => self.default(DefaultKind::Assign, operand, quoting, whole),
            O::Error => self.default(DefaultKind::Error, operand, quoting, whole),
            O::UseReplacement => self.default(DefaultKind::Alternative, operand, quoting, whole),
            O::RemovePrefixShort { pattern } => trim(true, false, self.pattern(pattern)),
            O::RemovePrefixLong { pattern } => trim(true, true, self.pattern(pattern)),
            O::RemoveSuffixShort { pattern } => trim(false, false, self.pattern(pattern)),
            O::RemoveSuffixLong { pattern } => trim(false, true, self.pattern(pattern)),
            O::ReplaceFirst {
                pattern,
                replacement_word_ast,
                ..
            } => self.replace(ReplaceKind::First, pattern, replacement_word_ast),
            O::ReplaceAll {
                pattern,
                replacement_word_ast,
                ..
            } => self.replace(ReplaceKind::All, pattern, replacement_word_ast),
            // With a pattern (`${x^^[a-z]}`) only some letters change.
            _ if operand.text.is_some() => Operation::Other,
            O::UpperFirst => case(true, false),
            O::UpperAll => case(true, true),
            O::LowerFirst => case(false, false),
            O::LowerAll => case(false, true),
        }
    }

    fn default(
        &mut self,
        kind: DefaultKind,
        operand: Operand<'_>,
        quoting: Quoting,
        whole: &Range<usize>,
    ) -> Operation {
        let quoted = quoting != Quoting::None;
        let place = operand.text.map(|text| self.range(text.span()));
        let word = match (operand.word, place) {
            // Inside of double quotes, single ones are characters (POSIX, 2.6.2). shuck takes them
            // for quotes.
            (_, Some(place)) if quoted && self.single_quotes_alone(&place) => {
                self.quoted_word(place)
            }
            (Some(word), _) if quoted => self.word_in(word, Quoting::DoubleBraces),
            (Some(word), _) => self.word(word),
            (None, Some(place)) => self.raw_word(place),
            (None, None) => {
                let at = whole.end.saturating_sub(1).max(whole.start);
                self.literal_word(at..at, Quoting::None)
            }
        };
        Operation::Default {
            kind,
            colon: operand.colon,
            word,
        }
    }

    fn single_quotes_alone(&self, range: &Range<usize>) -> bool {
        let text = self.slice(range);
        text.contains('\'') && !text.contains('"')
    }

    /// With escapes in it, shuck's places are not those of the text.
    fn replacement(&mut self, with: &ast::Word) -> Word {
        let range = self.range(with.span);
        if self.slice(&range).contains('\\') {
            return self.raw_word(range);
        }
        self.word(with)
    }

    /// `${x/#a/b}` comes with the `#` in its pattern.
    fn replace(
        &mut self,
        kind: ReplaceKind,
        pattern: &ast::Pattern,
        with: &ast::Word,
    ) -> Operation {
        let mut pattern = self.pattern(pattern);
        let mut kind = kind;
        if kind == ReplaceKind::First
            && let Some(WordPart::Literal {
                text,
                escaped: false,
                span,
            }) = pattern.parts.first_mut()
            && let Some(anchor) = [('#', ReplaceKind::Prefix), ('%', ReplaceKind::Suffix)]
                .into_iter()
                .find_map(|(c, anchored)| text.starts_with(c).then_some(anchored))
        {
            kind = anchor;
            text.remove(0);
            span.start += 1;
            pattern.span.start += 1;
            if text.is_empty() {
                pattern.parts.remove(0);
            }
        }
        Operation::Replace {
            kind,
            pattern,
            with: self.replacement(with),
        }
    }
}

fn case(upper: bool, all: bool) -> Operation {
    Operation::Case { upper, all }
}
