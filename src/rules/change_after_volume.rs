//! `change-after-volume`: a RUN changes what is a volume by then, and the change is lost.

use super::subject::{Subject, fix};
use crate::edit;
use crate::eval::{Step, is_below};
use crate::finding::{Certainty, Finding, Fix};
use crate::image::{BuildStep, Setting};
use crate::programs::{Manner, PutPath, parse_chmod, parse_chown, parse_mkdir, parse_writes};
use crate::source::Origin;
use crate::syntax::dockerfile::{Instruction, Keyword};
use crate::syntax::shell::RedirectKind;

const RULE: &str = "change-after-volume";

/// What is put into these folders is for the build alone.
const TEMPORARY: &[&str] = &["/tmp", "/var/tmp"];

/// A RUN that changes what is a volume by then.
struct Late<'a> {
    /// Its first command that does.
    step: &'a Step,
    /// Its number in the file.
    run: usize,
    /// The number of the VOLUME; none of the base's.
    volume: Option<usize>,
    /// Where that is written.
    origin: Option<Origin>,
    /// The volumes that it changes.
    paths: Vec<&'a str>,
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if needs_buildkit(subject) {
        return;
    }
    let all = late(subject);
    for late in &all {
        let paths = match late.paths.as_slice() {
            [one] => format!("{one} is a volume"),
            [first, second] => format!("{first} and {second} are volumes"),
            [first, rest @ ..] => format!("{first} and {} more are volumes", rest.len()),
            [] => continue,
        };
        let since = match late.volume {
            Some(_) => "by then",
            None => "of the base image",
        };
        let message = format!(
            "{paths} {since}, so that what this changes there is lost where Docker's classic builder builds the image: it lets the command work on a copy, and throws the copy away. BuildKit keeps the change."
        );
        let mut finding = subject.finding(RULE, late.step.origin, message);
        if late.step.certainty == Certainty::Maybe {
            finding.lower();
            finding.certainty = Certainty::Maybe;
        }
        let help = match late.volume {
            Some(_) => "say VOLUME behind all that puts something there",
            None => "put it elsewhere, and have the start copy it",
        };
        let finding = finding
            .related(late.origin, "it is declared a volume here")
            .help(help);
        findings.push(finding.fix(late.volume.and_then(|number| moved(subject, &all, number))));
    }
}

/// Whether only BuildKit can build it, which keeps such changes.
fn needs_buildkit(subject: &Subject<'_>) -> bool {
    let own = |instruction: &Instruction| {
        let mut flags = instruction.flags.iter();
        let shell = matches!(
            instruction.keyword,
            Keyword::Run | Keyword::Copy | Keyword::Add
        );
        let since = [
            "mount", "link", "chmod", "security", "network", "parents", "exclude",
        ];
        shell
            && (!instruction.heredocs.is_empty()
                || flags.any(|flag| since.contains(&flag.name.as_str())))
    };
    let mut directives = subject.dockerfile.directives.iter();
    directives.any(|directive| directive.name == "syntax")
        || subject.dockerfile.instructions.iter().any(own)
}

fn late<'a>(subject: &Subject<'a>) -> Vec<Late<'a>> {
    let volumes = &subject.image.config.volumes;
    let mut all: Vec<Late<'a>> = Vec::new();
    for build in &subject.image.steps {
        let before = |volume: &&Setting| {
            let at = volume.instruction;
            at.is_none_or(|at| at < build.instruction)
                && !TEMPORARY.contains(&volume.value.as_str())
        };
        let mut before = volumes.iter().filter(before).peekable();
        if before.peek().is_none() {
            continue;
        }
        let changed = changed(subject, build);
        for volume in before {
            if !changed.iter().any(|path| is_below(path, &volume.value)) {
                continue;
            }
            let known = all
                .iter_mut()
                .find(|late| late.run == build.instruction && late.volume == volume.instruction);
            match known {
                Some(late) if late.paths.contains(&volume.value.as_str()) => {}
                Some(late) => late.paths.push(&volume.value),
                None => all.push(Late {
                    step: &build.step,
                    run: build.instruction,
                    volume: volume.instruction,
                    origin: volume.origin,
                    paths: vec![&volume.value],
                }),
            }
        }
    }
    all
}

/// The paths that a command of the build leaves changed. Links are not followed: one into a volume is no
/// change there.
fn changed(subject: &Subject<'_>, build: &BuildStep) -> Vec<String> {
    let step = &build.step;
    let files = &subject.image.files;
    let texts = step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let mut paths: Vec<String> = Vec::new();
    let put = parse_writes(&words).into_iter().filter(|put| {
        !matches!(
            put.manner,
            Manner::Gone | Manner::GoneIfThere | Manner::Temporary
        )
    });
    let put = put.filter_map(|put| match put.path {
        PutPath::Part(part) => step.absolute(part.text(&words)?),
        // What is only done where the command happens to be is mostly taken from there.
        PutPath::Fixed(_) | PutPath::Named { .. } => None,
    });
    // A folder that is a volume is there.
    let makes = parse_mkdir(&words).is_some();
    let volumes = &subject.image.config.volumes;
    paths.extend(put.filter(|path| !makes || !volumes.iter().any(|v| is_below(&v.value, path))));
    let written = step.redirects.iter().filter(|(kind, _)| {
        matches!(
            kind,
            RedirectKind::Write | RedirectKind::Append | RedirectKind::WriteBoth
        )
    });
    paths.extend(written.filter_map(|(_, path)| step.absolute(&path.known()?)));
    let owned = parse_chown(&words).map(|chown| chown.paths);
    let opened = parse_chmod(&words).map(|chmod| chmod.paths);
    let named = owned.into_iter().chain(opened).flatten();
    paths.extend(named.filter_map(|at| step.absolute(words[at]?)));
    // What the build takes away again is not missed.
    paths.retain(|path| files.get(path).is_some());
    paths
}

/// VOLUME behind the last RUN that changes what it names.
fn moved(subject: &Subject<'_>, all: &[Late<'_>], number: usize) -> Option<Fix> {
    let last = all.iter().filter(|late| late.volume == Some(number));
    let last = last.map(|late| late.run).max()?;
    let volume = subject.instruction(number)?;
    let text = subject.text(subject.source);
    let written = text.slice(volume.span);
    // A variable may be another one there.
    if !subject.is_own(number) || !subject.is_own(last) || written.contains('$') {
        return None;
    }
    let edits = vec![
        edit::remove_instruction(text.text(), subject.source, volume),
        edit::insert_after(
            text.text(),
            subject.source,
            subject.instruction(last)?,
            written,
        ),
    ];
    fix(
        "say VOLUME behind what changes it",
        "the classic builder discards what is changed behind VOLUME",
        edits,
    )
}
