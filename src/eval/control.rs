//! Lists and commands: the order in which they are reached. What each kind of command does to that
//! order has a file of its own.

mod branches;
mod calls;
mod giving_up;
mod leaving;
mod loops;
mod processes;
mod questions;
mod stakes;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use self::stakes::Stakes;
pub(super) use self::worlds::ends;
use self::worlds::{join, look_back};
use super::host::Host;
use super::state::{Content, Defined, Flow, State, Status};
use super::trace::Trace;
use super::value::{Reason, Value};
use super::world::World;
use crate::source::{Origin, SourceId};
use crate::syntax::shell::{Command, Compound, CompoundKind, List, Simple, Statement};

/// How many statements are looked at before the account ends.
const STEPS: usize = 10_000;
/// How many of them in runs that need a variable which nobody sets.
const SUPPOSED_STEPS: usize = 4_000;
/// How deep functions, scripts and substitutions call each other.
const DEEPEST: usize = 80;
/// How deep functions call each other.
const CALLS: usize = 30;
/// How many worlds go on beside each other.
const WORLDS: usize = 48;
/// How often a loop is gone through.
const ROUNDS: usize = 256;

/// What is said where worlds are given up that suppose a variable.
const UNFOLLOWED: &str =
    "not every run that needs a variable which nobody sets is followed further";

/// What goes on after a command, in each of the worlds that it leads to.
pub(super) type Flows = Vec<(World, Flow)>;

/// A shell that runs scripts in the mind.
pub(super) struct Evaluator<'h> {
    pub(super) host: &'h mut dyn Host,
    /// The account so far.
    pub(super) trace: Trace,
    /// Variables without which the script ends with an error.
    pub(super) required: BTreeSet<Rc<str>>,
    /// How many of them are known before: with one more the account is begun anew, and nothing that
    /// is still to come in this one counts.
    pub(super) enough: usize,
    frames: Vec<Frame>,
    functions: Vec<Rc<str>>,
    /// How many of the functions were running when the running shell was started.
    process: usize,
    pub(super) budget: usize,
    supposed_budget: usize,
    depth: usize,
    /// Inside of so many conditions, where `set -e` does not count.
    conditions: usize,
    /// Unset variables that were looked at since this was emptied last.
    unset: Vec<Rc<str>>,
    /// Those for want of which a variable was set that was looked at, likewise.
    pub(super) wanting: Vec<Rc<str>>,
    /// Those of them that the last condition looked at.
    pub(super) decided: Vec<Rc<str>>,
    /// An expansion of the command at hand ended the shell.
    pub(super) ended: bool,
    /// The status of the last command substitution of the command at hand.
    pub(super) substituted: Option<Status>,
    /// Inside of so many commands with `||` behind them.
    pub(super) tolerated: usize,
    /// Inside of so many commands whose output another one reads.
    pub(super) piped: usize,
    /// Inside of so many commands with `&` behind them.
    pub(super) background: usize,
    pub(super) parsed: super::outside::Parsed,
    /// What hangs on the command at hand.
    pub(super) stakes: Stakes,
    /// The step that a wrapper is, while what it runs is looked at.
    pub(super) behind: Option<usize>,
}

/// The text that is running.
pub(super) struct Frame {
    pub(super) source: SourceId,
    pub(super) script: Rc<List>,
    pub(super) name: Option<Value>,
    /// It is a function of another file than the one that calls it, or is called by one.
    pub(super) library: bool,
}

impl<'h> Evaluator<'h> {
    /// Whether a command stands in its script where every run that comes so far comes to it.
    pub(super) fn is_unconditional(&self, simple: &Simple) -> bool {
        let script = self.frames.last().map(|frame| &frame.script);
        let mut statements = script.into_iter().flat_map(|list| list.iter());
        statements.any(|statement| match &statement.command {
            Command::Simple(own) => std::ptr::eq(Rc::as_ptr(own), simple),
            _ => false,
        })
    }

    /// A shell on a system.
    pub(super) fn new(host: &'h mut dyn Host) -> Self {
        Self {
            host,
            trace: Trace::default(),
            required: BTreeSet::new(),
            enough: usize::MAX,
            frames: Vec::new(),
            functions: Vec::new(),
            process: 0,
            budget: STEPS,
            supposed_budget: SUPPOSED_STEPS,
            depth: 0,
            conditions: 0,
            unset: Vec::new(),
            wanting: Vec::new(),
            decided: Vec::new(),
            ended: false,
            substituted: None,
            tolerated: 0,
            piped: 0,
            background: 0,
            parsed: BTreeMap::new(),
            stakes: Stakes::default(),
            behind: None,
        }
    }

    /// The file whose text is running.
    pub(super) fn source(&self) -> SourceId {
        self.frames.last().map_or(SourceId(0), |frame| frame.source)
    }

