//! `no-command`: there is nothing to start.

use super::subject::Subject;
use crate::finding::Finding;
use crate::source::Origin;
use crate::syntax::dockerfile::{Arguments, Keyword};

const RULE: &str = "no-command";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let image = subject.image;
    // What a base that is not known starts is not known.
    let known = image.base.is_some() || image.base_name.as_deref() == Some("scratch");
    let emptied = image.own.clone().find_map(|number| {
        let instruction = subject.instruction(number)?;
        match &instruction.arguments {
            Arguments::Json(array)
                if instruction.keyword == Keyword::Cmd && array.words.is_empty() =>
            {
                Some(Origin {
                    source: subject.source,
                    span: instruction.keyword_span,
                })
            }
            _ => None,
        }
    });
    if subject.launch.is_some() || !(known || emptied.is_some()) {
        return;
    }
    let origin = emptied.unwrap_or(image.base_origin);
    let message = "neither ENTRYPOINT nor CMD, here or in the base: the platform ends with “No start command found or specified”.";
    findings.push(
        subject
            .finding(RULE, origin, message)
            .help("say with CMD what is to be started"),
    );
}
