//! Images: built or pulled, and what they say of how they are started.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::run::{Ends, Task};
use super::{Engine, Failure};
use crate::verify::{Configuration, HealthCheck};

/// What is built.
#[derive(Clone, Debug)]
pub struct Build<'a> {
    /// The folder.
    pub context: &'a Path,
    /// The Dockerfile.
    pub dockerfile: &'a Path,
    /// `NAME=VALUE`, for ARG.
    pub arguments: &'a [String],
    /// What is built, for the user.
    pub what: &'a str,
}

/// An image that the engine has. One that was built is removed when it is dropped.
pub struct Image<'a> {
    engine: &'a Engine,
    /// How the engine finds it.
    pub(super) reference: String,
    built: bool,
    /// What it says of how it is started.
    pub configuration: Configuration,
}

/// One entry of `image inspect`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Inspected {
    config: Option<Config>,
    architecture: Option<String>,
    os: Option<String>,
}

/// Its `Config`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Config {
    entrypoint: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
    env: Option<Vec<String>>,
    working_dir: Option<String>,
    user: Option<String>,
    exposed_ports: Option<BTreeMap<String, serde_json::Value>>,
    volumes: Option<BTreeMap<String, serde_json::Value>>,
}

impl Engine {
    /// Builds an image.
    ///
    /// # Errors
    /// The last words of the build.
    pub fn build(&self, build: &Build<'_>) -> Result<Image<'_>, Failure> {
        let mut image = Image {
            engine: self,
            reference: Self::unique_name(),
            built: true,
            configuration: Configuration::default(),
        };
        let mut words = vec!["build".to_owned(), "--tag".into(), image.reference.clone()];
        words.extend(["--file".into(), build.dockerfile.display().to_string()]);
        if self.podman {
            // What is left of a build that was ended is not.
            words.push("--force-rm".into());
        }
        for argument in build.arguments {
            words.extend(["--build-arg".into(), argument.clone()]);
        }
        words.extend(self.build_options.iter().cloned());
        words.push(build.context.display().to_string());
        let before = if self.podman {
            self.all_images()
        } else {
            String::new()
        };
        let (went, done) = self.run_whatever(&Task {
            joined: true,
            patience: None,
            ends: if self.podman {
                Ends::Failing
            } else {
                Ends::Told
            },
            ..Task::new(build.what, words)
        })?;
        if self.podman && (went.is_err() || !done.status.success()) {
            self.remove_steps(&String::from_utf8_lossy(&done.output), &before);
        }
        went?;
        done.succeeded()
            .map_err(|words| Failure::Failed(format!("it cannot be built:\n{words}")))?;
        image.inspect()?;
        Ok(image)
    }

    /// An image that the engine has, or pulls.
    ///
    /// # Errors
    /// Why it is not to be had.
    pub fn image(&self, reference: &str) -> Result<Image<'_>, Failure> {
        let mut image = Image {
            engine: self,
            reference: reference.to_owned(),
            built: false,
            configuration: Configuration::default(),
        };
        let words = ["image", "inspect", "--format", "{{.Id}}", reference];
        let is_there = self.run(&Task::new("looking for the image", words))?;
        if !is_there.status.success() {
            let what = format!("pulling {reference}");
            self.get(&Task {
                patience: None,
                ends: Ends::Told,
                ..Task::new(&what, ["pull", "--quiet", reference])
            })?;
        }
        image.inspect()?;
        Ok(image)
    }

    /// Removes what podman has made of the steps of a build that came to nothing. Its own build says so:
    /// `--> 46ec89bbef37` below each step. The steps themselves may print such lines, too: only what was not there
    /// before the build, and has no name, is one of its own.
    fn remove_steps(&self, said: &str, before: &str) {
        let is_id = |id: &&str| id.len() >= 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let steps = said.lines().filter_map(|line| line.strip_prefix("--> "));
        let made: Vec<&str> = steps.map(str::trim).filter(is_id).collect();
        if made.is_empty() {
            return;
        }
        let after = self.all_images();
        let is_own = |id: &&str| {
            let mut own = after.lines().filter(|line| line.ends_with("<none>"));
            own.any(|line| line.contains(*id)) && !before.contains(*id)
        };
        for id in made.into_iter().rev().filter(is_own) {
            // One that others need by now stays.
            let _ = self.run(&Task::removing(["rmi", id]));
        }
    }

    /// The numbers and names of all images, a line each.
    fn all_images(&self) -> String {
        let format = "{{.ID}} {{.Repository}}";
        let words = ["images", "--all", "--no-trunc", "--format", format];
        let done = self.run(&Task::removing(words));
        let output = done.map(|done| done.output).unwrap_or_default();
        String::from_utf8_lossy(&output).into_owned()
    }
}

impl<'a> Image<'a> {
    /// One that is about to be made of a container.
    pub(super) fn copied(engine: &'a Engine) -> Self {
        Self {
            engine,
            reference: Engine::unique_name(),
            built: true,
            configuration: Configuration::default(),
        }
    }

    fn inspect(&mut self) -> Result<(), Failure> {
        let words = ["image", "inspect", &self.reference];
        let output = self.engine.get(&Task::new("looking at the image", words))?;
        let name = self.engine.name;
        let all: Vec<Inspected> = serde_json::from_slice(&output).map_err(|error| {
            Failure::Failed(format!("{name} image inspect cannot be read: {error}"))
        })?;
        let Some(found) = all.into_iter().next() else {
            let message = format!("{name} image inspect says nothing of the image");
            return Err(Failure::Failed(message));
        };
        let os = found.os.as_deref().unwrap_or("linux");
        if os != "linux" {
            return Err(Failure::Failed(format!(
                "the image is made for {os}, and the targets run Linux"
            )));
        }
        let own = own_architecture();
        if let Some(other) = found.architecture.filter(|other| *other != own) {
            return Err(Failure::Failed(format!(
                "the image is made for {other}, and this diegolint for {own}: it cannot ask in there"
            )));
        }
        self.configuration = found.config.unwrap_or_default().into();
        Ok(())
    }
}

impl Drop for Image<'_> {
    fn drop(&mut self) {
        if !self.built {
            return;
        }
        // It may not be there: the build may have been ended before or after its last step.
        self.engine.remove(&["rmi", "--force", &self.reference]);
    }
}

impl From<Config> for Configuration {
    fn from(config: Config) -> Self {
        let pair = |line: String| {
            let (name, value) = line.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        };
        let port = |name: &String| {
            let (port, protocol) = name.split_once('/').unwrap_or((name, "tcp"));
            (protocol == "tcp").then(|| port.parse().ok()).flatten()
        };
        Self {
            entrypoint: config.entrypoint.unwrap_or_default(),
            command: config.cmd.unwrap_or_default(),
            environment: (config.env.into_iter().flatten())
                .filter_map(pair)
                .collect(),
            directory: config.working_dir.filter(|path| !path.is_empty()),
            user: config.user.filter(|user| !user.is_empty()),
            exposed: (config.exposed_ports.iter().flat_map(BTreeMap::keys))
                .filter_map(port)
                .collect(),
            volumes: config
                .volumes
                .into_iter()
                .flat_map(BTreeMap::into_keys)
                .collect(),
            check: HealthCheck::default(),
        }
    }
}

/// The processor that this was built for, as images call it.
fn own_architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        "powerpc64" => "ppc64le",
        other => other,
    }
}
