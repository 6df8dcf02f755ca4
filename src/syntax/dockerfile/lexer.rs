//! Docker's word processing: quotes, escapes and variables, and the words that come out of it.
//! It does what BuildKit's `shell.Lex` does; the oddities are its own.

use std::ops::Range;

use super::pattern::Pattern;

/// How deeply `${a:-${b:-…}}` may be nested.
const DEEPEST: usize = 100;

/// What [`Lexer::process`] is to leave as it is.
#[derive(Clone, Copy, Default)]
pub(super) struct Keep {
    /// Quotes.
    pub quotes: bool,
    /// Escape characters.
    pub escapes: bool,
    /// Variables that are not set.
    pub unset: bool,
}

/// The word that came out of a range of the text.
pub(super) struct Word {
    pub text: String,
    pub range: Range<usize>,
}

/// What a text was processed to.
pub(super) struct Processed {
    /// All of it.
    pub text: String,
    /// The same, split at blanks that are not quoted.
    pub words: Vec<Word>,
    /// The variables that were looked up and not set, in their order, some perhaps more than once.
    pub unset: Vec<String>,
}

/// Processes a text; `lookup` gives the value of a variable.
pub(super) fn process(
    text: &str,
    escape: char,
    keep: Keep,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<Processed, String> {
    let mut lexer = Lexer {
        text,
        // A byte order mark is passed over.
        at: text.len() - text.trim_start_matches('\u{FEFF}').len(),
        escape,
        keep,
        keep_escapes: keep.escapes,
        lookup,
        depth: 0,
        words: Words::default(),
        unset: Vec::new(),
    };
    let text = lexer.until(None, keep.escapes)?;
    lexer.words.finish();
    Ok(Processed {
        text,
        words: lexer.words.list,
        unset: lexer.unset,
    })
}

/// The words so far.
#[derive(Default)]
struct Words {
    list: Vec<Word>,
    text: String,
    range: Range<usize>,
    in_word: bool,
}

impl Words {
    fn push(&mut self, text: &str, range: &Range<usize>) {
        if self.text.is_empty() {
            self.range.start = range.start;
        }
        self.range.end = range.end;
        self.text.push_str(text);
        self.in_word = true;
    }

    fn push_split(&mut self, text: &str, range: &Range<usize>) {
        for c in text.chars() {
            if !c.is_whitespace() {
                self.push(c.encode_utf8(&mut [0; 4]), range);
            } else if self.in_word && !self.text.is_empty() {
                self.finish();
            }
        }
    }

    fn finish(&mut self) {
        if !self.text.is_empty() {
            self.list.push(Word {
                text: std::mem::take(&mut self.text),
                range: self.range.clone(),
            });
            self.in_word = false;
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    escape: char,
    keep: Keep,
    keep_escapes: bool,
    lookup: &'a dyn Fn(&str) -> Option<String>,
    depth: usize,
    words: Words,
    unset: Vec<String>,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += next.map_or(0, char::len_utf8);
        next
    }

    /// Processes what comes up to `stop`, or to the end, and passes over `stop`.
    fn until(&mut self, stop: Option<char>, keep_escapes: bool) -> Result<String, String> {
        if self.depth == DEEPEST {
            return Err("substitutions are nested too deeply".into());
        }
        self.depth += 1;
        let outer = std::mem::replace(&mut self.keep_escapes, keep_escapes);
        let result = self.until_stop(stop);
        self.keep_escapes = outer;
        self.depth -= 1;
        result
    }

    fn until_stop(&mut self, stop: Option<char>) -> Result<String, String> {
        // BuildKit has one buffer for the word that it is at. A nested text empties it, so that the
        // word loses what stood before its `${…:-…}`.
        self.words.text.clear();
        let mut result = String::new();
        while let Some(c) = self.peek() {
            let start = self.at;
            if stop == Some(c) {
                self.next();
                return Ok(result);
            }
            let before = result.len();
            let mut split = false;
            match c {
                '$' => {
                    split = true;
                    result.push_str(&self.dollar()?);
                }
                '<' => self.angle(&mut result),
                '\'' => self.single_quote(&mut result)?,
                '"' => self.double_quote(&mut result)?,
                c if c == self.escape => {
                    self.next();
                    if self.keep_escapes {
                        result.push(c);
                    }
                    result.extend(self.next());
                }
                c => {
                    self.next();
                    split = true;
                    result.push(c);
                }
            }
            if stop.is_none() {
                let range = start..self.at;
                let new = &result[before..];
                if split {
                    self.words.push_split(new, &range);
                } else {
                    self.words.push(new, &range);
                }
            }
        }
        match stop {
            None => Ok(result),
            Some(stop) => Err(format!(
                "unexpected end of statement while looking for matching {stop}"
            )),
        }
    }

    /// `<`, or `<<` with the blanks behind it, which do not end the word.
    fn angle(&mut self, result: &mut String) {
        self.next();
        result.push('<');
        if self.peek() == Some('<') {
            self.next();
            result.push('<');
            while let Some(c @ (' ' | '\t' | '\r')) = self.peek() {
                self.next();
                result.push(c);
            }
        }
    }

    fn single_quote(&mut self, result: &mut String) -> Result<(), String> {
        let quoted = &self.text[self.at + 1..];
        let Some(end) = quoted.find('\'') else {
            self.at = self.text.len();
            return Err(
                "unexpected end of statement while looking for matching single-quote".into(),
            );
        };
        let (start, end) = (self.at, self.at + end + 2);
        let inside = usize::from(!self.keep.quotes);
        result.push_str(&self.text[start + inside..end - inside]);
        self.at = end;
        Ok(())
    }

    fn double_quote(&mut self, result: &mut String) -> Result<(), String> {
        let quote = self.keep.quotes.then_some('"');
        self.next();
        result.extend(quote);
        loop {
            match self.peek() {
                None => {
                    return Err(
                        "unexpected end of statement while looking for matching double-quote"
                            .into(),
                    );
                }
                Some('"') => {
                    self.next();
                    result.extend(quote);
                    return Ok(());
                }
                Some('$') => result.push_str(&self.dollar()?),
                Some(c) if c == self.escape => {
                    self.next();
                    if self.keep_escapes {
                        result.push(c);
                    }
                    match self.peek() {
                        None => {}
                        Some(next) if next == '"' || next == '$' || next == self.escape => {
                            self.next();
                            result.push(next);
                        }
                        Some(_) => result.push(c),
                    }
                }
                Some(c) => {
                    self.next();
                    result.push(c);
                }
            }
        }
    }

    /// `$name` or `${…}`.
    fn dollar(&mut self) -> Result<String, String> {
        self.next();
        if self.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok("$".into());
            }
            return Ok(match self.value(&name) {
                None if self.keep.unset => format!("${name}"),
                value => value.unwrap_or_default(),
            });
        }
        self.next();
        if matches!(self.peek(), Some('{' | '}' | ':')) {
            return Err("syntax error: bad substitution".into());
        }
        let name = self.name();
        let mut operator = self.next().ok_or("syntax error: missing '}'")?;
        match operator {
            '}' => Ok(match self.value(&name) {
                None if self.keep.unset => format!("${{{name}}}"),
                value => value.unwrap_or_default(),
            }),
            '/' => self.replacement(&name),
            ':' | '+' | '-' | '?' | '#' | '%' => {
                let colon = operator == ':';
                if colon {
                    operator = self.next().ok_or("syntax error: missing '}'")?;
                }
                self.substitution(&name, colon, operator)
            }
            _ => Err(unsupported(false, operator)),
        }
    }

    /// What stands in `${name` behind one of `-`, `+`, `?`, `#` and `%`, perhaps with a colon before
    /// that, which makes an empty value count as none.
    fn substitution(&mut self, name: &str, colon: bool, operator: char) -> Result<String, String> {
        let is_pattern = matches!(operator, '#' | '%');
        if colon && is_pattern {
            return Err(unsupported(colon, operator));
        }
        let unset_before = self.unset.len();
        let word = self.inner('}', is_pattern)?;
        let unset_in_word = self.unset.split_off(unset_before);
        let value = self.value(name);
        if self.keep.unset && value.is_none() {
            let colon = if colon { ":" } else { "" };
            return Ok(format!("${{{name}{colon}{operator}{word}}}"));
        }
        let usable = value.clone().filter(|value| !colon || !value.is_empty());
        match operator {
            '-' => Ok(usable.unwrap_or_else(|| {
                self.unset.extend(unset_in_word);
                word
            })),
            '+' => Ok(usable.map_or_else(String::new, |_| {
                self.unset.extend(unset_in_word);
                word
            })),
            '?' => usable.ok_or_else(|| match (word.is_empty(), value) {
                (false, _) => format!("{name}: {word}"),
                (true, None) => format!("{name}: is not allowed to be unset"),
                (true, Some(_)) => format!("{name}: is not allowed to be empty"),
            }),
            '#' | '%' => {
                self.unset.extend(unset_in_word);
                let shorter = word.strip_prefix(operator);
                let longest = shorter.is_some();
                let pattern = Pattern::parse(shorter.unwrap_or(&word))?;
                let value = value.unwrap_or_default();
                let rest = match operator {
                    '#' => pattern.without_prefix(&value, longest),
                    _ => pattern.without_suffix(&value, longest),
                };
                Ok(rest.to_owned())
            }
            _ => Err(unsupported(colon, operator)),
        }
    }

    /// What stands in `${name` behind `/`: a pattern, `/`, and what takes the place of its matches.
    fn replacement(&mut self, name: &str) -> Result<String, String> {
        let all = self.peek() == Some('/');
        if all {
            self.next();
        }
        let pattern = self.inner('/', true)?;
        let by = self.inner('}', true)?;
        match self.value(name) {
            None if self.keep.unset => Ok(format!("${{{name}/{pattern}/{by}}}")),
            value => Ok(Pattern::parse(&pattern)?.replace(&value.unwrap_or_default(), &by, all)),
        }
    }

    /// The text in `${…}` up to `stop`.
    fn inner(&mut self, stop: char, keep_escapes: bool) -> Result<String, String> {
        self.until(Some(stop), keep_escapes).map_err(|error| {
            if self.peek().is_some() {
                return error;
            }
            let place = if stop == '/' { " in ${}" } else { "" };
            format!("syntax error: missing '{stop}'{place}")
        })
    }

    /// The name of a variable: letters, digits and `_`; or digits alone; or one special character.
    fn name(&mut self) -> String {
        let rest = &self.text[self.at..];
        let end = match rest.chars().next() {
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
            Some(c) if c.is_numeric() => rest.find(|c: char| !c.is_numeric()).unwrap_or(rest.len()),
            _ => rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len()),
        };
        self.at += end;
        rest[..end].to_owned()
    }

    fn value(&mut self, name: &str) -> Option<String> {
        let value = (self.lookup)(name);
        if value.is_none() {
            self.unset.push(name.to_owned());
        }
        value
    }
}

fn unsupported(colon: bool, operator: char) -> String {
    let colon = if colon { ":" } else { "" };
    format!("unsupported modifier ({colon}{operator}) in substitution")
}
