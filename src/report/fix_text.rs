//! What a fix did, for people.

use std::fmt::Write;

use super::printable::{count, printable};
use super::{Paint, Terminal};
use crate::fix::FixOutcome;

/// A line for each fix that was applied, and for each that was not.
pub fn applied<'a>(outcomes: impl Iterator<Item = &'a FixOutcome>, terminal: &Terminal) -> String {
    let mut output = String::new();
    let mut dropped = String::new();
    for outcome in outcomes {
        for fix in &outcome.applied {
            let word = terminal.paint(Paint::Good, "fixed");
            let (path, title) = (printable(&fix.path), printable(&fix.title));
            let _ = writeln!(output, "{word} {path}:{}: {title} [{}]", fix.line, fix.rule);
        }
        for fix in &outcome.dropped {
            let word = terminal.paint(Paint::Doubtful, "not fixed");
            let (path, why) = (printable(&fix.path), printable(&fix.why));
            let _ = writeln!(dropped, "{word} {path}:{}: {why} [{}]", fix.line, fix.rule);
        }
    }
    output.push_str(&dropped);
    if !output.is_empty() {
        output.push('\n');
    }
    output
}

/// What was done, in one line; what would be done, if nothing is written.
pub fn summary<'a>(outcomes: impl Iterator<Item = &'a FixOutcome>, dry: bool) -> String {
    let mut fixes = 0;
    let mut files = std::collections::HashSet::new();
    for outcome in outcomes {
        fixes += outcome.applied.len();
        files.extend(outcome.changes.iter().map(|change| &change.path));
    }
    if fixes == 0 && files.is_empty() {
        return "nothing to fix\n".to_owned();
    }
    let word = if dry { "would apply" } else { "applied" };
    let fixes = match fixes {
        1 => "1 fix".to_owned(),
        number => format!("{number} fixes"),
    };
    format!("{word} {fixes} in {}\n", count(files.len(), "file"))
}
