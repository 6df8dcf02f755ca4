//! `unknown-user`: USER names an account or a group that the image does not have.

use super::known_accounts::{Kind, Missing, missing};
use super::subject::Subject;
use crate::finding::{Certainty, Finding, Severity};

const RULE: &str = "unknown-user";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let user = subject.image.config.user.as_ref();
    let Some((user, origin)) = user.and_then(|user| Some((user, user.origin?))) else {
        return;
    };
    if subject.target.user.instruction_ignored || subject.image.is_windows() {
        return;
    }
    let (account, group) = user.value.split_once(':').unwrap_or((&user.value, ""));
    let lacks = |kind, name| {
        is_name(name)
            .then(|| missing(subject, kind, name))
            .flatten()
    };
    let (kind, name, sure) = match (lacks(Kind::User, account), lacks(Kind::Group, group)) {
        (Some(sure), _) => ("user", account, sure),
        (None, Some(sure)) => ("group", group, sure),
        (None, None) => return,
    };
    let file = if kind == "user" { "passwd" } else { "group" };
    let what = if kind == "user" {
        "an account"
    } else {
        "a group"
    };
    let words = format!("unable to find {kind} {name}: no matching entries in {file} file");
    let base = subject.image.base_name.as_deref().unwrap_or("the base");
    let message = match sure {
        Missing::Surely => format!(
            "USER {} names {what} that neither the build nor {base} makes: no process is created, “{words}”.",
            user.value
        ),
        Missing::Perhaps => format!(
            "USER {} names {what} that nothing here is seen to make. If {base} and the packages have no {name}, no process is created: “{words}”.",
            user.value
        ),
    };
    let mut finding = subject.finding(RULE, origin, message);
    if sure == Missing::Perhaps {
        finding.severity = finding.severity.min(Severity::Warning);
        finding.certainty = Certainty::Maybe;
    }
    findings.push(finding.help(match kind {
        "user" => {
            "make it in the final stage, before USER; or name a number, which needs no account"
        }
        _ => "make it in the final stage, before USER; or name it by its number",
    }));
}

/// Whether a text is an account's name: no number, and nothing that only the build can say.
fn is_name(text: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@');
    let number = text.chars().all(|c| c.is_ascii_digit());
    !number && text.chars().all(part) && text != "root"
}
