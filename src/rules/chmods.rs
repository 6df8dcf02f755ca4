//! A chmod of the start that the build can do in its place.

use std::rc::Rc;

use super::build_chown::quoted;
use super::subject::Subject;
use crate::judge::Style;
use crate::launch::LaunchStep;
use crate::programs::{apply_mode, parse_chmod};

/// The lines of the build that do what a chmod of the start is there for, each with its path; none
/// where the build cannot know what that is, or where it would take bits away from the process.
pub(super) fn lines(subject: &Subject<'_>, step: &LaunchStep) -> Option<Vec<(String, String)>> {
    let command = &step.step.written.as_ref()?.command;
    // Behind find or xargs it is a chmod of what is found.
    let word = command.words.first().and_then(|word| word.literal())?;
    if word.rsplit('/').next() != Some("chmod") {
        return None;
    }
    let mut all = Vec::new();
    // In a loop it is a chmod of several paths.
    for other in subject.steps() {
        let written = other.step.written.as_ref();
        if written.is_some_and(|written| Rc::ptr_eq(&written.command, command)) {
            all.extend(lines_of(subject, other)?);
        }
    }
    Some(all)
}

fn lines_of(subject: &Subject<'_>, step: &LaunchStep) -> Option<Vec<(String, String)>> {
    let texts = step.step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let chmod = parse_chmod(&words)?;
    let mode = chmod.mode?;
    if step.is_tolerated() || !step.step.given.is_empty() || step.fails.is_none() {
        return None;
    }
    let files = &subject.image.files;
    let adds = mode.split(',').all(|clause| clause.contains('+')) && !mode.contains(['-', '=']);
    let mut lines = Vec::new();
    for index in chmod.paths {
        let path = step.step.absolute(words.get(index).copied().flatten()?)?;
        let real = files.resolve(&path);
        // What the build does not make could be missing there; and what has to be private to the
        // server it makes itself.
        let node = files.at(&real)?;
        node.made.or(node.asked)?;
        if subject.is_private(&path) {
            return None;
        }
        let all = match chmod.recursive {
            true => files.below(&real),
            false => vec![real.as_str().into()],
        };
        let mut opens = false;
        // What the mode would take away, or leaves unknown, is only added to.
        let mut adding = false;
        for node in all.iter().filter_map(|path| files.at(path)) {
            let bits = apply_mode(node.mode, &mode, node.is_folder())?;
            let closes = bits & node.mode != node.mode;
            let unknown = chmod.recursive && node.crowded && !adds;
            // For whoever has root it stays as it is; and what everybody may read is no secret.
            let kept = subject.style == Style::Guard || bits & 0o4 != 0;
            if !kept && (closes || unknown) {
                return None;
            }
            adding |= closes || unknown;
            // The bits of the owner and of the group are nobody's here.
            let opened = bits & !node.mode & 0o7 != 0;
            opens |= opened || chmod.recursive && node.crowded && (adds || bits & 0o4 != 0);
        }
        if opens {
            let all = if chmod.recursive { "-R " } else { "" };
            let mode = match adding {
                true => added(&mode)?,
                false => mode.clone(),
            };
            lines.push((format!("RUN chmod {all}{mode} {}", quoted(&path)), path));
        }
    }
    Some(lines)
}

/// What a mode gives to others, as a mode that takes nothing from anybody.
fn added(mode: &str) -> Option<String> {
    let bits = apply_mode(0, mode, false)?;
    let letters = [(0o4, 'r'), (0o2, 'w'), (0o1, 'x')];
    let given = letters.iter().filter(|(bit, _)| bits & bit != 0);
    let given: String = given.map(|(_, letter)| letter).collect();
    (!given.is_empty()).then(|| format!("o+{given}"))
}
