//! What runs when the target starts the image: the commands that are reached, each with its effect
//! and whether it fails there.

mod absent;
mod access;
mod answering;
mod configured;
mod effects;
mod host;
mod identity;
mod judged;
mod known;
mod layout;
mod limits;
mod made;
mod managers;
mod refusals;
mod serving;
mod started;
mod stopping;
mod tried;
mod writes;

pub use access::{Obstacle, readable, unsearchable, writable};
pub use answering::{is_told_elsewhere, may_both_answer};
pub use effects::Effect;
pub use identity::Identity;
pub use known::{Known, What, is_configuration, speaks_of};
pub use limits::Raise;
pub use refusals::{Refusal, Why};
pub use serving::{Logged, Serving};
pub use stopping::Stopped;
pub use writes::Written;

use std::rc::Rc;

use crate::eval::{self, Gap, Host as _, State, Step, User, Value, Variable};
use crate::image::{Image, Scripts};
use crate::source::Origin;
use crate::target::{Follows, Target};

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
    /// The port that counts on the target: see [`Target::port`].
    pub port: Option<u16>,
    /// What is reached, in its order.
    pub steps: Vec<LaunchStep>,
    /// What could not be followed, and why.
    pub gaps: Vec<Gap>,
    /// Variables without which the start ends with an error.
    pub required: Vec<Rc<str>>,
    /// Where the script ends itself in every run.
    pub stopped: Option<Stopped>,
    /// The server that it comes to.
    pub serving: Option<Serving>,
    /// What else serves beside it.
    pub beside: Vec<Serving>,
    /// Servers that a script starts on its way to it: where they listen is not what the image is for,
    /// but they write as any other.
    pub passed: Vec<Serving>,
}

impl Launch {
    /// Whether it starts a script that could not be read, which may do anything.
    pub fn is_partly_read(&self) -> bool {
        self.steps.iter().any(|step| step.unread.is_some())
    }

    /// The servers that it comes to, the one that is meant first.
    pub fn servers(&self) -> impl Iterator<Item = &Serving> {
        self.serving.iter().chain(&self.beside)
    }

    /// Every server that it starts.
    pub fn all_servers(&self) -> impl Iterator<Item = &Serving> {
        self.servers().chain(&self.passed)
    }
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
    /// What it says because it may not do what it is there for.
    pub denied: Option<String>,
    /// Why it fails on the target, be it that or a path: the words that people see.
    pub fails: Option<String>,
    /// Why the kernel does not start it at all.
    pub refusals: Vec<Refusal>,
    /// Why the script that it starts could not be read.
    pub unread: Option<String>,
}

impl LaunchStep {
    /// Whether the script goes on after it by its own choice: `|| true`.
    pub fn is_tolerated(&self) -> bool {
        self.step.tolerated && !self.step.ends_start
    }

    /// Whether it fails only if what an image or an archive has brought is closed, of which nothing is
    /// known.
    pub fn is_doubtful(&self) -> bool {
        let mut obstacles = self.writes.iter().filter_map(|w| w.obstacle.as_ref());
        let blocked = self.writes.iter().any(|written| written.obstacle.is_some());
        self.denied.is_none() && blocked && !obstacles.any(|obstacle| obstacle.known)
    }
}

/// Works out what the target starts. An image without a command starts nothing.
pub fn launch(image: &Image, target: &Target, scripts: &Scripts<'_>) -> Option<Launch> {
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
    let first = parts.iter().flatten().next();
    let origin = first
        .and_then(|command| command.origin)
        .unwrap_or(image.base_origin);
    let directory = config
        .directory
        .as_ref()
        .map_or_else(|| "/".to_owned(), |directory| directory.value.clone());
    let user = target.run_user(config.user.as_ref().map(|user| user.value.as_str()));
    let mut state = State::new(user.clone(), &directory);
    for (name, value) in &config.environment {
        state.put(name, Variable::exported(value.clone()));
        // What the image sets may stand for something that is to be given: `ENV PASSWORD=change-me`.
        state.wanted(name, name);
    }
    if state.variable("PATH").is_none() {
        state.put(
            "PATH",
            Variable::exported(Value::text(&target.start.default_path)),
        );
    }
    let mut host = host::LaunchHost {
        image,
        target,
        scripts,
        judged: Default::default(),
        absent: absent::Absent::of(image),
        found: Default::default(),
        passed: Vec::new(),
    };
    let judge = host.judge();
    for variable in &target.environment.set {
        if variable.unless_set && state.variable(&variable.name).is_some() {
            continue;
        }
        let follows = variable.from.map(|from| match from {
            Follows::Port => judge.port().map(|port| port.to_string()),
            Follows::User => Some(user.to_string()),
            Follows::Home => host.home(&user.to_string()),
        });
        let value = follows.unwrap_or_else(|| variable.value.clone());
        let unknown = || Value::unknown(eval::Reason::Output);
        let value = value.as_deref().map_or_else(unknown, Value::text);
        state.put(&variable.name, Variable::exported(value));
    }
    let bare = config.command.is_none();
    let (trace, stopped) = stopping::follow(&mut host, &state, &argv, origin, bare);
    let (mut gaps, required) = (trace.gaps.clone(), trace.required.clone());
    let mut made = made::Made::default();
    let steps: Vec<LaunchStep> = trace
        .into_steps()
        .into_iter()
        .enumerate()
        .map(|(number, step)| judge.step(number, step, &mut made))
        .collect();
    let mut steps = told(steps);
    for number in 0..steps.len() {
        let opened = is_opened(&steps, number);
        let step = &mut steps[number];
        let Some(path) = started::started(&host, &step.step) else {
            continue;
        };
        // What a server's own script does is what is known of the server.
        if step.effect != Effect::Listen {
            step.unread = started::unread(image, scripts, &step.step, &path);
        }
        step.refusals = refusals::refusals(image, target, scripts, step, path, opened);
        if let Some(why) = step.unread.clone().filter(|_| step.refusals.is_empty()) {
            let origin = step.step.place();
            gaps.push(Gap { origin, why });
        }
    }
    let servers = serving::find(&judge, &steps, !gaps.is_empty());
    let passed = serving::passed(&judge, &steps, &servers);
    let mut servers = servers.into_iter();
    let serving = servers.next();
    Some(Launch {
        argv,
        origin,
        user,
        directory,
        port: judge.port(),
        steps,
        gaps,
        required,
        stopped,
        serving,
        beside: servers.collect(),
        passed,
    })
}

/// Whether what starts a step has made it executable.
fn is_opened(steps: &[LaunchStep], number: usize) -> bool {
    let step = &steps[number].step;
    let Some(outer) = step.behind.map(|outer| &steps[outer].step) else {
        return false;
    };
    let managed = outer.managed.as_ref().filter(|managed| managed.opens);
    outer.user == User::Root && managed.is_some_and(|managed| managed.child(step).is_some())
}

/// What a program cannot start as it is told fails there, and not at its own words.
fn told(steps: Vec<LaunchStep>) -> Vec<LaunchStep> {
    let fails: Vec<Option<String>> = steps
        .iter()
        .map(|step| {
            let outer = steps.get(step.step.behind?)?;
            let managed = outer.step.managed.as_ref()?;
            managed.child(&step.step)?.fails.clone()
        })
        .collect();
    let told = steps.into_iter().zip(fails);
    told.map(|(step, told)| LaunchStep {
        fails: told.or_else(|| step.fails.clone()),
        ..step
    })
    .collect()
}
