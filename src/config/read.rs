//! A configuration file, read and looked over.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;

use super::file::ConfigFile;
use super::patterns::Patterns;
use super::policy::Policy;
use crate::knowledge::Knowledge;
use crate::nearest::unknown;
use crate::paths::{self, real};
use crate::problem::Problem;
use crate::rules;
use crate::source::Source;
use crate::target::Target;

/// A larger file is no configuration: 1 MiB.
const LIMIT: u64 = 1 << 20;

/// A configuration that holds.
#[derive(Debug)]
pub struct Config {
    /// The file as the user knows it.
    pub path: String,
    /// What stands in it.
    pub file: ConfigFile,
    source: Source,
    policy: Arc<Policy>,
    knowledge: &'static Knowledge,
    exclude: Patterns,
    contexts: Vec<(Patterns, PathBuf)>,
}

impl Config {
    /// Reads a configuration. `path` is the name that the user knows it by.
    ///
    /// # Errors
    /// What is wrong with it, with its place.
    pub fn read(file: &Path, path: String) -> Result<Self, Problem> {
        let metadata = std::fs::metadata(file).map_err(|error| Problem::io(&path, &error))?;
        if metadata.is_dir() {
            return Err(Problem::of(path, "a folder, not a configuration file"));
        }
        let mut bytes = Vec::new();
        std::fs::File::open(file)
            .and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
            .map_err(|error| Problem::io(&path, &error))?;
        if bytes.len() as u64 > LIMIT {
            return Err(Problem::of(path, "too large to be a configuration"));
        }
        let source = Source::new(path.clone(), file.to_owned(), bytes);
        if let Some(at) = source.invalid_utf8() {
            return Err(Problem::at(&source, at, "this byte is not UTF-8"));
        }
        let parsed: ConfigFile = toml::from_str(source.text().trim_start_matches('\u{feff}'))
            .map_err(|error| {
                let at = error.span().unwrap_or_default().start;
                Problem::at(&source, at + mark(&source), words(error.message()))
            })?;
        Self::checked(source, parsed, folder_of(file))
    }

    fn checked(source: Source, file: ConfigFile, folder: PathBuf) -> Result<Self, Problem> {
        let wrong = |span: Range<usize>, message: String| {
            Problem::at(&source, span.start + mark(&source), message)
        };
        targets(&file).map_err(|(span, message)| wrong(span, message))?;
        let policy = policy(&file, &folder).map_err(|(span, message)| wrong(span, message))?;
        let known: Vec<&str> = Knowledge::tables().distributions().collect();
        for base in &file.bases {
            if let Some(name) = base.as_ref().tagged() {
                let message = format!("{name} has a tag: `tag` says which ones are meant");
                return Err(wrong(base.span(), message));
            }
            let distribution = &base.as_ref().distribution;
            if !known.contains(&distribution.as_str()) {
                let message = unknown("distribution", distribution, &known);
                return Err(wrong(base.span(), message));
            }
        }
        let exclude = file.exclude.iter().flat_map(Spanned::as_ref);
        let spans: Vec<Range<usize>> = exclude.clone().map(Spanned::span).collect();
        let exclude = Patterns::new(&folder, exclude.map(|p| p.as_ref().as_str()));
        let exclude = exclude
            .map_err(|(at, message)| wrong(spans.get(at).cloned().unwrap_or_default(), message))?;
        let mut contexts = Vec::new();
        // As written: of several that name a Dockerfile, the last counts.
        let mut written: Vec<_> = file.contexts.iter().collect();
        written.sort_by_key(|(pattern, _)| pattern.span().start);
        for (pattern, context) in written {
            let patterns = Patterns::new(&folder, [pattern.as_ref().as_str()]);
            let patterns = patterns.map_err(|(_, message)| wrong(pattern.span(), message))?;
            let inside = folder.join(context.as_ref());
            if !inside.is_dir() {
                let message = format!("there is no folder {}", context.as_ref());
                return Err(wrong(context.span(), message));
            }
            contexts.push((patterns, real(&inside)));
        }
        Ok(Self {
            path: source.path().to_owned(),
            knowledge: knowledge(&file),
            policy: Arc::new(policy),
            source,
            exclude,
            contexts,
            file,
        })
    }

    /// Where it lies.
    pub fn disk(&self) -> &Path {
        self.source.disk()
    }

    /// The line, from 1, of a place in the file.
    pub fn line(&self, span: Range<usize>) -> usize {
        self.source.position(span.start + mark(&self.source)).line
    }

