//! Folders of services: runit's, daemontools' and s6's. Each service is a folder with an executable
//! `run`, which is started there, and again when it ends.
//!
//! Sources: runsvdir(8), runsv(8), svscan's page, s6-svscan's and s6-overlay's documentation.

use std::rc::Rc;

use super::Started;
use super::files::place;
use super::words::split;
use crate::eval::{Child, ChildCommand, ChildManner, Managed, ScriptText, Value};
use crate::finding::Certainty;
use crate::source::Span;
use crate::syntax::shell::interpreter;

/// Where s6-overlay has its scripts.
const BEFORE: &str = "/etc/cont-init.d";
const SERVICES: &str = "/etc/services.d";
const SOURCES: &str = "/etc/s6-overlay/s6-rc.d";
/// Where it copies the services to once those scripts have run, for s6-svscan.
const RUNNING: &str = "/run/s6/services";

/// `runsvdir [-P] DIR`, `svscan DIR`, `s6-svscan DIR`, `runsv SERVICE`.
pub(super) fn starts(started: &Started<'_>) -> Option<Managed> {
    let name = started.text(0)?.rsplit('/').next().unwrap_or_default();
    let operands = started.operands(&["-c", "-t", "-d", "-X", "-C"]);
    let operand = operands.first().map(|at| started.text(*at));
    let folder = match operand {
        Some(folder) => match folder.and_then(|folder| started.state.absolute(folder)) {
            Some(folder) => folder,
            None => {
                let why = "which folder has the services is not known";
                return Some(Managed::unknown(started.origin, why));
            }
        },
        None if name == "runsvdir-start" => "/etc/service".to_owned(),
        None if name == "svscanboot" => {
            let folders = ["/etc/service", "/service"];
            let there = folders.iter().find(|f| !started.inside(f).is_empty());
            (*there.unwrap_or(&"/service")).to_owned()
        }
        None => started.state.absolute(".")?,
    };
    let mut managed = Managed::default();
    if folder == RUNNING {
        managed.opens = !is_third(started);
        services(started, SERVICES, &mut managed);
        return Some(managed);
    }
    if name == "runsv" {
        service(started, &folder, Certainty::Always, &mut managed);
        managed.writes.push(format!("{folder}/supervise/lock"));
        return Some(managed);
    }
    watched(started, &folder, &mut managed);
    // Its own pipe, s6-svscan's page says.
    if name == "s6-svscan" && !managed.children.is_empty() {
        managed.writes.push(format!("{folder}/.s6-svscan/lock"));
    }
    if managed.children.is_empty() && managed.gaps.is_empty() {
        let why = format!("what services are in {folder} is not known");
        managed.gap(started.origin, &why);
    }
    Some(managed)
}

/// `/sbin/init`, which is systemd's or another one that reads its own folders, and s6-overlay's.
pub(super) fn first_process(started: &Started<'_>) -> Option<Managed> {
    match started.text(0)? {
        "/init" => overlay(started),
        "/sbin/init" | "/usr/sbin/init" | "/lib/systemd/systemd" | "/usr/lib/systemd/systemd" => {
            let why = "which services the system's own init starts is not known";
            Some(Managed::unknown(started.origin, why))
        }
        _ => None,
    }
}

/// A program of a base that is not known: it must be s6-overlay's where the image brings scripts that
/// nothing else can read.
pub(super) fn overlaid(started: &Started<'_>) -> Option<Managed> {
    let is_its_own = |path: String| {
        let script = started.text_of(&path);
        let first = script.and_then(|script| interpreter(script.text.text()));
        first.is_some_and(|first| first.path.ends_with("/with-contenv"))
    };
    let before = started.inside(BEFORE).into_iter();
    let services = started.inside(SERVICES).into_iter();
    let mut scripts = before
        .map(|name| format!("{BEFORE}/{name}"))
        .chain(services.map(|name| format!("{SERVICES}/{name}/run")));
    scripts.any(is_its_own).then(|| overlay(started))?
}

