//! The line that says what is waited for, on a terminal, and goes away again.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

/// What takes no longer is not worth a word.
const WORTH: Duration = Duration::from_millis(300);

/// The line.
pub(super) struct Progress {
    on: bool,
    /// How long it has been waited for, as it stands there; none where nothing does.
    shown: Cell<Option<u64>>,
}

impl Progress {
    /// On the standard error, if that is a terminal.
    pub fn detect() -> Self {
        Self {
            on: io::stderr().is_terminal(),
            shown: Cell::new(None),
        }
    }

    /// Says what is waited for.
    pub fn say(&self, what: &str, since: Duration) {
        if !self.on || since < WORTH || self.shown.get() == Some(since.as_secs()) {
            return;
        }
        self.shown.set(Some(since.as_secs()));
        let seconds = match since.as_secs() {
            0 => String::new(),
            seconds => format!(" ({seconds} s)"),
        };
        let width = terminal_size::terminal_size_of(io::stderr());
        let width = width.map_or(80, |(width, _)| usize::from(width.0));
        let visible = |c: char| if c.is_control() { '?' } else { c };
        let line = format!("{what}{seconds}");
        let line = line.chars().map(visible);
        let line: String = line.take(width.saturating_sub(1)).collect();
        // A line that cannot be written is not missed.
        let _ = write!(io::stderr(), "\r\x1b[K{line}");
    }

    /// Takes it away.
    pub fn clear(&self) {
        if self.shown.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
