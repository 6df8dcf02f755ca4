//! What is not there when a container starts. It starts from the image alone, with nothing of a run
//! before: what the build took away, or never had, is missing until the start makes it.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use crate::eval::is_below;
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

/// What an image does not have. Scripts ask for the same paths again and again, and a build has many
/// commands: each path, and what each command takes away, is looked up once.
pub(super) struct Absent<'a> {
    image: &'a Image,
    cleared: OnceCell<Vec<Cleared>>,
    known: RefCell<HashMap<String, bool>>,
}

/// Where a step of the build leaves nothing.
struct Cleared {
    /// The step's number.
    step: usize,
    path: String,
    /// It is a new folder there, with nothing in it.
    folder: bool,
}

impl<'a> Absent<'a> {
    pub(super) fn of(image: &'a Image) -> Self {
        Self {
            image,
            cleared: OnceCell::new(),
            known: RefCell::default(),
        }
    }

    /// Whether nothing is at a path of a new container for sure, or nothing in a folder: `/folder/*`.
    pub(super) fn has(&self, path: &str) -> bool {
        if let Some(known) = self.known.borrow().get(path) {
            return *known;
        }
        let found = self.look_up(path);
        self.known.borrow_mut().insert(path.to_owned(), found);
        found
    }

    fn look_up(&self, path: &str) -> bool {
        let image = self.image;
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
        let cleared = self.cleared.get_or_init(|| cleared(image)).iter();
        let mut cleared = cleared
            .filter(|one| is_below(&real, &one.path) && !(one.folder && real == one.path))
            .map(|one| one.step);
        let steps = &image.steps;
        let (since, later) = match cleared.next_back() {
            Some(at) => (Some(steps[at].instruction), &steps[at + 1..]),
            None if is_foreign_to_base(image, &real) => (None, steps.as_slice()),
            None => return false,
        };
        // What an archive holds, or an image of which nothing is known, is not known either.
        let mut copies = image.copies.iter();
        let unknown =
            copies.any(|copy| since.is_none_or(|i| copy.instruction > i) && copy.paths.is_empty());
        !unknown && !later.iter().any(|step| step.step.may_make(&real))
    }
}

/// What the steps of a build take away, and the folders that they make anew, in their order.
fn cleared(image: &Image) -> Vec<Cleared> {
    let steps = image.steps.iter().enumerate();
    let sure = steps.filter(|(_, build)| build.step.certainty == Certainty::Always);
    let mut all = Vec::new();
    for (number, BuildStep { step, .. }) in sure {
        let texts = step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        for put in parse_writes(&words) {
            let folder = match put.manner {
                Manner::Gone | Manner::GoneIfThere => false,
                Manner::Folder => true,
                _ => continue,
            };
            let PutPath::Part(part) = &put.path else {
                continue;
            };
            let path = part.text(&words).and_then(|word| step.absolute(word));
            all.extend(path.filter(|path| path != "/").map(|path| Cleared {
                step: number,
                path,
                folder,
            }));
        }
    }
    all
}

/// Whether a path is in a folder of `/` that the distribution which the image starts from has not, or
/// has empty.
fn is_foreign_to_base(image: &Image, path: &str) -> bool {
    let Some(base) = image.base.filter(|base| base.name == base.distribution) else {
        return false;
    };
    let first = path.split('/').nth(1).unwrap_or_default();
    let empty = matches!(first, "media" | "mnt");
    let mut listed = base.directories.iter().filter(|folder| folder.path != "/");
    let listed = listed.any(|folder| is_below(path, &folder.path));
    !listed && (!STANDARD.contains(&first) || empty)
}
