//! How the process of an image is started: as the launcher of the platform does, below a process that is
//! the first of the container and stays it, as the platform's own is.

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use crate::start::Start;

impl Start {
    /// Starts the process, waits until it has ended, and gives the status of the container: the
    /// process's own, 128 and the signal that killed it, or what the launcher ends with.
    pub fn run(&self) -> u8 {
        let status = match self.command().and_then(|mut command| command.status()) {
            Ok(status) => code(status),
            // `syscall.Exec(argv[0], …)` and nothing behind it.
            Err(_) if !self.looked_up => 0,
            Err(error) => {
                eprintln!("{error}");
                1
            }
        };
        if self.outlived && status == 0 {
            loop {
                std::thread::sleep(Duration::from_secs(3600));
            }
        }
        status
    }

    fn command(&self) -> io::Result<Command> {
        match std::env::set_current_dir(&self.directory) {
            Err(error) if self.directory_needed => {
                let directory = &self.directory;
                let message = format!("Couldn't change directories to {directory}: {error}");
                return Err(io::Error::new(error.kind(), message));
            }
            Err(_) | Ok(()) => {}
        }
        let name = self.argv.first().map_or("", String::as_str);
        let program = self.program(name)?;
        is_executable_format(&program)?;
        let mut command = Command::new(program);
        command.arg0(name).args(self.argv.iter().skip(1));
        Ok(command)
    }

    /// The path of the program: `./` in front keeps `Command` from looking it up.
    fn program(&self, name: &str) -> io::Result<PathBuf> {
        if name.contains('/') {
            return Ok(PathBuf::from(name));
        }
        if !self.looked_up {
            return Ok(Path::new(".").join(name));
        }
        let path: OsString = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|file| is_executable(file));
        found.ok_or_else(|| {
            let message = format!("exec: \"{name}\": executable file not found in $PATH");
            io::Error::new(io::ErrorKind::NotFound, message)
        })
    }
}

/// Whether a file is one that somebody may execute, as Go's `exec.LookPath` asks it.
fn is_executable(file: &Path) -> bool {
    let metadata = file.metadata();
    metadata.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// The kernel executes what is for a machine and what names its interpreter. `execvp` would go on and
/// give everything else to a shell, which no launcher does.
fn is_executable_format(file: &Path) -> io::Result<()> {
    let mut start = [0; 4];
    let read = std::fs::File::open(file).and_then(|mut file| file.read(&mut start));
    match read {
        Ok(read) if !(start[..read].starts_with(b"#!") || start == *b"\x7fELF") => Err(
            io::Error::new(io::ErrorKind::Unsupported, "exec format error"),
        ),
        // What cannot be read may be executed all the same.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// What a shell would call the status.
fn code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    u8::try_from(code.unwrap_or(255)).unwrap_or(255)
}
