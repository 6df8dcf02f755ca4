//! `user-instruction`: USER says who runs the process, and the target does not listen.

use super::subject::{Subject, fix};
use crate::edit;
use crate::finding::{Finding, Safety};
use crate::judge::Style;
use crate::syntax::dockerfile::Keyword;

const RULE: &str = "user-instruction";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let user = subject.image.config.user.as_ref();
    let Some((user, number)) = user.and_then(|user| Some((user, user.instruction?))) else {
        return;
    };
    if !subject.target.user.instruction_ignored
        || matches!(user.value.split(':').next(), Some("root" | "0"))
    {
        return;
    }
    let Some(instruction) = subject.instruction(number) else {
        return;
    };
    let origin = crate::source::Origin {
        source: subject.source,
        span: instruction.keyword_span,
    };
    let message = format!(
        "USER {} does not count: the process is {} whatever the image says.",
        user.value,
        subject.runner()
    );
    let text = subject.text(subject.source);
    let edits = vec![edit::remove_instruction(
        text.text(),
        subject.source,
        instruction,
    )];
    let mut mended = fix(
        "drop the USER",
        "the process is another user whatever this says",
        edits,
    )
    .filter(|_| subject.is_own(number) && subject.style != Style::Guard);
    // What is built behind it is built by that user, and would then be root's.
    let builds = subject
        .image
        .own
        .clone()
        .skip_while(|i| *i <= number)
        .any(|i| {
            subject
                .instruction(i)
                .is_some_and(|instruction| instruction.keyword == Keyword::Run)
        });
    if let Some(mended) = mended.as_mut().filter(|_| builds) {
        mended.safety = Safety::Unsafe;
    }
    findings.push(
        subject
            .finding(RULE, origin, message)
            .help("what this user has to read or write must be open to others")
            .fix(mended),
    );
}
