//! `fix` on a copy of everything, in each style, and what came out.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use diegolint::context::is_dockerfile_name;
use rayon::prelude::*;

use crate::parser::Tally;
use crate::shells;
use crate::tree::{self, Entry, Tree};
use crate::{below, diegolint};

/// What was seen in one style.
#[derive(Default)]
struct Seen {
    dockerfiles: usize,
    scripts: usize,
    others: usize,
    refused: Vec<String>,
    broken: Vec<String>,
    unnamed: Vec<String>,
    modes: Vec<String>,
    again: Vec<String>,
    ended: Vec<String>,
}

/// Fixes copies of `folder` in each style; what does not hold. `expected` are the files that a
/// finding is about.
pub fn all(
    folder: &Path,
    left_out: &[PathBuf],
    expected: &BTreeSet<PathBuf>,
    tally: Option<&Tally>,
) -> io::Result<Vec<String>> {
    for shell in ["bash", "dash"] {
        if !shells::is_installed(shell) {
            println!("*** {shell} is not installed: its scripts are not checked. ***");
        }
    }
    println!("\nAfter `fix` on a copy:\n");
    println!(
        "style    changed: Dockerfiles  scripts  others | refused by BuildKit  broken in a shell  not named  mode changed  changed by a second fix"
    );
    let mut violations = Vec::new();
    for style in ["comment", "remove", "guard"] {
        let seen = one(style, folder, left_out, expected, tally)?;
        let refused = match tally {
            Some(_) => seen.refused.len().to_string(),
            None => "not asked".to_owned(),
        };
        println!(
            "{style:8} {:20} {:8} {:7} | {refused:>19} {:18} {:10} {:13} {:24}",
            seen.dockerfiles,
            seen.scripts,
            seen.others,
            seen.broken.len(),
            seen.unnamed.len(),
            seen.modes.len(),
            seen.again.len(),
        );
        let Seen {
            refused,
            broken,
            unnamed,
            modes,
            again,
            ended,
            ..
        } = seen;
        let lists = [refused, broken, unnamed, modes, again, ended];
        violations.extend(lists.concat().iter().map(|line| format!("{style}: {line}")));
    }
    Ok(violations)
}

fn one(
    style: &str,
    folder: &Path,
    left_out: &[PathBuf],
    expected: &BTreeSet<PathBuf>,
    tally: Option<&Tally>,
) -> io::Result<Seen> {
    let mut seen = Seen::default();
    let place = tempfile::tempdir()?;
    let copy = place.path().join("copy");
    tree::copy(folder, &copy, left_out)?;
    let before = tree::read(&copy)?;
    seen.ended.extend(fix(style, &copy)?);
    let after = tree::read(&copy)?;
    seen.ended.extend(fix(style, &copy)?);
    for name in differing(&after, &tree::read(&copy)?) {
        let line = format!("{}: a second fix changes it again", name.display());
        seen.again.push(line);
    }

    let mut dockerfiles = Vec::new();
    let mut scripts = Vec::new();
    for name in differing(&before, &after) {
        let (old, new) = match (before.get(name), after.get(name)) {
            (
                Some(Entry::File { mode, bytes }),
                Some(Entry::File {
                    mode: now,
                    bytes: new,
                }),
            ) => {
                if mode != now {
                    let line = format!("{}: mode {mode:o}, now {now:o}", name.display());
                    seen.modes.push(line);
                }
                (bytes, new)
            }
            _ => {
                let line = format!("{}: was put there or taken away", name.display());
                seen.unnamed.push(line);
                continue;
            }
        };
        let original = folder.join(name);
        if !expected.contains(&original.canonicalize().unwrap_or(original)) {
            let line = format!("{}: no finding is about it", name.display());
            seen.unnamed.push(line);
        }
        let file = name.file_name().unwrap_or_default().to_string_lossy();
        let text = String::from_utf8_lossy(old);
        if is_dockerfile_name(&file) {
            seen.dockerfiles += 1;
            dockerfiles.push((name, old, new));
        } else if let Some(shell) = shells::of(&file, &text) {
            seen.scripts += 1;
            scripts.push((name, shell, old, new));
        } else {
            seen.others += 1;
        }
    }
    if let Some(tally) = tally {
        seen.refused = newly_refused(tally, &dockerfiles)?;
    }
    seen.broken = broken(&dockerfiles, &scripts)?;
    Ok(seen)
}

