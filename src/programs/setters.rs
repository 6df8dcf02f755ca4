//! Commands that put settings into configuration files.

use serde::Deserialize;

use super::words::Words;

/// A command that puts settings into a configuration file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Setter {
    /// The names of its program.
    pub names: Vec<String>,
    /// Words that it has before the settings.
    #[serde(default)]
    with: Vec<String>,
    /// It sets nothing with one of these.
    #[serde(default)]
    unless: Vec<String>,
    /// The file that it writes; `{NAME}` is a variable of the environment.
    pub file: String,
    /// Each operand is a name and a value with `=` between them; else the first is the name, and the
    /// rest its value.
    #[serde(default)]
    pairs: bool,
    /// Where the facts come from.
    pub source: String,
}

/// A setting, by the words of the command that say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Set {
    /// One word says the name and the value.
    Pair(usize),
    /// A word each.
    Named {
        /// The word with the name.
        name: usize,
        /// The word with the value.
        value: usize,
    },
}

impl Setter {
    /// What it sets with these words.
    pub fn sets(&self, argv: &Words) -> Vec<Set> {
        let told = |wanted: &String| argv.iter().flatten().any(|word| word == wanted);
        if !self.with.iter().all(told) || self.unless.iter().any(told) {
            return Vec::new();
        }
        let is_operand = |word: &Option<&str>| match word {
            Some(word) => !word.starts_with('-') && !self.with.iter().any(|own| own == word),
            None => true,
        };
        let words = argv.iter().enumerate().skip(1);
        let operands = words.filter(|(_, word)| is_operand(word));
        let operands: Vec<usize> = operands.map(|(at, _)| at).collect();
        match (self.pairs, operands.as_slice()) {
            (true, operands) => operands.iter().map(|at| Set::Pair(*at)).collect(),
            (false, [name, value]) => vec![Set::Named {
                name: *name,
                value: *value,
            }],
            _ => Vec::new(),
        }
    }

    /// The file, with what its variables come to.
    pub fn path(&self, variable: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let Some((before, rest)) = self.file.split_once('{') else {
            return Some(self.file.clone());
        };
        let (name, behind) = rest.split_once('}')?;
        Some(format!("{before}{}{behind}", variable(name)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::programs;

    fn sets(line: &str) -> Vec<Set> {
        let words: Vec<Option<&str>> = line.split(' ').map(Some).collect();
        let setters = programs().setters(&words);
        setters.flat_map(|setter| setter.sets(&words)).collect()
    }

    #[test]
    fn settings_are_pairs_or_a_name_and_a_value() {
        let named = Set::Named { name: 3, value: 4 };
        assert_eq!(sets("taskd config --force server 0.0.0.0:53589"), [named]);
        assert_eq!(sets("taskd server --data /x"), []);
        let pairs = [Set::Pair(2), Set::Pair(3)];
        assert_eq!(sets("postconf -e inet_interfaces=all mydomain=x"), pairs);
        assert_eq!(sets("postconf -M smtp/inet=x"), []);
    }
}
