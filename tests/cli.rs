//! The command line, through the real program: what it takes, what it prints where, and its status.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// Runs diegolint in a folder, with nothing on the standard input.
fn diegolint(dir: &Path, args: &[&str]) -> Output {
    with_input(dir, args, "")
}

fn with_input(dir: &Path, args: &[&str], input: &str) -> Output {
    let mut command = Command::cargo_bin("diegolint").expect("the program");
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_HYPERLINK"] {
        command.env_remove(name);
    }
    command.current_dir(dir).args(args).write_stdin(input);
    command.output().expect("it runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
    }
    dir
}

/// Nothing in it is amiss on any target.
const GOOD: &[u8] = b"FROM scratch\n";

#[test]
fn wrong_usage_is_status_2_with_a_word_of_help() {
    let dir = folder(&[("Dockerfile", GOOD)]);
    for (args, says) in [
        (&["chekc"][..], "check"),
        (&["check", "--format", "xml"], "text, concise, json, jsonl"),
        (
            &["check", "--fail-on", "always"],
            "error, warning, note, never",
        ),
        (&["check", "--target", "heroku"], "diego-2015"),
        (&["check", "--color", "blue"], "auto, always, never"),
        (&["fix", "--diff", "--output", "out"], "--output"),
        (&["fix", "--style", "shout"], "comment, remove, guard"),
        (
            &["fix", "--rule", "no-such-rule"],
            "no-such-rule: no such rule",
        ),
        (&["fix", "--output", "out", ".", "Dockerfile"], "one PATH"),
        (&["explain", "no-such-rule"], "no-such-rule: no such rule"),
        (&["check", "--target", "nowhere", "."], "nowhere"),
        (&["check", "--set", "allow-root", "."], "OPTION=VALUE"),
        (
            &["check", "--set", "allow-root=false", "."],
            "diego-2015 has no options, so no allow-root",
        ),
        (
            &["fix", "--target", "cf", "--set", "allow-root=no", "."],
            "allow-root of cf cannot be no, only true, false",
        ),
        (&["check", "--shard", "3/2"], "I from 1 to N"),
        (&["check", "--update-baseline"], "--baseline"),
        (
            &["check", "--baseline", "none.json", "."],
            "none.json: no such file",
        ),
        (&["merge"], "<REPORT>"),
        (&["merge", "none.json"], "none.json: no such file"),
        (
            &["check", "--config", "none.toml", "."],
            "none.toml: no such file",
        ),
        (&["targets", "nowhere"], "nowhere"),
        (&["targets", "--set", "allow-root=false"], "TARGET"),
        (&["explain"], "<RULE>"),
        (&["parse"], "<FILE>"),
    ] {
        let output = diegolint(dir.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert_eq!(stdout(&output), "", "{args:?}");
        assert!(
            stderr(&output).contains(says),
            "{args:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn help_and_version_are_no_failure() {
    let dir = folder(&[]);
    let output = diegolint(dir.path(), &["--help"]);
    assert_eq!(output.status.code(), Some(0));
    for word in [
        "check", "fix", "trace", "explain", "rules", "targets", "parse",
    ] {
        assert!(stdout(&output).contains(word), "{word}");
    }
    let output = diegolint(dir.path(), &["--version"]);
    assert_eq!(
        stdout(&output),
        format!("diegolint {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn a_finding_says_on_which_of_several_targets_it_holds() {
    let dockerfile = b"FROM debian:bookworm-slim\nRUN useradd keeper\nUSER keeper\n\
        COPY start.sh /start.sh\nCMD [\"/start.sh\"]\n";
    let script = b"#!/bin/sh\nset -e\nchown keeper /data\nexec sleep 1\n";
    let dir = folder(&[("Dockerfile", dockerfile), ("start.sh", script)]);
    let targets = ["--target", "diego-2015", "--target", "cf", "--target", "cf"];
    let args = |format| [&["check"], &targets[..], &["--format", format, "."]].concat();
    let report = stdout(&diegolint(dir.path(), &args("json")));
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["targets"], serde_json::json!(["diego-2015", "cf"]));
    let on = |rule: &str| {
        let findings = report["findings"].as_array().expect("a list").iter();
        let mut findings = findings.filter(|finding| finding["rule"] == rule);
        findings.next().map(|finding| finding["targets"].clone())
    };
    assert_eq!(
        on("user-instruction"),
        Some(serde_json::json!(["diego-2015"]))
    );
    assert!(on("runtime-chown").is_some());
    let text = stdout(&diegolint(dir.path(), &args("text")));
    assert!(text.contains("on: diego-2015"), "{text}");
    assert!(text.contains("on: cf"), "{text}");
    let alone = stdout(&diegolint(dir.path(), &["check", "."]));
    assert!(!alone.contains("on: diego-2015"), "{alone}");
}

#[test]
fn a_target_is_printed_in_words_with_its_options() {
    let dir = folder(&[]);
    let list = stdout(&diegolint(dir.path(), &["targets"]));
    for word in [
        "diego-2015",
        "cf",
        "lattice",
        "openshift",
        "--set allow-root=true|false",
    ] {
        assert!(list.contains(word), "{word}: {list}");
    }
    let words = |args: &[&str]| {
        let text = stdout(&diegolint(dir.path(), args));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let contract = words(&["targets", "cf"]);
    for sentence in [
        "The process is the image's USER, and root where it has none.",
        "The lowest TCP port of EXPOSE counts, the base's included, and 8080 where there is none.",
        "Port 61443: the proxy before the container; a process that wants it is not started.",
        "SIGTERM asks it to stop, and 10 seconds later it is killed.",
        "source: ",
    ] {
        assert!(contract.contains(sentence), "{sentence}: {contract}");
    }
    let chosen = words(&["targets", "cf", "--set", "allow-root=false"]);
    assert!(chosen.contains("It may not be root"), "{chosen}");
}

#[test]
fn a_manifest_that_is_no_yaml_is_one_line_with_its_place() {
    let dir = folder(&[
        ("Dockerfile", GOOD),
        ("manifest.yml", b"applications:\n- name: \"a\n"),
    ]);
    let output = diegolint(dir.path(), &["check", "--target", "cf", "."]);
    assert_eq!(output.status.code(), Some(2));
    let text = stderr(&output);
    assert!(text.starts_with("error: manifest.yml:"), "{text}");
    // Where the target reads none, it is no matter.
    let output = diegolint(dir.path(), &["check", "."]);
    assert_eq!(stderr(&output), "");
}

#[test]
fn an_input_that_cannot_be_read_is_one_line_and_status_2() {
    let dir = folder(&[
        ("empty/Dockerfile", b""),
        ("binary/Dockerfile", b"FROM a\n\x00\x01"),
        ("latin/Dockerfile", b"FROM a\n# caf\xe9\n"),
        ("folder/Dockerfile/x", b""),
        ("ignore/Dockerfile", GOOD),
        ("ignore/.dockerignore", b"a\n[b\n"),
        ("none/readme", b""),
    ]);
    for (path, line) in [
        ("empty", "empty/Dockerfile: an empty Dockerfile"),
        ("binary/Dockerfile", "binary/Dockerfile:2:1: a binary file"),
        ("latin", "latin/Dockerfile:2:6: not UTF-8: the byte 0xE9"),
        (
            "ignore",
            "ignore/.dockerignore:2:1: the pattern `[b` is not valid",
        ),
        ("none", "none: no Dockerfile in this folder or below it"),
        ("folder", "folder: no Dockerfile in this folder or below it"),
        ("nowhere", "nowhere: no such file or folder"),
    ] {
        for command in ["check", "trace", "fix"] {
            let output = diegolint(dir.path(), &[command, path]);
            let text = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{command} {path}");
            let errors: Vec<_> = text.lines().filter(|l| l.starts_with("error: ")).collect();
            assert_eq!(errors.len(), 1, "{command} {path}: {text}");
            assert!(errors[0].contains(line), "{command} {path}: {text}");
        }
    }
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let dir = folder(&[
        ("a/Dockerfile", GOOD),
        ("b/Dockerfile", b""),
        ("c/Dockerfile", GOOD),
    ]);
    let output = diegolint(
        dir.path(),
        &["check", "--format", "json", "--fail-on", "never", "."],
    );
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output),
        "error: b/Dockerfile: an empty Dockerfile\n"
    );
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["summary"]["files"], 2);
    let output = diegolint(dir.path(), &["check", "nowhere", "c", "b"]);
    assert_eq!(
        stderr(&output),
        "error: nowhere: no such file or folder\nerror: b/Dockerfile: an empty Dockerfile\n"
    );
    assert!(stdout(&output).contains("1 file: "), "{}", stdout(&output));
}

#[test]
fn paths_that_overlap_are_judged_once() {
    let dir = folder(&[("a/Dockerfile", GOOD), ("a/Dockerfile.web", GOOD)]);
    let args = [
        "check",
        "--format",
        "json",
        ".",
        "a",
        "./a/Dockerfile",
        "a/../a",
    ];
    let output = diegolint(dir.path(), &args);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["summary"]["files"], 2);
}

#[test]
fn a_dockerfile_can_come_from_the_standard_input() {
    let dir = folder(&[("start.sh", b"#!/bin/sh\n")]);
    let args = ["check", "--format", "json", "--fail-on", "never", "-"];
    let output = with_input(dir.path(), &args, "FROM scratch\n");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = with_input(dir.path(), &["check", "-"], "\n");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stderr(&output), "error: -: an empty Dockerfile\n");
    let output = with_input(dir.path(), &["check", "-f", "-", "."], "FROM \0");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("error: -:1:6: a binary file"));
}

