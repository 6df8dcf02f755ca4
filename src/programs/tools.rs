//! The small tools that scripts ask, read and print with.

use std::collections::HashSet;

use serde::Deserialize;

/// The tools, by what they are there for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tools {
    shells: HashSet<String>,
    interpreters: HashSet<String>,
    asks: HashSet<String>,
    reads: HashSet<String>,
    prints: HashSet<String>,
    clients: HashSet<String>,
    others: HashSet<String>,
}

impl Tools {
    /// Whether it is a shell, which reads a script.
    pub fn is_shell(&self, name: &str) -> bool {
        self.shells.contains(name)
    }

    /// Whether it reads a program in a language of its own; a shell does not count.
    pub fn interprets(&self, name: &str) -> bool {
        self.interpreters.contains(name)
    }

    /// Whether it asks something, so that its success is not known; any other program is taken to do
    /// what it is told.
    pub fn asks(&self, name: &str) -> bool {
        self.asks.contains(name)
    }

    /// Whether it reads its standard input.
    pub fn reads(&self, name: &str) -> bool {
        self.reads.contains(name)
    }

    /// Whether it asks a server that its words name.
    pub fn is_client(&self, name: &str) -> bool {
        self.clients.contains(name)
    }

    /// Whether an option says the port of another server: `--db_port`, `-redis.port`.
    pub fn names_port_of_other(&self, option: &str) -> bool {
        let name = option.trim_start_matches('-').to_ascii_lowercase();
        let parts = || name.split(['-', '_', '.']);
        option.starts_with('-')
            && parts().next_back() == Some("port")
            && parts().any(|part| self.others.contains(part))
    }

    /// Whether it prints or waits, and makes nothing but what its words name for that.
    pub fn only_prints(&self, name: &str) -> bool {
        self.prints.contains(name)
    }
}
