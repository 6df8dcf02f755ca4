//! Programs that start other programs, as files of the image tell them: one file for each kind.
//!
//! They say what is started, with the places where that is written; whether it can run there is
//! for the evaluation and the rules.

mod base;
mod confd;
mod files;
mod initscripts;
mod my_init;
mod node;
mod openvpn;
mod processes;
mod procfile;
mod scan;
mod supervisor;
mod words;

use super::host::LaunchHost;
use crate::eval::{Managed, State, Step, Value};
use crate::image::Files;
use crate::source::Origin;

/// A command that may be such a program.
struct Started<'a> {
    host: &'a LaunchHost<'a>,
    /// The files as it finds them.
    files: &'a Files,
    argv: &'a [Value],
    /// The words as text.
    texts: Vec<Option<String>>,
    state: &'a State,
    /// Where the command is written.
    origin: Origin,
}

/// What a command starts in its turn, if it is one of these programs.
pub(super) fn starts(
    host: &LaunchHost<'_>,
    argv: &[Value],
    state: &State,
    origin: Origin,
    before: &[&Step],
) -> Option<Managed> {
    let texts: Vec<Option<String>> = argv.iter().map(Value::known).collect();
    let word = texts.first()?.as_deref()?;
    let name = word.rsplit('/').next().unwrap_or_default();
    let starts: fn(&Started<'_>) -> Option<Managed> = match name {
        "supervisord" => supervisor::starts,
        "confd" => confd::starts,
        "openvpn" => openvpn::starts,
        "runsvdir" | "runsvdir-start" | "runsv" | "svscan" | "svscanboot" | "s6-svscan" => {
            scan::starts
        }
        "my_init" => my_init::starts,
        "init" | "systemd" => scan::first_process,
        "npm" | "yarn" | "pnpm" | "bun" => node::starts,
        "nodemon" | "forever" | "pm2-runtime" | "pm2-docker" | "pm2" => processes::starts,
        "foreman" | "honcho" | "forego" | "goreman" => procfile::starts,
        "service" | "invoke-rc.d" | "rc-service" => initscripts::service,
        _ if word.starts_with("/etc/init.d/") => initscripts::script,
        _ if base::is_entrypoint(host, name) => base::starts,
        _ if is_of_unknown_base(host, word) => scan::overlaid,
        _ => return None,
    };
    // What the start writes before is there, be it that a path is still to be opened for it.
    let written = before.iter().copied().filter(|step| step.given.is_empty());
    let files = host.image.files.after_all(written, host.scripts);
    let started = Started {
        host,
        files: &files,
        argv,
        texts,
        state,
        origin,
    };
    // What the image has a script for is followed as that script.
    let word = started.text(0)?;
    let path = match word.contains('/') {
        true => state.absolute(word),
        false => started.found(word),
    };
    if path.is_some_and(|path| started.text_of(&path).is_some()) {
        return None;
    }
    starts(&started)
}

/// Whether a program comes with a base that is not known.
fn is_of_unknown_base(host: &LaunchHost<'_>, word: &str) -> bool {
    host.image.base.is_none() && word.starts_with('/') && host.image.files.get(word).is_none()
}

impl Started<'_> {
    /// A word, if it is there and known.
    fn text(&self, index: usize) -> Option<&str> {
        self.texts.get(index)?.as_deref()
    }

    /// Where a word is written; the command if that is not known.
    fn place(&self, index: usize) -> Origin {
        let word = self.argv.get(index).and_then(Value::origin);
        word.unwrap_or(self.origin)
    }

    /// The value of an option that is one of `names`: behind it, behind `=`, or in the same word as
    /// a letter.
    fn option(&self, names: &[&str]) -> Option<&str> {
        self.texts
            .iter()
            .enumerate()
            .skip(1)
            .find_map(|(at, word)| {
                let word = word.as_deref()?;
                names.iter().find_map(|name| {
                    if asks_for_next(word, name) {
                        return self.text(at + 1);
                    }
                    let rest = word.strip_prefix(name)?;
                    rest.strip_prefix('=')
                        .or_else(|| (!name.starts_with("--")).then_some(rest))
                })
            })
    }

    /// Whether one of these options is there, with a value or without.
    fn has(&self, names: &[&str]) -> bool {
        let mut given = self.texts.iter().skip(1).flatten();
        given.any(|word| {
            names.iter().any(|name| {
                let rest = word.strip_prefix(name);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
            })
        })
    }

    /// Whether an option of one letter is among others in one word: `-nc FILE`.
    fn has_letter(&self, letter: char) -> bool {
        let mut given = self.texts.iter().skip(1).flatten();
        given.any(|word| {
            let letters = word.strip_prefix('-').unwrap_or_default();
            letters.len() < 4
                && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
                && letters.contains(letter)
        })
    }

    /// The indexes of the operands, where these options take a value in the next word.
    fn operands(&self, with_value: &[&str]) -> Vec<usize> {
        let mut found = Vec::new();
        let mut at = 1;
        while at < self.texts.len() {
            match self.text(at) {
                Some("--") => {
                    found.extend(at + 1..self.texts.len());
                    break;
                }
                Some(word) if word.starts_with('-') && word.len() > 1 => {
                    let takes = with_value.iter().any(|name| asks_for_next(word, name));
                    at += usize::from(takes);
                }
                _ => found.push(at),
            }
            at += 1;
        }
        found
    }
}

/// Whether the value of an option stands in the word behind this one: it is the option itself, or
/// letters of which the option's is the last, as in `-nc FILE`.
fn asks_for_next(word: &str, name: &str) -> bool {
    let letter = name.strip_prefix('-').filter(|name| name.len() == 1);
    let letters = word.strip_prefix('-').unwrap_or_default();
    // A longer word of letters is a value in the same word: `-fProcfile`.
    let together = letters.len() < 4 && letters.bytes().all(|byte| byte.is_ascii_alphabetic());
    word == name || together && letter.is_some_and(|letter| letters.ends_with(letter))
}
