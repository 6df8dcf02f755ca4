//! How a Dockerfile is read, for people.

use std::fmt::Write;

use super::printable::{count, printable, shorten};
use crate::source::Source;
use crate::syntax::dockerfile::Dockerfile;

/// A longer instruction is cut.
const LONG: usize = 400;

/// An instruction a line: its lines, its keyword, its flags and its arguments.
pub fn parse(source: &Source, dockerfile: &Dockerfile) -> String {
    let mut output = String::new();
    let lines = |first: u32, last: u32| match first == last {
        true => format!("{first}"),
        false => format!("{first}-{last}"),
    };
    let all = &dockerfile.instructions;
    let places = all.iter().map(|i| lines(i.first_line, i.last_line).len());
    let column = places.max().unwrap_or(0);
    for instruction in all {
        let place = lines(instruction.first_line, instruction.last_line);
        let flags = instruction.flags.iter().map(|flag| source.slice(flag.span));
        let words: Vec<&str> = flags.chain([instruction.text.text()]).collect();
        let words = shorten(&printable(&words.join(" ")), LONG);
        let row = format!("{:<11} {words}", instruction.keyword.to_string());
        let _ = writeln!(output, "{place:>column$}  {}", row.trim_end());
        for heredoc in &instruction.heredocs {
            let body = source.slice(heredoc.body).lines().count();
            let name = printable(&heredoc.delimiter);
            let body = count(body, "line");
            let _ = writeln!(output, "{:column$}  {:<11} <<{name}, {body}", "", "");
        }
    }
    output
}
