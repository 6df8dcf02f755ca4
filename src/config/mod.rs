//! The configuration: `diegolint.toml`, found upwards from each input, and what the command line and
//! the environment say over it.
//!
//! A file is read once, whole, and everything in it is looked at before anything is judged: a key that
//! is not known, a rule that does not exist or a value of the wrong kind is a problem with its place.
//! What counts for an input is a [`Settings`].

mod file;
mod find;
mod patterns;
mod policy;
mod read;
mod schema;
mod settings;

use std::path::Path;

pub use file::ConfigFile;
pub use find::Configs;
pub use policy::Policy;
pub use read::Config;
pub use schema::schema;
pub use settings::{Chosen, Given, Overrides, Settings, ValueSource};

/// The names that a configuration can have in its folder, in the order in which they are looked for.
pub const NAMES: [&str; 3] = [
    "diegolint.toml",
    ".diegolint.toml",
    ".config/diegolint.toml",
];

/// The folder that a configuration is about, if a file has the name of one.
pub fn folder_of(file: &Path) -> Option<&Path> {
    let name = NAMES.iter().find(|name| file.ends_with(name))?;
    file.ancestors().nth(Path::new(name).components().count())
}
