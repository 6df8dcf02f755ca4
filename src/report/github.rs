//! Annotations of GitHub's workflows: lines of the log that the runner takes for commands.
//!
//! Names, order and escapes are those of GitHub's toolkit, packages/core/src/command.ts and
//! `toCommandProperties` in packages/core/src/utils.ts.

use super::printable::printable;
use super::{Location, Report, ReportedFinding, ReportedProblem, path, words};
use crate::finding::Severity;

/// A command for each finding and for each problem.
pub(super) fn check(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        text.push_str(&annotation(report, finding));
    }
    for one in &report.problems {
        text.push_str(&problem(one));
    }
    text
}

fn annotation(report: &Report, finding: &ReportedFinding) -> String {
    let at = &finding.location;
    let mut properties = vec![
        ("title", format!("diegolint: {}", finding.rule)),
        ("file", path::plain(&at.path).to_owned()),
        ("line", at.line.to_string()),
        ("endLine", at.last_line().to_string()),
    ];
    properties.extend(columns(at));
    // A control character would do to the log what it does to a terminal.
    let mut lines = vec![printable(&words::message(report, finding))];
    lines.extend(words::advice(finding).iter().map(|line| printable(line)));
    command(finding.severity, &properties, &lines.join("\n"))
}

fn problem(problem: &ReportedProblem) -> String {
    let mut properties = vec![
        ("title", "diegolint".to_owned()),
        ("file", path::plain(&problem.path).to_owned()),
    ];
    if let Some(line) = problem.line {
        properties.push(("line", line.to_string()));
    }
    if let Some(column) = problem.column {
        properties.push(("col", column.to_string()));
    }
    command(Severity::Error, &properties, &printable(&problem.message))
}

/// GitHub takes columns only of places on one line.
fn columns(at: &Location) -> Vec<(&'static str, String)> {
    if at.line != at.end_line {
        return Vec::new();
    }
    vec![
        ("col", at.column.to_string()),
        ("endColumn", at.end_column.to_string()),
    ]
}

fn command(severity: Severity, properties: &[(&str, String)], message: &str) -> String {
    let name = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let properties = properties.iter();
    let properties: Vec<String> = properties
        .map(|(key, value)| format!("{key}={}", property(value)))
        .collect();
    format!("::{name} {}::{}\n", properties.join(","), data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::fake;
    use super::*;

    #[test]
    fn each_finding_is_a_command() {
        assert_eq!(
            check(&fake::report()),
            "\
::warning title=diegolint%3A build-chown,file=Dockerfile,line=5,endLine=5,col=3,endColumn=28::\
/data belongs to keeper, who does not run%0Afix: let everybody write there (with --unsafe)
::notice title=diegolint%3A exposed-port,file=Dockerfile,line=12,endLine=12,col=1,endColumn=12::\
the platform does not read EXPOSE
::error title=diegolint%3A switch-user,file=start.sh,line=6,endLine=6,col=7,endColumn=11::\
gosu cannot become keeper: the container's user is vcap, and the kernel refuses setgroups to it\
%0Ahelp: run the server as whoever the container runs as%0Afix: run the command without gosu
"
        );
    }

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(
            check(&fake::awkward()),
            "\
::error title=diegolint%3A switch-user,file=a b/<&>'\"%25#%2C%3A]]>\u{1b}|`\u{fc}\u{1f433}%0Ax,\
line=1,endLine=1::one\\u{1b}[31m two & <b>\"]]>\" 100%25 @you #1 |`*_[x](y)\\u{0}
::error title=diegolint,file=a b,line=2,col=1::no\\r good
::error title=diegolint,file=none::no such file or folder
"
        );
    }
}
