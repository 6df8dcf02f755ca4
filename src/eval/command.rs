//! Simple commands: assignments, functions, built-in commands, and everything else.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::builtins::limit;
use super::control::{Evaluator, Flows};
use super::expand::is_assignment;
use super::outside::Call;
use super::state::{Content, Flow, Status, standard_output};
use super::trace::{Step, Written};
use super::value::Value;
use super::world::World;
use crate::finding::Certainty;
use crate::source::Origin;
use crate::syntax::shell::{Assignment, AssignmentValue, Redirect, RedirectKind, Simple, Word};

impl Evaluator<'_> {
    pub(super) fn simple(&mut self, world: World, simple: &Rc<Simple>) -> Flows {
        let mut world = world;
        self.substituted = None;
        let wanting = self.wanting.len();
        let argv = self.command_words(&mut world, &simple.words);
        if let Some(missing) = self
            .wanting
            .get(wanting..)
            .filter(|names| !names.is_empty())
        {
            // `exit $error`: what set it decides.
            world.looked_at = Rc::new(missing.to_vec());
        }
        let substituted = self.substituted.take();
        if std::mem::take(&mut self.ended) {
            self.failed(&world);
            return vec![(world, Flow::Exit(Status::FAILURE))];
        }
        if argv.is_empty() {
            for assignment in &simple.assignments {
                self.assign(&mut world, assignment);
            }
            let status = self
                .substituted
                .take()
                .or(substituted)
                .unwrap_or(Status::SUCCESS);
            let redirects = self.redirects(&mut world, &simple.redirects);
            self.written_files(&mut world, simple, argv, &redirects);
            if simple.assignments.is_empty() {
                self.read_whole(&mut world, &redirects);
            }
            return vec![(world, Flow::Next(status))];
        }
        let redirects = self.redirects(&mut world, &simple.redirects);
        // Assignments before a command are for the command alone.
        let before: Vec<_> = simple
            .assignments
            .iter()
            .map(|a| (a.name.clone(), world.state.variable(&a.name).cloned()))
            .collect();
        for assignment in &simple.assignments {
            self.assign(&mut world, assignment);
            world.state.export(&assignment.name);
            if let Some(variable) = world.state.variable(&assignment.name).cloned() {
                world.state.put(
                    &assignment.name,
                    super::state::Variable {
                        exported: true,
                        ..variable
                    },
                );
            }
        }
        let mut flows = self.fed(world, &redirects, |shell, world| {
            shell.dispatch(world, simple, argv, &redirects)
        });
        if !before.is_empty() {
            for (world, _) in &mut flows {
                for (name, variable) in &before {
                    match variable {
                        Some(variable) => world.state.put(name, variable.clone()),
                        None => world.state.unset(name),
                    }
                }
            }
        }
        flows
    }

    /// `$(< file)`.
    fn read_whole(&mut self, world: &mut World, redirects: &Redirects) {
        let read = redirects
            .iter()
            .find(|redirect| redirect.kind == RedirectKind::Read);
        let (Some(read), true) = (read, world.output.is_some()) else {
            return;
        };
        let path = read
            .value
            .known()
            .and_then(|path| world.state.absolute(&path));
        let script = path.and_then(|path| self.host.script(&path));
        if let Some(output) = &mut world.output {
            output.push(match script {
                Some(script) => script.value(),
                None => Value::unknown(crate::eval::Reason::Output),
            });
        }
    }

    fn dispatch(
        &mut self,
        world: World,
        simple: &Rc<Simple>,
        argv: Vec<Value>,
        redirects: &Redirects,
    ) -> Flows {
        let mut world = world;
        let name = argv[0].known();
        if let Some(defined) = name
            .as_deref()
            .and_then(|name| world.state.functions.get(name))
            .cloned()
        {
            return self.printing(world, simple, redirects, |shell, world| {
                shell.call(world, &defined, argv[1..].to_vec())
            });
        }
        if let Some(builtin) = name.as_deref().and_then(super::builtins::find) {
            let step = self.written_files(&mut world, simple, argv.clone(), redirects);
            let flows = self.quiet(world, redirects, |shell, world| {
                shell.builtin(world, simple, builtin, argv, redirects)
            });
            return match step.filter(|_| self.stakes.answered) {
                Some(step) => self.answered(step, flows),
                None => flows,
            };
        }
        let call = self.call_of(simple, redirects, false);
        self.quiet(world, redirects, |shell, world| {
            shell.outside(world, argv, &call)
        })
    }

    /// How a command in the text is called; `exec` says that it takes the place of the shell.
    pub(super) fn call_of(&self, simple: &Rc<Simple>, redirects: &Redirects, exec: bool) -> Call {
        Call {
            written: Some(self.written(simple)),
            redirects: redirects.clone(),
            exec,
            last: exec,
            origin: self.origin(simple),
        }
    }

    /// Runs something that may read from elsewhere than what runs it.
    pub(super) fn fed(
        &mut self,
        world: World,
        redirects: &Redirects,
        run: impl FnOnce(&mut Self, World) -> Flows,
    ) -> Flows {
        let Some(redirect) = redirects.iter().rev().find(|redirect| redirect.gives_input) else {
            return run(self, world);
        };
        let mut world = world;
        let input = match redirect.kind {
            RedirectKind::HereDocument => Some(redirect.value.clone()),
            RedirectKind::HereString => {
                let mut value = redirect.value.clone();
                value.push_known("\n", None, false);
                Some(value)
            }
            RedirectKind::Read if redirect.value.is("/dev/null") => Some(Value::default()),
            RedirectKind::Read => {
                let path = redirect.value.known();
                let path = path.and_then(|path| world.state.absolute(&path));
                let file = path.and_then(|path| self.host.script(&path));
                file.map(|file| file.value())
            }
            _ => None,
        };
        let outer = std::mem::replace(&mut world.state.input, input);
        let mut flows = run(self, world);
        for (world, _) in &mut flows {
            world.state.input = outer.clone();
        }
        flows
    }

    pub(super) fn written(&self, simple: &Rc<Simple>) -> Written {
        Written {
            source: self.source(),
            command: simple.clone(),
            script: self.script(),
        }
    }

    pub(super) fn origin(&self, simple: &Simple) -> Origin {
        let span = simple.words.first().map_or(simple.span, |word| word.span);
        Origin {
            source: self.source(),
            span,
        }
    }

    /// `NAME=value`, of any kind.
    pub(super) fn assign(&mut self, world: &mut World, assignment: &Assignment) {
        let name = assignment.name.as_str();
        let stands_in = match &assignment.value {
            AssignmentValue::Scalar(word) if assignment.index.is_none() && !assignment.append => {
                self.stands_in_for(world, word)
            }
            _ => None,
        };
        let content = match &assignment.value {
            AssignmentValue::Array(elements) => {
                let before = world.state.variable(name).map(|v| v.content.clone());
                let numbered = elements.iter().any(|(index, _)| index.is_some());
                if let Some(Content::Map(before)) = before {
                    let before = if assignment.append {
                        before
                    } else {
                        BTreeMap::new()
                    };
                    self.named_elements(world, before, elements)
                } else if numbered || (assignment.append && before == Some(Content::Unknown)) {
                    for (_, word) in elements {
                        self.string(world, word);
                    }
                    Content::Unknown
                } else {
                    let mut values = match world.state.variable(name).map(|v| v.content.clone()) {
                        Some(Content::Array(values)) if assignment.append => values,
                        Some(Content::Scalar(value)) if assignment.append => vec![value],
                        _ => Vec::new(),
                    };
                    for (_, word) in elements {
                        values.extend(self.fields(world, word));
                    }
                    Content::Array(super::expand::bounded(values))
                }
            }
            AssignmentValue::Scalar(word) => {
                let value = self.string(world, word);
                match (
                    &assignment.index,
                    world.state.variable(name).map(|v| v.content.clone()),
                ) {
                    (Some(index), Some(Content::Map(mut values))) => {
                        match self.string(world, index).known() {
                            Some(key) => {
                                let place = values.entry(key.into()).or_default();
                                if !assignment.append {
                                    *place = Value::default();
                                }
                                place.push(value);
                                Content::Map(values)
                            }
                            None => Content::Unknown,
                        }
                    }
                    (Some(index), before) => {
                        let index =
                            self.number(world, &crate::syntax::shell::Arithmetic(index.clone()));
                        match (index.and_then(|i| usize::try_from(i).ok()), before) {
                            // Which element that is, is not known behind any number of words.
                            (Some(i), Some(Content::Array(values)))
                                if values.iter().take(i + 1).any(Value::is_words) =>
                            {
                                Content::Unknown
                            }
                            (Some(i), Some(Content::Array(mut values))) if i <= values.len() => {
                                if i == values.len() {
                                    values.push(value)
                                } else if assignment.append {
                                    values[i].push(value)
                                } else {
                                    values[i] = value
                                }
                                Content::Array(super::expand::bounded(values))
                            }
                            (Some(0), None) => Content::Array(vec![value]),
                            _ => Content::Unknown,
                        }
                    }
                    (None, Some(Content::Scalar(mut before))) if assignment.append => {
                        before.push(value);
                        Content::Scalar(before)
                    }
                    (None, Some(Content::Array(mut values))) if assignment.append => {
                        match values.first_mut() {
                            Some(first) => first.push(value),
                            None => values.push(value),
                        }
                        Content::Array(values)
                    }
                    (None, Some(before @ (Content::Unknown | Content::Map(_))))
                        if assignment.append =>
                    {
                        before
                    }
                    (None, _) => Content::Scalar(value),
                }
            }
        };
        world.state.set_for(name, content, stands_in);
        if let (true, Some(missing)) = (world.given.is_empty(), world.looked_at.clone().first()) {
            world.state.wanted(name, missing);
        }
    }

    /// `([name]=value …)`, behind what is there already.
    fn named_elements(
        &mut self,
        world: &mut World,
        before: BTreeMap<Rc<str>, Value>,
        elements: &[(Option<Word>, Word)],
    ) -> Content {
        let mut values = before;
        for (index, word) in elements {
            let value = self.string(world, word);
            let key = index
                .as_ref()
                .and_then(|index| self.string(world, index).known());
            let Some(key) = key else {
                return Content::Unknown;
            };
            values.insert(key.into(), value);
        }
        match values.len() > super::expand::MOST_WORDS {
            true => Content::Unknown,
            false => Content::Map(values),
        }
    }

    /// `export NAME=value`: a word that is an assignment.
    pub(super) fn assign_word(&mut self, world: &mut World, word: &Value) -> Option<String> {
        let prefix = word.known_prefix();
        let Some((name, _)) = is_assignment(&prefix) else {
            return word.known();
        };
        let name = name.to_owned();
        let from = prefix.find('=').map_or(0, |at| at + 1);
        let value = match word.known() {
            Some(text) => word.slice(from..text.len()).unwrap_or_default(),
            None => word.without_prefix(from),
        };
        let value = match world.state.variable(&name).map(|v| v.content.clone()) {
            Some(Content::Scalar(mut before)) if prefix[..from].ends_with("+=") => {
                before.push(value);
                before
            }
            _ => value,
        };
        world.state.set(&name, Content::Scalar(value));
        Some(name)
    }

    pub(super) fn redirects(&mut self, world: &mut World, redirects: &[Redirect]) -> Redirects {
        let targets = redirects.iter().map(|redirect| {
            let value = self.string(world, &redirect.target);
            let stdout = redirect.descriptor.is_none_or(|fd| fd == 1);
            let gives_input = match redirect.kind {
                RedirectKind::Read
                | RedirectKind::ReadWrite
                | RedirectKind::HereDocument
                | RedirectKind::HereString => redirect.descriptor.is_none_or(|fd| fd == 0),
                RedirectKind::Duplicate => redirect.descriptor == Some(0),
                _ => false,
            };
            let takes_output = match redirect.kind {
                RedirectKind::Write | RedirectKind::Append | RedirectKind::Duplicate => stdout,
                RedirectKind::WriteBoth => true,
                _ => false,
            };
            // What the build prints is of no matter.
            let stream = !self.host.trusting()
                && value
                    .known()
                    .is_some_and(|path| standard_output(&path).is_some());
            Redirected {
                kind: redirect.kind,
                value,
                takes_output,
                gives_input,
                stream,
            }
        });
        Rc::new(targets.collect::<Vec<_>>())
    }

    /// A shell's own command is a step where it opens a file to write it, or sets a limit: its number.
    fn written_files(
        &mut self,
        world: &mut World,
        simple: &Rc<Simple>,
        argv: Vec<Value>,
        redirects: &Redirects,
    ) -> Option<usize> {
        let opens = redirects.iter().any(Redirected::is_opened);
        let limits = argv.first().is_some_and(|word| word.is("ulimit")) && limit::sets(&argv);
        (opens || limits).then(|| {
            let call = self.call_of(simple, redirects, false);
            self.step(world, argv, &call)
        })
    }

    /// A command is reached: notes it, tells the host, and gives its number.
    pub(super) fn step(&mut self, world: &mut World, argv: Vec<Value>, call: &Call) -> usize {
        let step = self.step_of(world, argv, call);
        self.told(world, step)
    }

    /// Tells the host of a step that is reached, notes it, and gives its number.
    pub(super) fn told(&mut self, world: &mut World, step: Step) -> usize {
        self.host.reached(&step);
        self.noted(world, step)
    }

    /// Notes a step that is done, and gives its number.
    pub(super) fn noted(&mut self, world: &mut World, step: Step) -> usize {
        let number = self.trace.add(step);
        world.did(number);
        number
    }

    /// A command as a step.
    pub(super) fn step_of(&mut self, world: &World, argv: Vec<Value>, call: &Call) -> Step {
        let after = self.trace.writers(&world.done);
        let state = &world.state;
        Step {
            origin: call.origin,
            written: call.written.clone(),
            argv,
            redirects: call
                .redirects
                .iter()
                .map(|r| (r.kind, r.value.clone()))
                .collect(),
            user: state.user.clone(),
            directory: state.directory.clone(),
            variables: state.variables().clone(),
            umask: state.umask,
            exec: call.exec,
            tolerated: self.tolerated > 0 && !call.exec,
            after,
            certainty: Certainty::Maybe,
            surely: Certainty::Maybe,
            given: Rc::default(),
            behind: self.behind,
            ends_start: self.ends_start(world, call),
            managed: None,
            printed: None,
            piped: self.piped > 0,
            background: self.background > 0,
            library: self.in_library(),
        }
    }
}

/// The redirections of a command.
pub(super) type Redirects = Rc<Vec<Redirected>>;

/// A redirection, its target expanded.
#[derive(Debug)]
pub(super) struct Redirected {
    pub(super) kind: RedirectKind,
    pub(super) value: Value,
    /// Whether standard output goes there.
    pub(super) takes_output: bool,
    /// Whether standard input comes from there.
    pub(super) gives_input: bool,
    /// Whether it is the start's own output, by a name.
    stream: bool,
}

impl Redirected {
    /// Whether a file is written there.
    pub(super) fn is_written(&self) -> bool {
        self.writes() && !self.value.known_prefix().starts_with("/dev/")
    }

    /// Whether something is opened for that, be it only what the start writes to anyway.
    pub(super) fn is_opened(&self) -> bool {
        self.is_written() || self.stream && self.writes()
    }

    fn writes(&self) -> bool {
        matches!(
            self.kind,
            RedirectKind::Write | RedirectKind::Append | RedirectKind::WriteBoth
        )
    }
}
