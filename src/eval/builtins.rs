//! The commands that a shell has in itself.

mod declare;
mod directory;
mod getopts;
mod input;
pub(super) mod limit;
mod set;
mod source;
mod traps;

use std::rc::Rc;

use super::command::Redirects;
use super::control::{Evaluator, Flows};
use super::host::Passage;
use super::state::{Flow, Status};
use super::value::{Reason, Value};
use super::world::World;
use crate::syntax::shell::Simple;

/// A built-in command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    Nothing,
    Fail,
    Test,
    Print,
    Cd,
    Declare,
    Export,
    Local,
    Unset,
    Set,
    Shift,
    Return,
    Exit,
    Break,
    Continue,
    Exec,
    Eval,
    Source,
    Read,
    GetOpts,
    Trap,
    Umask,
    Limit,
    Command,
    Lookup,
    Arithmetic,
}

/// The built-in command of a name.
pub(super) fn find(name: &str) -> Option<Builtin> {
    Some(match name {
        ":" | "true" | "shopt" | "wait" | "alias" | "unalias" | "times" | "jobs" | "fg" | "bg"
        | "disown" | "enable" => Builtin::Nothing,
        "false" => Builtin::Fail,
        "[" | "test" => Builtin::Test,
        "echo" | "printf" | "pwd" => Builtin::Print,
        "cd" | "pushd" | "popd" => Builtin::Cd,
        "declare" | "typeset" | "readonly" => Builtin::Declare,
        "export" => Builtin::Export,
        "local" => Builtin::Local,
        "unset" => Builtin::Unset,
        "set" => Builtin::Set,
        "shift" => Builtin::Shift,
        "return" => Builtin::Return,
        "exit" => Builtin::Exit,
        "break" => Builtin::Break,
        "continue" => Builtin::Continue,
        "exec" => Builtin::Exec,
        "eval" => Builtin::Eval,
        "." | "source" => Builtin::Source,
        "read" | "mapfile" | "readarray" => Builtin::Read,
        "getopts" => Builtin::GetOpts,
        "trap" => Builtin::Trap,
        "umask" => Builtin::Umask,
        "ulimit" => Builtin::Limit,
        "command" | "builtin" => Builtin::Command,
        "type" | "which" | "hash" => Builtin::Lookup,
        "let" => Builtin::Arithmetic,
        _ => return None,
    })
}

