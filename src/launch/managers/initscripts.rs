//! `service NAME start` and `/etc/init.d/NAME start`: the server that a distribution's script starts.

use super::Started;
use crate::eval::{Child, ChildCommand, ChildManner, Managed, Value};
use crate::programs::programs;

/// Scripts whose name is not the program's, from the packages of Debian, Ubuntu and CentOS.
const NAMED: &[(&str, &str)] = &[
    ("mysql", "mysqld"),
    ("mariadb", "mysqld"),
    ("postgresql", "postgres"),
    ("mongodb", "mongod"),
    ("ssh", "sshd"),
    ("redis", "redis-server"),
];

/// `service NAME start`
pub(super) fn service(started: &Started<'_>) -> Option<Managed> {
    let operands = started.operands(&[]);
    let (name, action) = (*operands.first()?, *operands.get(1)?);
    server(started, started.text(name)?, started.text(action)?, name)
}

/// `/etc/init.d/NAME start`
pub(super) fn script(started: &Started<'_>) -> Option<Managed> {
    let name = started.text(0)?.rsplit('/').next()?;
    server(started, name, started.text(1)?, 0)
}

fn server(started: &Started<'_>, name: &str, action: &str, at: usize) -> Option<Managed> {
    if !matches!(action, "start" | "restart" | "reload" | "force-reload") {
        return None;
    }
    let named = NAMED.iter().find(|(script, _)| *script == name);
    let program = named.map_or(name, |(_, program)| program);
    // Its words are the script's own, so that there is nothing to add to them.
    programs().server(&[Some(program)])?;
    let command = ChildCommand::Words(vec![Value::text(program)]);
    let child = Child::new(command, started.place(at), ChildManner::Beside);
    Some(Managed::of(child))
}
