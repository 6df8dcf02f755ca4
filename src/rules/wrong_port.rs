//! `wrong-port`: the server listens on another port than the one that is checked.

use super::port::Served;
use super::subject::Subject;
use crate::finding::Finding;

const RULE: &str = "wrong-port";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(served) = Served::of(subject).filter(|served| !served.serving.stands_in) else {
        return;
    };
    let setting = &served.listener.port;
    let Some((port, wanted)) = served.listener.port_number().zip(subject.checked_port()) else {
        return;
    };
    // Any of its listeners will do for the health check.
    let mut listeners = served.serving.listening.listeners.iter();
    if listeners.any(|listener| listener.port_number() == Some(wanted)) {
        return;
    }
    let message = format!(
        "{} listens on port {port}, but the health check asks for port {wanted}: the container never becomes healthy.",
        served.title()
    );
    let finding = served.finding(subject, RULE, setting, message);
    findings.push(finding.fix(served.on_port(subject, wanted)));
}
