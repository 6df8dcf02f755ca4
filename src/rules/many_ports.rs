//! `many-ports`: several TCP ports are EXPOSEd, and only one is the one that counts.

use std::collections::BTreeSet;

use super::declared;
use super::exposing;
use super::listed::{listed, named};
use super::port::Served;
use super::subject::Subject;
use super::{exposed_port, wrong_port};
use crate::finding::{Finding, Fix, Safety};
use crate::image::Exposed;
use crate::target::Check;

const RULE: &str = "many-ports";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let ports = Ports::of(subject);
    let Some(checked) = subject.checked_port().filter(|_| ports.all.len() > 1) else {
        return;
    };
    let finding = match subject.target.ports.expose_ignored {
        true => unreachable(subject, &ports, checked),
        false => counted(subject, &ports, checked),
    };
    findings.extend(finding);
}

/// The TCP ports of an image.
struct Ports<'a> {
    /// What EXPOSE says of them; that of the base only where EXPOSE counts, since nobody can take it
    /// back.
    exposed: Vec<&'a Exposed>,
    /// All of them.
    all: BTreeSet<u16>,
    /// Those that a server of the image listens on, where others reach it.
    served: BTreeSet<u16>,
}

impl<'a> Ports<'a> {
    fn of(subject: &Subject<'a>) -> Self {
        let counts = !subject.target.ports.expose_ignored;
        let exposed = subject.image.config.exposed.iter();
        let exposed: Vec<&Exposed> = exposed
            .filter(|exposed| exposed.tcp && (counts || exposed.origin.is_some()))
            .collect();
        let servers = Served::all(subject);
        let reached = servers
            .iter()
            .filter(|served| served.listener.loopback_only() != Some(true));
        Self {
            all: exposed.iter().map(|exposed| exposed.port).collect(),
            served: reached
                .filter_map(|served| served.listener.port_number())
                .collect(),
            exposed,
        }
    }

    fn all_served(&self) -> bool {
        self.all.is_subset(&self.served)
    }
}

/// Where EXPOSE does not count: what of it is out of reach.
fn unreachable(subject: &Subject<'_>, ports: &Ports<'_>, checked: u16) -> Option<Finding> {
    // What the one that counts is served on now: it has to go to the port that is checked.
    let meant = match ports.all.contains(&checked) {
        true => checked,
        false => {
            let served = Served::of(subject).and_then(|served| served.listener.port_number());
            let said = || declared::of(subject, checked).map(|declared| declared.port);
            // That EXPOSE as a whole says other ports is another matter.
            served.filter(|port| *port != checked).or_else(said)?
        }
    };
    let others: BTreeSet<u16> = ports.all.iter().copied().filter(|p| *p != meant).collect();
    let place = first_of(ports, &others)?;
    let message = format!(
        "nothing reaches {} of the container: the platform opens port {checked} and no other.",
        named(&others)
    );
    let keep = BTreeSet::from([checked]);
    let mended = ports
        .all
        .contains(&checked)
        .then(|| mend(subject, ports, &keep));
    let finding = subject.finding(RULE, place.origin?, message);
    Some(finding.fix(mended.flatten()))
}

/// Where EXPOSE counts: which ports have to answer, and where requests go.
fn counted(subject: &Subject<'_>, ports: &Ports<'_>, checked: u16) -> Option<Finding> {
    let others: BTreeSet<u16> = (ports.all.iter().copied())
        .filter(|port| *port != checked)
        .collect();
    let unserved: BTreeSet<u16> = ports.all.difference(&ports.served).copied().collect();
    // That nothing listens on the others is said already.
    let told = unserved == BTreeSet::from([checked]) && wrong_port::speaks(subject);
    if told || exposed_port::speaks(subject) {
        return None;
    }
    let place = first_of(ports, &unserved).or_else(|| first_of(ports, &others));
    let place = place.or_else(|| first_of(ports, &ports.all));
    let origin = place.and_then(|exposed| exposed.origin);
    let origin = origin.unwrap_or(subject.image.base_origin);
    let asks = subject.target.ports.check == Check::All && !ports.all_served();
    let message = match asks {
        true => format!(
            "the health check asks for every TCP port that the image EXPOSEs, {}, and the container is only healthy once all of them answer; requests and $PORT go to the lowest, {checked}.",
            listed(&ports.all),
        ),
        false => format!(
            "port {checked} is the one that counts, the lowest that the image EXPOSEs: $PORT and the route of the app are about it, and only a route of its own leads to {}.",
            listed(&others),
        ),
    };
    let mut finding = subject.finding(RULE, origin, message);
    if !asks {
        finding.lower();
        return Some(finding);
    }
    let inherited: BTreeSet<u16> = (ports.exposed.iter())
        .filter(|exposed| exposed.origin.is_none())
        .map(|exposed| exposed.port)
        .collect();
    if inherited.is_empty() {
        finding = finding.help("EXPOSE the one port that requests go to");
    } else {
        let said = format!("the base EXPOSEs {}", listed(&inherited));
        let base = Some(subject.image.base_origin).filter(|base| *base != origin);
        finding = finding.related(base, said).help(exposing::INHERITED);
    }
    let keep = ports.all.intersection(&ports.served).copied().collect();
    Some(finding.fix(mend(subject, ports, &keep)))
}

/// The first EXPOSE of the Dockerfile that says one of these ports.
fn first_of<'a>(ports: &Ports<'a>, wanted: &BTreeSet<u16>) -> Option<&'a Exposed> {
    let mut own = ports.exposed.iter().copied();
    own.find(|exposed| exposed.origin.is_some() && wanted.contains(&exposed.port))
}

/// Keeps these ports alone, where that is the end of the matter: what the base or another stage says
/// stays.
fn mend(subject: &Subject<'_>, ports: &Ports<'_>, keep: &BTreeSet<u16>) -> Option<Fix> {
    let is_own = |exposed: &&&Exposed| exposed.instruction.is_some_and(|at| subject.is_own(at));
    let left = ports.exposed.iter().filter(|exposed| !is_own(exposed));
    let left = left.map(|exposed| exposed.port);
    let left: BTreeSet<u16> = left.chain(keep.iter().copied()).collect();
    if keep.is_empty() || left.len() > 1 && !left.is_subset(&ports.served) {
        return None;
    }
    let edits = exposing::without(subject, |one| one.tcp && !keep.contains(&one.port), None)?;
    Some(Fix {
        title: format!("EXPOSE {} alone", listed(keep)),
        reason: "the health check asks for every port that is EXPOSEd".to_owned(),
        safety: Safety::Unsafe,
        edits,
    })
}
