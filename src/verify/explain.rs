//! Which finding says why a container did not start, or did not answer.
//!
//! What was seen decides: the last words of the log, what it listens on instead, what it says to who
//! asks. A finding that merely could be the reason is none.

use super::outcome::{Seen, Verdict};
use crate::finding::{Finding, Severity};

/// Rules that are about where a server listens.
const PORTS: &[&str] = &[
    "wrong-port",
    "loopback-bind",
    "privileged-port",
    "many-ports",
    "exposed-port",
    "reserved-port",
    "udp-port",
    "port-variable",
];

/// Rules that are about files which the process cannot use as it means to.
const FILES: &[&str] = &[
    "unwritable-path",
    "unreadable-path",
    "reopens-stdout",
    "not-executable",
    "missing-script",
    "bad-interpreter",
    "no-shell",
    "root-home",
    "hidden-path",
    "wipes-tmp",
    "log-file",
    "build-chown",
    "change-after-volume",
    "root-only-command",
];

/// Rules that are about chown.
const OWNERS: &[&str] = &["runtime-chown"];

/// What an error says in which nothing names its reason, and the rules that are about such errors.
const WORDS: &[(&str, &[&str])] = &[
    ("exec format error", &["bad-interpreter", "platform"]),
    ("finds no such user", &["unknown-user"]),
    ("neither entrypoint nor cmd", &["no-command"]),
    ("has room for", &["environment-too-large"]),
    ("has an account", &["vcap-account"]),
    ("processes as root", &["runs-as-root"]),
    ("port that belongs to", &["reserved-port"]),
    (
        "couldn't change directories",
        &["unreadable-path", "root-home"],
    ),
    (
        "no such file or directory",
        &[
            "missing-script",
            "bad-interpreter",
            "no-shell",
            "hidden-path",
        ],
    ),
    (
        "executable file not found",
        &[
            "missing-script",
            "bad-interpreter",
            "bare-command",
            "no-command",
        ],
    ),
    (
        "permission denied",
        &["not-executable", "privileged-port", "unreadable-path"],
    ),
];

/// What a launcher that says nothing may have failed at.
const SILENT: &[&str] = &[
    "bare-command",
    "not-executable",
    "missing-script",
    "bad-interpreter",
    "no-shell",
    "hidden-path",
    "no-command",
    "daemonizes",
];

/// Words that say nothing by themselves of what failed.
const GENERAL: &[&str] = &[
    "permission denied",
    "operation not permitted",
    "no such file or directory",
];

/// What lines have in them that say of a path that it is the trouble.
const FAILS: &[&str] = &[
    "denied",
    "not permitted",
    "cannot",
    "can't",
    "unable",
    "fail",
    "error",
    "no such",
    "neither",
    "has room for",
    "has an account",
    "as root",
    "belongs to",
    "not found",
    "is gone",
];

/// No more lines of the log are looked at: what stands far above is not what ended it.
const LINES: usize = 60;

/// The finding that says what was seen, if one does.
pub fn explain<'a>(findings: &'a [Finding], verdict: &Verdict, seen: &Seen) -> Option<&'a Finding> {
    let is_worth = |finding: &&Finding| finding.severity >= Severity::Warning;
    let mut findings: Vec<&Finding> = findings.iter().filter(is_worth).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let among = Among(findings);
    match verdict {
        Verdict::Healthy => None,
        Verdict::NotStarted(why) => among.of_line(why).or_else(|| among.of_log(seen)),
        Verdict::Ended { status, .. } => among
            .of_log(seen)
            .or_else(|| among.first_of(SILENT).filter(|_| *status == 0)),
        Verdict::Silent(ports) => {
            let ports: Vec<u16> = ports.iter().map(|(port, _)| *port).collect();
            among.of_ports(&ports, seen).or_else(|| among.of_log(seen))
        }
        Verdict::Refuses(reply) => {
            let reply = String::from_utf8_lossy(reply);
            let quotes = |finding: &&Finding| quotes(&finding.message, &reply);
            let quoting = among.0.iter().copied().find(quotes);
            quoting.or_else(|| among.first_of(&["loopback-bind"]))
        }
    }
}

