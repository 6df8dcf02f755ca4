//! Scripts that end themselves before they come to what they are there for.

use super::host::LaunchHost;
use crate::eval::{Host, Passage, Reason, State, Stop, Trace, User, Value, start};
use crate::programs::{program_name, programs};
use crate::source::Origin;

/// How many of the places at which a script ends itself are passed.
const QUESTIONS: usize = 4;

/// Where every run of the start ends by the script's own choice, whoever runs it.
#[derive(Clone, Copy, Debug)]
pub struct Stopped {
    /// The place, and in which manner.
    pub stop: Stop,
    /// Whether it goes on if it is given a command, which the image does not have.
    pub lacks_command: bool,
}

/// The account of a start. Where a script ends itself for everybody but root, it goes on as if it did
/// not, so that what stands behind that is known, too: the `exit` is one of its steps. So it does
/// where the script ends itself for everybody, if that keeps it from what it is there for.
///
/// `bare` says that the image has no CMD.
pub(super) fn follow(
    host: &mut LaunchHost<'_>,
    state: &State,
    argv: &[Value],
    origin: Origin,
    bare: bool,
) -> (Trace, Option<Stopped>) {
    let mut ended: Option<Stopped> = None;
    loop {
        let trace = start(host, state, argv, origin);
        let all = is_all(&trace, host);
        let Some(stop) = trace.stopped.filter(|_| all) else {
            let serves = ended.is_none() || !all;
            return match serves {
                true => (trace, ended),
                false => (given_up(host, state, argv, origin), ended),
            };
        };
        let room = stop.error && host.passed.len() < QUESTIONS;
        if room && state.user != User::Root {
            let mut root = state.clone();
            root.user = User::Root;
            let other = start(host, &root, argv, origin).stopped;
            if other.is_none_or(|other| other.origin != stop.origin) {
                host.passed.push((stop.origin, Passage::OfRoot));
                continue;
            }
        }
        let lacks_command = |host: &mut LaunchHost<'_>| {
            let word = Value::unknown(Reason::Given("CMD".into()));
            let argv = [argv, &[word]].concat();
            start(host, state, &argv, origin).stopped.is_none()
        };
        let stopped = ended.get_or_insert_with(|| Stopped {
            stop,
            lacks_command: bare && lacks_command(host),
        });
        if !room || stopped.lacks_command {
            return (given_up(host, state, argv, origin), ended);
        }
        host.passed.push((stop.origin, Passage::OfNobody));
    }
}

/// The account up to where the start ends for everybody: nothing behind that is worth telling.
fn given_up(host: &mut LaunchHost<'_>, state: &State, argv: &[Value], origin: Origin) -> Trace {
    let passed = host.passed.iter();
    let of_root = passed.take_while(|(_, passage)| *passage == Passage::OfRoot);
    let count = of_root.count();
    host.passed.truncate(count);
    start(host, state, argv, origin)
}

/// Whether nothing was started that can be what the image is for: a program of which nothing is known
/// may have served until it ended.
fn is_all(trace: &Trace, host: &LaunchHost<'_>) -> bool {
    trace.steps().iter().all(|step| {
        let texts = step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let Some(Some(word)) = words.first() else {
            return false;
        };
        let name = program_name(&words);
        let path = step.absolute(word);
        let script = || path.is_some_and(|path| host.script(&path).is_some());
        let tools = programs().tools();
        step.managed.is_none()
            && programs().server(&words).is_none()
            && (name == "exit"
                || tools.is_shell(name)
                || tools.asks(name)
                || tools.only_prints(name)
                || tools.reads(name)
                || programs().command(word).is_some()
                || programs().wrapper(name).is_some()
                || script())
    })
}
