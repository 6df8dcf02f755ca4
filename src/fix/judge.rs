//! What the engine has to know about a set of texts.

use super::Text;
use crate::finding::Finding;
use crate::suppress::Suppressed;

/// The judgement on a set of texts.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// The files that were read, in the order of their [`SourceId`](crate::source::SourceId)s:
    /// the name that the user knows each by, and its bytes.
    pub sources: Vec<(String, Text)>,
    /// What was found. Findings and their fixes name files by the place in `sources`.
    pub findings: Vec<Finding>,
    /// What comments ignore; the engine leaves it alone.
    pub suppressed: Vec<Suppressed>,
    /// What could not be parsed.
    pub faults: Vec<Fault>,
}

/// Text that could not be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

impl Judged {
    /// The name of the file that a finding is in.
    pub fn path(&self, finding: &Finding) -> &str {
        self.file(finding).map_or("", |(path, _)| path)
    }

    /// The words that a finding is about; nothing, if its origin does not lie in a file.
    pub fn words(&self, finding: &Finding) -> &[u8] {
        self.file(finding)
            .and_then(|(_, text)| text.get(finding.origin.span.range()))
            .unwrap_or_default()
    }

    fn file(&self, finding: &Finding) -> Option<&(String, Text)> {
        self.sources.get(finding.origin.source.0 as usize)
    }
}
