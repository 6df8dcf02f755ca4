//! What the words of a command, the environment and configuration files tell a server.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;

use super::{At, Config, Server};
use crate::programs::options::Arguments;
use crate::programs::words::{WordPart, Words};
use crate::source::Span;
use crate::syntax::config::{self, Directive, Format, Text};

/// What the process finds when it looks around.
pub struct Surroundings<'a> {
    /// The value of an environment variable, if it is set and known.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The files whose text is known and whose path matches, which may hold `*`.
    pub files: &'a dyn Fn(&str) -> Vec<ConfigFile>,
    /// The one file of this name that is somewhere else, from where the build may put it at a path.
    pub brought: &'a dyn Fn(&str) -> Option<ConfigFile>,
    /// Whether the build speaks of something: a version, a package.
    pub built: &'a dyn Fn(&str) -> bool,
}

/// A file that a server reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// Its path in the image.
    pub path: String,
    /// Its text, with `$` for what is not known of it.
    pub text: Rc<str>,
    /// The bytes that no file and no command of the context says: what a package brings counts as
    /// the server's default.
    pub foreign: Vec<Range<usize>>,
    /// Not all of the text is known.
    pub partial: bool,
}

/// A value, and what set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The value; `None` where it is not known.
    pub value: Option<String>,
    /// What set it.
    pub by: SetBy,
    /// Nothing that is not known can overrule it: no word, no configuration file.
    pub certain: bool,
}

/// What set a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// A word of the command.
    Argument {
        /// The word that names the option; the value's own word where it needs no name.
        option: usize,
        /// The value.
        part: WordPart,
    },
    /// An environment variable of this name.
    Environment(String),
    /// A configuration file.
    Config {
        /// Its path in the image.
        path: String,
        /// The value.
        span: Span,
        /// The whole directive.
        directive: Span,
    },
    /// The server, being told nothing.
    Default,
}

/// The most files that are read for one server.
const MOST_FILES: usize = 64;

/// Everything that a server is told.
pub(super) struct Told<'a> {
    server: &'a Server,
    around: &'a Surroundings<'a>,
    argv: &'a Words<'a>,
    arguments: Arguments<'a>,
    directives: Vec<Written>,
    /// Its configuration file is not known.
    unknown_config: bool,
    /// The one that it is told to read instead of its own, if that is not known.
    unread: Option<String>,
    /// The configuration files that are not known as a whole.
    partial: HashSet<String>,
}

/// A directive, and where it was written.
#[derive(Clone)]
struct Written {
    directive: Directive,
    place: WrittenIn,
}

#[derive(Clone)]
enum WrittenIn {
    File(String),
    /// In a file that a package brings.
    Package,
    /// In a word: its index, that of its option, and the first byte of the text in it.
    Word {
        option: usize,
        part: WordPart,
    },
}

/// Something that was said in one place.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// The texts, a word each; `None` where one is not known.
    pub texts: Vec<Option<String>>,
    /// What says the first of them.
    pub by: SetBy,
    /// Where the others were said.
    pub others: Vec<SetBy>,
    /// How much it counts: the higher, the more.
    pub level: u8,
}

impl Said {
    /// The first text as a setting.
    pub fn setting(&self, told: &Told) -> Setting {
        Setting {
            value: self.texts.first().cloned().flatten(),
            by: self.by.clone(),
            certain: told.certain(&self.by),
        }
    }
}

impl SetBy {
    /// The same place, narrowed to bytes of the value.
    pub(super) fn within(&self, range: std::ops::Range<usize>) -> SetBy {
        match self {
            SetBy::Argument { option, part } => SetBy::Argument {
                option: *option,
                part: part.within(range),
            },
            SetBy::Config {
                path,
                span,
                directive,
            } => SetBy::Config {
                path: path.clone(),
                span: Span::new(
                    span.start as usize + range.start,
                    span.start as usize + range.end,
                ),
                directive: *directive,
            },
            other => other.clone(),
        }
    }
}

