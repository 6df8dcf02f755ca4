//! Commands that are not the shell's own: scripts of the image, programs that run others, and the
//! few whose output is known.

mod printed;
mod shells;
mod started;
mod wrappers;

use std::collections::BTreeMap;
use std::rc::Rc;

pub(super) use self::shells::fresh;
use super::command::Redirects;
use super::control::{Evaluator, Flows};
use super::managed::Managed;
use super::output::filed;
use super::state::{Flow, Status};
use super::trace::Step;
use super::trace::Written;
use super::value::Value;
use super::world::World;
use crate::programs::programs;
use crate::source::{Origin, SourceId};
use crate::syntax::shell::List;

/// How a command is called.
#[derive(Clone)]
pub(super) struct Call {
    /// The command as written; none for what an instruction names as JSON.
    pub(super) written: Option<Written>,
    /// Its redirections.
    pub(super) redirects: Redirects,
    /// Whether it takes the place of the shell.
    pub(super) exec: bool,
    /// Whether nothing of the shell that started it goes on: what it runs takes its place, even
    /// behind a wrapper.
    pub(super) last: bool,
    /// Where its first word stands.
    pub(super) origin: Origin,
}

impl Call {
    /// The same for the command behind a wrapper.
    fn behind(&self) -> Self {
        Self {
            exec: false,
            ..self.clone()
        }
    }
}

impl Evaluator<'_> {
    /// A command that is not the shell's own.
    pub(super) fn outside(&mut self, world: World, argv: Vec<Value>, call: &Call) -> Flows {
        if self.is_too_deep() {
            return self.too_deep(world, call.origin);
        }
        let mut world = world;
        let mut argv = argv;
        // Of `$ROOT/bin/x` and of `$(which x)` the folder is not known, but the name is.
        if let Some(name) = argv.first().and_then(Value::name_behind_unknown) {
            argv[0] = name;
        }
        let mut call = call.clone();
        if let Some(origin) = argv.first().and_then(Value::origin) {
            call.origin = if call.written.is_some() && origin.source != call.origin.source {
                call.origin
            } else {
                origin
            };
        }
        let step = self.step_of(&world, argv.clone(), &call);
        let taken = filed(&call.redirects);
        if taken || step.program().as_deref() == Some("tee") {
            return self.kept(world, step, !taken, |shell, world, step| {
                shell.reached(world, step, argv, &call)
            });
        }
        let step = self.told(&mut world, step);
        self.reached(world, step, argv, &call)
    }

    /// What comes of a command that is the step of this number.
    fn reached(&mut self, world: World, step: usize, argv: Vec<Value>, call: &Call) -> Flows {
        let answered = std::mem::take(&mut self.stakes.answered);
        let outer = self.behind.replace(step);
        let ends = self.ends_start(&world, call);
        let wrapped = self.stakes.wrapped.replace(ends);
        let managed = self.starts(step, &argv, &world, call.origin);
        let mut flows = self.deeper(|shell| match managed.map(Rc::new) {
            Some(managed) => {
                let supposed = !world.given.is_empty();
                shell.trace.starts(step, managed.clone(), supposed);
                shell.managed(world, &managed, call)
            }
            None => shell.inner(world, argv, call),
        });
        self.stakes.wrapped = wrapped;
        self.stakes.answered = answered;
        self.behind = outer;
        if answered {
            flows = self.answered(step, flows);
        }
        if call.exec {
            for (_, flow) in &mut flows {
                if let Flow::Next(status) = *flow {
                    *flow = Flow::Exit(if status == Status::Unknown {
                        Status::SUCCESS
                    } else {
                        status
                    });
                }
            }
        }
        flows
    }

    /// What a command starts because files tell it to, with those that the steps before it write.
    fn starts(
        &mut self,
        number: usize,
        argv: &[Value],
        world: &World,
        origin: Origin,
    ) -> Option<Managed> {
        // Another way to the same step may have written other files.
        let after = self.trace.writers(&world.done);
        let steps = self.trace.steps();
        let after = after.iter().filter(|step| **step < number);
        let before: Vec<&Step> = after.filter_map(|step| steps.get(*step)).collect();
        self.host.starts(argv, &world.state, origin, &before)
    }

    /// What a command runs in its turn.
    fn inner(&mut self, world: World, argv: Vec<Value>, call: &Call) -> Flows {
        let texts: Vec<Option<String>> = argv.iter().map(Value::known).collect();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let Some(Some(word)) = words.first() else {
            self.trace.gap(
                call.origin.source,
                call.origin.span,
                "which command this is is only known while it runs: it is not followed",
            );
            return self.ends(world, Status::Unknown);
        };
        let path = if word.contains('/') {
            world.state.absolute(word)
        } else {
            self.host.find(word, &world.state)
        };
        let script = path
            .as_deref()
            .and_then(|path| self.script_at(&world, path));
        if let Some(script) = script {
            return self.process(
                world,
                &script,
                path.as_deref().unwrap_or_default(),
                &argv,
                call.last,
            );
        }
        let name = word.rsplit('/').next().unwrap_or_default();
        if let Some(wrapped) = programs()
            .wrapper(name)
            .and_then(|wrapper| wrapper.parse(&words))
        {
            return self.wrapped(world, &argv, &words, &wrapped, call);
        }
        if let Some(switch) = programs()
            .switcher(name)
            .and_then(|switcher| switcher.parse(&words))
        {
            return self.switched(world, &argv, &words, switch, call);
        }
        if programs().tools().is_shell(name) {
            return self.shell(world, &argv, &words, call);
        }
        match name {
            "find" => self.find_exec(world, &argv, &words, call),
            "xargs" => self.xargs(world, &argv, &words, call),
            "run-parts" => self.run_parts(world, &words, call),
            _ => self.prints(world, name, &argv, &words),
        }
    }

    fn ends(&self, world: World, status: Status) -> Flows {
        vec![(world, Flow::Next(status))]
    }

    /// Something that runs in a process of its own; the last thing that happens, if `last`.
    pub(super) fn apart(
        &mut self,
        world: World,
        last: bool,
        run: impl FnOnce(&mut Self, World) -> Flows,
    ) -> Flows {
        if last && (world.output.is_none() || world.filed) {
            return super::control::ends(run(self, world));
        }
        let (world, status) = self.subshell(world, run);
        vec![(world, Flow::Next(status))]
    }
}

/// The trees of the texts that were parsed, by where they begin and what they are.
pub(super) type Parsed = BTreeMap<(SourceId, usize, String), Rc<List>>;
