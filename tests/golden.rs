//! What diegolint finds in each context under `fixtures`, and what it makes of it in each style, is
//! what lies beside the context in `<version>.expected`.
//!
//! Reports for people are in `tests/snapshots`.
//!
//! `UPDATE_EXPECTED=1 cargo test --test golden` writes the results anew, and
//! `INSTA_UPDATE=always` the reports. Read them before you commit them, as whoever maintains the
//! image would.

#[path = "support/contexts.rs"]
mod contexts;
#[path = "support/shells.rs"]
mod shells;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use contexts::{Tree, difference, findings, read_tree, stderr, write_tree};
use serde_json::{Value, json};
use shells::is_taken_by;
use support::{diegolint, stdout};

const STYLES: &[&str] = &["comment", "remove", "guard"];

/// The contexts: `fixtures/<image>/<version>`.
fn contexts() -> Vec<PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut contexts: Vec<PathBuf> = folders(&fixtures).iter().flat_map(|f| folders(f)).collect();
    contexts.retain(|folder| folder.extension().is_none_or(|end| end != "expected"));
    contexts.sort();
    assert!(contexts.len() > 20, "{contexts:?}");
    contexts
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.is_dir()).collect()
}

/// What of a finding is compared: not what follows from its place, nor how it is put at length.
fn in_short(findings: &[Value]) -> Vec<Value> {
    let short = |finding: &Value| {
        json!({
            "rule": finding["rule"],
            "severity": finding["severity"],
            "certainty": finding["certainty"],
            "path": finding["location"]["path"],
            "line": finding["location"]["line"],
            "message": finding["message"],
        })
    };
    findings.iter().map(short).collect()
}

/// The status that findings of these severities lead to.
fn status(findings: &[Value]) -> i32 {
    i32::from(findings.iter().any(|finding| finding["severity"] != "note"))
}

/// One context through `check`, and through `fix` in each style. The result are the files of
/// `<version>.expected`: findings.json, and for each style the fixed context, if it changed.
fn results(context: &Path, wrong: &mut Vec<String>) -> Tree {
    let original = read_tree(context);
    let dir = tempfile::tempdir().expect("a folder");
    write_tree(dir.path(), &original);
    let found = findings(dir.path(), &[]);
    let check = diegolint(dir.path(), &["check", "."]);
    let what = context.display().to_string();
    let mut require = |holds: bool, what: String| {
        if !holds {
            wrong.push(what);
        }
    };
    require(
        check.status.code() == Some(status(&found)),
        format!("{what}: status"),
    );
    require(
        stderr(&check).is_empty(),
        format!("{what}: {}", stderr(&check)),
    );
    require(
        read_tree(dir.path()) == original,
        format!("{what}: check wrote"),
    );

    let mut left = BTreeMap::new();
    let mut results = Tree::new();
    for style in STYLES {
        let (fixed, findings) = fixed(&original, style, &format!("{what}, {style}"), wrong);
        left.insert(*style, in_short(&findings));
        if fixed != original {
            let files = fixed.into_iter();
            results.extend(files.map(|(name, file)| (format!("{style}/{name}"), file)));
        }
    }
    let report = json!({ "found": in_short(&found), "left": left });
    let mut report = serde_json::to_vec_pretty(&report).expect("JSON");
    report.push(b'\n');
    results.insert("findings.json".to_owned(), (false, report));
    results
}

/// A context after `fix`, and what is still found in it.
fn fixed(original: &Tree, style: &str, what: &str, wrong: &mut Vec<String>) -> (Tree, Vec<Value>) {
    let mut require = |holds: bool, fault: &str| {
        if !holds {
            wrong.push(format!("{what}: {fault}"));
        }
    };
    let dir = tempfile::tempdir().expect("a folder");
    write_tree(dir.path(), original);
    let diff = diegolint(dir.path(), &["fix", "--style", style, "--diff", "."]);
    require(&read_tree(dir.path()) == original, "--diff wrote");
    let fix = diegolint(dir.path(), &["fix", "--style", style, "."]);
    let after = read_tree(dir.path());
    let changed = &after != original;
    let expected = Some(i32::from(changed));
    require(diff.status.code() == expected, "the status of --diff");
    require(stdout(&diff).is_empty() != changed, "what --diff shows");
    let left = findings(dir.path(), &[]);
    let expected = Some(status(&left));
    require(fix.status.code() == expected, "the status");

    let again = diegolint(dir.path(), &["fix", "--style", style, "."]);
    require(again.status.code() == expected, "the second status");
    let second = difference(&after, &read_tree(dir.path()));
    require(second.is_empty(), &format!("changed again: {second}"));

    for (name, (_, bytes)) in &after {
        let before = original.get(name).map(|(_, bytes)| bytes);
        if before != Some(bytes) && before.is_none_or(|before| accepted(before)) {
            require(accepted(bytes), &format!("a shell does not take {name}"));
        }
    }
    (after, left)
}

/// Whether the shell that a script names takes its grammar, as far as it is there to be asked.
fn accepted(script: &[u8]) -> bool {
    let first = script.split(|byte| *byte == b'\n').next();
    let first = String::from_utf8_lossy(first.unwrap_or_default());
    let Some(interpreter) = first.strip_prefix("#!") else {
        return true;
    };
    let shell = match interpreter.trim_end().rsplit(['/', ' ']).next() {
        Some("bash") => "bash",
        Some("sh" | "dash" | "ash") => "dash",
        _ => return true,
    };
    is_taken_by(shell, script)
}

#[test]
fn fixtures_come_out_as_expected() {
    let update = std::env::var_os("UPDATE_EXPECTED").is_some();
    let mut wrong = Vec::new();
    for context in contexts() {
        let results = results(&context, &mut wrong);
        let mut beside = context.clone().into_os_string();
        beside.push(".expected");
        let beside = PathBuf::from(beside);
        let difference = difference(&read_tree(&beside), &results);
        if difference.is_empty() {
            continue;
        }
        if update {
            if beside.exists() {
                fs::remove_dir_all(&beside).expect("the old results go");
            }
            write_tree(&beside, &results);
        } else {
            wrong.push(format!("{}: {difference}", beside.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_shell_is_asked_where_it_is_there() {
    let broken = b"#!/bin/bash\nif true; then\n";
    let is_there = Command::new("bash").arg("--version").output().is_ok();
    assert_eq!(accepted(broken), !is_there);
    assert!(accepted(b"#!/bin/sh\nexec \"$@\"\n"));
}

/// What people read, of a context.
fn printed(args: &[&str]) -> String {
    stdout(&diegolint(Path::new(env!("CARGO_MANIFEST_DIR")), args))
}

#[test]
fn check_redis() {
    insta::assert_snapshot!(printed(&["check", "fixtures/redis/3.0"]));
}

#[test]
fn trace_redis() {
    insta::assert_snapshot!(printed(&["trace", "fixtures/redis/3.0"]));
}

#[test]
fn trace_mongo() {
    insta::assert_snapshot!(printed(&["trace", "fixtures/mongo/3.0"]));
}

#[test]
fn trace_postgres() {
    insta::assert_snapshot!(printed(&["trace", "fixtures/postgres/16"]));
}

#[test]
fn trace_supervisor() {
    insta::assert_snapshot!(printed(&["trace", "fixtures/supervisor/1.0"]));
}
