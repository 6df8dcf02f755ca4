//! Commands that are not the shell's own: scripts of the image, programs that run others, and the
//! few whose output is known.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::command::Redirects;
use super::control::{Evaluator, Flows, Frame};
use super::filters;
use super::host::{FileKind, ScriptText};
use super::state::{Flow, State, Status};
use super::trace::Written;
use super::value::{Reason, Value};
use super::world::World;
use crate::programs::{Inner, Words, programs};
use crate::source::{Origin, SourceId};
use crate::syntax::Joined;
use crate::syntax::shell::{Dialect, Interpreter, List, RedirectKind, interpreter, parse};

/// How a command is called.
#[derive(Clone)]
pub(super) struct Call {
    /// The command as written; none for what an instruction names as JSON.
    pub(super) written: Option<Written>,
    /// Its redirections.
    pub(super) redirects: Redirects,
    /// Whether it takes the place of the shell.
    pub(super) exec: bool,
    /// Whether nothing of the shell that started it goes on: what it runs takes its place, even
    /// behind a wrapper.
    pub(super) last: bool,
    /// Where its first word stands.
    pub(super) origin: Origin,
}

impl Call {
    /// The same for the command behind a wrapper.
    fn behind(&self) -> Self {
        Self {
            exec: false,
            ..self.clone()
        }
    }
}

/// Shells that read a script.
const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "ksh", "mksh", "busybox"];

/// Commands that ask something: whether they succeed is what their caller wants to know. Any other
/// program is taken to do what it is told.
const QUESTIONS: &[&str] = &[
    "grep",
    "egrep",
    "fgrep",
    "pgrep",
    "pidof",
    "getent",
    "id",
    "groups",
    "cmp",
    "diff",
    "nc",
    "ping",
    "curl",
    "wget",
    "ls",
    "stat",
    "mountpoint",
    "expr",
    "which",
    "hash",
    "kill",
    "ps",
    "nslookup",
    "host",
    "dig",
    "find",
    "sleep",
    "awk",
    "sed",
    "jq",
    "true",
    "mysqladmin",
    "pg_isready",
    "mysql",
    "psql",
    "mongo",
    "mongosh",
    "redis-cli",
    "numactl",
    "getcap",
    "tty",
    "ip",
    "gpg",
];

/// Whether a program asks something, so that its success is not known; any other one is taken to do
/// what it is told.
pub fn asks(program: &str) -> bool {
    QUESTIONS.contains(&program)
}

