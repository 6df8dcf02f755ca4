//! The XML of Checkstyle, which most services that collect findings read: `checkstyle`, `file`,
//! `error`, as Checkstyle's XMLLogger writes them.

use super::by_file::by_file;
use super::xml::Xml;
use super::{Report, words};
use crate::finding::Severity;

/// Every file with its findings; a rule's name is `diegolint.RULE`, and a problem's `diegolint`.
pub(super) fn check(report: &Report) -> String {
    let mut xml = Xml::new();
    // The version of Checkstyle whose format it is.
    xml.open("checkstyle", &[("version", "4.3")]);
    for (path, file) in by_file(report) {
        xml.open("file", &[("name", path)]);
        for finding in file.findings {
            let attributes = [
                ("line", &*finding.location.line.to_string()),
                ("column", &*finding.location.column.to_string()),
                ("severity", severity(finding.severity)),
                ("message", &*words::message_and_advice(report, finding)),
                ("source", &*format!("diegolint.{}", finding.rule)),
            ];
            xml.empty("error", &attributes);
        }
        for problem in file.problems {
            // A place is required; a whole file begins at its first line.
            let attributes = [
                ("line", &*problem.line.unwrap_or(1).to_string()),
                ("column", &*problem.column.unwrap_or(1).to_string()),
                ("severity", "error"),
                ("message", &*problem.message),
                ("source", "diegolint"),
            ];
            xml.empty("error", &attributes);
        }
        xml.close("file");
    }
    xml.close("checkstyle");
    xml.finish()
}

/// Checkstyle's SeverityLevel.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::super::fake;
    use super::*;

    #[test]
    fn every_file_is_there_with_its_findings() {
        let text = check(&fake::report());
        assert!(text.contains("<file name=\"Dockerfile\">"), "{text}");
        assert!(
            text.contains(
                "<error line=\"12\" column=\"1\" severity=\"info\" \
                 message=\"the platform does not read EXPOSE\" source=\"diegolint.exposed-port\"/>"
            ),
            "{text}"
        );
        assert!(
            text.contains("&#10;fix: run the command without gosu\""),
            "{text}"
        );
        let text = check(&fake::awkward());
        let problem = "<error line=\"1\" column=\"1\" severity=\"error\" \
                       message=\"no such file or folder\" source=\"diegolint\"/>";
        assert!(text.contains(problem), "{text}");
    }
}
