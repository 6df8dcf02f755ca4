//! `unwritable-path`: a path that the start script or the server must write is closed to the process.

use super::folders::{is_kept, is_of_root, is_shared};
use super::opening::{Closed, help, opened};
use super::purposes::{is_given, is_served, opens_to_group, state_folders};
use super::subject::Subject;
use crate::eval::{User, above, is_below};
use crate::finding::{Certainty, Finding, Severity};
use crate::image::Setting;
use crate::launch::{LaunchStep, Obstacle, Serving, Written, writable};
use crate::programs::{Manner, SetBy, Write, WriteKind, parse_chmod};
use crate::source::Origin;
use crate::syntax::dockerfile::Keyword;

const RULE: &str = "unwritable-path";

/// A path that has to be written.
struct Wanted {
    closed: Closed,
    /// It is not there or not known, in a folder that is the image's own: where the build makes that
    /// is where it has to be opened.
    inside: bool,
    /// Something is taken away there, and nothing put.
    gone: bool,
    /// What writes it: the end of a sentence that begins with the path.
    why: String,
    /// The commands that write it, or what lies in it.
    writers: Vec<Origin>,
    severity: Severity,
    certainty: Certainty,
}

/// The paths that the rule says something of: what has to be written, and what is in the way.
pub(super) fn closed(subject: &Subject<'_>) -> Vec<(String, String)> {
    let all = all(subject).into_iter().map(|wanted| wanted.closed);
    all.map(|closed| (closed.path, closed.obstacle.path))
        .collect()
}

fn all(subject: &Subject<'_>) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    // What has to be the server's own is more than what has to be open; and a folder that a script
    // makes is more than what the server then puts there.
    from_server(subject, true, &mut all);
    from_steps(subject, &mut all);
    from_server(subject, false, &mut all);
    // What is meant to be written by somebody is open to whom it was meant for.
    if subject.target.runs_as_tried() {
        return all;
    }
    from_volumes(subject, &mut all);
    from_groups(subject, &mut all);
    from_state(subject, &mut all);
    all
}

/// Who writes what the start writes: the server, if there is one.
fn writer(subject: &Subject<'_>) -> User {
    let serving = subject.launch.and_then(|launch| launch.serving.as_ref());
    let step = serving.and_then(|serving| subject.steps().nth(serving.step));
    step.map_or_else(|| subject.runner(), |step| step.step.user.clone())
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for wanted in all(subject) {
        let Closed { path, obstacle, .. } = &wanted.closed;
        let (why, user) = (&wanted.why, writer(subject));
        let message = match (&wanted.closed.private, wanted.closed.given) {
            (_, true) => format!(
                "{path} {why}. It is made when it is not there, and given to another account, which {user:#} cannot."
            ),
            (Some(_), _) => format!("{path} {why}, but {user:#} has to own it: {obstacle}."),
            (None, _) => format!("{path} {why}, but {user:#} cannot write it: {obstacle}."),
        };
        // The base's own has no place here.
        let volumes = subject.image.config.volumes.iter();
        let around = volumes.filter(|volume| subject.image.files.is_below(path, &volume.value));
        let volume = around.filter_map(|volume| volume.origin).next();
        let made = obstacle.made.filter(|made| {
            let folder = subject.image.files.get(&obstacle.path);
            // What fills a folder of the system has not made it.
            let fills = folder.is_some_and(|folder| folder.unpacked == Some(*made));
            let unnamed = is_shared(&obstacle.path) || is_brought(subject, &obstacle.path);
            !(fills && unnamed) && (obstacle.itself || wanted.inside)
        });
        let Some(origin) = volume.or(made).or(wanted.writers.first().copied()) else {
            continue;
        };
        let mut finding = subject.finding(RULE, origin, message);
        finding.severity = finding.severity.min(wanted.severity);
        finding.certainty = wanted.certainty;
        if !obstacle.known {
            finding.severity = finding.severity.min(Severity::Warning);
            finding.certainty = Certainty::Maybe;
        }
        if made != Some(origin) {
            finding = finding.related(made, "it is made here");
        }
        for writer in wanted.writers.iter().filter(|writer| **writer != origin) {
            finding = finding.related(Some(*writer), "it is written from here");
        }
        findings.push(
            finding
                .help(help(subject, &wanted.closed))
                .fix(opened(subject, &wanted.closed)),
        );
    }
}

