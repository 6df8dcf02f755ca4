//! Programs that end the account: what they print, and whether they succeed.

use super::asks;
use crate::eval::control::{Evaluator, Flows};
use crate::eval::filters;
use crate::eval::host::FileKind;
use crate::eval::state::Status;
use crate::eval::value::{Reason, Value};
use crate::eval::world::World;
use crate::programs::Words;

impl Evaluator<'_> {
    /// A program that ends the account: what it prints, and whether it succeeds.
    pub(super) fn prints(
        &mut self,
        world: World,
        name: &str,
        argv: &[Value],
        words: &Words,
    ) -> Flows {
        let mut world = world;
        let input = world.state.input.clone();
        if filters::reads(name) {
            world.state.input = None;
        }
        if world.output.is_some() {
            let printed = self
                .printed(&world, name, argv, words)
                .or_else(|| filters::passed_on(name, argv, input.as_ref()))
                .or_else(|| filters::listed(self.host, &world.state, name, argv))
                .unwrap_or_else(|| Value::unknown(Reason::Output));
            if let Some(output) = &mut world.output {
                output.push(printed);
            }
        }
        let status = if self.host.trusting()
            || !(asks(name) || argv[1..].iter().any(|word| word.is("--version")))
        {
            Status::SUCCESS
        } else {
            Status::Unknown
        };
        self.ends(world, status)
    }

    fn printed(
        &mut self,
        world: &World,
        name: &str,
        argv: &[Value],
        words: &Words,
    ) -> Option<Value> {
        let state = &world.state;
        let last = argv.last().filter(|_| argv.len() > 1);
        let text = |text: String| Some(Value::text(&text));
        match name {
            "id" => {
                let options: String = words[1..]
                    .iter()
                    .flatten()
                    .filter_map(|w| w.strip_prefix('-'))
                    .collect();
                // Another account than our own is not looked up.
                if words[1..]
                    .iter()
                    .any(|word| word.is_none_or(|w| !w.starts_with('-')))
                {
                    return None;
                }
                match options.as_str() {
                    "un" | "nu" => text(state.user.to_string()),
                    "u" | "ur" | "-user" => text(self.host.uid(&state.user)?.to_string()),
                    "g" => text(self.host.uid(&state.user)?.to_string()),
                    _ => None,
                }
            }
            "whoami" => text(state.user.to_string()),
            "basename" => {
                let path = argv.get(1)?.known()?;
                let base = path.trim_end_matches('/').rsplit('/').next()?;
                let suffix = argv.get(2).and_then(Value::known).unwrap_or_default();
                text(
                    base.strip_suffix(suffix.as_str())
                        .filter(|rest| !rest.is_empty())
                        .unwrap_or(base)
                        .to_owned(),
                )
            }
            "dirname" => {
                let path = last?.known()?;
                text(match path.trim_end_matches('/').rsplit_once('/') {
                    Some(("", _)) => "/".to_owned(),
                    Some((folder, _)) => folder.to_owned(),
                    None => ".".to_owned(),
                })
            }
            "readlink" | "realpath" => text(state.absolute(&last?.known()?)?),
            "cat" if argv.len() == 2 => {
                let path = state.absolute(&last?.known()?)?;
                if self.host.kind(&path) != FileKind::File {
                    return None;
                }
                Some(self.host.script(&path)?.value())
            }
            "uname" if argv.len() == 1 => text("Linux".to_owned()),
            _ => None,
        }
    }
}
