//! The texts that commands of a build leave in files, as far as they say a server something: what
//! packages bring, what `echo` and its like write, what `sed` makes of it.

use std::rc::Rc;

use super::Scripts;
use super::environment;
use super::files::{Content, Files, Made, Node, NodeKind};
use super::packages::Installed;
use super::sed::Sed;
use crate::eval::{Piece, Reason, ScriptText, Step, Value};
use crate::programs::{self, PackagedFile, Set, Words};
use crate::syntax::shell::RedirectKind;

/// Puts the files there that a package brings.
pub(super) fn installed(package: &Installed<'_>, files: &mut Files) {
    let is_from = |vendor: &str| package.is_from(vendor);
    for file in programs::packaged_files(&package.manager, &package.name, &is_from) {
        put(file, files);
    }
}

/// Puts the files there that a base image brings.
pub(super) fn of_base(image: &str, files: &mut Files) {
    for file in programs::base_files(image) {
        put(file, files);
    }
}

/// A package leaves what is there.
fn put(file: &PackagedFile, files: &mut Files) {
    let there = files.get(&file.path);
    if there.is_some_and(|node| matches!(node.kind, NodeKind::File(_))) {
        return;
    }
    let made = Made {
        text: Value::text(&file.text),
        before: None,
    };
    let node = Node::file(Content::Made(Rc::new(made)), 0o644, None);
    files.put(&file.path, node);
    for link in &file.links {
        if files.at(link).is_none() {
            files.put(link, Node::link(&file.path));
        }
    }
}

/// `postconf -e name=value`: the settings come behind what is in the file.
pub(super) fn set(step: &Step, words: &Words, scripts: &Scripts<'_>, files: &mut Files) {
    for setter in programs::programs().setters(words) {
        let Some((path, sets)) = setter.sets(words, &|name| step.environment(name)) else {
            continue;
        };
        let Some(path) = step.absolute(&path) else {
            continue;
        };
        let mut lines = Value::default();
        for set in sets {
            let (first, second) = match set {
                Set::Pair(at) => (at, None),
                Set::Named { name, value } => (name, Some(value)),
            };
            lines.push(step.argv[first].clone());
            if let Some(second) = second {
                lines.push_known("=", None, false);
                lines.push(step.argv[second].clone());
            }
            lines.push_known("\n", None, false);
        }
        let content = before(scripts, files, &path, lines);
        change(files, &path, content);
    }
}

/// A file has another text, or is there with it.
fn change(files: &mut Files, path: &str, content: Content) {
    match files.get(path).cloned() {
        Some(node) => {
            let kind = NodeKind::File(content);
            files.put(&files.resolve(path), Node { kind, ..node });
        }
        None => files.put(path, Node::file(content, 0o644, None)),
    }
}

/// `sed -i`: what becomes of the files.
pub(super) fn edited(step: &Step, words: &Words, scripts: &Scripts<'_>, files: &mut Files) {
    let sed = Sed::read(words, &step.argv);
    if !sed.in_place {
        return;
    }
    for index in &sed.files {
        let Some(path) = words.get(*index).copied().flatten() else {
            continue;
        };
        let Some(path) = step.absolute(path) else {
            continue;
        };
        for path in matching(files, &path) {
            let old = scripts.text(files, &path);
            let text = edit(&sed, old.as_ref());
            let before = files.get(&path).map(|node| node.kind.clone());
            let now = changed(step, old.as_ref(), &text);
            let before = match before {
                Some(NodeKind::File(Content::Context(_) | Content::Text(_))) if now.is_some() => {
                    now
                }
                Some(NodeKind::File(content @ (Content::Context(_) | Content::Text(_)))) => {
                    Some(content)
                }
                Some(NodeKind::File(Content::Made(made))) => made.before.clone(),
                Some(NodeKind::File(_)) => None,
                // Nothing is known of it but what this command writes.
                _ if path.contains(['*', '?']) => continue,
                _ => None,
            };
            change(files, &path, Content::Made(Rc::new(Made { text, before })));
        }
    }
}

/// The text of a script that the build changes, where all of it is known. Carriage returns taken out
/// are no change to what it does.
fn changed(step: &Step, old: Option<&Value>, new: &Value) -> Option<Content> {
    let (was, is) = (old?.known()?, new.known()?);
    let lines = |text: &str| text.replace('\r', "");
    if lines(&was) == lines(&is) {
        return None;
    }
    let (source, text) = new.joined(step.origin)?;
    Some(Content::Text(Rc::new(ScriptText::new(source, text))))
}

