//! What a command line asks for: which inputs, and what counts for each.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::changes::Changes;
use crate::cli::{FailOn, Inputs, Platform, Selection};
use crate::config::{Configs, From, Given, Overrides, Settings};
use crate::context::{Context, Placed};
use crate::judge::{Options, Style};
use crate::problem::Problem;
use crate::target::Target;

/// What counts, by the path of the configuration.
type ByConfiguration = HashMap<Option<String>, Result<Arc<Settings>, Problem>>;

/// What a command line asks for.
pub(in crate::commands) struct Request<'a> {
    pub inputs: &'a Inputs,
    pub selection: Selection,
    /// Whether comments that ignore findings count.
    pub ignores: bool,
    overrides: Overrides,
    configs: Configs,
    settings: Mutex<ByConfiguration>,
}

impl<'a> Request<'a> {
    pub fn new(inputs: &'a Inputs, selection: &Selection, overrides: Overrides) -> Self {
        let configs = match &inputs.configuration.config {
            _ if inputs.configuration.no_config => Configs::none(),
            Some(file) => Configs::named(file),
            None => Configs::nearest(),
        };
        Self {
            inputs,
            selection: selection.clone(),
            ignores: true,
            overrides,
            configs,
            settings: Mutex::default(),
        }
    }

    /// Where images are looked for.
    pub fn paths(&self) -> Vec<&Path> {
        match self.selection.changed {
            true => vec![Path::new(".")],
            false => self.inputs.paths.iter().map(PathBuf::as_path).collect(),
        }
    }

    /// What has changed, if that is asked for.
    pub fn changes(&self) -> Result<Option<Changes>, Problem> {
        if self.selection.changed {
            return Ok(Some(Changes::named(&self.inputs.paths)));
        }
        // A pipeline that has nothing to compare with leaves its variable empty.
        let since = self.selection.changed_since.as_deref();
        let since = since.filter(|revision| !revision.is_empty());
        since
            .map(|revision| Changes::since(revision, &self.inputs.paths))
            .transpose()
    }

    /// What the configuration says of the place of a Dockerfile.
    pub fn placed(&self, dockerfile: &Path) -> Result<Placed, Problem> {
        let config = self.configs.of(&folder_of(dockerfile))?;
        let Some(config) = config else {
            return Ok(Placed::default());
        };
        Ok(Placed {
            folder: config.context_of(dockerfile).map(shown),
            left_out: config.excludes(dockerfile),
        })
    }

    /// What counts for a context.
    pub fn settings(&self, context: &Context) -> Result<Arc<Settings>, Problem> {
        let dockerfile = context.source(context.dockerfile());
        let folder = match dockerfile.path() {
            "-" => context.root().unwrap_or(Path::new(".")).to_owned(),
            _ => folder_of(dockerfile.disk()),
        };
        let config = self.configs.of(&folder)?;
        // Nothing is left half done in it by a panic.
        let mut known = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        let path = config.as_ref().map(|config| config.path.clone());
        let settings = known
            .entry(path)
            .or_insert_with(|| Settings::of(config, &self.overrides).map(Arc::new));
        settings.clone()
    }

    /// What is asked of the judge where this counts.
    pub fn options(&self, settings: &Settings) -> Options {
        Options {
            ignores: self.ignores,
            ..settings.options()
        }
    }

    /// The targets where no input says more about them. That they cannot be chosen so is a problem.
    pub fn targets(&self, problems: &mut Vec<Problem>) -> Vec<Arc<Target>> {
        match Settings::of(None, &self.overrides) {
            Ok(settings) => settings.targets.value,
            Err(problem) => {
                super::add_problems(problems, [&problem]);
                Vec::new()
            }
        }
    }
}

/// What the options of a command line say. What they leave out is not said.
pub(in crate::commands) fn overrides(
    platform: &Platform,
    style: Option<Style>,
    fail_on: Option<FailOn>,
) -> Overrides {
    fn given<T>(value: T, name: &'static str) -> Given<T> {
        let from = From::Option(name);
        Given { value, from }
    }
    let targets = Some(&platform.targets).filter(|targets| !targets.is_empty());
    let choices = Some(&platform.choices).filter(|choices| !choices.is_empty());
    Overrides {
        targets: targets.map(|targets| given(targets.clone(), "--target")),
        choices: choices.map(|choices| given(choices.clone(), "--set")),
        style: style.map(|style| given(style, "--style")),
        fail_on: fail_on.map(|level| given(level, "--fail-on")),
    }
}

/// The folder that a file lies in.
fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) => parent.to_owned(),
        None => PathBuf::from("."),
    }
}

/// A folder from the working directory, where it lies below that: the files in it are named by it.
fn shown(folder: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let below = here
        .ok()
        .and_then(|here| Some(folder.strip_prefix(here).ok()?.to_owned()));
    match below {
        Some(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Some(below) => below,
        None => folder.to_owned(),
    }
}
