//! What can stand in a configuration file.
//!
//! The texts of these types are those of the JSON Schema, which editors show.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::finding::{FailOn, Severity};
use crate::image::OwnBase;
use crate::judge::Style;
use crate::programs::Server;

/// A configuration of diegolint. Patterns are those of .gitignore, and start from the folder of the
/// file; that of .config/diegolint.toml is the one that .config lies in.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "diegolint.toml")]
pub struct ConfigFile {
    /// The platforms that the images are to run on: `diegolint targets` lists them.
    #[schemars(with = "Option<Vec<String>>")]
    pub targets: Option<Spanned<Vec<Spanned<String>>>>,
    /// What is chosen about targets, by their names: `diegolint targets TARGET` lists what there is to
    /// choose.
    #[schemars(with = "BTreeMap<String, BTreeMap<String, Choice>>")]
    pub options: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<Choice>>>,
    /// What becomes of text that a fix takes out of use.
    #[schemars(with = "Option<Style>")]
    pub style: Option<Spanned<Style>>,
    /// From which severity on the status is 1.
    #[schemars(with = "Option<FailOn>")]
    pub fail_on: Option<Spanned<FailOn>>,
    /// Dockerfiles that are not looked for in folders. One that is named is judged all the same.
    #[schemars(with = "Option<Vec<String>>")]
    pub exclude: Option<Spanned<Vec<Spanned<String>>>>,
    /// The folders that Dockerfiles are built in, where it is not their own: by patterns, from the
    /// folder of this file.
    #[schemars(with = "BTreeMap<String, String>")]
    pub contexts: BTreeMap<Spanned<String>, Spanned<String>>,
    /// How bad what a rule finds is. `off`: it is not looked for.
    #[schemars(with = "BTreeMap<String, Level>")]
    pub rules: BTreeMap<Spanned<String>, Spanned<Level>>,
    /// By patterns of files, rules that do not count there.
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    pub per_file_ignores: BTreeMap<Spanned<String>, Spanned<Vec<Spanned<String>>>>,
    /// Programs, by name or path, that work on every target, whatever they do to users, owners and
    /// files: what they run in their turn stays who it is.
    #[schemars(with = "Option<Vec<String>>")]
    pub trusted_programs: Option<Spanned<Vec<String>>>,
    /// Servers that diegolint does not know, or knows otherwise.
    #[schemars(with = "Vec<Server>")]
    pub servers: Vec<Spanned<Server>>,
    /// Base images that diegolint does not know, or knows otherwise.
    #[schemars(with = "Vec<OwnBase>")]
    pub bases: Vec<Spanned<OwnBase>>,
}

/// How bad what a rule finds is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is not looked for.
    Off,
    /// A note.
    Note,
    /// A warning.
    Warning,
    /// An error.
    Error,
}

impl Level {
    /// The severity, unless it is off.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Note => Some(Severity::Note),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// The value of a target's option.
#[derive(Clone, Debug, Eq, JsonSchema, PartialEq)]
#[schemars(untagged)]
pub enum Choice {
    /// `true` or `false`.
    Switch(bool),
    /// A word.
    Word(String),
}

impl Choice {
    /// As `--set` has it.
    pub fn word(&self) -> &str {
        match self {
            Choice::Switch(true) => "true",
            Choice::Switch(false) => "false",
            Choice::Word(word) => word,
        }
    }
}

impl<'de> Deserialize<'de> for Choice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Chosen;
        impl Visitor<'_> for Chosen {
            type Value = Choice;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false or a string")
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Choice, E> {
                Ok(Choice::Switch(value))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Choice, E> {
                Ok(Choice::Word(value.to_owned()))
            }
        }
        deserializer.deserialize_any(Chosen)
    }
}
