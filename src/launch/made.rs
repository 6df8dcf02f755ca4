//! What the start itself makes is the process's own: it can write there, and change its bits. So is what
//! it gives away as root, since it goes on as the account that it gives it to.

use std::collections::BTreeMap;

use super::writes::Written;
use crate::eval::is_below;
use crate::image::Files;
use crate::programs::Manner;

/// The paths that the steps of a start made, links resolved.
#[derive(Debug, Default)]
pub(super) struct Made {
    paths: BTreeMap<usize, Vec<String>>,
    /// What root has given away so far.
    given: Vec<String>,
    /// The same of steps that fail: what they would have made.
    missed: BTreeMap<usize, Vec<String>>,
}

impl Made {
    /// Notes what a step leaves that did not fail.
    pub(super) fn add(&mut self, number: usize, writes: &[Written], files: &Files) {
        let made: Vec<String> = writes
            .iter()
            .filter(|written| written.obstacle.is_none())
            .filter_map(|written| match written.manner {
                Manner::Gone | Manner::GoneIfThere => None,
                // A new file in the place of the old one.
                Manner::Inside => written.file.clone(),
                _ => Some(written.path.clone()),
            })
            .map(|path| files.resolve(&path))
            .filter(|path| {
                let replaced = |written: &Written| {
                    written.manner == Manner::Inside && written.file.as_ref() == Some(path)
                };
                files.at(path).is_none() || writes.iter().any(replaced)
            })
            .collect();
        if !made.is_empty() {
            self.paths.insert(number, made);
        }
    }

    /// Notes what a step gives to another account, which goes on from there.
    pub(super) fn give(&mut self, paths: Vec<String>) {
        self.given.extend(paths);
    }

    /// Notes what a step would have left that is not there.
    pub(super) fn miss(&mut self, number: usize, writes: &[Written], files: &Files) {
        let missed: Vec<String> = writes
            .iter()
            .filter(|written| written.obstacle.is_some())
            .filter(|written| !matches!(written.manner, Manner::Gone | Manner::GoneIfThere))
            .map(|written| files.resolve(written.file.as_ref().unwrap_or(&written.path)))
            .filter(|path| files.at(path).is_none())
            .collect();
        if !missed.is_empty() {
            self.missed.insert(number, missed);
        }
    }

    /// Whether a path was made by what comes before a step, in the runs that reach it, or lies in
    /// what was made.
    pub(super) fn is_own(&self, after: &[usize], path: &str) -> bool {
        covers(&self.paths, after, path) || self.given.iter().any(|given| is_below(path, given))
    }

    /// Whether something in a folder was made by what comes before a step.
    pub(super) fn is_in(&self, after: &[usize], folder: &str) -> bool {
        let before = after.iter().filter_map(|step| self.paths.get(step));
        before
            .flatten()
            .any(|made| made.starts_with(&format!("{folder}/")))
    }

    /// Whether a path is not there, because what was to make it before fails.
    pub(super) fn is_missed(&self, after: &[usize], path: &str) -> bool {
        covers(&self.missed, after, path)
    }
}

fn covers(paths: &BTreeMap<usize, Vec<String>>, after: &[usize], path: &str) -> bool {
    let before = after.iter().filter_map(|step| paths.get(step));
    before.flatten().any(|made| is_below(path, made))
}
