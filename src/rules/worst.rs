//! What is found several times at one place: a command that is reached on several ways, with other
//! words or under other conditions. The worst of it is said, once.

use crate::finding::{Certainty, Finding, Severity};

/// The findings of a rule, one for each place.
pub(super) struct Worst<'f, P> {
    findings: &'f mut Vec<Finding>,
    /// Where those of this rule begin.
    first: usize,
    places: Vec<P>,
}

impl<'f, P: PartialEq> Worst<'f, P> {
    /// Findings that are put behind those of other rules.
    pub(super) fn new(findings: &'f mut Vec<Finding>) -> Self {
        Self {
            first: findings.len(),
            findings,
            places: Vec::new(),
        }
    }

    /// Takes a finding in, unless one is there that is as bad: only then it is made complete.
    pub(super) fn add(
        &mut self,
        place: P,
        finding: Finding,
        complete: impl FnOnce(Finding) -> Finding,
    ) {
        let at = self.places.iter().position(|known| *known == place);
        let known = at.and_then(|at| self.findings.get_mut(self.first + at));
        match known {
            Some(known) if weight(&finding) <= weight(known) => {}
            Some(known) => *known = complete(finding),
            None => {
                self.places.push(place);
                self.findings.push(complete(finding));
            }
        }
    }
}

fn weight(finding: &Finding) -> (Severity, Certainty) {
    (finding.severity, finding.certainty)
}
