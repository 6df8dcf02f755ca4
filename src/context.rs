//! A build context: a folder, its Dockerfile, and what `.dockerignore` leaves of it.

mod discover;
mod ignorefile;
mod tree;

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::problem::Problem;
use crate::source::{Source, SourceId, Sources};

pub use discover::{Place, Placed, discover, is_dockerfile_name};
pub use ignorefile::IgnoreFile;
pub use tree::{Entry, Kind};
use tree::{Tree, read_all, read_limited, shown};

/// A Dockerfile that is larger is not read: 64 MiB.
const DOCKERFILE_LIMIT: u64 = 64 << 20;
/// Another file that is larger is not read, because no script is: 4 MiB.
const FILE_LIMIT: u64 = 4 << 20;

/// One Dockerfile and the folder that it is built in. A folder with several Dockerfiles is several
/// contexts.
///
/// Paths of a context are relative to its folder, with `/`; `.` and `..` in them are resolved, and
/// `..` does not lead out. The empty path is the folder itself.
///
/// Files are read when they are asked for, each once, so a context can grow while it is in use.
#[derive(Debug)]
pub struct Context {
    /// None for a Dockerfile from the standard input.
    tree: Option<Arc<Tree>>,
    dockerfile: SourceId,
    ignorefile: Option<SourceId>,
    ignored: Arc<IgnoreFile>,
    sources: Sources,
    /// What [`Context::read`] gave for a path without symbolic links.
    read: Mutex<HashMap<String, Result<SourceId, Problem>>>,
    /// Modes that differ from the disk's.
    modes: BTreeMap<String, u32>,
    /// Files that are not on disk, with their bytes and modes.
    created: BTreeMap<String, (Vec<u8>, u32)>,
}

impl Context {
    /// The context of a Dockerfile in a folder. `dockerfile` is a path on disk, and can lie
    /// elsewhere.
    pub fn open(folder: &Path, dockerfile: &Path) -> Result<Self, Problem> {
        let source = dockerfile_on_disk(dockerfile)?;
        // A pipe lies in no build context, whatever folder it is named by.
        let tree = dockerfile.is_file().then(|| Tree::open(folder));
        Self::new(tree.transpose()?, source)
    }

    /// The context of a Dockerfile that is read from elsewhere than a file: the standard input. Its
    /// name is `-`. Without a folder no file is in the context.
    pub fn from_reader(folder: Option<&Path>, reader: impl Read) -> Result<Self, Problem> {
        let tree = folder.map(Tree::open).transpose()?;
        Self::new(tree, dockerfile_from(reader)?)
    }

    fn new(tree: Option<Tree>, dockerfile: Source) -> Result<Self, Problem> {
        let disk = dockerfile.disk().to_owned();
        let sources = Sources::default();
        let mut context = Self {
            dockerfile: sources.add(dockerfile),
            tree: tree.map(Arc::new),
            ignorefile: None,
            ignored: Arc::default(),
            sources,
            read: Mutex::default(),
            modes: BTreeMap::new(),
            created: BTreeMap::new(),
        };
        if let Some(tree) = &context.tree
            && let Ok(real) = std::fs::canonicalize(&disk)
            && let Some(path) = tree.below(&real)
        {
            context.lock().insert(path, Ok(context.dockerfile));
        }
        context.read_ignorefile(&disk)?;
        Ok(context)
    }

    /// `<Dockerfile>.dockerignore`, if it is there, and `.dockerignore` otherwise.
    fn read_ignorefile(&mut self, dockerfile: &Path) -> Result<(), Problem> {
        let Some(tree) = &self.tree else {
            return Ok(());
        };
        let mut own = dockerfile.as_os_str().to_owned();
        own.push(".dockerignore");
        let own = Path::new(&own);
        let id = if own.is_file() {
            let name = shown(own);
            let bytes = read_limited(own, FILE_LIMIT, &name)?;
            let id = self.sources.add(Source::new(name, own.to_owned(), bytes));
            if let Ok(real) = std::fs::canonicalize(own)
                && let Some(path) = tree.below(&real)
            {
                self.lock().insert(path, Ok(id));
            }
            id
        } else if let Some(Kind::File { .. }) = self.entry(".dockerignore").map(|e| e.kind) {
            self.read(".dockerignore")?
        } else {
            return Ok(());
        };
        self.ignorefile = Some(id);
        self.ignored = Arc::new(IgnoreFile::parse(&self.source(id))?);
        Ok(())
    }

    /// The Dockerfile.
    pub fn dockerfile(&self) -> SourceId {
        self.dockerfile
    }

    /// The folder on disk, as the user named it; none for a Dockerfile from the standard input.
    pub fn root(&self) -> Option<&Path> {
        self.tree.as_ref().map(|tree| tree.folder.as_path())
    }

