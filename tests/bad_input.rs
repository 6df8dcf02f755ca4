//! What cannot be read, parsed or judged: one line that says where, status 2, nothing written, and
//! the other inputs are judged all the same. What can be judged is, however odd.

use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use assert_cmd::Command;
use tempfile::TempDir;

fn diegolint(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::cargo_bin("diegolint").expect("the program");
    command.current_dir(dir).args(args).write_stdin("");
    command.timeout(Duration::from_secs(60));
    command.output().expect("it runs")
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        if name.ends_with(".sh") {
            executable(&path);
        }
    }
    dir
}

#[cfg(unix)]
fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
}

#[cfg(not(unix))]
fn executable(_: &Path) {}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// There is something to fix in it.
const WRONG: &[u8] = b"FROM debian:12\nUSER www-data\nCMD [\"redis-server\"]\n";

#[test]
fn what_is_no_dockerfile_is_one_line_with_the_place_and_stays_as_it_is() {
    let long = format!("FROM debian\nRUN echo {}\n", "a".repeat(10_000_000));
    let table: [(&[u8], &str); 9] = [
        (
            b"FROM a\nRUN <<EOF\nchown x y\n",
            "2:5: unterminated heredoc",
        ),
        (
            b"FROM a\nFOO bar\nUSER 1\n",
            "2:1: unknown instruction: FOO",
        ),
        (b"\x7fELF\x01\0\0", "1:6: a binary file"),
        (
            b"FROM a\n# caf\xe9\nUSER 1\n",
            "2:6: not UTF-8: the byte 0xE9",
        ),
        (b"", " an empty Dockerfile"),
        (b"\xef\xbb\xbf \n", " an empty Dockerfile"),
        (b"# nothing\n", "1:1: file with no instructions"),
        (b"USER 1\n", "1:1: no build stage"),
        (long.as_bytes(), "2:1: dockerfile line greater than max"),
    ];
    for (bytes, says) in table {
        let dir = folder(&[("bad/Dockerfile", bytes), ("good/Dockerfile", WRONG)]);
        for command in ["check", "trace", "fix"] {
            let output = diegolint(dir.path(), &[command, "."]);
            let errors = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{command}: {errors}");
            let start = format!("error: bad/Dockerfile:{says}");
            assert!(errors.starts_with(&start), "{command}: {errors}");
            assert_eq!(errors.lines().count(), 1, "{command}: {errors}");
            let judged = text(&output.stdout).contains("good/Dockerfile");
            assert!(judged, "{command}: {}", text(&output.stdout));
        }
        let after = fs::read(dir.path().join("bad/Dockerfile")).expect("a file");
        assert!(after == bytes, "{says}");
        let good = fs::read(dir.path().join("good/Dockerfile")).expect("a file");
        assert!(good != WRONG, "{says}");
    }
}

#[test]
fn of_many_problems_of_one_file_the_first_is_said() {
    let text_of_a_page = format!("FROM a\n{}", "<p>\n".repeat(500));
    let dir = folder(&[("Dockerfile", text_of_a_page.as_bytes())]);
    let output = diegolint(dir.path(), &["check"]);
    let errors = text(&output.stderr);
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.starts_with("error: Dockerfile:2:1: "), "{errors}");
}

