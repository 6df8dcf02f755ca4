//! The baseline, through the real program: what it knows, wherever it lies, and what an update keeps.

mod support;

#[path = "support/repository.rs"]
mod repository;

use repository::Repository;
use support::{diegolint, stdout};

const DOCKERFILE: &str = "FROM debian:bookworm-slim\nVOLUME /data\nCOPY --chmod=755 start.sh /\n\
    ENTRYPOINT [\"/start.sh\"]\nCMD [\"redis-server\"]\n";
const SCRIPT: &str = "#!/bin/sh\nset -e\nexec gosu keeper \"$@\"\n";

/// Two images, with the same findings.
fn images() -> Repository {
    let repository = Repository::new();
    for name in ["a", "b"] {
        repository.write(&format!("images/{name}/Dockerfile"), DOCKERFILE);
        repository.write(&format!("images/{name}/start.sh"), SCRIPT);
    }
    repository.write("ci/.keep", "");
    repository
}

fn update(repository: &Repository, baseline: &str, path: &str) {
    let args = ["check", "--baseline", baseline, "--update-baseline", path];
    let output = diegolint(repository.path(), &args);
    assert!(
        output.status.code() < Some(2) || path.contains("broken"),
        "{output:?}"
    );
}

/// The last line but that of the baseline.
fn sums(repository: &Repository, baseline: &str, path: &str) -> String {
    let args = ["check", "--format", "concise", "--baseline", baseline, path];
    let text = stdout(&diegolint(repository.path(), &args));
    text.lines().last().unwrap_or_default().to_owned()
}

const NOTHING: &str = "nothing new found on diego-2015";

#[test]
fn it_can_lie_anywhere_and_paths_can_be_written_in_any_way() {
    let repository = images();
    update(&repository, "ci/known.json", "images");
    for path in ["images", "./images/b", "images/b/Dockerfile"] {
        let sums = sums(&repository, "ci/known.json", path);
        assert!(sums.ends_with(NOTHING), "{path}: {sums}");
    }
    let whole = repository.path().join("images/a");
    let whole = sums(&repository, "ci/known.json", &whole.to_string_lossy());
    assert!(whole.ends_with(NOTHING), "{whole}");
    update(&repository, "ci/known.json", "images/b");
    let after = sums(&repository, "ci/known.json", "images");
    assert!(after.ends_with(NOTHING), "{after}");
}

#[test]
fn an_update_keeps_what_it_did_not_judge() {
    let repository = images();
    // Another image of the same folder, without a finding in the script of the first.
    let second = "FROM debian:bookworm-slim\nCOPY --chmod=755 start.sh /\n\
                  CMD [\"/bin/sh\", \"-c\", \"cat /start.sh; exec sleep 9\"]\n";
    repository.write("images/a/Dockerfile.second", second);
    update(&repository, "known.json", "images");
    update(&repository, "known.json", "images/a/Dockerfile.second");
    assert!(sums(&repository, "known.json", "images").ends_with(NOTHING));
    // A Dockerfile that cannot be read has no findings now, and has them again.
    repository.write("images/a/Dockerfile", "FROM\n");
    let args = [
        "check",
        "--baseline",
        "known.json",
        "--update-baseline",
        "images",
    ];
    assert_eq!(diegolint(repository.path(), &args).status.code(), Some(2));
    repository.write("images/a/Dockerfile", DOCKERFILE);
    let after = sums(&repository, "known.json", "images");
    assert!(after.ends_with(NOTHING), "{after}");
}

#[test]
fn an_update_forgets_what_is_gone() {
    let repository = images();
    update(&repository, "known.json", "images");
    repository.replace("images/a/Dockerfile", "VOLUME /data\n", "");
    repository.remove("images/b");
    let args = ["check", "--baseline", "known.json", "images"];
    let said = diegolint(repository.path(), &args).stderr;
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(said.contains("no longer there"), "{said}");
    update(&repository, "known.json", "images");
    let known = repository.read("known.json");
    assert!(
        !known.contains("VOLUME") && !known.contains("images/b"),
        "{known}"
    );
    assert!(known.contains("images/a/start.sh"), "{known}");
}

#[test]
fn of_the_same_line_so_many_are_known_as_there_were() {
    let repository = images();
    update(&repository, "known.json", "images/a");
    repository.write(
        "images/a/start.sh",
        &SCRIPT.replace("exec", "gosu keeper \"$@\"\nexec"),
    );
    let args = [
        "check",
        "--format",
        "concise",
        "--baseline",
        "known.json",
        "images/a",
    ];
    let text = stdout(&diegolint(repository.path(), &args));
    assert!(text.contains("start.sh:3:1: error[switch-user]"), "{text}");
    assert!(!text.contains("start.sh:4"), "{text}");
}

#[test]
fn what_is_no_baseline_is_said_with_the_place() {
    let repository = images();
    for (text, says) in [
        ("{", "known.json:1:1: no baseline: EOF"),
        (
            "{\n  \"schema\": 1,\n  \"findngs\": []\n}",
            "known.json:3:11: no baseline: unknown field `findngs`",
        ),
        (
            "{\"schema\": 7, \"findings\": []}",
            "known.json: a baseline of version 7",
        ),
        ("[]", "known.json:1:"),
    ] {
        repository.write("known.json", text);
        let output = diegolint(
            repository.path(),
            &["check", "--baseline", "known.json", "images"],
        );
        assert_eq!(output.status.code(), Some(2), "{text}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(says), "{text}: {said}");
        assert_eq!(repository.read("known.json"), text);
    }
}
