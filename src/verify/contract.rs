//! What a target starts of an image that is there, in so many words: the program, its environment, its
//! account, its privileges, the ports that are asked.
//!
//! It says of a real image what [`crate::launch`] works out of a Dockerfile; both read the same
//! [`Target`].

use std::collections::BTreeMap;

use crate::programs::{Bytes, Question};
use crate::target::{Check, Follows, Target};

/// What an image says of how it is started, as its builder has left it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// ENTRYPOINT.
    pub entrypoint: Vec<String>,
    /// CMD.
    pub command: Vec<String>,
    /// ENV.
    pub environment: BTreeMap<String, String>,
    /// WORKDIR.
    pub directory: Option<String>,
    /// USER.
    pub user: Option<String>,
    /// The TCP ports of EXPOSE.
    pub exposed: Vec<u16>,
    /// VOLUME.
    pub volumes: Vec<String>,
    /// What a manifest says of the health check.
    pub check: HealthCheck,
}

/// What a manifest can say of the health check, beyond its type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HealthCheck {
    /// The page that one over HTTP asks for.
    pub page: Option<String>,
    /// In seconds, how long the page may take.
    pub seconds_to_answer: Option<u32>,
    /// In seconds, how long the start may take.
    pub seconds_to_start: Option<u32>,
}

/// In seconds, how long a page may take where nothing else is said: the health check's own default
/// (code.cloudfoundry.org/healthcheck, `timeout`).
const ANSWERS: u32 = 1;

/// What is started, as whom, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// A name without a slash is looked up in PATH.
    pub looked_up: bool,
    /// Where it starts.
    pub directory: String,
    /// It does not start where that cannot be entered.
    pub directory_needed: bool,
    /// The whole environment, but for HOME and USER where they follow from the account.
    pub environment: BTreeMap<String, String>,
    /// Who runs it.
    pub runs_as: RunsAs,
    /// What root can have of root's privileges.
    pub capabilities: Vec<String>,
    /// Setuid bits and file capabilities do not count.
    pub no_new_privileges: bool,
    /// Only root and the account are known: files belong to neither, whoever owns them.
    pub two_ids: bool,
    /// The lowest port that needs no privilege.
    pub lowest_unprivileged: u16,
    /// The mode of directories that are made for VOLUME, and whether they are the account's.
    pub volumes: Option<(u32, bool)>,
    /// The ports that have to answer, the one that counts first.
    pub ports: Vec<u16>,
    /// They are asked on loopback, too.
    pub loopback: bool,
    /// The page that the first port is asked for over HTTP, which has to come with status 200.
    pub page: Option<String>,
    /// In seconds, how long the page may take.
    pub seconds_to_answer: u32,
    /// /dev/stdout can be opened by name.
    pub standard_output_can_be_opened: bool,
    /// The container goes on when the process has ended with status 0.
    pub outlived: bool,
    /// In seconds, how long the start may take.
    pub seconds_to_start: u32,
    /// Where the platform keeps its own programs in the image, if the process can take them away.
    pub kept: Option<String>,
}

/// Who runs the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunsAs {
    /// What USER of the image says; root where it says nothing.
    Image(Option<String>),
    /// An account that the platform makes, if the image has none of this name.
    Account(Account),
    /// Root, whatever the image says.
    Root,
}

/// An account that the platform makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its number.
    pub uid: u32,
    /// The number of its group: one of its own, or root's.
    pub gid: u32,
    /// Its home directory, which is made.
    pub home: Option<String>,
}

impl Account {
    /// Its line in /etc/passwd.
    pub fn passwd(&self) -> String {
        let Self { name, uid, gid, .. } = self;
        let home = self.home.as_deref().unwrap_or("/");
        format!("{name}:x:{uid}:{gid}::{home}:/bin/sh")
    }

    /// The line of its group in /etc/group, where that is its own.
    pub fn group(&self) -> Option<String> {
        (self.gid == self.uid).then(|| format!("{}:x:{}:", self.name, self.gid))
    }
}

impl Contract {
    /// What a target starts of an image.
    ///
    /// # Errors
    /// Why it starts nothing at all, as a sentence.
    pub fn of(image: &Configuration, target: &Target) -> Result<Self, String> {
        let argv: Vec<String> = [&image.entrypoint, &image.command]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        if argv.is_empty() {
            return Err(
                "the image has neither ENTRYPOINT nor CMD: there is nothing to start".into(),
            );
        }
        let runs_as = runs_as(image, target)?;
        let port = target.port(image.exposed.iter().copied());
        let environment = environment(image, target, port);
        within(
            "arguments",
            argv.iter().map(String::len),
            target.start.arguments_limit,
        )?;
        let sizes = environment
            .iter()
            .map(|(name, value)| name.len() + 1 + value.len());
        within("environment", sizes, target.environment.limit)?;
        let mut ports: Vec<u16> = match target.ports.check {
            Check::None => Vec::new(),
            Check::First => port.into_iter().collect(),
            Check::All if image.exposed.is_empty() => port.into_iter().collect(),
            Check::All => image.exposed.clone(),
        };
        ports.sort_unstable();
        ports.dedup();
        if let Some(taken) = ports
            .iter()
            .find_map(|port| target.reserved(*port))
            .filter(|r| r.refused)
        {
            return Err(format!(
                "the image EXPOSEs a port that belongs to {}",
                taken.by
            ));
        }
        let (privileges, check) = (&target.privileges, &image.check);
        let directory = image
            .directory
            .clone()
            .filter(|directory| !directory.is_empty());
        Ok(Self {
            argv,
            looked_up: target.start.path_lookup,
            directory: directory.unwrap_or_else(|| "/".to_owned()),
            directory_needed: !target.start.directory_error_ignored,
            environment,
            runs_as,
            capabilities: privileges.capabilities.clone(),
            no_new_privileges: !privileges.setuid_honoured,
            two_ids: privileges.shown_owner.is_some(),
            lowest_unprivileged: target.ports.lowest_unprivileged,
            volumes: target
                .files
                .volume_mode
                .map(|mode| (mode, target.files.volume_owned)),
            ports,
            loopback: target.ports.checked_on_loopback,
            page: target
                .ports
                .asks_http
                .then(|| check.page.clone().unwrap_or_else(|| "/".to_owned())),
            seconds_to_answer: check.seconds_to_answer.unwrap_or(ANSWERS),
            standard_output_can_be_opened: target.files.standard_output_can_be_opened,
            outlived: !target.lifecycle.ending_is_crash,
            seconds_to_start: (check.seconds_to_start).unwrap_or(target.lifecycle.seconds_to_start),
            kept: (target.files.kept_in_tmp.clone()).filter(|_| target.files.kept_is_removable),
        })
    }

