//! `wrong-port`: the server listens on another port than the one that is checked.

use std::collections::BTreeSet;

use super::capable;
use super::declared::{self, Declared};
use super::exposing;
use super::file_capability::BIND;
use super::port::Served;
use super::subject::Subject;
use crate::eval::User;
use crate::finding::{Certainty, Finding, Severity};
use crate::launch::{is_told_elsewhere, may_both_answer};
use crate::programs::SetBy;
use crate::target::Check;

const RULE: &str = "wrong-port";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(wanted) = subject.checked_port().filter(|_| subject.target.is_asked()) else {
        return;
    };
    let all = Served::all(subject);
    let known = |served: &Served<'_>| served.listener.port_number().is_some();
    let meant = Served::of(subject).filter(|served| !served.serving.stands_in);
    // Where nothing is known of the one that is meant, another one may be that the image speaks of.
    let asks = meant.as_ref().is_some_and(|meant| !known(meant));
    let passed = match asks {
        true => Served::passed(subject),
        false => Vec::new(),
    };
    let mut others = all.iter().filter(|_| asks).chain(&passed);
    let other = others.find(|served| known(served) && is_meant(subject, served));
    if other.is_none()
        && let Some(declared) = declared::of(subject, wanted)
    {
        findings.push(said_only(subject, &declared, wanted));
        return;
    }
    let Some(served) = other.or(meant.as_ref()) else {
        return;
    };
    let Some(port) = served.listener.port_number() else {
        return;
    };
    let mut first = finding(subject, served, port, wanted);
    let setting = &served.listener.port;
    let unsure = subject
        .known()
        .is_none_or(|known| known.is_unsure(served.step, setting));
    let told = is_told_elsewhere(subject.image, setting, port, wanted);
    if port == wanted || unsure && told || declared::answers(subject, wanted) {
        return;
    }
    // Any of the listeners will do for the health check that it can reach; none where there are others.
    let reached = |served: &Served<'_>| served.listener.loopback_only() != Some(true);
    let some_reached = reached(served);
    let answers = |served: &&Served<'_>| served.listener.port_number() == Some(wanted);
    let mut answering = all.iter().filter(answers);
    if answering.any(|served| reached(served) || !some_reached) {
        return;
    }
    // Where the platform goes by EXPOSE, that is what is wrong, if the port can be had.
    let user = &served.step.step.user;
    let lowest = subject.target.ports.lowest_unprivileged;
    let may_have = |port: u16| {
        port >= lowest || *user == User::Root || capable::grants(subject, served.step, BIND)
    };
    let exposed = exposing::mended(subject, port).filter(|_| may_have(port));
    let stays = exposed.is_some();
    let moved = || served.on_port(subject, wanted);
    let mended = exposed.or_else(|| may_have(wanted).then(moved).flatten());
    let mut inherited = subject.image.config.exposed.iter();
    if !may_have(wanted) && inherited.any(|one| one.port == wanted && one.origin.is_none()) {
        first = first.help(exposing::INHERITED);
    }
    if may_both_answer(subject.image, subject.target, port, wanted) && !subject.is_all_told() {
        // That all of them are asked is what there is to say, and another rule says it.
        if subject.target.ports.check == Check::All {
            return;
        }
        first.message = format!(
            "{} listens on port {port}, and {wanted} is EXPOSEd as well, which counts: unless something listens there, too, nobody is answered.",
            served.title()
        );
        first.severity = first.severity.min(Severity::Warning);
        first.certainty = Certainty::Maybe;
        findings.push(first);
        return;
    }
    let first = first.fix(mended);
    let mut places = BTreeSet::from([first.origin]);
    findings.push(first);
    if stays {
        return;
    }
    // What else the image says is to be reached from outside is on another port too. What says so in a
    // configuration has to go there, line by line; all else that a server has on one port moves together.
    let mut told = vec![(served.serving.step, port)];
    for served in all.iter().filter(|served| is_meant(subject, served)) {
        let Some(port) = served.listener.port_number() else {
            continue;
        };
        let written = matches!(served.listener.port.by, SetBy::Config { .. });
        if !written && told.contains(&(served.serving.step, port)) {
            continue;
        }
        told.push((served.serving.step, port));
        let further = finding(subject, served, port, wanted);
        if places.insert(further.origin) {
            findings.push(further);
        }
    }
    for declared in declared::beside(subject, wanted) {
        if told.iter().all(|(_, port)| *port != declared.port) {
            findings.push(said_only(subject, &declared, wanted));
        }
    }
}

/// Whether the image exposes what a listener of a server listens on.
fn is_meant(subject: &Subject<'_>, served: &Served<'_>) -> bool {
    let port = served.listener.port_number();
    let mut exposed = subject.image.config.exposed.iter();
    // An image that says nothing of ports has them all in its configuration.
    let configured = subject.image.config.exposed.is_empty()
        && matches!(served.listener.port.by, SetBy::Config { .. });
    served.listener.loopback_only() != Some(true)
        && (configured || exposed.any(|exposed| exposed.tcp && Some(exposed.port) == port))
}

/// Whether there is something to say.
pub(super) fn speaks(subject: &Subject<'_>) -> bool {
    let mut findings = Vec::new();
    check(subject, &mut findings);
    !findings.is_empty()
}

/// A port that only EXPOSE says.
fn said_only(subject: &Subject<'_>, declared: &Declared, wanted: u16) -> Finding {
    let Declared { program, port, .. } = declared;
    let (said, asked) = match declared.tcp {
        true => ("port", "port"),
        false => ("UDP port", "TCP port"),
    };
    let message = format!(
        "{program} is said to listen on {said} {port}, but {}",
        asks(subject, asked, wanted)
    );
    let mut finding = subject.finding(RULE, declared.place, message);
    finding.lower();
    finding.certainty = Certainty::Maybe;
    finding.related(Some(declared.exposed), "EXPOSE says so")
}

/// Who asks for the port, and what comes of it.
fn asks(subject: &Subject<'_>, port: &str, wanted: u16) -> String {
    let ports = &subject.target.ports;
    let end = match ports.check {
        Check::None => "nobody answers them",
        Check::First | Check::All => "the container never becomes healthy",
    };
    format!("{}: {end}.", ports.asks_for(&format!("{port} {wanted}")))
}

fn finding(subject: &Subject<'_>, served: &Served<'_>, port: u16, wanted: u16) -> Finding {
    let message = format!(
        "{} listens on port {port}, but {}",
        served.title(),
        asks(subject, "port", wanted)
    );
    let setting = &served.listener.port;
    let mut finding = served.finding(subject, RULE, setting, message);
    if subject.target.ports.check == Check::None {
        finding.lower();
    }
    // A variable of the image that says the same is where the start takes the port from.
    let itself = setting.by == SetBy::Default;
    if let Some(place) = declared::variable(subject, port).filter(|_| itself) {
        finding.origin = place;
    }
    finding
}
