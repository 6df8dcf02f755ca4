use std::fs;

use tempfile::TempDir;

use super::*;

/// A folder with these files; a name that ends with `/` is a folder.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = dir.path().join(name);
        if name.ends_with('/') {
            fs::create_dir_all(&path).expect("a folder");
        } else {
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(&path, text).expect("a file");
        }
    }
    dir
}

fn open(dir: &TempDir) -> Context {
    Context::open(dir.path(), &dir.path().join("Dockerfile")).expect("a context")
}

/// The Dockerfiles that a path gives, or the problems, without the folder's own name.
fn found(dir: &TempDir, path: &str, file: Option<&str>) -> Vec<String> {
    let root = dir.path().to_string_lossy().into_owned();
    let file = file.map(|file| dir.path().join(file));
    discover(
        &dir.path().join(path),
        file.as_deref(),
        &|_| Ok(Placed::default()),
        &mut std::io::empty(),
    )
    .into_iter()
    .map(|result| match result {
        Ok(context) => context.source(context.dockerfile()).path().to_owned(),
        Err(problem) => format!("! {problem}"),
    })
    .map(|text| text.replace(&root, "R"))
    .collect()
}

#[test]
fn a_path_is_a_folder_a_dockerfile_or_a_tree() {
    let dir = folder(&[
        ("Dockerfile", "FROM a"),
        ("Dockerfile.alpine", "FROM a"),
        ("Dockerfile.template", "FROM %%X%%"),
        ("Dockerfile.dockerignore", "x"),
        ("Dockerfile~", "FROM a"),
        ("DockerfileFor", "FROM a"),
        ("a/b/Containerfile", "FROM a"),
        ("a/web.dockerfile", "FROM a"),
        ("a/.dockerfile", "FROM a"),
        ("out/Dockerfile", "FROM a"),
        (".gitignore", "/out"),
        (".hidden/Dockerfile", "FROM a"),
        ("empty/readme", ""),
        ("odd/start", "FROM a"),
        ("Dockerfile.d/x", ""),
    ]);
    let all = [
        "R/Dockerfile",
        "R/Dockerfile.alpine",
        "R/a/b/Containerfile",
        "R/a/web.dockerfile",
    ];
    assert_eq!(found(&dir, "", None), all);
    assert_eq!(found(&dir, "a", None), all[2..]);
    assert_eq!(found(&dir, "out", None), ["R/out/Dockerfile"]);
    assert_eq!(found(&dir, ".hidden", None), ["R/.hidden/Dockerfile"]);
    assert_eq!(found(&dir, "odd/start", None), ["R/odd/start"]);
    assert_eq!(
        found(&dir, "Dockerfile.template", None),
        ["R/Dockerfile.template"]
    );
    assert_eq!(found(&dir, "a", Some("odd/start")), ["R/odd/start"]);
    assert_eq!(found(&dir, "empty", None), [""; 0]);
    assert_eq!(
        found(&dir, "none", None),
        ["! R/none: no such file or folder"]
    );
    assert_eq!(
        found(&dir, "a", Some("none")),
        ["! R/none: no such file or folder"]
    );
    assert_eq!(
        found(&dir, "Dockerfile", Some("odd/start")),
        ["! R/Dockerfile: not a folder: -f names a Dockerfile of a folder"]
    );
}

#[test]
fn a_bad_dockerfile_is_a_problem_with_its_place_and_stops_no_other() {
    let dir = folder(&[
        ("1/Dockerfile", ""),
        ("2/Dockerfile", "\u{feff} \n\n"),
        ("3/Dockerfile", "FROM a\nRUN \0\n"),
        ("5/Dockerfile", "FROM a\n"),
        ("6/Dockerfile/", ""),
        ("7/Dockerfile", "FROM a\n"),
        ("7/.dockerignore", "ok\n[\n"),
    ]);
    fs::create_dir(dir.path().join("4")).expect("a folder");
    fs::write(dir.path().join("4/Dockerfile"), b"# caf\xe9\n").expect("a file");
    let list = found(&dir, "", None);
    assert_eq!(
        list[..5],
        [
            "! R/1/Dockerfile: an empty Dockerfile",
            "! R/2/Dockerfile: an empty Dockerfile",
            "! R/3/Dockerfile:2:5: a binary file, not a Dockerfile: it has a NUL byte here",
            "! R/4/Dockerfile:1:6: not UTF-8: the byte 0xE9",
            "R/5/Dockerfile",
        ]
    );
    assert!(list[5].starts_with("! R/7/.dockerignore:2:1: the pattern `[`"));
    assert_eq!(list.len(), 6);
    assert_eq!(
        found(&dir, "", Some("6/Dockerfile")),
        ["! R/6/Dockerfile: a folder, not a Dockerfile"]
    );
}

