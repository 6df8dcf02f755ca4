//! diegolint: finds what keeps a container image from running on Cloud Foundry Diego, and rewrites
//! its files so that it does.
#![forbid(unsafe_code)]

pub mod baseline;
pub mod cli;
pub mod commands;
pub mod config;
pub mod context;
pub mod edit;
pub mod eval;
pub mod finding;
pub mod fix;
pub mod image;
pub mod judge;
pub mod knowledge;
pub mod launch;
pub mod manifest;
pub mod nearest;
pub mod paths;
pub mod problem;
pub mod programs;
pub mod report;
pub mod rules;
pub mod source;
pub mod suppress;
pub mod syntax;
pub mod target;
pub mod verify;
