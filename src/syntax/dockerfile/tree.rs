//! What a Dockerfile says, piece by piece, each with its span.

use std::fmt;

use crate::source::Span;
use crate::syntax::{Joined, SyntaxError};

/// A parsed Dockerfile. It holds what could be read also where [`Dockerfile::errors`] is not empty.
#[derive(Clone, Debug, Default)]
pub struct Dockerfile {
    /// The character that continues a line and quotes the next one: `\`, or what `# escape=` says.
    pub escape: char,
    /// `# syntax=…`, `# escape=…`, `# check=…` at the top.
    pub directives: Vec<Directive>,
    /// The instructions in their order, those that are not known too.
    pub instructions: Vec<Instruction>,
    /// Comment lines, those inside of an instruction too, from the `#` to the end without line end.
    pub comments: Vec<Span>,
    /// What BuildKit would refuse.
    pub errors: Vec<SyntaxError>,
}

/// A parser directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Its name in lower case.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The line without its line end.
    pub span: Span,
}

/// One instruction.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// Which one.
    pub keyword: Keyword,
    /// The keyword as written.
    pub keyword_span: Span,
    /// From the keyword to the end of the last line that BuildKit counts to it, without line end.
    pub span: Span,
    /// Its first line, from 1.
    pub first_line: u32,
    /// Its last line, from 1.
    pub last_line: u32,
    /// `--name=value` before the arguments.
    pub flags: Vec<Flag>,
    /// What stands behind the keyword and the flags, on one line, as BuildKit joins it: without
    /// comments, continuations and line ends; heredoc bodies are not in it.
    pub text: Joined,
    /// The same, taken apart as the keyword asks for.
    pub arguments: Arguments,
    /// The here-documents in their order. ONBUILD has those of the instruction behind it, too.
    pub heredocs: Vec<Heredoc>,
}

/// Docker's instructions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
    /// Not one of Docker's, in upper case.
    Unknown(String),
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Keyword::Add => "ADD",
            Keyword::Arg => "ARG",
            Keyword::Cmd => "CMD",
            Keyword::Copy => "COPY",
            Keyword::Entrypoint => "ENTRYPOINT",
            Keyword::Env => "ENV",
            Keyword::Expose => "EXPOSE",
            Keyword::From => "FROM",
            Keyword::Healthcheck => "HEALTHCHECK",
            Keyword::Label => "LABEL",
            Keyword::Maintainer => "MAINTAINER",
            Keyword::Onbuild => "ONBUILD",
            Keyword::Run => "RUN",
            Keyword::Shell => "SHELL",
            Keyword::Stopsignal => "STOPSIGNAL",
            Keyword::User => "USER",
            Keyword::Volume => "VOLUME",
            Keyword::Workdir => "WORKDIR",
            Keyword::Unknown(name) => name,
        })
    }
}

/// `--name` or `--name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Without the dashes.
    pub name: String,
    /// Behind the `=`, without quotes and escape characters, as Docker reads flags; variables are as
    /// written. None for `--link`.
    pub value: Option<Text>,
    /// All of it.
    pub span: Span,
}

/// A piece of text as Docker hands it on (continuations and quotes of JSON resolved, variables and
/// shell quotes as written), and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Where it is written; of a JSON string, with its quotes.
    pub span: Span,
}

/// An instruction's arguments. Words are as written: [`super::expand`] resolves quotes and variables.
#[derive(Clone, Debug)]
pub enum Arguments {
    /// A JSON array: RUN, CMD, ENTRYPOINT, SHELL, VOLUME, COPY, ADD, HEALTHCHECK CMD.
    Json(JsonArray),
    /// A command line for the shell: RUN, CMD, ENTRYPOINT, HEALTHCHECK CMD, and SHELL, which Docker
    /// refuses. The text of RUN has its heredocs behind it, as the shell gets them; a RUN that is
    /// nothing but `<<EOF` is the body alone, without tabs for `<<-`. Carriage returns at the ends of
    /// lines are not in it.
    Shell(Joined),
    /// `FROM image AS name`.
    From {
        /// The image, or the name of an earlier stage.
        image: Text,
        /// The name behind AS.
        name: Option<Text>,
    },
    /// `NAME=value …` of ENV and LABEL (with their old form `NAME value`), and of ARG, where the
    /// value may be missing.
    Pairs(Vec<Pair>),
    /// Words: COPY, ADD (the destination last), EXPOSE, VOLUME.
    Words(Vec<Text>),
    /// All of the rest of the line: USER, WORKDIR, STOPSIGNAL, MAINTAINER.
    Line(Text),
    /// The instruction behind ONBUILD.
    Instruction(Box<Instruction>),
    /// HEALTHCHECK NONE, an unknown instruction, one with nothing behind it, or one whose arguments
    /// cannot be read.
    None,
}

/// A JSON array of strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonArray {
    /// Its strings; a span has the quotes.
    pub words: Vec<Text>,
    /// From `[` to `]`.
    pub span: Span,
}

/// `NAME=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: Text,
    /// The value as written.
    pub value: Option<Text>,
    /// Both.
    pub span: Span,
}

/// A here-document of RUN, COPY or ADD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The word that ends it, without quotes.
    pub delimiter: String,
    /// Whether the delimiter is quoted, so that nothing in the body is expanded.
    pub quoted: bool,
    /// `<<-`: tabs at the start of lines are not part of it.
    pub strip_tabs: bool,
    /// `<<EOF` as written.
    pub marker: Span,
    /// The lines between, with the last line end.
    pub body: Span,
    /// The line that ends it, without line end.
    pub terminator: Span,
}
