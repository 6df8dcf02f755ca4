//! `reopens-stdout`: standard output or standard error is opened by its name, which only root can.

use std::collections::HashSet;

use super::build_chown::{quoted, word_at};
use super::port;
use super::subject::{Subject, fix};
use super::worst::Worst;
use crate::edit;
use crate::eval::{User, standard_output};
use crate::finding::{Certainty, Edit, Finding, Fix, Severity};
use crate::launch::{LaunchStep, Logged, Obstacle, Serving, Written};
use crate::programs::{SetBy, Tell, programs};
use crate::source::{Origin, Span};

const RULE: &str = "reopens-stdout";

/// Why it cannot be opened.
const WHY: &str = "what is behind it belongs to root, and only its open end is handed on";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut worst = Worst::new(findings);
    for step in subject.steps() {
        for (written, obstacle) in step.writes.iter().filter_map(blocked) {
            let finding = by_step(subject, step, written, obstacle);
            worst.add(finding.origin, finding, |finding| {
                finding.fix(
                    handed_on(subject, step, written).or_else(|| given(subject, step, written)),
                )
            });
        }
    }
    let Some(launch) = subject.launch else { return };
    for serving in launch.all_servers() {
        by_server(subject, serving, &launch.steps[serving.step], &mut worst);
    }
}

/// The same, for a fix.
const CLOSED: &str = "its output cannot be opened by name here";

/// A path whose opening fails for this reason.
fn blocked(written: &Written) -> Option<(&Written, &Obstacle)> {
    let obstacle = written.obstacle.as_ref();
    let obstacle = obstacle.filter(|obstacle| obstacle.is_output())?;
    Some((written, obstacle))
}

/// A path, and where it leads if it is a link.
fn named(path: &str, real: &str) -> String {
    match path == real {
        true => path.to_owned(),
        false => format!("{path}, a link to {real},"),
    }
}

/// A command that opens it, or for which the shell does.
fn by_step(
    subject: &Subject<'_>,
    step: &LaunchStep,
    written: &Written,
    obstacle: &Obstacle,
) -> Finding {
    let path = &written.path;
    let program = step.step.program();
    let redirected = redirection(step, path).is_some();
    let prints = program.as_deref().is_some_and(|program| {
        let tools = programs().tools();
        tools.only_prints(program) || program == "tee"
    });
    let end = match (&program, redirected) {
        (Some(program), true) if prints => {
            format!(
                "The shell says “{path}: Permission denied”, and what {program} prints is lost."
            )
        }
        (Some(program), true) => {
            format!("The shell says “{path}: Permission denied” and does not run {program}.")
        }
        (None, true) => {
            format!("The shell says “{path}: Permission denied” and runs nothing of it.")
        }
        (program, false) => format!(
            "{} says “{path}: Permission denied” and fails.",
            program.as_deref().unwrap_or("The command")
        ),
    };
    let message = format!(
        "{} cannot be opened by {}: {WHY}. {end}",
        named(path, &obstacle.path),
        step.step.user
    );
    let mut finding = subject.at_command(RULE, step, message);
    // The script goes on without what was to be said.
    if prints && !step.step.ends_start && finding.severity == Severity::Error {
        finding.lower();
    }
    let command = finding.origin;
    finding.origin = place(step, path).unwrap_or(command);
    let line = |origin: Origin| {
        let at = origin.span.start as usize;
        (origin.source, subject.text(origin.source).line_index(at))
    };
    if line(finding.origin) != line(command) {
        finding = finding.related(Some(command), "it is opened from here");
    }
    finding
        .related(obstacle.made, "the link is made here")
        .help(match redirected {
            true => "hand on what is open already: >&1, >&2",
            false => "have it written to what is open already: there is no name for that here",
        })
}

/// Where a command names the path: its redirection, its word, or what tells it of it.
fn place(step: &LaunchStep, path: &str) -> Option<Origin> {
    let is = |value: &&crate::eval::Value| {
        let known = value.known();
        known.is_some_and(|known| step.step.absolute(&known).as_deref() == Some(path))
    };
    let redirects = step.step.redirects.iter().map(|(_, target)| target);
    let named = redirects.chain(&step.step.argv).find(is);
    let told = step.step.managed.iter().flat_map(|managed| &managed.told);
    let told = told.into_iter().find(|(told, _)| told == path);
    named
        .and_then(|value| value.exact_origin())
        .or(told.map(|(_, origin)| *origin))
}

/// Which of its redirections opens a path.
fn redirection(step: &LaunchStep, path: &str) -> Option<usize> {
    let opens = |target: &crate::eval::Value| {
        let known = target.known();
        known.is_some_and(|known| step.step.absolute(&known).as_deref() == Some(path))
    };
    let mut redirects = step.step.redirects.iter();
    redirects.position(|(_, target)| opens(target))
}

