//! What the rules about ports share: where the server is told its port, and how it is told another.

use super::subject::{Subject, fix};
use crate::edit;
use crate::eval::{Piece, User, Value, Written};
use crate::finding::{Certainty, Edit, Finding, Fix};
use crate::launch::{LaunchStep, Serving};
use crate::programs::{Listener, SetBy, Setting, Tell, WordPart};
use crate::source::{Origin, Span};
use crate::syntax::dockerfile::Keyword;

/// The server of the launch, its step, and the listener that is meant.
pub(super) struct Served<'a> {
    pub(super) serving: &'a Serving,
    pub(super) step: &'a LaunchStep,
    pub(super) listener: &'a Listener,
}

impl<'a> Served<'a> {
    /// The server of an image, if it is known to have one.
    pub(super) fn of(subject: &Subject<'a>) -> Option<Self> {
        let serving = subject.launch?.serving.as_ref()?;
        Self::listener(subject, serving, serving.listening.primary()?)
    }

    /// Every listener of every server.
    pub(super) fn all(subject: &Subject<'a>) -> Vec<Self> {
        let servers = subject.launch.iter().flat_map(|launch| launch.servers());
        Self::listeners(subject, servers)
    }

    /// Every listener of the servers that are started for sure on the way to those.
    pub(super) fn passed(subject: &Subject<'a>) -> Vec<Self> {
        let servers = subject.launch.iter().flat_map(|launch| &launch.passed);
        Self::listeners(subject, servers)
    }

    fn listeners(subject: &Subject<'a>, servers: impl Iterator<Item = &'a Serving>) -> Vec<Self> {
        servers
            .flat_map(|serving| {
                let listeners = serving.listening.listeners.iter();
                listeners.filter_map(|listener| Self::listener(subject, serving, listener))
            })
            .collect()
    }

    fn listener(
        subject: &Subject<'a>,
        serving: &'a Serving,
        listener: &'a Listener,
    ) -> Option<Self> {
        let launch = subject.launch?;
        Some(Self {
            serving,
            step: launch.steps.get(serving.step)?,
            listener,
        })
    }

    /// What people call it.
    pub(super) fn title(&self) -> &'a str {
        &self.serving.server.title
    }

    /// A finding about its port or its address, where that is set; less severe where something
    /// else may have the last word.
    pub(super) fn finding(
        &self,
        subject: &Subject<'_>,
        rule: &'static str,
        setting: &Setting,
        message: String,
    ) -> Finding {
        let mut finding = subject.finding(
            rule,
            place(subject, self.serving, self.step, &setting.by),
            message,
        );
        let known = subject.known();
        let sure = known.is_some_and(|known| known.is_sure(self.step, setting));
        if !sure || self.step.step.surely == Certainty::Maybe {
            finding.lower();
            finding.certainty = Certainty::Maybe;
        }
        finding
    }

    /// Whether it listens where only root may, and is not root.
    fn is_privileged(&self, subject: &Subject<'_>) -> bool {
        let lowest = subject.target.ports.lowest_unprivileged;
        self.step.step.user != User::Root
            && (self.listener.port_number()).is_some_and(|port| port < lowest)
    }

    /// The mending that has it listen on a port.
    pub(super) fn on_port(&self, subject: &Subject<'_>, port: u16) -> Option<Fix> {
        let listening = &self.serving.listening;
        let tells = self.serving.server.tell(listening, self.listener, port);
        let title = format!("have {} listen on port {port}", self.title());
        let asked = subject.checked_port() == Some(port);
        // Nobody asks with TLS there.
        let place = place(subject, self.serving, self.step, &self.listener.port.by);
        if asked && is_encrypted(subject, place) {
            return None;
        }
        let reason = match asked {
            false if self.is_privileged(subject) => format!(
                "only root may take ports below {}",
                subject.target.ports.lowest_unprivileged
            ),
            false => "the platform takes that port for itself".to_owned(),
            true => subject.target.ports.asks_for(&format!("port {port}")),
        };
        told(subject, self.serving, self.step, tells, title, reason)
    }
}

/// Where something was set; the server's own word if it is its default.
pub(super) fn place(
    subject: &Subject<'_>,
    serving: &Serving,
    step: &LaunchStep,
    by: &SetBy,
) -> Origin {
    let own = subject.command_of(step);
    let found = match by {
        // Where a word says no port, as `ldap:///` does, it says so all the same.
        SetBy::Argument { part, .. } => word_part(step, part)
            .and_then(|word| word.origin())
            .or_else(|| step.step.argv.get(part.index)?.origin()),
        SetBy::Environment(name) => match step
            .step
            .variables
            .get(name.as_str())
            .map(|variable| &variable.content)
        {
            Some(crate::eval::Content::Scalar(value)) => value.origin(),
            _ => None,
        },
        SetBy::Config { path, span, .. } => {
            in_configuration(subject, serving, path, span.range()).and_then(|value| value.origin())
        }
        SetBy::Default => None,
    };
    found.unwrap_or(own)
}

