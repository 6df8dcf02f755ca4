//! The diagnostics of reviewdog, proto/rdf/reviewdog.proto: places in bytes of lines, the end
//! exclusive.

use serde::Serialize;

use super::words::{self, REPOSITORY};
use super::{
    Location, Report, ReportedEdit, ReportedFinding, ReportedProblem, concise, json, path,
};
use crate::finding::{Safety, Severity};

#[derive(Serialize)]
struct DiagnosticResult<'a> {
    source: Source<'a>,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Place<'a>,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
    original_output: String,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Position>,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Range,
    text: &'a str,
}

/// A diagnostic for each finding and for each problem.
pub(super) fn check(report: &Report) -> String {
    let findings = report.findings.iter().map(|one| finding(report, one));
    let problems = report.problems.iter().map(problem);
    json::lines(&DiagnosticResult {
        source: Source {
            name: &report.tool.name,
            url: REPOSITORY,
        },
        diagnostics: findings.chain(problems).collect(),
    })
}

fn finding<'a>(report: &Report, finding: &'a ReportedFinding) -> Diagnostic<'a> {
    Diagnostic {
        message: words::message_and_advice(report, finding),
        location: Place {
            path: path::plain(&finding.location.path),
            range: Some(range(&finding.location)),
        },
        severity: match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        code: Some(Code {
            value: &finding.rule,
            url: words::page_url(&finding.rule),
        }),
        suggestions: suggestion(finding).into_iter().collect(),
        original_output: concise::finding(report, finding),
    }
}

/// A safe fix of the finding's own file. reviewdog shows each suggestion by itself, to be taken without
/// the others (`buildSuggestions` in service/github/github.go), so that several edits must be one.
fn suggestion(finding: &ReportedFinding) -> Option<Suggestion<'_>> {
    let fix = finding.fix.as_ref();
    let fix = fix.filter(|fix| fix.safety == Safety::Safe)?;
    let edit: &ReportedEdit = match fix.edits.as_slice() {
        [edit] => edit,
        _ => fix.whole.as_ref()?,
    };
    (edit.location.path == finding.location.path).then(|| Suggestion {
        range: range(&edit.location),
        text: &edit.replacement,
    })
}

fn problem(problem: &ReportedProblem) -> Diagnostic<'_> {
    Diagnostic {
        message: problem.message.clone(),
        location: Place {
            path: path::plain(&problem.path),
            // Of a problem the column in bytes is not known.
            range: problem.line.map(|line| Range {
                start: Position { line, column: None },
                end: None,
            }),
        },
        severity: "ERROR",
        code: None,
        suggestions: Vec::new(),
        original_output: concise::problem(problem),
    }
}

fn range(at: &Location) -> Range {
    let position = |line, column| Position {
        line,
        column: Some(column),
    };
    Range {
        start: position(at.line, at.byte_column),
        end: Some(position(at.end_line, at.end_byte_column)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::fake;
    use super::*;

    fn diagnostics(report: &Report) -> Value {
        let value: Value = serde_json::from_str(&check(report)).expect("JSON");
        value["diagnostics"].clone()
    }

    #[test]
    fn a_diagnostic_suggests_what_is_safe() {
        let report = fake::report();
        let diagnostics = diagnostics(&report);
        assert_eq!(
            diagnostics[2],
            json!({
                "message": format!(
                    "{}\nhelp: run the server as whoever the container runs as\n\
                     fix: run the command without gosu",
                    report.findings[2].message
                ),
                "location": {
                    "path": "start.sh",
                    "range": {
                        "start": { "line": 6, "column": 7 },
                        "end": { "line": 6, "column": 11 },
                    },
                },
                "severity": "ERROR",
                "code": {
                    "value": "switch-user",
                    "url": format!("{REPOSITORY}/blob/main/rules/switch-user.md"),
                },
                "suggestions": [{
                    "range": {
                        "start": { "line": 6, "column": 7 },
                        "end": { "line": 6, "column": 19 },
                    },
                    "text": "",
                }],
                "original_output": concise::finding(&report, &report.findings[2]),
            })
        );
        // The fix of this one is unsafe.
        assert_eq!(diagnostics[0].get("suggestions"), None);
        assert_eq!(diagnostics[1]["severity"], "INFO");
    }

    #[test]
    fn edits_that_belong_together_are_one_suggestion_or_none() {
        let mut report = fake::report();
        let fix = report.findings[2].fix.as_mut().expect("a fix");
        fix.edits.push(fix.edits[0].clone());
        assert_eq!(diagnostics(&report)[2].get("suggestions"), None);
        let fix = report.findings[2].fix.as_mut().expect("a fix");
        fix.whole = fix.edits.first().cloned();
        let suggestions = diagnostics(&report)[2]["suggestions"].clone();
        assert_eq!(suggestions.as_array().map(Vec::len), Some(1));
        let fix = report.findings[2].fix.as_mut().expect("a fix");
        let whole = fix.whole.as_mut().expect("one");
        whole.location.path = "Dockerfile".into();
        assert_eq!(diagnostics(&report)[2].get("suggestions"), None);
    }

    #[test]
    fn columns_are_bytes() {
        let diagnostics = diagnostics(&fake::awkward());
        assert_eq!(diagnostics[0]["location"]["range"]["start"]["column"], 4);
        assert_eq!(
            diagnostics[1]["location"],
            json!({ "path": "a b", "range": { "start": { "line": 2 } } })
        );
        assert_eq!(diagnostics[2]["location"], json!({ "path": "none" }));
    }
}
