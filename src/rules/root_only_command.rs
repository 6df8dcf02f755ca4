//! `root-only-command`: the launch reaches a command that only works for root.

use super::chmods::lines;
use super::folders::{is_kept, is_of_root};
use super::opening::{Closed, help, opened};
use super::subject::{Subject, fix};
use super::worst::Worst;
use crate::edit;
use crate::eval::User;
use crate::finding::{Certainty, Edit, Finding, Fix, Severity};
use crate::judge::Style;
use crate::launch::{Effect, LaunchStep, Obstacle, Written};
use crate::programs::{Command, CommandKind, Manner, programs};

const RULE: &str = "root-only-command";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    // Who wrote `|| true` behind a command knows that it may fail.
    let steps = subject
        .steps()
        .filter(|step| step.fails.is_some() && !step.is_tolerated());
    let mut worst = Worst::new(findings);
    for found in steps.filter_map(|step| finding(subject, step)) {
        let source = found.origin.source;
        let at = found.origin.span.start as usize;
        let line = subject.text(source).line_index(at);
        worst.add((source, line), found, |found| found);
    }
}

fn finding(subject: &Subject<'_>, step: &LaunchStep) -> Option<Finding> {
    match (&step.effect, &step.denied) {
        (Effect::SwitchUser(_) | Effect::ChangeOwner { .. } | Effect::Raise(_), Some(_)) => None,
        // That it is told to be another account is a matter of that setting.
        (_, Some(words)) if is_told(step, words) => None,
        (_, Some(words)) => Some(denied(subject, step, words)),
        (_, None) => {
            let files = &subject.image.files;
            let of_root = |w: &&Written| is_of_root(files, &w.path) && !is_kept(step, w);
            let mut writes = step.writes.iter().filter(of_root);
            let closed = |w: &&Written| w.obstacle.as_ref().is_some_and(|o| !o.is_output());
            let written = writes.find(closed)?;
            let obstacle = written.obstacle.as_ref()?;
            Some(written_to(subject, step, written, obstacle))
        }
    }
}

/// Whether a program that starts others is told to run as an account, and refuses with these words.
fn is_told(step: &LaunchStep, words: &str) -> bool {
    let managed = step.step.managed.iter();
    let mut accounts = managed.flat_map(|managed| &managed.accounts);
    accounts.any(|account| account.itself && account.words == words)
}

/// Whether the script goes on is for the reader to know.
fn ending(step: &LaunchStep) -> &'static str {
    if step.step.ends_start && step.step.surely == Certainty::Always {
        " The start ends there."
    } else {
        ""
    }
}

/// A command that may not do what it is there for.
fn denied(subject: &Subject<'_>, step: &LaunchStep, words: &str) -> Finding {
    let program = step.step.program().unwrap_or_default();
    let user = &step.step.user;
    let end = ending(step);
    if let Effect::ChangeMode { .. } = step.effect {
        let message = format!(
            "{program} cannot change the bits of what is not {user:#}'s own: it ends with “{words}”.{end}"
        );
        return subject
            .at_command(RULE, step, message)
            .help("set the bits in the build: RUN chmod")
            .fix(bits_set(subject, step));
    }
    if program == "exit" {
        let message = format!(
            "the script ends itself here for everybody but root, and {user:#} runs it: nothing is started."
        );
        return subject
            .at_command(RULE, step, message)
            .help("let it go on without root: what follows says what needs it");
    }
    let capability = command(step).and_then(|command| command.capability.as_deref());
    let message = match (user, capability) {
        (User::Root, Some(capability)) => format!(
            "{program} needs the capability {capability}, which not even root has here: it ends with “{words}”.{end}"
        ),
        _ => {
            format!(
                "{program} only works for root, and {user:#} runs it: it ends with “{words}”.{end}"
            )
        }
    };
    let help = match command(step).map(|command| command.kind) {
        Some(CommandKind::PackageManager) => "install what is missing in the build: RUN",
        Some(CommandKind::Account) => {
            "make accounts in the build, as far as they are still of use: everything runs as one"
        }
        _ => "do it in the build if it can be done there, or leave it out",
    };
    subject.at_command(RULE, step, message).help(help)
}

fn command(step: &LaunchStep) -> Option<&'static Command> {
    let word = step.step.argv.first()?.known()?;
    programs().command(&word)
}

/// A path of the system that is written.
fn written_to(
    subject: &Subject<'_>,
    step: &LaunchStep,
    written: &Written,
    obstacle: &Obstacle,
) -> Finding {
    let program = step.step.program();
    let program = program.as_deref().unwrap_or("a redirection");
    let path = &written.path;
    let does = match written.manner {
        Manner::Inside | Manner::New => format!("{program} makes a new file in {path}"),
        Manner::Gone | Manner::GoneIfThere => format!("{program} takes something out of {path}"),
        _ => format!("{program} writes {path}"),
    };
    let user = &step.step.user;
    let end = ending(step);
    let message = format!("{does}, which only root can, and {user:#} runs it: {obstacle}.{end}");
    let mut finding = subject.at_command(RULE, step, message);
    if !obstacle.known {
        finding.severity = finding.severity.min(Severity::Warning);
        finding.certainty = Certainty::Maybe;
    }
    let closed = Closed::of(written, obstacle);
    finding
        .related(obstacle.made, "it is made here")
        .help(help(subject, &closed))
        .fix(opened(subject, &closed))
}

/// The chmod goes into the build, or behind the question who runs it.
fn bits_set(subject: &Subject<'_>, step: &LaunchStep) -> Option<Fix> {
    let lines = lines(subject, step)?;
    let written = step.step.written.as_ref()?;
    let mut edits: Vec<Edit> = match subject.style {
        Style::Guard => subject.with_shell(written, |text| {
            edit::guard_command(text, &written.command, None)
        })?,
        _ => subject.drop_at_start(written)?,
    };
    for (line, path) in &lines {
        edits.push(subject.build_line(line, Some(path))?);
    }
    let title = match (subject.style, lines.is_empty()) {
        (Style::Guard, true) => "call chmod only as root",
        (_, true) => "drop the chmod",
        (_, false) => "set the bits in the build",
    };
    fix(
        title,
        "only the owner of a file changes its bits, and nobody owns these here",
        edits,
    )
}
