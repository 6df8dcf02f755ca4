//! The cases: a build context each, in the manner of a server's official image, and what is expected.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use diegolint::programs::{Question, programs};
use serde::Deserialize;

/// A case, as its `case.toml` says it.
#[derive(Debug, Deserialize)]
// What is not known would have to be a target, with what is in `Broken`.
#[serde(rename_all = "kebab-case")]
pub struct Case {
    /// The folder's name.
    #[serde(skip)]
    pub name: String,
    /// The build context.
    #[serde(skip)]
    pub context: PathBuf,
    /// What the server is called.
    pub title: String,
    /// Its entry in the tables, if it has one.
    pub server: Option<String>,
    /// It is built and started so quickly that every run of the tests proves it.
    #[serde(default)]
    pub quick: bool,
    /// Variables that whoever deploys it sets.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// What a client asks, where that is not what the table says.
    pub question: Option<Question>,
    /// Targets on which it is broken, and how.
    #[serde(flatten)]
    pub broken: BTreeMap<String, Broken>,
}

/// How a context fails on a target.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Broken {
    /// The rule whose finding says so.
    pub rule: String,
    /// The file that it is in.
    pub path: String,
    /// Words of the line that the container ends with.
    pub log: Option<String>,
    /// Where it listens instead, `address:port`.
    #[serde(default)]
    pub listens: Vec<String>,
    /// Fixes mend it. Of what they do not, the finding may be a warning.
    #[serde(default = "yes")]
    pub fix: bool,
}

fn yes() -> bool {
    true
}

impl Case {
    /// All cases, by name.
    pub fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proofs/cases");
        let entries = fs::read_dir(&folder).expect("the folder of the cases");
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join("case.toml"));
        let name = folder
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = text.unwrap_or_else(|error| panic!("{name}: {error}"));
        let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self {
            name,
            context: folder.join("context"),
            ..case
        }
    }

    /// What a client asks: of the table, unless the case has its own.
    pub fn question(&self) -> Option<Question> {
        let of_table = self.server.as_ref().and_then(|name| {
            let mut servers = programs().servers();
            let server = servers.find(|server| server.name == *name);
            let server = server.unwrap_or_else(|| panic!("{}: no server {name}", self.name));
            server.question()
        });
        self.question.clone().or(of_table)
    }
}
