//! Whether an image runs on a target, seen by running it: what the platform starts, what its health
//! check asks, and what is to be made of what comes back.
//!
//! [`contract`] says what is started, [`inside`] is what happens within the container, [`outcome`] what
//! was seen and what it means, [`explain`] which finding had said so. [`engine`] does it with the
//! container engine that the user has.

pub mod contract;
pub mod engine;
mod explain;
pub mod inside;
pub mod outcome;

pub use contract::{Account, Configuration, Contract, HealthCheck, RunsAs};
pub use explain::explain;
pub use outcome::{Seen, Verdict};

/// The program that goes into containers: an executable for Linux on the processor that this was built
/// for. Empty where it could not be made: its standard library has to be linked statically.
pub static INSIDE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/inside"));
