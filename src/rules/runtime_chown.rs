//! `runtime-chown`: the launch reaches a command that gives files to another account.

use super::subject::{Subject, fix};
use super::worst::Worst;
use crate::edit;
use crate::finding::{Edit, Finding, Severity};
use crate::judge::Style;
use crate::launch::{Effect, LaunchStep};
use crate::programs::{parse_install, parse_rsync};
use crate::source::Origin;

const RULE: &str = "runtime-chown";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut worst = Worst::new(findings);
    for step in subject.steps() {
        let Effect::ChangeOwner {
            owner,
            alone,
            quiet,
            ..
        } = &step.effect
        else {
            continue;
        };
        let may = step.denied.is_none() && !quiet;
        if may || subject.target.can_change_owner(&step.step.user) {
            continue;
        }
        let program = step.step.program().unwrap_or_default();
        let to = owner.as_deref().unwrap_or("another account");
        let end = match &step.denied {
            Some(words) => format!("It ends with “{words}”."),
            None => "It says nothing, and they stay with whoever runs it.".to_owned(),
        };
        let nobody = match subject.target.privileges.can_change_owner {
            true => "only root",
            false => "nobody",
        };
        let message = format!(
            "{program} cannot give files to {to}: {nobody} can change an owner here. {end}"
        );
        let mut finding = subject.at_step(RULE, step, message);
        if step.denied.is_none() {
            finding.severity = Severity::Note;
        }
        let help = match alone {
            true => "give the permission bits at build time instead: RUN chmod",
            false => "copy without an owner",
        };
        let title = match subject.style {
            Style::Guard if *alone => format!("call {program} only as root"),
            _ if *alone => format!("drop the {program}"),
            _ => format!("call {program} without an owner"),
        };
        worst.add(finding.origin, finding, |finding| {
            let fix = edits(subject, step)
                .and_then(|edits| fix(title, format!("{nobody} can change an owner here"), edits));
            finding.help(help).fix(fix)
        });
    }
}

fn edits(subject: &Subject<'_>, step: &LaunchStep) -> Option<Vec<Edit>> {
    let Effect::ChangeOwner { alone, .. } = &step.effect else {
        return None;
    };
    let written = step.step.written.as_ref()?;
    let guarded = subject.style == Style::Guard;
    if *alone && guarded {
        return subject.with_shell(written, |text| {
            edit::guard_command(text, &written.command, None)
        });
    }
    if *alone {
        return subject.drop_at_start(written);
    }
    // What it puts there is still wanted; only whose it is cannot be said.
    let origins = owner_words(step).into_iter();
    let origins: Option<Vec<Origin>> = origins.map(|i| step.step.argv.get(i)?.origin()).collect();
    subject.with_shell(written, |text| {
        let edits = edit::drop_words(text, &origins?)?;
        match guarded {
            true => edit::guard_words(text, &edits),
            false => Some(edits),
        }
    })
}

/// The words by which `install` and rsync are told an owner.
fn owner_words(step: &LaunchStep) -> Vec<usize> {
    let texts = step.step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let mut options = Vec::new();
    if let Some(install) = parse_install(&words) {
        options.push((install.owner_option, install.owner_part));
        options.push((install.group_option, install.group_part));
    }
    if let Some(rsync) = parse_rsync(&words) {
        options.push((rsync.chown_option, rsync.chown));
    }
    let named = options.into_iter();
    let named = named.filter_map(|(option, part)| Some(option?..=part?.index));
    named.flatten().collect()
}
