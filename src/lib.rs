//! diegolint: finds what keeps a container image from running on Cloud Foundry Diego, and rewrites
//! its files so that it does.
pub mod finding;
pub mod fix;
pub mod source;
pub mod syntax;
