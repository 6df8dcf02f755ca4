//! COPY, from within the file system that it goes to.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::stage::on;

/// Where the context is seen while it is copied from.
pub const CONTEXT: &str = "/dev/context";

/// COPY or ADD of files of the context.
#[derive(Debug, Deserialize, Serialize)]
pub struct Copy {
    /// Paths in the context; `*` stands for what it does in a shell.
    pub sources: Vec<String>,
    /// Where they go; relative to the working directory.
    pub destination: String,
    pub directory: String,
    /// `--chown`.
    pub owner: Option<String>,
    /// `--chmod`, in octal.
    pub mode: Option<u32>,
}

/// Copies.
pub fn copy(copy: &Copy) -> Result<(), String> {
    let to = Path::new(&copy.directory).join(&copy.destination);
    let owner = match &copy.owner {
        Some(owner) => crate::accounts::find(owner, Path::new("/"))?,
        None => (0, 0),
    };
    let mut found: Vec<PathBuf> = Vec::new();
    for source in &copy.sources {
        let source = source.trim_start_matches("./").trim_start_matches('/');
        found.extend(matching(Path::new(CONTEXT), source)?);
    }
    let into = copy.destination.ends_with('/') || found.len() > 1 || to.is_dir();
    for from in found {
        let at = match from.file_name() {
            Some(name) if into && !from.is_dir() => to.join(name),
            _ => to.clone(),
        };
        place(&from, &at, owner, copy.mode)?;
    }
    Ok(())
}

/// What a pattern means; each part of it may have stars.
fn matching(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, String> {
    let path = folder.join(pattern);
    if path.exists() {
        return Ok(vec![path]);
    }
    let glob = globset::Glob::new(pattern).map_err(|error| error.to_string())?;
    let glob = glob.compile_matcher();
    let mut found: Vec<PathBuf> = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .build()
        .flatten()
        .map(|entry| entry.into_path())
        .filter(|path| {
            path.strip_prefix(folder)
                .is_ok_and(|below| glob.is_match(below))
        })
        .collect();
    found.sort();
    match found.is_empty() {
        true => Err(format!("the context has no {pattern}")),
        false => Ok(found),
    }
}

fn place(from: &Path, to: &Path, owner: (u32, u32), mode: Option<u32>) -> Result<(), String> {
    let name = to.display().to_string();
    if from.is_dir() {
        if !to.is_dir() {
            fs::create_dir_all(to).map_err(on(&name))?;
            chown(to, Some(owner.0), Some(owner.1)).map_err(on(&name))?;
        }
        for entry in fs::read_dir(from).map_err(on(&name))?.flatten() {
            place(&entry.path(), &to.join(entry.file_name()), owner, mode)?;
        }
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(on(&name))?;
    }
    let metadata = from.metadata().map_err(on(&name))?;
    fs::copy(from, to).map_err(on(&name))?;
    let mode = mode.unwrap_or(metadata.permissions().mode() & 0o7777);
    fs::set_permissions(to, fs::Permissions::from_mode(mode)).map_err(on(&name))?;
    chown(to, Some(owner.0), Some(owner.1)).map_err(on(&name))
}
