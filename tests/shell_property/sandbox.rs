//! A folder as the whole world of a shell: no program and no file of this machine is reachable there.
//! Every command is a stub that writes down its words.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use diegolint::programs::programs;

use super::patience;

/// The shells, as they are called inside.
pub(super) const SHELLS: &[&str] = &["/bin/bash", "/bin/dash"];

/// A namespace of its own for everything, in which the folder is the root. The user has the number
/// that the target gives, and what it starts is killed with it.
const ENTER: &[&str] = &[
    "--user",
    "--map-user=10000",
    "--map-group=10000",
    "--keep-caps",
    "--mount",
    "--pid",
    "--net",
    "--ipc",
    "--uts",
    "--fork",
    "--kill-child",
    "/bin/sh",
    "-c",
    "mount -t proc proc \"$1/proc\" && cd / && exec chroot \"$@\"",
    "sh",
];

/// What a stub does besides writing down its words: the few answers that the account knows.
const STUB: &str = r#"#!/bin/dash
name=${0##*/}
case $0 in /stubs/*) line=$name ;; *) line=$0 ;; esac
for word; do line="$line$US$word"; done
printf '%s\036' "$line" >> /log
read -r n < /count
echo $((n + 1)) > /count
bit=$(( (STUB_ANSWERS >> (n % 16)) & 1 ))
case $name in
id) case "$*" in
  -u | -g) echo 10000 ;;
  -un) echo vcap ;;
  *) echo x ;;
  esac ;;
whoami) echo vcap ;;
uname) if [ $# = 0 ]; then echo Linux; else echo x; fi ;;
dirname)
  for p; do :; done
  case $p in /*/*) echo "${p%/*}" ;; /*) echo / ;; */*) echo "${p%/*}" ;; *) echo . ;; esac ;;
basename)
  p=${1##*/}
  case ${p%"${2-}"} in '') echo "$p" ;; *) echo "${p%"${2-}"}" ;; esac ;;
readlink | realpath)
  for p; do :; done
  case $p in /*) ;; .) p=$PWD ;; *) p=$PWD/$p ;; esac
  d=$(cd "${p%/*}/" 2>/dev/null && pwd)
  case $d in /) echo "/${p##*/}" ;; *) echo "$d/${p##*/}" ;; esac ;;
cat | tee)
  if [ $# = 0 ] || [ $name = tee ]; then
    while IFS= read -r l; do printf '%s\n' "$l"; done
    [ -z "$l" ] || printf '%s' "$l"
  else
    for p; do
      [ -f "$p" ] && while IFS= read -r l; do printf '%s\n' "$l"; done < "$p"
    done
  fi
  exit 0 ;;
sh | dash | ash) exec /bin/dash "$@" ;;
bash) exec /bin/bash "$@" ;;
gosu | su-exec) shift; exec "$@" ;;
tini | dumb-init | catatonit)
  while :; do
    case ${1-} in --) shift; break ;; -p | -e | --rewrite) shift 2 ;; -*) shift ;; *) break ;; esac
  done
  exec "$@" ;;
*) [ $bit = 0 ] || echo "out" ;;
esac
"#;

/// How a stub ends whose success is not known.
const ASKS: &str = "exit $bit\n";

/// A folder with shells in it, from which worlds are made.
pub(super) struct Sandbox {
    base: tempfile::TempDir,
}

/// What ran, each as its words, and whether the script came to a good end by itself.
pub(super) struct Outcome {
    pub(super) commands: Vec<Vec<String>>,
    pub(super) good: bool,
}

impl Sandbox {
    /// Builds one and tries whether it holds; says what is missing if it does not.
    pub(super) fn new() -> Result<Self, String> {
        let failed = |error: std::io::Error| error.to_string();
        let base = tempfile::tempdir().map_err(failed)?;
        let folder = base.path().join("base");
        for shell in SHELLS {
            copy(Path::new(shell), &folder).map_err(|e| format!("{shell}: {e}"))?;
            let needed = Command::new("ldd").arg(shell).output().map_err(failed)?;
            let needed = String::from_utf8_lossy(&needed.stdout).into_owned();
            for word in needed.split_whitespace().filter(|w| w.starts_with('/')) {
                copy(Path::new(word), &folder).map_err(|e| format!("{word}: {e}"))?;
            }
        }
        let sandbox = Self { base };
        let world = sandbox.world()?;
        // Nothing of this machine may be seen from inside.
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let script = format!(
            "[ $EUID = 10000 ] && [ $$ = 1 ] && [ ! -e {} ] && [ ! -e /usr/bin/env ] && read l < <(echo in) && echo $l > /log",
            own.display()
        );
        fs::write(world.root().join("scripts/try"), script).map_err(failed)?;
        let outcome = world.run("/bin/bash", &["/scripts/try".to_owned()], &[], 0);
        let seen = fs::read_to_string(world.root().join("log")).unwrap_or_default();
        match outcome.good && seen == "in\n" {
            true => Ok(sandbox),
            false => {
                Err("unshare (with a user namespace), mount and chroot do not work here".to_owned())
            }
        }
    }

