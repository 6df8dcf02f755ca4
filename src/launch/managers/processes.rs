//! Programs that start a script of Node's and start it again when it ends: nodemon, forever, pm2.
//!
//! Sources: their documentation.

use std::rc::Rc;

use super::Started;
use super::files::{place, value};
use crate::eval::{Child, ChildCommand, ChildManner, Managed, Value};
use crate::syntax::config::{self, Format};

/// Options that take a value in the next word.
const WITH_VALUE: &[&str] = &[
    "-w",
    "--watch",
    "-e",
    "--ext",
    "-i",
    "--ignore",
    "--delay",
    "--signal",
    "-n",
    "--name",
    "--env",
    "-l",
    "-o",
    "--instances",
    "--node-args",
    "--interpreter",
    "--log",
    "--output",
    "--error",
    "--max-memory-restart",
    "--exec",
    "-x",
    "--cwd",
    "--only",
    "--config",
    "--port",
];

pub(super) fn starts(started: &Started<'_>) -> Option<Managed> {
    let name = started.text(0)?.rsplit('/').next().unwrap_or_default();
    let operands = started.operands(WITH_VALUE);
    let mut operands = operands.iter().copied().peekable();
    let word = operands.peek().and_then(|at| started.text(*at));
    match (name, word) {
        ("pm2", Some("start")) | (_, Some("start")) => drop(operands.next()),
        ("pm2", _) => return None,
        _ => {}
    }
    let exec = started
        .option(&["--exec", "-x"])
        .filter(|_| name == "nodemon");
    let script = operands.next();
    if let Some(exec) = exec {
        // `nodemon --exec 'ts-node -T' server.ts`
        let mut words: Vec<Value> = exec.split_whitespace().map(Value::text).collect();
        words.extend(
            script
                .into_iter()
                .filter_map(|at| started.argv.get(at).cloned()),
        );
        let command = ChildCommand::Words(words);
        let child = Child::new(command, started.origin, ChildManner::Main);
        return Some(Managed {
            children: vec![child],
            ..Managed::default()
        });
    }
    let Some(at) = script else {
        let why = "which script it starts is not known";
        return Some(Managed::unknown(started.origin, why));
    };
    match started.text(at) {
        Some(path) if path.ends_with(".json") => Some(ecosystem(started, at, path)),
        Some(path) if path.ends_with(".config.js") || path.ends_with(".config.cjs") => {
            let why = format!("{path} is a program itself");
            Some(Managed::unknown(started.place(at), &why))
        }
        _ => {
            let mut words = vec![Value::text("node")];
            words.extend(started.argv.get(at..).unwrap_or_default().iter().cloned());
            let command = ChildCommand::Words(words);
            let child = Child::new(command, started.place(at), ChildManner::Main);
            Some(Managed {
                children: vec![child],
                ..Managed::default()
            })
        }
    }
}

/// pm2's `{"apps": [{"script": "server.js"}]}`.
fn ecosystem(started: &Started<'_>, at: usize, path: &str) -> Managed {
    let path = started.state.absolute(path);
    let text = path.as_deref().and_then(|path| started.host.text(path));
    let Some(text) = text else {
        return Managed::unknown(started.place(at), "what is in this file is not known");
    };
    let mut managed = Managed::default();
    let directives = config::parse(Format::Json, text.text.text());
    let scripts = directives.iter().filter(|directive| {
        directive.name == "script" && directive.path.last().is_none_or(|path| path == "apps")
    });
    for script in scripts.filter_map(|directive| directive.arguments.first()) {
        let words = vec![Value::text("node"), value(&Rc::clone(&text), script)];
        let origin = place(&text, script.span);
        let command = ChildCommand::Words(words);
        managed
            .children
            .push(Child::new(command, origin, ChildManner::Beside));
    }
    if managed.children.is_empty() {
        managed.gap(started.place(at), "no script is known in this file");
    }
    managed
}
