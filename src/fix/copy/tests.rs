use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

use super::*;

fn context() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("context");
    fs::create_dir_all(root.join("sub/empty")).unwrap();
    fs::write(root.join("Dockerfile"), "old").unwrap();
    fs::write(root.join("sub/entry.sh"), "old").unwrap();
    fs::write(root.join("sub/data"), b"\xFF\x00").unwrap();
    symlink("sub/entry.sh", root.join("entry.sh")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
    fs::set_permissions(root.join("sub/entry.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

fn copy(dir: &Path, changed: &[&str], target: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let root = dir.join("context");
    let paths: Vec<PathBuf> = changed.iter().map(|name| root.join(name)).collect();
    let files: Vec<_> = paths
        .iter()
        .map(|path| Replacement {
            path,
            before: b"old",
            after: b"new",
        })
        .collect();
    write_copy(&root, &files, target, &|_| Want::Copied)
}

#[test]
fn what_is_not_wanted_is_left_out_and_a_stop_leaves_nothing() {
    let dir = context();
    let root = dir.path().join("context");
    let target = dir.path().join("copy");
    let without_sub = |path: &Path| match path.starts_with("sub") {
        true => Want::LeftOut,
        false => Want::Copied,
    };
    write_copy(&root, &[], &target, &without_sub).unwrap();
    assert!(target.join("Dockerfile").exists() && !target.join("sub").exists());

    let asked = std::cell::Cell::new(0);
    let third = |_: &Path| match asked.replace(asked.get() + 1) {
        2 => Want::Stopped,
        _ => Want::Copied,
    };
    let other = dir.path().join("other");
    let stopped = write_copy(&root, &[], &other, &third);
    assert!(matches!(stopped, Err(WriteError::Stopped)));
    let names = fs::read_dir(dir.path()).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["context", "copy"]);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn the_copy_has_everything_and_the_changes() {
    let dir = context();
    let root = dir.path().join("context");
    let sub = root.join("sub");
    fs::set_permissions(&sub, fs::Permissions::from_mode(0o555)).unwrap();
    let target = dir.path().join("out/copy");
    let skipped = copy(dir.path(), &["Dockerfile", "entry.sh"], &target).unwrap();
    assert!(skipped.is_empty());

    let read = |path: &str| fs::read(target.join(path)).unwrap();
    assert_eq!(read("Dockerfile"), b"new");
    assert_eq!(read("sub/entry.sh"), b"new");
    assert_eq!(read("sub/data"), b"\xFF\x00");
    assert!(target.join("sub/empty").is_dir());
    assert_eq!(
        fs::read_link(target.join("entry.sh")).unwrap(),
        Path::new("sub/entry.sh")
    );
    assert_eq!(
        fs::read_link(target.join("dangling")).unwrap(),
        Path::new("nowhere")
    );
    assert_eq!(mode(&target.join("sub/entry.sh")), 0o755);
    assert_eq!(mode(&target.join("sub")), 0o555);
    assert_eq!(mode(&target), mode(&root));
    assert_eq!(fs::read(root.join("Dockerfile")).unwrap(), b"old");
    // So that both can be cleaned away.
    for folder in [sub, target.join("sub")] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn an_empty_folder_is_used_and_a_full_one_is_not() {
    let dir = context();
    let target = dir.path().join("copy");
    fs::create_dir(&target).unwrap();
    copy(dir.path(), &["Dockerfile"], &target).unwrap();
    let error = copy(dir.path(), &["Dockerfile"], &target).unwrap_err();
    assert!(matches!(error, WriteError::NotEmpty(_)), "{error}");
}

#[test]
fn the_copy_cannot_lie_in_what_is_copied() {
    let dir = context();
    let root = dir.path().join("context");
    symlink(&root, dir.path().join("link")).unwrap();
    for target in [
        "context",
        "context/copy",
        "context/a/b",
        "link/copy",
        "x/../context/y",
    ] {
        let error = copy(dir.path(), &[], &dir.path().join(target)).unwrap_err();
        assert!(
            matches!(error, WriteError::WithinContext(_)),
            "{target}: {error}"
        );
    }
    assert!(!root.join("copy").exists() && !root.join("a").exists());
}

#[test]
fn a_failure_leaves_nothing_behind() {
    let dir = context();
    fs::write(dir.path().join("context/Dockerfile"), "other").unwrap();
    let error = copy(dir.path(), &["Dockerfile"], &dir.path().join("copy")).unwrap_err();
    assert!(matches!(error, WriteError::ChangedMeanwhile(_)), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);

    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = copy(dir.path(), &[], &file).unwrap_err();
    assert!(error.to_string().starts_with("cannot use"), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
}

#[test]
fn a_socket_is_left_out_and_named() {
    let dir = context();
    let _socket = UnixListener::bind(dir.path().join("context/sub/ipc")).unwrap();
    let skipped = copy(dir.path(), &[], &dir.path().join("copy")).unwrap();
    assert_eq!(skipped, [Path::new("sub/ipc")]);
}
