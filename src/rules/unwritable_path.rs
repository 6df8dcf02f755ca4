//! `unwritable-path`: a path that the start script or the server must write is closed to the process.

use super::build_chown::{mended, quoted};
use super::subject::{Subject, fix, is_below};
use crate::finding::{Certainty, Finding, Fix, Severity};
use crate::image::{Node, NodeKind, Setting};
use crate::launch::{Manner, Obstacle, Written, writable};
use crate::programs::{SetBy, WriteKind};
use crate::source::Origin;

const RULE: &str = "unwritable-path";

/// A path that has to be written.
#[derive(Clone)]
struct Wanted {
    path: String,
    obstacle: Obstacle,
    /// What writes it: the end of a sentence that begins with the path.
    why: String,
    /// The command that writes it.
    writer: Option<Origin>,
    severity: Severity,
    certainty: Certainty,
    /// It is one file, which is opened and kept.
    single: bool,
    /// It is a file, beside which there may be others.
    file: bool,
    /// Only its owner may enter it, so that opening it would not do: the variable that names it.
    private: Option<Option<String>>,
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut all: Vec<Wanted> = Vec::new();
    // What has to be the server's own is more than what has to be open; and a folder that a script
    // makes is more than what the server then puts there.
    from_server(subject, true, &mut all);
    from_steps(subject, &mut all);
    from_server(subject, false, &mut all);
    from_volumes(subject, &mut all);
    for wanted in all {
        let cannot = if wanted.private.is_some() {
            "has to own it"
        } else {
            "cannot write it"
        };
        let message = format!(
            "{path} {why}, but {user} {cannot}: {obstacle}.",
            path = wanted.path,
            why = wanted.why,
            user = subject.target.user.name,
            obstacle = wanted.obstacle,
        );
        let volume = subject
            .image
            .config
            .volumes
            .iter()
            .find(|volume| is_below(&wanted.path, &volume.value));
        let volume = volume.and_then(|volume| volume.origin);
        let made = wanted.obstacle.made.filter(|_| wanted.obstacle.itself);
        let Some(origin) = volume.or(made).or(wanted.writer) else {
            continue;
        };
        let mut finding = subject.finding(RULE, origin, message);
        finding.severity = finding.severity.min(wanted.severity);
        finding.certainty = wanted.certainty;
        if !wanted.obstacle.known {
            finding.severity = finding.severity.min(Severity::Warning);
            finding.certainty = Certainty::Maybe;
        }
        if made != Some(origin) {
            finding = finding.related(made, "it is made here");
        }
        if wanted.writer != Some(origin) {
            finding = finding.related(wanted.writer, "it is written from here");
        }
        findings.push(
            finding
                .help(help(subject, &wanted))
                .fix(opened(subject, &wanted)),
        );
    }
}

fn help(subject: &Subject<'_>, wanted: &Wanted) -> String {
    let word = quoted(&wanted.path);
    if wanted.private.is_some() {
        format!("let the server make a folder of its own in {word}, which is open to everybody")
    } else if is_file(subject, wanted) {
        format!("make it in the build, open to everybody: RUN touch {word} && chmod 666 {word}")
    } else if is_shared(&wanted.path) {
        format!(
            "{word} is for the system: write to a folder of its own, which is open to everybody"
        )
    } else {
        format!("make it in the build, open to everybody: RUN mkdir -p {word} && chmod 777 {word}")
    }
}

/// Whether it is one file for sure.
fn is_file(subject: &Subject<'_>, wanted: &Wanted) -> bool {
    match subject.image.files.get(&wanted.path).map(|node| &node.kind) {
        Some(NodeKind::File(_)) => true,
        Some(NodeKind::Folder) => false,
        _ => wanted.single,
    }
}

/// Takes a path in, unless the one that it lies in or itself is there already.
fn push(all: &mut Vec<Wanted>, wanted: Wanted) {
    let known = |other: &Wanted| {
        is_below(&wanted.path, &other.path)
            || other.obstacle.itself && other.obstacle == wanted.obstacle
    };
    if !all.iter().any(known) {
        all.push(wanted);
    }
}

