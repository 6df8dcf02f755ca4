//! `server-user-option`: the server is told to change its user.

use super::keeping;
use super::subject::{Subject, fix};
use crate::edit;
use crate::eval::{AccountSetting, User};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::judge::Style;
use crate::launch::{LaunchStep, Serving};
use crate::programs::{Outcome, SetBy, UserSetting};
use crate::source::Origin;

const RULE: &str = "server-user-option";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(launch) = subject.launch else {
        return;
    };
    for serving in launch.servers() {
        let step = &launch.steps[serving.step];
        if launch.user == User::Root || step.step.user == User::Root {
            continue;
        }
        for user in &serving.users {
            findings.extend(told(subject, serving, step, user));
        }
    }
    let mut seen: Vec<Origin> = Vec::new();
    for step in &launch.steps {
        let accounts = step
            .step
            .managed
            .iter()
            .flat_map(|managed| &managed.accounts);
        for account in accounts {
            if !seen.contains(&account.setting) {
                seen.push(account.setting);
                findings.push(managed(subject, step, account));
            }
        }
    }
}

/// A server that is told so by its words or its configuration.
fn told(
    subject: &Subject<'_>,
    serving: &Serving,
    step: &LaunchStep,
    user: &UserSetting,
) -> Option<Finding> {
    let refuses = match user.outcome {
        Outcome::Refuses => true,
        Outcome::Warns => false,
        Outcome::Ignored | Outcome::Unread => return None,
    };
    let (origin, edits) = place(subject, step, &user.setting.by)?;
    let account = user.setting.value.as_deref().unwrap_or("another account");
    let title = &serving.server.title;
    let who = &step.step.user;
    let words = user
        .words
        .as_deref()
        .map(|words| words.replace("{account}", account))
        .map(|words| words.replace("{refusal}", subject.target.refusal(account)))
        .map_or_else(String::new, |words| format!(": “{words}”"));
    let message = if refuses {
        format!("{title} is told to run as {account} and refuses to start as {who:#}{words}.")
    } else {
        format!("{title} is told to run as {account}; as {who:#} it only complains{words}.")
    };
    let mut finding = subject.finding(RULE, origin, message);
    if !refuses {
        finding.severity = finding.severity.min(Severity::Warning);
    }
    Some(finding.fix(edits.and_then(dropped)))
}

/// What a program that starts others is told of itself, or of what it starts.
fn managed(subject: &Subject<'_>, step: &LaunchStep, account: &AccountSetting) -> Finding {
    let message = format!(
        "{} is told to run as {} and does not start as {}: “{}”.",
        account.title, account.account, step.step.user, account.words
    );
    let origin = account.setting;
    let mut finding = subject.at_step(RULE, step, message);
    finding.origin = origin;
    if account.itself {
        let starts = subject.command_of(step);
        finding = finding.related(Some(starts), "it is started here");
    }
    let edit = Edit {
        origin,
        replacement: String::new(),
    };
    let removable = account.removable && subject.is_plain_text(origin);
    finding.fix(
        removable
            .then_some(edit)
            .and_then(|edit| dropped(without(subject, edit)?)),
    )
}

fn dropped(edits: Vec<Edit>) -> Option<Fix> {
    fix("drop the setting", "the user cannot be changed here", edits)
}

/// Takes what a configuration says out of it. It cannot ask who reads it, so that no fix keeps it for
/// root alone.
fn without(subject: &Subject<'_>, edit: Edit) -> Option<Vec<Edit>> {
    (subject.style != Style::Guard).then(|| vec![edit])
}

/// Where the server is told so, and the edits that take it away.
fn place(
    subject: &Subject<'_>,
    step: &LaunchStep,
    by: &SetBy,
) -> Option<(Origin, Option<Vec<Edit>>)> {
    match by {
        SetBy::Argument { option, part } => {
            let words = step.step.argv.get(*option..=part.index)?;
            let origin = words.first()?.origin()?;
            let origins: Option<Vec<Origin>> = words.iter().map(|word| word.origin()).collect();
            Some((
                origin,
                origins.and_then(|origins| drop(subject, step, &origins)),
            ))
        }
        SetBy::Config {
            path, directive, ..
        } => {
            let script = subject.scripts.script(&subject.image.files, path)?;
            let span = script.text.span(directive.range());
            let origin = Origin {
                source: script.source,
                span,
            };
            let edit = Edit {
                origin,
                replacement: String::new(),
            };
            let plain = subject.is_plain_text(origin);
            Some((
                origin,
                plain
                    .then_some(edit)
                    .and_then(|edit| without(subject, edit)),
            ))
        }
        SetBy::Environment(_) | SetBy::Default => None,
    }
}

/// The words go, or stay for whoever is root.
fn drop(subject: &Subject<'_>, step: &LaunchStep, origins: &[Origin]) -> Option<Vec<Edit>> {
    let guarded = subject.style == Style::Guard;
    if let Some((array, first)) = subject.element(*origins.first()?) {
        let (_, last) = subject.element(*origins.last()?)?;
        let range = first..last + 1;
        if !guarded {
            return Some(edit::json_drop(array, subject.source, range));
        }
        // A script that looks at these words is to find those that it knows.
        let direct = step.step.written.is_none();
        let program = direct.then(|| step.step.argv.first()?.origin())??;
        let program = subject.element(program)?;
        let text = subject.text(subject.source);
        let text = text.text();
        return edit::json_guard_words(subject.source, text, program, (array, range));
    }
    let Some(written) = step.step.written.as_ref() else {
        return (!guarded).then(|| keeping::drop_words(subject, origins))?;
    };
    subject.with_shell(written, |text| {
        let edits = edit::drop_words(text, origins)?;
        match guarded {
            true => edit::guard_words(text, &edits),
            false => Some(edits),
        }
    })
}
