//! Docker's keywords, and which one was meant.

use super::Keyword;

const KNOWN: [(&str, Keyword); 18] = [
    ("add", Keyword::Add),
    ("arg", Keyword::Arg),
    ("cmd", Keyword::Cmd),
    ("copy", Keyword::Copy),
    ("entrypoint", Keyword::Entrypoint),
    ("env", Keyword::Env),
    ("expose", Keyword::Expose),
    ("from", Keyword::From),
    ("healthcheck", Keyword::Healthcheck),
    ("label", Keyword::Label),
    ("maintainer", Keyword::Maintainer),
    ("onbuild", Keyword::Onbuild),
    ("run", Keyword::Run),
    ("shell", Keyword::Shell),
    ("stopsignal", Keyword::Stopsignal),
    ("user", Keyword::User),
    ("volume", Keyword::Volume),
    ("workdir", Keyword::Workdir),
];

/// The keyword that a word is, in whatever case.
pub(super) fn keyword(word: &str) -> Keyword {
    let lower = word.to_lowercase();
    KNOWN
        .iter()
        .find(|(name, _)| *name == lower)
        .map_or_else(|| Keyword::Unknown(word.to_uppercase()), |(_, k)| k.clone())
}

/// The keyword that is nearest to an unknown word, at most two letters away, in the word's case.
pub(super) fn suggestion(word: &str) -> Option<String> {
    const LONGEST: usize = "healthcheck".len() + 2;
    if word.chars().take(LONGEST + 1).count() > LONGEST {
        return None;
    }
    let lower = word.to_lowercase();
    let first = lower.chars().next();
    // Of two that are equally near, the one with the same first letter.
    let (name, distance) = KNOWN
        .iter()
        .map(|(name, _)| (*name, distance(&lower, name)))
        .min_by_key(|(name, distance)| (*distance, name.chars().next() != first))?;
    if distance > 2 {
        return None;
    }
    let in_lower_case = word == lower;
    Some(if in_lower_case {
        name.to_owned()
    } else {
        name.to_uppercase()
    })
}

/// How many letters have to be put in, taken out or changed (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        let (mut left, mut diagonal) = (i + 1, i);
        for (up, to) in row.iter().skip(1).zip(&b) {
            left = (left + 1)
                .min(up + 1)
                .min(diagonal + usize::from(from != *to));
            diagonal = *up;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_does_not_matter() {
        assert_eq!(keyword("EntryPoint"), Keyword::Entrypoint);
        assert_eq!(keyword("foo"), Keyword::Unknown("FOO".into()));
    }

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        assert_eq!(suggestion("FNTRYPOINT").as_deref(), Some("ENTRYPOINT"));
        assert_eq!(suggestion("rnu").as_deref(), Some("run"));
        assert_eq!(suggestion("WORKDI").as_deref(), Some("WORKDIR"));
        assert_eq!(suggestion("BADCMD"), None);
        assert_eq!(suggestion(&"x".repeat(100_000)), None);
    }
}
