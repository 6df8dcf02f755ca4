//! What a client asks a server to find out whether it serves.

use std::borrow::Cow;
use std::fmt::{self, Write};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::Error as _;

/// What is sent once the connection is there, and what has to come back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Question {
    /// What is sent; nothing where the server speaks first.
    #[serde(default)]
    pub send: Bytes,
    /// What the answer has somewhere in it. Any answer will do where it is left out.
    #[serde(default)]
    pub expect: Bytes,
}

impl Question {
    /// What every server that speaks HTTP answers: some status.
    pub fn http() -> Self {
        Self {
            send: Bytes(b"GET / HTTP/1.0\r\n\r\n".to_vec()),
            expect: Bytes(b"HTTP/1.".to_vec()),
        }
    }
}

/// Bytes, as text with `\r`, `\n`, `\t`, `\0`, `\\` and `\xNN` in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Bytes {
    /// Reads text with such escapes in it. The error says which one is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, escape)) = rest.split_once('\\') {
            bytes.extend_from_slice(before.as_bytes());
            let (byte, after) = unescape(escape).ok_or_else(|| {
                let shown: String = escape.chars().take(3).collect();
                format!("`\\{shown}` is no escape: there are \\r, \\n, \\t, \\0, \\\\ and \\xNN")
            })?;
            bytes.push(byte);
            rest = after;
        }
        bytes.extend_from_slice(rest.as_bytes());
        Ok(Self(bytes))
    }
}

/// As text that [`Bytes::parse`] reads.
impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c {
                    '\r' => f.write_str("\\r")?,
                    '\n' => f.write_str("\\n")?,
                    '\t' => f.write_str("\\t")?,
                    '\0' => f.write_str("\\0")?,
                    '\\' => f.write_str("\\\\")?,
                    c if c.is_ascii_control() => write!(f, "\\x{:02x}", u32::from(c))?,
                    c => f.write_char(c)?,
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

/// The byte that an escape stands for, without its backslash, and what comes behind it.
fn unescape(escape: &str) -> Option<(u8, &str)> {
    let mut chars = escape.chars();
    let byte = match chars.next()? {
        'r' => b'\r',
        'n' => b'\n',
        't' => b'\t',
        '0' => 0,
        '\\' => b'\\',
        'x' => {
            let digits = escape.get(1..3)?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            return Some((u8::from_str_radix(digits, 16).ok()?, escape.get(3..)?));
        }
        _ => return None,
    };
    Some((byte, chars.as_str()))
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

impl JsonSchema for Bytes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Bytes".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_the_bytes_that_they_stand_for() {
        let bytes = |text| Bytes::parse(text).map(|bytes| bytes.0);
        assert_eq!(bytes(r"PING\r\n"), Ok(b"PING\r\n".to_vec()));
        assert_eq!(
            bytes(r"\x10\xff\0\\n é"),
            Ok(b"\x10\xff\0\\n \xc3\xa9".to_vec())
        );
        for text in [r"PING\r\n", r"\x10\xff\0\t\\n é"] {
            let read = Bytes::parse(text).expect("escapes");
            assert_eq!(read.to_string(), text);
        }
        for wrong in [r"\q", r"\x1", r"\x+1", r"a\", r"\xé"] {
            assert!(
                bytes(wrong).unwrap_err().contains("is no escape"),
                "{wrong}"
            );
        }
    }
}
