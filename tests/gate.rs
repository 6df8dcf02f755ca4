//! What people put into their CI — the action, the component, the task and the pipeline — run as it
//! stands, as that CI runs it, on real histories of git.

mod support;

#[path = "support/consumers.rs"]
mod consumers;
#[path = "support/repository.rs"]
mod repository;

#[path = "gate/concourse.rs"]
mod concourse;
#[path = "gate/files.rs"]
mod files;
#[path = "gate/github.rs"]
mod github;
#[path = "gate/gitlab.rs"]
mod gitlab;
#[path = "gate/jenkins.rs"]
mod jenkins;
#[path = "gate/machine.rs"]
mod machine;
#[path = "gate/reports.rs"]
mod reports;
#[path = "gate/valid.rs"]
mod valid;

use machine::{Asked, Machine, Ran};
use repository::Repository;
use support::{diegolint, stdout};

/// Runs a CI's check in a repository.
type Check = fn(&Machine, &Repository, &Asked) -> Ran;

const ALL: [(&str, Check); 5] = [
    ("GitHub", github::check),
    ("GitLab, bash", gitlab::check_with_bash),
    ("GitLab, sh", gitlab::check_with_sh),
    ("Concourse", concourse::check),
    ("Jenkins", jenkins::check),
];

/// The start of the server, as fixtures/redis/3.0 has it and as it works.
const BROKEN: &str = "exec gosu redis \"$@\"\n";

/// Two images, mended on main, of which the branch `feature` has broken the script of one.
fn history() -> Repository {
    let repository = Repository::new();
    repository.copy_fixture("redis/3.0", "images/one here");
    repository.copy_fixture("redis/3.0", "images/two");
    let fixed = diegolint(repository.path(), &["fix", "--fail-on", "error", "."]);
    assert_eq!(fixed.status.code(), Some(0), "{}", stdout(&fixed));
    breaks(&repository, "images/two");
    repository.write("README", "Two images.\n");
    repository.commit("begin");
    repository.git(&["checkout", "--quiet", "-b", "feature"]);
    repository
}

/// Has the script of an image as it was before it was mended.
fn breaks(repository: &Repository, image: &str) {
    let script = format!("{image}/docker-entrypoint.sh");
    repository.replace(&script, "\texec \"$@\"\n", &format!("\t{BROKEN}"));
    repository.commit("as it was");
}

/// A clone of the branch, in which main goes on meanwhile.
fn cloned(repository: &Repository) -> Repository {
    repository.git(&["checkout", "--quiet", "main"]);
    repository.append("README", "Both keep sessions.\n");
    repository.commit("main goes on");
    repository.git(&["checkout", "--quiet", "feature"]);
    repository.cloned()
}

#[test]
fn only_what_has_changed_is_judged() {
    let repository = history();
    breaks(&repository, "images/one here");
    let clone = cloned(&repository);
    let main = repository.git(&["rev-parse", "main"]).trim().to_owned();
    for (name, check) in ALL {
        let machine = Machine::new();
        let asked = Asked::since("main", &main);
        let ran = check(&machine, &clone, &asked);
        assert_eq!(ran.status, 1, "{name}: {}", ran.said);
        assert!(
            ran.says("one here/docker-entrypoint.sh"),
            "{name}: {}",
            ran.said
        );
        assert!(ran.says("gosu cannot become redis"), "{name}: {}", ran.said);
        assert!(!ran.says("images/two"), "{name}: {}", ran.said);
        let all = check(&machine, &clone, &Asked::default());
        assert_eq!(all.status, 1, "{name}: {}", all.said);
        assert!(all.says("images/two"), "{name}: {}", all.said);
    }
}

