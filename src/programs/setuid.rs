//! Programs that packages install with a setuid bit, or with capabilities of their files, and that do
//! nothing for other users without.

use serde::Deserialize;

/// Such a program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetuidProgram {
    /// The names that it goes by.
    pub names: Vec<String>,
    /// What it says without.
    pub fails: String,
    /// What to do in its place.
    pub instead: String,
    /// Where the facts come from.
    pub source: String,
}
