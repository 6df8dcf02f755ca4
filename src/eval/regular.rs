//! `[[ text =~ expression ]]`: extended regular expressions, as far as they mean the same here.

use regex_automata::meta::Regex;
use regex_automata::util::syntax;

/// How much memory an expression takes at most.
const MOST_BYTES: usize = 1 << 18;

/// An expression in the notation of our own engine, put together from what the script has in quotes
/// and what not.
#[derive(Default)]
pub(super) struct Expression {
    text: String,
    /// Something that the two notations do not share, or that is not known.
    unsure: bool,
    /// Which alternative matched, and so what the groups hold, is settled otherwise by POSIX.
    alternatives: bool,
}

/// What a match comes to.
pub(super) enum Found {
    /// It does not match.
    No,
    /// It matches; the whole and its groups, where they are sure.
    Yes(Option<Vec<String>>),
}

impl Expression {
    /// Adds text that stands for itself.
    pub(super) fn push_literal(&mut self, text: &str) {
        for c in text.chars() {
            if !c.is_alphanumeric() && c.is_ascii() && !c.is_ascii_control() && c != ' ' {
                self.text.push('\\');
            }
            self.text.push(c);
        }
    }

    /// Adds an expression.
    pub(super) fn push_special(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        let mut before = ' ';
        while let Some(c) = chars.next() {
            match c {
                '[' => {
                    let mut inside = String::new();
                    let negated = chars.next_if_eq(&'^').is_some();
                    let mut class = false;
                    loop {
                        let Some(c) = chars.next() else {
                            self.unsure = true;
                            return;
                        };
                        match c {
                            ']' if !inside.is_empty() && !class => break,
                            '[' if matches!(chars.peek(), Some(':')) => {
                                class = true;
                                inside.push('[');
                            }
                            '[' if matches!(chars.peek(), Some('.' | '=')) => {
                                self.unsure = true;
                                return;
                            }
                            ']' if class => {
                                class = false;
                                inside.push(']');
                            }
                            ']' | '[' | '\\' | '&' | '~' | '^' => {
                                inside.push('\\');
                                inside.push(c);
                            }
                            c => inside.push(c),
                        }
                    }
                    self.text.push('[');
                    if negated {
                        self.text.push('^');
                    }
                    self.text.push_str(&inside);
                    self.text.push(']');
                }
                '\\' => match chars.next() {
                    Some(c @ ('w' | 'W' | 's' | 'S' | 'b' | 'B')) => {
                        self.text.push('\\');
                        self.text.push(c);
                    }
                    Some(c) if c.is_alphanumeric() || matches!(c, '<' | '>' | '`' | '\'') => {
                        self.unsure = true;
                    }
                    Some(c) => self.push_literal(c.encode_utf8(&mut [0; 4])),
                    None => self.unsure = true,
                },
                // Here they would ask for the shortest match, or for a group of another kind.
                '?' | '+' | '*' if matches!(before, '*' | '+' | '?' | '}' | '(') => {
                    self.unsure = true;
                }
                c => {
                    self.alternatives |= c == '|';
                    self.text.push(c);
                }
            }
            before = if c == '\\' { ' ' } else { c };
        }
    }

    /// Notes that a part of the expression is not known.
    pub(super) fn push_unknown(&mut self) {
        self.unsure = true;
    }

    /// Looks for it in a text; none if it is not known what the shell would find.
    pub(super) fn find(&self, text: &str) -> Option<Found> {
        if self.unsure {
            return None;
        }
        let config = Regex::config()
            .nfa_size_limit(Some(MOST_BYTES))
            .onepass_size_limit(Some(MOST_BYTES))
            .hybrid_cache_capacity(MOST_BYTES);
        // A line end is a character like others.
        let options = syntax::Config::new().dot_matches_new_line(true);
        let regex = Regex::builder()
            .configure(config)
            .syntax(options)
            .build(&self.text)
            .ok()?;
        let mut captures = regex.create_captures();
        regex.captures(text, &mut captures);
        if !captures.is_match() {
            return Some(Found::No);
        }
        let groups = captures.iter().map(|group| {
            let range = group.map(|span| span.range()).unwrap_or_default();
            text.get(range).unwrap_or_default().to_owned()
        });
        Some(Found::Yes((!self.alternatives).then(|| groups.collect())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(expression: &str, text: &str) -> Option<Option<Vec<String>>> {
        let mut built = Expression::default();
        built.push_special(expression);
        match built.find(text)? {
            Found::No => Some(None),
            Found::Yes(groups) => Some(Some(groups.unwrap_or_default())),
        }
    }

    #[test]
    fn what_scripts_ask_is_answered() {
        for (expression, text, expected) in [
            ("^[0-9]+$", "8080", true),
            ("^[0-9]+$", "80x", false),
            ("^(true|yes|1)$", "yes", true),
            ("^[[:space:]]*$", " \t", true),
            ("^[]a]$", "]", true),
            ("[\\.]", "a\\b", true),
            ("a\\.b", "axb", false),
            ("^-", "--x", true),
            ("^https?://[^/]+/", "http://h/p", true),
            ("^.{2,3}$", "abcd", false),
            ("", "x", true),
        ] {
            let found = find(expression, text).map(|groups| groups.is_some());
            assert_eq!(found, Some(expected), "{expression} {text}");
        }
        let groups = find("^([a-z]+):([0-9]*)(x)?$", "db:5").flatten();
        assert_eq!(groups.unwrap_or_default(), ["db:5", "db", "5", ""]);
    }

    #[test]
    fn what_the_notations_do_not_share_is_left_open() {
        for expression in ["\\d+", "a+?", "(?i)x", "[", "(", "[[.a.]]", "\\<x"] {
            assert!(find(expression, "x").is_none(), "{expression}");
        }
    }
}
