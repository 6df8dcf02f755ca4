//! What is found in contexts that are written in the manner of real ones: exactly what is marked.
//!
//! A case is a context as text: `--- NAME` begins a file, `--- NAME 644` one of another mode than 755.
//! `«rule»` at the end of a line says that the rule finds something there, `«rule:note»` how severe
//! it is; the marks are not part of the file. Everything else that is found is a false alarm.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use assert_cmd::Command;

#[path = "truth/defaults.rs"]
mod defaults;
#[path = "truth/paths.rs"]
mod paths;
#[path = "truth/root.rs"]
mod root;
#[path = "truth/runners.rs"]
mod runners;

/// A rule, a file, a line, and how severe it is, where that is said.
type Mark = (String, String, u64, Option<String>);

/// Writes a case to a folder, and gives its marks.
fn write(folder: &Path, case: &str) -> BTreeSet<Mark> {
    let mut marks = BTreeSet::new();
    let mut file: Option<(&str, u32, Vec<String>)> = None;
    let mut flush = |file: Option<(&str, u32, Vec<String>)>| {
        let Some((name, mode, lines)) = file else {
            return;
        };
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        let mut text = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let (line, marked) = line.split_once('«').unwrap_or((line, ""));
            for mark in marked.trim_end_matches('»').split_whitespace() {
                let (rule, severity) = match mark.split_once(':') {
                    Some((rule, severity)) => (rule, Some(severity.to_owned())),
                    None => (mark, None),
                };
                let line = number as u64 + 1;
                marks.insert((rule.to_owned(), name.to_owned(), line, severity));
            }
            text.push(line.trim_end_matches(' '));
        }
        fs::write(&path, text.join("\n") + "\n").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
    };
    for line in case.lines() {
        if let Some(head) = line.strip_prefix("--- ") {
            flush(file.take());
            let (name, mode) = head.split_once(' ').unwrap_or((head, "755"));
            let mode = u32::from_str_radix(mode, 8).expect("a mode");
            file = Some((name, mode, Vec::new()));
        } else if let Some((.., lines)) = &mut file {
            lines.push(line.to_owned());
        }
    }
    flush(file);
    marks
}

/// What diegolint finds in a folder: rule, file, line and severity.
fn found(folder: &Path, rules: &[&str]) -> Vec<(String, String, u64, String)> {
    let mut command = Command::cargo_bin("diegolint").expect("the program");
    let output = command
        .current_dir(folder)
        .args(["check", "--format", "json", "."])
        .output()
        .expect("it runs");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let findings = json["findings"].as_array().cloned().unwrap_or_default();
    let findings = findings.iter().map(|finding| {
        let place = &finding["location"];
        (
            text(&finding["rule"]),
            text(&place["path"]),
            place["line"].as_u64().unwrap_or_default(),
            text(&finding["severity"]),
        )
    });
    findings
        .filter(|(rule, ..)| rules.is_empty() || rules.contains(&rule.as_str()))
        .collect()
}

/// Checks cases; with `rules`, only what these find counts.
fn check(rules: &[&str], cases: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (name, case) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let marks = write(folder.path(), case);
        let found = found(folder.path(), rules);
        for (rule, file, line, severity) in &found {
            let meant = marks.iter().any(|mark| {
                (&mark.0, &mark.1, &mark.2) == (rule, file, line)
                    && mark.3.as_ref().is_none_or(|meant| meant == severity)
            });
            if !meant {
                wrong +=
                    &format!("{name}: {rule} at {file}:{line} ({severity}) is a false alarm\n");
            }
        }
        for (rule, file, line, severity) in &marks {
            let there = found
                .iter()
                .any(|f| (&f.0, &f.1, &f.2) == (rule, file, line));
            if !there {
                wrong += &format!("{name}: {rule} at {file}:{line} ({severity:?}) is missed\n");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
