//! The task, run as Concourse runs it: in a folder that has its inputs, outputs and caches.

use std::fs;
use std::os::unix::fs::symlink;

use crate::files::{documents, member, members, of, path, scalar, text};
use crate::machine::{Asked, Machine, Ran};
use crate::repository::{self, Repository};

pub fn check(machine: &Machine, source: &Repository, asked: &Asked) -> Ran {
    let text = text("ci/concourse/task.yml");
    let documents = documents(&text);
    let task = &documents[0];
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("the build");
    fs::create_dir(&root).expect("a folder");
    for (kind, key) in [("inputs", "name"), ("outputs", "name"), ("caches", "path")] {
        for one in of(task, kind).as_sequence().expect("a list") {
            let name = scalar(of(one, key));
            let to = root.join(&name);
            match name.as_str() {
                "source" => repository::copy(source.path(), &to),
                "diegolint" => symlink(path("."), &to).expect("a link"),
                _ => fs::create_dir(&to).expect("a folder"),
            }
        }
    }
    if !asked.base.is_empty() {
        // As the resources for pull requests leave it.
        let resource = root.join("source/.git/resource");
        fs::create_dir(&resource).expect("a folder");
        fs::write(resource.join("base_sha"), asked.base).expect("a file");
    }
    let lines = asked.lines();
    let given = [
        ("CHECK_PATHS", lines.as_str()),
        ("DIEGOLINT_FAIL_ON", asked.fail_on),
        ("DIEGOLINT_BASELINE", asked.baseline),
        ("DIEGOLINT_CONFIG", asked.config),
    ];
    let params = members(of(task, "params"));
    for (name, _) in given {
        assert!(params.iter().any(|(own, _)| own == name), "{name}");
    }
    let params = params.into_iter().map(|(name, default)| {
        let given = given
            .iter()
            .find(|(own, value)| *own == name && !value.is_empty());
        let value = given.map_or_else(|| scalar(default), |(_, value)| (*value).to_owned());
        (name, value)
    });
    let params: Vec<(String, String)> = params.collect();
    let variables: Vec<(&str, &str)> = params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();

    let run = of(task, "run");
    let mut words = vec![scalar(of(run, "path"))];
    let args = member(run, "args").and_then(|args| args.as_sequence());
    words.extend(args.expect("arguments").iter().map(scalar));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ran = machine.run(&root, &words, &variables);
    let names = [
        "diegolint.json",
        "diegolint.sarif",
        "diegolint-junit.xml",
        "diegolint.md",
    ];
    Ran::of(ran, &root.join("report"), &names)
}
