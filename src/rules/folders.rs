//! Folders of the system, and what belongs to it in them.

use crate::eval::is_below;
use crate::image::Files;
use crate::launch::{LaunchStep, Written};

/// Folders of the system, which many programs share: they are not opened for the sake of one.
const SHARED: &[&str] = &[
    "",
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/etc/cron.d",
    "/etc/default",
    "/etc/init.d",
    "/etc/profile.d",
    "/etc/ssl",
    "/home",
    "/lib",
    "/lib64",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/etc",
    "/usr/local/lib",
    "/usr/local/sbin",
    "/usr/local/share",
    "/usr/sbin",
    "/usr/share",
    "/usr/src",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/local",
    "/var/log",
    "/var/mail",
    "/var/opt",
    "/var/run",
    "/var/spool",
];

pub(super) fn is_shared(path: &str) -> bool {
    SHARED.contains(&path)
}

/// Folders that only root writes on any system: whoever writes there needs root rather than a path
/// that is open.
const OF_ROOT: &[&str] = &[
    "/bin",
    "/boot",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/sbin",
    "/sys",
    "/usr/bin",
    "/usr/sbin",
];

/// What in them is the system's own, and stays closed whatever writes it.
const GUARDED: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/etc/alternatives",
    "/etc/apt",
    "/etc/cron.d",
    "/etc/cron.daily",
    "/etc/cron.hourly",
    "/etc/cron.monthly",
    "/etc/cron.weekly",
    "/etc/crontab",
    "/etc/crontabs",
    "/etc/environment",
    "/etc/fstab",
    "/etc/group",
    "/etc/gshadow",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/init",
    "/etc/init.d",
    "/etc/inittab",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/ld.so.preload",
    "/etc/mtab",
    "/etc/network",
    "/etc/nsswitch.conf",
    "/etc/pam.d",
    "/etc/passwd",
    "/etc/pki",
    "/etc/profile",
    "/etc/profile.d",
    "/etc/rc.local",
    "/etc/resolv.conf",
    "/etc/security",
    "/etc/shadow",
    "/etc/ssh",
    "/etc/ssl",
    "/etc/sudoers",
    "/etc/sudoers.d",
    "/etc/sysctl.conf",
    "/etc/sysctl.d",
    "/etc/systemd",
    "/lib",
    "/lib64",
    "/proc",
    "/sbin",
    "/sys",
    "/usr/bin",
    "/usr/sbin",
];

/// Whether a path is in one of the folders that only root writes, or leads there.
pub(super) fn is_of_root(files: &Files, path: &str) -> bool {
    let is_one = |path: &str| OF_ROOT.iter().any(|folder| is_below(path, folder));
    is_one(path) || is_one(&files.resolve(path))
}

/// Whether a path is what a program keeps of its own, in a folder that the build makes for it: that
/// can be opened, wherever it lies.
pub(super) fn is_kept(step: &LaunchStep, written: &Written) -> bool {
    let managed = step.step.managed.as_ref();
    let named = managed.is_some_and(|managed| managed.writes.contains(&written.path));
    let obstacle = written.obstacle.as_ref();
    named && obstacle.is_some_and(|o| o.made.is_some() && !is_shared(&o.path))
}

/// Whether a path is one that no build should open to everybody.
pub(super) fn is_guarded(path: &str) -> bool {
    GUARDED.iter().any(|guarded| is_below(path, guarded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::above;

    #[test]
    fn an_image_opens_its_own_folders_and_not_those_of_the_system() {
        let files = Files::default();
        for (path, of_root, guarded) in [
            ("/etc", true, false),
            ("/etc/nginx/conf.d", true, false),
            ("/etc/hosts", true, true),
            ("/etc/hosts.d", true, false),
            ("/etc/ssl/private/key.pem", true, true),
            ("/proc/sys/vm/swappiness", true, true),
            ("/usr/bin/x", true, true),
            ("/usr/share/nginx", false, false),
            ("/var/lib/x", false, false),
            ("/etcetera", false, false),
        ] {
            assert_eq!(is_of_root(&files, path), of_root, "{path}");
            assert_eq!(is_guarded(path), guarded, "{path}");
        }
        assert!(is_shared("/etc") && is_shared(above("/etc/app.conf")));
    }
}
