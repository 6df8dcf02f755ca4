//! The script that a base image brings and starts: what it makes of its words.

use super::super::host::LaunchHost;
use super::Started;
use crate::eval::{Child, ChildCommand, ChildManner, Managed, User, Value};
use crate::programs::programs;

/// Whether a program has the name of the base's script: its ENTRYPOINT, or its CMD where it has no
/// ENTRYPOINT and the CMD is known to be a script.
pub(super) fn is_entrypoint(host: &LaunchHost<'_>, name: &str) -> bool {
    let own = host.image.base.and_then(|base| match &base.script {
        Some(_) if base.entrypoint.is_empty() => base.cmd.first(),
        _ => base.entrypoint.last(),
    });
    own.is_some_and(|own| own.rsplit('/').next() == Some(name))
}

pub(super) fn starts(started: &Started<'_>) -> Option<Managed> {
    let base = started.host.image.base?;
    let word = started.text(0)?;
    let name = word.rsplit('/').next().unwrap_or_default();
    let path = match word.contains('/') {
        true => started.state.absolute(word),
        false => started.found(word),
    };
    let files = &started.host.image.files;
    // The build has put another one in its place.
    if path.is_some_and(|path| files.get(&path).is_some_and(|node| node.made.is_some())) {
        return None;
    }
    // A server that is known by its name is no script to be followed.
    let texts: Vec<Option<&str>> = started.texts.iter().map(Option::as_deref).collect();
    if programs().server(&texts).is_some() {
        return None;
    }
    let Some(runs) = &base.script else {
        let why = format!("{name} is the base image's, and what it does is not known");
        return Some(Managed::unknown(started.origin, &why));
    };
    let mut words: Vec<Value> = started.argv.get(1..).unwrap_or_default().to_vec();
    let first = words.first().and_then(Value::known);
    let completes = match &first {
        Some(first) => {
            first.starts_with('-')
                || runs
                    .suffixes
                    .iter()
                    .any(|end| first.ends_with(end.as_str()))
        }
        None => words.is_empty(),
    };
    if completes {
        let program = runs.program.iter().map(|word| Value::text(word));
        words = program.chain(words).collect();
    }
    if words.is_empty() {
        return None;
    }
    // The words that the script puts before the image's own are written nowhere.
    let origin = words.iter().find_map(Value::origin);
    let command = ChildCommand::Words(words);
    let mut child = Child::new(command, origin.unwrap_or(started.origin), ChildManner::Main);
    let serves = match &child.command {
        ChildCommand::Words(words) => runs.program.first().is_some_and(|p| words[0].is(p)),
        ChildCommand::Text(_) => false,
    };
    // As root it goes on as an account of its own, and only then.
    if let (User::Root, Some(account), true) = (&started.state.user, &runs.account, serves) {
        let host = started.host;
        if host.target.can_switch_user(&started.state.user, false) {
            child.user = Some(User::Account(account.as_str().into()));
        }
    }
    Some(Managed::of(child))
}
