//! Commands that change files or accounts: what kind they are, and what their words say.

mod accounts;
mod downloads;
mod files;
mod mode;
mod packages;

use serde::Deserialize;

use super::words::Words;

pub use accounts::{Account, AccountKind, parse_account};
pub use downloads::{Download, parse_download};
pub use files::{
    Chmod, Chown, Install, MakeDirectory, Rsync, parse_chmod, parse_chown, parse_install,
    parse_mkdir, parse_rsync,
};
pub use mode::apply_mode;
pub use packages::{Packages, parse_packages};

/// A command that changes files or accounts, or that needs root.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Command {
    /// The names that it goes by.
    pub names: Vec<String>,
    /// What it does.
    pub kind: CommandKind,
    /// What it says as a user without privileges; `{path}` stands for the path.
    fails: String,
    /// It does so only with one of these words.
    #[serde(default)]
    only_with: Vec<String>,
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
    pub fn failure(&self, path: &str) -> String {
        self.fails.replace("{path}", path)
    }

    /// Whether it does what its kind says with these words.
    pub fn applies(&self, argv: &Words) -> bool {
        let told = |option: &String| argv.contains(&Some(option.as_str()));
        self.only_with.is_empty() || self.only_with.iter().any(told)
    }
}

#[cfg(test)]
mod tests;
