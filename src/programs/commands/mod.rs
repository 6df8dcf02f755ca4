//! Commands that change files or accounts: what kind they are, and what their words say.

mod accounts;
mod archives;
mod capabilities;
mod copies;
mod downloads;
mod files;
mod mode;
mod packages;
mod writes;

use serde::Deserialize;

use super::options::Options;
use super::words::{Words, program_name};

pub use accounts::{Account, AccountKind, Joined, parse_account, parse_joined};
pub use archives::parse_unpacked;
pub use capabilities::{FileCapabilities, parse_setcap};
pub use copies::{Copy, CopyKind, parse_copy, parse_in_place};
pub use downloads::{Download, parse_download};
pub use files::{
    Chmod, Chown, Install, MakeDirectory, Rsync, parse_chmod, parse_chown, parse_install,
    parse_mkdir, parse_rsync,
};
pub use mode::apply_mode;
pub use packages::{Packages, parse_packages};
pub use writes::{Manner, Put, PutPath, parse_writes};

/// A command that changes files or accounts, or that needs root.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Command {
    /// The names that it goes by; those with a slash are whole paths, and a `*` ends the beginning
    /// of one.
    pub names: Vec<String>,
    /// What it does.
    pub kind: CommandKind,
    /// What it says as a user without privileges; `{path}` stands for the path, `{program}` for its
    /// name.
    fails: String,
    /// The capability of root's that it needs, without `CAP_`.
    #[serde(default)]
    pub capability: Option<String>,
    /// It does so only with one of these words; `*` in them stands for any text.
    #[serde(default)]
    only_with: Vec<String>,
    /// It does so with none of these words.
    #[serde(default)]
    not_with: Vec<String>,
    /// It does so with at least so many operands.
    #[serde(default)]
    operands: usize,
    /// The options that take one more word.
    #[serde(default)]
    values: Vec<String>,
    /// What it writes, whatever its operands are: it needs root for these paths, and for nothing
    /// else. A path without a slash at its beginning lies in the working directory.
    #[serde(default)]
    pub writes: Vec<String>,
    /// The options that say another path for these.
    #[serde(default)]
    writes_at: Vec<String>,
    /// Where the facts come from.
    pub source: String,
}

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandKind {
    /// It gives files to another account.
    ChangeOwner,
    /// It changes permission bits.
    ChangeMode,
    /// It writes where its operands say.
    Write,
    /// It changes accounts.
    Account,
    /// It needs root, or a capability.
    NeedsRoot,
    /// It installs packages.
    PackageManager,
}

impl Command {
    /// Its own words as a user without privileges.
    pub fn failure(&self, argv: &Words) -> String {
        let first = self.operands(argv).into_iter().find_map(|i| argv[i]);
        self.failure_at(argv, first.unwrap_or("…"))
    }

    /// The same, of a certain path.
    pub fn failure_at(&self, argv: &Words, path: &str) -> String {
        let fails = self.fails.replace("{program}", program_name(argv));
        fails.replace("{path}", path)
    }

    /// The words that are neither options nor taken by one.
    pub fn operands(&self, argv: &Words) -> Vec<usize> {
        let values: Vec<&str> = self.values.iter().map(String::as_str).collect();
        Options::of(&values).scan(argv, 1).operands
    }

    /// The paths that it writes with these words, beside its operands.
    pub fn paths<'a>(&'a self, argv: &Words<'a>) -> Vec<&'a str> {
        let values: Vec<&str> = self.values.iter().map(String::as_str).collect();
        let found = Options::of(&values).scan(argv, 1);
        let names: Vec<&str> = self.writes_at.iter().map(String::as_str).collect();
        match found.given(&names) {
            Some(option) => option.text.into_iter().collect(),
            None => self.writes.iter().map(String::as_str).collect(),
        }
    }

    /// Whether it does what its kind says with these words.
    pub fn applies(&self, argv: &Words) -> bool {
        let words = || argv.iter().skip(1).flatten();
        let told = |pattern: &String| words().any(|word| fits(pattern, word));
        let asks = words().any(|word| matches!(*word, "--help" | "--version"));
        !asks
            && (self.only_with.is_empty() || self.only_with.iter().any(told))
            && !self.not_with.iter().any(told)
            && (self.operands == 0 || self.operands(argv).len() >= self.operands)
    }
}

/// Whether a word is a pattern in which `*` stands for any text.
pub(super) fn fits(pattern: &str, word: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == word;
    };
    let Some(mut word) = word.strip_prefix(first) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return word.ends_with(part);
        }
        match word.find(part) {
            Some(at) => word = &word[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests;
