//! `exposed-port`: EXPOSE does not say what the container answers on.

use std::collections::{BTreeMap, BTreeSet};

use super::declared;
use super::exposing;
use super::listed::listed;
use super::port::Served;
use super::subject::{Subject, fix};
use crate::finding::{Edit, Finding, Fix};
use crate::image::Exposed;
use crate::source::Origin;
use crate::target::Check;

const RULE: &str = "exposed-port";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if subject.target.ports.expose_ignored {
        ignored(subject, findings);
    } else if subject.target.ports.check == Check::All {
        unanswered(subject, findings);
    }
}

/// Whether there is something to say of ports on which nothing listens.
pub(super) fn speaks(subject: &Subject<'_>) -> bool {
    let mut findings = Vec::new();
    check(subject, &mut findings);
    !findings.is_empty()
}

/// Where every port that the image EXPOSEs has to answer: one that nothing listens on, beside the one
/// that counts.
fn unanswered(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(wanted) = subject.checked_port() else {
        return;
    };
    let all = Served::all(subject);
    let ports: Vec<Option<u16>> = all.iter().map(|one| one.listener.port_number()).collect();
    if !ports.contains(&Some(wanted)) || !subject.is_all_told() {
        return;
    }
    let is_silent = |one: &Exposed| one.tcp && !ports.contains(&Some(one.port));
    let mut places: BTreeMap<Origin, BTreeSet<u16>> = BTreeMap::new();
    let exposed = subject.image.config.exposed.iter();
    for one in exposed.filter(|one| is_silent(one)) {
        // What the base says is another matter: nobody can take it back.
        let Some(origin) = one.origin else { return };
        places.entry(origin).or_default().insert(one.port);
    }
    for (origin, ports) in places {
        let message = format!(
            "EXPOSE says {}, where nothing listens, and the health check asks for every port that is EXPOSEd: the container never becomes healthy.",
            listed(&ports)
        );
        let edits = exposing::without(subject, is_silent, None).unwrap_or_default();
        let reason = "every port that is EXPOSEd has to answer";
        let mended = fix("EXPOSE what is listened on alone", reason, edits);
        findings.push(subject.finding(RULE, origin, message).fix(mended));
    }
}

/// Where EXPOSE does not count, it tells people something else.
fn ignored(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
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
