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

/// A server that steps down at its start.
const STEPS_DOWN: &str = "#!/bin/sh\nset -e\nexec gosu keeper \"$@\"\n";

/// An image that starts a script of its context.
fn starts(script: &str) -> String {
    format!(
        "FROM debian:bookworm-slim\nCOPY --chmod=755 {script} /start.sh\n\
         ENTRYPOINT [\"/start.sh\"]\nCMD [\"redis-server\", \"--port\", \"8080\"]\n"
    )
}

/// What was found of a rule, as `severity path`.
fn found(report: &Value, rule: &str) -> Vec<String> {
    let findings = report["findings"].as_array().expect("a list").iter();
    let of_rule = findings.filter(|one| one["rule"] == rule);
    let words = of_rule.map(|one| {
        let path = one["location"]["path"].as_str().unwrap_or_default();
        format!("{} {path}", one["severity"].as_str().unwrap_or_default())
    });
    words.collect()
}

#[test]
fn a_configuration_that_is_wrong_is_said_whatever_has_changed() {
    let repository = Repository::new();
    repository.write("a/Dockerfile", &starts("start.sh"));
    repository.write("a/start.sh", STEPS_DOWN);
    repository.write("diegolint.toml", "nonsense = 1");
    repository.write("ours.toml", "");
    for args in [
        &["check", "--changed", "a/Dockerfile"][..],
        &["check", "--changed", "a/start.sh"],
        &["fix", "--changed", "a/start.sh"],
        &[
            "check",
            "--config",
            "none.toml",
            "--changed",
            "a/Dockerfile",
        ],
    ] {
        let output = diegolint(repository.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(".toml"), "{said}");
    }
    let args = [
        "check",
        "--config",
        "ours.toml",
        "--changed",
        "a/Dockerfile",
    ];
    assert_eq!(diegolint(repository.path(), &args).status.code(), Some(1));
}

#[test]
fn a_configuration_that_is_gone_changes_what_is_below_it() {
    let repository = Repository::new();
    repository.write("a/Dockerfile", &starts("start.sh"));
    repository.write("a/start.sh", STEPS_DOWN);
    repository.write("b/Dockerfile", &starts("start.sh"));
    repository.write("b/start.sh", STEPS_DOWN);
    repository.write("a/.config/diegolint.toml", "fail-on = \"never\"");
    repository.commit("All");
    std::fs::remove_file(repository.path().join("a/.config/diegolint.toml")).expect("a file");
    let report = report(
        &repository,
        &["check", "--format", "json", "--changed-since", "HEAD"],
    );
    assert_eq!(report["images"][0]["dockerfile"], "a/Dockerfile");
    assert_eq!(report["images"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_folder_that_has_changed_is_all_that_lies_in_it() {
    let repository = Repository::new();
    for name in ["a", "b"] {
        repository.write(&format!("{name}/Dockerfile"), &starts("start.sh"));
        repository.write(&format!("{name}/start.sh"), STEPS_DOWN);
    }
    let report = report(
        &repository,
        &["check", "--format", "json", "--changed", "b"],
    );
    assert_eq!(report["images"][0]["dockerfile"], "b/Dockerfile");
    assert_eq!(report["images"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_comment_that_an_image_needs_which_was_not_asked_about_is_of_use() {
    let repository = Repository::new();
    // The outer image steps down in the script; the inner one only has it read.
    let ignoring = STEPS_DOWN.replace("exec", "# diegolint: ignore=switch-user\nexec");
    repository.write("Dockerfile", &starts("b/start.sh"));
    let inner = "FROM debian:bookworm-slim\nCOPY --chmod=755 start.sh /start.sh\n\
                 CMD [\"/bin/sh\", \"-c\", \"id -u && exit 0; /start.sh\"]\n";
    repository.write("b/Dockerfile", inner);
    repository.write("b/start.sh", &ignoring);
    repository.write("c/Dockerfile", &starts("start.sh"));
    repository.write("c/start.sh", STEPS_DOWN);
    repository.commit("All");
    let whole = report(&repository, &["check", "--format", "json"]);
    assert_eq!(found(&whole, "unused-ignore"), [""; 0]);
    assert_eq!(merged(&repository, 2), whole);
    repository.write("b/Dockerfile", &format!("{inner}# more\n"));
    let changed = report(
        &repository,
        &["check", "--format", "json", "--changed-since", "HEAD"],
    );
    assert_eq!(changed["images"][0]["dockerfile"], "b/Dockerfile");
    assert_eq!(found(&changed, "unused-ignore"), [""; 0]);
}

#[test]
fn what_two_images_share_is_as_bad_as_for_the_worse_of_them() {
    let repository = Repository::new();
    repository.write("Dockerfile", &starts("b/start.sh"));
    repository.write("b/Dockerfile", &starts("start.sh"));
    repository.write("b/start.sh", STEPS_DOWN);
    repository.write(
        "diegolint.toml",
        "fail-on = \"never\"\n[rules]\nswitch-user = \"note\"",
    );
    repository.write("b/diegolint.toml", "fail-on = \"error\"");
    let whole = report(&repository, &["check", "--format", "json"]);
    assert_eq!(found(&whole, "switch-user"), ["error b/start.sh"]);
    assert_eq!(merged(&repository, 2), whole);
    let output = diegolint(repository.path(), &["check", "."]);
    assert_eq!(output.status.code(), Some(1));
}
