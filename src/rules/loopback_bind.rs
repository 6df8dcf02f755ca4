//! `loopback-bind`: the server can only be reached from inside the container.

use super::declared;
use super::port::{Served, told};
use super::subject::Subject;
use crate::finding::Finding;
use crate::launch::What;
use crate::programs::SetBy;

const RULE: &str = "loopback-bind";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let asked = subject.target.is_asked() && !subject.target.ports.checked_on_loopback;
    let served = Served::of(subject).filter(|served| asked && !served.serving.stands_in);
    let Some(served) = served else {
        return;
    };
    let mut listeners = served.serving.listening.listeners.iter();
    if !listeners.all(|listener| listener.loopback_only() == Some(true)) {
        return;
    }
    let checked = subject.checked_port();
    if checked.is_some_and(|port| declared::answers(subject, port)) {
        return;
    }
    let setting = &served.listener.address;
    // Whoever writes an address into the configuration hardly does so to keep the default; nor does one
    // who brings the file that is read, wherever the build has moved it.
    let unread = served.serving.listening.unread.as_deref();
    let brought = unread.is_some_and(|path| brings(subject, path));
    let known = subject.known();
    let configured = known.is_some_and(|known| known.is_configured_by_commands(What::Address));
    if setting.by == SetBy::Default && (configured || brought) {
        return;
    }
    let asks = subject.target.ports.asks_from_outside();
    let message = format!(
        "{} listens on {} only, and {asks}: it is refused.",
        served.title(),
        setting.value.as_deref().unwrap_or_default()
    );
    let finding = served.finding(subject, RULE, setting, message);
    let port = subject.checked_port().or(served.listener.port_number());
    let mended = port.and_then(|port| {
        let tells = served
            .serving
            .server
            .tell_address(&served.serving.listening, port);
        let title = format!("have {} listen on every address", served.title());
        let reason = format!("{asks} of the container");
        told(subject, served.serving, served.step, tells, title, reason)
    });
    findings.push(finding.fix(mended));
}

/// Whether the context has a file of this name, which the build copies somewhere.
fn brings(subject: &Subject<'_>, path: &str) -> bool {
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let mut copied = subject.image.copies.iter().flat_map(|copied| &copied.paths);
    !path.is_empty() && copied.any(|copied| name(copied) == name(path))
}
