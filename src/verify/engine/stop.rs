//! Ctrl-C and its like: the engine's commands are ended, and what they have made is removed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the user wants to stop.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// One that Ctrl-C, SIGTERM and SIGHUP set from now on, instead of ending the program.
    ///
    /// # Errors
    /// The system's words, where signals cannot be caught.
    pub fn on_signals() -> Result<Self, String> {
        let stop = Self::default();
        let own = stop.clone();
        ctrlc::set_handler(move || own.set()).map_err(|error| error.to_string())?;
        Ok(stop)
    }

    /// The user wants to stop.
    pub fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether that is so.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
