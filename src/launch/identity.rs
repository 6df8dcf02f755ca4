//! Who a process is to the files of an image: their owner, one of their group, or one of the others.

use crate::eval::User;
use crate::image::{Image, Node};
use crate::target::Target;

/// Who a process is to the files of an image.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    image: &'a Image,
    target: &'a Target,
    user: &'a User,
}

impl<'a> Identity<'a> {
    /// A process that is `user` in a container of `image` on `target`.
    pub fn new(image: &'a Image, target: &'a Target, user: &'a User) -> Self {
        Self {
            image,
            target,
            user,
        }
    }

    /// The bits that count for it, as the lowest three: its own as the owner, else those of the group
    /// that it is in, else those of others.
    pub fn bits(&self, node: &Node) -> u32 {
        let shift = match () {
            () if self.owns(node) => 6,
            () if self.shares(node) => 3,
            () => 0,
        };
        (node.mode >> shift) & 0o7
    }

    /// Whether a file belongs to it.
    pub fn owns(&self, node: &Node) -> bool {
        let owner = &node.owner;
        self.target.privileges.owns_image_files
            && match self.user {
                User::Root => owner.is_root(),
                User::Account(user) => !owner.is_root() && self.is_same(user, &owner.name),
            }
    }

    /// Whether it gives nothing away where it gives a file of its own to this owner, as chown names it.
    pub fn keeps(&self, owner: &str) -> bool {
        let (user, group) = owner.split_once(':').unwrap_or((owner, ""));
        let same = |account: &str| match self.user {
            User::Root => matches!(account, "root" | "0"),
            User::Account(own) => self.is_same(own, account),
        };
        let own_group = |group: &str| self.groups().iter().any(|own| self.is_group(own, group));
        (user.is_empty() || same(user)) && (group.is_empty() || own_group(group))
    }

    /// Two names of one account. Where a number is set beside an account whose own is not known, they
    /// may be the same, and are taken to be.
    fn is_same(&self, one: &str, other: &str) -> bool {
        if one == other {
            return true;
        }
        match (self.image.uid(one), self.image.uid(other)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => false,
            _ => !self.target.user.instruction_ignored && (is_number(one) || is_number(other)),
        }
    }

    /// Whether a file is of a group that it is in.
    pub fn shares(&self, node: &Node) -> bool {
        let groups = self.groups();
        groups
            .iter()
            .any(|own| self.is_group(own, &node.group.name))
    }

    /// Two names of one group.
    fn is_group(&self, one: &str, other: &str) -> bool {
        let known = || self.image.gid(one).zip(self.image.gid(other));
        one == other || known().is_some_and(|(one, other)| one == other)
    }

    /// The groups that it is in, by name or number.
    fn groups(&self) -> Vec<String> {
        let given = self.target.user.groups.iter().cloned();
        let mut groups: Vec<String> = given.collect();
        // Where no file of the image belongs to it, those that the platform puts it into are all.
        if !self.target.privileges.owns_image_files {
            return groups;
        }
        let User::Account(user) = self.user else {
            groups.push("root".to_owned());
            return groups;
        };
        if self.target.user.instruction_ignored {
            return groups;
        }
        let said = self.image.config.user.as_ref().map(|said| &*said.value);
        match said.and_then(|said| said.split_once(':')) {
            // A group that USER names is the only one.
            Some((name, group)) if *name == **user => groups.push(group.to_owned()),
            _ => {
                let entry = self.image.entry(user);
                // A number that nobody has is in root's group.
                let first = entry.map(|entry| entry.group);
                let first = first.unwrap_or_else(|| is_number(user).then(|| "root".to_owned()));
                groups.extend(first);
                groups.extend(self.image.further_groups(user));
            }
        }
        groups
    }
}

fn is_number(name: &str) -> bool {
    name.parse::<u32>().is_ok()
}
