//! The shell's patterns: `*`, `?`, `[…]`, on text that is known.

use super::value::Value;

/// How long a text is in which a pattern with `*` is still looked for.
const LONG: usize = 4_000;

/// A pattern, its characters told apart from the quoted ones.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    Literal(char),
    Any,
    Many,
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Pattern {
    /// Adds text in which `*`, `?` and `[` are special.
    pub fn push_special(&mut self, text: &str) {
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        while at < chars.len() {
            match chars[at] {
                '*' => self.items.push(Item::Many),
                '?' => self.items.push(Item::Any),
                '[' => match set(&chars[at + 1..]) {
                    Some((item, used)) => {
                        self.items.push(item);
                        at += used;
                    }
                    None => self.items.push(Item::Literal('[')),
                },
                c => self.items.push(Item::Literal(c)),
            }
            at += 1;
        }
    }

    /// Adds text that stands for itself.
    pub fn push_literal(&mut self, text: &str) {
        self.items.extend(text.chars().map(Item::Literal));
    }

    /// Whether all of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        matches(&self.items, &text)
    }

    /// Whether a value that is not known, or not all of it, matches: none if that depends on what
    /// is not known.
    pub fn matches_unknown(&self, value: &Value) -> Option<bool> {
        if self.items.is_empty() {
            value.is_empty()
        } else {
            self.matches_prefix(&value.known_prefix())
        }
    }

    /// Whether text that begins with `prefix` and goes on in an unknown way matches: none if that
    /// depends on the rest.
    pub fn matches_prefix(&self, prefix: &str) -> Option<bool> {
        let mut prefix = prefix.chars();
        for (i, item) in self.items.iter().enumerate() {
            if *item == Item::Many {
                let any = self.items[i..].iter().all(|item| *item == Item::Many);
                return any.then_some(true);
            }
            match prefix.next() {
                None => return None,
                Some(c) if !one(item, c) => return Some(false),
                Some(_) => {}
            }
        }
        // More text than pattern.
        prefix.next().map(|_| false)
    }

    /// Whether looking for it in a text takes too long: each beginning would be compared with each
    /// end.
    pub fn is_slow_on(&self, text: &str) -> bool {
        text.len() > LONG && self.items.contains(&Item::Many)
    }

    /// Where the matching beginning of `text` ends, in bytes: the longest or the shortest.
    pub fn prefix_of(&self, text: &str, longest: bool) -> Option<usize> {
        if !self.items.contains(&Item::Many) {
            let end = boundaries(text).nth(self.items.len())?;
            return self.matches(&text[..end]).then_some(end);
        }
        let mut ends = boundaries(text).filter(|end| self.matches(&text[..*end]));
        if longest { ends.last() } else { ends.next() }
    }

    /// Where the matching end of `text` begins, in bytes: the longest or the shortest.
    pub fn suffix_of(&self, text: &str, longest: bool) -> Option<usize> {
        if !self.items.contains(&Item::Many) {
            let count = text.chars().count().checked_sub(self.items.len())?;
            let start = boundaries(text).nth(count)?;
            return self.matches(&text[start..]).then_some(start);
        }
        let mut starts = boundaries(text).filter(|start| self.matches(&text[*start..]));
        if longest {
            starts.next()
        } else {
            starts.last()
        }
    }

    /// The longest match that begins at byte `from`.
    pub fn match_at(&self, text: &str, from: usize) -> Option<usize> {
        self.prefix_of(&text[from..], true).map(|len| from + len)
    }
}

fn boundaries(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()])
}

fn one(item: &Item, c: char) -> bool {
    match item {
        Item::Literal(literal) => *literal == c,
        Item::Any | Item::Many => true,
        Item::Set { negated, ranges } => ranges.iter().any(|(a, b)| *a <= c && c <= *b) != *negated,
    }
}

/// The usual two-pointer match: on a mismatch it goes back to the last `*`, so it is never worse
/// than pattern times text.
fn matches(items: &[Item], text: &[char]) -> bool {
    let (mut i, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        if items.get(i) == Some(&Item::Many) {
            back = Some((i, t));
            i += 1;
        } else if items.get(i).is_some_and(|item| one(item, text[t])) {
            i += 1;
            t += 1;
        } else if let Some((many, from)) = back {
            i = many + 1;
            t = from + 1;
            back = Some((many, t));
        } else {
            return false;
        }
    }
    items[i..].iter().all(|item| *item == Item::Many)
}

/// The inside of `[…]`, and how many characters it takes with its bracket.
fn set(chars: &[char]) -> Option<(Item, usize)> {
    let negated = matches!(chars.first(), Some('!' | '^'));
    let start = usize::from(negated);
    let mut at = start;
    let mut ranges = Vec::new();
    loop {
        match chars.get(at)? {
            ']' if at > start => return Some((Item::Set { negated, ranges }, at + 1)),
            '[' if chars.get(at + 1) == Some(&':') => {
                let end = chars[at..].iter().position(|c| *c == ']')? + at;
                let class: String = chars[at + 2..end].iter().filter(|c| **c != ':').collect();
                match class.as_str() {
                    "digit" => ranges.push(('0', '9')),
                    "alpha" => ranges.extend([('a', 'z'), ('A', 'Z')]),
                    "alnum" => ranges.extend([('a', 'z'), ('A', 'Z'), ('0', '9')]),
                    "upper" => ranges.push(('A', 'Z')),
                    "lower" => ranges.push(('a', 'z')),
                    "space" | "blank" => ranges.extend([(' ', ' '), ('\t', '\r')]),
                    _ => return None,
                }
                at = end + 1;
            }
            c => {
                if chars.get(at + 1) == Some(&'-')
                    && chars.get(at + 2).is_some_and(|end| *end != ']')
                {
                    ranges.push((*c, chars[at + 2]));
                    at += 3;
                } else {
                    ranges.push((*c, *c));
                    at += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        let mut pattern = Pattern::default();
        pattern.push_special(text);
        pattern
    }

    #[test]
    fn patterns_match_as_in_the_shell() {
        for (text, subject, expected) in [
            ("mongo*", "mongod", true),
            ("mongo*", "redis", false),
            ("*.sh", "a.sh", true),
            ("?", "", false),
            ("[!a-c]x", "dx", true),
            ("[!a-c]x", "bx", false),
            ("[[:digit:]]*", "8080", true),
            ("[", "[", true),
            ("a*b*c", "a-b-b-c", true),
            ("-*", "", false),
        ] {
            assert_eq!(
                pattern(text).matches(subject),
                expected,
                "{text} on {subject}"
            );
        }
    }

    #[test]
    fn the_longest_and_the_shortest_are_trimmed() {
        assert_eq!(pattern("*/").prefix_of("a/b/c", false), Some(2));
        assert_eq!(pattern("*/").prefix_of("a/b/c", true), Some(4));
        assert_eq!(pattern(".*").suffix_of("a.b.c", false), Some(3));
        assert_eq!(pattern(".*").suffix_of("a.b.c", true), Some(1));
    }

    #[test]
    fn a_known_beginning_can_decide() {
        assert_eq!(pattern("-*").matches_prefix("--port="), Some(true));
        assert_eq!(pattern("redis").matches_prefix("mongo"), Some(false));
        assert_eq!(pattern("redis").matches_prefix("red"), None);
    }
}
