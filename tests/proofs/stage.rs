//! The other side of the harness: this program, run again, goes into namespaces of its own and becomes
//! what runs there. It has one thread when it begins, which namespaces ask for.
//!
//! System calls that a child has to make between `fork` and `exec` are the only reason for `unsafe` here.
#![allow(unsafe_code)]

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, setns, unshare};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Gid, Pid, Uid, chroot, fchown, setgroups, sethostname, setresgid, setresuid};
use serde::{Deserialize, Serialize};

use crate::files::{self, Copy};

/// The address of a container: none that is loopback, and nobody else's.
pub const ADDRESS: &str = "10.254.0.2";

/// Where the kernel keeps the lowest port that needs no privilege, for each network namespace.
const UNPRIVILEGED: &str = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

/// What a run of the program is to be.
#[derive(Debug, Deserialize, Serialize)]
pub enum Stage {
    /// An instruction of a build.
    Build(Root, Build),
    /// The start of a container.
    Start(Root, Box<Start>),
    /// A program beside it.
    Beside(Beside),
}

/// The file system: layers, the lowest first, below one that takes what is written.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Root {
    pub layers: Vec<PathBuf>,
    pub upper: PathBuf,
    pub work: PathBuf,
    pub merged: PathBuf,
    /// Folders and files of the machine, and where they are seen.
    pub binds: Vec<(PathBuf, String)>,
}

/// An instruction that changes files.
#[derive(Debug, Deserialize, Serialize)]
pub enum Build {
    Run(Process),
    Copy(Copy),
    Directory(String),
}

/// A program, and as whom it runs.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Process {
    pub argv: Vec<String>,
    pub environment: Vec<(String, String)>,
    pub directory: String,
    pub uid: u32,
    pub gid: u32,
    pub groups: Vec<u32>,
}

/// How a container is started.
#[derive(Debug, Deserialize, Serialize)]
pub struct Start {
    pub process: Process,
    pub hostname: String,
    pub capabilities: Vec<String>,
    pub no_new_privileges: bool,
    /// The lowest port that needs no privilege.
    pub lowest_unprivileged: u16,
    pub open_files: Option<u64>,
    /// Standard output and error belong to the process, so that it can open them by name.
    pub owns_output: bool,
    /// Directories that are made where they are not there, with their mode and owner.
    pub directories: Vec<(String, u32, u32)>,
    /// Files that are put there, with their text and mode; what is there is written over.
    pub files: Vec<(String, Vec<u8>, u32)>,
}

/// A program in the namespaces of a container.
#[derive(Debug, Deserialize, Serialize)]
pub struct Beside {
    /// Its first process.
    pub pid: u32,
    pub argv: Vec<String>,
    /// What it reads.
    pub input: String,
    pub uid: u32,
    pub gid: u32,
}

type Result<T> = std::result::Result<T, String>;

/// Becomes what is asked for, and gives the status.
pub fn run(text: &str) -> u8 {
    let stage = serde_json::from_str(text).map_err(|error| error.to_string());
    let done = stage.and_then(|stage| match stage {
        Stage::Build(root, build) => run_build(&root, build),
        Stage::Start(root, start) => run_start(&root, *start),
        Stage::Beside(beside) => run_beside(&beside),
    });
    done.unwrap_or_else(|why| {
        eprintln!("proofs: {why}");
        125
    })
}

fn run_build(root: &Root, build: Build) -> Result<u8> {
    flags_off(CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWIPC | CloneFlags::CLONE_NEWUTS)?;
    assemble(root)?;
    match build {
        Build::Run(process) => {
            unshare(CloneFlags::CLONE_NEWPID).map_err(on("a namespace of processes"))?;
            let mut command = command(&root.merged, &process, Vec::new());
            command.stdin(Stdio::null());
            let status = command.status().map_err(on(&process.argv.join(" ")))?;
            Ok(code(status))
        }
        Build::Copy(copy) => {
            enter(&root.merged)?;
            files::copy(&copy)?;
            Ok(0)
        }
        Build::Directory(path) => {
            enter(&root.merged)?;
            fs::create_dir_all(&path).map_err(on(&path))?;
            Ok(0)
        }
    }
}

