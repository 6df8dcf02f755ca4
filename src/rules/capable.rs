//! Files that the build gives capabilities to, and the steps of the start that run them.

use super::subject::Subject;
use crate::eval::User;
use crate::finding::{Certainty, Finding, Severity};
use crate::image::BuildStep;
use crate::launch::LaunchStep;
use crate::programs::{FileCapabilities, parse_setcap};
use crate::source::Origin;

/// A file with capabilities of its own.
pub(super) struct Capable {
    /// Its path, or the name that it is looked up by.
    pub(super) path: String,
    /// What it may do.
    pub(super) given: FileCapabilities,
    /// The command that says so.
    pub(super) by: Origin,
}

impl Capable {
    /// Whether one of them is this.
    pub(super) fn has(&self, capability: &str) -> bool {
        has(&self.given, capability)
    }
}

fn has(given: &FileCapabilities, capability: &str) -> bool {
    let mut names = given.names.iter();
    names.any(|name| name == capability || name == "ALL")
}

/// The files that have capabilities in the end.
pub(super) fn files(subject: &Subject<'_>) -> Vec<Capable> {
    let mut found: Vec<Capable> = Vec::new();
    for build in &subject.image.steps {
        let texts = build.step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let by = build.step.argv.first().and_then(|word| word.origin());
        let (Some(all), Some(by)) = (parse_setcap(&words), by) else {
            continue;
        };
        for given in all {
            let known = words.get(given.file).copied().flatten();
            let path = known.and_then(|word| build.step.absolute(word));
            let Some(path) = path.or_else(|| looked_up(subject, build)) else {
                continue;
            };
            let path = subject.image.files.resolve(&path);
            found.retain(|other| other.path != path);
            if !given.names.is_empty() {
                found.push(Capable { path, given, by });
            }
        }
    }
    found
}

/// `setcap … $(which node)`: what the substitution in a command looks for.
fn looked_up(subject: &Subject<'_>, build: &BuildStep) -> Option<String> {
    let outer = build.step.written.as_ref()?;
    let mut inner = subject.image.steps.iter().filter(|other| {
        let written = other.step.written.as_ref();
        written.is_some_and(|written| {
            written.source == outer.source
                && outer.command.span.contains(written.command.span)
                && written.command.span != outer.command.span
        })
    });
    let asks = |program: &str| matches!(program, "which" | "command" | "type");
    let asked = inner.find(|other| other.step.program().as_deref().is_some_and(asks))?;
    asked.step.argv.last()?.known()
}

/// Whether a step of the start runs this file.
pub(super) fn runs(subject: &Subject<'_>, step: &LaunchStep, path: &str) -> bool {
    let Some(word) = step.step.argv.first().and_then(|word| word.known()) else {
        return false;
    };
    let files = &subject.image.files;
    let base = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    if word.contains('/') && path.contains('/') {
        let own = step.step.absolute(&word).map(|own| files.resolve(&own));
        let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        return own.is_some_and(|own| {
            own == files.resolve(path)
                || folder(&own) == folder(path) && is_version(&base(&own), &base(path))
        });
    }
    is_version(&base(&word), &base(path))
}

/// Whether two names are one program's: `python3` is a link to `python3.9`.
fn is_version(one: &str, other: &str) -> bool {
    let (short, long) = match one.len() <= other.len() {
        true => (one, other),
        false => (other, one),
    };
    let rest = long.strip_prefix(short);
    rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// The step of the start that runs a file, the surest one of several.
pub(super) fn runner<'s>(subject: &'s Subject<'_>, path: &str) -> Option<&'s LaunchStep> {
    let steps = subject.steps().filter(|step| runs(subject, step, path));
    let weight = |step: &&LaunchStep| {
        let step = *step;
        let others = step.step.user != User::Root;
        (step.step.given.is_empty(), others, step.step.surely)
    };
    let mut best: Option<&LaunchStep> = None;
    for step in steps {
        if best.is_none_or(|best| weight(&step) > weight(&best)) {
            best = Some(step);
        }
    }
    best
}

/// Whether a capability of its own file lets a step do what its user may not.
pub(super) fn grants(subject: &Subject<'_>, step: &LaunchStep, capability: &str) -> bool {
    let target = subject.target;
    target.privileges.file_capabilities_honoured
        && target.has_capability(capability)
        && (subject
            .image
            .granted
            .iter()
            .any(|path| runs(subject, step, path))
            || given_at_start(subject, step, capability)
            || files(subject)
                .iter()
                .any(|capable| capable.has(capability) && runs(subject, step, &capable.path)))
}

/// Whether root may give a capability to the file that a step runs, earlier in the start: there it is
/// mostly worked out which the platform has left, so that its words are not known.
fn given_at_start(subject: &Subject<'_>, step: &LaunchStep, capability: &str) -> bool {
    let before = subject
        .steps()
        .take_while(|other| !std::ptr::eq(*other, step));
    let mut before = before.filter(|other| other.step.user == User::Root && other.denied.is_none());
    before.any(|other| {
        if other.step.program().as_deref() != Some("setcap") {
            return false;
        }
        let texts = other.step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let Some(all) = parse_setcap(&words) else {
            return words.iter().any(Option::is_none);
        };
        all.into_iter().any(|given| {
            let word = words.get(given.file).copied().flatten();
            let path = word.and_then(|word| other.step.absolute(word));
            let own = path.is_none_or(|path| runs(subject, step, &path));
            own && has(&given, capability)
        })
    })
}

/// A finding about something of the build that a step of the start needs, as bad as is said where
/// every run comes to the step.
pub(super) fn needed(
    subject: &Subject<'_>,
    rule: &'static str,
    (step, by): (&LaunchStep, Origin),
    severity: Severity,
    message: String,
) -> Finding {
    let mut finding = subject.at_step(rule, step, message);
    let place = finding.origin;
    finding.severity = severity;
    finding.origin = by;
    if !step.step.given.is_empty() {
        finding.severity = Severity::Note;
    } else if finding.certainty == Certainty::Maybe || step.is_tolerated() {
        finding.lower();
    }
    finding.related(
        Some(place).filter(|place| *place != by),
        "it is started here",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_a_program_are_one() {
        assert!(is_version("python3", "python3.9"));
        assert!(is_version("node", "node"));
        assert!(!is_version("python2", "python3"));
        assert!(!is_version("ng", "nginx"));
    }
}
