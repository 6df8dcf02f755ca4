//! BuildKit's own parser, through `tally lint`, which ends with status 2 or 4 on what it refuses.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rayon::prelude::*;

/// How many files it is given at once: it stops at the first that it refuses, and then the halves
/// are tried.
const BATCH: usize = 256;

/// The program.
pub struct Tally {
    program: PathBuf,
}

impl Tally {
    /// It, if it runs, takes a Dockerfile and refuses what is none.
    pub fn find(program: &Path) -> Option<Self> {
        let tally = Self {
            program: program.to_owned(),
        };
        let samples = [b"FROM scratch\n".to_vec(), b"FROM a\nNOTHING b\n".to_vec()];
        let refused = tally.refused(&samples).ok()?;
        refused.keys().eq(&[1]).then_some(tally)
    }

    /// Which of these texts it refuses, and with which words.
    pub fn refused(&self, texts: &[Vec<u8>]) -> io::Result<BTreeMap<usize, String>> {
        let folder = tempfile::tempdir()?;
        let mut paths = Vec::new();
        for (number, text) in texts.iter().enumerate() {
            // It goes by the name, and refuses files that can be executed.
            let folder = folder.path().join(number.to_string());
            fs::create_dir(&folder)?;
            let path = folder.join("Dockerfile");
            fs::write(&path, text)?;
            paths.push((number, path));
        }
        let parts: Vec<_> = paths
            .par_chunks(BATCH)
            .map(|part| self.halves(part))
            .collect::<io::Result<_>>()?;
        Ok(parts.into_iter().flatten().collect())
    }

    fn halves(&self, paths: &[(usize, PathBuf)]) -> io::Result<Vec<(usize, String)>> {
        let mut refused = Vec::new();
        let mut parts = vec![paths];
        while let Some(part) = parts.pop() {
            let Some(why) = self.refuses(part)? else {
                continue;
            };
            if let [(number, _)] = part {
                refused.push((*number, why));
            } else {
                let (first, second) = part.split_at(part.len() / 2);
                parts.extend([first, second]);
            }
        }
        Ok(refused)
    }

    /// Its words, if it refuses one of these files.
    fn refuses(&self, paths: &[(usize, PathBuf)]) -> io::Result<Option<String>> {
        if paths.is_empty() {
            return Ok(None);
        }
        let output = Command::new(&self.program)
            .args(["lint", "--no-config", "--slow-checks", "off"])
            .args(["--ignore", "*", "--format", "json"])
            .args(paths.iter().map(|(_, path)| path))
            .stdin(Stdio::null())
            .output()?;
        match output.status.code() {
            Some(0 | 1) => Ok(None),
            Some(2 | 4) => {
                let words = String::from_utf8_lossy(&output.stderr);
                let line = words.lines().next().unwrap_or_default();
                let words = line.rsplit("Dockerfile: ").next().unwrap_or(line);
                Ok(Some(words.to_owned()))
            }
            _ => Err(io::Error::other(format!(
                "tally: {}: {}",
                output.status,
                String::from_utf8_lossy(&output.stderr)
            ))),
        }
    }
}
