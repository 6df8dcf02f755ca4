//! chown, chgrp, chmod, mkdir, install, rsync: whose files, which bits, which paths.

use crate::programs::options::{Arguments, Options};
use crate::programs::words::{WordPart, Words, program_name};

/// A change of owner or group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chown {
    /// The account and the group, each as far as given; `None` where a reference file or a word that
    /// is not known says it.
    pub owner: Option<(Option<String>, Option<String>)>,
    /// The word with the owner; `None` with a reference file.
    pub owner_index: Option<usize>,
    /// With everything below.
    pub recursive: bool,
    /// The words with the paths.
    pub paths: Vec<usize>,
}

/// A change of permission bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chmod {
    /// The bits as written; `None` where they are not known.
    pub mode: Option<String>,
    /// The word with the bits; `None` with a reference file.
    pub mode_index: Option<usize>,
    /// With everything below.
    pub recursive: bool,
    /// The words with the paths.
    pub paths: Vec<usize>,
}

/// New directories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MakeDirectory {
    /// With the directories above, and no error where it is there.
    pub parents: bool,
    /// The bits as written.
    pub mode: Option<String>,
    /// The words with the paths.
    pub paths: Vec<usize>,
}

/// Files or directories that are put somewhere with an owner and bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// All paths are directories to make.
    pub directory: bool,
    /// The account, if it is given and known.
    pub owner: Option<String>,
    /// Where the account stands.
    pub owner_part: Option<WordPart>,
    /// The word with the option that gives the account.
    pub owner_option: Option<usize>,
    /// The group, if it is given and known.
    pub group: Option<String>,
    /// Where the group stands.
    pub group_part: Option<WordPart>,
    /// The word with the option that gives the group.
    pub group_option: Option<usize>,
    /// The bits as written; `install` gives 755 where there are none.
    pub mode: Option<String>,
    /// Where the bits stand.
    pub mode_part: Option<WordPart>,
    /// The directories to make, or the files to copy.
    pub paths: Vec<usize>,
    /// Where the files go; `None` for directories.
    pub destination: Option<WordPart>,
}

/// A copy by rsync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rsync {
    /// Where `--chown` says the owner.
    pub chown: Option<WordPart>,
    /// The word with that option.
    pub chown_option: Option<usize>,
    /// The files to copy.
    pub paths: Vec<usize>,
    /// Where they go.
    pub destination: Option<usize>,
}

/// A `chown` or `chgrp` of at least one path.
pub fn parse_chown(argv: &Words) -> Option<Chown> {
    let group_only = match program_name(argv) {
        // linuxserver's images have a script that asks chown, and never fails.
        "chown" | "lsiown" => false,
        "chgrp" => true,
        _ => return None,
    };
    let found = Options::of(&["--reference", "--from"]).scan(argv, 1);
    let recursive = found.has(&["-R", "--recursive"]);
    if found.has(&["--reference"]) {
        return Some(Chown {
            owner: None,
            owner_index: None,
            recursive,
            paths: some(found.operands)?,
        });
    }
    let (owner_index, paths) = first_and_rest(found)?;
    let text = argv.get(owner_index).copied().flatten();
    Some(Chown {
        owner: text.map(|text| match group_only {
            true => (None, part(text)),
            false => owner(text),
        }),
        owner_index: Some(owner_index),
        recursive,
        paths,
    })
}

/// `user`, `user:group`, `user:`, `:group`; a dot instead of the colon is the old way. `user:` means
/// the user's own group, which has the user's name in all that this is about.
fn owner(text: &str) -> (Option<String>, Option<String>) {
    let (user, group) = match text.split_once(':').or_else(|| text.split_once('.')) {
        None => return (part(text), None),
        Some((user, "")) => (user, user),
        Some((user, group)) => (user, group),
    };
    (part(user), part(group))
}

/// `+1000` is a number that cannot be a name.
fn part(text: &str) -> Option<String> {
    let text = match text.strip_prefix('+') {
        Some(number) if number.bytes().all(|b| b.is_ascii_digit()) => number,
        _ => text,
    };
    (!text.is_empty()).then(|| text.to_string())
}

