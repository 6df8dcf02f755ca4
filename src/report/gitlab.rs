//! Code quality of GitLab: the issues of Code Climate that it reads, with what it requires of each
//! (gitlab-org/gitlab, app/validators/json_schemas/codeclimate.json): description, fingerprint,
//! severity, location.

use std::collections::HashMap;

use serde::Serialize;

use super::model::digest;
use super::printable::printable;
use super::{Report, ReportedFinding, ReportedProblem, json, path, words};
use crate::finding::Severity;

#[derive(Serialize)]
struct Issue<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    check_name: &'a str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
    categories: [&'static str; 1],
    severity: &'static str,
    fingerprint: String,
    location: Place<'a>,
}

#[derive(Serialize)]
struct Content {
    body: String,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// An array of issues; it is empty where nothing is amiss.
pub(super) fn check(report: &Report) -> String {
    let mut issues: Vec<Issue<'_>> = Vec::new();
    issues.extend(report.findings.iter().map(|one| finding(report, one)));
    issues.extend(report.problems.iter().map(problem));
    // GitLab counts what has a fingerprint of before as one with it.
    let mut before: HashMap<String, usize> = HashMap::new();
    for issue in &mut issues {
        let nth = before.entry(issue.fingerprint.clone()).or_default();
        if *nth > 0 {
            issue.fingerprint = digest(&format!("{}\0{nth}", issue.fingerprint));
        }
        *nth += 1;
    }
    json::lines(&issues)
}

fn finding<'a>(report: &Report, finding: &'a ReportedFinding) -> Issue<'a> {
    let advice = words::advice(finding);
    Issue {
        kind: "issue",
        check_name: &finding.rule,
        // GitLab shows nothing else; Code Climate asks for one line.
        description: printable(&format!(
            "{}: {}",
            finding.rule,
            words::message(report, finding)
        )),
        content: (!advice.is_empty()).then(|| Content {
            body: advice.join("\n"),
        }),
        categories: ["Compatibility"],
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "minor",
        },
        fingerprint: finding.fingerprint.clone(),
        location: Place {
            path: path::plain(&finding.location.path),
            lines: Lines {
                begin: finding.location.line,
                end: finding.location.last_line(),
            },
        },
    }
}

fn problem(problem: &ReportedProblem) -> Issue<'_> {
    let line = problem.line.unwrap_or(1);
    let path = path::plain(&problem.path);
    Issue {
        kind: "issue",
        check_name: "problem",
        description: printable(&problem.message),
        content: None,
        categories: ["Compatibility"],
        severity: "blocker",
        // Without the line: it moves.
        fingerprint: digest(&format!("{path}\0{}", problem.message)),
        location: Place {
            path,
            lines: Lines {
                begin: line,
                end: line,
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::{Value, json};

    use super::super::fake;
    use super::*;

    fn issues(report: &Report) -> Vec<Value> {
        serde_json::from_str(&check(report)).expect("JSON")
    }

    #[test]
    fn an_issue_has_what_gitlab_requires() {
        let report = fake::report();
        let issues = issues(&report);
        assert_eq!(
            issues[2],
            json!({
                "type": "issue",
                "check_name": "switch-user",
                "description": format!("switch-user: {}", report.findings[2].message),
                "content": {
                    "body": "help: run the server as whoever the container runs as\n\
                             fix: run the command without gosu"
                },
                "categories": ["Compatibility"],
                "severity": "critical",
                "fingerprint": report.findings[2].fingerprint,
                "location": { "path": "start.sh", "lines": { "begin": 6, "end": 6 } },
            })
        );
        assert_eq!(issues[0]["severity"], "major");
        assert_eq!(issues[1]["severity"], "minor");
    }

    #[test]
    fn no_two_issues_have_one_fingerprint() {
        let mut report = fake::awkward();
        report.problems.extend(report.problems.clone());
        report.findings.extend(report.findings.clone());
        let issues = issues(&report);
        let different: HashSet<_> = issues
            .iter()
            .map(|one| one["fingerprint"].as_str())
            .collect();
        assert_eq!(different.len(), 6);
        assert_eq!(issues[2]["severity"], "blocker");
        assert_eq!(issues[3]["location"]["lines"]["begin"], 1);
    }
}
