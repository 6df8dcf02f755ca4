//! `sed` in the mind: what its commonest commands make of a text that is known.
//!
//! `s`, `d`, `a`, `i` and `c`, with a line's number, `$` or a pattern before them. What comes out of
//! anything else is not known.

use regex::{Regex, RegexBuilder};

use crate::eval::{Reason, Value};
use crate::programs::Words;

/// The longest pattern that is tried: whoever writes such a thing has no configuration in mind.
const LONGEST_PATTERN: usize = 2_000;
/// How much memory a pattern may take.
const MOST_MEMORY: usize = 1 << 20;

/// A call of `sed`.
#[derive(Debug)]
pub(super) struct Sed {
    /// Whether it writes the files that it reads.
    pub(super) in_place: bool,
    /// The words that are files.
    pub(super) files: Vec<usize>,
    /// What it does, if all of that is understood.
    edits: Option<Vec<Edit>>,
}

#[derive(Debug)]
struct Edit {
    from: Option<Address>,
    to: Option<Address>,
    negated: bool,
    does: Does,
}

#[derive(Debug)]
enum Address {
    Line(usize),
    Last,
    Pattern(Regex),
}

#[derive(Debug)]
enum Does {
    Substitute {
        pattern: Regex,
        with: Vec<Part>,
        everywhere: bool,
    },
    Delete,
    Append(Value),
    Insert(Value),
    Change(Value),
    Nothing,
}

/// A part of what comes in the place of what was found.
#[derive(Debug)]
enum Part {
    Text(Value),
    /// What was found, or a group of it.
    Group(usize),
}

impl Sed {
    /// Reads the words of a call.
    pub(super) fn read(words: &Words, argv: &[Value]) -> Self {
        let mut sed = Self {
            in_place: false,
            files: Vec::new(),
            edits: None,
        };
        let mut extended = false;
        let mut understood = true;
        let mut scripts: Vec<Option<Value>> = Vec::new();
        let mut operands = Vec::new();
        let mut index = 1;
        while index < words.len() {
            let Some(word) = words[index] else {
                operands.push(index);
                index += 1;
                continue;
            };
            if let Some(long) = word.strip_prefix("--") {
                match long.split_once('=').map_or(long, |(name, _)| name) {
                    "in-place" => sed.in_place = true,
                    "regexp-extended" => extended = true,
                    "expression" if long.contains('=') => {
                        scripts.push(argv.get(index).map(|word| word.without_prefix(13)))
                    }
                    "expression" => {
                        index += 1;
                        scripts.push(argv.get(index).cloned());
                    }
                    "separate" | "follow-symlinks" | "posix" | "sandbox" => {}
                    _ => understood = false,
                }
            } else if word.len() > 1 && word.starts_with('-') {
                for (at, letter) in word.char_indices().skip(1) {
                    match letter {
                        'i' => {
                            // What follows is the ending of a copy that is kept.
                            sed.in_place = true;
                            break;
                        }
                        'r' | 'E' => extended = true,
                        'e' if at + 1 < word.len() => {
                            scripts.push(argv.get(index).map(|word| word.without_prefix(at + 1)));
                            break;
                        }
                        'e' => {
                            index += 1;
                            scripts.push(argv.get(index).cloned());
                        }
                        's' | 'u' => {}
                        _ => {
                            understood = false;
                            break;
                        }
                    }
                }
            } else {
                operands.push(index);
            }
            index += 1;
        }
        if scripts.is_empty() && !operands.is_empty() {
            scripts.push(argv.get(operands.remove(0)).cloned());
        }
        sed.files = operands;
        let edits: Option<Vec<Vec<Edit>>> = scripts
            .into_iter()
            .map(|script| Script::new(script?, extended)?.edits())
            .collect();
        sed.edits = edits
            .filter(|_| understood)
            .map(|edits| edits.into_iter().flatten().collect());
        sed
    }

