//! A shell that runs in the mind: it works out which commands of a script are reached, with which
//! words, and in which runs. It knows the shell's language and nothing of images or targets; what
//! it asks of the system around it is in [`Host`].
//!
//! A condition that is not known splits the world in two; worlds that come to the same state are
//! put together again. A step that all worlds did is *always* reached, any other one *maybe*.

mod arithmetic;
mod braces;
mod builtins;
mod command;
mod control;
mod expand;
mod expr;
mod filters;
mod host;
mod making;
mod managed;
mod operation;
mod output;
mod outside;
mod parameter;
mod pattern;
mod print;
mod regular;
mod run;
mod separators;
mod shares;
mod sourced;
mod state;
mod test;
mod trace;
mod value;
mod variables;
mod world;

#[cfg(test)]
mod tests;

pub use host::{FileKind, Host, Passage, ScriptText};
pub use managed::{AccountSetting, Child, ChildCommand, ChildManner, Managed};
pub use run::{run, start};
pub use state::{
    Content, Flow, State, Status, User, Variable, Variables, above, is_below, normal,
    standard_output,
};
pub use trace::{Gap, Step, Stop, Trace, Written};
pub use value::{Piece, Reason, Value};
