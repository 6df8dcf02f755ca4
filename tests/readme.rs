//! The README shows what the program prints.
//!
//! `UPDATE_EXPECTED=1 cargo test --test readme` puts it there.

mod support;

use std::fs;
use std::path::Path;

use support::{diegolint, stdout};

const BEGIN: &str = "<!-- output: cargo run -q -- ";
const END: &str = "```\n<!-- end of output -->";

/// The README with each block of output as the program prints it now.
fn with_output(readme: &str, root: &Path) -> String {
    let mut parts = readme.split(BEGIN);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (command, rest) = part.split_once(" -->\n").expect("a command");
        let (fence, rest) = rest.split_once('\n').expect("a fence");
        let (_, rest) = rest.split_once(END).expect("the end of the output");
        let args: Vec<&str> = command.split(' ').collect();
        let output = stdout(&diegolint(root, &args));
        assert!(!output.is_empty(), "{command} prints nothing");
        text += &format!("{BEGIN}{command} -->\n{fence}\n{output}{END}{rest}");
    }
    text
}

#[test]
fn the_output_in_the_readme_is_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).expect("the README");
    let expected = with_output(&readme, root);
    assert!(readme.matches(BEGIN).count() > 1, "nothing to compare");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, expected).expect("the README is written");
        return;
    }
    let diff = similar::TextDiff::from_lines(&readme, &expected);
    let diff = diff.unified_diff().to_string();
    assert!(diff.is_empty(), "{diff}");
}
