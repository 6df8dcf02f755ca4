//! Files that tell programs what to start keep their syntax: a command line in them stands in a
//! value of another language, which an edit of shell text knows nothing of.

use std::collections::BTreeSet;

use super::subject::Subject;
use crate::finding::{Edit, Finding};
use crate::source::{Origin, SourceId, Span};
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

/// Takes words that stand beside each other out of a command line in such a file.
pub(super) fn drop_words(subject: &Subject<'_>, origins: &[Origin]) -> Option<Vec<Edit>> {
    let (first, last) = (origins.first()?, origins.last()?);
    let apart = origins.iter().any(|origin| origin.source != first.source)
        || !origins.is_sorted_by_key(|origin| origin.span.start);
    if apart || subject.instruction_at(*first).is_some() {
        return None;
    }
    let source = subject.text(first.source);
    let (before, rest) = (
        source.text().get(..first.span.start as usize)?,
        source.text().get(last.span.end as usize..)?,
    );
    let blank = |c: char| c == ' ' || c == '\t';
    let behind = rest.len() - rest.trim_start_matches(blank).len();
    let ends = rest.is_empty() || rest.starts_with(['\n', '\r']);
    let blanks = before.len() - before.trim_end_matches(blank).len();
    let span = match (behind, ends) {
        (0, false) => return None,
        (0, true) => Span::new(before.len() - blanks, last.span.end as usize),
        _ => Span::new(before.len(), last.span.end as usize + behind),
    };
    Some(vec![Edit {
        origin: Origin { span, ..*first },
        replacement: String::new(),
    }])
}
