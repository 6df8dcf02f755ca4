//! `udp-port`: EXPOSE of UDP, which the platform does not open.

use std::collections::BTreeSet;

use super::listed::named;
use super::subject::Subject;
use crate::finding::Finding;
use crate::image::Exposed;
use crate::source::Origin;
use crate::target::Check;

const RULE: &str = "udp-port";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let exposed = subject.image.config.exposed.iter();
    let udp: Vec<&Exposed> = exposed.filter(|exposed| !exposed.tcp).collect();
    let mut places: Vec<Origin> = udp.iter().filter_map(|exposed| exposed.origin).collect();
    places.dedup();
    let Some((first, further)) = places.split_first() else {
        return;
    };
    let ports: BTreeSet<u16> = udp.iter().map(|exposed| exposed.port).collect();
    let message = format!(
        "nothing reaches UDP {}: the platform opens TCP ports alone.{}",
        named(&ports),
        instead(subject)
    );
    let mut finding = subject.finding(RULE, *first, message);
    for place in further {
        finding = finding.related(Some(*place), "this is of UDP as well");
    }
    findings.push(finding);
}

/// What the platform asks for where the image has no port of TCP that it could ask for.
fn instead(subject: &Subject<'_>) -> String {
    let ports = &subject.target.ports;
    let counts = ports.check != Check::None && !ports.expose_ignored;
    let asked = subject.checked_port();
    match asked.filter(|_| counts && subject.image.tcp_ports().next().is_none()) {
        Some(port) => {
            format!(" As the image EXPOSEs none of TCP, the health check asks for port {port}.")
        }
        None => String::new(),
    }
}
