//! EXPOSE, where the platform goes by it: what it has to say so that a port is the one that counts.

use std::collections::BTreeMap;

use super::port::Served;
use super::subject::{Subject, fix};
use crate::edit;
use crate::finding::{Edit, Fix};
use crate::image::Exposed;
use crate::source::{Origin, Span};

/// What can be done about a port that the base EXPOSEs and nothing may listen on.
pub(super) const INHERITED: &str = "what the base EXPOSEs cannot be taken back: take another base, or copy its files into a stage FROM scratch";

/// The changes of EXPOSE after which a port is the one that counts: lower ones go. None where EXPOSE
/// does not count, or a base EXPOSEs a lower port, which cannot be taken back.
pub(super) fn edits(subject: &Subject<'_>, port: u16) -> Option<Vec<Edit>> {
    let ports = &subject.target.ports;
    if ports.expose_ignored || ports.fixed.is_some() {
        return None;
    }
    let there = subject.image.tcp_ports().any(|one| one == port);
    // Where all that listens is known, what nothing listens on goes as well.
    let told = subject.is_all_told();
    let all = Served::all(subject);
    let served = |port: u16| {
        all.iter()
            .any(|one| one.listener.port_number() == Some(port))
    };
    let lower = |one: &Exposed| {
        let silent = told && one.port != port && !served(one.port);
        one.tcp && (one.port < port || silent)
    };
    if !subject.image.config.exposed.iter().any(lower) {
        return match there {
            true => Some(Vec::new()),
            false => Some(vec![subject.build_line(&format!("EXPOSE {port}"), None)?]),
        };
    }
    without(subject, lower, (!there).then_some(port))
}

/// The same as a fix of its own.
pub(super) fn mended(subject: &Subject<'_>, port: u16) -> Option<Fix> {
    let reason = format!("the container answers on port {port}");
    fix(format!("EXPOSE {port}"), reason, edits(subject, port)?)
}

/// The changes that take ports out of EXPOSE, and put another one in the place of the first of them; of a
/// range, the ports that stay are named. None where one of them is not written in the final stage.
pub(super) fn without(
    subject: &Subject<'_>,
    leaves: impl Fn(&Exposed) -> bool,
    instead: Option<u16>,
) -> Option<Vec<Edit>> {
    let mut instead = instead.map(|port| port.to_string());
    // What the base EXPOSEs cannot be taken back.
    let mut exposed = subject.image.config.exposed.iter();
    if exposed.any(|one| one.origin.is_none() && leaves(one)) {
        return None;
    }
    let mut edits = Vec::new();
    for (number, words) in words(subject) {
        let leaving = |word: &Word<'_>| word.ports.iter().any(|one| leaves(one));
        let Some(first) = words.iter().position(leaving) else {
            continue;
        };
        if !subject.is_own(number) {
            return None;
        }
        let source = words[first].origin.source;
        let text = subject.text(source);
        let mut said: Vec<String> = Vec::new();
        for (index, word) in words.iter().enumerate() {
            if !leaving(word) {
                said.push(text.slice(word.origin.span).to_owned());
                continue;
            }
            if index == first {
                said.extend(instead.take());
            }
            let stays = word.ports.iter().filter(|one| !leaves(one));
            said.extend(ranges(stays.map(|one| one.port)));
        }
        if said.is_empty() {
            let instruction = subject.instruction(number)?;
            edits.push(edit::remove_instruction(text.text(), source, instruction));
            continue;
        }
        // Where one word stands in the place of another, the rest of the line stays as it is.
        let single =
            said.len() == words.len() && words.iter().filter(|word| leaving(word)).count() == 1;
        let (span, replacement) = match single {
            true => (words[first].origin.span, said.swap_remove(first)),
            false => {
                let start = words.first()?.origin.span.start as usize;
                let end = words.last()?.origin.span.end as usize;
                (Span::new(start, end), said.join(" "))
            }
        };
        edits.push(Edit {
            origin: Origin { source, span },
            replacement,
        });
    }
    (!edits.is_empty()).then_some(edits)
}

/// Ports in their order as EXPOSE names them: `80`, `8000-8010`.
fn ranges(ports: impl Iterator<Item = u16>) -> Vec<String> {
    let mut found: Vec<(u16, u16)> = Vec::new();
    for port in ports {
        match found.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(port) => *last = port,
            _ => found.push((port, port)),
        }
    }
    let text = |(first, last): (u16, u16)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    found.into_iter().map(text).collect()
}

/// A word of EXPOSE, with the ports that it names.
struct Word<'a> {
    origin: Origin,
    ports: Vec<&'a Exposed>,
}

/// The words of each EXPOSE, by the number of its instruction.
fn words<'a>(subject: &Subject<'a>) -> BTreeMap<usize, Vec<Word<'a>>> {
    let mut all: BTreeMap<usize, Vec<Word<'a>>> = BTreeMap::new();
    for one in &subject.image.config.exposed {
        let (Some(number), Some(origin)) = (one.instruction, one.origin) else {
            continue;
        };
        let words = all.entry(number).or_default();
        match words.iter_mut().find(|word| word.origin == origin) {
            Some(word) => word.ports.push(one),
            None => words.push(Word {
                origin,
                ports: vec![one],
            }),
        }
    }
    all
}
