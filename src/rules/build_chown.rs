//! `build-chown`: the build gives a path to an account that will not run.

use super::subject::{LONGEST_LINE, Subject, fix};
use crate::edit;
use crate::eval::{Step, User, is_below};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::image::{BuildStep, Node, NodeKind};
use crate::judge::Style;
use crate::launch::Identity;
use crate::programs::{Words, apply_mode, parse_chmod, parse_chown, parse_install};
use crate::source::Origin;
use crate::syntax::dockerfile::{Instruction, Keyword};

const RULE: &str = "build-chown";

/// What is missed where others may read and not write.
const WRITE: &str = "may not write there";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for given in subject.given_away() {
        let paths = list(&given.paths);
        let are = if given.paths.len() == 1 { "is" } else { "are" };
        let (owner, user) = (&given.owner, subject.runner());
        let Some(missing) = given.missing else {
            let message = format!(
                "{paths} {are} given to {owner}, but {user:#} runs the process. Others may do the same there, so that it makes no difference."
            );
            let mut finding = subject.finding(RULE, given.by, message);
            finding.severity = Severity::Note;
            findings.push(finding);
            continue;
        };
        if missing == WRITE && is_read(subject, given) {
            let message = format!(
                "{paths} {are} given to {owner}, but {user:#} runs the process. It may read what is there, and nothing is seen to write it."
            );
            let mut finding = subject.finding(RULE, given.by, message);
            finding.severity = Severity::Note;
            findings.push(finding);
            continue;
        }
        let message = format!(
            "{paths} {are} given to {owner}, but {user:#} runs the process: it is one of the others there, and {missing}."
        );
        findings.push(
            subject
                .finding(RULE, given.by, message)
                .help("give the permission bits to others instead")
                .fix(mended(subject, given)),
        );
    }
}

/// Whether only files are given away, and nothing of the start is known to write one of them.
fn is_read(subject: &Subject<'_>, given: &Given) -> bool {
    let files = &subject.image.files;
    let file = |path: &String| {
        let node = files.get(path);
        node.is_some_and(|node| matches!(node.kind, NodeKind::File(_)))
    };
    let Some(launch) = subject.launch.filter(|_| given.paths.iter().all(file)) else {
        return false;
    };
    let by_steps = launch.steps.iter().flat_map(|step| &step.writes);
    let by_servers = launch.all_servers().flat_map(|serving| &serving.writes);
    let by_servers = by_servers.filter_map(|(_, written)| written.as_ref());
    let mut written = by_steps.chain(by_servers).map(|written| {
        let file = written.file.as_ref();
        files.resolve(file.unwrap_or(&written.path))
    });
    !written.any(|written| given.paths.iter().any(|path| is_below(path, &written)))
}

/// A command of the build that gives paths away, and those which the process misses; all of them
/// where it misses none.
pub(super) struct Given {
    /// The command, or the flag.
    pub(super) by: Origin,
    owner: String,
    /// The paths, those in others left out.
    pub(super) paths: Vec<String>,
    /// What the process may not do there that the owner may; nothing, where it is open to all.
    missing: Option<&'static str>,
}

impl Given {
    /// Whether the process misses something by it.
    pub(super) fn matters(&self) -> bool {
        self.missing.is_some()
    }
}

/// What the build gives to accounts that will not run.
pub(super) fn given_away(subject: &Subject<'_>) -> Vec<Given> {
    let mut all: Vec<Given> = Vec::new();
    let runner = subject.runner();
    // Root may do what it wants with files of others.
    if runner == User::Root {
        return all;
    }
    let identity = Identity::new(subject.image, subject.target, &runner);
    for (path, node) in subject.image.files.iter() {
        let as_group = identity.shares(node) && missing(subject, node).is_none();
        let other = !node.owner.is_root() && !is_at_home(subject, node) && !as_group;
        let owner = node.owner.by.filter(|_| other);
        let given = owner.map(|by| (by, missing(subject, node), &node.owner));
        let group = || {
            let by = node.group.by.filter(|_| !node.group.is_root())?;
            if identity.shares(node) || identity.owns(node) {
                return None;
            }
            Some((by, missing_of_group(subject, node), &node.group))
        };
        let Some((by, missing, owner)) = given.or_else(group) else {
            continue;
        };
        // Where USER counts, an account that the build itself runs as has them for the build.
        let builds = |build: &BuildStep| build.step.user == User::Account(owner.name.clone());
        if !subject.target.user.instruction_ignored && subject.image.steps.iter().any(builds) {
            continue;
        }
        match all.iter_mut().find(|given| given.by == by) {
            Some(given) => {
                // The worst of all paths counts.
                if given.missing.is_none() && missing.is_some() {
                    given.missing = missing;
                    given.paths.clear();
                }
                let worse = given.missing.is_none() || missing.is_some();
                if worse && !given.paths.iter().any(|outer| is_below(path, outer)) {
                    given.paths.push(path.to_owned());
                }
            }
            None => all.push(Given {
                by,
                owner: owner.name.to_string(),
                paths: vec![path.to_owned()],
                missing,
            }),
        }
    }
    given_again(subject, &mut all);
    all.sort_by_key(|given| given.by);
    all
}

