//! A line for each finding, as compilers print them: editors and terminals find the places in it.

use super::printable::{count, printable};
use super::{Paint, Report, ReportedFinding, ReportedProblem, Terminal, words};
use crate::finding::Severity;

/// `PATH:LINE:COLUMN: SEVERITY[RULE] MESSAGE` for each finding, `PATH:LINE:COLUMN: error: MESSAGE` for
/// what could not be read, and a line with the sums, where anything could be.
pub(super) fn check(report: &Report, terminal: &Terminal) -> String {
    let findings = report.findings.iter();
    let mut lines: Vec<String> = findings.map(|one| line(report, one, terminal)).collect();
    lines.extend(report.problems.iter().map(problem));
    if !report.files.is_empty() || report.problems.is_empty() {
        lines.push(terminal.paint(Paint::Strong, &sums(report)));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// A finding in a line.
pub(super) fn finding(report: &Report, finding: &ReportedFinding) -> String {
    line(report, finding, &Terminal::plain())
}

/// A finding in a line, with the colours of the terminal.
fn line(report: &Report, finding: &ReportedFinding, terminal: &Terminal) -> String {
    let at = &finding.location;
    let place = format!("{}:{}:{}:", printable(&at.path), at.line, at.column);
    let what = format!("{}[{}]", words::severity(finding.severity), finding.rule);
    let style = match finding.severity {
        Severity::Error => Paint::Bad,
        Severity::Warning => Paint::Doubtful,
        Severity::Note => Paint::Good,
    };
    format!(
        "{} {} {}",
        terminal.paint(Paint::Faint, &place),
        terminal.paint(style, &what),
        printable(&words::message(report, finding)),
    )
}

/// A problem in a line.
pub(super) fn problem(problem: &ReportedProblem) -> String {
    let numbers = [problem.line, problem.column].into_iter().flatten();
    let place: String = numbers.map(|number| format!(":{number}")).collect();
    let message = printable(&problem.message);
    format!("{}{place}: error: {message}", printable(&problem.path))
}

/// `2 files: 4 errors; 3 can be fixed with diegolint fix`
pub(super) fn sums(report: &Report) -> String {
    let files = count(report.summary.files, "file");
    let mut line = format!("{files}: {}", words::found_in(report));
    match report.summary.fixable {
        0 => {}
        fixable => line.push_str(&format!("; {fixable} can be fixed with diegolint fix")),
    }
    line.push_str(&words::problems(report.problems.len()));
    line
}

#[cfg(test)]
mod tests {
    use super::super::fake;
    use super::*;

    #[test]
    fn each_finding_is_a_line_whatever_it_holds() {
        assert_eq!(
            check(&fake::report(), &Terminal::plain()),
            "\
Dockerfile:5:3: warning[build-chown] /data belongs to keeper, who does not run
Dockerfile:12:1: note[exposed-port] the platform does not read EXPOSE
start.sh:6:7: error[switch-user] gosu cannot become keeper: the container's user is vcap, and the \
kernel refuses setgroups to it
2 files: 1 error, 1 warning, 1 note; 1 can be fixed with diegolint fix
"
        );
        let mut report = fake::awkward();
        report.targets.push("cf".into());
        assert_eq!(
            check(&report, &Terminal::plain()),
            "\
./a b/<&>'\"%#,:]]>\\u{1b}|`\u{fc}\u{1f433} x:1:3: error[switch-user] \
one\\u{1b}[31m two & <b>\"]]>\" 100% @you #1 |`*_[x](y)\\u{0} (on cf)
a b:2:1: error: no\\r good
none: error: no such file or folder
1 file: 1 error; 2 problems
"
        );
    }

    #[test]
    fn colours_change_nothing_but_the_colours() {
        let colored = Terminal {
            color: true,
            ..Terminal::plain()
        };
        let report = fake::report();
        let text = check(&report, &colored);
        assert!(text.contains("\u{1b}["), "{text}");
        assert_eq!(
            anstream::adapter::strip_str(&text).to_string(),
            check(&report, &Terminal::plain())
        );
    }

    #[test]
    fn nothing_found_is_said_where_something_was_read() {
        let mut report = fake::report();
        report.findings.clear();
        let report = report.finished();
        assert_eq!(
            check(&report, &Terminal::plain()),
            "2 files: nothing found on diego-2015\n"
        );
        let mut report = fake::awkward();
        report.findings.clear();
        report.files.clear();
        assert_eq!(
            check(&report.finished(), &Terminal::plain())
                .lines()
                .count(),
            2
        );
    }
}
