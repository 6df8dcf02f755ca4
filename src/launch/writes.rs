//! The paths that a command writes, and what keeps it from that.

use super::access::Obstacle;
use super::effects::Judge;
use super::made::Made;
use crate::eval::{Step, Value, standard_output};
use crate::finding::Certainty;
use crate::image::NodeKind;
use crate::programs::{self, Manner, PutPath, Words, programs};
use crate::syntax::shell::RedirectKind;

/// A path that a command writes, and what keeps it from that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The path; where a folder has to be open for the sake of a file in it, the folder.
    pub path: String,
    /// The file that is made in the folder, or taken out of it.
    pub file: Option<String>,
    /// What is in the way.
    pub obstacle: Option<Obstacle>,
    /// What becomes of the path.
    pub manner: Manner,
}

/// Whether a path is there behind it that need not have been before.
fn makes(manner: Manner) -> bool {
    matches!(
        manner,
        Manner::File
            | Manner::FileUnlessThere
            | Manner::Folder
            | Manner::FolderUnlessThere
            | Manner::Either
    )
}

impl Judge<'_> {
    /// What a command writes: by its redirections, its operands, and what is known of it.
    pub(super) fn writes(&self, step: &Step, words: &Words<'_>, made: &Made) -> Vec<Written> {
        let mut paths: Vec<(String, Manner)> = Vec::new();
        for (kind, target) in &step.redirects {
            if matches!(
                kind,
                RedirectKind::Write | RedirectKind::Append | RedirectKind::WriteBoth
            ) {
                let path = target.known().and_then(|path| step.absolute(&path));
                // What is read by another command is a pipe of the script's own.
                let path = path.filter(|path| !step.piped || standard_output(path) != Some(1));
                paths.extend(path.map(|path| (path, Manner::File)));
                paths.extend(self.in_known_folder(step, target));
            }
        }
        for put in programs::parse_writes(words) {
            let text = match put.path {
                PutPath::Part(part) => {
                    let text = part.text(words);
                    let whole = part.range.is_none() && text.is_none() && makes(put.manner);
                    let value = step.argv.get(part.index).filter(|_| whole);
                    paths.extend(value.and_then(|value| self.in_known_folder(step, value)));
                    text.map(str::to_owned)
                }
                PutPath::Fixed(text) => Some(text),
                // Temporary files are mostly for what else is not there: it may not come to that.
                PutPath::Named { .. } if step.surely == Certainty::Maybe => None,
                PutPath::Named { variable, name } => step
                    .environment(variable)
                    .map(|folder| format!("{folder}/{name}")),
            };
            let Some(text) = text.filter(|text| !text.is_empty()) else {
                continue;
            };
            let manner = match put.manner {
                Manner::Either if self.copies_to_file(step, words, &text) => Manner::File,
                manner => manner,
            };
            // What ends so is a folder, be that not known.
            let into = manner == Manner::Inside && text.len() > 1 && text.ends_with('/');
            paths.extend(step.absolute(&text).map(|path| match into {
                true => (format!("{path}/…"), Manner::New),
                false => (path, manner),
            }));
        }
        if let Some(command) = programs()
            .command(words.first().copied().flatten().unwrap_or_default())
            .filter(|command| command.applies(words))
        {
            let own = command.paths(words).into_iter();
            let own = own.filter_map(|path| step.absolute(path));
            paths.extend(own.map(|path| (path, Manner::Either)));
        }
        for writer in programs().writers(words) {
            let manner = match writer.once {
                true => Manner::FolderUnlessThere,
                false => Manner::Either,
            };
            let own = writer.writes.iter().filter_map(|path| step.absolute(path));
            paths.extend(own.map(|path| (path, manner)));
        }
        if let Some(managed) = &step.managed {
            let written = managed.writes.iter();
            paths.extend(written.map(|path| (path.clone(), Manner::File)));
        }
        paths
            .into_iter()
            .filter_map(|(path, manner)| self.written(step, made, path, manner))
            .collect()
    }

    /// Something new in a folder that is known, and empty, under a name that is not.
    fn in_known_folder(&self, step: &Step, value: &Value) -> Option<(String, Manner)> {
        if value.known().is_some() {
            return None;
        }
        let known = value.known_prefix();
        let folder = match known.rfind('/')? {
            0 => "/",
            at => &known[..at],
        };
        let folder = step.absolute(folder)?;
        let node = self.image.files.get(&folder)?;
        let empty = node.is_folder() && !node.filled && !node.crowded;
        let name = format!("{}/…", folder.trim_end_matches('/'));
        empty.then_some((name, Manner::New))
    }

    /// Whether a command copies one file, which is known to be one, to a path that is there as no folder
    /// and has a file's name.
    fn copies_to_file(&self, step: &Step, words: &Words<'_>, to: &str) -> bool {
        let files = &self.image.files;
        let there = step.absolute(to).and_then(|path| files.get(&path));
        let named = to.rsplit('/').next().is_some_and(|name| name.contains('.'));
        if !named || there.is_some_and(|node| node.is_folder()) {
            return false;
        }
        let Some(copy) = programs::parse_copy(words) else {
            return false;
        };
        let [source] = copy.sources[..] else {
            return false;
        };
        let path = words[source].and_then(|word| step.absolute(word));
        let node = path.and_then(|path| files.get(&path));
        node.is_some_and(|node| matches!(node.kind, NodeKind::File(_)))
    }

    /// None where nothing is to be done.
    fn written(&self, step: &Step, made: &Made, path: String, manner: Manner) -> Option<Written> {
        let files = &self.image.files;
        let real = files.resolve(&path);
        let own = made.is_own(&step.after, &real);
        let node = files.get(&path);
        let there = node.is_some() || own;
        let into = node.is_some_and(|node| node.is_folder());
        let packaged = || self.image.is_of_package(&real);
        let in_folder = match manner {
            // A folder that is there is no work for `mkdir -p`, nor a file that is kept.
            Manner::FolderUnlessThere if there => return None,
            Manner::FileUnlessThere if there && !into => return None,
            Manner::GoneIfThere if !there && !packaged() => return None,
            // Who takes away only what is there asks for it first.
            Manner::Gone if !there && step.surely == Certainty::Maybe && !packaged() => {
                return None;
            }
            Manner::Gone | Manner::GoneIfThere => true,
            Manner::Inside => !into,
            Manner::New => true,
            _ => false,
        };
        let blocked = |path: &str| {
            self.closed_for_sure(files, path, step)
                .filter(|_| !made.is_own(&step.after, &files.resolve(path)))
        };
        if !in_folder {
            return Some(Written {
                obstacle: blocked(&path),
                file: None,
                path,
                manner,
            });
        }
        // The file itself need not be open, but the folder that it is made in or taken out of. Its
        // name is not followed if it is a link.
        let above = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = match manner {
            Manner::Gone | Manner::GoneIfThere => files.resolve(above),
            _ => real.rsplit_once('/').map_or("", |(f, _)| f).to_owned(),
        };
        let folder = if folder.is_empty() {
            "/".to_owned()
        } else {
            folder
        };
        let new = format!("{}/.new", folder.trim_end_matches('/'));
        Some(Written {
            obstacle: blocked(&new).map(|obstacle| Obstacle {
                itself: obstacle.path == folder,
                ..obstacle
            }),
            path: folder,
            file: Some(real),
            manner,
        })
    }
}
