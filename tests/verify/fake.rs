//! An engine that is made up: a script that plays `docker`, and does what real ones do not do when they
//! are told to.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::bench::{Files, Verified, valid};

/// It writes down what it is told, and does as `$HOW` says.
const DOCKER: &str = r#"#!/bin/sh
echo "$@" >>"$LOG"
case $1 in
--version) echo "Docker version 28.2.2, build 0"; exit ;;
version)
    case $HOW in
    no-daemon) echo "Cannot connect to the Docker daemon at unix:///nowhere." >&2; exit 1 ;;
    no-engine) echo "usage: docker"; exit ;;
    esac
    echo '{"Client":{"Version":"28.2.2"},"Server":{"Version":"28.2.2","Components":[{"Name":"Engine"}]}}' ;;
build) [ "$HOW" != hangs ] || sleep 300
    echo "Step 1/2"; echo "exporting"; [ "$HOW" != dies ] || { echo "error during connect: EOF" >&2; exit 1; } ;;
image)
    case "$HOW $*" in
    "garbage image inspect diegolint"*) echo '[{"Config": 7' ;;
    "empty image inspect diegolint"*) echo '[]' ;;
    *--format*) [ "$HOW" != gone ] || exit 1; echo sha256:0 ;;
    *) arch=${ARCH:-$(uname -m | sed 's/x86_64/amd64/;s/aarch64/arm64/')}
        echo '[{"Architecture":"'$arch'","Os":"linux","Config":{"Cmd":["/x"],"Env":["A=1"],"Volumes":{"/v":{}}}}]' ;;
    esac ;;
cp) case $2 in
    -) cat >/dev/null; [ "$HOW" != dies-later ] || { echo "unexpected EOF" >&2; exit 1; } ;;
    */inside) echo there ;;
    *) echo "Could not find the file" >&2; exit 1 ;;
    esac ;;
exec) cat >/dev/null
    [ "$HOW" != babbles ] || { echo "what?"; exit 0; }
    printf 'healthy true\nafter 120\naddress 10.0.0.2\ndied false\nlistens 0.0.0.0 8080\nprocesses 1\nend -\n' ;;
container) echo '[{"State":{"Running":true,"ExitCode":0}}]' ;;
logs) printf 'hello\033[2J\n' ;;
rm) [ "$HOW" != stays ] || { echo "permission denied" >&2; exit 1; } ;;
esac
"#;

/// What came of a run with it, and what it was told.
fn run(how: &str, words: &[&str], variables: &[(&str, &str)]) -> (Verified, String) {
    let (files, mut command) = prepared(how, words);
    command.envs(variables.iter().copied());
    let output = command.output().expect("diegolint runs");
    let log = fs::read_to_string(files.path().join("log")).unwrap_or_default();
    assert_eq!(files.temporary(), [""; 0]);
    (Verified::of(&output), log)
}

fn prepared(how: &str, words: &[&str]) -> (Files, Command) {
    let files = Files::new("FROM debian\nVOLUME /v\nCMD [\"/x\"]\n");
    let bin = files.path().join("bin");
    fs::create_dir(&bin).expect("a folder");
    fs::write(bin.join("docker"), DOCKER).expect("a file");
    fs::set_permissions(bin.join("docker"), fs::Permissions::from_mode(0o755)).expect("a mode");
    let mut command = Command::new(env!("CARGO_BIN_EXE_diegolint"));
    command.args(["verify", "app"]).args(words);
    command.current_dir(files.path()).stdin(Stdio::null());
    command.env("TMPDIR", files.path().join("temporary"));
    command.env("LOG", files.path().join("log")).env("HOW", how);
    // The tools that the script needs, and no engine.
    let tools = files.path().join("tools");
    fs::create_dir(&tools).expect("a folder");
    for tool in ["sh", "cat", "sed", "sleep", "uname"] {
        let found = std::env::var("PATH").expect("a PATH");
        let mut found = found
            .split(':')
            .map(|folder| std::path::Path::new(folder).join(tool));
        let found = found.find(|file| file.exists()).expect("a tool");
        std::os::unix::fs::symlink(found, tools.join(tool)).expect("a link");
    }
    command.env("PATH", format!("{}:{}", bin.display(), tools.display()));
    (files, command)
}