impl Evaluator<'_> {
    pub(super) fn builtin(
        &mut self,
        world: World,
        simple: &Rc<Simple>,
        builtin: Builtin,
        argv: Vec<Value>,
        redirects: &Redirects,
    ) -> Flows {
        let mut world = world;
        let first = argv.get(1).and_then(Value::known);
        let mut status = Status::SUCCESS;
        match builtin {
            Builtin::Nothing => {}
            Builtin::Fail => status = Status::FAILURE,
            Builtin::Test => {
                let mut words = &argv[1..];
                if argv[0].is("[") {
                    words = words.split_last().map_or(words, |(_, rest)| rest);
                }
                status = Status::of(self.bracket(&world, words));
            }
            Builtin::Print => {
                if first.as_deref() == Some("-v") && argv.get(2).and_then(Value::known).is_none() {
                    world.state.elsewhere = Some(self.origin(simple));
                }
                super::print::print(&mut world, &argv);
            }
            Builtin::Cd => directory::change_directory(&mut world, &argv),
            Builtin::Export | Builtin::Declare | Builtin::Local => {
                self.declare(&mut world, simple, builtin, &argv);
            }
            Builtin::Unset => declare::unset(&mut world, &argv),
            Builtin::Set => self.set(&mut world, &argv),
            Builtin::Shift => {
                let count = if argv.len() > 1 {
                    first.and_then(|n| n.parse::<usize>().ok())
                } else {
                    Some(1)
                };
                let positional = Rc::make_mut(&mut world.state.positional);
                match count {
                    // Of any number of words, as many may go and some be left.
                    Some(count) if positional.iter().take(count).any(Value::is_words) => {
                        let known = positional.iter().take_while(|word| !word.is_words());
                        let known = known.count();
                        positional.drain(..known);
                    }
                    Some(count) if count <= positional.len() => {
                        positional.drain(..count);
                    }
                    Some(_) => status = Status::FAILURE,
                    None => *positional = vec![Value::unknown(Reason::Words)],
                }
            }
            // In a script that is started, outside of functions, there is nothing to return from.
            Builtin::Return if self.function_names().is_empty() => status = Status::FAILURE,
            Builtin::Return => {
                return vec![(world.clone(), Flow::Return(ended_with(&argv, &world)))];
            }
            Builtin::Exit => {
                let status = ended_with(&argv, &world);
                if status.success() == Some(false) {
                    if self.host.trusting() {
                        // A build that is there did not come here: the model takes a condition for
                        // true that was not.
                        return vec![(world, Flow::Next(Status::Unknown))];
                    }
                    let passage = self.host.passes(self.origin(simple), world.state.passed);
                    let decided = |passage: &Passage| {
                        *passage == Passage::OfRoot || !self.is_unconditional(simple)
                    };
                    if let Some(passage) = passage.filter(decided) {
                        world.state.passed += 1;
                        if passage == Passage::OfRoot {
                            let call = self.call_of(simple, redirects, true);
                            self.step(&mut world, argv, &call);
                        }
                        return vec![(world, Flow::Next(Status::Unknown))];
                    }
                    self.failed(&world);
                    world.state.stopped = Some(self.origin(simple));
                } else {
                    world.state.stopped = None;
                }
                return vec![(world, Flow::Exit(status))];
            }
            Builtin::Break | Builtin::Continue => {
                let levels = first.and_then(|n| n.parse().ok()).unwrap_or(1);
                let flow = if builtin == Builtin::Break {
                    Flow::Break(levels)
                } else {
                    Flow::Continue(levels)
                };
                return vec![(world, flow)];
            }
            Builtin::Exec => {
                let words = exec_words(&argv);
                if words.is_empty() {
                    // `exec > log` is there for its redirections.
                    world.state.stopped = (simple.words.len() > 1).then(|| self.origin(simple));
                    return vec![(world, Flow::Next(Status::SUCCESS))];
                }
                world.state.stopped = None;
                // The program that takes the shell's place knows nothing of its traps.
                world.state.traps = Rc::default();
                let call = self.call_of(simple, redirects, true);
                return self.outside(world, words.to_vec(), &call);
            }
            Builtin::Command => match first.as_deref() {
                Some("-v" | "-V") => status = self.look_up(&mut world, argv.get(2)),
                Some("-p") => return self.again(world, simple, argv[2..].to_vec(), redirects),
                Some(_) => return self.again(world, simple, argv[1..].to_vec(), redirects),
                None => {}
            },
            Builtin::Lookup if first.as_deref().is_none_or(|word| word == "-r") => {}
            Builtin::Lookup => status = self.look_up(&mut world, argv.last()),
            Builtin::Eval => {
                let mut text = Value::default();
                for (i, value) in argv[1..].iter().enumerate() {
                    if i > 0 {
                        text.push_known(" ", None, false);
                    }
                    text.push(value.clone());
                }
                if text.known().is_none() {
                    world.state.elsewhere = Some(self.origin(simple));
                }
                return self.text(world, &text, self.origin(simple), None);
            }
            Builtin::Source => return self.sourced(world, simple, &argv),
            Builtin::Read => status = self.read(&mut world, &argv, self.origin(simple)),
            Builtin::GetOpts => status = getopts::getopts(&mut world, &argv),
            Builtin::Trap => traps::trap(&mut world, &argv, self.origin(simple)),
            Builtin::Umask => match first.and_then(|mask| u32::from_str_radix(&mask, 8).ok()) {
                Some(mask) => world.state.umask = mask,
                None => {
                    let mask = Value::text(&format!("{:04o}", world.state.umask));
                    if let Some(output) = &mut world.output {
                        output.push(mask);
                    }
                }
            },
            Builtin::Limit => self.ulimit(&mut world, &argv),
            Builtin::Arithmetic => {
                let mut last = None;
                for word in &argv[1..] {
                    last = self.calculated(&mut world, word);
                }
                status = Status::of(last.map(|number| number != 0));
            }
        }
        vec![(world, Flow::Next(status))]
    }

    /// `command cmd`: what is behind it, but no function.
    fn again(
        &mut self,
        world: World,
        simple: &Rc<Simple>,
        argv: Vec<Value>,
        redirects: &Redirects,
    ) -> Flows {
        match argv
            .first()
            .and_then(Value::known)
            .as_deref()
            .and_then(find)
        {
            Some(builtin) if !matches!(builtin, Builtin::Command) => {
                self.builtin(world, simple, builtin, argv, redirects)
            }
            _ if argv.is_empty() => vec![(world, Flow::Next(Status::SUCCESS))],
            _ => {
                let call = self.call_of(simple, redirects, false);
                self.outside(world, argv, &call)
            }
        }
    }

    /// `command -v`, `type`, `which`: the shell's own things are known, and the image's scripts.
    fn look_up(&mut self, world: &mut World, name: Option<&Value>) -> Status {
        let name = name.and_then(Value::known);
        let own = name.as_deref().filter(|name| {
            world.state.functions.contains_key(*name)
                || find(name).is_some_and(|b| b != Builtin::Lookup)
        });
        let found = name
            .as_deref()
            .and_then(|name| self.host.find(name, &world.state));
        let (text, status) = match (own, found) {
            (Some(name), _) => (Value::text(name), Status::SUCCESS),
            (None, Some(path)) => (Value::text(&path), Status::SUCCESS),
            (None, None) => {
                let reason = match &name {
                    Some(name) => Reason::Program(name.as_str().into()),
                    None => Reason::Output,
                };
                (Value::unknown(reason), Status::Unknown)
            }
        };
        if let Some(output) = &mut world.output {
            output.push(text);
        }
        status
    }
}

/// The words behind `exec` and its options.
fn exec_words(argv: &[Value]) -> &[Value] {
    let mut words = &argv[1..];
    while let Some(option) = words
        .first()
        .and_then(Value::known)
        .filter(|text| text.starts_with('-'))
    {
        words = &words[1..];
        match option.as_str() {
            "--" => break,
            "-a" => words = words.split_first().map_or(words, |(_, rest)| rest),
            _ => {}
        }
    }
    words
}

fn ended_with(argv: &[Value], world: &World) -> Status {
    match argv.get(1) {
        None => world.state.status,
        Some(code) => code
            .known()
            .and_then(|code| code.parse::<i32>().ok())
            .map_or(Status::Unknown, |code| Status::Known(code & 0xff)),
    }
}
