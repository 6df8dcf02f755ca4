//! One logical line: keyword, flags, arguments.

use std::ops::Range;

use super::arguments::{self, Context};
use super::keyword::keyword;
use super::words::{is_separator, trimmed};
use super::{Flag, Instruction, Text};
use crate::syntax::Joined;

/// Reads a logical line. Its heredocs, its lines and the end of its span are for the caller to fill
/// in, who knows them.
pub(super) fn read(line: &Joined, context: &mut Context) -> Instruction {
    let text = line.text();
    let all = trimmed(text);
    let keyword_end = text[all.clone()]
        .find(is_separator)
        .map_or(all.end, |at| all.start + at);
    let rest = text[keyword_end..all.end].trim_start_matches(is_separator);
    let (flags, arguments) = flags(line, all.end - rest.len()..all.end, context.escape);
    let keyword_range = all.start..keyword_end;
    let keyword = keyword(&text[keyword_range.clone()]);
    let text = line.slice(arguments);
    let keyword_span = line.span(keyword_range);
    Instruction {
        arguments: arguments::read(&keyword, &text, keyword_span, context),
        keyword,
        keyword_span,
        span: keyword_span.to(text.span(0..text.text().len())),
        first_line: 0,
        last_line: 0,
        flags,
        text,
        heredocs: Vec::new(),
    }
}

/// The words in a range that begin with `--`, up to a `--` alone or a word of another kind, and the
/// range of what follows.
fn flags(line: &Joined, range: Range<usize>, escape: char) -> (Vec<Flag>, Range<usize>) {
    let text = line.text();
    let mut flags = Vec::new();
    let mut at = range.start;
    loop {
        at = range.end - text[at..range.end].trim_start().len();
        if !text[at..range.end].starts_with("--") {
            return (flags, at..range.end);
        }
        let (end, flag) = flag(line, at..range.end, escape);
        at = end;
        match flag {
            Some(flag) => flags.push(flag),
            None => {
                let rest = text[at..range.end].trim_start();
                return (flags, range.end - rest.len()..range.end);
            }
        }
    }
}

/// The flag that a range begins with, and its end. Quotes and escape characters are no part of it.
/// None if it is `--`.
fn flag(line: &Joined, range: Range<usize>, escape: char) -> (usize, Option<Flag>) {
    let mut word = String::new();
    let mut equals = None;
    let mut quote = None;
    let mut end = range.end;
    let mut chars = line.text()[range.clone()].char_indices();
    while let Some((at, mut c)) = chars.next() {
        let at = range.start + at;
        match quote {
            None if c.is_ascii_whitespace() || c == '\u{B}' => {
                end = at;
                break;
            }
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                continue;
            }
            Some(open) if c == open => {
                quote = None;
                continue;
            }
            _ => {}
        }
        if c == escape {
            match chars.next() {
                Some((_, next)) => c = next,
                None => break,
            }
        }
        if c == '=' && equals.is_none() {
            equals = Some((at + 1, word.len()));
        }
        word.push(c);
    }
    if word == "--" {
        return (end, None);
    }
    let (name, value) = match equals {
        Some((at, name_end)) => (
            &word[..name_end],
            Some(Text {
                text: word[name_end + 1..].to_owned(),
                span: line.span(at..end),
            }),
        ),
        None => (word.as_str(), None),
    };
    let flag = Flag {
        name: name.strip_prefix("--").unwrap_or(name).to_owned(),
        value,
        span: line.span(range.start..end),
    };
    (end, Some(flag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn read_flags(text: &str) -> (Vec<(String, Option<String>)>, &str) {
        let (flags, rest) = flags(&Joined::whole(text, 0), 0..text.len(), '\\');
        let flags = flags.into_iter();
        let flags = flags.map(|flag| (flag.name, flag.value.map(|v| v.text)));
        (flags.collect(), &text[rest])
    }

    #[test]
    fn flags_end_where_a_word_is_none() {
        for (text, expected, rest) in [
            ("--from=a b c", vec![("from", Some("a"))], "b c"),
            (
                "--link  --chown=1:2 a --b",
                vec![("link", None), ("chown", Some("1:2"))],
                "a --b",
            ),
            ("--a -- --b", vec![("a", None)], "--b"),
            ("--x=\"a b\" c", vec![("x", Some("a b"))], "c"),
            ("--x=a\\ b=c d", vec![("x", Some("a b=c"))], "d"),
            ("--x=", vec![("x", Some(""))], ""),
            ("-x y", vec![], "-x y"),
            ("--", vec![], ""),
            ("", vec![], ""),
        ] {
            let expected = expected
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.map(str::to_owned)))
                .collect();
            assert_eq!(read_flags(text), (expected, rest), "{text}");
        }
    }

    #[test]
    fn a_value_knows_its_place() {
        let mut line = Joined::whole("--from=", 10);
        line.push("a b", 30);
        let (flags, _) = flags(&line, 0..10, '\\');
        assert_eq!(flags[0].span, Span::new(10, 31));
        let value = flags[0].value.as_ref().map(|value| value.span);
        assert_eq!(value, Some(Span::new(30, 31)));
    }
}
