//! Comments that ignore findings, where one image alone does not tell what they are good for: files of
//! several images, and targets that are not asked about.

mod support;

#[path = "support/repository.rs"]
mod repository;

use repository::Repository;
use support::{diegolint, stdout};

const STARTS: &str = "FROM debian:bookworm-slim\nCOPY --chmod=755 run.sh /run.sh\n\
    ENTRYPOINT [\"/run.sh\"]\nCMD [\"redis-server\", \"--port\", \"8080\"]\n";
const IGNORING: &str = "#!/bin/sh\nset -e\n\
    # diegolint: ignore=runtime-chown the folder is a volume\nchown -R web /tmp/x\nexec \"$@\"\n";

/// What `check` says in lines, and its status.
fn check(repository: &Repository, args: &[&str]) -> (String, Option<i32>) {
    let args = [&["check", "--format", "concise"], args].concat();
    let output = diegolint(repository.path(), &args);
    let said = stdout(&output) + &String::from_utf8_lossy(&output.stderr);
    (said, output.status.code())
}

#[test]
fn a_comment_that_only_the_inner_image_needs_stays() {
    let repository = Repository::new();
    // The outer image has the script, and starts something else.
    let outer = "FROM debian:bookworm-slim\nRUN useradd web\nUSER web\nCOPY . /\n\
                 CMD [\"/bin/sleep\", \"9\"]\n";
    repository.write("Dockerfile", outer);
    repository.write("app/Dockerfile", &STARTS.replace("redis-server", "sleep"));
    repository.write("app/run.sh", IGNORING);
    repository.write("diegolint.toml", "fail-on = \"error\"");
    let (said, status) = check(&repository, &["."]);
    assert_eq!(status, Some(0), "{said}");
    diegolint(repository.path(), &["fix", "--unsafe", "."]);
    assert_eq!(repository.read("app/run.sh"), IGNORING);
}

#[test]
fn a_dockerfile_by_two_names_keeps_what_one_of_them_needs() {
    let repository = Repository::new();
    let dockerfile = STARTS.replace("COPY", "VOLUME /data\nCOPY");
    repository.write("lts/Dockerfile", &dockerfile);
    repository.write("lts/run.sh", IGNORING);
    std::os::unix::fs::symlink("lts/Dockerfile", repository.path().join("Dockerfile.lts"))
        .expect("a link");
    let add = ["check", "--add-ignores", "--reason", "as it was", "."];
    let output = diegolint(repository.path(), &add);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let (said, status) = check(&repository, &["--fail-on", "note", "."]);
    assert_eq!(status, Some(0), "{said}");
    let before = repository.read("lts/Dockerfile");
    diegolint(repository.path(), &add);
    diegolint(repository.path(), &["fix", "--unsafe", "."]);
    assert_eq!(repository.read("lts/Dockerfile"), before);
}

#[test]
fn a_comment_for_a_target_that_was_not_asked_about_is_not_unused() {
    let repository = Repository::new();
    let dockerfile = STARTS.replace(
        "ENTRYPOINT",
        "# diegolint: ignore=user-instruction for the other platform\nUSER web\nENTRYPOINT",
    );
    repository.write("diegolint.toml", "targets = [\"cf\", \"diego-2015\"]");
    repository.write(
        "Dockerfile",
        &format!("{dockerfile}# diegolint: ignore=wrong-port\n"),
    );
    repository.write("run.sh", "#!/bin/sh\nexec \"$@\"\n");
    let (all, _) = check(&repository, &["."]);
    assert_eq!(all.matches("unused-ignore").count(), 1, "{all}");
    let (said, _) = check(&repository, &["--target", "cf", "."]);
    assert!(!said.contains("unused-ignore"), "{said}");
    let before = repository.read("Dockerfile");
    diegolint(
        repository.path(),
        &["fix", "--target", "cf", "--rule", "unused-ignore", "."],
    );
    assert_eq!(repository.read("Dockerfile"), before);
}

#[test]
fn what_is_no_comment_to_docker_is_said() {
    let repository = Repository::new();
    repository.write("run.sh", "#!/bin/sh\nexec \"$@\"\n");
    for line in [
        "VOLUME /data # diegolint: ignore=volume it is a cache",
        "EXPOSE 8080 # diegolint: ignore=exposed-port",
        "WORKDIR /srv # diegolint ignore=volume",
        "CMD redis-server --port 8080 # diegolint: ignore=volume",
    ] {
        let dockerfile = STARTS.replace("ENTRYPOINT", &format!("{line}\nENTRYPOINT"));
        repository.write("Dockerfile", &dockerfile);
        let (said, _) = check(&repository, &["."]);
        let place = format!("Dockerfile:3:{}:", line.find('#').unwrap_or(0) + 1);
        let says = format!("{place} warning[unknown-ignore] Docker knows no comment");
        assert!(said.contains(&says), "{line}: {said}");
    }
}

#[test]
fn a_slip_is_not_mended_into_more_than_was_meant() {
    let repository = Repository::new();
    let starts = STARTS.replace("ENTRYPOINT", "VOLUME /data\nENTRYPOINT");
    let dockerfile = format!("# diegolint: ignore-files=volume\n{starts}");
    repository.write("Dockerfile", &dockerfile);
    repository.write("run.sh", "#!/bin/sh\nexec \"$@\"\n");
    diegolint(repository.path(), &["fix", "."]);
    assert!(
        repository
            .read("Dockerfile")
            .starts_with("# diegolint: ignore-files=volume\n")
    );
    diegolint(
        repository.path(),
        &["fix", "--unsafe", "--rule", "unknown-ignore", "."],
    );
    assert!(
        repository
            .read("Dockerfile")
            .starts_with("# diegolint: ignore-file=volume\n")
    );
}

#[test]
fn comments_are_not_written_for_what_a_baseline_knows() {
    let repository = Repository::new();
    repository.write("Dockerfile", STARTS);
    repository.write("run.sh", "#!/bin/sh\nexec \"$@\"\n");
    let (said, status) = check(&repository, &["--add-ignores", "--baseline", "b.json", "."]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("take one of them"), "{said}");
    assert_eq!(repository.read("Dockerfile"), STARTS);
}

#[test]
fn a_folder_that_is_named_is_judged_though_it_is_excluded() {
    let repository = Repository::new();
    repository.write("diegolint.toml", "exclude = [\"old/\"]");
    repository.write("old/one/Dockerfile", STARTS);
    repository.write("old/one/run.sh", IGNORING);
    repository.write("new/Dockerfile", STARTS);
    repository.write("new/run.sh", IGNORING);
    let (said, _) = check(&repository, &["."]);
    assert!(said.contains("new/") || said.contains("2 files"), "{said}");
    assert!(!said.contains("4 files"), "{said}");
    let (said, status) = check(&repository, &["old/one"]);
    assert_ne!(status, Some(2), "{said}");
    assert!(said.contains("2 files"), "{said}");
}
