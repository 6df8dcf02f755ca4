//! A judgement in the words of its reports.

use std::collections::HashSet;

use super::{ServerSummary, TraceEffect, TraceReport, TraceStep};
use crate::eval::{User, Value};
use crate::finding::Certainty;
use crate::image::{self, Image};
use crate::launch::{Effect, Launch, LaunchStep, Serving};
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
        address: primary.and_then(|listener| address(listener.address.value.as_deref()?)),
    })
}

/// An address as the system names it; servers call all of them `*`.
fn address(name: &str) -> Option<String> {
    Some(if name == "*" { "0.0.0.0" } else { name }.to_owned())
}

/// The account of a launch.
pub(super) fn trace(image: &Image, launch: Option<&Launch>, target: &Target) -> TraceReport {
    let Some(launch) = launch else {
        return TraceReport::default();
    };
    let words = |command: Option<&image::Command>| {
        command.map_or_else(Vec::new, |command| {
            command.argv.iter().map(Value::known).collect()
        })
    };
    TraceReport {
        user: launch.user.to_string(),
        directory: launch.directory.clone(),
        entrypoint: words(image.config.entrypoint.as_ref()),
        command: words(image.config.command.as_ref()),
        steps: steps(launch, target),
    }
}

fn steps(launch: &Launch, target: &Target) -> Vec<TraceStep> {
    let mut steps: Vec<TraceStep> = launch.steps.iter().map(step).collect();
    let bare = launch
        .argv
        .first()
        .and_then(Value::known)
        .filter(|word| !word.contains('/'));
    if let (Some(first), Some(name), false) = (steps.first_mut(), bare, target.start.path_lookup) {
        first.fails = true;
        first.why = Some(format!(
            "{name} is not looked up in PATH; what follows is what it would do"
        ));
    }
    for serving in launch.servers() {
        if let Some(step) = steps.get_mut(serving.step) {
            listens(step, serving, launch, target);
        }
    }
    let mut kept = told_once(launch).into_iter();
    steps.retain(|_| kept.next().unwrap_or(true));
    // Running out of time is said once, where it comes first.
    let mut said = HashSet::new();
    let gaps = launch.gaps.iter().filter(|gap| said.insert(&gap.why));
    steps.extend(gaps.map(|gap| TraceStep {
        origin: Some(gap.origin),
        argv: Vec::new(),
        reached: Certainty::Maybe,
        user: launch.user.to_string(),
        effect: TraceEffect::None,
        fails: false,
        why: Some(gap.why.clone()),
    }));
    steps
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

/// What the server listens on, and whether the health check finds it there.
fn listens(step: &mut TraceStep, serving: &Serving, launch: &Launch, target: &Target) {
    let Some(listener) = serving.listening.primary() else {
        return;
    };
    let port = listener.port_number();
    let at = listener.address.value.as_deref().and_then(address);
    let lowest = target.ports.lowest_unprivileged;
    let main = launch.serving.as_ref();
    let main = main.is_some_and(|main| main.step == serving.step);
    // One listener that cannot have its port is enough.
    let refused = serving.listening.listeners.iter().find_map(|listener| {
        let port = listener.port_number().filter(|port| *port < lowest);
        port.filter(|_| {
            launch
                .steps
                .get(serving.step)
                .is_some_and(|s| s.step.user != User::Root)
        })
    });
    let found = serving
        .listening
        .listeners
        .iter()
        .any(|l| l.port_number() == target.ports.checked);
    let why = match (port, target.ports.checked) {
        _ if refused.is_some() => refused.map(|port| {
            format!("bind to port {port}: Permission denied; it takes root below {lowest}")
        }),
        // The health check asks for one of those that run beside each other.
        _ if !main => None,
        (Some(port), Some(wanted)) if !found => Some(format!(
            "it listens on port {port}, but the health check asks for port {wanted}"
        )),
        _ if listener.loopback_only() == Some(true) && !target.ports.checked_on_loopback => {
            Some("it listens on loopback only, and the health check comes from outside".to_owned())
        }
        _ => None,
    };
    step.effect = TraceEffect::Listen { port, address: at };
    step.fails |= why.is_some();
    step.why = step.why.take().or(why);
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
    let effect = match &step.effect {
        Effect::SwitchUser(switch) => {
            let words: Vec<Option<&str>> = argv.iter().map(Option::as_deref).collect();
            let account = switch.account.as_ref().and_then(|part| part.text(&words));
            TraceEffect::SwitchUser {
                account: account.map(str::to_owned),
            }
        }
        Effect::ChangeOwner { owner, paths } => TraceEffect::ChangeOwner {
            owner: owner.clone(),
            paths: text(paths),
        },
        Effect::ChangeMode { mode, paths } => TraceEffect::ChangeMode {
            mode: mode.clone(),
            paths: text(paths),
        },
        Effect::Write => TraceEffect::Write {
            path: step.writes.first().map(|written| written.path.clone()),
        },
        Effect::Listen => TraceEffect::Listen {
            port: None,
            address: None,
        },
        Effect::NeedsRoot => TraceEffect::NeedsRoot,
        Effect::Exec => TraceEffect::Exec,
        Effect::None => TraceEffect::None,
    };
    TraceStep {
        origin: Some(place(step)),
        argv,
        reached: step.step.certainty,
        user: step.step.user.to_string(),
        effect,
        fails: step.fails.is_some(),
        why: step.fails.clone().or_else(|| {
            let given = step.step.given.join(" and ");
            (!given.is_empty()).then(|| format!("only if {given} is given"))
        }),
    }
}
