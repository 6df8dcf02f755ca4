//! `loopback-bind`: the server can only be reached from inside the container.

use super::port::{is_sure, place, served, told};
use super::subject::Subject;
use crate::finding::{Certainty, Finding};

const RULE: &str = "loopback-bind";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some((_, serving, step, listener)) = served(subject) else {
        return;
    };
    let loopback = serving
        .listening
        .listeners
        .iter()
        .all(|listener| listener.loopback_only() == Some(true));
    if !loopback || subject.target.ports.checked_on_loopback {
        return;
    }
    let title = &serving.server.title;
    let address = listener.address.value.as_deref().unwrap_or_default();
    let message = format!(
        "{title} listens on {address} only, and the health check comes from outside: it is refused."
    );
    let mut finding = subject.finding(RULE, place(subject, step, &listener.address.by), message);
    if !is_sure(subject, step, &listener.address) || step.step.surely == Certainty::Maybe {
        finding.lower();
        finding.certainty = Certainty::Maybe;
    }
    let port = subject
        .checked_port()
        .or(listener.port_number())
        .unwrap_or(8080);
    let tells = serving.server.tell_address(&serving.listening, port);
    let reason = "the health check comes from outside of the container".to_owned();
    findings.push(finding.fix(told(
        subject,
        step,
        tells,
        format!("have {title} listen on every address"),
        reason,
    )));
}