impl<'a> Told<'a> {
    /// Looks at everything once.
    pub fn read(server: &'a Server, argv: &'a Words<'a>, around: &'a Surroundings<'a>) -> Self {
        let (first, known) = server.subcommand(argv).unwrap_or((1, 0..0));
        let mut arguments = server.options.scan(argv, first);
        arguments.operands.retain(|index| !known.contains(index));
        let mut told = Self {
            server,
            around,
            argv,
            arguments,
            directives: Vec::new(),
            unknown_config: false,
            unread: None,
            partial: HashSet::new(),
        };
        if let Some(config) = &server.config {
            told.files(config);
            told.words(config);
        }
        told
    }

    /// Reads the configuration files.
    fn files(&mut self, config: &Config) {
        let mut wanted: Vec<String> = Vec::new();
        match self.named_config(config) {
            Some(Some(path)) => {
                if config.several {
                    let given = self.arguments.options.iter();
                    let given = given.filter(|option| config.options.contains(&option.name));
                    wanted.extend(given.filter_map(|option| Some(option.text?.to_string())));
                } else {
                    wanted.push(self.there(config, path));
                }
            }
            Some(None) => self.unknown_config = true,
            None => {
                let there = self
                    .defaults(config)
                    .into_iter()
                    .find(|path| !(self.around.files)(path).is_empty());
                // Of one that is only known as far as the build changed it, what it includes is not.
                let edited = |path: &String| {
                    let files = (self.around.files)(path);
                    files
                        .iter()
                        .all(|file| file.partial && file.text.starts_with('$'))
                };
                let whole = there.as_ref().is_some_and(|path| !edited(path));
                wanted.extend(self.template(config, there.as_deref()).or(there));
                if !whole || config.with_parts {
                    wanted.extend(config.parts.iter().cloned());
                }
            }
        }
        let given = self.arguments.options.iter();
        let further = given.filter(|option| config.further_options.contains(&option.name));
        wanted.extend(further.filter_map(|option| Some(option.text?.to_string())));
        let named = self.named_config(config).is_some();
        let own = config.file_in_directory.is_some()
            || wanted
                .first()
                .is_some_and(|path| self.defaults(config).contains(path));
        // Of what a package brings, only what it says of listening is known.
        let unknown = |path: &String| {
            let files = (self.around.files)(path);
            files.iter().all(|file| !file.foreign.is_empty())
        };
        if named && !own && wanted.first().is_none_or(unknown) {
            self.unread = Some(wanted.first().cloned().unwrap_or_default());
        }
        let mut seen = HashSet::new();
        let main = wanted.first().cloned().unwrap_or_default();
        let mut next = 0;
        while next < wanted.len() && seen.len() < MOST_FILES {
            let mut files = (self.around.files)(&wanted[next]);
            if files.is_empty() && named && next == 0 {
                self.unknown_config = true;
                files.extend((self.around.brought)(&wanted[next]));
            }
            next += 1;
            for file in files {
                if !seen.insert(file.path.clone()) {
                    continue;
                }
                if file.partial {
                    self.partial.insert(file.path.clone());
                }
                for directive in config::parse(config.format, &file.text) {
                    if config.include.iter().any(|name| directive.is(name))
                        && wanted.len() < MOST_FILES
                    {
                        let further = directive.arguments.iter();
                        wanted.extend(further.map(|a| absolute(&a.text, &main)));
                    }
                    if config.include_folder.iter().any(|name| directive.is(name))
                        && wanted.len() < MOST_FILES
                    {
                        let end = main.rsplit_once('.').map_or("", |(_, end)| end);
                        let further = directive.arguments.iter().map(|folder| {
                            let folder = absolute(&folder.text, &main);
                            format!("{}/*.{end}", folder.trim_end_matches('/'))
                        });
                        wanted.extend(further);
                    }
                    let at = directive
                        .arguments
                        .first()
                        .map_or(directive.span, |a| a.span);
                    let place = match is_foreign(&file.foreign, at) {
                        true => WrittenIn::Package,
                        false => WrittenIn::File(file.path.clone()),
                    };
                    self.directives.push(Written { directive, place });
                }
            }
        }
    }

    /// What it reads where it is told nothing.
    fn defaults(&self, config: &Config) -> Vec<String> {
        let homes = self.homes();
        let paths = config.default.iter();
        let known = paths.flat_map(|path| match path.strip_prefix("{home}") {
            Some(rest) => homes.iter().map(|home| format!("{home}{rest}")).collect(),
            None => vec![path.clone()],
        });
        known.collect()
    }

