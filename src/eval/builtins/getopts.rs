//! `getopts`.

use crate::eval::state::{Content, Status};
use crate::eval::value::{Reason, Value};
use crate::eval::world::World;

/// `getopts letters name [words…]`.
pub(super) fn getopts(world: &mut World, argv: &[Value]) -> Status {
    let state = &world.state;
    let name = argv.get(2).and_then(Value::known);
    let words = match argv.get(3..) {
        Some(words) if !words.is_empty() => words.to_vec(),
        _ => state.positional.to_vec(),
    };
    let index = match state.variable("OPTIND") {
        None => Some(1),
        Some(_) => state.known("OPTIND").and_then(|text| text.parse().ok()),
    };
    let letters = argv.get(1).and_then(Value::known);
    let (Some(name), Some(index), Some(letters)) = (&name, index, letters) else {
        return unknown(world, name.as_deref());
    };
    match next(&words, index, world.state.cluster, &letters) {
        Some(found) => {
            let (status, value) = match found.letter {
                Some(letter) => (Status::SUCCESS, letter.to_string()),
                None => (Status::FAILURE, "?".to_owned()),
            };
            world.state.set(name, Content::Scalar(Value::text(&value)));
            match found.argument {
                Some(argument) => world.state.set("OPTARG", Content::Scalar(argument)),
                None => world.state.unset("OPTARG"),
            }
            let index = Value::text(&found.index.to_string());
            world.state.set("OPTIND", Content::Scalar(index));
            world.state.cluster = found.cluster;
            status
        }
        None => unknown(world, Some(name)),
    }
}

/// Its variables hold what is not known.
fn unknown(world: &mut World, name: Option<&str>) -> Status {
    for name in ["OPTARG", "OPTIND"].into_iter().chain(name) {
        let content = Content::Scalar(Value::unknown(Reason::Output));
        world.state.set(name, content);
    }
    Status::Unknown
}

/// What one call finds.
struct Found {
    /// None at the end of the options.
    letter: Option<char>,
    argument: Option<Value>,
    /// The number of the word that is looked at next.
    index: usize,
    /// Where in it, if not at its beginning.
    cluster: usize,
}

/// The next option; none if that is not known.
fn next(words: &[Value], index: usize, cluster: usize, letters: &str) -> Option<Found> {
    let end = |index| Found {
        letter: None,
        argument: None,
        index,
        cluster: 0,
    };
    if words.iter().take(index).any(Value::is_words) {
        return None;
    }
    let Some(word) = words.get(index.checked_sub(1)?) else {
        return Some(end(index));
    };
    let text = match word.known() {
        Some(text) => text,
        // It begins as no option does.
        None if !word.known_prefix().is_empty() && !word.known_prefix().starts_with('-') => {
            return Some(end(index));
        }
        None => return None,
    };
    if text == "--" {
        return Some(end(index + 1));
    }
    if text.len() < 2 || !text.starts_with('-') {
        return Some(end(index));
    }
    let at = if cluster < text.len() {
        cluster.max(1)
    } else {
        1
    };
    let letter = text.get(at..)?.chars().next()?;
    let behind = at + letter.len_utf8();
    let silent = letters.starts_with(':');
    let (after, next) = match behind < text.len() {
        true => (index, behind),
        false => (index + 1, 0),
    };
    let known = letters
        .char_indices()
        .skip(usize::from(silent))
        .find(|(_, c)| *c == letter && letter != ':');
    let Some((place, _)) = known else {
        return Some(Found {
            letter: Some('?'),
            argument: silent.then(|| Value::text(&letter.to_string())),
            index: after,
            cluster: next,
        });
    };
    if !letters[place + letter.len_utf8()..].starts_with(':') {
        return Some(Found {
            letter: Some(letter),
            argument: None,
            index: after,
            cluster: next,
        });
    }
    if behind < text.len() {
        return Some(Found {
            letter: Some(letter),
            argument: word.slice(behind..text.len()),
            index: index + 1,
            cluster: 0,
        });
    }
    Some(match words.get(index) {
        Some(argument) if argument.is_words() => return None,
        Some(argument) => Found {
            letter: Some(letter),
            argument: Some(argument.clone()),
            index: index + 2,
            cluster: 0,
        },
        None => Found {
            letter: Some(if silent { ':' } else { '?' }),
            argument: silent.then(|| Value::text(&letter.to_string())),
            index: index + 1,
            cluster: 0,
        },
    })
}
