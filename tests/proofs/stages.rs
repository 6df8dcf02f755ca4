//! Runs this program again, as a [`Stage`].

use std::io::Write;
use std::process::{Child, Command, Stdio};

use crate::stage::Stage;

/// The word that tells such a run from that of the tests.
pub const WORD: &str = "proofs-stage";

/// Begins a stage that is talked to by its standard input and output; its errors go to `errors`.
pub fn begin(stage: &Stage, errors: Stdio) -> Result<Child, String> {
    spawn(stage, Stdio::piped(), errors)
}

/// Starts this program anew. The first line at its standard input says which stage it is.
fn spawn(stage: &Stage, output: Stdio, errors: Stdio) -> Result<Child, String> {
    let text = serde_json::to_string(stage).map_err(|error| error.to_string())?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command
        .arg(WORD)
        .stdin(Stdio::piped())
        .stdout(output)
        .stderr(errors);
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    if let Some(stdin) = &mut child.stdin {
        writeln!(stdin, "{text}").map_err(|error| error.to_string())?;
    }
    Ok(child)
}

/// Runs a stage to its end.
///
/// # Errors
/// Its status, and the last lines that it said.
pub fn run(stage: &Stage) -> Result<(), String> {
    let log = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    // Both are written to at the end of the same file.
    let output = log.reopen().map_err(|error| error.to_string())?;
    let errors = output.try_clone().map_err(|error| error.to_string())?;
    let mut child = spawn(stage, output.into(), errors.into())?;
    let status = child.wait().map_err(|error| error.to_string())?;
    if status.success() {
        return Ok(());
    }
    let said = std::fs::read(log.path()).map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<&str> = said.lines().collect();
    let last = lines[lines.len().saturating_sub(15)..].join("\n");
    Err(format!("{status}:\n{last}"))
}