    /// The template that the context has for its own configuration, where that is not there, or nothing
    /// of it is known: the start makes the one of the other.
    fn template(&self, config: &Config, there: Option<&str>) -> Option<String> {
        let is_known = |path: &str| {
            let files = (self.around.files)(path);
            files.iter().any(|file| file.text.trim() != "$")
        };
        if there.is_some_and(is_known) {
            return None;
        }
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let own = self.defaults(config);
        let mut found = own.iter().filter_map(|path| {
            let file = (self.around.brought)(path)?;
            (name(&file.path) != name(path)).then_some(file.path)
        });
        found.next()
    }

    /// The folders that its `bin` may lie in: that of its path, or those of PATH that are no system's.
    fn homes(&self) -> Vec<String> {
        let program = self.argv.first().copied().flatten().unwrap_or_default();
        let path = (self.around.variable)("PATH").unwrap_or_default();
        let folders: Vec<&str> = match program.rsplit_once('/') {
            Some((folder, _)) => vec![folder],
            None => path.split(':').collect(),
        };
        let homes = folders
            .into_iter()
            .filter_map(|folder| folder.strip_suffix("/bin"));
        let own =
            homes.filter(|home| home.starts_with('/') && !matches!(*home, "/usr" | "/usr/local"));
        own.map(str::to_owned).collect()
    }

    /// The path of a file whose name may leave out its end.
    fn there(&self, config: &Config, path: String) -> String {
        if !(self.around.files)(&path).is_empty() {
            return path;
        }
        // `uwsgi.ini:section`.
        match (&config.suffix, path.rsplit_once(':')) {
            (Some(suffix), _) => format!("{path}{suffix}"),
            (None, Some((file, _))) if !(self.around.files)(file).is_empty() => file.to_owned(),
            _ => path,
        }
    }

    /// The configuration file that the command or the environment names, if any; `Some(None)` where
    /// its name is not known.
    fn named_config(&self, config: &Config) -> Option<Option<String>> {
        if let Some(option) = self.arguments.last(&config.options) {
            return Some(option.text.map(str::to_string));
        }
        let said = self.arguments.options.iter().rev().find_map(|option| {
            let (name, path) = option.text?.split_once('=')?;
            let names = config.setting_file.as_deref() == Some(name);
            (names && config.setting_options.contains(&option.name)).then_some(path)
        });
        if let Some(path) = said {
            return Some(Some(path.to_owned()));
        }
        if config.first_argument {
            match self.argv.get(1) {
                Some(Some(word)) if !word.starts_with('-') => return Some(Some(word.to_string())),
                Some(None) => return Some(None),
                _ => {}
            }
        }
        if let Some(index) = config.operand.and_then(|n| self.arguments.operands.get(n)) {
            return Some(self.argv.get(*index)?.map(str::to_string));
        }
        if let Some(file) = &config.file_in_directory {
            if let Some(option) = self.arguments.last(&config.directory_options) {
                return Some(option.text.map(|dir| format!("{dir}/{file}")));
            }
            for name in &config.variables {
                if let Some(dir) = (self.around.variable)(name) {
                    return Some(Some(format!("{dir}/{file}")));
                }
            }
            return None;
        }
        config
            .variables
            .iter()
            .find_map(|name| (self.around.variable)(name).map(Some))
    }

