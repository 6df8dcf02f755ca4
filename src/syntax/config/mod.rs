//! Servers' configuration files: directives with their arguments and spans.
//!
//! The formats differ in how they write it, not in what they say: a directive has a name, arguments,
//! and sections that it stands in. What a directive means is not known here.

mod apache;
mod blocks;
mod caddy;
mod code;
mod erlang;
mod fluentd;
mod haproxy;
mod ini;
mod json;
mod lines;
mod nginx;
mod procfile;
mod rainer;
mod supervisor;
mod words;
mod xml;
mod yaml;

use schemars::JsonSchema;
use serde::Deserialize;

pub use json::unescaped;

use crate::source::Span;

/// How a configuration file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// `name argument …;`, blocks in braces, `#` comments: nginx.
    Nginx,
    /// `Name argument …`, sections in angle brackets: httpd.
    Apache,
    /// `name argument …` on a line: redis, mosquitto, squid.
    Lines,
    /// `[section]` and `name = value`: my.cnf, php-fpm, mongod.conf before 2.6, postgresql.conf.
    Ini,
    /// `name = value` or `name: value`, without sections: rabbitmq.conf, zoo.cfg.
    Properties,
    /// Nested maps of scalars: mongod.conf, elasticsearch.yml, cassandra.yaml; or `name = value` on
    /// every line, as mongod.conf was before.
    Yaml,
    /// A section's name at the start of a line, its directives indented: haproxy.
    Haproxy,
    /// `[section]` and `name = value`, which goes on in indented lines: supervisord.
    Supervisor,
    /// `name: command line`: foreman.
    Procfile,
    /// Nested objects of scalars: package.json.
    Json,
    /// Elements with text, attributes: icecast, tomcat's server.xml.
    Xml,
    /// The sites of a Caddyfile, as `site`.
    Caddy,
    /// Erlang's terms, of which those that are pairs; or `name = value` on every line: rabbitmq.
    Erlang,
    /// `name: value`, `name = value` or `name value`, blocks in braces: NATS.
    Blocks,
    /// As [`Format::Apache`], where a section is of a type: Fluentd.
    Fluentd,
    /// `object(name="value" …)`, or `$name argument …` on a line: rsyslog.
    Rainer,
    /// A program for Node.js: what it calls to listen, as `listen`.
    Javascript,
    /// A program in Python: the same.
    Python,
}

impl Format {
    /// Whether it is a program's text, which may ask for variables of the environment.
    pub fn is_code(self) -> bool {
        matches!(self, Format::Javascript | Format::Python)
    }
}

/// A name and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The sections that it stands in, from the outermost. In YAML the keys above it.
    pub path: Vec<String>,
    /// Its name as written. A section is a directive too, and stands before what is in it.
    pub name: String,
    /// The arguments, without their quotes.
    pub arguments: Vec<Text>,
    /// The whole of it: with the `;` that ends it, without the line's end. For a section the words
    /// that open it.
    pub span: Span,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it says.
    pub text: String,
    /// Where; within the quotes where it is quoted.
    pub span: Span,
}

impl Directive {
    /// Whether the directive has this name in these innermost sections, as in `server/listen`.
    /// Upper and lower case, `-` and `_` count as the same, as they do in most formats. `/port` stands
    /// in no section.
    pub fn is(&self, name: &str) -> bool {
        if let Some(whole) = name.strip_prefix('/') {
            return self.path.len() == whole.matches('/').count() && self.is(whole);
        }
        let mut parts = name.rsplit('/');
        let Some(own) = parts.next() else {
            return false;
        };
        let mut sections = self.path.iter().rev();
        same(&self.name, own) && parts.all(|part| sections.next().is_some_and(|s| same(s, part)))
    }

    /// How many of its arguments belong to a name, where it has that: `set httpd port` is said with
    /// two of them.
    pub fn behind(&self, name: &str) -> Option<usize> {
        if self.is(name) {
            return Some(0);
        }
        let (own, rest) = name.split_once(' ')?;
        let words: Vec<&str> = rest.split(' ').collect();
        let arguments = self.arguments.get(..words.len())?;
        let mut pairs = arguments.iter().zip(&words);
        (self.is(own) && pairs.all(|(argument, word)| argument.text == *word))
            .then_some(words.len())
    }
}

fn same(a: &str, b: &str) -> bool {
    let fold = |byte: u8| match byte {
        b'_' => b'-',
        other => other.to_ascii_lowercase(),
    };
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| fold(a) == fold(b))
}

/// The directives of a file, in its order. What does not follow the format is passed over.
pub fn parse(format: Format, text: &str) -> Vec<Directive> {
    match format {
        Format::Nginx => nginx::parse(text),
        Format::Apache => apache::parse(text),
        Format::Lines => lines::parse(text),
        Format::Ini => ini::parse(text),
        Format::Properties => ini::parse_properties(text),
        Format::Yaml => match yaml::parse(text) {
            none if none.is_empty() => ini::parse_properties(text),
            found => found,
        },
        Format::Haproxy => haproxy::parse(text),
        Format::Supervisor => supervisor::parse(text),
        Format::Procfile => procfile::parse(text),
        Format::Json => json::parse(text),
        Format::Xml => xml::parse(text),
        Format::Caddy => caddy::parse(text),
        Format::Erlang => match text.trim_start().starts_with(['[', '%']) {
            true => erlang::parse(text),
            false => ini::parse_properties(text),
        },
        Format::Blocks => blocks::parse(text),
        Format::Fluentd => fluentd::parse(text),
        Format::Rainer => rainer::parse(text),
        Format::Javascript => code::javascript(text),
        Format::Python => code::python(text),
    }
}

/// How deep sections may stand in one another; what is deeper counts as this deep.
const DEEPEST: usize = 32;

#[cfg(test)]
mod tests;
