//! Programs that start other programs, as a configuration file or a folder tells them: supervisord,
//! runit, s6, npm. What they start is the host's to know; here it is run.

use super::control::{Evaluator, Flows};
use super::host::ScriptText;
use super::outside::Call;
use super::state::{Flow, Status, User, Variable};
use super::trace::{Gap, Step};
use super::value::{Reason, Value};
use super::world::World;
use crate::finding::Certainty;
use crate::source::Origin;
use crate::syntax::shell::Interpreter;

/// How many commands of one program are followed.
const MOST_CHILDREN: usize = 256;

/// What a program starts in its turn.
#[derive(Clone, Debug, Default)]
pub struct Managed {
    /// What it starts, in this order.
    pub children: Vec<Child>,
    /// What of it is not followed, and why.
    pub gaps: Vec<Gap>,
    /// As whom it is told to run itself, or what it starts.
    pub accounts: Vec<AccountSetting>,
    /// Files that it has to be able to write, or it does not start.
    pub writes: Vec<String>,
    /// Where it is told of such files.
    pub told: Vec<(String, Origin)>,
    /// As root, it makes what it starts executable first.
    pub opens: bool,
    /// It goes to the background, and the process that was started ends: the word that keeps it from that.
    pub leaves: Option<&'static str>,
}

impl Managed {
    /// One command, and nothing besides.
    pub fn of(child: Child) -> Self {
        Self {
            children: vec![child],
            ..Self::default()
        }
    }

    /// Nothing, because something at a place is not known.
    pub fn unknown(origin: Origin, why: &str) -> Self {
        let mut managed = Self::default();
        managed.gap(origin, why);
        managed
    }

    /// The command that a step is, if it is one of these.
    pub fn child(&self, step: &Step) -> Option<&Child> {
        let mut children = self.children.iter();
        children.find(|child| child.is(&step.argv, step.origin))
    }

    /// Notes that something is not followed further.
    pub fn gap(&mut self, origin: Origin, why: &str) {
        self.gaps.push(Gap {
            origin,
            why: why.to_owned(),
        });
    }
}

/// A command that a program starts.
#[derive(Clone, Debug)]
pub struct Child {
    /// What it runs.
    pub command: ChildCommand,
    /// Where that is said.
    pub origin: Origin,
    /// As whom, if not as whoever starts it.
    pub user: Option<User>,
    /// Where, if not where the program itself is.
    pub directory: Option<String>,
    /// What the environment holds besides.
    pub environment: Vec<(String, Value)>,
    /// Whether it is started in every run.
    pub certainty: Certainty,
    /// How it stands to what comes behind it.
    pub manner: ChildManner,
    /// What it ends with, where it cannot be started as it is told.
    pub fails: Option<String>,
}

impl Child {
    /// A command that runs as whoever starts it, where that is.
    pub fn new(command: ChildCommand, origin: Origin, manner: ChildManner) -> Self {
        Self {
            command,
            origin,
            user: None,
            directory: None,
            environment: Vec::new(),
            certainty: Certainty::Always,
            manner,
            fails: None,
        }
    }

    /// Whether a command that the program started is this one, by its words and its place.
    pub fn is(&self, argv: &[Value], place: Origin) -> bool {
        match &self.command {
            ChildCommand::Words(words) => words == argv,
            ChildCommand::Text(_) => {
                place.source == self.origin.source && self.origin.span.contains(place.span)
            }
        }
    }
}

/// What a child runs.
#[derive(Clone, Debug)]
pub enum ChildCommand {
    /// A program with its arguments.
    Words(Vec<Value>),
    /// A command line that a shell reads.
    Text(Value),
}

/// How a child stands to what comes behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChildManner {
    /// It comes to its end before the next is started.
    Before,
    /// It runs beside the others; none of them ends another one.
    Beside,
    /// It is what the program is there for: when it ends, that ends.
    Main,
}

/// As whom a program is told to run itself, or what it starts.
#[derive(Clone, Debug)]
pub struct AccountSetting {
    /// What people call who is told so.
    pub title: String,
    /// The account.
    pub account: String,
    /// Where it is said, from the name of the setting on.
    pub setting: Origin,
    /// Whether taking the setting away leaves a valid file.
    pub removable: bool,
    /// The words it ends with where it cannot become the account.
    pub words: String,
    /// Whether that is said of the program itself, and not of something that it starts.
    pub itself: bool,
}

impl Evaluator<'_> {
    /// Runs what a program starts in its turn.
    pub(super) fn managed(&mut self, world: World, managed: &Managed, call: &Call) -> Flows {
        for gap in &managed.gaps {
            self.trace.gap(gap.origin.source, gap.origin.span, &gap.why);
        }
        let mut world = world;
        if managed.children.is_empty() {
            if let Some(output) = &mut world.output {
                output.push(Value::unknown(Reason::Output));
            }
            return vec![(world, Flow::Next(Status::Unknown))];
        }
        if let Some(child) = managed.children.get(MOST_CHILDREN) {
            let origin = child.origin;
            let why = "it starts too many programs for all of them to be followed";
            self.trace.gap(origin.source, origin.span, why);
        }
        for child in managed.children.iter().take(MOST_CHILDREN) {
            let child_call = Call {
                written: None,
                redirects: call.redirects.clone(),
                exec: false,
                last: call.last && child.manner == ChildManner::Main,
                origin: child.origin,
            };
            if child.manner == ChildManner::Main {
                return self.apart(world, child_call.last, |shell, world| {
                    shell.child(world, child, &child_call)
                });
            }
            let (with, without) = match child.certainty {
                Certainty::Always => (world, None),
                Certainty::Maybe => {
                    let (with, without) = world.split();
                    (with, Some(without))
                }
            };
            (world, _) = self.subshell(with, |shell, world| shell.child(world, child, &child_call));
            if let Some(without) = without {
                world.absorb(&without);
            }
        }
        vec![(world, Flow::Next(Status::SUCCESS))]
    }

    /// A script that no shell reads.
    pub(super) fn foreign(
        &mut self,
        world: World,
        script: &ScriptText,
        first: &Interpreter,
    ) -> Flows {
        let why = format!("{} reads this script, and no shell", first.shell_name());
        let span = script.text.span(first.span.range());
        if !self.host.trusting() {
            self.trace.gap(script.source, span, &why);
        }
        let mut world = world;
        if let Some(output) = &mut world.output {
            output.push(Value::unknown(Reason::Output));
        }
        vec![(world, Flow::Next(Status::Unknown))]
    }

    fn child(&mut self, world: World, child: &Child, call: &Call) -> Flows {
        let mut world = world;
        if let Some(user) = &child.user {
            world.state.user = user.clone();
        }
        if let Some(directory) = &child.directory {
            world.state.directory = Some(directory.as_str().into());
        }
        for (name, value) in &child.environment {
            world.state.put(name, Variable::exported(value.clone()));
        }
        match &child.command {
            ChildCommand::Words(words) if words.is_empty() => {
                vec![(world, Flow::Next(Status::Unknown))]
            }
            ChildCommand::Words(words) => self.outside(world, words.clone(), call),
            ChildCommand::Text(text) => {
                world.state = super::outside::fresh(&world.state);
                self.as_process(|shell| shell.text(world, text, child.origin, None))
            }
        }
    }
}
