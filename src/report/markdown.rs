//! A summary in Markdown, as GitHub and GitLab show it: for a pull request, or for
//! `$GITHUB_STEP_SUMMARY`.

use super::printable::{count, printable, shorten};
use super::{Report, ReportedFinding, ReportedProblem, words};

/// So many rows are looked at; and GitHub takes no comment of more than 65,536 characters.
const ROWS: usize = 100;

/// No message is so long that it has to be whole in a table.
const LONGEST: usize = 300;

/// A heading with the sums, a table of the findings, and the problems.
pub(super) fn check(report: &Report) -> String {
    let mut text = format!("### diegolint: {}\n", heading(report));
    if !report.findings.is_empty() {
        text.push_str("\n| | rule | place | message |\n|---|---|---|---|\n");
        let mut rows: Vec<&ReportedFinding> = report.findings.iter().collect();
        // Where not all are shown, the worst are.
        if rows.len() > ROWS {
            rows.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        }
        for finding in rows.into_iter().take(ROWS) {
            text.push_str(&row(report, finding));
        }
        text.push_str(&more(report.findings.len(), "finding"));
    }
    if report.summary.fixable > 0 {
        let fixable = report.summary.fixable;
        text.push_str(&format!("\n{fixable} can be fixed with `diegolint fix`.\n"));
    }
    if !report.problems.is_empty() {
        text.push_str("\nWhat could not be read or parsed:\n\n");
        for one in report.problems.iter().take(ROWS) {
            text.push_str(&problem(one));
        }
        text.push_str(&more(report.problems.len(), "problem"));
    }
    text
}

/// `4 errors, 2 warnings in 2 files, and 1 problem`
fn heading(report: &Report) -> String {
    let problems = match report.problems.len() {
        0 => String::new(),
        problems if report.files.is_empty() => return count(problems, "problem"),
        problems => format!(", and {}", count(problems, "problem")),
    };
    let files = count(report.summary.files, "file");
    let found = escaped(&words::found_in(report));
    format!("{found} in {files}{problems}")
}

fn row(report: &Report, finding: &ReportedFinding) -> String {
    let at = &finding.location;
    let rule = match words::page_url(&finding.rule) {
        Some(url) => format!("[{}]({url})", escaped(&finding.rule)),
        None => escaped(&finding.rule),
    };
    format!(
        "| {} | {rule} | {} | {} |\n",
        words::severity(finding.severity),
        code(&format!("{}:{}:{}", at.path, at.line, at.column)),
        escaped(&short(&words::message(report, finding))),
    )
}

fn problem(problem: &ReportedProblem) -> String {
    let numbers = [problem.line, problem.column].into_iter().flatten();
    let place: String = numbers.map(|number| format!(":{number}")).collect();
    let place = code(&format!("{}{place}", problem.path));
    format!("- {place}: {}\n", escaped(&short(&problem.message)))
}

fn more(all: usize, noun: &str) -> String {
    match all.saturating_sub(ROWS) {
        0 => String::new(),
        more => format!("\n… and {} more.\n", count(more, noun)),
    }
}

fn short(text: &str) -> String {
    shorten(text, LONGEST)
}

/// A text as code: nothing in it is looked at. With a backquote, a backslash or a bar in it, which a
/// cell of a table reads before code is, it stays a text.
fn code(text: &str) -> String {
    let text = printable(text);
    if text.contains(['`', '\\', '|']) || text.starts_with(' ') || text.ends_with(' ') {
        return escaped(&text);
    }
    format!("`{text}`")
}

/// A text that stays a text: no mark-up, no HTML, no link, and nobody is mentioned.
///
/// A backslash keeps Markdown from a character, but mentions, issues, labels, addresses and emoji are
/// looked for in what comes out of it. A space without width parts these.
fn escaped(text: &str) -> String {
    let text = printable(text);
    let mut escaped = String::with_capacity(text.len() * 2);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // The marks of a list mean something at its start alone, as `1.` does.
            '-' | '+' | '=' if escaped.is_empty() => escaped.extend(['\\', c]),
            '.' | ')' if escaped.bytes().all(|b| b.is_ascii_digit()) => escaped.extend(['\\', c]),
            // An address without a scheme.
            '.' if escaped.to_ascii_lowercase().ends_with("www") => escaped.push_str("\\."),
            // A table should be legible as it is written, too.
            '/' | '-' | ',' | '.' | ';' | ':' | '?' | '=' | '%' | '"' | '\'' | '(' | ')' | '+'
            | '@' => escaped.push(c),
            c if c.is_ascii_punctuation() => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
        let parts = matches!(c, '@' | '#' | ':' | '!' | '%' | '~' | '$' | '&');
        if parts && rest.peek().is_some_and(|next| !next.is_whitespace()) {
            escaped.push_str("&#8203;");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::fake;
    use super::*;

    #[test]
    fn the_summary_is_a_table() {
        insta::assert_snapshot!(check(&fake::report()));
    }

    #[test]
    fn nothing_breaks_the_table() {
        let mut report = fake::awkward();
        report.targets.push("cf".into());
        insta::assert_snapshot!(check(&report));
    }

    #[test]
    fn a_long_list_is_cut() {
        let mut report = fake::report();
        let finding = report.findings[0].clone();
        report.findings = vec![finding; 102];
        let text = check(&report.finished());
        assert!(text.contains("102 warnings in 2 files"), "{text}");
        assert_eq!(text.matches("| warning |").count(), ROWS);
        assert!(text.ends_with("|\n\n… and 2 findings more.\n"), "{text}");
    }

    #[test]
    fn nothing_found_is_one_line() {
        let mut report = fake::report();
        report.findings.clear();
        let text = check(&report.finished());
        assert_eq!(
            text,
            "### diegolint: nothing found on diego-2015 in 2 files\n"
        );
    }
}
