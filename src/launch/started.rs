//! The file that a step starts, and whether it is a script that could not be read.

use super::host::LaunchHost;
use crate::eval::{Host, State, Step, normal};
use crate::image::{Image, NodeKind, Scripts};

/// The path of the file that a step starts, with links followed.
pub(super) fn started(host: &LaunchHost<'_>, step: &Step) -> Option<String> {
    let word = step.argv.first()?.known()?;
    let path = if word.contains('/') {
        step.absolute(&word)
    } else {
        let mut state = State::new(step.user.clone(), "/");
        if let Some(path) = step.variables.get("PATH") {
            state.put("PATH", path.clone());
        }
        host.find(&word, &state)
    };
    Some(host.image.files.resolve(&normal(&path?)))
}

/// Names that a script of one's own has, and nothing that a package brings.
pub(super) fn is_own_script(path: &str) -> bool {
    let of_packages = ["/usr/", "/bin/", "/sbin/", "/lib/", "/opt/"];
    let packaged = of_packages.iter().any(|folder| path.starts_with(folder))
        && !path.starts_with("/usr/local/bin/")
        && !path.starts_with("/usr/src/");
    let script = path.ends_with(".sh") || path.contains("entrypoint");
    path.starts_with('/') && script && !packaged
}

/// Why the script that a step starts could not be read, so that what it does is not known; nothing
/// where it was, or where it is a program.
pub(super) fn unread(
    image: &Image,
    scripts: &Scripts<'_>,
    step: &Step,
    path: &str,
) -> Option<String> {
    if step.managed.is_some() || scripts.script(&image.files, path).is_some() {
        return None;
    }
    let node = image.files.get(path);
    let below = |folder: &str| crate::eval::is_below(path, folder);
    if node.is_none() {
        let missing = image.missing.iter().find(|missing| below(&missing.at));
        if let Some(missing) = missing {
            return Some(format!(
                "what {path} does is not known: {} is not in the context",
                missing.path
            ));
        }
    }
    let brought = node.is_some_and(|node| matches!(node.kind, NodeKind::Unknown));
    let of_base = node.is_none() && image.base.is_none();
    if !is_own_script(path) || !brought && !of_base {
        return None;
    }
    let base = image.base_name.as_deref().filter(|_| of_base);
    let of = base.unwrap_or("another image");
    Some(format!("what {path} does is not known: it comes from {of}"))
}
