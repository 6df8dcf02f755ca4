//! Options and operands as getopt tells them apart.

use schemars::JsonSchema;
use serde::Deserialize;

use super::words::{WordPart, Words};

/// Which options of a program take a value. All others are flags.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Options {
    /// The options that take a value, with their dashes.
    pub values: Vec<String>,
    /// Long options are written with one dash, so that short ones cannot be put together.
    pub one_dash: bool,
    /// Options may follow operands.
    pub permute: bool,
}

/// An option that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given<'a> {
    /// Its name with the dashes.
    pub name: String,
    /// The word that names it.
    pub index: usize,
    /// Its value.
    pub value: Option<WordPart>,
    /// The value's text, if it is known.
    pub text: Option<&'a str>,
}

/// The words after the program's name, sorted out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments<'a> {
    /// The options.
    pub options: Vec<Given<'a>>,
    /// The operands' indexes. Where operands end the options, all words from the first operand on.
    pub operands: Vec<usize>,
    /// The `--` that ended the options.
    pub separator: Option<usize>,
    /// The first word without known text that stands where an option could be.
    pub unknown: Option<usize>,
}

impl<'a> Arguments<'a> {
    /// The last option of one of these names: the one that counts in most programs.
    pub fn last(&self, names: &[String]) -> Option<&Given<'a>> {
        self.options.iter().rev().find(|o| names.contains(&o.name))
    }

    /// Whether one of these options was given.
    pub fn has(&self, names: &[&str]) -> bool {
        self.options
            .iter()
            .any(|o| names.contains(&o.name.as_str()))
    }

    /// The last option of one of these names, named in the code.
    pub fn given(&self, names: &[&str]) -> Option<&Given<'a>> {
        self.options
            .iter()
            .rev()
            .find(|o| names.contains(&o.name.as_str()))
    }
}

impl Options {
    /// For a command whose parsing is code.
    pub fn of(values: &[&str]) -> Self {
        Self {
            values: values.iter().map(|v| v.to_string()).collect(),
            one_dash: false,
            permute: true,
        }
    }

    /// Whether an option of this name takes a value.
    pub fn takes_value(&self, name: &str) -> bool {
        self.values.iter().any(|v| v == name)
    }

    /// Sorts the words from `first` on.
    pub fn scan<'a>(&self, argv: &Words<'a>, first: usize) -> Arguments<'a> {
        self.scan_until(argv, first, &|_| false)
    }

    /// Sorts the words from `first` on; once an option for which `ends` holds was seen, the next
    /// operand ends the options even where they may follow operands.
    pub fn scan_until<'a>(
        &self,
        argv: &Words<'a>,
        first: usize,
        ends: &dyn Fn(&str) -> bool,
    ) -> Arguments<'a> {
        let mut found = Arguments::default();
        let mut permute = self.permute;
        let mut index = first;
        while index < argv.len() {
            let operand = match argv[index] {
                None => {
                    found.unknown.get_or_insert(index);
                    true
                }
                Some("--") => {
                    found.separator = Some(index);
                    found.operands.extend(index + 1..argv.len());
                    return found;
                }
                Some(word) => word.len() < 2 || !word.starts_with('-'),
            };
            if operand {
                if !permute {
                    found.operands.extend(index..argv.len());
                    return found;
                }
                found.operands.push(index);
                index += 1;
                continue;
            }
            let before = found.options.len();
            index = self.option(argv, index, &mut found.options);
            if found.options[before..].iter().any(|o| ends(&o.name)) {
                permute = false;
            }
        }
        found
    }

    /// Takes the option or the options in one word; returns the index of the next word.
    fn option<'a>(&self, argv: &Words<'a>, index: usize, to: &mut Vec<Given<'a>>) -> usize {
        let Some(Some(word)) = argv.get(index).copied() else {
            return index + 1;
        };
        if word.starts_with("--") || self.one_dash {
            if let Some((name, value)) = word.split_once('=') {
                to.push(Given {
                    name: name.to_string(),
                    index,
                    value: Some(WordPart::bytes(index, name.len() + 1..word.len())),
                    text: Some(value),
                });
                return index + 1;
            }
            return self.with_next(argv, word, index, to);
        }
        for (at, letter) in word.char_indices().skip(1) {
            let name = format!("-{letter}");
            if !self.takes_value(&name) {
                to.push(Given {
                    name,
                    index,
                    value: None,
                    text: None,
                });
                continue;
            }
            let rest = at + letter.len_utf8();
            if rest == word.len() {
                return self.with_next(argv, &name, index, to);
            }
            to.push(Given {
                name,
                index,
                value: Some(WordPart::bytes(index, rest..word.len())),
                text: word.get(rest..),
            });
            break;
        }
        index + 1
    }

    /// An option whose value, if it takes one, is the next word.
    fn with_next<'a>(
        &self,
        argv: &Words<'a>,
        name: &str,
        index: usize,
        to: &mut Vec<Given<'a>>,
    ) -> usize {
        let next = match self.takes_value(name) {
            true => argv.get(index + 1),
            false => None,
        };
        to.push(Given {
            name: name.to_string(),
            index,
            value: next.map(|_| WordPart::whole(index + 1)),
            text: next.copied().flatten(),
        });
        if next.is_some() { index + 2 } else { index + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(permute: bool, line: &str) -> (Vec<(String, Option<String>)>, Vec<usize>) {
        let options = Options {
            permute,
            ..Options::of(&["-u", "-p", "--port"])
        };
        let words: Vec<_> = line
            .split(' ')
            .map(|w| if w == "?" { None } else { Some(w) })
            .collect();
        let found = options.scan(&words, 1);
        for option in &found.options {
            if let Some(value) = &option.value {
                assert_eq!(value.text(&words), option.text);
            }
        }
        let options = found
            .options
            .into_iter()
            .map(|o| (o.name, o.text.map(str::to_string)))
            .collect();
        (options, found.operands)
    }

    #[test]
    fn options_take_their_values_in_every_spelling() {
        let some = |name: &str, value: &str| (name.to_string(), Some(value.to_string()));
        let flag = |name: &str| (name.to_string(), None);
        for (line, options, operands) in [
            ("x -p 80", vec![some("-p", "80")], vec![]),
            ("x -p80 a", vec![some("-p", "80")], vec![2]),
            ("x -vp 80 a", vec![flag("-v"), some("-p", "80")], vec![3]),
            ("x --port 80", vec![some("--port", "80")], vec![]),
            ("x --port=80", vec![some("--port", "80")], vec![]),
            ("x --port", vec![flag("--port")], vec![]),
            ("x --port ?", vec![flag("--port")], vec![]),
            ("x a -v", vec![flag("-v")], vec![1]),
            ("x -v -- -p 80", vec![flag("-v")], vec![3, 4]),
            ("x - -v", vec![flag("-v")], vec![1]),
        ] {
            assert_eq!(scan(true, line), (options, operands), "{line}");
        }
    }

    #[test]
    fn an_operand_ends_the_options_where_they_may_not_follow() {
        assert_eq!(scan(false, "x a -v").1, vec![1, 2]);
        assert_eq!(scan(false, "x ? -v").1, vec![1, 2]);
    }
}
