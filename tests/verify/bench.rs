//! A storage of podman's for these tests alone, with a base image; and runs of diegolint in it.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The image that all others are made from.
pub const BASE: &str = "localhost/diegolint-verify-base";

/// Podman, with a storage.
pub struct Bench {
    storage: PathBuf,
    /// A configuration of podman's with another runtime, where its own does not run here.
    settings: Option<PathBuf>,
    /// What `create` has to be told on this machine.
    pub options: Vec<String>,
}

static BENCH: LazyLock<Option<Mutex<Bench>>> = LazyLock::new(|| match Bench::make() {
    Ok(bench) => Some(Mutex::new(bench)),
    Err(why) => {
        let required = std::env::var_os("DIEGOLINT_PROOFS").is_some_and(|value| value == "require");
        assert!(!required, "{why}");
        // What a test prints is shown only where it fails; this has to be seen.
        let remark = format!("\nNOT TESTED: verify with a real engine: {why}\n");
        let _ = std::io::stderr().write_all(remark.as_bytes());
        None
    }
});

/// The bench, for one test at a time; none where there can be none.
pub fn bench() -> Option<MutexGuard<'static, Bench>> {
    let bench = BENCH.as_ref()?;
    Some(bench.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Bench {
    fn make() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let base = std::env::var_os("DIEGOLINT_PROOFS_BASE")
            .map_or_else(|| root.join("target/proofs/base"), PathBuf::from);
        if !base.join("etc/passwd").is_file() {
            return Err(format!(
                "there is no system in {}: run tests/proofs/install",
                base.display()
            ));
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verify");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let storage = folder.join("storage.conf");
        let (graph, run) = (folder.join("graph"), folder.join("run"));
        let text = format!(
            "[storage]\ndriver = \"overlay\"\ngraphroot = {graph:?}\nrunroot = {run:?}\n\
             rootless_storage_path = {graph:?}\n"
        );
        fs::write(&storage, text).map_err(|error| error.to_string())?;
        let mut bench = Self {
            storage,
            settings: None,
            options: Vec::new(),
        };
        let version = bench.podman(&["--version"]).output();
        if !version.is_ok_and(|output| output.status.success()) {
            return Err("there is no podman".to_owned());
        }
        bench.clear();
        let there = bench.podman(&["image", "exists", BASE]).status();
        if !there.is_ok_and(|status| status.success()) {
            bench.import(&base)?;
        }
        let settings = folder.join("containers.conf");
        fs::write(&settings, "[engine]\nruntime = \"runc\"\n").map_err(|e| e.to_string())?;
        bench.options = bench.needed().or_else(|own| {
            bench.settings = Some(settings);
            bench
                .needed()
                .map_err(|other| format!("{own}; with runc: {other}"))
        })?;
        Ok(bench)
    }

    /// Tells a program where podman's storage is, and its settings.
    fn prepare(&self, command: &mut Command) {
        command.env("CONTAINERS_STORAGE_CONF", &self.storage);
        if let Some(settings) = &self.settings {
            command.env("CONTAINERS_CONF", settings);
        }
    }

    fn import(&self, base: &Path) -> Result<(), String> {
        let mut tar = Command::new("tar")
            .args(["--exclude=./proc/*", "--exclude=./sys/*", "-C"])
            .arg(base)
            .args(["-c", "."])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("no tar: {error}"))?;
        let stream = tar.stdout.take().expect("a pipe");
        let mut import = self.podman(&["import", "--quiet", "-", BASE]);
        let output = import.stdin(stream).output().expect("podman runs");
        let _ = tar.wait();
        match output.status.success() {
            true => Ok(()),
            false => Err(format!("podman import: {}", text(&output.stderr))),
        }
    }

    /// Whether containers start here as they are; some machines let nobody raise a limit.
    fn needed(&self) -> Result<Vec<String>, String> {
        let limits = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096"];
        let mut said = String::new();
        for options in [&[][..], &limits] {
            let run = [&["run", "--rm"], options, &[BASE, "/bin/true"]].concat();
            let output = self.podman(&run).output().expect("podman runs");
            if output.status.success() {
                return Ok(options.iter().map(|option| (*option).to_owned()).collect());
            }
            said = text(&output.stderr);
        }
        Err(format!("podman starts no container here: {said}"))
    }

    /// A command of podman.
    pub fn podman(&self, words: &[&str]) -> Command {
        let mut command = Command::new("podman");
        self.prepare(&mut command);
        command.args(words).stdin(Stdio::null());
        command
    }

    /// What podman has, beside the base.
    pub fn left(&self) -> Vec<String> {
        let lists: [&[&str]; 3] = [
            &[
                "ps",
                "--all",
                "--external",
                "--format",
                "container {{.ID}} {{.Names}}",
            ],
            &[
                "images",
                "--all",
                "--format",
                "image {{.ID}} {{.Repository}}",
            ],
            &["volume", "ls", "--format", "volume {{.Name}}"],
        ];
        let said = lists.iter().flat_map(|words| {
            let output = self.podman(words).output().expect("podman runs");
            let lines = text(&output.stdout);
            lines.lines().map(str::to_owned).collect::<Vec<_>>()
        });
        said.filter(|line| !line.ends_with(BASE)).collect()
    }

    /// What earlier runs of these tests have left.
    fn clear(&self) {
        for line in self.left() {
            let mut words = line.split(' ');
            let (kind, name) = (words.next(), words.next().unwrap_or_default());
            let words: &[&str] = match kind {
                Some("container") => &["rm", "--force", name],
                Some("image") => &["rmi", "--force", name],
                _ => &["volume", "rm", name],
            };
            let _ = self.podman(words).output();
        }
    }

    /// diegolint verify, in a folder, with what this machine needs.
    pub fn command(&self, folder: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_diegolint"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DIEGOLINT_") {
                command.env_remove(name);
            }
        }
        self.prepare(&mut command);
        command.env("TMPDIR", folder.join("temporary"));
        command.current_dir(folder).stdin(Stdio::null());
        command.args(["verify", "--engine=podman", "--no-config"]);
        let options = self.options.iter();
        command.args(options.map(|option| format!("--engine-option={option}")));
        command.args(words);
        command
    }

    /// Runs it, and sees that nothing is left.
    pub fn verify(&self, context: &Files, words: &[&str]) -> Verified {
        let output = self.command(context.path(), words).output();
        let output = output.expect("diegolint runs");
        assert_eq!(
            self.left(),
            [""; 0],
            "after {words:?}: {}",
            text(&output.stderr)
        );
        assert_eq!(context.temporary(), [""; 0], "after {words:?}");
        Verified::of(&output)
    }

    /// The report for programs, which the schema knows.
    pub fn report(&self, context: &Files, words: &[&str]) -> Value {
        let words = [words, &["--format", "json"]].concat();
        valid(&self.verify(context, &words).output)
    }
}

