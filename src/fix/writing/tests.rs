use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

use super::*;

/// A folder with files of the given names, that all hold "old".
fn folder_with(names: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for name in names {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "old").unwrap();
    }
    dir
}

fn replace(root: &Path, names: &[&str]) -> Result<(), WriteError> {
    let paths: Vec<PathBuf> = names.iter().map(|name| root.join(name)).collect();
    let files: Vec<_> = paths
        .iter()
        .map(|path| Replacement {
            path,
            before: b"old",
            after: b"new",
        })
        .collect();
    write_all(root, &files)
}

fn read(root: &Path, name: &str) -> String {
    fs::read_to_string(root.join(name)).unwrap()
}

/// The names in a folder: nothing temporary may be left.
fn listing(root: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn is_root(dir: &Path) -> bool {
    fs::metadata(dir).unwrap().uid() == 0
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn files_are_replaced_and_keep_their_modes() {
    let dir = folder_with(&["Dockerfile", "sub/entry.sh"]);
    set_mode(&dir.path().join("sub/entry.sh"), 0o4755);
    replace(dir.path(), &["Dockerfile", "sub/entry.sh"]).unwrap();
    assert_eq!(read(dir.path(), "Dockerfile"), "new");
    assert_eq!(read(dir.path(), "sub/entry.sh"), "new");
    let mode = fs::metadata(dir.path().join("sub/entry.sh"))
        .unwrap()
        .mode();
    assert_eq!(mode & 0o7777, 0o4755);
    assert_eq!(listing(dir.path()), ["Dockerfile", "sub"]);
    assert_eq!(listing(&dir.path().join("sub")), ["entry.sh"]);
}

#[test]
fn the_owner_stays() {
    let dir = folder_with(&["Dockerfile"]);
    let path = dir.path().join("Dockerfile");
    if !is_root(dir.path()) {
        return;
    }
    chown(&path, Some(1234), Some(4321)).unwrap();
    replace(dir.path(), &["Dockerfile"]).unwrap();
    let metadata = fs::metadata(&path).unwrap();
    assert_eq!((metadata.uid(), metadata.gid()), (1234, 4321));
    assert_eq!(read(dir.path(), "Dockerfile"), "new");
}

#[test]
fn a_file_that_is_refused_keeps_all_the_others_as_they_are() {
    type Spoil = fn(&Path);
    type Expected = fn(&WriteError) -> bool;
    let table: &[(&str, Spoil, Expected)] = &[
        (
            "other bytes",
            |path| fs::write(path, "other").unwrap(),
            |error| matches!(error, WriteError::ChangedMeanwhile(_)),
        ),
        (
            "a hard link",
            |path| fs::hard_link(path, path.with_extension("link")).unwrap(),
            |error| matches!(error, WriteError::HardLinked(_)),
        ),
        (
            "read-only",
            |path| set_mode(path, 0o444),
            |error| matches!(error, WriteError::ReadOnly(_)),
        ),
        (
            "gone",
            |path| fs::remove_file(path).unwrap(),
            |error| matches!(error, WriteError::Io { action: "find", .. }),
        ),
        (
            "a folder",
            |path| {
                fs::remove_file(path).unwrap();
                fs::create_dir(path).unwrap();
            },
            |error| matches!(error, WriteError::NotAFile(_)),
        ),
    ];
    for (name, spoil, expected) in table {
        let dir = folder_with(&["a", "z"]);
        spoil(&dir.path().join("z"));
        let before = listing(dir.path());
        let error = replace(dir.path(), &["a", "z"]).unwrap_err();
        assert!(expected(&error), "{name}: {error}");
        assert!(error.to_string().contains('z'), "{error}");
        assert_eq!(read(dir.path(), "a"), "old", "{name}");
        assert_eq!(listing(dir.path()), before, "{name}");
    }
}

#[test]
fn a_symbolic_link_stays_one_and_its_target_changes() {
    let dir = folder_with(&["real/entry.sh"]);
    symlink("real/entry.sh", dir.path().join("entry.sh")).unwrap();
    replace(dir.path(), &["entry.sh", "real/entry.sh"]).unwrap();
    assert!(dir.path().join("entry.sh").is_symlink());
    assert_eq!(read(dir.path(), "real/entry.sh"), "new");
}

#[test]
fn a_symbolic_link_out_of_the_context_is_refused() {
    let outside = folder_with(&["entry.sh"]);
    let dir = folder_with(&["Dockerfile"]);
    symlink(outside.path().join("entry.sh"), dir.path().join("entry.sh")).unwrap();
    let error = replace(dir.path(), &["Dockerfile", "entry.sh"]).unwrap_err();
    assert!(matches!(error, WriteError::Outside(_)), "{error}");
    assert_eq!(read(outside.path(), "entry.sh"), "old");
    assert_eq!(read(dir.path(), "Dockerfile"), "old");
}

#[test]
fn one_file_cannot_become_two_things() {
    let dir = folder_with(&["a"]);
    symlink("a", dir.path().join("b")).unwrap();
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    let file = |path, after| Replacement {
        path,
        before: b"old",
        after,
    };
    let error = write_all(dir.path(), &[file(&a, b"1"), file(&b, b"2")]).unwrap_err();
    assert!(matches!(error, WriteError::Twice(_)), "{error}");
    assert_eq!(read(dir.path(), "a"), "old");
}

#[test]
fn a_folder_without_write_permission_is_named_and_nothing_changes() {
    let dir = folder_with(&["a", "sub/b"]);
    // Nothing is forbidden to root.
    if is_root(dir.path()) {
        return;
    }
    let sub = dir.path().join("sub");
    set_mode(&sub, 0o555);
    let error = replace(dir.path(), &["a", "sub/b"]).unwrap_err();
    set_mode(&sub, 0o755);
    assert!(
        error.to_string().contains("cannot make a new file in"),
        "{error}"
    );
    assert_eq!(read(dir.path(), "a"), "old");
    assert_eq!(listing(dir.path()), ["a", "sub"]);
    assert_eq!(listing(&sub), ["b"]);
}

#[test]
fn what_is_in_place_already_comes_back() {
    let dir = folder_with(&["a"]);
    let path = dir.path().join("a");
    let metadata = fs::metadata(&path).unwrap();
    let backup = keep_old(&path, &metadata).unwrap();
    let new = write_new(&path, b"new", &metadata).unwrap();
    new.persist(&path).unwrap();
    assert_eq!(read(dir.path(), "a"), "new");
    let error = roll_back(
        vec![(path.clone(), backup)],
        WriteError::NotAFile(path.clone()),
    );
    assert!(matches!(error, WriteError::NotAFile(_)));
    assert_eq!(read(dir.path(), "a"), "old");
    assert_eq!(listing(dir.path()), ["a"]);
}

#[test]
fn what_cannot_come_back_is_kept_and_named() {
    let dir = folder_with(&["a", "b"]);
    let path = dir.path().join("a");
    let metadata = fs::metadata(&path).unwrap();
    let backup = keep_old(&path, &metadata).unwrap();
    // A folder in its place cannot be replaced by a file.
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let error = roll_back(
        vec![(path.clone(), backup)],
        WriteError::NotAFile(dir.path().join("b")),
    );
    let WriteError::Half { left, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(fs::read_to_string(&left[0].1).unwrap(), "old");
    assert!(error.to_string().contains("its old text is in"), "{error}");
}

#[test]
fn a_file_that_would_change_hands_is_named_with_what_to_do() {
    let refused = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    let error = WriteError::owner(Path::new("run.sh"))(refused).to_string();
    assert!(error.starts_with("run.sh belongs to"), "{error}");
    assert!(error.contains("--output"), "{error}");
    let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
    let error = WriteError::owner(Path::new("run.sh"))(full).to_string();
    assert!(error.contains("keep the owner of run.sh"), "{error}");
}