fn from_server(subject: &Subject<'_>, private: bool, all: &mut Vec<Wanted>) {
    let Some((launch, serving)) = subject
        .launch
        .and_then(|launch| Some((launch, launch.serving.as_ref()?)))
    else {
        return;
    };
    let step = &launch.steps[serving.step];
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
        let (path, obstacle) = meant(subject, write.kind, path, obstacle);
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
                single: matches!(write.kind, WriteKind::Pid | WriteKind::Log)
                    && subject.is_file_like(&path),
                path,
                obstacle,
                why: format!(
                    "is where {} keeps its {}{words}",
                    serving.server.title,
                    kind(write.kind)
                ),
                writer: Some(subject.writer(step)),
                severity: if (write.required || data) && !elsewhere {
                    Severity::Error
                } else {
                    Severity::Warning
                },
                certainty: if !elsewhere && (write.setting.certain || write.required) {
                    Certainty::Always
                } else {
                    Certainty::Maybe
                },
                file: false,
                private: write.private.then(|| match &write.setting.by {
                    SetBy::Environment(name) => Some(name.clone()),
                    _ => None,
                }),
            },
        );
    }
}

/// A folder that the build makes for a file of the server's is what is meant, and not the file.
fn meant(
    subject: &Subject<'_>,
    kind: WriteKind,
    path: &str,
    obstacle: &Obstacle,
) -> (String, Obstacle) {
    let file = matches!(kind, WriteKind::Pid | WriteKind::Log | WriteKind::Socket)
        && subject.is_file_like(path);
    let folder = || subject.image.files.resolve(above(path));
    if !file || obstacle.itself || obstacle.made.is_none() || obstacle.path != folder() {
        return (path.to_owned(), obstacle.clone());
    }
    let folder = Obstacle {
        itself: true,
        ..obstacle.clone()
    };
    (above(path).to_owned(), folder)
}

fn kind(kind: WriteKind) -> &'static str {
    match kind {
        WriteKind::Data => "data",
        WriteKind::Log => "log",
        WriteKind::Pid => "process id",
        WriteKind::Socket => "socket",
        WriteKind::Cache => "temporary files",
    }
}

