//! Where a server's logs go, of those servers that print nothing of them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::told::{Setting, Surroundings, Told};
use super::{At, Server};
use crate::programs::words::Words;

/// Where a server is told of a log.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct LogPlace {
    #[serde(default)]
    at: At,
    /// Where nothing says it, or only what is not known.
    #[serde(default)]
    default: Option<String>,
    /// The same where the build speaks of it: it writes that into a configuration that is not known.
    #[serde(default)]
    built: Option<String>,
    /// Without it, it does not start.
    #[serde(default)]
    required: bool,
    /// What it says where it cannot open `{path}`.
    #[serde(default)]
    words: Option<String>,
    /// What stands in the place of a path for the output of the process.
    #[serde(default)]
    output: Option<String>,
}

/// A log of a server's that goes into a file, and nowhere else.
#[derive(Clone, Debug)]
pub struct Log {
    /// The file, and what says so.
    pub setting: Setting,
    /// Without it, the server does not start.
    pub required: bool,
    /// The server's own words where it cannot open it.
    pub words: Option<String>,
    /// What stands in the place of a path for the output of the process, if there is such a thing.
    pub output: Option<String>,
}

impl Server {
    /// Its logs, each place that names one for itself.
    pub fn logs(&self, argv: &Words, around: &Surroundings) -> Vec<Log> {
        if self.logs.is_empty() {
            return Vec::new();
        }
        let told = Told::read(self, argv, around);
        let mut logs = Vec::new();
        for place in &self.logs {
            let said = told.at(&place.at);
            let said = said.iter().map(|said| said.setting(&told));
            let mut settings: Vec<Setting> = said.collect();
            let unknown = |setting: &Setting| setting.value.is_none();
            if settings.iter().all(unknown) {
                let by_default = told.unread().is_none();
                let built = place.built.as_ref().filter(|text| (around.built)(text));
                let default = built.or(place.default.as_ref()).filter(|_| by_default);
                settings = default.iter().map(|path| told.default(path)).collect();
            }
            logs.extend(settings.into_iter().map(|setting| Log {
                required: place.required,
                words: place.words_for(&setting),
                output: place.output.clone(),
                setting,
            }));
        }
        logs
    }
}

impl LogPlace {
    fn words_for(&self, setting: &Setting) -> Option<String> {
        let path = setting.value.as_deref()?;
        let words = self.words.as_ref()?;
        Some(words.replace("{path}", path))
    }
}

impl Log {
    /// The file, where it is one and its name is known.
    pub fn path(&self) -> Option<&str> {
        let path = self.setting.value.as_deref()?;
        let elsewhere = ["stderr", "stdout", "off", "none", "syslog", "0"];
        let file = !path.is_empty()
            && !elsewhere.contains(&path)
            && !path.starts_with(['|', '@'])
            && !path.starts_with("syslog")
            && !path.starts_with("memory:");
        file.then_some(path)
    }

    /// Whether it is known that this file is the one, as far as a server is that does not start without.
    pub fn is_certain(&self) -> bool {
        self.setting.certain || self.required
    }
}
