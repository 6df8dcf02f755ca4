//! Arguments, taken apart as the keyword asks for.

use std::ops::Range;

use super::json::{Json, json};
use super::words::{is_separator, split_blanks, split_quoted};
use super::{Arguments, Instruction, Keyword, Pair, Text, instruction};
use crate::source::Span;
use crate::syntax::{Joined, SyntaxError};

/// What reading an instruction needs to know, and where it puts what is wrong.
pub(super) struct Context {
    /// The file's escape character.
    pub escape: char,
    /// Whether the instruction stands behind an ONBUILD.
    pub is_trigger: bool,
    /// What BuildKit's parser refuses.
    pub errors: Vec<SyntaxError>,
}

impl Context {
    fn refuse(&mut self, message: impl Into<String>, span: Span) {
        self.errors.push(SyntaxError {
            message: message.into(),
            span,
        });
    }
}

/// Reads what stands behind a keyword and its flags.
pub(super) fn read(
    keyword: &Keyword,
    text: &Joined,
    keyword_span: Span,
    context: &mut Context,
) -> Arguments {
    if text.text().is_empty() {
        return Arguments::None;
    }
    match keyword {
        Keyword::Run | Keyword::Cmd | Keyword::Entrypoint | Keyword::Shell => {
            command(text.clone(), context)
        }
        Keyword::Add | Keyword::Copy | Keyword::Volume => match json(text) {
            Json::No => Arguments::Words(words(text)),
            json => array(json, text, context),
        },
        Keyword::Expose => Arguments::Words(words(text)),
        Keyword::From => from(text),
        Keyword::Env | Keyword::Label => pairs(keyword, text, context),
        Keyword::Arg => {
            let words = split_quoted(text.text(), context.escape).into_iter();
            Arguments::Pairs(words.map(|word| name_and_value(text, word)).collect())
        }
        Keyword::Healthcheck => healthcheck(text, context),
        Keyword::Onbuild => onbuild(text, keyword_span, context),
        Keyword::Maintainer | Keyword::Stopsignal | Keyword::User | Keyword::Workdir => {
            Arguments::Line(text_of(text, 0..text.text().len()))
        }
        Keyword::Unknown(_) => Arguments::None,
    }
}

fn text_of(joined: &Joined, range: Range<usize>) -> Text {
    Text {
        text: joined.text()[range.clone()].to_owned(),
        span: joined.span(range),
    }
}

fn words(text: &Joined) -> Vec<Text> {
    let ranges = split_blanks(text.text()).into_iter();
    ranges.map(|range| text_of(text, range)).collect()
}

/// A command: a JSON array, or a line for the shell.
fn command(text: Joined, context: &mut Context) -> Arguments {
    match json(&text) {
        Json::No => Arguments::Shell(text),
        json => array(json, &text, context),
    }
}

fn array(json: Json, text: &Joined, context: &mut Context) -> Arguments {
    if let Json::Strings(array) = json {
        return Arguments::Json(array);
    }
    context.refuse(
        "when using JSON array syntax, arrays must be comprised of strings only",
        text.span(0..text.text().len()),
    );
    Arguments::None
}

/// `image` or `image AS name`; that there is nothing else is for [`super::check`] to say.
fn from(text: &Joined) -> Arguments {
    let mut words = words(text).into_iter();
    let Some(image) = words.next() else {
        return Arguments::None;
    };
    let is_named = words
        .next()
        .is_some_and(|word| word.text.eq_ignore_ascii_case("as"));
    Arguments::From {
        image,
        name: words.next().filter(|_| is_named && words.len() == 0),
    }
}

/// `NAME=value …`, or `NAME value` if there is no `=` in the first word.
fn pairs(keyword: &Keyword, text: &Joined, context: &mut Context) -> Arguments {
    let written = text.text();
    let words = split_quoted(written, context.escape);
    let Some(first) = words.first() else {
        return Arguments::None;
    };
    let all = 0..written.len();
    if !written[first.clone()].contains('=') {
        let Some(end) = written.find(is_separator) else {
            context.refuse(format!("{keyword} must have two arguments"), text.span(all));
            return Arguments::None;
        };
        let value = written[end..].trim_start_matches(is_separator);
        return Arguments::Pairs(vec![Pair {
            name: text_of(text, 0..end),
            value: Some(text_of(text, written.len() - value.len()..written.len())),
            span: text.span(all),
        }]);
    }
    let mut pairs = Vec::new();
    for word in words {
        let pair = name_and_value(text, word);
        if pair.value.is_some() {
            pairs.push(pair);
        } else {
            let word = &pair.name.text;
            context.refuse(
                format!("Syntax error - can't find = in {word:?}. Must be of the form: name=value"),
                pair.span,
            );
        }
    }
    Arguments::Pairs(pairs)
}

/// A word, split at its first `=`.
fn name_and_value(text: &Joined, word: Range<usize>) -> Pair {
    let equals = text.text()[word.clone()].find('=');
    let equals = equals.map(|at| word.start + at);
    Pair {
        name: text_of(text, word.start..equals.unwrap_or(word.end)),
        value: equals.map(|at| text_of(text, at + 1..word.end)),
        span: text.span(word),
    }
}

/// `CMD command`; anything else has no command.
fn healthcheck(text: &Joined, context: &mut Context) -> Arguments {
    let written = text.text();
    let blank = |c: char| c.is_ascii_whitespace() || c == '\u{B}';
    let end = written.find(blank).unwrap_or(written.len());
    let start = written.len() - written[end..].trim_start_matches(blank).len();
    if start == written.len() || !written[..end].eq_ignore_ascii_case("CMD") {
        return Arguments::None;
    }
    command(text.slice(start..written.len()), context)
}

/// The instruction behind ONBUILD. Behind ONBUILD ONBUILD none is read: Docker does not allow it.
fn onbuild(text: &Joined, keyword_span: Span, context: &mut Context) -> Arguments {
    if context.is_trigger {
        return Arguments::None;
    }
    context.is_trigger = true;
    let mut trigger: Instruction = instruction::read(text, context);
    context.is_trigger = false;
    if trigger.keyword == Keyword::Onbuild {
        context.refuse(
            "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
            keyword_span.to(trigger.keyword_span),
        );
        trigger.arguments = Arguments::None;
    }
    Arguments::Instruction(Box::new(trigger))
}
