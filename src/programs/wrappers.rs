//! Programs that run the rest of their words as a command, as whoever runs them.

use serde::Deserialize;

use super::options::Options;
use super::words::{WordPart, Words, is_assignment};

/// A program that runs the rest of its words, and neither switches users nor listens itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Wrapper {
    /// The names that it goes by.
    pub names: Vec<String>,
    /// Where the facts come from.
    pub source: String,
    #[serde(default)]
    options: Options,
    /// How many operands stand before the command.
    #[serde(default)]
    skip: usize,
    /// The operand that must stand before the command.
    #[serde(default)]
    subcommand: Option<String>,
    /// Assignments may stand before the command.
    #[serde(default)]
    assignments: bool,
    /// With one of these the command's environment is empty.
    #[serde(default)]
    clears: Vec<String>,
    /// The options that take a variable out of the environment.
    #[serde(default)]
    unsets: Vec<String>,
    /// The options whose value is split into words.
    #[serde(default)]
    splits: Vec<String>,
    /// The last operand is a command line for the shell, unless `--` stands before a command.
    #[serde(default)]
    text: bool,
    /// With one of these it does something else.
    #[serde(default)]
    harmless: Vec<String>,
}

/// A command within a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrapped {
    /// The first word of the inner command; as many as there are words where `split` is all.
    pub first: usize,
    /// Words of the form `NAME=VALUE`.
    pub assignments: Vec<usize>,
    /// Names of variables that are taken out.
    pub unset: Vec<WordPart>,
    /// The inner command gets no environment but the assignments.
    pub clears_environment: bool,
    /// Text whose words stand before the inner command's other words (`env -S`).
    pub split: Option<WordPart>,
    /// The word that is a command line for the shell; then nothing else is run.
    pub text: Option<usize>,
}

impl Wrapper {
    /// The inner command; `None` where it runs none.
    pub fn parse(&self, argv: &Words) -> Option<Wrapped> {
        let found = self.options.scan(argv, 1);
        if found
            .options
            .iter()
            .any(|o| self.harmless.contains(&o.name))
        {
            return None;
        }
        let mut wrapped = Wrapped {
            clears_environment: found.last(&self.clears).is_some(),
            ..Wrapped::default()
        };
        for option in &found.options {
            if self.unsets.contains(&option.name) {
                wrapped.unset.extend(option.value.clone());
            }
        }
        wrapped.split = found.last(&self.splits).and_then(|o| o.value.clone());
        let mut operands = found.operands.iter().copied().peekable();
        if let Some(subcommand) = &self.subcommand {
            operands.next_if(|i| argv[*i] == Some(subcommand))?;
            operands.next_if(|i| argv[*i] == Some("--"));
        }
        for _ in 0..self.skip {
            operands.next()?;
        }
        if self.text {
            let marked = argv.iter().position(|word| *word == Some("--"));
            match marked.filter(|at| at + 1 < argv.len()) {
                Some(at) => wrapped.first = at + 1,
                None => wrapped.text = Some(operands.last()?),
            }
            return Some(wrapped);
        }
        if self.assignments {
            while let Some(index) =
                operands.next_if(|i| argv[*i].is_some_and(|w| w == "-" || is_assignment(w)))
            {
                match argv[index] {
                    Some("-") => wrapped.clears_environment = true,
                    _ => wrapped.assignments.push(index),
                }
            }
        }
        wrapped.first = match operands.next() {
            Some(first) => first,
            None if wrapped.split.is_some() => argv.len(),
            None => return None,
        };
        Some(wrapped)
    }
}

#[cfg(test)]
mod tests {
    use super::super::programs;
    use super::*;

    fn parse(line: &str) -> Option<Wrapped> {
        let argv: Vec<_> = line
            .split(' ')
            .map(|w| if w == "?" { None } else { Some(w) })
            .collect();
        programs().wrapper(argv[0]?)?.parse(&argv)
    }

    #[test]
    fn the_inner_command_is_found() {
        for (line, first) in [
            ("env x", 1),
            ("/usr/bin/env bash -e", 1),
            ("env A=b C= x D=e", 3),
            ("nice -n 5 x", 3),
            ("nice -5 x", 2),
            ("ionice -c2 -n7 x", 3),
            ("nohup x &", 1),
            ("numactl --interleave=all mongod", 2),
            ("s6-notifyoncheck -d -n 300 -c check x -y", 6),
            ("cd /app x", 2),
            ("as-tini-static -r SIGUSR1 -t SIGTERM -- x", 6),
            ("mc-server-runner --stop-duration 60s java", 3),
            ("numactl --interleave all mongod", 3),
            ("tini -- x -y", 2),
            ("tini -g -- start.sh", 3),
            ("/sbin/tini -s -p SIGTERM x", 4),
            ("dumb-init --rewrite 15:3 -- x", 4),
            ("catatonit -- x", 2),
            ("timeout -k 5 10 x -y", 4),
            ("time -p x", 2),
            ("stdbuf -oL x", 2),
            ("stdbuf -o L x", 3),
            ("setsid -w x", 2),
            ("taskset -c 0,1 x", 3),
            ("chrt -f 10 x", 3),
            ("command x", 1),
            ("exec -a name x", 3),
            ("with-contenv ?", 1),
            ("unbuffer -p x", 2),
            ("busybox httpd -f", 1),
            ("bundle exec puma -p 1", 2),
            ("poetry run x", 2),
            ("setpriv --no-new-privs x", 2),
            ("chpst -e /env x", 3),
        ] {
            assert_eq!(parse(line).map(|w| w.first), Some(first), "{line}");
        }
    }

    #[test]
    fn what_runs_no_command_is_no_wrapper() {
        for line in [
            "env",
            "env A=b",
            "command -v gosu",
            "ionice -p 1",
            "tini --version",
            "bundle install",
            "timeout 5",
            "setpriv --reuid=a x",
            "chpst -u a x",
            "bash -c x",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn env_says_what_becomes_of_the_environment() {
        let wrapped = parse("env -i -u HOME A=b C=d x").unwrap();
        assert!(wrapped.clears_environment);
        assert_eq!(wrapped.unset, vec![WordPart::whole(3)]);
        assert_eq!(wrapped.assignments, vec![4, 5]);
        assert!(parse("env - x").unwrap().clears_environment);
        assert!(!parse("env x").unwrap().clears_environment);
        assert_eq!(parse("env -S x").unwrap().split, Some(WordPart::whole(2)));
    }
}
