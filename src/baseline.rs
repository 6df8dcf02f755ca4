//! The baseline: what was there before, and is not to be said again.
//!
//! A finding is known again by its rule, its file and the text of its line, wherever that has moved
//! to. Of the same three there can be several: so many are known.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::paths;
use crate::problem::{Problem, json_error};
use crate::source::Source;

/// The version of the format.
const SCHEMA: u32 = 1;

/// What a finding is known again by.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Known {
    /// Its file, from the folder of the baseline.
    pub path: String,
    /// The rule's name.
    pub rule: String,
    /// The text of its line.
    pub text: String,
}

/// What was there before.
#[derive(Clone, Debug)]
pub struct Baseline {
    folder: PathBuf,
    known: BTreeMap<Known, usize>,
}

/// The file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    findings: Vec<Entry>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    rule: String,
    text: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
}

fn one() -> usize {
    1
}

fn is_one(count: &usize) -> bool {
    *count == 1
}

impl Baseline {
    /// A baseline at this path in which nothing is known.
    pub fn empty(file: &Path) -> Self {
        Self {
            folder: paths::real(paths::folder_of(file)),
            known: BTreeMap::new(),
        }
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// It is not there, or it is none; with the place.
    pub fn read(file: &Path) -> Result<Self, Problem> {
        let path = file.to_string_lossy().into_owned();
        let bytes = std::fs::read(file).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                Problem::of(&path, "no such file: --update-baseline makes it")
            }
            _ => Problem::io(&path, &error),
        })?;
        let source = Source::new(path, file.to_owned(), bytes);
        let parsed: File = serde_json::from_str(source.text().trim_start_matches('\u{feff}'))
            .map_err(|error| {
                let at = source.offset_of(error.line(), error.column());
                Problem::at(&source, at, format!("no baseline: {}", json_error(&error)))
            })?;
        if parsed.schema != SCHEMA {
            let message = format!(
                "a baseline of version {}, and this diegolint reads version {SCHEMA}",
                parsed.schema
            );
            return Err(Problem::of(source.path(), message));
        }
        let mut baseline = Self::empty(file);
        for entry in parsed.findings {
            let known = Known {
                path: entry.path,
                rule: entry.rule,
                text: entry.text,
            };
            *baseline.known.entry(known).or_default() += entry.count;
        }
        Ok(baseline)
    }

    /// The name that a file has here: its path from the folder of the baseline.
    pub fn name_of(&self, source: &Source) -> String {
        let real = paths::real(source.disk());
        let path = pathdiff::diff_paths(&real, &self.folder).unwrap_or(real);
        path.to_string_lossy().into_owned()
    }

    /// Whether a finding is known; each is only once.
    pub fn take(&mut self, finding: &Known) -> bool {
        match self.known.get_mut(finding) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// How many findings of these files were known and have not been taken.
    pub fn left(&self, files: &BTreeSet<String>) -> usize {
        let left = self
            .known
            .iter()
            .filter(|(known, _)| files.contains(&known.path));
        left.map(|(_, count)| count).sum()
    }

    /// Has these findings known, and no others of some files. What is known of a file that is no longer
    /// there goes, too.
    pub fn update(&mut self, files: &BTreeSet<String>, findings: impl IntoIterator<Item = Known>) {
        let mut found: BTreeMap<Known, usize> = BTreeMap::new();
        for finding in findings {
            *found.entry(finding).or_default() += 1;
        }
        let folder = &self.folder;
        self.known
            .retain(|known, _| !files.contains(&known.path) && folder.join(&known.path).exists());
        for (finding, count) in found {
            let known = self.known.entry(finding).or_default();
            *known = count.max(*known);
        }
    }

    /// It as text.
    pub fn text(&self) -> String {
        let entries = self.known.iter().map(|(known, count)| Entry {
            path: known.path.clone(),
            rule: known.rule.clone(),
            text: known.text.clone(),
            count: *count,
        });
        let whole = File {
            schema: SCHEMA,
            findings: entries.collect(),
        };
        let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
        text.push('\n');
        text
    }
}