#[test]
fn docker_is_told_what_docker_knows() {
    let (verified, log) = run("", &["--engine-option", "--network=mine"], &[]);
    verified.says(
        0,
        &["app on diego-2015: healthy it answers on 10.0.0.2:8080 after 0.1 s"],
    );
    let create = log.lines().find(|line| line.starts_with("create"));
    let create = create.expect("a container");
    for option in [
        "--cap-drop=all",
        "--security-opt=no-new-privileges",
        "--sysctl=net.ipv4.ip_unprivileged_port_start=1024",
        "--user=10000:10000",
        "--entrypoint=/tmp/lifecycle/inside",
        "--env=PORT=8080",
        "--env=HOME=app",
        "--env=A=1",
        "--ulimit=nofile=16384:16384",
        "--network=mine",
        " start / --outlived -- /x",
    ] {
        assert!(create.contains(option), "no {option} in {create}");
    }
    for option in [
        "--passwd",
        "--image-volume",
        "--http-proxy",
        "--publish",
        " -p",
    ] {
        assert!(!log.contains(option), "{option} in {log}");
    }
    let container = create
        .split("--name=")
        .nth(1)
        .and_then(|rest| rest.split(' ').next());
    let container = container.expect("a name");
    assert!(
        log.contains(&format!("rm --force --volumes {container}")),
        "{log}"
    );
    assert!(log.contains("rmi --force diegolint-verify-"), "{log}");
    // What is added by name, docker gives to nobody but root.
    let (_, log) = run("", &["--target", "cf"], &[]);
    assert!(log.contains("--cap-add=NET_BIND_SERVICE"), "{log}");
}

#[test]
fn an_engine_that_fails_is_quoted() {
    let said = |how: &str, words: &[&str]| run(how, &[], &[]).0.says(2, words);
    said(
        "no-daemon",
        &[
            "no container engine works:",
            "Cannot connect to the Docker daemon at unix:///nowhere.",
        ],
    );
    said(
        "no-engine",
        &["this is no container engine: it says “usage: docker”"],
    );
    said(
        "dies",
        &[
            "error: app: it cannot be built: error during connect: EOF",
            "│ Step 1/2",
        ],
    );
    said("dies-later", &["error: app: docker cp: unexpected EOF"]);
    said("garbage", &["docker image inspect cannot be read:"]);
    said("empty", &["docker image inspect says nothing of the image"]);
    said("babbles", &["docker exec: what?"]);
    let (verified, _) = run("", &[], &[("ARCH", "s390x")]);
    verified.says(2, &["the image is made for s390x, and this diegolint for"]);
}

#[test]
fn what_cannot_be_removed_is_said() {
    let (verified, _) = run("stays", &[], &[]);
    verified.says(
        0,
        &[
            "could not be removed; this does it:",
            "docker rm --force --volumes diegolint-verify-",
        ],
    );
}

#[test]
fn without_an_engine_it_says_what_to_install() {
    let (files, mut command) = prepared("", &[]);
    let output = command
        .env("PATH", files.path())
        .output()
        .expect("diegolint runs");
    Verified::of(&output).says(
        2,
        &[
            "no container engine",
            "podman or docker; install one of them",
        ],
    );
    let (verified, _) = run("", &["--engine", "no-such-engine"], &[]);
    verified.says(2, &["error: verify: there is no program no-such-engine"]);
    let (verified, _) = run("", &["--engine", "./bin/docker", "--format", "json"], &[]);
    assert_eq!(verified.status, Some(0), "{verified:#?}");
    let report = valid(&verified.output);
    assert_eq!(report["engine"]["name"], "docker");
    assert_eq!(report["engine"]["version"], "28.2.2");
    // Control characters of the log are escaped by JSON itself.
    assert_eq!(report["results"][0]["log"][0], "hello\u{1b}[2J");
}

#[test]
fn an_engine_that_hangs_is_ended() {
    let (_files, mut command) = prepared("hangs", &[]);
    let child = command
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let child = child.expect("diegolint runs");
    std::thread::sleep(Duration::from_secs(1));
    let told = Instant::now();
    let number = child.id().to_string();
    let kill = Command::new("kill").args(["-INT", &number]).status();
    assert!(kill.expect("kill runs").success());
    let output = child.wait_with_output().expect("it ends");
    Verified::of(&output).says(130, &["stopped: what was started is removed again"]);
    assert!(
        told.elapsed() < Duration::from_secs(8),
        "{:?}",
        told.elapsed()
    );
}

#[test]
fn options_that_make_no_sense_are_refused() {
    for (words, said) in [
        (&["--unsafe"][..], "--fix"),
        (&["--timeout", "0"], "0 is not in 1..=86400"),
        (&["-e", "=x"], "it has to be NAME=VALUE"),
        (&["-f", "Nothing"], "no such file or folder"),
    ] {
        let (verified, _) = run("", words, &[]);
        verified.says(2, &[said]);
    }
}
