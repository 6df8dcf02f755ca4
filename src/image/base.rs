//! Facts of base images, from the tables in `rules/bases/`: what is there before the first
//! instruction.

pub(super) mod architectures;
pub(super) mod folders;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Deserialize;

use super::lookup::DEFAULT_PATH;
use crate::knowledge::knowledge;
use crate::programs::{programs, table};

/// What is known of a base image. What is not named is not known, rather than not there; except
/// shells and folders, where it is known that all are named that matter.
#[derive(Clone, Debug)]
pub struct Base {
    /// The image's name, without registry and tag.
    pub name: String,
    /// The distribution's name.
    pub distribution: String,
    /// Paths of the shells: all that its distribution has.
    pub shells: Vec<String>,
    /// Whether it has no other shell, and no other folder that is open to anybody but root: an
    /// application's image may.
    pub complete: bool,
    /// Paths of programs that are known to be there.
    pub programs: Vec<String>,
    /// Accounts.
    pub accounts: Vec<BaseAccount>,
    /// Groups, by their names.
    pub groups: Vec<String>,
    /// Directories with their bits and owner.
    pub directories: Vec<BaseDirectory>,
    /// The environment; PATH is always in it.
    pub environment: BTreeMap<String, String>,
    /// ENTRYPOINT; empty where there is none.
    pub entrypoint: Vec<String>,
    /// CMD; empty where there is none.
    pub cmd: Vec<String>,
    /// The TCP ports of EXPOSE.
    pub expose: Vec<u16>,
    /// USER.
    pub user: Option<String>,
    /// WORKDIR.
    pub workdir: Option<String>,
    /// VOLUME.
    pub volumes: Vec<String>,
    /// What its entrypoint script, or the script that is its CMD, makes of the words behind it.
    pub script: Option<EntrypointScript>,
    /// Where the facts come from.
    pub source: String,
}

/// What the script that an image starts makes of its words: it runs them as a command.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntrypointScript {
    /// What it puts before words that begin with an option, and runs without any.
    #[serde(default)]
    pub program: Vec<String>,
    /// The ends of a first word before which it puts that, too.
    #[serde(default)]
    pub suffixes: Vec<String>,
    /// The account that it runs that program as where it is root; otherwise it stays who it is.
    #[serde(default)]
    pub account: Option<String>,
}

/// An account of a base image.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaseAccount {
    /// Its name, which is its group's too.
    pub name: String,
    /// The user's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
    /// The home directory, where it is of interest.
    #[serde(default)]
    pub home: Option<String>,
}

/// A directory of a base image.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaseDirectory {
    /// Its path.
    pub path: String,
    /// Its permission bits.
    pub mode: u32,
    /// The account that it belongs to, and the group of the same name.
    #[serde(default = "root")]
    pub owner: String,
}

