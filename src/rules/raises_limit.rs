//! `raises-limit`: the launch asks for more than the process may have.

use super::subject::{Subject, fix};
use super::worst::Worst;
use crate::edit;
use crate::finding::{Finding, Fix, Severity};
use crate::launch::{Effect, LaunchStep};

const RULE: &str = "raises-limit";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut worst = Worst::new(findings);
    for step in subject.steps() {
        let Effect::Raise(raise) = &step.effect else {
            continue;
        };
        // `|| true` is the answer to it.
        if step.is_tolerated() {
            continue;
        }
        let program = step.step.program().unwrap_or_default();
        let matters = !raise.goes_on && ends(subject, step);
        let end = match (raise.goes_on, matters) {
            (true, _) => "runs its command all the same",
            (false, true) => "ends with an error, and what follows does not run",
            (false, false) => "the start goes on",
        };
        let message = format!(
            "{program} cannot {}: {}. It says “{}”, and {end}.",
            raise.what, raise.why, raise.says
        );
        let mut finding = subject.at_step(RULE, step, message);
        if !matters {
            finding.severity = Severity::Note;
        }
        worst.add(finding.origin, finding, |finding| {
            let mended = mend(subject, step, &program).filter(|_| matters);
            finding
                .help("go on where it fails, or do without it")
                .fix(mended)
        });
    }
}

/// Whether something does not run because the command fails.
fn ends(subject: &Subject<'_>, step: &LaunchStep) -> bool {
    let inner = || subject.steps().filter(|inner| inner.step.behind.is_some());
    let wraps = inner().any(|inner| {
        let outer = inner
            .step
            .behind
            .and_then(|outer| subject.steps().nth(outer));
        outer.is_some_and(|outer| std::ptr::eq(outer, step))
    });
    let written = step.step.written.as_ref();
    let hung_on = written.is_some_and(|own| edit::is_hung_on(&own.script, &own.command));
    wraps || hung_on || step.step.ends_start || step.step.exec
}

fn mend(subject: &Subject<'_>, step: &LaunchStep, program: &str) -> Option<Fix> {
    // Without what it wraps nothing is started: letting it fail would not help.
    if step.step.exec || ["nice", "chrt", "ionice", "prlimit"].contains(&program) {
        return None;
    }
    let written = step.step.written.as_ref()?;
    let edits = subject.with_shell(written, |text| edit::let_fail(text, &written.command))?;
    fix(
        format!("go on where {program} fails"),
        "what it asks for is not to be had here",
        edits,
    )
}
