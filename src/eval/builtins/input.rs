//! `read` and `mapfile`: from a text that is known, or not.

use crate::eval::control::Evaluator;
use crate::eval::separators;
use crate::eval::state::{Content, Status};
use crate::eval::value::{Reason, Value};
use crate::eval::world::World;
use crate::source::Origin;

/// How `read` or `mapfile` is called.
#[derive(Default)]
struct Reading {
    names: Vec<String>,
    /// A name is not known.
    unnamed: bool,
    array: bool,
    /// `-r`: a backslash is a character like others.
    raw: bool,
    /// `-t` of mapfile: the line ends are dropped.
    trimmed: bool,
    /// `-d`; none if it is not known.
    end: Option<char>,
    /// An option that changes what is read.
    otherwise: bool,
}

impl Evaluator<'_> {
    /// `read`, `mapfile`, `readarray`.
    pub(super) fn read(&mut self, world: &mut World, argv: &[Value], at: Origin) -> Status {
        let lines = !argv[0].is("read");
        let reading = reading(argv, lines);
        if reading.unnamed {
            world.state.elsewhere = Some(at);
        }
        let input = world.state.input.take().filter(|_| !reading.otherwise);
        let text = input.as_ref().and_then(Value::known);
        let (Some(input), Some(text), Some(end)) = (input, text, reading.end) else {
            for name in &reading.names {
                world.state.set(
                    name,
                    match reading.array {
                        true => Content::Unknown,
                        false => Content::Scalar(Value::unknown(Reason::Output)),
                    },
                );
            }
            // Files are read to their end by `mapfile`, and that succeeds.
            return if lines {
                Status::SUCCESS
            } else {
                Status::Unknown
            };
        };
        if lines {
            let mut values = Vec::new();
            let mut from = 0;
            for line in text.split_inclusive(end) {
                let to = from + line.len();
                let cut = match reading.trimmed && line.ends_with(end) {
                    true => end.len_utf8(),
                    false => 0,
                };
                values.extend(input.slice(from..to - cut));
                from = to;
            }
            world.state.input = Some(Value::default());
            let values = crate::eval::expand::bounded(values);
            for name in &reading.names {
                world.state.set(name, Content::Array(values.clone()));
            }
            return Status::SUCCESS;
        }
        let (line, behind, found) = match text.find(end) {
            Some(at) => (0..at, at + end.len_utf8(), true),
            None => (0..text.len(), text.len(), false),
        };
        let status = Status::of(Some(found));
        world.state.input = input.slice(behind..text.len());
        let line_text = &text[line.clone()];
        let ifs = match world.state.variable("IFS") {
            None => Some(" \t\n".to_owned()),
            Some(_) => world.state.known("IFS"),
        };
        let (Some(ifs), true) = (ifs, reading.raw || !line_text.contains('\\')) else {
            world.state.input = None;
            for name in &reading.names {
                world
                    .state
                    .set(name, Content::Scalar(Value::unknown(Reason::Output)));
            }
            return status;
        };
        let part = |range: std::ops::Range<usize>| input.slice(range).unwrap_or_default();
        if reading.array {
            let fields = separators::part(line_text, &ifs).fields.into_iter();
            let values: Vec<Value> = fields.map(part).collect();
            for name in &reading.names {
                world.state.set(name, Content::Array(values.clone()));
            }
        } else if reading.names == ["REPLY"] && argv.len() == 1 + usize::from(reading.raw) {
            world.state.set("REPLY", Content::Scalar(part(line)));
        } else {
            let mut fields = separators::read(line_text, &ifs, reading.names.len()).into_iter();
            for name in &reading.names {
                let value = fields.next().map(part).unwrap_or_default();
                world.state.set(name, Content::Scalar(value));
            }
        }
        status
    }
}

fn reading(argv: &[Value], lines: bool) -> Reading {
    let mut reading = Reading {
        array: lines,
        end: Some('\n'),
        ..Reading::default()
    };
    // Options whose value is the next word, where it does not stand behind the letter.
    let valued = if lines { "dnOsuCc" } else { "adinNptu" };
    let mut words = argv[1..].iter();
    while let Some(word) = words.next() {
        let Some(text) = word.known() else {
            reading.unnamed = true;
            continue;
        };
        let Some(options) = text.strip_prefix('-') else {
            reading.names.push(text);
            continue;
        };
        for (at, option) in options.char_indices() {
            let value = valued.contains(option).then(|| match &options[at + 1..] {
                "" => words.next().and_then(Value::known),
                value => Some(value.to_owned()),
            });
            match (option, value) {
                ('d', Some(value)) => {
                    reading.end = value.map(|end| end.chars().next().unwrap_or('\0'))
                }
                ('a', Some(value)) => {
                    reading.array = true;
                    reading.names.extend(value);
                }
                ('r', _) => reading.raw = true,
                ('t', None) => reading.trimmed = true,
                ('p' | 't' | 'c' | 'C', _) => {}
                ('s' | 'e', None) => {}
                _ => reading.otherwise = true,
            }
            if valued.contains(option) {
                break;
            }
        }
    }
    if reading.names.is_empty() {
        let name = if reading.array { "MAPFILE" } else { "REPLY" };
        reading.names.push(name.to_owned());
    }
    reading
}