/// s6-overlay's `/init`: scripts one after another, services beside each other, and then its words.
fn overlay(started: &Started<'_>) -> Option<Managed> {
    let host = started.host;
    let brings = |path: &&str| !started.inside(path).is_empty();
    let speaks = |word: &Value| word.known_prefix().contains("s6-overlay");
    let steps = &host.image.steps;
    let of_base = host
        .image
        .base
        .is_some_and(|base| base.entrypoint == ["/init"]);
    if !of_base
        && ![BEFORE, SERVICES, SOURCES].iter().any(brings)
        && !steps.iter().any(|build| build.step.argv.iter().any(speaks))
    {
        return None;
    }
    let mut managed = Managed {
        opens: !is_third(started),
        ..Managed::default()
    };
    scripts(started, BEFORE, &mut managed);
    for name in started.inside(SOURCES) {
        let folder = format!("{SOURCES}/{name}");
        let wanted = started.has_file(&format!("{SOURCES}/user/contents.d/{name}"));
        let certainty = match wanted {
            true => Certainty::Always,
            false => Certainty::Maybe,
        };
        if started.has_file(&format!("{folder}/up")) {
            oneshot(started, &format!("{folder}/up"), certainty, &mut managed);
        } else if started.has_file(&format!("{folder}/run")) {
            service(started, &folder, certainty, &mut managed);
        }
    }
    if managed.children.is_empty() {
        services(started, SERVICES, &mut managed);
    } else {
        // Which services there are is only known behind those scripts: some write them.
        let words = ["s6-svscan", RUNNING].map(Value::text).to_vec();
        let scan = Child::new(
            ChildCommand::Words(words),
            started.origin,
            ChildManner::Beside,
        );
        managed.children.push(scan);
    }
    let rest: Vec<Value> = started.argv.get(1..).unwrap_or_default().to_vec();
    if !rest.is_empty() {
        let origin = started.place(1);
        let command = ChildCommand::Words(rest);
        managed
            .children
            .push(Child::new(command, origin, ChildManner::Main));
    }
    Some(managed)
}

/// Whether s6-overlay is known to be of version 3, which leaves the bits of scripts as they are. Those
/// before it set them: its init-stage2-fixattrs.txt.
fn is_third(started: &Started<'_>) -> bool {
    let steps = &started.host.image.steps;
    // Its archives go by other names than those of before.
    let speaks = |word: &Value| word.known_prefix().contains("s6-overlay-noarch");
    !started.inside(SOURCES).is_empty()
        || steps.iter().any(|build| build.step.argv.iter().any(speaks))
}

/// All services of a folder.
pub(super) fn services(started: &Started<'_>, folder: &str, managed: &mut Managed) {
    for name in started.inside(folder) {
        let service_folder = format!("{folder}/{name}");
        let down = started.has_file(&format!("{service_folder}/down"));
        if !name.starts_with('.') && !down && started.has_file(&format!("{service_folder}/run")) {
            service(started, &service_folder, Certainty::Always, managed);
        }
    }
}

/// All services of a folder, each watched over where it lies. What watches keeps its state and its
/// pipes below the service's folder, and ends where it cannot make them: runsv(8), supervise's page,
/// s6-supervise's page.
pub(super) fn watched(started: &Started<'_>, folder: &str, managed: &mut Managed) {
    services(started, folder, managed);
    let folders = managed.children.iter();
    let services = folders.filter_map(|child| child.directory.as_ref());
    let states = services.filter(|service| is_in(service, folder));
    // s6 tells those who listen of what happens, by a folder that has to be its own user's: it must be
    // able to make that, so that the service's own folder has to be open.
    let s6 = started.text(0).unwrap_or_default().ends_with("s6-svscan");
    let kept: &[&str] = match s6 {
        true => &["supervise", "event"],
        false => &["supervise/lock"],
    };
    let states: Vec<String> = states
        .flat_map(|service| kept.iter().map(move |path| format!("{service}/{path}")))
        .collect();
    managed.writes.extend(states);
}

