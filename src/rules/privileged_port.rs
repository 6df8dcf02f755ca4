//! `privileged-port`: a server listens on a port that only root may take.

use std::collections::BTreeSet;

use super::capable;
use super::exposing;
use super::file_capability::BIND;
use super::port::Served;
use super::subject::Subject;
use crate::eval::User;
use crate::finding::{Finding, Fix};
use crate::source::Origin;

const RULE: &str = "privileged-port";

/// What is added to a port below 1024 that is not the one that is checked: 443 becomes 8443.
const ABOVE: u16 = 8000;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut places: BTreeSet<Origin> = BTreeSet::new();
    // Where one listener cannot have its port, the server as a whole does not start.
    let all = Served::all(subject);
    for served in &all {
        let lowest = subject.target.ports.lowest_unprivileged;
        let user = &served.step.step.user;
        let port = served.listener.port_number();
        let Some(port) = port.filter(|port| *port < lowest && *user != User::Root) else {
            continue;
        };
        if capable::grants(subject, served.step, BIND) {
            continue;
        }
        let message = format!(
            "{} cannot listen on port {port}: {user:#} may take ports from {lowest} on, bind ends with “Permission denied”.",
            served.title()
        );
        let finding = served.finding(subject, RULE, &served.listener.port, message);
        let guess = subject.known().is_some_and(|known| {
            known.is_guess(served.step, &served.listener.port, subject.target)
        });
        if guess || !places.insert(finding.origin) {
            continue;
        }
        let mended = wanted(subject, served, port).and_then(|port| moved(subject, served, port));
        let help = format!("have it listen on a port from {lowest} on");
        findings.push(finding.help(help).fix(mended));
    }
}

/// The server on another port, and EXPOSE with it where the platform goes by that.
fn moved(subject: &Subject<'_>, served: &Served<'_>, port: u16) -> Option<Fix> {
    let mut mended = served.on_port(subject, port)?;
    if subject.target.is_asked()
        && subject.checked_port() != Some(port)
        && is_first(subject, served)
    {
        mended.edits.extend(exposing::edits(subject, port)?);
    }
    Some(mended)
}

/// Whether a listener is the first of the server that counts.
fn is_first(subject: &Subject<'_>, served: &Served<'_>) -> bool {
    let main = subject.launch.and_then(|launch| launch.serving.as_ref());
    main.is_some_and(|main| {
        let first = main.listening.primary();
        std::ptr::eq(main, served.serving)
            && first.is_some_and(|first| first.port_number() == served.listener.port_number())
    })
}

/// The port that a listener is moved to: the first of the server that counts to the one that is
/// checked, another one to a port of its own.
fn wanted(subject: &Subject<'_>, served: &Served<'_>, port: u16) -> Option<u16> {
    let moved = port.checked_add(ABOVE)?;
    let lowest = subject.target.ports.lowest_unprivileged;
    match subject.checked_port().filter(|port| *port >= lowest) {
        Some(checked) if is_first(subject, served) => Some(checked),
        Some(checked) if checked == moved => moved.checked_add(1),
        _ => Some(moved),
    }
}
