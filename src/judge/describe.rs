//! A judgement in the words of its reports.

use std::collections::HashSet;

use super::{ServerSummary, TraceEffect, TraceReport, TraceStep};
use crate::eval::{Gap, User, Value};
use crate::finding::Certainty;
use crate::image::{self, Image, Scripts};
use crate::launch::{
    Effect, Known, Launch, LaunchStep, Serving, Stopped, is_told_elsewhere, may_both_answer,
};
use crate::programs::SetBy;
use crate::source::Origin;
use crate::target::Target;

/// The server of a launch.
pub(super) fn server(launch: &Launch) -> Option<ServerSummary> {
    let serving = launch.serving.as_ref()?;
    let program = launch
        .steps
        .get(serving.step)
        .and_then(|step| step.step.program());
    let primary = serving.listening.primary();
    Some(ServerSummary {
        program: program.unwrap_or_else(|| serving.server.name.clone()),
        port: primary.and_then(|listener| listener.port_number()),
        port_by: primary.map(|listener| set_by(&listener.port.by)),
        address: primary.and_then(|listener| address(listener.address.value.as_deref()?)),
        address_by: primary.map(|listener| set_by(&listener.address.by)),
    })
}

/// What sets a port or an address, in words.
fn set_by(by: &SetBy) -> String {
    match by {
        SetBy::Argument { .. } => "its arguments".to_owned(),
        SetBy::Environment(name) => format!("the variable {name}"),
        SetBy::Config { path, .. } => path.clone(),
        SetBy::Default => "its default".to_owned(),
    }
}

/// An address as the system names it; servers call all of them `*`.
fn address(name: &str) -> Option<String> {
    Some(if name == "*" { "0.0.0.0" } else { name }.to_owned())
}

/// The account of a launch.
pub(super) fn trace(
    image: &Image,
    scripts: &Scripts<'_>,
    launch: Option<&Launch>,
    target: &Target,
) -> TraceReport {
    let named = image
        .base_name
        .as_deref()
        .unwrap_or("an image that is not named");
    let known = image.base.is_some() || named == "scratch" || image.is_windows();
    let unknown_base = (!known).then(|| named.to_owned());
    let Some(launch) = launch else {
        return TraceReport {
            unknown_base,
            ..TraceReport::default()
        };
    };
    let words = |command: Option<&image::Command>| {
        command.map_or_else(Vec::new, |command| {
            command.argv.iter().map(Value::known).collect()
        })
    };
    TraceReport {
        unknown_base,
        user: launch.user.to_string(),
        directory: launch.directory.clone(),
        entrypoint: words(image.config.entrypoint.as_ref()),
        command: words(image.config.command.as_ref()),
        disk_quota: None,
        required: launch
            .required
            .iter()
            .map(|name| name.to_string())
            .collect(),
        steps: steps(
            Known {
                image,
                scripts,
                launch,
            },
            target,
        ),
    }
}

fn steps(known: Known<'_>, target: &Target) -> Vec<TraceStep> {
    let launch = known.launch;
    let mut steps: Vec<TraceStep> = launch.steps.iter().map(step).collect();
    for number in 0..steps.len() {
        // What a step is behind was reached before it.
        let behind = launch.steps[number].step.behind;
        steps[number].depth = behind.and_then(|b| steps.get(b)).map_or(0, |b| b.depth + 1);
    }
    for (number, (step, launched)) in steps.iter_mut().zip(&launch.steps).enumerate() {
        if let Some(refusal) = launched.refusals.first() {
            step.fails = true;
            step.doubtful = false;
            step.tolerated = launched.is_tolerated();
            step.ends = number == 0 || launched.step.ends_start;
            step.why = vec![refusal.words()];
        }
    }
    let bare = launch
        .argv
        .first()
        .and_then(Value::known)
        .filter(|word| !word.contains('/'));
    if let (Some(first), Some(name), false) = (steps.first_mut(), bare, target.start.path_lookup) {
        first.fails = true;
        first.doubtful = false;
        first.ends = true;
        first.why = vec![format!(
            "{name} is not looked up in PATH, so nothing starts"
        )];
    }
    for serving in launch.all_servers() {
        let words = &launch.steps[serving.step].step.argv;
        // The same command can be reached in several ways.
        let same = |step: &LaunchStep| step.effect == Effect::Listen && step.step.argv == *words;
        for (number, _) in launch.steps.iter().enumerate().filter(|(_, s)| same(s)) {
            listens(&mut steps[number], serving, known, target);
        }
    }
    let mut kept = told_once(launch).into_iter();
    steps.retain(|_| kept.next().unwrap_or(true));
    // Running out of time is said once, where it comes first.
    let mut said = HashSet::new();
    let gaps = launch.gaps.iter().filter(|gap| said.insert(&gap.why));
    for gap in gaps {
        put_gap(&mut steps, gap, &launch.user);
    }
    if let Some(stopped) = &launch.stopped {
        put_stop(&mut steps, stopped, &launch.user);
    }
    steps
}

