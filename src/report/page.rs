//! The pages of the rules, for people.

use std::fmt::Write;

use super::printable::wrap;
use super::{Paint, Terminal};
use crate::rules::Page;

/// A page as it is written, with its headings made strong.
pub fn explain(text: &str, terminal: &Terminal) -> String {
    let mut output = String::with_capacity(text.len() + 64);
    let mut in_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        if !in_code && line.starts_with('#') {
            output.push_str(&terminal.paint(Paint::Strong, line));
        } else {
            output.push_str(line);
        }
        output.push('\n');
    }
    output
}

/// The rules with what each finds.
pub fn list(pages: &[Page], terminal: &Terminal) -> String {
    let column = pages.iter().map(|page| page.name.len()).max().unwrap_or(0) + 2;
    let width = terminal.width.saturating_sub(column).max(20);
    let mut output = String::new();
    for page in pages {
        let lines = wrap(page.summary, width);
        let name = terminal.paint(Paint::Strong, page.name);
        let gap = column - page.name.len();
        let first = lines.first().map_or("", String::as_str);
        let _ = writeln!(output, "{name}{:gap$}{first}", "");
        for line in lines.iter().skip(1) {
            let _ = writeln!(output, "{:column$}{line}", "");
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Terminal = Terminal {
        color: false,
        links: false,
        width: 40,
    };

    #[test]
    fn summaries_stand_in_a_column_of_their_own() {
        let page = |name, summary| Page {
            name,
            summary,
            text: "",
        };
        let pages = [
            page("switch-user", "the launch hands over to another account"),
            page("volume", "VOLUME"),
        ];
        assert_eq!(
            list(&pages, &PLAIN),
            "switch-user  the launch hands over to\n             another account\nvolume       VOLUME\n"
        );
    }

    #[test]
    fn headings_are_strong_and_comments_in_code_are_not() {
        let color = Terminal {
            color: true,
            ..PLAIN
        };
        let text = "# volume\n\n```\n# a comment\n```\n";
        assert_eq!(
            explain(text, &color),
            "\u{1b}[1m# volume\u{1b}[0m\n\n```\n# a comment\n```\n"
        );
        assert_eq!(explain(text, &PLAIN), text);
    }
}