    /// Reads the directives that stand in words.
    fn words(&mut self, config: &Config) {
        for index in &self.arguments.operands {
            let text = self.argv.get(*index).copied().flatten().unwrap_or_default();
            if let Some((name, value)) = text.split_once('=').filter(|_| config.setting_operands) {
                let directive = Directive {
                    path: Vec::new(),
                    name: name.to_string(),
                    arguments: vec![Text {
                        text: value.to_string(),
                        span: Span::new(name.len() + 1, text.len()),
                    }],
                    span: Span::new(0, text.len()),
                };
                let place = WrittenIn::Word {
                    option: *index,
                    part: WordPart::bytes(*index, 0..text.len()),
                };
                self.directives.push(Written { directive, place });
            }
        }
        for option in &self.arguments.options {
            let (Some(part), Some(text)) = (&option.value, option.text) else {
                continue;
            };
            let place = WrittenIn::Word {
                option: option.index,
                part: part.clone(),
            };
            if config.text_options.contains(&option.name) {
                let found = config::parse(config.format, text).into_iter();
                self.directives.extend(found.map(|directive| Written {
                    directive,
                    place: place.clone(),
                }));
            } else if config.setting_options.contains(&option.name)
                && let Some((name, value)) = text.split_once('=')
            {
                let mut path: Vec<String> = name.split('.').map(str::to_string).collect();
                let last = path.pop().unwrap_or_default();
                let whole = Span::new(0, text.len());
                let directive = Directive {
                    path,
                    name: last,
                    arguments: vec![Text {
                        text: value.to_string(),
                        span: Span::new(name.len() + 1, text.len()),
                    }],
                    span: whole,
                };
                self.directives.push(Written { directive, place });
            }
        }
    }

    /// Everything that is said in these places; what counts most comes last.
    pub fn at(&self, at: &At) -> Vec<Said> {
        let (variables, files) = match self.server.config_first {
            true => (1, 2),
            false => (2, 1),
        };
        let mut found = Vec::new();
        for name in &at.variables {
            if let Some(value) = (self.around.variable)(name) {
                found.push(Said {
                    texts: vec![Some(value)],
                    by: SetBy::Environment(name.clone()),
                    others: Vec::new(),
                    level: variables,
                });
            }
        }
        for written in &self.directives {
            let mut names = at.directives.iter();
            if let Some(behind) = names.find_map(|name| written.directive.behind(name)) {
                let written = written.behind(behind);
                let format = self.server.config.as_ref().map(|config| config.format);
                found.push(match format.is_some_and(Format::is_code) {
                    true => written.in_code(files, self.around),
                    false => written.said(files),
                });
            }
        }
        for option in &self.arguments.options {
            if at.options.contains(&option.name) {
                found.push(self.option(option.index, &option.value));
            }
        }
        if let Some(index) = at.operand.and_then(|n| self.arguments.operands.get(n)) {
            found.push(self.option(*index, &Some(WordPart::whole(*index))));
        }
        found.sort_by_key(|said| said.level);
        found
    }

    /// Whether an option is given, alone or among others in one word.
    pub fn has_option(&self, name: &str) -> bool {
        self.arguments
            .options
            .iter()
            .any(|given| given.name == name)
    }

    /// Whether a word is the value of an option.
    pub fn is_value(&self, index: usize) -> bool {
        let mut given = self.arguments.options.iter();
        given.any(|given| {
            let value = given.value.as_ref();
            value.is_some_and(|part| part.index == index && given.index != index)
        })
    }

    /// An option's value, and the operands right behind it.
    fn option(&self, option: usize, value: &Option<WordPart>) -> Said {
        let by = |part: &WordPart| SetBy::Argument {
            option,
            part: part.clone(),
        };
        let mut texts = Vec::new();
        let mut places = Vec::new();
        if let Some(part) = value {
            texts.push(part.text(self.argv).map(str::to_string));
            places.push(by(part));
            let mut next = part.index + 1;
            while texts.len() < 16 && self.arguments.operands.binary_search(&next).is_ok() {
                texts.push(self.argv[next].map(str::to_string));
                places.push(by(&WordPart::whole(next)));
                next += 1;
            }
        }
        let mut places = places.into_iter();
        Said {
            texts,
            by: places
                .next()
                .unwrap_or_else(|| by(&WordPart::whole(option))),
            others: places.collect(),
            level: 3,
        }
    }

    /// The configuration file that it is told to read and of which nothing is known; empty if its
    /// name is not known either.
    pub fn unread(&self) -> Option<&str> {
        self.unread.as_deref()
    }

    /// What the server does by itself.
    pub fn default(&self, value: &str) -> Setting {
        Setting {
            value: Some(value.to_string()),
            by: SetBy::Default,
            certain: self.certain(&SetBy::Default),
        }
    }

