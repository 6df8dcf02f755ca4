//! Targets: what a platform asks of an image and gives it, from the files in `rules/targets/`.
//!
//! A rule asks a target for facts, never for its name.

mod options;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

pub use self::options::{BadOption, TargetOption};

use self::options::TargetFile;
use crate::eval;
use crate::finding::Severity;

/// A platform's contract.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Target {
    /// The name that it is chosen by.
    pub name: Arc<str>,
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
    /// Which images it takes, and what it reads of them.
    pub images: Images,
    /// How consumers reach a server that speaks no HTTP.
    pub routing: Routing,
    severity: BTreeMap<String, Level>,
    /// What can be chosen about it, and what was.
    #[serde(skip)]
    pub options: Vec<TargetOption>,
}

/// Who runs the process.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct User {
    /// The account that runs the process whatever the image says; none where the image says it.
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    first_uid: u32,
    #[serde(default)]
    last_uid: u32,
    /// It is root, where USER does not count.
    #[serde(default)]
    pub root: bool,
    /// What USER says does not count.
    pub instruction_ignored: bool,
    /// The process may be root.
    pub root_allowed: bool,
    /// The platform creates the account in the image.
    #[serde(default)]
    pub created: bool,
    /// An account of the image that the platform takes for its own, by its name.
    #[serde(default)]
    pub taken: Option<String>,
    /// Groups that the process is in beside one of the account's own name: what a file's bits for
    /// its group allow counts for it where that is one of these. It may be the primary one.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Where the facts come from.
    pub source: String,
}

impl Ports {
    /// Who asks for a port, and for which, as part of a sentence: `what` is `port 8080`.
    pub fn asks_for(&self, what: &str) -> String {
        match self.check {
            Check::None => format!("requests come to {what}"),
            Check::First | Check::All => format!("the health check asks for {what}"),
        }
    }

    /// That who asks does so from outside of the container, as part of a sentence.
    pub fn asks_from_outside(&self) -> &'static str {
        match self.check {
            Check::None => "requests come from outside",
            Check::First | Check::All => "the health check comes from outside",
        }
    }
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
    /// Limits that the process begins with, soft and hard ones, and cannot raise without the capability
    /// SYS_RESOURCE.
    #[serde(default)]
    pub limits: Vec<Limit>,
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

/// A limit of the process.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limit {
    /// The option of `ulimit` that is about it.
    pub option: char,
    /// What `ulimit` calls it.
    pub name: String,
    /// What it is, in the unit of `ulimit`.
    pub value: u64,
}

/// Where the process has to answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ports {
    /// The port that counts; none where EXPOSE says it. See [`Target::port`].
    #[serde(default)]
    pub fixed: Option<u16>,
    /// The port that counts where EXPOSE says it and the image EXPOSEs none of TCP.
    #[serde(default)]
    pub otherwise: Option<u16>,
    /// Which ports have to answer before the process counts as started.
    pub check: Check,
    /// It is asked for a page, and has to answer with status 200.
    #[serde(default)]
    pub asks_http: bool,
    /// What EXPOSE says does not count.
    pub expose_ignored: bool,
    /// The lowest port that needs no privilege.
    pub lowest_unprivileged: u16,
    /// Ports that the platform takes for itself.
    pub reserved: Vec<Reserved>,
    /// A server that only listens on loopback is found.
    pub checked_on_loopback: bool,
    /// Where the facts come from.
    pub source: String,
}

/// Which ports have to answer before the process counts as started.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Check {
    /// The one that counts, and every other one that the image EXPOSEs.
    All,
    /// The one that counts.
    First,
    /// None.
    None,
}

/// Ports that the platform takes for itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reserved {
    /// The lowest.
    pub first: u16,
    /// The highest.
    pub last: u16,
    /// What is there.
    pub by: String,
    /// The platform does not start a process that wants it.
    #[serde(default)]
    pub refused: bool,
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
    /// The image needs an entry for root in /etc/passwd, with a home that is there.
    pub needs_root_account: bool,
    /// The bytes that the arguments together may take, if there is a limit.
    #[serde(default)]
    pub arguments_limit: Option<u32>,
    /// Where the facts come from.
    pub source: String,
}

