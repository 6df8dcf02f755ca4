//! Comments that ignore findings, through the real program: read, written, and kept by `fix`.

#[path = "support/contexts.rs"]
mod contexts;
#[path = "support/shells.rs"]
mod shells;
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use contexts::{Tree, difference, findings, read_tree, stderr, write_tree};
use shells::is_taken_by;
use support::{diegolint, stdout};

/// Files of a context; those whose name ends in `.sh` are executable.
fn tree(files: &[(&str, &str)]) -> Tree {
    let file = |(name, text): &(&str, &str)| {
        let file = (name.ends_with(".sh"), text.as_bytes().to_vec());
        ((*name).to_owned(), file)
    };
    files.iter().map(file).collect()
}

fn laid_out(tree: &Tree) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    write_tree(dir.path(), tree);
    dir
}

/// What is found in a folder, as `rule path:line`.
fn found(dir: &Path, options: &[&str]) -> Vec<String> {
    let short = |finding: &serde_json::Value| {
        let place = &finding["location"];
        let (rule, path) = (finding["rule"].as_str(), place["path"].as_str());
        format!(
            "{} {}:{}",
            rule.unwrap_or_default(),
            path.unwrap_or_default(),
            place["line"]
        )
    };
    findings(dir, options).iter().map(short).collect()
}

/// Whether the shells that are there take a script as far as they took it before.
fn is_accepted(before: &[u8], after: &[u8]) -> bool {
    let mut shells = ["bash", "dash"].iter();
    shells.all(|shell| !is_taken_by(shell, before) || is_taken_by(shell, after))
}

/// What is wrong with a folder once comments ignore all that is found in it: nothing, mostly.
fn commented(original: &Tree, options: &[&str]) -> (Tree, String) {
    let dir = laid_out(original);
    let words = ["check", "--add-ignores", "--reason", "for now", "."];
    let add = diegolint(dir.path(), &[&words, options].concat());
    let mut wrong = String::new();
    if add.status.code() != Some(0) {
        wrong += &format!("status {:?}: {}", add.status.code(), stderr(&add));
    }
    let left = found(dir.path(), options);
    if !left.is_empty() {
        wrong += &format!("left: {left:#?}\n");
    }
    let after = read_tree(dir.path());
    for (name, (mode, bytes)) in &after {
        let (old_mode, old) = &original[name];
        if mode != old_mode {
            wrong += &format!("{name}: another mode\n");
        }
        if old.starts_with(b"#!") && !is_accepted(old, bytes) {
            wrong += &format!("{name}: a shell does not take it\n");
        }
        let crlf = |text: &[u8]| {
            let ends = text.split_inclusive(|b| *b == b'\n');
            ends.filter(|line| line.ends_with(b"\n") && !line.ends_with(b"\r\n"))
                .count()
        };
        if old.ends_with(b"\r\n") && crlf(old) == 0 && crlf(bytes) > 0 {
            wrong += &format!("{name}: mixed line ends\n");
        }
    }
    let again = diegolint(dir.path(), &[&words, options].concat());
    if !stdout(&again).is_empty() || !difference(&after, &read_tree(dir.path())).is_empty() {
        wrong += "another run writes again\n";
    }
    let plain = found(dir.path(), &[&["--no-ignores"], options].concat()).len();
    let before = found(laid_out(original).path(), options).len();
    if plain < before {
        wrong += &format!("{plain} of {before} are found without the comments\n");
    }
    (after, wrong)
}

fn fixtures() -> Vec<PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(path).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths.filter(|path| path.is_dir()).collect()
    };
    let mut all: Vec<PathBuf> = folders(&fixtures).iter().flat_map(|f| folders(f)).collect();
    all.retain(|folder| folder.extension().is_none_or(|end| end != "expected"));
    assert!(all.len() > 20, "{all:?}");
    all
}

