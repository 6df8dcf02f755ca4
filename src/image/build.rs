//! Goes through the instructions of the final stage, and of those that it needs.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

use super::base::Base;
use super::effects::Building;
use super::files::{Content, Node};
use super::host::BuildHost;
use super::lookup::Scripts;
use super::stages::{Stage, find, stages};
use super::{BuildStep, Command, Config, Exposed, Image, Setting};
use crate::context::Context;
use crate::eval::{Reason, State, User, Value, Variable, Variables, normal, run, start};
use crate::source::{Origin, Source, SourceId, Span};
use crate::syntax::Joined;
use crate::syntax::dockerfile::{Arguments, Dockerfile, Instruction, Keyword, Pair, Text, expand};
use crate::syntax::shell::{Dialect, parse};

/// How many stages are looked at that are made from each other.
const DEEPEST: usize = 64;
/// How long the values in one word of an instruction are at most, together: no program can be given
/// more in one variable.
const LONGEST: usize = 128 * 1024;

/// The image that a Dockerfile's last stage becomes; none if it has no stage.
pub fn build(
    context: &Context,
    source: SourceId,
    dockerfile: &Dockerfile,
    scripts: &Scripts<'_>,
) -> Option<Image> {
    let (stages, global) = stages(dockerfile);
    let text = context.source(source);
    let mut builder = Builder {
        context,
        source,
        text: &text,
        dockerfile,
        stages,
        global,
        built: HashMap::new(),
        depth: 0,
        scripts,
    };
    let last = builder.stages.len().checked_sub(1)?;
    builder.stage(last);
    builder.built.remove(&last)
}

/// The build of one Dockerfile.
pub(super) struct Builder<'a> {
    pub(super) context: &'a Context,
    pub(super) source: SourceId,
    text: &'a Source,
    dockerfile: &'a Dockerfile,
    stages: Vec<Stage>,
    global: BTreeMap<String, Option<String>>,
    built: HashMap<usize, Image>,
    /// How many stages are being built, each for the one before.
    depth: usize,
    scripts: &'a Scripts<'a>,
}

/// One stage while it is built.
pub(super) struct Work {
    pub(super) image: Image,
    pub(super) number: usize,
    arguments: BTreeMap<String, Value>,
    /// What RUN sees of these and of ENV, until one of them changes.
    variables: Option<Variables>,
}

