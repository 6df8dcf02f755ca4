//! Shells, and the scripts that they read.

use std::rc::Rc;

use super::Call;
use crate::eval::control::{Evaluator, Flows, Frame};
use crate::eval::host::ScriptText;
use crate::eval::state::{State, Status};
use crate::eval::value::Value;
use crate::eval::world::World;
use crate::programs::{Words, programs};
use crate::source::{Origin, SourceId};
use crate::syntax::Joined;
use crate::syntax::shell::{Dialect, Interpreter, List, RedirectKind, interpreter, parse};

/// Which part of the steps that are left is kept for what comes behind a script of its own: one in
/// so many.
const KEPT: usize = 4;

impl Evaluator<'_> {
    /// A script of the image as a command.
    pub(super) fn process(
        &mut self,
        world: World,
        script: &ScriptText,
        path: &str,
        argv: &[Value],
        last: bool,
    ) -> Flows {
        let first = interpreter(script.text.text());
        let mut extended = world.state.extended;
        if let Some(first) = &first {
            let Some(shell) = shell_of(first) else {
                return self.foreign(world, script, first);
            };
            extended = is_extended(&shell);
        } else if !looks_like_shell(script.text.text()) {
            return self.ends(world, Status::Unknown);
        }
        let errexit = first.iter().flat_map(|first| &first.arguments).any(|word| {
            word.strip_prefix('-')
                .is_some_and(|letters| !letters.starts_with('-') && letters.contains('e'))
        });
        let zero = Value::text(path);
        let arguments = argv[1..].to_vec();
        // A long script is not to be the end of the account of the one that started it.
        let kept = if last { 0 } else { self.budget / KEPT };
        self.budget -= kept;
        let flows = self.apart(world, last, |shell, world| {
            let mut world = world;
            world.looked_at = Rc::default();
            world.state = fresh(&world.state);
            world.state.positional = Rc::new(arguments);
            world.state.zero = zero.clone();
            world.state.errexit = errexit;
            world.state.extended = extended;
            shell.as_process(|shell| shell.script_text(world, script, Some(zero)))
        });
        self.budget += kept;
        flows
    }

    /// Runs the text of a script in this shell.
    pub(in crate::eval) fn script_text(
        &mut self,
        world: World,
        script: &ScriptText,
        name: Option<Value>,
    ) -> Flows {
        let list = script.tree().body.clone();
        self.within(
            Frame {
                source: script.source,
                script: list,
                name,
                library: false,
            },
            world,
        )
    }

    /// Runs a string as a script: `sh -c`, `eval`, `su -c`.
    pub(in crate::eval) fn text(
        &mut self,
        world: World,
        text: &Value,
        origin: Origin,
        name: Option<Value>,
    ) -> Flows {
        let Some((source, joined)) = text.joined(origin) else {
            self.trace.gap(
                origin.source,
                origin.span,
                "this command line is put together while it runs: it is not followed",
            );
            return self.ends(world, Status::Unknown);
        };
        let list = self.parsed(source, &joined);
        let library = self.in_library();
        self.within(
            Frame {
                source,
                script: list,
                name,
                library,
            },
            world,
        )
    }

    /// `sh -c text name args…`, `sh script args…`.
    pub(super) fn shell(
        &mut self,
        world: World,
        argv: &[Value],
        words: &Words,
        call: &Call,
    ) -> Flows {
        let mut at = if words[0].is_some_and(|word| word.ends_with("busybox")) {
            2
        } else {
            1
        };
        let (mut text, mut errexit) = (false, false);
        let extended = is_extended(crate::programs::program_name(words));
        while let Some(Some(option)) = words
            .get(at)
            .filter(|word| word.is_some_and(|w| w.starts_with(['-', '+'])))
        {
            let letters = option
                .strip_prefix('-')
                .filter(|letters| !letters.starts_with('-'))
                .unwrap_or_default();
            text |= letters.contains('c');
            errexit |= letters.contains('e');
            at += 1;
            if *option == "--" {
                break;
            }
            if letters.contains(['o', 'O']) {
                at += 1;
            }
        }
        let Some(operand) = argv.get(at) else {
            // It reads what to do from its input.
            let input = call.redirects.iter().rev().find(|redirect| {
                matches!(
                    redirect.kind,
                    RedirectKind::HereDocument | RedirectKind::HereString
                )
            });
            let Some(input) = input.map(|redirect| redirect.value.clone()) else {
                return self.ends(world, Status::Unknown);
            };
            return self.apart(world, call.last, |shell, world| {
                let mut world = world;
                world.state = fresh(&world.state);
                world.state.errexit = errexit;
                world.state.extended = extended;
                shell.as_process(|shell| shell.text(world, &input, call.origin, None))
            });
        };
        let rest = argv.get(at + 1..).unwrap_or_default().to_vec();
        if text {
            let operand = operand.clone();
            let origin = call.origin;
            return self.apart(world, call.last, |shell, world| {
                let mut world = world;
                world.looked_at = Rc::default();
                world.state = fresh(&world.state);
                world.state.errexit = errexit;
                world.state.extended = extended;
                if let Some((zero, rest)) = rest.split_first() {
                    world.state.zero = zero.clone();
                    world.state.positional = Rc::new(rest.to_vec());
                }
                shell.as_process(|shell| shell.text(world, &operand, origin, None))
            });
        }
        let path = operand.known().and_then(|path| world.state.absolute(&path));
        match path
            .as_deref()
            .and_then(|path| self.script_at(&world, path))
        {
            Some(script) => {
                let argv: Vec<Value> = [operand.clone()].into_iter().chain(rest).collect();
                self.process(
                    world,
                    &script,
                    path.as_deref().unwrap_or_default(),
                    &argv,
                    call.last,
                )
            }
            None => self.ends(world, Status::Unknown),
        }
    }

    /// The tree of a text, parsed once.
    fn parsed(&mut self, source: SourceId, text: &Joined) -> Rc<List> {
        let key = (source, text.offset(0), text.text().to_owned());
        let list = self
            .parsed
            .entry(key)
            .or_insert_with(|| parse(text, Dialect::Bash).body);
        list.clone()
    }
}

