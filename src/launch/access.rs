//! Who may write where.

use super::identity::Identity;
use crate::eval::{User, above, is_below, standard_output};
use crate::image::{Files, Image, Node, NodeKind};
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

impl Obstacle {
    /// What is known of the image that is in the way.
    pub(super) fn of(path: &str, itself: bool, node: &Node) -> Self {
        Self {
            path: path.to_owned(),
            itself,
            mode: node.mode,
            owner: node.owner.name.to_string(),
            made: node.made.or(node.asked),
            known: true,
        }
    }

    /// Whether it is in the way of the process' own output, which is open already, but not by a name.
    pub fn is_output(&self) -> bool {
        standard_output(&self.path).is_some()
    }
}

impl std::fmt::Display for Obstacle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (path, owner, mode) = (&self.path, &self.owner, self.mode & 0o7777);
        if self.is_output() {
            return write!(
                f,
                "what is behind {path} belongs to {owner} and has mode {mode:04o}"
            );
        }
        // An open folder is only in the way for what the build has put into it.
        if !self.itself && mode & 0o3 == 0o3 {
            return write!(f, "what the build put into {path} belongs to {owner}");
        }
        write!(f, "{path} belongs to {owner} and has mode {mode:04o}")
    }
}

/// Whether `user` can write to a path, or make it. An error says what is in the way. A path that
/// does not depend on the image (a device) is not in the way.
pub fn writable(
    image: &Image,
    files: &Files,
    path: &str,
    user: &User,
    target: &Target,
) -> Result<(), Obstacle> {
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
    let real = files.resolve(path);
    if standard_output(&real).is_some() {
        // Root is stopped by no bits of a pipe.
        let open = *user == User::Root || target.files.standard_output_can_be_opened;
        return match open {
            true => Ok(()),
            false => Err(Obstacle {
                path: real,
                itself: true,
                mode: 0o600,
                owner: "root".to_owned(),
                made: files.at(path).and_then(|link| link.made),
                known: true,
            }),
        };
    }
    if is_device(path) || below("/proc") || *user == User::Root && target.root_overrides() {
        return Ok(());
    }
    let home = target.files.home.as_deref().filter(|_| *user != User::Root);
    if home.into_iter().any(below) {
        return Ok(());
    }
    if target.files.volume_owned && is_of_volume(image, files, path) {
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
    let identity = Identity::new(image, target, user);
    // What is in a folder of its own is mostly its own.
    let unknown = !itself && node.crowded && !identity.owns(&node);
    let unknown = unknown && !(node.unpacked.is_some() && direct());
    let open = allows(&node, identity);
    if open && !unknown {
        // What cannot be come to is closed, whatever its own bits are.
        let closed = unsearchable(image, files, path, user, target);
        let first = closed.first().and_then(|at| Some((at, files.at(at)?)));
        return match first {
            Some((at, node)) => Err(Obstacle::of(at, false, node)),
            None => Ok(()),
        };
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

/// The folders above a path that `user` cannot go through, though their owner can. Root's home is not
/// among them: what lies there is a matter of its own.
pub fn unsearchable(
    image: &Image,
    files: &Files,
    path: &str,
    user: &User,
    target: &Target,
) -> Vec<String> {
    let real = files.resolve(path);
    if *user == User::Root && target.root_overrides() {
        return Vec::new();
    }
    let closed = |folder: &&str| {
        let node = files.at(folder).filter(|_| *folder != "/root");
        let node = node.filter(|node| node.is_folder());
        node.is_some_and(|node| misses(Identity::new(image, target, user), node, 0o1))
    };
    let folders = folders_above(&real).filter(closed);
    folders.map(str::to_owned).collect()
}

/// The folders that a path goes through, but for the root.
fn folders_above(real: &str) -> impl Iterator<Item = &str> {
    real.match_indices('/').map(|(at, _)| &real[..at]).skip(1)
}

/// Whether the owner has these bits, and a process does not.
fn misses(identity: Identity<'_>, node: &Node, wanted: u32) -> bool {
    let meant = node.mode >> 6 & wanted == wanted;
    meant && identity.bits(node) & wanted != wanted
}

/// Whether `user` can come to a path and do with it what the bits `wanted` stand for: `0o4` to read,
/// `0o1` to start or to enter. An error says what is in the way. What is not known of the image is not,
/// nor are bits that not even the owner has: that is no matter of who runs it.
pub fn readable(
    image: &Image,
    files: &Files,
    path: &str,
    wanted: u32,
    user: &User,
    target: &Target,
) -> Result<(), Obstacle> {
    let real = files.resolve(path);
    let mut given = target.files.hidden.iter().chain(&target.files.home);
    if *user == User::Root && target.root_overrides() || given.any(|own| is_below(&real, own)) {
        return Ok(());
    }
    let closed = folders_above(&real)
        .map(|folder| (folder, 0o1))
        .chain([(real.as_str(), wanted)]);
    let closed = closed.filter_map(|(path, wanted)| Some((path, wanted, files.at(path)?)));
    for (at, wanted, node) in closed {
        if misses(Identity::new(image, target, user), node, wanted) {
            return Err(Obstacle::of(at, at == real, node));
        }
    }
    Ok(())
}

/// Whether a path is in a folder that is only there because VOLUME names it.
fn is_of_volume(image: &Image, files: &Files, path: &str) -> bool {
    let mut volumes = image.config.volumes.iter();
    volumes.any(|volume| {
        let node = files.get(&volume.value);
        is_below(path, &volume.value)
            && node.is_none_or(|node| node.made == volume.origin && !node.filled)
    })
}

/// What every container has in `/dev`, open to everybody, and what shells take for a name of their
/// own there. The folder itself is root's: nothing can be made in it.
fn is_device(path: &str) -> bool {
    const OPEN: &[&str] = &[
        "console", "fd", "full", "fuse", "mqueue", "null", "ptmx", "pts", "random", "shm", "stdin",
        "tcp", "tty", "udp", "urandom", "zero",
    ];
    match path.strip_prefix("/dev/") {
        Some(rest) => OPEN.contains(&rest.split('/').next().unwrap_or_default()),
        None => false,
    }
}

/// Whether a path belongs to somebody else for sure, be it there or not: what is not the image's may
/// have been made when the container started, where that is possible.
pub(super) fn is_foreign(
    image: &Image,
    files: &Files,
    path: &str,
    user: &User,
    target: &Target,
) -> bool {
    let identity = Identity::new(image, target, user);
    let real = files.resolve(path);
    let home = target.files.home.as_deref();
    if home.is_some_and(|home| is_below(&real, home)) {
        return false;
    }
    if let Some(node) = files.get(path) {
        return !identity.owns(node);
    }
    let mut open = target.files.writable.iter();
    if let Some(folder) = open.find(|folder| is_below(&real, folder)) {
        return real == *folder;
    }
    if is_below(&real, "/dev") || is_below(&real, "/sys") || is_below(&real, "/proc") {
        return true;
    }
    let (_, nearest) = files.nearest(&real);
    !allows(&nearest, identity) && !matches!(nearest.kind, NodeKind::Unknown)
}

fn allows(node: &Node, identity: Identity<'_>) -> bool {
    let wanted = match node.kind {
        NodeKind::File(_) => 0o2,
        // To make something in a folder it must be writable and enterable.
        _ => 0o3,
    };
    identity.bits(node) & wanted == wanted
}
