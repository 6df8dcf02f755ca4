//! /etc/passwd and /etc/group, as `USER` and `--chown` ask them.

use std::fs;
use std::path::Path;

/// The numbers of `name`, `name:group` and their like, below a root.
///
/// A number that no account has is taken as it is, with the group root.
pub fn find(said: &str, root: &Path) -> Result<(u32, u32), String> {
    let read = |name: &str| fs::read_to_string(root.join("etc").join(name)).unwrap_or_default();
    find_in(said, &read("passwd"), &read("group"))
}

/// The same, where the texts are at hand.
pub fn find_in(said: &str, passwd: &str, groups: &str) -> Result<(u32, u32), String> {
    let (user, group) = match said.split_once(':') {
        Some((user, group)) => (user, Some(group)),
        None => (said, None),
    };
    let entry = entries(passwd).find(|entry| entry[0] == user || entry.get(2) == Some(&user));
    let number = |entry: &[&str], at: usize| entry.get(at)?.parse::<u32>().ok();
    let (uid, own) = match entry
        .as_deref()
        .and_then(|e| number(e, 2).zip(number(e, 3)))
    {
        Some(found) => found,
        None => {
            let uid = user.parse().map_err(|_| {
                format!("unable to find user {user}: no matching entries in passwd file")
            })?;
            (uid, 0)
        }
    };
    let Some(group) = group else {
        return Ok((uid, own));
    };
    let entry = entries(groups).find(|entry| entry[0] == group);
    let gid = entry.as_deref().and_then(|entry| number(entry, 2));
    match gid.or_else(|| group.parse().ok()) {
        Some(gid) => Ok((uid, gid)),
        None => Err(format!(
            "unable to find group {group}: no matching entries in group file"
        )),
    }
}

/// The home of the account with this number.
pub fn home(uid: u32, passwd: &str) -> Option<String> {
    let uid = uid.to_string();
    let entry = entries(passwd).find(|entry| entry.get(2) == Some(&uid.as_str()))?;
    entry.get(5).map(|home| (*home).to_owned())
}

/// The other groups that an account is a member of.
pub fn groups_of(user: &str, groups: &str) -> Vec<u32> {
    let member = |entry: &Vec<&str>| {
        let members = entry.get(3).copied().unwrap_or_default();
        members.split(',').any(|member| member == user)
    };
    entries(groups)
        .filter(member)
        .filter_map(|entry| entry.get(2)?.parse().ok())
        .collect()
}

fn entries(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().map(|line| line.split(':').collect())
}