impl Evaluator<'_> {
    /// A command that is not the shell's own.
    pub(super) fn outside(&mut self, world: World, argv: Vec<Value>, call: &Call) -> Flows {
        if self.is_too_deep() {
            return self.too_deep(world, call.origin);
        }
        let mut world = world;
        let mut call = call.clone();
        if let Some(origin) = argv.first().and_then(Value::origin) {
            call.origin = if call.written.is_some() && origin.source != call.origin.source {
                call.origin
            } else {
                origin
            };
        }
        let step = self.step(&mut world, argv.clone(), &call);
        let outer = self.behind.replace(step);
        let ends = self.ends_start(&world, &call);
        let wrapped = self.stakes.wrapped.replace(ends);
        let managed = self.host.starts(&argv, &world.state, call.origin);
        let mut flows = self.deeper(|shell| match managed.map(Rc::new) {
            Some(managed) => {
                shell.trace.starts(step, managed.clone());
                shell.managed(world, &managed, &call)
            }
            None => shell.inner(world, argv, &call),
        });
        self.stakes.wrapped = wrapped;
        self.behind = outer;
        if call.exec {
            for (_, flow) in &mut flows {
                if let Flow::Next(status) = *flow {
                    *flow = Flow::Exit(if status == Status::Unknown {
                        Status::SUCCESS
                    } else {
                        status
                    });
                }
            }
        }
        flows
    }

    /// What a command runs in its turn.
    fn inner(&mut self, world: World, argv: Vec<Value>, call: &Call) -> Flows {
        let texts: Vec<Option<String>> = argv.iter().map(Value::known).collect();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let Some(Some(word)) = words.first() else {
            self.trace.gap(
                call.origin.source,
                call.origin.span,
                "which command this is is only known while it runs: it is not followed",
            );
            return self.ends(world, Status::Unknown);
        };
        let path = if word.contains('/') {
            world.state.absolute(word)
        } else {
            self.host.find(word, &world.state)
        };
        if let Some(script) = path.as_deref().and_then(|path| self.host.script(path)) {
            return self.process(
                world,
                &script,
                path.as_deref().unwrap_or_default(),
                &argv,
                call.last,
            );
        }
        let name = word.rsplit('/').next().unwrap_or_default();
        if let Some(wrapped) = programs()
            .wrapper(name)
            .and_then(|wrapper| wrapper.parse(&words))
        {
            if let Some(text) = wrapped.text.and_then(|at| argv.get(at)) {
                return self.apart(world, call.last, |shell, world| {
                    let mut world = world;
                    world.state = fresh(&world.state);
                    shell.as_process(|shell| shell.text(world, text, call.origin, None))
                });
            }
            let mut inner: Vec<Value> = Vec::new();
            if let Some(value) = wrapped.split.as_ref().and_then(|part| argv.get(part.index)) {
                inner.extend(value.split());
            }
            inner.extend(
                argv.get(wrapped.first..)
                    .unwrap_or_default()
                    .iter()
                    .cloned(),
            );
            if inner.is_empty() {
                return self.ends(world, Status::Unknown);
            }
            let unset: Vec<String> = wrapped
                .unset
                .iter()
                .filter_map(|part| part.text(&words).map(str::to_owned))
                .collect();
            return self.apart(world, call.last, |shell, world| {
                let mut world = world;
                if wrapped.clears_environment {
                    let names: Vec<Rc<str>> = world.state.variables().keys().cloned().collect();
                    names.iter().for_each(|name| world.state.unset(name));
                }
                unset.iter().for_each(|name| world.state.unset(name));
                for assigned in wrapped.assignments.iter().filter_map(|at| argv.get(*at)) {
                    if let Some(name) = shell.assign_word(&mut world, assigned) {
                        world.state.export(&name);
                    }
                }
                shell.outside(world, inner, &call.behind())
            });
        }
        if let Some(switch) = programs()
            .switcher(name)
            .and_then(|switcher| switcher.parse(&words))
        {
            let account = switch
                .account
                .as_ref()
                .and_then(|part| part.text(&words))
                .map(str::to_owned);
            let user = self.host.switched(&world.state.user, account.as_deref());
            let inner = switch.inner;
            return self.apart(world, call.last, |shell, world| {
                let mut world = world;
                world.state.user = user;
                match inner {
                    Inner::Words(first) if first < argv.len() => {
                        shell.outside(world, argv[first..].to_vec(), &call.behind())
                    }
                    Inner::Text(part) => match argv.get(part.index) {
                        Some(text) => {
                            world.state = fresh(&world.state);
                            shell.as_process(|shell| shell.text(world, text, call.origin, None))
                        }
                        None => shell.ends(world, Status::Unknown),
                    },
                    Inner::Exec { path, arguments } => {
                        let mut inner: Vec<Value> = argv
                            .get(path.index)
                            .map(|word| part_of(word, &path))
                            .into_iter()
                            .collect();
                        inner.extend(argv.get(arguments..).unwrap_or_default().iter().cloned());
                        shell.outside(world, inner, &call.behind())
                    }
                    _ => shell.ends(world, Status::Unknown),
                }
            });
        }
        if SHELLS.contains(&name) {
            return self.shell(world, &argv, &words, call);
        }
        match name {
            "find" => self.find_exec(world, &argv, &words, call),
            "xargs" => {
                let mut first = 1;
                let mut replaced = None;
                while let Some(Some(option)) = words
                    .get(first)
                    .filter(|word| word.is_some_and(|w| w.starts_with('-')))
                {
                    first += 1;
                    if let Some(text) = option.strip_prefix("-I") {
                        replaced = Some(if text.is_empty() {
                            words.get(first).copied().flatten().unwrap_or("{}")
                        } else {
                            text
                        });
                    }
                    if matches!(
                        *option,
                        "-I" | "-n" | "-P" | "-L" | "-d" | "-s" | "-a" | "-E"
                    ) {
                        first += 1;
                    }
                }
                let mut inner = argv.get(first..).unwrap_or_default().to_vec();
                if inner.is_empty() {
                    return self.ends(world, Status::SUCCESS);
                }
                match replaced {
                    Some(text) => {
                        for word in inner.iter_mut().filter(|word| word.is(text)) {
                            *word = Value::unknown(Reason::Output);
                        }
                    }
                    None => match world.state.input.as_ref().and_then(Value::known) {
                        Some(_) if first == 1 => {
                            inner.extend(world.state.input.iter().flat_map(Value::split))
                        }
                        _ => inner.push(Value::unknown(Reason::Words)),
                    },
                }
                self.apart(world, call.last, |shell, world| {
                    shell.outside(world, inner, &call.behind())
                })
            }
            "run-parts" => self.run_parts(world, &words, call),
            _ => self.prints(world, name, &argv, &words),
        }
    }

    fn ends(&self, world: World, status: Status) -> Flows {
        vec![(world, Flow::Next(status))]
    }

    /// Something that runs in a process of its own; the last thing that happens, if `last`.
    pub(super) fn apart(
        &mut self,
        world: World,
        last: bool,
        run: impl FnOnce(&mut Self, World) -> Flows,
    ) -> Flows {
        if last && world.output.is_none() {
            return super::control::ends(run(self, world));
        }
        let (world, status) = self.subshell(world, run);
        vec![(world, Flow::Next(status))]
    }

    /// A script of the image as a command.
    fn process(
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
        self.apart(world, last, |shell, world| {
            let mut world = world;
            world.looked_at = Rc::default();
            world.state = fresh(&world.state);
            world.state.positional = Rc::new(arguments);
            world.state.zero = zero.clone();
            world.state.errexit = errexit;
            world.state.extended = extended;
            shell.as_process(|shell| shell.script_text(world, script, Some(zero)))
        })
    }

    /// Runs the text of a script in this shell.
    pub(super) fn script_text(
        &mut self,
        world: World,
        script: &ScriptText,
        name: Option<Value>,
    ) -> Flows {
        let list = self.parsed(script.source, &script.text);
        self.within(
            Frame {
                source: script.source,
                script: list,
                name,
            },
            world,
        )
    }

    /// Runs a string as a script: `sh -c`, `eval`, `su -c`.
    pub(super) fn text(
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
        self.within(
            Frame {
                source,
                script: list,
                name,
            },
            world,
        )
    }

    /// `sh -c text name args…`, `sh script args…`.
    fn shell(&mut self, world: World, argv: &[Value], words: &Words, call: &Call) -> Flows {
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
            if letters.ends_with(['o', 'O']) {
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
        match path.as_deref().and_then(|path| self.host.script(path)) {
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

    /// `find … -exec cmd {} +`: the command runs if anything is found; the folder itself mostly is.
    fn find_exec(&mut self, world: World, argv: &[Value], words: &Words, call: &Call) -> Flows {
        let mut world = world;
        let mut at = 1;
        let mut roots: Vec<Value> = argv[1..]
            .iter()
            .skip_while(|word| ["-L", "-H", "-P"].iter().any(|option| word.is(option)))
            .take_while(|word| !word.known_prefix().starts_with(['-', '(', '!']))
            .cloned()
            .collect();
        if roots.is_empty() {
            roots.push(Value::text("."));
        }
        while at < words.len() {
            if matches!(words[at], Some("-exec" | "-execdir" | "-ok")) {
                let end = (at + 1..words.len())
                    .find(|i| matches!(words[*i], Some(";" | "+")))
                    .unwrap_or(words.len());
                let written = &argv[at + 1..end];
                // What fails behind `;` only ends the search of its own file.
                if words.get(end).copied().flatten() != Some("+") {
                    self.stakes.wrapped = Some(false);
                }
                for files in self.found(&world, &argv[..at], written, &roots, call) {
                    let mut inner = Vec::new();
                    for word in written {
                        if word.is("{}") {
                            inner.extend(files.iter().cloned());
                        } else {
                            inner.push(word.clone());
                        }
                    }
                    if inner.is_empty() {
                        continue;
                    }
                    let call = Call {
                        last: false,
                        ..call.behind()
                    };
                    let flows = self.apart(world, false, |shell, world| {
                        shell.outside(world, inner, &call)
                    });
                    let Some((after, _)) = flows.into_iter().next() else {
                        return Vec::new();
                    };
                    world = after;
                }
                at = end;
            }
            at += 1;
        }
        if world.output.is_some() {
            let listed = filters::listed(self.host, &world.state, "find", argv);
            if let Some(output) = &mut world.output {
                output.push(listed.unwrap_or_else(|| Value::unknown(Reason::Output)));
            }
        }
        self.ends(world, Status::SUCCESS)
    }

    /// What `{}` stands for, each time that the command runs: the folders that are searched, unless
    /// what is found there is what runs.
    fn found(
        &mut self,
        world: &World,
        search: &[Value],
        written: &[Value],
        roots: &[Value],
        call: &Call,
    ) -> Vec<Vec<Value>> {
        let is_shell = |word: &Value| {
            let text = word.known();
            text.is_some_and(|text| SHELLS.contains(&text.rsplit('/').next().unwrap_or_default()))
        };
        let runs = match written {
            [first, ..] if first.is("{}") => true,
            [first, second, ..] => is_shell(first) && second.is("{}"),
            _ => false,
        };
        if !runs {
            return vec![roots.to_vec()];
        }
        match filters::listed(self.host, &world.state, "find", search).and_then(|list| list.known())
        {
            Some(list) => list.lines().map(|file| vec![Value::text(file)]).collect(),
            None => {
                self.trace.gap(
                    call.origin.source,
                    call.origin.span,
                    "the files that are found here are not known: they are not followed",
                );
                Vec::new()
            }
        }
    }

    fn run_parts(&mut self, world: World, words: &Words, call: &Call) -> Flows {
        let folder = words[1..]
            .iter()
            .rev()
            .flatten()
            .find(|word| !word.starts_with('-'))
            .and_then(|path| world.state.absolute(path));
        let names = folder.as_deref().and_then(|folder| self.host.names(folder));
        let (Some(folder), Some(names)) = (folder, names) else {
            self.trace.gap(
                call.origin.source,
                call.origin.span,
                "the files of this folder are not known: they are not followed",
            );
            return self.ends(world, Status::Unknown);
        };
        let mut world = world;
        // A pattern of its own for the names takes the place of the usual one.
        let regex = words[1..]
            .iter()
            .flatten()
            .any(|word| word.starts_with("--regex"));
        for name in names.iter().filter(|name| regex || filters::is_part(name)) {
            let argv = vec![Value::text(&format!("{folder}/{name}"))];
            let call = Call {
                last: false,
                ..call.behind()
            };
            let flows = self.apart(world, false, |shell, world| {
                shell.outside(world, argv, &call)
            });
            let Some((after, _)) = flows.into_iter().next() else {
                return Vec::new();
            };
            world = after;
        }
        self.ends(world, Status::Unknown)
    }

    /// A program that ends the account: what it prints, and whether it succeeds.
    fn prints(&mut self, world: World, name: &str, argv: &[Value], words: &Words) -> Flows {
        let mut world = world;
        let input = world.state.input.clone();
        if filters::reads(name) {
            world.state.input = None;
        }
        if world.output.is_some() {
            let printed = self
                .printed(&world, name, argv, words)
                .or_else(|| filters::passed_on(name, argv, input.as_ref()))
                .or_else(|| filters::listed(self.host, &world.state, name, argv))
                .unwrap_or_else(|| Value::unknown(Reason::Output));
            if let Some(output) = &mut world.output {
                output.push(printed);
            }
        }
        let status = if self.host.trusting()
            || !(asks(name) || argv[1..].iter().any(|word| word.is("--version")))
        {
            Status::SUCCESS
        } else {
            Status::Unknown
        };
        self.ends(world, status)
    }

    fn printed(
        &mut self,
        world: &World,
        name: &str,
        argv: &[Value],
        words: &Words,
    ) -> Option<Value> {
        let state = &world.state;
        let last = argv.last().filter(|_| argv.len() > 1);
        let text = |text: String| Some(Value::text(&text));
        match name {
            "id" => {
                let options: String = words[1..]
                    .iter()
                    .flatten()
                    .filter_map(|w| w.strip_prefix('-'))
                    .collect();
                // Another account than our own is not looked up.
                if words[1..]
                    .iter()
                    .any(|word| word.is_none_or(|w| !w.starts_with('-')))
                {
                    return None;
                }
                match options.as_str() {
                    "un" | "nu" => text(state.user.to_string()),
                    "u" | "ur" | "-user" => text(self.host.uid(&state.user)?.to_string()),
                    "g" => text(self.host.uid(&state.user)?.to_string()),
                    _ => None,
                }
            }
            "whoami" => text(state.user.to_string()),
            "basename" => {
                let path = argv.get(1)?.known()?;
                let base = path.trim_end_matches('/').rsplit('/').next()?;
                let suffix = argv.get(2).and_then(Value::known).unwrap_or_default();
                text(
                    base.strip_suffix(suffix.as_str())
                        .filter(|rest| !rest.is_empty())
                        .unwrap_or(base)
                        .to_owned(),
                )
            }
            "dirname" => {
                let path = last?.known()?;
                text(match path.trim_end_matches('/').rsplit_once('/') {
                    Some(("", _)) => "/".to_owned(),
                    Some((folder, _)) => folder.to_owned(),
                    None => ".".to_owned(),
                })
            }
            "readlink" | "realpath" => text(state.absolute(&last?.known()?)?),
            "cat" if argv.len() == 2 => {
                let path = state.absolute(&last?.known()?)?;
                if self.host.kind(&path) != FileKind::File {
                    return None;
                }
                Some(self.host.script(&path)?.value())
            }
            "uname" if argv.len() == 1 => text("Linux".to_owned()),
            _ => None,
        }
    }

    /// The tree of a text, parsed once.
    fn parsed(&mut self, source: SourceId, text: &Joined) -> Rc<List> {
        let key = (source, text.offset(0), text.text().to_owned());
        let list = self
            .parsed
            .entry(key)
            .or_insert_with(|| Rc::new(parse(text, Dialect::Bash).body));
        list.clone()
    }
}

/// The trees of the texts that were parsed, by where they begin and what they are.
pub(super) type Parsed = BTreeMap<(SourceId, usize, String), Rc<List>>;

/// The shell that a `#!` line comes to: itself, or what an init starts that it names.
fn shell_of(first: &Interpreter) -> Option<String> {
    let direct = first.shell_name();
    if SHELLS.contains(&direct) {
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
        if SHELLS.contains(&name) {
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

/// A part of a word that a table found in it.
fn part_of(word: &Value, part: &crate::programs::WordPart) -> Value {
    match &part.range {
        Some(range) => word.slice(range.clone()).unwrap_or_else(|| word.clone()),
        None => word.clone(),
    }
}

/// The state of a new process: the environment is passed on, the rest is not.
pub(super) fn fresh(state: &State) -> State {
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
