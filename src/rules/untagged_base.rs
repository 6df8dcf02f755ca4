//! `untagged-base`: FROM names an image that is another one every few weeks.

use super::reference::Reference;
use super::subject::Subject;
use crate::finding::{Certainty, Finding};

const RULE: &str = "untagged-base";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let image = subject.image;
    let Some(name) = image.base_name.as_deref().filter(|name| *name != "scratch") else {
        return;
    };
    let reference = Reference::of(name);
    if reference.digest.is_some() || reference.problem().is_some() {
        return;
    }
    let latest = match reference.tag {
        None => "has no tag, which means latest",
        Some("latest") => "is whatever is newest on the day of the build",
        Some(_) => return,
    };
    let message = format!(
        "{name} {latest}: the next build may start from another image than the one that was tried."
    );
    let mut finding = subject.finding(RULE, image.base_origin, message);
    if subject.base_varies() {
        finding.lower();
        finding.certainty = Certainty::Maybe;
    }
    findings.push(finding.help("name a version"));
}
