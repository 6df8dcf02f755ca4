//! `trap`: what is kept for a signal or for the end of the shell, and when that is looked at.

use std::rc::Rc;

use crate::eval::control::{Evaluator, Flows};
use crate::eval::state::Flow;
use crate::eval::value::Value;
use crate::eval::world::World;
use crate::source::Origin;

/// `trap body SIGNAL…`, `trap - SIGNAL…`, `trap SIGNAL`.
pub(super) fn trap(world: &mut World, argv: &[Value], at: Origin) {
    let words = &argv[1..];
    let words = match words.split_first() {
        Some((first, rest)) if first.is("--") => rest,
        _ => words,
    };
    let Some((body, signals)) = words.split_first() else {
        return;
    };
    if body.is("-l") || body.is("-p") {
        return;
    }
    let traps = Rc::make_mut(&mut world.state.traps);
    let number = body.known().is_some_and(|text| text.parse::<u32>().is_ok());
    if signals.is_empty() || number {
        for signal in words {
            traps.remove(signal_name(signal).as_str());
        }
        return;
    }
    for signal in signals {
        let signal = signal_name(signal);
        if body.is("-") || body.is("") {
            traps.remove(signal.as_str());
        } else {
            traps.insert(signal.into(), (body.clone(), at));
        }
    }
}

/// A signal has several names: `TERM`, `SIGTERM`, `15`.
fn signal_name(word: &Value) -> String {
    let text = word.to_string().to_ascii_uppercase();
    let name = text.strip_prefix("SIG").unwrap_or(&text);
    match name {
        "0" => "EXIT",
        "1" => "HUP",
        "2" => "INT",
        "3" => "QUIT",
        "15" => "TERM",
        name => name,
    }
    .to_owned()
}

impl Evaluator<'_> {
    /// The ends of a shell, with what its traps do: whether a signal comes is not known, and at the
    /// end it may be another one that comes first. They can't change how it ended.
    pub(in crate::eval) fn trapped(&mut self, flows: Flows) -> Flows {
        let mut out = Flows::new();
        for (world, flow) in flows {
            if world.state.traps.is_empty() {
                out.push((world, flow));
                continue;
            }
            let mut world = world;
            let traps = std::mem::take(&mut world.state.traps);
            if let Flow::Next(status) | Flow::Exit(status) | Flow::Return(status) = flow {
                world.state.status = status;
            }
            let mut bodies: Vec<&(Value, Origin)> = Vec::new();
            for body in traps.values() {
                if !bodies.contains(&body) {
                    bodies.push(body);
                }
            }
            for (body, at) in bodies {
                let (ran, mut not) = world.split();
                let flows = self.harmless(|shell| shell.text(ran, body, *at, None));
                for (after, _) in flows {
                    not.absorb(&after);
                }
                world = not;
            }
            out.push((world, flow));
        }
        out
    }
}
