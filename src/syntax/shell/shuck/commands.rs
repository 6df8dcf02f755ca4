//! Lists, statements, simple commands, pipelines, `&&` and `||`.

use std::ops::Range;
use std::rc::Rc;

use super::{Converter, ast};
use crate::syntax::shell::escapes::Quoting;
use crate::syntax::shell::*;

/// The smallest range that covers both.
pub(super) fn cover(a: Range<usize>, b: Range<usize>) -> Range<usize> {
    a.start.min(b.start)..a.end.max(b.end)
}

impl Converter<'_> {
    /// A list, and the range from its first word to its last.
    pub(super) fn list(&mut self, list: &ast::StmtSeq) -> (List, Option<Range<usize>>) {
        let whole = self.range(list.span);
        self.deeper(whole, |this| {
            this.comments(&list.leading_comments);
            this.comments(&list.trailing_comments);
            let mut statements = List::new();
            let mut covered: Option<Range<usize>> = None;
            for statement in &list.stmts {
                let (statement, range) = this.statement(statement);
                covered = Some(match covered {
                    Some(covered) => cover(covered, range),
                    None => range,
                });
                statements.push(statement);
            }
            (statements, covered)
        })
    }

    fn comments(&mut self, comments: &[ast::Comment]) {
        for comment in comments {
            let at = |size| usize::from(size);
            let range = at(comment.range.start())..at(comment.range.end());
            if self.slice(&range).starts_with('#') {
                self.gaps.add(range.clone());
                let span = self.span(range);
                self.script.comments.push(span);
            }
        }
    }

    fn statement(&mut self, statement: &ast::Stmt) -> (Statement, Range<usize>) {
        let (command, range) = self.command(statement);
        let background = matches!(
            statement.terminator,
            Some(ast::StmtTerminator::Background(_))
        );
        let statement = Statement {
            command,
            background,
            span: self.span(range.clone()),
        };
        (statement, range)
    }

    /// A command with its redirections, and the `!` before it.
    pub(super) fn command(&mut self, statement: &ast::Stmt) -> (Command, Range<usize>) {
        self.comments(&statement.leading_comments);
        self.comments(statement.inline_comment.as_slice());
        let (command, range) = match &statement.command {
            ast::Command::Binary(binary) => self.binary(binary),
            ast::Command::Compound(compound) => self.compound(statement, compound),
            ast::Command::Function(function) => self.function(function),
            ast::Command::AnonymousFunction(function) => self.command(&function.body),
            _ => self.simple(statement),
        };
        if statement.negated {
            return self.negated(command, range);
        }
        (command, range)
    }

    fn negated(&mut self, command: Command, mut range: Range<usize>) -> (Command, Range<usize>) {
        let before = self.gaps.skip_back(self.text.text(), range.start);
        if self.text.text()[..before].ends_with('!') {
            range.start = before - 1;
        }
        let span = self.span(range.clone());
        let pipeline = match command {
            Command::Pipeline(pipeline) if !pipeline.negated => Pipeline {
                negated: true,
                span,
                ..Rc::unwrap_or_clone(pipeline)
            },
            command => Pipeline {
                negated: true,
                commands: vec![command],
                span,
            },
        };
        (Command::Pipeline(pipeline.into()), range)
    }

    /// `a | b`, `a && b`: shuck nests them to the left, as deep as there are operators.
    fn binary(&mut self, binary: &ast::BinaryCommand) -> (Command, Range<usize>) {
        let whole = self.range(binary.span);
        let is_pipe =
            |op: ast::BinaryOp| matches!(op, ast::BinaryOp::Pipe | ast::BinaryOp::PipeAll);
        let pipe = is_pipe(binary.op);
        let mut links = vec![binary];
        let mut first = &*binary.left;
        while let ast::Command::Binary(left) = &first.command
            && is_pipe(left.op) == pipe
            && !first.negated
        {
            self.comments(&first.leading_comments);
            self.comments(first.inline_comment.as_slice());
            links.push(left);
            first = &left.left;
        }
        links.reverse();
        if self.depth >= super::MAX_DEPTH {
            self.error_at("nested too deeply", whole.clone());
            return (Command::Simple(Rc::default()), whole);
        }
        self.depth += 1;
        let converted = if pipe {
            self.pipeline(first, &links)
        } else {
            self.and_or(first, &links)
        };
        self.depth -= 1;
        converted
    }

    fn pipeline(
        &mut self,
        first: &ast::Stmt,
        links: &[&ast::BinaryCommand],
    ) -> (Command, Range<usize>) {
        let (command, mut range) = self.command(first);
        let mut commands = vec![command];
        let mut negated = false;
        // shuck hangs the `!` of a whole pipeline on its first command in some places.
        if let [Command::Pipeline(inner)] = commands.as_slice() {
            let inner = Rc::clone(inner);
            negated = inner.negated;
            commands = inner.commands.clone();
        }
        for link in links {
            if link.op == ast::BinaryOp::PipeAll
                && let Some(last) = commands.last_mut()
            {
                let both = self.both_into_pipe(self.range(link.op_span));
                add_redirect(last, both);
            }
            let (command, right) = self.command(&link.right);
            range = cover(range, right);
            commands.push(command);
        }
        let pipeline = Pipeline {
            negated,
            commands,
            span: self.span(range.clone()),
        };
        (Command::Pipeline(pipeline.into()), range)
    }

    fn and_or(
        &mut self,
        first: &ast::Stmt,
        links: &[&ast::BinaryCommand],
    ) -> (Command, Range<usize>) {
        let (first, mut range) = self.command(first);
        let mut rest = Vec::new();
        for link in links {
            let (command, right) = self.command(&link.right);
            range = cover(range, right);
            rest.push(Link {
                operator: match link.op {
                    ast::BinaryOp::And => Connector::And,
                    _ => Connector::Or,
                },
                operator_span: self.span(self.range(link.op_span)),
                command,
            });
        }
        let span = self.span(range.clone());
        (Command::AndOr(AndOr { first, rest, span }.into()), range)
    }

    fn simple(&mut self, statement: &ast::Stmt) -> (Command, Range<usize>) {
        let mut place = Place::default();
        let mut simple = Simple::default();
        let (before, words): (&[ast::Assignment], Vec<&ast::Word>) = match &statement.command {
            ast::Command::Simple(c) => (
                &c.assignments,
                [&c.name].into_iter().chain(&c.args).collect(),
            ),
            ast::Command::Builtin(c) => {
                let (name, assignments, first, rest, span) = builtin(c);
                // The name of these has no word of its own.
                let start = assignments
                    .last()
                    .map_or(span.start.offset(), |a| a.span.end.offset());
                let range = self.find_word(start, name);
                simple
                    .words
                    .push(self.literal_word(range.clone(), Quoting::None));
                place.add(range);
                (assignments, first.into_iter().chain(rest).collect())
            }
            ast::Command::Decl(c) => {
                let range = self.range(c.variant_span);
                simple
                    .words
                    .push(self.literal_word(range.clone(), Quoting::None));
                place.add(range);
                (&c.assignments, Vec::new())
            }
            _ => (&[], Vec::new()),
        };
        for assignment in before {
            place.add(self.range(assignment.span));
            simple.assignments.push(self.assignment(assignment));
        }
        // Words without a place stand for a command that is not there.
        let mut end = None;
        for word in words
            .into_iter()
            .filter(|word| word.span.start != word.span.end)
        {
            let range = self.without_joints(self.range(word.span));
            let word = self.word(word);
            match simple.words.last_mut() {
                // shuck makes two words of `}a`.
                Some(last) if end == Some(range.start) => {
                    last.parts.extend(word.parts);
                    last.span = last.span.to(word.span);
                }
                _ => simple.words.push(word),
            }
            end = Some(range.end);
            place.add(range);
        }
        if let ast::Command::Decl(c) = &statement.command {
            for operand in &c.operands {
                place.add(self.operand(operand, &mut simple));
            }
        }
        for redirect in &statement.redirects {
            if let Some((redirect, range)) = self.redirect(redirect) {
                place.add(range);
                simple.redirects.push(redirect);
            }
        }
        give_descriptors(&mut simple);
        let range = place.0.unwrap_or_else(|| {
            let start = self.range(statement.span).start;
            start..start
        });
        simple.span = self.span(range.clone());
        (Command::Simple(simple.into()), range)
    }

    /// Where `word` stands, from `start` on.
    fn find_word(&self, start: usize, word: &str) -> Range<usize> {
        let rest = self.text.text().get(start..).unwrap_or_default();
        let at = start + rest.find(word).unwrap_or(0);
        at..(at + word.len()).min(self.text.text().len())
    }

    /// An argument of `export` and the like.
    fn operand(&mut self, operand: &ast::DeclOperand, simple: &mut Simple) -> Range<usize> {
        match operand {
            ast::DeclOperand::Flag(word) | ast::DeclOperand::Dynamic(word) => {
                simple.words.push(self.word(word));
                self.range(word.span)
            }
            ast::DeclOperand::Name(name) => {
                let range = self.range(name.span);
                let word = self.raw_word(range.clone());
                simple.words.push(word);
                range
            }
            ast::DeclOperand::Assignment(assignment) => {
                let range = self.range(assignment.span);
                match &assignment.value {
                    ast::AssignmentValue::Compound(_) => {
                        let assignment = self.assignment(assignment);
                        simple.arrays.push(assignment);
                    }
                    ast::AssignmentValue::Scalar(value) => {
                        let word = self.assignment_word(range.clone(), value);
                        simple.words.push(word);
                    }
                }
                range
            }
        }
    }

    /// `NAME=value` as a word.
    fn assignment_word(&mut self, range: Range<usize>, value: &ast::Word) -> Word {
        let mut word = Word {
            parts: Vec::new(),
            span: self.span(range.clone()),
        };
        let value_range = self.range(value.span);
        let behind = if value_range.is_empty() {
            range.end
        } else {
            value_range.start
        };
        let name = self.literal_word(range.start..behind, Quoting::None);
        word.parts.extend(name.parts);
        if !value_range.is_empty() {
            word.parts.extend(self.word(value).parts);
        }
        word
    }

    fn assignment(&mut self, assignment: &ast::Assignment) -> Assignment {
        let range = self.range(assignment.span);
        let value = match &assignment.value {
            ast::AssignmentValue::Scalar(word) if word.span.start == word.span.end => {
                AssignmentValue::Scalar(Word {
                    parts: Vec::new(),
                    span: self.span(range.end..range.end),
                })
            }
            ast::AssignmentValue::Scalar(word) => AssignmentValue::Scalar(self.word(word)),
            ast::AssignmentValue::Compound(array) => {
                self.check_closed(&range, ")", "`=(`");
                let elements = array.elements.iter();
                AssignmentValue::Array(elements.map(|element| self.element(element)).collect())
            }
        };
        let target = &assignment.target;
        Assignment {
            name: target.name.to_string(),
            name_span: self.span(self.range(target.name_span)),
            index: target.subscript.as_ref().map(|index| self.index(index)),
            append: assignment.append,
            value,
            span: self.span(range),
        }
    }

    fn element(&mut self, element: &ast::ArrayElem) -> (Option<Word>, Word) {
        match element {
            ast::ArrayElem::Sequential(value) => (None, self.word(value)),
            ast::ArrayElem::Keyed { key, value } | ast::ArrayElem::KeyedAppend { key, value } => {
                (Some(self.index(key)), self.word(value))
            }
        }
    }

    /// `2>&1`, which `|&` stands for, where the operator is.
    fn both_into_pipe(&self, range: Range<usize>) -> Redirect {
        let span = self.span(range);
        Redirect {
            descriptor: Some(2),
            kind: RedirectKind::Duplicate,
            target: Word {
                parts: vec![WordPart::Literal {
                    text: "1".to_owned(),
                    escaped: false,
                    span,
                }],
                span,
            },
            span,
        }
    }
}

