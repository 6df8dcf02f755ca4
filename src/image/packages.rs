//! What packages bring into an image, from the tables in `rules/packages/`.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

use serde::Deserialize;

use super::BuildStep;
use super::files::{Content, Files, Node};
use crate::eval::Value;
use crate::programs::{Words, parse_packages, program_name, programs, table};

/// A package: what is there when it is installed. What is not named is not known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Package {
    /// Its names. `*` stands for a version, which `{version}` in a path repeats.
    names: Vec<String>,
    /// Whose package it is, by the host that the build fetches it from; nothing for the distribution's.
    #[serde(default)]
    vendor: Option<String>,
    #[serde(default)]
    folders: Vec<Folder>,
    /// Configuration files, whose text is the package's.
    #[serde(default)]
    files: Vec<String>,
    /// Programs.
    #[serde(default)]
    programs: Vec<String>,
    /// Symbolic links, and where they lead.
    #[serde(default)]
    links: Vec<(String, String)>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for whoever reads the table"))]
    source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Folder {
    path: String,
    mode: u32,
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    group: Option<String>,
    /// It has files that are as closed as it is.
    #[serde(default)]
    filled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Packages {
    package: Vec<Package>,
}

/// The packages of the distributions that share a package manager.
#[derive(Debug)]
struct Family {
    packages: Vec<Package>,
    /// The vendors' come first.
    by_name: HashMap<String, Vec<usize>>,
    /// The names with a version: what stands before and behind it.
    versioned: Vec<(String, String, usize)>,
}

macro_rules! family {
    ($name:literal) => {
        LazyLock::new(|| {
            Family::load(
                concat!("packages/", $name, ".toml"),
                include_str!(concat!("../../rules/packages/", $name, ".toml")),
            )
        })
    };
}

static DEBIAN: LazyLock<Family> = family!("debian");
static ALPINE: LazyLock<Family> = family!("alpine");
static REDHAT: LazyLock<Family> = family!("redhat");

impl Family {
    fn load(name: &str, text: &str) -> Self {
        let packages: Packages = table(name, text);
        let packages = packages.package;
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut versioned = Vec::new();
        for (index, package) in packages.iter().enumerate() {
            for name in &package.names {
                match name.split_once('*') {
                    Some((before, behind)) => {
                        versioned.push((before.to_owned(), behind.to_owned(), index));
                    }
                    None => {
                        let all: &mut Vec<usize> = by_name.entry(name.clone()).or_default();
                        let at = if package.vendor.is_some() {
                            0
                        } else {
                            all.len()
                        };
                        all.insert(at, index);
                    }
                }
            }
        }
        Self {
            packages,
            by_name,
            versioned,
        }
    }

    /// The family of a package manager.
    fn of(manager: &str) -> Option<&'static Self> {
        match manager {
            "apt-get" | "apt" | "aptitude" => Some(&DEBIAN),
            "apk" => Some(&ALPINE),
            "yum" | "dnf" | "microdnf" | "tdnf" => Some(&REDHAT),
            _ => None,
        }
    }

    /// The package that a word of the command line names, and its version where that is part of its
    /// name.
    fn find<'n>(
        &'static self,
        name: &'n str,
        installed: &Installed<'_>,
    ) -> Option<(&'static Package, &'n str)> {
        let own = |package: &&Package| {
            let vendor = package.vendor.as_deref();
            vendor.is_none_or(|vendor| installed.is_from(vendor))
        };
        if let Some(all) = self.by_name.get(name) {
            let mut packages = all.iter().filter_map(|index| self.packages.get(*index));
            return Some((packages.find(own)?, ""));
        }
        self.versioned.iter().find_map(|(before, behind, index)| {
            let version = name.strip_prefix(before.as_str())?;
            let version = version.strip_suffix(behind.as_str())?;
            let is_one =
                !version.is_empty() && version.chars().all(|c| c.is_ascii_digit() || c == '.');
            is_one.then_some((self.packages.get(*index)?, version))
        })
    }
}

/// A package that a command installs.
pub(super) struct Installed<'a> {
    /// The package manager.
    pub(super) manager: String,
    /// The package as the command names it, as far as that is known: with a version, a repository.
    pub(super) name: String,
    /// The commands of the build so far.
    runs: &'a [Rc<str>],
}

impl Installed<'_> {
    /// Whether the build speaks of the host that a vendor's packages are fetched from.
    pub(super) fn is_from(&self, vendor: &str) -> bool {
        self.runs.iter().any(|run| run.contains(vendor))
    }
}

/// The packages that a command installs, after the commands of the build so far.
pub(super) fn installed<'a>(
    argv: &[Value],
    words: &Words<'_>,
    runs: &'a [Rc<str>],
) -> Vec<Installed<'a>> {
    let Some(packages) = parse_packages(words) else {
        return Vec::new();
    };
    let words = packages.names.iter().filter_map(|index| argv.get(*index));
    words
        .filter_map(literal)
        .map(|name| Installed {
            manager: packages.manager.clone(),
            name,
            runs,
        })
        .collect()
}

/// A word, or what is known of it where that is the package's whole name: `x=1.2*` is a pattern, and
/// of `x=$VERSION` and `x-$VERSION` only the version may not be known.
fn literal(word: &Value) -> Option<String> {
    word.known().or_else(|| {
        let known = word.known_prefix();
        let name = known.trim_end_matches('-');
        let ends = name.len() < known.len() || known.contains(RELEASE);
        (ends && !name.is_empty()).then(|| name.to_owned())
    })
}

