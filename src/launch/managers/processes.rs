//! Programs that start a script of Node's and start it again when it ends: nodemon, forever, pm2.
//!
//! Sources: their documentation.

use std::rc::Rc;

use super::Started;
use super::files::{place, value};
use crate::eval::{Child, ChildCommand, ChildManner, Managed, Value};
use crate::source::Origin;
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
    "-c",
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
    let manager = if name.starts_with("pm2") { "pm2" } else { name };
    let operands = started.operands(WITH_VALUE);
    let mut operands = operands.iter().copied().peekable();
    match operands.peek().and_then(|at| started.text(*at)) {
        Some("start") => drop(operands.next()),
        // Its other words ask or change something.
        _ if name == "pm2" => return None,
        _ => {}
    }
    let script = operands.next();
    let through = match manager {
        "nodemon" => started.option(&["--exec", "-x"]),
        "forever" => started.option(&["-c"]),
        _ => None,
    };
    if let Some(through) = through {
        // `nodemon --exec 'ts-node -T' server.ts`
        let mut words: Vec<Value> = through.split_whitespace().map(Value::text).collect();
        let script = script.and_then(|at| started.argv.get(at));
        words.extend(script.cloned());
        return Some(main(words, started.origin));
    }
    let Some(at) = script else {
        let why = "which script it starts is not known";
        return Some(Managed::unknown(started.origin, why));
    };
    let path = started.text(at).unwrap_or_default();
    if path.ends_with(".json") {
        return Some(ecosystem(started, at, path));
    }
    if path.ends_with(".config.js") || path.ends_with(".config.cjs") {
        let why = format!("{path} is a program itself");
        return Some(Managed::unknown(started.place(at), &why));
    }
    let argv = started.argv;
    let rest = match manager {
        "pm2" => behind_dashes(argv.get(at..)?),
        _ => argv.get(at + 1..)?,
    };
    // pm2 has an interpreter for a script by how its name ends, and none for a program on the PATH.
    let program = manager == "pm2" && !path.is_empty() && !path.contains(['/', '.']);
    let mut words: Vec<Value> = (!program)
        .then(|| Value::text("node"))
        .into_iter()
        .collect();
    words.extend(argv.get(at).cloned());
    words.extend(rest.iter().cloned());
    Some(main(words, started.place(at)))
}

/// One command, which is what it is there for.
fn main(words: Vec<Value>, origin: Origin) -> Managed {
    let command = ChildCommand::Words(words);
    Managed::of(Child::new(command, origin, ChildManner::Main))
}

/// The words behind `--`.
fn behind_dashes(words: &[Value]) -> &[Value] {
    let dashes = words.iter().position(|word| word.is("--"));
    dashes.map_or(&[], |at| &words[at + 1..])
}

/// pm2's `{"apps": [{"script": "server.js"}]}`.
fn ecosystem(started: &Started<'_>, at: usize, path: &str) -> Managed {
    let path = started.state.absolute(path);
    let text = path.as_deref().and_then(|path| started.text_of(path));
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