/// The descriptor in the place of its name.
fn handed_on(subject: &Subject<'_>, step: &LaunchStep, written: &Written) -> Option<Fix> {
    let path = &written.path;
    // What the first process has open may be something else.
    let number = standard_output(path).filter(|_| !path.starts_with("/proc/1/"))?;
    let text = step.step.written.as_ref()?;
    let redirect = text.command.redirects.get(redirection(step, path)?)?;
    let named = redirect.target.literal()?;
    standard_output(&named)?;
    let edits = subject.with_shell(text, |text| edit::duplicate(text, redirect, number))?;
    fix(
        format!("write to the descriptor {number}, which is open"),
        "it is open already and cannot be opened by its name",
        vec![edits],
    )
}

/// A file in the place of the output, for a log that a program which starts others is told of.
fn given(subject: &Subject<'_>, step: &LaunchStep, written: &Written) -> Option<Fix> {
    let managed = step.step.managed.as_ref()?;
    let program = step.step.program()?;
    let file = file_for(&format!("{program}-programs"), None);
    let told = |(path, _): &&(String, Origin)| *path == written.path;
    let edits: Option<Vec<Edit>> = (managed.told.iter().filter(told))
        .map(|(path, origin)| {
            // The place is that of the whole setting.
            let source = subject.text(origin.source);
            let (name, value) = source.slice(origin.span).split_once(['=', ':'])?;
            let start = origin.span.start as usize + name.len() + 1 + value.find(path.as_str())?;
            let span = Span::new(start, start + path.len());
            subject.is_plain_text(*origin).then(|| Edit {
                origin: Origin { span, ..*origin },
                replacement: file.clone(),
            })
        })
        .collect();
    in_file(&program, edits?)
}

/// A file for a log, where everybody may write. What reads the log of one server by its name finds it.
fn file_for(program: &str, log: Option<&str>) -> String {
    match log.and_then(|path| path.rsplit('/').next()) {
        Some(name) => format!("/tmp/{program}-{name}"),
        None => format!("/tmp/{program}.log"),
    }
}

fn in_file(program: &str, edits: Vec<Edit>) -> Option<Fix> {
    let (title, reason) = in_file_words(program);
    fix(title, reason, edits)
}

fn in_file_words(program: &str) -> (String, &'static str) {
    let title = format!("have {program} log into a file below /tmp");
    (title, CLOSED)
}

/// A log of a server's that leads there.
struct Opened<'a> {
    path: &'a str,
    real: String,
    required: bool,
    certain: bool,
    words: Option<&'a str>,
    by: &'a SetBy,
    link: Option<Origin>,
    output: Option<&'a str>,
}

impl<'a> Opened<'a> {
    fn of_log(subject: &Subject<'_>, logged: &'a Logged) -> Option<Self> {
        logged.output?;
        let path = logged.path.as_deref()?;
        Some(Self {
            real: subject.image.files.resolve(path),
            path,
            required: logged.log.required,
            certain: logged.log.is_certain(),
            words: logged.log.words.as_deref(),
            by: &logged.log.setting.by,
            link: logged.link,
            output: logged.log.output.as_deref(),
        })
    }
}

/// The logs that a server opens there; links together, since they are made together.
fn by_server(
    subject: &Subject<'_>,
    serving: &Serving,
    step: &LaunchStep,
    worst: &mut Worst<'_, Origin>,
) {
    let can = subject.target.files.standard_output_can_be_opened || step.step.user == User::Root;
    if can {
        return;
    }
    let logs = serving.logs.iter();
    let mut opened: Vec<Opened<'_>> = logs
        .filter_map(|log| Opened::of_log(subject, log))
        .collect();
    for (write, written) in &serving.writes {
        let Some((written, obstacle)) = written.as_ref().and_then(blocked) else {
            continue;
        };
        if opened.iter().any(|other| other.path == written.path) {
            continue;
        }
        opened.push(Opened {
            path: &written.path,
            real: obstacle.path.clone(),
            required: write.required,
            certain: write.is_certain(),
            words: write.words.as_deref(),
            by: &write.setting.by,
            link: obstacle.made,
            output: None,
        });
    }
    let command = subject.command_of(step);
    let said = |opened: &Opened<'_>| port::place(subject, serving, step, opened.by);
    // What a link or the base says stands nowhere that the server is told of it.
    let (told, mut linked): (Vec<_>, Vec<_>) = opened
        .into_iter()
        .partition(|opened| opened.path == opened.real && said(opened) != command);
    // A file is linked once, however often it is named.
    let mut seen = HashSet::new();
    linked.retain(|one| seen.insert(one.path));
    for opened in &told {
        let finding = by_log(subject, serving, step, opened, said(opened));
        worst.add(finding.origin, finding, |finding| {
            let finding = finding.related(Some(command), "it is started here");
            finding.fix(told_otherwise(subject, serving, step, opened, &told))
        });
    }
    let Some(first) = linked.first() else { return };
    let at = first.link.unwrap_or(command);
    let mut finding = by_log(subject, serving, step, first, at);
    if at != command {
        finding = finding.related(Some(command), "it is opened from here");
    }
    for other in linked.iter().skip(1).filter_map(|other| other.link) {
        if other != at {
            finding = finding.related(Some(other), "this is another one");
        }
    }
    worst.add(finding.origin, finding, |finding| {
        let mended = linked_otherwise(subject, serving, &linked);
        finding.fix(mended.or_else(|| configured_otherwise(subject, serving, step)))
    });
}

