//! `switch-user`: the launch reaches a program that becomes another account.

use super::keeping;
use super::standing;
use super::subject::{Subject, fix};
use super::worst::Worst;
use crate::edit;
use crate::eval::Written;
use crate::finding::{Edit, Finding, Fix};
use crate::judge::Style;
use crate::launch::{Effect, LaunchStep};
use crate::programs::{Inner, Switch};
use crate::source::Origin;

const RULE: &str = "switch-user";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut worst = Worst::new(findings);
    for (number, step) in subject.steps().enumerate() {
        let (Effect::SwitchUser(switch), Some(words)) = (&step.effect, &step.fails) else {
            continue;
        };
        let program = step.step.program().unwrap_or_default();
        let texts = step.step.texts();
        let argv: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let account = switch
            .account
            .as_ref()
            .and_then(|part| part.text(&argv))
            .unwrap_or("another account");
        let message = format!(
            "{program} cannot become {account}: the process is {user:#} and may not change its user, so it ends with “{words}”.",
            user = step.step.user,
        );
        let finding = subject.at_step(RULE, step, message);
        let who = &step.step.user;
        worst.add(finding.origin, finding, |finding| {
            finding
                .help(format!("start the program as {who:#}, without {program}; what it has to read or write must be open to others"))
                .fix(mended(subject, number, step, switch, &program))
        });
    }
}

fn mended(
    subject: &Subject<'_>,
    number: usize,
    step: &LaunchStep,
    switch: &Switch,
    program: &str,
) -> Option<Fix> {
    let edits = edits(subject, number, step, switch)?;
    let title = match subject.style {
        Style::Guard => format!("call {program} only as root"),
        _ => format!("run the command without {program}"),
    };
    fix(
        title,
        format!("{program} cannot change the user here",),
        edits,
    )
}

fn edits(
    subject: &Subject<'_>,
    number: usize,
    step: &LaunchStep,
    switch: &Switch,
) -> Option<Vec<Edit>> {
    let argv = &step.step.argv;
    let Some(written) = &step.step.written else {
        return in_array(subject, step, switch);
    };
    if let Some(command) = subject.is_void_without_switch(number, step, switch) {
        let whole = Written {
            command,
            ..written.clone()
        };
        if subject.style == Style::Guard {
            return subject.with_shell(&whole, |text| {
                edit::guard_command(text, &whole.command, None)
            });
        }
        return subject.drop_at_start(&whole);
    }
    subject.with_shell(written, |text| {
        let first = match &switch.inner {
            Inner::Words(first) => *first,
            Inner::Text(part) => {
                let from = standing::word(step, 0)?;
                let to = standing::word(step, part.index)?;
                let behind = argv.get(part.index + 1..)?.iter();
                let behind: Vec<Origin> = behind.filter_map(|word| word.origin()).collect();
                let edits = edit::run_text(text, from, to, &behind)?;
                return match subject.style {
                    Style::Guard => edit::guard_words(text, &edits),
                    _ => Some(edits),
                };
            }
            Inner::Exec { .. } | Inner::Shell => return None,
        };
        let words: Option<Vec<Origin>> = (0..first).map(|at| standing::word(step, at)).collect();
        let edits = edit::drop_words(text, &words?)?;
        match subject.style {
            Style::Guard => edit::guard_words(text, &edits),
            _ => Some(edits),
        }
    })
}

/// `ENTRYPOINT ["gosu", "redis", …]`.
fn in_array(subject: &Subject<'_>, step: &LaunchStep, switch: &Switch) -> Option<Vec<Edit>> {
    let Inner::Words(first) = switch.inner else {
        return None;
    };
    let origin = step.step.argv.first()?.origin()?;
    if subject.instruction_at(origin).is_none() && subject.style != Style::Guard {
        let words = step.step.argv.get(..first)?.iter();
        let origins: Option<Vec<Origin>> = words.map(|word| word.origin()).collect();
        return keeping::drop_words(subject, &origins?);
    }
    let (array, from) = subject.element(origin)?;
    let (same, last) = subject.element(step.step.argv.get(first.checked_sub(1)?)?.origin()?)?;
    if same.span != array.span {
        return None;
    }
    let text = subject.text(subject.source);
    if subject.style == Style::Guard {
        return edit::json_guard(array, subject.source, text.text(), from..last + 1);
    }
    if last + 1 - from == array.words.len() {
        // Nothing is left of it: what stands in CMD is the command then.
        let origin = Origin {
            source: subject.source,
            span: array.span,
        };
        let (_, instruction) = subject.instruction_at(origin)?;
        return Some(vec![edit::remove_instruction(
            text.text(),
            subject.source,
            instruction,
        )]);
    }
    Some(edit::json_drop(array, subject.source, from..last + 1))
}
