//! `not-executable`: a script that is started lacks the execute bit for the process.

use super::started::{Started, started};
use super::subject::{Subject, fix};
use crate::edit;
use crate::eval::User;
use crate::finding::{Finding, Fix};
use crate::image::Node;
use crate::launch::Launch;

const RULE: &str = "not-executable";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(launch) = subject.launch else { return };
    for Started { path, step, .. } in started(subject) {
        let Some(node) = subject
            .image
            .files
            .get(&path)
            .filter(|node| !may_execute(subject, launch, node))
        else {
            continue;
        };
        let message = format!(
            "{path} has mode {:04o} and cannot be executed by {}: the start ends with “Permission denied”.",
            node.mode & 0o7777,
            launch.user
        );
        let finding = subject
            .at_step(RULE, step, message)
            .related(node.made, "it is put there here");
        findings.push(finding.fix(mend(subject, &path, node)));
    }
}

fn may_execute(subject: &Subject<'_>, launch: &Launch, node: &Node) -> bool {
    let owns = subject.target.privileges.owns_image_files;
    match &launch.user {
        User::Root => node.mode & 0o111 != 0,
        User::Account(name) if owns && node.owner.name == *name => node.mode & 0o100 != 0,
        User::Account(_) => node.mode & 0o001 != 0,
    }
}

fn mend(subject: &Subject<'_>, path: &str, node: &Node) -> Option<Fix> {
    let (number, instruction) = subject.instruction_at(node.made?)?;
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