/// A report, after the schema has been asked about it.
pub fn valid(output: &str) -> Value {
    let report: Value = serde_json::from_str(output).unwrap_or_else(|_| panic!("JSON: {output}"));
    let schema = include_str!("../../docs/diegolint.schema.json");
    let mut schema: Value = serde_json::from_str(schema).expect("a schema");
    schema["anyOf"] = json!([{ "$ref": "#/$defs/verify" }]);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    if let Err(error) = validator.validate(&report) {
        panic!("{error} at {}\n{report:#}", error.instance_path());
    }
    report
}

/// What came of a run.
#[derive(Debug)]
pub struct Verified {
    pub status: Option<i32>,
    pub output: String,
    pub error: String,
}

impl Verified {
    pub fn of(output: &Output) -> Self {
        Self {
            status: output.status.code(),
            output: text(&output.stdout),
            error: text(&output.stderr),
        }
    }

    /// That it ended with this status, and printed all of this, however its lines are broken.
    #[track_caller]
    pub fn says(&self, status: i32, words: &[&str]) {
        let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = joined(&format!("{} {}", self.output, self.error));
        for part in words {
            assert!(said.contains(part), "no {part:?} in {self:#?}");
        }
        assert_eq!(self.status, Some(status), "{self:#?}");
    }
}

/// A build context.
pub struct Files(TempDir);

impl Files {
    pub fn new(dockerfile: &str) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join("temporary")).expect("a folder");
        let files = Self(dir);
        files.with("Dockerfile", &dockerfile.replace("BASE", BASE))
    }

    /// With a further file; with `#!` at its beginning it is a script.
    pub fn with(self, name: &str, content: &str) -> Self {
        let path = self.path().join("app").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, content).expect("a file");
        let mode = if content.starts_with("#!") {
            0o755
        } else {
            0o644
        };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
        self
    }

    /// The folder that the context, `app`, lies in.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// What lies in the folder for temporary files.
    pub fn temporary(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path().join("temporary")).expect("a folder");
        let names = entries.flatten().map(|entry| entry.file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
