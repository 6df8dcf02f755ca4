//! `file-capability`: setcap gives capabilities to a program that the launch needs.

use super::capable::{self, Capable};
use super::port::Served;
use super::subject::Subject;
use crate::eval::User;
use crate::finding::{Finding, Severity};
use crate::launch::LaunchStep;

const RULE: &str = "file-capability";

/// What listening on a low port needs.
pub(super) const BIND: &str = "NET_BIND_SERVICE";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for file in capable::files(subject) {
        if let Some(step) = capable::runner(subject, &file.path) {
            findings.push(finding(subject, &file, step));
        }
    }
}

fn finding(subject: &Subject<'_>, file: &Capable, step: &LaunchStep) -> Finding {
    let privileges = &subject.target.privileges;
    let user = &step.step.user;
    let path = &file.path;
    let names = list(&file.given.names);
    let usual = subject.target.severity(RULE).unwrap_or(Severity::Note);
    let at = (step, file.by);
    if *user == User::Root && withheld(subject, file).is_empty() {
        let message = format!(
            "{path} has {names} by setcap, and the process is root, which has that without: it only counts for another user."
        );
        return capable::needed(subject, RULE, at, Severity::Note, message);
    }
    if privileges.file_capabilities_honoured {
        let withheld = withheld(subject, file);
        if file.given.effective && !withheld.is_empty() {
            let message = format!(
                "{path} is to have {} from its start by setcap, which no process can have here: the kernel does not start it, “Operation not permitted”.",
                list(&withheld)
            );
            return capable::needed(subject, RULE, at, Severity::Error, message)
                .help("leave the capability out: without it the program starts, for root too");
        }
        let message = format!(
            "{path} has {names} by setcap alone, and {user:#} runs it. That counts here only as long as the platform lets a process gain privileges (no_new_privileges is off)."
        );
        return capable::needed(subject, RULE, at, usual, message);
    }
    match low_port(subject, file) {
        Some((title, port)) => {
            let message = format!(
                "{path} has {names} by setcap, which does not count here: {user:#} runs it, and {title} cannot listen on port {port}, “Permission denied”."
            );
            capable::needed(subject, RULE, at, Severity::Error, message).help(format!(
                "listen on a port from {} on",
                subject.target.ports.lowest_unprivileged
            ))
        }
        None => {
            let message = format!(
                "{path} has {names} by setcap, which does not count here: {user:#} runs it, and what it needs that for fails with “Operation not permitted”."
            );
            capable::needed(subject, RULE, at, usual, message)
                .help("run it in a way that needs no capability")
        }
    }
}

/// Those of its capabilities that no process can have on the target.
fn withheld(subject: &Subject<'_>, file: &Capable) -> Vec<String> {
    let names = file.given.names.iter();
    let names = names.filter(|name| !subject.target.has_capability(name));
    names.cloned().collect()
}

/// The server that listens on a low port by such a file, and the port.
fn low_port<'a>(subject: &Subject<'a>, file: &Capable) -> Option<(&'a str, u16)> {
    let lowest = subject.target.ports.lowest_unprivileged;
    let all = Served::all(subject);
    all.iter().filter(|_| file.has(BIND)).find_map(|served| {
        let port = served.listener.port_number()?;
        let own = port < lowest && served.step.step.user != User::Root;
        (own && capable::runs(subject, served.step, &file.path)).then(|| (served.title(), port))
    })
}

/// As setcap names them.
fn list(names: &[String]) -> String {
    let written = |name: &String| match name.as_str() {
        "ALL" => "all capabilities".to_owned(),
        name => format!("cap_{}", name.to_ascii_lowercase()),
    };
    let written: Vec<String> = names.iter().map(written).collect();
    written.join(", ")
}