/// The known paths that a word with a pattern stands for; the word itself where it is none.
pub(super) fn matching(files: &Files, path: &str) -> Vec<String> {
    if !path.contains(['*', '?']) {
        return vec![path.to_owned()];
    }
    let glob = globset::GlobBuilder::new(path)
        .literal_separator(true)
        .build();
    let Ok(glob) = glob else {
        return Vec::new();
    };
    let matcher = glob.compile_matcher();
    files
        .iter()
        .filter(|(path, node)| matches!(node.kind, NodeKind::File(_)) && matcher.is_match(path))
        .map(|(path, _)| path.to_owned())
        .collect()
}

/// What `command > path` leaves there.
pub(super) fn written(
    step: &Step,
    words: &Words,
    scripts: &Scripts<'_>,
    files: &Files,
    path: &str,
    append: bool,
) -> Content {
    let new = printed(step, words, scripts, files);
    let Some(new) = new.map(|new| with_edits(new, step, scripts, files)) else {
        return match append {
            true => before(scripts, files, path, Value::unknown(Reason::Output)),
            false => Content::Unknown,
        };
    };
    match append {
        true => before(scripts, files, path, new),
        false => Content::Made(Rc::new(Made {
            text: new,
            before: None,
        })),
    }
}

/// A text behind what a file holds.
fn before(scripts: &Scripts<'_>, files: &Files, path: &str, new: Value) -> Content {
    let text = match scripts.text(files, path) {
        Some(mut old) => {
            if !old.ends_line() {
                old.push_known("\n", None, false);
            }
            old.push(new);
            old
        }
        None => behind_unknown(new),
    };
    Content::Made(Rc::new(Made { text, before: None }))
}

/// What `sed` makes of a text: where the beginning of it is not known, with the lines that it may put
/// in there, unless it finds what it looks for in the rest.
fn edit(sed: &Sed, old: Option<&Value>) -> Value {
    if let Some(new) = old.and_then(|old| sed.edit(old)) {
        return new;
    }
    let Some([Piece::Unknown(_), rest @ ..]) = old.map(Value::pieces) else {
        return behind_unknown(sed.puts());
    };
    let mut known = Value::default();
    for piece in rest {
        if let Piece::Unknown(_) = piece {
            return behind_unknown(sed.puts());
        }
        known.push_piece(piece.clone());
    }
    let new = sed.edit(&known);
    let found = new.as_ref().is_some_and(|new| *new != known);
    let mut text = Value::unknown(Reason::Output);
    text.push(new.unwrap_or(known));
    if !found {
        text.push(sed.puts());
    }
    text
}

/// A text with what `sed` printed in it: `text="$(sed … file)"; echo "$text" > file`.
fn with_edits(text: Value, step: &Step, scripts: &Scripts<'_>, files: &Files) -> Value {
    let edits = |piece: &Piece| matches!(piece, Piece::Unknown(Reason::Edited(_)));
    if !text.pieces().iter().any(edits) {
        return text;
    }
    let mut out = Value::default();
    for piece in text.pieces() {
        match piece {
            Piece::Known { .. } => out.push_piece(piece.clone()),
            Piece::Unknown(reason) => {
                let edited = match reason {
                    Reason::Edited(argv) => edited_by(argv, step, scripts, files),
                    _ => None,
                };
                out.push(edited.unwrap_or_else(|| Value::unknown(reason.clone())));
            }
        }
    }
    out
}

/// What `sed` with these words makes of the only file that it is told.
fn edited_by(argv: &[Value], step: &Step, scripts: &Scripts<'_>, files: &Files) -> Option<Value> {
    let texts: Vec<Option<String>> = argv.iter().map(Value::known).collect();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let sed = Sed::read(&words, argv);
    let [file] = sed.files.as_slice() else {
        return None;
    };
    let path = step.absolute(words.get(*file).copied().flatten()?)?;
    let mut text = edit(&sed, scripts.text(files, &path).as_ref());
    if text.ends_line() {
        text.trim_last();
    }
    Some(text)
}