/// Findings, the worst first.
struct Among<'a>(Vec<&'a Finding>);

impl<'a> Among<'a> {
    /// The first one of the first of these rules that has one.
    fn first_of(&self, rules: &[&str]) -> Option<&'a Finding> {
        let of = |rule: &&str| self.0.iter().copied().find(|finding| finding.rule == *rule);
        rules.iter().find_map(of)
    }

    /// What the log speaks of, its last lines first.
    fn of_log(&self, seen: &Seen) -> Option<&'a Finding> {
        let mut lines = seen.last_lines(LINES);
        lines.reverse();
        lines.into_iter().find_map(|line| self.of_line(line))
    }

    /// What a line speaks of: words that a finding quotes, its path, its port, or its kind of error.
    fn of_line(&self, line: &str) -> Option<&'a Finding> {
        let quoting = |finding: &&Finding| quotes(&finding.message, line);
        if let Some(found) = self.0.iter().copied().find(quoting) {
            return Some(found);
        }
        let small = plain(line);
        if !FAILS.iter().any(|word| small.contains(word)) {
            return None;
        }
        let paths = paths(line);
        let near = |finding: &'a Finding| Some((self::near(&finding.message, &paths)?, finding));
        let mut nearest: Option<(usize, &Finding)> = None;
        let of_chown = small.starts_with("chown:") && self.first_of(OWNERS).is_some();
        // Of those that speak of the same path, the first.
        for rule in if of_chown { OWNERS } else { FILES } {
            let of_rule = self.0.iter().copied().filter(|one| one.rule == *rule);
            for (length, finding) in of_rule.filter_map(near) {
                if nearest.is_none_or(|(longest, _)| length > longest) {
                    nearest = Some((length, finding));
                }
            }
        }
        let nearest = nearest.map(|(_, finding)| finding);
        if let Some(finding) = nearest.or_else(|| self.first_of(OWNERS).filter(|_| of_chown)) {
            return Some(finding);
        }
        let (_, rules) = WORDS.iter().find(|(words, _)| small.contains(words))?;
        let binds = small.contains("bind") || small.contains("listen");
        if binds || paths.is_empty() {
            let rules: Vec<&str> = match binds {
                true => vec!["privileged-port"],
                false => rules.to_vec(),
            };
            return self.first_of(&rules);
        }
        None
    }

    /// What says why these ports do not answer, given what is listened on.
    fn of_ports(&self, silent: &[u16], seen: &Seen) -> Option<&'a Finding> {
        let listeners = seen.listeners();
        let is_silent = |port: &u16| silent.contains(port);
        let loopback =
            |(address, port): &(std::net::IpAddr, u16)| address.is_loopback() && is_silent(port);
        if listeners.iter().any(loopback)
            && let Some(finding) = self.first_of(&["loopback-bind"])
        {
            return Some(finding);
        }
        if listeners.is_empty() {
            return self
                .of_log(seen)
                .or_else(|| self.first_of(&["udp-port", "daemonizes"]));
        }
        let score = |finding: &Finding| {
            let speaks = |port: u16| has_number(&finding.message, port);
            let listens = listeners.iter().any(|(_, port)| speaks(*port));
            let wanted = silent.iter().any(|port| speaks(*port));
            2 * u8::from(listens) + u8::from(wanted)
        };
        let mut best: Option<(u8, &Finding)> = None;
        // In the order of the rules, so that the closer reason is the first.
        for rule in PORTS {
            for finding in self.0.iter().copied().filter(|one| one.rule == *rule) {
                let score = score(finding);
                if score > best.map_or(0, |(score, _)| score) {
                    best = Some((score, finding));
                }
            }
        }
        best.map(|(_, finding)| finding)
    }
}

