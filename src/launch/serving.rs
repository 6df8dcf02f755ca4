//! The server that a start comes to.

use std::collections::HashSet;
use std::rc::Rc;

use super::LaunchStep;
use super::access::Obstacle;
use super::configured::Configured;
use super::effects::{Effect, Judge};
use super::layout::laid_out;
use super::writes::Written;
use crate::eval::{ChildManner, Piece, Step, User, Value, is_below, standard_output};
use crate::finding::Certainty;
use crate::image::{Content, Files, NodeKind};
use crate::programs::{
    ConfigFile, Left, Listening, Log, Manner, Persistence, Protocol, Server, Surroundings, Tell,
    UserSetting, Words, Write, WriteKind, programs,
};
use crate::source::Origin;

/// The server that a start comes to.
#[derive(Debug)]
pub struct Serving {
    /// The step that it is, by its number in [`super::Launch::steps`].
    pub step: usize,
    /// What is known of it.
    pub server: &'static Server,
    /// Where it listens.
    pub listening: Listening,
    /// Where it is told to change its user.
    pub users: Vec<UserSetting>,
    /// What it writes, with what keeps it from that.
    pub writes: Vec<(Write, Option<Written>)>,
    /// Whether it is told to keep what it holds.
    pub persistence: Persistence,
    /// Its logs, where it prints nothing of them.
    pub logs: Vec<Logged>,
    /// That it goes to the background.
    pub left: Option<Left>,
    /// Another program, of which nothing is known, is what the image is for.
    pub stands_in: bool,
    /// The files as it finds them, where the start has changed them.
    pub files: Option<Files>,
}

/// A log of a server's.
#[derive(Debug)]
pub struct Logged {
    /// What is known of it.
    pub log: Log,
    /// Its path; none where it is not known, or is no file.
    pub path: Option<String>,
    /// Which output of the process the path is another name for, by itself or as a link.
    pub output: Option<u32>,
    /// What made the link.
    pub link: Option<Origin>,
}

/// The servers that a start comes to, the one that is meant first: what takes the place of the
/// process, the last of them; else the last that is reached; and what serves beside it.
/// `partly` says that not all of the start is known.
pub(super) fn find(judge: &Judge<'_>, steps: &[LaunchStep], partly: bool) -> Vec<Serving> {
    let servers = listening(steps);
    let last = servers.iter().max_by_key(|(number, step)| {
        let sure = step.step.certainty == Certainty::Always;
        (takes_over(step, steps), sure, *number)
    });
    let Some((number, _)) = last else {
        return Vec::new();
    };
    let Some(manager) = beside(*number, steps) else {
        let alone = serving(judge, *number, steps);
        let mut alone = alone.map(|alone| best_told(judge, alone, &servers, steps));
        if let Some(alone) = &mut alone {
            let aside = alone.server.aside || is_in_background(*number, steps);
            // What goes to the background on a way that is not followed to its end is not what that
            // comes to.
            let surely = steps[alone.step].step.surely == Certainty::Always;
            let passed = partly && !surely && alone.left.is_some();
            alone.stands_in = passed || aside && gives_way(*number, steps);
        }
        return alone.into_iter().collect();
    };
    let together = servers
        .iter()
        .filter(|(number, _)| beside(*number, steps) == Some(manager))
        .filter_map(|(number, _)| serving(judge, *number, steps));
    let mut together: Vec<Serving> = together.take(MOST_SERVERS).collect();
    together.sort_by_key(|serving| std::cmp::Reverse(rank(judge, serving, steps)));
    let others = has_others(manager, &together, steps);
    if let Some(first) = together.first_mut() {
        first.stands_in = first.server.aside && others;
    }
    together
}

/// The servers that are started for sure on the way to those that are meant, be it by other words.
pub(super) fn passed(judge: &Judge<'_>, steps: &[LaunchStep], meant: &[Serving]) -> Vec<Serving> {
    let known: HashSet<usize> = meant.iter().map(|serving| serving.step).collect();
    let mut servers = listening(steps);
    servers.retain(|(number, step)| {
        !known.contains(number) && step.step.certainty == Certainty::Always
    });
    let passed = servers
        .iter()
        .filter_map(|(number, _)| serving(judge, *number, steps));
    passed.take(MOST_SERVERS).collect()
}

/// The commands that serve. A script of the same name as the server that it starts is not one itself.
fn listening(steps: &[LaunchStep]) -> Vec<(usize, &LaunchStep)> {
    let mut servers: Vec<(usize, &LaunchStep)> = steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.effect == Effect::Listen && step.step.given.is_empty())
        .collect();
    let starters: HashSet<usize> = servers
        .iter()
        .flat_map(|(_, server)| outer(server, steps))
        .collect();
    servers.retain(|(number, _)| !starters.contains(number));
    servers
}

