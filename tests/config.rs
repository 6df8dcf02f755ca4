//! The configuration, through the real program: what it says, what counts, and what is wrong with it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// Runs diegolint in a folder, with some variables of the environment.
fn with_variables(dir: &Path, variables: &[(&str, &str)], args: &[&str]) -> Output {
    let mut command = Command::cargo_bin("diegolint").expect("the program");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DIEGOLINT_") {
            command.env_remove(name);
        }
    }
    command.envs(variables.iter().copied());
    command.current_dir(dir).args(args).write_stdin("");
    command.output().expect("it runs")
}

fn diegolint(dir: &Path, args: &[&str]) -> Output {
    with_variables(dir, &[], args)
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What was found, as `rule severity path`, sorted.
fn found(dir: &Path, args: &[&str]) -> Vec<String> {
    let args = [&["check", "--format", "json"], args].concat();
    let output = diegolint(dir, &args);
    assert_eq!(stderr(&output), "", "{args:?}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("a list").iter();
    let words = |value: &Value| value.as_str().expect("a string").to_owned();
    let mut found: Vec<String> = findings
        .map(|one| {
            let path = words(&one["location"]["path"]);
            format!("{} {} {path}", words(&one["rule"]), words(&one["severity"]))
        })
        .collect();
    found.sort();
    found
}

fn write(dir: &TempDir, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, text).expect("a file");
        if text.starts_with(['#', '\u{7f}']) && !name.ends_with(".toml") {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
        }
    }
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    write(&dir, files);
    dir
}

/// A server that steps down, with a volume, on its own port.
const KEEPER: &str = "FROM debian:bookworm-slim\nVOLUME /data\nCOPY start.sh /start.sh\n\
    ENTRYPOINT [\"/start.sh\"]\nCMD [\"redis-server\"]\n";
const START: &str = "#!/bin/sh\nset -e\nexec gosu keeper \"$@\"\n";

