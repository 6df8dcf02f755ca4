//! What is said of what was found.

use std::collections::BTreeMap;

use super::file::Level;
use super::patterns::Patterns;
use crate::context::Context;
use crate::finding::Finding;
use crate::paths;

/// The levels of rules, and the rules that do not count in some files.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub(super) levels: BTreeMap<&'static str, Level>,
    pub(super) ignores: Vec<(Patterns, Vec<&'static str>)>,
}

impl Policy {
    /// Whether what a rule finds is said at all, in some file.
    pub fn is_on(&self, rule: &str) -> bool {
        self.levels.get(rule) != Some(&Level::Off)
    }

    /// The findings that are said, as bad as the configuration has them.
    pub fn apply(&self, context: &Context, findings: Vec<Finding>) -> Vec<Finding> {
        if self.levels.is_empty() && self.ignores.is_empty() {
            return findings;
        }
        let said = findings.into_iter().filter_map(|mut finding| {
            if let Some(level) = self.levels.get(finding.rule) {
                finding.severity = level.severity()?;
            }
            let ignored = || self.is_ignored(context, &finding);
            (!ignored()).then_some(finding)
        });
        said.collect()
    }

    fn is_ignored(&self, context: &Context, finding: &Finding) -> bool {
        let mut about = self.ignores.iter();
        if !about.any(|(_, rules)| rules.contains(&finding.rule)) {
            return false;
        }
        let source = context.source(finding.origin.source);
        let file = paths::place(source.disk());
        let mut ignores = self.ignores.iter();
        ignores.any(|(files, rules)| rules.contains(&finding.rule) && files.name(&file))
    }
}
