//! What of the image's files a start has to come to: the folder that it begins in, the programs that
//! it starts, and what these read.

use std::collections::BTreeSet;

use super::subject::Subject;
use crate::eval::{State, User, is_below};
use crate::finding::{Certainty, Finding};
use crate::image::{Content, Node, NodeKind, lookup};
use crate::launch::{Effect, LaunchStep};
use crate::programs::{program_name, programs};
use crate::source::Origin;
use crate::syntax::shell::RedirectKind;

/// What is done with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// It is a folder, and a process begins in it.
    Enter,
    /// It is started.
    Execute,
    /// It is read.
    Read,
}

/// A path that a start has to come to.
pub(super) struct Need<'a> {
    /// The path, links followed.
    pub(super) path: String,
    /// What is done with it.
    pub(super) how: How,
    /// Who does that.
    pub(super) user: &'a User,
    /// The command that does; none for the platform, which enters WORKDIR.
    pub(super) step: Option<&'a LaunchStep>,
    /// The program that does; none for what reads a script, and for the platform.
    pub(super) program: Option<String>,
    /// Where the build says it, if it is not a command of the start.
    pub(super) place: Option<Origin>,
    /// Whether it does so for sure: what a program of which nothing is known does with a file that it is
    /// told is not.
    pub(super) sure: bool,
}

impl Need<'_> {
    /// Whether it is a script, for the program that reads it.
    pub(super) fn is_script(&self) -> bool {
        self.program.as_deref().is_none_or(is_interpreter)
    }

    /// A finding about it, less severe where it need not come to it.
    pub(super) fn weighed(&self, mut finding: Finding) -> Finding {
        if !self.sure {
            finding.lower();
            finding.certainty = Certainty::Maybe;
        }
        finding
    }
}

/// What a start has to come to, of the paths that `matters` says, in the order in which it does.
pub(super) fn needs<'a>(
    subject: &Subject<'a>,
    matters: &dyn Fn(&str, &User) -> bool,
) -> Vec<Need<'a>> {
    let Some(launch) = subject.launch else {
        return Vec::new();
    };
    let files = &subject.image.files;
    let mut all: Vec<Need<'a>> = Vec::new();
    let directory = subject.image.config.directory.as_ref();
    if let Some(directory) = directory.filter(|d| matters(&d.value, &launch.user)) {
        all.push(Need {
            path: files.resolve(&directory.value),
            how: How::Enter,
            user: &launch.user,
            step: None,
            program: None,
            place: Some(directory.origin.unwrap_or(subject.image.base_origin)),
            sure: is_used(subject, &directory.value)
                || !subject.target.start.directory_error_ignored,
        });
    }
    for step in &launch.steps {
        let user = &step.step.user;
        let name = step.step.program();
        let name = name.as_ref();
        let mut add = |path: String, how: How, program: Option<&String>, sure: bool| {
            let path = files.resolve(&path);
            if matters(&path, user) {
                all.push(Need {
                    path,
                    how,
                    user,
                    step: Some(step),
                    program: program.cloned(),
                    place: None,
                    sure,
                });
            }
        };
        let folder = step.step.directory.as_deref();
        if let Some(folder) = folder.filter(|folder| **folder != *launch.directory) {
            add(folder.to_owned(), How::Enter, name, true);
        }
        if let Some(path) = started(subject, step) {
            let script = subject.scripts.names_interpreter(files, &path);
            add(path.clone(), How::Execute, name, true);
            if script {
                add(path, How::Read, None, true);
            }
        }
        for (path, sure) in read(subject, step) {
            add(path, How::Read, name, sure);
        }
    }
    scripts(subject, matters, &mut all);
    all
}

/// The file that a step starts.
fn started(subject: &Subject<'_>, step: &LaunchStep) -> Option<String> {
    let word = step.step.argv.first()?.known()?;
    if word.contains('/') {
        return step.step.absolute(&word);
    }
    let mut state = State::new(step.step.user.clone(), "/");
    state.put("PATH", step.step.variables.get("PATH")?.clone());
    lookup::find(&subject.image.files, &word, &state)
}

/// Whether a process that begins in a folder may look for something there: the build has copied or
/// unpacked something into it, or the start writes there.
fn is_used(subject: &Subject<'_>, folder: &str) -> bool {
    let files = &subject.image.files;
    let folder = files.resolve(folder);
    let inside = |path: &str| path != folder && is_below(path, &folder);
    let copied = |node: &Node| matches!(node.kind, NodeKind::File(Content::Context(_)));
    let mut brought = files.iter().filter(|(_, node)| copied(node));
    let writes = |step: &LaunchStep| step.writes.iter().any(|w| inside(&files.resolve(&w.path)));
    let filled = |node: &Node| node.unpacked.is_some() || node.crowded;
    files.at(&folder).is_some_and(filled)
        || brought.any(|(path, _)| inside(path))
        || subject.steps().any(writes)
}

