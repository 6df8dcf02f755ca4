//! Findings for people: the place, underlined, what is wrong there, and what to do.

use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet,
};

use super::excerpt::{Excerpt, Mark, excerpts};
use super::printable::{count, printable, quoted, wrap};
use super::{Findings, Located, Paint, Terminal, words};
use crate::cli::Inputs;
use crate::context::Context;
use crate::finding::{Certainty, Finding, Fix, Safety, Severity};
use crate::source::{Position, SourceId};
use crate::target::Target;

/// `check --format text`: the findings, and a summary that says how to go on.
pub fn check(
    findings: &Findings<'_>,
    problems: usize,
    targets: &[Arc<Target>],
    fix: &str,
    terminal: &Terminal,
) -> String {
    let mut output = self::findings(findings, targets, terminal);
    let summary = findings.summary();
    let files = count(summary.files, "file");
    let mut line = format!("{files}: {}", found(findings, targets));
    if summary.fixable > 0 {
        line.push_str(&format!("; {} can be fixed with {fix}", summary.fixable));
    }
    line.push_str(&words::problems(problems));
    output.push_str(&terminal.paint(Paint::Strong, &line));
    output.push('\n');
    output
}

/// What is left after a fix, in one line.
pub fn left(findings: &Findings<'_>, targets: &[Arc<Target>]) -> String {
    format!("left: {}\n", found(findings, targets))
}

/// What a baseline has to do with a report, in one line; nothing, if it has nothing to do with it.
pub fn baseline(known: usize, gone: usize, updated: bool) -> String {
    let findings = count(known, "finding");
    match (updated, known, gone) {
        (true, ..) => format!("baseline: {findings} written\n"),
        (false, 0, 0) => String::new(),
        (false, _, 0) => format!("baseline: {findings} known\n"),
        (false, _, gone) => format!(
            "baseline: {findings} known, {gone} no longer there: --update-baseline takes them out\n"
        ),
    }
}

/// The command line that fixes what `check` was asked about.
pub fn fix_command(inputs: &Inputs) -> String {
    let mut command = "diegolint fix".to_owned();
    if let Some(file) = &inputs.file {
        command.push_str(&format!(" -f {}", quoted(&file.to_string_lossy())));
    }
    for word in inputs.platform.words() {
        command.push_str(&format!(" {word}"));
    }
    if inputs.paths.len() > 4 {
        return command + " PATH…";
    }
    for path in &inputs.paths {
        command.push(' ');
        command.push_str(&quoted(&path.to_string_lossy()));
    }
    command
}

/// The findings, each with its excerpts, with an empty line behind each.
pub fn findings(findings: &Findings<'_>, targets: &[Arc<Target>], terminal: &Terminal) -> String {
    let renderer = if terminal.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer
        .term_width(terminal.width)
        .decor_style(DecorStyle::Unicode);
    let mut output = String::new();
    for located in findings.iter() {
        let text = Text::of(located, targets, terminal);
        output.push_str(&renderer.render(&[text.group()]));
        output.push_str("\n\n");
    }
    output
}

fn found(findings: &Findings<'_>, targets: &[Arc<Target>]) -> String {
    let names: Vec<&str> = targets.iter().map(|target| &*target.name).collect();
    words::found(findings.summary(), !findings.known().is_empty(), &names)
}

/// What is shown of a finding, in pieces that the renderer can borrow.
struct Text {
    rule: &'static str,
    url: Option<String>,
    severity: Severity,
    title: String,
    files: Vec<(String, Vec<Excerpt>)>,
    footers: Vec<(&'static str, String)>,
}

impl Text {
    fn of(located: Located<'_>, targets: &[Arc<Target>], terminal: &Terminal) -> Self {
        let Located {
            context, finding, ..
        } = located;
        // Of "warning[rule-name]: ", and of the frame beside the footers.
        let indent = words::severity(finding.severity).len() + finding.rule.len() + 4;
        Self {
            rule: finding.rule,
            url: words::page_url(finding.rule).filter(|_| terminal.links),
            severity: finding.severity,
            title: wrapped(&finding.message, terminal.width, indent),
            files: files(context, finding),
            footers: footers(finding, targets, terminal.width),
        }
    }

    fn group(&self) -> Group<'_> {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut title = level.primary_title(self.title.as_str()).id(self.rule);
        if let Some(url) = &self.url {
            title = title.id_url(url.as_str());
        }
        let mut elements: Vec<Element<'_>> = Vec::new();
        for (path, excerpts) in &self.files {
            for excerpt in excerpts {
                let mut snippet = Snippet::source(excerpt.text.as_str())
                    .line_start(excerpt.first_line)
                    .annotations(excerpt.marks.iter().map(annotation));
                match excerpt.moved {
                    None => snippet = snippet.path(path.as_str()),
                    Some(Position { line, column }) => {
                        let origin = Origin::path(path.as_str());
                        elements.push(origin.line(line).char_column(column).into());
                    }
                }
                elements.push(snippet.into());
            }
        }
        for (name, text) in &self.footers {
            elements.push(Level::HELP.with_name(*name).message(text.as_str()).into());
        }
        title.elements(elements)
    }
}

fn annotation((range, mark): &(std::ops::Range<usize>, Mark)) -> Annotation<'_> {
    let kind = if mark.primary {
        AnnotationKind::Primary
    } else {
        AnnotationKind::Context
    };
    kind.span(range.clone()).label(mark.label.as_deref())
}

/// The excerpts by file, the finding's own first.
fn files(context: &Context, finding: &Finding) -> Vec<(String, Vec<Excerpt>)> {
    let mut marks: Vec<(SourceId, Vec<Mark>)> = Vec::new();
    let mut add = |id: SourceId, mark: Mark| match marks.iter_mut().find(|(own, _)| *own == id) {
        Some((_, list)) => list.push(mark),
        None => marks.push((id, vec![mark])),
    };
    add(
        finding.origin.source,
        Mark {
            span: finding.origin.span,
            label: None,
            primary: true,
        },
    );
    for related in &finding.related {
        add(
            related.origin.source,
            Mark {
                span: related.origin.span,
                label: Some(printable(&related.message)),
                primary: false,
            },
        );
    }
    let files = marks.into_iter().map(|(id, marks)| {
        let source = context.source(id);
        (printable(source.path()), excerpts(&source, marks))
    });
    files.collect()
}

fn footers(
    finding: &Finding,
    targets: &[Arc<Target>],
    width: usize,
) -> Vec<(&'static str, String)> {
    let mut footers = Vec::new();
    let mut add = |name: &'static str, text: &str| {
        footers.push((name, wrapped(text, width, name.len() + 8)));
    };
    if targets.len() > 1 {
        add("on", &finding.targets.join(", "));
    }
    if finding.certainty == Certainty::Maybe {
        add(
            "note",
            "not in every run, perhaps: what decides is not known before it starts",
        );
    }
    if let Some(help) = &finding.help {
        add("help", help);
    }
    match &finding.fix {
        Some(Fix {
            title,
            safety: Safety::Safe,
            ..
        }) => add("fix", title),
        Some(Fix {
            title,
            safety: Safety::Unsafe,
            ..
        }) => {
            add("fix", &format!("{title} (with --unsafe)"));
        }
        None => {}
    }
    footers
}

/// A text in lines that fit beside an indent.
fn wrapped(text: &str, width: usize, indent: usize) -> String {
    wrap(&printable(text), width.saturating_sub(indent).max(30)).join("\n")
}

#[cfg(test)]
mod tests;
