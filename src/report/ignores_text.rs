//! Which comments were written, for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::printable::{count, printable};

/// A line for each file, with how many comments were written into it.
pub fn written(files: &BTreeMap<String, usize>) -> String {
    let mut output = String::new();
    for (path, comments) in files {
        let _ = writeln!(
            output,
            "{}: {}",
            printable(path),
            count(*comments, "comment")
        );
    }
    output
}
