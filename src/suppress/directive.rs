//! What a comment says to diegolint.

use std::ops::Range;

use crate::rules;

const NAME: &str = "diegolint";
const IGNORE: &str = "ignore";
const IGNORE_FILE: &str = "ignore-file";
/// What other programs call it.
const OTHERS: [&str; 5] = ["disable", "noqa", "nolint", "skip", "allow"];
/// A word with more letters wrong is another word.
const WRONG_LETTERS: usize = 2;

/// A comment that speaks to diegolint. Ranges are of the comment's text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Directive {
    /// `ignore=a,b reason`, `ignore-file`, `ignore-file=a,b reason`.
    Ignore {
        whole_file: bool,
        word: Range<usize>,
        /// All rules where there are none.
        names: Vec<Range<usize>>,
        reason: Option<String>,
    },
    /// What was meant to be one.
    Malformed {
        /// What it is written with.
        words: Range<usize>,
        /// How it would be right, where that can be told.
        correct: Option<String>,
    },
}

/// Reads a comment, from its `#`, `;` or `//` on. Other words behind `diegolint:` are for people: `fix`
/// writes the rule and its reason there.
pub(super) fn parse(comment: &str) -> Option<Directive> {
    let mark = ["#", ";", "//"]
        .into_iter()
        .find(|mark| comment.starts_with(*mark))?;
    let behind = comment.trim_start_matches(mark).trim_start();
    let name = behind.get(..NAME.len())?;
    let said = behind.get(NAME.len()..)?;
    if !name.eq_ignore_ascii_case(NAME) {
        return None;
    }
    let at = comment.len() - behind.len();
    let is_marked_once = comment[mark.len()..at].trim().is_empty();
    let is_exact = name == NAME && said.starts_with(':') && is_marked_once;
    let said = said.strip_prefix(':').unwrap_or(said).trim_start();
    let start = comment.len() - said.len();
    let key = said
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
        .unwrap_or(said.len());
    let (key, tail) = said.split_at(key);
    let word = start..start + key.len();
    if !is_exact {
        // Of a sentence about diegolint, the words are not for it.
        let is_meant = tail.starts_with('=') && (is_near(key) || OTHERS.contains(&key));
        // Further marks go, too.
        let from = if is_marked_once { at } else { mark.len() };
        return is_meant.then(|| malformed(comment, from, word, key));
    }
    match (key, tail.chars().next()) {
        (IGNORE | IGNORE_FILE, Some('=')) => {
            let (names, end) = list(comment, word.end + 1);
            if names.is_empty() {
                return Some(malformed(comment, word.start, word, key));
            }
            Some(Directive::Ignore {
                whole_file: key == IGNORE_FILE,
                word,
                names,
                reason: reason(&comment[end..]),
            })
        }
        (IGNORE_FILE, None | Some(' ' | '\t')) => Some(Directive::Ignore {
            whole_file: true,
            reason: reason(tail),
            word,
            names: Vec::new(),
        }),
        // What `fix` writes: the rule and its reason.
        (_, Some(':')) if rules::name(key).is_some() => None,
        (_, Some('=')) if OTHERS.contains(&key) => Some(malformed(comment, word.start, word, key)),
        _ if is_near(key) => Some(malformed(comment, word.start, word, key)),
        _ => None,
    }
}

fn is_near(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let near = |meant| strsim::damerau_levenshtein(&key, meant) <= WRONG_LETTERS;
    key.starts_with(IGNORE) || key.len() >= IGNORE.len() - 1 && (near(IGNORE) || near(IGNORE_FILE))
}

/// The names between commas from `at` on, and where they end. Behind a comma and a blank only the name
/// of a rule goes on with the list: all else is the reason.
fn list(comment: &str, mut at: usize) -> (Vec<Range<usize>>, usize) {
    let mut names = Vec::new();
    let mut end = at;
    loop {
        let rest = &comment[at..];
        let length = rest.find([' ', '\t', ',']).unwrap_or(rest.len());
        let name = at..at + length;
        let apart = comment[..at].ends_with([' ', '\t']);
        if apart && rules::name(&comment[name.clone()]).is_none() {
            break;
        }
        if length > 0 {
            names.push(name.clone());
        }
        end = name.end;
        let Some(behind) = comment[end..].strip_prefix(',') else {
            break;
        };
        end += 1;
        at = comment.len() - behind.trim_start_matches([' ', '\t']).len();
    }
    (names, end)
}

fn reason(text: &str) -> Option<String> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || "-–—:".contains(c));
    let text = text.trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A directive that is written wrongly, from `start` on, with what was meant if it names rules that are
