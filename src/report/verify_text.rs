//! `verify`, for people: healthy or why not, with the log's last lines and the finding that says so.

use std::fmt::Write;
use std::net::IpAddr;
use std::time::Duration;

use super::printable::{printable, shorten, wrap};
use super::{Paint, Said, Terminal, Verified};
use crate::programs::{Bytes, Question};
use crate::verify::Verdict;

/// So many lines of the log are shown.
const LINES: usize = 10;

/// How much of a question or an answer is shown, in characters.
const WORDS: usize = 60;

/// What came of one image on one target.
pub fn verified(one: &Verified, terminal: &Terminal) -> String {
    let mut page = Page {
        text: String::new(),
        terminal,
    };
    let fixed = if one.fixed {
        " with the fixes of diegolint"
    } else {
        ""
    };
    let verdict = match one.is_healthy() {
        true => terminal.paint(Paint::Good, "healthy"),
        false => terminal.paint(Paint::Bad, "not healthy"),
    };
    let subject = format!("{}{fixed} on {}:", printable(&one.image), one.target);
    let subject = terminal.paint(Paint::Strong, &subject);
    let _ = writeln!(page.text, "{subject} {verdict}");
    for sentence in sentences(one) {
        page.paragraph("", &sentence);
    }
    if one.is_healthy() {
        if !one.errors.is_empty() {
            page.paragraph(
                "",
                "but check finds errors, of which nothing was seen here: they are about something that \
                 happens later, that this engine does not do, or they are wrong",
            );
            page.list(&one.errors);
        }
        return page.text;
    }
    page.log(one);
    match &one.explained {
        Some(said) => page.finding("this is ", said),
        None if one.dockerfile.is_none() => {}
        None if one.errors.is_empty() => {
            page.paragraph("", "no finding of check says so, and it has no other error");
        }
        None => {
            page.paragraph(
                "",
                "no finding of check says so; its errors are about other things:",
            );
            page.list(&one.errors);
        }
    }
    if !one.required.is_empty() && one.explained.is_none() {
        let names: Vec<String> = one
            .required
            .iter()
            .map(|name| format!("-e {name}=…"))
            .collect();
        page.paragraph(
            "help: ",
            &format!("it wants to be given {}", names.join(" ")),
        );
    }
    page.text
}

/// Lines of what another program says.
pub fn quoted<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines
        .map(|line| format!("  │ {}\n", printable(line)))
        .collect()
}

/// What was seen, in sentences.
fn sentences(one: &Verified) -> Vec<String> {
    let tried = &one.tried;
    let report = tried.seen.report.as_ref();
    let after = seconds(tried.after);
    let address = report.and_then(|report| report.address);
    let ports = (tried.contract.as_ref()).map_or(&[][..], |contract| contract.ports.as_slice());
    let place = match (address, ports) {
        (Some(address), [port]) => format!("{address}:{port}"),
        (Some(address), ports) => format!("{address}, ports {}", listed(ports)),
        (None, ports) => format!("port {}", listed(ports)),
    };
    let asked = |verb: &str| {
        let (question, report) = (tried.question.as_ref()?, report?);
        Some(dialogue(question, report.reply.as_deref()?, verb))
    };
    match &tried.verdict {
        Verdict::Healthy if ports.is_empty() => {
            let listens = listens(tried.seen.listeners());
            vec![format!(
                "it lives, which is all that is asked of it; {listens}"
            )]
        }
        Verdict::Healthy => {
            let said = asked("says").map_or_else(String::new, |said| format!("; {said}"));
            vec![format!("it answers on {place} after {after}{said}")]
        }
        Verdict::NotStarted(why) => vec![why.clone()],
        Verdict::Ended { status, answered } => {
            let first = match answered {
                true => ": it had answered, but was gone a moment later",
                false => "",
            };
            let signal = match status {
                130..=159 => format!(" (signal {})", status - 128),
                _ => String::new(),
            };
            // The platform goes on to ask what is left of it.
            let asked_on = *status == 0 && report.is_some_and(|report| report.processes == 0);
            let mut all = vec![match asked_on && !answered {
                true => format!("it ended with status 0, and nothing answered for {after}"),
                false => format!("it ended with status {status}{signal} after {after}{first}"),
            }];
            if let (0, Some(contract)) = (*status, &tried.contract)
                && !contract.looked_up
                && tried.seen.log.trim().is_empty()
            {
                all.push(
                    "it said nothing: so does the launcher of this platform where it cannot start the \
                     program"
                        .to_owned(),
                );
            }
            all
        }
        Verdict::Silent(ports) => {
            let died = report.is_some_and(|report| report.died);
            let mut all: Vec<String> = ports
                .iter()
                .map(|(port, why)| match died {
                    true => {
                        format!("it answered on port {port}, and a moment later no more: {why}")
                    }
                    false => format!("nothing answers on port {port} after {after}: {why}"),
                })
                .collect();
            let listeners = tried.seen.listeners();
            all.push(listens(listeners));
            let inner = |port: &u16| {
                let mut places = listeners.iter();
                places.any(|(address, own)| own == port && address.is_loopback())
            };
            if ports.iter().any(|(port, _)| inner(port)) {
                all.push("only the container itself comes to a loopback address".to_owned());
                return all;
            }
            let starts = tried
                .contract
                .as_ref()
                .map_or(0, |own| own.seconds_to_start);
            if !died && !listeners.is_empty() && tried.after.as_secs() < u64::from(starts) {
                all.push(format!(
                    "it was not waited for any longer, since it listens elsewhere: --timeout {starts} \
                     waits as long as the platform"
                ));
            }
            all
        }
        Verdict::Refuses(_) => {
            let said = asked("says").unwrap_or_default();
            let expected = tried.question.as_ref().map(|question| &question.expect.0);
            let expected = expected.filter(|expected| !expected.is_empty());
            let expected = expected.map_or_else(String::new, |expected| {
                format!("; {} was expected", words(expected).trim())
            });
            vec![format!(
                "it accepts connections on {place}, but {said}{expected}"
            )]
        }
    }
}

