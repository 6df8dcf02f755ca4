//! `signals-not-forwarded`: a shell stays before the server, and takes the signal that asks it to stop.

use std::rc::Rc;

use super::endings::{each, is_last, stays};
use super::subject::{Subject, fix};
use crate::edit;
use crate::eval::Written;
use crate::finding::{Certainty, Finding, Fix};
use crate::image::Image;
use crate::launch::LaunchStep;
use crate::programs::programs;
use crate::source::Origin;
use crate::syntax::shell::{Command, Simple};

const RULE: &str = "signals-not-forwarded";

/// A command before which a shell stays.
struct Kept<'a> {
    step: &'a LaunchStep,
    /// What people call it.
    title: String,
    /// Whether the shell is known to stay there.
    surely: bool,
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(launch) = subject.launch else { return };
    let Some((number, title)) = meant(subject) else {
        return;
    };
    // Without a shell, nothing is started at all.
    let base = subject.image.base_name.as_deref();
    let bare = base == Some("scratch") || subject.image.base.is_some_and(|b| b.shells.is_empty());
    let ended = bare || launch.stopped.is_some() || launch.steps[number].step.piped;
    // What something else stays for has gone to the background, be it that this is not known.
    let left = launch.steps.iter().skip(number + 1).any(stays);
    if ended || left || launch.steps[number].step.background {
        return;
    }
    let signal = &subject.target.lifecycle.stop_signal;
    for kept in kept(subject, number, title) {
        let title = &kept.title;
        let message = format!(
            "{title} is not asked to stop: the {signal} of the platform reaches the shell that starts it, which does not hand it on, and it is killed in the middle of its work."
        );
        let mut finding = subject.at_step(RULE, kept.step, message);
        finding.origin = place(kept.step).unwrap_or(finding.origin);
        if !kept.surely {
            finding.lower();
            finding.certainty = Certainty::Maybe;
        }
        let mended = replaced(subject, kept.step);
        findings.push(
            finding
                .help("let it take the place of the shell: exec")
                .fix(mended),
        );
    }
}

/// What the start is for, and what people call it: its server or, in an image that offers a port, the
/// program that comes last and of which nothing is known.
fn meant(subject: &Subject<'_>) -> Option<(usize, String)> {
    let launch = subject.launch?;
    if let Some(serving) = &launch.serving {
        return (serving.left.is_none()).then(|| (serving.step, serving.server.title.clone()));
    }
    subject.image.tcp_ports().next()?;
    let last = launch.steps.len().checked_sub(1)?;
    let step = &launch.steps[last];
    let program = step.step.program()?;
    let known = programs().is_tool(&program)
        || programs().wrapper(&program).is_some()
        || programs().switcher(&program).is_some()
        || step.step.managed.is_some()
        || step.unread.is_some()
        || !step.refusals.is_empty()
        || step.step.surely == Certainty::Maybe
        || !step.step.given.is_empty();
    let script = subject.scripts.script(
        &subject.image.files,
        &step.step.absolute(&step.step.argv.first()?.known()?)?,
    );
    (!known && script.is_none()).then_some((last, program))
}

/// Where the command is written, whatever it is called with.
fn place(step: &LaunchStep) -> Option<Origin> {
    let written = step.step.written.as_ref()?;
    let first = written.command.words.first()?;
    Some(Origin {
        source: written.source,
        span: first.span,
    })
}

/// The commands on the way to a step before which a shell stays, from the inside out.
fn kept<'a>(subject: &Subject<'a>, number: usize, title: String) -> Vec<Kept<'a>> {
    let mut found = Vec::new();
    let Some(launch) = subject.launch else {
        return found;
    };
    let mut title = title;
    let mut inner = &launch.steps[number];
    loop {
        let outer = inner.step.behind.and_then(|at| launch.steps.get(at));
        let stands_in = match (&inner.step.written, outer.map(|outer| &outer.step.written)) {
            (Some(own), Some(Some(other))) => Rc::ptr_eq(&own.command, &other.command),
            (None, _) => true,
            _ => false,
        };
        let written = inner.step.written.as_ref().filter(|_| !stands_in);
        let written = written.filter(|_| outer.is_none_or(is_read_by_a_shell));
        if let Some(written) = written {
            let line = outer.and_then(|outer| CommandLine::of(subject.image, outer, written));
            let replaced = inner.step.exec || line == Some(CommandLine::Replaced);
            if !replaced && !traps(written) {
                found.push(Kept {
                    step: inner,
                    title: title.clone(),
                    surely: line != Some(CommandLine::Unknown),
                });
            }
        }
        let Some(outer) = outer else { return found };
        if hands_on(outer) {
            found.clear();
        }
        if outer.step.managed.is_some() {
            title = outer.step.program().unwrap_or(title);
        }
        inner = outer;
    }
}

