//! Contexts on disk, for tests: their files, and what is found in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use crate::support::diegolint;

/// What the program complained of.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What `check` finds in a folder, as the JSON has them; `options` choose the target.
pub fn findings(dir: &Path, options: &[&str]) -> Vec<serde_json::Value> {
    let words = [&["check", "--format", "json", "."], options].concat();
    let output = diegolint(dir, &words);
    let mut report: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let findings = report["findings"].as_array_mut().expect("a list");
    std::mem::take(findings)
}

/// The files of a folder by their paths in it, with whether they are executable.
pub type Tree = BTreeMap<String, (bool, Vec<u8>)>;

/// Reads a folder; an empty tree if it is not there.
pub fn read_tree(root: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).expect("below it");
            let mode = fs::metadata(&path).expect("a file").permissions().mode();
            let bytes = fs::read(&path).expect("a file");
            tree.insert(name.display().to_string(), (mode & 0o111 != 0, bytes));
        }
    }
    tree
}

/// Writes the files of a tree into a folder.
pub fn write_tree(root: &Path, tree: &Tree) {
    for (name, (executable, bytes)) in tree {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        let mode = if *executable { 0o755 } else { 0o644 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
    }
}

/// How the second tree differs from the first, for whoever reads a failed test; empty if not.
pub fn difference(expected: &Tree, actual: &Tree) -> String {
    let mut report = String::new();
    let absent = (false, Vec::new());
    let names: BTreeSet<_> = expected.keys().chain(actual.keys()).collect();
    for name in names {
        let old = expected.get(name);
        let new = actual.get(name);
        if old == new {
            continue;
        }
        let note = match (old, new) {
            (None, _) => " (not expected)",
            (_, None) => " (missing)",
            (Some(old), Some(new)) if old.0 != new.0 => " (another mode)",
            _ => "",
        };
        let text = |side: Option<&(bool, Vec<u8>)>| {
            let (_, bytes) = side.unwrap_or(&absent);
            String::from_utf8_lossy(bytes).replace('\r', "\u{240d}")
        };
        let (old, new) = (text(old), text(new));
        let diff = similar::TextDiff::from_lines(&old, &new);
        let mut diff = diff.unified_diff();
        let diff = diff.header("expected", "what diegolint makes");
        report.push_str(&format!("{name}{note}\n{diff}\n"));
    }
    report
}
