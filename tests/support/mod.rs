//! What the tests that go through the real program share.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

/// Runs diegolint in a folder, without colour. What goes to no terminal is a hundred columns wide.
pub fn diegolint(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::cargo_bin("diegolint").expect("the program");
    for name in ["CLICOLOR", "CLICOLOR_FORCE", "FORCE_HYPERLINK"] {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1");
    command.current_dir(dir).args(args);
    command.output().expect("it runs")
}

/// What it printed.
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
