//! What a shell knows while it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::value::{Reason, Value};
pub use super::variables::{Content, Variable, Variables};
use crate::source::{Origin, SourceId};
use crate::syntax::shell::Function;

/// How many names stand for one another at most.
const REFERENCES: usize = 8;

/// An exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Success or failure, by its number.
    Known(i32),
    /// It depends on something that is not known.
    Unknown,
}

impl Status {
    /// Success.
    pub const SUCCESS: Status = Status::Known(0);
    /// Failure.
    pub const FAILURE: Status = Status::Known(1);

    /// The status of a question whose answer may not be known.
    pub fn of(answer: Option<bool>) -> Self {
        match answer {
            Some(true) => Self::SUCCESS,
            Some(false) => Self::FAILURE,
            None => Self::Unknown,
        }
    }

    /// Whether it is success: none if not known.
    pub fn success(self) -> Option<bool> {
        match self {
            Status::Known(code) => Some(code == 0),
            Status::Unknown => None,
        }
    }

    /// What `!` makes of it.
    pub fn negated(self) -> Self {
        Self::of(self.success().map(|success| !success))
    }
}

/// How a list came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// At its last command.
    Next(Status),
    /// `return`.
    Return(Status),
    /// `break`, out of so many loops.
    Break(usize),
    /// `continue`, of the so-many-th loop.
    Continue(usize),
    /// `exit`, or `exec` of a program.
    Exit(Status),
}

/// A function, and the file that its spans are of.
#[derive(Clone, Debug)]
pub struct Defined {
    /// The definition.
    pub function: Rc<Function>,
    /// Its file.
    pub source: SourceId,
}

impl PartialEq for Defined {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.function, &other.function)
    }
}

impl Eq for Defined {}

/// Who runs a command.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum User {
    /// The superuser.
    Root,
    /// An account, by its name or number.
    Account(Rc<str>),
}

impl std::fmt::Display for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            User::Root => f.write_str("root"),
            // A number alone is hard to read in a sentence.
            User::Account(name) if f.alternate() && name.parse::<u32>().is_ok() => {
                write!(f, "user {name}")
            }
            User::Account(name) => f.write_str(name),
        }
    }
}

/// Everything that the commands of a script can change.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    variables: Variables,
    /// `$1`, `$2`, …
    pub positional: Rc<Vec<Value>>,
    /// `$0`.
    pub zero: Value,
    /// The working directory, if known.
    pub directory: Option<Rc<str>>,
    /// Who runs the commands.
    pub user: User,
    /// The functions.
    pub functions: Rc<BTreeMap<Rc<str>, Defined>>,
    /// `set -e`.
    pub errexit: bool,
    /// `set -o pipefail`.
    pub pipefail: bool,
    /// `set -u`.
    pub nounset: bool,
    /// `set -a`.
    pub allexport: bool,
    /// Variables that are exported as soon as they are set.
    pub exports: Rc<BTreeSet<Rc<str>>>,
    /// The folders that `pushd` left.
    pub pushed: Vec<Option<Rc<str>>>,
    /// `umask`.
    pub umask: u32,
    /// `$?`.
    pub status: Status,
    /// For each function that is running, what its `local` variables were before.
    pub locals: Vec<BTreeMap<Rc<str>, Option<Variable>>>,
    /// Whether the shell is of bash's kind rather than a plain POSIX one: it has `{a,b}`, and does
    /// not hand `set -e` on to a command substitution.
    pub extended: bool,
    /// What is left to read from the standard input, if that is known.
    pub input: Option<Value>,
    /// The commands that `trap` keeps for a signal or the end, and where it stands.
    pub traps: Rc<BTreeMap<Rc<str>, (Value, Origin)>>,
    /// Where in a word of several letters `getopts` goes on.
    pub cluster: usize,
    /// Something that is not followed and may have set any variable: what is sourced from outside
    /// of the context, or made up and handed to `eval`.
    pub elsewhere: Option<Origin>,
    /// What ended the shell by its own choice: `exit` with an error, or `exec` of no words.
    pub stopped: Option<Origin>,
    /// How many ends were passed: see [`Host::passes`](super::Host::passes).
    pub passed: usize,
}