    /// What becomes of a text, which ends in a line's end; none if that is not known.
    pub(super) fn edit(&self, value: &Value) -> Option<Value> {
        let edits = self.edits.as_ref()?;
        let text = value.known()?;
        let count = text.lines().count();
        let mut out = Value::default();
        let mut open = vec![false; edits.len()];
        let (mut kept, mut at) = (0, 0);
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let bare = line.trim_end_matches('\n');
            let (start, end) = (at, at + bare.len());
            at += line.len();
            // What becomes of the line, once anything does.
            let mut space: Option<Value> = None;
            let (mut deleted, mut before, mut behind) = (false, Vec::new(), Vec::new());
            for (edit, open) in edits.iter().zip(&mut open) {
                let changed = match &space {
                    Some(space) => Some(space.known()?),
                    None => None,
                };
                let now = changed.as_deref().unwrap_or(bare);
                if !edit.applies(open, number + 1, number + 1 == count, now) {
                    continue;
                }
                match &edit.does {
                    Does::Substitute {
                        pattern,
                        with,
                        everywhere,
                    } if pattern.is_match(now) => {
                        let old = match space.take() {
                            Some(space) => space,
                            None => value.slice(start..end)?,
                        };
                        space = substituted(&old, now, pattern, with, *everywhere);
                        space.as_ref()?;
                    }
                    Does::Delete => deleted = true,
                    Does::Change(text) => {
                        deleted = true;
                        behind.push(text.clone());
                    }
                    Does::Append(text) => behind.push(text.clone()),
                    Does::Insert(text) => before.push(text.clone()),
                    Does::Substitute { .. } | Does::Nothing => {}
                }
                if deleted {
                    break;
                }
            }
            if !deleted && space.is_none() && before.is_empty() && behind.is_empty() {
                continue;
            }
            out.push(value.slice(kept..start)?);
            kept = at;
            let own = match (deleted, space) {
                (true, _) => None,
                (false, Some(space)) => Some(space),
                (false, None) => Some(value.slice(start..end)?),
            };
            for text in before.into_iter().chain(own).chain(behind) {
                out.push(text);
                out.push_known("\n", None, false);
            }
        }
        out.push(value.slice(kept..text.len())?);
        Some(out)
    }

    /// What it puts into a text that is not known, if it finds what it looks for: a line for each.
    pub(super) fn puts(&self) -> Value {
        let mut out = Value::default();
        for edit in self.edits.iter().flatten() {
            match &edit.does {
                Does::Substitute { with, .. } => {
                    for part in with {
                        match part {
                            Part::Text(text) => out.push(text.clone()),
                            Part::Group(_) => out.push(Value::unknown(Reason::Output)),
                        }
                    }
                }
                Does::Append(text) | Does::Insert(text) | Does::Change(text) => {
                    out.push(text.clone());
                }
                Does::Delete | Does::Nothing => continue,
            }
            out.push_known("\n", None, false);
        }
        out
    }
}

impl Edit {
    fn applies(&self, open: &mut bool, number: usize, last: bool, line: &str) -> bool {
        let Some(from) = &self.from else {
            return !self.negated;
        };
        let hit = match &self.to {
            None => from.is(number, last, line),
            Some(to) if *open => {
                *open = !to.is(number, last, line);
                true
            }
            Some(to) => {
                let starts = from.is(number, last, line);
                let over = matches!(to, Address::Line(line) if *line <= number);
                *open = starts && !over;
                starts
            }
        };
        hit != self.negated
    }
}

impl Address {
    fn is(&self, number: usize, last: bool, line: &str) -> bool {
        match self {
            Address::Line(wanted) => *wanted == number,
            Address::Last => last,
            Address::Pattern(pattern) => pattern.is_match(line),
        }
    }
}

fn substituted(
    space: &Value,
    text: &str,
    pattern: &Regex,
    with: &[Part],
    everywhere: bool,
) -> Option<Value> {
    let mut out = Value::default();
    let mut at = 0;
    let most = if everywhere { usize::MAX } else { 1 };
    for found in pattern.captures_iter(text).take(most) {
        let whole = found.get(0)?;
        out.push(space.slice(at..whole.start())?);
        for part in with {
            match part {
                Part::Text(text) => out.push(text.clone()),
                Part::Group(group) => {
                    if let Some(group) = found.get(*group) {
                        out.push(space.slice(group.range())?);
                    }
                }
            }
        }
        at = whole.end();
    }
    out.push(space.slice(at..text.len())?);
    Some(out)
}

/// A script while it is read.
struct Script {
    value: Value,
    text: String,
    at: usize,
    extended: bool,
}

