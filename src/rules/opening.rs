//! How a path that has to be written is opened in the build.

use super::build_chown::{mended, quoted};
use super::folders::{is_guarded, is_shared};
use super::subject::{Subject, fix};
use crate::eval::{above, is_below};
use crate::finding::Fix;
use crate::image::{Node, NodeKind, Setting};
use crate::launch::{Obstacle, Written, unsearchable, writable};
use crate::programs::Manner;

/// A path that has to be written, and is closed.
#[derive(Clone)]
pub(super) struct Closed {
    pub(super) path: String,
    pub(super) obstacle: Obstacle,
    /// It is one file, which is opened and kept.
    pub(super) single: bool,
    /// It is a file, beside which there may be others.
    pub(super) file: bool,
    /// The start makes it: a script may ask whether it is there, so that the build does not make it.
    pub(super) of_start: bool,
    /// Only its owner may enter it, so that opening it would not do: the variable that names it.
    pub(super) private: Option<Option<String>>,
    /// It is not there, and whoever makes it gives it to another account.
    pub(super) given: bool,
}

impl Closed {
    /// What a command of the start writes in vain.
    pub(super) fn of(written: &Written, obstacle: &Obstacle) -> Self {
        let file = matches!(written.manner, Manner::File | Manner::FileUnlessThere);
        Self {
            path: written.path.clone(),
            obstacle: obstacle.clone(),
            single: file && is_shared(above(&written.path)),
            file,
            of_start: true,
            private: None,
            given: false,
        }
    }
}

/// What can be done about it.
pub(super) fn help(subject: &Subject<'_>, wanted: &Closed) -> String {
    let word = quoted(&wanted.path);
    if wanted.private.is_some() {
        format!("let the server make a folder of its own in {word}, which is open to everybody")
    } else if is_guarded(&wanted.path) {
        format!("{word} is for the system: do it in the build, or leave it out")
    } else if wanted.of_start && is_new(subject, wanted) {
        "write to a folder of its own, which is open to everybody".to_owned()
    } else if is_file(subject, wanted) {
        format!("make it in the build, open to everybody: RUN touch {word} && chmod 666 {word}")
    } else if wanted.file && subject.image.files.get(&wanted.path).is_none() {
        let folder = quoted(above(&wanted.path));
        format!(
            "make its folder in the build, open to everybody: RUN mkdir -p {folder} && chmod 777 {folder}"
        )
    } else if is_shared(&wanted.path) {
        format!(
            "{word} is for the system: write to a folder of its own, which is open to everybody"
        )
    } else {
        format!("make it in the build, open to everybody: RUN mkdir -p {word} && chmod 777 {word}")
    }
}

/// Whether it is a file that is not there, in a folder that many programs share.
fn is_new(subject: &Subject<'_>, wanted: &Closed) -> bool {
    wanted.single && subject.image.files.get(&wanted.path).is_none()
}

/// Whether it is one file for sure.
fn is_file(subject: &Subject<'_>, wanted: &Closed) -> bool {
    match subject.image.files.get(&wanted.path).map(|node| &node.kind) {
        Some(NodeKind::File(_)) => true,
        Some(NodeKind::Folder) => false,
        _ => wanted.single,
    }
}

