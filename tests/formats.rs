//! The formats of `check`, through the real program, held to what others read: schemas that are
//! published, and programs that take the reports in.
//!
//! `tests/consumers/install` brings these. Where they are not there, the tests that need them say so
//! and pass, unless DIEGOLINT_CONSUMERS is `require`.

mod support;

#[path = "support/consumers.rs"]
mod consumers;
#[path = "formats/contexts.rs"]
mod contexts;
#[path = "formats/files.rs"]
mod files;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use consumers::consumer;
use contexts::Case;
use serde_json::{Value, json};
use support::{diegolint, stdout};
use tempfile::TempDir;

/// The formats that a consumer is asked about, each by the validator of its name.
const FORMATS: [&str; 7] = [
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "rdjson",
    "markdown",
];

/// The reports of one run, by the names of their formats.
struct Reports(TempDir);

impl Reports {
    /// Checks a context once, with a report in each of the formats.
    fn of(case: &Case, formats: &[&str]) -> Self {
        let to = tempfile::tempdir().expect("a folder");
        let mut args = vec!["check".to_owned(), "--format".to_owned(), "json".to_owned()];
        args.extend(case.args.iter().map(|arg| (*arg).to_owned()));
        for format in formats {
            let file = to.path().join(format);
            args.extend([
                "--output-file".into(),
                format!("{format}={}", file.display()),
            ]);
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let output = diegolint(&case.folder(), &args);
        let problems = String::from_utf8_lossy(&output.stderr);
        let status = output.status.code();
        assert_eq!(status, Some(case.status), "{}: {problems}", case.name);
        fs::write(to.path().join("json"), &output.stdout).expect("a file");
        Self(to)
    }

    fn path(&self, format: &str) -> PathBuf {
        self.0.path().join(format)
    }

    fn text(&self, format: &str) -> String {
        fs::read_to_string(self.path(format)).expect("the report")
    }
}

/// Asks the consumer of a format about a report of each case.
fn consumed(format: &str) {
    let Some(mut command) = consumer("python") else {
        return;
    };
    let validators = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/consumers");
    let cases = contexts::all();
    let reports = cases.iter().map(|case| Reports::of(case, &[format]));
    let reports: Vec<Reports> = reports.collect();
    command
        .arg("-B")
        .arg(validators.join(format!("{format}.py")));
    for (case, reports) in cases.iter().zip(&reports) {
        command.arg(case.folder());
        command.args([reports.path(format), reports.path("json")]);
    }
    let output = command.stdin(Stdio::null()).output().expect("python runs");
    assert!(
        output.status.success(),
        "{format}:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}

#[test]
fn sarif_is_what_its_schema_says() {
    consumed("sarif");
}

#[test]
fn github_is_what_its_toolkit_writes() {
    consumed("github");
}

#[test]
fn gitlab_is_what_gitlab_requires() {
    consumed("gitlab");
}

#[test]
fn junit_is_what_jenkins_takes() {
    consumed("junit");
}

#[test]
fn checkstyle_is_read() {
    consumed("checkstyle");
}

#[test]
fn rdjson_is_what_reviewdog_takes() {
    consumed("rdjson");
}

#[test]
fn markdown_is_rendered_as_it_is_meant() {
    consumed("markdown");
}

#[test]
fn jsonl_is_what_the_schema_says_and_the_same_as_json() {
    let schema = include_str!("../docs/diegolint.schema.json");
    let mut schema: Value = serde_json::from_str(schema).expect("a schema");
    schema["anyOf"] = json!([{ "$ref": "#/$defs/line" }]);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for case in contexts::all() {
        let reports = Reports::of(&case, &["jsonl"]);
        let report: Value = serde_json::from_str(&reports.text("json")).expect("JSON");
        let mut expected: Vec<Value> = Vec::new();
        for (kind, list) in [
            ("finding", "findings"),
            ("suppressed", "suppressed"),
            ("problem", "problems"),
        ] {
            for one in report[list].as_array().expect("a list") {
                let mut one = one.clone();
                one["type"] = kind.into();
                expected.push(one);
            }
        }
        let mut last = report["summary"].clone();
        last["type"] = "summary".into();
        for name in ["schema", "tool", "targets"] {
            last[name] = report[name].clone();
        }
        expected.push(last);
        let text = reports.text("jsonl");
        let lines = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"));
        let lines: Vec<Value> = lines.collect();
        assert_eq!(lines, expected, "{}", case.name);
        for line in &lines {
            assert!(validator.is_valid(line), "{line:#}");
        }
    }
}

#[test]
fn a_fix_of_several_edits_is_the_same_as_one() {
    let mut several = 0;
    for case in contexts::all() {
        let reports = Reports::of(&case, &[]);
        let report: Value = serde_json::from_str(&reports.text("json")).expect("JSON");
        let findings = report["findings"].as_array().expect("a list").iter();
        for fix in findings
            .map(|finding| &finding["fix"])
            .filter(|fix| !fix["whole"].is_null())
        {
            let apply = |edits: &[Value]| {
                let path = case
                    .folder()
                    .join(edits[0]["path"].as_str().expect("a path"));
                let mut bytes = fs::read(path).expect("a file");
                for edit in edits.iter().rev() {
                    let number = |name: &str| edit[name].as_u64().expect("a number") as usize;
                    let text = edit["replacement"].as_str().expect("a text");
                    bytes.splice(number("start")..number("end"), text.bytes());
                }
                String::from_utf8(bytes).expect("text")
            };
            let edits = fix["edits"].as_array().expect("a list");
            assert_eq!(apply(edits), apply(&[fix["whole"].clone()]), "{fix:#}");
            several += 1;
        }
    }
    assert!(several > 2, "{several}");
}

#[test]
fn a_line_names_its_place() {
    for case in contexts::all() {
        let reports = Reports::of(&case, &["concise"]);
        let report: Value = serde_json::from_str(&reports.text("json")).expect("JSON");
        let text = reports.text("concise");
        assert!(
            text.chars().all(|c| c == '\n' || !c.is_control()),
            "{text:?}"
        );
        let mut lines = text.lines();
        for finding in report["findings"].as_array().expect("a list") {
            let line = lines.next().expect("a line");
            let at = &finding["location"];
            let (severity, rule) = (&finding["severity"], &finding["rule"]);
            let (severity, rule) = (severity.as_str(), rule.as_str());
            let (severity, rule) = (severity.expect("a word"), rule.expect("a name"));
            let middle = format!(":{}:{}: {severity}[{rule}] ", at["line"], at["column"]);
            assert!(line.contains(&middle), "{middle}: {line}");
        }
        let problems = report["problems"].as_array().expect("a list").len();
        for _ in 0..problems {
            let line = lines.next().expect("a line");
            assert!(line.contains(": error: "), "{line}");
        }
        let read = report["summary"]["files"] != 0;
        assert_eq!(lines.count(), usize::from(read), "{text}");
    }
}

#[test]
fn what_people_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for format in ["concise", "markdown"] {
        let path = "fixtures/redis/3.0";
        let output = diegolint(root, &["check", "--format", format, path]);
        insta::assert_snapshot!(format, stdout(&output));
    }
}

#[test]
fn all_formats_have_a_page_and_a_test() {
    let page = include_str!("../docs/formats.md");
    let dir = tempfile::tempdir().expect("a folder");
    let output = diegolint(dir.path(), &["check", "--format", "none", "."]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let (_, values) = text.split_once("[possible values: ").expect("the formats");
    let (values, _) = values.split_once(']').expect("the end");
    let tested_here = ["text", "json", "jsonl", "concise"];
    for format in values.split(',').map(str::trim) {
        assert!(page.contains(&format!("| `{format}` |")), "{format}");
        assert!(
            FORMATS.contains(&format) || tested_here.contains(&format),
            "{format}"
        );
    }
}
