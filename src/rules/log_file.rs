//! `log-file`: the server's logs go into files, and nobody sees these.

use super::build_chown::quoted;
use super::port;
use super::subject::Subject;
use crate::eval::above;
use crate::finding::{Certainty, Finding, Fix, Safety};
use crate::image::NodeKind;
use crate::launch::{LaunchStep, Logged, Serving};
use crate::programs::{SetBy, Tell};

const RULE: &str = "log-file";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(launch) = subject.launch else { return };
    for serving in launch.servers() {
        findings.extend(found(subject, serving, &launch.steps[serving.step]));
    }
}

fn found(subject: &Subject<'_>, serving: &Serving, step: &LaunchStep) -> Option<Finding> {
    // Who speaks of the output has seen to it, be it that it is not known how.
    let names = ["/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd"];
    if serving.stands_in || names.iter().any(|name| subject.image.speaks_of(name)) {
        return None;
    }
    // One that is printed is enough to be looked at; and where one is not known, it may be printed.
    let files: Option<Vec<(&Logged, &str)>> = serving
        .logs
        .iter()
        .map(|logged| Some((logged, as_file(subject, logged)?)))
        .collect();
    let files = files.filter(|files| !files.is_empty())?;
    if files.iter().any(|(_, path)| is_shown(subject, path)) {
        return None;
    }
    let mut named: Vec<&str> = files.iter().map(|(_, path)| *path).collect();
    named.dedup();
    let title = &serving.server.title;
    let message = format!(
        "{title} logs to {} alone: the platform shows what a process prints, and nobody sees that file.",
        named.join(" and ")
    );
    let by = files.iter().map(|(logged, _)| &logged.log.setting.by);
    let place = by
        .map(|by| port::place(subject, serving, step, by))
        .find(|place| *place != subject.command_of(step));
    let mut finding = subject.at_command(RULE, step, message);
    if let Some(place) = place {
        let command = finding.origin;
        finding.origin = place;
        finding = finding.related(Some(command), "it is started here");
    }
    if files.iter().any(|(logged, _)| !logged.log.setting.certain) {
        finding.lower();
        finding.certainty = Certainty::Maybe;
    }
    let mended = linked(subject, &files).or_else(|| told(subject, serving, step, &files));
    Some(
        finding
            .help("have it log to its standard output or error")
            .fix(mended),
    )
}

/// The file that a log goes into, be it that it can be written or not: once it can, it is not seen.
fn as_file<'a>(subject: &Subject<'_>, logged: &'a Logged) -> Option<&'a str> {
    let path = logged.path.as_deref().filter(|_| logged.output.is_none())?;
    let files = &subject.image.files;
    // Where the server is built by hand, its own defaults are others.
    let by_default = logged.log.setting.by == SetBy::Default;
    if by_default && files.get(above(path)).is_none() {
        return None;
    }
    let (real, name) = (files.resolve(path), path.rsplit('/').next()?);
    let leads = real.starts_with("/dev/") || path.starts_with("/proc/");
    // Who links it to another file has seen to it.
    let node = files.at(&format!("{}/{name}", files.resolve(above(path))));
    let is_link = node.is_some_and(|node| matches!(node.kind, NodeKind::Link(_)));
    (!leads && !is_link).then_some(path)
}

/// Whether another command of the start reads the file, or what is in its folder: `tail -F`.
fn is_shown(subject: &Subject<'_>, path: &str) -> bool {
    subject.steps().any(|step| {
        let reads = matches!(
            step.step.program().as_deref(),
            Some("tail" | "cat" | "less" | "multitail" | "xtail")
        );
        let mut words = step.step.argv.iter().skip(1);
        reads
            && words.any(|word| {
                let prefix = word.known_prefix();
                let named = step.step.absolute(&prefix);
                word.known().is_none() && prefix.is_empty()
                    || !prefix.starts_with('-')
                        && named
                            .is_some_and(|named| named == path || named.starts_with(above(path)))
            })
    })
}

/// Links to the output of the process in the place of the files, where it can be opened by its name.
fn linked(subject: &Subject<'_>, files: &[(&Logged, &str)]) -> Option<Fix> {
    if !subject.target.files.standard_output_can_be_opened {
        return None;
    }
    let mut named: Vec<&str> = files.iter().map(|(_, path)| *path).collect();
    named.dedup();
    let links: Vec<String> = named
        .iter()
        .map(|path| {
            let name = path.rsplit('/').next().unwrap_or_default();
            let stream = match name.contains("err") {
                true => "/dev/stderr",
                false => "/dev/stdout",
            };
            format!("ln -sf {stream} {}", quoted(path))
        })
        .collect();
    let known = |path: &&str| subject.image.files.get(above(path)).is_some();
    let all_known = named.iter().all(known);
    let mut folders: Vec<String> = named.iter().map(|path| quoted(above(path))).collect();
    folders.sort();
    folders.dedup();
    let made = match all_known {
        true => String::new(),
        false => format!("mkdir -p {} && ", folders.join(" ")),
    };
    let line = format!("RUN {made}{}", links.join(" && "));
    let edit = subject.build_line(&line, named.first().copied())?;
    // What reads the file would read nothing.
    let spoken = named.iter().any(|path| subject.image.speaks_of(path));
    Some(Fix {
        title: "print the log".to_owned(),
        reason: "the platform shows what a process prints".to_owned(),
        safety: if spoken { Safety::Unsafe } else { Safety::Safe },
        edits: vec![edit],
    })
}

/// The server's own word for what it prints to.
fn told(
    subject: &Subject<'_>,
    serving: &Serving,
    step: &LaunchStep,
    files: &[(&Logged, &str)],
) -> Option<Fix> {
    let tells: Vec<Tell> = files
        .iter()
        .filter_map(|(logged, _)| {
            let SetBy::Config { path, span, .. } = &logged.log.setting.by else {
                return None;
            };
            Some(Tell::ReplaceConfig {
                path: path.clone(),
                span: *span,
                with: logged.log.output.clone()?,
            })
        })
        .collect();
    let title = format!("have {} print its log", serving.server.title);
    let reason = "the platform shows what a process prints".to_owned();
    port::told(subject, serving, step, tells, title, reason)
}