fn behind_unknown(new: Value) -> Value {
    let mut text = Value::unknown(Reason::Output);
    text.push_known("\n", None, false);
    text.push(new);
    text
}

/// What a command prints: with the files as they are then where it is one that is known, else as far as
/// it is known without them.
fn printed(step: &Step, words: &Words, scripts: &Scripts<'_>, files: &Files) -> Option<Value> {
    let is_known = |text: &&Value| {
        text.pieces()
            .iter()
            .any(|piece| matches!(piece, Piece::Known { .. }))
    };
    let known = || step.printed.as_ref().filter(is_known).cloned();
    printed_of(step, words, scripts, files).or_else(known)
}

/// What a command prints that is known by its name.
fn printed_of(step: &Step, words: &Words, scripts: &Scripts<'_>, files: &Files) -> Option<Value> {
    match programs::program_name(words) {
        "echo" => {
            let mut rest = step.argv.get(1..)?;
            while let Some((first, more)) = rest.split_first()
                && matches!(
                    first.known().as_deref(),
                    Some("-e" | "-n" | "-E" | "-ne" | "-en")
                )
            {
                rest = more;
            }
            let mut text = Value::default();
            for (number, word) in rest.iter().enumerate() {
                if number > 0 {
                    text.push_known(" ", None, false);
                }
                text.push(escaped(word));
            }
            text.push_known("\n", None, false);
            Some(text)
        }
        "printf" => {
            let (format, rest) = step.argv.get(1..)?.split_first()?;
            formatted(&escaped(format), rest)
        }
        "cat" if words.len() == 1 => {
            let document = step
                .redirects
                .iter()
                .find(|(kind, _)| *kind == RedirectKind::HereDocument)?;
            Some(document.1.clone())
        }
        "cat" => {
            let mut text = Value::default();
            for word in words.get(1..)? {
                let path = step.absolute((*word).filter(|word| !word.starts_with('-'))?)?;
                text.push(scripts.text(files, &path)?);
            }
            Some(text)
        }
        "sed" => {
            let sed = Sed::read(words, &step.argv);
            let [file] = sed.files.as_slice() else {
                return None;
            };
            let path = step.absolute(words.get(*file).copied().flatten()?)?;
            Some(edit(&sed, scripts.text(files, &path).as_ref()))
        }
        "envsubst" => {
            let mut redirects = step.redirects.iter();
            let (_, read) = redirects.find(|(kind, _)| *kind == RedirectKind::Read)?;
            let path = step.absolute(&read.known()?)?;
            let named = match words.get(1) {
                Some(format) => Some((*format)?),
                None => None,
            };
            Some(environment::put_in(
                &scripts.text(files, &path)?,
                named,
                step,
            ))
        }
        _ => None,
    }
}

/// `\n` and `\t` as what they stand for.
fn escaped(word: &Value) -> Value {
    let Some(text) = word.known().filter(|text| text.contains('\\')) else {
        return word.clone();
    };
    let mut out = Value::default();
    let mut start = 0;
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        if c != '\\' {
            continue;
        }
        let Some((next, letter)) = characters.next() else {
            break;
        };
        let sign = match letter {
            'n' => "\n",
            't' => "\t",
            '\\' => "\\",
            _ => continue,
        };
        out.push(word.slice(start..at).unwrap_or_default());
        out.push_known(sign, None, false);
        start = next + letter.len_utf8();
    }
    out.push(word.slice(start..text.len()).unwrap_or_default());
    out
}

/// A format of `printf` with `%s` alone.
fn formatted(format: &Value, arguments: &[Value]) -> Option<Value> {
    let text = format.known()?;
    if !text.contains('%') {
        return Some(format.clone());
    }
    let mut out = Value::default();
    let mut arguments = arguments.iter();
    // The format is used again while there are arguments.
    loop {
        let mut start = 0;
        let mut took = false;
        for (at, _) in text.match_indices('%') {
            if at < start {
                continue;
            }
            out.push(format.slice(start..at)?);
            match text[at + 1..].chars().next()? {
                '%' => out.push_known("%", None, false),
                's' | 'd' => {
                    took = true;
                    out.push(arguments.next().cloned().unwrap_or_default());
                }
                _ => return None,
            }
            start = at + 2;
        }
        out.push(format.slice(start..text.len())?);
        if !took || arguments.as_slice().is_empty() {
            return Some(out);
        }
    }
}
