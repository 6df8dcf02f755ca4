//! What can be chosen about a target: each choice lays other facts over those of its file.

use std::fmt;

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::Target;

/// Something that can be chosen about a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TargetOption {
    /// Its name.
    pub name: String,
    /// What it is about, in one line.
    pub about: String,
    /// The values that it can have.
    pub values: Vec<String>,
    /// The one that it has.
    pub value: String,
}

/// A choice that a target does not offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadOption {
    target: String,
    option: String,
    /// What there is to choose from: options, or the values of this one with what was asked for.
    known: Vec<String>,
    value: Option<String>,
}

impl BadOption {
    pub(super) fn no_option(target: &Target, option: &str) -> Self {
        Self {
            target: target.name.to_string(),
            option: option.to_owned(),
            known: target.options.iter().map(|o| o.name.clone()).collect(),
            value: None,
        }
    }
}

impl fmt::Display for BadOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (target, option, known) = (&self.target, &self.option, self.known.join(", "));
        match &self.value {
            Some(value) => write!(f, "{option} of {target} cannot be {value}, only {known}"),
            None if self.known.is_empty() => write!(f, "{target} has no options, so no {option}"),
            None => write!(f, "{target} has no option {option}, only {known}"),
        }
    }
}

/// A file of facts, with what can be chosen about them.
pub(super) struct TargetFile {
    place: &'static str,
    name: String,
    facts: Table,
    options: Vec<OptionFacts>,
}

/// An option as a file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionFacts {
    name: String,
    about: String,
    default: String,
    /// The facts that each value but the default changes.
    value: Table,
}

impl OptionFacts {
    fn values(&self) -> Vec<String> {
        let others = self.value.keys().cloned();
        std::iter::once(self.default.clone())
            .chain(others)
            .collect()
    }
}

impl TargetFile {
    /// Reads a file of the program's own. One that cannot be read is a fault of the program.
    pub(super) fn read(place: &'static str, text: &str) -> Self {
        let broken = |error: toml::de::Error| -> ! { panic!("{place}: {error}") };
        let mut facts: Table = toml::from_str(text).unwrap_or_else(|error| broken(error));
        let options = match facts.remove("option") {
            Some(options) => options.try_into().unwrap_or_else(|error| broken(error)),
            None => Vec::new(),
        };
        let name = facts.get("name").and_then(Value::as_str);
        Self {
            place,
            name: name.unwrap_or_default().to_owned(),
            facts,
            options,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The target where nothing is chosen.
    pub(super) fn target(&self) -> Target {
        let chosen = self.options.iter().map(|option| TargetOption {
            name: option.name.clone(),
            about: option.about.clone(),
            values: option.values(),
            value: option.default.clone(),
        });
        self.chosen(chosen.collect())
    }

    /// A target of this file with another value of an option.
    pub(super) fn with(
        &self,
        target: &Target,
        name: &str,
        value: &str,
    ) -> Result<Target, BadOption> {
        let mut options = target.options.clone();
        let option = options.iter_mut().find(|option| option.name == name);
        let option = option.ok_or_else(|| BadOption::no_option(target, name))?;
        if !option.values.iter().any(|known| known == value) {
            return Err(BadOption {
                target: target.name.to_string(),
                option: name.to_owned(),
                known: option.values.clone(),
                value: Some(value.to_owned()),
            });
        }
        option.value = value.to_owned();
        Ok(self.chosen(options))
    }

    fn chosen(&self, options: Vec<TargetOption>) -> Target {
        let mut facts = self.facts.clone();
        for (option, chosen) in self.options.iter().zip(&options) {
            if let Some(Value::Table(changed)) = option.value.get(&chosen.value) {
                lay_over(&mut facts, changed);
            }
        }
        let target: Target = facts
            .try_into()
            .unwrap_or_else(|error| panic!("{}: {error}", self.place));
        Target { options, ..target }
    }
}

/// Lays facts over others: a table over a table changes what it names.
fn lay_over(facts: &mut Table, changed: &Table) {
    for (name, value) in changed {
        match (facts.get_mut(name), value) {
            (Some(Value::Table(old)), Value::Table(new)) => lay_over(old, new),
            _ => {
                facts.insert(name.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
kept = 1
[user]
name = "vcap"
root = false
"#;

    #[test]
    fn every_choice_makes_a_target_and_others_are_refused_with_what_there_is() {
        for target in Target::all() {
            for option in &target.options {
                for value in &option.values {
                    let chosen = target.with(&option.name, value).unwrap();
                    let found = chosen.options.iter().find(|o| o.name == option.name);
                    assert_eq!(found.map(|o| &o.value), Some(value));
                }
            }
        }
        let cf = Target::named("cf").unwrap();
        assert_eq!(
            cf.with("allow-root", "no").unwrap_err().to_string(),
            "allow-root of cf cannot be no, only true, false"
        );
        assert_eq!(
            cf.with("root", "no").unwrap_err().to_string(),
            "cf has no option root, only allow-root, no-new-privileges, health-check-type, routed"
        );
        assert_eq!(
            Target::named("diego-2015")
                .unwrap()
                .with("root", "no")
                .unwrap_err()
                .to_string(),
            "diego-2015 has no options, so no root"
        );
    }

    #[test]
    fn choices_add_up() {
        let cf = Target::named("cf").unwrap();
        assert!(cf.user.root_allowed && cf.privileges.setuid_honoured);
        let cf = cf.with("allow-root", "false").unwrap();
        let cf = cf.with("no-new-privileges", "true").unwrap();
        assert!(!cf.user.root_allowed && !cf.privileges.setuid_honoured);
    }

    #[test]
    fn a_choice_changes_the_facts_that_it_names_alone() {
        let mut facts: Table = toml::from_str(FILE).unwrap();
        let changed: Table = toml::from_str("user.root = true").unwrap();
        lay_over(&mut facts, &changed);
        assert_eq!(facts["kept"].as_integer(), Some(1));
        assert_eq!(facts["user"]["name"].as_str(), Some("vcap"));
        assert_eq!(facts["user"]["root"].as_bool(), Some(true));
    }
}
