//! `missing-script`: a file that the build or the start needs is not there.

use super::started::refused;
use super::subject::Subject;
use crate::finding::Finding;
use crate::launch::Why;

const RULE: &str = "missing-script";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let missing = &subject.image.missing;
    if subject.image.is_built_above() {
        return;
    }
    let unread = refused(subject, |why| matches!(why, Why::NotInContext(_)));
    for missing in missing {
        let message = if missing.ignored {
            format!(
                "{} is in the context, but .dockerignore keeps it from the build, which fails.",
                missing.path
            )
        } else {
            format!("{} is not in the context: the build fails.", missing.path)
        };
        let started = unread
            .iter()
            .find(|(_, refusal)| refusal.path == missing.at);
        let place = started.map(|(step, _)| subject.at_step(RULE, step, "").origin);
        findings.push(
            subject
                .finding(RULE, missing.origin, message)
                .related(place, "it is started here"),
        );
    }
    for (step, refusal) in refused(subject, |why| matches!(why, Why::Nowhere)) {
        let message = format!(
            "no instruction puts {} into the image: the start ends with “no such file or directory”.",
            refusal.path
        );
        findings.push(subject.at_step(RULE, step, message));
    }
}