/// Whether a folder is one that an archive has with it, unpacked into a folder of the system: the
/// command does not name it, nor does a WORKDIR.
fn is_brought(subject: &Subject<'_>, folder: &str) -> bool {
    let directory = subject.image.config.directory.as_ref();
    let named = directory.is_some_and(|directory| directory.value == folder);
    let outer = above(folder);
    let filled = subject.image.files.get(outer);
    !named && is_shared(outer) && filled.is_some_and(|outer| outer.unpacked.is_some())
}

/// Takes a path in, unless the one that it lies in or itself is there already.
fn push(all: &mut Vec<Wanted>, wanted: Wanted) {
    let closed = &wanted.closed;
    // Where something cannot be made in a folder that has to be open itself, the folder is meant.
    let inside = |other: &Wanted| {
        let plain = other.closed.private.is_none() && closed.private.is_none();
        let plain = plain && other.gone == wanted.gone && !other.closed.given && !closed.given;
        plain && closed.obstacle.itself && closed.obstacle.path == other.closed.obstacle.path
    };
    let same = |other: &Wanted| {
        let alike = other.gone == wanted.gone && other.closed.given == closed.given;
        alike && is_same(closed, &other.closed)
    };
    let mut at = all.iter().position(same);
    if at.is_none() {
        at = all.iter().position(inside);
        if let Some(other) = at.and_then(|at| all.get_mut(at)) {
            other.closed = closed.clone();
        }
    }
    let known = at.and_then(|at| all.get_mut(at));
    let Some(known) = known else {
        all.push(wanted);
        return;
    };
    // The worst that is to come of it counts.
    if wanted.severity > known.severity {
        known.severity = wanted.severity;
        known.certainty = wanted.certainty;
    }
    for writer in wanted.writers {
        if !known.writers.contains(&writer) {
            known.writers.push(writer);
        }
    }
}

/// Whether what is found of one closed path holds for another as well.
fn is_same(closed: &Closed, found: &Closed) -> bool {
    // A folder of the system is not opened, whatever is found of it.
    let whole = found.path == closed.path || !is_shared(&found.path);
    whole && is_below(&closed.path, &found.path)
        || found.obstacle.itself && found.obstacle == closed.obstacle
}

fn from_server(subject: &Subject<'_>, private: bool, all: &mut Vec<Wanted>) {
    let Some(launch) = subject.launch else {
        return;
    };
    for serving in launch.all_servers() {
        from_one(subject, serving, &launch.steps[serving.step], private, all);
    }
}

/// Whether what is closed is a folder of the image's own, which the build makes: not one that other
/// programs share, nor one in which a program that is not known has made the path. What the start
/// makes for itself (`own`) is only meant where the folder's content is not known.
fn is_inside(subject: &Subject<'_>, obstacle: &Obstacle, own: bool) -> bool {
    let Some(folder) = subject.image.files.get(&obstacle.path) else {
        return false;
    };
    let unpacked = folder.unpacked.is_some();
    !is_shared(&obstacle.path) && (unpacked || !folder.crowded && !own)
}

fn from_one(
    subject: &Subject<'_>,
    serving: &Serving,
    step: &LaunchStep,
    private: bool,
    all: &mut Vec<Wanted>,
) {
    for (write, written) in serving
        .writes
        .iter()
        .filter(|(write, _)| write.private == private)
    {
        let Some(Written {
            path,
            obstacle: Some(obstacle),
            ..
        }) = written
        else {
            continue;
        };
        // Its own output is open already.
        if obstacle.is_output() {
            continue;
        }
        let (path, obstacle) = meant(subject, write, path, obstacle);
        let inside = is_inside(subject, &obstacle, false);
        let data = matches!(write.kind, WriteKind::Data);
        // A configuration file that is not known mostly says where the data are.
        let by_default = write.setting.by == SetBy::Default;
        let elsewhere = data && by_default && !write.setting.certain;
        let words = write
            .words
            .as_deref()
            .map_or_else(String::new, |words| format!(" (“{words}”)"));
        push(
            all,
            Wanted {
                inside,
                gone: false,
                closed: Closed {
                    obstacle,
                    single: matches!(write.kind, WriteKind::Pid | WriteKind::Log)
                        && subject.is_file_like(&path),
                    file: write.kind == WriteKind::Socket && subject.is_file_like(&path),
                    path: path.clone(),
                    of_start: false,
                    given: write.given && subject.image.files.get(&path).is_none(),
                    private: write.private.then(|| match &write.setting.by {
                        SetBy::Environment(name) => Some(name.clone()),
                        _ => None,
                    }),
                },
                why: format!(
                    "is where {} keeps its {}{words}",
                    serving.server.title,
                    kind(write.kind)
                ),
                writers: vec![subject.command_of(step)],
                severity: if (write.required || data) && !elsewhere {
                    Severity::Error
                } else {
                    Severity::Warning
                },
                certainty: if write.is_certain() {
                    Certainty::Always
                } else {
                    Certainty::Maybe
                },
            },
        );
    }
}

