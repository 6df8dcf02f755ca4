//! From "this command goes" to bytes: the edits that take commands and words out of shell text and
//! out of Dockerfile instructions, or put them in.
//!
//! An edit touches as few lines as it can, and whole ones where it can. Comments between lines,
//! indentation, line ends and the manner of continuing lines stay. What is left is valid shell and
//! a valid Dockerfile; where that cannot be had, there is no edit.

mod changes;
mod cut;
mod gap;
mod guard;
mod harmless;
mod instruction;
mod json;
mod layout;
mod nested;
mod place;
mod prune;
mod quote;
mod stands;
mod step_down;
mod words;

#[cfg(test)]
mod tests;

use std::rc::Rc;

pub use guard::guard_command;
pub use instruction::{
    drop_flag, drop_pair, insert_after, insert_before, remove_instruction, replace_arguments,
};
pub use json::{json_drop, json_insert, json_replace};
pub use nested::{Quotes, quotes_around};
pub use step_down::{
    append_command, guard_words, is_hung_on, json_guard, json_guard_words, let_fail, run_text,
    sets_only,
};
pub use words::{append_words, drop_words, duplicate, replace_part, with_exec};

use crate::finding::Edit;
use crate::source::SourceId;
use crate::syntax::shell::{List, Simple};
use changes::Changes;
use layout::Layout;
pub use layout::lists;

/// A text with commands in it: a script, the command line of a `RUN`, a here-document that a shell
/// reads.
#[derive(Clone, Copy, Debug)]
pub struct ShellText<'a> {
    /// The file.
    pub source: SourceId,
    /// All of the file's text: the spans of `list` are offsets in it.
    pub text: &'a str,
    /// The commands.
    pub list: &'a List,
    /// In a Dockerfile's `RUN` the character with which a line goes on, else none. Lines that begin
    /// with `#` are comments there wherever they stand.
    pub continuation: Option<char>,
}

/// What taking commands out comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// These edits.
    Edits(Vec<Edit>),
    /// Nothing that does anything is left of the whole list: of a `RUN` the instruction goes.
    Everything,
}

/// Takes commands out, and with them what is there for their sake alone: `|| true` behind them, the
/// test before them, the `if` around them. None where that cannot be done safely: in a command
/// substitution, in a condition, in a pipeline whose other commands have work of their own.
pub fn drop_commands(text: &ShellText, commands: &[Rc<Simple>]) -> Option<Dropped> {
    match prune::plan(text, commands)? {
        prune::Plan::Everything => Some(Dropped::Everything),
        prune::Plan::Cuts(cuts) => {
            let layout = Layout::new(text);
            let mut changes = Changes::default();
            cut::apply(&layout, text.list, &cuts, &mut changes)?;
            Some(Dropped::Edits(changes.edits(text.source)))
        }
    }
}