#[test]
fn what_is_wrong_is_said_with_its_place_and_what_was_meant() {
    let dir = folder(&[("Dockerfile", "FROM scratch\n")]);
    for (text, says) in [
        (
            "\ntargts = [\"cf\"]",
            "diegolint.toml:2:1: there is no key `targts`: did you mean `targets`?",
        ),
        (
            "targets = \"cf\"",
            "diegolint.toml:1:11: invalid type: string \"cf\", expected a list",
        ),
        (
            "targets = []",
            "diegolint.toml:1:11: there has to be a target",
        ),
        (
            "targets = [\"cff\"]",
            "diegolint.toml:1:12: there is no target `cff`: did you mean `cf`?",
        ),
        (
            "targets = [\"heroku\"]",
            "no target `heroku`, only diego-2015, cf, lattice, openshift",
        ),
        (
            "[rules]\nwrong-prot = \"off\"",
            "diegolint.toml:2:1: there is no rule `wrong-prot`: did you mean `wrong-port`?",
        ),
        (
            "[rules]\nvolume = \"of\"",
            "diegolint.toml:2:10: there is no value `of`: did you mean `off`?",
        ),
        ("[rules]\nvolume = false", "diegolint.toml:2:10: "),
        (
            "[options.cg]\nallow-root = true",
            "diegolint.toml:1:10: there is no target `cg`: did you mean `cf`?",
        ),
        (
            "[options.cf]\nallow-rot = true",
            "diegolint.toml:2:1: there is no option of cf `allow-rot`: did you mean `allow-root`?",
        ),
        (
            "[options.cf]\nallow-root = 3",
            "diegolint.toml:2:14: invalid type: integer `3`, expected true, false or a string",
        ),
        (
            "[options.cf]\nallow-root = \"no\"",
            "diegolint.toml:2:14: allow-root of cf cannot be no, only true, false",
        ),
        (
            "style = \"coment\"",
            "diegolint.toml:1:9: there is no value `coment`: did you mean `comment`?",
        ),
        (
            "fail-on = \"sometimes\"",
            "there is no value `sometimes`, only error, warning, note, never",
        ),
        (
            "[per-file-ignores]\n\"a\" = [\"volum\"]",
            "diegolint.toml:2:8: there is no rule `volum`: did you mean `volume`?",
        ),
        (
            "[per-file-ignores]\n\"a{\" = [\"volume\"]",
            "diegolint.toml:2:1: this is no pattern: ",
        ),
        (
            "exclude = [\"a\", \"b{\"]",
            "diegolint.toml:1:17: this is no pattern: ",
        ),
        (
            "[contexts]\n\"docker/*\" = \"nowhere\"",
            "diegolint.toml:2:14: there is no folder nowhere",
        ),
        (
            "[[servers]]\nname = \"x\"\nprot = 80",
            "diegolint.toml:3:1: there is no key `prot`: did you mean `port`?",
        ),
        (
            "[[servers]]\nname = \"x\"\nport = 80",
            "missing field `protocol`",
        ),
        (
            "[[servers]]\nname = \"x\"\nprotocol = \"http\"\nport = 99999",
            "diegolint.toml:4:8: ",
        ),
        (
            "[[bases]]\nnames = [\"a\"]\ndistribution = \"debain\"",
            "diegolint.toml:1:1: there is no distribution `debain`: did you mean `debian`?",
        ),
        (
            "[[bases]]\nnames = [\"redis:3\"]\ndistribution = \"debian\"",
            "diegolint.toml:1:1: redis:3 has a tag",
        ),
        ("trusted-programs = \"gosu\"", "expected a list"),
        ("x = [1", "diegolint.toml:1:7: unclosed array"),
        ("\u{feff}style = 1", "diegolint.toml:1:9: "),
    ] {
        write(&dir, &[("diegolint.toml", text)]);
        for command in ["check", "fix", "trace", "config"] {
            let output = diegolint(dir.path(), &[command, "."]);
            assert_eq!(output.status.code(), Some(2), "{command}: {text}");
            assert!(
                stderr(&output).contains(says),
                "{text}: {}",
                stderr(&output)
            );
            assert_eq!(
                stderr(&output)
                    .lines()
                    .filter(|l| l.contains("toml"))
                    .count(),
                1
            );
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_is_said() {
    let dir = folder(&[("Dockerfile", "FROM scratch\n")]);
    let config = dir.path().join("diegolint.toml");
    let check = || stderr(&diegolint(dir.path(), &["check", "."]));
    fs::write(&config, b"style = \"\xff\"").expect("a file");
    assert_eq!(
        check(),
        "error: diegolint.toml:1:10: this byte is not UTF-8\n"
    );
    fs::remove_file(&config).expect("a file");
    fs::create_dir(&config).expect("a folder");
    assert_eq!(
        check(),
        "error: diegolint.toml: a folder, not a configuration file\n"
    );
    fs::remove_dir(&config).expect("a folder");
    std::os::unix::fs::symlink("nowhere", &config).expect("a link");
    assert_eq!(check(), "error: diegolint.toml: no such file or folder\n");
    fs::remove_file(&config).expect("a link");
    write(
        &dir,
        &[("diegolint.toml", ""), (".config/diegolint.toml", "")],
    );
    assert_eq!(
        check(),
        "error: diegolint.toml: there is a second configuration beside it, \
         .config/diegolint.toml: leave one of them\n"
    );
}

#[test]
fn a_configuration_that_is_wrong_stops_its_own_inputs_alone() {
    let dir = folder(&[
        ("good/Dockerfile", KEEPER),
        ("good/start.sh", START),
        ("bad/Dockerfile", KEEPER),
        ("bad/sub/Dockerfile", KEEPER),
        ("bad/diegolint.toml", "x = 1"),
    ]);
    let output = diegolint(dir.path(), &["check", "--format", "json", "."]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stderr(&output).matches("bad/diegolint.toml:1:1").count(), 1);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["images"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["problems"][0]["path"], "bad/diegolint.toml");
    assert_eq!(report["problems"][0]["line"], 1);
}

#[test]
fn the_nearest_configuration_counts() {
    let dir = folder(&[
        ("diegolint.toml", "[rules]\nvolume = \"off\""),
        ("a/Dockerfile", "FROM scratch\nVOLUME /data\nCMD [\"/x\"]\n"),
        ("b/.config/diegolint.toml", "[rules]\nvolume = \"error\""),
        (
            "b/c/Dockerfile",
            "FROM scratch\nVOLUME /data\nCMD [\"/x\"]\n",
        ),
        ("other.toml", "[rules]\nvolume = \"note\""),
    ]);
    let volume = |args: &[&str]| {
        let mut found = found(dir.path(), args);
        found.retain(|one| one.starts_with("volume"));
        found
    };
    assert_eq!(volume(&["."]), ["volume error b/c/Dockerfile"]);
    // A folder that is named, and one that is the working directory, have the same above them.
    assert_eq!(volume(&["b/c"]), ["volume error b/c/Dockerfile"]);
    let within = found(&dir.path().join("a"), &["."]);
    assert!(
        within.iter().all(|one| !one.starts_with("volume")),
        "{within:?}"
    );
    assert_eq!(
        volume(&["--config", "other.toml", "."]),
        ["volume note a/Dockerfile", "volume note b/c/Dockerfile"]
    );
    assert_eq!(
        volume(&["--no-config", "."]),
        [
            "volume warning a/Dockerfile",
            "volume warning b/c/Dockerfile"
        ]
    );
}

#[test]
fn levels_and_ignores_say_what_is_said() {
    let dir = folder(&[
        ("Dockerfile", KEEPER),
        ("start.sh", START),
        (
            "diegolint.toml",
            "[rules]\nvolume = \"off\"\ntcp-service = \"error\"\nwrong-port = \"note\"\n\
             [per-file-ignores]\n\"*.sh\" = [\"switch-user\"]",
        ),
    ]);
    let found = found(dir.path(), &["."]);
    assert!(
        found.contains(&"tcp-service error Dockerfile".into()),
        "{found:?}"
    );
    assert!(
        found.contains(&"wrong-port note Dockerfile".into()),
        "{found:?}"
    );
    let gone = |one: &String| one.starts_with("volume") || one.starts_with("switch-user");
    assert!(!found.iter().any(gone), "{found:?}");
    // What is not said is not mended either.
    let diff = stdout(&diegolint(dir.path(), &["fix", "--diff", "."]));
    assert!(diff.contains("--port"), "{diff}");
    assert!(!diff.contains("b/start.sh"), "{diff}");
}

#[test]
fn targets_their_options_and_the_status_come_from_the_file_unless_they_are_given() {
    let dir = folder(&[
        (
            "Dockerfile",
            "FROM debian:bookworm-slim\nCMD [\"/bin/sleep\", \"1\"]\n",
        ),
        (
            "diegolint.toml",
            "targets = [\"cf\"]\nfail-on = \"error\"\n[options.cf]\nallow-root = false",
        ),
    ]);
    let status = |variables: &[(&str, &str)], args: &[&str]| {
        let output = with_variables(dir.path(), variables, &[&["check"], args].concat());
        (output.status.code().expect("a status"), stdout(&output))
    };
    // Without root, an image that runs as root is an error; with it, a warning.
    assert_eq!(status(&[], &["."]).0, 1);
    assert_eq!(status(&[], &["--set", "allow-root=true", "."]).0, 0);
    assert_eq!(status(&[("DIEGOLINT_FAIL_ON", "never")], &["."]).0, 0);
    let strict = ["--fail-on", "warning", "--set", "allow-root=true", "."];
    assert_eq!(status(&[("DIEGOLINT_FAIL_ON", "never")], &strict).0, 1);
    let (code, text) = status(&[("DIEGOLINT_TARGET", "diego-2015,lattice")], &["."]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("diego-2015, lattice"), "{text}");
    let config = dir.path().join("diegolint.toml");
    fs::rename(&config, dir.path().join("ours.toml")).expect("a file");
    assert_eq!(status(&[("DIEGOLINT_CONFIG", "ours.toml")], &["."]).0, 1);
}

#[test]
fn what_is_excluded_is_not_looked_for_but_can_be_named() {
    let dir = folder(&[
        ("diegolint.toml", "exclude = [\"vendor/\", \"old-*\"]"),
        ("a/Dockerfile", KEEPER),
        ("vendor/deep/Dockerfile", KEEPER),
        ("old-one/Dockerfile", KEEPER),
    ]);
    let paths = |args: &[&str]| {
        let output = diegolint(dir.path(), &[&["check", "--format", "json"], args].concat());
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let images = report["images"].as_array().expect("a list").iter();
        let paths = images.map(|image| image["dockerfile"].as_str().expect("a path").to_owned());
        paths.collect::<Vec<String>>()
    };
    assert_eq!(paths(&["."]), ["a/Dockerfile"]);
    assert_eq!(
        paths(&["vendor/deep/Dockerfile"]),
        ["vendor/deep/Dockerfile"]
    );
}

#[test]
fn a_dockerfile_can_be_built_in_another_folder() {
    let files = [
        (
            "docker/app/Dockerfile",
            "FROM debian:bookworm-slim\nCOPY scripts/start.sh /\nCMD [\"/start.sh\", \"x\"]\n",
        ),
        ("scripts/start.sh", START),
        (
            "diegolint.toml",
            "[contexts]\n\"docker/*/Dockerfile\" = \".\"",
        ),
    ];
    let dir = folder(&files);
    for path in [".", "docker/app/Dockerfile", "docker"] {
        let found = found(dir.path(), &[path]);
        assert!(
            found.contains(&"switch-user error scripts/start.sh".into()),
            "{path}: {found:?}"
        );
    }
    let below = found(&dir.path().join("docker"), &["."]);
    let path = fs::canonicalize(dir.path().join("scripts/start.sh")).expect("a file");
    let says = format!("switch-user error {}", path.display());
    assert!(below.contains(&says), "{below:?}");
}

#[test]
fn a_trusted_program_works_and_what_it_runs_is_looked_at() {
    let dir = folder(&[("Dockerfile", KEEPER), ("start.sh", START)]);
    let rules = || {
        let found = found(dir.path(), &["."]);
        ["switch-user", "wrong-port"].map(|rule| found.iter().any(|one| one.starts_with(rule)))
    };
    assert_eq!(rules(), [true, true]);
    write(&dir, &[("diegolint.toml", "trusted-programs = [\"gosu\"]")]);
    assert_eq!(rules(), [false, true]);
    write(
        &dir,
        &[("diegolint.toml", "trusted-programs = [\"/other/gosu\"]")],
    );
    // Which one a bare name means, PATH says.
    assert_eq!(rules(), [false, true]);
    let elsewhere = START.replace("gosu", "/usr/bin/gosu");
    write(&dir, &[("start.sh", &elsewhere)]);
    assert_eq!(rules(), [true, true]);
    write(
        &dir,
        &[("diegolint.toml", "trusted-programs = [\"redis-server\"]")],
    );
    assert_eq!(rules(), [true, false]);
}

#[test]
fn a_server_of_ones_own_is_told_the_port() {
    let dir = folder(&[
        (
            "Dockerfile",
            "FROM debian:bookworm-slim\nCOPY ledger /usr/bin/ledger\nCMD [\"/usr/bin/ledger\"]\n",
        ),
        ("ledger", "\u{7f}ELF"),
        (
            "diegolint.toml",
            "[[servers]]\nname = \"ledger\"\nprotocol = \"http\"\nport = 3000\naddress = \"*\"\n\
             options = { values = [\"--listen-port\"] }\n\
             listens = [{ holds = \"port\", at = { options = [\"--listen-port\"] } }]\n\
             tell = { port = [\"--listen-port\", \"{port}\"] }\n",
        ),
    ]);
    let config = found(dir.path(), &["."]);
    assert_eq!(config, ["wrong-port error Dockerfile"]);
    let diff = stdout(&diegolint(
        dir.path(),
        &["fix", "--diff", "--style", "remove", "."],
    ));
    let fixed = "+CMD [\"/usr/bin/ledger\", \"--listen-port\", \"8080\"]";
    assert!(diff.contains(fixed), "{diff}");
    // One that the tables know is what the configuration says of it.
    write(
        &dir,
        &[
            (
                "Dockerfile",
                "FROM debian:bookworm-slim\nCMD [\"/usr/bin/redis-server\"]\n",
            ),
            (
                "diegolint.toml",
                "[[servers]]\nname = \"redis-server\"\nprotocol = \"http\"\nport = 8080\naddress = \"*\"\n",
            ),
        ],
    );
    assert_eq!(found(dir.path(), &["."]), [""; 0]);
}

#[test]
fn what_one_configuration_knows_counts_for_its_own_inputs_alone() {
    let dockerfile = "FROM debian:bookworm-slim\nCMD [\"/usr/bin/redis-server\"]\n";
    let server =
        "[[servers]]\nname = \"redis-server\"\nprotocol = \"http\"\nport = 8080\naddress = \"*\"\n";
    let folders = (0..24).map(|n| format!("{n:02}/Dockerfile"));
    let dir = folder(&[("own/diegolint.toml", server)]);
    for path in folders {
        write(
            &dir,
            &[(&path, dockerfile), (&format!("own/{path}"), dockerfile)],
        );
    }
    let mut found = found(dir.path(), &["."]);
    found.retain(|one| one.starts_with("wrong-port"));
    assert_eq!(found.len(), 24, "{found:?}");
    assert!(!found.iter().any(|one| one.contains("own/")), "{found:?}");
}

#[test]
fn a_base_of_ones_own_brings_its_user_and_its_ports() {
    let dir = folder(&[(
        "Dockerfile",
        "FROM registry.corp.example/base/web:2\nCMD [\"/bin/sleep\", \"9\"]\n",
    )]);
    let rules = || {
        let found = found(dir.path(), &["--target", "cf", "."]);
        ["runs-as-root", "privileged-port"]
            .map(|rule| found.iter().any(|one| one.starts_with(rule)))
    };
    assert_eq!(rules(), [false, false]);
    let base = |more: &str| {
        format!(
            "[[bases]]\nnames = [\"registry.corp.example/base/web\"]\ndistribution = \"debian\"\n{more}"
        )
    };
    write(&dir, &[("diegolint.toml", &base(""))]);
    assert_eq!(rules(), [true, false]);
    write(
        &dir,
        &[(
            "diegolint.toml",
            &base("user = \"web\"\naccounts = [{ name = \"web\", uid = 900, gid = 900 }]"),
        )],
    );
    assert_eq!(rules(), [false, false]);
}

#[test]
fn a_link_is_named_by_its_own_place() {
    let dir = folder(&[
        ("shared/Dockerfile", KEEPER),
        ("shared/start.sh", START),
        (
            "diegolint.toml",
            "exclude = [\"a/\"]\n[per-file-ignores]\n\"b/\" = [\"volume\"]",
        ),
    ]);
    for name in ["a", "b"] {
        fs::create_dir(dir.path().join(name)).expect("a folder");
        let link = dir.path().join(name).join("Dockerfile");
        std::os::unix::fs::symlink("../shared/Dockerfile", link).expect("a link");
    }
    let found = found(dir.path(), &["."]);
    assert!(
        !found.iter().any(|one| one.ends_with(" a/Dockerfile")),
        "{found:?}"
    );
    assert!(
        found.contains(&"missing-script error b/Dockerfile".into()),
        "{found:?}"
    );
    assert!(
        !found.contains(&"volume warning b/Dockerfile".into()),
        "{found:?}"
    );
    assert!(
        found.contains(&"volume warning shared/Dockerfile".into()),
        "{found:?}"
    );
}

#[test]
fn of_several_folders_that_a_dockerfile_is_built_in_the_last_counts() {
    let dir = folder(&[
        (
            "docker/web/Dockerfile",
            "FROM debian:bookworm-slim\nCOPY start.sh /\nCMD [\"/start.sh\", \"x\"]\n",
        ),
        ("web/start.sh", START),
        (
            "diegolint.toml",
            "[contexts]\n\"docker/web/*\" = \".\"\n\"docker/*/Dockerfile\" = \"web\"",
        ),
    ]);
    let script = "switch-user error web/start.sh".to_owned();
    assert!(found(dir.path(), &["."]).contains(&script));
    write(
        &dir,
        &[(
            "diegolint.toml",
            "[contexts]\n\"docker/*/Dockerfile\" = \"web\"\n\"docker/web/*\" = \".\"",
        )],
    );
    assert!(!found(dir.path(), &["."]).contains(&script));
}

#[test]
fn a_variable_that_is_empty_says_nothing() {
    let dir = folder(&[(
        "Dockerfile",
        "FROM debian:bookworm-slim\nCMD [\"/bin/sleep\", \"1\"]\n",
    )]);
    let empty = [
        "TARGET",
        "CONFIG",
        "FAIL_ON",
        "BASELINE",
        "SHARD",
        "CHANGED_SINCE",
        "FORMAT",
    ]
    .map(|name| (format!("DIEGOLINT_{name}"), ""));
    let empty: Vec<(&str, &str)> = empty
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let output = with_variables(dir.path(), &empty, &["check", "."]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output), "1 file: nothing found on diego-2015\n");
    // What is for other commands disturbs none.
    let others = [
        ("DIEGOLINT_FORMAT", "sarif"),
        ("DIEGOLINT_CHANGED_SINCE", "main"),
    ];
    for args in [
        &["check", "--add-ignores", "--no-config", "x"][..],
        &["trace", "."],
    ] {
        let output = with_variables(dir.path(), &others[..1], args);
        assert!(
            !stderr(&output).contains("cannot be used"),
            "{}",
            stderr(&output)
        );
    }
    let changed = with_variables(
        dir.path(),
        &others[1..],
        &["check", "--changed", "Dockerfile"],
    );
    assert_eq!(changed.status.code(), Some(0), "{}", stderr(&changed));
}

#[test]
fn many_configurations_cost_no_more_than_what_stands_in_them() {
    let dir = folder(&[]);
    for number in 0..40 {
        let name = format!("{number}/diegolint.toml");
        let text = format!(
            "[[bases]]\nnames = [\"base-{number}\"]\ndistribution = \"debian\"\nuser = \"app{number}\""
        );
        let dockerfile = format!("FROM base-{number}\nCMD [\"/bin/sleep\", \"9\"]\n");
        write(
            &dir,
            &[
                (&name, &text),
                (&format!("{number}/Dockerfile"), &dockerfile),
            ],
        );
    }
    let found = found(dir.path(), &["--target", "cf", "."]);
    assert!(
        !found.iter().any(|one| one.starts_with("runs-as-root")),
        "{found:?}"
    );
}

#[test]
fn what_counts_is_printed_with_where_it_comes_from() {
    let dir = folder(&[
        (
            "diegolint.toml",
            "# ours\ntargets = [\"cf\"]\n\n[options.cf]\nallow-root = false\n\n[rules]\nvolume = \"off\"\n",
        ),
        ("a/Dockerfile", "FROM scratch\n"),
        ("b/Dockerfile", "FROM scratch\n"),
        (
            "c/diegolint.toml",
            "style = \"guard\"\nexclude = [\"x\"]\ntrusted-programs = [\"gosu\"]\n\n[per-file-ignores]\n\"*.sh\" = [\"volume\"]\n",
        ),
        ("c/Dockerfile", "FROM scratch\n"),
    ]);
    let output = with_variables(
        dir.path(),
        &[
            ("DIEGOLINT_TARGET", "cf,lattice"),
            ("DIEGOLINT_FAIL_ON", "never"),
        ],
        &["config", "--set", "run-as-root=true", "."],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    insta::assert_snapshot!(stdout(&output));
    // It is a configuration itself.
    let said = stdout(&diegolint(&dir.path().join("c"), &["config", "."]));
    write(&dir, &[("said.toml", &said)]);
    let again = diegolint(dir.path(), &["check", "--config", "said.toml", "c"]);
    assert_eq!(stderr(&again), "");
}
