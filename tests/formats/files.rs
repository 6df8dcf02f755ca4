//! `--output-file`: where reports go, and what becomes of the files there.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::support::{diegolint, stdout};

const BAD: &str = "FROM debian:wheezy\nUSER nobody\nEXPOSE 80\nCMD [\"nginx\"]\n";

fn folder() -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("Dockerfile"), BAD).expect("a file");
    dir
}

fn read(dir: &TempDir, name: &str) -> String {
    fs::read_to_string(dir.path().join(name)).expect("a file")
}

/// What is in the folder, hidden files among it.
fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into()).collect();
    names.sort();
    names
}

/// Runs `check` and gives the status and both streams.
fn check(dir: &TempDir, args: &[&str]) -> (Option<i32>, String, String) {
    let output = diegolint(dir.path(), &[&["check"], args].concat());
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), stdout(&output), stderr)
}

#[test]
fn a_file_takes_the_place_of_the_standard_output() {
    let dir = folder();
    let (_, text, _) = check(&dir, &["--color", "always", "--output-file", "report"]);
    assert_eq!(text, "");
    let (status, text, _) = check(&dir, &["--color", "never"]);
    assert_eq!(read(&dir, "report"), text);
    assert_eq!(status, Some(1));
    let (_, text, _) = check(&dir, &["--format", "sarif", "--output-file=report"]);
    assert_eq!(text, "");
    assert!(read(&dir, "report").contains("\"version\": \"2.1.0\""));
    assert_eq!(names(dir.path()), ["Dockerfile", "report"]);
}

#[test]
fn a_file_with_a_format_is_one_more_report() {
    let dir = folder();
    let args = ["--output-file=junit=a.xml", "--output-file=jsonl=b=c"];
    let (status, text, stderr) = check(&dir, &args);
    assert_eq!((status, stderr.as_str()), (Some(1), ""));
    assert!(text.contains("1 file: "), "{text}");
    assert!(read(&dir, "a.xml").starts_with("<?xml"));
    assert!(read(&dir, "b=c").starts_with("{\"type\":\"finding\""));
    // What is no format is a part of the name.
    check(&dir, &["--output-file=x=y"]);
    assert_eq!(read(&dir, "x=y"), text);
}

#[test]
fn two_reports_for_one_file_are_refused() {
    let dir = folder();
    fs::create_dir(dir.path().join("sub")).expect("a folder");
    for other in ["./a", "sub/../a"] {
        let other = format!("--output-file=json={other}");
        let (status, text, stderr) = check(&dir, &["--output-file=sarif=a", &other]);
        assert_eq!((status, text.as_str()), (Some(2), ""));
        assert!(
            stderr.contains("a: two reports cannot go to one file"),
            "{stderr}"
        );
    }
    assert_eq!(names(dir.path()), ["Dockerfile", "sub"]);
}

#[test]
fn what_cannot_be_written_is_a_problem_and_the_rest_is_written() {
    let dir = folder();
    fs::create_dir(dir.path().join("sub")).expect("a folder");
    let args = [
        "--output-file=json=none/a",
        "--output-file=json=sub",
        "--output-file=json=b",
    ];
    let (status, text, stderr) = check(&dir, &args);
    assert_eq!(status, Some(2));
    assert_eq!(
        stderr,
        "error: none/a: there is no such folder to write it to\nerror: sub: a folder, not a file\n"
    );
    assert!(text.contains("1 file: "), "{text}");
    // It is no problem of what was checked.
    assert!(read(&dir, "b").contains("\"problems\": []"));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_file_keeps_its_mode_and_a_link_is_followed() {
        let dir = folder();
        let mode = |name: &str| {
            let metadata = fs::metadata(dir.path().join(name)).expect("a file");
            metadata.permissions().mode() & 0o777
        };
        fs::write(dir.path().join("old"), "old").expect("a file");
        let permissions = fs::Permissions::from_mode(0o640);
        fs::set_permissions(dir.path().join("old"), permissions).expect("a mode");
        symlink("old", dir.path().join("link")).expect("a link");
        symlink("new", dir.path().join("loose")).expect("a link");
        let args = ["--output-file=json=link", "--output-file=json=loose"];
        let (status, _, stderr) = check(&dir, &args);
        assert_eq!((status, stderr.as_str()), (Some(1), ""));
        assert_eq!(mode("old"), 0o640);
        assert_eq!(read(&dir, "old"), read(&dir, "new"));
        // As the umask of who runs it says, and so as any file that is made here.
        fs::write(dir.path().join("plain"), "").expect("a file");
        assert_eq!(mode("new"), mode("plain"));
        assert!(dir.path().join("link").is_symlink());
    }

    #[test]
    fn a_file_that_is_read_only_stays() {
        let dir = folder();
        let path = dir.path().join("old");
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("a mode");
        let (status, _, stderr) = check(&dir, &["--output-file=old"]);
        assert_eq!(status, Some(2));
        assert_eq!(stderr, "error: old: the file is read-only\n");
        assert_eq!(read(&dir, "old"), "old");
    }

    #[test]
    fn streams_and_pipes_take_a_report_as_it_comes() {
        let dir = folder();
        let (_, text, _) = check(&dir, &["--output-file=/dev/stdout"]);
        assert_eq!(text, check(&dir, &[]).1);
        let (_, both, _) = check(&dir, &["--output-file=github=/dev/stdout"]);
        assert!(
            both.starts_with(&text) && both.contains("\n::warning "),
            "{both}"
        );
        let (_, numbered, stderr) = check(&dir, &["--output-file=/dev/fd/1"]);
        assert_eq!((numbered, stderr), (text.clone(), String::new()));
        let (_, _, stderr) = check(&dir, &["--output-file=jsonl=/dev/stderr"]);
        assert!(stderr.starts_with("{\"type\":"), "{stderr}");

        let pipe = dir.path().join("pipe");
        let made = Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo runs").success());
        let reader = Command::new("cat")
            .arg(&pipe)
            .stdout(Stdio::piped())
            .spawn()
            .expect("cat runs");
        let (status, _, stderr) = check(&dir, &["--output-file=pipe"]);
        assert_eq!((status, stderr.as_str()), (Some(1), ""));
        let read = reader.wait_with_output().expect("it ends");
        assert_eq!(stdout(&read), text);
    }
}
