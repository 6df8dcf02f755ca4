//! `privileged-port`: the server listens on a port that only root may take.

use super::port::Served;
use super::subject::Subject;
use crate::eval::User;
use crate::finding::Finding;

const RULE: &str = "privileged-port";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(served) = Served::of(subject) else {
        return;
    };
    let lowest = subject.target.ports.lowest_unprivileged;
    let user = &served.launch.user;
    let port = served.listener.port_number();
    let Some(port) = port.filter(|port| *port < lowest && *user != User::Root) else {
        return;
    };
    let message = format!(
        "{} cannot listen on port {port}: {user} may take ports from {lowest} on, bind ends with “Permission denied”.",
        served.title()
    );
    let finding = served.finding(subject, RULE, &served.listener.port, message);
    let mended = subject
        .checked_port()
        .and_then(|port| served.on_port(subject, port));
    findings.push(finding.fix(mended));
}
