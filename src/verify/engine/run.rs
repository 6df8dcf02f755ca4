//! Running the engine's commands: in a process group of their own, so that Ctrl-C comes to diegolint
//! alone; with an end to their time; and with what they say.

use std::io::{self, PipeReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Engine, Failure};

/// Between two looks at a command.
const PAUSE: Duration = Duration::from_millis(20);

/// What an engine does in no time, it has done by then, or it hangs.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// To remove something may not take longer: the user waits for the end.
const REMOVES: Duration = Duration::from_secs(30);

/// A command that is told to end has done so by then; otherwise it is killed.
const ENDS: Duration = Duration::from_secs(10);

/// What a command said is there by then once it has ended: who still holds its output is not waited for.
const DRAINS: Duration = Duration::from_secs(2);

/// No more than that of what a command says is kept, in bytes: its last ones.
const KEPT: usize = 4 << 20;

/// How many of the engine's last lines are shown.
const LAST_LINES: usize = 20;

/// A command of the engine.
pub(super) struct Task<'a> {
    /// Its words, behind the engine's name.
    pub words: Vec<String>,
    /// What is waited for, for the user.
    pub what: &'a str,
    /// Its standard input.
    pub input: &'a [u8],
    /// Standard error is among the standard output, in the order in which they come.
    pub joined: bool,
    /// When it has hung; never where there is none.
    pub patience: Option<Duration>,
    /// How it ends when the user wants to stop.
    pub ends: Ends,
}

/// How a command ends when the user wants to stop. One that is killed may leave behind what nobody knows of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// It goes on, and others are begun: it removes something.
    Never,
    /// By itself, soon.
    Soon,
    /// As soon as it is told to.
    Told,
    /// By failing: what runs in its containers is killed.
    Failing,
}

impl<'a> Task<'a> {
    pub fn new<T: Into<String>>(what: &'a str, words: impl IntoIterator<Item = T>) -> Self {
        Self {
            words: words.into_iter().map(Into::into).collect(),
            what,
            input: &[],
            joined: false,
            patience: Some(PATIENCE),
            ends: Ends::Soon,
        }
    }

    pub fn removing<T: Into<String>>(words: impl IntoIterator<Item = T>) -> Self {
        Self {
            patience: Some(REMOVES),
            ends: Ends::Never,
            ..Self::new("removing what was started", words)
        }
    }
}

/// What came of a command.
#[derive(Debug)]
pub(super) struct Done {
    pub status: ExitStatus,
    pub output: Vec<u8>,
    pub error: Vec<u8>,
}

impl Done {
    /// The output, or the engine's last words where it failed.
    pub fn succeeded(self) -> Result<Vec<u8>, String> {
        match self.status.success() {
            true => Ok(self.output),
            false => Err(self.last_words()),
        }
    }

    /// What the engine said last.
    pub fn last_words(&self) -> String {
        let said = match self.error.is_empty() {
            true => &self.output,
            false => &self.error,
        };
        let said = String::from_utf8_lossy(said);
        let lines: Vec<&str> = said
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
            .collect();
        match lines.as_slice() {
            [] => format!("it said nothing, and ended with {}", self.status),
            lines => lines[lines.len().saturating_sub(LAST_LINES)..].join("\n"),
        }
    }
}

impl Engine {
    /// Runs a command to its end.
    pub(super) fn run(&self, task: &Task<'_>) -> Result<Done, Failure> {
        let (went, done) = self.run_whatever(task)?;
        went.map(|()| done)
    }

    /// Runs a command, and gives what it has said even if it was ended before its time.
    pub(super) fn run_whatever(
        &self,
        task: &Task<'_>,
    ) -> Result<(Result<(), Failure>, Done), Failure> {
        if self.stop.is_set() && task.ends != Ends::Never {
            return Err(Failure::Stopped);
        }
        let failed = |error: io::Error| {
            Failure::Failed(format!("{} does not run: {error}", self.program.display()))
        };
        let temporary = self.temporary.as_ref().map(TempDir::path);
        let words = self.command(&task.words);
        let mut running = Running::start(&words, task, temporary).map_err(failed)?;
        let went = self.attend(&mut running, task);
        let status = running.child.wait().map_err(failed)?;
        Ok((went, running.done(status)))
    }

