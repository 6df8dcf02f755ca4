//! Which engine there is, and whether it works.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::Deserialize;
use tempfile::TempDir;

use super::run::Task;
use super::{Engine, Failure, Stop, Waiting};

/// The engines that are looked for, in this order.
const KNOWN: &[&str] = &["podman", "docker"];

/// What `version --format '{{json .}}'` says.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Versions {
    client: Option<Version>,
    server: Option<Version>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Version {
    version: String,
    components: Option<Vec<Component>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Component {
    name: String,
}

/// The engine of this name or path; without one, the first that is there and works.
///
/// # Errors
/// Why there is none.
pub fn find(named: Option<&str>, stop: &Stop, waiting: Box<Waiting>) -> Result<Engine, Failure> {
    let mut engine = Engine {
        program: PathBuf::new(),
        name: "podman",
        version: String::new(),
        podman: true,
        podman_runs: true,
        options: Vec::new(),
        build_options: Vec::new(),
        stop: stop.clone(),
        waiting,
        temporary: None,
        left: Mutex::default(),
    };
    let names: Vec<&str> = named.map_or_else(|| KNOWN.to_vec(), |name| vec![name]);
    let mut why = Vec::new();
    for name in names {
        let Some(program) = in_path(name) else {
            if named.is_some() {
                let message = format!("there is no program {name}");
                return Err(Failure::Failed(message));
            }
            continue;
        };
        engine.program = program;
        engine.temporary = temporary().map_err(Failure::Failed)?;
        match engine.look() {
            Ok(()) => return Ok(engine),
            Err(Failure::Stopped) => return Err(Failure::Stopped),
            Err(Failure::Failed(words)) => why.push(words),
        }
    }
    Err(Failure::Failed(match why.is_empty() {
        true => {
            "no container engine: verify builds and runs images with podman or docker; install \
                 one of them (apt-get install podman), or say with --engine where it is"
                .to_owned()
        }
        false => format!("no container engine works: {}", why.join("; ")),
    }))
}

impl Engine {
    /// Finds out what it is, and whether it answers.
    fn look(&mut self) -> Result<(), Failure> {
        let shown = self.program.display().to_string();
        let which = self.run(&Task::new("looking for an engine", ["--version"]))?;
        let said = String::from_utf8_lossy(&which.output).to_lowercase();
        // A `docker` that is podman says so.
        self.podman = said.contains("podman");
        self.name = if self.podman { "podman" } else { "docker" };
        let words = ["version", "--format", "{{json .}}"];
        let done = self.run(&Task::new("looking for an engine", words))?;
        let failed = |words: String| Failure::Failed(format!("{shown}: {words}"));
        let output = done.succeeded().map_err(failed)?;
        let versions: Versions = serde_json::from_slice(&output).map_err(|_| {
            let said = String::from_utf8_lossy(&output);
            let line = said.lines().next().unwrap_or_default().to_owned();
            failed(format!("this is no container engine: it says “{line}”"))
        })?;
        let parts = versions
            .server
            .as_ref()
            .and_then(|server| server.components.as_ref());
        let mut parts = parts.into_iter().flatten();
        self.podman_runs = self.podman || parts.any(|part| part.name.contains("Podman"));
        let version = versions.server.or(versions.client);
        self.version = version
            .map(|version| version.version)
            .filter(|version| !version.is_empty())
            .ok_or_else(|| failed("it does not say its version".to_owned()))?;
        Ok(())
    }
}

/// A folder where podman takes its own: /tmp may be memory, and images are large.
fn temporary() -> Result<Option<TempDir>, String> {
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    // Without a folder of its own for what runs, podman takes one in TMPDIR, and remembers it.
    #[cfg(unix)]
    if env::var_os("XDG_RUNTIME_DIR").is_none() && !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let folder = env::var_os("TMPDIR").unwrap_or_else(|| "/var/tmp".into());
    let mut made = tempfile::Builder::new();
    let made = made.prefix("diegolint-verify-");
    let made = made.tempdir_in(&folder).or_else(|_| made.tempdir());
    made.map(Some).map_err(|error| {
        let folder = folder.to_string_lossy();
        format!("no folder can be made in {folder}: {error}")
    })
}

/// Where a program is: its path, where that is said, or the first of this name in PATH.
fn in_path(name: &str) -> Option<PathBuf> {
    let is_program = |path: &Path| path.is_file();
    if name.contains(std::path::MAIN_SEPARATOR) {
        let path = PathBuf::from(name);
        return is_program(&path).then_some(path);
    }
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|path| is_program(path))
}
