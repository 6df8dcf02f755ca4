//! Programs that end the account: what they print, and whether they succeed.

use std::rc::Rc;

use crate::eval::control::{Evaluator, Flows};
use crate::eval::host::FileKind;
use crate::eval::state::{State, Status};
use crate::eval::value::{Reason, Value};
use crate::eval::world::World;
use crate::eval::{expr, filters};
use crate::programs::{Words, programs};

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
        if programs().tools().reads(name) {
            world.state.input = None;
        }
        if world.output.is_some() {
            let nothing = self.finds_nothing(&world, name, argv);
            let printed = nothing
                .then(Value::default)
                .or_else(|| self.printed(&world, name, argv, words))
                .or_else(|| match name {
                    "sed" => self
                        .host
                        .filtered(words, argv, &world.state, input.as_ref()),
                    _ => None,
                })
                .or_else(|| filters::passed_on(name, argv, input.as_ref()))
                .or_else(|| filters::listed(self.host, &world.state, name, argv))
                .unwrap_or_else(|| {
                    Value::unknown(match name {
                        // What is edited twice is not kept: the words would hold each other.
                        "sed" if !argv.iter().any(Value::is_edited) => {
                            Reason::Edited(Rc::new(argv.to_vec()))
                        }
                        _ => Reason::Output,
                    })
                });
            if let Some(output) = &mut world.output {
                output.push(printed);
            }
        }
        let status = if self.finds_nothing(&world, name, argv) {
            Status::FAILURE
        } else if let Some(printed) = Some(argv).filter(|_| name == "expr").and_then(expr_of) {
            Status::of(Some(expr::succeeds(&printed)))
        } else if self.host.trusting()
            || !(programs().tools().asks(name) || argv[1..].iter().any(|word| word.is("--version")))
        {
            Status::SUCCESS
        } else {
            Status::Unknown
        };
        self.ends(world, status)
    }

    /// Whether `find` or `ls` is given a place where nothing is.
    pub(super) fn finds_nothing(&self, world: &World, name: &str, argv: &[Value]) -> bool {
        let is_option = |word: &&Value| word.known_prefix().starts_with(['-', '(', '!']);
        let mut places: Vec<&Value> = match name {
            "find" => {
                let words = argv[1..].iter();
                let words = words.skip_while(|word| ["-L", "-H", "-P"].iter().any(|o| word.is(o)));
                words.take_while(|word| !is_option(word)).collect()
            }
            "ls" => argv[1..].iter().filter(|word| !is_option(word)).collect(),
            _ => return false,
        };
        let count = places.len();
        places.retain(|place| {
            let path = place.known().and_then(|path| world.state.absolute(&path));
            path.is_some_and(|path| self.kind(world, &path) == FileKind::Missing)
        });
        count > 0 && places.len() == count
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
            "id" => self.id(state, words),
            "stat" => self.shown_owner(state, words),
            "expr" => text(expr_of(argv)?),
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

    /// `id -u`, `id -un`, `id -g NAME`.
    fn id(&self, state: &State, words: &Words) -> Option<Value> {
        let mut options = String::new();
        let mut account = None;
        for word in &words[1..] {
            match (*word)?.strip_prefix('-') {
                Some(letters) => options.push_str(letters),
                None => account = *word,
            }
        }
        let number = |number: u32| Value::text(&number.to_string());
        let group = match options.as_str() {
            "u" | "ur" | "-user" => false,
            "g" | "gr" | "-group" => true,
            "un" | "nu" => {
                let own = state.user.to_string();
                return Some(Value::text(account.unwrap_or(&own)));
            }
            _ => return None,
        };
        let Some(account) = account else {
            return self.host.uid(&state.user).map(number);
        };
        let unknown = || {
            Value::unknown(Reason::Id {
                account: account.into(),
                group,
            })
        };
        let known = self.host.id(account, group);
        Some(known.map_or_else(unknown, number))
    }

    /// `stat -c %u FILE`: whose it is.
    fn shown_owner(&self, state: &State, words: &Words) -> Option<Value> {
        let (format, path) = match &words[1..] {
            [
                Some("-c" | "--format" | "--printf"),
                Some(format),
                Some(path),
            ]
            | [
                Some(path),
                Some("-c" | "--format" | "--printf"),
                Some(format),
            ] => (*format, *path),
            [Some(format), Some(path)] => {
                let options = ["-c", "--format=", "--printf="].into_iter();
                let mut formats = options.filter_map(|option| format.strip_prefix(option));
                (formats.next()?, *path)
            }
            _ => return None,
        };
        let group = match format {
            "%u" => false,
            "%g" => true,
            _ => return None,
        };
        let owner = self.host.owner(&state.absolute(path)?, group)?;
        Some(Value::text(&owner.to_string()))
    }
}

/// What `expr` prints, where all its words are known.
fn expr_of(argv: &[Value]) -> Option<String> {
    let words: Option<Vec<String>> = argv[1..].iter().map(Value::known).collect();
    expr::printed(&words?)
}