/// Runs `fix`; a line if it did not come to a good end.
fn fix(style: &str, copy: &Path) -> io::Result<Vec<String>> {
    let output = diegolint()?
        .args(["fix", "--style", style])
        .arg(copy)
        .output()?;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    // What was refused before is refused still, and makes the status 2.
    let mut lines: Vec<String> = words
        .lines()
        .filter(|line| line.starts_with("error: fix: ") || line.contains("panicked"))
        .map(|line| below(copy, Path::new(line)).to_string())
        .collect();
    if !matches!(output.status.code(), Some(0..=2)) {
        lines.push(format!("fix ended with {}", output.status));
    }
    Ok(lines)
}

/// The paths at which two trees differ.
fn differing<'a>(one: &'a Tree, other: &'a Tree) -> Vec<&'a PathBuf> {
    let names: BTreeSet<&PathBuf> = one.keys().chain(other.keys()).collect();
    let differs = |name: &&PathBuf| one.get(*name) != other.get(*name);
    names.into_iter().filter(differs).collect()
}

type Changed<'a> = (&'a PathBuf, &'a Vec<u8>, &'a Vec<u8>);

/// The Dockerfiles that BuildKit's parser took before and does not any more.
fn newly_refused(tally: &Tally, changed: &[Changed<'_>]) -> io::Result<Vec<String>> {
    let text = |number: usize| -> Vec<Vec<u8>> {
        let texts = changed.iter();
        texts
            .map(|(_, old, new)| [old, new][number].to_vec())
            .collect()
    };
    let (before, after): (BTreeMap<_, _>, _) = (tally.refused(&text(0))?, tally.refused(&text(1))?);
    let mut lines = Vec::new();
    for (at, why) in after {
        if let (None, Some((name, ..))) = (before.get(&at), changed.get(at)) {
            lines.push(format!(
                "{}: BuildKit refuses it now: {why}",
                name.display()
            ));
        }
    }
    Ok(lines)
}

/// The scripts, and the commands of RUN, that a shell took before and does not any more.
fn broken(
    dockerfiles: &[Changed<'_>],
    scripts: &[(&PathBuf, &str, &Vec<u8>, &Vec<u8>)],
) -> io::Result<Vec<String>> {
    let in_scripts = scripts.par_iter().map(|(name, shell, old, new)| {
        let Some(why) = shells::refuses(shell, new)? else {
            return Ok(None);
        };
        let before = shells::refuses(shell, old)?;
        Ok(before
            .is_none()
            .then(|| format!("{}: {shell} -n refuses it now: {why}", name.display())))
    });
    let in_dockerfiles = dockerfiles.par_iter().map(|(name, old, new)| {
        let commands = |bytes: &[u8]| shells::commands(&String::from_utf8_lossy(bytes));
        let (old, new) = (commands(old), commands(new));
        let known: HashSet<&String> = old.iter().collect();
        let mut wrong = 0;
        for command in new.iter().filter(|command| !known.contains(command)) {
            wrong += usize::from(refused_by_both(command)?);
        }
        if wrong == 0 {
            return Ok(None);
        }
        let still: HashSet<&String> = new.iter().collect();
        for command in old.iter().filter(|command| !still.contains(command)) {
            wrong = wrong.saturating_sub(usize::from(refused_by_both(command)?));
        }
        let line = format!("{}: no shell takes {wrong} of its RUN now", name.display());
        Ok((wrong > 0).then_some(line))
    });
    let lines: io::Result<Vec<Option<String>>> = in_scripts.chain(in_dockerfiles).collect();
    Ok(lines?.into_iter().flatten().collect())
}

fn refused_by_both(command: &str) -> io::Result<bool> {
    let text = command.as_bytes();
    Ok(shells::refuses("dash", text)?.is_some() && shells::refuses("bash", text)?.is_some())
}
