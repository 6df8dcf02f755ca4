//! What is known of programs, from the tables in `rules/programs/`: how they read their words, what
//! they listen on, whom they switch to.
//!
//! Everything here takes a command as words whose text may not be known, and answers with indexes
//! of words and byte ranges in them, so that the caller can say where a value was written. Nothing
//! here runs, reads or guesses.

mod commands;
mod helpers;
mod options;
mod packaged;
mod server;
mod setters;
mod setuid;
mod switchers;
mod tables;
mod tools;
mod words;
mod wrappers;
mod writers;

pub use commands::{
    Account, AccountKind, Chmod, Chown, Command, CommandKind, Copy, CopyKind, Download,
    FileCapabilities, Install, Joined, MakeDirectory, Manner, Packages, Put, PutPath, Rsync,
    apply_mode, parse_account, parse_chmod, parse_chown, parse_copy, parse_download,
    parse_in_place, parse_install, parse_joined, parse_mkdir, parse_packages, parse_rsync,
    parse_setcap, parse_unpacked, parse_writes,
};
pub use helpers::Helper;
pub use packaged::{PackagedFile, base_files, packaged_files};
pub use server::{
    Bytes, ConfigFile, Layout, Left, Listener, Listening, Log, Outcome, Persistence, Protocol,
    Question, Server, SetBy, Setting, Stays, Surroundings, Tell, UserSetting, Write, WriteKind,
    is_loopback,
};
pub use setters::{Set, Setter};
pub use setuid::SetuidProgram;
pub use switchers::{Inner, Switch, Switcher};
pub(crate) use tables::table;
pub use tables::{Programs, programs};
pub use tools::Tools;
pub use words::{WordPart, Words, program_name};
pub use wrappers::{Wrapped, Wrapper};
pub use writers::Writer;
