//! The files that CIs read, as data.

use std::fs;
use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode, Yaml};

/// A file of this repository.
pub fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

pub fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The documents of a file.
pub fn documents(text: &str) -> Vec<Yaml<'_>> {
    Yaml::load_from_str(text).expect("YAML")
}

/// What a mapping has under a name; a text, a number and a truth as they are written.
pub fn scalar(node: &Yaml<'_>) -> String {
    match (node.as_str(), node.as_bool()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(truth)) => truth.to_string(),
        _ => panic!("a text: {node:?}"),
    }
}

/// The members of a mapping, in their order; none where there is none.
pub fn members<'a>(node: &'a Yaml<'a>) -> Vec<(String, &'a Yaml<'a>)> {
    let mapping = node.as_mapping().into_iter().flatten();
    mapping.map(|(key, value)| (scalar(key), value)).collect()
}

/// A member of a mapping.
pub fn member<'a>(node: &'a Yaml<'a>, name: &str) -> Option<&'a Yaml<'a>> {
    let mut members = members(node).into_iter();
    members.find(|(key, _)| key == name).map(|(_, value)| value)
}

/// A member that has to be there.
pub fn of<'a>(node: &'a Yaml<'a>, name: &str) -> &'a Yaml<'a> {
    member(node, name).unwrap_or_else(|| panic!("no {name} in {node:?}"))
}

/// A text in which each place between two marks is what it stands for.
pub fn filled(text: &str, open: &str, close: &str, value: impl Fn(&str) -> String) -> String {
    let mut parts = text.split(open);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(close).expect("the end of a place");
        result += &value(name.trim());
        result += rest;
    }
    result
}
