//! What is said of a server as such, and not of a word that it is told.

use super::subject::Subject;
use crate::finding::{Certainty, Finding};
use crate::launch::Serving;

/// A finding at the server's own word. It is no less severe where the script goes on when the server
/// ends.
pub(super) fn finding(
    subject: &Subject<'_>,
    rule: &'static str,
    serving: &Serving,
    message: String,
) -> Option<Finding> {
    let step = subject.launch?.steps.get(serving.step)?;
    let mut finding = subject.finding(rule, subject.command_of(step), message);
    finding.certainty = step.step.surely;
    if finding.certainty == Certainty::Maybe {
        finding.lower();
    }
    Some(finding)
}
