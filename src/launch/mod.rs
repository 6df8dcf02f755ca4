//! What runs when the target starts the image: the commands that are reached, each with its effect
//! and whether it fails there.

mod access;
mod effects;
mod host;
mod layout;
mod serving;

pub use access::{Obstacle, writable};
pub use effects::{Effect, Manner, Written};
pub use serving::Serving;

use std::rc::Rc;

use crate::eval::{self, Gap, State, Step, User, Value, Variable};
use crate::image::{Image, Scripts};
use crate::source::Origin;
use crate::target::Target;

/// The account of a start.
#[derive(Debug)]
pub struct Launch {
    /// What the platform executes: ENTRYPOINT and CMD, one behind the other.
    pub argv: Vec<Value>,
    /// Where that is written.
    pub origin: Origin,
    /// Who runs it.
    pub user: User,
    /// Where it starts.
    pub directory: String,
    /// What is reached, in its order.
    pub steps: Vec<LaunchStep>,
    /// What could not be followed, and why.
    pub gaps: Vec<Gap>,
    /// Variables without which the start ends with an error.
    pub required: Vec<Rc<str>>,
    /// The server that it comes to.
    pub serving: Option<Serving>,
}

/// A command that is reached.
#[derive(Debug)]
pub struct LaunchStep {
    /// The command.
    pub step: Step,
    /// What it does that matters.
    pub effect: Effect,
    /// The paths that it has to be able to write.
    pub writes: Vec<Written>,
    /// Why it fails on the target: the words that people see.
    pub fails: Option<String>,
}

/// Works out what the target starts. An image without a command starts nothing.
pub fn launch(image: &Image, target: &'static Target, scripts: &Scripts<'_>) -> Option<Launch> {
    let config = &image.config;
    let parts = [config.entrypoint.as_ref(), config.command.as_ref()];
    let argv: Vec<Value> = parts
        .iter()
        .flatten()
        .flat_map(|command| command.argv.iter().cloned())
        .collect();
    if argv.is_empty() || image.is_windows() {
        return None;
    }
    let origin = parts
        .iter()
        .flatten()
        .find_map(|command| command.origin)
        .unwrap_or(image.base_origin);
    let directory = config
        .directory
        .as_ref()
        .map_or_else(|| "/".to_owned(), |directory| directory.value.clone());
    let user = target.run_user(config.user.as_ref().map(|user| user.value.as_str()));
    let mut state = State::new(user.clone(), &directory);
    for (name, value) in &config.environment {
        state.put(name, Variable::exported(value.clone()));
    }
    if state.variable("PATH").is_none() {
        state.put(
            "PATH",
            Variable::exported(Value::text(&target.start.default_path)),
        );
    }
    for variable in &target.environment.set {
        let unknown = || Value::unknown(eval::Reason::Output);
        let value = variable.value.as_deref().map_or_else(unknown, Value::text);
        state.put(&variable.name, Variable::exported(value));
    }
    let mut host = host::LaunchHost {
        image,
        target,
        scripts,
    };
    let trace = eval::start(&mut host, &state, &argv, origin);
    let (gaps, required) = (trace.gaps.clone(), trace.required.clone());
    let judge = effects::Judge {
        image,
        target,
        scripts,
    };
    let steps: Vec<LaunchStep> = trace
        .into_steps()
        .into_iter()
        .map(|step| judge.step(step))
        .collect();
    let serving = serving::find(&judge, &steps);
    Some(Launch {
        argv,
        origin,
        user,
        directory,
        steps,
        gaps,
        required,
        serving,
    })
}
