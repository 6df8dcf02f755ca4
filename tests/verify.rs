//! `diegolint verify`, with podman, on images that are made here; and with an engine that is made up, for
//! what real ones do not do when they are told.
//!
//! The images are made from the system that `tests/proofs/install` brings, in a storage of their own, in
//! which nothing may be left after any of the runs. Without podman or that system the tests say loudly that
//! they have tested nothing; with `DIEGOLINT_PROOFS=require`, as in CI, they fail.

#[path = "verify/bench.rs"]
mod bench;
#[path = "verify/contexts.rs"]
mod contexts;
#[path = "verify/fake.rs"]
mod fake;
#[path = "verify/stopping.rs"]
mod stopping;
#[path = "verify/traps.rs"]
mod traps;
