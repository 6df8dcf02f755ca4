//! The `diegolint` command.
fn main() {}