fn run_start(root: &Root, start: Start) -> Result<u8> {
    flags_off(CloneFlags::CLONE_NEWNS)?;
    assemble(root)?;
    furnish(&root.merged, &start)?;
    // The way to it may be closed to those who have no name here.
    std::env::set_current_dir(&root.merged).map_err(on("the root"))?;
    let here = Path::new(".");
    if start.owns_output {
        let (uid, gid) = (start.process.uid, start.process.gid);
        let owner = (Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)));
        fchown(io::stderr(), owner.0, owner.1).map_err(on("the output"))?;
    }
    let own = CloneFlags::CLONE_NEWUSER
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS;
    unshare(own).map_err(on("a user namespace"))?;
    // Who has started this is the one who may say which ids there are.
    say("unshared")?;
    let mut line = String::new();
    io::stdin().read_line(&mut line).map_err(on("the ids"))?;
    become_root()?;
    sethostname(&start.hostname).map_err(on("the name of the host"))?;
    for words in [
        vec!["link", "set", "lo", "up"],
        vec!["addr", "add", &format!("{ADDRESS}/32"), "dev", "lo"],
    ] {
        let status = Command::new("ip")
            .args(&words)
            .stdin(Stdio::null())
            .status();
        let done = status.map_err(on("ip"))?.success();
        done.then_some(())
            .ok_or(format!("ip {}", words.join(" ")))?;
    }
    let lowest = start.lowest_unprivileged.to_string();
    fs::write(UNPRIVILEGED, lowest).map_err(on(UNPRIVILEGED))?;
    if let Some(limit) = start.open_files {
        setrlimit(Resource::RLIMIT_NOFILE, limit, limit).map_err(on("the limit of open files"))?;
    }
    let child: Arc<OnceLock<u32>> = Arc::default();
    kill_at_end_of_input(child.clone());
    unshare(CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWPID).map_err(on("namespaces"))?;
    let output = || io::stderr().as_fd().try_clone_to_owned();
    let mut command = command(here, &start.process, confinement(&start)?);
    command.stdin(Stdio::null());
    command.stdout(output().map_err(on("the output"))?);
    command.stderr(output().map_err(on("the output"))?);
    let mut running = command.spawn().map_err(on(&start.process.argv.join(" ")))?;
    let _ = child.set(running.id());
    say(&format!("started {}", running.id()))?;
    let status = running.wait().map_err(on("waiting"))?;
    say(&format!("ended {}", code(status)))?;
    Ok(0)
}

fn run_beside(beside: &Beside) -> Result<u8> {
    let open = |name: &str| {
        let path = format!("/proc/{}/ns/{name}", beside.pid);
        File::open(&path).map_err(on(&path))
    };
    let (network, processes) = (open("net")?, open("pid")?);
    setns(network, CloneFlags::CLONE_NEWNET).map_err(on("the network"))?;
    setns(processes, CloneFlags::CLONE_NEWPID).map_err(on("the processes"))?;
    let root = PathBuf::from(format!("/proc/{}/root", beside.pid));
    let (uid, gid) = (beside.uid, beside.gid);
    let mut command = Command::new(&beside.argv[0]);
    command.args(&beside.argv[1..]).env_clear();
    // SAFETY: between fork and exec only system calls are made.
    unsafe {
        command.pre_exec(move || {
            chroot(&root)?;
            std::env::set_current_dir("/")?;
            become_user(uid, gid, &[])
        });
    }
    command.stdin(Stdio::piped());
    let mut running = command.spawn().map_err(on(&beside.argv.join(" ")))?;
    if let Some(mut stdin) = running.stdin.take() {
        let _ = stdin.write_all(beside.input.as_bytes());
    }
    let status = running.wait().map_err(on("waiting"))?;
    Ok(code(status))
}

