//! Who may write where.

use crate::eval::User;
use crate::image::{Files, Node, NodeKind};
use crate::source::Origin;
use crate::target::Target;

/// What keeps a path from being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// The path itself, or the folder above it in which it cannot be made.
    pub path: String,
    /// Whether that is the path itself.
    pub itself: bool,
    /// Its permission bits.
    pub mode: u32,
    /// Whose it is.
    pub owner: String,
    /// Where the build made it, if it did.
    pub made: Option<Origin>,
    /// Whether all that matters is known of it: what an image or an archive brings into a folder is
    /// not, and the path may be there with bits of its own.
    pub known: bool,
}

impl std::fmt::Display for Obstacle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} belongs to {} and has mode {:04o}",
            self.path,
            self.owner,
            self.mode & 0o7777
        )
    }
}

/// Whether `user` can write to a path, or make it. An error says what is in the way. A path that
/// does not depend on the image (a device) is not in the way.
pub fn writable(files: &Files, path: &str, user: &User, target: &Target) -> Result<(), Obstacle> {
    let below = |folder: &str| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if below("/dev") || below("/proc") || *user == User::Root && target.root_overrides() {
        return Ok(());
    }
    let home = target.files.home.as_deref().filter(|_| *user != User::Root);
    if home
        .into_iter()
        .chain(target.files.writable.iter().map(String::as_str))
        .any(below)
    {
        return Ok(());
    }
    let (at, node) = files.nearest(path);
    let itself = at == files.resolve(path);
    // In a folder that a program has filled, the path may be there already, and closed.
    if allows(&node, user, target) && (itself || !node.crowded) {
        return Ok(());
    }
    Err(Obstacle {
        path: at,
        itself,
        mode: node.mode,
        owner: node.owner.name.to_string(),
        made: node.made.or(node.asked),
        known: itself || !matches!(node.kind, NodeKind::Unknown),
    })
}

fn allows(node: &Node, user: &User, target: &Target) -> bool {
    let owns = target.privileges.owns_image_files
        && match user {
            User::Root => node.owner.is_root(),
            User::Account(name) => node.owner.name == *name,
        };
    let bits = if owns { node.mode >> 6 } else { node.mode };
    let wanted = match node.kind {
        NodeKind::File(_) => 0o2,
        // To make something in a folder it must be writable and enterable.
        _ => 0o3,
    };
    bits & wanted == wanted
}