    /// Whether what is running is a function that another file brings.
    pub(super) fn in_library(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.library)
    }

    /// The script whose text is running.
    pub(super) fn script(&self) -> Rc<List> {
        self.frames
            .last()
            .map(|frame| frame.script.clone())
            .unwrap_or_default()
    }

    /// An unset variable was looked at.
    pub(super) fn look_at_unset(&mut self, name: &str) {
        if is_environment_name(name) && !self.unset.iter().any(|seen| **seen == *name) {
            self.unset.push(name.into());
        }
    }

    /// A variable was looked at: perhaps it was set because another one is missing.
    pub(super) fn look_at(&mut self, state: &State, name: &str) {
        let variable = state.variable(name);
        if let Some(missing) = variable.and_then(|variable| variable.for_want_of.as_ref()) {
            self.wanting.push(missing.clone());
        }
    }

    /// `${NAME:?}`, or `$NAME` with `set -u`: without it the script ends. What the environment
    /// can give is required, and taken for given; nothing else helps.
    pub(super) fn demanded(&mut self, world: &World, name: &str) -> Value {
        let special = name.starts_with(|c: char| !(c.is_ascii_alphabetic() || c == '_'));
        if special || (self.stakes.forked && !self.stakes.process) {
            self.ended = true;
        } else if world.given.is_empty() {
            self.required.insert(name.into());
        }
        Value::unknown(Reason::Given(name.into()))
    }

    /// Statements one after another.
    pub(super) fn list(&mut self, world: World, list: &List) -> Flows {
        let mut going = vec![world];
        let mut ended = Flows::new();
        for statement in list {
            let mut next = Vec::new();
            for world in going {
                for (mut world, flow) in self.statement(world, statement) {
                    match flow {
                        Flow::Next(status) => {
                            world.state.status = status;
                            join(&mut next, world);
                        }
                        flow => ended.push((world, flow)),
                    }
                }
            }
            going = self.thin(next, statement.span);
            if going.is_empty() {
                return ended;
            }
        }
        ended.extend(going.into_iter().map(|world| {
            let status = if list.is_empty() {
                Status::SUCCESS
            } else {
                world.state.status
            };
            (world, Flow::Next(status))
        }));
        ended
    }

    fn statement(&mut self, world: World, statement: &Statement) -> Flows {
        if self.required.len() > self.enough {
            return Vec::new();
        }
        if !world.given.is_empty() {
            // What might be given is looked at as far as there is time; the run without it is not
            // to suffer from that.
            if self.supposed_budget == 0 {
                self.trace.gap(self.source(), statement.span, UNFOLLOWED);
                return Vec::new();
            }
            self.supposed_budget -= 1;
        } else if self.budget == 0 {
            self.trace.gap(
                self.source(),
                statement.span,
                "the script takes too many steps to be followed further",
            );
            return vec![(world, Flow::Exit(Status::Unknown))];
        }
        if world.given.is_empty() {
            self.budget -= 1;
        }
        if statement.background {
            // What goes to the background can't change this shell.
            self.background += 1;
            let (world, _) = self.harmless(|shell| {
                shell.subshell(world, |shell, inner| {
                    shell.command(inner, &statement.command)
                })
            });
            self.background -= 1;
            return vec![(world, Flow::Next(Status::SUCCESS))];
        }
        self.checked(world, &statement.command)
    }

    /// A command whose failure ends a shell with `set -e`.
    fn checked(&mut self, world: World, command: &Command) -> Flows {
        let looked_at = world.looked_at.clone();
        let mut flows = self.command(world, command);
        let counts = match command {
            Command::Simple(_) => true,
            Command::Pipeline(pipeline) => !pipeline.negated,
            Command::Compound(compound) => {
                matches!(
                    compound.kind,
                    CompoundKind::Subshell(_) | CompoundKind::Test(_) | CompoundKind::Arithmetic(_)
                )
            }
            Command::AndOr(_) | Command::Function(_) => false,
        };
        if counts && self.conditions == 0 {
            for (world, flow) in &mut flows {
                let Flow::Next(status) = *flow else { continue };
                if !world.state.errexit || status.success() != Some(false) {
                    continue;
                }
                if self.host.trusting() {
                    // A build that is there came to its end: it knew better than the model.
                    *flow = Flow::Next(Status::Unknown);
                } else {
                    *flow = Flow::Exit(status);
                    if self.stakes.process {
                        self.failed(world);
                    }
                }
            }
        }
        look_back(&mut flows, &looked_at);
        flows
    }

    /// A world ended with an error: what its conditions looked at in vain, it requires.
    pub(super) fn failed(&mut self, world: &World) {
        if world.given.is_empty() && world.weight > 0 && !self.host.trusting() {
            self.required.extend(world.looked_at.first().cloned());
        }
    }

    /// Any command.
    pub(super) fn command(&mut self, world: World, command: &Command) -> Flows {
        if self.is_too_deep() {
            let origin = Origin {
                source: self.source(),
                span: command.span(),
            };
            return self.too_deep(world, origin);
        }
        self.depth += 1;
        let flows = match command {
            Command::Simple(simple) => self.simple(world, simple),
            Command::Pipeline(pipeline) => self.pipeline(world, pipeline),
            Command::AndOr(and_or) => self.and_or(world, and_or),
            Command::Compound(compound) => self.compound(world, compound),
            Command::Function(function) => {
                let mut world = world;
                let defined = Defined {
                    function: function.clone(),
                    source: self.source(),
                };
                world.state.define(&function.name, defined);
                vec![(world, Flow::Next(Status::SUCCESS))]
            }
        };
        self.depth -= 1;
        flows
    }

    /// Whether nothing that lies deeper is looked at.
    pub(super) fn is_too_deep(&self) -> bool {
        self.depth >= DEEPEST
    }

    /// What goes on after a command that lies too deep.
    pub(super) fn too_deep(&mut self, world: World, at: Origin) -> Flows {
        self.trace.gap(
            at.source,
            at.span,
            "commands are nested too deeply to be followed further",
        );
        vec![(world, Flow::Next(Status::Unknown))]
    }

    /// Runs something one level deeper: what a wrapper runs in its turn.
    pub(super) fn deeper(&mut self, run: impl FnOnce(&mut Self) -> Flows) -> Flows {
        self.depth += 1;
        let flows = run(self);
        self.depth -= 1;
        flows
    }

    fn compound(&mut self, world: World, compound: &Compound) -> Flows {
        let mut world = world;
        if !compound.redirects.is_empty() {
            let redirects = self.redirects(&mut world, &compound.redirects);
            let span = compound.redirects.first().map(|redirect| redirect.span);
            let simple = Rc::new(Simple {
                span: span.unwrap_or(compound.span),
                redirects: compound.redirects.clone(),
                ..Simple::default()
            });
            return self.fed(world, &redirects, |shell, world| {
                shell.printing(world, &simple, &redirects, |shell, world| {
                    shell.body(world, compound)
                })
            });
        }
        self.body(world, compound)
    }

    fn body(&mut self, world: World, compound: &Compound) -> Flows {
        let mut world = world;
        match &compound.kind {
            CompoundKind::Group(list) => self.list(world, list),
            CompoundKind::Other(list) => {
                self.trace.gap(
                    self.source(),
                    compound.span,
                    "what a coprocess says and hears is not followed",
                );
                let (mut world, _) = self.harmless(|shell| {
                    shell.subshell(world, |shell, inner| shell.list(inner, list))
                });
                world.state.set("COPROC", Content::Unknown);
                vec![(world, Flow::Next(Status::SUCCESS))]
            }
            CompoundKind::Select {
                variable,
                words,
                body,
            } => self.choose(world, compound.span, variable, words.as_deref(), body),
            CompoundKind::Subshell(list) => {
                let stakes = self.stakes;
                self.stakes = Stakes {
                    process: stakes.dies || self.uncaught(&world),
                    forked: true,
                    ..Stakes::default()
                };
                let (world, status) = self.subshell(world, |shell, inner| shell.list(inner, list));
                self.stakes = stakes;
                vec![(world, Flow::Next(status))]
            }
            CompoundKind::If {
                branches,
                otherwise,
            } => self.branches(world, branches, otherwise.as_ref()),
            CompoundKind::While {
                until,
                condition,
                body,
            } => self.repeat(
                world,
                &mut |shell, world, ended| {
                    let answers = shell.question(world, ended, &mut |shell, world| {
                        shell.list(world, condition)
                    });
                    answers
                        .into_iter()
                        .map(|(answer, world)| (answer != *until, world))
                        .collect()
                },
                body,
            ),
            CompoundKind::For {
                variable,
                words,
                body,
            } => self.each(world, variable, words.as_deref(), body),
            CompoundKind::ArithmeticFor {
                init,
                condition,
                step,
                body,
            } => {
                if let Some(init) = init {
                    self.number(&mut world, init);
                }
                let mut first = true;
                self.repeat(
                    world,
                    &mut |shell, mut world, _| {
                        if let (false, Some(step)) = (std::mem::take(&mut first), step) {
                            shell.number(&mut world, step);
                        }
                        match condition
                            .as_ref()
                            .map(|condition| shell.number(&mut world, condition))
                        {
                            None => vec![(true, world)],
                            Some(Some(number)) => vec![(number != 0, world)],
                            Some(None) => {
                                let (yes, no) = world.split();
                                vec![(true, yes), (false, no)]
                            }
                        }
                    },
                    body,
                )
            }
            CompoundKind::Case { word, arms } => self.case(world, word, arms),
            CompoundKind::Test(test) => {
                let answer = self.test(&mut world, test);
                vec![(world, Flow::Next(Status::of(answer)))]
            }
            CompoundKind::Arithmetic(expression) => {
                let number = self.number(&mut world, expression);
                vec![(world, Flow::Next(Status::of(number.map(|n| n != 0))))]
            }
        }
    }
}

/// Whether a variable of this name is one that is given when a container is started: `POSTGRES_DB`.
pub(super) fn is_environment_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && chars.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
