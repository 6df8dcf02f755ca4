//! The machine that a CI runs a script on: an environment of its own, in which little is installed.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::reports::Reports;
use crate::repository;

/// What is asked of a CI's check; empty is what it does by itself.
#[derive(Clone, Default)]
pub struct Asked<'a> {
    /// The branch that the change goes to.
    pub branch: &'a str,
    /// The commit that it goes to.
    pub base: &'a str,
    pub baseline: &'a str,
    pub config: &'a str,
    pub fail_on: &'a str,
    pub paths: Vec<&'a str>,
}

impl<'a> Asked<'a> {
    pub fn since(branch: &'a str, base: &'a str) -> Self {
        Self {
            branch,
            base,
            ..Self::default()
        }
    }

    /// The paths, one a line.
    pub fn lines(&self) -> String {
        self.paths.join("\n")
    }
}

/// What came of it.
pub struct Ran {
    pub status: i32,
    /// All that it printed.
    pub said: String,
    pub reports: Reports,
}

impl Ran {
    /// What a script came to, with the reports of these names that it left in a folder: it has to leave
    /// all of them, unless it could not work at all.
    pub fn of((status, said): (i32, String), folder: &Path, names: &[&str]) -> Self {
        let reports = Reports::of(folder, names);
        if status < 2 {
            assert_eq!(reports.len(), names.len(), "{said}");
        }
        Self {
            status,
            said,
            reports,
        }
    }

    pub fn says(&self, words: &str) -> bool {
        self.said.contains(words)
    }
}

/// Programs that a script may want, in a folder of its own.
pub struct Machine {
    folder: TempDir,
}

impl Machine {
    /// With the diegolint of these tests.
    pub fn new() -> Self {
        let machine = Self::without_diegolint();
        symlink(program(), machine.path("bin/diegolint")).expect("a link");
        machine
    }

    /// With a cargo that installs it when it is asked to.
    pub fn without_diegolint() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let machine = Self { folder };
        for name in ["bin", "home", "temporary files"] {
            fs::create_dir(machine.path(name)).expect("a folder");
        }
        let program = program();
        let cargo = format!(
            "#!/bin/sh\n\
             echo \"$*\" >> '{}'\n\
             while [ $# -gt 0 ]; do [ \"$1\" != --root ] || root=$2; shift; done\n\
             mkdir -p \"$root/bin\" && ln -sf '{}' \"$root/bin/diegolint\"\n",
            machine.path("installed").display(),
            program.display(),
        );
        let path = machine.path("bin/cargo");
        fs::write(&path, cargo).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
        machine
    }

    /// What cargo was asked for.
    pub fn installed(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("installed")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What the programs of this machine are found in.
    pub fn search(&self) -> String {
        let own = self.path("bin");
        let path = std::env::var("PATH").unwrap_or_default();
        // Nobody else's cargo and diegolint.
        let others = path.split(':').filter(|folder| {
            let has = |name| Path::new(folder).join(name).exists();
            !folder.is_empty() && !has("cargo") && !has("diegolint")
        });
        let others: Vec<&str> = others.collect();
        format!("{}:{}", own.display(), others.join(":"))
    }

    /// Runs a program here: its status, and what it printed.
    pub fn run(&self, folder: &Path, words: &[&str], variables: &[(&str, &str)]) -> (i32, String) {
        let search = self.search();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).current_dir(folder).env_clear();
        repository::alone(&mut command);
        command
            .env("PATH", search)
            .env("HOME", self.path("home"))
            .envs(variables.iter().copied())
            .stdin(Stdio::null());
        let output = command.output().expect("it runs");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        (output.status.code().expect("it ends"), said)
    }
}

/// The diegolint of these tests.
fn program() -> PathBuf {
    assert_cmd::cargo::cargo_bin("diegolint")
}
