//! `vcap-account`: the image has an account of its own by the name that the platform uses.

use super::known_accounts;
use super::subject::{Subject, fix};
use super::unused_account;
use crate::finding::{Certainty, Finding, Fix};
use crate::image::{Account, BuildStep};
use crate::judge::Style;
use crate::programs::{parse_account, program_name};
use crate::source::Origin;

const RULE: &str = "vcap-account";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(name) = subject.target.user.taken.as_deref() else {
        return;
    };
    let accounts = &subject.image.accounts;
    for account in accounts.iter().filter(|a| !a.group && a.name == name) {
        let number = number(subject, account);
        if let (Some(by), false) = (place(subject, account), number == Number::Root) {
            let mut finding = finding(subject, name, &number, by);
            if number == Number::Unknown {
                finding.lower();
                finding.certainty = Certainty::Maybe;
            }
            findings.push(finding.fix(mended(subject, name)));
        }
    }
    for (by, uid) in known_accounts::in_passwd(subject, name) {
        if uid != 0 {
            findings.push(finding(subject, name, &Number::Other(Some(uid)), by));
        }
    }
}

/// The number of an account.
#[derive(PartialEq, Eq)]
enum Number {
    /// Root's.
    Root,
    /// Another one, if it is said.
    Other(Option<u32>),
    /// It may be root's.
    Unknown,
}

fn number(subject: &Subject<'_>, account: &Account) -> Number {
    let mut number = Number::Other(None);
    for build in subject.image.steps.iter().skip(account.step) {
        let texts = build.step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let said = words.contains(&Some(account.name.as_str()));
        match program_name(&words) {
            // A later command that changes the number, or takes the account away.
            "usermod" if said => {
                let mut value = words.iter().skip_while(|word| {
                    !word.is_some_and(|w| w == "--uid" || w.starts_with('-') && w.ends_with('u'))
                });
                if value.next().is_some() {
                    number = read(value.next().copied().flatten());
                }
            }
            "userdel" | "deluser" if said => return Number::Root,
            _ => {
                let Some(made) = parse_account(&words) else {
                    continue;
                };
                let own = words.get(made.name).copied().flatten() == Some(account.name.as_str());
                if own && made.kind == crate::programs::AccountKind::User {
                    number = match made.uid {
                        Some(0) => Number::Root,
                        Some(uid) => Number::Other(Some(uid)),
                        None if words.contains(&None) => Number::Unknown,
                        None => Number::Other(None),
                    };
                }
            }
        }
    }
    number
}

fn read(word: Option<&str>) -> Number {
    match word.and_then(|word| word.parse().ok()) {
        Some(0) => Number::Root,
        Some(uid) => Number::Other(Some(uid)),
        None => Number::Unknown,
    }
}

fn place(subject: &Subject<'_>, account: &Account) -> Option<Origin> {
    let build = subject.image.steps.get(account.step)?;
    build.step.argv.first()?.origin()
}

fn finding(subject: &Subject<'_>, name: &str, number: &Number, by: Origin) -> Finding {
    let uid = match number {
        Number::Other(Some(uid)) => format!(" {uid}"),
        _ => " of its own".to_owned(),
    };
    if !subject.target.user.created {
        let message = format!(
            "the image has an account {name}, with the number{uid}: it is the one account that can be named as the user of a process without the operator's doing, and it would be this one."
        );
        return subject.finding(RULE, by, message);
    }
    let message = format!(
        "the image has an account {name} already: the platform takes it, with the number{uid}, in place of the one that it would make. That number is not mapped in the container, setuid ends with “Invalid argument”, and no process starts."
    );
    subject.finding(RULE, by, message).help(format!(
        "leave the account out: the platform makes {name} itself, and its home with it"
    ))
}

/// The account goes, with its group: the platform makes both.
fn mended(subject: &Subject<'_>, name: &str) -> Option<Fix> {
    if !subject.target.user.created || subject.style == Style::Guard {
        return None;
    }
    let accounts = subject.image.accounts.iter().filter(|a| a.name == name);
    let steps: Option<Vec<&BuildStep>> = accounts
        .map(|account| {
            let build = subject.image.steps.get(account.step)?;
            subject.is_own(build.instruction).then_some(build)
        })
        .collect();
    fix(
        format!("do not make {name}"),
        "the platform makes this account itself",
        unused_account::without(subject, &steps?, &[name])?,
    )
}
