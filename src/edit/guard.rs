//! Keeps a command for whoever is root.

use std::ops::Range;
use std::rc::Rc;

use super::ShellText;
use super::changes::Changes;
use super::gap::Tail;
use super::harmless::{name, only_produces};
use super::layout::{Layout, lists};
use crate::finding::Edit;
use crate::source::Span;
use crate::syntax::shell::*;

/// Puts a command behind `[ "$(id -u)" = 0 ]`. `instead` is what runs for everybody else. In a
/// script, where the command's statement has its lines for itself, an `if` goes around these lines;
/// elsewhere the command becomes a group on its line. None for a command in a command substitution.
///
/// `exec` with something instead needs no `else`: what follows the `if` is never reached by root.
pub fn guard_command(
    text: &ShellText,
    command: &Rc<Simple>,
    instead: Option<&str>,
) -> Option<Vec<Edit>> {
    let whole = in_list(text.list, command.span)?;
    let layout = Layout::new(text);
    let mut changes = Changes::default();
    let lines = whole.is_some_and(|statement| {
        layout.continuation.is_none() && lines(&layout, statement, instead, &mut changes)
    });
    if !lines {
        if instead.is_some() && documents(&layout, command.span).next().is_some() {
            // The line cannot hold the text for both.
            return None;
        }
        let (start, end) = (command.span.start as usize, command.span.end as usize);
        match instead {
            None => {
                changes.insert(start, r#"{ [ "$(id -u)" != 0 ] || "#);
                changes.insert(end, "; }");
            }
            Some(instead) => {
                changes.insert(start, r#"if [ "$(id -u)" = 0 ]; then "#);
                changes.insert(end, format!("; else {instead}; fi"));
            }
        }
    }
    Some(changes.edits(text.source))
}

/// Around the lines of a statement, if it has them for itself.
fn lines(
    layout: &Layout,
    statement: &Statement,
    instead: Option<&str>,
    changes: &mut Changes,
) -> bool {
    let (start, end) = (statement.span.start as usize, statement.span.end as usize);
    let behind = layout.separator(end).map_or(end, |range| range.end);
    if !layout.begins_line(start)
        || !continues_nothing(layout, start)
        || !matches!(layout.tail(behind), Tail::End(_))
    {
        return false;
    }
    let indent = layout.indentation(start);
    let unit = unit(layout.text);
    let newline = layout.line_break(start);
    let head = format!(r#"{indent}if [ "$(id -u)" = 0 ]; then{newline}{unit}"#);
    changes.insert(layout.line_start(start), head);
    let texts: String = documents(layout, statement.span)
        .map(|document| layout.slice(document.clone()))
        .collect();
    let texts = texts.trim_end_matches(['\r', '\n']);
    // What runs instead reads the same here-documents.
    let instead = instead.map(|instead| match texts {
        "" => instead.to_owned(),
        _ => format!("{instead}{newline}{texts}"),
    });
    let close = match instead {
        None => format!("{indent}fi"),
        Some(instead) if is_exec(&statement.command) => {
            format!("{indent}fi{newline}{indent}{instead}")
        }
        Some(instead) => {
            format!("{indent}else{newline}{indent}{unit}{instead}{newline}{indent}fi")
        }
    };
    let last = documents(layout, statement.span)
        .map(|lines| lines.end)
        .fold(layout.line_end(behind), usize::max);
    match layout.before_break(last) {
        Some(_) => changes.insert(last, format!("{close}{newline}")),
        None => changes.insert(last, format!("{newline}{close}")),
    }
    true
}

/// The lines of the here-documents of a command.
fn documents<'a>(layout: &'a Layout<'_>, span: Span) -> impl Iterator<Item = &'a Range<usize>> {
    let documents = layout.here_documents.iter();
    documents
        .filter(move |document| span.contains(document.redirect))
        .map(|document| &document.lines)
}

/// Whether the line before does not go on in this one.
fn continues_nothing(layout: &Layout, start: usize) -> bool {
    let line = layout.line_start(start);
    let before = layout.before_break(line).unwrap_or(line);
    !layout
        .slice(layout.line_start(before)..before)
        .ends_with('\\')
}

fn is_exec(command: &Command) -> bool {
    matches!(command, Command::Simple(simple) if name(simple).as_deref() == Some("exec"))
}

/// What one step of indentation is in this text.
fn unit(text: &str) -> &'static str {
    let mut spaces = usize::MAX;
    for line in text.lines() {
        if line.starts_with('\t') {
            return "\t";
        }
        let count = line.len() - line.trim_start_matches(' ').len();
        if count > 1 {
            spaces = spaces.min(count);
        }
    }
    match spaces {
        usize::MAX => "\t",
        2 | 3 => "  ",
        _ => "    ",
    }
}

/// Finds a command, and the statement that can be guarded in its place: the one that does nothing
/// but run it.
fn in_list(list: &List, span: Span) -> Option<Option<&Statement>> {
    let statement = list.iter().find(|s| s.command.span().contains(span))?;
    in_command(&statement.command, Some(statement), span)
}

fn in_command<'a>(
    command: &'a Command,
    statement: Option<&'a Statement>,
    span: Span,
) -> Option<Option<&'a Statement>> {
    match command {
        Command::Simple(simple) => (simple.span == span).then_some(statement),
        Command::Pipeline(pipeline) => {
            let at = pipeline
                .commands
                .iter()
                .position(|c| c.span().contains(span))?;
            let (before, rest) = pipeline.commands.split_at(at);
            let feeds = rest.len() == 1 && before.iter().all(only_produces);
            let statement = statement.filter(|_| feeds && !pipeline.negated);
            in_command(rest.first()?, statement, span)
        }
        Command::AndOr(and_or) => {
            if and_or.first.span().contains(span) {
                let alternatives = and_or.rest.iter().all(|l| l.operator == Connector::Or);
                let statement = statement.filter(|_| alternatives);
                return in_command(&and_or.first, statement, span);
            }
            let mut rest = and_or.rest.iter().map(|link| &link.command);
            in_command(rest.find(|c| c.span().contains(span))?, None, span)
        }
        Command::Compound(compound) => lists(&compound.kind)
            .into_iter()
            .find_map(|list| in_list(list, span)),
        Command::Function(function) => in_command(&function.body, None, span),
    }
}