impl State {
    /// A fresh shell.
    pub fn new(user: User, directory: &str) -> Self {
        Self {
            variables: Variables::default(),
            positional: Rc::default(),
            zero: Value::default(),
            directory: Some(directory.into()),
            user,
            functions: Rc::default(),
            errexit: false,
            pipefail: false,
            nounset: false,
            allexport: false,
            exports: Rc::default(),
            pushed: Vec::new(),
            umask: 0o022,
            status: Status::SUCCESS,
            locals: Vec::new(),
            extended: false,
            input: None,
            traps: Rc::default(),
            cluster: 0,
            elsewhere: None,
            stopped: None,
            passed: 0,
        }
    }

    /// The shell with these variables, which it shares until it changes one.
    pub fn with_variables(self, variables: Variables) -> Self {
        Self { variables, ..self }
    }

    /// Makes a variable the running function's own.
    pub fn localize(&mut self, name: &str) {
        let before = self.variables.get(name).cloned();
        if let Some(frame) = self.locals.last_mut() {
            frame.entry(name.into()).or_insert(before);
        }
    }

    /// Leaves a function: its own variables are what they were.
    pub fn leave(&mut self) {
        for (name, before) in self.locals.pop().unwrap_or_default() {
            match before {
                Some(variable) => self.put(&name, variable),
                None => self.remove(&name),
            }
        }
    }

    /// A variable, if it is set.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.get(self.target(name))
    }

    /// The variable that a name stands for: another one, where `declare -n` made it so.
    pub fn target<'s>(&'s self, name: &'s str) -> &'s str {
        if !self.variables.has_references() {
            return name;
        }
        let mut name = name;
        for _ in 0..REFERENCES {
            match self.variables.get(name).map(|variable| &variable.content) {
                Some(Content::Reference(next)) => name = next,
                _ => break,
            }
        }
        name
    }

    /// All variables, by name.
    pub fn variables(&self) -> &Variables {
        &self.variables
    }

    /// A variable's text, if it is set and known.
    pub fn known(&self, name: &str) -> Option<String> {
        match &self.variable(name)?.content {
            Content::Scalar(value) => value.known(),
            Content::Array(values) => values.first()?.known(),
            Content::Map(values) => values.get("0")?.known(),
            Content::Unknown | Content::Reference(_) => None,
        }
    }

    /// Sets a variable; it stays exported if it was.
    pub fn set(&mut self, name: &str, content: Content) {
        self.set_for(name, content, None);
    }

    /// Sets a variable to what stands in for another, which nobody sets.
    pub fn set_for(&mut self, name: &str, content: Content, default_of: Option<Rc<str>>) {
        let target = self.target(name).to_owned();
        let name = target.as_str();
        let exported = self
            .variables
            .get(name)
            .is_some_and(|variable| variable.exported)
            || self.allexport
            || self.exports.contains(name);
        let variable = Variable {
            content,
            exported,
            default_of,
            for_want_of: None,
        };
        self.variables.insert(name.into(), variable);
    }

    /// Notes that a variable holds what stands in for another, which nobody sets.
    pub fn stands_in(&mut self, name: &str, given: Option<Rc<str>>) {
        if let (Some(given), Some(variable)) = (given, self.variables.get(name)) {
            let variable = Variable {
                default_of: Some(given),
                ..variable.clone()
            };
            self.put(name, variable);
        }
    }

    /// Notes that a variable was set because another one, which nobody sets, is missing.
    pub fn wanted(&mut self, name: &str, missing: &Rc<str>) {
        if let Some(variable) = self.variables.get(self.target(name)) {
            let variable = Variable {
                for_want_of: Some(missing.clone()),
                ..variable.clone()
            };
            self.put(name, variable);
        }
    }

    /// Gives a variable that nobody sets a value, and with it all that stand in for it.
    pub fn give(&mut self, name: &Rc<str>) {
        let value = Value::unknown(Reason::Given(name.clone()));
        let holders: Vec<Rc<str>> = self
            .variables
            .iter()
            .filter(|(_, variable)| variable.default_of.as_ref() == Some(name))
            .map(|(holder, _)| holder.clone())
            .collect();
        for holder in holders {
            self.set(&holder, Content::Scalar(value.clone()));
        }
        self.put(name, Variable::exported(value));
    }

    /// Sets a variable as a whole.
    pub fn put(&mut self, name: &str, variable: Variable) {
        self.variables.insert(name.into(), variable);
    }

    /// Removes a variable.
    pub fn unset(&mut self, name: &str) {
        let target = self.target(name).to_owned();
        self.remove(&target);
    }

    /// Removes what has this very name.
    fn remove(&mut self, name: &str) {
        self.variables.remove(name);
    }

    /// Exports a variable: at once, or when it is set.
    pub fn export(&mut self, name: &str) {
        let target = self.target(name).to_owned();
        let name = target.as_str();
        if let Some(variable) = self.variables.get(name) {
            let variable = Variable {
                exported: true,
                ..variable.clone()
            };
            self.put(name, variable);
        } else if !self.exports.contains(name) {
            Rc::make_mut(&mut self.exports).insert(name.into());
        }
    }

    /// Forgets what another state has otherwise.
    pub fn blur(&mut self, other: &State) {
        for name in self.variables.differing(&other.variables) {
            let both = [self.variables.get(&name), other.variables.get(&name)];
            let known = both.iter().flatten();
            let exported = known.clone().any(|variable| variable.exported);
            let contents = both.map(|variable| variable.map(|variable| &variable.content));
            let content = match contents {
                [Some(ours), Some(theirs)] if ours == theirs => ours.clone(),
                [Some(Content::Scalar(ours)), Some(Content::Scalar(theirs))] => {
                    Content::Scalar(ours.blurred(theirs))
                }
                [Some(Content::Scalar(_)), None] | [None, Some(Content::Scalar(_))] => {
                    Content::Scalar(Value::unknown(Reason::Branches))
                }
                [Some(Content::Array(ours)), Some(Content::Array(theirs))] => {
                    Content::Array(blurred(ours, theirs))
                }
                _ => Content::Unknown,
            };
            let variable = Variable {
                content,
                exported,
                default_of: None,
                for_want_of: None,
            };
            self.put(&name, variable);
        }
        if self.positional != other.positional {
            self.positional = Rc::new(blurred(&self.positional, &other.positional));
        }
        if self.directory != other.directory {
            self.directory = None;
        }
        if self.status != other.status {
            self.status = Status::Unknown;
        }
        if self.input != other.input {
            self.input = None;
        }
        if self.traps != other.traps {
            let traps = Rc::make_mut(&mut self.traps);
            for (signal, body) in other.traps.iter() {
                traps.entry(signal.clone()).or_insert_with(|| body.clone());
            }
        }
        self.elsewhere = self.elsewhere.or(other.elsewhere);
    }

    /// Defines a function.
    pub fn define(&mut self, name: &str, defined: Defined) {
        Rc::make_mut(&mut self.functions).insert(name.into(), defined);
    }

    /// A path as seen from the working directory; none if that is not known.
    pub fn absolute(&self, path: &str) -> Option<String> {
        if path.starts_with('/') {
            Some(normal(path))
        } else {
            Some(normal(&format!("{}/{path}", self.directory.as_deref()?)))
        }
    }
}