/// A command below a root, in a namespace of processes that begins with it.
fn command(root: &Path, process: &Process, confinement: Vec<Confinement>) -> Command {
    let mut command = Command::new(&process.argv[0]);
    command.args(&process.argv[1..]).env_clear();
    command.envs(process.environment.iter().cloned());
    let (root, directory) = (root.to_owned(), process.directory.clone());
    let (uid, gid, groups) = (process.uid, process.gid, process.groups.clone());
    // SAFETY: between fork and exec only system calls are made; there is no other thread that could hold
    // a lock which memory needs but the one that waits for the end of the input.
    unsafe {
        command.pre_exec(move || {
            mount_of_kind("proc", &root.join("proc"), None)?;
            chroot(&root)?;
            std::env::set_current_dir(&directory)?;
            for step in &confinement {
                step.apply()?;
            }
            become_user(uid, gid, &groups)?;
            if confinement
                .iter()
                .any(|step| matches!(step, Confinement::NoNewPrivileges))
            {
                nix::sys::prctl::set_no_new_privs()?;
            }
            Ok(())
        });
    }
    command
}

/// What a process loses for good.
enum Confinement {
    Bounding(caps::Capability),
    Inheritable(caps::CapsHashSet),
    NoNewPrivileges,
}

impl Confinement {
    fn apply(&self) -> io::Result<()> {
        let failed = |error: caps::errors::CapsError| io::Error::other(error.to_string());
        match self {
            Confinement::Bounding(one) => {
                caps::drop(None, caps::CapSet::Bounding, *one).map_err(failed)
            }
            Confinement::Inheritable(kept) => {
                caps::set(None, caps::CapSet::Inheritable, kept).map_err(failed)
            }
            // It would keep the user from being changed to nobody's harm, so it comes last.
            Confinement::NoNewPrivileges => Ok(()),
        }
    }
}

fn confinement(start: &Start) -> Result<Vec<Confinement>> {
    let known = |name: &String| {
        let name = format!("CAP_{name}");
        name.parse::<caps::Capability>()
            .map_err(|error| error.to_string())
    };
    let kept: caps::CapsHashSet = start
        .capabilities
        .iter()
        .map(known)
        .collect::<Result<_>>()?;
    let all = caps::runtime::procfs_all_supported(None).map_err(|error| error.to_string())?;
    let mut steps: Vec<Confinement> = all
        .difference(&kept)
        .map(|one| Confinement::Bounding(*one))
        .collect();
    steps.push(Confinement::Inheritable(kept));
    if start.no_new_privileges {
        steps.push(Confinement::NoNewPrivileges);
    }
    Ok(steps)
}

/// Root of the user namespace: before, it is somebody whom that does not know.
fn become_root() -> Result<()> {
    become_user(0, 0, &[]).map_err(on("root"))
}

fn become_user(uid: u32, gid: u32, groups: &[u32]) -> io::Result<()> {
    let groups: Vec<Gid> = groups.iter().map(|group| Gid::from_raw(*group)).collect();
    setgroups(&groups)?;
    let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
    setresgid(gid, gid, gid)?;
    setresuid(uid, uid, uid)?;
    Ok(())
}

/// Kills the container when whoever has started it is gone, or does not want it any more.
fn kill_at_end_of_input(child: Arc<OnceLock<u32>>) {
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            if line.is_err() {
                break;
            }
        }
        let pid = i32::try_from(*child.wait()).unwrap_or(i32::MAX);
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    });
}

/// Mounts of this process do not come to others.
fn flags_off(namespaces: CloneFlags) -> Result<()> {
    unshare(namespaces).map_err(on("namespaces"))?;
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(None::<&str>, "/", None::<&str>, private, None::<&str>).map_err(on("private mounts"))
}