fn from_steps(subject: &Subject<'_>, all: &mut Vec<Wanted>) {
    for step in subject.steps().filter(|step| step.step.given.is_empty()) {
        for Written {
            path,
            obstacle,
            manner,
        } in &step.writes
        {
            let Some(obstacle) = obstacle else { continue };
            let program = step
                .step
                .program()
                .unwrap_or_else(|| "a redirection".to_owned());
            let finding = subject.at_step(RULE, step, "");
            push(
                all,
                Wanted {
                    path: path.clone(),
                    obstacle: obstacle.clone(),
                    why: match manner {
                        Manner::Inside => {
                            format!(
                                "is where {program} makes a new file, in the place of the old one, when the container starts"
                            )
                        }
                        _ => format!("is written by {program} when the container starts"),
                    },
                    writer: Some(subject.writer(step)),
                    severity: finding.severity,
                    certainty: finding.certainty,
                    single: *manner == Manner::File && is_shared(above(path)),
                    file: *manner == Manner::File,
                    private: None,
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
            .any(|wanted| is_below(&wanted.path, &volume.value));
        if known || is_given(subject, &volume.value) {
            continue;
        }
        all.push(Wanted {
            path: volume.value.clone(),
            obstacle,
            why: "is declared a volume, for data that is written while the container runs"
                .to_owned(),
            writer: Some(origin),
            severity: Severity::Warning,
            certainty: Certainty::Maybe,
            single: false,
            file: false,
            private: None,
        });
    }
}

/// Whether a volume is for what is given to the container: its configuration, which nobody in it
/// writes unless a script is seen to, and what is the platform's own.
fn is_given(subject: &Subject<'_>, volume: &str) -> bool {
    let mut hidden = subject.target.files.hidden.iter();
    is_below(volume, "/etc") || hidden.any(|path| is_below(volume, path))
}

fn opened(subject: &Subject<'_>, wanted: &Wanted) -> Option<Fix> {
    let path = &wanted.path;
    if let Some(variable) = &wanted.private {
        return moved(subject, path, variable.as_deref()?);
    }
    // A volume is opened whole: what is to be made in it can be made then.
    let user = &subject.launch?.user;
    let files = &subject.image.files;
    let closed = |volume: &&Setting| {
        is_below(path, &volume.value)
            && *path != volume.value
            && writable(files, &volume.value, user, subject.target).is_err()
    };
    if let Some(volume) = subject.image.config.volumes.iter().find(closed) {
        let obstacle = writable(files, &volume.value, user, subject.target).err()?;
        let whole = Wanted {
            path: volume.value.clone(),
            obstacle,
            single: false,
            ..wanted.clone()
        };
        return opened(subject, &whole);
    }
    // What was given to somebody is opened where it is given, and what is to be made in it with it.
    let node = subject.image.files.get(path);
    let blocking = subject.image.files.get(&wanted.obstacle.path);
    let serves = |node: &&Node| wanted.obstacle.itself || !node.crowded;
    let given = blocking
        .filter(serves)
        .and_then(|node| node.owner.by)
        .and_then(|by| {
            let mut given = subject.given_away().iter();
            given.find(|given| given.by == by)
        });
    if let Some(given) = given {
        let mended = mended(subject, given)?;
        return fix(
            format!("open {path} to everybody in the build"),
            reason(subject, path),
            mended.edits,
        );
    }
    let word = quoted(path);
    if !is_file(subject, wanted) && is_shared(path) {
        return None;
    }
    let above = above(path);
    let touched = if is_shared(above) {
        format!("RUN touch {word} && chmod 666 {word}")
    } else {
        format!(
            "RUN mkdir -p {} && touch {word} && chmod 666 {word}",
            quoted(above)
        )
    };
    let line = match node.map(|node| (&node.kind, node.filled)) {
        Some((NodeKind::File(_), _)) => format!("RUN chmod a+rw {word}"),
        Some((NodeKind::Folder, false)) => format!("RUN mkdir -p {word} && chmod 777 {word}"),
        None if wanted.single => touched,
        None if !wanted.obstacle.itself && (wanted.file || subject.is_file_like(path)) => {
            let folder = quoted(above);
            match subject.image.files.get(above) {
                _ if is_shared(above) => touched,
                Some(node) if node.filled => {
                    format!("RUN mkdir -p {folder} && chmod -R a+rwX {folder}")
                }
                _ => format!("RUN mkdir -p {folder} && chmod 777 {folder}"),
            }
        }
        None => format!("RUN mkdir -p {word} && chmod 777 {word}"),
        Some(_) => format!("RUN mkdir -p {word} && chmod -R a+rwX {word}"),
    };
    let edits = vec![subject.build_line(&line, Some(path))?];
    fix(
        format!("open {path} to everybody in the build"),
        reason(subject, path),
        edits,
    )
}

/// Folders of the system, which many programs share: they are not opened for the sake of one.
const SHARED: &[&str] = &[
    "",
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/etc/cron.d",
    "/etc/default",
    "/etc/init.d",
    "/etc/profile.d",
    "/etc/ssl",
    "/home",
    "/lib",
    "/lib64",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/etc",
    "/usr/local/lib",
    "/usr/local/sbin",
    "/usr/local/share",
    "/usr/sbin",
    "/usr/share",
    "/usr/src",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/local",
    "/var/log",
    "/var/mail",
    "/var/opt",
    "/var/run",
    "/var/spool",
];

/// The folder that a path lies in.
fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("/", |(folder, _)| folder)
}

fn is_shared(path: &str) -> bool {
    SHARED.contains(&path)
}

/// A folder that must be the process's own is made by it, in one that is open. What the build does
/// with the variable stays as it is.
fn moved(subject: &Subject<'_>, path: &str, variable: &str) -> Option<Fix> {
    subject.image.config.environment.get(variable)?;
    let inner = format!("{path}/{}", variable.to_ascii_lowercase());
    let mut edits = vec![subject.build_line(&format!("ENV {variable} {}", quoted(&inner)), None)?];
    let user = &subject.launch?.user;
    if writable(&subject.image.files, path, user, subject.target).is_err() {
        let word = quoted(path);
        let line = format!("RUN mkdir -p {word} && chmod 777 {word}");
        edits.push(subject.build_line(&line, Some(path))?);
    }
    fix(
        format!("let the server make its own folder in {path}"),
        format!("the server has to own {variable}, so it makes it itself"),
        edits,
    )
}

fn reason(subject: &Subject<'_>, path: &str) -> String {
    format!("{} has to write {path}", subject.target.user.name)
}
