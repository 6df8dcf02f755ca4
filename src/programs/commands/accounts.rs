//! useradd, groupadd, and adduser and addgroup in Debian's and busybox' ways.

use crate::programs::options::{Arguments, Options};
use crate::programs::words::{Words, program_name};

/// An account or a group that a command creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// A user or a group.
    pub kind: AccountKind,
    /// The word with the name.
    pub name: usize,
    /// The user's number, if it is given and known.
    pub uid: Option<u32>,
    /// The group's number, or the name or number of the user's first group, as written.
    pub group: Option<String>,
    /// The home directory, as far as it is given.
    pub home: Option<String>,
    /// The home directory is made.
    pub creates_home: bool,
    /// A system account.
    pub system: bool,
}

/// A user or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// A user.
    User,
    /// A group.
    Group,
}

/// The account that `useradd`, `adduser`, `groupadd` or `addgroup` creates; `None` for any other
/// command, and where a user is only put into a group.
pub fn parse_account(argv: &Words) -> Option<Account> {
    match program_name(argv) {
        "useradd" => useradd(argv),
        "groupadd" => groupadd(argv),
        "adduser" => adduser(argv),
        "addgroup" => addgroup(argv),
        _ => None,
    }
}

/// An account that is put into groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The account.
    pub user: String,
    /// The groups, by name or number.
    pub groups: Vec<String>,
}

/// The account that `usermod -aG`, `useradd -G`, `gpasswd -a`, `adduser USER GROUP` or `addgroup USER
/// GROUP` puts into groups.
pub fn parse_joined(argv: &Words) -> Option<Joined> {
    let known = |index: &usize| argv.get(*index).copied().flatten().map(str::to_owned);
    let joins = |options: &[&str]| match Options::of(options).scan(argv, 1).operands.as_slice() {
        [user, group] => Some(Joined {
            user: known(user)?,
            groups: vec![known(group)?],
        }),
        _ => None,
    };
    match program_name(argv) {
        "usermod" | "useradd" => {
            let found = Options::of(USERADD).scan(argv, 1);
            let groups = text(&found, &["-G", "--groups"])?;
            Some(Joined {
                user: known(found.operands.first()?)?,
                groups: groups.split(',').map(str::to_owned).collect(),
            })
        }
        "gpasswd" => {
            let found = Options::of(&["-a", "--add", "-d", "--delete"]).scan(argv, 1);
            Some(Joined {
                user: text(&found, &["-a", "--add"])?,
                groups: vec![known(found.operands.first()?)?],
            })
        }
        "adduser" => joins(ADDUSER),
        "addgroup" => joins(ADDGROUP),
        _ => None,
    }
}

/// The options of useradd and usermod that take a value.
const USERADD: &[&str] = &[
    "-b",
    "--base-dir",
    "-c",
    "--comment",
    "-d",
    "--home-dir",
    "--home",
    "-e",
    "--expiredate",
    "-f",
    "--inactive",
    "-g",
    "--gid",
    "-G",
    "--groups",
    "-k",
    "--skel",
    "-K",
    "--key",
    "-p",
    "--password",
    "-R",
    "--root",
    "-P",
    "--prefix",
    "-s",
    "--shell",
    "-u",
    "--uid",
    "-Z",
    "--selinux-user",
];

/// The options of adduser, Debian's and busybox', that take a value.
const ADDUSER: &[&str] = &[
    "-h",
    "--home",
    "-g",
    "--gecos",
    "-s",
    "--shell",
    "-G",
    "--ingroup",
    "-u",
    "--uid",
    "-k",
    "--gid",
    "--firstuid",
    "--lastuid",
    "--firstgid",
    "--lastgid",
    "--conf",
    "--comment",
    "--add_extra_groups",
];

/// The same of addgroup.
const ADDGROUP: &[&str] = &["-g", "--gid", "--firstgid", "--lastgid", "--conf"];

fn useradd(argv: &Words) -> Option<Account> {
    let found = Options::of(USERADD).scan(argv, 1);
    if found.has(&["-D", "--defaults"]) {
        return None;
    }
    Some(Account {
        kind: AccountKind::User,
        name: *found.operands.first()?,
        uid: number(&found, &["-u", "--uid"]),
        group: text(&found, &["-g", "--gid"]),
        home: text(&found, &["-d", "--home-dir", "--home"]),
        creates_home: found.has(&["-m", "--create-home"]),
        system: found.has(&["-r", "--system"]),
    })
}

fn groupadd(argv: &Words) -> Option<Account> {
    let found = Options::of(&[
        "-g",
        "--gid",
        "-K",
        "--key",
        "-p",
        "--password",
        "-R",
        "--root",
        "-P",
        "--prefix",
        "-U",
        "--users",
    ])
    .scan(argv, 1);
    group(
        &found,
        *found.operands.first()?,
        found.has(&["-r", "--system"]),
    )
}

/// Debian's has long options only; busybox' letters mean something else than useradd's.
fn adduser(argv: &Words) -> Option<Account> {
    let found = Options::of(ADDUSER).scan(argv, 1);
    let system = found.has(&["-S", "--system"]);
    if found.has(&["--group"]) && !system {
        return group(&found, *found.operands.first()?, system);
    }
    if found.operands.len() > 1 {
        // `adduser USER GROUP` puts a user that is there into a group.
        return None;
    }
    let group = match found.has(&["--group"]) {
        // With --system: a group of the user's own name.
        true => found
            .operands
            .first()
            .and_then(|i| argv[*i])
            .map(str::to_string),
        false => text(&found, &["-G", "--ingroup", "--gid"]),
    };
    Some(Account {
        kind: AccountKind::User,
        name: *found.operands.first()?,
        uid: number(&found, &["-u", "--uid"]),
        group,
        home: text(&found, &["-h", "--home"]),
        creates_home: !found.has(&["-H", "--no-create-home"]),
        system,
    })
}

fn addgroup(argv: &Words) -> Option<Account> {
    let found = Options::of(ADDGROUP).scan(argv, 1);
    if found.operands.len() > 1 {
        return None;
    }
    let system = found.has(&["-S", "--system"]);
    group(&found, *found.operands.first()?, system)
}

fn group(found: &Arguments, name: usize, system: bool) -> Option<Account> {
    Some(Account {
        kind: AccountKind::Group,
        name,
        uid: None,
        group: text(found, &["-g", "--gid"]),
        home: None,
        creates_home: false,
        system,
    })
}

fn text(found: &Arguments, names: &[&str]) -> Option<String> {
    found.given(names).and_then(|o| o.text).map(str::to_string)
}

fn number(found: &Arguments, names: &[&str]) -> Option<u32> {
    found.given(names).and_then(|o| o.text)?.parse().ok()
}
