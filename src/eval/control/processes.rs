//! What runs in a process of its own: pipelines, subshells and substitutions.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{DEEPEST, Evaluator, Flows};
use crate::eval::filters;
use crate::eval::state::{Flow, Status};
use crate::eval::value::{Reason, Value};
use crate::eval::world::{self, World};
use crate::syntax::shell::{Command, List, Pipeline};

impl Evaluator<'_> {
    pub(in crate::eval) fn pipeline(&mut self, world: World, pipeline: &Pipeline) -> Flows {
        if let [command] = pipeline.commands.as_slice() {
            self.conditions += usize::from(pipeline.negated);
            let mut flows = self.command(world, command);
            self.conditions -= usize::from(pipeline.negated);
            for (_, flow) in &mut flows {
                if let (Flow::Next(status), true) = (*flow, pipeline.negated) {
                    *flow = Flow::Next(status.negated());
                }
            }
            return flows;
        }
        let mut world = world;
        let mut status = Status::SUCCESS;
        let output = world.output.clone();
        let input = world.state.input.clone();
        let pipefail = world.state.pipefail;
        for (i, command) in pipeline.commands.iter().enumerate() {
            // What it prints is of use where the next one reads it.
            let next = pipeline.commands.get(i + 1);
            world.output = match next {
                Some(next) => reads(next).then(Value::default),
                None => output.clone().map(|_| Value::default()),
            };
            let before = status;
            let command = |shell: &mut Self, inner| shell.command(inner, command);
            (world, status) = if next.is_some() && !pipefail {
                self.harmless(|shell| shell.subshell(world, command))
            } else {
                self.subshell(world, command)
            };
            if pipefail && status.success() == Some(true) {
                status = before;
            }
            if next.is_some() {
                world.state.input = world.output.take();
            }
        }
        let printed = std::mem::replace(&mut world.output, output);
        world.state.input = input;
        if let (Some(output), Some(printed)) = (&mut world.output, printed) {
            output.push(printed);
        }
        if pipeline.negated {
            status = status.negated();
        }
        vec![(world, Flow::Next(status))]
    }

    /// Runs something that can't change this shell, and gives its status.
    pub(in crate::eval) fn subshell(
        &mut self,
        world: World,
        run: impl FnOnce(&mut Self, World) -> Flows,
    ) -> (World, Status) {
        let mut inner = world.clone();
        inner.state.traps = Rc::default();
        let flows = run(self, inner);
        let flows = self.trapped(flows);
        let mut world = world;
        let mut done = BTreeMap::new();
        let mut plain: BTreeSet<usize> = BTreeSet::new();
        let mut status = None;
        let mut outputs: Vec<Option<Value>> = Vec::new();
        let mut supposed = (*world.supposed).clone();
        for (inner, flow) in flows {
            if inner.state.input != world.state.input {
                // It read from what we would read from.
                world.state.input = None;
            }
            world::add(&mut done, &inner.done);
            supposed.extend(
                inner
                    .supposed
                    .iter()
                    .map(|(step, names)| (*step, names.clone())),
            );
            if inner.given != world.given {
                // What only it did, it did because of the variable.
                for step in inner
                    .done
                    .keys()
                    .filter(|step| !world.done.contains_key(step))
                {
                    supposed.entry(*step).or_insert_with(|| inner.given.clone());
                }
            } else {
                plain.extend(
                    inner
                        .done
                        .keys()
                        .filter(|step| !inner.supposed.contains_key(step)),
                );
            }
            let ended = match flow {
                Flow::Next(status) | Flow::Return(status) | Flow::Exit(status) => status,
                Flow::Break(_) | Flow::Continue(_) => Status::SUCCESS,
            };
            status = Some(status.map_or(ended, |status| {
                if status == ended {
                    status
                } else {
                    Status::Unknown
                }
            }));
            if !outputs.contains(&inner.output) {
                outputs.push(inner.output);
            }
        }
        if !done.is_empty() {
            world.done = Rc::new(done);
        }
        supposed.retain(|step, _| !plain.contains(step));
        if *world.supposed != supposed {
            world.supposed = Rc::new(supposed);
        }
        if world.output.is_some() {
            world.output = match outputs.as_slice() {
                [one] => one.clone(),
                _ => Some(Value::unknown(Reason::Output)),
            };
        }
        (world, status.unwrap_or(Status::Unknown))
    }

    /// What a list prints, and its status.
    pub(in crate::eval) fn capture(&mut self, world: &mut World, list: &List) -> (Value, Status) {
        if self.depth >= DEEPEST || self.budget == 0 {
            let span = list
                .first()
                .map(|statement| statement.span)
                .unwrap_or_default();
            self.trace.gap(
                self.source(),
                span,
                "the script takes too many steps to be followed further",
            );
            return (Value::unknown(Reason::Output), Status::Unknown);
        }
        self.budget -= 1;
        self.depth += 1;
        let outer = world.output.take();
        let mut inner = world.clone();
        inner.output = Some(Value::default());
        // bash does not hand `set -e` on to it. dash and BusyBox do, and there it counts even inside
        // of a condition.
        inner.state.errexit &= !world.state.extended;
        let conditions = self.conditions;
        if !world.state.extended {
            self.conditions = 0;
        }
        let (after, status) =
            self.harmless(|shell| shell.subshell(inner, |shell, inner| shell.list(inner, list)));
        self.conditions = conditions;
        self.depth -= 1;
        world.state.input = after.state.input;
        world.done = after.done;
        world.supposed = after.supposed;
        world.output = outer;
        (
            crate::eval::expand::trimmed(after.output.unwrap_or_default()),
            status,
        )
    }
}

/// Whether a command behind `|` is one that the account knows how to read for.
fn reads(command: &Command) -> bool {
    match command {
        Command::Compound(_) => true,
        Command::Simple(simple) => {
            let name = simple.words.first().and_then(|word| word.literal());
            name.is_some_and(|name| {
                matches!(name.as_str(), "read" | "mapfile" | "readarray") || filters::reads(&name)
            })
        }
        _ => false,
    }
}
