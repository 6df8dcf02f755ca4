//! What a folder is for: to be written while programs run, or to be read by them.

use super::subject::Subject;
use crate::eval::is_below;

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
