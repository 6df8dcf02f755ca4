//! cp, mv, ln, and what edits files where they are: sed -i, perl -pi.

use crate::programs::options::Options;
use crate::programs::words::{WordPart, Words, program_name};

/// Files that are put somewhere else, or linked there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// What becomes of them.
    pub kind: CopyKind,
    /// The words with the files; the target of a link may be any text.
    pub sources: Vec<usize>,
    /// Where they go; `None` is the working directory, for a link with one operand.
    pub destination: Option<WordPart>,
    /// The destination is a folder for sure: `-t`, or more than one file.
    pub into: bool,
    /// The destination is never a folder that they go into: `-T`.
    pub exact: bool,
    /// Owner and bits go with them.
    pub keeps: bool,
    /// What is there already stays as it is: `-n`.
    pub keeps_old: bool,
}

/// What becomes of the files of a [`Copy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyKind {
    /// They are copied.
    Copy,
    /// They are moved.
    Move,
    /// Symbolic links to them are made.
    SoftLink,
    /// They get further names.
    HardLink,
}

/// A `cp`, `mv` or `ln` of at least one file.
pub fn parse_copy(argv: &Words) -> Option<Copy> {
    let name = program_name(argv);
    if !matches!(name, "cp" | "mv" | "ln") {
        return None;
    }
    const TARGET: [&str; 2] = ["-t", "--target-directory"];
    let found = Options::of(&[TARGET[0], TARGET[1], "-S", "--suffix"]).scan(argv, 1);
    let soft = found.has(&["-s", "--symbolic"]);
    let kind = match name {
        "cp" if soft => CopyKind::SoftLink,
        "cp" => CopyKind::Copy,
        "mv" => CopyKind::Move,
        _ if soft => CopyKind::SoftLink,
        _ => CopyKind::HardLink,
    };
    let mut sources = found.operands.clone();
    let target = found.given(&TARGET).and_then(|option| option.value.clone());
    let into = target.is_some() || sources.len() > 2;
    let destination = match target {
        Some(target) => Some(target),
        None if sources.len() > 1 => sources.pop().map(WordPart::whole),
        None if name == "ln" => None,
        None => return None,
    };
    if sources.is_empty() {
        return None;
    }
    Some(Copy {
        kind,
        sources,
        destination,
        into,
        exact: found.has(&["-T", "--no-target-directory"]),
        keeps: kind == CopyKind::Move
            || found.has(&["-a", "--archive", "-p", "--preserve", "--preserve=all"]),
        keeps_old: found.has(&["-n", "--no-clobber"]),
    })
}

/// The words with the files that a command edits in their place: it makes a new file beside each and
/// moves it there. `None` for any other command.
pub fn parse_in_place(argv: &Words) -> Option<Vec<usize>> {
    let files = match program_name(argv) {
        "sed" | "gsed" => sed(argv)?,
        "perl" => perl(argv)?,
        "crudini" => crudini(argv)?,
        _ => return None,
    };
    (!files.is_empty()).then_some(files)
}

/// `sed -i script file…`: the script is an operand, too, unless it stands behind `-e` or `-f`.
fn sed(argv: &Words) -> Option<Vec<usize>> {
    let mut in_place = false;
    let mut script = false;
    let mut files = Vec::new();
    let mut value = false;
    let mut ended = false;
    for (index, word) in argv.iter().enumerate().skip(1) {
        let option = word.filter(|word| !ended && word.len() > 1 && word.starts_with('-'));
        if std::mem::take(&mut value) {
            continue;
        }
        let Some(option) = option else {
            files.push(index);
            continue;
        };
        if option == "--" {
            ended = true;
        } else if let Some(long) = option.strip_prefix("--") {
            in_place |= long == "in-place" || long.starts_with("in-place=");
            script |= long.starts_with("expression") || long.starts_with("file");
            value = matches!(long, "expression" | "file" | "line-length");
        } else {
            let letters = &option[1..];
            for (at, letter) in letters.char_indices() {
                match letter {
                    // What follows is the suffix of a backup, not more options.
                    'i' => {
                        in_place = true;
                        break;
                    }
                    'e' | 'f' | 'l' => {
                        script |= letter != 'l';
                        value = at + 1 == letters.len();
                        break;
                    }
                    _ => {}
                }
            }
        }
    }
    if !script && !files.is_empty() {
        files.remove(0);
    }
    in_place.then_some(files)
}

