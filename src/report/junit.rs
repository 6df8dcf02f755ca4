//! JUnit's XML: a suite for each file, a case for each finding: one that fails, or is skipped if the
//! finding is not bad enough to make the status 1. Elements and attributes are those of
//! the schema that Jenkins takes its reports by (junit-10.xsd of its xUnit plugin).

use super::by_file::{OfFile, by_file};
use super::xml::Xml;
use super::{Report, concise, words};
use crate::report::{ReportedFinding, ReportedProblem};

/// A file without a finding is a case that passes, and a problem is a case with an error. No times are
/// given: none are taken.
pub(super) fn check(report: &Report) -> String {
    let files = by_file(report);
    let sum =
        |count: fn(&OfFile<'_>) -> usize| files.values().map(count).sum::<usize>().to_string();
    let mut xml = Xml::new();
    let sums = [
        ("name", "diegolint"),
        ("tests", &*sum(tests)),
        ("failures", &*sum(failures)),
        ("errors", &*sum(|file| file.problems.len())),
    ];
    if files.is_empty() {
        xml.empty("testsuites", &sums);
        return xml.finish();
    }
    xml.open("testsuites", &sums);
    for (path, file) in &files {
        let sums = [
            ("name", *path),
            ("tests", &*tests(file).to_string()),
            ("failures", &*failures(file).to_string()),
            ("errors", &*file.problems.len().to_string()),
            (
                "skipped",
                &*(file.findings.len() - failures(file)).to_string(),
            ),
        ];
        xml.open("testsuite", &sums);
        if file.findings.is_empty() && file.problems.is_empty() {
            xml.empty(
                "testcase",
                &[("name", "nothing found"), ("classname", path)],
            );
        }
        for finding in &file.findings {
            case(&mut xml, report, path, finding);
        }
        for problem in &file.problems {
            error(&mut xml, path, problem);
        }
        xml.close("testsuite");
    }
    xml.close("testsuites");
    xml.finish()
}

/// How many cases a file has.
fn tests(file: &OfFile<'_>) -> usize {
    (file.findings.len() + file.problems.len()).max(1)
}

/// How many cases of a file fail.
fn failures(file: &OfFile<'_>) -> usize {
    let findings = file.findings.iter();
    findings.filter(|finding| finding.fails).count()
}

fn case(xml: &mut Xml, report: &Report, path: &str, finding: &ReportedFinding) {
    let at = &finding.location;
    let name = format!("{} at {}:{}", finding.rule, at.line, at.column);
    xml.open("testcase", &[("name", &name), ("classname", path)]);
    let mut lines = vec![concise::finding(report, finding)];
    lines.extend(words::advice(finding));
    let attributes = [
        ("message", &*words::message(report, finding)),
        ("type", words::severity(finding.severity)),
    ];
    let outcome = if finding.fails { "failure" } else { "skipped" };
    xml.text(outcome, &attributes, &lines.join("\n"));
    xml.close("testcase");
}

fn error(xml: &mut Xml, path: &str, problem: &ReportedProblem) {
    let name = match (problem.line, problem.column) {
        (Some(line), Some(column)) => format!("problem at {line}:{column}"),
        _ => "problem".to_owned(),
    };
    xml.open("testcase", &[("name", &name), ("classname", path)]);
    let attributes = [("message", &*problem.message), ("type", "problem")];
    xml.text("error", &attributes, &concise::problem(problem));
    xml.close("testcase");
}

#[cfg(test)]
mod tests {
    use super::super::fake;
    use super::*;

    #[test]
    fn sums_are_those_of_the_cases() {
        let mut report = fake::report();
        report.files.push("clean/Dockerfile".into());
        let text = check(&report);
        for part in [
            "<testsuites name=\"diegolint\" tests=\"4\" failures=\"2\" errors=\"0\">",
            "<testsuite name=\"Dockerfile\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\">",
            "<testsuite name=\"clean/Dockerfile\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">",
            "<testcase name=\"nothing found\" classname=\"clean/Dockerfile\"/>",
            "<testcase name=\"switch-user at 6:7\" classname=\"start.sh\">",
            "help: run the server as whoever the container runs as\nfix: run the command",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(text.matches("<testcase").count(), 4);
        let text = check(&fake::awkward());
        assert!(
            text.contains("<error message=\"no&#13; good\" type=\"problem\">"),
            "{text}"
        );
        assert!(text.contains("<testcase name=\"problem at 2:1\""), "{text}");
    }

    #[test]
    fn there_is_a_document_of_nothing() {
        let mut report = fake::report();
        report.files.clear();
        report.findings.clear();
        let text = check(&report.finished());
        let none = "<testsuites name=\"diegolint\" tests=\"0\" failures=\"0\" errors=\"0\"/>";
        assert!(text.contains(none), "{text}");
    }
}
