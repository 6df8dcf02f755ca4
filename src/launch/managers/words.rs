//! Words of a command line that no shell reads: apart by blanks, whole in quotes, as Python's
//! `shlex` splits them.

use crate::eval::{Piece, Value};

/// The words of a command line; none where a quote is left open.
pub(super) fn split(line: &Value) -> Option<Vec<Value>> {
    split_by(line, char::is_whitespace)
}

/// The same, apart by other characters.
pub(super) fn split_by(line: &Value, apart: fn(char) -> bool) -> Option<Vec<Value>> {
    let mut words = Vec::new();
    let mut word: Option<Value> = None;
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for piece in line.pieces() {
        let Piece::Known { text, .. } = piece else {
            let mut unknown = Value::default();
            if let Piece::Unknown(reason) = piece {
                unknown = Value::unknown(reason.clone());
            }
            word.get_or_insert_with(Value::default).push(unknown);
            continue;
        };
        let whole = value_of(piece);
        // Bytes that belong to the word as they stand, up to what ends them.
        let mut run: Option<usize> = None;
        for (at, character) in text.char_indices() {
            let takes = if escaped {
                escaped = false;
                // In double quotes a backslash stands for itself before most characters.
                true
            } else {
                match (quote, character) {
                    (Some('"') | None, '\\') => {
                        escaped = true;
                        false
                    }
                    (Some(open), c) if c == open => {
                        quote = None;
                        false
                    }
                    (None, '"' | '\'') => {
                        quote = Some(character);
                        word.get_or_insert_with(Value::default);
                        false
                    }
                    (None, c) if apart(c) => {
                        flush(&mut word, &whole, &mut run, at);
                        words.extend(word.take());
                        continue;
                    }
                    _ => true,
                }
            };
            match takes {
                true => drop(run.get_or_insert(at)),
                false => flush(&mut word, &whole, &mut run, at),
            }
        }
        flush(&mut word, &whole, &mut run, text.len());
    }
    words.extend(word);
    (quote.is_none() && !escaped).then_some(words)
}

fn flush(word: &mut Option<Value>, whole: &Value, run: &mut Option<usize>, to: usize) {
    if let Some(part) = run.take().and_then(|from| whole.slice(from..to)) {
        word.get_or_insert_with(Value::default).push(part);
    }
}

fn value_of(piece: &Piece) -> Value {
    let mut value = Value::default();
    if let Piece::Known {
        text,
        origin,
        exact,
    } = piece
    {
        value.push_known(text, *origin, *exact);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Origin, SourceId, Span};

    fn at(text: &str) -> Value {
        let origin = Origin {
            source: SourceId(0),
            span: Span::new(5, 5 + text.len()),
        };
        Value::written(text, origin, true)
    }

    #[test]
    fn quotes_keep_blanks_and_a_backslash_the_next_character() {
        for (line, words) in [
            ("nginx -g 'daemon off;'", vec!["nginx", "-g", "daemon off;"]),
            (r#"a "b c"d e\ f"#, vec!["a", "b cd", "e f"]),
            ("  a\n  ''  b ", vec!["a", "", "b"]),
            (r#""a\"b" 'c\d'"#, vec!["a\"b", r"c\d"]),
            ("", vec![]),
        ] {
            let found = split(&at(line)).expect("closed quotes");
            let found: Vec<String> = found.iter().map(Value::to_string).collect();
            assert_eq!(found, words, "{line}");
        }
        assert!(split(&at("a 'b")).is_none());
        assert!(split(&at("a\\")).is_none());
    }

    #[test]
    fn a_word_knows_its_place() {
        let words = split(&at("redis-server --port '6379'")).expect("closed quotes");
        let spans: Vec<_> = words
            .iter()
            .map(|w| w.exact_origin().map(|o| o.span))
            .collect();
        assert_eq!(
            spans,
            [
                Some(Span::new(5, 17)),
                Some(Span::new(18, 24)),
                Some(Span::new(26, 30))
            ]
        );
    }
}
