//! The scripts that are started as programs, and that the kernel refuses.

use super::subject::Subject;
use crate::launch::{LaunchStep, Refusal, Why};

/// The refusals of a kind, one for each script, with the command that starts it first.
pub(super) fn refused<'a>(
    subject: &Subject<'a>,
    of: impl Fn(&Why) -> bool,
) -> Vec<(&'a LaunchStep, &'a Refusal)> {
    let mut all: Vec<(&LaunchStep, &Refusal)> = Vec::new();
    let Some(launch) = subject.launch else {
        return all;
    };
    for step in &launch.steps {
        for refusal in step.refusals.iter().filter(|refusal| of(&refusal.why)) {
            if !all.iter().any(|(_, other)| other.path == refusal.path) {
                all.push((step, refusal));
            }
        }
    }
    all
}
