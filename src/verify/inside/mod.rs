//! What happens within a container. These files make a program of their own, with `main.rs` and `run.rs` here.

pub mod start;
pub mod watch;