#[test]
fn a_change_of_no_image_and_a_good_one_pass() {
    let repository = history();
    repository.append("README", "They run on Diego.\n");
    repository.commit("of no image");
    let main = repository.git(&["rev-parse", "main"]).trim().to_owned();
    for (name, check) in ALL {
        let clone = cloned(&repository);
        let ran = check(&Machine::new(), &clone, &Asked::since("main", &main));
        assert_eq!(ran.status, 0, "{name}: {}", ran.said);
        clone.append("images/one here/docker-entrypoint.sh", "# done\n");
        clone.commit("a comment");
        let asked = Asked {
            fail_on: "error",
            ..Asked::since("main", &main)
        };
        let ran = check(&Machine::new(), &clone, &asked);
        assert_eq!(ran.status, 0, "{name}: {}", ran.said);
        assert!(ran.says("images/one here"), "{name}: {}", ran.said);
        assert!(!ran.says("images/two"), "{name}: {}", ran.said);
    }
}

#[test]
fn a_shallow_clone_will_do() {
    let repository = history();
    breaks(&repository, "images/one here");
    cloned(&repository);
    let main = repository.git(&["rev-parse", "main"]).trim().to_owned();
    for (name, check) in ALL {
        // The resources of Concourse bring what a pull request goes to.
        if name == "Concourse" {
            continue;
        }
        let clone = repository.cloned_shallow();
        assert_eq!(clone.git(&["rev-list", "--all"]).lines().count(), 1);
        let ran = check(&Machine::new(), &clone, &Asked::since("main", &main));
        assert_eq!(ran.status, 1, "{name}: {}", ran.said);
        assert!(
            ran.says("one here/docker-entrypoint.sh"),
            "{name}: {}",
            ran.said
        );
        assert!(!ran.says("images/two"), "{name}: {}", ran.said);
    }
}

#[test]
fn an_unknown_revision_is_an_error_that_says_so() {
    let repository = history();
    let clone = cloned(&repository);
    let unknown = "0123456789012345678901234567890123456789";
    for (name, check) in ALL {
        let ran = check(
            &Machine::new(),
            &clone,
            &Asked::since("no-such-branch", unknown),
        );
        // git says it where the branch is fetched first.
        let (status, words) = match name {
            "Jenkins" => (128, "couldn't find remote ref no-such-branch"),
            "GitHub" => (2, "git knows no revision no-such-branch here"),
            _ => (
                2,
                "git knows no revision 0123456789012345678901234567890123456789 here",
            ),
        };
        assert_eq!(ran.status, status, "{name}: {}", ran.said);
        assert!(ran.says(words), "{name}: {}", ran.said);
    }
}

#[test]
fn what_the_baseline_knows_is_silent_and_what_is_new_is_not() {
    let repository = history();
    let known = [
        "check",
        "--baseline",
        "known.json",
        "--update-baseline",
        ".",
    ];
    let output = diegolint(repository.path(), &known);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    repository.commit("what is known");
    for (name, check) in ALL {
        let clone = repository.cloned();
        let asked = Asked {
            baseline: "known.json",
            ..Asked::default()
        };
        let ran = check(&Machine::new(), &clone, &asked);
        assert_eq!(ran.status, 0, "{name}: {}", ran.said);
        ran.reports.hold(&[]);
        breaks(&clone, "images/one here");
        let ran = check(&Machine::new(), &clone, &asked);
        assert_eq!(ran.status, 1, "{name}: {}", ran.said);
        let script = "images/one here/docker-entrypoint.sh".to_owned();
        ran.reports.hold(&[(script, "switch-user".to_owned())]);
        assert!(!ran.says("images/two"), "{name}: {}", ran.said);
    }
}

#[test]
fn the_reports_are_there_whatever_the_status() {
    let repository = history();
    breaks(&repository, "images/one here");
    for (name, check) in ALL {
        let clone = repository.cloned();
        let output = diegolint(clone.path(), &["check", "--format", "json", "."]);
        let report = serde_json::from_slice(&output.stdout).expect("JSON");
        let found = reports::of_json(&report);
        assert!(found.len() > 4, "{report}");
        for fail_on in ["never", "warning"] {
            let asked = Asked {
                fail_on,
                ..Asked::default()
            };
            let ran = check(&Machine::new(), &clone, &asked);
            assert_eq!(
                ran.status,
                i32::from(fail_on == "warning"),
                "{name}: {}",
                ran.said
            );
            assert!(ran.reports.len() >= 2, "{name}");
            ran.reports.hold(&found);
        }
    }
}

