//! `unused-helper`: a tool to change users with is brought in and nothing that works calls it.

use std::rc::Rc;

use super::standing;
use super::subject::{Subject, fix};
use crate::edit::{self, Dropped};
use crate::finding::{Edit, Finding, Fix};
use crate::image::BuildStep;
use crate::judge::Style;
use crate::launch::{Effect, Launch};
use crate::programs::{Helper, Inner, parse_packages, programs};
use crate::source::Origin;
use crate::syntax::dockerfile::{Arguments, Instruction, Keyword};
use crate::syntax::shell::{Simple, each_simple};

const RULE: &str = "unused-helper";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    // Whoever has root goes on to step down with it.
    if subject.style == Style::Guard || subject.launch.is_some_and(Launch::is_partly_read) {
        return;
    }
    for helper in programs().helpers() {
        // Most images bring none: only for one that is there are all scripts read.
        let brought = Brought::of(subject, helper);
        let Some(origin) = brought.origin else {
            continue;
        };
        let names = || helper.also.iter().chain([&helper.name]);
        let called = names().any(|name| {
            let by_build = subject.image.steps.iter().any(|build| builds(name, build));
            by_build || subject.mentions().program(name) || is_called(subject, name)
        });
        if called {
            continue;
        }
        let message = format!(
            "{} is brought in to change users, which nobody can do here, and nothing else calls it.",
            helper.name
        );
        // What is written into a folder of its package's would have no place.
        let mut configured = helper.configured.iter();
        let goes = !names().any(|name| stays(subject, name))
            && !configured.any(|path| subject.image.speaks_of(path));
        let mended = goes.then(|| mend(subject, helper, &brought)).flatten();
        findings.push(subject.finding(RULE, origin, message).fix(mended));
    }
}

/// Whether a call of it, which fails, cannot be taken out of its script: it is not known where its
/// words stand.
fn stays(subject: &Subject<'_>, name: &str) -> bool {
    let calls = subject.steps().filter(|step| {
        let own = step.step.program().as_deref() == Some(name);
        own && step.step.written.is_some() && step.fails.is_some()
    });
    let mut switches = calls.filter_map(|step| match &step.effect {
        Effect::SwitchUser(switch) => Some((step, switch)),
        _ => None,
    });
    switches.any(|(step, switch)| match &switch.inner {
        Inner::Words(first) => (0..*first).any(|at| standing::word(step, at).is_none()),
        _ => false,
    })
}

/// Whether a command of the build runs something with it: more than to see that it works.
fn builds(name: &str, build: &BuildStep) -> bool {
    let texts = build.step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    if build.step.program().as_deref() != Some(name) {
        return false;
    }
    let switch = programs()
        .switcher(name)
        .and_then(|switcher| switcher.parse(&words));
    switch.is_some_and(|switch| match switch.inner {
        Inner::Words(first) => {
            let inner = words.get(first).copied().flatten();
            !inner.is_some_and(|inner| ["true", "id", "whoami"].contains(&inner))
        }
        Inner::Shell => false,
        Inner::Text(_) | Inner::Exec { .. } => true,
    })
}

/// Whether the launch gets something out of it: a path that it cannot write is another matter.
fn is_called(subject: &Subject<'_>, name: &str) -> bool {
    subject
        .steps()
        .any(|step| step.denied.is_none() && step.step.program().as_deref() == Some(name))
}

/// Everything in the Dockerfile that is there for a helper alone.
struct Brought {
    /// The download, the package, or the COPY.
    origin: Option<Origin>,
    /// Commands, by instruction.
    commands: Vec<(usize, Rc<Simple>)>,
    /// Words of a package list.
    packages: Vec<(usize, usize, Origin)>,
    /// Whole instructions.
    instructions: Vec<usize>,
}

