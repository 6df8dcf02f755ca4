//! `unreadable-path`: something that the start needs is closed to the process: it can neither be read
//! nor started, or a folder above it cannot be entered.

use super::build_chown::{is_same_account, quoted, word_at};
use super::needs::{How, Need, needs};
use super::root_home;
use super::subject::{Subject, fix};
use super::unwritable_path;
use super::worst::Worst;
use crate::edit;
use crate::eval::{Step, User, is_below};
use crate::finding::{Edit, Finding, Fix, Safety};
use crate::image::{BuildStep, NodeKind};
use crate::launch::{Effect, Obstacle, Why, readable};
use crate::programs::{apply_mode, parse_chmod};
use crate::source::Origin;
use crate::syntax::dockerfile::Keyword;

const RULE: &str = "unreadable-path";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let closed = |path: &str, user: &User| {
        [0o4, 0o1]
            .iter()
            .any(|wanted| obstacle(subject, path, *wanted, user).is_some())
    };
    let needs = needs(subject, &closed);
    if needs.is_empty() {
        return;
    }
    let unwritable = unwritable_path::closed(subject);
    let root_is_closed = !root_home::is_open(subject);
    let mut worst = Worst::new(findings);
    for need in needs {
        let wanted = if need.how == How::Read { 0o4 } else { 0o1 };
        let Some(obstacle) = obstacle(subject, &need.path, wanted, need.user) else {
            continue;
        };
        let said = unwritable
            .iter()
            .any(|(path, by)| [path, by].contains(&&obstacle.path));
        let of_root = root_is_closed && is_below(&need.path, "/root");
        if said || of_root || is_refused(subject, &need) || is_opened(subject, &need) {
            continue;
        }
        let message = message(subject, &need, &obstacle);
        let finding = match (need.step, need.place) {
            (Some(step), None) => subject.at_step(RULE, step, message),
            (_, place) => {
                let place = place.or(obstacle.made);
                subject.finding(RULE, place.unwrap_or(subject.image.base_origin), message)
            }
        };
        let finding = need.weighed(finding);
        let made = obstacle.made.filter(|made| *made != finding.origin);
        worst.add(obstacle.path.clone(), finding, |finding| {
            finding
                .related(made, "it is made here")
                .help("open it to everybody in the build")
                .fix(mend(subject, &obstacle, &need))
        });
    }
}

/// What keeps a user from a path, unless the user may as well be the owner by another name.
fn obstacle(subject: &Subject<'_>, path: &str, wanted: u32, user: &User) -> Option<Obstacle> {
    let files = &subject.image.files;
    let obstacle = readable(subject.image, files, path, wanted, user, subject.target).err()?;
    let User::Account(name) = user else {
        return Some(obstacle);
    };
    let owns = subject.target.privileges.owns_image_files;
    (!owns || !is_same_account(subject, name, &obstacle.owner)).then_some(obstacle)
}

/// Whether it is a script that the kernel does not start for that: another rule says so.
fn is_refused(subject: &Subject<'_>, need: &Need<'_>) -> bool {
    subject.steps().any(|step| {
        let mut refusals = step.refusals.iter();
        refusals.any(|refusal| {
            matches!(refusal.why, Why::Mode { .. })
                && subject.image.files.resolve(&refusal.path) == need.path
        })
    })
}

/// Whether the start itself opens it, or gives it away, where it can.
fn is_opened(subject: &Subject<'_>, need: &Need<'_>) -> bool {
    let files = &subject.image.files;
    subject.steps().any(|step| {
        let (Effect::ChangeOwner { paths, .. } | Effect::ChangeMode { paths, .. }) = &step.effect
        else {
            return false;
        };
        let named = paths
            .iter()
            .filter_map(|at| step.step.argv.get(*at)?.known());
        let mut named = named.filter_map(|path| step.step.absolute(&path));
        step.fails.is_none() && named.any(|path| files.is_below(&need.path, &path))
    })
}

fn message(subject: &Subject<'_>, need: &Need<'_>, obstacle: &Obstacle) -> String {
    let user = need.user;
    let end = root_home::end(subject, need);
    let path = &need.path;
    if obstacle.itself {
        format!("{obstacle}, which leaves {user:#} out: {end}.")
    } else {
        format!("{path} lies in a folder that {user:#} cannot enter, {obstacle}: {end}.")
    }
}