/// What was asked, and what came back.
fn dialogue(question: &Question, reply: &[u8], verb: &str) -> String {
    let to = match question.send.0.is_empty() {
        true => String::new(),
        false => format!("to {} ", words(&question.send.0)),
    };
    match reply {
        [] => format!("{to}it {verb} nothing"),
        reply => format!("{to}it {verb} {}", words(reply)),
    }
}

/// The first line of what goes over a connection.
fn words(bytes: &[u8]) -> String {
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n' || *byte == b'\r');
    let first = match end {
        Some(end) if end > 0 => &bytes[..end],
        _ => bytes,
    };
    shorten(&printable(&Bytes(first.to_vec()).to_string()), WORDS)
}

fn listens(listeners: &[(IpAddr, u16)]) -> String {
    if listeners.is_empty() {
        return "it listens on nothing".to_owned();
    }
    let places = listeners.iter().map(|(address, port)| match address {
        IpAddr::V4(address) => format!("{address}:{port}"),
        IpAddr::V6(address) => format!("[{address}]:{port}"),
    });
    format!("it listens on {}", places.collect::<Vec<_>>().join(", "))
}

fn listed(ports: &[u16]) -> String {
    let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    ports.join(", ")
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// What is written, a paragraph after the other.
struct Page<'a> {
    text: String,
    terminal: &'a Terminal,
}

impl Page<'_> {
    /// A text in lines of the terminal's width, below a heading.
    fn paragraph(&mut self, label: &str, text: &str) {
        let width = self.terminal.width.saturating_sub(2);
        let text = format!(
            "{label}{}",
            text.lines().map(printable).collect::<Vec<_>>().join(" ")
        );
        for line in wrap(&text, width) {
            let _ = writeln!(self.text, "  {line}");
        }
    }

    fn log(&mut self, one: &Verified) {
        let bar = self.terminal.paint(Paint::Faint, "│");
        let width = self.terminal.width.saturating_sub(4).max(1);
        for line in one.tried.seen.last_lines(LINES) {
            let line: Vec<char> = printable(line).chars().collect();
            for part in line.chunks(width) {
                let part: String = part.iter().collect();
                let _ = writeln!(self.text, "  {bar} {part}");
            }
        }
    }

    fn finding(&mut self, before: &str, said: &Said) {
        let text = format!("{before}{}: {}", said.rule, place(said));
        self.paragraph("", &format!("{text}: {}", said.message));
        if let Some(help) = &said.help {
            self.paragraph("help: ", help);
        }
    }

    fn list(&mut self, all: &[Said]) {
        for said in all {
            let _ = writeln!(self.text, "  - {}: {}", printable(&place(said)), said.rule);
        }
    }
}

fn place(said: &Said) -> String {
    let at = &said.location;
    format!("{}:{}:{}", at.path, at.line, at.column)
}
