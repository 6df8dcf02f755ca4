//! `ignored-instruction`: what an instruction asks for, the platform does in its own way.

use super::subject::Subject;
use crate::finding::Finding;
use crate::image::Setting;
use crate::target::Check;

const RULE: &str = "ignored-instruction";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let config = &subject.image.config;
    let mut add = |keyword: &str, setting: Option<&Setting>, message: String, help: &str| {
        let mut ignored = subject.target.images.ignored.iter();
        let ignored = ignored.any(|ignored| ignored == keyword);
        let origin = setting.and_then(|setting| setting.origin);
        if let Some(origin) = origin.filter(|_| ignored) {
            findings.push(subject.finding(RULE, origin, message).help(help));
        }
    };
    let own = match (subject.target.ports.check, subject.checked_port()) {
        (Check::None, _) | (_, None) => "only looks whether the process is there".to_owned(),
        (_, Some(port)) => format!("looks itself whether port {port} answers"),
    };
    add(
        "HEALTHCHECK",
        config.health_check.as_ref(),
        format!("HEALTHCHECK does not count: the platform does not run it, and {own}."),
        "have the server answer on its port only when it is ready",
    );
    let lifecycle = &subject.target.lifecycle;
    let signal = config.stop_signal.as_ref();
    let signal = signal.filter(|signal| !is_signal(&signal.value, &lifecycle.stop_signal));
    add(
        "STOPSIGNAL",
        signal,
        format!(
            "STOPSIGNAL {} does not count: the process is sent {}, and killed {} seconds later.",
            signal.map_or("", |signal| &signal.value),
            lifecycle.stop_signal,
            lifecycle.seconds_to_stop
        ),
        &format!("have it end in order on {}", lifecycle.stop_signal),
    );
}

/// Whether a signal, by its name or number, is the one of this name.
fn is_signal(text: &str, name: &str) -> bool {
    let text = text.trim().to_uppercase();
    let number = matches!(
        (&*text, name),
        ("15", "TERM") | ("9", "KILL") | ("2", "INT")
    );
    number || text.strip_prefix("SIG").unwrap_or(&text) == name
}
