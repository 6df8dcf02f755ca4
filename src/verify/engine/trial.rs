//! One image on one target: put into a container, started, asked, and what came of it.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use super::container::Container;
use super::files::{Files, Found};
use super::{Engine, Failure, Image};
use crate::programs::Question;
use crate::target::Target;
use crate::verify::inside::watch::{Report, Request};
use crate::verify::{Account, Configuration, Contract, INSIDE, RunsAs, Seen, Verdict};

/// A server that listens elsewhere for so long is not expected to listen where it should any more.
const SETTLES: Duration = Duration::from_secs(20);

/// What need not listen has started when it has lived for so long.
const LIVES: Duration = Duration::from_secs(5);

/// Where the program is put if the platform keeps none of its own in the image.
const OWN_FOLDER: &str = "/.diegolint";

/// What is tried.
pub struct Trial<'a> {
    /// With which engine.
    pub engine: &'a Engine,
    /// The image.
    pub image: &'a Image<'a>,
    /// How it is started, with what a manifest changes about that.
    pub configuration: &'a Configuration,
    /// The platform.
    pub target: &'a Target,
    /// The variables that the user gives it.
    pub variables: &'a [(String, String)],
    /// What a client asks.
    pub question: Option<&'a Question>,
    /// In seconds, how long the start may take, where that is not up to the target.
    pub timeout: Option<u32>,
    /// What is waited for, for the user.
    pub what: &'a str,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Tried {
    /// What was started; none where nothing is.
    pub contract: Option<Contract>,
    /// What was seen.
    pub seen: Seen,
    /// What that means.
    pub verdict: Verdict,
    /// What was asked, beyond a connection.
    pub question: Option<Question>,
    /// How long it took.
    pub after: Duration,
}

impl Tried {
    fn refused(why: String) -> Self {
        Self {
            contract: None,
            seen: Seen::default(),
            verdict: Verdict::NotStarted(why),
            question: None,
            after: Duration::ZERO,
        }
    }
}

/// The environment with what the user gives. What the platform has to say itself stays, but for what is
/// only an example here.
pub fn with_variables(
    environment: &mut BTreeMap<String, String>,
    variables: &[(String, String)],
    target: &Target,
) {
    for (name, value) in variables {
        let own = target.environment.variable(name);
        let is_open = |own: &crate::target::Variable| {
            own.unless_set || own.value.is_none() && own.from.is_none()
        };
        if own.is_none_or(is_open) {
            environment.insert(name.clone(), value.clone());
        }
    }
}

