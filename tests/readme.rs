//! The README and the pages in `docs/` show what the program prints.
//!
//! `UPDATE_EXPECTED=1 cargo test --test readme` puts it there.

mod support;

use std::fs;
use std::path::Path;

use support::{diegolint, stdout};

const BEGIN: &str = "<!-- output: cargo run -q -- ";
const END: &str = "```\n<!-- end of output -->";

/// A page with each block of output as the program prints it now.
fn with_output(page: &str, root: &Path) -> String {
    let mut parts = page.split(BEGIN);
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

fn holds(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join(name);
    let page = fs::read_to_string(&path).expect("the page");
    let expected = with_output(&page, root);
    assert!(page.matches(BEGIN).count() > 1, "nothing to compare");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, expected).expect("the page is written");
        return;
    }
    let diff = similar::TextDiff::from_lines(&page, &expected);
    let diff = diff.unified_diff().to_string();
    assert!(diff.is_empty(), "{diff}");
}

#[test]
fn the_output_in_the_readme_is_real() {
    holds("README.md");
}

#[test]
fn the_output_on_the_page_about_traces_is_real() {
    holds("docs/trace.md");
}