/// Whether a message quotes what a line says, in words that tell what failed.
fn quotes(message: &str, line: &str) -> bool {
    let line = unnumbered(&plain(line));
    let mut quoted = message
        .split('“')
        .skip(1)
        .filter_map(|rest| rest.split_once('”'));
    quoted.any(|(words, _)| {
        let words = unnumbered(&plain(words));
        let is_general = GENERAL.contains(&words.trim()) || words.len() < 9;
        // What is left out can be anything.
        // The name of the program in front may have been written by itself, and stand elsewhere.
        let unnamed = words.split_once(": ").map(|(_, rest)| rest);
        let unnamed = unnamed.filter(|rest| rest.len() > 20 && !GENERAL.contains(rest));
        !is_general
            && (in_order(&line, words.split('…'))
                || unnamed.is_some_and(|rest| in_order(&line, rest.split('…'))))
    })
}

/// Whether parts are in a line, one behind the other.
fn in_order<'a>(line: &str, parts: impl Iterator<Item = &'a str>) -> bool {
    let mut rest = line;
    for part in parts {
        let part = part.trim();
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    true
}

/// Quotes are written in several ways, and so are letters. What the kernel says of an account depends on whether it
/// is mapped, which no engine does as a platform that maps two.
fn plain(text: &str) -> String {
    let text = text.replace(['‘', '’', '`', '"'], "'").to_lowercase();
    text.replace("invalid argument", "operation not permitted")
}

/// A text with one digit for every number: those of processes and accounts are others in every image.
fn unnumbered(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_ascii_digit() {
            true if all.ends_with('0') => {}
            true => all.push('0'),
            false => all.push(c),
        }
    }
    all
}

/// The paths in a text, but for the root; those that are relative with a folder in front.
fn paths(text: &str) -> Vec<&str> {
    let ends = |c: char| c.is_whitespace() || "'\"`‘’“”,;()[]<>=|".contains(c);
    let words = text.split(ends);
    let trimmed = words.map(|word| word.trim_end_matches([':', '.', '/']));
    trimmed
        .filter(|word| word.len() > 1 && word.contains('/') && !word.contains("//"))
        .collect()
}

/// How long the path is that a message shares with these, if it speaks of one of them, of what is in it,
/// or of the folder that it is in.
fn near(message: &str, others: &[&str]) -> Option<usize> {
    let is_in = |path: &str, folder: &str| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let deep = |path: &str| path.matches('/').count() > 1;
    let shared = paths(message).into_iter().flat_map(|own| {
        others.iter().filter_map(move |other| {
            let near = is_end(own, other) || is_in(other, own) || is_in(own, other) && deep(other);
            near.then(|| own.len().min(other.len()))
        })
    });
    shared.max()
}

/// Whether a path ends with a relative one, or with a folder that it is in: two names of it at least.
fn is_end(path: &str, relative: &str) -> bool {
    let mut folders = std::iter::successors(Some(relative), |path| Some(path.rsplit_once('/')?.0));
    !relative.starts_with('/')
        && folders.any(|end| {
            let above = path.strip_suffix(end);
            end.contains('/') && above.is_some_and(|above| above.ends_with('/'))
        })
}

