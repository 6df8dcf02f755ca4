//! What is said of an input that cannot be judged.

use std::fmt;
use std::io;

use crate::source::{Position, Source};

/// Why an input, or a part of it, could not be read or parsed. It ends the judgement of that input
/// alone, and makes the program end with status 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file or folder, as the user knows it.
    pub path: String,
    /// Where in the file.
    pub position: Option<Position>,
    /// What is wrong, in one line.
    pub message: String,
}

impl Problem {
    /// A problem with a file or folder as a whole.
    pub fn of(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            position: None,
            message: message.into(),
        }
    }

    /// A problem with what a source says at an offset.
    pub fn at(source: &Source, offset: usize, message: impl Into<String>) -> Self {
        Self {
            path: source.path().to_owned(),
            position: Some(source.position(offset)),
            message: message.into(),
        }
    }

    /// A problem that the operating system reported.
    pub fn io(path: impl Into<String>, error: &io::Error) -> Self {
        let message = match error.kind() {
            io::ErrorKind::NotFound => "no such file or folder".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            // The system's words, without the number that Rust puts behind them.
            _ => {
                let text = error.to_string();
                let end = text.find(" (os error").unwrap_or(text.len());
                text[..end].to_lowercase()
            }
        };
        Self::of(path, message)
    }
}

/// `PATH:LINE:COLUMN: message`, on one line whatever the path and the message hold.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_printable(f, &self.path)?;
        if let Some(Position { line, column }) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        f.write_str(": ")?;
        write_printable(f, &self.message)
    }
}

/// Control characters of a file's name or text must not reach the terminal.
fn write_printable(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write;
    for c in text.chars() {
        if c.is_control() {
            write!(f, "{}", c.escape_default())?;
        } else {
            f.write_char(c)?;
        }
    }
    Ok(())
}

/// What is wrong with JSON, without the place that stands at the end.
pub fn json_error(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let end = message.rfind(" at line ").unwrap_or(message.len());
    message[..end].to_owned()
}
