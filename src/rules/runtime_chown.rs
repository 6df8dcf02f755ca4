//! `runtime-chown`: the launch reaches a command that gives files to another account.

use super::subject::{Subject, fix};
use super::worst::Worst;
use crate::edit;
use crate::finding::{Edit, Finding};
use crate::judge::Style;
use crate::launch::{Effect, LaunchStep};
use crate::programs::parse_install;
use crate::source::Origin;

const RULE: &str = "runtime-chown";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut worst = Worst::new(findings);
    for step in subject.steps() {
        let (Effect::ChangeOwner { owner, .. }, Some(words)) = (&step.effect, &step.fails) else {
            continue;
        };
        let program = step.step.program().unwrap_or_default();
        let to = owner.as_deref().unwrap_or("another account");
        let message = format!(
            "{program} cannot give files to {to}: nobody can change an owner here. It ends with “{words}”."
        );
        let finding = subject.at_step(RULE, step, message);
        let title = match subject.style {
            Style::Guard => format!("call {program} only as root"),
            _ if program == "install" => "install without an owner".to_owned(),
            _ => format!("drop the {program}"),
        };
        worst.add(finding.origin, finding, |finding| {
            let fix = edits(subject, step)
                .and_then(|edits| fix(title, "nobody can change an owner here", edits));
            finding
                .help("give the permission bits at build time instead: RUN chmod")
                .fix(fix)
        });
    }
}

fn edits(subject: &Subject<'_>, step: &LaunchStep) -> Option<Vec<Edit>> {
    let written = step.step.written.as_ref()?;
    if subject.style == Style::Guard {
        return subject.with_shell(written, |text| {
            edit::guard_command(text, &written.command, None)
        });
    }
    let texts = step.step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    if let Some(install) = parse_install(&words) {
        // What it installs is still wanted; only whose it is cannot be said.
        let options = [
            (install.owner_option, install.owner_part),
            (install.group_option, install.group_part),
        ];
        let named = options
            .into_iter()
            .filter_map(|(option, part)| Some(option?..=part?.index));
        let origins: Option<Vec<Origin>> = named
            .flatten()
            .map(|i| step.step.argv.get(i)?.origin())
            .collect();
        return subject.with_shell(written, |text| edit::drop_words(text, &origins?));
    }
    subject.drop_at_start(written)
}
