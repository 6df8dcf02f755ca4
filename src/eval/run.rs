//! The ways in: a command that the platform starts, and a command line of the build.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::control::{Evaluator, Flows, Frame};
use super::host::Host;
use super::outside::{Call, Parsed};
use super::state::{Flow, State, Variable};
use super::trace::{End, Stop, Trace};
use super::value::{Reason, Value};
use super::world::World;
use crate::source::{Origin, SourceId};
use crate::syntax::shell::List;

/// How often the account is begun anew with one more variable taken for given.
const ATTEMPTS: usize = 12;

/// What is reached when `argv` is started in `state`: scripts are followed into, and whatever they
/// run in their turn.
///
/// Where a script ends with an error because a variable is missing that nobody sets, the variable
/// is required: the account is made as if it were given, and [`Trace::required`] names it.
pub fn start(host: &mut dyn Host, state: &State, argv: &[Value], origin: Origin) -> Trace {
    let mut required: BTreeSet<Rc<str>> = BTreeSet::new();
    let mut parsed = Parsed::default();
    loop {
        let mut state = state.clone();
        for name in &required {
            state.put(
                name,
                Variable::exported(Value::unknown(Reason::Given(name.clone()))),
            );
        }
        host.begins();
        let mut evaluator = Evaluator::new(host);
        evaluator.parsed = std::mem::take(&mut parsed);
        if required.len() < ATTEMPTS {
            evaluator.required = required.clone();
            evaluator.enough = required.len();
        }
        let call = Call {
            written: None,
            redirects: Rc::default(),
            exec: true,
            last: true,
            origin,
        };
        let flows = evaluator.outside(World::new(state), argv.to_vec(), &call);
        parsed = std::mem::take(&mut evaluator.parsed);
        let more = evaluator.required.difference(&required).next().cloned();
        match more {
            Some(name) if required.len() < ATTEMPTS => {
                required.insert(name);
            }
            None if required.len() < ATTEMPTS => {
                // Every run ends with an error, but for those in which a variable is given.
                let plain = flows
                    .iter()
                    .any(|(world, flow)| world.given.is_empty() && !is_bad(flow));
                let needed = flows
                    .iter()
                    .find(|(world, flow)| !world.given.is_empty() && !is_bad(flow))
                    .and_then(|(world, _)| {
                        world
                            .given
                            .iter()
                            .find(|name| !required.contains(*name))
                            .cloned()
                    });
                match needed {
                    Some(name) if !plain => {
                        required.insert(name);
                    }
                    _ => return done(evaluator, flows, required),
                }
            }
            _ => return done(evaluator, flows, required),
        }
    }
}

fn done(evaluator: Evaluator<'_>, flows: Flows, required: BTreeSet<Rc<str>>) -> Trace {
    let stopped = stopped(&flows);
    let mut trace = finish(evaluator, flows);
    trace.required = required.into_iter().collect();
    // Behind what was not followed there may be other ends.
    trace.stopped = stopped.filter(|_| trace.gaps.is_empty());
    trace
}

/// Where all runs end, if they all do so by the script's own choice and in the same manner.
fn stopped(flows: &Flows) -> Option<Stop> {
    let stop = |(world, flow): &(World, Flow)| {
        let error = is_bad(flow);
        let origin = world.state.stopped?;
        let nothing = matches!(flow, Flow::Next(_) | Flow::Exit(_)) && !error;
        (error || nothing).then_some(Stop { origin, error })
    };
    let first = flows.first().and_then(stop)?;
    let same = |flow| stop(flow).is_some_and(|stop| stop.error == first.error);
    flows.iter().all(same).then_some(first)
}

fn is_bad(flow: &Flow) -> bool {
    let (Flow::Exit(status) | Flow::Return(status)) = flow else {
        return false;
    };
    status.success() == Some(false)
}

/// What a command line of the build does: a parsed text of `source`.
pub fn run(host: &mut dyn Host, state: &State, source: SourceId, script: Rc<List>) -> Trace {
    let mut evaluator = Evaluator::new(host);
    let flows = evaluator.within(
        Frame {
            source,
            script,
            name: None,
            library: false,
        },
        World::new(state.clone()),
    );
    finish(evaluator, flows)
}

/// What every run reaches is settled by the ways that come to a good end, or by all if none does.
fn finish(evaluator: Evaluator<'_>, flows: Flows) -> Trace {
    let some_good = flows
        .iter()
        .any(|(world, flow)| !is_bad(flow) && world.given.is_empty());
    let ends: Vec<_> = flows
        .into_iter()
        .map(|(world, flow)| {
            let counts = !some_good || !is_bad(&flow);
            let weight = if counts { world.weight } else { 0 };
            let done = if counts {
                world.done
            } else {
                world.done.of_none()
            };
            End {
                weight,
                done,
                given: world.given,
                supposed: world.supposed,
            }
        })
        .collect();
    let mut trace = evaluator.trace;
    trace.settle(&ends);
    trace
}