#[test]
fn every_fixture_is_clean_with_comments() {
    let targets = ["diego-2015", "cf", "openshift"];
    let options = targets.map(|target| format!("--target={target}"));
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let mut wrong = String::new();
    for context in fixtures() {
        let mut original = read_tree(&context);
        // JSON has no comments: that is another test.
        original.remove("package.json");
        let (_, found) = commented(&original, &options);
        if !found.is_empty() {
            wrong += &format!("{}: {found}\n", context.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

const MANY_LINES: &str = r#"# syntax=docker/dockerfile:1
FROM debian
RUN useradd redis \
    # the server's
    && mkdir -p /data \

    && chown redis /data \
    && sh -c 'chown redis /opt; \
       chown redis /srv' \
    && chown redis /mnt # the last
RUN <<EOF
set -e
chown redis /var/x \
  /var/y
cat > /etc/x.conf <<CONF
# diegolint: ignore=volume
CONF
EOF
RUN cat > /etc/redis.conf <<EOF
port 6379
bind 127.0.0.1
dir /data
EOF
COPY run.sh /run.sh
COPY --chmod=755 <<'EOF' /first
#!/bin/sh
chown redis /data
exec /run.sh "$@"
EOF
VOLUME [ \
  "/data", \
  "/opt" \
]
ENTRYPOINT ["/first"]
CMD [ \
  "redis-server", \
  "/etc/redis.conf" ]
"#;

const SCRIPT: &str = "#!/bin/bash
set -e
sh -c 'set +e
chown redis /data
mkdir /x'
if [ -n \"$HOME\" ] &&
   chown redis \"/data\" &&
   chown redis \\
     /opt; then
  find /data \\
    -exec chown redis {} +
fi
cat /etc/passwd |
  gosu redis cat |
  cat
cat <<EOF | gosu redis cat
foo
EOF
case \"$1\" in
  a)
    chown redis /data ;;
  *) chown redis /data
     x=\"$(
       chown redis /srv
     )\"
     ;;
esac
exec gosu redis \"$@\"";

#[test]
fn odd_places_are_clean_with_comments() {
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let (many, script) = (MANY_LINES.to_owned(), SCRIPT.to_owned());
    let marked = format!("\u{feff}FROM debian\n{}", "RUN useradd x\nCMD [\"x\"]\n");
    let cases: &[(&str, Tree)] = &[
        (
            "as it is",
            tree(&[("Dockerfile", &many), ("run.sh", &script)]),
        ),
        (
            "with CRLF",
            tree(&[("Dockerfile", &crlf(&many)), ("run.sh", &crlf(&script))]),
        ),
        ("with a byte order mark", tree(&[("Dockerfile", &marked)])),
        (
            "shared by two images",
            tree(&[
                ("Dockerfile", &many),
                (
                    "Dockerfile.web",
                    "FROM debian:12\nCOPY run.sh /run.sh\nEXPOSE 8080\nENTRYPOINT [\"/run.sh\"]\nCMD [\"python3\", \"-m\", \"http.server\", \"8080\"]\n",
                ),
                ("run.sh", &script),
            ]),
        ),
    ];
    let mut wrong = String::new();
    for (name, original) in cases {
        for options in [&[][..], &["--target", "cf", "--target", "openshift"]] {
            let (after, found) = commented(original, options);
            assert_ne!(&after, original, "{name}: nothing was written");
            if !found.is_empty() {
                wrong += &format!("{name} {options:?}: {found}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn comments_stand_where_they_are_read() {
    let original = tree(&[("Dockerfile", MANY_LINES), ("run.sh", SCRIPT)]);
    let (after, wrong) = commented(&original, &[]);
    assert!(wrong.is_empty(), "{wrong}");
    let text = |name: &str| String::from_utf8_lossy(&after[name].1).into_owned();
    let dockerfile = text("Dockerfile");
    for expected in [
        "# syntax=docker/dockerfile:1\n# diegolint: ignore=untagged-base for now\nFROM debian\n",
        "    # diegolint: ignore=build-chown for now\n    && chown redis /data \\\n",
        "    # diegolint: ignore=build-chown for now\n    && sh -c 'chown redis /opt; \\\n",
        "set -e\n# diegolint: ignore=build-chown for now\nchown redis /var/x \\\n  /var/y\n",
        "#!/bin/sh\n# diegolint: ignore=runtime-chown for now\nchown redis /data\n",
    ] {
        assert!(dockerfile.contains(expected), "{expected}{dockerfile}");
    }
    // What is in a here-document of data is ignored above the instruction.
    assert!(
        dockerfile.contains("for now\nRUN cat > /etc/redis.conf <<EOF\nport"),
        "{dockerfile}"
    );
    let script = text("run.sh");
    for expected in [
        "set -e\n# diegolint: ignore=runtime-chown,unwritable-path for now\nsh -c 'set +e\n",
        "   # diegolint: ignore=runtime-chown for now\n   chown redis \\\n     /opt; then\n",
        "cat /etc/passwd |\n  # diegolint: ignore=switch-user for now\n  gosu redis cat |\n",
        "     # diegolint: ignore=runtime-chown for now\n     x=\"$(\n",
    ] {
        assert!(script.contains(expected), "{expected}{script}");
    }
}

#[test]
fn what_is_found_at_the_head_of_a_script_is_ignored_below_it() {
    let dockerfile = "FROM debian:12\nCOPY run.sh /run.sh\nCMD [\"/run.sh\"]\n";
    let original = tree(&[
        ("Dockerfile", dockerfile),
        ("run.sh", "#!/bin/sh\r\nexec sleep 60\r\n"),
    ]);
    let (after, wrong) = commented(&original, &[]);
    assert!(wrong.is_empty(), "{wrong}");
    let text = String::from_utf8_lossy(&after["run.sh"].1);
    assert_eq!(
        text,
        "#!/bin/sh\r\n# diegolint: ignore-file=bad-interpreter for now\r\nexec sleep 60\r\n"
    );
}

#[test]
fn a_comment_that_is_there_is_extended() {
    let dir = laid_out(&tree(&[(
        "Dockerfile",
        "FROM debian:12\n# diegolint: ignore=volume kept elsewhere\nVOLUME /data\nCMD [\"/bin/sleep\", \"60\"]\n",
    )]));
    let add = diegolint(
        dir.path(),
        &["check", "--add-ignores", "--reason", "x", "."],
    );
    assert_eq!(stdout(&add), "Dockerfile: 1 comment\n");
    let text = fs::read_to_string(dir.path().join("Dockerfile")).expect("a file");
    assert_eq!(
        text,
        "FROM debian:12\n# diegolint: ignore=volume,unwritable-path kept elsewhere\nVOLUME /data\nCMD [\"/bin/sleep\", \"60\"]\n"
    );
    assert!(found(dir.path(), &[]).is_empty());
}

#[test]
fn what_has_no_comments_is_left_and_said() {
    let context = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/supervisor/1.0");
    let original = read_tree(&context);
    let dir = laid_out(&original);
    let add = diegolint(dir.path(), &["check", "--add-ignores", "."]);
    assert_eq!(add.status.code(), Some(2));
    let said = stderr(&add);
    assert!(said.contains("package.json:4:18: "), "{said}");
    assert!(said.contains("per-file-ignores"), "{said}");
    let after = read_tree(dir.path());
    assert_eq!(after["package.json"], original["package.json"]);
    assert_ne!(after["supervisord.conf"], original["supervisord.conf"]);
    let left = found(dir.path(), &[]);
    assert!(!left.is_empty() && left.iter().all(|one| one.contains("package.json")));

    let mut command = assert_cmd::Command::cargo_bin("diegolint").expect("the program");
    let command = command.args(["check", "--add-ignores", "-"]);
    let output = command.write_stdin("FROM debian\n").output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

#[test]
fn a_reason_stays_in_its_line() {
    let dir = laid_out(&tree(&[(
        "Dockerfile",
        "FROM debian\nCMD [\"/bin/sleep\", \"60\"]\n",
    )]));
    let reason = "two\nlines \\";
    diegolint(
        dir.path(),
        &["check", "--add-ignores", "--reason", reason, "."],
    );
    let text = fs::read_to_string(dir.path().join("Dockerfile")).expect("a file");
    assert!(
        text.starts_with("# diegolint: ignore=untagged-base two lines\nFROM debian\n"),
        "{text}"
    );
}

#[test]
fn a_shared_script_is_of_use_for_one_image() {
    let dockerfile = |start: &str| {
        format!(
            "FROM debian:12\nCOPY run.sh /run.sh\nEXPOSE 8080\nENTRYPOINT [\"/run.sh\"]\nCMD [\"{start}\"]\n"
        )
    };
    let script = "#!/bin/sh\nif [ \"$1\" = one ]; then\n  # diegolint: ignore=runtime-chown\n  chown redis /data\nfi\n# diegolint: ignore=wipes-tmp\nexec \"$@\"\n";
    let both = tree(&[
        ("Dockerfile", &dockerfile("one")),
        ("Dockerfile.two", &dockerfile("two")),
        ("run.sh", script),
    ]);
    let dir = laid_out(&both);
    assert_eq!(found(dir.path(), &[]), ["unused-ignore run.sh:6"]);
    let alone = tree(&[("Dockerfile", &dockerfile("two")), ("run.sh", script)]);
    let dir = laid_out(&alone);
    assert_eq!(
        found(dir.path(), &[]),
        ["unused-ignore run.sh:3", "unused-ignore run.sh:6"]
    );
}

#[test]
fn fix_leaves_alone_what_is_ignored() {
    let original = tree(&[
        (
            "Dockerfile",
            "FROM debian:12\nRUN mkdir /data \\\n    # diegolint: ignore=build-chown\n    && chown www-data /data\nCOPY run.sh /run.sh\nEXPOSE 8080\n# diegolint: ignore=volume\nVOLUME /srv/x\nENTRYPOINT [\"/run.sh\"]\nCMD [\"python3\", \"-m\", \"http.server\", \"8080\"]\n",
        ),
        (
            "run.sh",
            "#!/bin/sh\n# diegolint: ignore=runtime-chown\nchown redis /data\nmkdir -p /tmp/x\nchown redis /opt\nexec gosu redis \"$@\" # diegolint: ignore=switch-user\n",
        ),
    ]);
    for style in ["comment", "remove", "guard"] {
        let dir = laid_out(&original);
        diegolint(dir.path(), &["fix", "--style", style, "."]);
        let after = read_tree(dir.path());
        let text = |name: &str| String::from_utf8_lossy(&after[name].1).into_owned();
        let script = text("run.sh");
        assert!(
            script.contains("# diegolint: ignore=runtime-chown\nchown redis /data\n"),
            "{script}"
        );
        assert!(!script.contains("\nchown redis /opt"), "{style}: {script}");
        assert!(script.contains("\nexec gosu redis \"$@\" # diegolint: ignore=switch-user\n"));
        let dockerfile = text("Dockerfile");
        assert!(
            dockerfile.contains("\n    && chown www-data /data\n"),
            "{dockerfile}"
        );
        // The line that opens the volume's path does not come between.
        assert!(
            dockerfile.contains(
                "RUN mkdir -p /srv/x && chmod 777 /srv/x\n# diegolint: ignore=volume\nVOLUME"
            ),
            "{dockerfile}"
        );
        assert!(
            found(dir.path(), &[]).is_empty(),
            "{:?}",
            found(dir.path(), &[])
        );
        diegolint(dir.path(), &["fix", "--style", style, "."]);
        assert_eq!(difference(&after, &read_tree(dir.path())), "", "{style}");
    }
}

/// Commands that stand beside each other go together, and here one of them is to stay.
#[test]
fn a_fix_that_would_mend_what_is_ignored_as_well_is_not_made() {
    let script = "#!/bin/sh\n# diegolint: ignore=runtime-chown\nchown redis /data\nchown redis /opt\nexec \"$@\"\n";
    let original = tree(&[
        (
            "Dockerfile",
            "FROM debian:12\nCOPY run.sh /run.sh\nEXPOSE 8080\nENTRYPOINT [\"/run.sh\"]\nCMD [\"python3\", \"-m\", \"http.server\", \"8080\"]\n",
        ),
        ("run.sh", script),
    ]);
    let dir = laid_out(&original);
    diegolint(dir.path(), &["fix", "."]);
    let text = fs::read_to_string(dir.path().join("run.sh")).expect("a file");
    assert!(
        text.contains("ignore=runtime-chown\nchown redis /data\n"),
        "{text}"
    );
}

#[test]
fn a_fix_is_made_that_leaves_a_comment_without_use() {
    let original = tree(&[(
        "Dockerfile",
        "FROM debian:12\n# diegolint: ignore=build-chown\nRUN mkdir /srv/x && useradd x && chown x /srv/x\nEXPOSE 8080\nCMD [\"/usr/bin/python3\", \"-m\", \"http.server\", \"8080\"]\n",
    )]);
    let dir = laid_out(&original);
    assert_eq!(found(dir.path(), &[]), ["unused-account Dockerfile:3"]);
    diegolint(dir.path(), &["fix", "--style", "remove", "."]);
    let text = fs::read_to_string(dir.path().join("Dockerfile")).expect("a file");
    assert!(
        !text.contains("useradd") && !text.contains("diegolint:"),
        "{text}"
    );
}

#[test]
fn without_the_comments_all_is_found() {
    let text =
        "# diegolint: ignore=untagged-base,volume\nFROM debian\nCMD [\"/bin/sleep\", \"60\"]\n";
    let dir = laid_out(&tree(&[("Dockerfile", text)]));
    assert_eq!(found(dir.path(), &[]), ["unused-ignore Dockerfile:1"]);
    assert_eq!(
        found(dir.path(), &["--no-ignores"]),
        ["untagged-base Dockerfile:2"]
    );
}
