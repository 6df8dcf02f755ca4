//! Which configuration counts for an input.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::NAMES;
use super::read::Config;
use crate::paths::{from_here, real};
use crate::problem::Problem;

/// A configuration, none, or what is wrong with it.
type Found = Result<Option<Arc<Config>>, Problem>;

/// The configurations of a run, each read once.
#[derive(Debug)]
pub struct Configs {
    /// The one that counts everywhere, where it is not the nearest that does.
    everywhere: Option<Found>,
    nearest: Mutex<HashMap<PathBuf, Found>>,
}

impl Configs {
    /// For each input the configuration that is nearest above it.
    pub fn nearest() -> Self {
        Self {
            everywhere: None,
            nearest: Mutex::default(),
        }
    }

    /// One configuration for all inputs.
    pub fn named(file: &Path) -> Self {
        let config = Config::read(file, file.to_string_lossy().into_owned());
        Self {
            everywhere: Some(config.map(|config| Some(Arc::new(config)))),
            nearest: Mutex::default(),
        }
    }

    /// None at all.
    pub fn none() -> Self {
        Self {
            everywhere: Some(Ok(None)),
            nearest: Mutex::default(),
        }
    }

    /// The configuration that counts for what lies in a folder.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    pub fn of(&self, folder: &Path) -> Result<Option<Arc<Config>>, Problem> {
        if let Some(everywhere) = &self.everywhere {
            return everywhere.clone();
        }
        // Nothing is left half done in it by a panic.
        let mut known = self.nearest.lock().unwrap_or_else(PoisonError::into_inner);
        above(&real(folder), &mut known)
    }
}

/// The configuration in a folder, or else the nearest above it.
fn above(folder: &Path, known: &mut HashMap<PathBuf, Found>) -> Found {
    if let Some(found) = known.get(folder) {
        return found.clone();
    }
    let found = match (within(folder), folder.parent()) {
        (Ok(None), Some(parent)) => above(parent, known),
        (found, _) => found,
    };
    known.insert(folder.to_owned(), found.clone());
    found
}

/// The configuration in a folder, of which there can be one.
fn within(folder: &Path) -> Found {
    let files = NAMES.iter().map(|name| folder.join(name));
    // A link that leads nowhere is one that cannot be read.
    let mut files = files.filter(|file| file.symlink_metadata().is_ok());
    let Some(file) = files.next() else {
        return Ok(None);
    };
    if let Some(other) = files.next() {
        let message = format!(
            "there is a second configuration beside it, {}: leave one of them",
            shown(&other)
        );
        return Err(Problem::of(shown(&file), message));
    }
    Config::read(&file, shown(&file)).map(|config| Some(Arc::new(config)))
}

/// The name of a file for people.
fn shown(file: &Path) -> String {
    from_here(file).to_string_lossy().into_owned()
}
