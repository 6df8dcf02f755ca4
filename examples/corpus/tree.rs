//! A folder on disk: copied, and compared with what it was.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What lies at a path.
#[derive(Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file, with its mode.
    File {
        /// Permission bits and type.
        mode: u32,
        /// What it holds.
        bytes: Vec<u8>,
    },
    /// A symbolic link, and where it leads.
    Link(PathBuf),
}

/// Files and links by their paths in the folder.
pub type Tree = BTreeMap<PathBuf, Entry>;

/// Copies a folder. Of `.git` only the name comes along: it says where a repository ends.
pub fn copy(from: &Path, to: &Path, left_out: &[PathBuf]) -> io::Result<()> {
    let mut folders = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = folders.pop() {
        fs::create_dir_all(&to)?;
        if from.file_name().is_some_and(|name| name == ".git") {
            continue;
        }
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            let (from, to) = (entry.path(), to.join(entry.file_name()));
            let kind = entry.file_type()?;
            if left_out.contains(&from) {
                continue;
            } else if kind.is_dir() {
                folders.push((from, to));
            } else if kind.is_symlink() {
                link(&fs::read_link(&from)?, &to)?;
            } else if kind.is_file() {
                fs::copy(&from, &to)?;
            }
        }
    }
    Ok(())
}

/// All that lies in a folder.
pub fn read(root: &Path) -> io::Result<Tree> {
    let mut tree = Tree::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap_or(&path).to_owned();
            let what = if kind.is_symlink() {
                Entry::Link(fs::read_link(&path)?)
            } else {
                Entry::File {
                    mode: mode(&entry.metadata()?),
                    bytes: fs::read(&path)?,
                }
            };
            tree.insert(name, what);
        }
    }
    Ok(tree)
}

#[cfg(unix)]
fn mode(metadata: &fs::Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(metadata)
}

#[cfg(not(unix))]
fn mode(metadata: &fs::Metadata) -> u32 {
    u32::from(metadata.permissions().readonly())
}

#[cfg(unix)]
fn link(leads_to: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(leads_to, at)
}

#[cfg(not(unix))]
fn link(leads_to: &Path, at: &Path) -> io::Result<()> {
    fs::write(at, leads_to.to_string_lossy().as_bytes())
}
