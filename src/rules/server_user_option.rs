//! `server-user-option`: the server is told to change its user.

use super::subject::{Subject, fix};
use crate::edit;
use crate::finding::{Edit, Finding, Severity};
use crate::judge::Style;
use crate::programs::{Outcome, SetBy};
use crate::source::Origin;

const RULE: &str = "server-user-option";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some((launch, serving)) = subject
        .launch
        .and_then(|launch| Some((launch, launch.serving.as_ref()?)))
    else {
        return;
    };
    if launch.user == crate::eval::User::Root {
        return;
    }
    let step = &launch.steps[serving.step];
    for user in &serving.users {
        let refuses = match user.outcome {
            Outcome::Refuses => true,
            Outcome::Warns => false,
            Outcome::Ignored => continue,
        };
        let Some((origin, edits)) = place(subject, step, &user.setting.by) else {
            continue;
        };
        let account = user.setting.value.as_deref().unwrap_or("another account");
        let title = &serving.server.title;
        let words = user
            .words
            .as_deref()
            .map_or_else(String::new, |words| format!(": “{words}”"));
        let message = if refuses {
            format!(
                "{title} is told to run as {account} and refuses to start as {}{words}.",
                launch.user
            )
        } else {
            format!(
                "{title} is told to run as {account}; as {} it only complains{words}.",
                launch.user
            )
        };
        let mut finding = subject.finding(RULE, origin, message);
        if !refuses {
            finding.severity = finding.severity.min(Severity::Warning);
        }
        let edits = edits.filter(|_| subject.style != Style::Guard);
        findings.push(finding.fix(
            edits.and_then(|edits| {
                fix("drop the setting", "the user cannot be changed here", edits)
            }),
        ));
    }
}

/// Where the server is told so, and the edits that take it away.
fn place(
    subject: &Subject<'_>,
    step: &crate::launch::LaunchStep,
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
            Some((origin, subject.is_plain_text(origin).then(|| vec![edit])))
        }
        SetBy::Environment(_) | SetBy::Default => None,
    }
}

fn drop(
    subject: &Subject<'_>,
    step: &crate::launch::LaunchStep,
    origins: &[Origin],
) -> Option<Vec<Edit>> {
    if let Some((array, first)) = subject.element(*origins.first()?) {
        let (_, last) = subject.element(*origins.last()?)?;
        return Some(edit::json_drop(array, subject.source, first..last + 1));
    }
    let written = step.step.written.as_ref()?;
    subject.with_shell(written, |text| edit::drop_words(text, origins))
}
