//! What programs write at fixed places, beside what their operands say.

use serde::Deserialize;

use super::commands::fits;
use super::words::Words;

/// A command that writes where nothing in it says so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Writer {
    /// The names of its program.
    pub names: Vec<String>,
    /// It writes with all of these words; `*` in them stands for any text.
    with: Vec<String>,
    /// And with none of these.
    #[serde(default)]
    unless: Vec<String>,
    /// What it writes; without a slash at its beginning, in the working directory.
    pub writes: Vec<String>,
    /// It only makes what is not there yet.
    #[serde(default)]
    pub once: bool,
    /// Where the facts come from.
    pub source: String,
}

impl Writer {
    /// Whether it writes with these words.
    pub fn applies(&self, argv: &Words) -> bool {
        let told = |pattern: &String| {
            let mut words = argv.iter().skip(1).flatten();
            words.any(|word| fits(pattern, word))
        };
        let asks = argv.iter().flatten();
        let asks = asks
            .copied()
            .any(|word| matches!(word, "--help" | "--version" | "-h"));
        !asks && self.with.iter().all(told) && !self.unless.iter().any(told)
    }
}
