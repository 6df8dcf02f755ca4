//! Which parts of the tree go when some commands go. Nothing here knows of lines.

use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;

use super::ShellText;
use super::harmless::{are_tests, harmless_word, only_changes_shell, only_produces};
use super::harmless::{is_test, reads_or_tests};
use crate::source::Span;
use crate::syntax::shell::*;

/// What goes.
pub(super) enum Plan<'a> {
    /// All of it.
    Everything,
    /// These parts.
    Cuts(Vec<Cut<'a>>),
}

/// A part that goes.
pub(super) enum Cut<'a> {
    /// Some neighbours of a list; others of it stay.
    Statements(&'a List, Range<usize>),
    /// Some neighbours of `a && b || c`, counted from 0; others of it stay.
    Links(&'a AndOr, Range<usize>),
    /// A list that cannot be empty: `:` takes its place.
    Body(&'a List),
    /// `else` and what is behind it. The first list is the one before it.
    Else(&'a List, &'a List),
    /// The body of a function that is neither a group nor a subshell.
    Function(Span),
}

impl Cut<'_> {
    /// What goes, without what stands between.
    pub(super) fn spans(&self) -> Vec<Span> {
        match self {
            Cut::Statements(list, run) => list
                .get(run.clone())
                .map(|run| run.iter().map(|s| s.span).collect())
                .unwrap_or_default(),
            Cut::Links(and_or, run) => run
                .clone()
                .filter_map(|at| element(and_or, at))
                .map(Command::span)
                .collect(),
            Cut::Body(list) | Cut::Else(_, list) => list.iter().map(|s| s.span).collect(),
            Cut::Function(span) => vec![*span],
        }
    }
}

/// A command of `a && b || c`, counted from 0.
pub(super) fn element(and_or: &AndOr, at: usize) -> Option<&Command> {
    match at.checked_sub(1) {
        None => Some(&and_or.first),
        Some(at) => and_or.rest.get(at).map(|link| &link.command),
    }
}

/// What happens to a node.
enum Verdict<'a> {
    Stays,
    Changes {
        cuts: Vec<Cut<'a>>,
        /// Whether what stays only changes the shell that it runs in.
        idle: bool,
    },
    Goes,
}

impl<'a> Verdict<'a> {
    fn of(cuts: Vec<Cut<'a>>) -> Self {
        match cuts.is_empty() {
            true => Verdict::Stays,
            false => Verdict::Changes { cuts, idle: false },
        }
    }

    fn goes(&self) -> bool {
        matches!(self, Verdict::Goes)
    }

    fn into_cuts(self) -> Vec<Cut<'a>> {
        match self {
            Verdict::Changes { cuts, .. } => cuts,
            _ => Vec::new(),
        }
    }
}

/// What goes with the commands; none where one of them would stay.
pub(super) fn plan<'a>(text: &ShellText<'a>, commands: &[Rc<Simple>]) -> Option<Plan<'a>> {
    let doomed: HashSet<Span> = commands.iter().map(|command| command.span).collect();
    let mut spans: Vec<Span> = doomed.iter().copied().collect();
    spans.sort_unstable();
    let pruner = Pruner { doomed, spans };
    // The shell of a `RUN` ends with it.
    let own_shell = text.continuation.is_some();
    match pruner.list(text.list) {
        Verdict::Goes => pruner.everything(text.list),
        Verdict::Changes { idle: true, .. } if own_shell => pruner.everything(text.list),
        verdict => {
            let cuts = verdict.into_cuts();
            let mut gone: Vec<Span> = cuts.iter().flat_map(Cut::spans).collect();
            gone.sort_unstable();
            pruner.all_within(&gone).then_some(Plan::Cuts(cuts))
        }
    }
}

struct Pruner {
    doomed: HashSet<Span>,
    /// The same, sorted.
    spans: Vec<Span>,
}

impl Pruner {
    /// Whether each of the commands lies in one of these spans, which are sorted and apart.
    fn all_within(&self, gone: &[Span]) -> bool {
        self.spans.iter().all(|span| {
            let next = gone.partition_point(|g| g.start <= span.start);
            next.checked_sub(1)
                .and_then(|at| gone.get(at))
                .is_some_and(|g| g.contains(*span))
        })
    }

    /// Whether one of the commands lies in the span.
    fn touches(&self, span: Span) -> bool {
        let next = self.spans.partition_point(|s| s.start < span.start);
        self.spans.get(next).is_some_and(|s| s.start < span.end)
    }