impl Script {
    fn new(value: Value, extended: bool) -> Option<Self> {
        // A part that is not known is a character that nobody writes: what it comes to is not known.
        let mut known = Value::default();
        for piece in value.pieces() {
            match piece {
                crate::eval::Piece::Known {
                    text,
                    origin,
                    exact,
                } => known.push_known(text, *origin, *exact),
                crate::eval::Piece::Unknown(_) => known.push_known("$\u{fffc}", None, false),
            }
        }
        let text = known.known()?;
        Some(Self {
            value: known,
            text,
            at: 0,
            extended,
        })
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn skip(&mut self, what: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&what) {
            self.next();
        }
    }

    fn edits(mut self) -> Option<Vec<Edit>> {
        let mut found = Vec::new();
        loop {
            self.skip(|c| c.is_whitespace() || c == ';');
            if self.peek().is_none() {
                return Some(found);
            }
            if self.peek() == Some('#') {
                self.skip(|c| c != '\n');
                continue;
            }
            found.push(self.edit()?);
        }
    }

    fn edit(&mut self) -> Option<Edit> {
        let from = self.address()?;
        let mut to = None;
        if from.is_some() && self.peek() == Some(',') {
            self.next();
            to = Some(self.address()??);
        }
        self.skip(char::is_whitespace);
        let negated = self.peek() == Some('!');
        if negated {
            self.next();
            self.skip(char::is_whitespace);
        }
        let does = match self.next()? {
            's' => self.substitute()?,
            'd' => Does::Delete,
            'p' => Does::Nothing,
            'a' => Does::Append(self.line()?),
            'i' => Does::Insert(self.line()?),
            'c' => Does::Change(self.line()?),
            _ => return None,
        };
        Some(Edit {
            from,
            to,
            negated,
            does,
        })
    }

    /// An address, if one stands here; the outer none is one that is not understood.
    fn address(&mut self) -> Option<Option<Address>> {
        match self.peek() {
            Some('$') if !self.text[self.at..].starts_with("$\u{fffc}") => {
                self.next();
                Some(Some(Address::Last))
            }
            Some(c) if c.is_ascii_digit() => {
                let start = self.at;
                self.skip(|c| c.is_ascii_digit());
                Some(Some(Address::Line(
                    self.text.get(start..self.at)?.parse().ok()?,
                )))
            }
            Some('/' | '\\') => {
                if self.next()? == '\\' {
                    self.next()?;
                }
                let delimiter = self.text[..self.at].chars().next_back()?;
                let range = self.until(delimiter)?;
                let insensitive = self.peek() == Some('I');
                if insensitive {
                    self.next();
                }
                let pattern = self.pattern(range, delimiter, insensitive)?;
                Some(Some(Address::Pattern(pattern)))
            }
            _ => Some(None),
        }
    }

    /// The bytes up to a delimiter, which is passed over; a bracket's are none.
    fn until(&mut self, delimiter: char) -> Option<std::ops::Range<usize>> {
        let start = self.at;
        loop {
            let here = self.at;
            match self.next()? {
                c if c == delimiter => return Some(start..here),
                '\\' => drop(self.next()?),
                _ => {}
            }
        }
    }

    fn pattern(
        &self,
        range: std::ops::Range<usize>,
        delimiter: char,
        insensitive: bool,
    ) -> Option<Regex> {
        let text = self.text.get(range)?;
        if text.contains('\u{fffc}') || text.len() > LONGEST_PATTERN {
            return None;
        }
        let text = translated(text, delimiter, self.extended)?;
        RegexBuilder::new(&text)
            .case_insensitive(insensitive)
            .size_limit(MOST_MEMORY)
            .build()
            .ok()
    }

    fn substitute(&mut self) -> Option<Does> {
        let delimiter = self.next()?;
        let pattern = self.until(delimiter)?;
        let with = self.until(delimiter)?;
        let start = self.at;
        self.skip(|c| c.is_ascii_alphanumeric());
        let flags = self.text.get(start..self.at)?;
        if !flags.chars().all(|c| matches!(c, 'g' | 'i' | 'I' | '1')) {
            return None;
        }
        let (everywhere, insensitive) = (flags.contains('g'), flags.contains(['i', 'I']));
        Some(Does::Substitute {
            pattern: self.pattern(pattern, delimiter, insensitive)?,
            with: self.replacement(with)?,
            everywhere,
        })
    }

