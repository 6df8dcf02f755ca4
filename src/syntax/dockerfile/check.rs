//! What BuildKit refuses once the lines are read: instructions with too few or too many arguments,
//! unknown ones, and files without a build stage.

use super::keyword::suggestion;
use super::{Arguments, Dockerfile, Instruction, Keyword, flags, heredoc};
use crate::source::Span;
use crate::syntax::SyntaxError;

/// What is wrong with a file whose lines are read.
pub(super) fn check(file: &Dockerfile, source: &str) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    let mut refuse = |message: String, span: Span| errors.push(SyntaxError { message, span });
    if file.instructions.is_empty() {
        refuse("file with no instructions".into(), Span::new(0, 0));
        return errors;
    }
    let mut in_stage = false;
    let mut outside = false;
    for instruction in &file.instructions {
        let wrong = problem(instruction, source).or_else(|| flags::problem(instruction));
        if let Some((message, span)) = wrong {
            refuse(message, span);
        }
        match &instruction.keyword {
            Keyword::From => in_stage = true,
            Keyword::Arg | Keyword::Unknown(_) => {}
            _ if in_stage || outside => {}
            _ => {
                outside = true;
                refuse(
                    "no build stage in current context".into(),
                    instruction.keyword_span,
                );
            }
        }
    }
    if !in_stage && !outside {
        refuse(
            "dockerfile contains no stages to build".into(),
            Span::new(0, 0),
        );
    }
    errors
}

/// The first thing that is wrong with an instruction.
fn problem(instruction: &Instruction, source: &str) -> Option<(String, Span)> {
    let keyword = &instruction.keyword;
    let keyword_span = instruction.keyword_span;
    let text = instruction.text.text();
    let text_span = instruction.text.span(0..text.len());
    let none = || {
        Some((
            format!("{keyword} requires at least one argument"),
            keyword_span,
        ))
    };
    match keyword {
        Keyword::Unknown(_) => {
            let word = source.get(keyword_span.range()).unwrap_or_default();
            let word: String = match word.contains('\n') {
                true => keyword.to_string(),
                false => word.to_owned(),
            };
            let hint = suggestion(&word).map(|meant| format!(" (did you mean {meant}?)"));
            let hint = hint.unwrap_or_default();
            Some((format!("unknown instruction: {word}{hint}"), keyword_span))
        }
        Keyword::Maintainer | Keyword::Stopsignal | Keyword::User | Keyword::Workdir
            if text.is_empty() =>
        {
            Some((
                format!("{keyword} requires exactly one argument"),
                keyword_span,
            ))
        }
        Keyword::Arg
        | Keyword::Env
        | Keyword::Expose
        | Keyword::Healthcheck
        | Keyword::Label
        | Keyword::Onbuild
        | Keyword::Shell
        | Keyword::Volume
            if text.is_empty() =>
        {
            none()
        }
        Keyword::Add | Keyword::Copy => sources_and_destination(instruction),
        Keyword::From => from(instruction),
        _ => match &instruction.arguments {
            Arguments::Pairs(pairs) if pairs.is_empty() => none(),
            Arguments::Pairs(pairs) => {
                let blank = pairs
                    .iter()
                    .find(|pair| pair.name.text.is_empty() && pair.value.is_some())?;
                Some((format!("{keyword} names can not be blank"), blank.span))
            }
            Arguments::Json(array) if *keyword == Keyword::Volume => {
                if array.words.is_empty() {
                    return none();
                }
                let empty = array
                    .words
                    .iter()
                    .find(|word| word.text.trim().is_empty())?;
                Some((
                    "VOLUME specified can not be an empty string".into(),
                    empty.span,
                ))
            }
            Arguments::Json(array) if *keyword == Keyword::Shell && array.words.is_empty() => {
                none()
            }
            Arguments::Shell(_) if *keyword == Keyword::Shell => Some((
                "SHELL requires the arguments to be in JSON form".into(),
                text_span,
            )),
            Arguments::Instruction(trigger) => match trigger.keyword {
                Keyword::From | Keyword::Maintainer => Some((
                    format!("{} isn't allowed as an ONBUILD trigger", trigger.keyword),
                    trigger.keyword_span,
                )),
                _ => None,
            },
            _ if *keyword == Keyword::Healthcheck => healthcheck(instruction),
            _ => None,
        },
    }
}

fn sources_and_destination(instruction: &Instruction) -> Option<(String, Span)> {
    let keyword = &instruction.keyword;
    let words = match &instruction.arguments {
        Arguments::Words(words) => words.as_slice(),
        Arguments::Json(array) => &array.words,
        // A JSON array with something else than strings; that is said already.
        _ if !instruction.text.text().is_empty() => return None,
        _ => &[],
    };
    let [_, .., destination] = words else {
        let message = format!(
            "{keyword} requires at least two arguments, but only one was provided. Destination \
             could not be determined"
        );
        return Some((message, instruction.keyword_span));
    };
    match heredoc::marker(&destination.text) {
        Ok(Some(_)) => Some((
            format!("{keyword} cannot accept a heredoc as a destination"),
            destination.span,
        )),
        _ => None,
    }
}

fn from(instruction: &Instruction) -> Option<(String, Span)> {
    let text = &instruction.text;
    let words: Vec<&str> = match text.text() {
        "" => Vec::new(),
        written => super::words::split_blanks(written)
            .into_iter()
            .map(|range| &written[range])
            .collect(),
    };
    match words.as_slice() {
        [_] => None,
        [_, r#as, name] if r#as.eq_ignore_ascii_case("as") => {
            let lower = name.to_lowercase();
            let rest = lower.trim_start_matches(|c: char| c.is_ascii_lowercase());
            let fits = rest.len() < lower.len()
                && rest.chars().all(|c| {
                    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.')
                });
            let message = format!(
                "invalid name for build stage: {name:?}, name can't start with a number or \
                 contain symbols"
            );
            let end = text.text().len();
            (!fits).then(|| (message, text.span(end - name.len()..end)))
        }
        _ => Some((
            "FROM requires either one or three arguments".into(),
            instruction.keyword_span,
        )),
    }
}

/// What is wrong with a HEALTHCHECK that has something behind it.
fn healthcheck(instruction: &Instruction) -> Option<(String, Span)> {
    let text = instruction.text.text();
    let kind = text.split_ascii_whitespace().next().unwrap_or_default();
    let message = match (kind.to_uppercase().as_str(), &instruction.arguments) {
        ("NONE", _) if kind.len() == text.len() => return None,
        ("NONE", _) => "HEALTHCHECK NONE takes no arguments".to_owned(),
        ("CMD", Arguments::Json(array)) if array.words.is_empty() => {
            "Missing command after HEALTHCHECK CMD".to_owned()
        }
        ("CMD", _) if kind.len() == text.len() => {
            "Missing command after HEALTHCHECK CMD".to_owned()
        }
        ("CMD", _) => return None,
        (kind, _) => format!("Unknown type {kind:?} in HEALTHCHECK (try CMD)"),
    };
    Some((message, instruction.text.span(0..text.len())))
}
