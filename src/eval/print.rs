//! `echo`, `printf`, `pwd`: what they print, as far as that is known.

use super::state::Content;
use super::value::{Reason, Value};
use super::world::World;

pub(super) fn print(world: &mut World, argv: &[Value]) {
    if argv[0].is("printf") {
        return printf(world, &argv[1..]);
    }
    let directory = world.state.directory.clone();
    let Some(output) = &mut world.output else {
        return;
    };
    if argv[0].is("echo") {
        echo(output, &argv[1..]);
        return;
    }
    output.push(match directory {
        Some(directory) => Value::text(&format!("{directory}\n")),
        None => Value::unknown(Reason::Output),
    });
}

fn echo(output: &mut Value, words: &[Value]) {
    let is_option = |word: &Value| {
        word.known().is_some_and(|text| {
            text.strip_prefix('-').is_some_and(|letters| {
                !letters.is_empty() && letters.chars().all(|c| "neE".contains(c))
            })
        })
    };
    let options = words.iter().take_while(|word| is_option(word)).count();
    let newline = !words[..options]
        .iter()
        .any(|word| word.known_prefix().contains('n'));
    let words = &words[options..];
    // Shells do not agree on backslashes.
    if words.iter().any(|word| word.to_string().contains('\\')) {
        output.push(Value::unknown(Reason::Output));
        return;
    }
    for (i, word) in words.iter().enumerate() {
        if i > 0 {
            output.push_known(" ", None, false);
        }
        output.push(word.clone());
    }
    if newline {
        output.push_known("\n", None, false);
    }
}

/// `printf [-v name] format words…`.
fn printf(world: &mut World, words: &[Value]) {
    let (name, words) = match words {
        [option, name, rest @ ..] if option.is("-v") => (Some(name), rest),
        [option, rest @ ..] if option.is("--") => (None, rest),
        words => (None, words),
    };
    let value = words
        .split_first()
        .and_then(|(format, rest)| formatted(&format.known()?, rest))
        .unwrap_or_else(|| Value::unknown(Reason::Output));
    match (name.map(Value::known), &mut world.output) {
        (Some(Some(name)), _) => match name.split_once('[') {
            Some((array, _)) => world.state.set(array, Content::Unknown),
            None => world.state.set(&name, Content::Scalar(value)),
        },
        (None, Some(output)) => output.push(value),
        _ => {}
    }
}

/// Formats words; none where the format asks for more than is understood here.
fn formatted(format: &str, words: &[Value]) -> Option<Value> {
    let mut out = Value::default();
    let mut words = words.iter();
    loop {
        let before = words.len();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            match c {
                '%' => match chars.next()? {
                    '%' => out.push_known("%", None, false),
                    's' => match words.next() {
                        Some(word) if word.is_words() => return None,
                        Some(word) => out.push(word.clone()),
                        None => {}
                    },
                    'd' | 'i' | 'u' => {
                        let number = match words.next() {
                            Some(word) => word.known()?.trim().parse::<i64>().ok()?,
                            None => 0,
                        };
                        out.push_known(&number.to_string(), None, false);
                    }
                    _ => return None,
                },
                '\\' => match chars.next()? {
                    'n' => out.push_known("\n", None, false),
                    't' => out.push_known("\t", None, false),
                    '\\' => out.push_known("\\", None, false),
                    _ => return None,
                },
                c => out.push_known(c.encode_utf8(&mut [0; 4]), None, false),
            }
        }
        // The format is used again for the words that are left.
        if words.len() == 0 || words.len() == before {
            return Some(out);
        }
    }
}
