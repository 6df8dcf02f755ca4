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
    let (first, rest) = operands.split_first()?;
    match started.text(*first)? {
        "start" => Some(processes(started, rest, true)),
        "run" => run(started, rest),
        _ => None,
    }
}

/// `foreman run`: a command, or the process of that name.
fn run(started: &Started<'_>, operands: &[usize]) -> Option<Managed> {
    let first = *operands.first()?;
    let named = processes(started, operands, false);
    if operands.len() == 1 && !named.children.is_empty() {
        return Some(named);
    }
    let command = ChildCommand::Words(started.argv.get(first..)?.to_vec());
    let child = Child::new(command, started.place(first), ChildManner::Main);
    Some(Managed::of(child))
}

/// The processes of the Procfile that the operands name, all where there are none.
fn processes(started: &Started<'_>, operands: &[usize], ports: bool) -> Managed {
    let wanted: Vec<&str> = operands.iter().filter_map(|at| started.text(*at)).collect();
    let folder = started.option(&["-d", "--root"]);
    let file = started.option(&["-f", "--procfile"]).unwrap_or("Procfile");
    let file = match folder.filter(|_| !file.starts_with('/')) {
        Some(folder) => format!("{folder}/{file}"),
        None => file.to_owned(),
    };
    let path = started.state.absolute(&file);
    let text = path.as_deref().and_then(|path| started.text_of(path));
    let (Some(path), Some(text)) = (path, text) else {
        let why = format!("what is in {file} is not known");
        return Managed::unknown(started.origin, &why);
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
        if ports {
            child.environment.push(("PORT".to_owned(), port));
        }
        managed.children.push(child);
    }
    if managed.children.is_empty() {
        managed.gap(started.origin, "no process is known in the Procfile");
    }
    managed
}
