//! This repository as whoever clones it has it, with what is not committed yet.

use std::fs;
use std::path::Path;

use super::repository::command;

/// Copies what git knows here, and what it would take, into a folder.
pub fn checkout(to: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut git = command(root);
    git.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let output = git.output().expect("git runs");
    assert!(output.status.success(), "no repository: {output:?}");
    let names = String::from_utf8(output.stdout).expect("names in UTF-8");
    for name in names.split_terminator('\0') {
        let (from, to) = (root.join(name), to.join(name));
        // What is deleted is known until that is committed.
        if from.exists() {
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            fs::copy(from, to).expect("a copy");
        }
    }
}