/// Opens it in the build; none where that would open more than what is the image's own.
pub(super) fn opened(subject: &Subject<'_>, wanted: &Closed) -> Option<Fix> {
    let path = &wanted.path;
    if let Some(variable) = &wanted.private {
        return moved(subject, path, variable.as_deref()?);
    }
    // A volume is opened whole: what is to be made in it can be made then.
    let user = &subject.launch?.user;
    let files = &subject.image.files;
    let closed = |volume: &&Setting| {
        is_below(path, &volume.value)
            && *path != volume.value
            && writable(subject.image, files, &volume.value, user, subject.target).is_err()
    };
    if let Some(volume) = subject.image.config.volumes.iter().find(closed) {
        let obstacle = writable(subject.image, files, &volume.value, user, subject.target).err()?;
        let whole = Closed {
            path: volume.value.clone(),
            obstacle,
            single: false,
            ..wanted.clone()
        };
        return opened(subject, &whole);
    }
    // What was given to somebody is opened where it is given, and what is to be made in it with it.
    let node = subject.image.files.get(path);
    let blocking = subject.image.files.get(&wanted.obstacle.path);
    let serves = |node: &&Node| wanted.obstacle.itself || !node.crowded;
    let given = blocking
        .filter(serves)
        .and_then(|node| node.owner.by)
        .and_then(|by| {
            let mut given = subject.given_away().iter();
            given.find(|given| given.matters() && given.by == by)
        });
    let above_closed = unsearchable(subject.image, files, path, user, subject.target);
    if above_closed.iter().any(|folder| is_guarded(folder)) {
        return None;
    }
    if let Some(given) = given {
        let mut edits = mended(subject, given)?.edits;
        if let Some(entered) = entered(&above_closed, "") {
            edits.push(subject.build_line(&format!("RUN {entered}"), Some(path))?);
        }
        return fix(
            format!("open {path} to everybody in the build"),
            reason(subject, path),
            edits,
        );
    }
    let word = quoted(path);
    if !is_file(subject, wanted) && is_shared(path) || is_guarded(path) {
        return None;
    }
    // A file that the start makes may be one that it asks for: made in the build, it would switch off
    // what is done for want of it.
    if wanted.of_start && is_new(subject, wanted) {
        return None;
    }
    let above = above(path);
    let touched = if is_shared(above) || subject.image.files.get(above).is_some() {
        format!("RUN touch {word} && chmod 666 {word}")
    } else {
        // What may be in it is not known.
        let folder = quoted(above);
        format!("RUN mkdir -p {folder} && chmod -R a+rwX {folder}")
    };
    let line = match node.map(|node| (&node.kind, node.filled)) {
        Some((NodeKind::File(_), _)) => format!("RUN chmod a+rw {word}"),
        Some((NodeKind::Folder, false)) => format!("RUN mkdir -p {word} && chmod 777 {word}"),
        None if wanted.single => touched,
        None if !wanted.obstacle.itself && (wanted.file || subject.is_file_like(path)) => {
            let folder = quoted(above);
            match subject.image.files.get(above) {
                // A socket is made anew, so that a file in its place is in the way.
                _ if is_shared(above) && [".sock", ".socket"].iter().any(|e| path.ends_with(e)) => {
                    return None;
                }
                _ if is_shared(above) => touched,
                Some(node) if node.filled => {
                    format!("RUN mkdir -p {folder} && chmod -R a+rwX {folder}")
                }
                _ => format!("RUN mkdir -p {folder} && chmod 777 {folder}"),
            }
        }
        None => format!("RUN mkdir -p {word} && chmod 777 {word}"),
        Some(_) => format!("RUN mkdir -p {word} && chmod -R a+rwX {word}"),
    };
    let line = match entered(&above_closed, &line) {
        Some(entered) => format!("{line} && {entered}"),
        None => line,
    };
    let edits = vec![subject.build_line(&line, Some(path))?];
    fix(
        format!("open {path} to everybody in the build"),
        reason(subject, path),
        edits,
    )
}

/// What opens the way through folders, but for those that a line opens by itself.
fn entered(folders: &[String], line: &str) -> Option<String> {
    let words: Vec<String> = folders.iter().map(|folder| quoted(folder)).collect();
    let named = |word: &&String| line.split(' ').any(|named| named == word.as_str());
    let left: Vec<&str> = (words.iter().filter(|word| !named(word)))
        .map(String::as_str)
        .collect();
    (!left.is_empty()).then(|| format!("chmod a+x {}", left.join(" ")))
}

/// A folder that must be the process's own is made by it, in one that is open. What the build does
/// with the variable stays as it is.
fn moved(subject: &Subject<'_>, path: &str, variable: &str) -> Option<Fix> {
    subject.image.config.environment.get(variable)?;
    let inner = format!("{path}/{}", variable.to_ascii_lowercase());
    let mut edits = vec![subject.build_line(&format!("ENV {variable} {}", quoted(&inner)), None)?];
    let user = &subject.launch?.user;
    if writable(
        subject.image,
        &subject.image.files,
        path,
        user,
        subject.target,
    )
    .is_err()
    {
        let word = quoted(path);
        let line = format!("RUN mkdir -p {word} && chmod 777 {word}");
        edits.push(subject.build_line(&line, Some(path))?);
    }
    fix(
        format!("let the server make its own folder in {path}"),
        format!("the server has to own {variable}, so it makes it itself"),
        edits,
    )
}

fn reason(subject: &Subject<'_>, path: &str) -> String {
    format!("{:#} has to write {path}", subject.runner())
}
