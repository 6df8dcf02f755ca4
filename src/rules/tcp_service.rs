//! `tcp-service`: the server speaks no HTTP, which is what routes are made for.

use super::at_server;
use super::port::Served;
use super::subject::Subject;
use crate::finding::Finding;
use crate::programs::Protocol;

const RULE: &str = "tcp-service";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let meant = Served::of(subject).filter(|served| !served.serving.stands_in);
    let Some(served) = meant.filter(|served| is_of_tcp(served)) else {
        return;
    };
    let message = format!(
        "{} speaks no HTTP: a route, which hands on HTTP requests, does not reach it.",
        served.title()
    );
    let finding = at_server::finding(subject, RULE, served.serving, message);
    findings.extend(finding.map(|finding| finding.help(subject.target.routing.tcp.clone())));
}

/// Whether a server waits for what is not HTTP. One that may as well be a client only does where it is
/// told a port.
fn is_of_tcp(served: &Served<'_>) -> bool {
    let server = served.serving.server;
    let waits = !server.if_told || served.listener.port_number().is_some();
    server.protocol == Protocol::Tcp && waits && served.listener.loopback_only() != Some(true)
}
