//! `not-executable`: a script that is started lacks the execute bit for the process.

use super::started::refused;
use super::subject::{Subject, fix};
use crate::edit;
use crate::finding::{Finding, Fix};
use crate::launch::Why;
use crate::source::Origin;

const RULE: &str = "not-executable";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (step, refusal) in refused(subject, |why| matches!(why, Why::Mode { .. })) {
        let Why::Mode { mode, made } = &refusal.why else {
            continue;
        };
        let path = &refusal.path;
        let message = format!(
            "{path} has mode {:04o} and cannot be executed by {}: the start ends with “Permission denied”.",
            mode & 0o7777,
            step.step.user
        );
        let finding = subject
            .at_step(RULE, step, message)
            .related(*made, "it is put there here");
        findings.push(finding.fix(mend(subject, path, *made)));
    }
}

fn mend(subject: &Subject<'_>, path: &str, made: Option<Origin>) -> Option<Fix> {
    let (number, instruction) = subject.instruction_at(made?)?;
    if !subject.is_own(number) || !subject.can_run_at(number + 1) {
        return None;
    }
    let text = subject.text(subject.source);
    let line = format!("RUN chmod 755 {}", super::build_chown::quoted(path));
    let edits = vec![edit::insert_after(
        text.text(),
        subject.source,
        instruction,
        &line,
    )];
    fix(
        format!("make {path} executable in the build"),
        "everybody has to be able to execute it",
        edits,
    )
}
