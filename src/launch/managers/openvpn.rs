//! openvpn: the scripts that it runs while it opens and closes its tunnel.
//!
//! Source: openvpn(8), "Scripting integration".

use super::Started;
use super::files::value;
use super::words::split;
use crate::eval::{Child, ChildCommand, ChildManner, Managed, Value};
use crate::finding::Certainty;
use crate::source::Origin;
use crate::syntax::config::{self, Format};

/// What is run when the tunnel is there.
const OPENS: &[&str] = &["up", "route-up", "ipchange"];

/// What is run at its end, or for each who connects.
const LATER: &[&str] = &[
    "down",
    "route-pre-down",
    "client-connect",
    "client-disconnect",
    "learn-address",
    "auth-user-pass-verify",
];

pub(super) fn starts(started: &Started<'_>) -> Option<Managed> {
    let mut managed = Managed::default();
    let told = |name: &str| {
        let option = format!("--{name}");
        let mut words = started.texts.iter();
        let at = words.position(|word| word.as_deref() == Some(option.as_str()))?;
        Some((started.argv.get(at + 1)?.clone(), started.place(at + 1)))
    };
    let file = started.option(&["--config"]);
    let file = file.and_then(|path| started.state.absolute(path));
    let script = file.and_then(|path| started.text_of(&path));
    let directives = script.as_ref().map_or_else(Vec::new, |script| {
        config::parse(Format::Lines, script.text.text())
    });
    let configured = |name: &str| {
        let mut found = directives.iter().rev();
        let directive = found.find(|directive| directive.name == name)?;
        let text = value(script.as_ref()?, directive.arguments.first()?);
        let origin = text.origin().unwrap_or(started.origin);
        Some((text, origin))
    };
    let names = OPENS.iter().map(|name| (*name, Certainty::Always));
    let later = LATER.iter().map(|name| (*name, Certainty::Maybe));
    for (name, certainty) in names.chain(later) {
        if let Some((line, origin)) = told(name).or_else(|| configured(name)) {
            managed.children.extend(child(&line, origin, certainty));
        }
    }
    (!managed.children.is_empty()).then_some(managed)
}

fn child(line: &Value, origin: Origin, certainty: Certainty) -> Option<Child> {
    let words = split(line).filter(|words| !words.is_empty())?;
    let child = Child::new(ChildCommand::Words(words), origin, ChildManner::Beside);
    Some(Child { certainty, ..child })
}
