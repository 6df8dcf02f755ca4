//! `export`, `declare`, `local`, `readonly` and `unset`.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Builtin;
use crate::eval::control::Evaluator;
use crate::eval::state::{Content, Variable};
use crate::eval::value::Value;
use crate::eval::world::World;
use crate::syntax::shell::Simple;

impl Evaluator<'_> {
    pub(super) fn declare(
        &mut self,
        world: &mut World,
        simple: &Simple,
        builtin: Builtin,
        argv: &[Value],
    ) {
        let mut exports = builtin == Builtin::Export;
        let mut global = false;
        let (mut array, mut map, mut reference) = (false, false, false);
        let asks = argv[1..]
            .iter()
            .filter_map(Value::known)
            .any(|word| word.starts_with('-') && word.contains(['f', 'F', 'p']));
        if asks {
            // Functions are shown or exported, or variables printed: nothing is set.
            return;
        }
        let as_written = simple.words.len() == argv.len();
        for (number, word) in argv.iter().enumerate().skip(1) {
            if let Some(options) = word
                .known()
                .and_then(|text| text.strip_prefix('-').map(str::to_owned))
            {
                exports |= options.contains('x');
                global |= options.contains('g');
                array |= options.contains('a');
                map |= options.contains('A');
                reference |= options.contains('n');
                continue;
            }
            let local = builtin != Builtin::Export && !argv[0].is("readonly") && !global;
            let name = word.known_prefix();
            let name = name.split(['=', '+']).next().unwrap_or_default().to_owned();
            if word.known().is_none() && !word.known_prefix().contains('=') {
                // Which variables these are is only known while it runs.
                world.state.elsewhere = Some(self.origin(simple));
                continue;
            }
            if name.is_empty() {
                continue;
            }
            if reference {
                let target = word.known().and_then(|text| {
                    let (_, target) = text.split_once('=')?;
                    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
                    (target != name && target.chars().all(plain)).then(|| target.into())
                });
                if local {
                    world.state.localize(&name);
                }
                let content = target.map_or(Content::Unknown, Content::Reference);
                world.state.put(
                    &name,
                    Variable {
                        content,
                        exported: false,
                        default_of: None,
                        for_want_of: None,
                    },
                );
                continue;
            }
            if local {
                world.state.localize(&name);
            }
            if word.known_prefix().contains('=') {
                let written = simple.words.get(number).filter(|_| as_written);
                let stands_in = written.and_then(|written| self.stands_in_for(world, written));
                self.assign_word(world, word);
                world.state.stands_in(&name, stands_in);
            } else if local && !world.state.locals.is_empty() {
                world.state.set(&name, Content::Scalar(Value::default()));
            }
            if map && !holds_names(world, &name) {
                world.state.set(&name, Content::Map(BTreeMap::new()));
            }
            if array && world.state.known(&name).is_none_or(|text| text.is_empty()) {
                world.state.set(&name, Content::Array(Vec::new()));
            }
            if exports {
                world.state.export(&name);
            }
        }
        for assignment in &simple.arrays {
            if builtin != Builtin::Export && !global {
                world.state.localize(&assignment.name);
            }
            if map && !(assignment.append && holds_names(world, &assignment.name)) {
                world
                    .state
                    .set(&assignment.name, Content::Map(BTreeMap::new()));
            }
            self.assign(world, assignment);
        }
    }
}

/// Whether a variable is an associative array.
fn holds_names(world: &World, name: &str) -> bool {
    let variable = world.state.variable(name);
    matches!(
        variable.map(|variable| &variable.content),
        Some(Content::Map(_))
    )
}

/// `unset`, of variables or functions.
pub(super) fn unset(world: &mut World, argv: &[Value]) {
    let mut function = false;
    for name in argv[1..].iter().filter_map(Value::known) {
        if let Some(options) = name.strip_prefix('-') {
            function |= options.contains('f');
        } else if function || world.state.variable(&name).is_none() {
            if world.state.functions.contains_key(name.as_str()) {
                Rc::make_mut(&mut world.state.functions).remove(name.as_str());
            }
        } else {
            world.state.unset(&name);
        }
        if let Some((array, key)) = name.split_once('[') {
            // Its elements no longer stand one behind the other.
            if let Some(variable) = world.state.variable(array) {
                let content = match variable.content.clone() {
                    Content::Map(mut values) => {
                        values.remove(key.trim_end_matches(']'));
                        Content::Map(values)
                    }
                    _ => Content::Unknown,
                };
                world.state.set(array, content);
            }
        }
    }
}
