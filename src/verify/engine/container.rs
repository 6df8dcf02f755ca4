//! A container of an image, started under a contract. It is removed when it is dropped.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::files::{At, Found};
use super::image::Image;
use super::run::{Ends, PATIENCE, Task, is_absent};
use super::{Engine, Failure};
use crate::target::Target;
use crate::verify::inside::start::Start;
use crate::verify::inside::watch::{Report, Request};
use crate::verify::{Contract, RunsAs};

/// What Docker and podman give root where nothing else is said; podman less, by now.
const USUAL: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// So much of the log is kept, in lines.
const LOG: &str = "400";

/// More links in a row lead nowhere: Linux' own limit.
const MOST_LINKS: usize = 40;

/// A container whose process has ended has done so for the engine, too, by then.
const NOTICED: Duration = Duration::from_secs(5);

/// A container.
pub(super) struct Container<'a> {
    engine: &'a Engine,
    name: String,
    /// What is said of it, but for its name.
    options: Vec<String>,
    /// What is started in it.
    words: Vec<String>,
    /// The image that it was made from, where that is its own: removed after it.
    copy: Option<Image<'a>>,
}

/// What the engine says of it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct State {
    pub running: bool,
    pub exit_code: i32,
}

impl<'a> Container<'a> {
    /// Makes it, and does not start it. `program` is where the program will be that starts the image's
    /// own; `limits` says whether the target's limits are set.
    pub fn create(
        image: &Image<'_>,
        contract: &Contract,
        target: &Target,
        program: &str,
        limits: bool,
        engine: &'a Engine,
    ) -> Result<Self, Failure> {
        let mut words: Vec<String> = Vec::new();
        let mut say = |option: &str, value: &str| words.push(format!("{option}={value}"));
        say("--label", "diegolint=verify");
        say("--entrypoint", program);
        say("--workdir", "/");
        // Nobody else asks it anything, and nobody waits for it.
        say("--no-healthcheck", "true");
        say("--restart", "no");
        say("--stop-timeout", "0");
        // Docker opens all ports to everybody; the kernel and the platforms do not.
        let lowest = contract.lowest_unprivileged;
        let sysctl = format!("net.ipv4.ip_unprivileged_port_start={lowest}");
        say("--sysctl", &sysctl);
        match &contract.runs_as {
            RunsAs::Image(None) => {}
            RunsAs::Image(Some(user)) => say("--user", user),
            RunsAs::Root => say("--user", "0:0"),
            RunsAs::Account(account) => say("--user", &format!("{}:{}", account.uid, account.gid)),
        }
        for (option, value) in capabilities(contract, engine) {
            say(option, value);
        }
        if contract.no_new_privileges {
            say("--security-opt", "no-new-privileges");
        }
        if engine.podman {
            say("--log-driver", "k8s-file");
            say("--http-proxy", "false");
            // It keeps the image's folders as they are; Docker does, too, in volumes of its own.
            say("--image-volume", "ignore");
        } else {
            say("--log-driver", "json-file");
        }
        if limits {
            for (name, value) in ulimits(target) {
                say("--ulimit", &format!("{name}={value}:{value}"));
            }
        }
        for (name, value) in &contract.environment {
            say("--env", &format!("{name}={value}"));
        }
        words.extend(engine.options.iter().cloned());
        let start = Start {
            argv: contract.argv.clone(),
            looked_up: contract.looked_up,
            directory: contract.directory.clone(),
            directory_needed: contract.directory_needed,
            outlived: contract.outlived,
        };
        let container = Self {
            engine,
            name: Engine::unique_name(),
            options: words,
            words: [vec!["start".to_owned()], start.words()].concat(),
            copy: None,
        };
        let words = container.all_words(&["create"], &image.reference);
        engine.get(&Task::new("making a container", words))?;
        Ok(container)
    }

    fn all_words(&self, first: &[&str], image: &str) -> Vec<String> {
        let mut words: Vec<String> = first.iter().map(|word| (*word).to_owned()).collect();
        words.push(format!("--name={}", self.name));
        words.extend(self.options.iter().cloned());
        words.push(image.to_owned());
        words.extend(self.words.iter().cloned());
        words
    }

    /// Puts a tar stream in, from the root.
    pub fn put(&self, stream: &[u8]) -> Result<(), Failure> {
        let place = format!("{}:/", self.name);
        // Podman would give all of it to the account that runs the process.
        let words: &[&str] = match self.engine.podman {
            true => &["cp", "--archive=false", "-", &place],
            false => &["cp", "-", &place],
        };
        let mut task = Task::new("making a container", words.iter().copied());
        task.input = stream;
        self.engine.get(&task).map(drop)
    }