/// The server as it is started or, where one command starts it with these words or with others and
/// these do not say where it listens, as it is started with words that do.
fn best_told(
    judge: &Judge<'_>,
    meant: Serving,
    servers: &[(usize, &LaunchStep)],
    steps: &[LaunchStep],
) -> Serving {
    let knows = |serving: &Serving| {
        let mut listeners = serving.listening.listeners.iter();
        listeners.any(|listener| listener.port_number().is_some())
    };
    let Some(own) = steps.get(meant.step).filter(|_| !knows(&meant)) else {
        return meant;
    };
    let same = |step: &LaunchStep| match (&own.step.written, &step.step.written) {
        (Some(own), Some(other)) => Rc::ptr_eq(&own.command, &other.command),
        _ => false,
    };
    let others = servers.iter().rev();
    let mut others = others.filter(|(number, step)| *number != meant.step && same(step));
    let other = others.find_map(|(number, _)| serving(judge, *number, steps).filter(knows));
    other.unwrap_or(meant)
}

/// Whether a shell has put a step, or what it is started by, into the background.
fn is_in_background(number: usize, steps: &[LaunchStep]) -> bool {
    let outer = |number: &usize| steps.get(*number).and_then(|step| step.step.behind);
    let mut all = std::iter::successors(Some(number), outer);
    all.any(|number| steps.get(number).is_some_and(|step| step.step.background))
}

/// Whether another program takes the place of the process behind a server, or is the last that runs.
fn gives_way(number: usize, steps: &[LaunchStep]) -> bool {
    let mut behind = steps.iter().enumerate().skip(number + 1);
    behind.any(|(at, step)| {
        let stays = step.step.exec || at + 1 == steps.len();
        stays && step.step.given.is_empty() && is_unknown(step)
    })
}

/// Whether a step is a program that may serve, since nothing is known of it.
fn is_unknown(step: &LaunchStep) -> bool {
    let program = step.step.program().unwrap_or_default();
    !programs().is_tool(&program)
}

/// Whether a program that nothing is known of runs beside the servers.
fn has_others(manager: usize, servers: &[Serving], steps: &[LaunchStep]) -> bool {
    let known: HashSet<usize> = servers
        .iter()
        .flat_map(|serving| {
            let step = steps.get(serving.step).into_iter();
            step.flat_map(|step| outer(step, steps))
                .chain([serving.step])
        })
        .collect();
    let mut children = steps
        .iter()
        .enumerate()
        .filter(|(number, step)| step.step.behind == Some(manager) && !known.contains(number));
    children.any(|(_, step)| is_unknown(step))
}

/// How many servers are looked at that run beside each other.
const MOST_SERVERS: usize = 16;

/// How likely a server is the one that is meant, where several run beside each other: what listens
/// where the target asks, then what speaks HTTP and can be reached, then what is known to listen.
fn rank(judge: &Judge<'_>, serving: &Serving, steps: &[LaunchStep]) -> [bool; 6] {
    let listeners = &serving.listening.listeners;
    let checked = judge.port();
    let asked = listeners.iter().any(|listener| {
        let there = checked.is_some() && listener.port_number() == checked;
        there && listener.loopback_only() != Some(true)
    });
    let reached = listeners
        .iter()
        .any(|listener| listener.loopback_only() != Some(true));
    let certainty = steps.get(serving.step).map(|step| step.step.certainty);
    [
        asked,
        !serving.server.aside,
        serving.server.protocol == Protocol::Http && reached,
        listeners
            .iter()
            .any(|listener| listener.port_number().is_some()),
        reached,
        certainty == Some(Certainty::Always),
    ]
}

/// The program that starts a server beside others, the outermost of them.
fn beside(number: usize, steps: &[LaunchStep]) -> Option<usize> {
    let mut found = None;
    let mut inner = number;
    while let Some(outer) = steps.get(inner).and_then(|step| step.step.behind) {
        let (step, started) = (steps.get(outer)?, steps.get(inner)?);
        if let Some(managed) = &step.step.managed {
            let children = &managed.children;
            let several = children
                .iter()
                .any(|child| child.manner == ChildManner::Beside);
            match managed.child(&started.step).map(|child| child.manner) {
                // What is done before is not there any more.
                Some(ChildManner::Before) => return None,
                _ if several => found = Some(outer),
                _ => {}
            }
        }
        inner = outer;
    }
    found
}

/// The steps that a step is behind, from the inside out.
fn outer<'a>(
    step: &'a LaunchStep,
    steps: &'a [LaunchStep],
) -> impl Iterator<Item = usize> + use<'a> {
    std::iter::successors(step.step.behind, |outer| steps.get(*outer)?.step.behind)
}