fn is_in(service: &str, folder: &str) -> bool {
    service
        .rsplit_once('/')
        .is_some_and(|(above, _)| above == folder)
}

/// All scripts of a folder, one after another in the order of their names.
pub(super) fn scripts(started: &Started<'_>, folder: &str, managed: &mut Managed) {
    for name in started.inside(folder) {
        let path = format!("{folder}/{name}");
        if started.has_file(&path) {
            script(started, &path, ChildManner::Before, managed, |_| ());
        }
    }
}

/// A service: its `run`, in its folder.
fn service(started: &Started<'_>, folder: &str, certainty: Certainty, managed: &mut Managed) {
    let path = format!("{folder}/run");
    script(started, &path, ChildManner::Beside, managed, |child| {
        child.directory = Some(folder.to_owned());
        child.certainty = certainty;
    });
}

/// `up` of a oneshot: one command line of execline's.
fn oneshot(started: &Started<'_>, path: &str, certainty: Certainty, managed: &mut Managed) {
    let Some(script) = known(started, path, managed) else {
        return;
    };
    let from = interpreter(script.text.text()).map_or(0, |first| first.span.end as usize);
    if let Some(mut child) = execline(&script, from, ChildManner::Before, managed) {
        child.certainty = certainty;
        managed.children.push(child);
    }
}

/// A script that is started: by its path, or, where execline reads it, by the command in it.
fn script(
    started: &Started<'_>,
    path: &str,
    manner: ChildManner,
    managed: &mut Managed,
    with: impl Fn(&mut Child),
) {
    let Some(script) = known(started, path, managed) else {
        return;
    };
    let first = interpreter(script.text.text());
    let first = first.filter(|first| first.path.ends_with("execlineb"));
    let child = match first {
        Some(first) => execline(&script, first.span.end as usize, manner, managed),
        None => {
            let command = ChildCommand::Words(vec![Value::text(path)]);
            Some(Child::new(command, started.origin, manner))
        }
    };
    if let Some(mut child) = child {
        with(&mut child);
        managed.children.push(child);
    }
}

fn known(started: &Started<'_>, path: &str, managed: &mut Managed) -> Option<Rc<ScriptText>> {
    let script = started.text_of(path);
    if script.is_none() {
        let why = format!("what is in {path} is not known");
        managed.gap(started.origin, &why);
    }
    script
}

/// What a script of execline's starts, from this byte of it on: without blocks or substitutions its words
/// are a command as anywhere else.
fn execline(
    script: &ScriptText,
    from: usize,
    manner: ChildManner,
    managed: &mut Managed,
) -> Option<Child> {
    let text = script.text.text();
    let words = command_line(text, from).and_then(|lines| {
        let mut whole = Value::default();
        for line in &lines {
            let part = place(script, *line);
            whole.push(Value::written(&text[line.range()], part, true));
            whole.push_known(" ", None, false);
        }
        let words = split(&whole).filter(|words| !words.is_empty())?;
        Some((*lines.first()?, words))
    });
    let Some((span, words)) = words else {
        let first = Span::new(0, text.lines().next().map_or(0, str::len));
        managed.gap(
            place(script, first),
            "this script is in the language of execline",
        );
        return None;
    };
    let command = ChildCommand::Words(words);
    Some(Child::new(command, place(script, span), manner))
}

/// The lines of the command of an execline script, if it is a plain one: each program starts the words
/// behind it, on whatever lines they stand.
fn command_line(text: &str, from: usize) -> Option<Vec<Span>> {
    let mut offset = from;
    let mut found = Vec::new();
    for line in text.get(from..)?.split_inclusive('\n') {
        let content = line.trim();
        let start = offset + line.len() - line.trim_start().len();
        offset += line.len();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if content.contains(['{', '}', '$', '\\']) {
            return None;
        }
        found.push(Span::new(start, start + content.len()));
    }
    Some(found)
}
