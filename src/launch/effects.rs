//! What a command does that matters to the target, and whether it can.

use super::LaunchStep;
use super::access::{Obstacle, writable};
use crate::eval::{Step, User};
use crate::image::{Image, Scripts};
use crate::programs::{self, CommandKind, Switch, Words, programs};
use crate::syntax::shell::RedirectKind;
use crate::target::Target;

/// What a command does that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It goes on as another account.
    SwitchUser(Switch),
    /// It gives paths to an account: owner and group as written, and the words that are paths.
    ChangeOwner {
        /// `user`, `user:group` or `:group`.
        owner: Option<String>,
        /// The words.
        paths: Vec<usize>,
    },
    /// It changes permission bits.
    ChangeMode {
        /// The mode as written.
        mode: Option<String>,
        /// The words that are paths.
        paths: Vec<usize>,
    },
    /// It writes files or folders.
    Write,
    /// It serves: see [`super::Serving`] for the one that counts.
    Listen,
    /// It needs root, or a capability of root's.
    NeedsRoot,
    /// It takes the place of the process.
    Exec,
    /// Nothing.
    None,
}

/// A path that a command writes, and what keeps it from that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The path.
    pub path: String,
    /// What is in the way.
    pub obstacle: Option<Obstacle>,
    /// What becomes of the path.
    pub manner: Manner,
}

/// How a command writes a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It makes a folder.
    Folder,
    /// It writes a file, which is there or is made.
    File,
    /// Whatever it is: a file, a folder, or something in a folder.
    Either,
    /// It makes files in a folder, and puts them in the place of others there (`sed -i`).
    Inside,
}

/// Looks at commands with the eyes of a target.
pub(super) struct Judge<'a> {
    pub(super) image: &'a Image,
    pub(super) target: &'static Target,
    pub(super) scripts: &'a Scripts<'a>,
}