/// Whether what a program starts is a script of its own, or a command line of a shell's: not one that a
/// wrapper hands on in a way of its own.
fn is_read_by_a_shell(step: &LaunchStep) -> bool {
    let program = step.step.program().unwrap_or_default();
    let all = programs();
    all.wrapper(&program).is_none() && all.switcher(&program).is_none()
}

/// Whether a program passes signals on to all that it has started, or answers for what it has.
fn hands_on(step: &LaunchStep) -> bool {
    if step.step.managed.is_some() {
        return true;
    }
    let texts = step.step.texts();
    let options = || {
        let words = texts.iter().skip(1).map(Option::as_deref);
        words.map_while(|word| word.filter(|word| word.starts_with('-') && *word != "--"))
    };
    let letter =
        |letter: char| options().any(|word| !word.starts_with("--") && word.contains(letter));
    match step.step.program().as_deref() {
        Some("dumb-init") => !letter('c') && !options().any(|word| word == "--single-child"),
        Some("tini" | "tini-static" | "docker-init") => letter('g'),
        _ => false,
    }
}

/// What a shell that is given a command line makes of its last command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CommandLine {
    /// That takes its place.
    Replaced,
    /// It stays before it.
    Stays,
    /// Which of the two is not known.
    Unknown,
}

impl CommandLine {
    /// Tried: dash 0.5.12 stays before its only command; bash 5.2 and BusyBox 1.35 do not stay before
    /// the last one, and bash of before 5.1 only leaves to one that is alone.
    fn of(image: &Image, shell: &LaunchStep, written: &Written) -> Option<Self> {
        let program = shell.step.program()?;
        if !programs().tools().is_shell(&program) {
            return None;
        }
        let texts = shell.step.texts();
        let mut words = texts.iter().skip(1).map_while(Option::as_deref);
        let line = words.find(|word| !word.starts_with('-') || word.contains('c'));
        if !line.is_some_and(|word| word.starts_with('-') && !word.starts_with("--")) {
            return None;
        }
        if !is_last(written) {
            return Some(Self::Stays);
        }
        let single = match written.script.as_slice() {
            [only] => matches!(only.command, Command::Simple(_)),
            _ => false,
        };
        let base = image.base;
        Some(match program.as_str() {
            "bash" if single => Self::Replaced,
            "dash" => Self::Stays,
            "ash" | "busybox" => Self::Replaced,
            "sh" => match base {
                Some(base) if base.has_shell("/bin/dash") => Self::Stays,
                Some(base) if base.sh_is_bash() && single => Self::Replaced,
                Some(base) if base.has_shell("/bin/ash") => Self::Replaced,
                _ => Self::Unknown,
            },
            _ => Self::Unknown,
        })
    }
}

/// Whether a script answers the signal itself.
fn traps(written: &Written) -> bool {
    let mut found = false;
    each(&written.script, &mut |command| {
        if let Command::Simple(simple) = command {
            found |= is_trap(simple, &["TERM", "SIGTERM", "15"]);
        }
    });
    found
}

/// Whether a command is a trap, for one of these signals.
fn is_trap(simple: &Simple, signals: &[&str]) -> bool {
    let mut words = simple.words.iter().map(|word| word.literal());
    let trap = words.next().flatten().as_deref() == Some("trap");
    trap && words.skip(1).any(|word| {
        // What a variable names may be any.
        word.is_none_or(|word| signals.contains(&word.as_str()))
    })
}

/// `exec` before the command, where nothing of the shell is wanted behind it.
fn replaced(subject: &Subject<'_>, step: &LaunchStep) -> Option<Fix> {
    let written = step.step.written.as_ref()?;
    let command = &written.command;
    let first = command.words.first()?;
    let program = step.step.argv.first()?.known();
    // The shell's own words cannot stand behind it: `command server`, `eval "$line"`.
    let plain = first.literal().is_none_or(|word| Some(word) == program);
    let mut cleans_up = false;
    each(&written.script, &mut |command| {
        if let Command::Simple(simple) = command {
            cleans_up |= is_trap(simple, &["EXIT", "0"]);
        }
    });
    if !plain || cleans_up || step.step.library || !command.assignments.is_empty() {
        return None;
    }
    if !is_last(written) {
        return None;
    }
    let edits = subject.with_shell(written, |text| edit::with_exec(text, command))?;
    fix(
        "let it take the place of the shell",
        "the shell keeps the signal that asks to stop",
        vec![edits],
    )
}
