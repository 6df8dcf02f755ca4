//! `root-home`: the start needs something that lies in root's home folder, which others cannot enter.

use super::needs::{How, Need, needs};
use super::subject::Subject;
use super::unwritable_path;
use crate::eval::{User, above, is_below};
use crate::finding::Finding;
use crate::launch::{LaunchStep, Written};
use crate::programs::{apply_mode, parse_chmod};

const RULE: &str = "root-home";

/// Root's home folder, in every distribution.
const HOME: &str = "/root";

/// Its bits in Debian, Ubuntu and Alpine; those of Fedora and its like leave others out as well.
const MODE: u32 = 0o700;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if is_open(subject) {
        return;
    }
    let files = &subject.image.files;
    let inside = |path: &str, user: &User| *user != User::Root && files.is_below(path, HOME);
    let needs = needs(subject, &inside);
    let written = written(subject);
    if needs.is_empty() && written.is_empty() {
        return;
    }
    // What is closed itself is found for that.
    let closed = unwritable_path::closed(subject);
    let closed: Vec<String> = closed.iter().map(|(path, _)| files.resolve(path)).collect();
    let mut told: Vec<String> = Vec::new();
    for need in needs {
        if !closed.contains(&need.path) {
            add(subject, need, &mut told, findings);
        }
    }
    for (step, path) in written {
        if !closed.iter().any(|outer| is_below(&path, outer)) {
            add_written(subject, step, path, &mut told, findings);
        }
    }
}

/// Whether others may enter it: the build has opened it, or made it where there was none.
pub(super) fn is_open(subject: &Subject<'_>) -> bool {
    let image = subject.image;
    let of_base = image.base.and_then(|base| base.directory(HOME));
    let mut mode = of_base.map_or(MODE, |folder| folder.mode);
    if image.base_name.as_deref() == Some("scratch") {
        mode = image.files.get(HOME).map_or(MODE, |node| node.mode);
    }
    for build in &image.steps {
        let texts = build.step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let Some(chmod) = parse_chmod(&words) else {
            continue;
        };
        let named = chmod.paths.iter().filter_map(|at| words[*at]);
        let mut named = named.filter_map(|path| build.step.absolute(path));
        let bits = chmod
            .mode
            .filter(|_| named.any(|path| path == HOME || chmod.recursive && is_below(HOME, &path)));
        mode = bits
            .and_then(|bits| apply_mode(mode, &bits, true))
            .unwrap_or(mode);
    }
    mode & 0o1 != 0
}

fn add(subject: &Subject<'_>, need: Need<'_>, told: &mut Vec<String>, findings: &mut Vec<Finding>) {
    // What lies in a folder that is named already is no cause of its own.
    if told.iter().any(|outer| is_below(&need.path, outer)) {
        return;
    }
    let Need { path, user, .. } = &need;
    let lies = match path == HOME {
        true => format!("{HOME} is closed to {user:#}"),
        false => format!("{path} lies in {HOME}, which is closed to {user:#}"),
    };
    let end = end(subject, &need);
    let message = format!("{lies}: {end}.");
    let finding = match (need.step, need.place) {
        (_, Some(place)) => subject.finding(RULE, place, message),
        (Some(step), None) => subject.at_step(RULE, step, message),
        (None, None) => return,
    };
    let finding = need.weighed(finding);
    told.push(need.path);
    findings.push(finding.help(help(subject)));
}

/// What comes of a path that cannot be reached: the end of a sentence.
pub(super) fn end(subject: &Subject<'_>, need: &Need<'_>) -> String {
    let program = need.program.as_deref().unwrap_or("its interpreter");
    match (need.how, need.step) {
        (How::Enter, None) if subject.target.start.directory_error_ignored => {
            "the process starts in / instead".to_owned()
        }
        (How::Enter, None) => format!(
            "the start ends with “Couldn't change directories to {}”",
            need.path
        ),
        (How::Enter, Some(_)) => "it cannot be entered there".to_owned(),
        (How::Execute, _) => "it cannot be started, “Permission denied”".to_owned(),
        (How::Read, _) => format!("{program} cannot read it, “Permission denied”"),
    }
}

/// What is written there.
fn written<'a>(subject: &Subject<'a>) -> Vec<(&'a LaunchStep, String)> {
    let Some(launch) = subject.launch else {
        return Vec::new();
    };
    let files = &subject.image.files;
    let by_steps = launch.steps.iter();
    let by_steps = by_steps.flat_map(|step| step.writes.iter().map(move |w| (step, w)));
    let by_servers = launch.all_servers().flat_map(|serving| {
        let step = launch.steps.get(serving.step);
        let written = serving.writes.iter().filter_map(|(_, w)| w.as_ref());
        written.filter_map(move |written| Some((step?, written)))
    });
    let closed = |(step, written): &(&LaunchStep, &Written)| {
        step.step.user != User::Root && files.is_below(&written.path, HOME)
    };
    let all = by_steps.chain(by_servers).filter(closed);
    all.map(|(step, written)| (step, files.resolve(&written.path)))
        .collect()
}

fn add_written(
    subject: &Subject<'_>,
    step: &LaunchStep,
    path: String,
    told: &mut Vec<String>,
    findings: &mut Vec<Finding>,
) {
    if told.iter().any(|outer| is_below(&path, outer)) {
        return;
    }
    let program = step.step.program();
    let program = program.as_deref().unwrap_or("a redirection");
    let user = &step.step.user;
    let message = format!(
        "{path} lies in {HOME}, which is closed to {user:#}: {program} cannot write it, “Permission denied”."
    );
    let made = subject.image.files.get(&path).and_then(|node| node.made);
    let finding = subject.at_step(RULE, step, message);
    findings.push(finding.related(made, "it is made here").help(help(subject)));
    told.push(path);
}

fn help(subject: &Subject<'_>) -> String {
    let directory = subject.image.config.directory.as_ref();
    let folder = directory.map(|directory| directory.value.as_str());
    let name = folder
        .filter(|folder| above(folder) == HOME)
        .and_then(|folder| folder.rsplit('/').next())
        .unwrap_or("app");
    format!("put it into a folder that everybody can enter, /opt/{name} say")
}
