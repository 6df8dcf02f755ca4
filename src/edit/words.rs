//! Words out of commands, and into them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::ShellText;
use super::changes::{Changes, edit};
use super::cut::Cutter;
use super::gap::Tail;
use super::harmless::name;
use super::layout::Layout;
use super::place::{Owner, word_at};
use super::quote::{is_plain, quoted};
use crate::finding::Edit;
use crate::source::{Origin, Span};
use crate::syntax::shell::*;

/// Takes words out of commands, with the blanks behind or before them: `exec gosu redis "$@"`
/// becomes `exec "$@"`. A word goes as a whole, with its quotes; but of several words in one
/// quoted string or here-document, and of the value behind `NAME=`, only what is named. None where
/// nothing of a command would stay, or nothing that can stand at its start.
pub fn drop_words(text: &ShellText, words: &[Origin]) -> Option<Vec<Edit>> {
    let layout = Layout::new(text);
    let mut changes = Changes::default();
    // The words of one command or array, by its place.
    let mut rows: BTreeMap<Span, (Vec<Span>, Vec<bool>)> = BTreeMap::new();
    let mut commands = Vec::new();
    let mut from_values = false;
    for origin in words {
        let (owner, word) = word_of(text, *origin)?;
        if let Some(range) = token(text, owner, word, origin.span) {
            changes.delete(with_blanks(
                text.text,
                range,
                inside(text, owner, word, origin.span)?,
            ));
            continue;
        }
        if let Some(range) = value(text, owner, word, origin.span) {
            changes.delete(range);
            from_values = true;
            continue;
        }
        let (place, items) = row(owner)?;
        let (items, gone) = rows.entry(place).or_insert_with(|| {
            let gone = vec![false; items.len()];
            (items, gone)
        });
        let at = items.iter().position(|item| item.contains(word.span))?;
        gone[at] = true;
        if let Owner::Command(simple) = owner {
            commands.push(simple);
        }
    }
    // `gosu "$USER" app`: without its value the variable would be an empty word there.
    if from_values && !rows.is_empty() {
        return None;
    }
    for simple in commands {
        let (items, gone) = rows.get(&simple.span)?;
        let stays = |word: &&Word| {
            let at = items.binary_search(&word.span);
            at.is_ok_and(|at| gone.get(at) == Some(&false))
        };
        let first = simple.words.first()?;
        let next = simple.words.iter().find(stays)?;
        if next != first && !can_be_command(text, next) {
            return None;
        }
    }
    let kept = vec![true; layout.here_documents.len()];
    for (items, gone) in rows.values() {
        if gone.iter().all(|gone| *gone) {
            return None;
        }
        let mut cutter = Cutter {
            layout: &layout,
            list: text.list,
            kept_documents: kept.clone(),
            changes: &mut changes,
        };
        cut_words(&mut cutter, items, gone);
    }
    Some(changes.edits(text.source))
}

/// The word that a place lies in; none for a place in another file, as that of a variable's value is.
fn word_of<'a>(text: &ShellText<'a>, at: Origin) -> Option<(Owner<'a>, &'a Word)> {
    (at.source == text.source)
        .then(|| word_at(text.list, at.span))
        .flatten()
}

/// Puts words behind the word at `after`; where that is not in a word, behind the last word of the
/// command that has it. They are quoted if they need it. Behind one of several words in a quoted
/// string they become part of that string, if they can stand there as they are.
pub fn append_words(text: &ShellText, after: Origin, words: &[String]) -> Option<Vec<Edit>> {
    let written = |words: &[String]| -> String {
        words
            .iter()
            .map(|word| format!(" {}", quoted(word)))
            .collect()
    };
    if after.source != text.source {
        return None;
    }
    let (at, added) = match word_at(text.list, after.span) {
        Some((owner, word)) => match token(text, owner, word, after.span) {
            Some(range) if words.iter().all(|word| is_plain(word)) => (range.end, written(words)),
            Some(_) => return None,
            None => match owner {
                Owner::Command(_) | Owner::Array(_) => (word.span.end as usize, written(words)),
                _ => return None,
            },
        },
        None => {
            let mut found: Option<Span> = None;
            each_simple(text.list, &mut |simple| {
                if simple.span.contains(after.span) {
                    found = simple.words.last().map(|word| word.span);
                }
            });
            (found?.end as usize, written(words))
        }
    };
    Some(vec![edit(text.source, at..at, added)])
}

/// Puts something else in the place of a word or a part of one. Quotes are added where they are
/// needed; none where that cannot be done, because it stands in quotes already.
pub fn replace_part(text: &ShellText, at: Origin, with: &str) -> Option<Edit> {
    let (owner, word) = word_of(text, at)?;
    let written = match quoting(text, owner, word, at.span) {
        Quoting::None if with.is_empty() && at.span != word.span => String::new(),
        Quoting::None => quoted(with),
        Quoting::Within(special) if !with.contains(special) => with.to_owned(),
        Quoting::Unknown if is_plain(with) => with.to_owned(),
        _ => return None,
    };
    Some(edit(text.source, at.span.range(), written))
}