/// What stands in a configuration file of the image, with its place. An empty range is the place
/// behind the byte before it.
pub(super) fn in_configuration(
    subject: &Subject<'_>,
    serving: &Serving,
    path: &str,
    range: std::ops::Range<usize>,
) -> Option<Value> {
    let files = serving.files.as_ref().unwrap_or(&subject.image.files);
    let text = subject.scripts.text(files, path)?;
    let value = match text.known() {
        Some(_) => text,
        None => with_signs(&text),
    };
    if !range.is_empty() {
        return value.slice(range);
    }
    let before = value.slice(range.start.checked_sub(1)?..range.start)?;
    let origin = before.exact_origin()?;
    let end = origin.span.end as usize;
    let origin = Origin {
        span: crate::source::Span::new(end, end),
        ..origin
    };
    Some(Value::written("", origin, true))
}

/// A text whose parts that are not known are one byte each, as in the text that was read.
fn with_signs(text: &Value) -> Value {
    let mut value = Value::default();
    for piece in text.pieces() {
        match piece {
            Piece::Known {
                text,
                origin,
                exact,
            } => value.push_known(text, *origin, *exact),
            Piece::Unknown(_) => value.push_known("$", None, false),
        }
    }
    value
}

fn word_part(step: &LaunchStep, part: &WordPart) -> Option<Value> {
    let word = step.step.argv.get(part.index)?;
    match &part.range {
        Some(range) => word.slice(range.clone()),
        None => Some(word.clone()),
    }
}

/// The changes that tell the server something else, as a fix; none if one of them cannot be made.
pub(super) fn told(
    subject: &Subject<'_>,
    serving: &Serving,
    step: &LaunchStep,
    tells: Vec<Tell>,
    title: String,
    reason: String,
) -> Option<Fix> {
    let mut edits = Vec::new();
    for tell in tells {
        match tell {
            Tell::ReplaceWordPart { part, with } => {
                let origin = word_part(step, &part)?.exact_origin()?;
                edits.push(replaced(subject, step, origin, with)?);
            }
            Tell::AppendArguments(words) => edits.extend(appended(subject, step, &words)?),
            Tell::SetEnvironment { name, value } => {
                edits.push(environment(subject, step, &name, &value)?)
            }
            Tell::ReplaceConfig { path, span, with } => {
                let origin =
                    in_configuration(subject, serving, &path, span.range())?.exact_origin()?;
                if !subject.is_plain_text(origin) {
                    return None;
                }
                // What stands in quotes needs none of its own.
                let source = subject.text(origin.source);
                let before = &source.text()[..origin.span.start as usize];
                let replacement = match before.ends_with(['"', '\'']) {
                    true => with.trim_matches('"').to_owned(),
                    false => with,
                };
                edits.push(Edit {
                    origin,
                    replacement,
                });
            }
            Tell::RunAtBuild(lines) => {
                // Another's layout may have the file elsewhere, and the build would end there.
                let fits =
                    |line: &&String| names_files_of(subject, line) || has_files_of(subject, line);
                let line = match step.is_official(subject.image) {
                    true => lines.first(),
                    false => lines.iter().find(fits),
                }?;
                edits.push(subject.build_line(&format!("RUN {line}"), None)?);
            }
        }
    }
    edits.sort();
    edits.dedup();
    fix(title, reason, edits)
}

/// Whether what follows on a line says that it is about TLS: `listen 443 ssl`.
fn is_encrypted(subject: &Subject<'_>, origin: Origin) -> bool {
    let source = subject.text(origin.source);
    let rest = source.text().get(origin.span.end as usize..);
    let line = rest.and_then(|rest| rest.lines().next());
    line.is_some_and(|line| line.split([' ', '\t', ';']).any(|word| word == "ssl"))
}

/// The files that a command line names.
fn paths_of(line: &str) -> impl Iterator<Item = &str> + Clone {
    line.split_whitespace().filter(|word| word.starts_with('/'))
}

/// Whether every file and folder that a command line names is known to be there.
fn has_files_of(subject: &Subject<'_>, line: &str) -> bool {
    paths_of(line).all(|path| subject.image.files.get(path).is_some())
}

/// Whether the build speaks of every file that a command line names, so that they are there.
fn names_files_of(subject: &Subject<'_>, line: &str) -> bool {
    let paths = paths_of(line);
    let named = |path: &str| {
        let mut words = subject
            .image
            .steps
            .iter()
            .flat_map(|build| &build.step.argv);
        words.any(|word| word.is(path))
    };
    paths.clone().count() > 0 && paths.into_iter().all(named)
}

