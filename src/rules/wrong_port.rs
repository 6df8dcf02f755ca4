//! `wrong-port`: the server listens on another port than the one that is checked.

use super::port::{is_sure, place, served, told};
use super::subject::Subject;
use crate::finding::{Certainty, Finding};

const RULE: &str = "wrong-port";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some((_, serving, step, listener)) = served(subject) else {
        return;
    };
    let Some((port, wanted)) = listener.port_number().zip(subject.checked_port()) else {
        return;
    };
    // Any of its listeners will do for the health check.
    if serving
        .listening
        .listeners
        .iter()
        .any(|listener| listener.port_number() == Some(wanted))
    {
        return;
    }
    let title = &serving.server.title;
    let message = format!(
        "{title} listens on port {port}, but the health check asks for port {wanted}: the container never becomes healthy."
    );
    let mut finding = subject.finding(RULE, place(subject, step, &listener.port.by), message);
    if !is_sure(subject, step, &listener.port) || step.step.surely == Certainty::Maybe {
        finding.lower();
        finding.certainty = Certainty::Maybe;
    }
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
