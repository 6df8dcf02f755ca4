//! Scripts run by real shells, among commands that only write down their words, do what the account
//! says: every command that ran is a step of it, and every step that it calls *always* ran.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;

use diegolint::eval::{
    FileKind, Host, ScriptText, State, Step, Trace, User, Value, Variable, start,
};
use diegolint::finding::Certainty;
use diegolint::source::{Origin, SourceId, Span};
use diegolint::syntax::shell::script_text;

#[path = "shell_property/corpus.rs"]
mod corpus;
#[path = "shell_property/patience.rs"]
mod patience;
#[path = "shell_property/sandbox.rs"]
mod sandbox;
#[path = "shell_property/writer.rs"]
mod writer;

use self::writer::Writer;

/// The commands there are. Of `grep` and `pgrep` the account does not know whether they succeed; any
/// other one is taken to.
const COMMANDS: &[&str] = &["alpha", "beta", "gamma", "server", "grep", "pgrep"];

/// A system that holds one script.
struct System(Rc<ScriptText>);

impl Host for System {
    fn uid(&self, _user: &User) -> Option<u32> {
        None
    }

    fn switched(&self, from: &User, _account: Option<&str>, _setuid: bool) -> User {
        from.clone()
    }

    fn kind(&self, _path: &str) -> FileKind {
        FileKind::Unknown
    }

    fn find(&self, _name: &str, _state: &State) -> Option<String> {
        None
    }

    fn script(&self, path: &str) -> Option<Rc<ScriptText>> {
        (path == "/script").then(|| self.0.clone())
    }

    fn names(&self, _folder: &str) -> Option<Vec<String>> {
        None
    }

    fn trusting(&self) -> bool {
        false
    }

    fn reached(&mut self, _step: &Step) {}
}

fn account(script: &str, arguments: &[&str]) -> Trace {
    let mut state = State::new(User::Account("vcap".into()), "/");
    for (name, value) in [("PORT", "8080"), ("HOME", "app")] {
        state.put(name, Variable::exported(Value::text(value)));
    }
    let text = ScriptText::new(SourceId(1), script_text(script));
    let argv: Vec<Value> = ["/script"]
        .iter()
        .chain(arguments)
        .map(|word| Value::text(word))
        .collect();
    let origin = Origin {
        source: SourceId(0),
        span: Span::default(),
    };
    start(&mut System(Rc::new(text)), &state, &argv, origin)
}

/// What ran, each as its words, and whether the script ended well.
struct Run {
    commands: Vec<Vec<String>>,
    good: bool,
}

