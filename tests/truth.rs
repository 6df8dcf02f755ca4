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
use serde_json::Value;

#[path = "truth/accounts.rs"]
mod accounts;
#[path = "truth/answers.rs"]
mod answers;
#[path = "truth/as_tried.rs"]
mod as_tried;
#[path = "truth/change_after_volume.rs"]
mod change_after_volume;
#[path = "truth/cloud_foundry.rs"]
mod cloud_foundry;
#[path = "truth/daemonizes.rs"]
mod daemonizes;
#[path = "truth/defaults.rs"]
mod defaults;
#[path = "truth/endings.rs"]
mod endings;
#[path = "truth/environment_too_large.rs"]
mod environment_too_large;
#[path = "truth/exposed.rs"]
mod exposed;
#[path = "truth/file_capability.rs"]
mod file_capability;
#[path = "truth/hidden_path.rs"]
mod hidden_path;
#[path = "truth/ignored_instruction.rs"]
mod ignored_instruction;
#[path = "truth/ignores.rs"]
mod ignores;
#[path = "truth/image_reference.rs"]
mod image_reference;
#[path = "truth/keeping.rs"]
mod keeping;
#[path = "truth/lattice.rs"]
mod lattice;
#[path = "truth/listening.rs"]
mod listening;
#[path = "truth/log_file.rs"]
mod log_file;
#[path = "truth/many_ports.rs"]
mod many_ports;
#[path = "truth/no_shell.rs"]
mod no_shell;
#[path = "truth/openshift.rs"]
mod openshift;
#[path = "truth/other_ports.rs"]
mod other_ports;
#[path = "truth/packages.rs"]
mod packages;
#[path = "truth/paths.rs"]
mod paths;
#[path = "truth/plain.rs"]
mod plain;
#[path = "truth/platform.rs"]
mod platform;
#[path = "truth/platform_variable.rs"]
mod platform_variable;
#[path = "truth/printing.rs"]
mod printing;
#[path = "truth/raises_limit.rs"]
mod raises_limit;
#[path = "truth/reached.rs"]
mod reached;
#[path = "truth/reopens_stdout.rs"]
mod reopens_stdout;
#[path = "truth/root.rs"]
mod root;
#[path = "truth/root_home.rs"]
mod root_home;
#[path = "truth/runners.rs"]
mod runners;
#[path = "truth/runs_as_root.rs"]
mod runs_as_root;
#[path = "truth/setuid_program.rs"]
mod setuid_program;
#[path = "truth/signals_not_forwarded.rs"]
mod signals_not_forwarded;
#[path = "truth/trees.rs"]
mod trees;
#[path = "truth/unknown_user.rs"]
mod unknown_user;
#[path = "truth/unreadable_path.rs"]
mod unreadable_path;
#[path = "truth/untagged_base.rs"]
mod untagged_base;
#[path = "truth/vcap_account.rs"]
mod vcap_account;
#[path = "truth/wipes_tmp.rs"]
mod wipes_tmp;
#[path = "truth/writing.rs"]
mod writing;

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

/// The targets that cases are for where nothing else is said: the default.
const DEFAULT: &[&str] = &[];

/// What a command of diegolint says of a folder; `options` choose the target.
fn said(command: &str, options: &[&str], folder: &Path) -> Value {
    let output = Command::cargo_bin("diegolint")
        .expect("the program")
        .current_dir(folder)
        .args([command, "--format", "json", "."])
        .args(options)
        .output()
        .expect("it runs");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The elements of an array.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The steps that fail and of which no rule says anything, though the start needs them: what fails on
/// purpose, only with a variable, or for want of what failed before, is nobody's to mend.
fn unsaid(options: &[&str], folder: &Path) -> Vec<String> {
    let check = said("check", options, folder);
    let trace = said("trace", options, folder);
    let findings = list(&check["findings"]);
    let place = |location: &Value| (location["path"].clone(), location["line"].clone());
    let steps = list(&trace["images"]).iter();
    let steps = steps.flat_map(|image| list(&image["steps"]));
    let unsaid = steps.filter(|step| {
        let why = step["why"].as_str().unwrap_or_default();
        let given = !list(&step["given"]).is_empty();
        let follows = why.contains("what was to make it");
        if step["fails"] != true || step["tolerated"] == true || given || follows {
            return false;
        }
        // What `"$@"` hands on is found where it was written.
        let word = step["argv"][0].as_str().unwrap_or_default();
        let handed_on = !is_written(folder, &step["location"], word);
        let ports = ["wrong-port", "privileged-port", "loopback-bind"];
        !findings.iter().any(|finding| {
            let places = list(&finding["related"]).iter().map(|r| &r["location"]);
            let mut places = places.chain([&finding["location"]]);
            let rule = finding["rule"].as_str().unwrap_or_default();
            let port = step["effect"]["kind"] == "listen" && ports.contains(&rule);
            port || places.any(|location| {
                place(location) == place(&step["location"])
                    || handed_on && is_written(folder, location, word)
            })
        })
    });
    unsaid
        .map(|step| format!("{}: {}", step["location"]["line"], step["why"]))
        .collect()
}

/// Whether a word begins where a finding is.
fn is_written(folder: &Path, location: &Value, word: &str) -> bool {
    let path = folder.join(location["path"].as_str().unwrap_or_default());
    let text = fs::read_to_string(path).unwrap_or_default();
    let start = location["start"].as_u64().unwrap_or_default() as usize;
    let end = location["end"].as_u64().unwrap_or_default() as usize;
    let there = text.get(start..end).unwrap_or_default();
    !word.is_empty() && there.trim_matches(['"', '\'']) == word
}

/// What diegolint finds in a folder: rule, file, line and severity.
fn found(options: &[&str], folder: &Path, rules: &[&str]) -> Vec<(String, String, u64, String)> {
    let json = said("check", options, folder);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = list(&json["findings"]);
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
    check_on(DEFAULT, rules, cases);
}

/// The same on another target: `["--target", "cf"]`.
fn check_on(options: &[&str], rules: &[&str], cases: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (name, case) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let marks = write(folder.path(), case);
        let found = found(options, folder.path(), rules);
        for step in unsaid(options, folder.path()) {
            wrong += &format!("{name}: no rule says what fails at {step}\n");
        }
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

/// The Dockerfile that `fix` makes of one, with these options; another run changes nothing.
fn fixed(options: &[&str], dockerfile: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("Dockerfile");
    fs::write(&path, dockerfile).expect("a file");
    let fix = || {
        Command::cargo_bin("diegolint")
            .expect("the program")
            .current_dir(folder.path())
            .args(["fix", "--style", "remove", "."])
            .args(options)
            .output()
            .expect("it runs");
        fs::read_to_string(&path).expect("a file")
    };
    let first = fix();
    assert_eq!(fix(), first);
    first
}

/// Whatever fails in the trace of a fixture is said by a rule.
#[test]
fn what_fails_is_found() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = |path: &Path| -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(path).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths.filter(|path| path.is_dir()).collect()
    };
    let contexts = folders(&fixtures).into_iter().flat_map(|f| folders(&f));
    let mut seen = 0;
    for context in contexts.filter(|f| f.extension().is_none_or(|end| end != "expected")) {
        seen += 1;
        assert_eq!(unsaid(DEFAULT, &context), [""; 0], "{}", context.display());
    }
    assert!(seen > 20);
}
