//! Where a comment can stand in the files of a context.

use std::collections::HashMap;

use super::annotate::Place;
use crate::context::Context;
use crate::source::Source;
use crate::syntax::Joined;
use crate::syntax::dockerfile::{self, Keyword};
use crate::syntax::shell::{
    Command, CompoundKind, Dialect, List, RedirectKind, Statement, Word, interpreter, parse,
    script_text,
};

/// For each file, the lines above which a comment cannot stand, and where it stands instead.
#[derive(Debug, Default)]
pub struct Places {
    files: HashMap<String, Lines>,
}

#[derive(Debug)]
enum Lines {
    /// Comments are known; these lines belong to a statement that begins at another line.
    Commented(HashMap<usize, usize>),
    /// The file knows no `#` comments.
    Closed,
}

impl Places {
    /// The places of all files that a context has read.
    pub fn of(context: &Context) -> Self {
        let mut files = HashMap::new();
        for (id, source) in context.sources() {
            let lines = if id == context.dockerfile() {
                in_dockerfile(&source)
            } else {
                in_file(&source)
            };
            files.insert(source.path().to_owned(), lines);
        }
        Self { files }
    }

    /// How a comment can stand above a line, from 0.
    pub fn at(&self, path: &str, line: usize) -> Place {
        match self.files.get(path) {
            Some(Lines::Commented(within)) => within
                .get(&line)
                .map_or(Place::Open, |first| Place::Within(*first)),
            _ => Place::Closed,
        }
    }
}

/// A Dockerfile takes a comment above any line but those of here-documents.
fn in_dockerfile(source: &Source) -> Lines {
    let mut within = HashMap::new();
    for instruction in &dockerfile::parse(source.text()).instructions {
        for document in &instruction.heredocs {
            let first = source.line_index(document.marker.start as usize);
            if instruction.keyword == Keyword::Run {
                let body = Joined::whole(source.slice(document.body), document.body.start as usize);
                statements(source, &parse(&body, Dialect::Bash).body, &mut within);
            }
            // The line that ends the document is no place for a comment.
            within.insert(source.line_index(document.terminator.start as usize), first);
        }
    }
    Lines::Commented(within)
}

fn in_file(source: &Source) -> Lines {
    let name = source.path().rsplit('/').next().unwrap_or_default();
    if interpreter(source.text()).is_some() || name.ends_with(".sh") {
        let mut within = HashMap::new();
        statements(
            source,
            &parse(&script_text(source.text()), Dialect::Bash).body,
            &mut within,
        );
        return Lines::Commented(within);
    }
    let commented = [
        ".conf",
        ".cnf",
        ".cfg",
        ".ini",
        ".yml",
        ".yaml",
        ".properties",
        ".toml",
        ".env",
    ];
    if commented.iter().any(|end| name.ends_with(end)) && !may_be_of_semicolons(name, source.text())
    {
        Lines::Commented(goes_on(source))
    } else {
        Lines::Closed
    }
}

/// Whether comments may begin with `;` alone: a server like PHP-FPM ends at a `#`. A file with sections shows by its
/// own comments that they need not.
fn may_be_of_semicolons(name: &str, text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    name.ends_with(".conf")
        // supervisord takes both.
        && !text.contains("[program:")
        && !text.contains("[supervisord]")
        && lines.clone().any(|line| line.starts_with('['))
        && !lines.any(|line| line.starts_with('#'))
}

/// In supervisord's configuration, whose sections have a kind before their name, indented lines go on
/// with a value.
fn goes_on(source: &Source) -> HashMap<usize, usize> {
    let mut within = HashMap::new();
    if !source.text().contains("[program:") {
        return within;
    }
    let mut first = 0;
    for (number, line) in source.text().split('\n').enumerate() {
        if line.starts_with([' ', '\t']) && number > 0 {
            within.insert(number, first);
        } else {
            first = number;
        }
    }
    within
}

/// Lines in the middle of a statement belong to its first line.
fn statements(source: &Source, list: &List, within: &mut HashMap<usize, usize>) {
    for statement in list {
        let inner = inner_lists(&statement.command);
        if inner.is_empty() {
            let first = source.line_index(statement.span.start as usize);
            let last = source.line_index(end_of(statement, source) as usize);
            for line in first + 1..=last {
                within.insert(line, first);
            }
        }
        for list in inner {
            statements(source, list, within);
        }
    }
}

/// Where a statement ends, with its here-documents.
fn end_of(statement: &Statement, source: &Source) -> u32 {
    let mut end = statement.span.end;
    each_document(&statement.command, &mut |word| {
        // The line behind the body ends the document.
        let line = source.line_index(word.span.end as usize);
        let behind = if word.span.end as usize > source.line_span(line).start as usize {
            line + 1
        } else {
            line
        };
        if behind < source.line_count() {
            end = end.max(source.line_span(behind).start);
        }
    });
    end.saturating_sub(u32::from(
        end > statement.span.start && end == statement.span.end,
    ))
}

fn each_document(command: &Command, found: &mut dyn FnMut(&Word)) {
    match command {
        Command::Simple(simple) => {
            let documents = simple
                .redirects
                .iter()
                .filter(|redirect| redirect.kind == RedirectKind::HereDocument);
            documents.for_each(|redirect| found(&redirect.target));
        }
        Command::Pipeline(pipeline) => pipeline
            .commands
            .iter()
            .for_each(|c| each_document(c, found)),
        Command::AndOr(and_or) => {
            each_document(&and_or.first, found);
            and_or
                .rest
                .iter()
                .for_each(|link| each_document(&link.command, found));
        }
        Command::Compound(_) | Command::Function(_) => {}
    }
}

/// The lists in a compound command, between whose statements comments can stand.
fn inner_lists(command: &Command) -> Vec<&List> {
    match command {
        Command::Function(function) => inner_lists(&function.body),
        Command::Compound(compound) => match &compound.kind {
            CompoundKind::Group(list)
            | CompoundKind::Subshell(list)
            | CompoundKind::Other(list) => vec![list],
            CompoundKind::If {
                branches,
                otherwise,
            } => branches
                .iter()
                .map(|(_, body)| body)
                .chain(otherwise.as_ref())
                .collect(),
            CompoundKind::While { body, .. }
            | CompoundKind::For { body, .. }
            | CompoundKind::Select { body, .. }
            | CompoundKind::ArithmeticFor { body, .. } => {
                vec![body]
            }
            CompoundKind::Case { arms, .. } => arms.iter().map(|arm| &arm.body).collect(),
            CompoundKind::Test(_) | CompoundKind::Arithmetic(_) => Vec::new(),
        },
        _ => Vec::new(),
    }
}
