//! The hooks of `.pre-commit-hooks.yaml`, by pre-commit itself: it clones this repository as it stands,
//! builds it, and is asked by commits.

#[path = "support/checkout.rs"]
mod checkout;
#[path = "support/consumers.rs"]
mod consumers;
#[path = "support/repository.rs"]
mod repository;

use std::fs;
use std::path::Path;
use std::process::Command;

use consumers::consumer;
use repository::Repository;
use tempfile::TempDir;

/// Where the hooks are built: what they are made from stays for the next time.
const BUILT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/pre-commit");

/// Deletes what was built of diegolint itself. Each time it lies in another folder, and would be kept.
fn forget() {
    for folder in ["deps", ".fingerprint", "build"] {
        let folder = Path::new(BUILT).join("release").join(folder);
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().contains("diegolint") {
                let path = entry.path();
                let gone = match path.is_dir() {
                    true => fs::remove_dir_all(path),
                    false => fs::remove_file(path),
                };
                gone.expect("it goes");
            }
        }
    }
}

/// This repository, as people name it in their configuration.
struct Published {
    repository: Repository,
    revision: String,
    /// Where pre-commit keeps what it has built.
    home: TempDir,
}

impl Published {
    fn new() -> Self {
        forget();
        let repository = Repository::new();
        checkout::checkout(repository.path());
        repository.commit("as it stands");
        let revision = repository.git(&["rev-parse", "HEAD"]).trim().to_owned();
        Self {
            repository,
            revision,
            home: tempfile::tempdir().expect("a folder"),
        }
    }

    /// A repository with these hooks in its configuration, installed.
    fn used(&self, pre_commit: &mut Command, hooks: &str) -> Repository {
        let project = Repository::new();
        let from = self.repository.path().display();
        let revision = &self.revision;
        let config = format!("repos:\n- repo: {from}\n  rev: {revision}\n  hooks:\n{hooks}");
        project.write(".pre-commit-config.yaml", &config);
        project.write("README", "A service.\n");
        project.commit("begin");
        self.surround(pre_commit);
        let output = pre_commit.arg("install").current_dir(project.path());
        let output = output.output().expect("pre-commit runs");
        assert!(output.status.success(), "{output:?}");
        project
    }

    /// Commits all; gives whether that was let through, and what was said.
    fn commit(&self, project: &Repository, message: &str) -> (bool, String) {
        project.git(&["add", "--all"]);
        let mut git = repository::command(project.path());
        self.surround(&mut git);
        git.args(["commit", "--message", message]);
        let output = git.output().expect("git runs");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        (output.status.success(), said)
    }

    /// The environment in which pre-commit builds. A release would take minutes, and is tried by whoever
    /// uses it; here it is the hook that counts.
    fn surround(&self, command: &mut Command) {
        repository::alone(command);
        command
            .env("PRE_COMMIT_HOME", self.home.path())
            .env("PRE_COMMIT_COLOR", "never")
            .env("CARGO_TARGET_DIR", BUILT)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256")
            .env("NO_COLOR", "1");
        for name in ["SKIP", "PRE_COMMIT", "PRE_COMMIT_ALLOW_NO_CONFIG"] {
            command.env_remove(name);
        }
    }
}

#[test]
fn commits_are_refused_mended_and_let_through() {
    let Some(mut pre_commit) = consumer("pre-commit") else {
        return;
    };
    let published = Published::new();
    let project = published.used(&mut pre_commit, "  - id: diegolint\n");
    let refused = |message: &str| {
        let (passed, said) = published.commit(&project, message);
        assert!(!passed, "{message}: {said}");
        said
    };
    let passes = |message: &str| {
        let (passed, said) = published.commit(&project, message);
        assert!(passed, "{message}: {said}");
        said
    };

    // What the image does is said, and it is not committed.
    project.copy_fixture("redis/3.0", "services/redis cache");
    let said = refused("an image that cannot start");
    for word in [
        "error[switch-user]: gosu cannot become redis",
        "services/redis cache/docker-entrypoint.sh:8:7",
        "error[wrong-port]",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(!said.contains("files were modified"), "{said}");

    // The other hook mends it; pre-commit wants that looked at and added.
    let config = project.read(".pre-commit-config.yaml");
    let both = config.clone() + "  - id: diegolint-fix\n";
    project.write(".pre-commit-config.yaml", &both);
    let said = refused("not looked at yet");
    assert!(said.contains("files were modified by this hook"), "{said}");
    let script = project.read("services/redis cache/docker-entrypoint.sh");
    assert!(script.contains("\n\texec \"$@\"\n"), "{script}");
    let dockerfile = project.read("services/redis cache/Dockerfile");
    assert!(dockerfile.contains("EXPOSE 8080"), "{dockerfile}");
    // Warnings are left, which no fix mends: they are no reason to refuse.
    passes("mended");

    // A script alone is a change of the image that it starts.
    project.write(".pre-commit-config.yaml", &config);
    passes("only check from now on");
    let script = "services/redis cache/docker-entrypoint.sh";
    project.replace(script, "\n\texec \"$@\"\n", "\n\texec gosu redis \"$@\"\n");
    let said = refused("as it was");
    assert!(said.contains("error[switch-user]"), "{said}");

    // What no image is made from is none of its business, whatever is in the repository.
    project.git(&["reset", "--quiet"]);
    project.append("README", "It keeps sessions.\n");
    project.git(&[
        "commit",
        "--quiet",
        "--all",
        "--message",
        "no hook",
        "--no-verify",
    ]);
    project.append("README", "For a day.\n");
    let said = passes("of no image");
    assert!(!said.contains("switch-user"), "{said}");

    // People choose for themselves what refuses a commit.
    let strict = config + "    args: [--fail-on=warning, --target=diego-2015]\n";
    project.write(".pre-commit-config.yaml", &strict);
    passes("strict");
    project.append("services/redis cache/Dockerfile", "# more\n");
    project.replace(script, "exec gosu redis \"$@\"", "exec \"$@\"");
    let said = refused("a warning");
    assert!(said.contains("warning[volume]"), "{said}");
    assert!(!said.contains("error["), "{said}");
}
