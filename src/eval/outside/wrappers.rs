//! Programs that run one other: in another environment, or as another account.

use std::rc::Rc;

use super::{Call, fresh};
use crate::eval::control::{Evaluator, Flows};
use crate::eval::state::Status;
use crate::eval::value::Value;
use crate::eval::world::World;
use crate::programs::{Inner, Switch, Words, Wrapped, programs};

impl Evaluator<'_> {
    /// The command behind a wrapper, in the environment that it gives.
    pub(super) fn wrapped(
        &mut self,
        world: World,
        argv: &[Value],
        words: &Words,
        wrapped: &Wrapped,
        call: &Call,
    ) -> Flows {
        if let Some(text) = wrapped.text.and_then(|at| argv.get(at)) {
            return self.apart(world, call.last, |shell, world| {
                let mut world = world;
                world.state = fresh(&world.state);
                shell.as_process(|shell| shell.text(world, text, call.origin, None))
            });
        }
        let mut inner: Vec<Value> = Vec::new();
        if let Some(value) = wrapped.split.as_ref().and_then(|part| argv.get(part.index)) {
            inner.extend(value.split());
        }
        inner.extend(
            argv.get(wrapped.first..)
                .unwrap_or_default()
                .iter()
                .cloned(),
        );
        if inner.is_empty() {
            return self.ends(world, Status::Unknown);
        }
        let unset: Vec<String> = wrapped
            .unset
            .iter()
            .filter_map(|part| part.text(words).map(str::to_owned))
            .collect();
        self.apart(world, call.last, |shell, world| {
            let mut world = world;
            if wrapped.clears_environment {
                let names: Vec<Rc<str>> = world.state.variables().names().cloned().collect();
                names.iter().for_each(|name| world.state.unset(name));
            }
            unset.iter().for_each(|name| world.state.unset(name));
            for assigned in wrapped.assignments.iter().filter_map(|at| argv.get(*at)) {
                if let Some(name) = shell.assign_word(&mut world, assigned) {
                    world.state.export(&name);
                }
            }
            shell.outside(world, inner, &call.behind())
        })
    }

    /// The command behind a program that becomes another account.
    pub(super) fn switched(
        &mut self,
        world: World,
        argv: &[Value],
        words: &Words,
        switch: Switch,
        call: &Call,
    ) -> Flows {
        let account = switch
            .account
            .as_ref()
            .and_then(|part| part.text(words))
            .map(str::to_owned);
        let user = match programs().is_trusted(words.first().copied().flatten().unwrap_or_default())
        {
            // What it does instead of switching is its own affair.
            true => world.state.user.clone(),
            false => (self.host).switched(&world.state.user, account.as_deref(), switch.setuid),
        };
        let inner = switch.inner;
        self.apart(world, call.last, |shell, world| {
            let mut world = world;
            world.state.user = user;
            match inner {
                Inner::Words(first) if first < argv.len() => {
                    shell.outside(world, argv[first..].to_vec(), &call.behind())
                }
                Inner::Text(part) => match argv.get(part.index) {
                    Some(text) => {
                        world.state = fresh(&world.state);
                        shell.as_process(|shell| shell.text(world, text, call.origin, None))
                    }
                    None => shell.ends(world, Status::Unknown),
                },
                Inner::Exec { path, arguments } => {
                    let mut inner: Vec<Value> = argv
                        .get(path.index)
                        .map(|word| part_of(word, &path))
                        .into_iter()
                        .collect();
                    inner.extend(argv.get(arguments..).unwrap_or_default().iter().cloned());
                    shell.outside(world, inner, &call.behind())
                }
                // It reads what to do from its input, if it is given any.
                Inner::Shell => {
                    let name = "/bin/sh";
                    shell.shell(world, &[Value::text(name)], &[Some(name)], &call.behind())
                }
                Inner::Words(_) => shell.ends(world, Status::Unknown),
            }
        })
    }
}

/// A part of a word that a table found in it.
fn part_of(word: &Value, part: &crate::programs::WordPart) -> Value {
    match &part.range {
        Some(range) => word.slice(range.clone()).unwrap_or_else(|| word.clone()),
        None => word.clone(),
    }
}
