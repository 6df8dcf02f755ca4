//! `set` and its options.

use std::rc::Rc;

use crate::eval::control::Evaluator;
use crate::eval::value::Value;
use crate::eval::world::World;

impl Evaluator<'_> {
    pub(super) fn set(&mut self, world: &mut World, argv: &[Value]) {
        let mut words = &argv[1..];
        while let Some(word) = words.first() {
            let Some(text) = word
                .known()
                .or_else(|| Some(word.known_prefix()).filter(|_| word.is_words()))
            else {
                break;
            };
            if text == "--" {
                world.state.positional = Rc::new(words[1..].to_vec());
                return;
            }
            let Some((on, letters)) = text
                .strip_prefix('-')
                .map(|l| (true, l))
                .or_else(|| text.strip_prefix('+').map(|l| (false, l)))
            else {
                break;
            };
            if letters.is_empty() {
                words = &words[1..];
                break;
            }
            let state = &mut world.state;
            for letter in letters.chars() {
                match letter {
                    'e' => state.errexit = on,
                    'u' => state.nounset = on,
                    'a' => state.allexport = on,
                    _ => {}
                }
            }
            words = &words[1..];
            // Wherever the `o` stands among them, its name is the next word.
            if letters.contains('o') {
                match words.first().and_then(Value::known).as_deref() {
                    Some("errexit") => state.errexit = on,
                    Some("nounset") => state.nounset = on,
                    Some("allexport") => state.allexport = on,
                    Some("pipefail") => state.pipefail = on,
                    _ => {}
                }
                words = words.split_first().map_or(words, |(_, rest)| rest);
            }
        }
        if !words.is_empty() {
            world.state.positional = Rc::new(words.to_vec());
        }
    }
}
