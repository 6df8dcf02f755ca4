//! confd: the files that its templates become, and what it runs when one of them has changed.
//!
//! Source: kelseyhightower/confd, `docs/template-resources.md` and `docs/command-line-flags.md`.

use super::Started;
use super::files::{place, value};
use crate::eval::{Child, ChildCommand, ChildManner, Managed, Value};
use crate::syntax::config::{self, Directive, Format};

/// Where it looks for its templates without being told.
const FOLDER: &str = "/etc/confd";

pub(super) fn starts(started: &Started<'_>) -> Option<Managed> {
    if started.has(&[
        "-version",
        "--version",
        "-h",
        "-help",
        "--help",
        "-noop",
        "--noop",
    ]) {
        return None;
    }
    let folder = started.option(&["-confdir", "--confdir"]).unwrap_or(FOLDER);
    let folder = started.state.absolute(folder)?;
    let mut managed = Managed::default();
    for path in started.matching(&format!("{folder}/conf.d/*.toml")) {
        let Some(script) = started.text_of(&path) else {
            continue;
        };
        let directives = config::parse(Format::Ini, script.text.text());
        let found = |name: &str| {
            let of_template = |directive: &&Directive| {
                directive
                    .path
                    .first()
                    .is_some_and(|part| part == "template")
                    && directive.name == name
            };
            let directive = directives.iter().find(of_template)?;
            Some((directive, directive.arguments.first()?))
        };
        if let Some((_, dest)) = found("dest") {
            let dest = unquoted(&Value::text(&dest.text)).known();
            managed
                .writes
                .extend(dest.and_then(|path| started.state.absolute(&path)));
        }
        for name in ["check_cmd", "reload_cmd"] {
            let Some((directive, text)) = found(name) else {
                continue;
            };
            let command = unquoted(&value(&script, text));
            let origin = place(&script, directive.span);
            let child = Child::new(ChildCommand::Text(command), origin, ChildManner::Beside);
            managed.children.push(child);
        }
    }
    if managed.writes.is_empty() && managed.children.is_empty() {
        managed.gap(started.origin, "no template of confd's is known");
    }
    Some(managed)
}

/// A string of TOML without its quotes.
fn unquoted(text: &Value) -> Value {
    let known = text.known().unwrap_or_default();
    let quoted = ['"', '\'']
        .iter()
        .any(|quote| known.len() > 1 && known.starts_with(*quote) && known.ends_with(*quote));
    match quoted {
        true => text.slice(1..known.len() - 1).unwrap_or_default(),
        false => text.clone(),
    }
}
