//! `ulimit`: what it prints is the host's matter; setting a limit changes nothing that is known.

use crate::eval::control::Evaluator;
use crate::eval::value::{Reason, Value};
use crate::eval::world::World;

impl Evaluator<'_> {
    pub(super) fn ulimit(&mut self, world: &mut World, argv: &[Value]) {
        let Some(output) = world.output.as_mut().filter(|_| !sets(argv)) else {
            return;
        };
        let words = argv.iter().skip(1).filter_map(Value::known);
        let options: String = words.collect();
        let mut letters = options.chars().filter(|c| !matches!(c, '-' | 'H' | 'S'));
        // Of several it prints more than the numbers.
        let limit = match (letters.next(), letters.next()) {
            (Some(option), None) => self.host.limit(option),
            _ => None,
        };
        let unknown = || Value::unknown(Reason::Output);
        output.push(limit.map_or_else(unknown, |limit| Value::text(&limit.to_string())));
    }
}

/// Whether it sets a limit; else it prints one.
pub(in crate::eval) fn sets(argv: &[Value]) -> bool {
    let mut words = argv.iter().skip(1).map(Value::known);
    words.any(|word| {
        word.is_none_or(|word| {
            !word.starts_with('-') || word.contains(|c: char| c.is_ascii_digit())
        })
    })
}
