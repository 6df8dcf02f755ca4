//! SARIF 2.1.0, OASIS's format for results of static analysis, within what GitHub's code scanning takes
//! ("SARIF support for code scanning", docs.github.com).

mod log;
mod rules;
#[cfg(test)]
mod tests;

use log::{
    Artifact, ArtifactChange, Content, Driver, Fix, FixProperties, Invocation, Log, Message,
    Notification, PhysicalLocation, Place, Region, Replacement, ResultProperties, Run, SarifResult,
    Tool,
};

use super::words::{self, REPOSITORY};
use super::{Location, Report, ReportedFinding, ReportedFix, ReportedProblem, json, path};
use crate::finding::Safety;
use crate::rules as registry;

/// The schema, as OASIS publishes it.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// GitHub refuses a run with more results.
const MOST_RESULTS: usize = 25_000;

/// A log with one run.
pub(super) fn check(report: &Report) -> String {
    let (results, left_out) = results(report);
    let mut notifications: Vec<Notification<'_>> = report.problems.iter().map(problem).collect();
    if left_out > 0 {
        notifications.push(Notification {
            level: "warning",
            message: Message::of(format!(
                "{left_out} results are left out: code scanning takes {MOST_RESULTS}"
            )),
            locations: Vec::new(),
        });
    }
    json::lines(&Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: &report.tool.name,
                    version: &report.tool.version,
                    information_uri: REPOSITORY,
                    rules: rules::all(&report.targets),
                },
            },
            invocations: [Invocation {
                execution_successful: report.problems.is_empty(),
                tool_execution_notifications: notifications,
            }],
            column_kind: "unicodeCodePoints",
            results,
        }],
    })
}

/// The results, and how many there are too many of: then the worst are kept.
///
/// What is not to be said has no place among them: code scanning passes over `suppressions`, and would
/// raise an alert for each.
fn results(report: &Report) -> (Vec<SarifResult<'_>>, usize) {
    let mut findings: Vec<&ReportedFinding> = report.findings.iter().collect();
    let left_out = findings.len().saturating_sub(MOST_RESULTS);
    if left_out > 0 {
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings.truncate(MOST_RESULTS);
    }
    (findings.into_iter().map(result).collect(), left_out)
}

fn result(finding: &ReportedFinding) -> SarifResult<'_> {
    let related = finding.related.iter().zip(1..);
    let related = related.map(|(related, id)| Place {
        id: Some(id),
        message: Some(Message::of(related.message.clone())),
        ..Place::of(&related.location)
    });
    let fingerprints = (!finding.fingerprint.is_empty())
        .then(|| [("diegolint/v1", finding.fingerprint.as_str())].into());
    SarifResult {
        rule_id: &finding.rule,
        // A report of another version can have a rule that is not known here.
        rule_index: registry::pages()
            .iter()
            .position(|page| page.name == finding.rule),
        level: words::severity(finding.severity),
        message: Message::of(finding.message.clone()),
        locations: [Place::of(&finding.location)],
        related_locations: related.collect(),
        partial_fingerprints: fingerprints,
        fixes: finding.fix.as_ref().map(fix).into_iter().collect(),
        properties: ResultProperties {
            certainty: finding.certainty,
            targets: &finding.targets,
            help: finding.help.as_deref(),
        },
    }
}

fn fix(fix: &ReportedFix) -> Fix<'_> {
    let mut changes: Vec<ArtifactChange<'_>> = Vec::new();
    for files in fix
        .edits
        .chunk_by(|a, b| a.location.path == b.location.path)
    {
        let Some(first) = files.first() else { continue };
        let replacements = files.iter().map(|edit| Replacement {
            deleted_region: Region::of(&edit.location),
            inserted_content: Content {
                text: &edit.replacement,
            },
        });
        changes.push(ArtifactChange {
            artifact_location: Artifact::of(&first.location.path),
            replacements: replacements.collect(),
        });
    }
    let description = match fix.safety {
        Safety::Safe => fix.title.clone(),
        Safety::Unsafe => format!("{} (with --unsafe)", fix.title),
    };
    Fix {
        description: Message::of(description),
        artifact_changes: changes,
        properties: FixProperties { safety: fix.safety },
    }
}

fn problem(problem: &ReportedProblem) -> Notification<'_> {
    Notification {
        level: "error",
        message: Message::of(problem.message.clone()),
        locations: vec![Place {
            id: None,
            message: None,
            physical_location: PhysicalLocation {
                artifact_location: Artifact::of(&problem.path),
                region: problem.line.map(|start_line| Region {
                    start_line,
                    start_column: problem.column,
                    end_line: None,
                    end_column: None,
                }),
            },
        }],
    }
}

impl Message {
    fn of(text: String) -> Self {
        Self { text }
    }
}

impl Artifact {
    fn of(path: &str) -> Self {
        Self {
            uri: path::uri(path),
        }
    }
}

impl Place {
    fn of(location: &Location) -> Self {
        Self {
            id: None,
            message: None,
            physical_location: PhysicalLocation {
                artifact_location: Artifact::of(&location.path),
                region: Some(Region::of(location)),
            },
        }
    }
}

impl Region {
    fn of(location: &Location) -> Self {
        Self {
            start_line: location.line,
            start_column: Some(location.column),
            end_line: Some(location.end_line),
            end_column: Some(location.end_column),
        }
    }
}
