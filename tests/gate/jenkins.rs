//! The pipeline of Jenkins: its one script, as `sh` runs it.

use crate::files::text;
use crate::machine::{Asked, Machine, Ran};
use crate::repository::Repository;

/// The script, between the quotes in which Groovy changes nothing but what follows a backslash.
pub fn script() -> String {
    let text = text("ci/Jenkinsfile");
    let parts: Vec<&str> = text.split("'''").collect();
    let [_, script, _] = parts[..] else {
        panic!("one script");
    };
    assert!(!script.contains('\\'), "{script}");
    script.to_owned()
}

/// The `environment` of the pipeline.
fn environment() -> Vec<(String, String)> {
    let text = text("ci/Jenkinsfile");
    let (_, rest) = text.split_once("environment {").expect("an environment");
    let (lines, _) = rest.split_once('}').expect("its end");
    let lines = lines.lines().filter_map(|line| line.split_once(" = "));
    lines
        .map(|(name, value)| (name.trim().to_owned(), value.trim_matches('\'').to_owned()))
        .collect()
}

pub fn check(machine: &Machine, workspace: &Repository, asked: &Asked) -> Ran {
    let mut variables = environment();
    variables.push((
        "WORKSPACE".to_owned(),
        workspace.path().display().to_string(),
    ));
    for (name, value) in [
        ("CHANGE_TARGET", asked.branch),
        ("DIEGOLINT_BASELINE", asked.baseline),
        ("DIEGOLINT_FAIL_ON", asked.fail_on),
    ] {
        if !value.is_empty() {
            variables.retain(|(own, _)| own != name);
            variables.push((name.to_owned(), value.to_owned()));
        }
    }
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let script = script();
    let words = ["sh", "-xe", "-c", &script];
    let ran = machine.run(workspace.path(), &words, &variables);
    let names = ["diegolint-junit.xml", "diegolint-checkstyle.xml"];
    Ran::of(ran, workspace.path(), &names)
}
