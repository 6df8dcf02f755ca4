//! What a folder is for: to be written while programs run, or to be read by them.

use super::folders::is_shared;
use super::subject::Subject;
use crate::eval::is_below;
use crate::programs::parse_account;
use crate::source::Origin;

/// Whether bits are given to the group alone: `g+rwX`, `g=u`, `ug+w`.
pub(super) fn opens_to_group(mode: &str) -> bool {
    mode.split(',').any(|part| {
        let Some(at) = part.find(['+', '=']) else {
            return false;
        };
        let (who, what) = part.split_at(at);
        let of_group = who.contains('g') && !who.contains(['o', 'a']);
        of_group && (what.contains('w') || what == "=u" || what == "+u")
    })
}

/// Whether a volume is for what is given to the container: its configuration, which nobody in it
/// writes unless a script is seen to, and what is the platform's own.
pub(super) fn is_given(subject: &Subject<'_>, volume: &str) -> bool {
    let mut hidden = subject.target.files.hidden.iter();
    is_below(volume, "/etc") || hidden.any(|path| is_below(volume, path)) || is_static(volume)
}

/// Whether all that the start comes to is known to hand out files and no more, so that a volume that
/// is not for the state of programs is read.
pub(super) fn is_served(subject: &Subject<'_>, volume: &str) -> bool {
    let Some(launch) = subject.launch.filter(|launch| launch.gaps.is_empty()) else {
        return false;
    };
    let mut servers = launch.servers().peekable();
    let known = servers.peek().is_some()
        && servers.all(|serving| serving.server.hands_out && !serving.stands_in);
    known && !is_below(volume, "/var") && !is_state(volume)
}

/// Whether a folder is for what does not change while programs run: Filesystem Hierarchy Standard
/// 3.0, chapter 4, and programs elsewhere.
fn is_static(folder: &str) -> bool {
    const STATIC: &[&str] = &["include", "lib", "lib32", "lib64", "share"];
    const PROGRAMS: &[&str] = &["bin", "libexec", "sbin"];
    let last = folder.rsplit('/').next().unwrap_or_default();
    let of_usr = folder.strip_prefix("/usr/");
    let of_usr = of_usr.and_then(|rest| rest.split('/').next());
    let within = of_usr.is_some_and(|part| STATIC.contains(&part) || PROGRAMS.contains(&part));
    PROGRAMS.contains(&last) || within && !is_state(folder)
}

/// Whether a folder's name is one for what programs keep.
fn is_state(folder: &str) -> bool {
    const DATA: &[&str] = &[
        "backup", "cache", "data", "db", "log", "run", "spool", "storage", "tmp", "upload", "var",
        "work",
    ];
    let last = folder.rsplit('/').next().unwrap_or_default();
    DATA.iter().any(|data| last.contains(data))
}

/// The folders that the build makes, empty, for the state of programs while they run, and where it
/// makes them: those in /run, and elsewhere, in the usual places and by the usual names, those that it
/// gives to the account of a program.
pub(super) fn state_folders<'a>(subject: &'a Subject<'_>) -> Vec<(&'a str, Origin)> {
    // Those that outlive a start also hold what is only read; that it belongs to somebody tells. One
    // for logs says nothing: programs in containers mostly log to their output.
    const LASTING: &[&str] = &["/var/cache", "/var/lib", "/var/spool"];
    // The same anywhere else, by name, unless the image declares where its data are.
    const KEPT: &[&str] = &[
        "backups",
        "cache",
        "data",
        "database",
        "db",
        "download",
        "downloads",
        "pids",
        "run",
        "session",
        "sessions",
        "sockets",
        "spool",
        "storage",
        "temp",
        "tmp",
        "upload",
        "uploads",
    ];
    // Where sshd puts its children that have no rights: it must stay empty.
    const EMPTY: &[&str] = &["/run/sshd"];
    let files = &subject.image.files;
    // The home of an account need not be more than that.
    let homes: Vec<String> = subject
        .image
        .steps
        .iter()
        .filter_map(|build| {
            let texts = build.step.texts();
            let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            Some(files.resolve(&parse_account(&words)?.home?))
        })
        .collect();
    let mut volumes = subject.image.config.volumes.iter();
    let declares = volumes.any(|volume| volume.origin.is_some());
    let mut found = Vec::new();
    for (path, node) in files.iter() {
        let Some(made) = node.made.or(node.asked).filter(|_| node.is_folder()) else {
            continue;
        };
        let fleeting = is_below(path, "/run") && !EMPTY.contains(&path) && path != "/run/lock";
        let given = !node.owner.is_root() && node.owner.by.is_some();
        let last = path.rsplit('/').next().unwrap_or_default();
        let lasting = LASTING.iter().any(|folder| is_below(path, folder));
        let lasting = lasting || !declares && KEPT.contains(&last);
        let at_home = homes.iter().any(|home| home == path) || is_below(path, "/home");
        let meant = fleeting || lasting && given && !at_home;
        if meant && !node.filled && !is_shared(path) {
            found.push((path, made));
        }
    }
    found
}