#[test]
fn a_folder_of_that_name_is_no_dockerfile() {
    let dir = folder(&[("Dockerfile/x", b"")]);
    for (path, says) in [("Dockerfile", "no Dockerfile"), (".", "no Dockerfile")] {
        let output = diegolint(dir.path(), &["check", path]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            text(&output.stderr).contains(says),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn a_wrong_ignore_file_is_a_problem_with_its_place() {
    let dir = folder(&[("Dockerfile", WRONG), (".dockerignore", b"a\n!\n")]);
    let output = diegolint(dir.path(), &["fix"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = text(&output.stderr);
    assert!(errors.starts_with("error: .dockerignore:2:1: "), "{errors}");
    assert_eq!(
        fs::read(dir.path().join("Dockerfile")).expect("a file"),
        WRONG
    );
}

#[test]
fn a_script_that_is_not_utf_8_keeps_its_bytes() {
    let script = b"#!/bin/sh\n# caf\xe9\nchown -R a /b\nexec gosu a \"$@\"\n";
    let dockerfile = b"FROM debian\nCOPY s.sh /\nENTRYPOINT [\"/s.sh\"]\nCMD [\"/bin/true\"]\n";
    let dir = folder(&[("Dockerfile", dockerfile), ("s.sh", script)]);
    let output = diegolint(dir.path(), &["fix"]);
    assert_ne!(output.status.code(), Some(2), "{}", text(&output.stderr));
    let after = fs::read(dir.path().join("s.sh")).expect("a file");
    assert!(after.starts_with(b"#!/bin/sh\n# caf\xe9\n"));
}

#[test]
fn scripts_that_never_end_and_text_that_nests_for_ever_are_judged() {
    let dockerfile = b"FROM debian\nCOPY a.sh b.sh /\nENTRYPOINT [\"/a.sh\"]\n";
    let substitutions = format!("echo {}id{}\n", "$(".repeat(5000), ")".repeat(5000));
    let open = format!("echo {}\n", "$(".repeat(5000));
    let conditions = format!("{}:\n{}", "if a; then\n".repeat(5000), "fi\n".repeat(5000));
    let long = format!("echo {}\n", "a".repeat(3_000_000));
    for (a, b) in [
        (". /b.sh\n", ". /a.sh\n/b.sh\n"),
        (
            "/b.sh & /b.sh; exec /b.sh\n",
            "/a.sh; /a.sh; while :; do /a.sh; done\n",
        ),
        ("f() { f; f; }\nf\nexec \"$0\"\n", ""),
        (&substitutions, ""),
        (&open, ""),
        (&conditions, ""),
        (&long, ""),
    ] {
        let (a, b) = (format!("#!/bin/sh\n{a}"), format!("#!/bin/sh\n{b}"));
        let files = [
            ("Dockerfile", &dockerfile[..]),
            ("a.sh", a.as_bytes()),
            ("b.sh", b.as_bytes()),
        ];
        let dir = folder(&files);
        for command in ["check", "trace", "fix"] {
            let output = diegolint(dir.path(), &[command]);
            let code = output.status.code();
            assert!(
                code.is_some_and(|code| code < 3),
                "{command}: {}",
                text(&output.stderr)
            );
            assert!(!text(&output.stderr).contains("panicked"), "{command}");
        }
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_out_of_the_context() {
    let script = b"#!/bin/sh\nchown -R a /b\nexec gosu a \"$@\"\n";
    let dockerfile = b"FROM debian\nCOPY s.sh /\nENTRYPOINT [\"/s.sh\"]\n";
    let dir = folder(&[("outside.sh", script), ("c/Dockerfile", dockerfile)]);
    std::os::unix::fs::symlink("../outside.sh", dir.path().join("c/s.sh")).expect("a link");
    diegolint(dir.path(), &["fix", "c"]);
    assert_eq!(
        fs::read(dir.path().join("outside.sh")).expect("a file"),
        script
    );
}

#[test]
fn a_copy_of_one_context_and_of_a_tree_has_everything_and_the_changes() {
    let files: [(&str, &[u8]); 4] = [
        ("tree/a/Dockerfile", WRONG),
        ("tree/a/b/Dockerfile", WRONG),
        ("tree/bad/Dockerfile", b"FOO\n"),
        ("tree/notes", b"text\n"),
    ];
    let dir = folder(&files);
    let read = |path: &str| fs::read(dir.path().join(path)).expect(path);

    diegolint(dir.path(), &["fix", "--output", "one", "tree/a/Dockerfile"]);
    assert!(read("one/Dockerfile") != WRONG);
    assert_eq!(read("one/b/Dockerfile"), WRONG);

    let output = diegolint(dir.path(), &["fix", "--output", "out", "tree"]);
    assert_eq!(
        output.status.code(),
        Some(2),
        "one of them is no Dockerfile"
    );
    assert!(read("out/a/Dockerfile") != WRONG);
    assert!(read("out/a/b/Dockerfile") != WRONG);
    assert_eq!(read("out/bad/Dockerfile"), b"FOO\n");
    assert_eq!(read("out/notes"), b"text\n");
    for (path, bytes) in files {
        assert_eq!(read(path), bytes, "{path}");
    }

    for (target, says) in [("out", "not empty"), ("tree/copy", "lies in the context")] {
        let output = diegolint(dir.path(), &["fix", "--output", target, "tree"]);
        assert_eq!(output.status.code(), Some(2), "{target}");
        let errors = text(&output.stderr);
        assert!(errors.contains(says), "{target}: {errors}");
    }
    assert!(!dir.path().join("tree/copy").exists());
}
