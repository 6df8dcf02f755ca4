//! What a rule has to say, and how it would mend it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::Origin;

/// How bad it is, from bad to worse, so that severities can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It works, but not as written.
    Note,
    /// The container may not come up healthy.
    Warning,
    /// The container will not come up healthy, or a command that runs will fail.
    Error,
}

/// From which severity on a finding makes the status 1.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors
    Error,
    /// Warnings and errors
    Warning,
    /// All findings
    Note,
    /// None
    Never,
}

impl FailOn {
    /// Its name, as options and configurations have it.
    pub fn name(self) -> &'static str {
        match self {
            FailOn::Error => "error",
            FailOn::Warning => "warning",
            FailOn::Note => "note",
            FailOn::Never => "never",
        }
    }

    /// Whether a finding of this severity counts.
    pub fn counts(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Note => true,
            FailOn::Never => false,
        }
    }
}

/// Whether it happens in every run of the image, or in some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// In some runs: a condition that is not known decides.
    Maybe,
    /// In every run.
    Always,
}

/// A fact about the launch that keeps the image from running as meant, and where it was written.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is, on the target where it is worst.
    pub severity: Severity,
    /// Whether it happens in every run.
    pub certainty: Certainty,
    /// What fails, and with which words, in a sentence or two.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The word that does it.
    pub origin: Origin,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// How diegolint would mend it.
    pub fix: Option<Fix>,
    /// The names of the targets on which it holds.
    pub targets: Vec<Arc<str>>,
}

impl Finding {
    /// Whether two findings say the same, be it of two targets.
    pub fn says_the_same(&self, other: &Finding) -> bool {
        self.rule == other.rule && self.origin == other.origin && self.message == other.message
    }

    /// Takes in what is found on a further target.
    pub fn join(&mut self, other: Finding) {
        self.severity = self.severity.max(other.severity);
        self.certainty = self.certainty.max(other.certainty);
        self.fix = self.fix.take().or(other.fix);
        self.targets.extend(other.targets);
    }
}

/// A further place, and what it has to do with the finding.
#[derive(Clone, Debug)]
pub struct Related {
    /// The place.
    pub origin: Origin,
    /// What is there.
    pub message: String,
}

/// A mending.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does, as an order: "run the command without gosu".
    pub title: String,
    /// The reason that the comment above the changed lines gives, in a few words.
    pub reason: String,
    /// Whether it may be applied without being asked for.
    pub safety: Safety,
    /// The changes, in any order; they are made together or not at all, and do not overlap.
    pub edits: Vec<Edit>,
}

/// Whether a fix can change more than what cannot work on the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// It changes only what cannot work on the target, and nothing else depends on that.
    Safe,
    /// Something else may depend on it: it is applied when asked for.
    Unsafe,
}

/// Bytes and what they become.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub origin: Origin,
    /// By what.
    pub replacement: String,
}
