//! What real shells say of scripts.

use std::fs;
use std::process::{Command, Stdio};

/// Whether a shell takes the grammar of a script; one that is not there cannot say.
pub fn is_taken_by(shell: &str, script: &[u8]) -> bool {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("script");
    fs::write(&path, script).expect("a file");
    let mut command = Command::new(shell);
    let command = command.arg("-n").arg(&path).stderr(Stdio::null());
    command.status().map_or(true, |status| status.success())
}
