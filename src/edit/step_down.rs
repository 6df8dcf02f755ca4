//! What becomes of a command that steps down from root: run without that, or only by root.

use std::ops::Range;
use std::rc::Rc;

use super::changes::edit;
use super::guard::{guard_command, here_documents};
use super::json::{json_drop, json_insert};
use super::layout::lists;
use super::{ShellText, drop_words};
use crate::finding::Edit;
use crate::source::{Origin, SourceId};
use crate::syntax::dockerfile::JsonArray;
use crate::syntax::shell::{Command, Connector, List, Simple, Statement, each_simple};

/// `su redis -c "text"` becomes `sh -c "text"`: the words from `from` up to `text` are replaced, and
/// those `behind` it go.
pub fn run_text(
    text: &ShellText,
    from: Origin,
    to: Origin,
    behind: &[Origin],
) -> Option<Vec<Edit>> {
    let command = command_with(text, from)?;
    if to.source != text.source {
        return None;
    }
    let word = |origin: Origin| {
        command
            .words
            .iter()
            .find(|word| word.span.contains(origin.span))
    };
    let (first, shell_text) = (word(from)?, word(to)?);
    let mut edits = vec![edit(
        text.source,
        first.span.start as usize..shell_text.span.start as usize,
        "sh -c ",
    )];
    if !behind.is_empty() {
        edits.extend(drop_words(text, behind)?);
    }
    Some(edits)
}

/// The command `set -- words "$@"` in which `from` is the first of `count` words, and nothing but
/// `"$@"` stands behind them: without the words it does nothing.
pub fn sets_only(text: &ShellText, from: Origin, count: usize) -> Option<Rc<Simple>> {
    let command = command_with(text, from)?;
    let literal = |at: usize| command.words.get(at).and_then(|word| word.literal());
    let sets = literal(0).as_deref() == Some("set") && literal(1).as_deref() == Some("--");
    let first = command.words.get(2)?.span.contains(from.span);
    let [rest] = command.words.get(2 + count..)? else {
        return None;
    };
    let all = text.text.get(rest.span.range())? == "\"$@\"";
    (sets && first && all).then_some(command)
}

/// Keeps a command as it is for whoever is root; everybody else runs what the edits make of it.
pub fn guard_words(text: &ShellText, edits: &[Edit]) -> Option<Vec<Edit>> {
    let command = command_with(text, edits.first()?.origin)?;
    let mut edits = edits.to_vec();
    let documents = here_documents(text.text, &command).into_iter();
    edits.extend(documents.map(|range| edit(text.source, range, "")));
    let instead = changed(text, &command, &edits)?;
    guard_command(text, &command, Some(&instead))
}

/// Puts another command behind one, with `&&`.
pub fn append_command(text: &ShellText, command: &Rc<Simple>, added: &str) -> Option<Vec<Edit>> {
    let mut found = false;
    each_simple(text.list, &mut |other| found |= Rc::ptr_eq(other, command));
    let end = command.span.end as usize;
    found.then(|| vec![edit(text.source, end..end, format!(" && {added}"))])
}

/// Has what follows a command run whether it fails or not: `|| true` behind one that is a statement,
/// and a group around one that others hang on by `&&`. None where something else asks how it ended.
pub fn let_fail(text: &ShellText, command: &Rc<Simple>) -> Option<Vec<Edit>> {
    let span = command.span;
    if !here_documents(text.text, command).is_empty() {
        return None;
    }
    match stands(text.list, command)? {
        Stands::Alone => Some(vec![edit(
            text.source,
            span.end as usize..span.end as usize,
            " || true",
        )]),
        Stands::BeforeOthers => Some(vec![
            edit(text.source, span.start as usize..span.start as usize, "{ "),
            edit(
                text.source,
                span.end as usize..span.end as usize,
                " || true; }",
            ),
        ]),
    }
}

/// Whether others hang on a command by `&&`, so that they do not run where it fails.
pub fn is_hung_on(list: &List, command: &Rc<Simple>) -> bool {
    matches!(stands(list, command), Some(Stands::BeforeOthers))
}

/// How a command stands in its list.
enum Stands {
    /// It is a statement.
    Alone,
    /// It is a part of `a && b && c`, and not the last.
    BeforeOthers,
}

