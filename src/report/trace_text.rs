//! The trace for people: what runs, each script's lines below its name, with the reason below what
//! fails, and what comes of it at the end.

use std::fmt::Write;
use std::sync::Arc;

use super::printable::printable;
use super::{Judged, Paint, Terminal};
use crate::finding::Certainty;
use crate::judge::ServerSummary;
use crate::target::Target;

mod row;
mod verdict;

use row::{Row, command};

/// `trace --format text`
pub fn trace(traced: &[(Arc<Target>, Vec<Judged>)], terminal: &Terminal) -> String {
    let tables = traced.iter().flat_map(|(target, judged)| {
        let images = judged.iter();
        images.map(|one| image(one, &target.name, terminal))
    });
    tables.collect::<Vec<_>>().join("\n")
}

fn image(judged: &Judged, target: &str, terminal: &Terminal) -> String {
    let mut output = String::new();
    head(&mut output, judged, target, terminal);
    let trace = &judged.judgement.trace;
    if trace.steps.is_empty() {
        let text = match &trace.unknown_base {
            Some(_) => "neither ENTRYPOINT nor CMD is written here: what starts is not known",
            None => "nothing starts",
        };
        let _ = writeln!(output, "\n{}", terminal.paint(Paint::Doubtful, text));
        return output;
    }
    let rows: Vec<Row> = trace.steps.iter().map(|s| Row::of(judged, s)).collect();
    let mut file = None;
    let mut over = false;
    for row in &rows {
        if file != Some(&row.file) {
            let _ = writeln!(output, "\n{}", terminal.paint(Paint::Strong, &row.file));
            file = Some(&row.file);
        }
        row.write(&mut output, &trace.user, terminal);
        if row.step.ends && !over {
            over = row.step.reached == Certainty::Always;
            row.end(&mut output, over, terminal);
        }
    }
    output.push('\n');
    let doubtful = |row: &Row| {
        let maybe = row.step.reached == Certainty::Maybe || row.step.doubtful;
        maybe && !row.step.argv.is_empty()
    };
    if rows.iter().any(doubtful) {
        let legend = "? in some runs: what decides is not known from the files";
        let _ = writeln!(output, "{}", terminal.paint(Paint::Faint, legend));
    }
    verdict::write(&mut output, &rows, server(judged).is_some(), terminal);
    output
}

fn head(output: &mut String, judged: &Judged, target: &str, terminal: &Terminal) {
    let Judged {
        context, judgement, ..
    } = judged;
    let trace = &judgement.trace;
    let dockerfile = context.source(judgement.dockerfile);
    let path = terminal.paint(Paint::Strong, &printable(dockerfile.path()));
    let _ = writeln!(output, "{path} on {target}");
    if let Some(base) = &trace.unknown_base {
        let _ = writeln!(
            output,
            "from     {}, of which nothing is known",
            printable(base)
        );
    }
    let words: Vec<_> = trace.entrypoint.iter().chain(&trace.command).collect();
    if !words.is_empty() {
        let _ = writeln!(output, "starts   {}", command(words));
    }
    if !trace.user.is_empty() {
        let user = printable(&trace.user);
        let _ = writeln!(
            output,
            "as       {user}, in {}",
            printable(&trace.directory)
        );
    }
    if let Some(quota) = &trace.disk_quota {
        let quota = printable(quota);
        let _ = writeln!(
            output,
            "within   {quota} of disk, the image's layers included"
        );
    }
    if !trace.required.is_empty() {
        let names = trace.required.iter().map(|name| printable(name));
        let names = names.collect::<Vec<_>>().join(", ");
        let _ = writeln!(output, "needs    {names}, or it ends with an error");
    }
    if let Some(server) = server(judged) {
        let _ = writeln!(output, "serves   {}", listening(server));
    }
}

fn server(judged: &Judged) -> Option<&ServerSummary> {
    judged
        .judgement
        .images
        .iter()
        .find_map(|image| image.server.as_ref())
}

/// `redis-server on port 6379 (its default), address 127.0.0.1 (/etc/redis.conf)`
fn listening(server: &ServerSummary) -> String {
    let by = |by: &Option<String>| match by {
        Some(by) => format!(" ({})", printable(by)),
        None => String::new(),
    };
    let mut words = printable(&server.program);
    match server.port {
        Some(port) => {
            let _ = write!(words, " on port {port}{}", by(&server.port_by));
        }
        None => words.push_str(" on a port that is not known"),
    }
    match server.address.as_deref() {
        Some("0.0.0.0") | None => {}
        Some(address) => {
            let address = printable(address);
            let _ = write!(words, ", address {address}{}", by(&server.address_by));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::fake;
    use super::*;

    #[test]
    fn what_may_be_closed_is_marked_as_what_may_be_reached() {
        let (_dir, mut judged) = fake::judged();
        let steps = &mut judged.judgement.trace.steps;
        steps[1].doubtful = true;
        steps[1].ends = false;
        steps.truncate(2);
        let terminal = Terminal {
            color: false,
            links: false,
            width: 80,
        };
        let text = trace(&[(fake::target(), vec![judged])], &terminal);
        assert!(text.contains("    5  ✗?   chown -R keeper .\n"), "{text}");
        assert!(text.contains("\n? in some runs: "), "{text}");
        assert!(!text.contains("the start ends"), "{text}");
    }

    #[test]
    fn what_fails_is_marked_and_said_again_at_the_end() {
        let (_dir, judged) = fake::judged();
        let terminal = Terminal {
            color: false,
            links: false,
            width: 80,
        };
        let text = trace(&[(fake::target(), vec![judged])], &terminal);
        let (_, table) = text.split_once('\n').expect("a head");
        assert_eq!(
            table,
            "\
starts   /start.sh redis-server
as       vcap, in /data
serves   redis-server on port 6379 (its default)

in the base image
       ·  /start.sh redis-server

start.sh
    5  ✗    chown -R keeper .
            └ only root may give a file to another account, and root's power
              over the image's files is not in the container
            └ the start ends here; what follows is what would run next
    6  ✗?   gosu keeper redis-server …
            └ setgroups: Operation not permitted
    9  ?    redis-server --dir /data/a-folder-with-a-long-name --appendonly no
              --logfile … --save

? in some runs: what decides is not known from the files
✗ what fails:
  start.sh:5  chown cannot change an owner, and the start ends
  start.sh:6  gosu cannot become keeper
"
        );
    }
}