impl Brought {
    fn of(subject: &Subject<'_>, helper: &Helper) -> Self {
        let mut brought = Self {
            origin: None,
            commands: Vec::new(),
            packages: Vec::new(),
            instructions: Vec::new(),
        };
        for (number, build) in subject.image.steps.iter().enumerate() {
            if !subject.is_own(build.instruction) {
                continue;
            }
            let texts = build.step.texts();
            let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            if let Some(packages) = parse_packages(&words) {
                brought.package(number, build, helper, &packages.names, &words);
                continue;
            }
            if !speaks_of(helper, build) {
                continue;
            }
            let downloads = build.step.argv.iter().any(|word| {
                let word = word.known_prefix();
                helper.urls.iter().any(|url| word.contains(url.as_str()))
            });
            if downloads && brought.origin.is_none() {
                brought.origin = build.step.argv.first().and_then(|word| word.origin());
            }
            if let Some(written) = &build.step.written {
                brought
                    .commands
                    .push((build.instruction, written.command.clone()));
            }
        }
        for copied in &subject.image.copies {
            let Some(instruction) = subject
                .instruction(copied.instruction)
                .filter(|_| subject.is_own(copied.instruction))
            else {
                continue;
            };
            let names = |path: &String| {
                helper
                    .files
                    .iter()
                    .any(|file| path.rsplit('/').next() == Some(file))
            };
            if !copied.paths.is_empty() && copied.paths.iter().all(names) {
                let origin = Origin {
                    source: subject.source,
                    span: instruction.keyword_span,
                };
                brought.origin.get_or_insert(origin);
                brought.instructions.push(copied.instruction);
            }
        }
        if brought.origin.is_some() {
            brought.variables(subject, helper);
        }
        brought
    }