impl Trial<'_> {
    /// Tries it.
    ///
    /// # Errors
    /// What the engine could not do.
    pub fn run(&self) -> Result<Tried, Failure> {
        let mut configuration = self.configuration.clone();
        with_variables(&mut configuration.environment, self.variables, self.target);
        let mut contract = match Contract::of(&configuration, self.target) {
            Ok(contract) => contract,
            Err(why) => return Ok(Tried::refused(why)),
        };
        with_variables(&mut contract.environment, self.variables, self.target);
        // What is set already may be more than the machine lets anybody have.
        let named = self.engine.options.iter();
        let mut limits = !named.clone().any(|option| option.starts_with("--ulimit"));
        loop {
            match self.started(contract.clone(), limits)? {
                Started::Tried(tried) => return Ok(*tried),
                Started::Failed(words) if limits && words.contains("rlimit") => limits = false,
                Started::Failed(words) => {
                    let name = self.engine.name;
                    return Err(Failure::Failed(format!("{name} start: {words}")));
                }
            }
        }
    }

    fn started(&self, mut contract: Contract, limits: bool) -> Result<Started, Failure> {
        let folder = contract.kept.as_deref().unwrap_or(OWN_FOLDER).to_owned();
        let program = format!("{folder}/inside");
        let create = |contract: &Contract| {
            let (image, target) = (self.image, self.target);
            Container::create(image, contract, target, &program, limits, self.engine)
        };
        let mut container = create(&contract)?;
        let mut files = Files::new();
        if let RunsAs::Account(wanted) = contract.runs_as.clone() {
            let passwd = container.file("/etc/passwd")?.unwrap_or(Found::nothing());
            contract = match contract.with_accounts(&passwd.text) {
                Ok(contract) => contract,
                Err(why) => return Ok(Started::Tried(Box::new(Tried::refused(why)))),
            };
            if !contract.is_as(&wanted) {
                container = create(&contract)?;
            }
            let group = container.file("/etc/group")?.unwrap_or(Found::nothing());
            account(&mut files, &wanted, &passwd, &group).map_err(stream)?;
        }
        // The platform's own program is the account's; nobody is to touch ours.
        let owner = match &contract.kept {
            Some(_) => contract.owner(),
            None => (0, 0),
        };
        let volumes = self.missing_volumes(&container, &contract)?;
        self.put(&mut files, &contract, &volumes).map_err(stream)?;
        files.folder(&folder, 0o755, owner).map_err(stream)?;
        files.file(&program, INSIDE, 0o755, owner).map_err(stream)?;
        match container.put(&files.stream().map_err(stream)?) {
            Err(Failure::Failed(words)) if is_about_users(&words) => {
                return Ok(Started::Tried(Box::new(Tried::refused(no_user(&contract)))));
            }
            put => put?,
        }
        let begun = Instant::now();
        if let Err(words) = container.start(&contract)? {
            return Ok(match is_about_users(&words) {
                true => Started::Tried(Box::new(Tried::refused(no_user(&contract)))),
                false => Started::Failed(words),
            });
        }
        self.watched(&container, contract, &program, begun)
    }

    /// The folders of VOLUME that the platform makes, where the engine does not.
    fn missing_volumes(
        &self,
        container: &Container<'_>,
        contract: &Contract,
    ) -> Result<Vec<String>, Failure> {
        let mut missing = Vec::new();
        if contract.volumes.is_none() {
            return Ok(missing);
        }
        for path in &self.configuration.volumes {
            if !container.has(path)? {
                missing.push(path.clone());
            }
        }
        Ok(missing)
    }

    fn put(&self, files: &mut Files, contract: &Contract, volumes: &[String]) -> io::Result<()> {
        if self.target.files.writable.iter().any(|path| path == "/tmp") {
            files.folder("/tmp", 0o1777, (0, 0))?;
        }
        if let Some((mode, owned)) = contract.volumes {
            let owner = if owned { contract.owner() } else { (0, 0) };
            for path in volumes {
                files.folder(path, mode, owner)?;
            }
        }
        Ok(())
    }

    /// Asks, and looks what has become of it.
    fn watched(
        &self,
        container: &Container<'_>,
        contract: Contract,
        program: &str,
        begun: Instant,
    ) -> Result<Started, Failure> {
        // What the platform asks comes first: the rest is only of use where that is answered.
        let question = contract.question().or_else(|| self.question.cloned());
        let question = question.filter(|_| !contract.ports.is_empty());
        let seconds = self.timeout.unwrap_or(contract.seconds_to_start);
        // Whoever says how long it may take wants it to be waited for.
        let settles = match self.timeout {
            _ if contract.ports.is_empty() => LIVES,
            Some(seconds) => Duration::from_secs(seconds.into()),
            None => SETTLES,
        };
        let request = Request {
            ports: contract.ports.clone(),
            loopback: contract.loopback,
            timeout: u64::from(seconds) * 1000,
            settles: u64::try_from(settles.as_millis()).unwrap_or(u64::MAX),
            question: (question.clone()).map(|asked| (asked.send.0, asked.expect.0)),
            answers: (contract.page.as_ref()).map(|_| u64::from(contract.seconds_to_answer) * 1000),
        };
        let watched = container.watch(program, &request, self.what)?;
        let after = begun.elapsed();
        // What has ended is found to have done so a moment later.
        let goes_on = matches!(&watched, Ok(report) if report.processes > 0 || contract.outlived);
        let state = match goes_on {
            true => container.state()?,
            false => container.settled_state()?,
        };
        let is_gone = contract.kept.is_some() && state.running && !container.has(program)?;
        let state = if is_gone { container.state()? } else { state };
        let seen = Seen {
            ended: (!state.running).then_some(state.exit_code),
            report: watched.as_ref().ok().cloned(),
            log: container.log()?,
        };
        let verdict = match (&watched, &contract.kept) {
            (_, Some(kept)) if is_gone && state.running => Verdict::NotStarted(format!(
                "the program of the health check is gone: it was in {kept}, and the image has removed it"
            )),
            (Err(words), _) if state.running => {
                let name = self.engine.name;
                return Err(Failure::Failed(format!("{name} exec: {words}")));
            }
            _ => Verdict::of(&seen, &contract, question.as_ref()),
        };
        let after = watched.as_ref().map_or(after, took);
        Ok(Started::Tried(Box::new(Tried {
            contract: Some(contract),
            seen,
            verdict,
            question,
            after,
        })))
    }
}

/// What came of a start.
enum Started {
    Tried(Box<Tried>),
    /// The engine did not start it, for a reason that is none of the image's.
    Failed(String),
}

fn took(report: &Report) -> Duration {
    Duration::from_millis(report.after)
}

/// That memory cannot be written does not happen.
fn stream(error: io::Error) -> Failure {
    Failure::Failed(format!("no tar stream: {error}"))
}

/// The account that the platform makes, if the image has none of this name.
fn account(files: &mut Files, account: &Account, passwd: &Found, group: &Found) -> io::Result<()> {
    let Some(text) = passwd.with_line(&account.passwd()) else {
        return Ok(());
    };
    files.file("/etc/passwd", text.as_bytes(), passwd.mode, passwd.owner)?;
    if let Some(text) = account.group().and_then(|line| group.with_line(&line)) {
        files.file("/etc/group", text.as_bytes(), group.mode, group.owner)?;
    }
    match &account.home {
        Some(home) => files.folder(home, 0o755, (account.uid, account.gid)),
        None => Ok(()),
    }
}

/// That the image has no such user or group, as a sentence.
fn no_user(contract: &Contract) -> String {
    match &contract.runs_as {
        RunsAs::Image(Some(user)) => {
            format!("no process is created: the engine finds no such user or group as {user}")
        }
        _ => "no process is created: the engine finds no such user or group".to_owned(),
    }
}

/// Whether the engine does not start it because the image has no such user or group.
fn is_about_users(words: &str) -> bool {
    let words = words.to_lowercase();
    [
        "find user",
        "find group",
        "unknown user",
        "unknown group",
        "no users found",
        "matching entries in",
    ]
    .iter()
    .any(|part| words.contains(part))
}