/// Says where the script ends itself.
fn put_stop(steps: &mut Vec<TraceStep>, stopped: &Stopped, user: &User) {
    let why = match (stopped.stop.error, stopped.lacks_command) {
        (true, true) => "the script ends itself here: it is given no command",
        (true, false) => "the script ends itself here in every run",
        (false, _) => "there is no command to execute",
    };
    let word = if stopped.stop.error { "exit" } else { "exec" };
    let row = TraceStep {
        argv: vec![Some(word.to_owned())],
        reached: Certainty::Always,
        fails: true,
        ends: true,
        ..row(stopped.stop.origin, user, why)
    };
    put(steps, row);
}

/// Says where the account ends.
fn put_gap(steps: &mut Vec<TraceStep>, gap: &Gap, user: &User) {
    put(steps, row(gap.origin, user, &gap.why));
}

/// Something that is said of a place, where no command is told.
fn row(origin: Origin, user: &User, why: &str) -> TraceStep {
    TraceStep {
        origin: Some(origin),
        argv: Vec::new(),
        depth: 0,
        reached: Certainty::Maybe,
        given: Vec::new(),
        user: user.to_string(),
        effect: TraceEffect::None,
        fails: false,
        doubtful: false,
        tolerated: false,
        ends: false,
        why: vec![why.to_owned()],
    }
}

/// Puts a row below the step that stands before its place in the file, or above the file's first one.
fn put(steps: &mut Vec<TraceStep>, mut row: TraceStep) {
    let here = |step: &TraceStep| {
        let places = step.origin.zip(row.origin);
        places.filter(|(origin, place)| origin.source == place.source)
    };
    let is_before = |step: &TraceStep| {
        here(step).is_some_and(|(origin, place)| origin.span.start <= place.span.start)
    };
    let before = steps.iter().rposition(is_before);
    let first = || steps.iter().position(|step| here(step).is_some());
    let (near, at) = match before {
        Some(before) => (before, before + 1),
        None => first().map_or((0, steps.len()), |first| (first, first)),
    };
    row.depth = steps.get(near).map_or(0, |step| step.depth);
    steps.insert(at, row);
}

/// Which steps are told. What a variable that might be given changes in the words of a command is
/// not: only that the command is reached at all.
fn told_once(launch: &Launch) -> Vec<bool> {
    let place = |step: &LaunchStep| (step.step.place(), step.step.program());
    let mut told: HashSet<_> = launch
        .steps
        .iter()
        .filter(|step| step.step.given.is_empty())
        .map(place)
        .collect();
    let steps = launch.steps.iter();
    steps
        .map(|step| step.step.given.is_empty() || told.insert(place(step)))
        .collect()
}