fn root() -> String {
    "root".to_string()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Distributions {
    distribution: Vec<Distribution>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Distribution {
    name: String,
    images: Vec<String>,
    /// The distribution that it has its programs, accounts and directories from.
    #[serde(default)]
    like: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    shells: Vec<String>,
    #[serde(default)]
    programs: Vec<String>,
    #[serde(default)]
    accounts: Vec<BaseAccount>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    directories: Vec<BaseDirectory>,
    #[serde(default)]
    cmd: Vec<String>,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Images {
    image: Vec<OwnBase>,
}

/// An image that is made from a distribution: what it adds.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OwnBase {
    /// Its names, as FROM has them, without a tag.
    names: Vec<String>,
    /// The word in the tag that this is about; without it, all tags that no other entry is about.
    #[serde(default)]
    tag: Option<String>,
    /// The version that this is about those before of, by the numbers that the tag begins with.
    #[serde(default)]
    before: Option<String>,
    /// The distribution that it is made from.
    pub distribution: String,
    /// It has no shell but those of its distribution, and no folder that is open to anybody but root
    /// beside those that are named.
    #[serde(default)]
    complete: bool,
    /// Paths of programs that it has.
    #[serde(default)]
    programs: Vec<String>,
    /// Accounts that it has beside those of its distribution.
    #[serde(default)]
    accounts: Vec<BaseAccount>,
    /// Directories of others than root, or that others can write.
    #[serde(default)]
    directories: Vec<BaseDirectory>,
    /// ENV.
    #[serde(default)]
    environment: BTreeMap<String, String>,
    /// ENTRYPOINT.
    #[serde(default)]
    entrypoint: Vec<String>,
    /// CMD.
    #[serde(default)]
    cmd: Vec<String>,
    /// The TCP ports of EXPOSE.
    #[serde(default)]
    expose: Vec<u16>,
    /// USER.
    #[serde(default)]
    user: Option<String>,
    /// WORKDIR.
    #[serde(default)]
    workdir: Option<String>,
    /// VOLUME.
    #[serde(default)]
    volumes: Vec<String>,
    /// What its entrypoint script makes of the words behind it: it runs them as a command.
    #[serde(default)]
    script: Option<EntrypointScript>,
    /// Where the facts come from.
    #[serde(default)]
    source: String,
}

/// What is known of images: the tables, and what a configuration says, which counts before them.
#[derive(Debug)]
pub struct Bases {
    tables: &'static Tables,
    /// By the image's name.
    own: HashMap<String, Vec<Entry>>,
}

/// Every image on every distribution.
#[derive(Debug)]
struct Tables {
    distributions: Vec<Distribution>,
    /// By the image's name. Entries about some tags come first, and the image's own distribution before
    /// the others.
    by_name: HashMap<String, Vec<Entry>>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::load);

/// What is known of an image of one name on one distribution.
#[derive(Debug)]
struct Entry {
    /// The word in the tag that it is about.
    tag: Option<String>,
    /// The version that it is about those before of.
    before: Option<Vec<u32>>,
    /// The distribution's name.
    distribution: String,
    base: Base,
}

impl Entry {
    /// Whether it is about whatever tag no other entry is about.
    fn is_about_all(&self) -> bool {
        self.tag.is_none() && self.before.is_none()
    }

    /// Whether it is about a tag, with these words in it.
    fn is_about(&self, tag: &str, has: impl Fn(&str) -> bool) -> bool {
        // `2` is the newest of all that begin so.
        let earlier = |before: &Vec<u32>| {
            version(tag).is_some_and(|version| version < *before && !before.starts_with(&version))
        };
        self.tag.as_deref().is_none_or(has) && self.before.as_ref().is_none_or(earlier)
    }
}

/// The numbers that a tag begins with: `2.4-alpine`.
fn version(tag: &str) -> Option<Vec<u32>> {
    let end = tag.find(|c: char| !c.is_ascii_digit() && c != '.');
    let numbers = tag[..end.unwrap_or(tag.len())].split('.');
    numbers.map(|number| number.parse().ok()).collect()
}

impl Base {
    /// What is known of the image that a FROM names: with or without registry, tag and digest. A word
    /// in the tag says what distribution it is made from: `node:0.12-slim`, `redis:7-alpine`.
    pub fn find(image: &str) -> Option<&'static Base> {
        let (name, tag) = name_and_tag(image);
        let words: Vec<&str> = tag
            .split(['-', '.'])
            .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()))
            .collect();
        let has = |wanted: &str| words.contains(&wanted) || tag.split('-').any(|w| w == wanted);
        let bases = &knowledge().bases;
        let mut own = bases.own.get(name).into_iter().flatten();
        if let Some(entry) = own.find(|entry| entry.is_about(tag, has)) {
            return Some(&entry.base);
        }
        let entries = bases.tables.by_name.get(name)?;
        let distribution = bases
            .tables
            .distributions
            .iter()
            .find(|d| d.tags.iter().any(|word| has(word)))
            .map(|d| d.name.as_str());
        // `slim` is said of Debian's images, and leaves another distribution as it is.
        let fits = |entry: &&Entry| {
            entry.is_about(tag, has) && distribution.is_none_or(|d| entry.distribution == d)
        };
        let own = |entry: &&Entry| entry.is_about(tag, has);
        let found = entries
            .iter()
            .find(fits)
            .or_else(|| entries.iter().find(own));
        found.map(|entry| &entry.base)
    }

    /// The path of a program that is known to be there, as PATH finds it.
    pub fn program(&self, name: &str) -> Option<&str> {
        let all = || self.programs.iter().chain(&self.shells);
        let path = self.environment.get("PATH")?;
        path.split(':').find_map(|directory| {
            all()
                .find(|p| p.rsplit_once('/') == Some((directory, name)))
                .map(String::as_str)
        })
    }

    /// Whether `/bin/sh` is bash: where there is no other that it could be.
    pub fn sh_is_bash(&self) -> bool {
        let others = ["/bin/dash", "/bin/ash"];
        let other = |path: &&str| self.has_shell(path);
        self.has_shell("/bin/bash") && !others.iter().any(other)
    }

    /// Whether its distribution has a shell at this path.
    pub fn has_shell(&self, path: &str) -> bool {
        self.shells.iter().any(|shell| shell == path)
    }

    /// Whether it is the image of a program, as that of Redis is of redis-server: not one of a language,
    /// which has all sorts of programs.
    pub fn is_of(&self, program: &str) -> bool {
        let name = self.name.rsplit('/').next().unwrap_or_default();
        let alike = program.starts_with(name) || name.starts_with(program);
        let script = self.script.iter().flat_map(|script| &script.program);
        let mut started = [
            script.take(1).next(),
            self.cmd.first(),
            self.entrypoint.first(),
        ]
        .into_iter()
        .flatten();
        let starts = started.any(|word| word.rsplit('/').next() == Some(program));
        !program.is_empty() && !programs().interprets(program) && (alike || starts)
    }

    /// The account of this name.
    pub fn account(&self, name: &str) -> Option<&BaseAccount> {
        self.accounts.iter().find(|account| account.name == name)
    }

    /// What is known of a directory.
    pub fn directory(&self, path: &str) -> Option<&BaseDirectory> {
        self.directories.iter().find(|d| d.path == path)
    }
}

