//! What an image's author has tried. Where a target gives the process the account that the image names,
//! and the image's files their owners, what is closed there was closed where the image was made, too. So
//! it is only said where it is known: what may be open was.

use super::LaunchStep;
use super::access::{Obstacle, writable};
use super::effects::Judge;
use crate::eval::{Step, above};
use crate::finding::Certainty;
use crate::image::{Files, Image, NodeKind, lookup};
use crate::programs::{SetBy, Write};
use crate::source::Origin;

impl Judge<'_> {
    /// Whether the process runs as where the image was tried. A manifest may name another account.
    fn runs_as_tried(&self) -> bool {
        let user = self.image.config.user.as_ref();
        let given = user.is_some_and(|user| user.origin.is_some() && user.instruction.is_none());
        self.target.runs_as_tried() && !given
    }

    /// What keeps a command, or a server, from writing a path.
    pub(super) fn closed(&self, files: &Files, path: &str, step: &Step) -> Option<Obstacle> {
        // What may not run at all need not have been tried, and what may fail need not have worked.
        let doubtful = step.surely == Certainty::Maybe || step.tolerated && !step.ends_start;
        let guessed = self.runs_as_tried() && doubtful;
        let closed = writable(self.image, files, path, &step.user, self.target).err();
        closed.filter(|obstacle| !guessed && self.stands(files, obstacle))
    }

    /// What keeps a command from writing a path, unless a package that nobody knows may have brought it.
    pub(super) fn closed_for_sure(
        &self,
        files: &Files,
        path: &str,
        step: &Step,
    ) -> Option<Obstacle> {
        let brought = |obstacle: &Obstacle| {
            let beyond = !obstacle.itself && obstacle.made.is_none();
            beyond && self.runs_as_tried() && self.image.has_unknown_packages()
        };
        let closed = self.closed(files, path, step);
        closed.filter(|obstacle| !brought(obstacle))
    }

    /// Whether what is in the way is there for sure. Where the image was not tried so, what is most
    /// likely there counts.
    pub(super) fn stands(&self, files: &Files, obstacle: &Obstacle) -> bool {
        if !self.runs_as_tried() {
            return true;
        }
        let made = |by: Option<Origin>| by.is_some() && by == obstacle.made;
        // VOLUME makes a folder where there is none.
        let mut volumes = self.image.config.volumes.iter();
        let declared = volumes.any(|volume| made(volume.origin));
        let is_filled = |folder: &str| {
            let node = files.at(folder);
            node.is_some_and(|node| node.crowded || node.filled || node.unpacked.is_some())
        };
        let mut folders = std::iter::successors(Some(above(&obstacle.path)), |at| {
            (at.len() > 1).then(|| above(at))
        });
        let may_be_there = declared && folders.any(is_filled);
        let mut steps = self.image.steps.iter();
        let of_build = steps.any(|build| made(Some(build.step.origin)));
        // A file that COPY puts there takes the place of what was there.
        let node = files.at(&obstacle.path).filter(|node| node.made.is_some());
        let put = node.is_some_and(|node| matches!(node.kind, NodeKind::File(_)));
        let base = self.image.base;
        let of_base = base.is_some_and(|base| base.complete || obstacle.itself);
        obstacle.known && !may_be_there && (of_base || of_build || put)
    }

    /// Whether a path that a server writes without being told is only a guess: one that was built
    /// elsewhere may have another.
    pub(super) fn is_guess(&self, step: &Step, write: &Write) -> bool {
        let by_default = write.setting.by == SetBy::Default;
        by_default && self.runs_as_tried() && !is_packaged(self.image, step)
    }
}

impl LaunchStep {
    /// Whether the image starts from the official image of the server that it is, whose layout the
    /// tables know.
    pub(crate) fn is_official(&self, image: &Image) -> bool {
        is_official(image, &self.step)
    }
}

fn is_official(image: &Image, step: &Step) -> bool {
    let program = step.program().unwrap_or_default();
    image.base.is_some_and(|base| base.is_of(&program))
}

/// Whether the program that a step starts is the one that a package or the base has brought, whose layout
/// the tables know.
fn is_packaged(image: &Image, step: &Step) -> bool {
    let word = step.argv.first().and_then(|word| word.known());
    let word = word.unwrap_or_default();
    let brought = |path: String| {
        // What an image of a language has, as npm, only starts the server, which is not its own.
        let mut programs = image.base.iter().flat_map(|base| &base.programs);
        let node = image.files.get(&path);
        node.is_some_and(|node| node.made.is_none()) && !programs.any(|own| *own == path)
    };
    let mut folders = lookup::DEFAULT_PATH.split(':');
    is_official(image, step)
        || match word.contains('/') {
            true => step.absolute(&word).is_some_and(brought),
            false => folders.any(|folder| brought(format!("{folder}/{word}"))),
        }
}
