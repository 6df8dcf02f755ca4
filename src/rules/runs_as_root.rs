//! `runs-as-root`: the image does not say who runs it, or says root.

use super::port::Served;
use super::subject::{Subject, fix};
use crate::edit;
use crate::eval::User;
use crate::finding::{Edit, Finding, Fix, Safety};
use crate::launch::{Effect, Launch, writable};
use crate::source::Origin;
use crate::syntax::dockerfile::{Arguments, Keyword};

const RULE: &str = "runs-as-root";

/// The number of the account that a fix makes: above those that systems and people have.
const UID: &str = "10001";

/// Its name, unless the image has an account of that name.
const NAMES: &[&str] = &["app", "process", "unprivileged"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let image = subject.image;
    if subject.target.user.instruction_ignored || image.is_windows() {
        return;
    }
    let user = image.config.user.as_ref();
    let written = user.and_then(|user| user.origin);
    // What the base says is not known where the base is not.
    if written.is_none() && image.base.is_none() {
        return;
    }
    let value = user.map_or("", |user| user.value.as_str());
    if !matches!(value.split(':').next(), Some("" | "root" | "0")) {
        return;
    }
    let Some(origin) = written.or_else(|| from(subject)) else {
        return;
    };
    let mut message = match written {
        Some(_) => format!("USER {value} is root"),
        None => "nothing says who runs the image".to_owned(),
    };
    message.push_str(&match steps_down(subject) {
        Some(account) => format!(": root starts the process, which becomes {account} by itself."),
        None => ": root runs the process.".to_owned(),
    });
    if !subject.target.user.root_allowed {
        // The check compares the whole text.
        message.push_str(match value {
            "" | "root" | "0" => {
                " The platform refuses that: “Attempting to run process as root user, which is not permitted.”"
            }
            _ => {
                " The platform refuses root and 0; this slips through its check, and is root all the same."
            }
        });
    }
    let help = format!(
        "make an account in the build and name it by its number, so that nobody has to look it up: USER {UID}"
    );
    findings.push(
        subject
            .finding(RULE, origin, message)
            .help(help)
            .fix(mended(subject)),
    );
}

/// Where the final stage names its image.
fn from(subject: &Subject<'_>) -> Option<Origin> {
    let instruction = subject.instruction(subject.image.own.start)?;
    let Arguments::From { image, .. } = &instruction.arguments else {
        return None;
    };
    Some(Origin {
        source: subject.source,
        span: image.span,
    })
}

/// The account that the server runs as in the end, where that is another one; of a start whose server is
/// not known, the account that takes the process' place.
fn steps_down(subject: &Subject<'_>) -> Option<String> {
    let launch = subject.launch?;
    let serving = launch.serving.as_ref().filter(|serving| !serving.stands_in);
    let last = || launch.steps.iter().rfind(|step| step.step.exec);
    let step = match serving {
        Some(serving) => launch.steps.get(serving.step),
        None => last().or(launch.steps.last()),
    };
    match &step?.step.user {
        User::Account(name) => Some(name.to_string()),
        User::Root => None,
    }
}

/// An account that runs the process, where nothing of the start is seen to need root.
fn mended(subject: &Subject<'_>) -> Option<Fix> {
    let launch = subject.launch.filter(|launch| !launch.is_partly_read())?;
    if needs_root(subject, launch) {
        return None;
    }
    let lines = format!("{}\nUSER {UID}", account_line(subject)?);
    let mut mended = fix(
        format!("run it as an account of its own, {UID}"),
        "the process needs no root",
        vec![at_the_end(subject, &lines)?],
    )?;
    // Not all that a program does is known.
    mended.safety = Safety::Unsafe;
    Some(mended)
}

fn needs_root(subject: &Subject<'_>, launch: &Launch) -> bool {
    let lowest = subject.target.ports.lowest_unprivileged;
    let ports = Served::all(subject);
    let mut ports = ports
        .iter()
        .filter_map(|served| served.listener.port_number());
    let account = User::Account(UID.into());
    let files = &subject.image.files;
    let closed =
        |path: &str| writable(subject.image, files, path, &account, subject.target).is_err();
    let by_servers = launch.all_servers().flat_map(|serving| &serving.writes);
    let mut by_servers = by_servers.filter_map(|(_, written)| written.as_ref());
    let rooted = launch.steps.iter().any(|step| {
        let effect = &step.effect;
        step.step.user != User::Root
            || matches!(effect, Effect::SwitchUser(_) | Effect::ChangeOwner { .. })
            || matches!(effect, Effect::NeedsRoot | Effect::ChangeMode { .. })
            || step.writes.iter().any(|written| closed(&written.path))
    });
    // What a program does that nobody knows, the image says at most: where it writes and listens.
    let low = subject.image.tcp_ports().any(|port| port < lowest);
    let mut volumes = subject.image.config.volumes.iter();
    rooted
        || low
        || volumes.any(|volume| closed(&volume.value))
        || ports.any(|port| port < lowest)
        || by_servers.any(|written| closed(&written.path))
}

/// The command that makes an account in this distribution.
fn account_line(subject: &Subject<'_>) -> Option<String> {
    let base = subject.image.base?;
    let taken = |name: &&&str| {
        let mut accounts = subject.image.accounts.iter();
        base.account(name).is_some() || accounts.any(|account| account.name == **name)
    };
    let name = NAMES.iter().find(|name| !taken(name))?;
    if base.program("useradd").is_some() {
        return Some(format!("RUN useradd -M -u {UID} {name}"));
    }
    base.program("adduser")?;
    Some(format!("RUN adduser -D -H -u {UID} {name}"))
}

/// Lines behind all that builds, before the start command if that comes last.
fn at_the_end(subject: &Subject<'_>, lines: &str) -> Option<Edit> {
    let own = subject.image.own.clone();
    let builds = |number: &usize| {
        let keyword = subject.instruction(*number).map(|found| &found.keyword);
        use Keyword::{Add, Copy, Run, User, Workdir};
        matches!(keyword, Some(Run | Copy | Add | Workdir | User))
    };
    let last = own.clone().rev().find(builds).unwrap_or(own.start);
    let start = subject.start().filter_map(|command| command.instruction);
    let start = start.filter(|number| own.contains(number)).min();
    let text = subject.text(subject.source);
    Some(match start.filter(|number| *number > last) {
        Some(number) => edit::insert_before(
            text.text(),
            subject.source,
            subject.instruction(number)?,
            lines,
        ),
        None => edit::insert_after(
            text.text(),
            subject.source,
            subject.instruction(own.end.checked_sub(1)?)?,
            lines,
        ),
    })
}