impl Builder<'_> {
    /// Builds a stage, once.
    fn stage(&mut self, number: usize) {
        if self.built.contains_key(&number) || self.depth >= DEEPEST {
            return;
        }
        self.depth += 1;
        let stage = self.stages[number].clone();
        let origin = self.origin(stage.written.span);
        let parent = stage
            .image
            .as_deref()
            .and_then(|image| find(&self.stages, number, image));
        let mut image = match parent {
            Some(parent) => {
                self.stage(parent);
                self.built.get(&parent).cloned()
            }
            None => None,
        }
        .unwrap_or_else(|| Image {
            platform: stage.platform.as_ref().map(|platform| Setting {
                value: platform.text.clone(),
                origin: Some(self.origin(platform.span)),
                instruction: Some(stage.instructions.start),
            }),
            ..from_base(stage.image.as_deref(), origin)
        });
        image.stage = stage.name.clone();
        image.own = stage.instructions.clone();
        let mut work = Work {
            image,
            number,
            arguments: BTreeMap::new(),
            variables: None,
        };
        let instructions = &self.dockerfile.instructions;
        for i in stage.instructions {
            work.image.instructions.push(i);
            self.instruction(&mut work, i, &instructions[i]);
        }
        self.built.insert(number, work.image);
        self.depth -= 1;
    }

    /// The image that COPY --from means, if it is a stage.
    pub(super) fn source_stage(&mut self, before: usize, name: &str) -> Option<Image> {
        let number = find(&self.stages, before, name)?;
        self.stage(number);
        self.built.get(&number).cloned()
    }

    fn instruction(&mut self, work: &mut Work, number: usize, instruction: &Instruction) {
        let own = Some(number);
        match (&instruction.keyword, &instruction.arguments) {
            (Keyword::Arg, Arguments::Pairs(pairs)) => {
                work.variables = None;
                for pair in pairs {
                    let name = pair.name.text.as_str();
                    let value = match (&pair.value, self.global.get(name)) {
                        (Some(value), _) => self.filled(work, value),
                        (None, Some(Some(value))) => Value::text(value),
                        (None, _) => Value::unknown(Reason::Given(name.into())),
                    };
                    work.arguments.insert(name.to_owned(), value);
                }
            }
            (Keyword::Env, Arguments::Pairs(pairs)) => {
                work.variables = None;
                // All of one instruction see what was before it. Quotes and variables count in names too.
                let values: Vec<_> = pairs
                    .iter()
                    .map(|pair| {
                        let pair = unquoted(pair);
                        let name = self.expanded(work, &pair.name).known();
                        (
                            name.unwrap_or_else(|| pair.name.text.clone()),
                            pair.value.as_ref().map(|value| self.filled(work, value)),
                        )
                    })
                    .collect();
                for (name, value) in values {
                    work.image
                        .config
                        .environment
                        .insert(name.into(), value.unwrap_or_default());
                }
            }
            (Keyword::Workdir, Arguments::Line(text)) => {
                if let Some(path) = self.expanded(work, text).known() {
                    let before = work
                        .image
                        .config
                        .directory
                        .as_ref()
                        .map_or("/", |d| &d.value);
                    let path = if path.starts_with('/') {
                        normal(&path)
                    } else {
                        normal(&format!("{before}/{path}"))
                    };
                    let origin = self.origin(text.span);
                    // A folder of the system is not WORKDIR's.
                    match path.matches('/').count() > 1 {
                        true => work.image.files.enter_folder(&path, origin),
                        false => work.image.files.make_folder(&path, 0o755, Some(origin)),
                    }
                    work.image.config.directory = Some(Setting {
                        value: path,
                        origin: Some(origin),
                        instruction: own,
                    });
                }
            }
            (Keyword::User, Arguments::Line(text)) => {
                let value = self.account(work, text);
                work.image.config.user = Some(Setting {
                    value,
                    origin: Some(self.origin(text.span)),
                    instruction: own,
                });
            }
            (Keyword::Expose, Arguments::Words(words)) => {
                for word in words {
                    let origin = self.origin(word.span);
                    let known = self.expanded(work, word).known().unwrap_or_default();
                    for (port, tcp) in known.split_whitespace().flat_map(ports) {
                        let exposed = Exposed {
                            port,
                            tcp,
                            origin: Some(origin),
                            instruction: own,
                        };
                        work.image.config.exposed.push(exposed);
                    }
                }
            }
            (Keyword::Volume, arguments) => {
                for word in words(arguments) {
                    if let Some(path) = self
                        .expanded(work, word)
                        .known()
                        .filter(|path| !path.is_empty())
                    {
                        let origin = self.origin(word.span);
                        let path = normal(&path);
                        work.image.files.make_folder(&path, 0o755, Some(origin));
                        let volume = Setting {
                            value: path,
                            origin: Some(origin),
                            instruction: own,
                        };
                        work.image.config.volumes.push(volume);
                    }
                }
            }
            (Keyword::Shell, Arguments::Json(array)) => {
                work.image.config.shell =
                    Some(array.words.iter().map(|word| word.text.clone()).collect());
            }
            (Keyword::Healthcheck, arguments) => {
                let written = !matches!(arguments, Arguments::None);
                work.image.config.health_check = written.then(|| Setting {
                    value: instruction.text.text().to_owned(),
                    origin: Some(self.origin(instruction.keyword_span)),
                    instruction: own,
                });
            }
            (Keyword::Stopsignal, Arguments::Line(text)) => {
                let value = self.expanded(work, text).known();
                work.image.config.stop_signal = value.map(|value| Setting {
                    value,
                    origin: Some(self.origin(instruction.keyword_span)),
                    instruction: own,
                });
            }
            (Keyword::Entrypoint, _) => {
                let inherited = work.image.config.command.as_ref().is_none_or(|c| {
                    c.instruction
                        .is_none_or(|i| !self.stages[work.number].instructions.contains(&i))
                });
                if inherited {
                    work.image.config.command = None;
                }
                work.image.config.entrypoint = self.command(work, number, instruction);
            }
            (Keyword::Cmd, _) => {
                work.image.config.command = self.command(work, number, instruction)
            }
            (Keyword::Run, _) => self.run(work, number, instruction),
            (Keyword::Copy | Keyword::Add, _) => self.copy(work, number, instruction),
            _ => {}
        }
    }

    fn run(&mut self, work: &mut Work, number: usize, instruction: &Instruction) {
        if !self.is_posix(work) {
            return;
        }
        let state = self.state(work);
        let origin = self.origin(instruction.keyword_span);
        if let Arguments::Shell(text) = &instruction.arguments {
            work.image.runs.push(text.text().into());
        }
        let mut building = Building::take(&mut work.image, origin);
        let mut host = BuildHost {
            sh_is_bash: work.image.base.is_none_or(Base::sh_is_bash),
            scripts: self.scripts,
            world: &mut building,
        };
        let trace = match &instruction.arguments {
            Arguments::Json(array) => {
                let argv: Vec<Value> = array.words.iter().map(|word| self.json(word)).collect();
                if argv.is_empty() {
                    building.give_back(&mut work.image);
                    return;
                }
                start(&mut host, &state, &argv, origin)
            }
            Arguments::Shell(text) => {
                let script = parse(text, Dialect::Bash);
                run(&mut host, &state, self.source, script.body)
            }
            _ => {
                building.give_back(&mut work.image);
                return;
            }
        };
        building.give_back(&mut work.image);
        let steps = trace.into_steps();
        for step in steps {
            work.image
                .accounts
                .extend(super::accounts::account(&step, work.image.steps.len()));
            work.image.steps.push(BuildStep {
                instruction: number,
                step,
            });
        }
    }

    /// Whether RUN starts a shell that we know.
    fn is_posix(&self, work: &Work) -> bool {
        let windows = work.image.base_name.as_deref().is_some_and(is_windows);
        let shell = work
            .image
            .config
            .shell
            .as_ref()
            .and_then(|shell| shell.first());
        !windows
            && shell.is_none_or(|shell| {
                shell.ends_with("sh") && !shell.contains("powershell") && !shell.contains("pwsh")
            })
    }

    /// The shell that a RUN begins with.
    fn state(&self, work: &mut Work) -> State {
        let config = &work.image.config;
        let user = match config
            .user
            .as_ref()
            .map(|user| user.value.split(':').next().unwrap_or_default())
        {
            None | Some("" | "root" | "0") => User::Root,
            Some(name) => User::Account(name.into()),
        };
        let directory = config.directory.as_ref().map_or("/", |d| &d.value);
        let state = State::new(user, directory);
        if let Some(variables) = &work.variables {
            return state.with_variables(variables.clone());
        }
        let exported =
            |(name, value): (&str, &Value)| (name.into(), Variable::exported(value.clone()));
        let arguments = work
            .arguments
            .iter()
            .map(|(name, value)| exported((name, value)));
        let environment = config
            .environment
            .iter()
            .map(|(name, value)| exported((name, value)));
        let variables: Variables = arguments.chain(environment).collect();
        work.variables = Some(variables.clone());
        state.with_variables(variables)
    }

    fn command(&self, work: &Work, number: usize, instruction: &Instruction) -> Option<Command> {
        let instruction_number = Some(number);
        match &instruction.arguments {
            Arguments::Json(array) => {
                let argv: Vec<Value> = array.words.iter().map(|word| self.json(word)).collect();
                let origin = Some(self.origin(array.span));
                (!argv.is_empty()).then_some(Command {
                    argv,
                    shell: false,
                    origin,
                    instruction: instruction_number,
                })
            }
            Arguments::Shell(text) => {
                let shell = work
                    .image
                    .config
                    .shell
                    .clone()
                    .unwrap_or_else(|| vec!["/bin/sh".into(), "-c".into()]);
                let mut argv: Vec<Value> = shell.iter().map(|word| Value::text(word)).collect();
                argv.push(self.joined(text));
                let origin = Some(self.origin(text.span(0..text.text().len())));
                Some(Command {
                    argv,
                    shell: true,
                    origin,
                    instruction: instruction_number,
                })
            }
            _ => None,
        }
    }

    /// A word of a JSON array: a part of it that needs no escape stands where it is written.
    pub(super) fn json(&self, word: &Text) -> Value {
        let raw = self.text.slice(word.span);
        let start = word.span.start as usize;
        let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
        match inner {
            Some(inner) if inner == word.text => Value::written(
                &word.text,
                self.origin(Span::new(start + 1, start + 1 + inner.len())),
                true,
            ),
            Some(inner) => unescaped(inner, start + 1, self.source)
                .filter(|value| value.is(&word.text))
                .unwrap_or_else(|| Value::written(&word.text, self.origin(word.span), false)),
            None => Value::written(&word.text, self.origin(word.span), false),
        }
    }

    /// Joined text as a value whose pieces stand where they are written.
    fn joined(&self, text: &Joined) -> Value {
        let mut value = Value::default();
        for span in text.pieces() {
            value.push_known(self.text.slice(span), Some(self.origin(span)), true);
        }
        if value.is(text.text()) {
            value
        } else {
            Value::written(
                text.text(),
                self.origin(text.span(0..text.text().len())),
                false,
            )
        }
    }

    /// A word with quotes removed and variables filled in. It is not known where it takes one that a
    /// base may set, of which nothing is known.
    pub(super) fn expanded(&self, work: &Work, text: &Text) -> Value {
        let set = |name: &str| {
            let environment = &work.image.config.environment;
            environment.get(name).is_some() || work.arguments.contains_key(name)
        };
        let bare = |name: &&str| {
            let default = [format!("${{{name}:"), format!("${{{name}-")];
            !set(name) && !default.iter().any(|start| text.text.contains(start))
        };
        let unset = names_in(&text.text).find(bare);
        match unset.filter(|_| work.image.base.is_none()) {
            Some(name) => Value::unknown(Reason::Given(name.into())),
            None => self.filled(work, text),
        }
    }

    /// The same, with nothing for what is not set: `$PATH:/opt/bin` says something in any base.
    fn filled(&self, work: &Work, text: &Text) -> Value {
        let environment = &work.image.config.environment;
        let value_of = |name: &str| environment.get(name).or_else(|| work.arguments.get(name));
        // A variable that is doubled again and again would use all memory up.
        let left = Cell::new(Some(LONGEST));
        let lookup = |name: &str| {
            let rest = left.get()?;
            let text = value_of(name)?.known().unwrap_or_default();
            left.set(rest.checked_sub(text.len()));
            left.get().map(|_| text)
        };
        let Ok(expansion) = expand(&text.text, self.dockerfile.escape, &lookup) else {
            return Value::unknown(Reason::Output);
        };
        if left.get().is_none() {
            return Value::unknown(Reason::Output);
        }
        // A variable without a known value leaves the whole unknown.
        let unknown = names_in(&text.text)
            .find(|name| value_of(name).is_some_and(|value| value.known().is_none()));
        if let Some(name) = unknown {
            return Value::unknown(Reason::Given(name.into()));
        }
        // Part of it may be known from a single variable: its place is the variable's own.
        if let Some(value) = sole_variable(&text.text).and_then(value_of) {
            return value.clone();
        }
        let written = self.text.slice(text.span);
        let exact = written == expansion.text;
        let inside = written.trim_start_matches(['"', '\'']);
        if !exact && inside.trim_end_matches(['"', '\'']) == expansion.text {
            let start = text.span.end as usize - inside.len();
            return Value::written(
                &expansion.text,
                self.origin(Span::new(start, start + expansion.text.len())),
                true,
            );
        }
        Value::written(&expansion.text, self.origin(text.span), exact)
    }

    /// An account that an instruction names: as it is written where a variable of a base that is not
    /// known says it.
    pub(super) fn account(&self, work: &Work, text: &Text) -> String {
        let value = self.expanded(work, text);
        let value = match value.known() {
            None if work.image.base.is_none() => String::new(),
            known => known.unwrap_or_else(|| value.to_string()),
        };
        match value.trim_matches(':') {
            "" => text.text.trim_matches(['"', '\'']).to_owned(),
            _ => value,
        }
    }

    pub(super) fn origin(&self, span: Span) -> Origin {
        Origin {
            source: self.source,
            span,
        }
    }
}

