//! Ignore comments for findings: what a file is with them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ignores::Comments;
use super::layout::{Layout, Purpose};
use crate::context::Context;
use crate::finding::Finding;
use crate::fix::line_ending_at;
use crate::image::Scripts;
use crate::rules;
use crate::source::{Source, SourceId};
use crate::syntax::dockerfile::{self, Dockerfile};

/// A file with further comments.
#[derive(Clone, Debug)]
pub struct Added {
    /// The file.
    pub source: SourceId,
    /// Its bytes with them.
    pub bytes: Vec<u8>,
    /// How many comments were put in or say more than before.
    pub comments: usize,
}

/// Where a comment goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    /// Near the head of the file, about all of it.
    File,
    /// Above this line, from 0.
    Above(usize),
}

/// Writes comments that ignore these findings, one for each place, with this reason. A file that can
/// have no comments, or not there, is not among those that come out.
pub fn add(context: &Context, findings: &[&Finding], reason: Option<&str>) -> Vec<Added> {
    let text = context.source(context.dockerfile());
    let tree = dockerfile::parse(text.text());
    let scripts = Scripts::new(context);
    let mut by_file: BTreeMap<SourceId, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let id = finding.origin.source;
        by_file.entry(id).or_default().push(finding);
    }
    let reason = reason.map(one_line).filter(|reason| !reason.is_empty());
    let added = by_file.into_iter().filter_map(|(id, findings)| {
        let source = context.source(id);
        let file = File {
            layout: Layout::of(context, id, &tree, &scripts, Purpose::Write),
            dockerfile: (id == context.dockerfile()).then_some(&tree),
            source: &source,
            id,
        };
        file.with_comments(&findings, reason.as_deref())
    });
    added.collect()
}

/// A reason as the end of a comment: nothing that goes on in the next line.
fn one_line(reason: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let reason: String = reason.chars().map(plain).collect();
    reason
        .trim_end_matches(|c: char| c.is_whitespace() || c == '\\' || c == '`')
        .trim_start()
        .to_owned()
}

struct File<'a> {
    layout: Layout,
    /// Of a Dockerfile, its tree.
    dockerfile: Option<&'a Dockerfile>,
    source: &'a Source,
    id: SourceId,
}

impl File<'_> {
    fn with_comments(&self, findings: &[&Finding], reason: Option<&str>) -> Option<Added> {
        let mark = self.layout.mark?;
        let mut slots: BTreeMap<Slot, BTreeSet<&str>> = BTreeMap::new();
        for finding in findings {
            let slot = self.slot(finding);
            slots.entry(slot).or_default().insert(finding.rule);
        }
        let mut comments = Comments::default();
        comments.read(self.source, self.id, &self.layout);
        let mut known = HashMap::new();
        for ignore in &comments.ignores {
            // Behind the list of a comment that is about the same already.
            if let Some(last) = ignore.names.last() {
                let end = last.span.end as usize;
                known.entry(ignore.lines.clone()).or_insert(end);
            }
        }
        let mut inserted: Vec<(usize, String)> = Vec::new();
        for (slot, rules) in &slots {
            let rules: Vec<&str> = rules.iter().copied().collect();
            let rules = rules.join(",");
            let lines = match slot {
                Slot::File => None,
                Slot::Above(line) => Some(self.layout.covered_from(*line)),
            };
            inserted.push(match known.get(&lines) {
                Some(at) => (*at, format!(",{rules}")),
                None => self.line(*slot, mark, &rules, reason),
            });
        }
        // A comment about the file comes before one about its first line.
        inserted.sort_by_key(|(at, _)| *at);
        let old = self.source.bytes();
        let mut bytes = Vec::with_capacity(old.len() + 64 * inserted.len());
        let mut done = 0;
        for (at, text) in &inserted {
            bytes.extend_from_slice(old.get(done..*at).unwrap_or_default());
            bytes.extend_from_slice(text.as_bytes());
            done = *at;
        }
        bytes.extend_from_slice(old.get(done..).unwrap_or_default());
        Some(Added {
            source: self.id,
            bytes,
            comments: inserted.len(),
        })
    }

    fn slot(&self, finding: &Finding) -> Slot {
        let line = self.source.line_index(finding.origin.span.start as usize);
        let first = line == 0 && self.dockerfile.is_none() && self.text_of(0).starts_with("#!");
        if first || self.layout.whole_file || rules::is_of_ignores(finding.rule) {
            return Slot::File;
        }
        Slot::Above(self.layout.anchor(line))
    }

    /// A comment on a line of its own, and where it goes in.
    fn line(&self, slot: Slot, mark: &str, rules: &str, reason: Option<&str>) -> (usize, String) {
        let (word, line) = match slot {
            Slot::File => ("ignore-file", self.head()),
            Slot::Above(line) => ("ignore", line),
        };
        let reason = reason.map_or(String::new(), |reason| format!(" {reason}"));
        let comment = format!("{mark} diegolint: {word}={rules}{reason}");
        let text = self.source.text();
        if line >= self.source.line_count() {
            // Behind a first line that is the only one.
            let ending = ending(text, text.len());
            return (text.len(), format!("{ending}{comment}"));
        }
        let own = self.text_of(line);
        let span = self.source.line_span(line);
        let own = own.trim_start_matches('\u{feff}');
        let start = span.start as usize + self.text_of(line).len() - own.len();
        let indent = match slot {
            Slot::File => "",
            Slot::Above(_) => &own[..own.len() - own.trim_start_matches([' ', '\t']).len()],
        };
        let ending = ending(text, start);
        (start, format!("{indent}{comment}{ending}"))
    }

    /// The line above which a comment about the file goes: behind what has to be at its head.
    fn head(&self) -> usize {
        if let Some(dockerfile) = self.dockerfile {
            let first = dockerfile.instructions.first();
            return first.map_or(0, |first| first.first_line.saturating_sub(1) as usize);
        }
        if !self.text_of(0).starts_with("#!") {
            return 0;
        }
        // Python looks for its encoding in the first two lines.
        let second = self.text_of(1);
        let encoding = second.starts_with('#') && second.contains("coding");
        1 + usize::from(encoding)
    }

    fn text_of(&self, line: usize) -> &str {
        match line < self.source.line_count() {
            true => self.source.slice(self.source.line_span(line)),
            false => "",
        }
    }
}

/// The line end in use at an offset.
fn ending(text: &str, at: usize) -> &'static str {
    match line_ending_at(text.as_bytes(), at) {
        b"\r\n" => "\r\n",
        _ => "\n",
    }
}
