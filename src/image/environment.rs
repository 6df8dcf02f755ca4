//! `envsubst`: a text with the variables of the environment put in.

use crate::eval::{Content, Piece, Step, Value};

/// A text in which `$NAME` and `${NAME}` are the variables that a command sees. With a format, only
/// those that are named there are put in. One that is not set is nothing.
pub(super) fn put_in(text: &Value, format: Option<&str>, step: &Step) -> Value {
    let named: Option<Vec<&str>> = format.map(|format| {
        let found = format.match_indices('$');
        found
            .filter_map(|(at, _)| reference(&format[at..]))
            .map(|(name, _)| name)
            .collect()
    });
    let mut out = Value::default();
    for piece in text.pieces() {
        let mut whole = Value::default();
        whole.push_piece(piece.clone());
        let Piece::Known { text: known, .. } = piece else {
            out.push(whole);
            continue;
        };
        let mut start = 0;
        for (at, _) in known.match_indices('$') {
            let Some((name, length)) = reference(&known[at..]).filter(|_| at >= start) else {
                continue;
            };
            if named.as_ref().is_some_and(|named| !named.contains(&name)) {
                continue;
            }
            out.push(whole.slice(start..at).unwrap_or_default());
            let variable = step
                .variables
                .get(name)
                .filter(|variable| variable.exported);
            if let Some(Content::Scalar(value)) = variable.map(|variable| &variable.content) {
                out.push(value.clone());
            }
            start = at + length;
        }
        out.push(whole.slice(start..known.len()).unwrap_or_default());
    }
    out
}

/// The name behind a `$`, and the length of all of it.
fn reference(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix('$')?;
    let inner = rest.strip_prefix('{');
    let name = inner.unwrap_or(rest);
    let length = name
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count();
    let (name, behind) = name.split_at(length);
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let closed = inner.is_none() || behind.starts_with('}');
    let braces = if inner.is_some() { 2 } else { 0 };
    (begins && closed).then_some((name, 1 + length + braces))
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn a_variable_is_a_name_in_braces_or_not() {
        for (text, expected) in [
            ("$PORT;", Some(("PORT", 5))),
            ("${PORT}x", Some(("PORT", 7))),
            ("$_a1-", Some(("_a1", 4))),
            ("${PORT:-80}", None),
            ("$1", None),
            ("$", None),
            ("${a", None),
        ] {
            assert_eq!(reference(text), expected, "{text}");
        }
    }
}