/// The commands and flags that give away what a later one gives to the same account again.
fn given_again(subject: &Subject<'_>, all: &mut Vec<Given>) {
    let files = &subject.image.files;
    let copies = subject.image.copies.iter();
    let by_flag = copies.filter_map(|copied| {
        let (owner, by) = copied.owner.as_ref()?;
        let account = owner.split(':').next().unwrap_or_default().to_owned();
        Some((*by, account, copied.paths.clone()))
    });
    let steps = subject.image.steps.iter();
    let by_command = steps.filter_map(|build| {
        let step = &build.step;
        let texts = step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let (account, paths) = given_by(&words)?;
        let named = paths.iter().filter_map(|at| words[*at]);
        let paths = named.filter_map(|path| step.absolute(path)).collect();
        Some((step.origin, account, paths))
    });
    for (by, account, paths) in by_flag.chain(by_command) {
        if all.iter().any(|given| given.by == by) {
            continue;
        }
        let again = |path: &String| {
            let node = files.get(path);
            node.is_some_and(|node| {
                let again = all.iter().any(|given| Some(given.by) == node.owner.by);
                again && uid(subject, &account) == uid(subject, &node.owner.name)
            })
        };
        let paths: Vec<String> = paths.into_iter().filter(again).collect();
        let missing = paths.iter().filter_map(|path| files.get(path));
        let missing = missing
            .filter_map(|node| self::missing(subject, node))
            .next();
        if !paths.is_empty() {
            all.push(Given {
                by,
                owner: account,
                paths,
                missing,
            });
        }
    }
}

/// The number of an account, where it is known, else what names it.
fn uid(subject: &Subject<'_>, name: &str) -> Result<u32, String> {
    subject.image.uid(name).ok_or_else(|| name.to_owned())
}

/// Whether two names, of which each may be a number, are those of one account.
pub(super) fn is_same_account(subject: &Subject<'_>, one: &str, other: &str) -> bool {
    uid(subject, one) == uid(subject, other)
}

/// The account that a command gives paths to, and the words with them.
fn given_by(words: &Words<'_>) -> Option<(String, Vec<usize>)> {
    if let Some(chown) = parse_chown(words) {
        return Some((chown.owner?.0?, chown.paths));
    }
    let install = parse_install(words).filter(|install| install.directory)?;
    Some((install.owner?, install.paths))
}

/// Whether whoever runs the process is root, or the owner.
fn is_at_home(subject: &Subject<'_>, node: &Node) -> bool {
    let runner = subject.runner();
    match &runner {
        User::Root => true,
        User::Account(name) => {
            let identity = Identity::new(subject.image, subject.target, &runner);
            node.owner.name == *name || identity.owns(node)
        }
    }
}

