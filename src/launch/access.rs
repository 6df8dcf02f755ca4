//! Who may write where.

use crate::eval::{User, above, is_below};
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
        let (path, owner, mode) = (&self.path, &self.owner, self.mode & 0o7777);
        // An open folder is only in the way for what the build has put into it.
        if !self.itself && mode & 0o3 == 0o3 {
            return write!(f, "what the build put into {path} belongs to {owner}");
        }
        write!(f, "{path} belongs to {owner} and has mode {mode:04o}")
    }
}

/// Whether `user` can write to a path, or make it. An error says what is in the way. A path that
/// does not depend on the image (a device) is not in the way.
pub fn writable(files: &Files, path: &str, user: &User, target: &Target) -> Result<(), Obstacle> {
    let below = |folder: &str| is_below(path, folder);
    // The kernel's own settings.
    if below("/proc/sys") || below("/sys") || path == "/proc/sysrq-trigger" {
        return Err(Obstacle {
            path: path.to_owned(),
            itself: true,
            mode: 0o644,
            owner: "root".to_owned(),
            made: None,
            known: true,
        });
    }
    if is_device(path) || below("/proc") || *user == User::Root && target.root_overrides() {
        return Ok(());
    }
    let home = target.files.home.as_deref().filter(|_| *user != User::Root);
    if home.into_iter().any(below) {
        return Ok(());
    }
    let mut open = target.files.writable.iter();
    if let Some(folder) = open.find(|folder| below(folder)) {
        // What the build has put into it is closed as anywhere else.
        let (at, node) = files.nearest(path);
        let inner = at != *folder && is_below(&at, folder) && node.made.is_some();
        if !inner {
            return Ok(());
        }
    }
    // The platform fills it: nothing of the image is there.
    if below("/dev") {
        return Err(Obstacle {
            path: "/dev".to_owned(),
            itself: false,
            mode: 0o755,
            owner: "root".to_owned(),
            made: None,
            known: true,
        });
    }
    let (at, node) = files.nearest(path);
    let itself = at == files.resolve(path);
    // In a folder that a program has filled, the path may be there already, and closed; of an archive,
    // it is the folders in it that matter.
    let direct = || files.resolve(above(path)) == at;
    let unknown = !itself && node.crowded && !(node.unpacked.is_some() && direct());
    let open = allows(&node, user, target);
    if open && !unknown {
        return Ok(());
    }
    // What is not known in it came with what has filled it.
    let inner = node.unpacked.filter(|_| !itself && node.crowded);
    let made = node.made.or(node.asked);
    Err(Obstacle {
        path: at,
        itself,
        mode: node.mode,
        owner: node.owner.name.to_string(),
        made: if open { inner.or(made) } else { made.or(inner) },
        known: itself || !matches!(node.kind, NodeKind::Unknown),
    })
}

/// What every container has in `/dev`, open to everybody, and what shells take for a name of their
/// own there. The folder itself is root's: nothing can be made in it.
fn is_device(path: &str) -> bool {
    const OPEN: &[&str] = &[
        "console", "fd", "full", "fuse", "mqueue", "null", "ptmx", "pts", "random", "shm",
        "stderr", "stdin", "stdout", "tcp", "tty", "udp", "urandom", "zero",
    ];
    match path.strip_prefix("/dev/") {
        Some(rest) => OPEN.contains(&rest.split('/').next().unwrap_or_default()),
        None => false,
    }
}

/// Whether a path belongs to somebody else for sure, be it there or not: what is not the image's may
/// have been made when the container started, where that is possible.
pub(super) fn is_foreign(files: &Files, path: &str, user: &User, target: &Target) -> bool {
    let real = files.resolve(path);
    let home = target.files.home.as_deref();
    if home.is_some_and(|home| is_below(&real, home)) {
        return false;
    }
    if let Some(node) = files.get(path) {
        let own = matches!(user, User::Account(name) if node.owner.name == *name);
        return !(own && target.privileges.owns_image_files);
    }
    let mut open = target.files.writable.iter();
    if let Some(folder) = open.find(|folder| is_below(&real, folder)) {
        return real == *folder;
    }
    if is_below(&real, "/dev") || is_below(&real, "/sys") || is_below(&real, "/proc") {
        return true;
    }
    let (_, nearest) = files.nearest(&real);
    !allows(&nearest, user, target) && !matches!(nearest.kind, NodeKind::Unknown)
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
