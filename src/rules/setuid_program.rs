//! `setuid-program`: the build sets a setuid or setgid bit, or the launch needs one.

use super::capable;
use super::subject::{Subject, fix};
use super::worst::Worst;
use crate::edit::{self, Dropped};
use crate::eval::User;
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::image::{BuildStep, Content, Node, NodeKind};
use crate::judge::Style;
use crate::launch::{Effect, LaunchStep};
use crate::programs::{WordPart, parse_chmod, parse_install, programs};
use crate::source::Origin;

const RULE: &str = "setuid-program";

const SETUID: u32 = 0o4000;
const SETGID: u32 = 0o2000;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut said: Vec<String> = Vec::new();
    for set in subject.image.steps.iter().filter_map(|b| set(subject, b)) {
        said.extend(set.paths.iter().cloned());
        findings.push(built(subject, &set.paths, set.by).fix(mended(subject, &set)));
    }
    // What another stage or a flag of COPY has set.
    let brought = subject.image.files.iter().filter_map(|(path, node)| {
        let file = matches!(node.kind, NodeKind::File(_)) && node.mode & SETUID != 0;
        let by = node.made.filter(|_| file)?;
        (!said.iter().any(|said| said == path)).then(|| (path.to_owned(), by))
    });
    for (path, by) in brought {
        findings.push(built(subject, &[path], by));
    }
    let mut worst = Worst::new(findings);
    for step in subject.steps() {
        if let Some(found) = needed(subject, step) {
            worst.add(found.origin, found, |found| found);
        }
    }
}

/// A command of the build that sets such a bit of programs.
struct Set<'a> {
    build: &'a BuildStep,
    by: Origin,
    /// The word with the mode, and the part of it.
    mode: WordPart,
    text: String,
    paths: Vec<String>,
    /// Whether it is a folder's, too, of which the bit is no program's.
    folders: bool,
}

fn set<'a>(subject: &Subject<'_>, build: &'a BuildStep) -> Option<Set<'a>> {
    let texts = build.step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let path = |index: usize| build.step.absolute(words.get(index).copied().flatten()?);
    let files = &subject.image.files;
    let (mode, paths) = if let Some(chmod) = parse_chmod(&words) {
        // What lies in a folder is not looked at: it is for the folders that such a mode is there.
        let all = chmod.paths.iter().filter(|_| !chmod.recursive);
        let all: Vec<String> = all.filter_map(|index| path(*index)).collect();
        (WordPart::whole(chmod.mode_index?), all)
    } else {
        let install = parse_install(&words).filter(|install| !install.directory)?;
        let to = install.destination.as_ref();
        let to = to.and_then(|part| build.step.absolute(part.text(&words)?))?;
        let inside = install.paths.iter().filter_map(|index| path(*index));
        let inside = inside.map(|from| match from.rsplit_once('/') {
            Some((_, name)) => format!("{to}/{name}"),
            None => to.clone(),
        });
        let there = |path: &String| files.get(path).is_some();
        let all: Vec<String> = inside.filter(there).chain([to.clone()]).collect();
        (install.mode_part?, all)
    };
    let text = mode.text(&words)?.to_owned();
    let bits = bits(&text)?;
    // Nothing later has taken it away.
    let nodes = paths.into_iter().filter_map(|path| {
        let node = files.get(&path).filter(|node| node.mode & bits != 0)?;
        Some((path, node))
    });
    let (programs, others): (Vec<_>, Vec<_>) = nodes.partition(|(_, node)| is_program(node, bits));
    let folders = others.iter().any(|(_, node)| node.is_folder());
    let paths: Vec<String> = programs.into_iter().map(|(path, _)| path).collect();
    let by = build.step.argv.first()?.origin()?;
    (!paths.is_empty()).then_some(Set {
        build,
        by,
        mode,
        text,
        paths,
        folders,
    })
}

/// A setuid bit makes no difference to a folder, a setgid bit does: what may be one is taken for one.
fn is_program(node: &Node, bits: u32) -> bool {
    match node.kind {
        NodeKind::File(_) => true,
        NodeKind::Unknown => bits & SETUID != 0,
        NodeKind::Folder | NodeKind::Link(_) => false,
    }
}

/// The setuid and setgid bits that a mode sets.
fn bits(mode: &str) -> Option<u32> {
    let set = crate::programs::apply_mode(0, mode, false)? & (SETUID | SETGID);
    (set != 0).then_some(set)
}

/// What the build has made a program of that kind.
fn built(subject: &Subject<'_>, paths: &[String], by: Origin) -> Finding {
    let files = &subject.image.files;
    let setuid = |path: &String| files.get(path).is_none_or(|node| node.mode & SETUID != 0);
    let bit = match paths.iter().any(setuid) {
        true => "setuid",
        false => "setgid",
    };
    let list = paths.join(", ");
    if subject.target.privileges.setuid_honoured {
        let message = format!(
            "{list} gets a {bit} bit. It counts here only as long as the platform lets a process gain privileges (no_new_privileges is off)."
        );
        return subject.finding(RULE, by, message);
    }
    let user = subject.runner();
    let message = format!(
        "{list} gets a {bit} bit, which does not count here: whatever {user:#} starts runs as {user:#}."
    );
    let started = paths.iter().filter_map(|path| {
        let step = capable::runner(subject, path)?;
        // That it cannot change its user is a matter of its own.
        let own = step.step.user != User::Root && !matches!(step.effect, Effect::SwitchUser(_));
        own.then_some(step)
    });
    let finding = match started.into_iter().next() {
        Some(step) => capable::needed(subject, RULE, (step, by), Severity::Error, message),
        None => subject.finding(RULE, by, message),
    };
    finding.help("do without: what the program reads or writes must be open to others")
}