    /// A new world with nothing in it but the shells.
    pub(super) fn world(&self) -> Result<World, String> {
        let failed = |error: std::io::Error| error.to_string();
        let folder = tempfile::tempdir_in(self.base.path()).map_err(failed)?;
        link(&self.base.path().join("base"), folder.path()).map_err(failed)?;
        for name in [
            "dev", "proc", "tmp", "stubs", "scripts", "app/tmp", "etc", "run", "var/run",
        ] {
            fs::create_dir_all(folder.path().join(name)).map_err(failed)?;
        }
        for name in ["dev/null", "dev/tty"] {
            fs::write(folder.path().join(name), "").map_err(failed)?;
        }
        for (name, target) in [
            ("fd", "/proc/self/fd"),
            ("stdin", "/proc/self/fd/0"),
            ("stdout", "/proc/self/fd/1"),
            ("stderr", "/proc/self/fd/2"),
        ] {
            symlink(target, folder.path().join("dev").join(name)).map_err(failed)?;
        }
        Ok(World { folder })
    }
}

/// The root folder of a script.
pub(super) struct World {
    folder: tempfile::TempDir,
}

impl World {
    pub(super) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// A path of this world on the machine; none if it would lead out of it.
    fn inside(&self, path: &str) -> Option<PathBuf> {
        let relative = path.strip_prefix('/')?;
        let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('\0');
        let safe = relative.split('/').all(plain)
            && !matches!(
                relative.split('/').next(),
                Some("proc" | "dev" | "bin" | "lib" | "lib64")
            );
        let mut at = self.root().to_owned();
        for part in relative.split('/') {
            at.push(part);
            if at.is_symlink() {
                return None;
            }
        }
        safe.then_some(at)
    }

    /// Makes a folder, if it can be.
    pub(super) fn folder(&self, path: &str) {
        if let Some(path) = self.inside(path) {
            let _ = fs::create_dir_all(path);
        }
    }

    /// Makes stubs: of a path at its place, of a name in the only folder of the PATH. Gives those
    /// that are there.
    pub(super) fn stubs(&self, names: &BTreeSet<String>) -> BTreeSet<String> {
        let text = STUB.replace("$US", "\u{1f}");
        let mut made = BTreeSet::new();
        for name in names {
            let place = match name.contains('/') {
                true => self.inside(name),
                false => Some(self.root().join("stubs").join(name)),
            };
            let Some(place) = place.filter(|place| !place.exists()) else {
                continue;
            };
            let _ = place.parent().map(fs::create_dir_all);
            let program = name.rsplit('/').next().unwrap_or_default();
            let end = if programs().tools().asks(program) {
                ASKS
            } else {
                "exit 0\n"
            };
            let written = fs::write(&place, format!("{text}{end}"));
            let mode = fs::Permissions::from_mode(0o755);
            if written.is_ok() && fs::set_permissions(&place, mode).is_ok() {
                made.insert(name.clone());
            }
        }
        made
    }

    /// Runs a script by a shell. Which of the questions succeed is said by `answers`.
    pub(super) fn run(
        &self,
        shell: &str,
        words: &[String],
        environment: &[(String, String)],
        answers: u32,
    ) -> Outcome {
        let log = self.root().join("log");
        let _ = fs::write(&log, "");
        let _ = fs::write(self.root().join("count"), "0\n");
        let mut command = Command::new("unshare");
        command
            .args(ENTER)
            .arg(self.root())
            .args(["/bin/bash", "-c"])
            // What it writes and takes has bounds.
            .arg("export PATH=/stubs; ulimit -f 4096 -v 2000000 -t 4; cd /scripts; shell=$1; shift; exec \"$shell\" \"$@\"")
            .args(["bash", shell])
            .args(words)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("STUB_ANSWERS", answers.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let status = patience::status(&mut command);
        let text = fs::read(&log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let records = text.split('\u{1e}').filter(|record| !record.is_empty());
        Outcome {
            commands: records
                .map(|record| record.split('\u{1f}').map(str::to_owned).collect())
                .collect(),
            good: status.is_some_and(|status| status.success()),
        }
    }
}

/// Copies a file to its place under a folder.
fn copy(file: &Path, folder: &Path) -> std::io::Result<()> {
    let target = folder.join(file.strip_prefix("/").unwrap_or(file));
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::copy(file, target).map(|_| ())
}

/// The same files under another folder.
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            link(&entry.path(), &target)?;
        } else {
            fs::hard_link(entry.path(), target)?;
        }
    }
    Ok(())
}