    /// A file in it, where it is there; what a link leads to. Whether `cp` follows it is up to the engine.
    pub fn file(&self, path: &str) -> Result<Option<Found>, Failure> {
        let mut path = PathBuf::from(path);
        for _ in 0..MOST_LINKS {
            let done = self.copy_out(&path.to_string_lossy())?;
            match done.as_deref().and_then(At::in_stream) {
                Some(At::File(found)) => return Ok(Some(found)),
                Some(At::Link(to)) => path = path.parent().unwrap_or(&path).join(to),
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Whether there is something at a path.
    pub fn has(&self, path: &str) -> Result<bool, Failure> {
        self.copy_out(path).map(|done| done.is_some())
    }

    fn copy_out(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        let place = format!("{}:{path}", self.name);
        let task = Task::new("looking at the image", ["cp", &place, "-"]);
        let done = self.engine.run(&task)?;
        match done.status.success() {
            true => Ok(Some(done.output)),
            false if is_absent(&done.last_words()) => Ok(None),
            false => {
                let (name, words) = (self.engine.name, done.last_words());
                Err(Failure::Failed(format!("{name} cp: {words}")))
            }
        }
    }

    /// Starts it; the words of the engine where it does not.
    pub fn start(&mut self, contract: &Contract) -> Result<Result<(), String>, Failure> {
        if self.engine.podman && self.is_of_nobody(contract)? {
            return self.start_copy();
        }
        let task = Task::new("starting it", ["start", &self.name]);
        let done = self.engine.run(&task)?;
        Ok(done.succeeded().map(drop))
    }

    /// Whether it runs as a number that the image does not know, for which podman would make an account.
    fn is_of_nobody(&self, contract: &Contract) -> Result<bool, Failure> {
        let RunsAs::Image(Some(user)) = &contract.runs_as else {
            return Ok(false);
        };
        let name = user.split(':').next().unwrap_or_default();
        if name.parse::<u32>().is_err() {
            return Ok(false);
        }
        let passwd = self.file("/etc/passwd")?.unwrap_or(Found::nothing());
        let mut lines = passwd.text.lines();
        Ok(!lines.any(|line| line.split(':').nth(2) == Some(name)))
    }

    /// Starts another one with the same files in its place: podman can be told to make no account where
    /// it makes and starts a container in one go, and not otherwise.
    fn start_copy(&mut self) -> Result<Result<(), String>, Failure> {
        let copy = Image::copied(self.engine);
        let words = ["commit", "--quiet", &self.name, &copy.reference];
        self.engine.get(&Task::new("making a container", words))?;
        self.remove();
        self.name = Engine::unique_name();
        let words = self.all_words(&["run", "--detach", "--passwd=false"], &copy.reference);
        self.copy = Some(copy);
        let done = self.engine.run(&Task::new("starting it", words))?;
        Ok(done.succeeded().map(drop))
    }

    /// Asks within it; the words of the engine where nothing comes back.
    pub fn watch(
        &self,
        program: &str,
        request: &Request,
        what: &str,
    ) -> Result<Result<Report, String>, Failure> {
        let text = request.to_string();
        let words = ["exec", "--interactive", &self.name, program, "watch"];
        let done = self.engine.run(&Task {
            input: text.as_bytes(),
            patience: Some(Duration::from_millis(request.timeout) + PATIENCE),
            ends: Ends::Told,
            ..Task::new(what, words)
        })?;
        let report = Report::read(&String::from_utf8_lossy(&done.output));
        Ok(report.ok_or_else(|| done.last_words()))
    }

    /// What the engine says of it.
    pub fn state(&self) -> Result<State, Failure> {
        let words = ["container", "inspect", &self.name];
        let output = self
            .engine
            .get(&Task::new("looking at the container", words))?;
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Inspected {
            state: State,
        }
        let all: Result<Vec<Inspected>, _> = serde_json::from_slice(&output);
        let name = self.engine.name;
        let unreadable = |why: String| {
            Failure::Failed(format!("{name} container inspect cannot be read: {why}"))
        };
        let all = all.map_err(|error| unreadable(error.to_string()))?;
        let first = all.into_iter().next();
        first
            .map(|one| one.state)
            .ok_or_else(|| unreadable("it is empty".into()))
    }

    /// What the engine says of it once it has noticed that its process has ended, or goes on.
    pub fn settled_state(&self) -> Result<State, Failure> {
        let begun = Instant::now();
        loop {
            let state = self.state()?;
            if !state.running || begun.elapsed() > NOTICED {
                return Ok(state);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// What it has printed.
    pub fn log(&self) -> Result<String, Failure> {
        // Podman loses parts of lines that were written in pieces where only the last lines are wanted.
        let words: &[&str] = match self.engine.podman_runs {
            true => &["logs", &self.name],
            false => &["logs", "--tail", LOG, &self.name],
        };
        let mut task = Task::new("reading its log", words.iter().copied());
        task.joined = true;
        let output = self.engine.get(&task)?;
        Ok(String::from_utf8_lossy(&output).into_owned())
    }
}

impl Container<'_> {
    fn remove(&self) {
        // It may not be there: `create` may have failed, before or after it made one.
        self.engine
            .remove(&["rm", "--force", "--volumes", &self.name]);
    }
}

impl Drop for Container<'_> {
    fn drop(&mut self) {
        self.remove();
    }
}

/// What is said of capabilities. Whoever is not root has none of them; they bound what programs with a
/// setuid bit can have.
fn capabilities<'a>(contract: &'a Contract, engine: &Engine) -> Vec<(&'static str, &'a str)> {
    let own = &contract.capabilities;
    if own.is_empty() || !engine.podman_runs || contract.is_root() {
        let added = own.iter().map(|name| ("--cap-add", name.as_str()));
        return [("--cap-drop", "all")].into_iter().chain(added).collect();
    }
    // What is added by name, podman gives to whoever runs the process, be that root or not.
    USUAL
        .iter()
        .filter(|name| !own.iter().any(|own| own == *name))
        .map(|name| ("--cap-drop", *name))
        .collect()
}

/// The limits of a target that engines know.
fn ulimits(target: &Target) -> Vec<(&'static str, u64)> {
    let names = [('n', "nofile"), ('u', "nproc")];
    let limit = |(option, name)| Some((name, target.limit(option)?.value));
    names.into_iter().filter_map(limit).collect()
}
