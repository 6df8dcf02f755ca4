//! A copy of a context with the changes made, for whoever wants to keep the original.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::writing::{self, Replacement, WriteError};

/// What is to become of a file or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// It is copied; of a folder what is in it is asked for as well.
    Copied,
    /// It is not, nor what is in it.
    LeftOut,
    /// There is to be no copy any more.
    Stopped,
}

/// Copies the folder `root` to `target` with `files` replaced, and gives the paths, relative to
/// `root`, that were left out, since they are neither files, folders nor symbolic links. `want` is
/// asked for every path in it.
///
/// `target` must not be there, or be an empty folder, and not lie in `root`. Modes stay, and
/// symbolic links are copied as they are; a changed file that is reached by one changes where it
/// really lies. The copy takes its name when it is whole: if it fails, nothing is left of it.
pub fn write_copy(
    root: &Path,
    files: &[Replacement<'_>],
    target: &Path,
    want: &dyn Fn(&Path) -> Want,
) -> Result<Vec<PathBuf>, WriteError> {
    let changes = writing::resolve(root, files)?;
    let root = fs::canonicalize(root).map_err(WriteError::io("find", root))?;
    for (path, file) in &changes {
        writing::verify(path, file.before)?;
    }
    let target = place(&root, target)?;
    let parent = target.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(parent).map_err(WriteError::io("make", parent))?;
    let building = tempfile::Builder::new()
        .prefix(".diegolint-")
        .tempdir_in(parent)
        .map_err(WriteError::io("make a folder in", parent))?;
    let skipped = copy_tree(&root, building.path(), &changes, want)?;

    fs::rename(building.path(), &target).map_err(WriteError::io("make", &target))?;
    // It has another name now: there is nothing to clean away.
    let _ = building.keep();
    Ok(skipped)
}

/// The real path of a folder that may not be there yet, if it can be used.
fn place(root: &Path, target: &Path) -> Result<PathBuf, WriteError> {
    let real = real_path(target)?;
    if real.starts_with(root) {
        return Err(WriteError::WithinContext(target.to_owned()));
    }
    match fs::read_dir(&real) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(WriteError::NotEmpty(target.to_owned()));
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(WriteError::io("use", target)(error)),
    }
    Ok(real)
}

/// Follows the links of the part of a path that is there.
fn real_path(path: &Path) -> Result<PathBuf, WriteError> {
    let absolute = std::path::absolute(path).map_err(WriteError::io("find", path))?;
    let mut real = PathBuf::new();
    for part in absolute.components() {
        if part == Component::ParentDir {
            real.pop();
            continue;
        }
        real.push(part);
        if let Ok(followed) = fs::canonicalize(&real) {
            real = followed;
        }
    }
    Ok(real)
}

fn copy_tree(
    root: &Path,
    target: &Path,
    changes: &BTreeMap<PathBuf, Replacement<'_>>,
    want: &dyn Fn(&Path) -> Want,
) -> Result<Vec<PathBuf>, WriteError> {
    let mut skipped = Vec::new();
    // Their modes come last, and inner ones first: a folder may forbid to put anything in.
    let mut folders = vec![(root.to_owned(), target.to_owned())];
    let mut at = 0;
    while let Some((from, to)) = folders.get(at).cloned() {
        at += 1;
        for entry in fs::read_dir(&from).map_err(WriteError::io("read", &from))? {
            let entry = entry.map_err(WriteError::io("read", &from))?;
            let (from, to) = (entry.path(), to.join(entry.file_name()));
            match want(from.strip_prefix(root).unwrap_or(&from)) {
                Want::Copied => {}
                Want::LeftOut => continue,
                Want::Stopped => return Err(WriteError::Stopped),
            }
            let kind = entry.file_type().map_err(WriteError::io("read", &from))?;
            if kind.is_dir() {
                fs::create_dir(&to).map_err(WriteError::io("make", &to))?;
                folders.push((from, to));
            } else if kind.is_symlink() {
                copy_link(&from, &to)?;
            } else if kind.is_file() {
                copy_file(&from, &to, changes.get(&from))?;
            } else {
                skipped.push(from.strip_prefix(root).unwrap_or(&from).to_owned());
            }
        }
    }
    for (from, to) in folders.iter().rev() {
        let metadata = fs::metadata(from).map_err(WriteError::io("read", from))?;
        let set = fs::set_permissions(to, metadata.permissions());
        set.map_err(WriteError::io("set the mode of", to))?;
    }
    skipped.sort();
    Ok(skipped)
}

fn copy_file(from: &Path, to: &Path, change: Option<&Replacement<'_>>) -> Result<(), WriteError> {
    let Some(change) = change else {
        // Takes the mode along.
        return fs::copy(from, to)
            .map(drop)
            .map_err(WriteError::io("copy", from));
    };
    fs::write(to, change.after).map_err(WriteError::io("write", to))?;
    let metadata = fs::metadata(from).map_err(WriteError::io("read", from))?;
    fs::set_permissions(to, metadata.permissions()).map_err(WriteError::io("set the mode of", to))
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> Result<(), WriteError> {
    let leads_to = fs::read_link(from).map_err(WriteError::io("read", from))?;
    std::os::unix::fs::symlink(leads_to, to).map_err(WriteError::io("make", to))
}

/// Elsewhere a link needs a privilege: what it leads to is copied, if it is a file.
#[cfg(not(unix))]
fn copy_link(from: &Path, to: &Path) -> Result<(), WriteError> {
    fs::copy(from, to)
        .map(drop)
        .map_err(WriteError::io("copy", from))
}

#[cfg(all(test, unix))]
mod tests;
