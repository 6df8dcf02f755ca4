//! Files that tell programs what to start keep their syntax: a command line in them stands in a
//! value of another language, which an edit of shell text knows nothing of.

use std::collections::BTreeSet;

use super::subject::Subject;
use crate::finding::{Edit, Finding};
use crate::source::SourceId;
use crate::syntax::shell::interpreter;

/// Takes mendings away that could break such a file.
pub(super) fn keep_valid(subject: &Subject<'_>, findings: &mut [Finding]) {
    let managed = subject
        .steps()
        .filter_map(|step| step.step.managed.as_ref());
    let sources: BTreeSet<SourceId> = managed
        .flat_map(|managed| &managed.children)
        .map(|child| child.origin.source)
        .filter(|source| *source != subject.source && !is_script(subject, *source))
        .collect();
    for finding in findings {
        let breaks =
            |edit: &Edit| sources.contains(&edit.origin.source) && !is_plain(subject, edit);
        if finding
            .fix
            .as_ref()
            .is_some_and(|fix| fix.edits.iter().any(breaks))
        {
            finding.fix = None;
        }
    }
}

fn is_script(subject: &Subject<'_>, source: SourceId) -> bool {
    let source = subject.text(source);
    source.path().ends_with(".sh") || interpreter(source.text()).is_some()
}

/// Whether nothing goes or comes that quotes, escapes or ends a value in any of these files.
fn is_plain(subject: &Subject<'_>, edit: &Edit) -> bool {
    let special = |c: char| matches!(c, '"' | '\'' | '\\' | '`' | '%' | '\n' | '\r');
    let source = subject.text(edit.origin.source);
    let old = source.slice(edit.origin.span);
    let commented = edit.replacement.contains(" ;") || edit.replacement.contains(" #");
    !old.contains(special) && !edit.replacement.contains(special) && !commented
}