    fn package(
        &mut self,
        step: usize,
        build: &BuildStep,
        helper: &Helper,
        names: &[usize],
        words: &[Option<&str>],
    ) {
        let bare = |word: &str| {
            word.split(['=', '<', '>', '~'])
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        for index in names {
            let named = words
                .get(*index)
                .copied()
                .flatten()
                .is_some_and(|word| helper.packages.contains(&bare(word)));
            if let (true, Some(origin)) = (
                named,
                build.step.argv.get(*index).and_then(|word| word.origin()),
            ) {
                self.origin.get_or_insert(origin);
                if names.len() == 1 {
                    if let Some(written) = &build.step.written {
                        self.commands
                            .push((build.instruction, written.command.clone()));
                    }
                } else {
                    self.packages.push((build.instruction, step, origin));
                }
            }
        }
    }

    /// `ENV GOSU_VERSION …`.
    fn variables(&mut self, subject: &Subject<'_>, helper: &Helper) {
        for number in subject.image.own.clone() {
            let Some(Instruction {
                keyword: Keyword::Env | Keyword::Arg,
                arguments: Arguments::Pairs(pairs),
                ..
            }) = subject.instruction(number)
            else {
                continue;
            };
            let own = |name: &str| {
                helper
                    .variables
                    .iter()
                    .any(|prefix| name.starts_with(prefix.as_str()))
            };
            if !pairs.is_empty() && pairs.iter().all(|pair| own(&pair.name.text)) {
                self.instructions.push(number);
            }
        }
    }
}

/// Whether a command of the build is about the helper.
fn speaks_of(helper: &Helper, build: &BuildStep) -> bool {
    let file = |word: &str| {
        let base = word.rsplit('/').next().unwrap_or_default();
        helper.files.iter().any(|file| file == base) || base == helper.name
    };
    let words = build.step.argv.iter().map(|word| word.known_prefix());
    words.into_iter().any(|word| {
        let word = word.as_str();
        file(word)
            || helper.urls.iter().any(|url| word.contains(url.as_str()))
            || helper.keys.iter().any(|key| {
                word.replace(' ', "").ends_with(key.as_str())
                    || key.ends_with(word.trim_start_matches("0x")) && word.len() >= 8
            })
    })
}

fn mend(subject: &Subject<'_>, helper: &Helper, brought: &Brought) -> Option<Fix> {
    let text = subject.text(subject.source);
    let mut edits: Vec<Edit> = Vec::new();
    let mut instructions: Vec<usize> = brought.commands.iter().map(|(number, _)| *number).collect();
    instructions.dedup();
    for number in instructions {
        let mut commands: Vec<Rc<Simple>> = brought
            .commands
            .iter()
            .filter(|(other, _)| *other == number)
            .map(|(_, command)| command.clone())
            .collect();
        commands.extend(leftovers(subject, number, &commands));
        let written = subject
            .image
            .steps
            .iter()
            .find(|build| build.instruction == number)
            .and_then(|build| build.step.written.as_ref())?;
        match subject.with_shell(written, |shell| edit::drop_commands(shell, &commands))? {
            Dropped::Edits(more) => edits.extend(more),
            Dropped::Everything => edits.push(edit::remove_instruction(
                text.text(),
                subject.source,
                subject.instruction(number)?,
            )),
        }
    }
    for (_, step, origin) in &brought.packages {
        let written = subject.image.steps.get(*step)?.step.written.as_ref()?;
        edits.extend(subject.with_shell(written, |shell| edit::drop_words(shell, &[*origin]))?);
    }
    for number in &brought.instructions {
        edits.push(edit::remove_instruction(
            text.text(),
            subject.source,
            subject.instruction(*number)?,
        ));
    }
    fix(
        format!("do not bring {} in", helper.name),
        format!("nothing calls {} here", helper.name),
        edits,
    )
}

/// Commands of the same RUN that serve the dropped ones alone: what is set up for gpg where every
/// gpg is dropped, and `set -x` where nothing is left to do.
fn leftovers(subject: &Subject<'_>, number: usize, dropped: &[Rc<Simple>]) -> Vec<Rc<Simple>> {
    let steps = || {
        subject
            .image
            .steps
            .iter()
            .filter(|build| build.instruction == number)
    };
    let is_dropped = |command: &Rc<Simple>| dropped.iter().any(|other| Rc::ptr_eq(other, command));
    let program = |build: &BuildStep| build.step.program().unwrap_or_default();
    let of_gpg = |build: &BuildStep| matches!(program(build).as_str(), "gpg" | "gpgconf" | "gpgv");
    let kept = || {
        steps().filter(|build| {
            build
                .step
                .written
                .as_ref()
                .is_some_and(|written| !is_dropped(&written.command))
        })
    };
    let gpg_stays = kept().any(|build| of_gpg(build) && program(build) == "gpg");
    let mut all = Vec::new();
    let Some(written) = steps().find_map(|build| build.step.written.as_ref()) else {
        return all;
    };
    let mut commands: Vec<Rc<Simple>> = Vec::new();
    each_simple(&written.script, &mut |command| {
        // What stands in a substitution belongs to the command around it.
        if !commands
            .iter()
            .any(|outer| outer.span.contains(command.span))
        {
            commands.push(command.clone());
        }
    });
    let source = subject.text(written.source);
    let text = |command: &Simple| source.slice(command.span);
    let gpg_goes = dropped
        .iter()
        .any(|command| text(command).starts_with("gpg"));
    let about_gpg = |text: &str| text.contains("GNUPGHOME") || text.contains("gpgconf");
    let (gone, kept): (Vec<_>, Vec<_>) = commands
        .into_iter()
        .filter(|command| !is_dropped(command))
        .partition(|command| !gpg_stays && gpg_goes && about_gpg(text(command)));
    all.extend(gone);
    // A variable that only the dropped commands have used, and options where nothing is left to do.
    let idle = |command: &Simple| match command.words.first().and_then(|word| word.literal()) {
        Some(name) => matches!(name.as_str(), "set" | ":" | "true"),
        None => command.words.is_empty() && command.redirects.is_empty(),
    };
    let work: Vec<&Rc<Simple>> = kept.iter().filter(|command| !idle(command)).collect();
    let uses = |name: &str| {
        let mut texts = work.iter().map(|command| text(command));
        texts.any(|text| text.contains(&format!("${name}")) || text.contains(&format!("${{{name}")))
    };
    let unused = |command: &Simple| {
        let was_used = |name: &str| dropped.iter().any(|d| text(d).contains(name));
        !command.assignments.is_empty()
            && command.words.is_empty()
            && command
                .assignments
                .iter()
                .all(|a| !uses(&a.name) && was_used(&a.name))
    };
    let nothing_left = work.is_empty();
    all.extend(
        kept.iter()
            .filter(|command| nothing_left || unused(command))
            .cloned(),
    );
    all
}