/// `docker.io/library/redis:3.0@sha256:…` is `redis` and `3.0`.
fn name_and_tag(image: &str) -> (&str, &str) {
    let image = image.split('@').next().unwrap_or(image);
    let slash = image.rfind('/').map_or(0, |at| at + 1);
    let (path, tag) = match image[slash..].find(':') {
        Some(colon) => (&image[..slash + colon], &image[slash + colon + 1..]),
        None => (image, ""),
    };
    // A registry's name has a dot or a port, or is localhost.
    let name = match path.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => rest,
        _ => path,
    };
    // The official images of one architecture lie under its name, and all of them under others:
    // `stackbrew` was the first.
    let official = [
        "library",
        "stackbrew",
        "amd64",
        "i386",
        "arm64v8",
        "arm32v5",
        "arm32v6",
        "arm32v7",
        "armhf",
        "aarch64",
        "ppc64le",
        "s390x",
        "riscv64",
        "mips64le",
    ];
    let name = name.strip_prefix("docker/library/").unwrap_or(name);
    match name.split_once('/') {
        Some((prefix, rest)) if official.contains(&prefix) => (rest, tag),
        _ => (name, tag),
    }
}

impl Bases {
    /// What the tables say, with images of a configuration. One whose distribution is not known is left
    /// out.
    pub(crate) fn with(images: &[OwnBase]) -> Self {
        let mut own: HashMap<String, Vec<Entry>> = HashMap::new();
        for image in images {
            let mut distributions = TABLES.distributions.iter();
            let Some(distribution) = distributions.find(|d| d.name == image.distribution) else {
                continue;
            };
            for name in &image.names {
                let (name, _) = name_and_tag(name);
                let entry = image.entry(name, distribution);
                own.entry(name.to_owned()).or_default().push(entry);
            }
        }
        for entries in own.values_mut() {
            entries.sort_by_key(Entry::is_about_all);
        }
        Self {
            tables: &TABLES,
            own,
        }
    }

    /// The names of the distributions.
    pub fn distributions(&self) -> impl Iterator<Item = &str> {
        self.tables.distributions.iter().map(|d| &*d.name)
    }
}

impl Tables {
    fn load() -> Self {
        let distributions: Distributions = table(
            "bases/distributions.toml",
            include_str!("../../rules/bases/distributions.toml"),
        );
        let images: [Images; 2] = [
            table(
                "bases/images.toml",
                include_str!("../../rules/bases/images.toml"),
            ),
            table(
                "bases/community.toml",
                include_str!("../../rules/bases/community.toml"),
            ),
        ];
        let distributions = complete(distributions.distribution);
        let mut by_name: HashMap<String, Vec<_>> = HashMap::new();
        for distribution in &distributions {
            for name in &distribution.images {
                let entry = Entry {
                    tag: None,
                    before: None,
                    distribution: distribution.name.clone(),
                    base: plain(name, distribution),
                };
                by_name.entry(name.clone()).or_default().push(entry);
            }
        }
        for image in images.iter().flat_map(|images| &images.image) {
            let own = |d: &&Distribution| d.name == image.distribution;
            let others = distributions.iter().filter(|d| !own(d));
            for distribution in distributions.iter().filter(own).chain(others) {
                for name in &image.names {
                    let entry = image.entry(name, distribution);
                    by_name.entry(name.clone()).or_default().push(entry);
                }
            }
        }
        for entries in by_name.values_mut() {
            entries.sort_by_key(Entry::is_about_all);
        }
        Self {
            distributions,
            by_name,
        }
    }
}

