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
///
/// A here-document of the command, which both are to read, goes to the `if`; `instead` must come
/// without it.
pub fn guard_command(
    text: &ShellText,
    command: &Rc<Simple>,
    instead: Option<&str>,
) -> Option<Vec<Edit>> {
    let whole = in_list(text.list, command.span)?;
    let layout = Layout::new(text);
    let mut changes = Changes::default();
    let documents = match instead {
        Some(_) => here_documents(text.text, command),
        None => Vec::new(),
    };
    let shared: String = documents
        .iter()
        .filter_map(|range| text.text.get(range.clone()))
        .collect();
    for range in documents {
        changes.delete(range);
    }
    let lines = whole.is_some_and(|statement| {
        // Of a pipeline or a list, `instead` is a part alone.
        let is_all = instead.is_none() || statement.command.span() == command.span;
        let replaced = instead.map(|text| (text, shared.as_str()));
        layout.continuation.is_none() && is_all && lines(&layout, statement, replaced, &mut changes)
    });
    if !lines {
        let (start, end) = (command.span.start as usize, command.span.end as usize);
        match instead {
            None => {
                changes.insert(start, r#"{ [ "$(id -u)" != 0 ] || "#);
                changes.insert(end, "; }");
            }
            Some(instead) => {
                changes.insert(start, r#"if [ "$(id -u)" = 0 ]; then "#);
                changes.insert(end, format!("; else {instead}; fi{shared}"));
            }
        }
    }
    Some(changes.edits(text.source))
}

/// Around the lines of a statement, if it has them for itself. With what runs instead come the
/// redirections that both share.
fn lines(
    layout: &Layout,
    statement: &Statement,
    instead: Option<(&str, &str)>,
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
    let close = match instead {
        None => format!("{indent}fi"),
        Some((instead, shared)) if !shared.is_empty() => {
            // Their lines follow the line that names them.
            let text = format!(
                "{newline}{indent}else{newline}{indent}{unit}{instead}{newline}{indent}fi{shared}"
            );
            changes.insert(statement.command.span().end as usize, text);
            return true;
        }
        Some((instead, _)) if is_exec(&statement.command) => {
            format!("{indent}fi{newline}{indent}{instead}")
        }
        Some((instead, _)) => {
            format!("{indent}else{newline}{indent}{unit}{instead}{newline}{indent}fi")
        }
    };
    let documents = layout.here_documents.iter();
    let last = documents
        .filter(|document| statement.span.contains(document.redirect))
        .map(|document| document.lines.end)
        .fold(layout.line_end(behind), usize::max);
    match layout.before_break(last) {
        Some(_) => changes.insert(last, format!("{close}{newline}")),
        None => changes.insert(last, format!("{newline}{close}")),
    }
    true
}

/// The here-documents of a command as they are named in it, each with the blanks before it.
pub(super) fn here_documents(text: &str, command: &Simple) -> Vec<Range<usize>> {
    let documents = command.redirects.iter();
    documents
        .filter(|redirect| redirect.kind == RedirectKind::HereDocument)
        .filter_map(|redirect| {
            let range = redirect.span.range();
            let before = text.get(..range.start)?.trim_end_matches([' ', '\t']);
            Some(before.len()..range.end)
        })
        .collect()
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
