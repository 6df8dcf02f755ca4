//! What a start writes into files before its server reads them.

use std::collections::HashSet;

use super::LaunchStep;
use super::effects::Judge;
use crate::eval::Piece;
use crate::finding::Certainty;
use crate::image::Files;

/// The files as a server of the start finds them.
pub(super) struct Configured {
    /// The files; none where they are as the build leaves them.
    pub(super) files: Option<Files>,
    /// The paths whose text is another in some runs, or may be.
    unsure: HashSet<String>,
}

impl Configured {
    /// The files as the build leaves them.
    pub(super) fn as_built() -> Self {
        Self {
            files: None,
            unsure: HashSet::new(),
        }
    }

    /// The files that a step finds, by its number.
    pub(super) fn before(judge: &Judge<'_>, steps: &[LaunchStep], number: usize) -> Self {
        let mut found = Self::as_built();
        let before = steps.get(number).map_or(&[][..], |step| &step.step.after);
        for step in before.iter().filter_map(|number| steps.get(*number)) {
            if step.step.given.is_empty() {
                found.ran(judge, step);
            }
        }
        found
    }

    /// A step that writes files. Where it leaves a text that is not known, the one before is the best
    /// that is known.
    fn ran(&mut self, judge: &Judge<'_>, step: &LaunchStep) {
        let files = self.files.as_ref().unwrap_or(&judge.image.files);
        let mut after = files.after(&step.step, judge.scripts);
        let written = step.writes.iter();
        let paths = written.map(|written| written.file.as_ref().unwrap_or(&written.path));
        for path in paths.map(|path| files.resolve(path)) {
            let is_known = |files: &Files| {
                let text = judge.scripts.text(files, &path);
                text.is_some_and(|text| !matches!(text.pieces(), [Piece::Unknown(_), ..]))
            };
            let lost = is_known(files) && !is_known(&after);
            if let Some(old) = files.get(&path).filter(|_| lost) {
                after.put(&path, old.clone());
                self.unsure.insert(path);
            } else if step.step.certainty == Certainty::Maybe {
                self.unsure.insert(path);
            }
        }
        self.files = Some(after);
    }

    /// Whether some runs leave another text at a path.
    pub(super) fn is_unsure(&self, path: &str) -> bool {
        self.unsure.contains(path)
    }
}