impl Judge<'_> {
    pub(super) fn step(&self, step: Step) -> LaunchStep {
        let texts = step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let (effect, fails) = self.effect(&step, &words);
        let accounts = step.managed.iter().flat_map(|managed| &managed.accounts);
        let told = accounts.into_iter().find(|account| account.itself);
        let fails = fails.or_else(|| told.map(|account| account.words.clone()));
        let writes = self.writes(&step, &words);
        let blocked = writes
            .iter()
            .find_map(|written| written.obstacle.as_ref().map(|o| (written, o)));
        let fails = fails.or_else(|| {
            blocked.map(|(written, obstacle)| {
                format!("{}: Permission denied ({obstacle})", written.path)
            })
        });
        let effect = if effect == Effect::None && !writes.is_empty() {
            Effect::Write
        } else {
            effect
        };
        LaunchStep {
            step,
            effect,
            writes,
            fails,
        }
    }

    fn effect(&self, step: &Step, words: &Words<'_>) -> (Effect, Option<String>) {
        let name = programs::program_name(words);
        let user = &step.user;
        if let Some((switcher, switch)) = programs()
            .switcher(name)
            .and_then(|s| Some((s, s.parse(words)?)))
        {
            let account = switch
                .account
                .as_ref()
                .and_then(|part| part.text(words))
                .unwrap_or("root")
                .to_owned();
            let fails = (!self.target.can_switch_user(user)).then(|| switcher.failure(&account));
            return (Effect::SwitchUser(switch), fails);
        }
        if let Some(chown) = programs::parse_chown(words) {
            let first = chown
                .paths
                .first()
                .and_then(|i| words.get(*i).copied().flatten())
                .unwrap_or("…");
            let fails = (!self.target.can_change_owner(user)).then(|| {
                format!("{name}: changing ownership of '{first}': Operation not permitted")
            });
            let owner = chown.owner.map(|(user, group)| match group {
                Some(group) => format!("{}:{group}", user.unwrap_or_default()),
                None => user.unwrap_or_default(),
            });
            return (
                Effect::ChangeOwner {
                    owner,
                    paths: chown.paths,
                },
                fails,
            );
        }
        if let Some(install) =
            programs::parse_install(words).filter(|i| i.owner.is_some() || i.group.is_some())
        {
            let fails = (!self.target.can_change_owner(user))
                .then(|| "install: cannot change ownership: Operation not permitted".to_owned());
            let owner = install
                .owner
                .clone()
                .or(install.group.as_ref().map(|group| format!(":{group}")));
            return (
                Effect::ChangeOwner {
                    owner,
                    paths: install.paths,
                },
                fails,
            );
        }
        if let Some(chmod) = programs::parse_chmod(words) {
            let paths = chmod
                .paths
                .iter()
                .filter_map(|i| Some((words[*i]?, step.absolute(words[*i]?)?)));
            let foreign = paths
                .into_iter()
                .find(|(_, path)| self.is_foreign(path, user));
            let fails = foreign.map(|(word, _)| {
                format!("chmod: changing permissions of '{word}': Operation not permitted")
            });
            return (
                Effect::ChangeMode {
                    mode: chmod.mode,
                    paths: chmod.paths,
                },
                fails,
            );
        }
        let rooted = [
            CommandKind::NeedsRoot,
            CommandKind::Account,
            CommandKind::PackageManager,
        ];
        if let Some(command) = programs()
            .command(name)
            .filter(|c| rooted.contains(&c.kind) && c.applies(words))
        {
            let first = words
                .iter()
                .skip(1)
                .flatten()
                .find(|word| !word.starts_with('-'))
                .unwrap_or(&"");
            let fails = (*user != User::Root).then(|| command.failure(first));
            return (Effect::NeedsRoot, fails);
        }
        if programs().server(words).is_some() {
            return (Effect::Listen, None);
        }
        (
            if step.exec {
                Effect::Exec
            } else {
                Effect::None
            },
            None,
        )
    }

    /// Whether a path that the build made is not the user's own, whose bits only its owner changes.
    fn is_foreign(&self, path: &str, user: &User) -> bool {
        let files = &self.image.files;
        let Some(node) = files.get(path) else {
            return false;
        };
        match user {
            User::Root => !self.target.root_overrides(),
            User::Account(name) => {
                !self.target.privileges.owns_image_files || node.owner.name != *name
            }
        }
    }

    fn writes(&self, step: &Step, words: &Words<'_>) -> Vec<Written> {
        let mut paths: Vec<(String, Manner)> = Vec::new();
        for (kind, target) in &step.redirects {
            if matches!(
                kind,
                RedirectKind::Write | RedirectKind::Append | RedirectKind::WriteBoth
            ) {
                let path = target.known().and_then(|path| step.absolute(&path));
                paths.extend(path.map(|path| (path, Manner::File)));
            }
        }
        if let Some(mkdir) = programs::parse_mkdir(words) {
            let named = mkdir.paths.iter().filter_map(|i| step.absolute(words[*i]?));
            // A folder that is there is no work for `mkdir -p`.
            let made = named.filter(|path| !mkdir.parents || self.image.files.get(path).is_none());
            paths.extend(made.map(|path| (path, Manner::Folder)));
        } else {
            let (indices, manner) = written(words);
            let named = indices.into_iter().filter_map(|i| step.absolute(words[i]?));
            paths.extend(named.map(|path| (path, manner)));
        }
        if let Some(managed) = &step.managed {
            paths.extend(
                managed
                    .writes
                    .iter()
                    .map(|path| (path.clone(), Manner::File)),
            );
        }
        let files = &self.image.files;
        let written = paths.into_iter().map(|(path, manner)| {
            let obstacle = writable(files, &path, &step.user, self.target).err();
            let into = files.get(&path).is_some_and(|node| node.is_folder());
            if manner != Manner::Inside || into {
                return Written {
                    path,
                    obstacle,
                    manner,
                };
            }
            // The file itself need not be open, but the folder that the new one is made in.
            let real = files.resolve(&path);
            let (folder, name) = real.rsplit_once('/').unwrap_or(("", &real));
            let new = format!("{folder}/.{name}.new");
            Written {
                obstacle: writable(files, &new, &step.user, self.target)
                    .err()
                    .map(|obstacle| Obstacle {
                        itself: obstacle.path == folder,
                        ..obstacle
                    }),
                path: if folder.is_empty() {
                    "/".to_owned()
                } else {
                    folder.to_owned()
                },
                manner,
            }
        });
        written.collect()
    }
}

/// The words of a command that are paths which it writes.
fn written(words: &Words<'_>) -> (Vec<usize>, Manner) {
    let operands =
        || (1..words.len()).filter(|i| words[*i].is_none_or(|word| !word.starts_with('-')));
    match programs::program_name(words) {
        "touch" | "tee" => (operands().collect(), Manner::File),
        // A link or a moved file takes the place of what is there: the folder has to be open. The
        // last operand is where to.
        "mv" | "ln" => (
            operands().skip(1).last().into_iter().collect(),
            Manner::Inside,
        ),
        "cp" => (
            operands().skip(1).last().into_iter().collect(),
            Manner::Either,
        ),
        "install" => match programs::parse_install(words) {
            Some(install) if install.directory => (install.paths, Manner::Folder),
            Some(install) => {
                let destination = install.destination.map(|part| part.index);
                (destination.into_iter().collect(), Manner::Either)
            }
            None => (Vec::new(), Manner::Either),
        },
        // `sed -i script file…`: the script is an operand, too, unless it stands behind `-e`.
        "sed"
            if words
                .iter()
                .flatten()
                .any(|word| word.starts_with("--in-place") || is_in_place(word)) =>
        {
            let script = usize::from(!words.contains(&Some("-e")));
            let files = operands()
                .skip(script)
                .filter(|i| words[i - 1] != Some("-e"));
            (files.collect(), Manner::Inside)
        }
        _ => (Vec::new(), Manner::Either),
    }
}

/// `-i`, `-ri`, `-i.bak`.
fn is_in_place(option: &str) -> bool {
    option.strip_prefix('-').is_some_and(|letters| {
        let mut letters = letters
            .chars()
            .skip_while(|c| matches!(c, 'r' | 'E' | 'n' | 's' | 'u' | 'z'));
        letters.next() == Some('i')
    })
}