/// The shell that a `#!` line comes to: itself, or what an init starts that it names.
fn shell_of(first: &Interpreter) -> Option<String> {
    let direct = first.shell_name();
    if programs().tools().is_shell(direct) {
        return Some(direct.to_owned());
    }
    let words: Vec<Option<&str>> = std::iter::once(first.path.as_str())
        .chain(first.arguments.iter().map(String::as_str))
        .map(Some)
        .collect();
    let mut words = words.as_slice();
    // `env -S` has been split already: it is an option without a value here.
    if words.get(1) == Some(&Some("-S")) {
        words = words.get(2..)?;
    }
    loop {
        let name = crate::programs::program_name(words);
        if programs().tools().is_shell(name) {
            return Some(name.to_owned());
        }
        let first = programs().wrapper(name)?.parse(words)?.first;
        words = words.get(first..).filter(|_| first > 0)?;
    }
}

/// Whether a shell is of bash's kind.
fn is_extended(shell: &str) -> bool {
    matches!(shell, "bash" | "ksh" | "mksh" | "zsh")
}

/// The state of a new process: the environment is passed on, the rest is not.
pub(in crate::eval) fn fresh(state: &State) -> State {
    let mut new = State::new(state.user.clone(), "/");
    new.directory = state.directory.clone();
    new.umask = state.umask;
    new.input = state.input.clone();
    for (name, variable) in state
        .variables()
        .iter()
        .filter(|(_, variable)| variable.exported)
    {
        new.put(name, variable.clone());
    }
    new
}

/// Without a `#!` line the shell that starts a file reads it itself; a binary is not text.
fn looks_like_shell(text: &str) -> bool {
    !text.is_empty() && !text.contains('\0')
}
