//! What the standard output is: a terminal, how wide, and whether it shows colours and links.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use crate::cli::Color;

/// The width of a report that goes to a file or a pipe.
const PLAIN_WIDTH: usize = 100;
/// Text that is wider is hard to read.
const MAX_WIDTH: usize = 120;
/// Below this nothing fits any more.
const MIN_WIDTH: usize = 40;

/// What the standard output can show.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether to colour.
    pub color: bool,
    /// Whether to link.
    pub links: bool,
    /// Columns.
    pub width: usize,
}

impl Terminal {
    /// Looks at the standard output and at the environment: NO_COLOR, CLICOLOR, CLICOLOR_FORCE.
    pub fn detect(color: Color) -> Self {
        let stdout = io::stdout();
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => AutoStream::choice(&stdout) != ColorChoice::Never,
        };
        let is_terminal = stdout.is_terminal();
        let width = terminal_size::terminal_size_of(&stdout)
            .filter(|_| is_terminal)
            .map_or(PLAIN_WIDTH, |(width, _)| usize::from(width.0));
        Self {
            color,
            links: color && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            width: width.clamp(MIN_WIDTH, MAX_WIDTH),
        }
    }

    /// What a file can show.
    pub fn plain() -> Self {
        Self {
            color: false,
            links: false,
            width: PLAIN_WIDTH,
        }
    }

    /// Writes to the standard output. Without colours the bytes go out as they are.
    pub fn write(&self, output: &[u8]) -> io::Result<()> {
        let stdout = io::stdout().lock();
        if self.color {
            let mut stream = AutoStream::new(stdout, ColorChoice::Always);
            stream.write_all(output)?;
            stream.flush()
        } else {
            let mut stream = stdout;
            stream.write_all(output)?;
            stream.flush()
        }
    }

    /// A text in a style, where there are colours.
    pub fn paint(&self, style: Paint, text: &str) -> String {
        if !self.color {
            return text.to_owned();
        }
        let code = match style {
            Paint::Strong => "1",
            Paint::Faint => "2",
            Paint::Good => "32",
            Paint::Bad => "1;31",
            Paint::Doubtful => "33",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// A style.
#[derive(Clone, Copy, Debug)]
pub enum Paint {
    /// A heading.
    Strong,
    /// What is there but not important.
    Faint,
    /// What works.
    Good,
    /// What fails.
    Bad,
    /// What may fail.
    Doubtful,
}
