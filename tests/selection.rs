//! Which images `--changed-since` and `--shard` select, and that `merge` makes one report of the parts.

mod support;

#[path = "support/repository.rs"]
mod repository;

use repository::Repository;
use serde_json::{Value, json};
use support::{diegolint, stdout};

/// The report of a run, as JSON.
fn report(repository: &Repository, args: &[&str]) -> Value {
    let output = diegolint(repository.path(), args);
    let text = stdout(&output);
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{args:?}: {output:?}"))
}

/// The reports of so many parts in one.
fn merged(repository: &Repository, parts: usize) -> Value {
    let mut names = Vec::new();
    for index in 1..=parts {
        let shard = format!("{index}/{parts}");
        let part = report(
            repository,
            &["check", "--format", "json", "--shard", &shard],
        );
        names.push(format!("part-{index}.json"));
        repository.write(&names[index - 1], &part.to_string());
    }
    let names = names.iter().map(String::as_str);
    let args: Vec<&str> = ["merge", "--format", "json"]
        .into_iter()
        .chain(names)
        .collect();
    report(repository, &args)
}

#[test]
fn parts_come_to_the_report_of_the_whole() {
    let repository = Repository::new();
    for (from, to) in [
        ("redis/3.0", "."),
        ("redis/3.0", "a"),
        ("nginx/1.8", "a/deeper"),
        ("mysql/5.6", "b"),
        ("clean/1.0", "c"),
    ] {
        repository.copy_fixture(from, to);
    }
    repository.copy("b/Dockerfile", "b/Dockerfile.second");
    let whole = report(&repository, &["check", "--format", "json"]);
    assert!(whole["summary"]["errors"].as_u64() > Some(5), "{whole}");
    for parts in [1, 3, 7] {
        assert_eq!(merged(&repository, parts), whole, "{parts}");
    }
}

#[test]
fn a_part_without_images_has_no_target_of_its_own() {
    let repository = Repository::new();
    repository.write("diegolint.toml", "targets = [\"cf\"]\n");
    repository.copy_fixture("redis/3.0", "a");
    assert_eq!(merged(&repository, 3)["targets"], json!(["cf"]));
    // The first part is that without images.
    let args = ["merge", "--format", "json", "part-2.json", "part-1.json"];
    assert_eq!(report(&repository, &args)["targets"], json!(["cf"]));
    // Where no part has one, they say what the whole run says.
    repository.remove("a");
    repository.write("README", "No images here.\n");
    repository.commit("none");
    let none = ["check", "--format", "json", "--changed-since", "HEAD"];
    let whole = report(&repository, &none);
    repository.write("part-1.json", &whole.to_string());
    let args = ["merge", "--format", "json", "part-1.json"];
    assert_eq!(report(&repository, &args), whole);
}

#[test]
fn a_repository_in_the_repository_changes_as_a_whole() {
    let inner = Repository::new();
    inner.copy_fixture("redis/3.0", ".");
    inner.commit("one");
    let repository = Repository::new();
    repository.copy_fixture("redis/3.0", "other");
    let from = inner.path().display().to_string();
    let allowed = ["-c", "protocol.file.allow=always"];
    repository.git(
        &[
            &allowed[..],
            &["submodule", "--quiet", "add", &from, "image"],
        ]
        .concat(),
    );
    repository.commit("one");
    inner.append("docker-entrypoint.sh", "# more\n");
    inner.commit("two");
    repository.git(&["-C", "image", "pull", "--quiet"]);
    repository.commit("two");
    let args = ["check", "--format", "json", "--changed-since", "HEAD~1"];
    let files = report(&repository, &args)["files"].clone();
    assert_eq!(
        files,
        json!(["image/Dockerfile", "image/docker-entrypoint.sh"])
    );
}

#[test]
fn what_cannot_be_read_stops_no_change_elsewhere() {
    let repository = Repository::new();
    repository.write("broken/Dockerfile", "");
    repository.write("broken/start.sh", "#!/bin/sh\n");
    repository.copy_fixture("clean/1.0", "clean");
    repository.write("README", "Two images.\n");
    repository.commit("one");
    let status = |args: &[&str]| diegolint(repository.path(), args).status.code();
    assert_eq!(status(&["check"]), Some(2));
    for (file, expected) in [
        ("README", 0),
        ("clean/Dockerfile", 0),
        ("broken/Dockerfile", 2),
        ("broken/start.sh", 2),
    ] {
        assert_eq!(
            status(&["check", "--changed", file]),
            Some(expected),
            "{file}"
        );
        let before = repository.read(file);
        repository.append(file, "# more\n");
        repository.write("broken/Dockerfile", "");
        if file != "broken/Dockerfile" {
            let args = ["check", "--changed-since", "HEAD"];
            assert_eq!(status(&args), Some(expected), "{file}");
        }
        repository.write(file, &before);
    }
}