/// A folder that the build makes for a file of the server's is what is meant, and not the file; so is
/// one in which another file is made first.
fn meant(
    subject: &Subject<'_>,
    write: &Write,
    path: &str,
    obstacle: &Obstacle,
) -> (String, Obstacle) {
    let kinds = [WriteKind::Pid, WriteKind::Log, WriteKind::Socket];
    let file = kinds.contains(&write.kind) && subject.is_file_like(path);
    let folder = above(path);
    if file && write.beside && !is_shared(folder) {
        let itself = obstacle.path == subject.image.files.resolve(folder);
        let obstacle = Obstacle {
            itself,
            ..obstacle.clone()
        };
        return (folder.to_owned(), obstacle);
    }
    let folder = folder_of(subject, path, obstacle).filter(|_| file);
    folder.unwrap_or_else(|| (path.to_owned(), obstacle.clone()))
}

/// The folder of a new file, where the build makes it and it is what is closed.
fn folder_of(subject: &Subject<'_>, path: &str, obstacle: &Obstacle) -> Option<(String, Obstacle)> {
    let folder = subject.image.files.resolve(above(path));
    let shared = is_shared(&folder);
    if obstacle.itself || obstacle.made.is_none() || obstacle.path != folder || shared {
        return None;
    }
    let obstacle = Obstacle {
        itself: true,
        ..obstacle.clone()
    };
    Some((above(path).to_owned(), obstacle))
}

fn kind(kind: WriteKind) -> &'static str {
    match kind {
        WriteKind::Data => "data",
        WriteKind::Log => "log",
        WriteKind::Pid => "process id",
        WriteKind::Socket => "socket",
        WriteKind::Cache => "temporary files",
        WriteKind::Output => "output",
    }
}

fn from_steps(subject: &Subject<'_>, all: &mut Vec<Wanted>) {
    for step in subject.steps().filter(|step| step.step.given.is_empty()) {
        // What only root writes is no matter of one path, unless the image declares that it is.
        let files = &subject.image.files;
        let declared = |path: &str| {
            let own = |volume: &&Setting| volume.origin.is_some();
            let mut volumes = subject.image.config.volumes.iter().filter(own);
            volumes.any(|volume| files.is_below(path, &volume.value))
        };
        let of_path =
            |w: &&Written| !is_of_root(files, &w.path) || is_kept(step, w) || declared(&w.path);
        for written in step.writes.iter().filter(of_path) {
            let obstacle = written.obstacle.as_ref();
            let Some(obstacle) = obstacle.filter(|obstacle| !obstacle.is_output()) else {
                continue;
            };
            let program = step
                .step
                .program()
                .unwrap_or_else(|| "a redirection".to_owned());
            let why = match written.manner {
                Manner::Inside => format!(
                    "is where {program} makes a new file, in the place of the old one, when the container starts"
                ),
                Manner::New => {
                    format!("is where {program} makes something when the container starts")
                }
                Manner::Gone | Manner::GoneIfThere => {
                    format!("is where {program} takes something away when the container starts")
                }
                _ => format!("is written by {program} when the container starts"),
            };
            let finding = subject.at_command(RULE, step, "");
            // A folder that the start makes for itself is no matter of what is around it.
            // Nor is what it only makes for itself, wherever it happens to be.
            let own = matches!(
                written.manner,
                Manner::Folder | Manner::FolderUnlessThere | Manner::Temporary
            );
            let inside = is_inside(subject, obstacle, own);
            let mut closed = Closed::of(written, obstacle);
            let folder = folder_of(subject, &written.path, obstacle);
            if let Some((path, obstacle)) = folder.filter(|_| written.manner == Manner::File) {
                closed = Closed {
                    path,
                    obstacle,
                    single: false,
                    file: false,
                    ..closed
                };
            }
            push(
                all,
                Wanted {
                    closed,
                    inside,
                    gone: matches!(written.manner, Manner::Gone | Manner::GoneIfThere),
                    why,
                    writers: vec![finding.origin],
                    severity: finding.severity,
                    certainty: finding.certainty,
                },
            );
        }
    }
}