    fn replacement(&self, range: std::ops::Range<usize>) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        let mut text = Value::default();
        let mut characters = self.text.get(range.clone())?.char_indices();
        while let Some((at, c)) = characters.next() {
            let at = range.start + at;
            let group = match c {
                '&' => Some(0),
                '\\' => {
                    let (_, escaped) = characters.next()?;
                    match escaped {
                        '0'..='9' => escaped.to_digit(10).map(|digit| digit as usize),
                        'n' => {
                            text.push_known("\n", None, false);
                            None
                        }
                        't' => {
                            text.push_known("\t", None, false);
                            None
                        }
                        'L' | 'U' | 'l' | 'u' | 'E' => return None,
                        _ => {
                            text.push(self.value.slice(at + 1..at + 1 + escaped.len_utf8())?);
                            None
                        }
                    }
                }
                _ => {
                    text.push(self.value.slice(at..at + c.len_utf8())?);
                    None
                }
            };
            if let Some(group) = group {
                parts.push(Part::Text(std::mem::take(&mut text)));
                parts.push(Part::Group(group));
            }
        }
        parts.push(Part::Text(text));
        Some(parts)
    }

    /// The text behind `a`, `i` or `c`, up to the end of the line.
    fn line(&mut self) -> Option<Value> {
        self.skip(|c| c == ' ' || c == '\t');
        if self.peek() == Some('\\') {
            self.next();
            self.skip(|c| c == ' ' || c == '\t');
            if self.peek() == Some('\n') {
                self.next();
            }
        }
        let start = self.at;
        self.skip(|c| c != '\n');
        self.value.slice(start..self.at)
    }
}

