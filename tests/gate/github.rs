//! The action, run as GitHub's runner runs the steps of a composite action.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::files::{documents, filled, member, members, of, path, scalar, text};
use crate::machine::{Asked, Machine, Ran};
use crate::reports::Reports;
use crate::repository::Repository;

/// What expressions name, and what it is.
struct Known(HashMap<String, String>);

impl Known {
    fn value(&self, name: &str) -> String {
        match self.0.get(name) {
            Some(value) => value.clone(),
            // What no step has said is empty.
            None if name.starts_with("steps.") => String::new(),
            None => panic!("who knows {name}?"),
        }
    }

    /// A text in which each expression is its value.
    fn filled(&self, text: &str) -> String {
        filled(text, "${{", "}}", |name| self.value(name))
    }

    /// A condition: comparisons with texts, all of which have to hold.
    fn holds(&self, condition: &str) -> bool {
        condition.split(" && ").all(|one| {
            let words: Vec<&str> = one.split(' ').collect();
            let [name, operator, text] = words[..] else {
                panic!("a comparison: {one}");
            };
            let same = self.value(name) == text.trim_matches('\'');
            match operator {
                "==" => same,
                "!=" => !same,
                _ => panic!("a comparison: {one}"),
            }
        })
    }
}

/// Runs the action in a workspace.
pub fn check(machine: &Machine, workspace: &Repository, asked: &Asked) -> Ran {
    let text = text("action.yml");
    let documents = documents(&text);
    let action = &documents[0];
    let temporary = machine.path("temporary files");
    let mut known = Known(HashMap::from([
        ("github.base_ref".to_owned(), asked.branch.to_owned()),
        ("runner.temp".to_owned(), temporary.display().to_string()),
        ("runner.os".to_owned(), "Linux".to_owned()),
        ("runner.arch".to_owned(), "X64".to_owned()),
    ]));
    let lines = asked.lines();
    let given = [
        ("paths", lines.as_str()),
        ("fail-on", asked.fail_on),
        ("baseline", asked.baseline),
        ("config", asked.config),
    ];
    for (name, input) in members(of(action, "inputs")) {
        let given = given
            .iter()
            .find(|(own, value)| *own == name && !value.is_empty());
        let value = match given {
            Some((_, value)) => (*value).to_owned(),
            None => known.filled(&scalar(of(input, "default"))),
        };
        known.0.insert(format!("inputs.{name}"), value);
    }
    for (name, _) in given {
        assert!(known.0.contains_key(&format!("inputs.{name}")), "{name}");
    }

    let runs = of(action, "runs");
    assert_eq!(scalar(of(runs, "using")), "composite");
    let mut ran = Ran {
        status: 0,
        said: String::new(),
        reports: Reports::of(&temporary, &[]),
    };
    let mut search = machine.search();
    let summary = temporary.join("summary.md");
    fs::write(&summary, "Of a step before.\n").expect("a file");
    for step in of(runs, "steps").as_sequence().expect("steps") {
        let condition = member(step, "if").map(scalar);
        if ran.status != 0 || condition.is_some_and(|condition| !known.holds(&condition)) {
            continue;
        }
        let Some(run) = member(step, "run").map(scalar) else {
            // What this needs is there for a run in which nothing was kept.
            let words = scalar(of(step, "uses"));
            let (_, commit) = words.split_once('@').expect("a commit");
            assert!(commit.len() == 40, "{words} may become another");
            continue;
        };
        assert!(!run.contains("${{"), "what is put in here is run: {run}");
        assert_eq!(scalar(of(step, "shell")), "bash");
        let (output, more_path) = (temporary.join("output"), temporary.join("path"));
        for file in [&output, &more_path] {
            fs::write(file, "").expect("a file");
        }
        let script = temporary.join("script.sh");
        fs::write(&script, run).expect("a file");
        let mut variables = vec![
            ("PATH".to_owned(), search.clone()),
            ("CI".to_owned(), "true".to_owned()),
            ("GITHUB_ACTION_PATH".to_owned(), shown(&path("."))),
            ("GITHUB_OUTPUT".to_owned(), shown(&output)),
            ("GITHUB_PATH".to_owned(), shown(&more_path)),
            ("GITHUB_STEP_SUMMARY".to_owned(), shown(&summary)),
            ("RUNNER_TEMP".to_owned(), shown(&temporary)),
        ];
        for (name, value) in member(step, "env").map(members).unwrap_or_default() {
            variables.push((name, known.filled(&scalar(value))));
        }
        let variables: Vec<(&str, &str)> = variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let script = shown(&script);
        let words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", &script];
        let (status, said) = machine.run(workspace.path(), &words, &variables);
        ran.status = status;
        ran.said += &said;
        for line in fs::read_to_string(more_path).expect("a file").lines() {
            search = format!("{line}:{search}");
        }
        let Some(id) = member(step, "id").map(scalar) else {
            continue;
        };
        for line in fs::read_to_string(output).expect("a file").lines() {
            let (name, value) = line.split_once('=').expect("an output");
            known
                .0
                .insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
        }
    }

    // What is promised to the steps that follow.
    let outputs = members(of(action, "outputs"));
    let outputs = outputs.iter();
    let outputs: HashMap<&str, String> = outputs
        .map(|(name, output)| (name.as_str(), known.filled(&scalar(of(output, "value")))))
        .collect();
    assert_eq!(outputs["status"], ran.status.to_string());
    let annotations = ["::error ", "::warning ", "::notice "];
    let said = ran.said.lines();
    let said = said.filter(|line| annotations.iter().any(|one| line.starts_with(one)));
    let problems = said
        .clone()
        .filter(|line| !line.contains("title=diegolint%3A"))
        .count();
    assert_eq!(
        outputs["findings"],
        (said.count() - problems).to_string(),
        "{}",
        ran.said
    );
    let summary = fs::read_to_string(summary).expect("the summary");
    assert!(summary.starts_with("Of a step before.\n"), "{summary}");
    match outputs["sarif"].as_str() {
        "" => assert_eq!(ran.status, 2, "{}", ran.said),
        path => {
            assert!(summary.contains("### diegolint: "), "{summary}");
            let own = summary.split_once("###").expect("a heading").1;
            fs::write(temporary.join("summary.md"), own).expect("a file");
            let name = Path::new(path)
                .strip_prefix(&temporary)
                .expect("a file there");
            let names = [name.to_str().expect("a name"), "summary.md"];
            ran.reports = Reports::of(&temporary, &names);
        }
    }
    ran
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
