//! The server that a start comes to.

use std::rc::Rc;

use super::LaunchStep;
use super::access::{Obstacle, writable};
use super::effects::{Effect, Judge, Manner, Written};
use crate::eval::{Piece, Step, Value};
use crate::finding::Certainty;
use crate::image::NodeKind;
use crate::programs::{
    ConfigFile, Listening, Server, Surroundings, Tell, UserSetting, Write, WriteKind, programs,
};

/// The server that a start comes to.
#[derive(Debug)]
pub struct Serving {
    /// The step that it is, by its number in [`super::Launch::steps`].
    pub step: usize,
    /// What is known of it.
    pub server: &'static Server,
    /// Where it listens.
    pub listening: Listening,
    /// Where it is told to change its user.
    pub users: Vec<UserSetting>,
    /// What it writes, with what keeps it from that.
    pub writes: Vec<(Write, Option<Written>)>,
}

/// The server that takes the place of the process, the last of them; else the last that is reached.
pub(super) fn find(judge: &Judge<'_>, steps: &[LaunchStep]) -> Option<Serving> {
    let servers = steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.effect == Effect::Listen && step.step.given.is_empty());
    let (number, found) = servers.max_by_key(|(number, step)| {
        let sure = step.step.certainty == Certainty::Always;
        (takes_over(step, steps), sure, *number)
    })?;
    serving(judge, number, &found.step)
}

/// Whether a step, or the wrapper that it is behind, takes the place of the process.
fn takes_over(step: &LaunchStep, steps: &[LaunchStep]) -> bool {
    let mut at = Some(&step.step);
    while let Some(step) = at {
        if step.exec {
            return true;
        }
        at = step
            .behind
            .and_then(|behind| steps.get(behind))
            .map(|step| &step.step);
    }
    false
}

fn serving(judge: &Judge<'_>, number: usize, step: &Step) -> Option<Serving> {
    let texts = step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let variable = |name: &str| step.environment(name);
    let files = |pattern: &str| configuration(judge, pattern);
    let built = |text: &str| judge.image.speaks_of(text);
    let around = Surroundings {
        variable: &variable,
        files: &files,
        built: &built,
    };
    let server = programs().server(&words)?;
    let writes = server
        .writes(&words, &around)
        .into_iter()
        .map(|write| {
            let written = write
                .setting
                .value
                .as_deref()
                .and_then(|path| step.absolute(path))
                .map(|path| Written {
                    obstacle: obstacle(judge, step, &write, &path),
                    path,
                    manner: Manner::Either,
                });
            (write, written)
        })
        .collect();
    let mut listening = server.listening(&words, &around);
    told_at_build(judge, server, &mut listening);
    Some(Serving {
        step: number,
        server,
        listening,
        users: server.users(&words, &around),
        writes,
    })
}

/// A configuration whose text is not known says what the build has written into it: the command that
/// a fix puts there is known by its words.
fn told_at_build(judge: &Judge<'_>, server: &Server, listening: &mut Listening) {
    let Some(wanted) = judge.target.ports.checked else {
        return;
    };
    let ran = |tell: &Tell| match tell {
        Tell::RunAtBuild(line) => judge
            .image
            .runs
            .iter()
            .any(|run| run.contains(line.as_str())),
        _ => false,
    };
    let told = server.tell(listening, wanted).iter().any(ran);
    if let Some(listener) = listening.listeners.first_mut().filter(|_| told) {
        listener.port.value = Some(wanted.to_string());
    }
}

/// What keeps a server from writing a path.
fn obstacle(judge: &Judge<'_>, step: &Step, write: &Write, path: &str) -> Option<Obstacle> {
    let files = &judge.image.files;
    // A folder that has to be the server's own is not, if the build made it.
    let owned = judge.target.privileges.owns_image_files;
    if let Some(node) = files.get(path).filter(|_| write.private && !owned) {
        return Some(Obstacle {
            path: path.to_owned(),
            itself: true,
            mode: node.mode,
            owner: node.owner.name.to_string(),
            made: node.made,
            known: true,
        });
    }
    // Logs that lead to the output of the process need no room in their folder.
    let leads_out = |inner: &str| matches!(files.at(inner).map(|node| &node.kind), Some(NodeKind::Link(to)) if to.starts_with("/dev/"));
    if write.kind == WriteKind::Log && files.below(path).iter().any(|inner| leads_out(inner)) {
        return None;
    }
    writable(files, path, &step.user, judge.target).err()
}

/// The files of the image whose path matches, as far as their text is known.
fn configuration(judge: &Judge<'_>, pattern: &str) -> Vec<ConfigFile> {
    let files = &judge.image.files;
    let text = |path: &str| Some(config_file(path, judge.scripts.text(files, path)?));
    if !pattern.contains(['*', '?', '[']) {
        return text(&files.resolve(pattern)).into_iter().collect();
    }
    let Ok(glob) = globset::GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
    else {
        return Vec::new();
    };
    let matcher = glob.compile_matcher();
    files
        .iter()
        .filter(|(path, _)| matcher.is_match(path))
        .filter_map(|(path, _)| text(path))
        .collect()
}

/// A configuration as its server reads it. What is not known of it is a `$`, as a variable that is
/// put in at the start would be.
fn config_file(path: &str, value: Value) -> ConfigFile {
    let mut file = ConfigFile {
        path: path.to_owned(),
        ..ConfigFile::default()
    };
    let mut text = String::new();
    for piece in value.pieces() {
        match piece {
            Piece::Known {
                text: known,
                origin,
                ..
            } => {
                let start = text.len();
                text.push_str(known);
                if origin.is_none() {
                    file.foreign.push(start..text.len());
                }
            }
            Piece::Unknown(_) => {
                text.push('$');
                file.partial = true;
            }
        }
    }
    file.text = Rc::from(text);
    file
}