#[test]
fn a_dockerfile_from_the_standard_input_has_no_context_unless_one_is_named() {
    let dir = folder(&[("start.sh", "#!/bin/sh\n")]);
    let mut text: &[u8] = b"FROM a";
    let alone = discover(Path::new("-"), None, &|_| Ok(Placed::default()), &mut text)
        .pop()
        .expect("one")
        .expect("good");
    assert_eq!(alone.source(alone.dockerfile()).text(), "FROM a");
    assert_eq!(alone.entry("start.sh"), None);
    assert!(alone.list("").is_empty());
    assert!(alone.read("start.sh").is_err());
    assert_eq!(alone.root(), None);

    let mut text: &[u8] = b"FROM a";
    let file = Some(Path::new("-"));
    let within = discover(dir.path(), file, &|_| Ok(Placed::default()), &mut text)
        .pop()
        .expect("one")
        .expect("good");
    assert!(within.entry("start.sh").is_some());
}

#[test]
fn a_line_of_ten_megabytes_is_read() {
    let mut text = "FROM a\nRUN ".to_owned();
    text.push_str(&"x".repeat(10 << 20));
    let dir = folder(&[("Dockerfile", &text)]);
    let context = open(&dir);
    let source = context.source(context.dockerfile());
    assert_eq!(source.position(text.len()).column, (10 << 20) + 5);
}

#[test]
fn paths_are_resolved_inside_the_context() {
    let dir = folder(&[("Dockerfile", "FROM a"), ("a/start.sh", "x"), ("b/", "")]);
    let context = open(&dir);
    for path in [
        "a/start.sh",
        "/a//start.sh",
        "./b/../a/start.sh",
        "../../a/start.sh",
    ] {
        let kind = context.entry(path).map(|entry| entry.kind);
        assert!(
            matches!(kind, Some(Kind::File { size: 1, .. })),
            "{path}: {kind:?}"
        );
    }
    for path in ["", ".", "/", "a", "b/", ".."] {
        let kind = context.entry(path).map(|entry| entry.kind);
        assert_eq!(kind, Some(Kind::Directory), "{path}");
    }
    assert_eq!(context.entry("a/none"), None);
    assert_eq!(context.entry("a/start.sh/below"), None);
    let names: Vec<_> = context.list("").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Dockerfile", "a", "b"]);
}

#[test]
fn each_file_is_read_once() {
    let dir = folder(&[("Dockerfile", "FROM a"), ("a/start.sh", "first")]);
    let context = open(&dir);
    let id = context.read("a/start.sh").expect("a file");
    fs::write(dir.path().join("a/start.sh"), "second").expect("a file");
    assert_eq!(context.read("/a/./start.sh"), Ok(id));
    assert_eq!(context.source(id).text(), "first");
    assert_eq!(context.path_of(id).as_deref(), Some("a/start.sh"));
    assert_eq!(context.read("Dockerfile"), Ok(context.dockerfile()));
    let name = context.source(id).path().to_owned();
    assert_eq!(context.id_of(&name), Some(id));
    let again = open(&dir);
    let other = again.id_of(&name).expect("a file");
    assert_eq!(again.source(other).text(), "second");
    assert_eq!(again.id_of("elsewhere/start.sh"), None);
    let none = context.read("none").expect_err("no file");
    assert!(none.to_string().ends_with("/none: no such file or folder"));
    assert!(
        context
            .read("a")
            .expect_err("a folder")
            .message
            .contains("a folder")
    );
}

