//! Commands that ask for more than the process may have: higher limits, more of the processor, to be
//! spared when memory runs out.

use super::effects::Judge;
use crate::eval::{Piece, Step, Value};
use crate::programs::Words;

/// What the kernel says, and most commands say after it.
const REFUSED: &str = "Operation not permitted";
/// What it says of a nice value, and of a file of /proc.
const DENIED: &str = "Permission denied";

/// What a command asks for in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raise {
    /// What it is about, as the object of "cannot".
    pub what: String,
    /// Why not.
    pub why: String,
    /// What is printed.
    pub says: String,
    /// The command that it is about is run all the same.
    pub goes_on: bool,
}

impl Judge<'_> {
    /// What a command asks for that the target does not give.
    pub(super) fn raise(&self, step: &Step, words: &Words<'_>, name: &str) -> Option<Raise> {
        let needs = |capability: &str| format!("it needs the capability {capability}");
        let spared = || {
            let lowers = kills_less(step, words) && !self.target.has_capability("SYS_RESOURCE");
            lowers.then(|| Raise {
                what: "have the process spared when memory runs out".to_owned(),
                why: needs("SYS_RESOURCE"),
                says: format!("{name}: write error: {DENIED}"),
                goes_on: false,
            })
        };
        let scheduled = |what: &str, says: String, goes_on: bool| {
            (!self.target.has_capability("SYS_NICE")).then(|| Raise {
                what: what.to_owned(),
                why: needs("SYS_NICE"),
                says,
                goes_on,
            })
        };
        let rest = words.get(1..).unwrap_or_default();
        match name {
            "ulimit" => self.limit(name, ulimit(rest)),
            "prlimit" => self.limit(name, prlimit(rest)),
            "nice" => {
                // That of busybox ends; that of coreutils only says so.
                let busybox = self.image.files.get("/bin/busybox").is_some();
                let busybox = busybox && !self.image.installs("coreutils");
                let says = match busybox {
                    true => format!("nice: setpriority: {DENIED}"),
                    false => format!("nice: cannot set niceness: {DENIED}"),
                };
                let what = "get more of the processor than others";
                nice(rest).then(|| scheduled(what, says, !busybox))?
            }
            "renice" => {
                let says = format!("renice: failed to set priority: {DENIED}");
                renice(rest)
                    .then(|| scheduled("get more of the processor than others", says, false))?
            }
            "chrt" => {
                let says = format!("chrt: failed to set policy: {REFUSED}");
                real_time(rest).then(|| scheduled("be scheduled in real time", says, false))?
            }
            "ionice" => {
                let says = format!("ionice: ioprio_set failed: {REFUSED}");
                let (first, ignores) = ionice(rest);
                first.then(|| scheduled("go before others at the disk", says, ignores))?
            }
            _ => spared(),
        }
    }

    /// The first of some limits that is more than the process may have.
    fn limit(&self, command: &str, asked: Vec<(char, Asked)>) -> Option<Raise> {
        if self.target.has_capability("SYS_RESOURCE") {
            return None;
        }
        asked.into_iter().find_map(|(option, asked)| {
            let limit = self.target.limit(option)?;
            let (asked, more) = match asked {
                Asked::Number(number) => (number.to_string(), number > limit.value),
                Asked::Unlimited => ("unlimited".to_owned(), true),
            };
            let name = &limit.name;
            let says = match command {
                "ulimit" => format!("ulimit: {name}: cannot modify limit: {REFUSED}"),
                _ => format!("{command}: failed to set the resource limit: {REFUSED}"),
            };
            more.then(|| Raise {
                what: format!("raise the limit of {name} to {asked}"),
                why: format!(
                    "it is {} here, and raising it needs the capability SYS_RESOURCE",
                    limit.value
                ),
                says,
                goes_on: false,
            })
        })
    }
}

/// A limit that is asked for.
enum Asked {
    Number(u64),
    Unlimited,
}

impl Asked {
    /// `hard`, `soft` and what is not known ask for nothing that is known.
    fn of(text: &str) -> Option<Self> {
        match text {
            "unlimited" | "infinity" => Some(Self::Unlimited),
            number => number.parse().ok().map(Self::Number),
        }
    }
}

