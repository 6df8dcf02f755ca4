//! `daemonizes`: the server goes to the background, and the process that the platform started ends.

use super::endings::{each, is_last, statement, stays};
use super::keeping;
use super::port;
use super::subject::{Subject, fix};
use crate::edit;
use crate::eval::{ChildManner, Written};
use crate::finding::{Edit, Finding, Fix};
use crate::launch::{Effect, LaunchStep, Serving};
use crate::programs::{SetBy, Stays, Tell, WordPart, programs};
use crate::source::{Origin, Span};
use crate::syntax::shell::{Command, CompoundKind};

const RULE: &str = "daemonizes";

/// How it comes that the process ends.
enum Way<'a> {
    /// The server does it by itself.
    Server,
    /// The program that starts it does, unless it is told this.
    Manager(&'static str),
    /// A script of the system starts it and ends.
    Service,
    /// The script sends it to the background.
    Script(&'a Written),
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(launch) = subject.launch else { return };
    let unknown = launch.is_partly_read() || launch.stopped.is_some() || !launch.gaps.is_empty();
    let Some(serving) = launch.serving.as_ref().filter(|_| !unknown) else {
        return;
    };
    let Some((number, way)) = way(subject, serving) else {
        return;
    };
    if is_held(subject, number) || is_waited_for(subject, number) {
        return;
    }
    let step = &launch.steps[number];
    let title = match way {
        Way::Manager(_) => step.step.program().unwrap_or_default(),
        _ => serving.server.title.clone(),
    };
    let does = match way {
        Way::Server | Way::Manager(_) => format!("{title} goes to the background"),
        Way::Service => format!("{title} is started in the background"),
        Way::Script(_) => format!("the script sends {title} to the background"),
    };
    let end = match subject.target.lifecycle.ending_is_crash {
        true => "The platform takes that for a crash, and starts it again and again.",
        false => "The platform goes on asking for the port, but shows nothing of what it logs.",
    };
    let message =
        format!("{does}, and nothing else runs on: the process that was started ends. {end}");
    let finding = subject.at_command(RULE, step, message);
    let help = match way {
        Way::Service => format!("start {title} itself, in the foreground, and last of all"),
        _ => format!("keep {title} in the foreground"),
    };
    let mended = mended(subject, serving, number, &way);
    findings.push(finding.help(help).fix(mended));
}

/// The steps that a step is behind, from itself out.
fn outwards(subject: &Subject<'_>, number: usize) -> Vec<usize> {
    let steps = subject.launch.map_or(&[][..], |launch| &launch.steps);
    std::iter::successors(Some(number), |at| steps.get(*at)?.step.behind).collect()
}

/// The step whose end is the end of all, and why it ends; none where the server stays.
fn way<'a>(subject: &Subject<'a>, serving: &Serving) -> Option<(usize, Way<'a>)> {
    let steps = &subject.launch?.steps;
    for number in outwards(subject, serving.step) {
        let step = &steps[number].step;
        if let Some(managed) = step.managed.as_ref().filter(|_| number != serving.step) {
            if let Some(word) = managed.leaves {
                return Some((number, Way::Manager(word)));
            }
            if is_service(&steps[number]) {
                return Some((number, Way::Service));
            }
            let beside = |child: &crate::eval::Child| child.manner == ChildManner::Beside;
            if managed.children.iter().any(beside) {
                return None;
            }
        }
        if let Some(written) = step.written.as_ref().filter(|_| step.background) {
            return Some((number, Way::Script(written)));
        }
    }
    serving.left.as_ref()?;
    Some((serving.step, Way::Server))
}

/// Whether a step is a script of the system that starts services.
fn is_service(step: &LaunchStep) -> bool {
    let word = step.step.argv.first().and_then(|word| word.known());
    let word = word.unwrap_or_default();
    let name = word.rsplit('/').next().unwrap_or_default();
    matches!(name, "service" | "invoke-rc.d" | "rc-service") || word.starts_with("/etc/init.d/")
}

/// Whether something that is started behind the server stays, so that the process does.
fn is_held(subject: &Subject<'_>, number: usize) -> bool {
    let Some(launch) = subject.launch else {
        return true;
    };
    let steps = &launch.steps;
    let inner = |at: usize| outwards(subject, at).contains(&number);
    let leaf = |at: usize| !steps.iter().any(|step| step.step.behind == Some(at));
    let behind: Vec<usize> = (number + 1..steps.len())
        .filter(|at| !inner(*at) && !steps[*at].step.background)
        .collect();
    let last = behind.iter().copied().rfind(|at| leaf(*at));
    behind.into_iter().any(|at| {
        let step = &steps[at];
        if let Some(managed) = &step.step.managed {
            return managed.leaves.is_none() && !is_service(step);
        }
        if let Effect::Listen = step.effect {
            let mut servers = launch.all_servers();
            let left = servers.any(|other| other.step == at && other.left.is_some());
            let in_service = outwards(subject, at)
                .iter()
                .any(|at| is_service(&steps[*at]));
            return !left && !in_service;
        }
        let is_last = Some(at) == last || step.step.exec;
        stays(step) || is_last && leaf(at) && is_unknown(step)
    })
}

