//! What a start writes into files before its server reads them.

use std::collections::HashSet;

use super::LaunchStep;
use super::effects::Judge;
use crate::eval::Step;
use crate::finding::Certainty;
use crate::image::Files;

/// The files as a server of the start finds them.
pub(super) struct Configured {
    /// The files; none where they are as the build leaves them.
    pub(super) files: Option<Files>,
    /// The paths that not every run writes.
    unsure: HashSet<String>,
}

impl Configured {
    /// The files that a step finds, by its number.
    pub(super) fn before(judge: &Judge<'_>, steps: &[LaunchStep], number: usize) -> Self {
        let mut found = Self {
            files: None,
            unsure: HashSet::new(),
        };
        let mut ran: Vec<&Step> = Vec::new();
        for number in steps.get(number).into_iter().flat_map(|step| step.step.after.iter()) {
            let Some(step) = steps.get(*number).filter(|step| step.step.given.is_empty()) else {
                continue;
            };
            if step.step.certainty == Certainty::Maybe {
                let written = step.writes.iter();
                let paths = written.map(|written| written.file.as_ref().unwrap_or(&written.path));
                found.unsure.extend(paths.cloned());
            }
            ran.push(&step.step);
        }
        if !ran.is_empty() {
            found.files = Some(judge.image.files.after(ran.into_iter(), judge.scripts));
        }
        found
    }

    /// Whether some runs leave another text at a path.
    pub(super) fn is_unsure(&self, path: &str) -> bool {
        self.unsure.contains(path)
    }
}
