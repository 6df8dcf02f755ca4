//! `wipes-tmp`: the start empties the folder in which the platform keeps what it needs itself.

use super::standing;
use super::subject::Subject;
use super::worst::Worst;
use crate::eval::{above, is_below};
use crate::finding::{Certainty, Finding};
use crate::launch::LaunchStep;
use crate::programs::{Words, program_name};
use crate::syntax::shell::WordPart;

const RULE: &str = "wipes-tmp";

/// What of a search does not narrow down what it finds, with how many words it takes.
const ALL: &[(&str, usize)] = &[
    ("-H", 0),
    ("-L", 0),
    ("-P", 0),
    ("-depth", 0),
    ("-d", 0),
    ("-xdev", 0),
    ("-mount", 0),
    ("-print", 0),
    ("-print0", 0),
    ("-ignore_readdir_race", 0),
    ("-mindepth", 1),
    ("-maxdepth", 1),
    ("-type", 1),
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let files = &subject.target.files;
    let Some(kept) = files.kept_in_tmp.as_deref() else {
        return;
    };
    let folder = above(kept);
    let mut worst = Worst::new(findings);
    for step in subject.steps().filter(|step| takes(subject, step, kept)) {
        let program = step.step.program().unwrap_or_default();
        let message = if files.kept_is_removable {
            format!(
                "{program} takes {kept} away with all else in {folder}: the platform keeps its launcher and its health check there, and the next check fails."
            )
        } else {
            format!(
                "{program} is to take all out of {folder}, and cannot take {kept} away, which the platform mounts there: it ends with an error."
            )
        };
        let sure = step.step.given.is_empty() && step.step.surely == Certainty::Always;
        let finding = match files.kept_is_removable && sure && step.is_tolerated() {
            // What is gone is gone, whatever the script makes of the status.
            true => subject.finding(RULE, subject.command_of(step), message),
            false => subject.at_command(RULE, step, message),
        };
        let help = format!("take away what the start itself has put into {folder}, by its name");
        worst.add(finding.origin, finding, |finding| finding.help(help));
    }
}

/// Whether a command takes a path away, alone or with what is around it.
fn takes(subject: &Subject<'_>, step: &LaunchStep, path: &str) -> bool {
    let texts = step.step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    match program_name(&words) {
        "rm" => !is_handed_on(subject, step) && removes(step, &words, path),
        "find" => searches(step, &words, path),
        _ => false,
    }
}

/// Whether a command is run by another for what that finds, which need not be all that it looks at.
fn is_handed_on(subject: &Subject<'_>, step: &LaunchStep) -> bool {
    let outer = || subject.launch?.steps.get(step.step.behind?)?.step.program();
    matches!(outer().as_deref(), Some("find" | "xargs"))
}

/// `rm -r` of a path, of a folder that it lies in, or of all that is in such a folder.
fn removes(step: &LaunchStep, words: &Words<'_>, path: &str) -> bool {
    let options = words.iter().skip(1).flatten();
    let mut options = options.take_while(|word| **word != "--");
    let recursive = options.any(|word| match word.strip_prefix("--") {
        Some(long) => long == "recursive",
        None => word.starts_with('-') && word.contains(['r', 'R']),
    });
    let named = |index: usize| match all_of(step, index) {
        Some(folder) => Some(folder),
        None => step.step.absolute(words[index]?),
    };
    let is_option = |index: &usize| words[*index].is_some_and(|word| word.starts_with('-'));
    let mut operands = (1..words.len()).filter(|index| !is_option(index));
    recursive && operands.any(|index| named(index).is_some_and(|named| is_below(path, &named)))
}

/// The folder of a word that stands for all that is in it: `/tmp/*`.
fn all_of(step: &LaunchStep, index: usize) -> Option<String> {
    let words = &step.step.written.as_ref()?.command.words;
    let word = words
        .get(index)
        .filter(|_| words.len() == step.step.argv.len())?;
    let Some(WordPart::Literal { escaped: false, .. }) = word.parts.last() else {
        return None;
    };
    let mut text = String::new();
    let folder = match standing::spelled(&word.parts, step, &mut text).then_some(text.as_str())? {
        "*" => ".",
        text => text
            .strip_suffix("/*")
            .filter(|folder| !folder.is_empty())?,
    };
    step.step.absolute(folder)
}

/// `find /tmp -delete`: a search that leaves nothing out, and takes away what it finds.
fn searches(step: &LaunchStep, words: &Words<'_>, path: &str) -> bool {
    let rest = || words.iter().skip(1).copied();
    let roots = rest()
        .skip_while(|word| word.is_some_and(|word| matches!(word, "-H" | "-L" | "-P")))
        .take_while(|word| word.is_none_or(|word| !word.starts_with(['-', '(', '!'])));
    let mut roots = roots.flatten().filter_map(|root| step.step.absolute(root));
    if !roots.any(|root| is_below(path, &root)) {
        return false;
    }
    let tests =
        rest().skip_while(|word| word.is_none_or(|word| !word.starts_with(['-', '(', '!'])));
    let tests: Option<Vec<&str>> = tests.collect();
    let mut tests = tests.iter().flatten().copied();
    // What is in the platform's folder comes before the folder, if it is looked at at all.
    let mut shallow = false;
    while let Some(test) = tests.next() {
        match test {
            "-delete" => return !shallow,
            "-exec" => {
                let command: Vec<&str> = tests.by_ref().take(3).collect();
                return matches!(
                    command.as_slice(),
                    ["rm", "-rf" | "-fr" | "-r" | "-R", "{}"]
                );
            }
            _ => {}
        }
        let Some((_, values)) = ALL.iter().find(|(name, _)| *name == test) else {
            return false;
        };
        shallow |= test == "-maxdepth";
        for _ in 0..*values {
            tests.next();
        }
    }
    false
}
