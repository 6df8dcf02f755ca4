//! Targets: what a platform asks of an image and gives it, from the files in `rules/targets/`.
//!
//! A rule asks a target for facts, never for its name.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::eval;
use crate::finding::Severity;
use crate::programs::table;

/// A platform's contract.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Target {
    /// The name that it is chosen by.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Who runs the process.
    pub user: User,
    /// What the process may do.
    pub privileges: Privileges,
    /// Where it has to answer.
    pub ports: Ports,
    /// How it is started.
    pub start: Start,
    /// What its environment holds.
    pub environment: Environment,
    /// What becomes of the image's files.
    pub files: Files,
    /// How it is started and stopped.
    pub lifecycle: Lifecycle,
    severity: BTreeMap<String, Level>,
}

/// Who runs the process.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct User {
    /// The account's name.
    pub name: String,
    first_uid: u32,
    last_uid: u32,
    /// It is root.
    pub root: bool,
    /// What USER says does not count.
    pub instruction_ignored: bool,
    /// The platform creates the account in the image.
    pub created: bool,
    /// Where the facts come from.
    pub source: String,
}

impl User {
    /// The numbers that the account can have.
    pub fn uids(&self) -> RangeInclusive<u32> {
        self.first_uid..=self.last_uid
    }
}

/// What the process may do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Privileges {
    /// It can give files to another account.
    pub can_change_owner: bool,
    /// It can become another account.
    pub can_switch_user: bool,
    /// The capabilities that it has.
    pub capabilities: Vec<String>,
    /// Setuid and setgid bits count.
    pub setuid_honoured: bool,
    /// File capabilities count.
    pub file_capabilities_honoured: bool,
    /// Files of the image can belong to the account; otherwise only their bits for others count.
    pub owns_image_files: bool,
    /// The number that is shown as the owner of files whose own number is not mapped; none where all are.
    #[serde(default)]
    pub shown_owner: Option<u32>,
    /// Where the facts come from.
    pub source: String,
}

/// Where the process has to answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ports {
    /// The port that is checked; `None` where EXPOSE says it.
    pub checked: Option<u16>,
    /// What EXPOSE says does not count.
    pub expose_ignored: bool,
    /// The lowest port that needs no privilege.
    pub lowest_unprivileged: u16,
    /// Ports that the platform takes for itself.
    pub reserved: Vec<u16>,
    /// A server that only listens on loopback is found.
    pub checked_on_loopback: bool,
    /// Where the facts come from.
    pub source: String,
}

/// How the process is started.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Start {
    /// A command without a slash is looked up in PATH.
    pub path_lookup: bool,
    /// PATH where the image sets none.
    pub default_path: String,
    /// The shell of commands in shell form, and of a start command.
    pub shell: String,
    /// A WORKDIR that cannot be entered is passed over.
    pub directory_error_ignored: bool,
    /// Where the facts come from.
    pub source: String,
}

/// What the environment holds, whatever the image says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Environment {
    /// The variables that the platform sets.
    pub set: Vec<Variable>,
    /// Where the facts come from.
    pub source: String,
}

/// A variable that the platform sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, where it is always the same.
    #[serde(default)]
    pub value: Option<String>,
}

impl Environment {
    /// The variable of this name, if the platform sets it.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.set.iter().find(|variable| variable.name == name)
    }
}

/// What becomes of the image's files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Files {
    /// The bits of a directory that is made because VOLUME names it; `None` where none is made.
    pub volume_mode: Option<u32>,
    /// Such a directory belongs to the account.
    pub volume_owned: bool,
    /// Directories that everybody can write, whatever the image says.
    pub writable: Vec<String>,
    /// The account's home directory, which the platform makes.
    pub home: Option<String>,
    /// Paths that the platform puts its own over.
    pub hidden: Vec<String>,
    /// /dev/stdout and /dev/stderr can be opened by name.
    pub standard_output_can_be_opened: bool,
    /// Where the facts come from.
    pub source: String,
}

