//! `volume`: VOLUME promises what the platform does not keep.

use super::subject::Subject;
use crate::finding::Finding;

const RULE: &str = "volume";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for volume in &subject.image.config.volumes {
        let Some(origin) = volume.origin else {
            continue;
        };
        let message = format!(
            "nothing in {} outlives the container: the platform has no volume for it, and a restart begins anew.",
            volume.value
        );
        findings.push(
            subject
                .finding(RULE, origin, message)
                .help("keep data that has to last in a service"),
        );
    }
}