/// Gives the bits that the owner has to everybody: where the build says them, else behind what makes
/// the path.
fn mend(subject: &Subject<'_>, obstacle: &Obstacle, need: &Need<'_>) -> Option<Fix> {
    let path = &obstacle.path;
    let files = &subject.image.files;
    let said = said(subject, path);
    let made = obstacle.made.and_then(|made| subject.instruction_at(made));
    let number = said.map(|build| build.instruction);
    let number = number.or(made.map(|(number, _)| number))?;
    let late = subject.image.config.volumes.iter().any(|volume| {
        is_below(path, &volume.value) && volume.instruction.is_some_and(|at| at < number)
    });
    if !subject.is_own(number) || late {
        return None;
    }
    let by_flag = || copied_with(subject, number);
    let in_place = match said {
        Some(build) => changed(&build.step),
        None => by_flag(),
    };
    let edits = match in_place {
        Some(edit) => vec![edit],
        None if subject.can_run_at(number + 1) => {
            let bits = match need.how {
                How::Execute if obstacle.itself => "a+rx",
                // What closes a folder with all that is in it is undone for all of it.
                _ if said.is_some_and(is_recursive) => "-R a+rX",
                _ => "a+rX",
            };
            let line = format!("RUN chmod {bits} {}", quoted(path));
            let text = subject.text(subject.source);
            let instruction = subject.instruction(number)?;
            vec![edit::insert_after(
                text.text(),
                subject.source,
                instruction,
                &line,
            )]
        }
        None => return None,
    };
    let does = match need.how {
        How::Enter => "enter",
        How::Execute => "start",
        How::Read => "read",
    };
    let what = match obstacle.itself {
        true => "it",
        false => "what is in it",
    };
    let mut mended = fix(
        format!("open {path} to everybody in the build"),
        format!("{:#} has to {does} {what}", subject.runner()),
        edits,
    )?;
    // Data whose bits the build closes may be a secret, or have a reader that insists on it.
    let node = files.at(path);
    let is_file = node.is_some_and(|node| matches!(node.kind, NodeKind::File(_)));
    let is_data = is_file && need.how == How::Read && !need.is_script();
    if is_data && (said.is_some() || by_flag().is_some()) {
        mended.safety = Safety::Unsafe;
    }
    Some(mended)
}

/// The last command of the build that says the bits of a path.
fn said<'a>(subject: &Subject<'a>, path: &str) -> Option<&'a BuildStep> {
    let files = &subject.image.files;
    subject.image.steps.iter().rev().find(|build| {
        let texts = build.step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        parse_chmod(&words).is_some_and(|chmod| {
            let named = chmod.paths.iter().filter_map(|at| words[*at]);
            let mut named = named.filter_map(|word| build.step.absolute(word));
            named.any(|named| {
                files.resolve(&named) == path || chmod.recursive && files.is_below(path, &named)
            })
        })
    })
}

/// Whether a chmod of the build goes into folders.
fn is_recursive(build: &BuildStep) -> bool {
    let texts = build.step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    parse_chmod(&words).is_some_and(|chmod| chmod.recursive)
}

/// The same command with the bits of its owner for everybody, where it says them as a number.
fn changed(step: &Step) -> Option<Edit> {
    let texts = step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let chmod = parse_chmod(&words)?;
    let index = chmod.mode_index.filter(|_| step.behind.is_none())?;
    let bits = opened(&chmod.mode?)?;
    let written = step.written.as_ref()?.command.words.get(index)?.literal();
    let origin = word_at(step, index).filter(|_| written.as_deref() == words[index])?;
    Some(super::build_chown::replaced(origin, &bits))
}

/// The same of COPY --chmod.
fn copied_with(subject: &Subject<'_>, number: usize) -> Option<Edit> {
    let instruction = subject.instruction(number)?;
    if !matches!(instruction.keyword, Keyword::Copy | Keyword::Add) {
        return None;
    }
    let mut flags = instruction.flags.iter();
    let value = flags.find(|flag| flag.name == "chmod")?.value.as_ref()?;
    let origin = Origin {
        source: subject.source,
        span: value.span,
    };
    Some(super::build_chown::replaced(origin, &opened(&value.text)?))
}

/// `755` of `700`, `644` of `600`.
fn opened(mode: &str) -> Option<String> {
    let digits = mode.bytes().all(|digit| digit.is_ascii_digit());
    let bits = apply_mode(0, mode, false).filter(|_| digits)?;
    let others = bits >> 6 & 0o5;
    let width = mode.len();
    Some(format!("{:0width$o}", bits | others << 3 | others))
}
