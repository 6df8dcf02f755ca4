//! What an image's author has tried. Where a target gives the process the account that the image names,
//! and its files their owners, what is closed there was closed where the image was made, too: that is
//! said where it is known, and a guess is none.

use super::LaunchStep;
use super::access::{Obstacle, writable};
use super::effects::Judge;
use crate::eval::{Step, User, above};
use crate::finding::Certainty;
use crate::image::{Files, Image, lookup};
use crate::programs::{SetBy, Write};
use crate::source::Origin;

impl Judge<'_> {
    /// What keeps a command from writing a path.
    pub(super) fn closed(&self, files: &Files, path: &str, step: &Step) -> Option<Obstacle> {
        // What may not run at all need not have been tried, and what may fail need not have worked.
        let doubtful = step.surely == Certainty::Maybe || step.tolerated && !step.ends_start;
        let guessed = self.target.runs_as_tried() && doubtful;
        let closed = self.closed_to(files, path, &step.user);
        closed.filter(|_| !guessed)
    }

    /// What keeps an account from writing a path.
    pub(super) fn closed_to(&self, files: &Files, path: &str, user: &User) -> Option<Obstacle> {
        let closed = writable(self.image, files, path, user, self.target).err();
        closed.filter(|obstacle| !self.target.runs_as_tried() || self.stands(files, obstacle))
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
            beyond && self.target.runs_as_tried() && self.image.has_unknown_packages()
        };
        let closed = self.closed(files, path, step);
        closed.filter(|obstacle| !brought(obstacle))
    }

    /// Whether all is known of what is in the way.
    fn stands(&self, files: &Files, obstacle: &Obstacle) -> bool {
        let made = |by: &Option<Origin>| by.is_some() && *by == obstacle.made;
        let volumes = &self.image.config.volumes;
        // VOLUME makes a folder where there is none.
        let declared = volumes.iter().any(|volume| made(&volume.origin));
        let is_filled = |folder: &str| {
            let node = files.at(folder);
            node.is_some_and(|node| node.crowded || node.filled || node.unpacked.is_some())
        };
        let folders = std::iter::successors(Some(above(&obstacle.path)), |at| {
            (at.len() > 1).then(|| above(at))
        });
        let was_there = declared && folders.into_iter().any(is_filled);
        let of_build = self.image.steps.iter().any(|build| {
            let by = obstacle.made;
            by.is_some_and(|by| by == build.step.origin)
        });
        let named = self
            .image
            .base
            .is_some_and(|base| base.complete || obstacle.itself);
        obstacle.known && !was_there && (named || of_build)
    }

    /// Whether a path that a server writes without being told is only a guess: one that was built
    /// elsewhere may have another.
    pub(super) fn is_guess(&self, step: &Step, write: &Write) -> bool {
        let by_default = write.setting.by == SetBy::Default;
        by_default && self.target.runs_as_tried() && !is_packaged(self.image, step)
    }
}

impl LaunchStep {
    /// Whether the image starts from the official image of the server that it is, whose layout the
    /// tables know.
    pub fn is_official(&self, image: &Image) -> bool {
        is_official(image, &self.step)
    }
}

fn is_official(image: &Image, step: &Step) -> bool {
    let program = step.program().unwrap_or_default();
    image
        .base
        .is_some_and(|base| program.starts_with(&base.name) || base.name.starts_with(&program))
}

/// Whether the program that a step starts is the one that a package or the base has brought, whose layout
/// the tables know.
fn is_packaged(image: &Image, step: &Step) -> bool {
    let word = step.argv.first().and_then(|word| word.known());
    let word = word.unwrap_or_default();
    let brought = |path: String| {
        let node = image.files.get(&path);
        node.is_some_and(|node| node.made.is_none())
    };
    // What an image of a language has, as npm, only starts the server, which is not its own.
    let of_base = |path: &String| {
        let base = image.base.iter();
        base.flat_map(|base| &base.programs).any(|own| own == path)
    };
    let brought = |path: String| !of_base(&path) && brought(path);
    let mut folders = lookup::DEFAULT_PATH.split(':');
    is_official(image, step)
        || match word.contains('/') {
            true => step.absolute(&word).is_some_and(brought),
            false => folders.any(|folder| brought(format!("{folder}/{word}"))),
        }
}
