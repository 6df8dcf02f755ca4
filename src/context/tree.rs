//! The folder of a context on disk. Nothing outside of it can be seen through it.

use std::collections::HashMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::problem::Problem;

/// What lies at a path of a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file, or a symbolic link to one in the context.
    File {
        /// Its permission bits, without its type.
        mode: u32,
        /// Its bytes.
        size: u64,
    },
    /// A folder.
    Directory,
    /// A symbolic link to a folder (in a listing) or to nowhere, a device, a pipe, a socket.
    Other,
}

/// A path of a context that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
}

/// How many folders up a build's context is looked for.
const ABOVE: usize = 4;

/// A folder on disk.
#[derive(Debug)]
pub(super) struct Tree {
    /// The folder as the user named it.
    pub folder: PathBuf,
    /// The folder without symbolic links.
    real: PathBuf,
    /// What stands before the names of its files in messages: empty, or a path that ends with `/`.
    prefix: String,
    /// Where its folders lie that were looked into, symbolic links followed; none for those outside.
    folders: Mutex<HashMap<String, Option<PathBuf>>>,
}

impl Tree {
    pub fn open(folder: &Path) -> Result<Self, Problem> {
        let shown = shown(folder);
        let real = fs::canonicalize(folder).map_err(|error| Problem::io(&shown, &error))?;
        let prefix = match shown.as_str() {
            "." | "" => String::new(),
            name if name.ends_with('/') => name.to_owned(),
            name => format!("{name}/"),
        };
        Ok(Self {
            folder: folder.to_owned(),
            real,
            prefix,
            folders: Mutex::default(),
        })
    }

    /// Whether a path is there in a folder above this one, within the same repository: then the
    /// build has that one as its context.
    pub fn is_above(&self, path: &str) -> bool {
        let mut folder = self.real.as_path();
        for _ in 0..ABOVE {
            let Some(parent) = folder.parent() else {
                return false;
            };
            if folder.join(".git").exists() {
                return false;
            }
            folder = parent;
            if folder.parent().is_some() && folder.join(path).exists() {
                return true;
            }
        }
        false
    }

    /// The name that the user knows a path of the context by.
    pub fn shown(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// The path of the context that the user knows by a name.
    pub fn path_of<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.strip_prefix(&self.prefix)
    }

    /// Where a normalised path of the context lies.
    pub fn disk(&self, path: &str) -> PathBuf {
        if self.folder.as_os_str().is_empty() || self.folder == Path::new(".") {
            return PathBuf::from(path);
        }
        self.folder.join(path)
    }

    /// What lies at a normalised path, symbolic links followed.
    pub fn entry(&self, path: &str) -> Option<Entry> {
        match self.resolve(path) {
            Ok((_, metadata)) => Some(Entry {
                kind: kind(&metadata),
            }),
            // A link to nowhere, or out of the context, is there all the same.
            Err(_) => fs::symlink_metadata(self.disk(path))
                .is_ok_and(|metadata| metadata.is_symlink())
                .then_some(Entry { kind: Kind::Other }),
        }
    }

