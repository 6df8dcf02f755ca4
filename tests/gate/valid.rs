//! What others' programs say of our files for their CIs, and of those that the documentation shows.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::consumers::consumer;
use crate::files::{documents, filled, member, members, of, path, scalar, text};
use crate::jenkins;

const CONCOURSE: &str = "\
import sys, yaml
from ol_concourse.lib.models.pipeline import Pipeline, TaskConfig
kind, name = sys.argv[1:]
with open(name, encoding='utf-8') as file:
    {'task': TaskConfig, 'pipeline': Pipeline}[kind].model_validate(yaml.safe_load(file))
";

/// A program finds nothing wrong.
fn accepts(mut command: Command) {
    let output = command.output().expect("it runs");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{command:?}: {said}");
}

/// A file is what a schema says.
fn valid(schema: &str, file: &Path) {
    if let Some(mut command) = consumer("check-jsonschema") {
        command.args(["--builtin-schema", schema]).arg(file);
        if schema == "vendor.gitlab-ci" {
            command.args(["--data-transform", "gitlab-ci"]);
        }
        accepts(command);
    }
}

/// The model of Concourse takes a file.
fn concourse(kind: &str, file: &Path) {
    if let Some(mut command) = consumer("python") {
        command.args(["-c", CONCOURSE, kind]).arg(file);
        accepts(command);
    }
}

/// A script has nothing that ShellCheck warns of.
fn clean(shell: &str, script: &str) {
    if let Some(mut command) = consumer("shellcheck") {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("script");
        fs::write(&file, script).expect("a file");
        command.args(["--norc", "--shell", shell]).arg(&file);
        accepts(command);
    }
}

#[test]
fn the_action_is_one() {
    valid("vendor.github-actions", &path("action.yml"));
    let text = text("action.yml");
    let documents = documents(&text);
    let steps = of(of(&documents[0], "runs"), "steps");
    let steps = steps.as_sequence().expect("steps").iter();
    let scripts: Vec<String> = steps
        .filter_map(|step| member(step, "run"))
        .map(scalar)
        .collect();
    assert_eq!(scripts.len(), 3);
    for script in scripts {
        clean("bash", &script);
    }
}

#[test]
fn the_component_is_a_header_and_a_job() {
    let text = text("templates/check.yml");
    let (header, jobs) = text.split_once("\n---\n").expect("two documents");
    let parsed = documents(header);
    let inputs = members(of(of(&parsed[0], "spec"), "inputs"));
    let jobs = filled(jobs, "$[[", "]]", |name| {
        let name = name.trim_start_matches("inputs.");
        let input = inputs.iter().find(|(own, _)| own == name);
        scalar(of(
            input.unwrap_or_else(|| panic!("no input {name}")).1,
            "default",
        ))
    });
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("header.yml", header), ("jobs.yml", &jobs)] {
        let file = folder.path().join(name);
        fs::write(&file, text).expect("a file");
        valid("vendor.gitlab-ci", &file);
    }
    let version = of(
        inputs
            .iter()
            .find(|(name, _)| name == "version")
            .expect("it")
            .1,
        "default",
    );
    assert_eq!(scalar(version), env!("CARGO_PKG_VERSION"));
    let jobs = documents(&jobs);
    let (_, job) = members(&jobs[0])[0];
    for part in ["before_script", "script"] {
        for command in of(job, part).as_sequence().expect("commands") {
            clean("sh", &scalar(command));
        }
    }
}

#[test]
fn the_task_and_the_pipeline_are_what_their_ci_takes() {
    concourse("task", &path("ci/concourse/task.yml"));
    let text = text("ci/concourse/task.yml");
    let documents = documents(&text);
    let args = of(of(&documents[0], "run"), "args");
    clean("sh", &scalar(&args.as_sequence().expect("arguments")[1]));
    clean("sh", &jenkins::script());
    let version = format!("CHECK_VERSION = '{}'", env!("CARGO_PKG_VERSION"));
    assert!(
        crate::files::text("ci/Jenkinsfile").contains(&version),
        "{version}"
    );
}

#[test]
fn the_hooks_are_what_pre_commit_takes() {
    if let Some(mut command) = consumer("pre-commit") {
        command
            .arg("validate-manifest")
            .arg(path(".pre-commit-hooks.yaml"));
        accepts(command);
    }
}

#[test]
fn the_examples_of_the_documentation_are_what_their_cis_take() {
    let page = text("docs/ci.md");
    let folder = tempfile::tempdir().expect("a folder");
    let mut seen = Vec::new();
    for block in page.split("\n```yaml title=\"").skip(1) {
        let (title, rest) = block.split_once("\"\n").expect("a title");
        let (example, _) = rest.split_once("\n```\n").expect("the end of a block");
        let file = folder.path().join("example.yml");
        fs::write(&file, format!("{example}\n")).expect("a file");
        match title {
            "pipeline.yml" => concourse("pipeline", &file),
            ".gitlab-ci.yml" => valid("vendor.gitlab-ci", &file),
            _ if title.starts_with(".github/workflows/") => valid("vendor.github-workflows", &file),
            _ => panic!("what is {title}?"),
        }
        seen.push(title);
    }
    for title in [
        ".github/workflows/images.yml",
        ".gitlab-ci.yml",
        "pipeline.yml",
    ] {
        assert!(seen.contains(&title), "{title}: {seen:?}");
    }
    // The version that people are told to use is that which is here.
    for name in ["docs/ci.md", "docs/pre-commit.md", "README.md"] {
        let text = text(name);
        let version = format!("v{}", env!("CARGO_PKG_VERSION"));
        assert!(text.contains(&version), "{name}");
        let others = text
            .split("diegolint@")
            .skip(1)
            .chain(text.split("rev: ").skip(1));
        for other in others {
            assert!(other.starts_with(&version), "{name}: {}", &other[..10]);
        }
    }
}
