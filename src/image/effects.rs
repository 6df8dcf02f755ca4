//! What the commands of a build leave: folders, files, owners, modes, accounts.

mod printing;

use std::borrow::Cow;
use std::rc::Rc;

use super::Image;
use super::files::{Content, Files, Node, NodeKind, Owned};
use super::{Scripts, texts};
use crate::eval::{Step, User};
use crate::programs::{self, AccountKind, Copy, CopyKind, Words};
use crate::source::Origin;

/// How many paths of one folder a copy takes with it.
const MOST: usize = 5_000;

/// An image while a RUN is at work on it.
pub(super) struct Building {
    pub(super) files: Files,
    /// The commands so far.
    runs: Vec<Rc<str>>,
    /// Where a command without a place of its own is said to be.
    instruction: Origin,
}

impl Building {
    /// Takes the files of an image to work on.
    pub(super) fn take(image: &mut Image, instruction: Origin) -> Self {
        Self {
            files: std::mem::take(&mut image.files),
            runs: image.runs.clone(),
            instruction,
        }
    }

    /// Gives them back.
    pub(super) fn give_back(self, image: &mut Image) {
        image.files = self.files;
    }

    /// What a command leaves.
    pub(super) fn apply(&mut self, step: &Step, scripts: &Scripts<'_>) {
        let texts = step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let name = programs::program_name(&words).to_owned();
        // What a function of some library makes, it makes for whoever calls it.
        let made = Made {
            step,
            words: &words,
            origin: match step.written {
                Some(_) => step.origin,
                None => self.instruction,
            },
            maker: match step.written {
                Some(_) if !step.library => step.origin,
                _ => self.instruction,
            },
        };
        for installed in super::packages::installed(&step.argv, &words, &self.runs) {
            // What is known of a text is more than that the file is there.
            texts::installed(&installed, &mut self.files);
            super::packages::install(&installed, &mut self.files);
        }
        match name.as_str() {
            "mkdir" => made.mkdir(&mut self.files),
            "touch" => made.files(&mut self.files),
            "tee" => made.tee(&mut self.files, scripts),
            "chown" | "chgrp" => made.chown(&mut self.files),
            "chmod" => made.chmod(&mut self.files),
            "install" => made.install(&mut self.files),
            "cp" | "mv" | "ln" => made.copy(&mut self.files),
            "rm" | "rmdir" => made.remove(&mut self.files),
            "curl" | "wget" => made.download(&mut self.files),
            "sed" => texts::edited(step, &words, scripts, &mut self.files),
            "gsed" | "perl" | "crudini" => made.edited(&mut self.files),
            "tar" | "unzip" | "git" => made.unpacked(&mut self.files),
            "useradd" | "adduser" => made.home(&mut self.files),
            // `./configure --prefix=/usr/local/apache2`, and what else puts things somewhere.
            _ => {
                made.prefixed(&mut self.files);
                texts::set(step, &words, scripts, &mut self.files);
            }
        }
        made.redirected(&mut self.files, scripts, &name);
    }
}

impl Files {
    /// The files after several commands.
    pub fn after_all<'s>(
        &self,
        steps: impl Iterator<Item = &'s Step>,
        scripts: &Scripts<'_>,
    ) -> Cow<'_, Self> {
        let mut steps = steps.peekable();
        let Some(first) = steps.peek() else {
            return Cow::Borrowed(self);
        };
        let mut building = Building {
            files: self.clone(),
            runs: Vec::new(),
            instruction: first.origin,
        };
        for step in steps {
            building.instruction = step.origin;
            building.apply(step, scripts);
        }
        Cow::Owned(building.files)
    }

    /// The files after a command.
    pub fn after(&self, step: &Step, scripts: &Scripts<'_>) -> Self {
        let mut building = Building {
            files: self.clone(),
            runs: Vec::new(),
            instruction: step.origin,
        };
        building.apply(step, scripts);
        building.files
    }
}

/// A command, and the words that are known of it.
struct Made<'a> {
    step: &'a Step,
    words: &'a Words<'a>,
    origin: Origin,
    /// What is said to have made a path.
    maker: Origin,
}