/// A pattern of POSIX's, basic or extended, in the words of the crate. None where the two differ.
fn translated(pattern: &str, delimiter: char, extended: bool) -> Option<String> {
    let mut out = String::new();
    let mut characters = pattern.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => {
                let (_, escaped) = characters.next()?;
                match escaped {
                    '(' | ')' | '{' | '}' | '+' | '?' | '|' if !extended => out.push(escaped),
                    's' | 'S' | 'w' | 'W' | 'b' | 'B' | 'n' | 't' => out.extend(['\\', escaped]),
                    '<' | '>' => out.push_str("\\b"),
                    '0'..='9' => return None,
                    c if c == delimiter
                        && c.is_ascii_punctuation()
                        && !".*[]^$+?(){}|\\".contains(c) =>
                    {
                        out.push_str(&regex::escape(&c.to_string()));
                    }
                    other => out.push_str(&regex::escape(&other.to_string())),
                }
            }
            '[' => {
                out.push('[');
                let mut first = true;
                if characters.next_if(|(_, c)| *c == '^').is_some() {
                    out.push('^');
                }
                loop {
                    let (_, inner) = characters.next()?;
                    match inner {
                        ']' if !first => break,
                        '[' if pattern.get(at..)?.contains("[:")
                            && characters.peek().is_some_and(|(_, c)| *c == ':') =>
                        {
                            out.push('[');
                            loop {
                                let (_, c) = characters.next()?;
                                out.push(c);
                                if c == ']' {
                                    break;
                                }
                            }
                        }
                        '\\' | '[' | ']' | '&' | '~' => out.extend(['\\', inner]),
                        _ => out.push(inner),
                    }
                    first = false;
                }
                out.push(']');
            }
            '(' | ')' | '{' | '}' | '+' | '?' | '|' if !extended => {
                out.push_str(&regex::escape(&c.to_string()));
            }
            '^' if !extended && !(at == 0 || out.ends_with('(') || out.ends_with('|')) => {
                out.push_str("\\^");
            }
            '$' if !extended
                && !(at + 1 == pattern.len() || pattern[at + 1..].starts_with("\\)")) =>
            {
                out.push_str("\\$");
            }
            '*' if out.is_empty() || out == "^" || (out.ends_with('(') && !extended) => {
                out.push_str("\\*");
            }
            other => out.push(other),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(line: &[&str], text: &str) -> Option<String> {
        let words: Vec<Option<&str>> = line.iter().map(|word| Some(*word)).collect();
        let argv: Vec<Value> = line.iter().map(|word| Value::text(word)).collect();
        Sed::read(&words, &argv).edit(&Value::text(text))?.known()
    }

    #[test]
    fn what_configurations_are_edited_with_is_understood() {
        for (line, text, expected) in [
            (
                &["sed", "-i", "s/80/8080/", "f"][..],
                "Listen 80\n80 80\n",
                "Listen 8080\n8080 80\n",
            ),
            (&["sed", "-i", "s/80/8080/g", "f"], "80 80\n", "8080 8080\n"),
            (
                &["sed", "-i", "s/^bind/#bind/", "f"],
                "bind x\na bind\n",
                "#bind x\na bind\n",
            ),
            (
                &["sed", "-i", r"s/^\(bind .*\)$/# \1/", "f"],
                "bind x\n",
                "# bind x\n",
            ),
            (
                &["sed", "-ri", "s/^#?(port) [0-9]+/\\1 1/", "f"],
                "#port 22\n",
                "port 1\n",
            ),
            (
                &["sed", "-e", "s|a/b|c|", "-e", "s,c,d&,", "f"],
                "a/b\n",
                "dc\n",
            ),
            (&["sed", "-i.bak", "/^bind/d", "f"], "a\nbind x\n", "a\n"),
            (&["sed", "--in-place", "-e", "$ a b", "f"], "a\n", "a\nb\n"),
            (
                &["sed", "-i", "/\\[x\\]/a y", "f"],
                "[x]\nz\n",
                "[x]\ny\nz\n",
            ),
            (&["sed", "-i", "2,3d;s/1/0/", "f"], "1\n2\n3\n4\n", "0\n4\n"),
            (
                &["sed", "-i", "/a/,/b/s/x/y/", "f"],
                "x\na x\nx\nb x\nx\n",
                "x\na y\ny\nb y\nx\n",
            ),
            (
                &["sed", "-i", "s/[[:space:]]*=.*/=1/I", "f"],
                "a  = 2\n",
                "a=1\n",
            ),
            (
                &["sed", "-i", "s/*:80/*:8080/", "f"],
                "<V *:80>\n",
                "<V *:8080>\n",
            ),
            (&["sed", "-i", "/a/!d", "f"], "a\nb\n", "a\n"),
            (&["sed", "-i", "/b/c\\bind 1", "f"], "a\nb\n", "a\nbind 1\n"),
            (&["sed", "-i", "s/a{1}/b/", "f"], "a{1}\n", "b\n"),
        ] {
            assert_eq!(edited(line, text).as_deref(), Some(expected), "{line:?}");
        }
    }

    #[test]
    fn what_is_not_understood_leaves_a_text_that_is_not_known() {
        for line in [
            &["sed", "-i", "y/a/b/", "f"][..],
            &["sed", "-i", "-f", "x", "f"],
            &["sed", "-i", "s/a/b", "f"],
            &["sed", "-i", "s/\\(a\\)\\1/b/", "f"],
            &["sed", "-i", "/a/{s/b/c/}", "f"],
            &["sed", "-n", "s/a/b/p", "f"],
            &["sed", "-i", "s/a/\\Ub/", "f"],
            &["sed", "-i", "/", "f"],
            &["sed", "-i", "s", "f"],
            &["sed", "-i", "[", "f"],
        ] {
            assert_eq!(edited(line, "a\n"), None, "{line:?}");
        }
    }

    #[test]
    fn a_replacement_stands_where_the_command_has_it() {
        let word = "s/80/8080/";
        let origin = crate::source::Origin {
            source: crate::source::SourceId(0),
            span: crate::source::Span::new(100, 110),
        };
        let argv = [
            Value::text("sed"),
            Value::text("-i"),
            Value::written(word, origin, true),
            Value::text("f"),
        ];
        let words = [Some("sed"), Some("-i"), Some(word), Some("f")];
        let text = Sed::read(&words, &argv)
            .edit(&Value::text("Listen 80\n"))
            .expect("a text");
        let port = text.slice(7..11).expect("a part");
        assert_eq!(port.known().as_deref(), Some("8080"));
        let place = port.origin().expect("a place");
        assert_eq!((place.span.start, place.span.end), (105, 109));
    }
}