    /// The source of an id of this context.
    pub fn source(&self, id: SourceId) -> Arc<Source> {
        self.sources.get(id)
    }

    /// All that was read until now, with `.dockerignore`.
    pub fn sources(&self) -> Vec<(SourceId, Arc<Source>)> {
        self.sources.all()
    }

    /// How many files were read to judge them: the Dockerfile and what it brings, without
    /// `.dockerignore`.
    pub fn files(&self) -> Vec<Arc<Source>> {
        let ignorefile = self.ignorefile;
        let all = self.sources.all().into_iter();
        all.filter(|(id, _)| Some(*id) != ignorefile)
            .map(|(_, source)| source)
            .collect()
    }

    /// What lies at a path, hidden by `.dockerignore` or not.
    pub fn entry(&self, path: &str) -> Option<Entry> {
        let path = normalise(path);
        let mut entry = if let Some((bytes, mode)) = self.created.get(&path) {
            Entry {
                kind: Kind::File {
                    mode: *mode,
                    size: bytes.len() as u64,
                },
            }
        } else if self.has_created_below(&path) {
            Entry {
                kind: Kind::Directory,
            }
        } else {
            self.tree.as_ref()?.entry(&path)?
        };
        if let Kind::File { mode, .. } = &mut entry.kind
            && let Some(changed) = self.modes.get(&path)
        {
            *mode = *changed;
        }
        Some(entry)
    }

    /// Whether a path that is not in the context is in a folder above it: the Dockerfile is made to be
    /// built from there.
    pub fn is_above(&self, path: &str) -> bool {
        let path = normalise(path);
        let single = !path.is_empty() && !path.contains(['*', '?', '[']);
        single && self.tree.as_ref().is_some_and(|tree| tree.is_above(&path))
    }

    /// The names in a folder, sorted, with what they are, hidden by `.dockerignore` or not.
    ///
    /// A symbolic link to a folder is [`Kind::Other`] here: the builder copies the link, and whoever
    /// goes down the folders comes to an end.
    pub fn list(&self, path: &str) -> Vec<(String, Entry)> {
        let path = normalise(path);
        let on_disk = self.tree.iter().flat_map(|tree| tree.list(&path));
        let mut names: BTreeMap<String, Entry> = on_disk.collect();
        let prefix = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        for below in self.created.keys() {
            let Some(rest) = below.strip_prefix(&prefix) else {
                continue;
            };
            let name = rest.split('/').next().unwrap_or(rest);
            if let Some(entry) = self.entry(&format!("{prefix}{name}")) {
                names.insert(name.to_owned(), entry);
            }
        }
        for (name, entry) in &mut names {
            if let Kind::File { mode, .. } = &mut entry.kind
                && let Some(changed) = self.modes.get(&format!("{prefix}{name}"))
            {
                *mode = *changed;
            }
        }
        names.into_iter().collect()
    }

    /// Reads a file, whatever it holds: see [`Source::is_binary`] and [`Source::invalid_utf8`]. Two
    /// paths that lead to one file give one source.
    ///
    /// It is a problem where no file is there, where it is larger than any script, and where a
    /// symbolic link leads out of the context.
    pub fn read(&self, path: &str) -> Result<SourceId, Problem> {
        let path = normalise(path);
        let Some(tree) = &self.tree else {
            return Err(Problem::of(
                path,
                "there is no build context to read it from",
            ));
        };
        let real = if self.created.contains_key(&path) {
            path
        } else {
            tree.real_path(&path)?
        };
        let mut read = self.lock();
        if let Some(known) = read.get(&real) {
            return known.clone();
        }
        let bytes = match self.created.get(&real) {
            Some((bytes, _)) => Ok(bytes.clone()),
            None => tree.bytes(&real, FILE_LIMIT),
        };
        let result = bytes.map(|bytes| {
            let source = Source::new(tree.shown(&real), tree.disk(&real), bytes);
            self.sources.add(source)
        });
        read.insert(real, result.clone());
        result
    }

    /// Whether a file begins with `#!`. No more of it is read than that.
    pub fn names_interpreter(&self, path: &str) -> bool {
        let path = normalise(path);
        if let Some((bytes, _)) = self.created.get(&path) {
            return bytes.starts_with(b"#!");
        }
        let Some(tree) = &self.tree else {
            return false;
        };
        let real = tree.real_path(&path);
        let known = real.ok().and_then(|real| self.lock().get(&real).cloned());
        match known {
            Some(Ok(id)) => self.source(id).bytes().starts_with(b"#!"),
            Some(Err(_)) => false,
            None => tree.begins_with(&path, b"#!"),
        }
    }