    fn everything<'a>(&self, list: &List) -> Option<Plan<'a>> {
        let spans: Vec<Span> = list.iter().map(|statement| statement.span).collect();
        self.all_within(&spans).then_some(Plan::Everything)
    }

    fn list<'a>(&self, list: &'a List) -> Verdict<'a> {
        let mut cuts = Vec::new();
        let mut gone = Vec::with_capacity(list.len());
        let mut idle = true;
        for statement in list {
            let verdict = self.command(&statement.command);
            gone.push(verdict.goes());
            idle &= match &verdict {
                Verdict::Stays => only_changes_shell(&statement.command),
                Verdict::Changes { idle, .. } => *idle,
                Verdict::Goes => true,
            };
            cuts.extend(verdict.into_cuts());
        }
        if !gone.is_empty() && gone.iter().all(|gone| *gone) {
            return Verdict::Goes;
        }
        cuts.extend(runs(&gone).map(|run| Cut::Statements(list, run)));
        match cuts.is_empty() {
            true => Verdict::Stays,
            false => Verdict::Changes { cuts, idle },
        }
    }

    fn command<'a>(&self, command: &'a Command) -> Verdict<'a> {
        if !self.touches(command.span()) {
            return Verdict::Stays;
        }
        match command {
            Command::Simple(simple) if self.doomed.contains(&simple.span) => Verdict::Goes,
            Command::Simple(_) => Verdict::Stays,
            Command::Pipeline(pipeline) => self.pipeline(pipeline),
            Command::AndOr(and_or) => self.and_or(and_or),
            Command::Compound(compound) => self.compound(&compound.kind),
            Command::Function(function) => self.function(function),
        }
    }

    /// A pipeline goes if its last command goes and the others go, too, or only feed it.
    fn pipeline<'a>(&self, pipeline: &'a Pipeline) -> Verdict<'a> {
        let mut cuts = Vec::new();
        let mut last_goes = false;
        let mut all = true;
        for command in &pipeline.commands {
            let verdict = self.command(command);
            last_goes = verdict.goes();
            all &= match verdict {
                Verdict::Goes => true,
                Verdict::Changes { .. } => false,
                Verdict::Stays => only_produces(command),
            };
            cuts.extend(verdict.into_cuts());
        }
        match last_goes && all {
            true => Verdict::Goes,
            false => Verdict::of(cuts),
        }
    }

    fn and_or<'a>(&self, and_or: &'a AndOr) -> Verdict<'a> {
        let rest = and_or.rest.iter().map(|link| &link.command);
        let commands: Vec<&Command> = std::iter::once(&and_or.first).chain(rest).collect();
        let verdicts: Vec<Verdict> = commands.iter().map(|c| self.command(c)).collect();
        let goes: Vec<bool> = verdicts.iter().map(Verdict::goes).collect();
        let gone = gone(and_or, &commands, &goes);
        if gone.iter().all(|gone| *gone) {
            return Verdict::Goes;
        }
        let mut cuts: Vec<Cut> = runs(&gone).map(|run| Cut::Links(and_or, run)).collect();
        let mut idle = true;
        for ((verdict, command), gone) in verdicts.into_iter().zip(commands).zip(gone) {
            if !gone {
                idle &= only_changes_shell(command);
                cuts.extend(verdict.into_cuts());
            }
        }
        match cuts.is_empty() {
            true => Verdict::Stays,
            false => Verdict::Changes { cuts, idle },
        }
    }

    fn compound<'a>(&self, kind: &'a CompoundKind) -> Verdict<'a> {
        match kind {
            CompoundKind::Group(list) | CompoundKind::Other(list) => self.list(list),
            CompoundKind::Subshell(list) => match self.list(list) {
                Verdict::Changes { idle: true, .. } => Verdict::Goes,
                verdict => verdict,
            },
            CompoundKind::If {
                branches,
                otherwise,
            } => self.branches(branches, otherwise.as_ref()),
            CompoundKind::While {
                condition, body, ..
            } => self.bodies([body], reads_or_tests(condition)),
            CompoundKind::For { words, body, .. } | CompoundKind::Select { words, body, .. } => {
                let harmless = words.iter().flatten().all(harmless_word);
                self.bodies([body], harmless)
            }
            CompoundKind::ArithmeticFor { body, .. } => self.bodies([body], true),
            CompoundKind::Case { word, arms } => {
                let bodies = arms.iter().map(|arm| &arm.body);
                self.bodies(bodies.filter(|body| !body.is_empty()), harmless_word(word))
            }
            CompoundKind::Test(_) | CompoundKind::Arithmetic(_) => Verdict::Stays,
        }
    }

    /// Bodies that need something in them. `frame` says whether what is around them has no effect
    /// of its own, so that the whole can go.
    fn bodies<'a>(&self, bodies: impl IntoIterator<Item = &'a List>, frame: bool) -> Verdict<'a> {
        let mut cuts = Vec::new();
        let mut all = frame;
        for body in bodies {
            match self.list(body) {
                Verdict::Goes => cuts.push(Cut::Body(body)),
                verdict => {
                    all = false;
                    cuts.extend(verdict.into_cuts());
                }
            }
        }
        match all && !cuts.is_empty() {
            true => Verdict::Goes,
            false => Verdict::of(cuts),
        }
    }

    fn branches<'a>(
        &self,
        branches: &'a [(List, List)],
        otherwise: Option<&'a List>,
    ) -> Verdict<'a> {
        let frame = branches.iter().all(|(condition, _)| are_tests(condition));
        let bodies = self.bodies(branches.iter().map(|(_, body)| body), frame);
        let last = otherwise.map(|list| (list, self.list(list)));
        match (bodies, last) {
            (bodies, None) => bodies,
            (Verdict::Goes, Some((_, Verdict::Goes))) => Verdict::Goes,
            (bodies, Some((list, last))) => {
                let mut cuts = match bodies {
                    Verdict::Goes => branches.iter().map(|(_, body)| Cut::Body(body)).collect(),
                    bodies => bodies.into_cuts(),
                };
                match (last.goes(), branches.last()) {
                    (true, Some((_, before))) => cuts.push(Cut::Else(before, list)),
                    _ => cuts.extend(last.into_cuts()),
                }
                Verdict::of(cuts)
            }
        }
    }

    fn function<'a>(&self, function: &'a Function) -> Verdict<'a> {
        match self.command(&function.body) {
            // Others call it.
            Verdict::Goes => Verdict::of(vec![body_of(&function.body)]),
            verdict => Verdict::of(verdict.into_cuts()),
        }
    }
}

