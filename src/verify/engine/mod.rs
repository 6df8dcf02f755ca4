//! The container engine that the user has: podman or docker, by its command line.
//!
//! `find` looks for it, `run` runs its commands, `image` builds images and asks about them,
//! `container` is a container of one image, `trial` all that is done with one. What is made is
//! removed when it is dropped, whatever has happened.

mod container;
mod files;
mod find;
mod image;
mod run;
mod stop;
mod trial;

pub use find::find;
pub use image::{Build, Image};
pub use stop::Stop;
pub use trial::{Trial, Tried, with_variables};

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

/// Why something could not be done with the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The user wants to stop.
    Stopped,
    /// The engine could not do it: why, with its own words, in one line or several.
    Failed(String),
}

/// A container engine.
pub struct Engine {
    /// Its program.
    program: PathBuf,
    /// What it is called, by people.
    pub name: &'static str,
    /// Its version.
    pub version: String,
    /// Its command line is podman's.
    podman: bool,
    /// What runs the containers is podman, whose rules for privileges are its own.
    podman_runs: bool,
    /// What the user wants to be said to `create` besides.
    pub options: Vec<String>,
    /// What the user wants to be said to `build` besides.
    pub build_options: Vec<String>,
    /// Whether the user wants to stop.
    stop: Stop,
    /// Is told what is waited for, again and again.
    waiting: Box<Waiting>,
    /// Where podman keeps what it needs for a while: it leaves some of that behind.
    temporary: Option<TempDir>,
    /// What could not be removed, and how the user can remove it.
    left: Mutex<Vec<String>>,
}

/// Is told what is waited for, and for how long that has been.
pub type Waiting = dyn Fn(&str, Duration);

impl Engine {
    /// What could not be removed, as commands that do it.
    pub fn left(&self) -> Vec<String> {
        // Nothing is left half done in it by a panic.
        let left = self.left.lock();
        left.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn leave(&self, command: String) {
        let left = self.left.lock();
        left.unwrap_or_else(PoisonError::into_inner).push(command);
    }

    /// Whether the user wants to stop.
    pub fn is_stopped(&self) -> bool {
        self.stop.is_set()
    }

    /// A folder for what is as large as images, which is removed when it is dropped.
    ///
    /// # Errors
    /// The system's words, where none can be made.
    pub fn temporary(&self) -> io::Result<TempDir> {
        let mut made = tempfile::Builder::new();
        let made = made.prefix("diegolint-verify-");
        match &self.temporary {
            Some(folder) => made.tempdir_in(folder.path()),
            None => made.tempdir(),
        }
    }

    /// A name that nothing else has.
    fn unique_name() -> String {
        use std::hash::{BuildHasher, Hasher};
        // The keys of a hash map are random.
        let random = std::collections::hash_map::RandomState::new()
            .build_hasher()
            .finish();
        format!("diegolint-verify-{}-{random:016x}", std::process::id())
    }
}
