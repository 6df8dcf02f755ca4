//! Our own small tree of a shell script. Spans are offsets in the source file that the script came
//! from, through the continuation lines of a Dockerfile too.

use std::rc::Rc;

use crate::source::Span;
use crate::syntax::SyntaxError;

/// A parsed script.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// What it does.
    pub body: Rc<List>,
    /// Comments, from the `#`, the `#!` line too.
    pub comments: Vec<Span>,
    /// What the grammar refuses. Where this is not empty, `body` holds what could be read.
    pub errors: Vec<SyntaxError>,
}

/// Statements one after another.
pub type List = Vec<Statement>;

/// One statement of a list: what stands between two of `;`, `&` and line ends.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The command.
    pub command: Command,
    /// Whether `&` sends it to the background.
    pub background: bool,
    /// From its first word to its last, here-documents, `;` and `&` not included.
    pub span: Span,
}

/// A command. `Rc`, so that the evaluator can hold on to a function's body.
#[derive(Clone, Debug)]
pub enum Command {
    /// Assignments, words and redirections.
    Simple(Rc<Simple>),
    /// `! a | b`.
    Pipeline(Rc<Pipeline>),
    /// `a && b || c`.
    AndOr(Rc<AndOr>),
    /// Anything with a body, and the redirections behind it.
    Compound(Rc<Compound>),
    /// `name() { …; }`.
    Function(Rc<Function>),
}

impl Command {
    /// All of it.
    pub fn span(&self) -> Span {
        match self {
            Command::Simple(c) => c.span,
            Command::Pipeline(c) => c.span,
            Command::AndOr(c) => c.span,
            Command::Compound(c) => c.span,
            Command::Function(c) => c.span,
        }
    }
}

/// `NAME=value cmd word >file`. Declarations (`export`, `local`, `declare`, `readonly`, `typeset`)
/// are simple commands too: their assignments are words, whose first part is the literal `NAME=`
/// (an array's, `NAME=(a b)`, is in [`Simple::arrays`]).
#[derive(Clone, Debug, Default)]
pub struct Simple {
    /// Before the command word.
    pub assignments: Vec<Assignment>,
    /// The command word and its arguments; empty for an assignment alone.
    pub words: Vec<Word>,
    /// `NAME=(…)` among the words of a declaration.
    pub arrays: Vec<Assignment>,
    /// In their order.
    pub redirects: Vec<Redirect>,
    /// From the first of these to the last.
    pub span: Span,
}

/// `NAME=value`, `NAME+=value`, `NAME[i]=value`, `NAME=(a b c)`.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Between the brackets.
    pub index: Option<Word>,
    /// `+=`.
    pub append: bool,
    /// What is assigned.
    pub value: AssignmentValue,
    /// All of it.
    pub span: Span,
}

/// What is assigned.
#[derive(Clone, Debug)]
pub enum AssignmentValue {
    /// A word; an empty one (no parts) for `NAME=`.
    Scalar(Word),
    /// The elements, each with its index if it has one.
    Array(Vec<(Option<Word>, Word)>),
}

/// `[!] a | b | c`.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Whether `!` stands before it.
    pub negated: bool,
    /// One or more.
    pub commands: Vec<Command>,
    /// All of it.
    pub span: Span,
}

/// `a && b || c`, from the left.
#[derive(Clone, Debug)]
pub struct AndOr {
    /// The first command.
    pub first: Command,
    /// The others, each behind its operator.
    pub rest: Vec<Link>,
    /// All of it.
    pub span: Span,
}

/// `&& command` or `|| command`.
#[derive(Clone, Debug)]
pub struct Link {
    /// Which operator.
    pub operator: Connector,
    /// Where the operator stands.
    pub operator_span: Span,
    /// What stands behind it.
    pub command: Command,
}

/// What joins two commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    /// `&&`.
    And,
    /// `||`.
    Or,
}

/// A compound command and the redirections behind it.
#[derive(Clone, Debug)]
pub struct Compound {
    /// Which one.
    pub kind: CompoundKind,
    /// Behind it.
    pub redirects: Vec<Redirect>,
    /// From its first keyword or bracket to its last, with the redirections.
    pub span: Span,
}