/// From the first of some ranges to the last.
#[derive(Default)]
struct Place(Option<Range<usize>>);

impl Place {
    fn add(&mut self, range: Range<usize>) {
        self.0 = Some(match self.0.take() {
            Some(covered) => cover(covered, range),
            None => range,
        });
    }
}

type BuiltinParts<'a> = (
    &'static str,
    &'a [ast::Assignment],
    Option<&'a ast::Word>,
    &'a [ast::Word],
    ast::Span,
);

fn builtin(command: &ast::BuiltinCommand) -> BuiltinParts<'_> {
    match command {
        ast::BuiltinCommand::Break(c) => (
            "break",
            &c.assignments,
            c.depth.as_ref(),
            &c.extra_args,
            c.span,
        ),
        ast::BuiltinCommand::Continue(c) => (
            "continue",
            &c.assignments,
            c.depth.as_ref(),
            &c.extra_args,
            c.span,
        ),
        ast::BuiltinCommand::Return(c) => (
            "return",
            &c.assignments,
            c.code.as_ref(),
            &c.extra_args,
            c.span,
        ),
        ast::BuiltinCommand::Exit(c) => (
            "exit",
            &c.assignments,
            c.code.as_ref(),
            &c.extra_args,
            c.span,
        ),
    }
}

/// `5<<E cat`: shuck takes a descriptor before the command for the command. Digits that touch a
/// redirection are always its descriptor.
fn give_descriptors(simple: &mut Simple) {
    for redirect in &mut simple.redirects {
        if redirect.descriptor.is_some() {
            continue;
        }
        let touching = simple.words.iter().position(|word| {
            let digits = word.literal().filter(|text| {
                text.len() as u32 == word.span.end - word.span.start
                    && text.bytes().all(|b| b.is_ascii_digit())
            });
            word.span.end == redirect.span.start && digits.is_some()
        });
        if let Some(at) = touching {
            let word = simple.words.remove(at);
            redirect.descriptor = word.literal().and_then(|digits| digits.parse().ok());
            redirect.span = word.span.to(redirect.span);
        }
    }
}

fn add_redirect(command: &mut Command, redirect: Redirect) {
    match command {
        Command::Simple(simple) => Rc::make_mut(simple).redirects.push(redirect),
        Command::Compound(compound) => Rc::make_mut(compound).redirects.push(redirect),
        _ => {}
    }
}