/// Distributions with what they have from others.
fn complete(distributions: Vec<Distribution>) -> Vec<Distribution> {
    let all = distributions.clone();
    let mut found = distributions;
    for distribution in &mut found {
        let like = distribution.like.as_ref();
        if let Some(like) = like.and_then(|name| all.iter().find(|d| d.name == *name)) {
            distribution.programs.extend(like.programs.iter().cloned());
            distribution.accounts.extend(like.accounts.iter().cloned());
            distribution.groups.extend(like.groups.iter().cloned());
            distribution
                .directories
                .extend(like.directories.iter().cloned());
        }
    }
    found
}

fn plain(name: &str, distribution: &Distribution) -> Base {
    Base {
        name: name.to_string(),
        distribution: distribution.name.clone(),
        shells: distribution.shells.clone(),
        complete: true,
        programs: distribution.programs.clone(),
        accounts: distribution.accounts.clone(),
        groups: distribution.groups.clone(),
        directories: distribution.directories.clone(),
        environment: BTreeMap::from([("PATH".to_string(), DEFAULT_PATH.to_string())]),
        entrypoint: Vec::new(),
        cmd: distribution.cmd.clone(),
        expose: Vec::new(),
        user: None,
        workdir: None,
        volumes: Vec::new(),
        script: None,
        source: distribution.source.clone(),
    }
}

impl OwnBase {
    /// Its names, as FROM has them, without a tag.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// A name with a tag or a digest, which none may have.
    pub fn tagged(&self) -> Option<&str> {
        let names = self.names.iter().map(String::as_str);
        let mut tagged =
            names.filter(|name| name.contains('@') || !name_and_tag(name).1.is_empty());
        tagged.next()
    }

    /// What it says of an image of this name on a distribution.
    fn entry(&self, name: &str, distribution: &Distribution) -> Entry {
        Entry {
            tag: self.tag.clone(),
            before: self.before.as_deref().and_then(version),
            distribution: distribution.name.clone(),
            base: self.on(name, distribution),
        }
    }

