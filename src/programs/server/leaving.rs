//! Servers that go to the background, and how they are kept from it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::told::{SetBy, Setting, Surroundings, Told};
use super::{At, Server};
use crate::programs::commands::fits;
use crate::programs::words::{Words, base_name};

/// When a server goes to the background.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Leaves {
    /// It does so where it is told nothing.
    #[serde(default)]
    by_default: bool,
    /// It does so with one of these words.
    #[serde(default)]
    with: Vec<String>,
    /// It stays with one of these words, or under one of these names, whatever else is said.
    #[serde(default)]
    unless: Vec<String>,
    /// Where yes or no is said.
    #[serde(default)]
    at: At,
    /// The words that keep it where it is told nothing.
    #[serde(default)]
    say: Vec<String>,
    /// What stands in the place of the words of `with`, where it cannot do without them.
    #[serde(default)]
    instead: Option<String>,
}

/// That a server goes to the background.
#[derive(Clone, Debug)]
pub struct Left {
    /// How it is kept from that, if there is a way.
    pub stays: Option<Stays>,
}

/// What keeps a server from going to the background.
#[derive(Clone, Debug)]
pub enum Stays {
    /// These words at the end of its command.
    Say(Vec<String>),
    /// Another word in the place of the one of this number; none if that goes.
    Instead(usize, Option<String>),
    /// The opposite of what is set.
    Set(Setting, String),
}

impl Server {
    /// Whether it goes to the background, as far as that is known.
    pub fn leaves(&self, argv: &Words, around: &Surroundings) -> Option<Left> {
        let leaves = self.leaves.as_ref()?;
        let known = |number: usize| argv.get(number).copied().flatten().is_some();
        let told = Told::read(self, argv, around);
        let name = base_name(argv.first().copied().flatten()?);
        let stays = leaves.unless.iter().any(|pattern| {
            let mut words = argv.iter().skip(1).flatten().copied().chain([name]);
            words.any(|word| fits(pattern, word)) || told.has_option(pattern)
        });
        if stays {
            return None;
        }
        let with = argv.iter().enumerate().skip(1).find(|(_, word)| {
            word.is_some_and(|word| leaves.with.iter().any(|pattern| fits(pattern, word)))
        });
        // What is not known before it may be an option that it is the value of.
        let with = with.filter(|(index, _)| !told.is_value(*index) && known(index - 1));
        if let Some((index, _)) = with {
            let stays = Stays::Instead(index, leaves.instead.clone());
            return Some(Left { stays: Some(stays) });
        }
        if argv.iter().any(Option::is_none) {
            return None;
        }
        let among = leaves.with.iter().any(|option| told.has_option(option));
        if among {
            return Some(Left { stays: None });
        }
        if let Some(said) = told.at(&leaves.at).last() {
            let setting = said.setting(&told);
            // A directive without a value says yes.
            let value = match said.texts.is_empty() {
                true => "yes".to_owned(),
                false => setting.value.clone()?,
            };
            let no = opposite(&value.to_ascii_lowercase())?;
            let stays = (!said.texts.is_empty() && setting.by != SetBy::Default)
                .then(|| Stays::Set(setting, no.to_owned()));
            return Some(Left { stays });
        }
        // Words that speak of it and are not understood may say anything.
        let speaks = |name: &String| {
            argv.iter()
                .skip(1)
                .flatten()
                .any(|word| word.contains(name))
        };
        let odd = leaves.at.directives.iter().any(speaks);
        if !leaves.by_default || odd || !told.certain(&SetBy::Default) {
            return None;
        }
        let room = leaves.say.first().filter(|first| !told.has_option(first));
        let stays = room.map(|_| Stays::Say(leaves.say.clone()));
        Some(Left { stays })
    }
}

/// What says no as this says yes.
fn opposite(yes: &str) -> Option<&'static str> {
    match yes {
        "yes" => Some("no"),
        "on" => Some("off"),
        "true" => Some("false"),
        "1" => Some("0"),
        _ => None,
    }
}