    /// What is said of what is found.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// What is known of programs and images.
    pub fn knowledge(&self) -> &'static Knowledge {
        self.knowledge
    }

    /// Whether a Dockerfile is left out where none is named.
    pub fn excludes(&self, dockerfile: &Path) -> bool {
        self.exclude.name(&paths::place(dockerfile))
    }

    /// The folder that a Dockerfile is built in, where it is not its own.
    pub fn context_of(&self, dockerfile: &Path) -> Option<&Path> {
        let file = paths::place(dockerfile);
        let mut contexts = self.contexts.iter().rev();
        let found = contexts.find(|(patterns, _)| patterns.name(&file));
        found.map(|(_, folder)| folder.as_path())
    }
}

/// The bytes of a byte order mark, which the parser does not see.
fn mark(source: &Source) -> usize {
    match source.text().starts_with('\u{feff}') {
        true => '\u{feff}'.len_utf8(),
        false => 0,
    }
}

/// The folder that a configuration is about.
fn folder_of(file: &Path) -> PathBuf {
    let folder = real(paths::folder_of(file));
    match folder.file_name() {
        Some(name) if name == ".config" => paths::folder_of(&folder).to_owned(),
        _ => folder,
    }
}

/// A place in the file and what is wrong there.
type Wrong = (Range<usize>, String);

/// Whether the targets and what is chosen about them are there.
fn targets(file: &ConfigFile) -> Result<(), Wrong> {
    let known: Vec<&str> = Target::all().iter().map(|target| &*target.name).collect();
    let named = file.targets.iter().flat_map(Spanned::as_ref);
    for target in named.chain(file.options.keys()) {
        if !known.contains(&target.as_ref().as_str()) {
            return Err((target.span(), unknown("target", target.as_ref(), &known)));
        }
    }
    if let Some(named) = file
        .targets
        .as_ref()
        .filter(|named| named.as_ref().is_empty())
    {
        return Err((named.span(), "there has to be a target".to_owned()));
    }
    for (name, options) in &file.options {
        let Some(target) = Target::named(name.as_ref()) else {
            continue;
        };
        for (option, choice) in options {
            let known: Vec<&str> = target.options.iter().map(|known| &*known.name).collect();
            if !known.contains(&option.as_ref().as_str()) {
                let kind = format!("option of {}", target.name);
                return Err((option.span(), unknown(&kind, option.as_ref(), &known)));
            }
            if let Err(error) = target.with(option.as_ref(), choice.as_ref().word()) {
                return Err((choice.span(), error.to_string()));
            }
        }
    }
    Ok(())
}

fn policy(file: &ConfigFile, folder: &Path) -> Result<Policy, Wrong> {
    let known: Vec<&str> = rules::names().collect();
    let rule = |name: &Spanned<String>| {
        let found = rules::name(name.as_ref());
        found.ok_or_else(|| (name.span(), unknown("rule", name.as_ref(), &known)))
    };
    let mut levels = BTreeMap::new();
    for (name, level) in &file.rules {
        levels.insert(rule(name)?, *level.as_ref());
    }
    let mut ignores = Vec::new();
    for (pattern, names) in &file.per_file_ignores {
        let patterns = Patterns::new(folder, [pattern.as_ref().as_str()]);
        let patterns = patterns.map_err(|(_, message)| (pattern.span(), message))?;
        let names: Result<Vec<&str>, Wrong> = names.as_ref().iter().map(rule).collect();
        ignores.push((patterns, names?));
    }
    Ok(Policy { levels, ignores })
}

fn knowledge(file: &ConfigFile) -> &'static Knowledge {
    let trusted = file.trusted_programs.iter().flat_map(Spanned::as_ref);
    let trusted: Vec<String> = trusted.cloned().collect();
    if file.servers.is_empty() && file.bases.is_empty() && trusted.is_empty() {
        return Knowledge::tables();
    }
    let servers = file.servers.iter().map(|server| server.as_ref().clone());
    let bases: Vec<_> = file
        .bases
        .iter()
        .map(|base| base.as_ref().clone())
        .collect();
    Knowledge::with(servers.collect(), &bases, trusted)
}

/// What the parser says, in the words of the file, and with what was meant.
fn words(message: &str) -> String {
    let message = message
        .trim()
        .replace('\n', " ")
        .replace("a sequence", "a list");
    let one_of = |kind: &str| {
        let rest = message.strip_prefix(&format!("unknown {kind} `"))?;
        let mut quoted = rest.split('`').step_by(2).filter(|word| !word.is_empty());
        Some((
            quoted.next()?.to_owned(),
            quoted.map(str::to_owned).collect::<Vec<_>>(),
        ))
    };
    let known = one_of("field").map(|found| ("key", found));
    let Some((kind, (written, known))) = known.or_else(|| Some(("value", one_of("variant")?)))
    else {
        return message;
    };
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    unknown(kind, &written, &known)
}
