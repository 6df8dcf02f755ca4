//! What real shells say of a script's syntax: `bash -n`, `dash -n`.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use diegolint::syntax::dockerfile::{self, Arguments, Keyword};
use diegolint::syntax::shell::interpreter;

/// The shell that reads a script, if it is one of those that are asked here.
pub fn of(name: &str, text: &str) -> Option<&'static str> {
    match interpreter(text.trim_start_matches('\u{feff}')) {
        Some(first) => match first.shell_name() {
            "bash" => Some("bash"),
            "sh" | "dash" | "ash" => Some("dash"),
            _ => None,
        },
        None => name.ends_with(".sh").then_some("dash"),
    }
}

/// Whether a shell takes a text, and what it says if not. A shell that is not installed takes all.
pub fn refuses(shell: &str, text: &[u8]) -> io::Result<Option<String>> {
    let started = Command::new(shell)
        .arg("-n")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if let Some(mut input) = child.stdin.take()
        && let Err(error) = input.write_all(text)
        // It has read enough to refuse it.
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        return Err(error);
    }
    let output = child.wait_with_output()?;
    let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Ok((!output.status.success()).then_some(words))
}

/// Whether a shell is there to be asked.
pub fn is_installed(shell: &str) -> bool {
    matches!(refuses(shell, b"if\n"), Ok(Some(_)))
}

/// The shell commands of a Dockerfile's RUN instructions, and their here-documents.
pub fn commands(text: &str) -> Vec<String> {
    let parsed = dockerfile::parse(text);
    let mut found = Vec::new();
    for instruction in &parsed.instructions {
        if let (Keyword::Run, Arguments::Shell(line)) =
            (&instruction.keyword, &instruction.arguments)
        {
            let mut line = line.text().to_owned();
            for document in &instruction.heredocs {
                line.push('\n');
                line.push_str(text.get(document.body.range()).unwrap_or_default());
                line.push_str(text.get(document.terminator.range()).unwrap_or_default());
            }
            found.push(line);
        }
    }
    found
}