/// Runs a script among the stubs. Which of the questions succeed is said by `answers`, one bit a
/// question, in their order.
fn run(shell: &str, folder: &Path, script: &str, arguments: &[&str], answers: u32) -> Run {
    let file = folder.join("script");
    let log = folder.join("log");
    fs::write(&file, script).expect("a script");
    fs::write(&log, "").expect("a log");
    let mut command = Command::new(shell);
    command
        .arg(&file)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", folder.join("stubs"))
        .env("PORT", "8080")
        .env("HOME", "app")
        .env("STUB_LOG", &log)
        .env("STUB_ANSWERS", answers.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // What had to be ended did not end well.
    let status = patience::status(&mut command);
    let text = fs::read_to_string(&log).expect("a log");
    let commands = text
        .lines()
        .map(|line| line.split('\u{1f}').map(str::to_owned).collect())
        .collect();
    Run {
        commands,
        good: status.is_some_and(|status| status.success()),
    }
}

/// The stubs: each adds a line with its words to the log; a question answers by the next bit.
fn stubs(folder: &Path, shell: &str) {
    let stubs = folder.join("stubs");
    fs::create_dir_all(&stubs).expect("a folder");
    for name in COMMANDS {
        let question = name.ends_with("grep");
        let mut text = format!(
            "#!{shell}\nline={name}\nfor word; do line=\"$line\u{1f}$word\"; done\necho \"$line\" >> \"$STUB_LOG\"\n"
        );
        if question {
            text += "n=0\nwhile read -r line; do case $line in *grep*) n=$((n + 1)) ;; esac; done < \"$STUB_LOG\"\nexit $(( (STUB_ANSWERS >> (n % 16)) & 1 ))\n";
        } else {
            text += "exit 0\n";
        }
        let path = stubs.join(name);
        fs::write(&path, text).expect("a stub");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
    }
}

/// Whether a step can be a command that ran: the same words where they are known.
fn fits(step: &Step, command: &[String]) -> bool {
    let several = step.argv.iter().position(Value::is_words);
    let fixed = several.unwrap_or(step.argv.len());
    let long_enough = match several {
        Some(at) => command.len() >= at,
        None => command.len() == step.argv.len(),
    };
    long_enough
        && step.argv[..fixed]
            .iter()
            .zip(command)
            .all(|(word, text)| match word.known() {
                Some(known) => known == *text,
                None => text.starts_with(&word.known_prefix()),
            })
}

/// Compares the account with runs in all shells that are there.
fn compare(shells: &[&str], folder: &Path, script: &str, arguments: &[&str], runs: u32) {
    let mut random = Random(script.len() as u64 * 31 + 7);
    for shell in shells {
        // bash and a POSIX shell do not do the same everywhere.
        let script = &format!("#!{shell}\n{script}");
        let trace = account(script, arguments);
        for turn in 0..runs {
            let answers = match turn {
                0 => 0,
                1 => u32::MAX,
                _ => random.below(1 << 16),
            };
            let run = run(shell, folder, script, arguments, answers);
            let told = || {
                let steps: Vec<String> = trace
                    .steps()
                    .iter()
                    .map(|step| {
                        let words: Vec<String> = step.argv.iter().map(Value::to_string).collect();
                        format!("{:?} {}", step.certainty, words.join(" "))
                    })
                    .collect();
                format!(
                    "{shell}, answers {answers:b}, arguments {arguments:?}\n{script}\nsteps: {steps:#?}\ngaps: {:?}\nran: {:?}",
                    trace.gaps, run.commands
                )
            };
            if trace.gaps.is_empty() {
                for command in &run.commands {
                    let found = trace.steps().iter().any(|step| fits(step, command));
                    assert!(found, "{command:?} ran, but is no step\n{}", told());
                }
            }
            if !run.good {
                continue;
            }
            let always = trace.steps().iter().filter(|step| {
                step.certainty == Certainty::Always
                    && step
                        .program()
                        .is_some_and(|name| COMMANDS.contains(&name.as_str()))
            });
            for step in always {
                let ran = run.commands.iter().any(|command| fits(step, command));
                assert!(ran, "{:?} did not run\n{}", step.texts(), told());
            }
        }
    }
}

fn shells(wanted: &[&'static str]) -> Vec<&'static str> {
    let there: Vec<_> = wanted
        .iter()
        .copied()
        .filter(|path| Path::new(path).exists())
        .collect();
    for missing in wanted.iter().filter(|path| !there.contains(path)) {
        eprintln!("skipped: there is no {missing} here");
    }
    there
}

#[test]
fn written_scripts_do_what_the_account_says() {
    let posix = shells(&["/bin/dash", "/bin/bash"]);
    let bash = shells(&["/bin/bash"]);
    let Some(first) = posix.first() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    stubs(folder.path(), first);
    let table: &[(&[&str], &str, &[&str])] = &[
        (
            &posix,
            "set -e\nif [ \"${1#-}\" != \"$1\" ]; then set -- server \"$@\"; fi\nif grep x; then alpha; fi\nexec \"$@\"",
            &["--port", "1"],
        ),
        (
            &posix,
            "while [ $# -gt 0 ]; do case \"$1\" in -p) p=$2; shift 2 ;; -*) beta \"$1\"; shift ;; *) break ;; esac; done\nserver \"$p\" \"$@\"",
            &["-v", "-p", "5", "x", "y z"],
        ),
        (
            &posix,
            "f() { alpha \"$1\"; [ \"$1\" = 0 ] && return 0; f $(($1 - 1)); }\nf 3\nserver",
            &[],
        ),
        (
            &posix,
            "set -eu\nx=${1:-d}; y=${x%%=*}; z=${x#*=}\nalpha \"$y\" \"$z\"\ngrep x && beta || gamma\nserver \"${2-}\"",
            &["a=b=c"],
        ),
        (
            &posix,
            "set -e\nf() { grep a; beta; }\nif f; then alpha; else gamma; fi\nf || server",
            &[],
        ),
        (&posix, "IFS=,\nset -- $1\nserver \"$#\" \"$1\"", &["a,b"]),
        (
            &posix,
            "x='a b'\nserver ${x:+--x \"$x\"} ${1+\"$@\"} \"$*\" $x",
            &["1 2", "3"],
        ),
        (
            &posix,
            "(alpha; exit 3) || beta $?\nx=$(echo out; exit 2) || gamma \"$x\" $?\nserver",
            &[],
        ),
        (
            &posix,
            "for x in 1 2 3; do [ $x = 2 ] && continue; grep $x || break; alpha $x; done\nserver $x",
            &[],
        ),
        (
            &posix,
            "until grep x; do n=$((${n:-0} + 1)); [ $n -gt 2 ] && exit 1; done\nserver",
            &[],
        ),
        (
            &posix,
            "alpha | while read -r l; do beta; done\ngrep x & wait\nserver ~ \"$HOME\" $PORT",
            &[],
        ),
        (
            &posix,
            "eval 'set -- a \"b c\"'; server \"$@\"; eval \"alpha $1\"",
            &[],
        ),
        (
            &posix,
            "case \"$1\" in [!a-c]*) alpha ;; ?) beta ;; *) gamma ;; esac; server",
            &["bc"],
        ),
        (&posix, "shift 1 && alpha\nset --\nserver $# \"$@\"", &["x"]),
        (
            &posix,
            "x=1; f() { x=2; alpha $x; }; (f); beta $x; f; server $x",
            &[],
        ),
        (
            &posix,
            "set -e\nx=$(grep y)\nalpha\nfalse || beta\n! grep z\nserver",
            &[],
        ),
        (
            &bash,
            "a=(x 'y z'); a+=(\"$@\"); server \"${a[@]:1}\" ${#a[@]} \"${a[-1]}\"",
            &["q"],
        ),
        (&bash, "set -eo pipefail\ngrep x | alpha\nserver", &[]),
        (
            &bash,
            "[[ $1 == a* && ! $2 =~ ^x ]] && alpha; if (( $# > 1 )); then beta; fi; server ${1^^} ${1//a/o}",
            &["banana", "y"],
        ),
        (
            &bash,
            "f() { local x=$1 y; y=${!x}; alpha \"$y\" \"${FUNCNAME[0]}\" ${#FUNCNAME[@]}; }; f PORT; server \"${@:2}\" \"${@: -1}\"",
            &["1", "2", "3"],
        ),
        (
            &bash,
            "for ((i = 0; i < 3; i++)); do alpha $i; done; let i+=2; printf -v v '%s-%d' a 7; server $i $v",
            &[],
        ),
        (
            &bash,
            "case $1 in a*) alpha ;;& *b) beta ;& c) gamma ;; *) server ;; esac",
            &["ab"],
        ),
    ];
    for (shells, script, arguments) in table {
        compare(shells, folder.path(), script, arguments, 6);
    }
}

#[test]
fn made_up_scripts_do_what_the_account_says() {
    let shells = shells(&["/bin/dash", "/bin/bash"]);
    let bash: Vec<_> = shells
        .iter()
        .copied()
        .filter(|path| path.ends_with("bash"))
        .collect();
    let Some(first) = shells.first() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    stubs(folder.path(), first);
    let number = std::env::var("SCRIPTS").ok().and_then(|n| n.parse().ok());
    for seed in 0..number.unwrap_or(120) {
        let for_bash = seed % 2 == 1;
        let script = Writer::new(seed, for_bash).script();
        let arguments: &[&str] = [&["a", "b"][..], &[], &["-x", "b c", "d"]][seed as usize % 3];
        let shells = if for_bash { &bash } else { &shells };
        compare(shells, folder.path(), &script, arguments, 3);
    }
}

/// xorshift: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as u32 % end
    }
}
