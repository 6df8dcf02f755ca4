//! Where a command stands in the files.

use std::rc::Rc;

use crate::eval::{Content, Piece, Value, Written};
use crate::launch::LaunchStep;
use crate::source::Origin;
use crate::syntax::shell::{Operation, Word, WordPart};

/// Where a command stands: its word, or, where a variable names its program (`$ROOT/bin/x`), that
/// variable. What `"$@"` hands on stands where it was written.
pub(super) fn of(steps: &[LaunchStep], step: &LaunchStep) -> Origin {
    let place = step.step.place();
    let Some(written) = written(steps, step) else {
        return place;
    };
    let words = &written.command.words;
    let holds = |origin: Origin, word: &Word| {
        origin.source == written.source && word.span.contains(origin.span)
    };
    let here = place.source == written.source && written.command.span.contains(place.span);
    if here || words.iter().any(|word| hands_on(&word.parts)) {
        return place;
    }
    let (first, rest) = match step.step.argv.split_first() {
        Some((first, rest)) => (Some(first), rest),
        None => (None, &[][..]),
    };
    let says = |value: &Value, word: &Word| origins(value).any(|origin| holds(origin, word));
    let word = words
        .iter()
        .find(|word| first.is_some_and(|first| says(first, word) || names(word, first, step)))
        .or_else(|| {
            words
                .iter()
                .find(|word| rest.iter().any(|value| says(value, word)))
        })
        .or_else(|| {
            words
                .iter()
                .find(|word| word.literal().as_deref() != Some("exec"))
        });
    word.map_or(place, |word| Origin {
        source: written.source,
        span: word.span,
    })
}

/// The command as a file has it. What stands in a word of another (`su -c "$PROGRAM -D"`) has no
/// place of its own where a variable is put in.
fn written<'a>(steps: &'a [LaunchStep], step: &'a LaunchStep) -> Option<&'a Written> {
    let own = step.step.written.as_ref()?;
    let first = step.step.argv.first().and_then(Value::known)?;
    let line = |word: &Value| {
        word.known()
            .is_some_and(|text| text != first && text.contains(first.as_str()))
    };
    let outer = std::iter::successors(step.step.behind, |outer| steps.get(*outer)?.step.behind);
    let around = outer.map_while(|outer| {
        let outer = &steps.get(outer)?.step;
        let written = outer.written.as_ref()?;
        let same = Rc::ptr_eq(&written.command, &own.command);
        (same || outer.argv.iter().any(line)).then_some(written)
    });
    Some(around.last().unwrap_or(own))
}

/// Where the parts of a value were written.
fn origins(value: &Value) -> impl Iterator<Item = Origin> {
    value.pieces().iter().filter_map(|piece| match piece {
        Piece::Known { origin, .. } => *origin,
        Piece::Unknown(_) => None,
    })
}

/// Where a word of a command stands in the command as it is written: what variables make it of, and
/// where that is nothing, its own text.
pub(super) fn word(step: &LaunchStep, index: usize) -> Option<Origin> {
    let value = step.step.argv.get(index)?;
    let written = step.step.written.as_ref()?;
    let mut words = written.command.words.iter();
    let made = words.find(|word| word.literal().is_none() && names(word, value, step));
    let made = made.map(|word| Origin {
        source: written.source,
        span: word.span,
    });
    made.or_else(|| {
        let own = value.origin().filter(|own| own.source == written.source)?;
        // A default in `${name:-…}` goes with all of its word, unless that is several words.
        let is_around = |word: &&Word| word.span.contains(own.span);
        let around = written.command.words.iter().find(is_around);
        let Some(around) = around.filter(|word| word.literal().is_none()) else {
            return Some(own);
        };
        let is_inside =
            |other: Origin| other.source == own.source && around.span.contains(other.span);
        let mut others = step.step.argv.iter().enumerate();
        let several =
            others.any(|(at, other)| at != index && other.origin().is_some_and(is_inside));
        (!several).then_some(Origin {
            span: around.span,
            ..own
        })
    })
}

/// Whether variables and what stands beside them make this of a word.
fn names(word: &Word, value: &Value, step: &LaunchStep) -> bool {
    let mut text = String::new();
    spelled(&word.parts, step, &mut text) && value.known() == Some(text)
}

/// Adds what parts of a word come to, with the variables that the command sees; false where that is
/// not known.
pub(super) fn spelled(parts: &[WordPart], step: &LaunchStep, text: &mut String) -> bool {
    parts.iter().all(|part| match part {
        WordPart::Literal { text: own, .. } | WordPart::SingleQuoted { text: own, .. } => {
            text.push_str(own);
            true
        }
        WordPart::DoubleQuoted { parts, .. } => spelled(parts, step, text),
        WordPart::Parameter(parameter) if parameter.operation == Operation::Value => {
            let variable = step.step.variables.get(parameter.name.as_str());
            let held = match variable.map(|variable| &variable.content) {
                Some(Content::Scalar(held)) if parameter.index.is_none() => held.known(),
                _ => None,
            };
            text.push_str(held.as_deref().unwrap_or_default());
            held.is_some()
        }
        _ => false,
    })
}

/// Whether a word stands for all arguments, or for all elements of an array.
fn hands_on(parts: &[WordPart]) -> bool {
    let all = |text: Option<String>| text.is_some_and(|text| matches!(text.as_str(), "@" | "*"));
    parts.iter().any(|part| match part {
        WordPart::Parameter(parameter) => {
            all(Some(parameter.name.clone()))
                || all(parameter.index.as_ref().and_then(|index| index.literal()))
        }
        WordPart::DoubleQuoted { parts, .. } => hands_on(parts),
        _ => false,
    })
}
