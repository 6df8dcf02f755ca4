//! Folders of official images, which differ with their versions.

use std::sync::LazyLock;

use serde::Deserialize;

use super::name_and_tag;
use crate::image::files::{Content, Files, Node};
use crate::programs::table;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    image: Vec<Row>,
}

/// What images of some names and tags have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    names: Vec<String>,
    /// A word of the tag.
    #[serde(default)]
    tag: Option<String>,
    #[serde(default)]
    since: Option<String>,
    #[serde(default)]
    before: Option<String>,
    #[serde(default)]
    folders: Vec<Folder>,
    #[serde(default)]
    links: Vec<(String, String)>,
    #[serde(default)]
    files: Vec<String>,
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
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let text = include_str!("../../../rules/bases/folders.toml");
    table::<Rows>("bases/folders.toml", text).image
});

/// Puts what an image of this name has into its files.
pub(in crate::image) fn put(files: &mut Files, image: &str) {
    let (name, tag) = name_and_tag(image);
    for row in ROWS.iter().filter(|row| row.is_about(name, tag)) {
        for folder in &row.folders {
            let mut node = Node::folder(folder.mode, None);
            if let Some(owner) = &folder.owner {
                node.owner.name = owner.as_str().into();
                node.group.name = owner.as_str().into();
            }
            if let Some(group) = &folder.group {
                node.group.name = group.as_str().into();
            }
            node.filled = true;
            files.put(&folder.path, node);
        }
        for path in &row.files {
            files.put(path, Node::file(Content::Unknown, 0o644, None));
        }
        for (path, to) in &row.links {
            files.put(path, Node::link(to));
        }
    }
}

impl Row {
    fn is_about(&self, name: &str, tag: &str) -> bool {
        let number = version(tag);
        // A tag that says less of the version is the newest that it may mean: `php:7` is 7.4.
        let reaches = |bound: &String| {
            let mut bound = version(bound);
            bound.truncate(number.len());
            number >= bound
        };
        self.names.iter().any(|own| own == name)
            && self
                .tag
                .as_ref()
                .is_none_or(|word| tag.split('-').any(|w| w == word))
            && self.since.as_ref().is_none_or(reaches)
            && self.before.as_ref().is_none_or(|bound| !reaches(bound))
    }
}

/// The version that a tag begins with, number by number; nothing where it begins with none.
fn version(tag: &str) -> Vec<u32> {
    let end = tag
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(tag.len());
    tag[..end]
        .split('.')
        .map_while(|part| part.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mode and owner of a path in an image.
    fn of(image: &str, path: &str) -> Option<(u32, String)> {
        let mut files = Files::default();
        put(&mut files, image);
        let node = files.get(path)?;
        Some((node.mode, node.owner.name.to_string()))
    }

    #[test]
    fn the_version_says_how_open_a_folder_is() {
        for (image, path, mode, owner) in [
            ("php:5.6-apache", "/var/www/html", 0o755, "www-data"),
            ("php:5-fpm", "/var/www/html", 0o755, "root"),
            ("php:7.0-apache", "/var/www/html", 0o755, "www-data"),
            ("php:7.4-apache", "/var/www/html", 0o1777, "www-data"),
            ("php:8-fpm-alpine", "/var/www/html", 0o1777, "www-data"),
            ("php:apache", "/var/www/html", 0o1777, "www-data"),
            ("php:7-apache", "/var/www/html", 0o1777, "www-data"),
            (
                "docker.io/library/tomcat:8.0-jre8",
                "/usr/local/tomcat/logs",
                0o755,
                "root",
            ),
            ("tomcat:8-jre8", "/usr/local/tomcat/logs", 0o777, "root"),
            ("tomcat:10.1", "/usr/local/tomcat/logs", 0o777, "root"),
            ("postgres:9.4", "/var/run/postgresql", 0o2775, "postgres"),
            (
                "postgres:16-alpine",
                "/var/run/postgresql",
                0o3777,
                "postgres",
            ),
            ("nginx", "/var/cache/nginx", 0o755, "root"),
        ] {
            assert_eq!(of(image, path), Some((mode, owner.to_owned())), "{image}");
        }
        for image in [
            "somebody/php:5.6-apache",
            "",
            ":",
            "php:99999999999999999999",
        ] {
            assert_eq!(of(image, "/usr/local/tomcat"), None, "{image}");
        }
    }

    #[test]
    fn every_row_has_a_source_and_absolute_paths() {
        for row in ROWS.iter() {
            assert!(!row.source.is_empty(), "{:?}", row.names);
            let folders = row.folders.iter().map(|folder| &folder.path);
            let mut paths: Vec<&String> = folders.collect();
            paths.extend(row.files.iter().chain(row.links.iter().map(|(at, _)| at)));
            assert!(!paths.is_empty(), "{:?}", row.names);
            assert!(paths.iter().all(|path| path.starts_with('/')));
            let bounds = row.since.iter().chain(&row.before);
            assert!(bounds.into_iter().all(|bound| !version(bound).is_empty()));
        }
    }
}