/// `"name=value"` with quotes of its own for the value, as Docker of 2015 closed and opened them.
fn unquoted(pair: &Pair) -> Cow<'_, Pair> {
    let quote = ['"', '\''].into_iter().find(|quote| {
        let text = pair.name.text.strip_prefix(*quote);
        text.is_some_and(|text| !text.contains(*quote))
    });
    let (Some(quote), Some(value)) = (quote, &pair.value) else {
        return Cow::Borrowed(pair);
    };
    let mut own = pair.clone();
    own.name.text.remove(0);
    own.value = Some(Text {
        text: format!("{quote}{}", value.text),
        span: value.span,
    });
    Cow::Owned(own)
}

/// The names behind `$` in a text.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        &rest[..end]
    })
}

/// The variable that a text is and nothing else.
fn sole_variable(text: &str) -> Option<&str> {
    let name = text.strip_prefix('$')?;
    let name = name
        .strip_prefix('{')
        .and_then(|name| name.strip_suffix('}'))
        .unwrap_or(name);
    name.chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_')
        .then_some(name)
}

/// The words of an instruction that takes a JSON array or plain words.
pub(super) fn words(arguments: &Arguments) -> &[Text] {
    match arguments {
        Arguments::Json(array) => &array.words,
        Arguments::Words(words) => words,
        _ => &[],
    }
}