    /// Whether `.dockerignore` keeps a path from COPY and ADD. The builder itself reads the
    /// Dockerfile and `.dockerignore` even then.
    pub fn is_ignored(&self, path: &str) -> bool {
        self.ignored.matches(&normalise(path))
    }

    /// Whether `.dockerignore` hides a folder with all that is in it.
    pub fn is_ignored_whole(&self, path: &str) -> bool {
        self.ignored.matches_whole(&normalise(path))
    }

    /// The path of a source in the context; none for a Dockerfile that lies elsewhere.
    pub fn path_of(&self, id: SourceId) -> Option<String> {
        let read = self.lock();
        let found = read.iter().find(|(_, result)| **result == Ok(id));
        found.map(|(path, _)| path.clone())
    }

    /// The source that the user knows by a name, the reverse of [`Source::path`]. It is read if it
    /// was not yet.
    pub fn id_of(&self, name: &str) -> Option<SourceId> {
        let all = self.sources.all();
        if let Some((id, _)) = all.iter().find(|(_, source)| source.path() == name) {
            return Some(*id);
        }
        let path = self.tree.as_ref()?.path_of(name)?;
        self.read(path).ok()
    }

    /// The same context with other bytes in some of its sources, and nothing written. Ids stay what
    /// they are.
    ///
    /// A change that leaves a `.dockerignore` with patterns that do not hold keeps the old ones.
    pub fn with_changes(&self, changes: &[(SourceId, Vec<u8>)]) -> Context {
        let sources = self.sources.with_bytes(changes);
        let changed = |id: &SourceId| changes.iter().any(|(changed, _)| changed == id);
        let ignored = self
            .ignorefile
            .filter(changed)
            .and_then(|id| IgnoreFile::parse(&sources.get(id)).ok())
            .map_or_else(|| Arc::clone(&self.ignored), Arc::new);
        Context {
            tree: self.tree.clone(),
            dockerfile: self.dockerfile,
            ignorefile: self.ignorefile,
            ignored,
            sources,
            read: Mutex::new(self.lock().clone()),
            modes: self.modes.clone(),
            created: self.created.clone(),
        }
    }

    /// The context as it is when a file has another mode.
    pub fn with_mode(mut self, path: &str, mode: u32) -> Context {
        self.modes.insert(normalise(path), mode);
        self
    }

    /// The context as it is with a further file, that is not on disk.
    pub fn with_file(mut self, path: &str, bytes: Vec<u8>, mode: u32) -> Context {
        let path = normalise(path);
        self.lock().remove(&path);
        self.created.insert(path, (bytes, mode));
        self
    }

    fn has_created_below(&self, path: &str) -> bool {
        let prefix = format!("{path}/");
        let mut behind = self.created.range(prefix.clone()..);
        behind.next().is_some_and(|(p, _)| p.starts_with(&prefix))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Result<SourceId, Problem>>> {
        // Nothing is left half done in it by a panic.
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A path of a context as it stands in a listing: relative, no `.`, no `..`, no double slash.
pub fn normalise(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Reads a Dockerfile by itself; `-` is `stdin`.
pub fn read_dockerfile(path: &Path, stdin: &mut dyn Read) -> Result<Source, Problem> {
    if path == Path::new("-") {
        dockerfile_from(stdin)
    } else {
        dockerfile_on_disk(path)
    }
}

fn dockerfile_on_disk(path: &Path) -> Result<Source, Problem> {
    let name = shown(path);
    let metadata = std::fs::metadata(path).map_err(|error| Problem::io(&name, &error))?;
    if metadata.is_dir() {
        return Err(Problem::of(name, "a folder, not a Dockerfile"));
    }
    let bytes = read_limited(path, DOCKERFILE_LIMIT, &name)?;
    let source = Source::new(name, path.to_owned(), bytes);
    check_dockerfile(&source).map(|()| source)
}

fn dockerfile_from(reader: impl Read) -> Result<Source, Problem> {
    let bytes = read_all(reader, DOCKERFILE_LIMIT, "-")?;
    let source = Source::new("-".into(), "-".into(), bytes);
    check_dockerfile(&source).map(|()| source)
}

/// What no Dockerfile can be.
fn check_dockerfile(source: &Source) -> Result<(), Problem> {
    if let Some(offset) = source.bytes().iter().position(|byte| *byte == 0) {
        let message = "a binary file, not a Dockerfile: it has a NUL byte here";
        return Err(Problem::at(source, offset, message));
    }
    if let Some(offset) = source.invalid_utf8() {
        let byte = source.bytes().get(offset).copied().unwrap_or_default();
        let message = format!("not UTF-8: the byte 0x{byte:02X}");
        return Err(Problem::at(source, offset, message));
    }
    let text = source.text().trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(Problem::of(source.path(), "an empty Dockerfile"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