#[test]
fn a_fixed_dockerfile_goes_from_the_standard_input_to_the_standard_output() {
    let dir = folder(&[]);
    let text = "FROM scratch\n# \u{e9} stays\r\n";
    let output = with_input(dir.path(), &["fix", "--rule"], text);
    assert_eq!(output.status.code(), Some(2), "--rule needs a name");
    let output = with_input(dir.path(), &["fix", "-"], text);
    assert_eq!(
        output.status.code().filter(|code| *code < 2),
        output.status.code()
    );
    assert!(
        stdout(&output).contains("# \u{e9} stays\r\n"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_dockerfile_can_be_named_for_a_folder() {
    let dir = folder(&[("ctx/start.sh", b""), ("files/Own", GOOD), ("ctx/In", GOOD)]);
    for (file, status) in [("files/Own", 0), ("In", 0), ("none", 2)] {
        let args = ["check", "--fail-on", "never", "-f", file, "ctx"];
        let output = diegolint(dir.path(), &args);
        assert_eq!(
            output.status.code(),
            Some(status),
            "{file}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn the_output_is_coloured_when_asked_for() {
    let dir = folder(&[("Dockerfile", GOOD)]);
    let colored = |args: &[&str], variable: Option<&str>| {
        let mut command = Command::cargo_bin("diegolint").expect("the program");
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command.current_dir(dir.path()).arg("check").args(args);
        if let Some(name) = variable {
            command.env(name, "1");
        }
        stdout(&command.output().expect("it runs")).contains('\x1b')
    };
    // The standard output of a test is no terminal.
    assert!(!colored(&[], None));
    assert!(colored(&["--color", "always"], None));
    assert!(colored(&["--color=always"], Some("NO_COLOR")));
    assert!(colored(&[], Some("CLICOLOR_FORCE")));
    assert!(!colored(&["--color=never"], Some("CLICOLOR_FORCE")));
    assert!(!colored(&["--format=json"], Some("CLICOLOR_FORCE")));
}

#[cfg(unix)]
#[test]
fn nobody_has_to_read_to_the_end() {
    use std::process::{Command, Stdio};
    let many: String = "RUN true\n".repeat(20_000);
    let dir = folder(&[("Dockerfile", format!("FROM scratch\n{many}").as_bytes())]);
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("diegolint"))
        .args(["parse", "Dockerfile"])
        .current_dir(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
