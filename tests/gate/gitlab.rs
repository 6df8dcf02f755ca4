//! The component, run as GitLab's runner runs a job.

use std::collections::HashMap;

use crate::files::{documents, filled, member, members, of, scalar, text};
use crate::machine::{Asked, Machine, Ran};
use crate::repository::Repository;

pub fn check_with_bash(machine: &Machine, project: &Repository, asked: &Asked) -> Ran {
    check(machine, project, asked, &["bash", "-eo", "pipefail", "-c"])
}

pub fn check_with_sh(machine: &Machine, project: &Repository, asked: &Asked) -> Ran {
    check(machine, project, asked, &["sh", "-e", "-c"])
}

/// The values of the inputs, and the job.
fn check(machine: &Machine, project: &Repository, asked: &Asked, shell: &[&str]) -> Ran {
    let text = text("templates/check.yml");
    let documents = documents(&text);
    let [header, jobs] = documents.as_slice() else {
        panic!("a header and jobs");
    };
    let lines = asked.lines();
    let given = [
        ("paths", lines.as_str()),
        ("fail-on", asked.fail_on),
        ("baseline", asked.baseline),
        ("config", asked.config),
    ];
    let mut inputs: HashMap<String, String> = HashMap::new();
    for (name, input) in members(of(of(header, "spec"), "inputs")) {
        let given = given
            .iter()
            .find(|(own, value)| *own == name && !value.is_empty());
        let value = match given {
            Some((_, value)) => (*value).to_owned(),
            None => scalar(of(input, "default")),
        };
        if let Some(options) = member(input, "options") {
            let mut options = options.as_sequence().expect("options").iter();
            assert!(options.any(|one| scalar(one) == value), "{name}: {value}");
        }
        inputs.insert(name, value);
    }
    let value = |text: &str| {
        filled(text, "$[[", "]]", |name| {
            inputs[name.trim_start_matches("inputs.")].clone()
        })
    };

    let jobs = members(jobs);
    let [(name, job)] = jobs.as_slice() else {
        panic!("one job");
    };
    assert_eq!(value(name), "diegolint");
    let mut variables = vec![(
        "CI_PROJECT_DIR".to_owned(),
        project.path().display().to_string(),
    )];
    if !asked.base.is_empty() {
        variables.push((
            "CI_MERGE_REQUEST_DIFF_BASE_SHA".to_owned(),
            asked.base.to_owned(),
        ));
    }
    for (name, text) in members(of(job, "variables")) {
        let text = scalar(text);
        // GitLab takes no truth for a variable, and would have one here.
        assert_ne!(text, "$[[ inputs.only-changed ]]", "{name}");
        variables.push((name, value(&text)));
    }
    let mut script = String::new();
    for part in ["before_script", "script"] {
        for command in of(job, part).as_sequence().expect("commands") {
            let command = scalar(command);
            assert!(
                !command.contains("$[["),
                "what is put in here is run: {command}"
            );
            script += &command;
            script += "\n";
        }
    }
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let words = [shell, &[&script]].concat();
    let ran = machine.run(project.path(), &words, &variables);

    let reports = of(of(job, "artifacts"), "reports");
    let names: Vec<String> = members(reports)
        .iter()
        .map(|(_, path)| scalar(path))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Ran::of(ran, project.path(), &names)
}
