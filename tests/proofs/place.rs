//! Where the proofs have what they need, and whether they can run here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use sha2::{Digest, Sha256};

/// The folder that all of it is in: `target/proofs`.
pub struct Place {
    folder: PathBuf,
    archives: Mutex<Vec<usize>>,
}

impl Place {
    /// The place, where everything is there.
    ///
    /// # Errors
    /// What is missing, for people.
    pub fn find() -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/proofs");
        let place = Self {
            folder,
            archives: Mutex::new((0..64).rev().collect()),
        };
        if !nix::unistd::geteuid().is_root() {
            return Err("they need root, for namespaces and mounts".into());
        }
        if !place.base().join("etc/passwd").is_file() {
            return Err("there is no base image: tests/proofs/install makes it".into());
        }
        if Command::new("ip").arg("-V").output().is_err() {
            return Err("there is no ip: tests/proofs/install brings it".into());
        }
        for folder in ["layers", "run", "archives"] {
            fs::create_dir_all(place.folder.join(folder)).map_err(|error| error.to_string())?;
        }
        Ok(place)
    }

    /// The root of Debian.
    pub fn base(&self) -> PathBuf {
        self.folder.join("base")
    }

    /// A layer that is known by what it is made from.
    pub fn layer(&self, key: &str) -> PathBuf {
        self.folder.join("layers").join(key)
    }

    /// A new folder, which goes when it is dropped.
    pub fn scratch(&self) -> Result<tempfile::TempDir, String> {
        let made = tempfile::Builder::new()
            .prefix("")
            .tempdir_in(self.folder.join("run"));
        made.map_err(|error| error.to_string())
    }

    /// A folder for packages that are fetched: one that nobody else has at the moment.
    pub fn archives(&self) -> Archives<'_> {
        let mut free = self
            .archives
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        let number = free.pop().unwrap_or(64);
        let path = self.folder.join("archives").join(number.to_string());
        let _ = fs::create_dir_all(path.join("partial"));
        Archives {
            place: self,
            number,
            path,
        }
    }
}

/// A folder for packages that are fetched.
pub struct Archives<'a> {
    place: &'a Place,
    number: usize,
    pub path: PathBuf,
}

impl Drop for Archives<'_> {
    fn drop(&mut self) {
        let free = self.place.archives.lock();
        free.unwrap_or_else(|broken| broken.into_inner())
            .push(self.number);
    }
}

/// A short name for what has been made of some things.
pub fn key(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let hash = hash.finalize();
    hash.iter()
        .take(10)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
