//! `reserved-port`: a port that the platform has for itself.

use std::collections::BTreeSet;

use super::listed::named;
use super::port::Served;
use super::subject::Subject;
use crate::finding::{Edit, Finding, Fix, Safety};
use crate::source::Origin;
use crate::target::Reserved;

const RULE: &str = "reserved-port";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut places: BTreeSet<Origin> = BTreeSet::new();
    let mut told: BTreeSet<u16> = BTreeSet::new();
    for served in &Served::all(subject) {
        let Some(port) = served.listener.port_number() else {
            continue;
        };
        let Some(reserved) = subject.target.reserved(port) else {
            continue;
        };
        told.insert(port);
        let finding = listens(subject, served, port, reserved);
        if places.insert(finding.origin) {
            findings.push(finding);
        }
    }
    // The platform opens what EXPOSE says, whoever listens there.
    if subject.target.ports.expose_ignored {
        return;
    }
    let base = subject.image.base_origin;
    let exposed = subject.image.config.exposed.iter();
    let open = exposed.filter(|exposed| exposed.tcp && !told.contains(&exposed.port));
    let mut taken: Vec<(Origin, &Reserved)> = open
        .filter_map(|exposed| {
            let reserved = subject.target.reserved(exposed.port)?;
            Some((exposed.origin.unwrap_or(base), reserved))
        })
        .collect();
    // Of a range, what is refused is said.
    taken.sort_by_key(|(origin, reserved)| (*origin, !reserved.refused));
    for (origin, reserved) in taken {
        if places.insert(origin) {
            findings.push(exposes(subject, origin, reserved));
        }
    }
}

/// A server on such a port.
fn listens(subject: &Subject<'_>, served: &Served<'_>, port: u16, reserved: &Reserved) -> Finding {
    let then = match reserved.refused {
        true => "a container that wants it is not started",
        false => "where that has it, bind ends with “Address already in use”",
    };
    let message = format!(
        "{} listens on port {port}, which is kept for {}: {then}.",
        served.title(),
        reserved.by
    );
    let finding = served.finding(subject, RULE, &served.listener.port, message);
    rated(finding, reserved).fix(moved(subject, served, port, reserved))
}

/// EXPOSE of such ports, where nothing is known to listen there.
fn exposes(subject: &Subject<'_>, origin: Origin, reserved: &Reserved) -> Finding {
    let exposed = subject.image.config.exposed.iter();
    let here = exposed.filter(|one| one.tcp && one.origin.unwrap_or(origin) == origin);
    let ports: BTreeSet<u16> = here
        .map(|exposed| exposed.port)
        .filter(|port| (reserved.first..=reserved.last).contains(port))
        .collect();
    let then = match reserved.refused {
        true => "a container that wants it is not started",
        false => "where that has it, nothing of the image can be reached there",
    };
    let is = if ports.len() == 1 { "is" } else { "are" };
    let message = format!(
        "the image EXPOSEs {}, which {is} kept for {}: {then}.",
        named(&ports),
        reserved.by
    );
    rated(subject.finding(RULE, origin, message), reserved)
}

/// Only what the platform refuses fails for sure: what has the other ports is not always there.
fn rated(mut finding: Finding, reserved: &Reserved) -> Finding {
    if !reserved.refused {
        finding.lower();
    }
    finding
}

/// The server that is meant goes to the port that is checked; where that is this very port, because
/// EXPOSE says it, both go to the one that counts where EXPOSE says nothing.
fn moved(
    subject: &Subject<'_>,
    served: &Served<'_>,
    port: u16,
    reserved: &Reserved,
) -> Option<Fix> {
    let meant = Served::of(subject)?;
    if !std::ptr::eq(meant.serving, served.serving) || meant.listener.port_number() != Some(port) {
        return None;
    }
    let checked = subject.checked_port()?;
    let says = checked == port;
    let wanted = match says {
        true => subject.target.port(std::iter::empty())?,
        false => checked,
    };
    let mut fix = served.on_port(subject, wanted)?;
    if says {
        fix.edits.extend(exposed_as(subject, port, wanted)?);
    }
    fix.reason = format!("port {port} is kept for {}", reserved.by);
    // What has the port may not be there, and then consumers find the server where it is now.
    if !reserved.refused {
        fix.safety = Safety::Unsafe;
    }
    Some(fix)
}

/// The EXPOSE of a port says another one; none where it is not the image's own, or says others too.
fn exposed_as(subject: &Subject<'_>, port: u16, wanted: u16) -> Option<Vec<Edit>> {
    let exposed = subject.image.config.exposed.iter();
    let here = exposed.filter(|exposed| exposed.tcp && exposed.port == port);
    here.map(|exposed| {
        let origin = exposed.origin?;
        let own = exposed.instruction.is_some_and(|at| subject.is_own(at));
        let mut all = subject.image.config.exposed.iter();
        let alone = all.all(|other| other.origin != Some(origin) || other.port == port);
        (own && alone).then(|| Edit {
            origin,
            replacement: wanted.to_string(),
        })
    })
    .collect()
}
