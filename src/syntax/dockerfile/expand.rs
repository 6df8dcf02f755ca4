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
