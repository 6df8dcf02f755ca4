//! What the build leaves: the configuration, the accounts, and the paths that it touched.
//!
//! Only the final stage is judged, with the stages that it builds on or copies from. Build commands
//! are run by the same shell in the mind as the start scripts are: see [`crate::eval`].

mod accounts;
pub mod base;
mod build;
mod copy;
mod effects;
mod environment;
mod files;
mod host;
pub mod lookup;
mod packages;
mod sed;
mod stages;
mod texts;

pub use accounts::Entry;
pub use build::build;
pub use files::{Content, Files, Made, Node, NodeKind, Owned};
pub use lookup::Scripts;
pub use sed::filtered;

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::eval::{Gap, Step, Value, above, is_below};
use crate::source::Origin;
use base::Base;
pub use base::{Bases, OwnBase};

/// An image: what the build leaves, and how it came to that.
#[derive(Clone, Debug)]
pub struct Image {
    /// The name of the final stage, if it has one.
    pub stage: Option<String>,
    /// The image that the final stage starts from in the end, as written; none if it is not known.
    pub base_name: Option<String>,
    /// What is known of it.
    pub base: Option<&'static Base>,
    /// Where its name is written.
    pub base_origin: Origin,
    /// What it is made for, where FROM says it with `--platform`.
    pub platform: Option<Setting>,
    /// What the image says of how it is started.
    pub config: Config,
    /// The accounts that the build makes.
    pub accounts: Vec<Account>,
    /// The paths that it touches.
    pub files: Files,
    /// The commands that it runs, in their order.
    pub steps: Vec<BuildStep>,
    /// The command lines of RUN, in their order.
    pub runs: Vec<Rc<str>>,
    /// The addresses that ADD fetches.
    pub fetched: Vec<Rc<str>>,
    /// What it copies, in its order.
    pub copies: Vec<Copied>,
    /// Paths that come from a stage which gives files capabilities: COPY keeps them.
    pub granted: Vec<String>,
    /// The instructions of the final stage and of those it builds on, by their number in the file.
    pub instructions: Vec<usize>,
    /// The instructions of the final stage alone.
    pub own: std::ops::Range<usize>,
    /// What could not be followed.
    pub gaps: Vec<Gap>,
    /// What COPY and ADD name and the context has not.
    pub missing: Vec<Missing>,
}

impl Image {
    /// Whether it is an image of Windows, of which nothing here knows how it starts.
    pub fn is_windows(&self) -> bool {
        self.base_name.as_deref().is_some_and(build::is_windows)
    }

    /// What its base is made for, where the name says that: not for amd64.
    pub fn platform_of_base(&self) -> Option<&'static str> {
        let name = self.base_name.as_deref()?;
        base::architectures::platform_of(name)
    }

    /// Whether it is built from a folder above, and has its files there, those that this folder knows
    /// nothing of, too.
    pub fn is_built_above(&self) -> bool {
        let above = self.missing.iter().filter(|missing| missing.above).count();
        above > 0 && above * 2 >= self.missing.len()
    }

    /// Whether the build speaks of something: the name of the base, a word of a command, the value
    /// of a variable, an address that it fetches, a file that it copies.
    pub fn speaks_of(&self, text: &str) -> bool {
        let has = |value: &Value| value.known_prefix().contains(text);
        (self.base_name.as_deref()).is_some_and(|name| name.contains(text))
            || (self.runs.iter().chain(&self.fetched)).any(|said| said.contains(text))
            || self.config.environment.values().any(has)
            || (self.steps.iter()).any(|build| build.step.argv.iter().any(has))
            || (self.copies.iter().flat_map(|copied| &copied.paths))
                .any(|path| path.ends_with(text))
    }

    /// The TCP ports that it EXPOSEs, those of the base included.
    pub fn tcp_ports(&self) -> impl Iterator<Item = u16> {
        let exposed = self.config.exposed.iter().filter(|exposed| exposed.tcp);
        exposed.map(|exposed| exposed.port)
    }

    /// Whether a path is there, or may have come along with what the build puts around it.
    pub fn may_have(&self, path: &str) -> bool {
        let mut folders = std::iter::successors(Some(above(path)), |folder| {
            (*folder != "/").then(|| above(folder))
        });
        let is_full = |folder: &str| {
            let node = self.files.get(folder);
            node.is_some_and(|node| {
                node.crowded || node.unpacked.is_some() || matches!(node.kind, NodeKind::Unknown)
            })
        };
        self.files.get(path).is_some() || self.may_be_copied(path) || folders.any(is_full)
    }

    /// Whether a COPY may have brought a path: a folder has what it has, and an archive too.
    pub fn may_be_copied(&self, path: &str) -> bool {
        self.copies.iter().any(|copied| {
            let mut into = copied.paths.iter();
            let unnamed = copied.unknown && copied.paths.is_empty();
            let beside = |into: &str| copied.spread && is_below(path, above(into));
            unnamed || into.any(|into| is_below(path, into) || beside(into))
        })
    }

    /// Whether the build installs a package of a name.
    pub fn installs(&self, package: &str) -> bool {
        packages::has(&self.steps, package)
    }

    /// Whether the build installs a package that is in no table, and may bring anything.
    pub fn has_unknown_packages(&self) -> bool {
        packages::has_unknown(&self.steps, &self.runs)
    }

    /// Whether a path is one that packages keep for themselves, by the name of a package that the build
    /// installs: `/etc/webmin`. What else a package brings that no table has is not known.
    pub fn is_of_package(&self, path: &str) -> bool {
        let own = [
            "/etc",
            "/var/lib",
            "/var/log",
            "/var/cache",
            "/usr/share",
            "/opt",
        ];
        path.rsplit_once('/')
            .is_some_and(|(folder, name)| own.contains(&folder) && packages::has(&self.steps, name))
    }
}

