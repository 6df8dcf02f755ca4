//! The JSON form of arguments: `["a", "b"]`.

use serde_json::value::RawValue;

use super::{JsonArray, Text};
use crate::syntax::Joined;

/// What a text is, read as JSON.
pub(super) enum Json {
    /// An array of strings, or an empty one.
    Strings(JsonArray),
    /// An array with something else in it, which BuildKit refuses.
    Mixed,
    /// Not an array: the text is in shell form.
    No,
}

/// Reads a text without blanks around it as JSON.
pub(super) fn json(joined: &Joined) -> Json {
    let text = joined.text();
    if !text.starts_with('[') {
        return Json::No;
    }
    let Ok(values) = serde_json::from_str::<Vec<&RawValue>>(text) else {
        return Json::No;
    };
    let mut words = Vec::with_capacity(values.len());
    for value in values {
        let written = value.get();
        if !written.starts_with('"') {
            return Json::Mixed;
        }
        // The values borrow from the text: their address says where they stand in it.
        let start = written.as_ptr() as usize - text.as_ptr() as usize;
        words.push(Text {
            text: unquoted(written),
            span: joined.span(start..start + written.len()),
        });
    }
    Json::Strings(JsonArray {
        words,
        span: joined.span(0..text.len()),
    })
}

/// The string that JSON text stands for. Half of a surrogate pair has no character; BuildKit puts
/// the replacement character there.
fn unquoted(written: &str) -> String {
    serde_json::from_str(written).unwrap_or_else(|_| {
        let mut text = String::new();
        let mut rest = written.trim_matches('"');
        while let Some((before, behind)) = rest.split_once("\\u") {
            let (code, after) = behind.split_at_checked(4).unwrap_or((behind, ""));
            let unit = u32::from_str_radix(code, 16).unwrap_or_default();
            text.push_str(before);
            text.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
            rest = after;
        }
        text + rest
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Option<Vec<String>> {
        match json(&Joined::whole(text, 100)) {
            Json::Strings(array) => Some(array.words.into_iter().map(|w| w.text).collect()),
            _ => None,
        }
    }

    #[test]
    fn only_an_array_of_strings_is_the_json_form() {
        assert_eq!(
            strings(r#"["a", "b\nc"]"#).unwrap_or_default(),
            ["a", "b\nc"]
        );
        assert_eq!(strings("[]").unwrap_or_default(), [""; 0]);
        assert_eq!(strings(r#"["\ud800x"]"#).unwrap_or_default(), ["\u{FFFD}x"]);
        for text in ["['a']", "[ -f x ] && y", r#"["a"] b"#, r#"["a",]"#, "a", ""] {
            assert!(matches!(json(&Joined::whole(text, 0)), Json::No), "{text}");
        }
        for text in [r#"["a", 1]"#, "[null]", r#"[["a"]]"#] {
            assert!(
                matches!(json(&Joined::whole(text, 0)), Json::Mixed),
                "{text}"
            );
        }
    }

    #[test]
    fn strings_know_their_place() {
        let mut text = Joined::whole(r#"["a", "#, 100);
        text.push(r#""b"]"#, 200);
        let Json::Strings(array) = json(&text) else {
            panic!("an array");
        };
        let spans: Vec<_> = array.words.iter().map(|word| word.span.range()).collect();
        assert_eq!(spans, [101..104, 200..203]);
        assert_eq!(array.span.range(), 100..204);
    }

    #[test]
    fn depth_is_no_danger() {
        assert_eq!(strings(&"[".repeat(1_000_000)), None);
    }
}
