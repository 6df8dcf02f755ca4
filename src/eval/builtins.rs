//! The commands that a shell has in itself.

use std::rc::Rc;

use super::command::Redirects;
use super::control::{Evaluator, Flows};
use super::outside::Call;
use super::state::{Content, Flow, Status, Variable, World};
use super::value::{Reason, Value};
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
    Umask,
    Command,
    Lookup,
    Arithmetic,
}

/// The built-in command of a name.
pub(super) fn find(name: &str) -> Option<Builtin> {
    Some(match name {
        ":" | "true" | "trap" | "shopt" | "ulimit" | "wait" | "hash" | "alias" | "unalias"
        | "times" | "jobs" | "fg" | "bg" | "disown" | "enable" => Builtin::Nothing,
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
        "read" | "mapfile" | "readarray" | "getopts" => Builtin::Read,
        "umask" => Builtin::Umask,
        "command" | "builtin" => Builtin::Command,
        "type" | "which" => Builtin::Lookup,
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
            Builtin::Print => super::print::print(&mut world, &argv),
            Builtin::Cd => change_directory(&mut world, &argv),
            Builtin::Export | Builtin::Declare | Builtin::Local => {
                self.declare(&mut world, simple, builtin, &argv);
            }
            Builtin::Unset => unset(&mut world, &argv),
            Builtin::Set => self.set(&mut world, &argv),
            Builtin::Shift => {
                let count = if argv.len() > 1 {
                    first.and_then(|n| n.parse::<usize>().ok())
                } else {
                    Some(1)
                };
                let positional = Rc::make_mut(&mut world.state.positional);
                match count {
                    Some(count) if positional.iter().take(count).any(Value::is_words) => {}
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
                    self.failed(&world);
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
                    return vec![(world, Flow::Next(Status::SUCCESS))];
                }
                let call = Call {
                    written: Some(self.written(simple)),
                    redirects: redirects.clone(),
                    exec: true,
                    last: true,
                    origin: self.origin(simple),
                };
                return self.outside(world, words.to_vec(), &call);
            }
            Builtin::Command => match first.as_deref() {
                Some("-v" | "-V") => status = self.look_up(&mut world, argv.get(2)),
                Some("-p") => return self.again(world, simple, argv[2..].to_vec(), redirects),
                Some(_) => return self.again(world, simple, argv[1..].to_vec(), redirects),
                None => {}
            },
            Builtin::Lookup => status = self.look_up(&mut world, argv.last()),
            Builtin::Eval => {
                let mut text = Value::default();
                for (i, value) in argv[1..].iter().enumerate() {
                    if i > 0 {
                        text.push_known(" ", None, false);
                    }
                    text.push(value.clone());
                }
                return self.text(world, &text, self.origin(simple), None);
            }
            Builtin::Source => return self.sourced(world, simple, &argv),
            Builtin::Read => {
                read(&mut world, &argv);
                // Files are read to their end by `mapfile`, and that succeeds.
                if argv[0].is("read") || argv[0].is("getopts") {
                    status = Status::Unknown;
                }
            }
            Builtin::Umask => match first.and_then(|mask| u32::from_str_radix(&mask, 8).ok()) {
                Some(mask) => world.state.umask = mask,
                None => {
                    let mask = Value::text(&format!("{:04o}", world.state.umask));
                    if let Some(output) = &mut world.output {
                        output.push(mask);
                    }
                }
            },
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
                let call = Call {
                    written: Some(self.written(simple)),
                    redirects: redirects.clone(),
                    exec: false,
                    last: false,
                    origin: self.origin(simple),
                };
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
            (None, None) => (Value::unknown(Reason::Output), Status::Unknown),
        };
        if let Some(output) = &mut world.output {
            output.push(text);
        }
        status
    }

    fn declare(&mut self, world: &mut World, simple: &Simple, builtin: Builtin, argv: &[Value]) {
        let mut exports = builtin == Builtin::Export;
        let mut global = false;
        let mut unknown = false;
        let mut array = false;
        let asks = argv[1..]
            .iter()
            .filter_map(Value::known)
            .any(|word| word.starts_with('-') && word.contains(['f', 'F', 'p']));
        if asks {
            // Functions are shown or exported, or variables printed: nothing is set.
            return;
        }
        let as_written = simple.words.len() == argv.len();
        for (number, word) in argv.iter().enumerate().skip(1) {
            if let Some(options) = word
                .known()
                .and_then(|text| text.strip_prefix('-').map(str::to_owned))
            {
                exports |= options.contains('x');
                global |= options.contains('g');
                unknown |= options.contains('A') || options.contains('n');
                array |= options.contains('a');
                continue;
            }
            let local = builtin != Builtin::Export && !argv[0].is("readonly") && !global;
            let name = word.known_prefix();
            let name = name.split(['=', '+']).next().unwrap_or_default().to_owned();
            if name.is_empty() {
                continue;
            }
            if local {
                world.state.localize(&name);
            }
            if word.known_prefix().contains('=') {
                let written = simple.words.get(number).filter(|_| as_written);
                let stands_in = written.and_then(|written| self.stands_in_for(world, written));
                self.assign_word(world, word);
                world.state.stands_in(&name, stands_in);
            } else if local && !world.state.locals.is_empty() {
                world.state.set(&name, Content::Scalar(Value::default()));
            }
            if array && world.state.known(&name).is_none_or(|text| text.is_empty()) {
                world.state.set(&name, Content::Array(Vec::new()));
            }
            if unknown {
                world.state.set(&name, Content::Unknown);
            }
            if exports {
                world.state.export(&name);
            }
        }
        for assignment in &simple.arrays {
            if builtin != Builtin::Export && !global {
                world.state.localize(&assignment.name);
            }
            self.assign(world, assignment);
        }
    }

    fn set(&mut self, world: &mut World, argv: &[Value]) {
        let mut words = &argv[1..];
        while let Some(word) = words.first() {
            let Some(text) = word
                .known()
                .or_else(|| Some(word.known_prefix()).filter(|_| word.is_words()))
            else {
                break;
            };
            if text == "--" {
                world.state.positional = Rc::new(words[1..].to_vec());
                return;
            }
            let Some((on, letters)) = text
                .strip_prefix('-')
                .map(|l| (true, l))
                .or_else(|| text.strip_prefix('+').map(|l| (false, l)))
            else {
                break;
            };
            if letters.is_empty() {
                words = &words[1..];
                break;
            }
            let state = &mut world.state;
            for letter in letters.chars() {
                match letter {
                    'e' => state.errexit = on,
                    'u' => state.nounset = on,
                    'a' => state.allexport = on,
                    _ => {}
                }
            }
            words = &words[1..];
            if letters.ends_with('o') {
                match words.first().and_then(Value::known).as_deref() {
                    Some("errexit") => state.errexit = on,
                    Some("nounset") => state.nounset = on,
                    Some("allexport") => state.allexport = on,
                    Some("pipefail") => state.pipefail = on,
                    _ => {}
                }
                words = words.split_first().map_or(words, |(_, rest)| rest);
            }
        }
        if !words.is_empty() {
            world.state.positional = Rc::new(words.to_vec());
        }
    }

    fn sourced(&mut self, world: World, simple: &Rc<Simple>, argv: &[Value]) -> Flows {
        let path = argv.get(1).and_then(Value::known).and_then(|path| {
            if path.contains('/') {
                world.state.absolute(&path)
            } else {
                self.host
                    .find(&path, &world.state)
                    .or(world.state.absolute(&path))
            }
        });
        let script = path.as_deref().and_then(|path| self.host.script(path));
        let Some(script) = script else {
            let known = super::sourced::variables(path.as_deref().unwrap_or_default());
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

/// `cd`, `pushd`, `popd`.
fn change_directory(world: &mut World, argv: &[Value]) {
    let state = &mut world.state;
    if argv[0].is("popd") {
        state.directory = state.pushed.pop().flatten();
        return;
    }
    let operand = argv[1..]
        .iter()
        .find(|word| !word.known_prefix().starts_with('-') || word.is("-"));
    let path = match operand {
        Some(word) => word.known().filter(|path| path != "-"),
        None => state.known("HOME"),
    };
    if argv[0].is("pushd") {
        state.pushed.push(state.directory.clone());
    }
    state.directory = path.and_then(|path| state.absolute(&path)).map(Into::into);
}

/// `unset`, of variables or functions.
fn unset(world: &mut World, argv: &[Value]) {
    let mut function = false;
    for name in argv[1..].iter().filter_map(Value::known) {
        if let Some(options) = name.strip_prefix('-') {
            function |= options.contains('f');
        } else if function || world.state.variable(&name).is_none() {
            if world.state.functions.contains_key(name.as_str()) {
                Rc::make_mut(&mut world.state.functions).remove(name.as_str());
            }
        } else {
            world.state.unset(&name);
        }
        if let Some((array, _)) = name.split_once('[') {
            // Its elements no longer stand one behind the other.
            if world.state.variable(array).is_some() {
                world.state.set(array, Content::Unknown);
            }
        }
    }
}

/// `read`, `mapfile`, `getopts`: their variables hold what is not known.
fn read(world: &mut World, argv: &[Value]) {
    let output = || Content::Scalar(Value::unknown(Reason::Output));
    if argv[0].is("getopts") {
        for name in ["OPTARG", "OPTIND"] {
            world.state.set(name, output());
        }
        if let Some(name) = argv.get(2).and_then(Value::known) {
            world.state.set(&name, output());
        }
        return;
    }
    let mut array = !argv[0].is("read");
    let mut names = Vec::new();
    let mut words = argv[1..].iter();
    while let Some(word) = words.next() {
        let Some(text) = word.known() else { continue };
        match text.strip_prefix('-') {
            None => names.push(text),
            Some(options) => {
                array |= options.contains('a');
                // Options whose value is the next word.
                let valued = if argv[0].is("read") {
                    "dinNptu"
                } else {
                    "dnOsuCc"
                };
                if options.ends_with(|c| valued.contains(c)) {
                    words.next();
                }
            }
        }
    }
    if names.is_empty() {
        names.push(if array { "MAPFILE" } else { "REPLY" }.to_owned());
    }
    for name in names {
        world
            .state
            .set(&name, if array { Content::Unknown } else { output() });
    }
}
