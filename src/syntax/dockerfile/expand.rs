//! Quotes and variables in the arguments of instructions, as Docker resolves them.

use std::collections::HashSet;

use super::lexer::{Keep, process};

/// A text with its quotes and variables resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// The text.
    pub text: String,
    /// The variables that the text depends on and that were not set, each once, in their order: those
    /// with a default, too.
    pub unset: Vec<String>,
}

/// Resolves quotes, escapes and variables, as Docker does in the arguments of all instructions but
/// RUN, CMD and ENTRYPOINT, which a shell reads.
///
/// `escape` is the file's escape character and `lookup` gives the value of a variable. It knows
/// `$name`, `${name}` and, in `${name…}`, the operators `:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%`
/// `/` `//`. An error says what Docker would refuse.
pub fn expand(
    text: &str,
    escape: char,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<Expansion, String> {
    let processed = process(text, escape, Keep::default(), lookup)?;
    let mut seen = HashSet::new();
    let mut unset = processed.unset;
    unset.retain(|name| seen.insert(name.clone()));
    Ok(Expansion {
        text: processed.text,
        unset,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Option<String> {
        match name {
            "x" => Some("a/b.c".to_owned()),
            "empty" => Some(String::new()),
            _ => None,
        }
    }

    fn text(written: &str) -> Result<String, String> {
        expand(written, '\\', &lookup).map(|expansion| expansion.text)
    }

    #[test]
    fn quotes_and_variables_are_resolved() {
        for (written, expected) in [
            ("plain", "plain"),
            ("$x-${x}", "a/b.c-a/b.c"),
            ("'$x' \"$x\"", "$x a/b.c"),
            (r#"\$x "\$x" "\n" \n"#, r#"$x $x \n n"#),
            (r#""it's" 'a "b"'"#, r#"it's a "b""#),
            ("$xy|$1|$", "||$"),
            ("${u:-d} ${empty:-d} ${empty-d} ${x:-d}", "d d  a/b.c"),
            ("${u:+d} ${empty:+d} ${empty+d} ${x:+d}", "  d d"),
            ("${u:-${x}} ${u-'a b'}", "a/b.c a b"),
            ("${x?no} ${x:?no}", "a/b.c a/b.c"),
            ("${x#*/} ${x##*[./]}", "b.c a/b.c"),
            ("${x%.*} ${x%%/*}", "a/b a"),
            ("${x/b/X} ${x//[/]/X}", "a/X.c a/b.c"),
            (r"${x/\//-} ${x//?/z}", "a-b.c zzzzz"),
            ("<<EOF", "<<EOF"),
        ] {
            assert_eq!(text(written).as_deref(), Ok(expected), "{written}");
        }
        let with_backtick = expand(r"C:\x `$x", '`', &lookup).map(|e| e.text);
        assert_eq!(with_backtick.as_deref(), Ok(r"C:\x $x"));
    }

    #[test]
    fn variables_that_are_not_set_are_named() {
        for (written, expected) in [
            ("$u ${v} $u", vec!["u", "v"]),
            ("${u:-$v}", vec!["v", "u"]),
            ("${x:-$v}", vec![]),
            ("${u:+$v}", vec!["u"]),
            ("$x '$u'", vec![]),
        ] {
            let mut unset = expand(written, '\\', &lookup).map(|e| e.unset);
            if let Ok(names) = &mut unset {
                names.sort();
            }
            let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
            expected.sort();
            assert_eq!(unset, Ok(expected), "{written}");
        }
    }

    #[test]
    fn what_docker_refuses_is_an_error() {
        for (written, expected) in [
            ("${x", "missing '}'"),
            ("${u:-", "missing '}'"),
            ("${x/a}", "missing '/'"),
            ("${}", "bad substitution"),
            ("${x:z}", "unsupported modifier (:z)"),
            ("${x:#a}", "unsupported modifier (:#)"),
            ("${x!a}", "unsupported modifier (!)"),
            ("${u:?is needed}", "u: is needed"),
            ("${empty:?}", "empty: is not allowed to be empty"),
            ("${x#\\a}", "invalid escape"),
            ("'a", "single-quote"),
            ("\"a", "double-quote"),
        ] {
            let error = text(written).err().unwrap_or_default();
            assert!(error.contains(expected), "{written}: {error}");
        }
    }

    #[test]
    fn depth_is_no_danger() {
        assert!(text(&"${u:-".repeat(200_000)).is_err());
        let nested = format!("{}x{}", "${u:-".repeat(50), "}".repeat(50));
        assert_eq!(text(&nested).as_deref(), Ok("x"));
    }
}