impl Made<'_> {
    /// An empty word, as an unset variable in quotes is, is no path.
    fn path(&self, index: usize) -> Option<String> {
        let word = self.words.get(index).copied().flatten();
        self.step.absolute(word.filter(|word| !word.is_empty())?)
    }

    fn paths(&self, indexes: &[usize]) -> Vec<String> {
        indexes
            .iter()
            .filter_map(|index| self.path(*index))
            .collect()
    }

    /// The same, with the known files that a pattern stands for.
    fn matching(&self, files: &Files, indexes: &[usize]) -> Vec<String> {
        let written = self
            .step
            .written
            .as_ref()
            .map(|written| &written.command.words);
        let written = written.filter(|words| words.len() == self.step.argv.len());
        let pattern = |index: &usize| {
            self.step.argv.get(*index).filter(|word| word.is_words())?;
            let text = written?.get(*index)?.literal()?;
            Some(self.step.absolute(&text)?).filter(|path| path.contains(['*', '?']))
        };
        let patterns = indexes.iter().filter_map(pattern);
        let mut paths = self.paths(indexes);
        paths.extend(patterns.flat_map(|pattern| texts::matching(files, &pattern)));
        paths
    }

    /// Somebody's other than root's, if somebody other than root runs it.
    fn node(&self, kind: NodeKind, mode: u32) -> Node {
        let owner = match &self.step.user {
            User::Root => Owned::root(),
            User::Account(name) => Owned {
                name: name.clone(),
                by: None,
            },
        };
        let mode = mode & !self.step.umask;
        Node {
            kind,
            owner: owner.clone(),
            group: owner,
            mode,
            made: Some(self.maker),
            asked: None,
            unpacked: None,
            spread: false,
            filled: false,
            crowded: false,
        }
    }

    fn mkdir(&self, files: &mut Files) {
        let Some(mkdir) = programs::parse_mkdir(self.words) else {
            return;
        };
        for path in self.paths(&mkdir.paths) {
            if files.get(&path).is_none() {
                let mut node = self.node(NodeKind::Folder, 0o777);
                if let Some(mode) = mkdir
                    .mode
                    .as_deref()
                    .and_then(|mode| programs::apply_mode(0o777, mode, true))
                {
                    node.mode = mode;
                }
                // So are those that `-p` makes above it.
                files.put_below(&path, node, self.node(NodeKind::Folder, 0o777));
            } else {
                self.asked(files, &path);
            }
        }
    }

    /// `mkdir -p` of what a package or the base has put there.
    fn asked(&self, files: &mut Files, path: &str) {
        files.change(path, false, |node| {
            if node.made.is_none() && node.asked.is_none() {
                node.asked = Some(self.maker);
            }
        });
    }

    /// `touch` and `tee`: files that are there afterwards.
    fn files(&self, files: &mut Files) {
        for index in 1..self.words.len() {
            if self.words[index].is_some_and(|word| !word.starts_with('-'))
                && let Some(path) = self.path(index).filter(|path| files.get(path).is_none())
            {
                files.put_inside(&path, self.node(NodeKind::File(Content::Unknown), 0o666));
            }
        }
    }

    fn chown(&self, files: &mut Files) {
        let Some(chown) = programs::parse_chown(self.words) else {
            return;
        };
        let by = Some(self.origin);
        let (user, group) = chown.owner.unwrap_or_default();
        let links = ["-h", "--no-dereference"];
        let of_links = self.words.iter().flatten().any(|word| links.contains(word));
        for path in self.paths(&chown.paths) {
            let link = files.at(&path).map(|node| &node.kind);
            // The owner of a link itself says nothing.
            if of_links && matches!(link, Some(NodeKind::Link(_))) {
                continue;
            }
            self.known(files, &path);
            if chown.recursive {
                files.change(&path, false, |node| {
                    node.spread = node.made.is_none() || node.crowded;
                });
            }
            files.change(&path, chown.recursive, |node| {
                if let Some(user) = &user {
                    node.owner = Owned {
                        name: user.as_str().into(),
                        by,
                    };
                }
                if let Some(group) = &group {
                    node.group = Owned {
                        name: group.as_str().into(),
                        by,
                    };
                }
            });
        }
    }

    fn chmod(&self, files: &mut Files) {
        let Some(chmod) = programs::parse_chmod(self.words) else {
            return;
        };
        let Some(mode) = chmod.mode else { return };
        for path in self.matching(files, &chmod.paths) {
            self.known(files, &path);
            files.change(&path, chmod.recursive, |node| {
                node.crowded &= !chmod.recursive;
                node.spread &= !chmod.recursive;
                if let Some(mode) = programs::apply_mode(node.mode, &mode, node.is_folder()) {
                    node.mode = mode;
                }
            });
        }
    }

    /// A path that a command changes is there, whatever made it: a package, the base.
    fn known(&self, files: &mut Files, path: &str) {
        if files.get(path).is_none() && !path.contains(['*', '?']) {
            files.put(
                path,
                Node {
                    made: None,
                    filled: true,
                    kind: NodeKind::Unknown,
                    ..Node::folder(0o755, None)
                },
            );
        }
    }

    fn install(&self, files: &mut Files) {
        let Some(install) = programs::parse_install(self.words) else {
            return;
        };
        let mode = install
            .mode
            .as_deref()
            .and_then(|mode| programs::apply_mode(0, mode, install.directory))
            .unwrap_or(0o755);
        let by = Some(self.origin);
        let finish = |mut node: Node| {
            node.mode = mode;
            if let Some(owner) = &install.owner {
                node.owner = Owned {
                    name: owner.as_str().into(),
                    by,
                };
            }
            if let Some(group) = &install.group {
                node.group = Owned {
                    name: group.as_str().into(),
                    by,
                };
            }
            node
        };
        if install.directory {
            for path in self.paths(&install.paths) {
                let mut node = finish(self.node(NodeKind::Folder, 0o777));
                // What is there stays in it.
                if let Some(old) = files.get(&path) {
                    node.filled |= old.filled;
                    node.crowded |= old.crowded;
                }
                files.put(&path, node);
            }
            return;
        }
        let Some(to) = install
            .destination
            .as_ref()
            .and_then(|part| self.step.absolute(part.text(self.words)?))
        else {
            return;
        };
        let sources = self.paths(&install.paths);
        let into = files.get(&to).is_some_and(Node::is_folder) || sources.len() > 1;
        for source in sources {
            let content = match files.get(&source).map(|node| node.kind.clone()) {
                Some(NodeKind::File(content)) => content,
                _ => Content::Unknown,
            };
            let path = if into {
                format!("{to}/{}", base_name(&source))
            } else {
                to.clone()
            };
            files.put(&path, finish(self.node(NodeKind::File(content), 0o777)));
        }
    }

    /// `cp`, `mv` and `ln`.
    fn copy(&self, files: &mut Files) {
        let Some(copy) = programs::parse_copy(self.words) else {
            return;
        };
        let to = match &copy.destination {
            Some(part) => part.text(self.words).and_then(|to| self.step.absolute(to)),
            None => self.step.absolute("."),
        };
        let Some(to) = to else { return };
        let folder = !copy.exact && files.get(&to).is_some_and(Node::is_folder);
        let into = copy.into || folder || copy.destination.is_none();
        match copy.kind {
            CopyKind::Copy | CopyKind::Move => self.copied(files, &copy, &to, into),
            CopyKind::SoftLink | CopyKind::HardLink => self.linked(files, &copy, &to, into),
        }
    }

    fn copied(&self, files: &mut Files, copy: &Copy, to: &str, into: bool) {
        let moves = copy.kind == CopyKind::Move;
        let keeps = copy.keeps;
        for source in self.paths(&copy.sources) {
            let target = if into {
                format!("{to}/{}", base_name(&source))
            } else {
                to.to_owned()
            };
            if source.contains('*') {
                self.fill_with(files, to);
                continue;
            }
            if copy.keeps_old && files.get(&target).is_some() {
                continue;
            }
            let Some(found) = files.get(&source).cloned() else {
                // Unknown, and so is what it becomes.
                files.put_inside(
                    &target,
                    Node {
                        filled: true,
                        ..self.node(NodeKind::Unknown, 0o777)
                    },
                );
                continue;
            };
            let real = files.resolve(&source);
            let all = files.below(&real);
            let part = all.len() > 1 && files.is_full();
            for path in all.into_iter().take(if part { 1 } else { MOST }) {
                let Some(node) = files.at(&path).cloned() else {
                    continue;
                };
                let to = format!(
                    "{target}{}",
                    path.strip_prefix(real.as_str()).unwrap_or_default()
                );
                // It is this command that puts it there.
                let unpacked = node.unpacked.map(|_| self.maker);
                let node = if keeps {
                    Node {
                        made: Some(self.maker),
                        unpacked,
                        ..node
                    }
                } else {
                    Node {
                        unpacked,
                        mode: node.mode & !self.step.umask,
                        ..self.node(node.kind.clone(), node.mode)
                    }
                };
                files.put_inside(&to, node);
            }
            if moves {
                files.remove(&source);
            }
            if found.filled || part {
                self.fill(files, &target);
            }
        }
    }

    fn fill(&self, files: &mut Files, path: &str) {
        files.change(path, false, |node| {
            node.filled = true;
            node.crowded = true;
        });
    }

    /// The same, and what is in it is this command's.
    fn fill_with(&self, files: &mut Files, path: &str) {
        self.fill(files, path);
        files.change(path, false, |node| {
            node.unpacked.get_or_insert(self.maker);
        });
    }

    fn linked(&self, files: &mut Files, copy: &Copy, to: &str, into: bool) {
        for index in &copy.sources {
            let Some(target) = self.words[*index] else {
                continue;
            };
            let path = if into {
                format!("{to}/{}", base_name(target))
            } else {
                to.to_owned()
            };
            if copy.kind == CopyKind::SoftLink {
                files.put(
                    &path,
                    Node {
                        kind: NodeKind::Link(target.to_owned()),
                        ..self.node(NodeKind::Unknown, 0o777)
                    },
                );
            } else if let Some(node) = self
                .step
                .absolute(target)
                .and_then(|target| files.get(&target).cloned())
            {
                files.put(&path, node);
            }
        }
    }

    fn remove(&self, files: &mut Files) {
        for index in 1..self.words.len() {
            let Some(word) = self.words[index].filter(|word| !word.starts_with('-')) else {
                continue;
            };
            let Some(path) = self.step.absolute(word) else {
                continue;
            };
            match path.strip_suffix("/*") {
                Some(folder) => {
                    let folder = files.resolve(folder);
                    for inner in files
                        .below(&folder)
                        .into_iter()
                        .filter(|inner| **inner != *folder)
                    {
                        files.remove(&inner);
                    }
                }
                None => files.remove(&path),
            }
        }
    }

    fn download(&self, files: &mut Files) {
        let Some(download) = programs::parse_download(self.words) else {
            return;
        };
        if let Some(path) = download
            .output
            .and_then(|part| self.step.absolute(part.text(self.words)?))
            && path != "/dev/null"
            && path != "/dev/stdout"
        {
            files.put_inside(&path, self.node(NodeKind::File(Content::Unknown), 0o666));
        }
    }

    /// `sed -i`: the file is no longer what it was.
    fn edited(&self, files: &mut Files) {
        let edited = programs::parse_in_place(self.words).unwrap_or_default();
        self.forget(files, &edited);
    }

    /// The text of these files is not known any more.
    fn forget(&self, files: &mut Files, words: &[usize]) {
        for path in self.paths(words) {
            files.change(&path, false, |node| {
                if let NodeKind::File(content) = &mut node.kind {
                    *content = Content::Unknown;
                }
            });
        }
    }

    /// What comes out of an archive is not known: there is something in the folder. Most archives of
    /// a release hold one folder with the archive's name.
    fn unpacked(&self, files: &mut Files) {
        let Some(unpacked) = programs::parse_unpacked(self.words) else {
            return;
        };
        let folder = match (&unpacked.folder, &unpacked.new) {
            (Some(part), _) => part.text(self.words).and_then(|to| self.step.absolute(to)),
            (None, Some(new)) => self.step.absolute(new),
            (None, None) => self.step.absolute("."),
        };
        let Some(folder) = folder else { return };
        if files.get(&folder).is_none() {
            files.put(&folder, self.node(NodeKind::Folder, 0o777));
        }
        self.fill_with(files, &folder);
        let inner = unpacked.name.map(|name| format!("{folder}/{name}"));
        if let Some(inner) = inner.filter(|inner| files.get(inner).is_none()) {
            let node = Node {
                filled: true,
                crowded: true,
                unpacked: Some(self.maker),
                ..self.node(NodeKind::Unknown, 0o777)
            };
            files.put_inside(&inner, node);
        }
    }

    /// A program that is not known may put anything into a folder that it is told.
    fn prefixed(&self, files: &mut Files) {
        for word in self.words.iter().skip(1).flatten() {
            let path = word.split_once('=').map_or(*word, |(_, path)| path);
            if path.starts_with('/')
                && files
                    .get(path)
                    .is_some_and(|node| node.is_folder() && node.made.is_some())
            {
                self.fill(files, path);
            }
        }
    }

    /// The home of a new account.
    fn home(&self, files: &mut Files) {
        let Some(account) = programs::parse_account(self.words) else {
            return;
        };
        let Some(name) = self.words.get(account.name).copied().flatten() else {
            return;
        };
        if !account.creates_home || account.kind == AccountKind::Group {
            return;
        }
        let home = account.home.unwrap_or_else(|| format!("/home/{name}"));
        if let Some(home) = self
            .step
            .absolute(&home)
            .filter(|home| files.get(home).is_none())
        {
            let owner = Owned {
                name: name.into(),
                by: None,
            };
            let node = Node {
                owner: owner.clone(),
                group: owner,
                ..self.node(NodeKind::Folder, 0o777)
            };
            files.put(&home, node);
        }
    }
}

fn base_name(path: &str) -> &str {
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default()
}
