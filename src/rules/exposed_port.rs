//! `exposed-port`: EXPOSE does not say what the container answers on.

use super::declared;
use super::port::Served;
use super::subject::{Subject, fix};
use crate::finding::{Edit, Finding, Fix};
use crate::image::Exposed;

const RULE: &str = "exposed-port";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(wanted) = subject.checked_port() else {
        return;
    };
    let exposed: Vec<&Exposed> = subject
        .image
        .config
        .exposed
        .iter()
        .filter(|e| e.tcp && e.origin.is_some())
        .collect();
    if exposed.is_empty() || exposed.iter().any(|exposed| exposed.port == wanted) {
        return;
    }
    // A server on another port is told so by the rule about that; EXPOSE is right about it until then.
    let listens = Served::of(subject).and_then(|served| served.listener.port_number());
    if listens.is_some_and(|port| port != wanted) {
        return;
    }
    if declared::of(subject, wanted).is_some() {
        return;
    }
    let Some(origin) = exposed.first().and_then(|exposed| exposed.origin) else {
        return;
    };
    let ports: Vec<String> = exposed
        .iter()
        .map(|exposed| exposed.port.to_string())
        .collect();
    let message = format!(
        "EXPOSE says {}, but the container has to answer on port {wanted}; EXPOSE itself does not count here.",
        ports.join(", ")
    );
    let mended = listens
        .is_some()
        .then(|| mend(subject, &exposed, wanted))
        .flatten();
    findings.push(subject.finding(RULE, origin, message).fix(mended));
}

fn mend(subject: &Subject<'_>, exposed: &[&Exposed], wanted: u16) -> Option<Fix> {
    let last = exposed.iter().rev().find(|exposed| {
        exposed
            .instruction
            .is_some_and(|number| subject.is_own(number))
    })?;
    let origin = last.origin?;
    let several = exposed.len() > 1;
    let replacement = if several {
        format!(
            "{} {wanted}",
            subject.text(origin.source).slice(origin.span)
        )
    } else {
        wanted.to_string()
    };
    fix(
        format!("EXPOSE {wanted}"),
        format!("the container answers on port {wanted}"),
        vec![Edit {
            origin,
            replacement,
        }],
    )
}
