//! Commands that put settings into configuration files.

use serde::Deserialize;

use super::options::Options;
use super::words::Words;

/// A command that puts settings into a configuration file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Setter {
    /// The names of its program.
    pub names: Vec<String>,
    /// Its first operands.
    #[serde(default)]
    with: Vec<String>,
    /// It sets nothing with one of these words.
    #[serde(default)]
    unless: Vec<String>,
    /// The file that it writes.
    file: String,
    /// The folder of the file, unless an option names one; `{NAME}` is a variable of the environment.
    folder: String,
    /// The options that name the folder.
    #[serde(default)]
    folder_options: Vec<String>,
    /// Each operand is a name and a value with `=` between them; else there are one name and one value.
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
    /// What it sets with these words, and in which file; none where that is not known.
    pub fn sets(
        &self,
        argv: &Words,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Option<(String, Vec<Set>)> {
        if argv
            .iter()
            .flatten()
            .any(|word| self.unless.iter().any(|own| own == word))
        {
            return None;
        }
        let options = Options {
            values: self.folder_options.clone(),
            permute: true,
            ..Options::default()
        };
        let arguments = options.scan(argv, 1);
        let (first, operands) = arguments.operands.split_at_checked(self.with.len())?;
        let is_told = |(at, own): (&usize, &String)| argv[*at] == Some(own.as_str());
        if !first.iter().zip(&self.with).all(is_told) {
            return None;
        }
        let is_pair = |at: &&usize| argv[**at].is_some_and(|word| word.contains('='));
        let sets: Vec<Set> = match (self.pairs, operands) {
            (true, operands) => {
                let pairs = operands.iter().filter(is_pair);
                pairs.map(|at| Set::Pair(*at)).collect()
            }
            (false, [name, value]) => vec![Set::Named {
                name: *name,
                value: *value,
            }],
            _ => Vec::new(),
        };
        let folder = match arguments.last(&self.folder_options) {
            Some(option) => option.text?.to_owned(),
            None => match self.folder.strip_prefix('{') {
                Some(name) => variable(name.trim_end_matches('}'))?,
                None => self.folder.clone(),
            },
        };
        let path = format!("{}/{}", folder.trim_end_matches('/'), self.file);
        (!sets.is_empty()).then_some((path, sets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::programs;

    fn sets(line: &str) -> Option<(String, Vec<Set>)> {
        let words: Vec<Option<&str>> = line.split(' ').map(Some).collect();
        let variable = |name: &str| (name == "TASKDDATA").then(|| "/srv/tasks".to_owned());
        let mut setters = programs().setters(&words);
        setters.find_map(|setter| setter.sets(&words, &variable))
    }

    #[test]
    fn settings_are_pairs_or_a_name_and_a_value() {
        let named = |name, value| vec![Set::Named { name, value }];
        let file = |path: &str, sets| Some((path.to_owned(), sets));
        assert_eq!(
            sets("taskd config --force server 0.0.0.0:53589"),
            file("/srv/tasks/config", named(3, 4))
        );
        assert_eq!(
            sets("taskd config --data /x --force config yes"),
            file("/x/config", named(5, 6))
        );
        assert_eq!(sets("taskd server --data /x"), None);
        assert_eq!(
            sets("postconf -e inet_interfaces=all mydomain=x"),
            file("/etc/postfix/main.cf", vec![Set::Pair(2), Set::Pair(3)])
        );
        assert_eq!(
            sets("postconf -c /srv/mail mydomain=x"),
            file("/srv/mail/main.cf", vec![Set::Pair(3)])
        );
        // It asks.
        assert_eq!(sets("postconf inet_interfaces"), None);
        assert_eq!(sets("postconf -M smtp/inet=x"), None);
    }
}
