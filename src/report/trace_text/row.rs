//! One step of the trace, in lines.

use std::fmt::Write;

use crate::finding::Certainty;
use crate::judge::TraceStep;
use crate::report::printable::{printable, quoted, shorten, wrap};
use crate::report::{Judged, Paint, Terminal};

/// Stands for a word that is not known.
pub(super) const UNKNOWN: &str = "…";
/// Columns for a line's number and its mark.
const LEFT: usize = 10;
/// Commands are indented for each command around them, up to here.
const DEEPEST: usize = 8;
/// What has no place in a file.
const BASE: &str = "in the base image";

/// One step, in words.
pub(super) struct Row<'a> {
    pub(super) step: &'a TraceStep,
    /// The file's path in the context.
    pub(super) file: String,
    line: Option<usize>,
}

impl<'a> Row<'a> {
    pub(super) fn of(judged: &Judged, step: &'a TraceStep) -> Self {
        let place = step.origin.map(|origin| {
            let source = judged.context.source(origin.source);
            let line = source.position(origin.span.start as usize).line;
            // The path below the context is enough: the head has the folder.
            let name = judged.context.path_of(origin.source);
            let name = name.unwrap_or_else(|| {
                let path = source.path();
                path.rsplit('/').next().unwrap_or(path).to_owned()
            });
            (printable(&name), line)
        });
        let (file, line) = place.map_or((BASE.to_owned(), None), |(f, l)| (f, Some(l)));
        Self { step, file, line }
    }

    /// `docker-entrypoint.sh:9`
    pub(super) fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }

    fn indent(&self) -> usize {
        LEFT + 2 * self.step.depth.min(DEEPEST)
    }

    pub(super) fn write(&self, output: &mut String, user: &str, terminal: &Terminal) {
        let step = self.step;
        let maybe = step.reached == Certainty::Maybe || step.doubtful;
        let mark = match (step.fails, maybe) {
            (true, _) if step.tolerated => terminal.paint(Paint::Faint, "✗ "),
            (true, false) => terminal.paint(Paint::Bad, "✗ "),
            (true, true) => terminal.paint(Paint::Doubtful, "✗?"),
            (false, true) => terminal.paint(Paint::Doubtful, "? "),
            (false, false) => terminal.paint(Paint::Good, "· "),
        };
        let number = self.line.map_or_else(String::new, |line| line.to_string());
        let _ = write!(output, "{number:>5}  {mark} ");
        let mut words = command(step.argv.iter().collect());
        if step.user != user {
            let _ = write!(words, "  (as {})", printable(&step.user));
        }
        let indent = self.indent();
        if words.is_empty() {
            // `{ …; } > file`, or a place that is given up, which says why and does not fail.
            let redirects = step.fails || step.why.is_empty();
            let what = if redirects {
                "a redirection"
            } else {
                "not followed further"
            };
            words = what.to_owned();
        }
        let lines = wrap(&words, terminal.width.saturating_sub(indent).max(30));
        for (index, line) in lines.iter().enumerate() {
            match index {
                0 => writeln!(output, "{:1$}{line}", "", indent - LEFT),
                _ => writeln!(output, "{:indent$}  {line}", ""),
            }
            .ok();
        }
        for why in &step.why {
            self.below(output, &printable(why), terminal);
        }
        if !step.given.is_empty() {
            let is = if step.given.len() == 1 { "is" } else { "are" };
            let names = printable(&step.given.join(" and "));
            self.below(output, &format!("only if {names} {is} given"), terminal);
        }
        if step.tolerated {
            self.below(output, "the script goes on all the same", terminal);
        }
    }

    /// Says that the start is over here.
    pub(super) fn end(&self, output: &mut String, always: bool, terminal: &Terminal) {
        let text = if always {
            "the start ends here; what follows is what would run next"
        } else {
            "the start may end here"
        };
        self.below(output, text, terminal);
    }

    fn below(&self, output: &mut String, text: &str, terminal: &Terminal) {
        let indent = self.indent();
        let lines = wrap(text, terminal.width.saturating_sub(indent + 2).max(30));
        for (index, line) in lines.iter().enumerate() {
            let lead = if index == 0 { "└ " } else { "  " };
            let painted = terminal.paint(Paint::Faint, &format!("{lead}{line}"));
            let _ = writeln!(output, "{:indent$}{painted}", "");
        }
    }
}

/// A command, its words quoted where they need it.
pub(super) fn command(words: Vec<&Option<String>>) -> String {
    let words = words.into_iter().map(|word| match word {
        Some(word) => quoted(&shorten(word, 200)),
        None => UNKNOWN.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}
