//! npm, yarn, pnpm and bun: the scripts of package.json.
//!
//! Sources: npm's documentation of `npm run-script` and of scripts, yarn's of `yarn run`, pnpm's of
//! `pnpm run`, bun's of `bun run`.

use std::rc::Rc;

use super::Started;
use super::files::{last, place, value};
use crate::eval::{Child, ChildCommand, ChildManner, Managed, ScriptText, Value};
use crate::source::Origin;
use crate::syntax::config::{self, Directive, Format, Text, unescaped};

/// Options that take a value in the next word.
const WITH_VALUE: &[&str] = &[
    "--prefix",
    "--cwd",
    "-C",
    "--dir",
    "-w",
    "--workspace",
    "--loglevel",
    "--filter",
];

pub(super) fn starts(started: &Started<'_>) -> Option<Managed> {
    let manager = started.text(0)?.rsplit('/').next().unwrap_or_default();
    let operands = started.operands(WITH_VALUE);
    let mut operands = operands.iter().copied();
    let first = operands.next()?;
    let (script, at) = match started.text(first)? {
        "run" | "run-script" => {
            let at = operands.next()?;
            (started.text(at)?, at)
        }
        script @ "start" => (script, first),
        // Other words are commands of npm's, and scripts for the others.
        "install" | "i" | "ci" | "add" | "remove" | "build" | "cache" | "config" | "global"
        | "list" | "init" | "exec" | "dlx" | "x" | "create" | "why" | "workspace"
        | "workspaces" | "upgrade" | "update" | "set" | "version" | "pm" => return None,
        _ if matches!(manager, "npm" | "bun") => return None,
        script => (script, first),
    };
    if started.has(&["-w", "--workspace", "--filter", "--workspaces"]) {
        let why = "which package of the workspace is meant is not known";
        return Some(Managed::unknown(started.place(at), why));
    }
    let folder = started
        .option(&["--prefix", "--cwd", "-C", "--dir"])
        .unwrap_or(".");
    let folder = started.state.absolute(folder);
    let path = folder
        .as_deref()
        .map(|folder| format!("{folder}/package.json"));
    let text = path.as_deref().and_then(|path| started.text_of(path));
    let (Some(folder), Some(text)) = (folder, text) else {
        let path = path.as_deref().unwrap_or("package.json");
        let why = format!("what is in {path} is not known");
        return Some(Managed::unknown(started.place(at), &why));
    };
    let directives: Vec<(Rc<ScriptText>, Directive)> =
        config::parse(Format::Json, text.text.text())
            .into_iter()
            .map(|directive| (text.clone(), directive))
            .collect();
    let own = |name: &str| {
        let (script, directive) = last(&directives, "scripts", name)?;
        let text = directive.arguments.first()?;
        Some((spelt(script, text), place(script, text.span)))
    };
    let mut managed = Managed::default();
    let mut push = |command: ChildCommand, origin: Origin, manner: ChildManner| {
        let mut child = Child::new(command, origin, manner);
        child.directory = Some(folder.clone());
        managed.children.push(child);
    };
    if let Some((line, origin)) = own(&format!("pre{script}")).filter(|_| manager != "pnpm") {
        push(ChildCommand::Text(line), origin, ChildManner::Before);
    }
    match own(script) {
        Some((mut line, origin)) => {
            for word in arguments(started, at, manager) {
                line.push_known(" ", None, false);
                line.push(word);
            }
            push(ChildCommand::Text(line), origin, ChildManner::Main);
        }
        None if script == "start" && manager == "npm" => {
            let words = vec![Value::text("node"), Value::text("server.js")];
            push(
                ChildCommand::Words(words),
                started.place(at),
                ChildManner::Main,
            );
        }
        // A program of one of its packages.
        None if matches!(manager, "yarn" | "pnpm") => {
            let words = started.argv.get(at..)?.to_vec();
            push(
                ChildCommand::Words(words),
                started.place(at),
                ChildManner::Main,
            );
        }
        None => {
            let why = format!("package.json has no script {script}");
            managed.gap(started.place(at), &why);
        }
    }
    Some(managed)
}

/// The words that go on to the script: npm's behind `--`.
fn arguments(started: &Started<'_>, at: usize, manager: &str) -> Vec<Value> {
    let rest = started.argv.get(at + 1..).unwrap_or_default();
    let marked = rest.iter().position(|word| word.is("--"));
    match (marked, manager) {
        (Some(mark), _) => rest[mark + 1..].to_vec(),
        (None, "npm") => rest
            .iter()
            .filter(|word| !word.known_prefix().starts_with('-'))
            .cloned()
            .collect(),
        (None, _) => rest.to_vec(),
    }
}

/// A string of JSON as a value: what stands there byte for byte, and each escape for itself.
fn spelt(script: &ScriptText, text: &Text) -> Value {
    let raw = script
        .text
        .text()
        .get(text.span.range())
        .unwrap_or_default();
    let mut whole = Value::default();
    for part in unescaped(raw, text.span.start as usize) {
        whole.push(value(script, &part));
    }
    whole
}