    /// This image, made from a distribution.
    fn on(&self, name: &str, distribution: &Distribution) -> Base {
        let mut base = plain(name, distribution);
        base.complete = self.complete;
        base.programs.extend(self.programs.iter().cloned());
        base.accounts.extend(self.accounts.iter().cloned());
        let names = self.accounts.iter().map(|account| account.name.clone());
        base.groups.extend(names);
        base.directories.extend(self.directories.iter().cloned());
        base.environment.extend(self.environment.clone());
        base.entrypoint.clone_from(&self.entrypoint);
        base.cmd.clone_from(&self.cmd);
        base.expose.clone_from(&self.expose);
        base.user.clone_from(&self.user);
        base.workdir.clone_from(&self.workdir);
        base.volumes.clone_from(&self.volumes);
        base.script.clone_from(&self.script);
        base.source.clone_from(&self.source);
        base
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_found_by_every_way_to_write_it() {
        for (image, name, distribution) in [
            ("debian", "debian", "debian"),
            ("debian:wheezy", "debian", "debian"),
            ("ubuntu:14.04", "ubuntu", "ubuntu"),
            ("alpine:3.20", "alpine", "alpine"),
            ("scratch", "scratch", "scratch"),
            ("docker.io/library/redis:3.0", "redis", "debian"),
            ("stackbrew/ubuntu:13.10", "ubuntu", "ubuntu"),
            ("public.ecr.aws/docker/library/alpine:3", "alpine", "alpine"),
            (
                "registry.access.redhat.com/ubi8-minimal",
                "ubi8-minimal",
                "centos",
            ),
            ("amd64/alpine:3.20", "alpine", "alpine"),
            ("localhost:5000/redis", "redis", "debian"),
            ("redis:7-alpine", "redis", "alpine"),
            ("redis:7-alpine3.19@sha256:abc", "redis", "alpine"),
            ("node:0.12-slim", "node", "debian"),
            ("node:20-bookworm-slim", "node", "debian"),
            ("php:8.3-fpm-alpine", "php", "alpine"),
            ("python:3-jessie", "python", "debian"),
            ("eclipse-temurin:17-jre", "eclipse-temurin", "ubuntu"),
            ("centos:centos7", "centos", "centos"),
            (
                "gcr.io/distroless/static:nonroot",
                "distroless/static",
                "distroless",
            ),
            ("ubuntu:trusty", "ubuntu", "ubuntu"),
        ] {
            let base = Base::find(image).unwrap_or_else(|| panic!("{image}"));
            assert_eq!(
                (&base.name[..], &base.distribution[..]),
                (name, distribution),
                "{image}"
            );
        }
        for image in [
            "",
            "nowhere/redis",
            "redis/redis-stack",
            "$BASE",
            ":",
            "@",
            "é/é:é",
        ] {
            assert!(Base::find(image).is_none(), "{image}");
        }
    }

    #[test]
    fn what_an_image_was_before_a_version_is_known_apart() {
        let user = |image: &str| Base::find(image).and_then(|base| base.user.as_deref());
        for image in [
            "haproxy",
            "haproxy:2",
            "haproxy:2.4-alpine",
            "haproxy:lts",
            "haproxy:3.0",
        ] {
            assert_eq!(user(image), Some("haproxy"), "{image}");
        }
        for image in [
            "haproxy:1.7",
            "haproxy:1.5-alpine",
            "haproxy:2.3.1",
            "varnish:6.0",
            "varnish:stable",
        ] {
            assert_eq!(user(image), None, "{image}");
        }
    }

    #[test]
    fn shells_and_programs_are_where_the_distribution_has_them() {
        let find = |image| Base::find(image).unwrap();
        assert!(find("debian:jessie").has_shell("/bin/bash"));
        assert!(!find("alpine").has_shell("/bin/bash"));
        assert!(!find("node:20-alpine").has_shell("/bin/bash"));
        assert!(find("scratch").shells.is_empty());
        assert_eq!(find("debian").program("env"), Some("/usr/bin/env"));
        assert_eq!(find("alpine").program("sh"), Some("/bin/sh"));
        assert_eq!(
            find("redis").program("redis-server"),
            Some("/usr/local/bin/redis-server")
        );
        assert_eq!(find("debian").program("redis-server"), None);
        assert_eq!(
            find("golang:1.4").program("go"),
            Some("/usr/local/go/bin/go")
        );
    }

    #[test]
    fn the_tag_says_which_php() {
        let cmd = |image| Base::find(image).unwrap().cmd.join(" ");
        assert_eq!(cmd("php:5.6-cli"), "php -a");
        assert_eq!(cmd("php:5.6-apache"), "apache2-foreground");
        assert_eq!(cmd("php:7-fpm-alpine"), "php-fpm");
        assert_eq!(Base::find("php:5.6-apache").unwrap().expose, [80]);
    }

    #[test]
    fn accounts_and_directories_are_those_of_both() {
        let redis = Base::find("redis").unwrap();
        assert_eq!(redis.account("redis").map(|a| a.uid), Some(999));
        assert_eq!(redis.account("www-data").map(|a| a.uid), Some(33));
        assert_eq!(redis.directory("/tmp").map(|d| d.mode), Some(0o1777));
        assert_eq!(
            redis.directory("/data").map(|d| &d.owner[..]),
            Some("redis")
        );
        assert_eq!(
            Base::find("ubuntu")
                .unwrap()
                .account("nobody")
                .map(|a| a.uid),
            Some(65534)
        );
    }

    #[test]
    fn every_base_has_a_source_and_absolute_paths() {
        for (name, entries) in &knowledge().bases.tables.by_name {
            for Entry { base, .. } in entries {
                assert!(!base.source.is_empty(), "{name}");
                let paths = base.directories.iter().map(|d| &d.path);
                for path in paths
                    .chain(&base.shells)
                    .chain(&base.programs)
                    .chain(&base.volumes)
                {
                    assert!(path.starts_with('/'), "{name}: {path}");
                }
                assert!(base.directories.iter().all(|d| d.mode <= 0o7777), "{name}");
            }
        }
    }
}