/// Whether commands of a build install a package of this name, from wherever: `webmin=1.9*`,
/// `dpkg -i /tmp/openfire_3.9.3_all.deb`.
pub(super) fn has(steps: &[BuildStep], name: &str) -> bool {
    let is_one = |word: &str| {
        let word = word.rsplit('/').next().unwrap_or_default();
        let rest = word.strip_prefix(name);
        // `redis-tools` is another package than `redis`, `redis-3.0` is not.
        rest.is_some_and(|rest| {
            let version = rest.strip_prefix('-');
            let version =
                version.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            rest.is_empty() || version || rest.starts_with(['=', '_', ':'])
        })
    };
    steps.iter().any(|BuildStep { step, .. }| {
        let texts = step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let mut given = words.iter().skip(1).flatten();
        let mut named: Vec<&Value> = match program_name(&words) {
            "dpkg" if unpacks(&words) => step.argv.iter().skip(1).collect(),
            "rpm" if given.any(|word| ["-i", "-U", "-F"].iter().any(|o| word.starts_with(o))) => {
                step.argv.iter().skip(1).collect()
            }
            _ => Vec::new(),
        };
        if let Some(packages) = parse_packages(&words) {
            named.extend(
                packages
                    .names
                    .iter()
                    .filter_map(|index| step.argv.get(*index)),
            );
        }
        named.iter().any(|word| is_one(&word.known_prefix()))
    })
}

/// Whether dpkg is told to put the files of packages into their place.
fn unpacks(words: &Words<'_>) -> bool {
    let tells = |word: &&str| ["-i", "--install", "--unpack"].contains(word);
    program_name(words) == "dpkg" && words.iter().flatten().any(tells)
}

/// Whether commands of a build install a package that may bring anything: one that is in no table,
/// and by its name no library and no tool.
pub(super) fn has_unknown(steps: &[BuildStep], runs: &[Rc<str>]) -> bool {
    steps.iter().any(|BuildStep { step, .. }| {
        let texts = step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        if unpacks(&words) {
            return true;
        }
        let Some(named_by) = parse_packages(&words) else {
            return false;
        };
        let all = installed(&step.argv, &words, runs);
        all.len() < named_by.names.len() || all.iter().any(|package| !is_known(package))
    })
}

fn is_known(package: &Installed<'_>) -> bool {
    let name = package.name.split(RELEASE).next().unwrap_or_default();
    let ends = ["-dev", "-devel", "-doc", "-dbg"];
    name.starts_with("lib")
        || ends.iter().any(|end| name.ends_with(end))
        || programs().is_tool(name)
        || Family::of(&package.manager).is_some_and(|family| named(family, package).is_some())
}

/// Puts into an image what a package brings.
pub(super) fn install(package: &Installed<'_>, files: &mut Files) {
    let Some(family) = Family::of(&package.manager) else {
        return;
    };
    if let Some((found, version)) = named(family, package) {
        found.put(files, version);
    }
}

/// What stands between a package's name and what says which of it.
const RELEASE: [char; 7] = ['=', '<', '>', '~', '@', '/', ':'];

/// `redis-server=2:2.8.17-1`, `nginx/jessie-backports`, `redis<5`, `redis@edge`, `httpd-2.4.6-40.el7`,
/// `libc6:i386`: the package without what says which of it.
fn named<'n>(
    family: &'static Family,
    installed: &'n Installed<'_>,
) -> Option<(&'static Package, &'n str)> {
    let word = installed.name.as_str();
    let end = word.find(RELEASE);
    let name = &word[..end.unwrap_or(word.len())];
    let release = || {
        let dashes = name.match_indices('-').map(|(at, _)| at);
        dashes
            .filter(|at| name[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
            .find_map(|at| family.find(&name[..at], installed))
    };
    let platform = || {
        let (name, end) = name.rsplit_once('.')?;
        matches!(end, "x86_64" | "noarch" | "i686").then(|| family.find(name, installed))?
    };
    family
        .find(name, installed)
        .or_else(platform)
        .or_else(release)
}

impl Package {
    fn put(&self, files: &mut Files, version: &str) {
        let path = |path: &str| path.replace("{version}", version);
        let missing = |files: &Files, path: &str| files.at(&files.resolve(path)).is_none();
        for (at, to) in &self.links {
            if missing(files, at) {
                files.put(at, Node::link(&path(to)));
            }
        }
        for folder in &self.folders {
            let at = path(&folder.path);
            if !missing(files, &at) {
                continue;
            }
            let mut node = Node::folder(folder.mode, None);
            node.filled = folder.filled;
            if let Some(owner) = folder.owner.as_deref().map(path) {
                node.owner.name = owner.as_str().into();
                node.group.name = owner.as_str().into();
            }
            if let Some(group) = &folder.group {
                node.group.name = group.as_str().into();
            }
            files.put(&at, node);
        }
        let unknown = |mode: u32| Node::file(Content::Unknown, mode, None);
        let all = self.files.iter().map(|file| (file, 0o644));
        for (name, mode) in all.chain(self.programs.iter().map(|program| (program, 0o755))) {
            let at = path(name);
            if missing(files, &at) {
                files.put(&at, unknown(mode));
            }
        }
    }
}

#[cfg(test)]
mod tests;