/// `-n 65536`, `-Sn65536`, `-n 4096 -u 512`.
fn ulimit(words: &[Option<&str>]) -> Vec<(char, Asked)> {
    let mut asked = Vec::new();
    let mut option = 'f';
    for word in words {
        let value = match word.map(|word| (word, word.strip_prefix('-'))) {
            Some((_, Some(letters))) => {
                let digits = letters.find(|c: char| c.is_ascii_digit());
                let (letters, value) = letters.split_at(digits.unwrap_or(letters.len()));
                let kind = letters.chars().rfind(|c| !matches!(c, 'H' | 'S' | 'a'));
                option = kind.unwrap_or(option);
                value
            }
            Some((word, None)) => word,
            None => continue,
        };
        asked.extend(Asked::of(value).map(|asked| (option, asked)));
    }
    asked
}

/// `--nofile=65536`, `--nofile=1024:65536`, `-n=65536`: those that count what `ulimit` counts.
fn prlimit(words: &[Option<&str>]) -> Vec<(char, Asked)> {
    let known = words
        .iter()
        .map_while(|word| word.filter(|word| word.starts_with('-')));
    let known = known.filter_map(|word| {
        let (option, value) = word.split_once('=')?;
        let option = match option {
            "-n" | "--nofile" => 'n',
            "-u" | "--nproc" => 'u',
            _ => return None,
        };
        let highest = value.rsplit(':').next()?;
        Some((option, Asked::of(highest)?))
    });
    known.collect()
}

/// Whether a nice value is below that of others: `-n -5`, `-n-5`, `--adjustment=-5`, `--5`.
fn nice(words: &[Option<&str>]) -> bool {
    match (
        words.first().copied().flatten(),
        words.get(1).copied().flatten(),
    ) {
        (Some("-n" | "--adjustment"), Some(value)) => is_negative(value),
        (Some(option), _) => {
            let value = ["--adjustment=", "-n"]
                .iter()
                .find_map(|name| option.strip_prefix(name));
            let old = || {
                option
                    .strip_prefix('-')
                    .filter(|rest| rest.starts_with('-'))
            };
            value.or_else(old).is_some_and(is_negative)
        }
        _ => false,
    }
}

/// `-n -5 -p 1`, `-5 1`, `--priority -5`.
fn renice(words: &[Option<&str>]) -> bool {
    let value = match words.first().copied().flatten() {
        Some("-n" | "--priority") => words.get(1).copied().flatten(),
        first => first,
    };
    value.is_some_and(|value| is_negative(value.strip_prefix("-n").unwrap_or(value)))
}

fn is_negative(value: &str) -> bool {
    value.parse::<i32>().is_ok_and(|value| value < 0)
}

/// Whether chrt sets a real-time policy: by default it does, and with `-p PID` it only asks.
fn real_time(words: &[Option<&str>]) -> bool {
    let words: Vec<&str> = words.iter().copied().flatten().collect();
    let options = words.iter().take_while(|word| word.starts_with('-'));
    let options: Vec<&str> = options.copied().collect();
    let has = |letter: char, long: &str| {
        let short = |word: &str| !word.starts_with("--") && word.contains(letter);
        options.iter().any(|word| *word == long || short(word))
    };
    let others = [
        ('o', "--other"),
        ('b', "--batch"),
        ('i', "--idle"),
        ('m', "--max"),
        ('h', "--help"),
        ('V', "--version"),
    ];
    let asks = has('p', "--pid") && words.len() - options.len() < 2;
    !asks && !others.iter().any(|(letter, long)| has(*letter, long))
}

/// Whether ionice asks for the first class, and whether it goes on where it does not get it.
fn ionice(words: &[Option<&str>]) -> (bool, bool) {
    let (mut first, mut ignores) = (false, false);
    let mut words = words.iter().map_while(|word| *word);
    while let Some(option) = words.next().filter(|word| word.starts_with('-')) {
        let class = match option {
            "-c" | "--class" => words.next(),
            "-n" | "--classdata" => {
                words.next();
                None
            }
            "-t" | "--ignore" => {
                ignores = true;
                None
            }
            joined => ["--class=", "-c"]
                .iter()
                .find_map(|name| joined.strip_prefix(name)),
        };
        first |= matches!(class, Some("1" | "realtime"));
    }
    (first, ignores)
}

/// Whether it writes a negative number where the kernel reads which process it kills first.
fn kills_less(step: &Step, words: &Words<'_>) -> bool {
    let lower = words.iter().rev().find_map(|word| *word);
    let lower = lower.is_some_and(|word| is_negative(word.trim()));
    let scores = |target: &Value| {
        let last = target.pieces().last();
        let text = match last {
            Some(Piece::Known { text, .. }) => text,
            _ => return false,
        };
        text.ends_with("/oom_score_adj") || text.ends_with("/oom_adj")
    };
    lower && step.redirects.iter().any(|(_, target)| scores(target))
}