/// Whether a step, or the wrapper that it is behind, takes the place of the process.
fn takes_over(step: &LaunchStep, steps: &[LaunchStep]) -> bool {
    let mut at = Some(&step.step);
    while let Some(step) = at {
        if step.exec {
            return true;
        }
        at = step
            .behind
            .and_then(|behind| steps.get(behind))
            .map(|step| &step.step);
    }
    false
}

fn serving(judge: &Judge<'_>, number: usize, steps: &[LaunchStep]) -> Option<Serving> {
    let step = &steps.get(number)?.step;
    let texts = step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let variable = |name: &str| step.environment(name);
    let configured = Configured::before(judge, steps, number);
    let files = |pattern: &str| configuration(judge, &configured, step, pattern);
    let brought = |path: &str| brought(judge, &configured, path);
    let built = |text: &str| judge.image.speaks_of(text);
    let around = Surroundings {
        variable: &variable,
        files: &files,
        brought: &brought,
        built: &built,
    };
    let server = programs().server_where(&words, &built)?;
    // What the build has changed in a configuration that is not known.
    let told = server.tell_log();
    let told = told.is_some_and(|tell| is_told_at_build(judge, &tell));
    let writes = server
        .writes(&words, &around)
        .into_iter()
        .filter(|write| !(leads_elsewhere(write) || told && write.kind == WriteKind::Log))
        .map(|write| laid_out(judge, step, write))
        .map(|write| {
            let written = write
                .setting
                .value
                .as_deref()
                .and_then(|path| step.absolute(path))
                .map(|path| Written {
                    obstacle: obstacle(judge, step, &write, &path)
                        .filter(|_| !is_given(judge, steps.get(..number), &path)),
                    path,
                    file: None,
                    manner: Manner::Either,
                });
            (write, written)
        })
        .collect();
    let mut listening = server.listening(&words, &around);
    told_at_build(judge, server, &mut listening);
    let found = configured.files.as_ref().unwrap_or(&judge.image.files);
    let logs = match told {
        true => Vec::new(),
        false => server.logs(&words, &around),
    };
    let logs = logs.into_iter().map(|log| logged(found, step, log));
    let logs = logs.collect();
    let left = server.leaves(&words, &around);
    Some(Serving {
        step: number,
        logs,
        left,
        server,
        listening,
        users: server.users(&words, &around),
        persistence: server.persistence(&words, &around),
        writes,
        stands_in: false,
        files: configured.files,
    })
}

/// Where a log goes in the end.
fn logged(files: &Files, step: &Step, log: Log) -> Logged {
    let path = log.path().and_then(|path| step.absolute(path));
    let output = path
        .as_ref()
        .and_then(|path| standard_output(&files.resolve(path)));
    let link = path.as_ref().and_then(|path| files.at(path));
    let link = link.filter(|node| matches!(node.kind, NodeKind::Link(_)));
    Logged {
        output,
        link: link.and_then(|node| node.made),
        path,
        log,
    }
}

/// Whether a command that may be a server is one: of some, only their own text says so.
pub(super) fn serves(judge: &Judge<'_>, step: &Step, server: &Server, words: &Words<'_>) -> bool {
    if !server.code {
        return true;
    }
    let configured = Configured::as_built();
    let around = Surroundings {
        variable: &|name| step.environment(name),
        files: &|pattern| configuration(judge, &configured, step, pattern),
        brought: &|_| None,
        built: &|text| judge.image.speaks_of(text),
    };
    !server.listening(words, &around).listeners.is_empty()
}

/// Whether a log goes where no file is, `error_log stderr;`, or a socket is a port.
fn leads_elsewhere(write: &Write) -> bool {
    let value = write.setting.value.as_deref();
    if write.kind == WriteKind::Socket && value.is_some_and(|value| !value.contains('/')) {
        return true;
    }
    let names = ["stderr", "stdout", "off", "none", "syslog"];
    write.kind == WriteKind::Log
        && write.setting.value.as_deref().is_some_and(|value| {
            names.contains(&value) || value.starts_with("syslog:") || value.starts_with('|')
        })
}

/// A configuration whose text is not known says what the build has written into it: the command that
/// a fix puts there is known by its words.
fn told_at_build(judge: &Judge<'_>, server: &Server, listening: &mut Listening) {
    let Some(wanted) = judge.port() else {
        return;
    };
    let ran = |tell: &Tell| is_told_at_build(judge, tell);
    let told = listening
        .primary()
        .is_some_and(|primary| server.tell(listening, primary, wanted).iter().any(ran));
    if let Some(listener) = listening.listeners.first_mut().filter(|_| told) {
        listener.port.value = Some(wanted.to_string());
    }
}

