//! Programs that run a command for each thing that they find or read: `find`, `xargs`, `run-parts`.

use super::Call;
use crate::eval::control::{Evaluator, Flows};
use crate::eval::filters;
use crate::eval::state::Status;
use crate::eval::value::{Reason, Value};
use crate::eval::world::World;
use crate::programs::{Words, programs};

impl Evaluator<'_> {
    /// `find … -exec cmd {} +`: the command runs if anything is found; the folder itself mostly is.
    pub(super) fn find_exec(
        &mut self,
        world: World,
        argv: &[Value],
        words: &Words,
        call: &Call,
    ) -> Flows {
        if self.finds_nothing(&world, "find", argv) {
            return self.ends(world, Status::FAILURE);
        }
        let mut world = world;
        let mut at = 1;
        let mut roots: Vec<Value> = argv[1..]
            .iter()
            .skip_while(|word| ["-L", "-H", "-P"].iter().any(|option| word.is(option)))
            .take_while(|word| !word.known_prefix().starts_with(['-', '(', '!']))
            .cloned()
            .collect();
        if roots.is_empty() {
            roots.push(Value::text("."));
        }
        while at < words.len() {
            if matches!(words[at], Some("-exec" | "-execdir" | "-ok")) {
                let end = (at + 1..words.len())
                    .find(|i| matches!(words[*i], Some(";" | "+")))
                    .unwrap_or(words.len());
                let written = &argv[at + 1..end];
                // What fails behind `;` only ends the search of its own file.
                if words.get(end).copied().flatten() != Some("+") {
                    self.stakes.wrapped = Some(false);
                }
                for files in self.found(&world, &argv[..at], written, &roots, call) {
                    let mut inner = Vec::new();
                    for word in written {
                        if word.is("{}") {
                            inner.extend(files.iter().cloned());
                        } else {
                            inner.push(word.clone());
                        }
                    }
                    if inner.is_empty() {
                        continue;
                    }
                    let call = Call {
                        last: false,
                        ..call.behind()
                    };
                    let flows = self.apart(world, false, |shell, world| {
                        shell.outside(world, inner, &call)
                    });
                    let Some((after, _)) = flows.into_iter().next() else {
                        return Vec::new();
                    };
                    world = after;
                }
                at = end;
            }
            at += 1;
        }
        if world.output.is_some() {
            let listed = filters::listed(self.host, &world.state, "find", argv);
            if let Some(output) = &mut world.output {
                output.push(listed.unwrap_or_else(|| Value::unknown(Reason::Output)));
            }
        }
        self.ends(world, Status::SUCCESS)
    }

    /// What `{}` stands for, each time that the command runs: the folders that are searched, unless
    /// what is found there is what runs.
    fn found(
        &mut self,
        world: &World,
        search: &[Value],
        written: &[Value],
        roots: &[Value],
        call: &Call,
    ) -> Vec<Vec<Value>> {
        let is_shell = |word: &Value| {
            let text = word.known();
            text.is_some_and(|text| {
                let name = text.rsplit('/').next().unwrap_or_default();
                programs().tools().is_shell(name)
            })
        };
        let runs = match written {
            [first, ..] if first.is("{}") => true,
            [first, second, ..] => is_shell(first) && second.is("{}"),
            _ => false,
        };
        if !runs {
            return vec![roots.to_vec()];
        }
        match filters::listed(self.host, &world.state, "find", search).and_then(|list| list.known())
        {
            Some(list) => list.lines().map(|file| vec![Value::text(file)]).collect(),
            None => {
                self.trace.gap(
                    call.origin.source,
                    call.origin.span,
                    "the files that are found here are not known: they are not followed",
                );
                Vec::new()
            }
        }
    }

    /// `xargs cmd`: with what its input names behind it.
    pub(super) fn xargs(
        &mut self,
        world: World,
        argv: &[Value],
        words: &Words,
        call: &Call,
    ) -> Flows {
        let mut first = 1;
        let mut replaced = None;
        while let Some(Some(option)) = words
            .get(first)
            .filter(|word| word.is_some_and(|w| w.starts_with('-')))
        {
            first += 1;
            if let Some(text) = option.strip_prefix("-I") {
                replaced = Some(if text.is_empty() {
                    words.get(first).copied().flatten().unwrap_or("{}")
                } else {
                    text
                });
            }
            if matches!(
                *option,
                "-I" | "-n" | "-P" | "-L" | "-d" | "-s" | "-a" | "-E"
            ) {
                first += 1;
            }
        }
        let mut inner = argv.get(first..).unwrap_or_default().to_vec();
        if inner.is_empty() {
            return self.ends(world, Status::SUCCESS);
        }
        match replaced {
            Some(text) => {
                for word in inner.iter_mut().filter(|word| word.is(text)) {
                    *word = Value::unknown(Reason::Output);
                }
            }
            None => match world.state.input.as_ref().and_then(Value::known) {
                Some(_) if first == 1 => {
                    inner.extend(world.state.input.iter().flat_map(Value::split))
                }
                _ => inner.push(Value::unknown(Reason::Words)),
            },
        }
        self.apart(world, call.last, |shell, world| {
            shell.outside(world, inner, &call.behind())
        })
    }

    pub(super) fn run_parts(&mut self, world: World, words: &Words, call: &Call) -> Flows {
        let folder = words[1..]
            .iter()
            .rev()
            .flatten()
            .find(|word| !word.starts_with('-'))
            .and_then(|path| world.state.absolute(path));
        let names = folder.as_deref().and_then(|folder| self.host.names(folder));
        let (Some(folder), Some(names)) = (folder, names) else {
            self.trace.gap(
                call.origin.source,
                call.origin.span,
                "the files of this folder are not known: they are not followed",
            );
            return self.ends(world, Status::Unknown);
        };
        let mut world = world;
        // A pattern of its own for the names takes the place of the usual one.
        let regex = words[1..]
            .iter()
            .flatten()
            .any(|word| word.starts_with("--regex"));
        for name in names.iter().filter(|name| regex || filters::is_part(name)) {
            let argv = vec![Value::text(&format!("{folder}/{name}"))];
            let call = Call {
                last: false,
                ..call.behind()
            };
            let flows = self.apart(world, false, |shell, world| {
                shell.outside(world, argv, &call)
            });
            let Some((after, _)) = flows.into_iter().next() else {
                return Vec::new();
            };
            world = after;
        }
        self.ends(world, Status::Unknown)
    }
}
