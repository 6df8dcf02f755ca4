//! Scripts that people wrote, run in a sandbox where every command is a stub.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diegolint::eval::{
    FileKind, Host, ScriptText, State, Step, Trace, User, Value, Variable, start,
};
use diegolint::finding::Certainty;
use diegolint::source::{Origin, SourceId, Span};
use diegolint::syntax::shell::{Dialect, each_simple, interpreter, parse, script_text};
use diegolint::target::Target;
use rayon::prelude::*;

use super::sandbox::Sandbox;
use super::{Random, fits};

/// Commands that a shell has in itself, or that the account takes for such: they leave no trace.
const BUILTINS: &[&str] = &[
    ".",
    ":",
    "[",
    "[[",
    "alias",
    "bg",
    "bind",
    "break",
    "builtin",
    "busybox",
    "cd",
    "command",
    "compgen",
    "complete",
    "continue",
    "declare",
    "dirs",
    "disown",
    "echo",
    "enable",
    "eval",
    "exec",
    "exit",
    "export",
    "false",
    "fc",
    "fg",
    "getopts",
    "hash",
    "help",
    "history",
    "jobs",
    "kill",
    "let",
    "local",
    "logout",
    "mapfile",
    "popd",
    "printf",
    "pushd",
    "pwd",
    "read",
    "readarray",
    "readonly",
    "return",
    "set",
    "shift",
    "shopt",
    "source",
    "suspend",
    "test",
    "time",
    "times",
    "trap",
    "true",
    "type",
    "typeset",
    "ulimit",
    "umask",
    "unalias",
    "unset",
    "wait",
    "which",
];

/// Programs whose stubs run what stands behind them.
const RUNNERS: &[&str] = &[
    "sh",
    "bash",
    "dash",
    "ash",
    "gosu",
    "su-exec",
    "tini",
    "dumb-init",
    "catatonit",
];

/// What a POSIX shell does not have, as text: where one of these stands, a script for `sh` is not
/// asked of the other shell.
const BASHISMS: &[&str] = &[
    "[[",
    "((",
    "<<<",
    "<(",
    ">(",
    "=(",
    "function ",
    "source ",
    "${!",
    "declare ",
    "pushd",
    "&>",
    "$'",
    "==",
    "^^",
    ",,",
    "${@:",
    "typeset ",
    "shopt",
    "BASH",
    "-o pipefail",
    "/#",
    "/%",
    "+=",
    "select ",
    "let ",
    "local -",
    "printf -v",
    "read -",
    "echo -",
    "$RANDOM",
    "EUID",
    "UID",
    "HOSTNAME",
    "\\n",
    "${1:",
    "${2:",
    "trap ",
    "type ",
];

/// The folder of a script, as the account and the sandbox see it.
struct Folder {
    files: BTreeMap<String, Rc<ScriptText>>,
}

impl Host for Folder {
    fn uid(&self, user: &User) -> Option<u32> {
        match user {
            User::Root => Some(0),
            User::Account(name) if **name == *"vcap" => Some(10000),
            User::Account(_) => None,
        }
    }

    fn switched(&self, from: &User, _account: Option<&str>, _setuid: bool) -> User {
        from.clone()
    }

    fn kind(&self, path: &str) -> FileKind {
        match self.files.contains_key(path) {
            true => FileKind::File,
            false => FileKind::Unknown,
        }
    }

    fn find(&self, _name: &str, _state: &State) -> Option<String> {
        None
    }

    fn script(&self, path: &str) -> Option<Rc<ScriptText>> {
        self.files.get(path).cloned()
    }

    fn names(&self, _folder: &str) -> Option<Vec<String>> {
        None
    }

    fn trusting(&self) -> bool {
        false
    }

    fn reached(&mut self, _step: &Step) {}
}