/// Whether a text has a number as one of its own.
fn has_number(text: &str, number: u16) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.parse() == Ok(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Certainty;
    use crate::source::{Origin, SourceId, Span};
    use crate::verify::inside::watch::Report;

    fn finding(rule: &'static str, message: &str) -> Finding {
        Finding {
            rule,
            severity: Severity::Error,
            certainty: Certainty::Always,
            message: message.into(),
            help: None,
            origin: Origin {
                source: SourceId(0),
                span: Span::new(0, 0),
            },
            related: Vec::new(),
            fix: None,
            targets: Vec::new(),
        }
    }

    #[test]
    fn numbers_of_accounts_are_those_of_one_image() {
        let message = "slapd refuses to start as vcap: “Could not set real group id to 126”.";
        let line = "6a1f Could not set real group id to 101";
        assert!(quotes(message, line));
        assert!(!quotes(message, "Could not set real user id to 101"));
    }

    fn all() -> Vec<Finding> {
        vec![
            finding(
                "not-executable",
                "/start.sh has mode 0644 and cannot be executed by vcap: the start ends with \
                 “Permission denied”.",
            ),
            finding(
                "runtime-chown",
                "chown cannot give files to redis. It ends with “chown: changing ownership of '.': \
                 Operation not permitted”.",
            ),
            finding(
                "unwritable-path",
                "/data is where it keeps its data, but vcap cannot write it.",
            ),
            finding("unwritable-path", "/data/deep/x is closed."),
            finding(
                "wrong-port",
                "Redis listens on port 6379, but the health check asks for port 8080.",
            ),
            finding(
                "loopback-bind",
                "Redis listens on 127.0.0.1 only, and the health check comes from outside.",
            ),
            finding(
                "privileged-port",
                "lighttpd cannot listen on port 80: bind ends with “Permission denied”.",
            ),
            finding("bare-command", "gunicorn is not looked up in PATH."),
        ]
    }

    fn ended(status: i32, log: &str) -> Option<String> {
        let seen = Seen {
            ended: Some(status),
            report: None,
            log: log.into(),
        };
        let verdict = Verdict::Ended {
            status,
            answered: false,
        };
        let all = all();
        explain(&all, &verdict, &seen).map(|finding| finding.message.clone())
    }

    fn is(said: Option<String>, start: &str) {
        let said = said.unwrap_or_default();
        assert!(
            said.starts_with(start) && !start.is_empty(),
            "{said:?} is not {start:?}"
        );
    }

    #[test]
    fn the_log_says_which_finding_it_was() {
        is(
            ended(
                1,
                "hello\nchown: changing ownership of ‘.’: Operation not permitted\n",
            ),
            "chown cannot",
        );
        is(
            ended(1, "touch: cannot touch '/data/x': Permission denied\n"),
            "/data is",
        );
        is(
            ended(1, "open(/data/deep/x/y) failed: Permission denied\n"),
            "/data/deep/x",
        );
        is(
            ended(1, "bind() to 0.0.0.0:80 failed (13: Permission denied)\n"),
            "lighttpd cannot",
        );
        is(ended(1, "Permission denied (os error 13)\n"), "/start.sh");
        is(
            ended(1, "changing ownership of '.': Operation not permitted\n"),
            "chown cannot",
        );
        is(ended(0, ""), "gunicorn");
        is(
            ended(
                1,
                "chown: changing ownership of '/data/x': Invalid argument",
            ),
            "chown cannot",
        );
        is(ended(1, "sh: cannot create /data/x: denied"), "/data is");
        is(
            ended(1, "write: Permission denied - deep/x/y.pid"),
            "/data/deep/x",
        );
        is(
            ended(1, "chown: changing ownership of '.': Invalid argument"),
            "chown cannot",
        );
    }

    #[test]
    fn what_no_finding_speaks_of_is_not_explained() {
        assert_eq!(ended(1, ""), None);
        assert_eq!(ended(1, "assertion failed: left == right\n"), None);
        assert_eq!(
            ended(1, "cannot open /etc/other.conf: Permission denied\n"),
            None
        );
        assert_eq!(ended(2, "/data is fine\n"), None);
    }

    #[test]
    fn what_it_listens_on_instead_says_which_finding_it_was() {
        let of = |listeners: &[(&str, u16)]| {
            let listeners = listeners.iter();
            let seen = Seen {
                report: Some(Report {
                    listeners: listeners
                        .map(|(address, port)| (address.parse().expect("an address"), *port))
                        .collect(),
                    processes: 1,
                    ..Report::default()
                }),
                ..Seen::default()
            };
            let verdict = Verdict::Silent(vec![(8080, "Connection refused".into())]);
            let all = all();
            explain(&all, &verdict, &seen).map(|finding| finding.rule)
        };
        assert_eq!(of(&[("0.0.0.0", 6379)]), Some("wrong-port"));
        assert_eq!(of(&[("127.0.0.1", 8080)]), Some("loopback-bind"));
        assert_eq!(of(&[]), None);
    }
}
