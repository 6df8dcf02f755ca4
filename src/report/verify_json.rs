//! `verify --format json`

use std::net::IpAddr;

use serde::Serialize;

use super::model::{ReportedProblem, SCHEMA};
use super::{Said, Verified, json};
use crate::problem::Problem;
use crate::verify::Verdict;

/// So many lines of the log are told.
const LINES: usize = 40;

#[derive(Serialize)]
struct Verify<'a> {
    schema: u32,
    engine: Option<Engine<'a>>,
    healthy: bool,
    results: Vec<Tried<'a>>,
    problems: Vec<ReportedProblem>,
}

#[derive(Serialize)]
struct Engine<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Tried<'a> {
    image: &'a str,
    dockerfile: Option<&'a str>,
    fixed: bool,
    target: &'a str,
    healthy: bool,
    verdict: &'a str,
    why: Option<&'a str>,
    status: Option<i32>,
    answered: bool,
    seconds: f64,
    address: Option<String>,
    ports: &'a [u16],
    silent: Vec<Silent<'a>>,
    listeners: Vec<Listener>,
    question: Option<Asked>,
    log: Vec<&'a str>,
    finding: Option<&'a Said>,
    errors: &'a [Said],
    required: &'a [String],
}

#[derive(Serialize)]
struct Silent<'a> {
    port: u16,
    why: &'a str,
}

#[derive(Serialize)]
struct Listener {
    address: IpAddr,
    port: u16,
}

#[derive(Serialize)]
struct Asked {
    send: String,
    expect: String,
    reply: Option<String>,
}

/// The results, with what could not be done.
pub fn verify(
    engine: Option<(&str, &str)>,
    results: &[Verified],
    healthy: bool,
    problems: &[Problem],
) -> String {
    json::lines(&Verify {
        schema: SCHEMA,
        engine: engine.map(|(name, version)| Engine { name, version }),
        healthy,
        results: results.iter().map(tried).collect(),
        problems: problems.iter().map(ReportedProblem::of).collect(),
    })
}

fn tried(one: &Verified) -> Tried<'_> {
    let tried = &one.tried;
    let report = tried.seen.report.as_ref();
    let silent = match &tried.verdict {
        Verdict::Silent(ports) => ports.as_slice(),
        _ => &[],
    };
    Tried {
        image: &one.image,
        dockerfile: one.dockerfile.as_deref(),
        fixed: one.fixed,
        target: &one.target,
        healthy: one.is_healthy(),
        verdict: tried.verdict.name(),
        why: match &tried.verdict {
            Verdict::NotStarted(why) => Some(why),
            _ => None,
        },
        status: match &tried.verdict {
            Verdict::Ended { status, .. } => Some(*status),
            _ => None,
        },
        answered: report.is_some_and(|report| report.healthy || report.died),
        seconds: tried.after.as_secs_f64(),
        address: report.and_then(|report| Some(report.address?.to_string())),
        ports: (tried.contract.as_ref()).map_or(&[], |contract| contract.ports.as_slice()),
        silent: silent
            .iter()
            .map(|(port, why)| Silent { port: *port, why })
            .collect(),
        listeners: (tried.seen.listeners().iter())
            .map(|(address, port)| Listener {
                address: *address,
                port: *port,
            })
            .collect(),
        question: tried.question.as_ref().map(|asked| Asked {
            send: asked.send.to_string(),
            expect: asked.expect.to_string(),
            reply: report.and_then(|report| Some(escaped(report.reply.as_deref()?))),
        }),
        log: tried.seen.last_lines(LINES),
        finding: one.explained.as_ref(),
        errors: &one.errors,
        required: &one.required,
    }
}

fn escaped(bytes: &[u8]) -> String {
    crate::programs::Bytes(bytes.to_vec()).to_string()
}