/// The compound commands.
#[derive(Clone, Debug)]
pub enum CompoundKind {
    /// `{ …; }`.
    Group(List),
    /// `( … )`.
    Subshell(List),
    /// `if …; then …; elif …; else …; fi`.
    If {
        /// Conditions with what they lead to.
        branches: Vec<(List, List)>,
        /// Behind `else`.
        otherwise: Option<List>,
    },
    /// `while` and `until`.
    While {
        /// Whether it is `until`.
        until: bool,
        /// The condition.
        condition: List,
        /// Between `do` and `done`.
        body: List,
    },
    /// `select name in words; do …; done`.
    Select {
        /// The variable.
        variable: String,
        /// Behind `in`.
        words: Option<Vec<Word>>,
        /// Between `do` and `done`.
        body: List,
    },
    /// `for name in words; do …; done`; without `in`, over `"$@"`.
    For {
        /// The variable.
        variable: String,
        /// Behind `in`.
        words: Option<Vec<Word>>,
        /// Between `do` and `done`.
        body: List,
    },
    /// `for ((init; condition; step)); do …; done`.
    ArithmeticFor {
        /// The three expressions.
        init: Option<Arithmetic>,
        /// The condition.
        condition: Option<Arithmetic>,
        /// The step.
        step: Option<Arithmetic>,
        /// Between `do` and `done`.
        body: List,
    },
    /// `case word in pattern) …;; esac`.
    Case {
        /// What is compared.
        word: Word,
        /// With what.
        arms: Vec<CaseArm>,
    },
    /// `[[ … ]]`.
    Test(Test),
    /// `(( … ))`.
    Arithmetic(Arithmetic),
    /// A coprocess, or what only other shells have.
    Other(List),
}

/// `a|b) …;;`.
#[derive(Clone, Debug)]
pub struct CaseArm {
    /// The patterns.
    pub patterns: Vec<Word>,
    /// What they lead to.
    pub body: List,
    /// How it ends.
    pub terminator: CaseTerminator,
    /// All of it.
    pub span: Span,
}

/// How an arm of `case` ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseTerminator {
    /// `;;`, or nothing before `esac`.
    Break,
    /// `;&`: the next arm's body runs too.
    FallThrough,
    /// `;;&`: the next arms' patterns are tried.
    Continue,
}

/// The inside of `[[ … ]]`.
#[derive(Clone, Debug)]
pub enum Test {
    /// `-f word`.
    Unary(String, Word),
    /// `a == b`, with the operator as written.
    Binary(Word, String, Word),
    /// `a && b`.
    And(Box<Test>, Box<Test>),
    /// `a || b`.
    Or(Box<Test>, Box<Test>),
    /// `! a`.
    Not(Box<Test>),
    /// A word alone: true if it is not empty.
    Word(Word),
}

/// `name() { …; }`.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// What it does.
    pub body: Command,
    /// All of it.
    pub span: Span,
}

/// `2>&1`, `<<EOF`, `>"$file"`.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The descriptor before it, or none.
    pub descriptor: Option<u32>,
    /// Which one.
    pub kind: RedirectKind,
    /// The file or descriptor behind it; of a here-document the body (a quoted one as one
    /// [`WordPart::SingleQuoted`]).
    pub target: Word,
    /// From the descriptor to the target; of a here-document the operator and delimiter.
    pub span: Span,
}

/// The redirections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectKind {
    /// `<`.
    Read,
    /// `>`, `>|`.
    Write,
    /// `>>`.
    Append,
    /// `<>`.
    ReadWrite,
    /// `<&` and `>&` with a descriptor or `-`.
    Duplicate,
    /// `&>`, `&>>`, and `>&` with a file.
    WriteBoth,
    /// `<<` and `<<-`.
    HereDocument,
    /// `<<<`.
    HereString,
}

/// A word, as the shell splits them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Its parts, from left to right.
    pub parts: Vec<WordPart>,
    /// All of it.
    pub span: Span,
}

