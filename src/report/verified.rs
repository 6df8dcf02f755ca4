//! What came of an image on a target, for the reports of `verify`.

use super::Location;
use crate::context::Context;
use crate::finding::{Finding, Severity};
use crate::verify::engine::Tried;

/// An image that was tried on a target.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What the user calls it: the folder, the Dockerfile, or the image's name.
    pub image: String,
    /// Its Dockerfile; none where there is only the image.
    pub dockerfile: Option<String>,
    /// It has the fixes of diegolint.
    pub fixed: bool,
    /// The name of the target.
    pub target: String,
    /// What came of it.
    pub tried: Tried,
    /// The finding that says why.
    pub explained: Option<Said>,
    /// The other errors that `check` finds on this target.
    pub errors: Vec<Said>,
    /// Variables without which the start ends with an error, and that are not given.
    pub required: Vec<String>,
}

impl Verified {
    /// Whether the platform would take it for a started one.
    pub fn is_healthy(&self) -> bool {
        self.tried.verdict.is_healthy()
    }
}

/// A finding, without its fix.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Said {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What fails.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The word that does it.
    pub location: Location,
}

impl Said {
    /// A finding of a context.
    pub fn of(context: &Context, finding: &Finding) -> Self {
        Self {
            rule: finding.rule,
            severity: finding.severity,
            message: finding.message.clone(),
            help: finding.help.clone(),
            location: Location::of(context, finding.origin),
        }
    }
}
