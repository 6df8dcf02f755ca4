//! The accounts of an image: those of its base, and those that the build makes.

use super::{Account, Image};
use crate::eval::Step;
use crate::programs::{self, AccountKind};

/// The account that a command makes; `number` is the command's own.
pub(super) fn account(step: &Step, number: usize) -> Option<Account> {
    let made = parsed(step)?;
    let texts = step.texts();
    let name = texts.get(made.name)?.clone()?;
    Some(Account {
        name,
        group: made.kind == AccountKind::Group,
        step: number,
    })
}

fn parsed(step: &Step) -> Option<programs::Account> {
    let texts = step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    programs::parse_account(&words)
}

/// What is known of an account that can run processes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub uid: Option<u32>,
    /// Its first group, by name or number.
    pub group: Option<String>,
    /// Its home directory.
    pub home: Option<String>,
}

impl Image {
    /// The account of this name, if the base has it or the build makes it.
    pub fn entry(&self, name: &str) -> Option<Entry> {
        if name == "root" {
            return Some(Entry {
                uid: Some(0),
                group: Some("root".to_owned()),
                home: Some("/root".to_owned()),
            });
        }
        let made = self.made(name, AccountKind::User).map(|made| Entry {
            uid: made.uid,
            group: made.group.or_else(|| Some(name.to_owned())),
            home: made.home.or_else(|| Some(format!("/home/{name}"))),
        });
        made.or_else(|| {
            let base = self.base?.account(name)?;
            Some(Entry {
                uid: Some(base.uid),
                group: Some(base.gid.to_string()),
                home: base.home.clone(),
            })
        })
    }

    /// The number of a group, which may be given as one.
    pub fn gid(&self, group: &str) -> Option<u32> {
        if group == "root" {
            return Some(0);
        }
        let known = || self.base?.account(group).map(|base| base.gid);
        let made = || self.made(group, AccountKind::Group)?.group?.parse().ok();
        group.parse().ok().or_else(made).or_else(known)
    }

    /// The number of a user, which may be given as one.
    pub fn uid(&self, user: &str) -> Option<u32> {
        let of_base = || self.base?.account(user).map(|base| base.uid);
        let number = user.parse().ok();
        number.or_else(|| self.entry(user)?.uid).or_else(of_base)
    }

    /// The groups of an account beside its first.
    pub fn further_groups(&self, user: &str) -> Vec<String> {
        let groups = self.steps.iter().filter_map(|build| {
            let texts = build.step.texts();
            let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            let joined = programs::parse_joined(&words)?;
            (joined.user == user).then_some(joined.groups)
        });
        groups.flatten().collect()
    }

    /// The account of a kind that the build makes last under this name.
    fn made(&self, name: &str, kind: AccountKind) -> Option<programs::Account> {
        let group = kind == AccountKind::Group;
        let mut accounts = self.accounts.iter().rev();
        let made = accounts.find(|made| made.name == name && made.group == group)?;
        parsed(&self.steps.get(made.step)?.step)
    }
}