/// A `chmod` of at least one path.
pub fn parse_chmod(argv: &Words) -> Option<Chmod> {
    if program_name(argv) != "chmod" {
        return None;
    }
    // `-w`, `-x` and the like are modes that look like options.
    let mut options = Vec::new();
    let mut operands = Vec::new();
    let mut ended = false;
    for (index, word) in argv.iter().enumerate().skip(1) {
        match word {
            Some("--") if !ended => ended = true,
            Some(word) if !ended && word.len() > 1 && word.starts_with('-') && !is_mode(word) => {
                options.push(*word);
            }
            _ => operands.push(index),
        }
    }
    let recursive = options
        .iter()
        .any(|o| *o == "--recursive" || (!o.starts_with("--") && o.contains('R')));
    if options.iter().any(|o| o.starts_with("--reference")) {
        return Some(Chmod {
            mode: None,
            mode_index: None,
            recursive,
            paths: some(operands)?,
        });
    }
    let (mode_index, paths) = operands.split_first()?;
    Some(Chmod {
        mode: argv[*mode_index].map(str::to_string),
        mode_index: Some(*mode_index),
        recursive,
        paths: some(paths.to_vec())?,
    })
}

fn is_mode(word: &str) -> bool {
    word.bytes()
        .skip(1)
        .all(|b| b"rwxXst0123456789,=+-ugoa".contains(&b))
}

/// A `mkdir` of at least one path.
pub fn parse_mkdir(argv: &Words) -> Option<MakeDirectory> {
    if program_name(argv) != "mkdir" {
        return None;
    }
    let found = Options::of(&["-m", "--mode"]).scan(argv, 1);
    Some(MakeDirectory {
        parents: found.has(&["-p", "--parents"]),
        mode: text(&found, &["-m", "--mode"]),
        paths: some(found.operands)?,
    })
}

/// An `install`.
pub fn parse_install(argv: &Words) -> Option<Install> {
    if program_name(argv) != "install" {
        return None;
    }
    const OWNER: [&str; 2] = ["-o", "--owner"];
    const GROUP: [&str; 2] = ["-g", "--group"];
    let found = Options::of(&[
        "-o",
        "--owner",
        "-g",
        "--group",
        "-m",
        "--mode",
        "-t",
        "--target-directory",
        "-S",
        "--suffix",
        "--strip-program",
    ])
    .scan(argv, 1);
    let directory = found.has(&["-d", "--directory"]);
    let target = found.given(&["-t", "--target-directory"]);
    let mut paths = found.operands.clone();
    let destination = match (directory, target) {
        (true, _) => None,
        (false, Some(target)) => target.value.clone(),
        (false, None) => match paths.len() {
            0 | 1 => return None,
            _ => paths.pop().map(WordPart::whole),
        },
    };
    let part = |names: &[&str]| found.given(names).and_then(|o| o.value.clone());
    Some(Install {
        directory,
        owner: text(&found, &OWNER),
        owner_part: part(&OWNER),
        owner_option: found.given(&OWNER).map(|o| o.index),
        group: text(&found, &GROUP),
        group_part: part(&GROUP),
        group_option: found.given(&GROUP).map(|o| o.index),
        mode: text(&found, &["-m", "--mode"]),
        mode_part: part(&["-m", "--mode"]),
        paths: some(paths)?,
        destination,
    })
}

/// An `rsync` with a source and a destination.
pub fn parse_rsync(argv: &Words) -> Option<Rsync> {
    if program_name(argv) != "rsync" {
        return None;
    }
    let found = Options::of(&[
        "--chown",
        "--chmod",
        "--exclude",
        "--include",
        "--exclude-from",
        "-e",
        "--rsh",
        "--usermap",
        "--groupmap",
        "-f",
        "--filter",
        "--files-from",
        "-T",
        "--temp-dir",
    ])
    .scan(argv, 1);
    let mut paths = found.operands.clone();
    let destination = match paths.len() {
        0 => return None,
        1 => None,
        _ => paths.pop(),
    };
    let chown = found.given(&["--chown"]);
    Some(Rsync {
        chown: chown.and_then(|o| o.value.clone()),
        chown_option: chown.map(|o| o.index),
        paths,
        destination,
    })
}

fn text(found: &Arguments, names: &[&str]) -> Option<String> {
    found.given(names).and_then(|o| o.text).map(str::to_string)
}

fn first_and_rest(found: Arguments) -> Option<(usize, Vec<usize>)> {
    let (first, rest) = found.operands.split_first()?;
    Some((*first, some(rest.to_vec())?))
}

fn some(paths: Vec<usize>) -> Option<Vec<usize>> {
    (!paths.is_empty()).then_some(paths)
}