fn stands(list: &List, command: &Rc<Simple>) -> Option<Stands> {
    let is_it =
        |other: &Command| matches!(other, Command::Simple(other) if Rc::ptr_eq(other, command));
    let within = |statement: &&Statement| statement.command.span().contains(command.span);
    let statement = list.iter().find(within)?;
    match &statement.command {
        own if is_it(own) => Some(Stands::Alone),
        Command::AndOr(and_or) => {
            let ands = and_or
                .rest
                .iter()
                .all(|link| link.operator == Connector::And);
            let rest = and_or.rest.iter().map(|link| &link.command);
            let mut parts = std::iter::once(&and_or.first).chain(rest);
            let part = parts.find(|part| part.span().contains(command.span))?;
            match is_it(part) {
                true if !ands => None,
                true if parts.next().is_some() => Some(Stands::BeforeOthers),
                true => Some(Stands::Alone),
                false => nested(part, command),
            }
        }
        other => nested(other, command),
    }
}

/// The same in the lists of a compound command.
fn nested(outer: &Command, command: &Rc<Simple>) -> Option<Stands> {
    match outer {
        Command::Compound(compound) => lists(&compound.kind)
            .into_iter()
            .find_map(|list| stands(list, command)),
        Command::Function(function) => nested(&function.body, command),
        _ => None,
    }
}

/// `["gosu", "redis", "redis-server"]`, with `range` the words that step down, becomes a shell that
/// does so only as root.
pub fn json_guard(
    array: &JsonArray,
    source: SourceId,
    text: &str,
    range: Range<usize>,
) -> Option<Vec<Edit>> {
    if range.start != 0 {
        return None;
    }
    let wrapper = shell_words(array, range.clone())?;
    let script =
        format!(r#"if [ "$(id -u)" = 0 ]; then exec {wrapper} "$0" "$@"; fi; exec "$0" "$@""#);
    let words = ["/bin/sh".to_owned(), "-c".to_owned(), script];
    let mut edits = json_insert(array, text, source, 0, &words);
    if range.end < array.words.len() {
        edits.extend(json_drop(array, source, range));
        return Some(edits);
    }
    // All of it steps down; the command itself stands elsewhere.
    let inside = array.span.start as usize + 1..array.span.end as usize - 1;
    let written: Vec<String> = words
        .iter()
        .filter_map(|word| serde_json::to_string(word).ok())
        .collect();
    Some(vec![edit(source, inside, written.join(", "))])
}

/// Keeps some words of a command in an array for whoever is root: `["server", "--user", "x", "--port",
/// "1"]` leaves the words of the range to a shell, which puts them behind the program where it is root.
/// The program may stand in ENTRYPOINT, and they in CMD.
pub fn json_guard_words(
    source: SourceId,
    text: &str,
    (starts, program): (&JsonArray, usize),
    (array, range): (&JsonArray, Range<usize>),
) -> Option<Vec<Edit>> {
    if starts.span == array.span && range.start <= program {
        return None;
    }
    // A word like `run` has to stay the first.
    let next = starts.words.get(program + 1);
    if next.is_some_and(|word| !word.text.starts_with('-')) {
        return None;
    }
    let kept = shell_words(array, range.clone())?;
    let script = format!(r#"if [ "$(id -u)" = 0 ]; then set -- {kept} "$@"; fi; exec "$0" "$@""#);
    let words = ["/bin/sh".to_owned(), "-c".to_owned(), script];
    let mut edits = json_insert(starts, text, source, program, &words);
    edits.extend(json_drop(array, source, range));
    Some(edits)
}

/// Words of an array, as a shell reads them.
fn shell_words(array: &JsonArray, range: Range<usize>) -> Option<String> {
    let words = array.words.get(range)?.iter();
    let words: Vec<String> = words.map(|word| quoted(&word.text)).collect();
    Some(words.join(" "))
}

fn quoted(word: &str) -> String {
    super::quote::quoted(word)
}

/// The innermost command that a place lies in.
fn command_with(text: &ShellText, origin: Origin) -> Option<Rc<Simple>> {
    if origin.source != text.source {
        return None;
    }
    let mut found: Option<Rc<Simple>> = None;
    each_simple(text.list, &mut |simple| {
        let smaller = found
            .as_ref()
            .is_none_or(|other| other.span.contains(simple.span));
        if simple.span.contains(origin.span) && smaller {
            found = Some(simple.clone());
        }
    });
    found
}

/// The text of a command once edits in it are made.
fn changed(text: &ShellText, command: &Simple, edits: &[Edit]) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort();
    let (mut out, mut at) = (String::new(), command.span.start);
    for edit in edits {
        if !command.span.contains(edit.origin.span) || edit.origin.span.start < at {
            return None;
        }
        out.push_str(
            text.text
                .get(at as usize..edit.origin.span.start as usize)?,
        );
        out.push_str(&edit.replacement);
        at = edit.origin.span.end;
    }
    out.push_str(text.text.get(at as usize..command.span.end as usize)?);
    Some(out)
}
