//! `.` and `source`.

use std::rc::Rc;

use crate::eval::control::{Evaluator, Flows};
use crate::eval::state::{Content, Flow, Status, Variable};
use crate::eval::value::{Reason, Value};
use crate::eval::world::World;
use crate::syntax::shell::Simple;

impl Evaluator<'_> {
    pub(super) fn sourced(&mut self, world: World, simple: &Rc<Simple>, argv: &[Value]) -> Flows {
        let path = argv.get(1).and_then(Value::known).and_then(|path| {
            if path.contains('/') {
                world.state.absolute(&path)
            } else {
                self.host
                    .find(&path, &world.state)
                    .or(world.state.absolute(&path))
            }
        });
        let script = path
            .as_deref()
            .and_then(|path| self.script_at(&world, path));
        let Some(script) = script else {
            let known = crate::eval::sourced::variables(path.as_deref().unwrap_or_default());
            if !known.is_empty() {
                let mut world = world;
                for (name, value) in known {
                    if world.state.variable(name).is_none() {
                        world
                            .state
                            .put(name, Variable::exported(Value::text(value)));
                    }
                }
                return vec![(world, Flow::Next(Status::SUCCESS))];
            }
            self.trace.gap(
                self.source(),
                simple.span,
                "what is sourced here is not part of the context: it is not followed",
            );
            let mut world = world;
            match crate::eval::sourced::names(path.as_deref().unwrap_or_default()) {
                Some(names) => {
                    for name in names {
                        world
                            .state
                            .set(name, Content::Scalar(Value::unknown(Reason::Output)));
                    }
                }
                None => world.state.elsewhere = Some(self.origin(simple)),
            }
            return vec![(world, Flow::Next(Status::Unknown))];
        };
        let mut world = world;
        let outer = (argv.len() > 2)
            .then(|| std::mem::replace(&mut world.state.positional, Rc::new(argv[2..].to_vec())));
        let name = argv.get(1).cloned();
        let mut flows = self.as_source(|shell| shell.script_text(world, &script, name));
        for (world, flow) in &mut flows {
            if let Some(outer) = &outer {
                world.state.positional = outer.clone();
            }
            if let Flow::Return(status) = *flow {
                *flow = Flow::Next(status);
            }
        }
        flows
    }
}
