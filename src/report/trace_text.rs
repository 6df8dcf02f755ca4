//! The trace for people: a table of what runs, with the reason below what fails.

use std::fmt::Write;

use super::printable::{printable, quoted, shorten, wrap};
use super::{Judged, Paint, Terminal};
use crate::finding::Certainty;
use crate::judge::TraceStep;

/// The place's column is not wider than this.
const PLACE_WIDTH: usize = 40;
/// Stands for a word that is not known.
const UNKNOWN: &str = "…";

/// `trace --format text`
pub fn trace(judged: &[Judged], target: &str, terminal: &Terminal) -> String {
    let tables = judged.iter().map(|one| image(one, target, terminal));
    tables.collect::<Vec<_>>().join("\n")
}

fn image(judged: &Judged, target: &str, terminal: &Terminal) -> String {
    let Judged { context, judgement } = judged;
    let trace = &judgement.trace;
    let mut output = String::new();
    let dockerfile = context.source(judgement.dockerfile);
    let path = terminal.paint(Paint::Strong, &printable(dockerfile.path()));
    let _ = writeln!(output, "{path} on {target}");
    let words: Vec<_> = trace.entrypoint.iter().chain(&trace.command).collect();
    if !words.is_empty() {
        let _ = writeln!(output, "starts {}", command(words));
    }
    if !trace.user.is_empty() {
        let user = printable(&trace.user);
        let _ = writeln!(output, "as {user} in {}", printable(&trace.directory));
    }
    if trace.steps.is_empty() {
        output.push_str("nothing is known of what runs\n");
        return output;
    }
    output.push('\n');
    let rows: Vec<Row> = trace
        .steps
        .iter()
        .map(|step| Row::of(judged, step))
        .collect();
    let columns = Columns::of(&rows, terminal.width);
    for row in &rows {
        row.write(&mut output, columns, terminal);
    }
    if rows.iter().any(|row| row.maybe) {
        let legend = "? not in every run: a condition decides that is not known";
        let _ = writeln!(output, "\n{}", terminal.paint(Paint::Faint, legend));
    }
    output
}

/// One step, in words.
struct Row {
    place: String,
    fails: bool,
    maybe: bool,
    command: String,
    user: String,
    why: Option<String>,
}

impl Row {
    fn of(judged: &Judged, step: &TraceStep) -> Self {
        let place = step.origin.map(|origin| {
            let source = judged.context.source(origin.source);
            let line = source.position(origin.span.start as usize).line;
            // The file's name is enough: the table's head has the folder.
            let name = source.path().rsplit('/').next().unwrap_or_default();
            printable(&format!("{name}:{line}"))
        });
        Self {
            place: shorten(&place.unwrap_or_else(|| "(base)".to_owned()), PLACE_WIDTH),
            fails: step.fails,
            maybe: step.reached == Certainty::Maybe,
            command: command(step.argv.iter().collect()),
            user: printable(&step.user),
            why: step.why.as_deref().map(printable),
        }
    }

    fn write(&self, output: &mut String, columns: Columns, terminal: &Terminal) {
        let Columns {
            place,
            command,
            user,
        } = columns;
        let mark = match (self.fails, self.maybe) {
            (true, false) => terminal.paint(Paint::Bad, "✗"),
            (true, true) => terminal.paint(Paint::Doubtful, "✗?"),
            (false, true) => terminal.paint(Paint::Doubtful, "?"),
            (false, false) => terminal.paint(Paint::Good, "·"),
        };
        // The mark is painted, so its width cannot be left to the formatting.
        let gap = if self.fails && self.maybe { " " } else { "  " };
        let lines = wrap(&self.command, command);
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                let _ = writeln!(output, "{:place$}       {line}", "");
                continue;
            }
            let own = &self.place;
            let row = format!("{line:command$}  {:user$}", self.user);
            let _ = writeln!(output, "{own:place$}  {mark}{gap}{}", row.trim_end());
        }
        if let Some(why) = &self.why {
            let indent = place + 5;
            let lines = wrap(why, terminal.width.saturating_sub(indent + 2).max(30));
            for (index, line) in lines.iter().enumerate() {
                let lead = if index == 0 { "└ " } else { "  " };
                let painted = terminal.paint(Paint::Faint, &format!("{lead}{line}"));
                let _ = writeln!(output, "{:indent$}{painted}", "");
            }
        }
    }
}

/// The widths of the columns.
#[derive(Clone, Copy)]
struct Columns {
    place: usize,
    command: usize,
    user: usize,
}

impl Columns {
    fn of(rows: &[Row], width: usize) -> Self {
        let widest = |text: fn(&Row) -> &str| {
            let widths = rows.iter().map(|row| text(row).chars().count());
            widths.max().unwrap_or(0)
        };
        let place = widest(|row| &row.place);
        let user = widest(|row| &row.user);
        let room = width.saturating_sub(place + user + 7).max(30);
        Self {
            place,
            command: widest(|row| &row.command).min(room),
            user,
        }
    }
}

fn command(words: Vec<&Option<String>>) -> String {
    let words = words.into_iter().map(|word| match word {
        Some(word) => quoted(&shorten(word, 200)),
        None => UNKNOWN.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::fake;
    use super::*;

    #[test]
    fn what_fails_is_marked_and_the_reason_stands_below() {
        let (_dir, judged) = fake::judged();
        let terminal = Terminal {
            color: false,
            links: false,
            width: 80,
        };
        let text = trace(&[judged], "diego-2015", &terminal);
        let (_, table) = text.split_once('\n').expect("a head");
        assert_eq!(
            table,
            "\
starts /start.sh redis-server
as vcap in /data

(base)      ·  /start.sh redis-server                                       vcap
start.sh:5  ✗  chown -R keeper .                                            vcap
               └ only root may give a file to another account, and root's power
                 over the image's files is not in the container
start.sh:6  ✗? gosu keeper redis-server …                                   vcap
               └ setgroups: Operation not permitted
start.sh:9  ?  redis-server --dir /data/a-folder-with-a-long-name           vcap
                 --appendonly no --logfile … --save

? not in every run: a condition decides that is not known
"
        );
    }
}