/// What the owner may do with a path and the process may not.
fn missing(subject: &Subject<'_>, node: &Node) -> Option<&'static str> {
    if node.owner.is_root() || is_at_home(subject, node) {
        return None;
    }
    let runner = subject.runner();
    let identity = Identity::new(subject.image, subject.target, &runner);
    let lost = (node.mode >> 6) & !identity.bits(node) & 0o7;
    // A folder or a file that nobody could run before need not be run now.
    match (lost & 0o2 != 0, lost & 0o4 != 0) {
        (true, true) => Some("may neither read nor write it"),
        (true, false) => Some(WRITE),
        (false, true) => Some("may not read it"),
        // It is open itself, but what is in it may be closed.
        (false, false) if node.spread && !identity.shares(node) => {
            Some("may not write what is in it")
        }
        (false, false) => None,
    }
}

/// What a group may do with a path and the process may not, which is not in it.
fn missing_of_group(subject: &Subject<'_>, node: &Node) -> Option<&'static str> {
    if node.group.is_root() || subject.runner() == User::Root {
        return None;
    }
    let lost = (node.mode >> 3) & !node.mode & 0o7;
    match (lost & 0o2 != 0, lost & 0o4 != 0) {
        (true, true) => Some("may neither read nor write it"),
        (true, false) => Some(WRITE),
        (false, true) => Some("may not read it"),
        (false, false) => None,
    }
}

fn list(paths: &[String]) -> String {
    match paths {
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
        [] => "a path".to_owned(),
    }
}

/// The mending of one command that gives paths away: see [`Subject::given_away`].
pub(super) fn mended(subject: &Subject<'_>, given: &Given) -> Option<Fix> {
    let private = |path: &String| subject.is_private(path);
    if given.paths.iter().any(private) {
        return None;
    }
    let (number, instruction) = subject.instruction_at(given.by)?;
    // What is changed behind its VOLUME is lost in a build of that time.
    let late = |path: &String| {
        let mut volumes = subject.image.config.volumes.iter();
        volumes.any(|volume| {
            is_below(path, &volume.value) && volume.instruction.is_some_and(|at| at < number)
        })
    };
    if given.paths.iter().any(late) {
        return None;
    }
    // What closes the paths again would close what is opened here.
    let again = match is_closed_later(subject, given, number) {
        true => Some(reopened(subject, given)?),
        false => None,
    };
    let mut edits = match (&instruction.keyword, &again) {
        // Whoever has root keeps the owner.
        (_, Some(_)) if subject.style == Style::Guard => Vec::new(),
        (Keyword::Copy | Keyword::Add, _) => copied(subject, given, number, instruction)?,
        _ => commanded(subject, given)?,
    };
    edits.extend(again);
    fix(
        "open the paths to others instead",
        "that account does not run here; others need the bits",
        edits,
    )
}

fn copied(
    subject: &Subject<'_>,
    given: &Given,
    number: usize,
    instruction: &Instruction,
) -> Option<Vec<Edit>> {
    if !subject.can_run_at(number + 1) {
        return None;
    }
    // Where it may be a folder's content that goes there, its paths are a guess.
    let mut copies = subject.image.copies.iter();
    if copies.any(|copied| copied.instruction == number && copied.spread) {
        return None;
    }
    let text = subject.text(subject.source);
    let mut edits = Vec::new();
    if subject.style != Style::Guard {
        edits.extend(edit::drop_flag(subject.source, instruction, "chown"));
    }
    let line = format!(
        "RUN chmod -R a+rwX {}",
        given
            .paths
            .iter()
            .map(|path| quoted(path))
            .collect::<Vec<_>>()
            .join(" ")
    );
    if line.len() > LONGEST_LINE {
        return None;
    }
    edits.push(edit::insert_after(
        text.text(),
        subject.source,
        instruction,
        &line,
    ));
    Some(edits)
}

fn commanded(subject: &Subject<'_>, given: &Given) -> Option<Vec<Edit>> {
    let build = subject
        .image
        .steps
        .iter()
        .find(|build| build.step.origin == given.by)?;
    let step = &build.step;
    let written = step.written.as_ref()?;
    let texts = step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    // Behind find or xargs, and where a variable is several words, the words are not those of the
    // text; and what a variable holds is not for this command alone.
    if step.behind.is_some() || word_at(step, 0).is_none() {
        return None;
    }
    let origin_of = |index: usize| word_at(step, index);
    if let Some(chown) = parse_chown(&words) {
        let mode = mode(subject, given, chown.recursive);
        if subject.style == Style::Guard {
            let paths: Option<Vec<&str>> = chown
                .paths
                .iter()
                .map(|i| words.get(*i).copied().flatten())
                .collect();
            let paths = paths?.into_iter().map(quoted).collect::<Vec<_>>().join(" ");
            let flag = if chown.recursive { "-R " } else { "" };
            return subject.with_shell(written, |text| {
                edit::append_command(
                    text,
                    &written.command,
                    &format!("chmod {flag}{mode} {paths}"),
                )
            });
        }
        let mut edits = vec![
            replaced(origin_of(0)?, "chmod"),
            replaced(origin_of(chown.owner_index?)?, mode),
        ];
        let kept = |word: &str| matches!(word, "-R" | "--recursive" | "-v" | "-c" | "-f" | "--");
        let dropped: Vec<Origin> = (1..words.len())
            .filter(|i| Some(*i) != chown.owner_index && !chown.paths.contains(i))
            .filter(|i| !words[*i].is_some_and(kept))
            .filter_map(origin_of)
            .collect();
        if !dropped.is_empty() {
            edits.extend(subject.with_shell(written, |text| edit::drop_words(text, &dropped))?);
        }
        return Some(edits);
    }
    installed(subject, step, &words)
}

/// Whether the build takes bits away from others once more after the paths are given away, in its
/// instruction of this number.
fn is_closed_later(subject: &Subject<'_>, given: &Given, number: usize) -> bool {
    let steps = &subject.image.steps;
    let by = steps
        .iter()
        .rposition(|build| build.step.origin == given.by);
    let later = |at: usize, build: &BuildStep| match by {
        Some(by) => at > by,
        None => build.instruction > number,
    };
    let mut later = (steps.iter().enumerate()).filter(|(at, build)| later(*at, build));
    later.any(|(_, build)| {
        let texts = build.step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let Some(chmod) = parse_chmod(&words) else {
            return false;
        };
        let left = chmod.mode.and_then(|mode| apply_mode(0o777, &mode, true));
        let closes = left.is_none_or(|left| left & 0o7 != 0o7);
        let mut paths = chmod.paths.iter().filter_map(|at| {
            let path = build.step.absolute(words.get(*at).copied().flatten()?)?;
            Some(subject.image.files.resolve(&path))
        });
        let covers = |path: &str| {
            let mut given = given.paths.iter();
            given.any(|given| given == path || chmod.recursive && is_below(given, path))
        };
        closes && paths.any(|path| covers(&path))
    })
}

/// The line behind all that closes the paths.
fn reopened(subject: &Subject<'_>, given: &Given) -> Option<Edit> {
    let files = &subject.image.files;
    let all = |is: fn(&Node) -> bool| {
        let mut nodes = given.paths.iter().map(|path| files.get(path));
        nodes.all(|node| node.is_some_and(is))
    };
    let mode = match () {
        () if all(|node| matches!(node.kind, NodeKind::File(_))) => "a+rwX",
        () if all(|node| node.is_folder() && !node.filled && !node.spread) => "777",
        () => "-R a+rwX",
    };
    let paths: Vec<String> = given.paths.iter().map(|path| quoted(path)).collect();
    let line = format!("RUN chmod {mode} {}", paths.join(" "));
    subject.build_line(&line, given.paths.first().map(String::as_str))
}

/// `install -d -o redis /data`: the options that name the account go, the mode is opened.
fn installed(subject: &Subject<'_>, step: &Step, words: &Words<'_>) -> Option<Vec<Edit>> {
    let written = step.written.as_ref()?;
    let install = parse_install(words).filter(|install| install.directory)?;
    let origin_of = |index: usize| word_at(step, index);
    let mut edits = Vec::new();
    let mut gone: Vec<Origin> = Vec::new();
    let options = [
        (install.owner_option, &install.owner_part),
        (install.group_option, &install.group_part),
    ];
    for (option, part) in options {
        let Some((option, part)) = option.zip(part.as_ref()) else {
            continue;
        };
        match &install.mode_part {
            // Without a mode of its own it takes the place of the first of them.
            None if edits.is_empty() => {
                edits.push(replaced(words_at(step, option, part.index)?, "-m 777"))
            }
            _ => gone.extend((option..=part.index).filter_map(origin_of)),
        }
    }
    if let Some(mode) = &install.mode_part {
        let word = step.argv.get(mode.index)?;
        let place = match &mode.range {
            Some(range) => word.slice(range.clone())?.exact_origin()?,
            None => word.exact_origin()?,
        };
        if !written.command.span.contains(place.span) {
            return None;
        }
        edits.push(replaced(place, "777"));
    }
    if subject.style == Style::Guard {
        // Whoever has root keeps the owner; the mode serves everybody else.
        if install.mode_part.is_some() {
            return Some(edits);
        }
        let paths = install
            .paths
            .iter()
            .map(|at| words.get(*at).copied().flatten());
        let paths: Option<Vec<String>> = paths.map(|path| path.map(quoted)).collect();
        let opened = format!("chmod 777 {}", paths?.join(" "));
        return subject.with_shell(written, |text| {
            edit::append_command(text, &written.command, &opened)
        });
    }
    if !gone.is_empty() {
        edits.extend(subject.with_shell(written, |text| edit::drop_words(text, &gone))?);
    }
    Some(edits)
}

/// From one word of a command to another.
fn words_at(step: &Step, first: usize, last: usize) -> Option<Origin> {
    let (first, last) = (word_at(step, first)?, word_at(step, last)?);
    Some(Origin {
        span: first.span.to(last.span),
        ..first
    })
}

/// Where a word of a command stands in it, whatever its value came from; none where the words are
/// not those of the text.
pub(super) fn word_at(step: &Step, index: usize) -> Option<Origin> {
    let written = step.written.as_ref()?;
    let words = &written.command.words;
    (step.argv.len() == words.len()).then_some(Origin {
        source: written.source,
        span: words.get(index)?.span,
    })
}

/// Folders that are given alone are opened as they are; what has content keeps its execute bits.
fn mode(subject: &Subject<'_>, given: &Given, recursive: bool) -> &'static str {
    let folder = |path: &String| {
        let node = subject.image.files.get(path);
        node.is_some_and(|node| matches!(node.kind, NodeKind::Folder))
    };
    if !recursive && given.paths.iter().all(folder) {
        "777"
    } else {
        "a+rwX"
    }
}

pub(super) fn replaced(origin: Origin, with: &str) -> Edit {
    Edit {
        origin,
        replacement: with.to_owned(),
    }
}

/// A path as a word of the shell.
pub(super) fn quoted(path: &str) -> String {
    let plain = path
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "/._-+=:@%,".contains(c));
    if plain {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}
