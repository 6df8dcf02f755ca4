//! Lists, conditions, loops, functions: the order in which commands are reached.

mod loops;
mod questions;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use self::questions::{may_suppose, suppose};
use super::host::Host;
use super::state::{Defined, Flow, Status, World};
use super::trace::Trace;
use super::value::{Reason, Value};
use crate::source::{Origin, SourceId, Span};
use crate::syntax::shell::{
    CaseArm, CaseTerminator, Command, Compound, CompoundKind, List, Pipeline, Statement, Word,
};

/// How many statements are looked at before the account ends.
const STEPS: usize = 20_000;
/// How many of them in runs that need a variable which nobody sets.
const SUPPOSED_STEPS: usize = 4_000;
/// How deep functions, scripts and substitutions call each other.
const DEEPEST: usize = 120;
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
    budget: usize,
    supposed_budget: usize,
    depth: usize,
    /// Inside of so many conditions, where `set -e` does not count.
    conditions: usize,
    /// Unset variables that were looked at since this was emptied last.
    unset: Vec<Rc<str>>,
    /// An expansion of the command at hand ended the shell.
    pub(super) ended: bool,
    /// The status of the last command substitution of the command at hand.
    pub(super) substituted: Option<Status>,
    /// Inside of so many commands with `||` behind them.
    pub(super) tolerated: usize,
    pub(super) parsed: super::outside::Parsed,
    /// The step that a wrapper is, while what it runs is looked at.
    pub(super) behind: Option<usize>,
}

/// The text that is running.
pub(super) struct Frame {
    pub(super) source: SourceId,
    pub(super) script: Rc<List>,
    pub(super) name: Option<Value>,
}

