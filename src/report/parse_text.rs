//! How a Dockerfile is read, for people.

use std::fmt::Write;

use super::json::arguments;
use super::printable::{count, printable, shorten};
use crate::source::Source;
use crate::syntax::dockerfile::{Arguments, Dockerfile};

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
        let _ = write!(
            output,
            "{place:>column$}  {:<11}",
            instruction.keyword.to_string()
        );
        for flag in &instruction.flags {
            let _ = write!(output, " {}", printable(source.slice(flag.span)));
        }
        let words = arguments(&instruction.arguments);
        if matches!(instruction.arguments, Arguments::Json(_)) {
            let json = serde_json::to_string(&words).unwrap_or_default();
            let _ = write!(output, " {}", shorten(&printable(&json), 200));
        } else {
            for word in words {
                let _ = write!(output, " {}", shorten(&printable(&word), 200));
            }
        }
        output.push('\n');
        for heredoc in &instruction.heredocs {
            let body = source.slice(heredoc.body).lines().count();
            let name = printable(&heredoc.delimiter);
            let body = count(body, "line");
            let _ = writeln!(output, "{:column$}  {:<11} <<{name}, {body}", "", "");
        }
    }
    output
}
