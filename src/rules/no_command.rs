//! `no-command`: there is nothing to start.

use super::subject::Subject;
use crate::finding::Finding;
use crate::launch::Stopped;
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
    if let Some(stopped) = subject.launch.and_then(|launch| launch.stopped.as_ref()) {
        findings.push(ends_itself(subject, stopped));
        return;
    }
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

/// The script that is started comes to an end without having started anything.
fn ends_itself(subject: &Subject<'_>, stopped: &Stopped) -> Finding {
    let what = match (stopped.lacks_command, stopped.stop.error) {
        (true, true) => "the script ends itself here, since it is given no command",
        (true, false) => "there is no CMD, so that this executes nothing, and the start ends",
        (false, true) => "the script ends itself here in every run: nothing is started",
        (false, false) => "this executes nothing, and the start ends",
    };
    let finding = subject.finding(RULE, stopped.stop.origin, format!("{what}."));
    match stopped.lacks_command {
        true => finding.help("say with CMD what is to be started"),
        false => finding,
    }
}
