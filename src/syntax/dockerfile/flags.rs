//! What BuildKit refuses in the flags of an instruction. One that it does not know is left to it:
//! other builders, and the BuildKit of tomorrow, have flags of their own.

use super::{Instruction, Keyword};
use crate::source::Span;

/// How a flag is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `--link`, `--link=true`.
    Switch,
    /// `--chown=value`, once.
    Value,
    /// `--mount=value`, as often as wanted.
    Values,
}

/// The first thing that is wrong with the flags of an instruction.
pub(super) fn problem(instruction: &Instruction) -> Option<(String, Span)> {
    let keyword = &instruction.keyword;
    let none = instruction.text.text().eq_ignore_ascii_case("none");
    if *keyword == Keyword::Healthcheck && none {
        return None;
    }
    for (number, flag) in instruction.flags.iter().enumerate() {
        let Some(kind) = kind(keyword, &flag.name) else {
            continue;
        };
        let before = instruction.flags.get(..number).unwrap_or_default();
        let name = &flag.name;
        let twice = kind != Kind::Values && before.iter().any(|earlier| earlier.name == *name);
        let value = flag.value.as_ref().map(|value| value.text.as_str());
        let message = match (kind, value) {
            _ if twice => format!("duplicate flag specified: --{name}"),
            (Kind::Switch, Some("")) | (Kind::Value | Kind::Values, None) => {
                format!("missing a value on flag: --{name}")
            }
            (Kind::Switch, Some(value))
                if !["true", "false"].contains(&value.to_lowercase().as_str()) =>
            {
                format!("expecting boolean value for flag --{name}, not: {value}")
            }
            _ => continue,
        };
        return Some((message, flag.span));
    }
    None
}

/// The flags of BuildKit's `frontend/dockerfile/instructions/parse.go` and `commands_run*.go`, v0.32.
fn kind(keyword: &Keyword, name: &str) -> Option<Kind> {
    let (switches, values, many): (&[&str], &[&str], &[&str]) = match keyword {
        Keyword::Add => (
            &["link", "keep-git-dir", "unpack"],
            &["chown", "chmod", "checksum"],
            &["exclude"],
        ),
        Keyword::Copy => (
            &["link", "parents"],
            &["chown", "chmod", "from"],
            &["exclude"],
        ),
        Keyword::From => (&[], &["platform"], &[]),
        Keyword::Healthcheck => (
            &[],
            &[
                "interval",
                "timeout",
                "start-period",
                "start-interval",
                "retries",
            ],
            &[],
        ),
        Keyword::Run => (&[], &["network", "security"], &["mount", "device"]),
        _ => return None,
    };
    if switches.contains(&name) {
        Some(Kind::Switch)
    } else if values.contains(&name) {
        Some(Kind::Value)
    } else {
        many.contains(&name).then_some(Kind::Values)
    }
}
