//! The reports that a check leaves, read as others read them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

/// Reports by the names of their files.
pub struct Reports(BTreeMap<String, String>);

/// Files and rules of findings, sorted.
pub type Found = Vec<(String, String)>;

impl Reports {
    /// Those of these files that are there.
    pub fn of(folder: &Path, names: &[&str]) -> Self {
        let read = names.iter().filter_map(|name| {
            let text = fs::read_to_string(folder.join(name)).ok()?;
            Some(((*name).to_owned(), text))
        });
        Self(read.collect())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Each of them has these findings, of a file and a rule, and no others.
    pub fn hold(&self, found: &[(String, String)]) {
        let mut found = found.to_vec();
        found.sort();
        for (name, text) in &self.0 {
            let mut own = findings(name, text);
            own.sort();
            assert_eq!(own, found, "{name}: {text}");
        }
    }
}

fn findings(name: &str, text: &str) -> Found {
    let json = || serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    match name {
        "gl-code-quality-report.json" => of_gitlab(&json()),
        _ if name.ends_with("checkstyle.xml") => {
            of_xml(text, ("file", "name"), ("error", "source"))
        }
        _ if name.ends_with("junit.xml") => {
            of_xml(text, ("testcase", "classname"), ("testcase", "name"))
        }
        _ if name.ends_with(".json") => of_json(&json()),
        _ if name.ends_with(".sarif") => of_sarif(&json()),
        _ if name.ends_with(".md") => of_markdown(text),
        _ => panic!("{name}: nobody reads it here"),
    }
}

pub fn of_json(report: &Value) -> Found {
    let findings = report["findings"].as_array().expect("a list");
    let word = |value: &Value| value.as_str().expect("a text").to_owned();
    let found = findings.iter();
    found
        .map(|one| (word(&one["location"]["path"]), word(&one["rule"])))
        .collect()
}

fn of_gitlab(issues: &Value) -> Found {
    let issues = issues.as_array().expect("a list").iter();
    let word = |value: &Value| value.as_str().expect("a text").to_owned();
    issues
        .map(|one| (word(&one["location"]["path"]), word(&one["check_name"])))
        .collect()
}

fn of_sarif(log: &Value) -> Found {
    let results = log["runs"][0]["results"].as_array().expect("a list").iter();
    // What the baseline knows is there, too, as suppressed.
    let results = results.filter(|one| one["suppressions"].as_array().is_none_or(Vec::is_empty));
    let found = results.map(|one| {
        let place = &one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let path = place.as_str().expect("a place").replace("%20", " ");
        (path, one["ruleId"].as_str().expect("a rule").to_owned())
    });
    found.collect()
}

/// Each row of the table.
fn of_markdown(text: &str) -> Found {
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| |"));
    let found = rows.map(|row| {
        let cells: Vec<&str> = row.split(" | ").collect();
        let rule = cells[1].trim_start_matches('[');
        let rule = rule.split(']').next().unwrap_or_default();
        let place = cells[2].trim_matches('`');
        (
            place.split(':').next().unwrap_or_default().to_owned(),
            rule.to_owned(),
        )
    });
    found.collect()
}

/// Attributes of elements: one that has the file, and one that has the rule before a space or behind the
/// last dot.
fn of_xml(text: &str, file: (&str, &str), rule: (&str, &str)) -> Found {
    let mut reader = Reader::from_str(text);
    let (mut found, mut path) = (Found::new(), String::new());
    loop {
        match reader.read_event().expect("XML") {
            Event::Eof => return found,
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name().as_ref().to_owned();
                let attribute = |name: &str| {
                    let value = element
                        .try_get_attribute(name)
                        .expect("XML")
                        .expect("an attribute");
                    value.value.into_owned()
                };
                if name == file.0 {
                    path = attribute(file.1);
                }
                if name == rule.0 {
                    let word = attribute(rule.1);
                    let word = word.split(' ').next().unwrap_or_default();
                    let word = word.rsplit('.').next().unwrap_or_default();
                    // A file without a failure is a test that has passed: `nothing found`.
                    if word != "nothing" {
                        found.push((path.clone(), word.to_owned()));
                    }
                }
            }
            _ => {}
        }
    }
}