/// A program of the start that does nothing without such a bit.
fn needed(subject: &Subject<'_>, step: &LaunchStep) -> Option<Finding> {
    let name = step.step.program()?;
    let user = &step.step.user;
    if *user == User::Root {
        return None;
    }
    let privileges = &subject.target.privileges;
    if let Effect::SwitchUser(switch) = &step.effect
        && switch.setuid
        && privileges.setuid_honoured
    {
        let message = format!(
            "{name} can be root for {user:#} by its setuid bit, but that only as long as the platform lets a process gain privileges (no_new_privileges is off)."
        );
        return Some(subject.at_command(RULE, step, message));
    }
    let program = programs().setuid(&name)?;
    // An image's own program of this name is another one.
    let path = step.step.argv.first()?.known()?;
    let node = subject.image.files.get(&step.step.absolute(&path)?);
    if node.is_some_and(|node| matches!(node.kind, NodeKind::File(Content::Context(_)))) {
        return None;
    }
    if privileges.setuid_honoured && privileges.file_capabilities_honoured {
        let message = format!(
            "{name} works for {user:#} by a setuid bit or a capability of its file, and that only as long as the platform lets a process gain privileges (no_new_privileges is off)."
        );
        return Some(subject.at_command(RULE, step, message));
    }
    let message = format!(
        "{name} needs its setuid bit, or a capability of its file, neither of which counts here: {user:#} runs it, and it ends with “{}”.",
        program.fails
    );
    let place = subject.command_of(step);
    let finding = capable::needed(subject, RULE, (step, place), Severity::Error, message);
    let finding = Finding {
        related: Vec::new(),
        ..finding
    };
    Some(finding.help(program.instead.as_str()))
}

/// The bit goes; the other bits stay.
fn mended(subject: &Subject<'_>, set: &Set<'_>) -> Option<Fix> {
    let honoured = subject.target.privileges.setuid_honoured;
    if honoured || set.folders || subject.style == Style::Guard {
        return None;
    }
    if !subject.is_own(set.build.instruction) {
        return None;
    }
    let step = &set.build.step;
    let written = step.written.as_ref()?;
    let edits: Vec<Edit> = match without(&set.text)? {
        mode if mode.is_empty() => {
            let commands = [written.command.clone()];
            match subject.with_shell(written, |text| edit::drop_commands(text, &commands))? {
                Dropped::Edits(edits) => edits,
                Dropped::Everything => vec![edit::remove_instruction(
                    subject.text(subject.source).text(),
                    subject.source,
                    subject.instruction(set.build.instruction)?,
                )],
            }
        }
        mode => {
            let word = step.argv.get(set.mode.index)?;
            let part = match set.mode.range.clone() {
                Some(range) => word.slice(range)?,
                None => word.clone(),
            };
            let place = part.exact_origin()?;
            vec![subject.with_shell(written, |text| edit::replace_part(text, place, &mode))?]
        }
    };
    fix("drop the bit", "a setuid bit does not count here", edits)
}

/// A mode without the bits for setuid and setgid; empty where nothing is left of it, none where that
/// cannot be said.
fn without(mode: &str) -> Option<String> {
    if mode.bytes().all(|b| b.is_ascii_digit()) {
        let rest = mode.len().checked_sub(3)?;
        let special = u32::from_str_radix(mode, 8).ok()? >> 9 & 0o1;
        let rest = mode.get(rest..)?;
        return Some(match special {
            0 if mode.len() > 4 => format!("0{rest}"),
            0 => rest.to_owned(),
            _ => format!("{special}{rest}"),
        });
    }
    let mut kept: Vec<String> = Vec::new();
    for clause in mode.split(',') {
        let is_sign = |c: char| matches!(c, '+' | '-' | '=');
        let (who, what) = clause.split_at(clause.find(is_sign)?);
        let letters = what.get(1..)?;
        if letters.contains(is_sign) || what.starts_with('=') && letters == "s" {
            return None;
        }
        if what.starts_with('-') {
            kept.push(clause.to_owned());
            continue;
        }
        let left: String = letters.chars().filter(|c| *c != 's').collect();
        if !left.is_empty() {
            kept.push(format!("{who}{}{left}", &what[..1]));
        }
    }
    Some(kept.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_lose_the_bits_and_nothing_else() {
        for (mode, left) in [
            ("4755", Some("755")),
            ("04755", Some("0755")),
            ("6711", Some("711")),
            ("7755", Some("1755")),
            ("2755", Some("755")),
            ("+s", Some("")),
            ("u+s,g+s", Some("")),
            ("u+sx", Some("u+x")),
            ("u=rwxs,go=rx", Some("u=rwx,go=rx")),
            ("u+s,o-w", Some("o-w")),
            ("u=s", None),
            ("u+s-w", None),
        ] {
            assert_eq!(without(mode).as_deref(), left, "{mode}");
        }
    }
}