/// `perl -pi -e code file…`
fn perl(argv: &Words) -> Option<Vec<usize>> {
    let mut in_place = false;
    let mut code = false;
    let mut value = false;
    let mut files = Vec::new();
    for (index, word) in argv.iter().enumerate().skip(1) {
        if std::mem::take(&mut value) {
            continue;
        }
        let option = word.filter(|word| files.is_empty() && word.len() > 1);
        let Some(letters) = option.and_then(|word| word.strip_prefix('-')) else {
            files.push(index);
            continue;
        };
        for (at, letter) in letters.char_indices() {
            match letter {
                // What follows is the suffix of a backup: `-i.bak`, and `-ie` is no code.
                'i' => {
                    in_place = true;
                    break;
                }
                'e' | 'E' => {
                    code = true;
                    value = at + 1 == letters.len();
                    break;
                }
                'M' | 'm' | 'I' | 'F' | 'x' => break,
                _ => {}
            }
        }
    }
    (in_place && code).then_some(files)
}

/// `crudini --set file section…`
fn crudini(argv: &Words) -> Option<Vec<usize>> {
    let found = Options::of(&["--format"]).scan(argv, 1);
    let changes = found.has(&["--set", "--del", "--merge"]);
    let file = found.operands.first().copied();
    file.filter(|_| changes && !found.has(&["--inplace", "--output"]))
        .map(|file| vec![file])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<Option<&str>> {
        line.split(' ')
            .map(|word| (word != "?").then_some(word))
            .collect()
    }

    #[test]
    fn the_last_operand_is_where_to_unless_an_option_says_so() {
        for (line, sources, destination, into) in [
            ("cp a b", vec![1], Some(2), false),
            ("cp -a a b c", vec![2, 3], Some(4), true),
            ("cp -t d a b", vec![3, 4], Some(2), true),
            ("mv -f ? b", vec![2], Some(3), false),
            ("ln -sf a b", vec![2], Some(3), false),
            ("ln -s a", vec![2], None, false),
        ] {
            let copy = parse_copy(&words(line)).expect(line);
            assert_eq!(copy.sources, sources, "{line}");
            assert_eq!(copy.destination.map(|p| p.index), destination, "{line}");
            assert_eq!(copy.into, into, "{line}");
        }
        for line in ["cp a", "mv", "cat a b", "cp --help"] {
            assert_eq!(parse_copy(&words(line)), None, "{line}");
        }
    }

    #[test]
    fn what_a_copy_keeps_and_makes() {
        let copy = |line| parse_copy(&words(line)).expect(line);
        assert!(copy("cp -rp a b").keeps && copy("cp -a a b").keeps && copy("mv a b").keeps);
        assert!(!copy("cp -r a b").keeps);
        assert!(copy("cp -n a b").keeps_old);
        assert_eq!(copy("ln -snf a b").kind, CopyKind::SoftLink);
        assert_eq!(copy("ln -f a b").kind, CopyKind::HardLink);
    }

    #[test]
    fn files_edited_where_they_are() {
        for (line, files) in [
            ("sed -i s/a/b/ f", Some(vec![3])),
            ("sed -ri s/a/b/ f g", Some(vec![3, 4])),
            ("sed -i.bak s/a/b/ f", Some(vec![3])),
            ("sed -i -e s/a/b/ -e s/c/d/ f", Some(vec![6])),
            ("sed -e s/a/b/ -i f", Some(vec![4])),
            ("sed -ie s/a/b/ f", Some(vec![3])),
            ("sed --in-place=.bak s/a/b/ f", Some(vec![3])),
            ("sed -i --expression=s/a/b/ f", Some(vec![3])),
            ("sed -ne s/a/b/p f", None),
            ("sed s/-i/b/ f", None),
            ("sed -f script.sed f", None),
            ("perl -pi -e s/a/b/ f", Some(vec![4])),
            ("perl -p -i.bak -e s/a/b/ f g", Some(vec![5, 6])),
            ("perl -pe s/a/b/ f", None),
            ("perl -i script.pl", None),
            ("crudini --set f a b c", Some(vec![2])),
            ("crudini --get f a b", None),
            ("awk -i f", None),
        ] {
            assert_eq!(parse_in_place(&words(line)), files, "{line}");
        }
    }
}