    /// Whether root runs it.
    pub fn is_root(&self) -> bool {
        match &self.runs_as {
            RunsAs::Root => true,
            RunsAs::Account(account) => account.uid == 0,
            RunsAs::Image(user) => {
                let name = user.as_deref().and_then(|user| user.split(':').next());
                matches!(name, None | Some("" | "root" | "0"))
            }
        }
    }

    /// Whether the account that runs it is this one.
    pub fn is_as(&self, account: &Account) -> bool {
        matches!(&self.runs_as, RunsAs::Account(own) if (own.uid, own.gid) == (account.uid, account.gid))
    }

    /// The numbers of the account that the platform makes; those of root, where it makes none.
    pub fn owner(&self) -> (u32, u32) {
        match &self.runs_as {
            RunsAs::Account(account) => (account.uid, account.gid),
            RunsAs::Image(_) | RunsAs::Root => (0, 0),
        }
    }

    /// What the health check asks the first port, beyond a connection.
    pub fn question(&self) -> Option<Question> {
        let page = self.page.as_ref()?;
        let request =
            format!("GET {page} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Some(Question {
            send: Bytes(request.into_bytes()),
            expect: Bytes(b" 200 ".to_vec()),
        })
    }

    /// The account whose name the platform takes from the image, if that has one: `passwd` is the
    /// image's /etc/passwd.
    ///
    /// # Errors
    /// Why no process of that account can be started, as a sentence.
    pub fn with_accounts(mut self, passwd: &str) -> Result<Self, String> {
        let RunsAs::Account(account) = &mut self.runs_as else {
            return Ok(self);
        };
        let mut entries = passwd
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>());
        let Some(entry) = entries.find(|entry| entry.first() == Some(&account.name.as_str()))
        else {
            return Ok(self);
        };
        let number = |at: usize| entry.get(at).and_then(|text| text.parse::<u32>().ok());
        let (Some(uid), Some(gid)) = (number(2), number(3)) else {
            return Ok(self);
        };
        if self.two_ids && uid != 0 && uid != account.uid {
            let name = &account.name;
            return Err(format!(
                "the image has an account {name} with the number {uid}, which the platform knows \
                 nothing of: no process can be started"
            ));
        }
        (account.uid, account.gid) = (uid, gid);
        account.home = entry.get(5).map(|home| (*home).to_owned());
        Ok(self)
    }
}

fn runs_as(image: &Configuration, target: &Target) -> Result<RunsAs, String> {
    let user = &target.user;
    if !user.instruction_ignored {
        let said = image.user.clone().filter(|said| !said.is_empty());
        let name = said
            .as_deref()
            .map(|said| said.split(':').next().unwrap_or_default());
        if !user.root_allowed && matches!(name, None | Some("root" | "0")) {
            return Err("the platform does not start processes as root".into());
        }
        return Ok(RunsAs::Image(said));
    }
    let Some(name) = user.name.clone().filter(|_| !user.root) else {
        return Ok(RunsAs::Root);
    };
    let uid = *user.uids().start();
    let in_root = user.groups.iter().any(|group| group == "root");
    Ok(RunsAs::Account(Account {
        name,
        uid,
        gid: if in_root { 0 } else { uid },
        home: target.files.home.clone(),
    }))
}

/// The image's variables, with the platform's over them.
fn environment(
    image: &Configuration,
    target: &Target,
    port: Option<u16>,
) -> BTreeMap<String, String> {
    let mut environment = image.environment.clone();
    (environment.entry("PATH".into())).or_insert_with(|| target.start.default_path.clone());
    for variable in &target.environment.set {
        if variable.unless_set && environment.contains_key(&variable.name) {
            continue;
        }
        let value = match variable.from {
            Some(Follows::Port) => port.map(|port| port.to_string()),
            Some(Follows::User) => {
                let names = [&target.user.name, &image.user];
                let name = names.into_iter().flatten().next();
                Some(name.map_or("root", String::as_str).to_owned())
            }
            Some(Follows::Home) => target.files.home.clone(),
            None => variable.value.clone().or_else(|| variable.example.clone()),
        };
        if let Some(value) = value {
            environment.insert(variable.name.clone(), value);
        }
    }
    environment
}

fn within(
    what: &str,
    sizes: impl Iterator<Item = usize>,
    limit: Option<u32>,
) -> Result<(), String> {
    // Each ends with a byte of its own.
    let size: usize = sizes.map(|size| size + 1).sum();
    match limit {
        Some(limit) if size > limit as usize => Err(format!(
            "the {what} would take {size} bytes, and the platform has room for {limit}"
        )),
        _ => Ok(()),
    }
}
