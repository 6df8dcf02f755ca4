//! What a command line asks for: which inputs, and what counts for each.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::changes::Changes;
use crate::cli::{Inputs, Platform, Selection};
use crate::config::{Configs, Given, Overrides, Settings, ValueSource};
use crate::context::{Context, Placed};
use crate::finding::FailOn;
use crate::judge::{Options, Style};
use crate::paths::{folder_of, from_here};
use crate::problem::Problem;
use crate::target::Target;

/// What counts, by the place of the configuration.
type ByConfiguration = HashMap<Option<PathBuf>, Result<Arc<Settings>, Problem>>;

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

    /// Whether only some of the images of a folder are asked for.
    pub fn is_selective(&self) -> bool {
        let Selection {
            changed,
            changed_since,
            shard,
        } = &self.selection;
        let since = changed_since.as_ref().is_some_and(|rev| !rev.is_empty());
        let is_folder = |path: &&Path| path.is_dir();
        *changed
            || since
            || shard.is_some()
            || self.inputs.file.is_some()
            || !self.paths().iter().all(is_folder)
    }

    /// What has changed, if that is asked for.
    pub fn changes(&self) -> Result<Option<Changes>, Problem> {
        if self.selection.changed {
            return Ok(Some(Changes::named(&self.inputs.paths)));
        }
        // A pipeline that has nothing to compare with leaves it empty.
        let since = self.selection.changed_since.as_deref();
        let since = since.filter(|revision| !revision.is_empty());
        since
            .map(|revision| Changes::since(revision, &self.inputs.paths))
            .transpose()
    }

    /// What the configuration says of the place of a Dockerfile.
    pub fn placed(&self, dockerfile: &Path) -> Result<Placed, Problem> {
        let config = self.configs.of(folder_of(dockerfile))?;
        let Some(config) = config else {
            return Ok(Placed::default());
        };
        Ok(Placed {
            folder: config.context_of(dockerfile).map(from_here),
            left_out: config.excludes(dockerfile),
        })
    }

    /// Whether a configuration leaves a folder out as a whole.
    pub fn excludes(&self, folder: &Path) -> bool {
        let config = self.configs.of(folder).ok().flatten();
        // Whatever would lie in it.
        let inside = folder.join("Dockerfile");
        config.is_some_and(|config| config.excludes(&inside))
    }

    /// What counts for a context.
    pub fn settings(&self, context: &Context) -> Result<Arc<Settings>, Problem> {
        let dockerfile = context.source(context.dockerfile());
        let folder = match dockerfile.path() {
            "-" => context.root().unwrap_or(Path::new(".")).to_owned(),
            _ => folder_of(dockerfile.disk()).to_owned(),
        };
        let config = self.configs.of(&folder)?;
        // Nothing is left half done in it by a panic.
        let mut known = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        let path = config.as_ref().map(|config| config.disk().to_owned());
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
        let from = ValueSource::Option(name);
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
