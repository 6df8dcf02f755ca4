//! The reports for programs. docs/json.md describes them, and docs/diegolint.schema.json states it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::model::SCHEMA;
use super::{Judged, Location, Report};
use crate::context::Context;
use crate::finding::{Certainty, Severity};
use crate::judge::TraceEffect;
use crate::rules::Page;
use crate::source::Source;
use crate::syntax::dockerfile::{Arguments, Dockerfile, Instruction};
use crate::target::{Target, TargetOption};

#[derive(Serialize)]
struct Trace<'a> {
    schema: u32,
    targets: Vec<&'a str>,
    images: Vec<TraceImage<'a>>,
}

#[derive(Serialize)]
struct TraceImage<'a> {
    dockerfile: String,
    target: &'a str,
    unknown_base: Option<&'a str>,
    user: &'a str,
    directory: &'a str,
    entrypoint: &'a [Option<String>],
    command: &'a [Option<String>],
    disk_quota: Option<&'a str>,
    required: &'a [String],
    steps: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    location: Option<Location>,
    argv: &'a [Option<String>],
    depth: usize,
    reached: Certainty,
    given: &'a [String],
    user: &'a str,
    effect: &'a TraceEffect,
    fails: bool,
    tolerated: bool,
    ends: bool,
    why: Option<String>,
}

#[derive(Serialize)]
struct Parse<'a> {
    schema: u32,
    path: &'a str,
    instructions: Vec<JsonInstruction<'a>>,
}

#[derive(Serialize)]
struct JsonInstruction<'a> {
    keyword: String,
    start_line: u32,
    end_line: u32,
    flags: Vec<&'a str>,
    json: bool,
    arguments: Vec<String>,
    heredocs: Vec<JsonHeredoc<'a>>,
}

#[derive(Serialize)]
struct JsonHeredoc<'a> {
    delimiter: &'a str,
    quoted: bool,
    strip_tabs: bool,
    body: &'a str,
}

#[derive(Serialize)]
struct Targets<'a> {
    schema: u32,
    targets: Vec<JsonTarget<'a>>,
}

#[derive(Serialize)]
struct JsonTarget<'a> {
    name: &'a str,
    title: &'a str,
    options: &'a [TargetOption],
}

#[derive(Serialize)]
struct Rules<'a> {
    schema: u32,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
struct Rule<'a> {
    name: &'a str,
    summary: &'a str,
    severities: BTreeMap<&'a str, Severity>,
}

/// `check --format json`
pub fn check(report: &Report) -> String {
    lines(report)
}

/// `trace --format json`
pub fn trace(traced: &[(Arc<Target>, Vec<Judged>)]) -> String {
    let images = traced.iter().flat_map(|(target, judged)| {
        let images = judged.iter();
        images.map(|judged| trace_image(judged, &target.name))
    });
    lines(&Trace {
        schema: SCHEMA,
        targets: traced.iter().map(|(target, _)| &*target.name).collect(),
        images: images.collect(),
    })
}

fn trace_image<'a>(judged: &'a Judged, target: &'a str) -> TraceImage<'a> {
    let Judged {
        context, judgement, ..
    } = judged;
    let trace = &judgement.trace;
    let steps = trace.steps.iter().map(|step| Step {
        location: step.origin.map(|origin| Location::of(context, origin)),
        argv: &step.argv,
        depth: step.depth,
        reached: step.reached,
        given: &step.given,
        user: &step.user,
        effect: &step.effect,
        fails: step.fails,
        tolerated: step.tolerated,
        ends: step.ends,
        why: (!step.why.is_empty()).then(|| step.why.join("; ")),
    });
    TraceImage {
        dockerfile: dockerfile(context),
        target,
        unknown_base: trace.unknown_base.as_deref(),
        user: &trace.user,
        directory: &trace.directory,
        entrypoint: &trace.entrypoint,
        command: &trace.command,
        disk_quota: trace.disk_quota.as_deref(),
        required: &trace.required,
        steps: steps.collect(),
    }
}

/// `targets --format json`
pub fn targets(targets: &[Arc<Target>]) -> String {
    let list = targets.iter().map(|target| JsonTarget {
        name: &target.name,
        title: &target.title,
        options: &target.options,
    });
    lines(&Targets {
        schema: SCHEMA,
        targets: list.collect(),
    })
}

/// `parse --format json`
pub fn parse(source: &Source, dockerfile: &Dockerfile) -> String {
    let instructions = dockerfile.instructions.iter().map(|instruction| {
        let heredocs = instruction.heredocs.iter().map(|heredoc| JsonHeredoc {
            delimiter: &heredoc.delimiter,
            quoted: heredoc.quoted,
            strip_tabs: heredoc.strip_tabs,
            body: source.slice(heredoc.body),
        });
        let flags = instruction.flags.iter();
        JsonInstruction {
            keyword: instruction.keyword.to_string(),
            start_line: instruction.first_line,
            end_line: instruction.last_line,
            flags: flags.map(|flag| source.slice(flag.span)).collect(),
            json: matches!(instruction.arguments, Arguments::Json(_)),
            arguments: arguments(instruction),
            heredocs: heredocs.collect(),
        }
    });
    lines(&Parse {
        schema: SCHEMA,
        path: source.path(),
        instructions: instructions.collect(),
    })
}

/// `rules --format json`
pub fn rules(pages: &[Page]) -> String {
    let severities = |rule: &str| {
        let targets = Target::all().iter();
        let applies = targets.filter_map(|target| Some((&*target.name, target.severity(rule)?)));
        applies.collect()
    };
    let rules = pages.iter().map(|page| Rule {
        name: page.name,
        summary: page.summary,
        severities: severities(page.name),
    });
    lines(&Rules {
        schema: SCHEMA,
        rules: rules.collect(),
    })
}

/// An instruction's arguments as words: a command for the shell is one word, a pair is `NAME=value`.
fn arguments(instruction: &Instruction) -> Vec<String> {
    match &instruction.arguments {
        Arguments::Json(array) => array.words.iter().map(|word| word.text.clone()).collect(),
        Arguments::Shell(command) => vec![command.text().to_owned()],
        Arguments::From { image, name } => {
            let name = name.iter().flat_map(|name| ["AS", &name.text]);
            let words = [image.text.as_str()].into_iter().chain(name);
            words.map(str::to_owned).collect()
        }
        Arguments::Pairs(pairs) => {
            let pairs = pairs.iter().map(|pair| match &pair.value {
                Some(value) => format!("{}={}", pair.name.text, value.text),
                None => pair.name.text.clone(),
            });
            pairs.collect()
        }
        Arguments::Words(words) => words.iter().map(|word| word.text.clone()).collect(),
        Arguments::Line(line) => vec![line.text.clone()],
        Arguments::Instruction(inner) => {
            vec![format!("{} {}", inner.keyword, inner.text.text())]
        }
        Arguments::None => {
            let text = instruction.text.text();
            (!text.is_empty())
                .then(|| text.to_owned())
                .into_iter()
                .collect()
        }
    }
}

fn dockerfile(context: &Context) -> String {
    context.source(context.dockerfile()).path().to_owned()
}

/// A report as JSON, indented, with a line end.
pub(super) fn lines(report: &impl Serialize) -> String {
    // Nothing in these reports can fail to be written: no maps, no foreign types.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