impl Word {
    /// The text of a word that has no expansion in it, quotes removed.
    pub fn literal(&self) -> Option<String> {
        fn add(parts: &[WordPart], out: &mut String) -> bool {
            parts.iter().all(|part| match part {
                WordPart::Literal { text, .. } | WordPart::SingleQuoted { text, .. } => {
                    out.push_str(text);
                    true
                }
                WordPart::DoubleQuoted { parts, .. } => add(parts, out),
                _ => false,
            })
        }
        let mut out = String::new();
        add(&self.parts, &mut out).then_some(out)
    }
}

/// A part of a word. Text has its escapes resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordPart {
    /// Without quotes; `escaped` if a backslash stood before it, so that it is no pattern and no
    /// separator.
    #[allow(missing_docs)]
    Literal {
        text: String,
        escaped: bool,
        span: Span,
    },
    /// `'…'` and `$'…'`; the span has the quotes.
    #[allow(missing_docs)]
    SingleQuoted { text: String, span: Span },
    /// `"…"`; the span has the quotes.
    #[allow(missing_docs)]
    DoubleQuoted { parts: Vec<WordPart>, span: Span },
    /// `$name`, `${name…}`.
    Parameter(Box<Parameter>),
    /// `$(…)` and backquotes.
    #[allow(missing_docs)]
    Command { body: Body, span: Span },
    /// `$((…))`.
    #[allow(missing_docs)]
    Arithmetic { expression: Arithmetic, span: Span },
    /// `<(…)` and `>(…)`.
    #[allow(missing_docs)]
    Process { body: Body, span: Span },
}

impl WordPart {
    /// All of it.
    pub fn span(&self) -> Span {
        match self {
            WordPart::Literal { span, .. }
            | WordPart::SingleQuoted { span, .. }
            | WordPart::DoubleQuoted { span, .. }
            | WordPart::Command { span, .. }
            | WordPart::Arithmetic { span, .. }
            | WordPart::Process { span, .. } => *span,
            WordPart::Parameter(parameter) => parameter.span,
        }
    }
}

/// The commands of a substitution, shared so that a word can be copied cheaply.
#[derive(Clone, Debug)]
pub struct Body(pub Rc<List>);

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Body {}

/// `${name op word}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Whose value: `PORT`, `1`, `@`, `*`, `#`, `?`, `$`, `!`, `-`, `0`.
    pub name: String,
    /// `name[index]`: `@` and `*` are a literal word.
    pub index: Option<Word>,
    /// `${!name}`: the variable that the value names.
    pub indirect: bool,
    /// What is done with the value.
    pub operation: Operation,
    /// From `$` to the end.
    pub span: Span,
}

/// What `${…}` does with the value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Operation {
    /// Nothing.
    Value,
    /// `${#name}`.
    Length,
    /// `-`, `=`, `?`, `+`; `colon`: an empty value counts as unset.
    Default {
        kind: DefaultKind,
        colon: bool,
        word: Word,
    },
    /// `#`, `##`.
    TrimPrefix { longest: bool, pattern: Word },
    /// `%`, `%%`.
    TrimSuffix { longest: bool, pattern: Word },
    /// `/`, `//`, `/#`, `/%`.
    Replace {
        kind: ReplaceKind,
        pattern: Word,
        with: Word,
    },
    /// `:offset:length`.
    Substring {
        offset: Arithmetic,
        length: Option<Arithmetic>,
    },
    /// `^`, `^^`, `,`, `,,`.
    Case { upper: bool, all: bool },
    /// `@Q` and what else bash has.
    Other,
}

/// `-`, `=`, `?`, `+`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultKind {
    /// `-`.
    Use,
    /// `=`.
    Assign,
    /// `?`.
    Error,
    /// `+`.
    Alternative,
}

/// Which matches are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplaceKind {
    /// `/`.
    First,
    /// `//`.
    All,
    /// `/#`.
    Prefix,
    /// `/%`.
    Suffix,
}

/// An arithmetic expression: its text as a word, whose expansions come first, as in the shell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arithmetic(pub Word);
