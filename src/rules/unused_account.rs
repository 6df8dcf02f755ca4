//! `unused-account`: an account is made that nothing uses on the target.

use super::account_uses::is_used;
use super::build_chown::mended;
use super::mentions::takes_account;
use super::subject::{Subject, fix};
use crate::edit::{self, Dropped};
use crate::eval::is_below;
use crate::finding::{Edit, Finding, Fix};
use crate::image::{Account, BuildStep};
use crate::judge::Style;
use crate::launch::Launch;
use crate::programs::parse_account;

const RULE: &str = "unused-account";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    // Whoever has root goes on to step down to it.
    if subject.style == Style::Guard || subject.launch.is_some_and(Launch::is_partly_read) {
        return;
    }
    let unused: Vec<&Account> = subject
        .image
        .accounts
        .iter()
        .filter(|account| !is_taken(subject, account) && !is_used(subject, &account.name))
        .collect();
    // Each command is a finding, with its line's other ones; the accounts of one RUN go together.
    let mut lines: Vec<usize> = Vec::new();
    for account in &unused {
        let Some(build) = subject.image.steps.get(account.step) else {
            continue;
        };
        let Some(origin) = build.step.argv.first().and_then(|word| word.origin()) else {
            continue;
        };
        let line = subject
            .text(origin.source)
            .line_index(origin.span.start as usize);
        if lines.contains(&line) {
            continue;
        }
        lines.push(line);
        let here: Vec<&&Account> = unused
            .iter()
            .filter(|other| instruction(subject, other) == Some(build.instruction))
            .collect();
        let mut names: Vec<&str> = here.iter().map(|account| account.name.as_str()).collect();
        names.dedup();
        let message = format!(
            "nothing runs as {name} here: the process is always {user:#}.",
            name = account.name,
            user = subject.runner(),
        );
        let steps: Vec<&BuildStep> = here
            .iter()
            .filter_map(|account| subject.image.steps.get(account.step))
            .collect();
        let edits = subject
            .is_own(build.instruction)
            .then(|| mend(subject, &steps, &names))
            .flatten();
        findings.push(subject.finding(RULE, origin, message).fix(edits));
    }
}

/// Whether the platform takes it for the one that it would make: that is more than being unused.
fn is_taken(subject: &Subject<'_>, account: &Account) -> bool {
    let user = &subject.target.user;
    user.created && user.taken.as_ref() == Some(&account.name)
}

fn instruction(subject: &Subject<'_>, account: &Account) -> Option<usize> {
    subject
        .image
        .steps
        .get(account.step)
        .map(|build| build.instruction)
}

/// Whether an image names no command and starts no server: what is built on it does, and may need what
/// the image has.
fn is_for_others(subject: &Subject<'_>) -> bool {
    let config = &subject.image.config;
    let mut commands = config.entrypoint.iter().chain(&config.command);
    let named = commands.any(|command| command.origin.is_some());
    let serves = subject
        .launch
        .is_some_and(|launch| launch.serving.is_some());
    !named && !serves
}

/// The accounts go, and with them what the build gives to them.
fn mend(subject: &Subject<'_>, steps: &[&BuildStep], names: &[&str]) -> Option<Fix> {
    fix(
        format!("do not make {}", names.join(" and ")),
        "nothing runs as this account here",
        without(subject, steps, names)?,
    )
}

/// The edits that take accounts out of the build, and what the build gives to them.
pub(super) fn without(
    subject: &Subject<'_>,
    steps: &[&BuildStep],
    names: &[&str],
) -> Option<Vec<Edit>> {
    if is_for_others(subject) {
        return None;
    }
    // What a script does for whoever has root goes on to need it.
    if names.iter().any(|name| subject.mentions().account(name))
        || steps.iter().any(|build| lends_its_home(subject, build))
    {
        return None;
    }
    let mut instructions: Vec<usize> = steps.iter().map(|build| build.instruction).collect();
    instructions.dedup();
    let mut edits: Vec<Edit> = Vec::new();
    for number in instructions {
        let here = steps.iter().filter(|build| build.instruction == number);
        let written: Vec<_> = here
            .filter_map(|build| build.step.written.as_ref())
            .collect();
        let commands: Vec<_> = written.iter().map(|w| w.command.clone()).collect();
        let first = written.first()?;
        match subject.with_shell(first, |text| edit::drop_commands(text, &commands))? {
            Dropped::Edits(more) => edits.extend(more),
            Dropped::Everything => edits.push(edit::remove_instruction(
                subject.text(subject.source).text(),
                subject.source,
                subject.instruction(number)?,
            )),
        }
    }
    edits.extend(uses(subject, steps, names)?);
    Some(edits)
}

/// Whether the home that comes with an account is where other commands of the build do something.
fn lends_its_home(subject: &Subject<'_>, build: &BuildStep) -> bool {
    let texts = build.step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let Some(account) = parse_account(&words).filter(|account| account.creates_home) else {
        return false;
    };
    let name = words.get(account.name).copied().flatten();
    let default = || name.map(|name| format!("/home/{name}"));
    let Some(home) = account.home.clone().or_else(default) else {
        return false;
    };
    let mut others = subject.image.steps.iter();
    others.any(|other| {
        let words = other.step.argv.iter().filter_map(|word| word.known());
        let mut paths = words.filter_map(|word| other.step.absolute(&word));
        other.step.origin != build.step.origin && paths.any(|path| is_below(&path, &home))
    })
}

/// The edits that take the last uses away; none if one of them cannot be.
fn uses(subject: &Subject<'_>, made: &[&BuildStep], names: &[&str]) -> Option<Vec<Edit>> {
    let mut edits: Vec<Edit> = Vec::new();
    let given = subject.given_away();
    for build in &subject.image.steps {
        let texts = build.step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let own = made
            .iter()
            .any(|step| step.step.origin == build.step.origin);
        if own || !names.iter().any(|name| takes_account(&words, name)) {
            continue;
        }
        let given = given
            .iter()
            .find(|given| given.matters() && given.by == build.step.origin)?;
        edits.extend(mended(subject, given)?.edits);
    }
    for copied in &subject.image.copies {
        let Some((owner, by)) = &copied.owner else {
            continue;
        };
        if owner.split(':').any(|part| names.contains(&part)) {
            let given = given
                .iter()
                .find(|given| given.matters() && given.by == *by)?;
            edits.extend(mended(subject, given)?.edits);
        }
    }
    // USER counts for the rest of the build, too: it has to go first, by its own rule.
    let user = subject
        .image
        .config
        .user
        .as_ref()
        .map(|user| user.value.as_str());
    if user.is_some_and(|user| user.split(':').any(|part| names.contains(&part))) {
        return None;
    }
    edits.sort();
    edits.dedup();
    Some(edits)
}
