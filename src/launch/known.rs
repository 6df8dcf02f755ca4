//! How much is known of what a start listens on: what else may have a say in it.

use super::{Effect, Launch, LaunchStep, Serving};
use crate::eval::{Step, Value};
use crate::finding::Certainty;
use crate::image::{Image, Scripts};
use crate::programs::{Listener, SetBy, Setting, programs};
use crate::target::Target;

/// What configuration files can say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The port.
    Port,
    /// The address.
    Address,
}

/// What is known of a start.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The image.
    pub image: &'a Image,
    /// Its scripts.
    pub scripts: &'a Scripts<'a>,
    /// What the target starts.
    pub launch: &'a Launch,
}

impl Known<'_> {
    /// Whether nothing that is not known can have a say in what the server listens on.
    pub fn is_sure(&self, step: &LaunchStep, setting: &Setting) -> bool {
        // What a distribution or an official image configures is the default, unless the image brings
        // configuration of its own.
        if setting.by != SetBy::Default {
            return setting.certain;
        }
        let told = step.step.argv.iter().all(|word| word.known().is_some());
        told && !self.is_configured(What::Port)
    }

    /// Whether the server may listen elsewhere: something that is not known has a say in it, or it may not
    /// be started at all.
    pub fn is_unsure(&self, step: &LaunchStep, setting: &Setting) -> bool {
        let surely = step.step.surely == Certainty::Always;
        !surely || !setting.certain || !self.is_sure(step, setting)
    }

    /// Whether its port is only what the server does by itself, where the image's author has run it as the
    /// target does: it may well be told another by what is not known.
    pub fn is_guess(&self, step: &LaunchStep, setting: &Setting, target: &Target) -> bool {
        let itself = setting.by == SetBy::Default && target.runs_as_tried();
        itself && self.is_unsure(step, setting)
    }

    /// Whether the build or the start changes what configuration files say of the port or the address.
    fn is_configured(&self, what: What) -> bool {
        let files = &self.image.files;
        let copied = self.image.copies.iter().flat_map(|copied| &copied.paths);
        let copied = copied.filter(|path| is_configuration(path)).any(|path| {
            let text = self.scripts.script(files, path);
            text.is_none_or(|text| speaks_of(what, text.text.text()))
        });
        copied || self.is_configured_by_commands(what)
    }

    /// Whether commands of the build or the start do.
    pub fn is_configured_by_commands(&self, what: What) -> bool {
        // What nobody gives changes nothing.
        let started = self.launch.steps.iter().map(|started| &started.step);
        let started = started.filter(|step| step.given.is_empty());
        let built = self.image.steps.iter().map(|build| &build.step);
        let mut commands = built.chain(started);
        commands.any(|step| self.configures(step, what))
    }

    fn configures(&self, step: &Step, what: What) -> bool {
        let words = || step.argv.iter().map(Value::known_prefix);
        match step.program().as_deref() {
            Some("sed" | "perl" | "awk") => {
                words().any(|word| is_configuration(&word))
                    && words().any(|word| {
                        speaks_of(what, &word) || what == What::Address && puts_address(&word)
                    })
            }
            Some("cp" | "mv" | "tee") => {
                let last = step.argv.last();
                last.is_some_and(|word| is_configuration(&word.known_prefix()))
                    && !self.is_followed(step)
            }
            // `echo`, `jq`
            _ => {
                let targets = step.redirects.iter();
                let mut targets = targets.map(|(_, target)| target.known_prefix());
                targets.any(|target| is_configuration(&target))
                    && words().any(|word| speaks_of(what, &word))
            }
        }
    }

    /// Whether a command copies one file whose text is known, so that it is known in the other place too.
    fn is_followed(&self, step: &Step) -> bool {
        let [_, from, to] = step.argv.as_slice() else {
            return false;
        };
        let from = from.known().and_then(|from| step.absolute(&from));
        let text = from.and_then(|from| self.scripts.text(&self.image.files, &from));
        step.program().as_deref() == Some("cp") && to.known().is_some() && text.is_some()
    }

    /// Whether nothing is known of what a step starts but its name.
    pub fn is_unknown(&self, step: &LaunchStep) -> bool {
        let known = |name: &str| {
            programs().is_tool(name)
                || programs().wrapper(name).is_some()
                || programs().tools().asks(name)
        };
        step.step.given.is_empty()
            && step.step.managed.is_none()
            && matches!(step.effect, Effect::None | Effect::Exec | Effect::Write)
            && step.step.program().is_some_and(|name| !known(&name))
            && !self.is_script(step)
    }

    /// Whether a command is a script that is called by its path and whose text is known.
    fn is_script(&self, step: &LaunchStep) -> bool {
        let word = step.step.argv.first().and_then(|word| word.known());
        let path = word.filter(|word| word.contains('/'));
        let path = path.and_then(|word| step.step.absolute(&word));
        path.is_some_and(|path| self.scripts.script(&self.image.files, &path).is_some())
    }

    /// Whether all that listens is known: every server that is started is told so by its words, and no
    /// other program may listen.
    pub fn is_all_told(&self) -> bool {
        let launch = self.launch;
        // Of what a server does by itself, not every port is known.
        let told = |one: &Listener| {
            one.port_number().is_some() && matches!(one.port.by, SetBy::Argument { .. })
        };
        let known = |one: &Serving| !one.stands_in && one.listening.listeners.iter().all(told);
        let manages = |step: &LaunchStep| step.step.managed.is_some();
        let others = |step: &LaunchStep| manages(step) || self.is_unknown(step);
        launch.gaps.is_empty()
            && launch.passed.is_empty()
            && !launch.is_partly_read()
            && !launch.steps.iter().any(others)
            && launch.servers().all(known)
    }
}

/// Whether a script of `sed` puts in the address that stands for all.
fn puts_address(script: &str) -> bool {
    script.contains("0.0.0.0")
}

/// Whether a path is that of a configuration file, by its name.
pub fn is_configuration(path: &str) -> bool {
    let ends = [
        ".conf",
        ".cnf",
        ".cfg",
        ".yml",
        ".yaml",
        ".ini",
        ".xml",
        ".json",
        ".toml",
        ".properties",
        ".config",
    ];
    // `config.example.js`
    let named = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with("config."));
    named || ends.iter().any(|end| path.ends_with(end))
}

/// Whether a text has a name in it that a port, or an address, goes by.
pub fn speaks_of(what: What, text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut names = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
    let has = |name: &str, words: &[&str]| words.iter().any(|word| name.contains(word));
    names.any(|name| match what {
        What::Port => has(name, &["port", "listen", "bind"]) && !name.contains("address"),
        What::Address => has(name, &["address", "listen", "bind", "host", "interface"]),
    })
}