/// Puts the layers and what a machine gives a container together.
fn assemble(root: &Root) -> Result<()> {
    let layers: Vec<&str> = root
        .layers
        .iter()
        .rev()
        .filter_map(|p| p.to_str())
        .collect();
    let options = format!(
        "lowerdir={},upperdir={},workdir={}",
        layers.join(":"),
        root.upper.display(),
        root.work.display()
    );
    let merged = &root.merged;
    mount_of_kind("overlay", merged, Some(&options)).map_err(on("the layers"))?;
    let dev = merged.join("dev");
    for folder in ["dev", "proc", "sys", "tmp"] {
        fs::create_dir_all(merged.join(folder)).map_err(on(folder))?;
    }
    mount_of_kind("tmpfs", &dev, Some("mode=755")).map_err(on("/dev"))?;
    fs::create_dir(dev.join("shm")).map_err(on("/dev/shm"))?;
    mount_of_kind("tmpfs", &dev.join("shm"), Some("mode=1777")).map_err(on("/dev/shm"))?;
    for name in ["null", "zero", "full", "random", "urandom", "tty"] {
        bind(&Path::new("/dev").join(name), &dev.join(name))?;
    }
    for (name, to) in [
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
    ] {
        symlink(to, dev.join(name)).map_err(on(name))?;
    }
    bind(Path::new("/sys"), &merged.join("sys"))?;
    for (from, to) in &root.binds {
        bind(from, &merged.join(to.trim_start_matches('/')))?;
    }
    Ok(())
}

/// What the platform puts into a container before it starts.
fn furnish(merged: &Path, start: &Start) -> Result<()> {
    let inside = |path: &str| merged.join(path.trim_start_matches('/'));
    let tmp = inside("/tmp");
    fs::set_permissions(&tmp, fs::Permissions::from_mode(0o1777)).map_err(on("/tmp"))?;
    for (path, mode, owner) in &start.directories {
        let at = inside(path);
        if !at.exists() {
            fs::create_dir_all(&at).map_err(on(path))?;
            fs::set_permissions(&at, fs::Permissions::from_mode(*mode)).map_err(on(path))?;
            chown(&at, Some(*owner), Some(*owner)).map_err(on(path))?;
        }
    }
    for (path, bytes, mode) in &start.files {
        let at = inside(path);
        if let Some(folder) = at.parent() {
            fs::create_dir_all(folder).map_err(on(path))?;
        }
        // Not to be followed: what is a link there would lead out of the container.
        if at.is_symlink() {
            fs::remove_file(&at).map_err(on(path))?;
        }
        let mut file = OpenOptions::new();
        let mut file = file
            .write(true)
            .create(true)
            .truncate(true)
            .open(&at)
            .map_err(on(path))?;
        file.write_all(bytes).map_err(on(path))?;
        fs::set_permissions(&at, fs::Permissions::from_mode(*mode)).map_err(on(path))?;
    }
    Ok(())
}

fn enter(root: &Path) -> Result<()> {
    chroot(root).map_err(on("chroot"))?;
    std::env::set_current_dir("/").map_err(on("/"))
}

fn bind(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to).map_err(on(&to.display().to_string()))?;
    } else if !to.exists() {
        File::create(to).map_err(on(&to.display().to_string()))?;
    }
    mount(Some(from), to, None::<&str>, MsFlags::MS_BIND, None::<&str>)
        .map_err(on(&from.display().to_string()))
}

fn mount_of_kind(kind: &str, at: &Path, options: Option<&str>) -> io::Result<()> {
    Ok(mount(
        Some(kind),
        at,
        Some(kind),
        MsFlags::empty(),
        options,
    )?)
}

/// A line for whoever has started this.
fn say(line: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(on("a line"))
}

fn code(status: std::process::ExitStatus) -> u8 {
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    u8::try_from(code.unwrap_or(255)).unwrap_or(255)
}

/// What failed, for an error.
pub fn on<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> String {
    move |error| format!("{what}: {error}")
}
