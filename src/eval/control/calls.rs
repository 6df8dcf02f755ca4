//! Functions and scripts that run others: whose text is running, and in which shell.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::stakes::Stakes;
use super::{CALLS, DEEPEST, Evaluator, Flows, Frame};
use crate::eval::state::{Defined, Flow, Status};
use crate::eval::value::Value;
use crate::eval::world::World;

impl Evaluator<'_> {
    /// `${BASH_SOURCE[@]}`: the innermost file first.
    pub(in crate::eval) fn script_names(&self) -> Vec<Value> {
        let names = self.frames.iter().rev();
        names.filter_map(|frame| frame.name.clone()).collect()
    }

    /// `${FUNCNAME[@]}`: the innermost first, then those that called it; none outside of functions.
    pub(in crate::eval) fn function_names(&self) -> Vec<Value> {
        let names = self.functions[self.process..].iter().rev();
        let mut names: Vec<Value> = names.map(|name| Value::text(name)).collect();
        if !names.is_empty() {
            names.push(Value::text("main"));
        }
        names
    }

    /// Runs something as `source` does: it stands among the functions.
    pub(in crate::eval) fn as_source(&mut self, run: impl FnOnce(&mut Self) -> Flows) -> Flows {
        self.functions.push("source".into());
        let flows = run(self);
        self.functions.pop();
        flows
    }

    /// Runs something in a shell of its own: no function is running there, and no condition of
    /// ours keeps its `set -e` from counting.
    pub(in crate::eval) fn as_process(&mut self, run: impl FnOnce(&mut Self) -> Flows) -> Flows {
        let conditions = std::mem::take(&mut self.conditions);
        let process = std::mem::replace(&mut self.process, self.functions.len());
        let stakes = self.stakes;
        self.stakes = Stakes {
            process: stakes.wrapped.unwrap_or(stakes.process),
            ..Stakes::default()
        };
        let flows = run(self);
        let flows = self.trapped(flows);
        self.stakes = stakes;
        self.process = process;
        self.conditions = conditions;
        flows
    }

    /// Runs a text with its own file and name.
    pub(in crate::eval) fn within(&mut self, frame: Frame, world: World) -> Flows {
        if self.depth >= DEEPEST {
            let span = frame.script.first().map(|s| s.span).unwrap_or_default();
            self.trace.gap(
                frame.source,
                span,
                "scripts call each other too deeply to be followed further",
            );
            return vec![(world, Flow::Next(Status::Unknown))];
        }
        let script = frame.script.clone();
        let dies = std::mem::take(&mut self.stakes.dies);
        self.frames.push(frame);
        self.depth += 1;
        let flows = self.list(world, &script);
        self.depth -= 1;
        self.stakes.dies = dies;
        self.frames.pop();
        flows
    }

    /// Calls a function with arguments.
    pub(in crate::eval) fn call(
        &mut self,
        world: World,
        defined: &Defined,
        arguments: Vec<Value>,
    ) -> Flows {
        let function = defined.function.clone();
        if self.functions.len() >= CALLS {
            self.trace.gap(
                defined.source,
                function.name_span,
                "functions call each other too deeply to be followed further",
            );
            return vec![(world, Flow::Next(Status::Unknown))];
        }
        let mut world = world;
        let outer = std::mem::replace(&mut world.state.positional, Rc::new(arguments));
        world.state.locals.push(BTreeMap::new());
        self.functions.push(function.name.as_str().into());
        let name = self
            .frames
            .iter()
            .rev()
            .find(|f| f.source == defined.source)
            .and_then(|f| f.name.clone());
        let script = self.script();
        let library = self.in_library() || self.source() != defined.source;
        self.frames.push(Frame {
            source: defined.source,
            script,
            name,
            library,
        });
        let stakes = self.stakes;
        self.stakes = Stakes {
            dies: false,
            answered: false,
            returns: stakes.dies,
            ..stakes
        };
        let flows = self.command(world, &function.body);
        self.stakes = stakes;
        self.frames.pop();
        self.functions.pop();
        let mut out = Flows::new();
        for (mut world, flow) in flows {
            world.state.positional = outer.clone();
            world.state.leave();
            let flow = match flow {
                Flow::Return(status) => Flow::Next(status),
                flow => flow,
            };
            match out
                .iter_mut()
                .find(|(other, f)| *f == flow && other.same(&world))
            {
                Some((other, _)) => other.absorb(&world),
                None => out.push((world, flow)),
            }
        }
        out
    }
}