fn replaced(
    subject: &Subject<'_>,
    step: &LaunchStep,
    origin: Origin,
    with: String,
) -> Option<Edit> {
    let in_dockerfile = subject.instruction_at(origin).is_some();
    match &step.step.written {
        Some(written)
            if !in_dockerfile
                || subject.element(origin).is_none() && written.source == origin.source =>
        {
            subject.with_shell(written, |text| edit::replace_part(text, origin, &with))
        }
        _ => Some(Edit {
            origin,
            replacement: with,
        }),
    }
}

/// Words behind the last one of the command.
fn appended(subject: &Subject<'_>, step: &LaunchStep, words: &[String]) -> Option<Vec<Edit>> {
    let text = subject.text(subject.source);
    let last = step.step.argv.iter().rev().find_map(|word| word.origin());
    let is_there = |written: &&Written| {
        last.is_some_and(|last| {
            written.source == last.source && written.command.span.contains(last.span)
        })
    };
    if let (Some(origin), Some(written)) = (last, step.step.written.as_ref().filter(is_there)) {
        return subject.with_shell(written, |text| edit::append_words(text, origin, words));
    }
    if let Some((array, index)) = last.and_then(|origin| subject.element(origin)) {
        return Some(edit::json_insert(
            array,
            text.text(),
            subject.source,
            index + 1,
            words,
        ));
    }
    if let (Some(origin), Some(written)) = (last, &step.step.written) {
        return subject.with_shell(written, |text| edit::append_words(text, origin, words));
    }
    if let Some(edits) = last.and_then(|origin| in_shell_form(subject, step, origin, words)) {
        return Some(edits);
    }
    if let Some(last) = last {
        return Some(vec![in_command_line(subject, last, words)?]);
    }
    // All of the command is the base's: it is said again, with more words.
    if is_started(subject, step) {
        return None;
    }
    let command = subject
        .image
        .config
        .command
        .as_ref()
        .filter(|command| command.origin.is_none() && !command.shell)?;
    let all: Option<Vec<String>> = command.argv.iter().map(Value::known).collect();
    let all: Vec<String> = all?.into_iter().chain(words.iter().cloned()).collect();
    let line = format!(
        "CMD {}",
        serde_json::to_string(&all).ok()?.replace("\",\"", "\", \"")
    );
    let last = subject.instruction(subject.image.own.end.checked_sub(1)?)?;
    Some(vec![edit::insert_after(
        text.text(),
        subject.source,
        last,
        &line,
    )])
}

/// Whether a program starts the command whose configuration has it.
fn is_started(subject: &Subject<'_>, step: &LaunchStep) -> bool {
    let steps = subject.launch.map_or(&[][..], |launch| &launch.steps);
    let outer = |number: usize| steps.get(number);
    let mut all = std::iter::successors(step.step.behind.and_then(outer), |step| {
        step.step.behind.and_then(outer)
    });
    all.any(|step| step.step.managed.is_some())
}

/// Words behind the last one of a command line in a configuration file, unless that is quoted.
fn in_command_line(subject: &Subject<'_>, last: Origin, words: &[String]) -> Option<Edit> {
    let source = subject.text(last.source);
    let at = last.span.end as usize;
    let behind = source.text().get(at..)?.chars().next();
    let ends = behind.is_none_or(char::is_whitespace) && subject.instruction_at(last).is_none();
    ends.then(|| Edit {
        origin: Origin {
            span: Span::new(at, at),
            ..last
        },
        replacement: format!(" {}", words.join(" ")),
    })
}

/// A command line of CMD or ENTRYPOINT that the shell runs.
fn in_shell_form(
    subject: &Subject<'_>,
    step: &LaunchStep,
    origin: Origin,
    words: &[String],
) -> Option<Vec<Edit>> {
    let written = step.step.written.as_ref()?;
    subject.with_shell(written, |text| edit::append_words(text, origin, words))
}

/// An environment variable, where it is set or before the start command.
fn environment(subject: &Subject<'_>, step: &LaunchStep, name: &str, value: &str) -> Option<Edit> {
    if let Some(crate::eval::Content::Scalar(old)) = step
        .step
        .variables
        .get(name)
        .map(|variable| &variable.content)
    {
        let origin = old.exact_origin()?;
        let (_, instruction) = subject.instruction_at(origin)?;
        return (instruction.keyword == Keyword::Env).then(|| Edit {
            origin,
            replacement: value.to_owned(),
        });
    }
    subject.build_line(&format!("ENV {name} {value}"), None)
}