fn by_log(
    subject: &Subject<'_>,
    serving: &Serving,
    step: &LaunchStep,
    opened: &Opened<'_>,
    at: Origin,
) -> Finding {
    let title = &serving.server.title;
    let end = match (opened.words, opened.required) {
        (Some(words), true) => format!("It ends with “{words}”."),
        (Some(words), false) => format!("It says “{words}”, and logs nothing."),
        (None, true) => format!("It ends with “{}: Permission denied”.", opened.path),
        (None, false) => "It logs nothing.".to_owned(),
    };
    let message = format!(
        "{title} opens {} to log, which {} cannot: {WHY}. {end}",
        named(opened.path, &opened.real),
        step.step.user
    );
    let mut finding = subject.at_command(RULE, step, message);
    finding.origin = at;
    if !opened.required {
        finding.severity = finding.severity.min(Severity::Warning);
    }
    if !opened.certain {
        finding.severity = finding.severity.min(Severity::Warning);
        finding.certainty = Certainty::Maybe;
    }
    finding.help(match opened.output {
        Some(output) if !output.contains('"') => {
            format!("have it write to what is open already: {output}")
        }
        _ => "have it log into a file below /tmp, or not at all".to_owned(),
    })
}

/// The links lead to files. None where the server would end for another of them, or goes on without
/// what it logs.
fn linked_otherwise(
    subject: &Subject<'_>,
    serving: &Serving,
    linked: &[Opened<'_>],
) -> Option<Fix> {
    let mut edits = Vec::new();
    let mut links: Vec<String> = Vec::new();
    for opened in linked {
        if opened.path == opened.real || !opened.required {
            return None;
        }
        let file = file_for(&serving.server.name, Some(opened.path));
        let alone = |link: &Origin| {
            let mut others = linked.iter().filter(|other| other.link == Some(*link));
            others.next().is_some() && others.next().is_none()
        };
        let written = opened.link.filter(alone);
        let written = written.and_then(|link| linked_to(subject, link, &opened.real, &file));
        match written {
            Some(edit) => edits.push(edit),
            None => links.push(format!("ln -sf {file} {}", quoted(opened.path))),
        }
    }
    if !links.is_empty() {
        let first = linked.first().map(|opened| opened.path);
        edits.push(subject.build_line(&format!("RUN {}", links.join(" && ")), first)?);
    }
    in_file(&serving.server.title, edits)
}

/// The server's own configuration names something else.
fn configured_otherwise(
    subject: &Subject<'_>,
    serving: &Serving,
    step: &LaunchStep,
) -> Option<Fix> {
    let tell = serving.server.tell_log()?;
    let title = format!("have {} log elsewhere", serving.server.title);
    let reason = CLOSED.to_owned();
    port::told(subject, serving, step, vec![tell], title, reason)
}

/// Another word in the place of the path that a command of the build makes a link to.
fn linked_to(subject: &Subject<'_>, link: Origin, real: &str, file: &str) -> Option<Edit> {
    let mut steps = subject.image.steps.iter();
    let step = &steps.find(|build| build.step.origin == link)?.step;
    let written = step.written.as_ref()?;
    let index = step.argv.iter().position(|word| word.is(real))?;
    let place = word_at(step, index)?;
    // What a variable holds is not for this command alone.
    if step.argv[index].exact_origin() != Some(place) {
        return None;
    }
    subject.with_shell(written, |text| edit::replace_part(text, place, file))
}

/// The server's own word for the output that is open; where it has none, a file for all logs of that kind
/// together.
fn told_otherwise(
    subject: &Subject<'_>,
    serving: &Serving,
    step: &LaunchStep,
    opened: &Opened<'_>,
    all: &[Opened<'_>],
) -> Option<Fix> {
    let server = serving.server;
    let tell = |opened: &Opened<'_>, with: &str| match opened.by {
        SetBy::Config { path, span, .. } => Some(Tell::ReplaceConfig {
            path: path.clone(),
            span: *span,
            with: with.to_owned(),
        }),
        _ => None,
    };
    if let Some(output) = opened.output {
        let title = format!("have {} write to what is open", server.title);
        let reason = "it is open already and cannot be opened by its name".to_owned();
        return port::told(
            subject,
            serving,
            step,
            vec![tell(opened, output)?],
            title,
            reason,
        );
    }
    if !opened.required {
        return None;
    }
    let file = file_for(&server.name, None);
    let alike = |other: &&Opened<'_>| other.output.is_none() && other.required;
    let tells: Option<Vec<Tell>> = (all.iter().filter(alike))
        .map(|other| tell(other, &file))
        .collect();
    let (title, reason) = in_file_words(&server.title);
    port::told(subject, serving, step, tells?, title, reason.to_owned())
}
