//! Tools that an image has only to switch users with, and how each gets in.

use serde::Deserialize;

/// A tool that an image has only to switch users with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Helper {
    /// The program's name.
    pub name: String,
    /// Names of the files that are downloaded for it.
    #[serde(default)]
    pub files: Vec<String>,
    /// Names of the packages that it is in.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Parts of the addresses that it is downloaded from.
    #[serde(default)]
    pub urls: Vec<String>,
    /// Fingerprints of the keys that it is signed with.
    #[serde(default)]
    pub keys: Vec<String>,
    /// What the names of the environment variables that speak of it start with.
    #[serde(default)]
    pub variables: Vec<String>,
    /// What the build says of its configuration, which lies in folders of its package's.
    #[serde(default)]
    pub configured: Vec<String>,
    /// Programs out of the same package: it is unused only where they are unused too.
    #[serde(default)]
    pub also: Vec<String>,
    /// Where the facts come from.
    pub source: String,
}
