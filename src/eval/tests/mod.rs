//! What the account says of a script, in a compact form: one line for each command that is reached.

mod commands;
mod conditions;
mod entrypoints;
mod expansions;
mod functions;
mod given;
mod limits;
mod loops;
mod managed;
mod origins;
mod stakes;

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{FileKind, Host, ScriptText, State, Step, Trace, User, Value, Variable, start};
use crate::finding::Certainty;
use crate::source::{Origin, SourceId, Span};
use crate::syntax::shell::script_text;

/// A system in memory: files by their paths, and a user who cannot become another.
#[derive(Default)]
pub(super) struct System {
    files: BTreeMap<String, (String, Rc<ScriptText>)>,
    environment: BTreeMap<String, String>,
    trusting: bool,
    /// How many commands were looked at.
    reached: usize,
    /// What programs start, by their names.
    managed: BTreeMap<String, super::Managed>,
}

/// The command line that starts everything is source 0; the files follow.
const LINE: SourceId = SourceId(0);

impl System {
    /// One whose `/entry.sh` is `script`.
    pub(super) fn new(script: &str) -> Self {
        Self::default()
            .with("/entry.sh", script)
            .set("PORT", "8080")
    }

    pub(super) fn with(mut self, path: &str, text: &str) -> Self {
        let script = ScriptText::new(SourceId(self.files.len() as u32 + 1), script_text(text));
        self.files
            .insert(path.to_owned(), (text.to_owned(), Rc::new(script)));
        self
    }

    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// As in a build: root, and what is not known is taken to succeed.
    pub(super) fn trusting(mut self) -> Self {
        self.trusting = true;
        self
    }

    /// Starts a command line, its words parted by single blanks.
    pub(super) fn start(&mut self, line: &str) -> Trace {
        let user = match self.trusting {
            true => User::Root,
            false => User::Account("vcap".into()),
        };
        let mut state = State::new(user, "/data");
        for (name, value) in &self.environment {
            state.put(name, Variable::exported(Value::text(value)));
        }
        let mut at = 0;
        let mut argv = Vec::new();
        for word in line.split(' ') {
            let span = Span::new(at, at + word.len());
            at += word.len() + 1;
            argv.push(Value::written(word, Origin { source: LINE, span }, true));
        }
        let origin = Origin {
            source: LINE,
            span: Span::new(0, line.len()),
        };
        start(self, &state, &argv, origin)
    }

    /// The account of `/entry.sh` with arguments, without its own line.
    pub(super) fn account(&mut self, arguments: &str) -> String {
        let line = format!("/entry.sh {arguments}");
        let trace = self.start(line.trim_end());
        lines(&trace, 1)
    }

    /// The text that a place points at.
    pub(super) fn text_at(&self, origin: Origin, line: &str) -> String {
        let text = match origin.source {
            LINE => line,
            source => self
                .files
                .values()
                .find(|(_, script)| script.source == source)
                .map_or("", |(text, _)| text),
        };
        text[origin.span.range()].to_owned()
    }
}

/// `always cmd word`, `maybe cmd`, `given:NAME cmd`, then what is required and what is left open.
pub(super) fn lines(trace: &Trace, from: usize) -> String {
    let mut out: Vec<String> = Vec::new();
    for step in &trace.steps()[from.min(trace.steps().len())..] {
        let words: Vec<String> = step.argv.iter().map(ToString::to_string).collect();
        let how = match (step.certainty, step.given.as_slice()) {
            (Certainty::Always, _) => "always".to_owned(),
            (Certainty::Maybe, []) => "maybe".to_owned(),
            (Certainty::Maybe, names) => format!("given:{}", names.join(",")),
        };
        out.push(format!("{how} {}", words.join(" ")));
    }
    out.extend(
        trace
            .required
            .iter()
            .map(|name| format!("required: {name}")),
    );
    out.extend(trace.gaps.iter().map(|gap| format!("gap: {}", gap.why)));
    out.join("\n")
}

/// Each script, started with its arguments, comes to its account.
pub(super) fn check(table: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (script, arguments, expected) in table {
        let found = System::new(script).account(arguments);
        if found != *expected {
            wrong.push(format!(
                "--- {script}\n[{arguments}]\nexpected:\n{expected}\nfound:\n{found}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

impl Host for System {
    fn uid(&self, user: &User) -> Option<u32> {
        match user {
            User::Root => Some(0),
            User::Account(name) if **name == *"vcap" => Some(10000),
            User::Account(_) => None,
        }
    }

    fn switched(&self, from: &User, account: Option<&str>, _setuid: bool) -> User {
        match (self.trusting, account) {
            (true, Some(name)) if name != "root" => User::Account(name.into()),
            (true, _) => User::Root,
            (false, _) => from.clone(),
        }
    }

    fn kind(&self, path: &str) -> FileKind {
        let folder = format!("{}/", path.trim_end_matches('/'));
        match self.files.contains_key(path) {
            true => FileKind::File,
            false if self.files.keys().any(|file| file.starts_with(&folder)) => FileKind::Folder,
            false if path.starts_with("/missing") => FileKind::Missing,
            false => FileKind::Unknown,
        }
    }

    fn find(&self, name: &str, _state: &State) -> Option<String> {
        let path = format!("/usr/local/bin/{name}");
        self.files.contains_key(&path).then_some(path)
    }

    fn script(&self, path: &str) -> Option<Rc<ScriptText>> {
        self.files.get(path).map(|(_, script)| script.clone())
    }

    fn names(&self, folder: &str) -> Option<Vec<String>> {
        let prefix = format!("{}/", folder.trim_end_matches('/'));
        let names: Vec<String> = self
            .files
            .keys()
            .filter_map(|path| path.strip_prefix(&prefix))
            .filter(|name| !name.contains('/'))
            .map(str::to_owned)
            .collect();
        (!names.is_empty()).then_some(names)
    }

    fn trusting(&self) -> bool {
        self.trusting
    }

    fn starts(&self, argv: &[Value], _: &State, _: Origin, _: &[&Step]) -> Option<super::Managed> {
        self.managed.get(&argv.first()?.known()?).cloned()
    }

    fn reached(&mut self, _step: &Step) {
        self.reached += 1;
    }
}
