//! `no-command`: there is nothing to start.

use super::subject::Subject;
use crate::finding::Finding;

const RULE: &str = "no-command";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let image = subject.image;
    // What a base that is not known starts is not known.
    let known = image.base.is_some() || image.base_name.as_deref() == Some("scratch");
    let emptied = image.own.clone().any(|number| {
        subject.instruction(number).is_some_and(|instruction| {
            matches!(&instruction.arguments, crate::syntax::dockerfile::Arguments::Json(array) if array.words.is_empty())
                && instruction.keyword == crate::syntax::dockerfile::Keyword::Cmd
        })
    });
    if subject.launch.is_some() || !(known || emptied) {
        return;
    }
    let message = "neither ENTRYPOINT nor CMD, here or in the base: the platform ends with “No start command found or specified”.";
    findings.push(
        subject
            .finding(RULE, image.base_origin, message)
            .help("say with CMD what is to be started"),
    );
}
