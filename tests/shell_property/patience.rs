//! Scripts that would run for ever are ended, with all that they started.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

/// How long a script runs at most.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often it is looked whether it has ended.
const GLANCE: Duration = Duration::from_millis(2);

/// Runs a command with a group of processes of its own; none where it had to be ended.
pub(super) fn status(command: &mut Command) -> Option<ExitStatus> {
    let mut child = command.process_group(0).spawn().ok()?;
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => std::thread::sleep(GLANCE),
            Err(_) => break,
        }
    }
    end(&mut child);
    None
}

/// Ends a process and all of its group.
fn end(child: &mut Child) {
    // The number of a group is that of its first process; `kill` takes it behind a minus sign.
    let group = format!("kill -s KILL -- -{}", child.id());
    let _ = Command::new("/bin/sh").args(["-c", &group]).status();
    let _ = child.kill();
    let _ = child.wait();
}

#[test]
fn what_runs_for_ever_is_ended_with_all_that_it_started() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let script = "while :; do sleep 0.01; echo x >> \"$0\"; done & while :; do sleep 1; done";
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script]).arg(&log);
    let begin = Instant::now();
    assert!(status(&mut command).is_none());
    assert!(begin.elapsed() < PATIENCE * 5);
    let size = || std::fs::metadata(&log).map_or(0, |file| file.len());
    let written = size();
    assert!(written > 0);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(size(), written, "it goes on");
}
