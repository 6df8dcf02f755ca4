//! `bad-interpreter`: the kernel cannot start a script: its first line does not name a program that
//! is there.

use super::posix::is_posix;
use super::started::refused;
use super::subject::{Subject, fix};
use crate::eval::ScriptText;
use crate::finding::{Edit, Finding, Fix};
use crate::launch::Why;
use crate::source::{Origin, Span};
use crate::syntax::shell::Interpreter;

const RULE: &str = "bad-interpreter";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let of = |why: &Why| {
        matches!(
            why,
            Why::CarriageReturn(_) | Why::NoInterpreter(..) | Why::NoLine
        )
    };
    for (step, refusal) in refused(subject, of) {
        let Some(script) = &refusal.script else {
            continue;
        };
        // A script inside of a Dockerfile has its first line elsewhere.
        let start = script.text.offset(0);
        let finding = |first: &Interpreter, message: String| {
            let origin = first_line(script, first);
            let by = subject.at_step(RULE, step, "");
            let mut finding = subject.finding(RULE, origin, message);
            (finding.severity, finding.certainty) = (by.severity, by.certainty);
            finding.related(Some(by.origin), "it is started here")
        };
        findings.push(match &refusal.why {
            Why::CarriageReturn(first) => {
                let message = format!(
                    "the first line ends with a carriage return, so the kernel looks for a program named “{}\\r” and finds none.",
                    first.arguments.last().unwrap_or(&first.path)
                );
                finding(first, message).fix(unix_lines(subject, script.source))
            }
            Why::NoInterpreter(first, missing) => {
                let base = subject.image.base_name.as_deref().unwrap_or("the base");
                let message = format!(
                    "{missing} is not in {base}: the start ends with “no such file or directory”."
                );
                finding(first, message).fix(with_sh(script, first))
            }
            _ => {
                let message = format!(
                    "{} has no #! line: the kernel cannot execute it, and no shell is there to read it.",
                    refusal.path
                );
                subject
                    .at_step(RULE, step, message)
                    .fix(with_line(script, start))
            }
        });
    }
}

fn first_line(script: &ScriptText, first: &Interpreter) -> Origin {
    let start = script.text.offset(0);
    Origin {
        source: script.source,
        span: Span::new(
            start + first.span.start as usize,
            start + first.span.end as usize,
        ),
    }
}

/// `#!/bin/sh` above a script that needs no more than that.
fn with_line(script: &ScriptText, start: usize) -> Option<Fix> {
    if !is_posix(&script.tree().body) {
        return None;
    }
    let edits = vec![Edit {
        origin: Origin {
            source: script.source,
            span: Span::new(start, start),
        },
        replacement: "#!/bin/sh\n".to_owned(),
    }];
    fix(
        "begin it with #!/bin/sh",
        "the kernel has to know who reads it",
        edits,
    )
}

fn unix_lines(subject: &Subject<'_>, source: crate::source::SourceId) -> Option<Fix> {
    if source == subject.source {
        return None;
    }
    let text = subject.text(source);
    let ends = text.text().match_indices("\r\n").map(|(at, _)| Edit {
        origin: Origin {
            source,
            span: Span::new(at, at + 1),
        },
        replacement: String::new(),
    });
    fix(
        "end its lines as Unix does",
        "a carriage return is part of the program's name",
        ends.collect(),
    )
}

/// `#!/bin/sh` for a script that needs no more than that.
fn with_sh(text: &ScriptText, first: &Interpreter) -> Option<Fix> {
    let origin = first_line(text, first);
    let script = text.tree();
    if !script.errors.is_empty() || !is_posix(&script.body) {
        return None;
    }
    let options: Vec<&str> = first
        .arguments
        .iter()
        .map(String::as_str)
        .filter(|word| word.starts_with('-') && *word != "-S")
        .collect();
    let replacement = ["#!/bin/sh"]
        .into_iter()
        .chain(options)
        .collect::<Vec<_>>()
        .join(" ");
    fix(
        "have /bin/sh read it",
        "the image has no other shell",
        vec![Edit {
            origin,
            replacement,
        }],
    )
}
