//! `service NAME start` and `/etc/init.d/NAME start`: the server that a distribution's script starts.

use super::Started;
use crate::eval::{Child, ChildCommand, ChildManner, Managed, Value};
use crate::programs::{CommandKind, programs};

/// Scripts whose name is not the program's, from the packages of Debian, Ubuntu and CentOS, and with
/// which words they start it where these say more than its configuration does.
const NAMED: &[(&str, &[&str])] = &[
    ("mysql", &["mysqld"]),
    ("mariadb", &["mysqld"]),
    ("postgresql", &["postgres"]),
    ("mongodb", &["mongod"]),
    ("ssh", &["sshd"]),
    ("redis", &["redis-server"]),
    ("rsyslog", &["rsyslogd"]),
    ("postfix", &["postfix", "start"]),
    // Debian's fcgiwrap 1.1.0.
    (
        "fcgiwrap",
        &[
            "spawn-fcgi",
            "-P",
            "/var/run/fcgiwrap.pid",
            "-s",
            "/var/run/fcgiwrap.socket",
            "/usr/sbin/fcgiwrap",
        ],
    ),
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
    if !matches!(action, "start" | "restart") {
        return None;
    }
    let named = NAMED.iter().find(|(script, _)| *script == name);
    let own = [name];
    let words = named.map_or(&own[..], |(_, words)| words);
    let argv: Vec<Option<&str>> = words.iter().copied().map(Some).collect();
    // What is known of neither as a server nor for what it writes says nothing.
    let writes = || {
        let command = programs().command(words.first().copied().unwrap_or_default());
        command.is_some_and(|command| command.kind == CommandKind::Write)
    };
    if programs().server(&argv).is_none() && !writes() {
        return None;
    }
    let words = words.iter().copied().map(Value::text);
    let command = ChildCommand::Words(words.collect());
    let child = Child::new(command, started.place(at), ChildManner::Beside);
    Some(Managed::of(child))
}
