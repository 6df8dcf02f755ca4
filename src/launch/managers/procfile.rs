//! foreman and its kin: the lines of a Procfile, beside each other.
//!
//! Source: foreman's manual, and honcho's and forego's documentation: each process gets a `PORT`,
//! the first the one that is given, or 5000, the next 100 more.

use super::Started;
use super::files::{place, value};
use crate::eval::{Child, ChildCommand, ChildManner, Managed, Reason, Value};
use crate::syntax::config::{self, Format};

const WITH_VALUE: &[&str] = &[
    "-f",
    "--procfile",
    "-d",
    "--root",
    "-p",
    "--port",
    "-e",
    "--env",
    "-c",
    "-m",
    "--formation",
    "-t",
];

pub(super) fn starts(started: &Started<'_>) -> Option<Managed> {
    let operands = started.operands(WITH_VALUE);
    let mut operands = operands.iter().filter_map(|at| started.text(*at));
    let command = operands.next()?;
    if !matches!(command, "start" | "run") {
        return None;
    }
    let wanted: Vec<&str> = operands.collect();
    let folder = started.option(&["-d", "--root"]);
    let file = started.option(&["-f", "--procfile"]).unwrap_or("Procfile");
    let file = match folder.filter(|_| !file.starts_with('/')) {
        Some(folder) => format!("{folder}/{file}"),
        None => file.to_owned(),
    };
    let path = started.state.absolute(&file);
    let text = path.as_deref().and_then(|path| started.host.text(path));
    let (Some(path), Some(text)) = (path, text) else {
        let why = format!("what is in {file} is not known");
        return Some(Managed::unknown(started.origin, &why));
    };
    let entries = config::parse(Format::Procfile, text.text.text());
    let given = started.option(&["-p", "--port"]).map(str::to_owned);
    let given = given.or_else(|| started.state.known("PORT"));
    let base: Option<u32> = match &given {
        Some(port) => port.trim().parse().ok(),
        None if started.state.variable("PORT").is_some() => None,
        None => Some(5000),
    };
    let mut managed = Managed::default();
    for (number, entry) in (0u32..).zip(&entries) {
        let Some(line) = entry.arguments.first() else {
            continue;
        };
        if !wanted.is_empty() && !wanted.contains(&entry.name.as_str()) {
            continue;
        }
        let port = match base.map(|base| base.saturating_add(number.saturating_mul(100))) {
            Some(port) => Value::text(&port.to_string()),
            None => Value::unknown(Reason::Output),
        };
        let command = ChildCommand::Text(value(&text, line));
        let mut child = Child::new(command, place(&text, line.span), ChildManner::Beside);
        child.directory = path.rsplit_once('/').map(|(folder, _)| match folder {
            "" => "/".to_owned(),
            folder => folder.to_owned(),
        });
        child.environment.push(("PORT".to_owned(), port));
        managed.children.push(child);
    }
    if managed.children.is_empty() {
        managed.gap(started.origin, "no process is known in the Procfile");
    }
    Some(managed)
}
