//! Which images are made from what has changed.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Input;
use crate::config;
use crate::paths::{self, real};
use crate::problem::Problem;

/// Files that have changed, by their absolute paths without symbolic links.
pub(in crate::commands) struct Changes {
    there: HashSet<PathBuf>,
    /// Folders with all that lies in them: git names repositories in the repository so.
    folders: Vec<PathBuf>,
    gone: Vec<PathBuf>,
}

impl Changes {
    /// These files, and all that lies in these folders.
    pub fn named(files: &[PathBuf]) -> Self {
        Self::of(files.iter().cloned())
    }

    /// What differs from a revision of git in the repositories that the paths lie in: from where it
    /// and HEAD parted, or from the revision itself where the history does not go back so far. What
    /// is not committed yet counts, and what git does not know yet unless it ignores it.
    ///
    /// # Errors
    /// What git says.
    pub fn since(revision: &str, paths: &[PathBuf]) -> Result<Self, Problem> {
        let mut roots: Vec<PathBuf> = Vec::new();
        for path in paths {
            let folder = match path.is_dir() {
                true => path.as_path(),
                false => paths::folder_of(path),
            };
            let root = git(folder, &["rev-parse", "--show-toplevel"])?;
            let root = path_of(root.strip_suffix(b"\n").unwrap_or(&root));
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        let mut files = Vec::new();
        for root in roots {
            let commit = format!("{revision}^{{commit}}");
            let commit = git(
                &root,
                &[
                    "rev-parse",
                    "--verify",
                    "--quiet",
                    "--end-of-options",
                    &commit,
                ],
            );
            let commit = commit.map_err(|_| {
                let message = format!("git knows no revision {revision} here");
                Problem::of("--changed-since", message)
            })?;
            let commit = String::from_utf8_lossy(commit.trim_ascii_end()).into_owned();
            let parted = git(&root, &["merge-base", &commit, "HEAD"]);
            let parted =
                parted.map(|sha| String::from_utf8_lossy(sha.trim_ascii_end()).into_owned());
            let from = parted.unwrap_or(commit);
            let differ = git(
                &root,
                &["diff", "--name-only", "--no-renames", "-z", &from, "--"],
            )?;
            let unknown = git(&root, &["ls-files", "--others", "--exclude-standard", "-z"])?;
            let names = [differ, unknown].concat();
            let names = names
                .split(|byte| *byte == 0)
                .filter(|name| !name.is_empty());
            files.extend(names.map(|name| root.join(path_of(name))));
        }
        Ok(Self::of(files))
    }

    fn of(files: impl IntoIterator<Item = PathBuf>) -> Self {
        let (mut there, mut folders, mut gone) = (HashSet::new(), Vec::new(), Vec::new());
        for file in files {
            match file.canonicalize() {
                Ok(real) => {
                    if real.is_dir() {
                        folders.push(real.clone());
                    }
                    there.insert(real);
                    // A link is what it leads to, and itself.
                    there.insert(paths::place(&file));
                }
                Err(_) => gone.push(paths::place(&file)),
            }
        }
        Self {
            there,
            folders,
            gone,
        }
    }

    /// Whether anything that lies where the image is made from has changed.
    pub fn may_touch(&self, input: &Input) -> bool {
        let root = input.context.root().map(real);
        let inside = |file: &PathBuf| root.as_ref().is_some_and(|root| file.starts_with(root));
        self.there.iter().chain(&self.gone).any(inside) || self.touches(input)
    }

    /// Whether something has changed that the context has read, its configuration, or whether
    /// something is gone from its folder, or a configuration from above it.
    pub fn touches(&self, input: &Input) -> bool {
        let context = &input.context;
        let is_there = |file: &Path| {
            let real = real(file);
            self.there.contains(&real) || self.in_folder(&real)
        };
        let mut read = context.sources().into_iter();
        let config = input.settings.config.as_ref();
        let root = context.root().map(real);
        let dockerfile = paths::place(context.source(context.dockerfile()).disk());
        let mut gone = self.gone.iter();
        read.any(|(_, source)| is_there(source.disk()))
            || config.is_some_and(|config| is_there(config.disk()))
            || gone.any(|file| {
                let below = root.as_ref().and_then(|root| file.strip_prefix(root).ok());
                let taken = |below: &Path| !context.is_ignored(&below.to_string_lossy());
                let configured = config::folder_of(file);
                below.is_some_and(taken)
                    || configured.is_some_and(|folder| dockerfile.starts_with(folder))
            })
    }

    /// Whether anything has changed in the folder of a file that cannot be read, or below it: what the
    /// image is made from is not known then.
    pub fn are_beside(&self, problem: &Problem) -> bool {
        let folder = paths::place(Path::new(&problem.path));
        let folder = folder.parent().unwrap_or(Path::new(""));
        let mut changed = self.there.iter().chain(&self.gone);
        changed.any(|file| file.starts_with(folder)) || self.in_folder(folder)
    }

    fn in_folder(&self, real: &Path) -> bool {
        self.folders.iter().any(|folder| real.starts_with(folder))
    }
}

/// A path as git prints it.
#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// A path as git prints it.
#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// What git prints, asked in a folder.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Problem> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    let output = command
        .output()
        .map_err(|error| Problem::io("git", &error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said
        .lines()
        .next()
        .unwrap_or("it failed")
        .trim_start_matches("fatal: ");
    Err(Problem::of("git", said))
}
