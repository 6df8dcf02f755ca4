//! What runs in a process of its own: pipelines, subshells and substitutions.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{DEEPEST, Evaluator, Flows};
use crate::eval::output::either;
use crate::eval::state::{Flow, Status};
use crate::eval::value::{Reason, Value};
use crate::eval::world::{Shares, World};
use crate::programs::programs;
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
        let filed = world.filed;
        let input = world.state.input.clone();
        let pipefail = world.state.pipefail;
        for (i, command) in pipeline.commands.iter().enumerate() {
            // What it prints is of use where the next one reads it.
            let next = pipeline.commands.get(i + 1);
            world.output = match next {
                Some(next) => reads(next).then(Value::default),
                None => output.clone().map(|_| Value::default()),
            };
            world.filed = filed && next.is_none();
            let before = status;
            let command = |shell: &mut Self, inner| shell.command(inner, command);
            let counts = next.is_none() || pipefail;
            let ends = counts && (self.stakes.dies || self.uncaught(&world));
            let run = |shell: &mut Self| shell.forked(ends, |shell| shell.subshell(world, command));
            self.piped += usize::from(next.is_some());
            (world, status) = match counts {
                true => run(self),
                false => self.harmless(run),
            };
            self.piped -= usize::from(next.is_some());
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
        if let Some(supposed) = supposed_in(&world, &flows) {
            world.supposed = Rc::new(supposed);
        }
        let mut done: Option<Shares> = None;
        let mut status = None;
        let mut outputs: Vec<Option<Value>> = Vec::new();
        for (inner, flow) in flows {
            if inner.state.input != world.state.input {
                // It read from what we would read from.
                world.state.input = None;
            }
            match &mut done {
                Some(done) => done.add(&inner.done),
                None => done = Some(inner.done),
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
        if let Some(done) = done {
            world.done = done;
        }
        if world.output.is_some() {
            let filed = world.filed;
            let outputs = outputs.into_iter().flatten();
            world.output = outputs.reduce(|one, other| match filed {
                true => either(one, &other),
                false => Value::unknown(Reason::Output),
            });
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
        inner.filed = false;
        // bash does not hand `set -e` on to it. dash and BusyBox do, and there it counts even inside
        // of a condition.
        inner.state.errexit &= !world.state.extended;
        let conditions = self.conditions;
        if !world.state.extended {
            self.conditions = 0;
        }
        self.piped += 1;
        let (after, status) =
            self.harmless(|shell| shell.subshell(inner, |shell, inner| shell.list(inner, list)));
        self.piped -= 1;
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

/// The steps that a process does only where variables are given, from what it was started in and the
/// ways that it went; none where that is what it was before.
fn supposed_in(before: &World, flows: &Flows) -> Option<BTreeMap<usize, Rc<Vec<Rc<str>>>>> {
    let as_before = |world: &World| {
        world.given == before.given && Rc::ptr_eq(&world.supposed, &before.supposed)
    };
    if before.supposed.is_empty() && flows.iter().all(|(world, _)| as_before(world)) {
        return None;
    }
    let mut plain: BTreeSet<usize> = BTreeSet::new();
    let mut supposed = (*before.supposed).clone();
    for (inner, _) in flows {
        let more = inner.supposed.iter();
        supposed.extend(more.map(|(step, names)| (*step, names.clone())));
        let done = inner.done.steps();
        if inner.given == before.given {
            plain.extend(done.filter(|step| !inner.supposed.contains_key(step)));
        } else {
            // What only it did, it did because of the variable.
            for step in done.filter(|step| !before.done.contains(*step)) {
                supposed.entry(step).or_insert_with(|| inner.given.clone());
            }
        }
    }
    supposed.retain(|step, _| !plain.contains(step));
    Some(supposed)
}

/// Whether a command behind `|` is one that the account knows how to read for.
fn reads(command: &Command) -> bool {
    match command {
        Command::Compound(_) => true,
        Command::Simple(simple) => {
            let name = simple.words.first().and_then(|word| word.literal());
            name.is_some_and(|name| {
                matches!(name.as_str(), "read" | "mapfile" | "readarray")
                    || programs().tools().reads(&name)
            })
        }
        _ => false,
    }
}
