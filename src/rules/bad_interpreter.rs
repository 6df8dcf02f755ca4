//! `bad-interpreter`: the kernel cannot start a script: its first line does not name a program that
//! is there.

use super::posix::is_posix;
use super::started::{Started, started};
use super::subject::{Subject, fix};
use crate::finding::{Edit, Finding, Fix};
use crate::programs::parse_packages;
use crate::source::{Origin, Span};
use crate::syntax::shell::{Dialect, Interpreter, interpreter, parse};

const RULE: &str = "bad-interpreter";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for started in started(subject) {
        let source = subject.text(started.script.source);
        // A script inside of a Dockerfile has its first line elsewhere.
        let start = started.script.text.offset(0);
        let text = source.text().get(start..).unwrap_or_default();
        let Some(first) = interpreter(text) else {
            findings.extend(without_line(subject, &started, text, start));
            continue;
        };
        let span = Span::new(
            start + first.span.start as usize,
            start + first.span.end as usize,
        );
        let origin = Origin {
            source: started.script.source,
            span,
        };
        let finding = |message: String| {
            let by = subject.at_step(RULE, started.step, "");
            let mut finding = subject.finding(RULE, origin, message);
            (finding.severity, finding.certainty) = (by.severity, by.certainty);
            finding.related(Some(by.origin), "it is started here")
        };
        if first.crlf {
            let message = format!(
                "the first line ends with a carriage return, so the kernel looks for a program named “{}\\r” and finds none.",
                first.arguments.last().unwrap_or(&first.path)
            );
            findings.push(finding(message).fix(unix_lines(subject, started.script.source)));
        } else if let Some(missing) = missing(subject, &first) {
            let base = subject.image.base_name.as_deref().unwrap_or("the base");
            let message = format!(
                "{missing} is not in {base}: the start ends with “no such file or directory”."
            );
            findings.push(finding(message).fix(with_sh(&started, &first, origin)));
        }
    }
}

fn without_line(
    subject: &Subject<'_>,
    started: &Started<'_>,
    text: &str,
    start: usize,
) -> Option<Finding> {
    // A program that is no script has no such line. A shell that starts the file reads it itself.
    let script = parse(&started.script.text, Dialect::Bash);
    let by_shell = started.step.step.written.is_some();
    let known = script.errors.is_empty() && !script.body.is_empty() && !text.contains('\0');
    if by_shell || !known {
        return None;
    }
    let message = format!(
        "{} has no #! line: the kernel cannot execute it, and no shell is there to read it.",
        started.path
    );
    let edits = vec![Edit {
        origin: Origin {
            source: started.script.source,
            span: Span::new(start, start),
        },
        replacement: "#!/bin/sh\n".to_owned(),
    }];
    let mended = if is_posix(&script.body) {
        fix(
            "begin it with #!/bin/sh",
            "the kernel has to know who reads it",
            edits,
        )
    } else {
        None
    };
    let finding = subject.at_step(RULE, started.step, message);
    Some(finding.fix(mended))
}

/// The interpreter, if the base is known not to have it and nothing in the build brings it.
fn missing(subject: &Subject<'_>, first: &Interpreter) -> Option<String> {
    let base = subject.image.base?;
    let name = first.shell_name();
    let shell = matches!(name, "bash" | "dash" | "ksh" | "zsh" | "ash" | "sh");
    let there = subject.image.files.get(&first.path).is_some()
        || base
            .shells
            .iter()
            .any(|path| path.rsplit('/').next() == Some(name));
    let brought = subject.image.steps.iter().any(|build| {
        let texts = build.step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        // A package that is not known by its name can bring it, too.
        parse_packages(&words).is_some_and(|packages| {
            packages.names.iter().any(|i| {
                words
                    .get(*i)
                    .copied()
                    .flatten()
                    .is_none_or(|word| word.split(['=', '<', '>', '~']).next() == Some(name))
            })
        })
    });
    let copied = subject.image.copies.iter().any(|copied| {
        copied.paths.iter().any(|path| {
            path.rsplit('/').next() == Some(name) || path == "/bin" || path == "/usr/bin"
        })
    });
    let path = if first.path.ends_with("/env") {
        name.to_owned()
    } else {
        first.path.clone()
    };
    (shell && !there && !brought && !copied).then_some(path)
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
fn with_sh(started: &Started<'_>, first: &Interpreter, origin: Origin) -> Option<Fix> {
    let script = parse(&started.script.text, Dialect::Bash);
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