#[test]
fn what_is_written_into_an_input_is_not_run() {
    let repository = history();
    let clone = repository.cloned();
    for (name, check) in ALL {
        // Whoever writes the pipeline of Jenkins writes the script.
        if name == "Jenkins" {
            continue;
        }
        for evil in [
            "$(touch ~/evil)",
            "`touch ~/evil`",
            "'; touch ~/evil; '",
            "\"; touch ~/evil; \"",
            "*",
        ] {
            let machine = Machine::new();
            let path = Asked {
                paths: vec![evil],
                ..Asked::default()
            };
            let baseline = Asked {
                baseline: evil,
                ..Asked::default()
            };
            let config = Asked {
                config: evil,
                ..Asked::default()
            };
            for asked in [path, baseline, config] {
                let ran = check(&machine, &clone, &asked);
                assert_eq!(ran.status, 2, "{name} {evil}: {}", ran.said);
                let words = format!("error: {evil}: no such file");
                assert!(ran.says(&words), "{name} {evil}: {}", ran.said);
                assert!(!machine.path("home/evil").exists(), "{name} {evil}");
            }
        }
    }
}

#[test]
fn several_paths_with_spaces_are_several_paths() {
    let repository = history();
    repository.copy_fixture("redis/3.0", "else where");
    repository.commit("another");
    let clone = repository.cloned();
    for (name, check) in ALL {
        if name == "Jenkins" {
            continue;
        }
        let asked = Asked {
            paths: vec!["images/one here", "else where"],
            ..Asked::default()
        };
        let ran = check(&Machine::new(), &clone, &asked);
        assert_eq!(ran.status, 1, "{name}: {}", ran.said);
        for (path, there) in [
            ("images/one here", true),
            ("else where/", true),
            ("images/two", false),
        ] {
            assert_eq!(ran.says(path), there, "{name} {path}: {}", ran.said);
        }
    }
}

#[test]
fn diegolint_is_installed_where_its_version_is_not_there() {
    let repository = history();
    for (name, check) in ALL {
        let clone = repository.cloned();
        let machine = Machine::without_diegolint();
        let asked = Asked {
            fail_on: "error",
            paths: vec!["images/one here"],
            ..Asked::default()
        };
        let ran = check(&machine, &clone, &asked);
        let installed = machine.installed();
        let [words] = installed.as_slice() else {
            panic!("{name}: {installed:?}: {}", ran.said);
        };
        assert!(words.contains("install --locked"), "{name}: {words}");
        let from = match name {
            "GitHub" | "Concourse" => "--path ".to_owned(),
            _ => format!("--tag v{}", env!("CARGO_PKG_VERSION")),
        };
        assert!(words.contains(&from), "{name}: {words}");
        // Jenkins has no paths: there it is all of them.
        let status = i32::from(name == "Jenkins");
        assert_eq!(ran.status, status, "{name}: {}", ran.said);
        assert!(ran.says("images/one here"), "{name}: {}", ran.said);
    }
}

#[test]
fn parts_of_a_fleet_come_to_the_report_of_the_whole() {
    let repository = history();
    breaks(&repository, "images/one here");
    repository.copy_fixture("nginx/1.8", "images/three");
    repository.copy_fixture("redis/3.0", ".");
    let run = |args: &[&str]| {
        let output = diegolint(repository.path(), args);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        output
    };
    for part in 1..=3 {
        let (shard, file) = (format!("{part}/3"), format!("json=part-{part}.json"));
        run(&["check", "--shard", &shard, "--output-file", &file]);
    }
    let parts = ["part-1.json", "part-2.json", "part-3.json"];
    let merge = [
        "merge",
        "--output-file",
        "json=whole.json",
        "--output-file",
        "sarif=whole.sarif",
    ];
    let said = stdout(&run(&[&merge[..], &parts].concat()));
    let whole = stdout(&run(&["check", "--format", "json"]));
    assert_eq!(repository.read("whole.json"), whole);
    let lines = said.lines().count();
    let whole: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
    let found = reports::of_json(&whole);
    assert_eq!(lines, found.len() + 1, "{said}");
    reports::Reports::of(repository.path(), &["whole.json", "whole.sarif"]).hold(&found);
}
