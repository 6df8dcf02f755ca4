//! How to tell a server another port, or all addresses.

use super::told::{SetBy, Setting};
use super::{Listener, Listening, Server};
use crate::programs::words::WordPart;
use crate::source::Span;

/// A change that tells a server something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tell {
    /// Other text in a word of the command.
    ReplaceWordPart {
        /// What goes.
        part: WordPart,
        /// What comes.
        with: String,
    },
    /// More words at the end of the command.
    AppendArguments(Vec<String>),
    /// An environment variable.
    SetEnvironment {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// Other text in a configuration file.
    ReplaceConfig {
        /// The file's path in the image.
        path: String,
        /// What goes.
        span: Span,
        /// What comes.
        with: String,
    },
    /// One of these shell commands in the build, after the last that touches the configuration: for
    /// the server's own configuration, whose text is not known. Each is for another layout of it; the
    /// first is the official image's.
    RunAtBuild(Vec<String>),
}

impl Server {
    /// What to change so that one of the server's listeners listens on this port, and with it all
    /// that are on the same. Empty where there is no way to say so from outside.
    pub fn tell(&self, listening: &Listening, meant: &Listener, port: u16) -> Vec<Tell> {
        // A program that reads a variable is told by others than by its text.
        if self.code {
            return Vec::new();
        }
        if meant.port.by == SetBy::Default {
            return self.tell_default(listening, meant, port);
        }
        let old = meant.port.value.as_deref();
        let mut found: Vec<Tell> = Vec::new();
        // Every listener on the same port moves with it: `listen 80; listen [::]:80;`.
        for listener in &listening.listeners {
            let same = old.is_some() && listener.port.value.as_deref() == old;
            if listener == meant || same {
                let text = self.port_text(listener, port);
                found.extend(replace(&listener.port, text));
            }
        }
        for follower in &listening.followers {
            if old.is_some() && follower.value.as_deref() == old {
                found.extend(replace(follower, port.to_string()));
            }
        }
        found
    }

    /// What to change so that the server listens on all addresses; `port` is the one that it is to
    /// have then, as both may have to be said together.
    pub fn tell_address(&self, listening: &Listening, port: u16) -> Vec<Tell> {
        let Some(primary) = listening.primary().filter(|_| !self.code) else {
            return Vec::new();
        };
        if primary.address.by != SetBy::Default {
            let text = match primary.together {
                true => self.port_text(primary, port),
                false => "0.0.0.0".to_string(),
            };
            return replace(&primary.address, text).into_iter().collect();
        }
        let say = fill(&self.tell.address, port);
        match (&self.tell.address_variable, say.is_empty()) {
            (Some(name), _) => vec![Tell::SetEnvironment {
                name: name.clone(),
                value: "0.0.0.0".to_string(),
            }],
            (None, false) => vec![Tell::AppendArguments(say)],
            (None, true) => Vec::new(),
        }
    }

    /// What to change so that it does not open the output of the process by its name, where its own
    /// configuration says so.
    pub fn tell_log(&self) -> Option<Tell> {
        let lines = &self.tell.log_at_build;
        (!lines.is_empty()).then(|| Tell::RunAtBuild(lines.clone()))
    }

    /// The change where nothing says the port yet.
    fn tell_default(&self, listening: &Listening, meant: &Listener, port: u16) -> Vec<Tell> {
        let mut found = Vec::new();
        let mut say = fill(&self.tell.port, port);
        let untold = listening
            .primary()
            .is_some_and(|listener| listener.address.by == SetBy::Default);
        if self.tell.address_with_port && untold && !say.is_empty() {
            say.extend(fill(&self.tell.address, port));
        }
        if let Some(name) = &self.tell.port_variable {
            let value = self.tell.port_value.as_deref().unwrap_or("{port}");
            found.push(Tell::SetEnvironment {
                name: name.clone(),
                value: value.replace("{port}", &port.to_string()),
            });
        } else if !say.is_empty() {
            found.push(Tell::AppendArguments(say));
        } else if !self.tell.at_build.is_empty() && meant.port_number() == self.port {
            // It is this port that the commands look for.
            found.push(Tell::RunAtBuild(fill(&self.tell.at_build, port)));
        }
        found
    }

    /// What stands for the port where the listener's port stands now.
    fn port_text(&self, listener: &Listener, port: u16) -> String {
        match (&listener.port.by, listener.together) {
            (SetBy::Environment(name), _) if self.tell.port_variable.as_ref() == Some(name) => {
                let value = self.tell.port_value.as_deref().unwrap_or("{port}");
                value.replace("{port}", &port.to_string())
            }
            (_, true) => format!("{}0.0.0.0:{port}", listener.scheme),
            (_, false) => port.to_string(),
        }
    }
}

/// Other text where a value stands; an empty place is one where a port can be put behind an address.
fn replace(setting: &Setting, with: String) -> Option<Tell> {
    match &setting.by {
        SetBy::Argument { part, .. } => Some(Tell::ReplaceWordPart {
            part: part.clone(),
            with: match &part.range {
                Some(range) if range.is_empty() => format!(":{with}"),
                _ => with,
            },
        }),
        SetBy::Environment(name) => Some(Tell::SetEnvironment {
            name: name.clone(),
            value: with,
        }),
        SetBy::Config { path, span, .. } => Some(Tell::ReplaceConfig {
            path: path.clone(),
            span: *span,
            with: match span.start == span.end {
                true => format!(":{with}"),
                false => with,
            },
        }),
        SetBy::Default => None,
    }
}

fn fill(words: &[String], port: u16) -> Vec<String> {
    words
        .iter()
        .map(|word| word.replace("{port}", &port.to_string()))
        .collect()
}
