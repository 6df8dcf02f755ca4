//! What the user's files look like afterwards.

mod commands;
mod dockerfile;
mod guard;
mod lines;
mod words;

use std::rc::Rc;

use super::*;
use crate::syntax::Joined;
use crate::syntax::shell::{Dialect, Script, each_simple, parse, script_text};

const SOURCE: SourceId = SourceId(0);

/// The text with the edits made.
pub(super) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut edits = edits.to_vec();
    edits.sort();
    let mut out = String::new();
    let mut at = 0;
    for edit in &edits {
        let range = edit.origin.span.range();
        assert!(at <= range.start, "edits overlap in {text:?}: {edits:?}");
        out.push_str(&text[at..range.start]);
        out.push_str(&edit.replacement);
        at = range.end;
    }
    out + &text[at..]
}

/// The commands of a script, or of a Dockerfile's first RUN as BuildKit joins its lines.
pub(super) fn read(text: &str) -> (Script, Option<char>) {
    let Some(start) = text.find("RUN ") else {
        return (parse(&script_text(text), Dialect::Bash), None);
    };
    let mut joined = Joined::default();
    let mut at = start + 4;
    for line in text[at..].split_inclusive('\n') {
        let content = line.trim_end();
        let skipped =
            at > start + 4 && (content.is_empty() || content.trim_start().starts_with('#'));
        if !skipped {
            match content.strip_suffix('\\') {
                Some(content) => joined.push(content, at),
                None => {
                    joined.push(content, at);
                    break;
                }
            }
        }
        at += line.len();
    }
    (parse(&joined, Dialect::Bash), Some('\\'))
}

/// The commands whose text begins like this.
pub(super) fn named(text: &str, script: &Script, name: &str) -> Vec<Rc<Simple>> {
    let mut found = Vec::new();
    each_simple(&script.body, &mut |simple| {
        if text[simple.span.range()].starts_with(name) {
            found.push(Rc::clone(simple));
        }
    });
    found
}

pub(super) fn shell_text<'a>(
    text: &'a str,
    script: &'a Script,
    continuation: Option<char>,
) -> ShellText<'a> {
    ShellText {
        source: SOURCE,
        text,
        list: &script.body,
        continuation,
    }
}

/// The text without the commands that begin like this.
pub(super) fn without(text: &str, name: &str) -> Option<String> {
    let (script, continuation) = read(text);
    assert!(script.errors.is_empty(), "{text:?}: {:?}", script.errors);
    let commands = named(text, &script, name);
    assert!(!commands.is_empty(), "no {name:?} in {text:?}");
    let dropped = drop_commands(&shell_text(text, &script, continuation), &commands)?;
    Some(match dropped {
        Dropped::Everything => "nothing".to_owned(),
        Dropped::Edits(edits) => {
            let after = apply(text, &edits);
            assert_parses(&after);
            let (left, _) = read(&after);
            assert!(named(&after, &left, name).is_empty(), "{after:?}");
            after
        }
    })
}

pub(super) fn assert_parses(text: &str) {
    let (script, _) = read(text);
    assert!(script.errors.is_empty(), "{text:?}: {:?}", script.errors);
}

/// Checks rows of before and after, in each of which `chown` goes.
pub(super) fn check(rows: &[(&str, &str)]) {
    for (before, after) in rows {
        let found = without(before, "chown");
        assert_eq!(found.as_deref(), Some(*after), "from {before:?}");
    }
}