#[test]
fn what_is_too_large_for_a_script_is_an_entry_only() {
    let dir = folder(&[
        ("Dockerfile", "FROM a"),
        ("big", &"x".repeat((4 << 20) + 1)),
    ]);
    let context = open(&dir);
    assert!(context.entry("big").is_some());
    let problem = context.read("big").expect_err("too large");
    assert_eq!(problem.message, "larger than 4 MiB: not read");
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_followed_inside_only() {
    use std::os::unix::fs::symlink;
    let dir = folder(&[
        ("c/Dockerfile", "FROM a"),
        ("c/d/start.sh", "x"),
        ("secret", "s"),
    ]);
    let root = dir.path().join("c");
    symlink("d/start.sh", root.join("link.sh")).expect("a link");
    symlink("../secret", root.join("out")).expect("a link");
    symlink("..", root.join("d/up")).expect("a link");
    symlink("../..", root.join("d/outside")).expect("a link");
    symlink("nowhere", root.join("broken")).expect("a link");
    let context = Context::open(&root, &root.join("Dockerfile")).expect("a context");

    let id = context.read("link.sh").expect("a file");
    assert_eq!(context.read("d/start.sh"), Ok(id));
    assert!(context.source(id).path().ends_with("c/d/start.sh"));
    let problem = context.read("out").expect_err("outside");
    assert!(
        problem.message.contains("out of the build context"),
        "{problem}"
    );
    assert!(context.read("d/outside/secret").is_err());
    assert_eq!(context.entry("d/outside/secret"), None);
    for path in ["out", "broken", "d/outside"] {
        assert_eq!(
            context.entry(path).map(|e| e.kind),
            Some(Kind::Other),
            "{path}"
        );
    }
    // Through a link the folder is there; in a listing it ends the walk.
    assert_eq!(context.entry("d/up").map(|e| e.kind), Some(Kind::Directory));
    let up = context.list("d").into_iter().find(|(name, _)| name == "up");
    assert_eq!(up.map(|(_, e)| e.kind), Some(Kind::Other));
}

#[test]
fn the_ignore_file_of_the_dockerfile_wins() {
    let dir = folder(&[
        ("Dockerfile", "FROM a"),
        ("Dockerfile.web", "FROM a"),
        ("Dockerfile.web.dockerignore", "b"),
        (".dockerignore", "a\nDockerfile"),
    ]);
    let plain = open(&dir);
    assert!(plain.is_ignored("a") && plain.is_ignored("/a/x") && !plain.is_ignored("b"));
    assert!(plain.is_ignored("Dockerfile"));
    assert_eq!(plain.files().len(), 1);
    let web = Context::open(dir.path(), &dir.path().join("Dockerfile.web")).expect("a context");
    assert!(web.is_ignored("b") && !web.is_ignored("a"));
}

#[test]
fn changes_are_seen_without_being_written() {
    let dir = folder(&[
        ("Dockerfile", "FROM a"),
        ("start.sh", "old"),
        (".dockerignore", "a"),
        ("d/x", ""),
    ]);
    let context = open(&dir);
    let id = context.read("start.sh").expect("a file");
    let ignorefile = context.read(".dockerignore").expect("a file");
    let changed = context
        .with_changes(&[(id, b"new".to_vec()), (ignorefile, b"b".to_vec())])
        .with_mode("start.sh", 0o755)
        .with_file("d/e/new.sh", b"more".to_vec(), 0o700);

    assert_eq!(context.source(id).text(), "old");
    assert_eq!(changed.source(id).text(), "new");
    assert_eq!(changed.read("start.sh"), Ok(id));
    assert!(changed.is_ignored("b") && !changed.is_ignored("a"));
    let mode = |context: &Context, path| match context.entry(path).map(|e| e.kind) {
        Some(Kind::File { mode, .. }) => Some(mode),
        _ => None,
    };
    assert_eq!(mode(&changed, "start.sh"), Some(0o755));
    assert_eq!(mode(&changed, "d/e/new.sh"), Some(0o700));
    let new = changed.read("d/e/new.sh").expect("a file");
    assert_eq!(changed.source(new).text(), "more");
    assert_eq!(changed.entry("d/e").map(|e| e.kind), Some(Kind::Directory));
    let names: Vec<_> = changed
        .list("d")
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["e", "x"]);
    let listed = changed
        .list("")
        .into_iter()
        .find(|(name, _)| name == "start.sh");
    assert!(matches!(
        listed,
        Some((
            _,
            Entry {
                kind: Kind::File { mode: 0o755, .. }
            }
        ))
    ));
    assert_eq!(
        fs::read_to_string(dir.path().join("start.sh")).expect("a file"),
        "old"
    );
    assert_eq!(context.entry("d/e"), None);
}

#[test]
fn a_file_with_an_interpreter_is_seen_without_being_read() {
    let dir = tempfile::tempdir().expect("a folder");
    let write =
        |name: &str, text: &str| std::fs::write(dir.path().join(name), text).expect("a file");
    write("Dockerfile", "FROM a\n");
    write("run", "#!/bin/sh\n");
    write("data", "\0\0");
    write("empty", "");
    let context = Context::open(dir.path(), &dir.path().join("Dockerfile")).expect("a context");
    assert!(context.names_interpreter("run"));
    for other in ["data", "empty", "Dockerfile", "", "nothing"] {
        assert!(!context.names_interpreter(other), "{other}");
    }
    assert_eq!(context.sources().len(), 1);
    let id = context.read("run").expect("a file");
    let changed = context.with_changes(&[(id, b"echo\n".to_vec())]);
    assert!(!changed.names_interpreter("run"));
    let created = changed.with_file("new", b"#!/bin/sh\n".to_vec(), 0o755);
    assert!(created.names_interpreter("new"));
}
