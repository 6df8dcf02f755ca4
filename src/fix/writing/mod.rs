//! Changed files onto the disk: all of them or none.

mod error;
mod owner;

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempPath};

pub use error::WriteError;

/// New bytes for a file.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    /// The file; a symbolic link is followed.
    pub path: &'a Path,
    /// What was read from it.
    pub before: &'a [u8],
    /// What it is to hold.
    pub after: &'a [u8],
}

/// Replaces the files of one context, whose folder is `root`, or none of them.
///
/// Every file is written anew beside the old one, with its mode and owner, and takes its place in
/// one step, so that nobody ever reads half of it; the old bytes are kept until all are in place,
/// and come back if one of them fails. What only some systems know (access lists, extended
/// attributes) is not carried over. Refused are files that lie, or lead, outside of `root`, that
/// are read-only or have hard links, and those that are not what was read any more.
pub fn write_all(root: &Path, files: &[Replacement<'_>]) -> Result<(), WriteError> {
    let mut prepared = Vec::new();
    for (path, file) in resolve(root, files)? {
        prepared.push(Prepared::new(path, file)?);
    }
    // As late as can be: what is written in between would be lost.
    for file in &prepared {
        verify(&file.path, file.before)?;
    }
    let folders: Vec<PathBuf> = prepared
        .iter()
        .map(|p| folder(&p.path).to_owned())
        .collect();

    let mut done: Vec<(PathBuf, TempPath)> = Vec::new();
    for Prepared {
        path, new, backup, ..
    } in prepared
    {
        match new.persist(&path) {
            Ok(()) => done.push((path, backup)),
            Err(error) => {
                let cause = WriteError::io("replace", &path)(error.error);
                return Err(roll_back(done, cause));
            }
        }
    }
    for folder in folders {
        sync_folder(&folder);
    }
    Ok(())
}

/// The files by their real paths.
pub(super) fn resolve<'a>(
    root: &Path,
    files: &[Replacement<'a>],
) -> Result<BTreeMap<PathBuf, Replacement<'a>>, WriteError> {
    let root = fs::canonicalize(root).map_err(WriteError::io("find", root))?;
    let mut found: BTreeMap<PathBuf, Replacement<'a>> = BTreeMap::new();
    for file in files {
        let path = fs::canonicalize(file.path).map_err(WriteError::io("find", file.path))?;
        if !path.starts_with(&root) {
            return Err(WriteError::Outside(file.path.to_owned()));
        }
        match found.get(&path) {
            Some(other) if other.after != file.after => {
                return Err(WriteError::Twice(file.path.to_owned()));
            }
            Some(_) => {}
            None => {
                found.insert(path, *file);
            }
        }
    }
    Ok(found)
}

/// That a file still holds what was read.
pub(super) fn verify(path: &Path, before: &[u8]) -> Result<(), WriteError> {
    let now = fs::read(path).map_err(WriteError::io("read", path))?;
    if now == before {
        Ok(())
    } else {
        Err(WriteError::ChangedMeanwhile(path.to_owned()))
    }
}

/// A file, its new bytes beside it, and its old ones under another name. The latter two are
/// removed when this is dropped.
struct Prepared<'a> {
    path: PathBuf,
    before: &'a [u8],
    new: TempPath,
    backup: TempPath,
}

impl<'a> Prepared<'a> {
    fn new(path: PathBuf, file: Replacement<'a>) -> Result<Self, WriteError> {
        let metadata = fs::metadata(&path).map_err(WriteError::io("read", &path))?;
        if !metadata.is_file() {
            return Err(WriteError::NotAFile(path));
        }
        if owner::names(&metadata) > 1 {
            return Err(WriteError::HardLinked(path));
        }
        if metadata.permissions().readonly() {
            return Err(WriteError::ReadOnly(path));
        }
        verify(&path, file.before)?;
        let new = write_new(&path, file.after, &metadata)?;
        let backup = keep_old(&path, &metadata)?;
        Ok(Self {
            path,
            before: file.before,
            new,
            backup,
        })
    }
}

fn write_new(path: &Path, bytes: &[u8], like: &Metadata) -> Result<TempPath, WriteError> {
    let mut new = temporary(path)?;
    let written = new.write_all(bytes);
    written.map_err(WriteError::io("write a new version of", path))?;
    owner::copy(like, new.as_file()).map_err(WriteError::owner(path))?;
    // After the owner, whose change takes special bits away.
    let moded = new.as_file().set_permissions(like.permissions());
    moded.map_err(WriteError::io("keep the mode of", path))?;
    let synced = new.as_file().sync_all();
    synced.map_err(WriteError::io("write a new version of", path))?;
    Ok(new.into_temp_path())
}

/// The old file under a second name; a copy where the file system knows no second names.
fn keep_old(path: &Path, metadata: &Metadata) -> Result<TempPath, WriteError> {
    let linked = names().make_in(folder(path), |name| fs::hard_link(path, name));
    if let Ok(link) = linked {
        return Ok(link.into_temp_path());
    }
    let bytes = fs::read(path).map_err(WriteError::io("read", path))?;
    write_new(path, &bytes, metadata)
}

fn temporary(beside: &Path) -> Result<NamedTempFile, WriteError> {
    let folder = folder(beside);
    names()
        .tempfile_in(folder)
        .map_err(WriteError::io("make a new file in", folder))
}

fn names() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(".diegolint-");
    builder
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}

/// Brings the old files back, and says so if that fails, too.
fn roll_back(done: Vec<(PathBuf, TempPath)>, cause: WriteError) -> WriteError {
    let mut left = Vec::new();
    for (path, backup) in done {
        if let Err(error) = backup.persist(&path) {
            let backup = error.path;
            let place = backup.to_path_buf();
            // It is the only place that has the old bytes: it must not be cleaned away.
            let place = backup.keep().unwrap_or(place);
            left.push((path, place));
        }
    }
    if left.is_empty() {
        cause
    } else {
        WriteError::Half {
            cause: Box::new(cause),
            left,
        }
    }
}

/// Makes the new names last through a power cut. Not every file system can; the files are whole
/// either way.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(all(test, unix))]
mod tests;