/// Whether the build runs what tells a server something.
fn is_told_at_build(judge: &Judge<'_>, tell: &Tell) -> bool {
    let Tell::RunAtBuild(lines) = tell else {
        return false;
    };
    let mut runs = judge.image.runs.iter();
    runs.any(|run| lines.iter().any(|line| run.contains(line.as_str())))
}

/// Whether root gives a path to another account before the server starts, which runs as that one.
fn is_given(judge: &Judge<'_>, before: Option<&[LaunchStep]>, path: &str) -> bool {
    let real = judge.image.files.resolve(path);
    let before = before.into_iter().flatten();
    let mut rooted = before.filter(|one| one.step.user == User::Root && one.fails.is_none());
    rooted.any(|one| {
        let given = judge.given(&one.step, &one.effect);
        given.iter().any(|given| is_below(&real, given))
    })
}

/// What keeps a server from writing a path.
fn obstacle(judge: &Judge<'_>, step: &Step, write: &Write, path: &str) -> Option<Obstacle> {
    let files = &judge.image.files;
    // A folder that has to be the server's own is not, if the build made it.
    let owned = judge.target.privileges.owns_image_files;
    if let Some(node) = files.get(path).filter(|_| write.private && !owned) {
        return Some(Obstacle::of(path, true, node));
    }
    if judge.is_guess(step, write) {
        return None;
    }
    if write.given && step.user != User::Root && files.get(path).is_none() {
        return Some(Obstacle {
            path: path.to_owned(),
            itself: true,
            mode: 0,
            owner: String::new(),
            made: None,
            known: true,
        });
    }
    // Logs that lead to the output of the process need no room in their folder.
    let leads_out = |inner: &str| matches!(files.at(inner).map(|node| &node.kind), Some(NodeKind::Link(to)) if to.starts_with("/dev/"));
    if write.kind == WriteKind::Log && files.below(path).iter().any(|inner| leads_out(inner)) {
        return None;
    }
    judge.closed(files, path, step)
}

/// The files of the image whose path matches, as far as their text is known.
fn configuration(
    judge: &Judge<'_>,
    configured: &Configured,
    step: &Step,
    pattern: &str,
) -> Vec<ConfigFile> {
    let Some(pattern) = step.absolute(pattern) else {
        return Vec::new();
    };
    let pattern = pattern.as_str();
    let files = configured.files.as_ref().unwrap_or(&judge.image.files);
    let text = |path: &str| {
        let mut file = config_file(path, judge.scripts.text(files, path)?);
        file.partial |= configured.is_unsure(path);
        Some(file)
    };
    if !pattern.contains(['*', '?', '[']) {
        return text(&files.resolve(pattern)).into_iter().collect();
    }
    let Ok(glob) = globset::GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
    else {
        return Vec::new();
    };
    let matcher = glob.compile_matcher();
    files
        .iter()
        .filter(|(path, _)| matcher.is_match(path))
        .filter_map(|(path, _)| text(path))
        .collect()
}

/// How the names of templates end that a configuration is made of at the start.
const TEMPLATES: &[&str] = &[
    ".tpl",
    ".tmpl",
    ".template",
    ".j2",
    ".jinja",
    ".jinja2",
    ".erb",
    ".mustache",
    ".in",
];

/// The one file of the context that goes by a path's name, wherever the build has put it: into a folder
/// of which only a package knows, say. It may be a template.
fn brought(judge: &Judge<'_>, configured: &Configured, path: &str) -> Option<ConfigFile> {
    let files = configured.files.as_ref().unwrap_or(&judge.image.files);
    let name = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        let template = TEMPLATES.iter().find_map(|end| name.strip_suffix(end));
        template.unwrap_or(name).to_owned()
    };
    let wanted = name(path);
    let mut found = files.iter().filter_map(|(path, node)| match &node.kind {
        NodeKind::File(Content::Context(from)) if name(from) == wanted => Some((path, from)),
        _ => None,
    });
    let (at, from) = found.next()?;
    if wanted.is_empty() || found.any(|(_, other)| other != from) {
        return None;
    }
    let mut file = config_file(at, judge.scripts.text(files, at)?);
    file.partial = true;
    Some(file)
}

/// A configuration as its server reads it. What is not known of it is a `$`, as a variable that is
/// put in at the start would be.
fn config_file(path: &str, value: Value) -> ConfigFile {
    let mut file = ConfigFile {
        path: path.to_owned(),
        ..ConfigFile::default()
    };
    let mut text = String::new();
    for piece in value.pieces() {
        match piece {
            Piece::Known {
                text: known,
                origin,
                ..
            } => {
                let start = text.len();
                text.push_str(known);
                if origin.is_none() {
                    file.foreign.push(start..text.len());
                }
            }
            Piece::Unknown(_) => {
                text.push('$');
                file.partial = true;
            }
        }
    }
    file.text = Rc::from(text);
    file
}