/// An image's configuration, each part with the place that says so; what the base says has none.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// USER.
    pub user: Option<Setting>,
    /// ENTRYPOINT.
    pub entrypoint: Option<Command>,
    /// CMD.
    pub command: Option<Command>,
    /// ENV.
    pub environment: BTreeMap<Rc<str>, Value>,
    /// WORKDIR, absolute.
    pub directory: Option<Setting>,
    /// EXPOSE.
    pub exposed: Vec<Exposed>,
    /// VOLUME.
    pub volumes: Vec<Setting>,
    /// SHELL.
    pub shell: Option<Vec<String>>,
    /// HEALTHCHECK, other than NONE: its command.
    pub health_check: Option<Setting>,
    /// STOPSIGNAL.
    pub stop_signal: Option<Setting>,
}

/// A value, and the instruction that sets it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// What it is.
    pub value: String,
    /// Where it is written; none if the base sets it.
    pub origin: Option<Origin>,
    /// The instruction's number in the file.
    pub instruction: Option<usize>,
}

/// ENTRYPOINT or CMD.
#[derive(Clone, Debug)]
pub struct Command {
    /// The words that Docker puts into the image: of a shell form the shell and its `-c`.
    pub argv: Vec<Value>,
    /// Whether it is the shell form.
    pub shell: bool,
    /// Where the command is written; none if the base has it.
    pub origin: Option<Origin>,
    /// The instruction's number in the file.
    pub instruction: Option<usize>,
}

/// An exposed port.
#[derive(Clone, Debug)]
pub struct Exposed {
    /// The port.
    pub port: u16,
    /// Whether it is TCP.
    pub tcp: bool,
    /// Where it is written; none if the base exposes it.
    pub origin: Option<Origin>,
    /// The instruction's number in the file.
    pub instruction: Option<usize>,
}

/// An account that the build makes.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Whether it is a group.
    pub group: bool,
    /// The step that makes it, by its number in [`Image::steps`].
    pub step: usize,
}

/// A command of the build.
#[derive(Clone, Debug)]
pub struct BuildStep {
    /// The instruction's number in the file.
    pub instruction: usize,
    /// The command.
    pub step: Step,
}

/// A COPY or ADD from the context or another stage.
#[derive(Clone, Debug)]
pub struct Copied {
    /// The instruction's number in the file.
    pub instruction: usize,
    /// The paths that it made.
    pub paths: Vec<String>,
    /// The owner that `--chown` names, and where.
    pub owner: Option<(String, Origin)>,
    /// Whether more may have come with it than those paths: from an image that is not known, out of an
    /// archive, under a name that is not known.
    pub unknown: bool,
    /// Whether one of the paths may be a folder, of which only what it holds is copied: that is beside the
    /// path then, and not in it.
    pub spread: bool,
}

/// A file that a build needs and the context has not.
#[derive(Clone, Debug)]
pub struct Missing {
    /// What is named.
    pub path: String,
    /// Where it was to be in the image.
    pub at: String,
    /// Whether it is in a folder above the context.
    pub above: bool,
    /// Where.
    pub origin: Origin,
    /// Whether it is there and `.dockerignore` hides it.
    pub ignored: bool,
}
