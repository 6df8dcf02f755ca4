//! Words as the shell must be told them.

/// Whether the text is one word of the shell as it is.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('#')
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "_@%+=:,./-".contains(c))
}

/// The text as one word, in quotes only if it needs them.
pub(super) fn quoted(text: &str) -> String {
    match is_plain(text) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}
