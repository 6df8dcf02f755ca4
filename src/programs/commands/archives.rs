//! Commands that put a whole tree of files somewhere, of which only the top is known.

use super::writes::{Manner, PutPath, parse_writes};
use crate::programs::options::Options;
use crate::programs::words::{WordPart, Words, program_name};

/// An archive that is taken apart, or a repository that is cloned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// The folder that it goes into; the working directory if it is not said.
    pub folder: Option<WordPart>,
    /// A new folder in the working directory, where the command itself names it.
    pub new: Option<String>,
    /// The archive's name without its ending. Releases mostly hold one folder of that name.
    pub name: Option<String>,
}

/// The endings of archives' names.
const ENDINGS: &[&str] = &[
    ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz", ".tar.zst", ".tar", ".zip",
];

/// What `tar`, `unzip` and `git clone` put somewhere.
pub fn parse_unpacked(argv: &Words) -> Option<Unpacked> {
    match program_name(argv) {
        "git" => cloned(argv),
        "tar" | "unzip" => {
            let puts = parse_writes(argv);
            let put = puts.first().filter(|put| put.manner == Manner::Either)?;
            let folder = match &put.path {
                PutPath::Part(part) => Some(part.clone()),
                _ => None,
            };
            Some(Unpacked {
                folder,
                new: None,
                name: name(argv),
            })
        }
        _ => None,
    }
}

/// The name of the archive, unless the folder in it is left out.
fn name(argv: &Words) -> Option<String> {
    let words = || argv.iter().skip(1).flatten();
    if words().any(|word| word.starts_with("--strip")) {
        return None;
    }
    words().find_map(|word| {
        let file = word.rsplit('/').next()?;
        let mut stems = ENDINGS
            .iter()
            .filter_map(|ending| file.strip_suffix(ending));
        let stem = stems.next()?;
        let plain = !stem.is_empty() && !stem.contains(['*', '?', '[']);
        plain.then(|| stem.to_owned())
    })
}

/// `git clone [-b branch] https://x/y.git [folder]`
fn cloned(argv: &Words) -> Option<Unpacked> {
    let options = Options::of(&[
        "-C",
        "-c",
        "-b",
        "--branch",
        "--depth",
        "-o",
        "--origin",
        "--config",
        "--reference",
        "-j",
        "--jobs",
        "--filter",
        "-u",
        "--template",
    ]);
    let found = options.scan(argv, 1);
    let word = |at: usize| argv.get(at).copied().flatten();
    let [command, from, rest @ ..] = found.operands.as_slice() else {
        return None;
    };
    if word(*command) != Some("clone") || found.has(&["-C"]) {
        return None;
    }
    if let Some(folder) = rest.first() {
        return Some(Unpacked {
            folder: Some(WordPart::whole(*folder)),
            ..Unpacked::default()
        });
    }
    let from = word(*from)?.trim_end_matches('/');
    let last = from.rsplit(['/', ':']).next()?;
    let new = last.strip_suffix(".git").unwrap_or(last);
    (!new.is_empty()).then(|| Unpacked {
        new: Some(new.to_owned()),
        ..Unpacked::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_tree_goes() {
        for (line, folder, new, name) in [
            ("tar -xzf /tmp/x-1.0.tar.gz -C /opt", "/opt", "", "x-1.0"),
            ("tar xzf x-1.0.tgz", "", "", "x-1.0"),
            ("tar -xzf x-1.0.tgz --strip-components=1", "", "", ""),
            ("tar xz", "", "", ""),
            ("unzip -q x.zip -d /srv/x", "/srv/x", "", "x"),
            (
                "git clone --depth 1 https://example.org/a/b.git",
                "",
                "b",
                "",
            ),
            (
                "git clone -b v1 https://example.org/a/b /srv/b",
                "/srv/b",
                "",
                "",
            ),
            ("git clone git@example.org:b.git", "", "b", ""),
        ] {
            let words: Vec<Option<&str>> = line.split(' ').map(Some).collect();
            let found = parse_unpacked(&words).unwrap_or_else(|| panic!("{line}"));
            let said = found.folder.as_ref().and_then(|part| part.text(&words));
            assert_eq!(said.unwrap_or_default(), folder, "{line}");
            assert_eq!(found.new.unwrap_or_default(), new, "{line}");
            assert_eq!(found.name.unwrap_or_default(), name, "{line}");
        }
        for line in [
            "tar czf /x.tgz y",
            "tar -tzf x.tgz",
            "unzip -l x.zip",
            "git pull",
            "git -C /srv/b fetch",
            "cat x.tgz",
        ] {
            let words: Vec<Option<&str>> = line.split(' ').map(Some).collect();
            assert_eq!(parse_unpacked(&words), None, "{line}");
        }
    }
}