/// there.
fn malformed(comment: &str, start: usize, word: Range<usize>, key: &str) -> Directive {
    // What stands before the word is right, or goes with it.
    let before = match &comment[start..word.start] {
        "" => "",
        written if written.starts_with(['d', 'D']) => "diegolint: ",
        _ => " diegolint: ",
    };
    let lower = key.to_ascii_lowercase();
    let meant = match lower.contains("file") {
        true => IGNORE_FILE,
        false => IGNORE,
    };
    let tail = &comment[word.end..];
    let from = comment.len()
        - tail
            .trim_start_matches(|c: char| c.is_whitespace() || "=:([".contains(c))
            .len();
    let (names, end) = list(comment, from);
    let names: Vec<&str> = names
        .into_iter()
        .filter_map(|name| rules::name(comment[name].trim_end_matches([')', ']', ':', ';'])))
        .collect();
    let whole_word = tail.find([' ', '\t']).unwrap_or(tail.len());
    if names.is_empty() {
        let bare = tail[..whole_word].chars().all(|c| "=:".contains(c));
        return Directive::Malformed {
            words: start..word.end + whole_word,
            correct: (meant == IGNORE_FILE && bare).then(|| format!("{before}{meant}")),
        };
    }
    Directive::Malformed {
        words: start..end,
        correct: Some(format!("{before}{meant}={}", names.join(","))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directive in short: what it ignores where, and the reason.
    fn read(comment: &str) -> String {
        match parse(comment) {
            None => "-".to_owned(),
            Some(Directive::Ignore {
                whole_file,
                names,
                reason,
                ..
            }) => {
                let names: Vec<&str> = names.into_iter().map(|n| &comment[n]).collect();
                let place = if whole_file { "file" } else { "line" };
                format!("{place} {names:?} {}", reason.unwrap_or_default())
            }
            Some(Directive::Malformed { words, correct }) => {
                format!("{}? {}", &comment[words], correct.unwrap_or_default())
            }
        }
    }

    #[test]
    fn what_is_ignored_and_why() {
        for (comment, expected) in [
            ("# diegolint: ignore=volume", r#"line ["volume"] "#),
            ("#diegolint:ignore=volume", r#"line ["volume"] "#),
            (
                "# diegolint: ignore=volume,wrong-port  behind a proxy ",
                r#"line ["volume", "wrong-port"] behind a proxy"#,
            ),
            (
                "# diegolint: ignore=volume, wrong-port: why",
                r#"line ["volume"] wrong-port: why"#,
            ),
            (
                "# diegolint: ignore=volume, wrong-port why",
                r#"line ["volume", "wrong-port"] why"#,
            ),
            (
                "# diegolint: ignore=volume, for now",
                r#"line ["volume"] for now"#,
            ),
            ("; diegolint: ignore=nonsense", r#"line ["nonsense"] "#),
            ("// diegolint: ignore-file", "file [] "),
            ("# diegolint: ignore-file -- old", "file [] old"),
            (
                "# diegolint: ignore-file=volume old",
                r#"file ["volume"] old"#,
            ),
        ] {
            assert_eq!(read(comment), expected, "{comment}");
        }
    }

    #[test]
    fn what_is_written_wrongly() {
        for (comment, expected) in [
            ("# diegolint: ignore", "ignore? "),
            ("# diegolint: ignore=", "ignore=? "),
            ("# diegolint: ignore this", "ignore? "),
            ("# diegolint: ignore volume", "ignore volume? ignore=volume"),
            (
                "# diegolint: ignore:volume,wrong-port why",
                "ignore:volume,wrong-port? ignore=volume,wrong-port",
            ),
            ("# diegolint: ignroe=volume", "ignroe=volume? ignore=volume"),
            ("# diegolint: Ignore=volume", "Ignore=volume? ignore=volume"),
            (
                "# diegolint: ignore_file=volume",
                "ignore_file=volume? ignore-file=volume",
            ),
            ("# diegolint: ignorefile", "ignorefile? ignore-file"),
            ("# diegolint: ignore-file=", "ignore-file=? ignore-file"),
            (
                "# diegolint: disable=volume",
                "disable=volume? ignore=volume",
            ),
            (
                "# diegolint ignore=volume why",
                "diegolint ignore=volume? diegolint: ignore=volume",
            ),
            (
                "#Diegolint: ignore=volume",
                "Diegolint: ignore=volume? diegolint: ignore=volume",
            ),
            (
                "## diegolint: ignore=volume",
                "# diegolint: ignore=volume?  diegolint: ignore=volume",
            ),
        ] {
            assert_eq!(read(comment), expected, "{comment}");
        }
    }

    #[test]
    fn what_is_said_to_people() {
        for comment in [
            "# diegolint: volume: nothing lasts here",
            "# diegolint: ignored-instruction: nobody reads it",
            "# diegolint: see the README",
            "# diegolint: skip this one",
            "# diegolint ignores this file",
            "# diegolint would ignore=volume",
            "# diegolint:",
            "# # diegolint: ignore=volume",
            "# hadolint ignore=DL3008",
            "# check=skip=JSONArgsRecommended",
            "# shellcheck disable=SC2086",
            "# ignore=volume",
        ] {
            assert_eq!(read(comment), "-", "{comment}");
        }
    }
}
