//! Compound commands and functions.

use std::ops::Range;

use super::{Converter, ast};
use crate::syntax::shell::escapes::Quoting;
use crate::syntax::shell::*;

impl Converter<'_> {
    pub(super) fn compound(
        &mut self,
        statement: &ast::Stmt,
        compound: &ast::CompoundCommand,
    ) -> (Command, Range<usize>) {
        if let ast::CompoundCommand::Time(time) = compound
            && statement.redirects.is_empty()
        {
            return self.timed(time);
        }
        let (kind, range) = self.kind(statement, compound);
        let (redirects, range) = self.redirects(&statement.redirects, range);
        let compound = Compound {
            kind,
            redirects,
            span: self.span(range.clone()),
        };
        (Command::Compound(compound.into()), range)
    }

    /// `time a | b` is `a | b`, and `time` alone nothing.
    fn timed(&mut self, time: &ast::TimeCommand) -> (Command, Range<usize>) {
        match &time.command {
            Some(command) => self.command(command),
            None => {
                let range = self.find_end(self.range(time.span), "");
                let span = self.span(range.clone());
                let nothing = Simple {
                    span,
                    ..Simple::default()
                };
                (Command::Simple(nothing.into()), range)
            }
        }
    }

    fn kind(
        &mut self,
        statement: &ast::Stmt,
        compound: &ast::CompoundCommand,
    ) -> (CompoundKind, Range<usize>) {
        use ast::CompoundCommand as C;
        match compound {
            C::If(c) => {
                let end = match c.syntax {
                    ast::IfSyntax::ThenFi { fi_span, .. } => fi_span,
                    ast::IfSyntax::Brace {
                        right_brace_span, ..
                    } => right_brace_span,
                };
                (self.if_command(c), self.until(c.span, Some(end)))
            }
            C::For(c) => (self.for_command(c), self.until(c.span, for_end(c))),
            C::Select(c) => {
                let kind = CompoundKind::Select {
                    variable: c.variable.to_string(),
                    words: Some(self.words(&c.words)),
                    body: self.list(&c.body).0,
                };
                (kind, self.until(c.span, Some(c.done_span)))
            }
            C::ArithmeticFor(c) => {
                let kind = CompoundKind::ArithmeticFor {
                    init: self.expression(c.init_span),
                    condition: self.expression(c.condition_span),
                    step: self.expression(c.step_span),
                    body: self.list(&c.body).0,
                };
                (kind, self.until(c.span, c.done_span))
            }
            C::While(c) => {
                let kind = self.loop_command(false, &c.condition, &c.body);
                (kind, self.until(c.span, c.done_span))
            }
            C::Until(c) => {
                let kind = self.loop_command(true, &c.condition, &c.body);
                (kind, self.until(c.span, c.done_span))
            }
            C::Case(c) => (self.case(c), self.until(c.span, Some(c.esac_span))),
            C::Subshell(list) => self.bracketed(statement, list, CompoundKind::Subshell, "(", ")"),
            C::BraceGroup(list) => self.bracketed(statement, list, CompoundKind::Group, "{", "}"),
            C::Arithmetic(c) => {
                let expression = self.expression(c.expr_span).unwrap_or_default();
                let range = self.until(c.span, Some(c.right_paren_span));
                (CompoundKind::Arithmetic(expression), range)
            }
            C::Conditional(c) => {
                let range = self.until(c.span, Some(c.right_bracket_span));
                let test = self.deeper(range.clone(), |this| Some(this.test(&c.expression)));
                let empty = || Test::Word(Word::default());
                (CompoundKind::Test(test.unwrap_or_else(empty)), range)
            }
            C::Time(c) => match &c.command {
                Some(command) => {
                    let (list, range) = self.alone(c.span, command);
                    (CompoundKind::Group(list), range)
                }
                None => (CompoundKind::Group(List::new()), self.range(c.span)),
            },
            C::Coproc(c) => {
                let (list, range) = self.alone(c.span, &c.body);
                (CompoundKind::Other(list), range)
            }
            // zsh's alone.
            C::Repeat(_) | C::Foreach(_) | C::Always(_) => {
                (CompoundKind::Other(List::new()), self.range(statement.span))
            }
        }
    }

    fn alone(&mut self, span: ast::Span, body: &ast::Stmt) -> (List, Range<usize>) {
        let (command, range) = self.command(body);
        let start = self.range(span).start.min(range.start);
        let statement = Statement {
            command,
            background: false,
            span: self.span(range.clone()),
        };
        (vec![statement], start..range.end)
    }

    fn if_command(&mut self, c: &ast::IfCommand) -> CompoundKind {
        let mut branches = vec![(self.list(&c.condition).0, self.list(&c.then_branch).0)];
        for (condition, body) in &c.elif_branches {
            branches.push((self.list(condition).0, self.list(body).0));
        }
        CompoundKind::If {
            branches,
            otherwise: c.else_branch.as_ref().map(|body| self.list(body).0),
        }
    }

    fn for_command(&mut self, c: &ast::ForCommand) -> CompoundKind {
        let variable = c.targets.first().map(|target| match &target.name {
            Some(name) => name.to_string(),
            None => self.slice(&self.range(target.span)).to_owned(),
        });
        CompoundKind::For {
            variable: variable.unwrap_or_default(),
            words: c.words.as_ref().map(|words| self.words(words)),
            body: self.list(&c.body).0,
        }
    }

    fn loop_command(
        &mut self,
        until: bool,
        condition: &ast::StmtSeq,
        body: &ast::StmtSeq,
    ) -> CompoundKind {
        CompoundKind::While {
            until,
            condition: self.list(condition).0,
            body: self.list(body).0,
        }
    }

    fn case(&mut self, c: &ast::CaseCommand) -> CompoundKind {
        let word = self.word(&c.word);
        let arms = c.cases.iter().map(|arm| self.arm(arm)).collect();
        CompoundKind::Case { word, arms }
    }

    fn arm(&mut self, arm: &ast::CaseItem) -> CaseArm {
        let patterns: Vec<Word> = arm.patterns.iter().map(|p| self.pattern(p)).collect();
        let (body, covered) = self.list(&arm.body);
        let first = arm.patterns.first().map(|p| self.range(p.span));
        let mut range = first.unwrap_or_else(|| self.range(arm.body.span));
        let before = self.gaps.skip_back(self.text.text(), range.start);
        if self.text.text()[..before].ends_with('(') {
            range.start = before - 1;
        }
        let last = arm.patterns.last().map(|p| self.range(p.span).end);
        let bracket =
            last.map(|end| end + self.text.text()[end..].find(')').map_or(0, |at| at + 1));
        let end = match (arm.terminator_span, covered) {
            (Some(span), _) => self.range(span).end,
            (None, Some(covered)) => covered.end,
            (None, None) => bracket.unwrap_or(range.end),
        };
        range.end = range.end.max(end);
        CaseArm {
            patterns,
            body,
            terminator: match arm.terminator {
                ast::CaseTerminator::Break => CaseTerminator::Break,
                ast::CaseTerminator::FallThrough => CaseTerminator::FallThrough,
                ast::CaseTerminator::Continue | ast::CaseTerminator::ContinueMatching => {
                    CaseTerminator::Continue
                }
            },
            span: self.span(range),
        }
    }

    /// `{ … }` and `( … )`: shuck's span is that of the list inside, and runs on behind it.
    fn bracketed(
        &mut self,
        statement: &ast::Stmt,
        list: &ast::StmtSeq,
        kind: fn(List) -> CompoundKind,
        open: &str,
        close: &str,
    ) -> (CompoundKind, Range<usize>) {
        let (body, covered) = self.list(list);
        let covered = covered.unwrap_or_else(|| self.range(statement.span));
        let text = self.text.text();
        let before = self.gaps.skip_back(text, covered.start);
        let start = if text[..before].ends_with(open) {
            before - open.len()
        } else {
            covered.start
        };
        let range = start..covered.end;
        (kind(body), self.find_end(range, close))
    }

    /// The range up to the closing bracket that follows it.
    fn find_end(&self, range: Range<usize>, close: &str) -> Range<usize> {
        let text = self.text.text();
        let behind = self.gaps.skip_forward(text, range.end);
        if !close.is_empty() && text[behind..].starts_with(close) {
            return range.start..behind + close.len();
        }
        let kept = self.slice(&range).trim_end().len();
        range.start..range.start + kept
    }

    /// From the start of a compound command to its last keyword.
    fn until(&self, span: ast::Span, last: Option<ast::Span>) -> Range<usize> {
        let range = self.range(span);
        match last.map(|last| self.range(last)) {
            Some(last) if last.end > range.start => range.start..last.end,
            _ => self.find_end(range, ""),
        }
    }

    fn expression(&mut self, span: Option<ast::Span>) -> Option<Arithmetic> {
        let range = self.range(span?);
        let text = self.slice(&range);
        let start = range.end - text.trim_start().len();
        let end = start + text.trim().len();
        (start < end).then(|| Arithmetic(self.raw_word(start..end)))
    }

    fn test(&mut self, expression: &ast::ConditionalExpr) -> Test {
        use ast::ConditionalExpr as E;
        let range = self.range(expression.span());
        match expression {
            E::Word(word) | E::Regex(word) => Test::Word(self.word(word)),
            E::Pattern(pattern) => Test::Word(self.pattern(pattern)),
            E::VarRef(_) => Test::Word(self.raw_word(range)),
            E::Parenthesized(inner) => self.inner_test(&inner.expr),
            E::Unary(unary) => match unary.op {
                ast::ConditionalUnaryOp::Not => Test::Not(self.inner_test(&unary.expr).into()),
                _ => Test::Unary(
                    self.slice(&self.range(unary.op_span)).to_owned(),
                    self.operand_of_test(&unary.expr),
                ),
            },
            E::Binary(binary) => match binary.op {
                ast::ConditionalBinaryOp::And => {
                    let left = self.inner_test(&binary.left);
                    Test::And(left.into(), self.inner_test(&binary.right).into())
                }
                ast::ConditionalBinaryOp::Or => {
                    let left = self.inner_test(&binary.left);
                    Test::Or(left.into(), self.inner_test(&binary.right).into())
                }
                _ => Test::Binary(
                    self.operand_of_test(&binary.left),
                    self.slice(&self.range(binary.op_span)).to_owned(),
                    self.operand_of_test(&binary.right),
                ),
            },
        }
    }

    fn inner_test(&mut self, expression: &ast::ConditionalExpr) -> Test {
        let range = self.range(expression.span());
        self.deeper(range, |this| Some(this.test(expression)))
            .unwrap_or_else(|| Test::Word(Word::default()))
    }

    fn operand_of_test(&mut self, expression: &ast::ConditionalExpr) -> Word {
        match self.inner_test(expression) {
            Test::Word(word) => word,
            _ => self.literal_word(self.range(expression.span()), Quoting::None),
        }
    }

    pub(super) fn function(&mut self, function: &ast::FunctionDef) -> (Command, Range<usize>) {
        let (body, body_range) = self.command(&function.body);
        let name = function.header.entries.first();
        let name_range = name.map(|entry| self.range(entry.word.span));
        let name_range = name_range.unwrap_or(body_range.start..body_range.start);
        let keyword = function.header.function_keyword_span;
        let start = keyword.map_or(name_range.start, |span| self.range(span).start);
        let range = start..body_range.end.max(name_range.end);
        let function = Function {
            name: self.slice(&name_range).to_owned(),
            name_span: self.span(name_range),
            body,
            span: self.span(range.clone()),
        };
        (Command::Function(function.into()), range)
    }
}

fn for_end(c: &ast::ForCommand) -> Option<ast::Span> {
    match c.syntax {
        ast::ForSyntax::InDoDone { done_span, .. }
        | ast::ForSyntax::ParenDoDone { done_span, .. } => Some(done_span),
        ast::ForSyntax::InBrace {
            right_brace_span, ..
        }
        | ast::ForSyntax::ParenBrace {
            right_brace_span, ..
        } => Some(right_brace_span),
        ast::ForSyntax::InDirect { .. } | ast::ForSyntax::ParenDirect { .. } => None,
    }
}