/// Which commands of `a && b || c` go, when it is known of each whether it goes of itself.
fn gone(and_or: &AndOr, commands: &[&Command], goes: &[bool]) -> Vec<bool> {
    let operator = |at: usize| Some(and_or.rest.get(at.checked_sub(1)?)?.operator);
    let mut gone = vec![false; commands.len()];
    let mut kept_before = false;
    let mut at = 0;
    while at < gone.len() {
        if !goes[at] {
            kept_before = true;
        } else if matches!(commands[at], Command::Pipeline(pipeline) if pipeline.negated) {
            // What follows depends on its failure.
            return vec![false; gone.len()];
        } else {
            gone[at] = true;
            // What is done if it fails goes with it, unless it is done for another, too.
            while !kept_before && operator(at + 1) == Some(Connector::Or) {
                at += 1;
                gone[at] = true;
            }
        }
        at += 1;
    }
    if !gone.contains(&true) {
        return gone;
    }
    // A test that decides on nothing any more: alone, it would end a script under `set -e`.
    while gone.last() == Some(&true)
        && let Some(last) = gone.iter().rposition(|gone| !gone)
        && operator(last) != Some(Connector::Or)
        && is_test(commands[last])
    {
        gone[last] = true;
    }
    if gone
        .iter()
        .zip(commands)
        .all(|(gone, c)| *gone || is_test(c))
    {
        gone.fill(true);
    }
    gone
}

/// How a function's body is emptied.
fn body_of(body: &Command) -> Cut<'_> {
    if let Command::Compound(compound) = body
        && let CompoundKind::Group(list) | CompoundKind::Subshell(list) = &compound.kind
    {
        return Cut::Body(list);
    }
    Cut::Function(body.span())
}

/// The runs of neighbours that are true.
fn runs(flags: &[bool]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + flags.get(at..)?.iter().position(|flag| *flag)?;
        let length = flags[start..].iter().take_while(|flag| **flag).count();
        at = start + length;
        Some(start..at)
    })
}