/// The files that a step reads, and whether it does for sure: what it has as its input, and what a
/// program that reads is told.
fn read(subject: &Subject<'_>, step: &LaunchStep) -> Vec<(String, bool)> {
    let inputs = step.step.redirects.iter();
    let inputs = inputs.filter(|(kind, _)| *kind == RedirectKind::Read);
    let inputs = inputs.filter_map(|(_, value)| step.step.absolute(&value.known()?));
    let mut all: Vec<(String, bool)> = inputs.map(|path| (path, true)).collect();
    let texts = step.step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let name = program_name(&words);
    let tools = programs().tools();
    let text = tools.is_shell(name) && words.iter().flatten().any(|word| is_text(word));
    if text || !reads(name) {
        return all;
    }
    let files = &subject.image.files;
    let is_file = |path: &String| {
        let node = files.get(path);
        node.is_some_and(|node| matches!(node.kind, NodeKind::File(_) | NodeKind::Unknown))
    };
    let written: BTreeSet<&String> = step.writes.iter().map(|written| &written.path).collect();
    let told = words
        .iter()
        .enumerate()
        .skip(1)
        .filter_map(|(index, word)| {
            let (option, path) = (*word)?
                .rsplit_once('=')
                .unwrap_or((words[index - 1]?, (*word)?));
            let path = step.step.absolute(path).filter(|_| !path.is_empty())?;
            let sure = step.effect == Effect::Listen || is_reader(name) || is_configuration(option);
            Some((path, sure))
        });
    let told = told.filter(|(path, _)| is_file(path) && !written.contains(path));
    match is_interpreter(name) {
        // What comes behind the script is for the script.
        true => all.extend(told.take(1).map(|(path, _)| (path, true))),
        false => all.extend(told),
    }
    all
}

/// `-c`: the script is a word.
fn is_text(word: &str) -> bool {
    let letters = word.strip_prefix('-').unwrap_or_default();
    letters.contains('c') && !letters.starts_with('-')
}

/// Whether an option names a file that is read.
fn is_configuration(option: &str) -> bool {
    let name = option.trim_start_matches('-');
    option.starts_with('-') && (matches!(name, "c" | "C" | "f") || name.contains("conf"))
}

/// Whether a program is there to read files.
fn is_reader(name: &str) -> bool {
    const READERS: &[&str] = &[
        "awk", "cat", "cut", "egrep", "fgrep", "grep", "head", "jq", "sort", "tail",
    ];
    READERS.contains(&name)
}

/// Whether a program reads a script.
fn is_interpreter(name: &str) -> bool {
    let tools = programs().tools();
    tools.is_shell(name) || tools.interprets(name)
}

/// Whether a program reads the files that it is told: one that is there for it, or one of which
/// nothing else is known.
fn reads(name: &str) -> bool {
    // A word of `exit` or of a wrapper is no file.
    let known = programs().is_tool(name)
        || programs().tools().asks(name)
        || programs().wrapper(name).is_some()
        || programs().switcher(name).is_some()
        || name == "exit"
        || name.is_empty();
    is_interpreter(name) || is_reader(name) || !known
}

/// The scripts that something was done of: whatever started them has read them.
fn scripts<'a>(
    subject: &Subject<'a>,
    matters: &dyn Fn(&str, &User) -> bool,
    all: &mut Vec<Need<'a>>,
) {
    let Some(launch) = subject.launch else {
        return;
    };
    let files = &subject.image.files;
    let users: BTreeSet<&User> = launch.steps.iter().map(|step| &step.step.user).collect();
    let is_script = |node: &Node| matches!(node.kind, NodeKind::File(_));
    for (path, node) in files.iter().filter(|(_, node)| is_script(node)) {
        if !users.iter().any(|user| matters(path, user)) {
            continue;
        }
        let Some(script) = subject.scripts.script(files, path) else {
            continue;
        };
        let span = script.text.span(0..script.text.text().len());
        let of_script = |step: &&LaunchStep| {
            let written = step.step.written.as_ref();
            written.is_some_and(|written| {
                written.source == script.source && span.contains(written.command.span)
            })
        };
        // The Dockerfile may be in the image, too, but it is not read there.
        let of_build = script.source == subject.source;
        if of_build && matches!(node.kind, NodeKind::File(Content::Context(_))) {
            continue;
        }
        let step = launch.steps.iter().find(of_script);
        if let Some(step) = step.filter(|step| matters(path, &step.step.user)) {
            all.push(Need {
                path: path.to_owned(),
                how: How::Read,
                user: &step.step.user,
                step: Some(step),
                program: None,
                place: node.made,
                sure: true,
            });
        }
    }
}