/// What the server listens on, whether the health check finds it there, and what it cannot write.
fn listens(step: &mut TraceStep, serving: &Serving, known: Known<'_>, target: &Target) {
    let (image, launch) = (known.image, known.launch);
    let mut why: Vec<String> = Vec::new();
    let blocked = serving
        .writes
        .iter()
        .filter(|(write, _)| write.is_certain());
    for (write, written) in blocked {
        let Some(written) = written else { continue };
        let Some(obstacle) = written.obstacle.as_ref().filter(|o| o.known) else {
            continue;
        };
        let path = &written.path;
        // What is known of the command itself says so already.
        let said = format!("{path}: ");
        if step.why.iter().any(|why| why.starts_with(&said)) {
            continue;
        }
        let told = if write.private {
            format!("it has to own {path}, which belongs to {}", obstacle.owner)
        } else if obstacle.path == *path {
            let (owner, mode) = (&obstacle.owner, obstacle.mode & 0o7777);
            format!("it cannot write {path}, which belongs to {owner} and has mode {mode:04o}")
        } else {
            format!("it cannot make {path}: {obstacle}")
        };
        if !why.contains(&told) {
            why.push(told);
        }
    }
    let mut meant = launch.servers();
    let meant = meant.any(|meant| meant.step == serving.step);
    if let Some(listener) = serving.listening.primary().filter(|_| meant) {
        let port = listener.port_number();
        let at = listener.address.value.as_deref().and_then(address);
        let lowest = target.ports.lowest_unprivileged;
        let listeners = &serving.listening.listeners;
        let found = listeners.iter().any(|l| l.port_number() == launch.port);
        let user = &launch.steps[serving.step].step.user;
        let own = &launch.steps[serving.step];
        // One listener that cannot have its port is enough.
        let refused = listeners
            .iter()
            .filter(|listener| !known.is_guess(own, &listener.port, target))
            .filter_map(|listener| listener.port_number())
            .find(|port| *port < lowest && *user != User::Root);
        let main = launch.serving.as_ref();
        let main = main.is_some_and(|main| main.step == serving.step);
        why.extend(match (port, launch.port) {
            _ if refused.is_some() => refused.map(|port| {
                format!("bind to port {port}: Permission denied; it takes root below {lowest}")
            }),
            // The health check asks for one of those that run beside each other.
            _ if !main => None,
            _ if !target.is_asked() => None,
            // What EXPOSE says may be true all the same.
            (Some(port), Some(wanted))
                if may_both_answer(image, target, port, wanted) && !known.is_all_told()
                    || is_told_elsewhere(image, &listener.port, port, wanted)
                        && known.is_unsure(own, &listener.port) =>
            {
                None
            }
            (Some(port), Some(wanted)) if !found => {
                let asks = target.ports.asks_for(&format!("port {wanted}"));
                Some(format!("it listens on port {port}, but {asks}"))
            }
            _ if listener.loopback_only() == Some(true) && !target.ports.checked_on_loopback => {
                let asks = target.ports.asks_from_outside();
                Some(format!("it listens on loopback only, and {asks}"))
            }
            _ => None,
        });
        step.effect = TraceEffect::Listen { port, address: at };
    }
    step.doubtful &= why.is_empty();
    step.fails |= !why.is_empty();
    step.why.append(&mut why);
}

/// Where a command runs: its word, unless that came out of a variable that is set elsewhere.
fn place(step: &LaunchStep) -> Origin {
    let word = step.step.place();
    match &step.step.written {
        Some(written)
            if written.source != word.source || !written.command.span.contains(word.span) =>
        {
            let first = written.command.words.first().map(|word| word.span);
            Origin {
                source: written.source,
                span: first.unwrap_or(written.command.span),
            }
        }
        _ => word,
    }
}

fn step(step: &LaunchStep) -> TraceStep {
    let argv = step.step.texts();
    let text = |indexes: &[usize]| {
        indexes
            .iter()
            .map(|i| argv.get(*i).cloned().flatten())
            .collect()
    };
    let written = || TraceEffect::Write {
        path: step.writes.first().map(|written| written.path.clone()),
    };
    let effect = match &step.effect {
        Effect::SwitchUser(switch) => {
            let words: Vec<Option<&str>> = argv.iter().map(Option::as_deref).collect();
            let account = switch.account.as_ref().and_then(|part| part.text(&words));
            TraceEffect::SwitchUser {
                account: account.map(str::to_owned),
            }
        }
        // Where the owner is no matter, what fails is the copy.
        Effect::ChangeOwner { .. } if step.fails.is_some() && step.denied.is_none() => written(),
        Effect::ChangeOwner { owner, paths, .. } => TraceEffect::ChangeOwner {
            owner: owner.clone(),
            paths: text(paths),
        },
        Effect::ChangeMode { mode, paths } => TraceEffect::ChangeMode {
            mode: mode.clone(),
            paths: text(paths),
        },
        Effect::Write => written(),
        Effect::Listen => TraceEffect::Listen {
            port: None,
            address: None,
        },
        Effect::NeedsRoot => TraceEffect::NeedsRoot,
        Effect::Exec => TraceEffect::Exec,
        Effect::Raise(_) | Effect::None => TraceEffect::None,
    };
    TraceStep {
        origin: Some(place(step)),
        argv,
        depth: 0,
        reached: step.step.certainty,
        given: step
            .step
            .given
            .iter()
            .map(|name| name.to_string())
            .collect(),
        user: step.step.user.to_string(),
        effect,
        fails: step.fails.is_some(),
        doubtful: step.is_doubtful(),
        tolerated: step.fails.is_some() && step.is_tolerated(),
        // What a server meets, it may get over.
        ends: step.fails.is_some()
            && !step.is_doubtful()
            && step.step.ends_start
            && step.effect != Effect::Listen,
        why: step.fails.clone().into_iter().collect(),
    }
}
