//! What is not there when a container starts. It starts from the image alone, with nothing of a run
//! before: what the build took away, or never had, is missing until the start makes it.

use super::access::is_below;
use crate::eval::Step;
use crate::finding::Certainty;
use crate::image::{BuildStep, Image, NodeKind};
use crate::programs::{Manner, PutPath, parse_writes};

/// The folders in `/` that distributions have. Filesystem Hierarchy Standard 3.0, chapter 3, and what
/// the kernel and older systems add.
const STANDARD: &[&str] = &[
    "bin",
    "boot",
    "dev",
    "etc",
    "home",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "lost+found",
    "media",
    "mnt",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "selinux",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
];

/// Whether nothing is at a path of a new container for sure, or nothing in a folder: `/folder/*`.
pub(super) fn is_absent(image: &Image, path: &str) -> bool {
    let files = &image.files;
    let real = files.resolve(path);
    let inside = real.strip_suffix("/*");
    let is_filled = |folder: &str| files.below(folder).len() > 1;
    if files.at(&real).is_some() || inside.is_some_and(is_filled) {
        return false;
    }
    let (_, nearest) = files.nearest(&real);
    if !matches!(nearest.kind, NodeKind::Folder) || nearest.crowded {
        return false;
    }
    let steps = &image.steps;
    let cleared = steps.iter().rposition(|step| clears(step, &real));
    let later = match cleared {
        Some(at) => &steps[at + 1..],
        None if is_foreign_to_base(image, &real) => steps.as_slice(),
        None => return false,
    };
    let since = cleared.map(|at| steps[at].instruction);
    // What an archive holds, or an image of which nothing is known, is not known either.
    let mut copies = image.copies.iter();
    let unknown =
        copies.any(|copy| since.is_none_or(|i| copy.instruction > i) && copy.paths.is_empty());
    !unknown && !later.iter().any(|step| step.step.may_make(&real))
}

/// Whether nothing is left at a path after a step: it takes away what it lies in, or makes a folder
/// anew that it lies in.
fn clears(step: &BuildStep, path: &str) -> bool {
    let step = &step.step;
    let texts = step.texts();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let named = |step: &Step, at: &PutPath| match at {
        PutPath::Part(part) => step.absolute(part.text(&words)?),
        PutPath::Fixed(_) => None,
    };
    step.certainty == Certainty::Always
        && parse_writes(&words).iter().any(|put| {
            let Some(place) = named(step, &put.path).filter(|place| place != "/") else {
                return false;
            };
            match put.manner {
                Manner::Gone | Manner::GoneIfThere => is_below(path, &place),
                Manner::Folder => is_below(path, &place) && path != place,
                _ => false,
            }
        })
}

/// Whether a path is in a folder of `/` that the distribution which the image starts from has not, or
/// has empty.
fn is_foreign_to_base(image: &Image, path: &str) -> bool {
    let Some(base) = image.base.filter(|base| base.name == base.distribution) else {
        return false;
    };
    let first = path.split('/').nth(1).unwrap_or_default();
    let empty = matches!(first, "media" | "mnt" | "srv");
    let listed = base
        .directories
        .iter()
        .any(|folder| is_below(path, &folder.path));
    !listed && (!STANDARD.contains(&first) || empty)
}
