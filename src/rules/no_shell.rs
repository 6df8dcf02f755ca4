//! `no-shell`: an image without a shell is started by one, or has no account for root.

use super::subject::Subject;
use crate::finding::{Finding, Severity};
use crate::image::Image;
use crate::programs::programs;

const RULE: &str = "no-shell";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let found = shell_form(subject).or_else(|| no_account(subject));
    findings.extend(found);
}

/// Nothing reads the command line.
pub(super) fn shell_form(subject: &Subject<'_>) -> Option<Finding> {
    let image = subject.image;
    let launch = subject.launch?;
    let shell = launch.argv.first()?.known()?;
    let name = shell.rsplit('/').next().unwrap_or_default();
    let path = match shell.contains('/') {
        true => shell.clone(),
        false => format!("/bin/{shell}"),
    };
    let without = is_scratch(image) || image.base.is_some_and(|base| base.shells.is_empty());
    if !programs().tools().is_shell(name) || !without || image.may_have(&path) {
        return None;
    }
    let base = image.base_name.as_deref().unwrap_or("the base");
    let command = subject.start().next()?;
    let says = match command.shell {
        true => "the command is in shell form",
        false => "the command asks for a shell",
    };
    let message = format!(
        "{says}, and {base} has none: the start ends with “{path}: no such file or directory”."
    );
    let help = "name the program and its arguments as a JSON array, which needs no shell";
    Some(subject.finding(RULE, launch.origin, message).help(help))
}

/// The platform looks root up in the image.
fn no_account(subject: &Subject<'_>) -> Option<Finding> {
    let image = subject.image;
    if !subject.target.start.needs_root_account || !is_scratch(image) {
        return None;
    }
    subject.launch?;
    if image.may_have("/etc/passwd") {
        return None;
    }
    let message = "the image has no /etc/passwd, in which the platform looks root up: it asks for an entry, and for a home that is there.";
    let mut finding = subject.finding(RULE, image.base_origin, message);
    finding.severity = finding.severity.min(Severity::Warning);
    Some(finding.help(
        "copy one in, of the stage that builds the program say: COPY --from=… /etc/passwd /etc/passwd",
    ))
}

fn is_scratch(image: &Image) -> bool {
    image.base_name.as_deref() == Some("scratch")
}
