//! What a command does that matters to the target, and whether it can.

use super::LaunchStep;
use super::access::is_foreign;
use super::identity::Identity;
use super::limits::Raise;
use super::made::Made;
use super::serving::serves;
use super::writes::Written;
use crate::eval::{Step, User};
use crate::image::{Image, Scripts};
use crate::programs::{self, CommandKind, Switch, Words, programs};
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
        /// It does nothing else.
        alone: bool,
        /// It says nothing where it may not.
        quiet: bool,
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
    /// It asks for more than the process may have: a limit, a priority.
    Raise(Raise),
    /// It takes the place of the process.
    Exec,
    /// Nothing.
    None,
}

/// Looks at commands with the eyes of a target.
pub(super) struct Judge<'a> {
    pub(super) image: &'a Image,
    pub(super) target: &'a Target,
    pub(super) scripts: &'a Scripts<'a>,
}

/// What a program does that is known to work.
fn trusted(step: Step) -> LaunchStep {
    let effect = if step.exec {
        Effect::Exec
    } else {
        Effect::None
    };
    LaunchStep {
        step,
        effect,
        writes: Vec::new(),
        denied: None,
        fails: None,
        refusals: Vec::new(),
        unread: None,
    }
}

impl Judge<'_> {
    /// The port that counts on the target.
    pub(super) fn port(&self) -> Option<u16> {
        self.target.port(self.image.tcp_ports())
    }

    /// What a command does, after those before it; and notes what it makes.
    pub(super) fn step(&self, number: usize, step: Step, made: &mut Made) -> LaunchStep {
        let texts = step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        if programs().is_trusted(words.first().copied().flatten().unwrap_or_default()) {
            return trusted(step);
        }
        let writes = self.writes(&step, &words, made);
        let (effect, denied) = self.effect(&step, &words, &writes, made);
        let accounts = step.managed.iter().flat_map(|managed| &managed.accounts);
        let told = accounts.into_iter().find(|account| account.itself);
        let denied = denied.or_else(|| told.map(|account| account.words.clone()));
        let obstacles = || {
            writes
                .iter()
                .filter_map(|w| Some((w, w.obstacle.as_ref()?)))
        };
        let blocked = obstacles().find(|(_, obstacle)| obstacle.known);
        let blocked = blocked.or_else(|| obstacles().next());
        let fails = denied.clone().or_else(|| {
            blocked.map(|(written, obstacle)| {
                format!("{}: Permission denied ({obstacle})", written.path)
            })
        });
        let files = &self.image.files;
        match &fails {
            None => made.add(number, &writes, files),
            Some(_) => made.miss(number, &writes, files),
        }
        if fails.is_none() && step.user == User::Root {
            made.give(self.given(&step, &effect));
        }
        let fails = fails.or_else(|| self.misses(&step, &effect, &words, made));
        let effect = if effect == Effect::None && !writes.is_empty() {
            Effect::Write
        } else {
            effect
        };
        LaunchStep {
            step,
            effect,
            writes,
            denied,
            fails,
            refusals: Vec::new(),
            unread: None,
        }
    }

    /// The paths that a command gives to another account. What it does not name may be anything.
    pub(super) fn given(&self, step: &Step, effect: &Effect) -> Vec<String> {
        let Effect::ChangeOwner { paths, .. } = effect else {
            return Vec::new();
        };
        let path = |index: &usize| {
            let text = step.argv.get(*index)?.known()?;
            let named = step.absolute(&text).filter(|_| !text.contains("{}"));
            named.map(|path| self.image.files.resolve(&path))
        };
        let all = paths
            .iter()
            .map(|index| path(index).unwrap_or_else(|| "/".to_owned()));
        all.collect()
    }

    /// What a command does, and what it says if it may not.
    fn effect(
        &self,
        step: &Step,
        words: &Words<'_>,
        writes: &[Written],
        made: &Made,
    ) -> (Effect, Option<String>) {
        let name = programs::program_name(words);
        let user = &step.user;
        if name == "exit" {
            // Of the shell's own words only this one comes here, where root alone comes past it.
            let words = "only root comes past this: the script ends itself here";
            return (Effect::NeedsRoot, Some(words.to_owned()));
        }
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
            let fails = !self.target.can_switch_user(user, switch.setuid);
            let fails = fails.then(|| switcher.failure(&account, self.target.refusal(&account)));
            return (Effect::SwitchUser(switch), fails);
        }
        if let Some((effect, refusal)) = gift(words, name) {
            let may = self.target.can_change_owner(user) || self.is_own(step, &effect, made);
            let owner = match &effect {
                Effect::ChangeOwner { owner, .. } => owner.as_deref().unwrap_or("…"),
                _ => "…",
            };
            let refusal = refusal.map(|start| format!("{start}: {}", self.target.refusal(owner)));
            return (effect, refusal.filter(|_| !may));
        }
        if let Some(raise) = self.raise(step, words, name) {
            let fails = (!raise.goes_on).then(|| raise.says.clone());
            return (Effect::Raise(raise), fails);
        }
        let command = programs()
            .command(words.first().copied().flatten().unwrap_or_default())
            .filter(|command| command.applies(words));
        let mode = programs::parse_chmod(words).map(|chmod| (chmod.mode, chmod.paths));
        let mode = mode.or_else(|| {
            let command = command.filter(|c| c.kind == CommandKind::ChangeMode)?;
            let paths = command.operands(words).into_iter();
            let is_path = |i: &usize| words[*i].is_none_or(|w| !w.starts_with(['+', '=']));
            Some((None, paths.filter(is_path).collect()))
        });
        if let Some((mode, paths)) = mode {
            let mut named = paths.iter().filter_map(|i| named(step, *i));
            let foreign = named.find(|(_, path)| self.is_foreign(step, path, made));
            let fails = foreign.zip(command);
            let fails = fails.map(|((word, _), command)| command.failure_at(words, &word));
            return (Effect::ChangeMode { mode, paths }, fails);
        }
        let rooted = [
            CommandKind::NeedsRoot,
            CommandKind::Account,
            CommandKind::PackageManager,
        ];
        let rooted = command.filter(|command| rooted.contains(&command.kind));
        let lacks = |name: &String| !self.target.has_capability(name);
        // What needs root only to write where somebody has opened the path does not need it.
        let denied = rooted.filter(|command| match user {
            User::Root => command.capability.as_ref().is_some_and(lacks),
            User::Account(_) => {
                command.writes.is_empty()
                    || writes.iter().any(|written| {
                        written.obstacle.is_some() && command.writes.contains(&written.path)
                    })
            }
        });
        let denied = denied.map(|command| command.failure(words));
        let built = |text: &str| self.image.speaks_of(text);
        let server = programs().server_where(words, &built);
        if server.is_some_and(|server| serves(self, step, server, words)) {
            return (Effect::Listen, denied);
        }
        if rooted.is_some() {
            return (Effect::NeedsRoot, denied);
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

    /// What a chmod says of a file that is not there, because what was to make it has failed before.
    fn misses(
        &self,
        step: &Step,
        effect: &Effect,
        words: &Words<'_>,
        made: &Made,
    ) -> Option<String> {
        let Effect::ChangeMode { paths, .. } = effect else {
            return None;
        };
        let named = paths.iter().filter_map(|i| words[*i]);
        let missed = named.into_iter().find(|word| {
            let path = step.absolute(word);
            path.is_some_and(|path| made.is_missed(&step.after, &self.image.files.resolve(&path)))
        });
        missed.map(|word| format!("there is no {word}: what was to make it has failed"))
    }

    /// Whether a command gives to the user what is the user's own already.
    fn is_own(&self, step: &Step, effect: &Effect, made: &Made) -> bool {
        let Effect::ChangeOwner { owner, paths, .. } = effect else {
            return false;
        };
        let identity = Identity::new(self.image, self.target, &step.user);
        let files = &self.image.files;
        let texts = step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let recursive = programs::parse_chown(&words).is_some_and(|chown| chown.recursive);
        let owns = |path: &str| files.at(path).is_some_and(|node| identity.owns(node));
        let own = |path: &usize| {
            let path = named(step, *path).map(|(_, path)| files.resolve(&path));
            path.is_some_and(|path| {
                let inside = || files.below(&path).iter().all(|inner| owns(inner));
                made.is_own(&step.after, &path) || owns(&path) && (!recursive || inside())
            })
        };
        let itself = owner.as_deref().is_some_and(|owner| identity.keeps(owner));
        itself && !paths.is_empty() && paths.iter().all(own)
    }

    /// Whether a path is not the user's own, whose bits only its owner changes.
    fn is_foreign(&self, step: &Step, path: &str, made: &Made) -> bool {
        let files = &self.image.files;
        if let Some(folder) = path.strip_suffix("/*") {
            // What is in it is the image's, unless the start puts something there.
            return !made.is_in(&step.after, &files.resolve(folder))
                && self.is_foreign(step, folder, made);
        }
        let real = files.resolve(path);
        if made.is_own(&step.after, &real) || made.is_missed(&step.after, &real) {
            return false;
        }
        match &step.user {
            User::Root => files.get(path).is_some() && !self.target.root_overrides(),
            user => is_foreign(self.image, files, path, user, self.target),
        }
    }
}

