//! Ctrl-C and its like, whatever is going on: nothing is left.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::bench::{Bench, Files, Verified, bench};
use super::contexts::serving;

/// Stops a run once something is the case, and gives what came of it.
fn stopped(bench: &Bench, files: &Files, signal: &str, when: &dyn Fn(&Bench) -> bool) -> Verified {
    let mut command = bench.command(files.path(), &["app"]);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let child: Child = child.expect("diegolint runs");
    let begun = Instant::now();
    while !when(bench) {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing happens");
        std::thread::sleep(Duration::from_millis(50));
    }
    let number = child.id().to_string();
    let kill = Command::new("kill").args([signal, &number]).status();
    assert!(kill.expect("kill runs").success());
    let told = Instant::now();
    let output = child.wait_with_output().expect("diegolint ends");
    assert!(
        told.elapsed() < Duration::from_secs(20),
        "it takes long to stop"
    );
    Verified::of(&output)
}

fn said(bench: &Bench, words: &[&str]) -> String {
    let output = bench.podman(words).output().expect("podman runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn nothing_is_left_of_a_build() {
    let Some(bench) = bench() else { return };
    let files = Files::new("FROM BASE\nRUN touch /made\nRUN sleep 300\nCMD [\"/bin/true\"]\n");
    // The first step is an image by now, and the second one a container.
    let when = |bench: &Bench| {
        let images = said(bench, &["images", "--all", "--quiet"]);
        let containers = said(bench, &["ps", "--all", "--external", "--quiet"]);
        images.lines().count() == 2 && containers.lines().count() > 0
    };
    for signal in ["-INT", "-TERM"] {
        let verified = stopped(&bench, &files, signal, &when);
        assert_eq!(verified.status, Some(130), "{verified:#?}");
        assert_eq!(
            verified.error,
            "stopped: what was started is removed again\n"
        );
        assert_eq!(verified.output, "");
        assert_eq!(bench.left(), [""; 0]);
        assert_eq!(files.temporary(), [""; 0]);
    }
}

#[test]
fn nothing_is_left_of_a_container() {
    let Some(bench) = bench() else { return };
    let files = serving(r#""0.0.0.0", "9000", "hello""#);
    let when = |bench: &Bench| !said(bench, &["ps", "--quiet"]).is_empty();
    for signal in ["-INT", "-HUP"] {
        let verified = stopped(&bench, &files, signal, &when);
        assert_eq!(verified.status, Some(130), "{verified:#?}");
        assert_eq!(
            verified.error,
            "stopped: what was started is removed again\n"
        );
        assert_eq!(bench.left(), [""; 0]);
        assert_eq!(files.temporary(), [""; 0]);
    }
}