/// What is declared a VOLUME is meant to be written by somebody, even if it is not known by whom.
fn from_volumes(subject: &Subject<'_>, all: &mut Vec<Wanted>) {
    let Some(launch) = subject.launch else { return };
    for volume in &subject.image.config.volumes {
        let (Some(origin), Err(obstacle)) = (
            volume.origin,
            writable(
                subject.image,
                &subject.image.files,
                &volume.value,
                &launch.user,
                subject.target,
            ),
        ) else {
            continue;
        };
        let known = all
            .iter()
            .any(|wanted| (subject.image.files).is_below(&wanted.closed.path, &volume.value));
        if known || is_given(subject, &volume.value) || is_served(subject, &volume.value) {
            continue;
        }
        all.push(Wanted {
            inside: false,
            gone: false,
            closed: Closed {
                path: volume.value.clone(),
                obstacle,
                single: false,
                file: false,
                of_start: false,
                private: None,
                given: false,
            },
            why: "is declared a volume, for data that is written while the container runs"
                .to_owned(),
            writers: vec![origin],
            severity: Severity::Warning,
            certainty: Certainty::Maybe,
        });
    }
}

/// With so many paths found, those of groups are not looked for.
const MOST_WANTED: usize = 200;

/// A folder that the build makes and opens to root's group is one that an account of any number
/// writes, as long as it is in that group: the images of Bitnami and those for OpenShift.
fn from_groups(subject: &Subject<'_>, all: &mut Vec<Wanted>) {
    let files = &subject.image.files;
    for build in &subject.image.steps {
        // Each path is compared with all that are found so far.
        if all.len() >= MOST_WANTED {
            return;
        }
        let step = &build.step;
        let texts = step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let Some(chmod) = parse_chmod(&words) else {
            continue;
        };
        if !chmod.mode.as_deref().is_some_and(opens_to_group) {
            continue;
        }
        let paths = chmod.paths.iter().filter_map(|at| words[*at]);
        for path in paths.filter_map(|path| step.absolute(path)) {
            let meant = files.get(&path).is_some_and(|node| {
                // What COPY brings is not empty.
                let made = node.made.or(node.asked);
                let instruction = made.and_then(|made| subject.instruction_at(made));
                let run = instruction.is_none_or(|(_, found)| found.keyword == Keyword::Run);
                made.is_some()
                    && run
                    && node.is_folder()
                    && node.group.is_root()
                    && node.mode & 0o020 != 0
            });
            if !meant || is_given(subject, &path) || is_shared(&path) {
                continue;
            }
            let why = "is opened to its group, for what is written while the container runs";
            likely(subject, &path, why, step.origin, all);
        }
    }
}

/// A folder that the build makes where programs keep their state is one that a program writes, even
/// if it is not known which.
fn from_state(subject: &Subject<'_>, all: &mut Vec<Wanted>) {
    for (path, made) in state_folders(subject) {
        // Each path is compared with all that are found so far.
        if all.len() >= MOST_WANTED {
            return;
        }
        let why = "is made for what is written while the container runs";
        likely(subject, path, why, made, all);
    }
}

/// A folder of the build that is most likely written and is closed, unless that is known already.
fn likely(subject: &Subject<'_>, path: &str, why: &str, writer: Origin, all: &mut Vec<Wanted>) {
    let Some(launch) = subject.launch else { return };
    let files = &subject.image.files;
    let Some(obstacle) = writable(subject.image, files, path, &launch.user, subject.target)
        .err()
        .filter(|obstacle| obstacle.itself)
    else {
        return;
    };
    let known = |wanted: &Wanted| {
        files.is_below(&wanted.closed.path, path) || wanted.closed.obstacle.path == obstacle.path
    };
    if all.iter().any(known) {
        return;
    }
    all.push(Wanted {
        inside: false,
        gone: false,
        closed: Closed {
            path: path.to_owned(),
            obstacle,
            single: false,
            file: false,
            of_start: false,
            private: None,
            given: false,
        },
        why: why.to_owned(),
        writers: vec![writer],
        severity: Severity::Warning,
        certainty: Certainty::Maybe,
    });
}