/// What the environment holds, whatever the image says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Environment {
    /// The variables that the platform sets.
    pub set: Vec<Variable>,
    /// The bytes that the environment may take, if there is a limit.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Where the facts come from.
    pub source: String,
}

/// A variable that the platform sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, where it is always the same.
    #[serde(default)]
    pub value: Option<String>,
    /// A value like those that it has, where they differ from start to start.
    #[serde(default)]
    pub example: Option<String>,
    /// What its value follows from, where it is not.
    #[serde(default)]
    pub from: Option<Follows>,
    /// The image's own value counts, if it has one.
    #[serde(default)]
    pub unless_set: bool,
}

/// What the value of a variable follows from.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Follows {
    /// The port that counts.
    Port,
    /// The home of the account that runs the process.
    Home,
    /// USER, as the image has it.
    User,
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
    /// What the platform keeps in /tmp and needs as long as the container lives.
    #[serde(default)]
    pub kept_in_tmp: Option<String>,
    /// The process can take that away.
    #[serde(default)]
    pub kept_is_removable: bool,
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
    /// A process that ends has crashed, with whatever status.
    pub ending_is_crash: bool,
    /// Where the facts come from.
    pub source: String,
}

/// Which images the platform takes, and what it reads of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Images {
    /// What they are made for, as FROM --platform says it: `linux/amd64`.
    pub platforms: Vec<String>,
    /// A reference may name a digest.
    pub digests: bool,
    /// Instructions that have a say in how the image runs elsewhere, and none here.
    pub ignored: Vec<String>,
    /// The file beside the Dockerfile that says how it is started, where there is one.
    #[serde(default)]
    pub manifest: Option<String>,
    /// Where the facts come from.
    pub source: String,
}

/// How consumers reach a server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Routing {
    /// A route leads to the process.
    pub routed: bool,
    /// How consumers reach a server that speaks no HTTP, as a sentence.
    pub tcp: String,
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

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        LazyLock::new(|| vec![$(TargetFile::read(
            concat!("targets/", $name, ".toml"),
            include_str!(concat!("../rules/targets/", $name, ".toml")),
        )),*])
    };
}

/// The first is the one that is meant where none is named.
static FILES: LazyLock<Vec<TargetFile>> = files!["diego-2015", "cf", "lattice", "openshift"];

/// The targets as they are where nothing is chosen.
static TARGETS: LazyLock<Vec<Arc<Target>>> =
    LazyLock::new(|| FILES.iter().map(|file| Arc::new(file.target())).collect());

