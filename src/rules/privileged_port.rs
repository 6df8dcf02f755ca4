//! `privileged-port`: the server listens on a port that only root may take.

use super::port::{is_sure, place, served, told};
use super::subject::Subject;
use crate::eval::User;
use crate::finding::{Certainty, Finding};

const RULE: &str = "privileged-port";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some((launch, serving, step, listener)) = served(subject) else {
        return;
    };
    let lowest = subject.target.ports.lowest_unprivileged;
    let Some(port) = listener
        .port_number()
        .filter(|port| *port < lowest && launch.user != User::Root)
    else {
        return;
    };
    let title = &serving.server.title;
    let message = format!(
        "{title} cannot listen on port {port}: {} may take ports from {lowest} on, bind ends with “Permission denied”.",
        launch.user
    );
    let mut finding = subject.finding(RULE, place(subject, step, &listener.port.by), message);
    if !is_sure(subject, step, &listener.port) || step.step.surely == Certainty::Maybe {
        finding.lower();
        finding.certainty = Certainty::Maybe;
    }
    let wanted = subject.checked_port().unwrap_or(8080);
    let tells = serving.server.tell(&serving.listening, wanted);
    let reason = format!("the health check asks for port {wanted}");
    findings.push(finding.fix(told(
        subject,
        step,
        tells,
        format!("have {title} listen on port {wanted}"),
        reason,
    )));
}