/// Whether nothing is known of a program, so that it may be one that stays.
fn is_unknown(step: &LaunchStep) -> bool {
    let Some(program) = step.step.program() else {
        return true;
    };
    // A shell that nobody types into ends at once.
    let tool = programs().is_tool(&program) || programs().tools().asks(&program);
    let reads = program == "cat" && !step.step.redirects.is_empty();
    (!tool || reads) && program != "exit"
}

/// Whether a script that starts it waits for it, or does something again and again.
fn is_waited_for(subject: &Subject<'_>, number: usize) -> bool {
    let steps = subject.launch.map_or(&[][..], |launch| &launch.steps);
    let around = outwards(subject, number).into_iter();
    let mut written = around.filter_map(|at| steps[at].step.written.as_ref());
    written.any(|written| {
        let after = written.command.span.end;
        let mut waits = false;
        each(&written.script, &mut |command| {
            let span = command.span();
            waits |= match command {
                Command::Simple(simple) => {
                    let name = simple.words.first().and_then(|word| word.literal());
                    let name = name.as_deref();
                    span.end > after && matches!(name, Some("wait" | "read" | "fg"))
                }
                Command::Compound(compound) => {
                    span.end > after
                        && matches!(
                            compound.kind,
                            CompoundKind::While { .. } | CompoundKind::ArithmeticFor { .. }
                        )
                }
                Command::Function(function) => holds(&function.body),
                _ => false,
            };
        });
        waits
    })
}

/// Whether a function may wait.
fn holds(body: &Command) -> bool {
    let Command::Compound(compound) = body else {
        return false;
    };
    let mut found = false;
    for list in edit::lists(&compound.kind) {
        each(list, &mut |command| {
            found |= match command {
                Command::Simple(simple) => {
                    let name = simple.words.first().and_then(|word| word.literal());
                    name.as_deref() == Some("wait")
                }
                Command::Compound(inner) => matches!(inner.kind, CompoundKind::While { .. }),
                _ => false,
            };
        });
    }
    found
}

fn mended(subject: &Subject<'_>, serving: &Serving, number: usize, way: &Way<'_>) -> Option<Fix> {
    let step = &subject.launch?.steps[number];
    // What stands behind it would wait for its end.
    let last = |step: &LaunchStep| {
        let all = outwards(subject, number).into_iter();
        let steps = &subject.launch?.steps;
        let mut written = all.filter_map(|at| steps[at].step.written.as_ref());
        (step.step.exec || written.all(is_last)).then_some(())
    };
    if !matches!(way, Way::Script(_)) {
        last(step)?;
    }
    let title = format!("keep {} in the foreground", serving.server.title);
    let reason = "the process that is started must not end";
    let tell = |tell: Tell| {
        port::told(
            subject,
            serving,
            step,
            vec![tell],
            title.clone(),
            reason.to_owned(),
        )
    };
    match way {
        Way::Service => None,
        Way::Manager(word) => tell(Tell::AppendArguments(vec![(*word).to_owned()])),
        Way::Script(written) => {
            let edits = vec![in_foreground(subject, written)?];
            fix(title, reason, edits)
        }
        Way::Server => match serving.left.as_ref()?.stays.as_ref()? {
            Stays::Say(words) => tell(Tell::AppendArguments(words.clone())),
            Stays::Instead(index, Some(with)) => tell(Tell::ReplaceWordPart {
                part: WordPart::whole(*index),
                with: with.clone(),
            }),
            Stays::Instead(index, None) => {
                let origin = step.step.argv.get(*index)?.origin()?;
                fix(title, reason, dropped(subject, step, origin)?)
            }
            Stays::Set(setting, with) => tell(match &setting.by {
                SetBy::Argument { part, .. } => Tell::ReplaceWordPart {
                    part: part.clone(),
                    with: with.clone(),
                },
                SetBy::Config { path, span, .. } => Tell::ReplaceConfig {
                    path: path.clone(),
                    span: *span,
                    with: with.clone(),
                },
                SetBy::Environment(_) | SetBy::Default => return None,
            }),
        },
    }
}

/// The word goes.
fn dropped(subject: &Subject<'_>, step: &LaunchStep, origin: Origin) -> Option<Vec<Edit>> {
    if let Some((array, at)) = subject.element(origin) {
        return Some(edit::json_drop(array, subject.source, at..at + 1));
    }
    let Some(written) = step.step.written.as_ref() else {
        return keeping::drop_words(subject, &[origin]);
    };
    subject.with_shell(written, |text| edit::drop_words(text, &[origin]))
}

/// The `&` behind the last command of a script goes.
fn in_foreground(subject: &Subject<'_>, written: &Written) -> Option<Edit> {
    let last = written.script.last()?;
    let own = statement(&written.script, &written.command)?;
    if !std::ptr::eq(last, own) {
        return None;
    }
    subject.with_shell(written, |text| {
        let from = own.span.end as usize;
        let rest = text.text.get(from..)?;
        let sign = rest.find('&').filter(|at| rest[..*at].trim().is_empty())?;
        Some(Edit {
            origin: Origin {
                source: text.source,
                span: Span::new(from, from + sign + 1),
            },
            replacement: String::new(),
        })
    })
}