/// How the process is stopped, and how long things may take.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lifecycle {
    /// The signal that asks it to stop, without SIG.
    pub stop_signal: String,
    /// After that many seconds it is killed.
    pub seconds_to_stop: u32,
    /// After that many seconds without an answer the start has failed.
    pub seconds_to_start: u32,
    /// Where the facts come from.
    pub source: String,
}

/// A severity as the files name it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Error,
    Warning,
    Note,
}

/// The first is the one that is meant where none is named.
static TARGETS: LazyLock<Vec<Target>> = LazyLock::new(|| {
    vec![table(
        "targets/diego-2015.toml",
        include_str!("../rules/targets/diego-2015.toml"),
    )]
});

impl Target {
    /// All targets, the default first.
    pub fn all() -> &'static [Target] {
        &TARGETS
    }

    /// The target of this name.
    pub fn named(name: &str) -> Option<&'static Target> {
        Self::all().iter().find(|target| target.name == name)
    }

    /// Who the process runs as, where the image's USER says this.
    pub fn run_user(&self, user: Option<&str>) -> eval::User {
        if self.user.instruction_ignored {
            return if self.user.root {
                eval::User::Root
            } else {
                eval::User::Account(self.user.name.as_str().into())
            };
        }
        match user.map(|user| user.split(':').next().unwrap_or_default()) {
            None | Some("" | "root" | "0") => eval::User::Root,
            Some(name) => eval::User::Account(name.into()),
        }
    }

    /// A number that the account of this name can have here.
    pub fn uid_of(&self, name: &str) -> Option<u32> {
        (self.user.name == name).then_some(self.user.first_uid)
    }

    /// Whether this user can become another one.
    pub fn can_switch_user(&self, user: &eval::User) -> bool {
        *user == eval::User::Root && self.privileges.can_switch_user
    }

    /// Whether this user can give files to another one.
    pub fn can_change_owner(&self, user: &eval::User) -> bool {
        *user == eval::User::Root && self.privileges.can_change_owner
    }

    /// Whether permission bits do not stop root.
    pub fn root_overrides(&self) -> bool {
        self.privileges
            .capabilities
            .iter()
            .any(|capability| capability == "DAC_OVERRIDE")
    }

    /// How bad what a rule finds is here; `None` where the rule does not apply.
    pub fn severity(&self, rule: &str) -> Option<Severity> {
        self.severity.get(rule).map(|level| match level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note => Severity::Note,
        })
    }

    /// The names of the rules that apply here.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.severity.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_loads_and_says_where_its_facts_come_from() {
        assert!(!Target::all().is_empty());
        for target in Target::all() {
            assert_eq!(
                Target::named(&target.name).map(|t| &t.title),
                Some(&target.title)
            );
            for source in [
                &target.user.source,
                &target.privileges.source,
                &target.ports.source,
                &target.start.source,
                &target.environment.source,
                &target.files.source,
                &target.lifecycle.source,
            ] {
                assert!(!source.is_empty(), "{}", target.name);
            }
            assert!(target.user.uids().start() <= target.user.uids().end());
        }
        assert!(Target::named("nowhere").is_none());
    }

    #[test]
    fn diego_of_2015_checks_8080_as_vcap() {
        let target = Target::named("diego-2015").unwrap();
        assert_eq!(target.ports.checked, Some(8080));
        assert!(target.user.uids().contains(&10255));
        assert!(!target.start.path_lookup && !target.privileges.can_switch_user);
        let value = |name| target.environment.variable(name)?.value.as_deref();
        assert_eq!(value("PORT"), Some("8080"));
        assert_eq!(value("HOME"), Some("app"));
        assert_eq!(value("VCAP_SERVICES"), None);
        assert_eq!(target.files.volume_mode, Some(0o755));
        assert_eq!(target.severity("switch-user"), Some(Severity::Error));
        assert_eq!(target.severity("user-instruction"), Some(Severity::Warning));
        assert_eq!(target.severity("unused-helper"), Some(Severity::Note));
        assert_eq!(target.severity("runs-as-root"), None);
        assert_eq!(target.rules().count(), 45);
    }
}
