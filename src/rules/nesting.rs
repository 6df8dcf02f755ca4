//! Scripts that stand in the words of others, and in the strings of ENTRYPOINT and CMD: what a fix
//! puts into them is written as it has to be there.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::subject::Subject;
use crate::edit::{Quotes, quotes_around};
use crate::eval::Written;
use crate::finding::{Edit, Finding};
use crate::source::{Origin, SourceId, Span};
use crate::syntax::shell::List;

/// Writes what fixes put into such scripts as it has to stand there, or takes the fix away where that
/// cannot be done.
pub(super) fn keep_quoted(subject: &Subject<'_>, findings: &mut [Finding]) {
    let special = |c: char| matches!(c, '"' | '\'' | '\\' | '`' | '$' | '\n');
    let is_special = |edit: &Edit| edit.replacement.contains(special);
    let fixes = |finding: &Finding| {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        edits.filter(|edit| is_special(edit)).count() > 0
    };
    if !findings.iter().any(fixes) {
        return;
    }
    let words = Words::of(subject);
    for finding in findings {
        let Some(fix) = &mut finding.fix else {
            continue;
        };
        let edits = fix.edits.iter_mut().filter(|edit| is_special(edit));
        let written: Option<Vec<()>> = edits
            .map(|edit| {
                edit.replacement = words.written(subject, edit)?;
                Some(())
            })
            .collect();
        if written.is_none() {
            finding.fix = None;
        }
    }
}

/// The words that have commands of the start in them.
struct Words {
    /// By the file that they are in: where each is, and what surrounds the commands there.
    around: BTreeMap<SourceId, Vec<(Span, Quotes)>>,
    /// The commands.
    commands: Vec<Origin>,
}

impl Words {
    fn of(subject: &Subject<'_>) -> Self {
        let of_start = || {
            subject
                .steps()
                .filter_map(|step| step.step.written.as_ref())
        };
        let build = subject.image.steps.iter();
        let of_build = build.filter_map(|build| build.step.written.as_ref());
        let mut scripts: Vec<(SourceId, Rc<List>)> = Vec::new();
        for written in of_start().chain(of_build) {
            let known = |(_, list): &(SourceId, Rc<List>)| Rc::ptr_eq(list, &written.script);
            if !scripts.iter().rev().any(known) {
                scripts.push((written.source, written.script.clone()));
            }
        }
        let mut words = Self {
            around: BTreeMap::new(),
            commands: Vec::new(),
        };
        for written in of_start() {
            words.add(written, &scripts);
        }
        words
    }

    /// A command of the start, with the words of other scripts that it is in.
    fn add(&mut self, written: &Written, scripts: &[(SourceId, Rc<List>)]) {
        let span = written.command.span;
        self.commands.push(Origin {
            source: written.source,
            span,
        });
        let others = scripts.iter().filter(|(source, list)| {
            *source == written.source && !Rc::ptr_eq(list, &written.script)
        });
        let found = others.filter_map(|(_, list)| quotes_around(list, span));
        let around = self.around.entry(written.source).or_default();
        for word in found {
            if !around.contains(&word) {
                around.push(word);
            }
        }
    }

    /// What an edit puts in, as it has to be written at its place.
    fn written(&self, subject: &Subject<'_>, edit: &Edit) -> Option<String> {
        let span = edit.origin.span;
        let words = self.around.get(&edit.origin.source).into_iter().flatten();
        let mut around: Vec<&(Span, Quotes)> = words
            .filter(|(word, _)| word.contains(span) && *word != span)
            .collect();
        around.sort_by_key(|(word, _)| word.end - word.start);
        let mut text = edit.replacement.clone();
        for (_, quotes) in around {
            text = quotes.written(&text)?;
        }
        let in_string = subject.element(edit.origin).is_some_and(|(array, index)| {
            let is_in = |command: &Origin| {
                let inside = array.words.get(index);
                command.source == edit.origin.source
                    && inside.is_some_and(|word| word.span.contains(command.span))
            };
            self.commands.iter().any(is_in)
        });
        if in_string {
            let string = serde_json::Value::from(text).to_string();
            return Some(string.get(1..string.len() - 1)?.to_owned());
        }
        Some(text)
    }
}
