//! The accounts that the build makes.

use super::Account;
use crate::eval::Step;
use crate::programs::{self, AccountKind};

/// The account that a command makes; `number` is the command's own.
pub(super) fn account(step: &Step, number: usize) -> Option<Account> {
    let texts = step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let account = programs::parse_account(&words)?;
    let name = texts.get(account.name)?.clone()?;
    Some(Account {
        name,
        group: account.kind == AccountKind::Group,
        step: number,
    })
}
