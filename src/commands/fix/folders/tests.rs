use std::fs;
use std::path::Path;

use super::*;
use crate::config::Overrides;
use crate::judge::judge;

fn settings() -> Arc<Settings> {
    Arc::new(Settings::of(None, &Overrides::default()).expect("the defaults"))
}

fn folder(files: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for name in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, "FROM a").expect("a file");
    }
    dir
}

/// A context of a folder, with changes of files in it.
fn fixed(root: &Path, dockerfile: &str, changes: &[(&str, &str, &str)]) -> Fixed {
    let context = Context::open(root, &root.join(dockerfile)).expect("a context");
    let changes = changes.iter().map(|(path, before, after)| {
        let source = context.read(path).expect("a file");
        Change {
            source,
            path: context.source(source).path().to_owned(),
            disk: context.source(source).disk().to_owned(),
            before: (*before).into(),
            after: (*after).into(),
        }
    });
    Fixed {
        outcome: FixOutcome {
            changes: changes.collect(),
            applied: Vec::new(),
            dropped: Vec::new(),
            left: Vec::new(),
            suppressed: Vec::new(),
            judgement: judge(&context, &settings().options()),
        },
        context,
        settings: settings(),
    }
}

#[test]
fn a_file_that_two_images_share_changes_once() {
    let dir = folder(&["Dockerfile", "sub/Dockerfile", "sub/s"]);
    let first = fixed(dir.path(), "Dockerfile", &[("sub/s", "0", "1")]);
    let changes = [("s", "1", "2"), ("Dockerfile", "FROM a", "FROM b")];
    let second = fixed(&dir.path().join("sub"), "Dockerfile", &changes);
    let root = Some(dir.path().to_owned());
    let group = Group {
        root,
        fixed: vec![first, second],
    };
    let changes = group.changes();
    let texts: Vec<_> = changes.iter().map(|c| (&*c.before, &*c.after)).collect();
    assert_eq!(texts, [(&b"FROM a"[..], &b"FROM b"[..]), (b"0", b"2")]);
}

#[test]
fn what_two_images_undo_for_each_other_is_no_change() {
    let dir = folder(&["Dockerfile", "Dockerfile.web", "s"]);
    let first = fixed(dir.path(), "Dockerfile", &[("s", "0", "1")]);
    let second = fixed(dir.path(), "Dockerfile.web", &[("s", "1", "0")]);
    let root = Some(dir.path().to_owned());
    let group = Group {
        root,
        fixed: vec![first, second],
    };
    assert!(group.changes().is_empty());
}
