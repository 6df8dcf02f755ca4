//! The JSON report with an object a line, for programs that read as they go. docs/json.md describes it.

use serde::Serialize;

use super::{Report, ReportedFinding, ReportedProblem, Summary, Suppressed, Tool};

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Finding(&'a ReportedFinding),
    Suppressed(&'a Suppressed),
    Problem(&'a ReportedProblem),
    Summary {
        schema: u32,
        tool: &'a Tool,
        targets: &'a [String],
        #[serde(flatten)]
        summary: Summary,
    },
}

/// The findings, what is suppressed, the problems, and the summary as the last line.
pub(super) fn check(report: &Report) -> String {
    let findings = report.findings.iter().map(Line::Finding);
    let suppressed = report.suppressed.iter().map(Line::Suppressed);
    let problems = report.problems.iter().map(Line::Problem);
    let summary = Line::Summary {
        schema: report.schema,
        tool: &report.tool,
        targets: &report.targets,
        summary: report.summary,
    };
    let mut text = String::new();
    for line in findings.chain(suppressed).chain(problems).chain([summary]) {
        // As in the other reports, nothing here can fail to be written.
        text.push_str(&serde_json::to_string(&line).unwrap_or_default());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::fake;
    use super::*;

    #[test]
    fn each_line_is_an_object_of_the_report() {
        let report = fake::awkward();
        let text = check(&report);
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        let kinds: Vec<&Value> = lines.iter().map(|line| &line["type"]).collect();
        assert_eq!(kinds, ["finding", "problem", "problem", "summary"]);
        let mut finding = serde_json::to_value(&report.findings[0]).expect("JSON");
        finding["type"] = "finding".into();
        assert_eq!(lines[0], finding);
        assert_eq!(lines[3]["schema"], 2);
        assert_eq!(lines[3]["files"], 1);
        assert_eq!(lines[3]["targets"], json!(["diego-2015"]));
    }
}