    /// The server's own port or address, which may be unknown.
    pub fn own(&self, value: Option<String>) -> Setting {
        Setting {
            value,
            by: SetBy::Default,
            certain: self.certain(&SetBy::Default),
        }
    }

    fn is_code(&self) -> bool {
        let config = self.server.config.as_ref();
        config.is_some_and(|config| config.format.is_code())
    }

    pub fn certain(&self, by: &SetBy) -> bool {
        match by {
            SetBy::Argument { .. } => true,
            // Which of its own lines a program comes to is not known.
            SetBy::Config { .. } if self.is_code() => false,
            SetBy::Config { path, .. } => {
                self.arguments.unknown.is_none() && !self.partial.contains(path)
            }
            SetBy::Environment(_) => {
                self.arguments.unknown.is_none()
                    && !(self.unknown_config && self.server.config_first)
            }
            SetBy::Default => {
                self.arguments.unknown.is_none() && !self.unknown_config && self.partial.is_empty()
            }
        }
    }

    /// The arguments of directives that name the port a second time.
    pub fn followers(&self) -> Vec<Said> {
        let Some(config) = &self.server.config else {
            return Vec::new();
        };
        self.directives
            .iter()
            .filter(|w| config.follows.iter().any(|name| w.directive.is(name)))
            .map(|w| w.said(0))
            .collect()
    }
}

impl Written {
    /// The same without its first arguments, which its name is said with.
    fn behind(&self, arguments: usize) -> Cow<'_, Self> {
        if arguments == 0 {
            return Cow::Borrowed(self);
        }
        let mut behind = self.clone();
        behind.directive.arguments.drain(..arguments);
        Cow::Owned(behind)
    }

    fn said(&self, files: u8) -> Said {
        let whole = self.directive.span;
        let by = |span: Span| match &self.place {
            WrittenIn::File(path) => SetBy::Config {
                path: path.clone(),
                span,
                directive: whole,
            },
            WrittenIn::Package => SetBy::Default,
            WrittenIn::Word { option, part } => SetBy::Argument {
                option: *option,
                part: part.within(span.range()),
            },
        };
        let mut places = self.directive.arguments.iter().map(|a| by(a.span));
        Said {
            texts: self
                .directive
                .arguments
                .iter()
                .map(|a| (!a.text.contains('$')).then(|| a.text.clone()))
                .collect(),
            by: places.next().unwrap_or_else(|| by(whole)),
            others: places.collect(),
            level: match self.place {
                WrittenIn::File(_) | WrittenIn::Package => files,
                WrittenIn::Word { .. } => 3,
            },
        }
    }
}

impl Written {
    /// The same in a program's text, whose variables are those of the environment.
    fn in_code(&self, files: u8, around: &Surroundings<'_>) -> Said {
        let mut said = self.said(files);
        let places = std::iter::once(&mut said.by).chain(&mut said.others);
        let texts = said.texts.iter_mut().zip(places);
        for (argument, (text, by)) in self.directive.arguments.iter().zip(texts) {
            let mut rest = argument.text.as_str();
            while let Some((name, default)) = variable(rest) {
                if let Some(value) = (around.variable)(name) {
                    *text = Some(value);
                    *by = SetBy::Environment(name.to_owned());
                    break;
                }
                rest = default;
                *text = (!rest.is_empty() && !rest.contains('$')).then(|| rest.to_owned());
            }
        }
        said
    }
}

/// The name and the default of `${NAME:-default}`.
fn variable(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix("${")?.strip_suffix('}')?;
    Some(inner.split_once(":-").unwrap_or((inner, "")))
}

/// Whether a span begins in one of these ranges, which are in their order.
fn is_foreign(ranges: &[Range<usize>], span: Span) -> bool {
    let at = span.start as usize;
    let before = ranges.partition_point(|range| range.start <= at);
    before
        .checked_sub(1)
        .and_then(|last| ranges.get(last))
        .is_some_and(|range| at < range.end)
}

/// A path that a file names: below the directory of the main file unless it is absolute.
fn absolute(path: &str, main: &str) -> String {
    match (path.starts_with('/'), main.rsplit_once('/')) {
        (false, Some((directory, _))) => format!("{directory}/{path}"),
        _ => path.to_string(),
    }
}
