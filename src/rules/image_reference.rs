//! `image-reference`: the base has a name that no image can have.

use super::reference::Reference;
use super::subject::Subject;
use crate::finding::Finding;

const RULE: &str = "image-reference";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    // What a variable says is another thing in every build, and its default may be none on purpose.
    let Some(name) = subject
        .image
        .base_name
        .as_deref()
        .filter(|_| !subject.base_varies())
    else {
        return;
    };
    if Reference::is_placeholder(name) {
        return;
    }
    let Some(problem) = Reference::of(name).problem() else {
        return;
    };
    let message = format!("{name} {problem}: the build ends with “invalid reference format”.");
    findings.push(subject.finding(RULE, subject.image.base_origin, message));
}