/// Every shell script below a folder, and under `fixtures/` always.
fn scripts() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut folders = vec![own];
    folders.extend(std::env::var_os("CORPUS").map(PathBuf::from));
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let kind = entry.file_type();
            if kind.as_ref().is_ok_and(|kind| kind.is_dir()) {
                if entry.file_name() != ".git" && entry.file_name() != "expected" {
                    folders.push(path);
                }
            } else if kind.is_ok_and(|kind| kind.is_file()) && shell_of(&path).is_some() {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The shell that a script is for, with the options of its first line.
fn shell_of(path: &Path) -> Option<(bool, Vec<String>)> {
    let size = fs::metadata(path).ok()?.len();
    if size > 60_000 {
        return None;
    }
    let text = fs::read_to_string(path).ok()?;
    let first = interpreter(&text)?;
    let bash = match first.shell_name() {
        "bash" => true,
        "sh" | "dash" | "ash" => false,
        _ => return None,
    };
    let options = first.arguments.iter().filter(|word| word.starts_with('-'));
    let options: Vec<String> = options.cloned().collect();
    let plain = !first.path.ends_with("/env") || options.is_empty();
    (plain && !first.crlf).then_some((bash, options))
}

/// What ran, in all.
#[derive(Default)]
struct Tally {
    runs: AtomicUsize,
    /// Runs that came to a good end, in which what is *always* reached has to have run.
    good: AtomicUsize,
    commands: AtomicUsize,
}

/// What is wrong with one script; nothing, if all is as the account says.
fn compare(sandbox: &Sandbox, tally: &Tally, path: &Path) -> Vec<String> {
    let Some((bash, options)) = shell_of(path) else {
        return Vec::new();
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let inside = format!("/scripts/{name}");
    let mut folder = Folder {
        files: BTreeMap::new(),
    };
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(path.parent().unwrap_or(path))
        .into_iter()
        .flatten()
        .flatten()
    {
        let beside = entry.path();
        let text = fs::read_to_string(&beside).unwrap_or_default();
        if beside == path || (text.starts_with("#!") && text.len() < 60_000) {
            let script =
                ScriptText::new(SourceId(folder.files.len() as u32 + 1), script_text(&text));
            let place = format!("/scripts/{}", entry.file_name().to_string_lossy());
            folder.files.insert(place.clone(), Rc::new(script));
            texts.insert(place, text);
        }
    }
    let text = texts.get(&inside).cloned().unwrap_or_default();
    let mut names = BTreeSet::new();
    for script in folder.files.values() {
        each_simple(&parse(&script.text, Dialect::Bash).body, &mut |simple| {
            names.extend(simple.words.first().and_then(|word| word.literal()));
        });
    }
    let braces = text.split('{').skip(1).any(|rest| {
        let inside = rest.split(['}', ' ', '\n']).next().unwrap_or_default();
        inside.contains(',') || inside.contains("..")
    });
    let mut shells = Vec::new();
    if bash || !braces {
        shells.push("/bin/bash");
    }
    if !bash
        && texts
            .values()
            .all(|text| !BASHISMS.iter().any(|word| text.contains(word)))
    {
        shells.push("/bin/dash");
    }
    let mut wrong = Vec::new();
    for arguments in [&["server", "--option"][..], &[], &["-x"]] {
        let trace = account(&mut folder, &inside, arguments);
        let mut random = Random(text.len() as u64 * 31 + 7);
        for shell in &shells {
            for _ in 0..2 {
                let answers = random.below(1 << 16);
                let mut ask = Question {
                    sandbox,
                    tally,
                    trace: &trace,
                    names: names.clone(),
                    texts: &texts,
                };
                let mut words = options.clone();
                words.push(inside.clone());
                words.extend(arguments.iter().map(|word| word.to_string()));
                if let Err(why) = ask.answer(shell, &words, answers) {
                    wrong.push(format!(
                        "{}: {shell} {answers:b} {arguments:?}: {why}",
                        path.display()
                    ));
                    break;
                }
            }
        }
        if !wrong.is_empty() {
            break;
        }
    }
    wrong
}

/// The variables that the target sets, as far as a stub of a platform knows them.
fn environment() -> Vec<(String, String)> {
    let target = &Target::all()[0];
    let set = target.environment.set.iter();
    set.map(|variable| {
        let value = variable.value.clone().unwrap_or_else(|| "given".to_owned());
        (variable.name.clone(), value)
    })
    .filter(|(name, _)| name != "HOME" && name != "TMPDIR")
    .chain([
        ("HOME".to_owned(), "/app".to_owned()),
        ("TMPDIR".to_owned(), "/app/tmp".to_owned()),
    ])
    .collect()
}

fn account(folder: &mut Folder, path: &str, arguments: &[&str]) -> Trace {
    let mut state = State::new(User::Account("vcap".into()), "/scripts");
    for (name, value) in environment() {
        state.put(&name, Variable::exported(Value::text(&value)));
    }
    state.put("PATH", Variable::exported(Value::text("/stubs")));
    let argv: Vec<Value> = [path]
        .iter()
        .chain(arguments)
        .map(|word| Value::text(word))
        .collect();
    let origin = Origin {
        source: SourceId(0),
        span: Span::default(),
    };
    start(folder, &state, &argv, origin)
}

/// One run beside one account.
struct Question<'q> {
    sandbox: &'q Sandbox,
    tally: &'q Tally,
    trace: &'q Trace,
    names: BTreeSet<String>,
    texts: &'q BTreeMap<String, String>,
}

impl Question<'_> {
    fn answer(&mut self, shell: &str, words: &[String], answers: u32) -> Result<(), String> {
        let steps = self.trace.steps();
        let world = self.sandbox.world()?;
        for (place, text) in self.texts {
            let place = world.root().join(place.trim_start_matches('/'));
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            fs::write(&place, text)
                .and_then(|()| fs::set_permissions(&place, mode))
                .map_err(|e| e.to_string())?;
        }
        for step in steps {
            self.names.extend(step.argv.first().and_then(Value::known));
            step.directory.iter().for_each(|path| world.folder(path));
            let targets = step
                .redirects
                .iter()
                .filter_map(|(_, target)| target.known());
            for target in targets.filter_map(|target| step.absolute(&target)) {
                world.folder(target.rsplit_once('/').map_or("/", |(folder, _)| folder));
            }
        }
        self.names
            .extend(RUNNERS.iter().map(|name| (*name).to_owned()));
        let wanted = self.names.iter().filter(|name| {
            let program = name.rsplit('/').next().unwrap_or_default();
            !program.is_empty() && !BUILTINS.contains(&program) && !name.contains(['\0', '\n'])
        });
        let stubs = world.stubs(&wanted.cloned().collect());
        let mut environment = environment();
        for name in &self.trace.required {
            environment.push((name.to_string(), "given".to_owned()));
        }
        let run = world.run(shell, words, &environment, answers);
        self.tally.runs.fetch_add(1, Ordering::Relaxed);
        self.tally
            .good
            .fetch_add(usize::from(run.good), Ordering::Relaxed);
        self.tally
            .commands
            .fetch_add(run.commands.len(), Ordering::Relaxed);
        let cut =
            self.trace.gaps.iter().any(|gap| {
                gap.why.contains("followed further") || gap.why.contains("put together")
            });
        let gaps: Vec<&str> = self.trace.gaps.iter().map(|gap| gap.why.as_str()).collect();
        if !cut {
            for command in &run.commands {
                if !steps.iter().any(|step| fits(step, command)) {
                    return Err(format!("{command:?} ran, but is no step; gaps: {gaps:?}"));
                }
            }
        }
        if !run.good || cut {
            return Ok(());
        }
        for (number, step) in steps.iter().enumerate() {
            let asked = step.argv.first().and_then(Value::known);
            let stubbed = asked.is_some_and(|name| stubs.contains(&name));
            if step.certainty == Certainty::Always
                && stubbed
                && self.is_run(number)
                // A file in a folder that is not known cannot be written here.
                && step.redirects.iter().all(|(_, target)| {
                    target.known().is_none_or(|target| step.absolute(&target).is_some())
                })
                && !run.commands.iter().any(|command| fits(step, command))
            {
                return Err(format!(
                    "{:?} did not run, of {:?}; gaps: {gaps:?}",
                    step.texts(),
                    run.commands
                ));
            }
        }
        Ok(())
    }

    /// Whether everything that a step stands behind really runs what is behind it.
    fn is_run(&self, number: usize) -> bool {
        let steps = self.trace.steps();
        let mut at = steps[number].behind;
        while let Some(outer) = at {
            let step = &steps[outer];
            let path = step.argv.first().and_then(Value::known).unwrap_or_default();
            let program = path.rsplit('/').next().unwrap_or_default();
            if !RUNNERS.contains(&program)
                && !step
                    .absolute(&path)
                    .is_some_and(|path| self.texts.contains_key(&path))
            {
                return false;
            }
            at = step.behind;
        }
        true
    }
}

#[test]
fn corpus_scripts_do_what_the_account_says() {
    let sandbox = match Sandbox::new() {
        Ok(sandbox) => sandbox,
        // These scripts delete files: they never run outside of a sandbox.
        Err(why) => {
            assert!(
                std::env::var_os("CORPUS").is_none(),
                "no sandbox can be built, so that no script of CORPUS runs: {why}"
            );
            eprintln!("SKIPPED: no sandbox can be built, so that no script runs: {why}");
            return;
        }
    };
    let scripts = scripts();
    assert!(scripts.len() > 5, "{scripts:?}");
    let tally = Tally::default();
    let wrong: Vec<String> = scripts
        .par_iter()
        .flat_map_iter(|path| compare(&sandbox, &tally, path))
        .collect();
    let [runs, good, commands] =
        [&tally.runs, &tally.good, &tally.commands].map(|n| n.load(Ordering::Relaxed));
    eprintln!(
        "{} scripts, {runs} runs, {good} to a good end, {commands} commands",
        scripts.len()
    );
    assert!(commands > 50 && good > 5, "hardly anything ran");
    assert!(
        wrong.is_empty(),
        "{} of {} scripts:\n{}",
        wrong.len(),
        scripts.len(),
        wrong.join("\n")
    );
}