/// What is known of words where they may be others as well: those that are the same at their place, as
/// many as there are; else those that both begin with.
fn blurred(ours: &[Value], theirs: &[Value]) -> Vec<Value> {
    let both = ours.iter().zip(theirs);
    let wordy = ours.iter().chain(theirs).any(Value::is_words);
    if ours.len() == theirs.len() && !wordy {
        return both.map(|(ours, theirs)| ours.blurred(theirs)).collect();
    }
    let same = both.take_while(|(ours, theirs)| ours == theirs);
    let mut words: Vec<Value> = same.map(|(ours, _)| ours.clone()).collect();
    let any = Value::unknown(Reason::Words);
    if words.last() != Some(&any) {
        words.push(any);
    }
    words
}

/// Whether a path is another one, or lies in it.
pub fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || folder == "/")
}

/// The number of the output that a path is another name for: 1 for standard output, 2 for standard error.
pub fn standard_output(path: &str) -> Option<u32> {
    let number = ["/dev/fd/", "/proc/self/fd/", "/proc/1/fd/"];
    let number = number.iter().find_map(|folder| path.strip_prefix(folder));
    match number.unwrap_or(path) {
        "1" | "/dev/stdout" => Some(1),
        "2" | "/dev/stderr" => Some(2),
        _ => None,
    }
}

/// The folder that an absolute path lies in.
pub fn above(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((folder, _)) if !folder.is_empty() => folder,
        _ => "/",
    }
}

/// A path without `.`, `..` and doubled slashes.
pub fn normal(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