    /// Waits until a command has ended, or ends it.
    fn attend(&self, running: &mut Running, task: &Task<'_>) -> Result<(), Failure> {
        let begun = Instant::now();
        while matches!(running.child.try_wait(), Ok(None)) {
            if self.stop.is_set() && task.ends != Ends::Never {
                running.end(task.ends);
                return Err(Failure::Stopped);
            }
            if let Some(patience) = task.patience.filter(|patience| begun.elapsed() > *patience) {
                running.end(Ends::Told);
                let word = task.words.first().map_or("", String::as_str);
                return Err(Failure::Failed(format!(
                    "{} {word} has not ended after {} s",
                    self.name,
                    patience.as_secs()
                )));
            }
            if task.ends != Ends::Never {
                (self.waiting)(task.what, begun.elapsed());
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Runs a command that has to succeed, and gives its output.
    pub(super) fn get(&self, task: &Task<'_>) -> Result<Vec<u8>, Failure> {
        self.run(task)?.succeeded().map_err(|words| {
            let word = task.words.first().map_or("", String::as_str);
            Failure::Failed(format!("{} {word}: {words}", self.name))
        })
    }

    /// Removes something, whatever happens. What cannot be removed, the user is told about.
    pub(super) fn remove(&self, words: &[&str]) {
        let done = self.run(&Task::removing(words.iter().copied()));
        let is_gone = |done: Done| done.status.success() || is_absent(&done.last_words());
        if !done.is_ok_and(is_gone) {
            self.leave(format!("{} {}", self.program.display(), words.join(" ")));
        }
    }

    fn command(&self, words: &[String]) -> Vec<std::ffi::OsString> {
        let program = self.program.clone().into_os_string();
        let words = words.iter().map(Into::into);
        std::iter::once(program).chain(words).collect()
    }
}

/// Whether an engine says that what it was asked about is not there: its words differ.
pub(super) fn is_absent(words: &str) -> bool {
    let words = words.to_lowercase();
    let absent = [
        "no such",
        "not known",
        "no container with",
        "could not find the file",
        "could not be found",
        "does not exist",
        "unable to find",
    ];
    absent.iter().any(|part| words.contains(part))
}

/// A command that runs.
struct Running {
    child: Child,
    output: Drained,
    error: Option<Drained>,
}

impl Running {
    fn start(
        words: &[std::ffi::OsString],
        task: &Task<'_>,
        temporary: Option<&Path>,
    ) -> io::Result<Self> {
        let Some((program, words)) = words.split_first() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let mut command = Command::new(program);
        command.args(words);
        if let Some(folder) = temporary {
            command.env("TMPDIR", folder);
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let (reader, writer) = io::pipe()?;
        let mut error = None;
        if task.joined {
            command.stderr(writer.try_clone()?);
        } else {
            let (reader, writer) = io::pipe()?;
            command.stderr(writer);
            error = Some(drain(reader));
        }
        command.stdout(writer);
        command.stdin(match task.input {
            [] => Stdio::null(),
            _ => Stdio::piped(),
        });
        let mut child = command.spawn()?;
        // It holds the other ends of the pipes.
        drop(command);
        if let Some(mut stdin) = child.stdin.take() {
            let input = task.input.to_vec();
            // A command that has ended reads no more.
            thread::spawn(move || stdin.write_all(&input));
        }
        Ok(Self {
            child,
            output: drain(reader),
            error,
        })
    }

    fn done(self, status: ExitStatus) -> Done {
        Done {
            status,
            output: self.output.take(),
            error: self.error.map(Drained::take).unwrap_or_default(),
        }
    }

    /// Ends it, with what it has started.
    fn end(&mut self, how: Ends) {
        if matches!(how, Ends::Soon | Ends::Failing) && self.has_ended(how) {
            return;
        }
        self.signal(false);
        if !self.has_ended(Ends::Told) {
            self.signal(true);
            let _ = self.child.wait();
        }
    }

    /// Whether it ends within the time that it has for that.
    fn has_ended(&mut self, how: Ends) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < ENDS {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return true;
            }
            if how == Ends::Failing {
                kill_steps(self.child.id());
            }
            thread::sleep(PAUSE);
        }
        false
    }

    #[cfg(unix)]
    fn signal(&mut self, kill: bool) {
        use rustix::process::{Pid, Signal, kill_process_group};
        let signal = if kill { Signal::KILL } else { Signal::TERM };
        // It is its group's first process, and was not waited for yet: the number is still its own.
        if let Some(group) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process_group(group, signal);
        }
    }

    #[cfg(not(unix))]
    fn signal(&mut self, _kill: bool) {
        let _ = self.child.kill();
    }
}

/// Kills what an engine without a daemon runs in its containers: what descends from it, and is not of its
/// group. Then the step fails, and the engine cleans up as it does after any that fails.
#[cfg(target_os = "linux")]
fn kill_steps(engine: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return;
    };
    // Its number, its parent's and its group's; the name between them may have any character in it.
    let process = |name: std::ffi::OsString| {
        let number: u32 = name.to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
        let (_, rest) = stat.rsplit_once(") ")?;
        let mut fields = rest.split(' ').skip(1).map(|field| field.parse().ok());
        Some((number, fields.next()??, fields.next()??))
    };
    let all: Vec<(u32, u32, u32)> = (entries.flatten())
        .filter_map(|entry| process(entry.file_name()))
        .collect();
    let mut own = vec![engine];
    let mut at = 0;
    while let Some(parent) = own.get(at).copied() {
        at += 1;
        for (number, above, group) in &all {
            if *above == parent && !own.contains(number) {
                own.push(*number);
                if *group != engine
                    && let Some(pid) = Pid::from_raw(number.cast_signed())
                {
                    let _ = kill_process(pid, Signal::KILL);
                }
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn kill_steps(_engine: u32) {}

/// What is read from a pipe on a thread of its own. Its end may never come: what a command has started may
/// hold the pipe for longer than the command itself.
struct Drained {
    read: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Drained {
    /// What was read until the end, or until it is not waited for any more.
    fn take(self) -> Vec<u8> {
        let _ = self.ended.recv_timeout(DRAINS);
        // Nothing is left half done in it by a panic.
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut read)
    }
}

/// Reads to the end, and keeps the last of it.
fn drain(mut reader: PipeReader) -> Drained {
    let read = Arc::new(Mutex::new(Vec::new()));
    let (sender, ended) = channel();
    let all = Arc::clone(&read);
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend_from_slice(&buffer[..count]);
            if all.len() > 2 * KEPT {
                let old = all.len() - KEPT;
                all.drain(..old);
            }
        }
        // Nobody may be waiting for it.
        let _ = sender.send(());
    });
    Drained { read, ended }
}