    /// The names in a folder, sorted, and what they are. A link to a folder is no folder here, so
    /// that whoever walks the context comes to an end.
    pub fn list(&self, path: &str) -> Vec<(String, Entry)> {
        let Ok((real, _)) = self.resolve(path) else {
            return Vec::new();
        };
        let Ok(read) = fs::read_dir(real) else {
            return Vec::new();
        };
        let mut list: Vec<_> = read
            .filter_map(|item| {
                let item = item.ok()?;
                let name = item.file_name().to_string_lossy().into_owned();
                let below = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}/{name}")
                };
                let mut entry = self.entry(&below)?;
                let is_link = item.file_type().is_ok_and(|kind| kind.is_symlink());
                if is_link && entry.kind == Kind::Directory {
                    entry.kind = Kind::Other;
                }
                Some((name, entry))
            })
            .collect();
        list.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        list
    }

    /// The path of the context that a path leads to, symbolic links followed.
    pub fn real_path(&self, path: &str) -> Result<String, Problem> {
        let (real, _) = self.resolve(path)?;
        Ok(self.below(&real).unwrap_or_else(|| path.to_owned()))
    }

    /// A file's path in the context, if it lies there.
    pub fn below(&self, real: &Path) -> Option<String> {
        real.strip_prefix(&self.real).ok().map(shown)
    }

    /// The bytes of a file that has at most `limit` of them.
    pub fn bytes(&self, path: &str, limit: u64) -> Result<Vec<u8>, Problem> {
        let (real, metadata) = self.resolve(path)?;
        let name = self.shown(path);
        if metadata.is_dir() {
            return Err(Problem::of(name, "a folder, not a file"));
        }
        if !metadata.is_file() {
            return Err(Problem::of(name, "a device, pipe or socket, not a file"));
        }
        read_limited(&real, limit, &name)
    }

    /// Whether a file begins with these bytes; no more of it is read.
    pub fn begins_with(&self, path: &str, bytes: &[u8]) -> bool {
        let mut first = vec![0; bytes.len()];
        let file = self.resolve(path).ok().filter(|(_, found)| found.is_file());
        let read = file.and_then(|(real, _)| File::open(real).ok()?.read_exact(&mut first).ok());
        read.is_some() && first == bytes
    }

    /// Where a folder of the context lies, if it does lie in it.
    fn real_folder(&self, folder: &str) -> Option<PathBuf> {
        // Nothing is left half done in it by a panic.
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = folders.get(folder) {
            return known.clone();
        }
        let real = fs::canonicalize(self.real.join(folder)).ok();
        let real = real.filter(|real| real.starts_with(&self.real));
        folders.insert(folder.to_owned(), real.clone());
        real
    }

    fn resolve(&self, path: &str) -> Result<(PathBuf, Metadata), Problem> {
        // A context can have thousands of files, and few of them are symbolic links.
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if !matches!(name, "" | "." | "..")
            && let Some(folder) = self.real_folder(folder)
            && let real = folder.join(name)
            && let Ok(metadata) = fs::symlink_metadata(&real)
            && !metadata.is_symlink()
        {
            return Ok((real, metadata));
        }
        let failed = |error: io::Error| Problem::io(self.shown(path), &error);
        let real = fs::canonicalize(self.real.join(path)).map_err(failed)?;
        if !real.starts_with(&self.real) {
            let message = "a symbolic link that leads out of the build context";
            return Err(Problem::of(self.shown(path), message));
        }
        let metadata = fs::metadata(&real).map_err(failed)?;
        Ok((real, metadata))
    }
}

/// Reads a file, but not more than `limit` bytes of it: what has more is a problem.
pub(super) fn read_limited(disk: &Path, limit: u64, name: &str) -> Result<Vec<u8>, Problem> {
    let file = File::open(disk).map_err(|error| Problem::io(name, &error))?;
    read_all(file, limit, name)
}

/// The same from what is open already.
pub(super) fn read_all(from: impl Read, limit: u64, name: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    from.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Problem::io(name, &error))?;
    if bytes.len() as u64 > limit {
        let message = format!("larger than {} MiB: not read", limit >> 20);
        return Err(Problem::of(name, message));
    }
    Ok(bytes)
}

/// A path as messages show it: with `/`, and characters that are not Unicode replaced.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

fn kind(metadata: &Metadata) -> Kind {
    if metadata.is_dir() {
        Kind::Directory
    } else if metadata.is_file() {
        Kind::File {
            mode: mode(metadata),
            size: metadata.len(),
        }
    } else {
        Kind::Other
    }
}

#[cfg(unix)]
fn mode(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o7777
}

/// Docker's client gives every file of a Windows context these bits.
#[cfg(not(unix))]
fn mode(_: &Metadata) -> u32 {
    0o755
}