/// Has a redirection go to a descriptor that is open, `>&2`, and not to the file that it names. None
/// where it reads.
pub fn duplicate(text: &ShellText, redirect: &Redirect, number: u32) -> Option<Edit> {
    let own = redirect.descriptor;
    let own = own.map_or_else(String::new, |own| own.to_string());
    let written = match redirect.kind {
        RedirectKind::Write | RedirectKind::Append => format!("{own}>&{number}"),
        RedirectKind::WriteBoth => format!(">&{number} 2>&{number}"),
        _ => return None,
    };
    Some(edit(text.source, redirect.span.range(), written))
}

/// Has a command take the place of the shell that starts it.
pub fn with_exec(text: &ShellText, command: &Simple) -> Option<Edit> {
    let at = command.words.first()?.span.start as usize;
    Some(edit(text.source, at..at, "exec "))
}

/// How text must be written at some place.
enum Quoting {
    None,
    /// As it is, without these characters.
    Within(&'static [char]),
    /// In `${…}`, in brackets: only what has no meaning anywhere.
    Unknown,
    /// Not at all: it would cut a quoted string or an expansion in two.
    Never,
}

fn quoting(text: &ShellText, owner: Owner, word: &Word, at: Span) -> Quoting {
    let double: &[char] = &['$', '`', '"', '\\'];
    if let Owner::HereDocument = owner {
        return match word.parts.as_slice() {
            [WordPart::SingleQuoted { span, .. }] if *span == word.span => Quoting::Within(&['\n']),
            _ => Quoting::Within(&['$', '`', '\\', '\n']),
        };
    }
    let part = word.parts.iter().find(|part| part.span().contains(at));
    match (part, owner) {
        (None, _) if at != word.span && !covers_parts(word, at) => Quoting::Never,
        (_, Owner::Other) => Quoting::Unknown,
        (Some(part), _) if part.span() == at => Quoting::None,
        (Some(WordPart::SingleQuoted { span, .. }), _) => {
            match text.text.get(span.range()).unwrap_or_default() {
                written if written.starts_with('$') => Quoting::Within(&['\'', '\\']),
                _ => Quoting::Within(&['\'']),
            }
        }
        (Some(WordPart::DoubleQuoted { .. }), _) => Quoting::Within(double),
        (Some(WordPart::Literal { .. }), _) => Quoting::None,
        (None, _) => Quoting::None,
        (Some(_), _) => Quoting::Unknown,
    }
}

/// Whether the span has each part of the word wholly or not at all, literal text aside.
fn covers_parts(word: &Word, at: Span) -> bool {
    word.parts.iter().all(|part| {
        let span = part.span();
        matches!(part, WordPart::Literal { .. }) || at.contains(span) || !at.overlaps(span)
    })
}

/// The inside of the quoted string or here-document of a word that has the span.
fn inside(text: &ShellText, owner: Owner, word: &Word, at: Span) -> Option<Range<usize>> {
    if let Owner::HereDocument = owner {
        return Some(word.span.range());
    }
    let quoted = word.parts.iter().find(|part| {
        let quoted = matches!(
            part,
            WordPart::SingleQuoted { .. } | WordPart::DoubleQuoted { .. }
        );
        quoted && part.span().contains(at) && part.span() != at
    })?;
    let range = quoted.span().range();
    let dollar = text.text.get(range.clone())?.starts_with('$');
    let inner = range.start + 1 + usize::from(dollar)..range.end.checked_sub(1)?;
    (inner.start <= at.start as usize && at.end as usize <= inner.end).then_some(inner)
}

/// Of several words in one quoted string those that have the span.
fn token(text: &ShellText, owner: Owner, word: &Word, at: Span) -> Option<Range<usize>> {
    let inner = inside(text, owner, word, at)?;
    let expansions = expansions(word, &inner);
    let blank = |at: usize| {
        let next = expansions.partition_point(|range| range.start <= at);
        let before = next.checked_sub(1).and_then(|at| expansions.get(at));
        before.is_none_or(|range| range.end <= at) && is_blank(text.text, at)
    };
    let at = at.range();
    let start = (inner.start..at.start).rev().find(|at| blank(*at));
    let start = start.map_or(inner.start, |at| at + 1);
    let end = (at.end..inner.end).find(|at| blank(*at));
    let range = start..end.unwrap_or(inner.end);
    let here = matches!(owner, Owner::HereDocument);
    let others = inner.clone().any(|at| !range.contains(&at) && !blank(at));
    (here || others).then_some(range)
}

/// What is not literal in a string, in order.
fn expansions(word: &Word, inner: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for part in &word.parts {
        let parts = match part {
            WordPart::DoubleQuoted { parts, .. } => parts.as_slice(),
            part => std::slice::from_ref(part),
        };
        for part in parts {
            let text = matches!(
                part,
                WordPart::Literal { .. } | WordPart::SingleQuoted { .. }
            );
            let range = part.span().range();
            if !text && inner.start <= range.start && range.end <= inner.end {
                found.push(range);
            }
        }
    }
    found
}

/// Whether a blank, a line end or what joins lines is at `at`.
fn is_blank(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    match bytes.get(at) {
        Some(b'\\') => matches!(bytes.get(at + 1), Some(b'\n' | b'\r')),
        Some(byte) => byte.is_ascii_whitespace(),
        None => false,
    }
}

/// The range and the blanks behind it; at the end of its line those before it.
fn with_blanks(text: &str, range: Range<usize>, inner: Range<usize>) -> Range<usize> {
    let blanks = |c: char| matches!(c, ' ' | '\t');
    let behind = text.get(range.end..inner.end).unwrap_or_default();
    let trimmed = behind.trim_start_matches(blanks);
    let end = inner.end - trimmed.len();
    if !trimmed.is_empty() && !is_blank(text, end) {
        return range.start..end;
    }
    let before = text.get(inner.start..range.start).unwrap_or_default();
    let before = before.trim_end_matches(blanks);
    // The line's indentation stays.
    let start = match before.is_empty() || before.ends_with('\n') {
        true => range.start,
        false => inner.start + before.len(),
    };
    start..range.end
}

/// The value behind `NAME=`, also where that is a word of `export`.
fn value(text: &ShellText, owner: Owner, word: &Word, at: Span) -> Option<Range<usize>> {
    match owner {
        Owner::Assignment => Some(word.span.range()),
        Owner::Command(simple) => {
            let declares = matches!(
                name(simple).as_deref(),
                Some("export" | "local" | "declare" | "readonly" | "typeset")
            );
            let range = word.span.range();
            let equals = text.text.get(range.clone())?.find('=')?;
            let start = range.start + equals + 1;
            (declares && start <= at.start as usize).then_some(start..range.end)
        }
        _ => None,
    }
}

/// All that stands in a row with a word, in order: a command's assignments, words and redirections,
/// an array's elements.
fn row(owner: Owner) -> Option<(Span, Vec<Span>)> {
    match owner {
        Owner::Command(simple) => {
            let words = simple.words.iter().map(|word| word.span);
            let assignments = simple.assignments.iter().chain(&simple.arrays);
            let redirects = simple.redirects.iter().map(|redirect| redirect.span);
            let mut items: Vec<Span> = words
                .chain(assignments.map(|assignment| assignment.span))
                .chain(redirects)
                .collect();
            items.sort_unstable();
            Some((simple.span, items))
        }
        Owner::Array(assignment) => match &assignment.value {
            AssignmentValue::Array(elements) => {
                let elements = elements.iter().map(|(index, word)| match index {
                    Some(index) => index.span.to(word.span),
                    None => word.span,
                });
                Some((assignment.span, elements.collect()))
            }
            AssignmentValue::Scalar(_) => None,
        },
        Owner::Assignment | Owner::HereDocument | Owner::Other => None,
    }
}

/// Whether a word, until now an argument, runs as a command: not an option, and no keyword.
fn can_be_command(text: &ShellText, word: &Word) -> bool {
    let written = text.text.get(word.span.range()).unwrap_or_default();
    let keyword = [
        "!", "{", "}", "[[", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for",
        "function", "if", "in", "select", "then", "time", "until", "while",
    ]
    .contains(&written);
    !keyword && !written.starts_with('-')
}

fn cut_words(cutter: &mut Cutter, items: &[Span], gone: &[bool]) {
    let mut from = 0;
    while let Some(first) = (from..items.len()).find(|at| gone[*at]) {
        let behind = (first..items.len()).find(|at| !gone[*at]);
        let behind = behind.unwrap_or(items.len());
        cut_run(cutter, items, first..behind);
        from = behind;
    }
}

fn cut_run(cutter: &mut Cutter, items: &[Span], run: Range<usize>) {
    let Some(spans) = items.get(run.clone()) else {
        return;
    };
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
        return;
    };
    let layout = cutter.layout;
    let (start, end) = (first.start as usize, last.end as usize);
    let before = run.start.checked_sub(1).and_then(|at| items.get(at));
    let next = items.get(run.end).map(|next| next.start as usize);
    let ends_line = match layout.tail(end) {
        Tail::Continued => true,
        // Between the brackets of an array.
        Tail::End(_) => next.is_some(),
        Tail::Shared => false,
    };
    match (before, next) {
        (Some(_), _) if layout.begins_line(start) && ends_line => cutter.lines(start, end, spans),
        (Some(before), Some(next))
            if layout.same_line(before.end as usize, start)
                && !layout.same_line(end, next)
                && run.start > 1 =>
        {
            cutter.tail(before.end as usize, start, end, spans);
        }
        (_, Some(next)) => cutter.head(start, next, spans),
        (Some(before), None) => cutter.tail(before.end as usize, start, end, spans),
        (None, None) => {}
    }
}
