//! Scripts that stand in a word of another: `sh -c "…"`, `echo '…' > start.sh`, a here-document that
//! becomes a file.

use super::place::{Owner, word_at};
use super::quote::is_plain;
use crate::source::Span;
use crate::syntax::shell::{List, Word, WordPart};

/// What surrounds a text in a word, and so decides how it is written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// A here-document with a quoted delimiter: the text stands as it is.
    Verbatim,
    /// A here-document in which the shell expands.
    HereDocument,
    /// `'…'`.
    Single,
    /// `"…"`.
    Double,
    /// None, or such as are not known here.
    Other,
}

impl Quotes {
    /// A text as it has to be written between them; none where that cannot be done.
    pub fn written(self, text: &str) -> Option<String> {
        let escape = |special: &[char]| {
            let mut out = String::new();
            for c in text.chars() {
                if special.contains(&c) {
                    out.push('\\');
                }
                out.push(c);
            }
            Some(out)
        };
        match self {
            Quotes::Verbatim => Some(text.to_owned()),
            Quotes::HereDocument => escape(&['$', '`', '\\']),
            Quotes::Double => escape(&['$', '`', '\\', '"']),
            Quotes::Single => Some(text.replace('\'', r"'\''")),
            Quotes::Other => is_plain(text).then(|| text.to_owned()),
        }
    }
}

/// The word of a script that has a text within it, and what surrounds the text there.
pub fn quotes_around(list: &List, text: Span) -> Option<(Span, Quotes)> {
    let (owner, word) = word_at(list, text)?;
    let part = part_at(word, text)?;
    let quotes = match (owner, part) {
        (Owner::HereDocument, WordPart::SingleQuoted { .. }) => Quotes::Verbatim,
        (Owner::HereDocument, WordPart::Literal { .. }) => Quotes::HereDocument,
        (_, WordPart::SingleQuoted { .. }) => Quotes::Single,
        (_, WordPart::DoubleQuoted { .. }) => Quotes::Double,
        _ => Quotes::Other,
    };
    Some((word.span, quotes))
}

/// The part that a text begins in.
fn part_at(word: &Word, text: Span) -> Option<&WordPart> {
    let begins = Span {
        end: text.start,
        ..text
    };
    word.parts.iter().find(|part| part.span().contains(begins))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::shell::{Dialect, parse, script_text};

    fn around(text: &str, inner: &str) -> Option<Quotes> {
        let parsed = parse(&script_text(text), Dialect::Bash);
        let start = text.find(inner).expect("the text");
        let span = Span::new(start, start + inner.len());
        quotes_around(&parsed.body, span).map(|(_, quotes)| quotes)
    }

    #[test]
    fn a_text_knows_what_is_around_it() {
        assert_eq!(around("sh -c 'a b; c'", "a b"), Some(Quotes::Single));
        assert_eq!(around("sh -c \"a b; c\"", "a b"), Some(Quotes::Double));
        assert_eq!(
            around("cat <<E\na b\nE\n", "a b"),
            Some(Quotes::HereDocument)
        );
        assert_eq!(around("cat <<'E'\na b\nE\n", "a b"), Some(Quotes::Verbatim));
        assert_eq!(around("sh -c a\\ b", "a\\ b"), Some(Quotes::Other));
        assert_eq!(around("a b; c", "a b"), None);
    }

    #[test]
    fn it_is_written_so_that_it_says_the_same() {
        let text = r#"[ "$(id -u)" = 'x' ]"#;
        let written = |quotes: Quotes| quotes.written(text);
        assert_eq!(written(Quotes::Verbatim).as_deref(), Some(text));
        assert_eq!(
            written(Quotes::HereDocument).as_deref(),
            Some(r#"[ "\$(id -u)" = 'x' ]"#)
        );
        assert_eq!(
            written(Quotes::Double).as_deref(),
            Some(r#"[ \"\$(id -u)\" = 'x' ]"#)
        );
        assert_eq!(
            written(Quotes::Single).as_deref(),
            Some(r#"[ "$(id -u)" = '\''x'\'' ]"#)
        );
        assert_eq!(written(Quotes::Other), None);
    }
}
