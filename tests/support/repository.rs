//! A repository of git on disk, for tests.

#![allow(dead_code, reason = "no test needs all of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// What git is told, so that it asks neither the system nor the user.
pub const GIT: [(&str, &str); 8] = [
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_AUTHOR_NAME", "An author"),
    ("GIT_AUTHOR_EMAIL", "author@example.org"),
    ("GIT_COMMITTER_NAME", "An author"),
    ("GIT_COMMITTER_EMAIL", "author@example.org"),
    ("GIT_PAGER", "cat"),
];

/// Variables with which a git that runs a hook tells others where its repository is.
const OF_HOOKS: [&str; 5] = [
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
];

/// A repository in a folder that goes with it.
pub struct Repository {
    folder: PathBuf,
    _temporary: TempDir,
}

impl Repository {
    /// An empty repository whose branch is `main`, in a folder with a space in its name.
    pub fn new() -> Self {
        let temporary = tempfile::tempdir().expect("a folder");
        let folder = temporary.path().join("the repository");
        fs::create_dir(&folder).expect("a folder");
        let repository = Self {
            folder,
            _temporary: temporary,
        };
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository
    }

    /// A clone of it, whose branch is the current one.
    pub fn cloned(&self) -> Self {
        self.cloned_with(&[])
    }

    /// A clone that has the last commit of the current branch and nothing else.
    pub fn cloned_shallow(&self) -> Self {
        self.cloned_with(&["--depth", "1"])
    }

    fn cloned_with(&self, options: &[&str]) -> Self {
        let temporary = tempfile::tempdir().expect("a folder");
        let folder = temporary.path().join("the clone");
        // Only of an address a part can be had.
        let from = format!("file://{}", self.folder.display());
        let to = folder.display().to_string();
        let words = [&["clone", "--quiet"], options, &[&from, &to]].concat();
        git(temporary.path(), &words);
        Self {
            folder,
            _temporary: temporary,
        }
    }

    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Runs git in it, and gives what it prints.
    pub fn git(&self, args: &[&str]) -> String {
        git(&self.folder, args)
    }

    /// Copies a context of fixtures/ into a folder.
    pub fn copy_fixture(&self, fixture: &str, to: &str) {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        copy(&fixtures.join(fixture), &self.folder.join(to));
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn append(&self, name: &str, text: &str) {
        self.write(name, &(self.read(name) + text));
    }

    /// Puts one text in the place of another, which has to be there.
    pub fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{name} has no {old:?}:\n{text}");
        self.write(name, &text.replace(old, new));
    }

    pub fn copy(&self, from: &str, to: &str) {
        fs::copy(self.folder.join(from), self.folder.join(to)).expect("a copy");
    }

    pub fn remove(&self, folder: &str) {
        fs::remove_dir_all(self.folder.join(folder)).expect("it goes");
    }

    /// Commits all that is there.
    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }
}

/// Copies a folder, with the modes of its files.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true => copy(&path, &to),
            false => drop(fs::copy(&path, &to).expect("a copy")),
        }
    }
}

/// A git that knows no configuration but the repository's own.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder);
    alone(&mut command);
    command
}

/// Has a command, and what it starts, ask git in this way.
pub fn alone(command: &mut Command) {
    for name in OF_HOOKS {
        command.env_remove(name);
    }
    command.envs(GIT);
}

fn git(folder: &Path, args: &[&str]) -> String {
    let output = command(folder).args(args).output().expect("git runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {args:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
