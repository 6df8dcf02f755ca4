//! What others have that reads our files: `tests/consumers/install` brings it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A program of the consumers. None where they are not installed and need not be, which is said.
pub fn consumer(name: &str) -> Option<Command> {
    let consumers = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/consumers"));
    if consumers.join("installed").is_file() {
        let bin = consumers.join("python/bin");
        let mut command = Command::new(bin.join(name));
        command.stdin(Stdio::null());
        return Some(command);
    }
    let required = std::env::var_os("DIEGOLINT_CONSUMERS").is_some_and(|value| value == "require");
    assert!(!required, "no {name}: run tests/consumers/install");
    // What a test prints is shown only where it fails; this has to be seen.
    let remark = format!(
        "\nNOT TESTED: what {name} says: run tests/consumers/install for it (python3 with venv, node, \
         npm)\n"
    );
    let _ = std::io::Write::write_all(&mut std::io::stderr(), remark.as_bytes());
    None
}