/// `8080`, `8080/udp`, `8000-8010/tcp`: ports, and whether they are TCP.
fn ports(word: &str) -> Vec<(u16, bool)> {
    let (range, protocol) = word.split_once('/').unwrap_or((word, "tcp"));
    let tcp = protocol.eq_ignore_ascii_case("tcp");
    let (from, to) = range.split_once('-').unwrap_or((range, range));
    match (from.parse::<u16>(), to.parse::<u16>()) {
        (Ok(from), Ok(to)) => (from..=to).map(|port| (port, tcp)).collect(),
        _ => Vec::new(),
    }
}

/// The inside of a JSON string, piece by piece.
fn unescaped(raw: &str, start: usize, source: SourceId) -> Option<Value> {
    let mut value = Value::default();
    let mut at = 0;
    while at < raw.len() {
        let rest = &raw[at..];
        let plain = rest.find('\\').unwrap_or(rest.len());
        let place = |from: usize, to: usize| {
            Some(Origin {
                source,
                span: Span::new(start + from, start + to),
            })
        };
        if plain > 0 {
            value.push_known(&rest[..plain], place(at, at + plain), true);
            at += plain;
            continue;
        }
        let length = if rest[1..].starts_with('u') { 6 } else { 2 };
        let escape = rest.get(..length)?;
        let text: String = serde_json::from_str(&format!("\"{escape}\"")).ok()?;
        value.push_known(&text, place(at, at + length), false);
        at += length;
    }
    Some(value)
}