impl Target {
    /// All targets, the default first.
    pub fn all() -> &'static [Arc<Target>] {
        &TARGETS
    }

    /// The target of this name.
    pub fn named(name: &str) -> Option<&'static Arc<Target>> {
        Self::all().iter().find(|target| *target.name == *name)
    }

    /// The same target with another value of an option.
    pub fn with(&self, option: &str, value: &str) -> Result<Target, BadOption> {
        let file = FILES.iter().find(|file| *file.name() == *self.name);
        let file = file.ok_or_else(|| BadOption::no_option(self, option))?;
        file.with(self, option, value)
    }

    /// The port that counts, of the TCP ports that the image EXPOSEs: the one that requests come to,
    /// and that the health check asks for.
    pub fn port(&self, exposed: impl Iterator<Item = u16>) -> Option<u16> {
        let lowest = exposed.min().filter(|_| !self.ports.expose_ignored);
        self.ports.fixed.or(lowest).or(self.ports.otherwise)
    }

    /// Whether anybody asks the process for something at its port: the health check, or those whom a
    /// route leads there.
    pub fn is_asked(&self) -> bool {
        self.ports.check != Check::None || self.routing.routed
    }

    /// Whether a port is one that the platform takes for itself.
    pub fn reserved(&self, port: u16) -> Option<&Reserved> {
        let mut reserved = self.ports.reserved.iter();
        reserved.find(|reserved| (reserved.first..=reserved.last).contains(&port))
    }

    /// The limit that an option of `ulimit` is about.
    pub fn limit(&self, option: char) -> Option<&Limit> {
        let mut limits = self.privileges.limits.iter();
        limits.find(|limit| limit.option == option)
    }

    /// Whether the process can have a capability.
    pub fn has_capability(&self, name: &str) -> bool {
        self.privileges
            .capabilities
            .iter()
            .any(|known| known == name)
    }

    /// Who the process runs as, where the image's USER says this.
    pub fn run_user(&self, user: Option<&str>) -> eval::User {
        if self.user.instruction_ignored {
            return if self.user.root {
                eval::User::Root
            } else {
                eval::User::Account(self.user.name.as_deref().unwrap_or_default().into())
            };
        }
        match user.map(|user| user.split(':').next().unwrap_or_default()) {
            None | Some("" | "root" | "0") => eval::User::Root,
            Some(name) => eval::User::Account(name.into()),
        }
    }

    /// A number that the account of this name can have here.
    pub fn uid_of(&self, name: &str) -> Option<u32> {
        (self.user.name.as_deref() == Some(name)).then_some(self.user.first_uid)
    }

    /// What the kernel says when a process without privileges gives a file to an account, or becomes it. It
    /// asks first whether the account is one that it knows there, and says that alone of one that it does not.
    pub fn refusal(&self, account: &str) -> &'static str {
        let known = |name: &str| {
            matches!(name, "" | "root" | "0") || self.user.name.as_deref() == Some(name)
        };
        match self.privileges.shown_owner {
            Some(_) if !account.split([':', '.']).all(known) => "Invalid argument",
            _ => "Operation not permitted",
        }
    }

    /// Whether this user can become another one, by a program that has a setuid bit or by another.
    pub fn can_switch_user(&self, user: &eval::User, setuid: bool) -> bool {
        let privileges = &self.privileges;
        let is_root = *user == eval::User::Root;
        setuid && privileges.setuid_honoured || is_root && privileges.can_switch_user
    }

    /// Whether this user can give files to another one.
    pub fn can_change_owner(&self, user: &eval::User) -> bool {
        *user == eval::User::Root && self.privileges.can_change_owner
    }

    /// Whether a process has the account and the files that the image gives it, as where its author
    /// has tried it: what only may be closed was open there.
    pub fn runs_as_tried(&self) -> bool {
        !self.user.instruction_ignored && self.privileges.owns_image_files
    }

    /// Whether permission bits do not stop root.
    pub fn root_overrides(&self) -> bool {
        self.has_capability("DAC_OVERRIDE")
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

/// Targets, each once: by their names.
pub fn each_once<'a>(targets: impl IntoIterator<Item = &'a Arc<Target>>) -> Vec<Arc<Target>> {
    let mut list: Vec<Arc<Target>> = Vec::new();
    for target in targets {
        if list.iter().all(|known| known.name != target.name) {
            list.push(target.clone());
        }
    }
    list
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
                &target.images.source,
                &target.routing.source,
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
        assert_eq!(target.port([6379].into_iter()), Some(8080));
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
    }

    #[test]
    fn the_kernel_does_not_know_an_account_that_is_not_mapped() {
        let says = |target, account| Target::named(target).unwrap().refusal(account);
        for account in ["redis", "redis:root", ":redis", "999", "root:redis", "…"] {
            assert_eq!(says("diego-2015", account), "Invalid argument", "{account}");
            assert_eq!(says("lattice", account), "Operation not permitted");
        }
        for account in ["root", "0:0", "vcap", "root.vcap"] {
            assert_eq!(says("diego-2015", account), "Operation not permitted");
        }
    }

    #[test]
    fn lattice_asks_for_the_lowest_port_as_vcap() {
        let target = Target::named("lattice").unwrap();
        assert_eq!(target.port([6380, 6379].into_iter()), Some(6379));
        assert_eq!(target.port([].into_iter()), Some(8080));
        assert_eq!(target.ports.check, Check::First);
        let user = target.run_user(Some("redis"));
        assert_eq!(user.to_string(), "vcap");
        assert!(!target.can_switch_user(&user, false) && !target.can_change_owner(&user));
        assert!(target.user.uids().contains(&10255));
        // No user namespace: owners and setuid bits are what they are.
        assert!(target.privileges.owns_image_files && target.privileges.setuid_honoured);
        assert_eq!(target.privileges.shown_owner, None);
        assert!(target.start.path_lookup && !target.start.directory_error_ignored);
        assert!(!target.files.standard_output_can_be_opened);
        assert_eq!(target.files.volume_mode, Some(0o755));
        let from = |name| target.environment.variable(name).unwrap().from;
        assert_eq!(from("PORT"), Some(Follows::Port));
        assert_eq!(from("HOME"), Some(Follows::Home));
        assert!(target.environment.variable("VCAP_SERVICES").is_none());
        assert_eq!(target.severity("switch-user"), Some(Severity::Error));
        assert_eq!(target.severity("vcap-account"), Some(Severity::Note));
        for silent in ["bare-command", "runs-as-root", "unknown-user"] {
            assert_eq!(target.severity(silent), None, "{silent}");
        }
    }

    #[test]
    fn lattice_may_run_it_as_root_whatever_user_says() {
        let target = Target::named("lattice").unwrap();
        let target = target.with("run-as-root", "true").unwrap();
        let user = target.run_user(Some("redis"));
        assert_eq!(user, eval::User::Root);
        assert!(target.user.root_allowed && target.user.instruction_ignored);
        assert!(target.can_switch_user(&user, false) && target.can_change_owner(&user));
        assert!(target.root_overrides() && target.has_capability("SYS_ADMIN"));
        assert!(target.files.standard_output_can_be_opened);
        assert!(target.start.default_path.starts_with("/usr/local/sbin:"));
        assert_eq!(target.severity("volume"), Some(Severity::Note));
        assert_eq!(target.port([6379].into_iter()), Some(6379));
    }

    #[test]
    fn openshift_runs_a_number_in_group_root_and_checks_no_port() {
        let target = Target::named("openshift").unwrap();
        let user = target.run_user(Some("1001"));
        assert_eq!(user.to_string(), "1000000000");
        assert_eq!(target.uid_of("1000000000"), Some(1_000_000_000));
        assert!(target.user.uids().contains(&1_000_650_000));
        assert_eq!(target.user.groups, ["root"]);
        assert!(!target.can_switch_user(&user, false) && !target.can_change_owner(&user));
        assert!(!target.privileges.setuid_honoured && !target.privileges.owns_image_files);
        assert!(!target.has_capability("NET_BIND_SERVICE") && !target.root_overrides());
        assert_eq!(target.port([80, 443].into_iter()), None);
        assert_eq!(target.ports.check, Check::None);
        assert_eq!(target.ports.lowest_unprivileged, 1024);
        let variable = |name| target.environment.variable(name);
        let home = variable("HOME").unwrap();
        assert_eq!((home.value.as_deref(), home.unless_set), (Some("/"), true));
        assert!(variable("PORT").is_none());
        assert!(target.start.path_lookup && target.files.standard_output_can_be_opened);
        assert!(target.files.volume_owned && !target.start.needs_root_account);
        assert_eq!(target.images.ignored, ["HEALTHCHECK"]);
        assert!(target.images.digests && target.lifecycle.ending_is_crash);
        assert_eq!(target.severity("file-capability"), Some(Severity::Error));
        for silent in ["wrong-port", "user-instruction", "reopens-stdout"] {
            assert_eq!(target.severity(silent), None, "{silent}");
        }
    }
}