/// Who is given files, and what the command says where it may not, but for the kernel's own words. rsync says
/// nothing, nor does lsiown: what they cannot give away stays with whoever runs them.
fn gift(words: &Words<'_>, name: &str) -> Option<(Effect, Option<String>)> {
    let chown = programs::parse_chown(words);
    let alone = chown.is_some();
    let (owner, paths, refusal) = if let Some(chown) = chown {
        let first = chown.paths.first();
        let first = first.and_then(|i| words.get(*i).copied().flatten());
        let path = first.unwrap_or("…");
        let owner = chown.owner.map(|(user, group)| match group {
            Some(group) => format!("{}:{group}", user.unwrap_or_default()),
            None => user.unwrap_or_default(),
        });
        let group_alone = owner.as_deref().is_some_and(|owner| owner.starts_with(':'));
        let what = if group_alone { "group" } else { "ownership" };
        let refusal = format!("{name}: changing {what} of '{path}'");
        (owner, chown.paths, (name != "lsiown").then_some(refusal))
    } else if let Some(install) = programs::parse_install(words) {
        let group = install.group.map(|group| format!(":{group}"));
        let owner = Some(install.owner.or(group)?);
        let first = install.paths.first();
        let first = first.and_then(|i| words.get(*i).copied().flatten());
        let destination = install.destination.as_ref();
        let (what, path) = match install.directory {
            true => ("owner and permissions", first),
            false => ("ownership", destination.and_then(|part| part.text(words))),
        };
        let path = path.unwrap_or("…");
        let refusal = format!("install: cannot change {what} of '{path}'");
        (owner, install.paths, Some(refusal))
    } else {
        let rsync = programs::parse_rsync(words)?;
        let owner = rsync.chown?.text(words).map(str::to_owned);
        (owner, rsync.destination.into_iter().collect(), None)
    };
    let effect = Effect::ChangeOwner {
        owner,
        paths,
        alone,
        quiet: refusal.is_none(),
    };
    Some((effect, refusal))
}

/// A word that names a path, and the path; `/folder/*` where a pattern stands for what is in a folder.
fn named(step: &Step, index: usize) -> Option<(String, String)> {
    let word = step.argv.get(index)?;
    if let Some(text) = word.known() {
        let path = step.absolute(&text)?;
        return Some((text, path));
    }
    let prefix = word.known_prefix();
    let (folder, _) = prefix.rsplit_once('/').filter(|_| word.is_words())?;
    let path = step.absolute(folder).filter(|_| !folder.is_empty())?;
    Some((format!("{folder}/*"), format!("{path}/*")))
}