impl<'h> Evaluator<'h> {
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
            ended: false,
            substituted: None,
            tolerated: 0,
            parsed: BTreeMap::new(),
            behind: None,
        }
    }

    /// The file whose text is running.
    pub(super) fn source(&self) -> SourceId {
        self.frames.last().map_or(SourceId(0), |frame| frame.source)
    }

    /// The script whose text is running.
    pub(super) fn script(&self) -> Rc<List> {
        self.frames
            .last()
            .map(|frame| frame.script.clone())
            .unwrap_or_default()
    }

    /// `${BASH_SOURCE[@]}`: the innermost file first.
    pub(super) fn script_names(&self) -> Vec<Value> {
        let names = self.frames.iter().rev();
        names.filter_map(|frame| frame.name.clone()).collect()
    }

    /// `${FUNCNAME[@]}`: the innermost first, then those that called it; none outside of functions.
    pub(super) fn function_names(&self) -> Vec<Value> {
        let names = self.functions[self.process..].iter().rev();
        let mut names: Vec<Value> = names.map(|name| Value::text(name)).collect();
        if !names.is_empty() {
            names.push(Value::text("main"));
        }
        names
    }

    /// Runs something as `source` does: it stands among the functions.
    pub(super) fn as_source(&mut self, run: impl FnOnce(&mut Self) -> Flows) -> Flows {
        self.functions.push("source".into());
        let flows = run(self);
        self.functions.pop();
        flows
    }

    /// Runs something in a shell of its own: no function is running there, and no condition of
    /// ours keeps its `set -e` from counting.
    pub(super) fn as_process(&mut self, run: impl FnOnce(&mut Self) -> Flows) -> Flows {
        let conditions = std::mem::take(&mut self.conditions);
        let process = std::mem::replace(&mut self.process, self.functions.len());
        let flows = run(self);
        self.process = process;
        self.conditions = conditions;
        flows
    }

    /// An unset variable was looked at.
    pub(super) fn look_at_unset(&mut self, name: &str) {
        if is_environment_name(name) && !self.unset.iter().any(|seen| **seen == *name) {
            self.unset.push(name.into());
        }
    }

    /// `${NAME:?}`, or `$NAME` with `set -u`: without it the script ends. What the environment
    /// can give is required, and taken for given; nothing else helps.
    pub(super) fn demanded(&mut self, world: &World, name: &str) -> Value {
        let special = name.starts_with(|c: char| !(c.is_ascii_alphabetic() || c == '_'));
        if special {
            self.ended = true;
        } else if world.given.is_empty() {
            self.required.insert(name.into());
        }
        Value::unknown(Reason::Given(name.into()))
    }

    /// Runs a text with its own file and name.
    pub(super) fn within(&mut self, frame: Frame, world: World) -> Flows {
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
        self.frames.push(frame);
        self.depth += 1;
        let flows = self.list(world, &script);
        self.depth -= 1;
        self.frames.pop();
        flows
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
            let (world, _) = self.subshell(world, |shell, inner| {
                shell.command(inner, &statement.command)
            });
            return vec![(world, Flow::Next(Status::SUCCESS))];
        }
        self.checked(world, &statement.command)
    }

    /// A command whose failure ends a shell with `set -e`.
    fn checked(&mut self, world: World, command: &Command) -> Flows {
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
                    self.failed(world);
                }
            }
        }
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

    fn pipeline(&mut self, world: World, pipeline: &Pipeline) -> Flows {
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
        for (i, command) in pipeline.commands.iter().enumerate() {
            let last = i + 1 == pipeline.commands.len();
            if !last {
                world.output = None;
            }
            let before = status;
            (world, status) = self.subshell(world, |shell, inner| shell.command(inner, command));
            world.output = output.clone();
            if world.state.pipefail && status.success() == Some(true) {
                status = before;
            }
        }
        if let Some(output) = &mut world.output {
            output.push(Value::unknown(Reason::Output));
        }
        if pipeline.negated {
            status = status.negated();
        }
        vec![(world, Flow::Next(status))]
    }

    /// Runs something that can't change this shell, and gives its status.
    pub(super) fn subshell(
        &mut self,
        world: World,
        run: impl FnOnce(&mut Self, World) -> Flows,
    ) -> (World, Status) {
        let flows = run(self, world.clone());
        let mut world = world;
        let mut done = BTreeMap::new();
        let mut plain: BTreeSet<usize> = BTreeSet::new();
        let mut status = None;
        let mut outputs: Vec<Option<Value>> = Vec::new();
        let mut supposed = (*world.supposed).clone();
        for (inner, flow) in flows {
            super::state::add(&mut done, &inner.done);
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
    pub(super) fn capture(&mut self, world: &mut World, list: &List) -> (Value, Status) {
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
        // bash does not hand `set -e` on to it. dash does, but mostly ends soon after.
        inner.state.errexit = false;
        let (after, status) = self.subshell(inner, |shell, inner| shell.list(inner, list));
        self.depth -= 1;
        world.done = after.done;
        world.supposed = after.supposed;
        world.output = outer;
        (
            super::expand::trimmed(after.output.unwrap_or_default()),
            status,
        )
    }

    fn compound(&mut self, world: World, compound: &Compound) -> Flows {
        let mut world = world;
        if !compound.redirects.is_empty() {
            let redirects = self.redirects_of_compound(&mut world, compound);
            return self.quiet(world, &redirects, |shell, world| {
                shell.body(world, compound)
            });
        }
        self.body(world, compound)
    }

    fn body(&mut self, world: World, compound: &Compound) -> Flows {
        let mut world = world;
        match &compound.kind {
            CompoundKind::Group(list) | CompoundKind::Other(list) => self.list(world, list),
            CompoundKind::Subshell(list) => {
                let (world, status) = self.subshell(world, |shell, inner| shell.list(inner, list));
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

    fn branches(
        &mut self,
        world: World,
        branches: &[(List, List)],
        otherwise: Option<&List>,
    ) -> Flows {
        let looked_at = world.looked_at.clone();
        let mut flows = Flows::new();
        let mut pending = vec![world];
        for (condition, body) in branches {
            let mut still = Vec::new();
            for world in pending {
                for (answer, world) in self.question(world, &mut flows, &mut |shell, world| {
                    shell.list(world, condition)
                }) {
                    if answer {
                        flows.extend(self.list(world, body));
                    } else {
                        join(&mut still, world);
                    }
                }
            }
            pending = still;
        }
        for mut world in pending {
            match otherwise {
                Some(list) => flows.extend(self.list(world, list)),
                None => {
                    world.state.status = Status::SUCCESS;
                    flows.push((world, Flow::Next(Status::SUCCESS)));
                }
            }
        }
        for (world, _) in &mut flows {
            world.looked_at = looked_at.clone();
        }
        flows
    }

    fn case(&mut self, world: World, word: &Word, arms: &[CaseArm]) -> Flows {
        let looked_at = world.looked_at.clone();
        let mut flows = Flows::new();
        let mut pending = self.subjects(world, word, arms);
        let mut falling: Vec<(World, Value)> = Vec::new();
        for arm in arms {
            let mut enter = std::mem::take(&mut falling);
            let mut still = Vec::new();
            for (mut world, subject) in pending {
                match self.arm_matches(&mut world, &subject, arm) {
                    Some(true) => enter.push((world, subject)),
                    Some(false) => still.push((world, subject)),
                    None => {
                        let (yes, no) = world.split();
                        enter.push((yes, subject.clone()));
                        still.push((no, subject));
                    }
                }
            }
            for (world, subject) in enter {
                for (world, flow) in self.list(world, &arm.body) {
                    let subject = subject.clone();
                    match (flow, arm.terminator) {
                        (Flow::Next(_), CaseTerminator::FallThrough) => {
                            falling.push((world, subject))
                        }
                        (Flow::Next(_), CaseTerminator::Continue) => still.push((world, subject)),
                        _ => flows.push((world, flow)),
                    }
                }
            }
            pending = still;
        }
        flows.extend(
            pending
                .into_iter()
                .chain(falling)
                .map(|(world, _)| (world, Flow::Next(Status::SUCCESS))),
        );
        for (world, _) in &mut flows {
            world.looked_at = looked_at.clone();
        }
        flows
    }

    /// The worlds that a `case` is looked at in, each with what is compared: where a variable that
    /// nobody sets decides, one more in which it is given.
    fn subjects(&mut self, world: World, word: &Word, arms: &[CaseArm]) -> Vec<(World, Value)> {
        let mut plain = world.clone();
        let outer = std::mem::take(&mut self.unset);
        let subject = self.string(&mut plain, word);
        let seen = std::mem::replace(&mut self.unset, outer);
        let first = |shell: &mut Self, world: &World, subject: &Value| {
            let mut world = world.clone();
            let mut answers = arms
                .iter()
                .map(|arm| shell.arm_matches(&mut world, subject, arm));
            answers.position(|answer| answer != Some(false))
        };
        let arm = first(self, &plain, &subject);
        let mut others = Vec::new();
        if !self.host.trusting() && may_suppose(&world) {
            for name in &seen {
                let mut supposed = suppose(world.clone(), name);
                let outer = std::mem::take(&mut self.unset);
                let subject = self.string(&mut supposed, word);
                self.unset = outer;
                if first(self, &supposed, &subject) != arm {
                    others.push((supposed, subject));
                }
            }
        }
        if !seen.is_empty() {
            plain.looked_at = Rc::new(seen);
        }
        others.insert(0, (plain, subject));
        others
    }

    fn arm_matches(&mut self, world: &mut World, subject: &Value, arm: &CaseArm) -> Option<bool> {
        let mut answer = Some(false);
        for word in &arm.patterns {
            let one = match (self.pattern(world, word), subject.known()) {
                (Some(pattern), Some(text)) => Some(pattern.matches(&text)),
                (Some(pattern), None) => pattern.matches_unknown(subject),
                (None, _) => None,
            };
            match one {
                Some(true) => return Some(true),
                Some(false) => {}
                None => answer = None,
            }
        }
        answer
    }

    /// Calls a function with arguments.
    pub(super) fn call(&mut self, world: World, defined: &Defined, arguments: Vec<Value>) -> Flows {
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
        self.frames.push(Frame {
            source: defined.source,
            script,
            name,
        });
        let flows = self.command(world, &function.body);
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

    /// Keeps the number of worlds within bounds: those that suppose a variable go first, then the
    /// rest become one that knows less.
    ///
    /// Where most of the budget is used up, they are fewer: it is better to know less of a state
    /// than not to come to the end.
    fn thin(&mut self, worlds: Vec<World>, span: Span) -> Vec<World> {
        let limit = match self.budget {
            left if left > STEPS / 2 => WORLDS,
            left if left > STEPS / 4 => 8,
            _ => 1,
        };
        if worlds.len() <= limit {
            return worlds;
        }
        let (mut plain, mut supposed): (Vec<World>, Vec<World>) =
            worlds.into_iter().partition(|world| world.given.is_empty());
        while plain.len() > limit {
            let Some(last) = plain.pop() else { break };
            if let Some(first) = plain.first_mut() {
                first.state.blur(&last.state);
                first.absorb(&last);
            }
        }
        // Those that suppose least say most.
        supposed.sort_by_key(|world| world.given.len());
        let room = WORLDS.saturating_sub(plain.len());
        if supposed.len() > room {
            supposed.truncate(room);
            self.trace.gap(self.source(), span, UNFOLLOWED);
        }
        plain.append(&mut supposed);
        plain
    }
}

/// The ends of what took the shell's place. Nothing reads the states any more: those that ended
/// alike, with the same variables given, are one.
pub(super) fn ends(flows: Flows) -> Flows {
    let mut out = Flows::new();
    for (world, flow) in flows {
        let status = match flow {
            Flow::Return(status) | Flow::Exit(status) => status,
            // A script that runs to its last line did what it was to do.
            Flow::Next(_) | Flow::Break(_) | Flow::Continue(_) => Status::SUCCESS,
        };
        let flow = Flow::Exit(status);
        match out
            .iter_mut()
            .find(|(other, f)| *f == flow && other.given == world.given)
        {
            Some((other, _)) => other.absorb(&world),
            None => out.push((world, flow)),
        }
    }
    out
}

/// Puts a world to the others: with the one that it is the same as, if there is one.
fn join(worlds: &mut Vec<World>, world: World) {
    match worlds.iter_mut().find(|other| other.same(&world)) {
        Some(other) => other.absorb(&world),
        None => worlds.push(world),
    }
}

/// Whether a variable of this name is one that is given when a container is started: `POSTGRES_DB`.
pub(super) fn is_environment_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && chars.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
