//! A container: an image, started as a contract says.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, ChildStdout};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use diegolint::verify::inside::start::Start as Inside;
use diegolint::verify::inside::watch::{Report, Request};
use diegolint::verify::{Contract, INSIDE, RunsAs, Seen};

use crate::accounts;
use crate::image::Image;
use crate::place::Place;
use crate::stage::{ADDRESS, Beside, Process, Root, Stage, Start};
use crate::stages;

/// The number of root outside of a container that only knows two.
const ROOT_OUTSIDE: u32 = 600_000;

/// The name that it has.
const NAME: &str = "container";

/// A container that runs, or has run. It is gone when this is dropped.
pub struct Container {
    runner: Child,
    lines: BufReader<ChildStdout>,
    log: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
    /// Its first process, as the machine knows it.
    pid: u32,
    program: String,
    uid: u32,
    gid: u32,
    _scratch: tempfile::TempDir,
}

impl Container {
    /// Starts an image. `given` are variables that the deployer sets.
    ///
    /// # Errors
    /// Why it cannot be started.
    pub fn start(
        place: &Place,
        image: &Image,
        contract: &Contract,
        given: &[(String, String)],
    ) -> Result<Self, String> {
        let (passwd, groups) = (image.read("etc/passwd"), image.read("etc/group"));
        let contract = contract.clone().with_accounts(&passwd)?;
        let who = Who::of(&contract, &passwd, &groups)?;
        let program = format!(
            "{}/inside",
            contract.kept.as_deref().unwrap_or("/.diegolint")
        );
        let inside = Inside {
            argv: contract.argv.clone(),
            looked_up: contract.looked_up,
            directory: contract.directory.clone(),
            directory_needed: contract.directory_needed,
            outlived: contract.outlived,
        };
        let mut argv = vec![program.clone(), "start".to_owned()];
        argv.extend(inside.words());
        let mut environment = contract.environment.clone();
        environment.extend(given.iter().cloned());
        if let Some(home) = who.home {
            environment.entry("HOME".into()).or_insert(home);
        }
        let mut files = who.files;
        files.push((program.clone(), INSIDE.to_vec(), 0o755));
        let hosts = format!("127.0.0.1\tlocalhost\n::1\tlocalhost\n{ADDRESS}\t{NAME}\n");
        files.push(("/etc/hosts".into(), hosts.into_bytes(), 0o644));
        files.push((
            "/etc/hostname".into(),
            format!("{NAME}\n").into_bytes(),
            0o644,
        ));
        let mut directories = who.directories;
        if let Some((mode, owned)) = contract.volumes {
            let owner = if owned { who.uid } else { 0 };
            let volumes = image.configuration.volumes.iter();
            directories.extend(volumes.map(|path| (path.clone(), mode, owner)));
        }
        let start = Start {
            process: Process {
                argv,
                environment: environment.into_iter().collect(),
                directory: "/".into(),
                uid: who.uid,
                gid: who.gid,
                groups: who.groups,
            },
            hostname: NAME.into(),
            capabilities: contract.capabilities.clone(),
            // Where there are two ids, a setuid bit is that of somebody whom nobody knows.
            no_new_privileges: contract.no_new_privileges && !contract.two_ids,
            lowest_unprivileged: contract.lowest_unprivileged,
            open_files: Some(16_384),
            owns_output: contract.standard_output_can_be_opened,
            directories,
            files,
        };
        let scratch = place.scratch()?;
        let folder = |name: &str| {
            let path = scratch.path().join(name);
            let open = fs::Permissions::from_mode(0o755);
            let made = fs::create_dir(&path).and_then(|()| fs::set_permissions(&path, open));
            made.map(|()| path).map_err(|error| error.to_string())
        };
        let root = Root {
            layers: image.layers.clone(),
            upper: folder("upper")?,
            work: folder("work")?,
            merged: folder("merged")?,
            binds: Vec::new(),
        };
        let (mut reader, writer) = std::io::pipe().map_err(|error| error.to_string())?;
        let stage = Stage::Start(root, Box::new(start));
        let mut runner = stages::begin(&stage, writer.into())?;
        let log: Arc<Mutex<Vec<u8>>> = Arc::default();
        let copy = log.clone();
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if let Ok(mut log) = copy.lock() {
                    log.extend_from_slice(&buffer[..read]);
                }
            }
        });
        let stdout = runner.stdout.take().ok_or("no output")?;
        let mut container = Self {
            runner,
            lines: BufReader::new(stdout),
            log,
            reader: Some(reader),
            pid: 0,
            program,
            uid: who.uid,
            gid: who.gid,
            _scratch: scratch,
        };
        container.expect("unshared")?;
        container.map(contract.two_ids)?;
        let pid = container.expect("started ")?;
        container.pid = pid.parse().map_err(|_| format!("no number: {pid}"))?;
        Ok(container)
    }

    /// The rest of the next line, which has to begin so.
    fn expect(&mut self, start: &str) -> Result<String, String> {
        let mut line = String::new();
        let _ = self.lines.read_line(&mut line);
        match line.trim_end().strip_prefix(start) {
            Some(rest) => Ok(rest.to_owned()),
            None => {
                let _ = self.runner.wait();
                std::thread::sleep(Duration::from_millis(100));
                Err(format!("it could not be started: {}", self.log()))
            }
        }
    }

    /// Says which ids there are within: two, or all as they are.
    fn map(&mut self, two: bool) -> Result<(), String> {
        let lines = |own: u32| match two {
            true if own == 0 => format!("0 {ROOT_OUTSIDE} 1\n"),
            true => format!("0 {ROOT_OUTSIDE} 1\n{own} {own} 1\n"),
            false => format!("0 0 {}\n", u32::MAX),
        };
        for (name, own) in [("uid_map", self.uid), ("gid_map", self.gid)] {
            let path = format!("/proc/{}/{name}", self.runner.id());
            fs::write(&path, lines(own)).map_err(|error| format!("{path}: {error}"))?;
        }
        let stdin = self.runner.stdin.as_mut().ok_or("no input")?;
        writeln!(stdin, "mapped").map_err(|error| error.to_string())
    }

    /// Asks what the health check would ask, from within, and says what was seen.
    pub fn watch(mut self, request: &Request) -> Seen {
        let report = self.ask(request);
        // Where nothing came back it has ended, which is seen a moment later.
        let looks = if report.is_none() { 500 } else { 10 };
        let ended = self.ended(looks);
        // What it has printed last may be under way.
        std::thread::sleep(Duration::from_millis(50));
        Seen {
            ended,
            report: report.filter(|_| ended.is_none()),
            log: self.log(),
        }
    }

    /// The report of a check. There is none if the container ends meanwhile.
    pub fn ask(&mut self, request: &Request) -> Option<Report> {
        let output = self.beside(&["watch"], &request.to_string()).ok()?;
        Report::read(&output)
    }

    /// Runs the program of `verify` in the container, and gives what it prints.
    fn beside(&mut self, words: &[&str], input: &str) -> Result<String, String> {
        let mut argv = vec![self.program.clone()];
        argv.extend(words.iter().map(|word| (*word).to_owned()));
        let stage = Stage::Beside(Beside {
            pid: self.pid,
            argv,
            input: input.to_owned(),
            uid: self.uid,
            gid: self.gid,
        });
        let child = stages::begin(&stage, std::process::Stdio::null())?;
        let output = child
            .wait_with_output()
            .map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The numbers of the accounts that its processes run as, but for the first process.
    pub fn accounts(&self) -> BTreeSet<u32> {
        let namespace = |pid: &str| fs::read_link(format!("/proc/{pid}/ns/pid")).ok();
        let first = self.pid.to_string();
        let own = namespace(&first);
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names
            .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()) && *name != first)
            .filter(|name| own.is_some() && namespace(name) == own)
            .filter_map(|name| {
                let status = fs::read_to_string(format!("/proc/{name}/status")).ok()?;
                let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
                line.split_whitespace().nth(1)?.parse().ok()
            })
            .collect()
    }

    /// The status that it has ended with, if it has.
    fn ended(&mut self, looks: usize) -> Option<i32> {
        // The runner says so and ends itself.
        for _ in 0..looks {
            if matches!(self.runner.try_wait(), Ok(Some(_))) {
                let status = self.expect("ended ").ok();
                return Some(status.and_then(|status| status.parse().ok()).unwrap_or(-1));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }

    /// What it has printed.
    pub fn log(&self) -> String {
        let log = self.log.lock().unwrap_or_else(|broken| broken.into_inner());
        String::from_utf8_lossy(&log).into_owned()
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // The runner kills what it runs when its input ends.
        drop(self.runner.stdin.take());
        let _ = self.runner.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

/// Who runs the process, and what the platform makes for that.
struct Who {
    uid: u32,
    gid: u32,
    groups: Vec<u32>,
    home: Option<String>,
    directories: Vec<(String, u32, u32)>,
    files: Vec<(String, Vec<u8>, u32)>,
}

impl Who {
    fn of(contract: &Contract, passwd: &str, groups: &str) -> Result<Self, String> {
        let mut who = Self {
            uid: 0,
            gid: 0,
            groups: Vec::new(),
            home: None,
            directories: Vec::new(),
            files: Vec::new(),
        };
        match &contract.runs_as {
            RunsAs::Root => who.home = accounts::home(0, passwd),
            RunsAs::Image(said) => {
                let said = said.as_deref().unwrap_or("0:0");
                (who.uid, who.gid) = accounts::find_in(said, passwd, groups)?;
                let name = said.split(':').next().unwrap_or_default();
                who.groups = accounts::groups_of(name, groups);
                who.home = accounts::home(who.uid, passwd).or(Some("/".into()));
            }
            RunsAs::Account(account) => {
                (who.uid, who.gid) = (account.uid, account.gid);
                who.home.clone_from(&account.home);
                let is_there = |text: &str, name: &str| {
                    text.lines()
                        .any(|line| line.split(':').next() == Some(name))
                };
                if !is_there(passwd, &account.name) {
                    let text = format!("{}\n{}\n", passwd.trim_end(), account.passwd());
                    who.files
                        .push(("/etc/passwd".into(), text.into_bytes(), 0o644));
                    if let Some(line) = account.group().filter(|_| !is_there(groups, &account.name))
                    {
                        let text = format!("{}\n{line}\n", groups.trim_end());
                        who.files
                            .push(("/etc/group".into(), text.into_bytes(), 0o644));
                    }
                    let home = account.home.iter();
                    who.directories
                        .extend(home.map(|home| (home.clone(), 0o755, account.uid)));
                }
            }
        }
        Ok(who)
    }
}
