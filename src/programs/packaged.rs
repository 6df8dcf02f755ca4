//! Configuration files that packages and images bring, as far as they say where a server listens.

use std::sync::LazyLock;

use serde::Deserialize;

use super::tables::table;
use super::words::base_name;

/// A file that a package or a base image brings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackagedFile {
    /// The package managers that know the package by this name.
    #[serde(default)]
    managers: Vec<String>,
    /// The packages that bring it.
    #[serde(default)]
    packages: Vec<String>,
    /// Whose package it is, by the host that the build fetches it from; nothing for the distribution's
    /// own, and for what all have in common.
    #[serde(default)]
    pub vendor: Option<String>,
    /// The base images that have it.
    #[serde(default)]
    bases: Vec<String>,
    /// Its path.
    pub path: String,
    /// Links to it that come with it.
    #[serde(default)]
    pub links: Vec<String>,
    /// Those of its lines that matter.
    pub text: String,
    /// Where the fact comes from.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackagedFiles {
    file: Vec<PackagedFile>,
}

/// All of them.
fn all() -> &'static [PackagedFile] {
    static FILES: LazyLock<Vec<PackagedFile>> = LazyLock::new(|| {
        let files: PackagedFiles = table(
            "programs/packaged.toml",
            include_str!("../../rules/programs/packaged.toml"),
        );
        files.file
    });
    &FILES
}

/// The files that a package brings, which is named as in a command: with a version, or a repository.
/// `is_from` says whether the build speaks of a vendor.
pub fn packaged_files(
    manager: &str,
    package: &str,
    is_from: &dyn Fn(&str) -> bool,
) -> Vec<&'static PackagedFile> {
    let name = package
        .split(['=', '/', ':', '~', '<', '>'])
        .next()
        .unwrap_or(package);
    let named = all().iter().filter(|file| {
        file.managers.iter().any(|m| m == manager) && file.packages.iter().any(|p| p == name)
    });
    let named: Vec<_> = named.collect();
    let vendor = (named.iter().filter_map(|file| file.vendor.as_deref())).find(|v| is_from(v));
    let of = |file: &&'static PackagedFile| file.vendor.as_deref() == vendor;
    named.into_iter().filter(of).collect()
}

/// The files that a base image brings, by its name with or without a tag.
pub fn base_files(image: &str) -> impl Iterator<Item = &'static PackagedFile> {
    let name = image.split('@').next().unwrap_or(image);
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    // A colon before the last slash is a registry's.
    let last = name.len() - base_name(name).len();
    let tag = name[last..].find(':').map_or(name.len(), |at| last + at);
    let name = &name[..tag];
    all()
        .iter()
        .filter(move |file| file.bases.iter().any(|base| base == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_brings_its_files_whatever_its_version() {
        let paths = |manager: &str, package: &str| -> Vec<&str> {
            packaged_files(manager, package, &|_| false)
                .into_iter()
                .map(|file| file.path.as_str())
                .collect()
        };
        for (manager, package, expected) in [
            ("apt-get", "redis-server", &["/etc/redis/redis.conf"][..]),
            (
                "apt-get",
                "redis-server=3:3.0.3-1",
                &["/etc/redis/redis.conf"],
            ),
            ("yum", "redis", &["/etc/redis.conf"]),
            ("yum", "redis-server", &[]),
            ("apt-get", "redis-tools", &[]),
        ] {
            assert_eq!(paths(manager, package), expected, "{manager} {package}");
        }
    }

    #[test]
    fn a_base_is_known_by_its_name_and_not_by_what_it_ends_in() {
        for (image, some) in [
            ("nginx", true),
            ("nginx:1.9", true),
            ("docker.io/library/nginx:1", true),
            ("example/nginx", false),
            ("nginx-proxy", false),
        ] {
            assert_eq!(base_files(image).next().is_some(), some, "{image}");
        }
    }

    #[test]
    fn every_file_has_a_source_and_an_absolute_path() {
        for file in all() {
            assert!(file.path.starts_with('/'), "{}", file.path);
            assert!(!file.source.is_empty(), "{}", file.path);
            assert!(file.text.ends_with('\n'), "{}", file.path);
            assert_ne!(
                file.managers.is_empty(),
                file.bases.is_empty(),
                "{}",
                file.path
            );
        }
    }
}