fn from_base(name: Option<&str>, origin: Origin) -> Image {
    let base = name.and_then(Base::find);
    let mut image = Image {
        stage: None,
        base_name: name.map(str::to_owned),
        base,
        base_origin: origin,
        platform: None,
        config: Config::default(),
        accounts: Vec::new(),
        files: Default::default(),
        steps: Vec::new(),
        runs: Vec::new(),
        fetched: Vec::new(),
        copies: Vec::new(),
        granted: Vec::new(),
        instructions: Vec::new(),
        own: 0..0,
        gaps: Vec::new(),
        missing: Vec::new(),
    };
    // Every distribution with a /run has had these links since; what lies in them comes after. An
    // image that is not known is made from one of these.
    for (path, to) in [("/var/run", "/run"), ("/var/lock", "/run/lock")] {
        if base.is_none_or(|base| base.directory(to).is_some()) {
            image.files.put(path, Node::link(to));
        }
    }
    if let Some(base) = base {
        inherit(&mut image, base);
    }
    if let Some(name) = name {
        super::base::folders::put(&mut image.files, name);
        super::texts::of_base(name, &mut image.files);
    }
    for path in ["/tmp", "/var/tmp"] {
        image.files.make_folder(path, 0o1777, None);
    }
    image
}

/// What an image has from its base.
fn inherit(image: &mut Image, base: &Base) {
    for folder in &base.directories {
        let mut node = Node::folder(folder.mode, None);
        node.owner.name = folder.owner.as_str().into();
        node.group.name = folder.owner.as_str().into();
        node.filled = true;
        image.files.put(&folder.path, node);
    }
    for program in base.programs.iter().chain(&base.shells) {
        image
            .files
            .put(program, Node::file(Content::Unknown, 0o755, None));
    }
    let setting = |value: &String| Setting {
        value: value.clone(),
        origin: None,
        instruction: None,
    };
    let command = |words: &Vec<String>| {
        let argv: Vec<Value> = words.iter().map(|word| Value::text(word)).collect();
        (!argv.is_empty()).then_some(Command {
            argv,
            shell: false,
            origin: None,
            instruction: None,
        })
    };
    image.config = Config {
        user: base.user.as_ref().map(setting),
        entrypoint: command(&base.entrypoint),
        command: command(&base.cmd),
        environment: base
            .environment
            .iter()
            .map(|(name, value)| (name.as_str().into(), Value::text(value)))
            .collect(),
        directory: base.workdir.as_ref().map(setting),
        exposed: base
            .expose
            .iter()
            .map(|port| Exposed {
                port: *port,
                tcp: true,
                origin: None,
                instruction: None,
            })
            .collect(),
        volumes: base.volumes.iter().map(setting).collect(),
        shell: None,
        health_check: None,
        stop_signal: None,
    };
}

/// Images that Windows runs on: nothing in them is a shell of ours.
pub(super) fn is_windows(image: &str) -> bool {
    ["windows", "nanoserver", "servercore"]
        .iter()
        .any(|word| image.contains(word))
}
