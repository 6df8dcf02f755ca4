//! `port-variable`: PORT is the platform's, whatever else the image means by it.

use super::port::Served;
use super::subject::{Subject, fix};
use crate::edit;
use crate::eval::{Content, Piece, Step, Value};
use crate::finding::{Finding, Fix, Safety};
use crate::judge::Style;
use crate::launch::{Effect, LaunchStep};
use crate::programs::{SetBy, is_loopback, programs};
use crate::source::Origin;
use crate::syntax::dockerfile::{Arguments, Instruction, Keyword, Pair};
use crate::target::Follows;

const RULE: &str = "port-variable";

const NAME: &str = "PORT";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(value) = given(subject) else {
        return;
    };
    findings.extend(set(subject, &value));
    findings.extend(misread(subject, &value));
}

/// What the platform sets PORT to.
fn given(subject: &Subject<'_>) -> Option<String> {
    let variable = subject.target.environment.variable(NAME)?;
    match variable.from {
        Some(Follows::Port) => Some(subject.checked_port()?.to_string()),
        _ => variable.value.clone(),
    }
}

/// ENV PORT with another value.
fn set(subject: &Subject<'_>, value: &str) -> Option<Finding> {
    let environment = &subject.image.config.environment;
    let own = environment.get(NAME)?.known()?;
    let (number, instruction, at) = pair(subject)?;
    // An empty one says that it is to be given.
    if own.is_empty() || own == value {
        return None;
    }
    let origin = Origin {
        source: subject.source,
        span: at.span,
    };
    let reader = reader(subject, value);
    let then = match &reader {
        Some(title) => format!("that is where {title} listens then"),
        None => format!("the program finds {value} there, and nothing must go by {own}"),
    };
    let message =
        format!("ENV {NAME} says {own}, but the platform sets {NAME} to {value}: {then}.");
    let mut finding = subject.finding(RULE, origin, message);
    // What reads it is right by this, and has the other one where nothing sets it.
    if reader.is_some() {
        finding.lower();
    }
    let mut mended = dropped(subject, number, instruction, at);
    if let Some(mended) = mended
        .as_mut()
        .filter(|_| reader.is_some() || !is_followed(subject))
    {
        mended.safety = Safety::Unsafe;
    }
    Some(finding.fix(mended))
}

/// The last `PORT=…` of ENV.
fn pair<'a>(subject: &'a Subject<'_>) -> Option<(usize, &'a Instruction, &'a Pair)> {
    let numbers = subject.image.instructions.iter().rev();
    numbers.copied().find_map(|number| {
        let instruction = subject.instruction(number)?;
        let Arguments::Pairs(pairs) = &instruction.arguments else {
            return None;
        };
        let env = instruction.keyword == Keyword::Env;
        let mut pairs = pairs.iter().rev().filter(|_| env);
        let pair = pairs.find(|pair| pair.name.text == NAME)?;
        Some((number, instruction, pair))
    })
}

/// The program that takes PORT for the port that it listens on.
fn reader(subject: &Subject<'_>, value: &str) -> Option<String> {
    let all = Served::all(subject);
    if let Some(served) = all.iter().find(|served| is_told(subject, served, value)) {
        return Some(served.title().to_owned());
    }
    let mut told = subject.steps().filter(|step| {
        let words = step.step.argv.get(1..).unwrap_or_default();
        let known = step
            .step
            .program()
            .is_none_or(|name| programs().is_tool(&name));
        !known && words.iter().any(|word| has(word, value)) && !is_misread(&step.step, value)
    });
    told.find_map(|step| step.step.program())
}

/// Whether it is PORT that tells a server its port.
fn is_told(subject: &Subject<'_>, served: &Served<'_>, value: &str) -> bool {
    match &served.listener.port.by {
        SetBy::Environment(name) => name == NAME,
        SetBy::Argument { part, .. } => {
            let word = served.step.step.argv.get(part.index);
            word.is_some_and(|word| has(word, value))
        }
        SetBy::Config { path, span, .. } => {
            let files = served.serving.files.as_ref();
            let files = files.unwrap_or(&subject.image.files);
            let text = subject.scripts.text(files, path);
            let said = text.and_then(|text| text.slice(span.range()));
            said.is_some_and(|said| has(&said, value))
        }
        SetBy::Default => false,
    }
}

/// Whether it is known of all that the image starts what it reads.
fn is_followed(subject: &Subject<'_>) -> bool {
    subject.launch.is_some_and(|launch| {
        let mut serving = launch.servers();
        let known = |step: &LaunchStep| {
            let name = step.step.program();
            name.is_some_and(|name| programs().is_tool(&name)) || step.effect == Effect::Listen
        };
        launch.serving.is_some()
            && serving.all(|serving| !serving.stands_in && !serving.server.code)
            && launch.gaps.is_empty()
            && !launch.is_partly_read()
            && launch.steps.iter().all(known)
    })
}

/// Takes the variable out, where the build does not read it.
fn dropped(
    subject: &Subject<'_>,
    number: usize,
    instruction: &Instruction,
    pair: &Pair,
) -> Option<Fix> {
    use Keyword::{Cmd, Entrypoint, Healthcheck};
    let text = subject.text(subject.source);
    let reads = |instruction: &Instruction| {
        let starts = matches!(instruction.keyword, Cmd | Entrypoint | Healthcheck);
        let words = text.slice(instruction.span);
        !starts && ["$PORT", "${PORT"].iter().any(|name| words.contains(name))
    };
    let mut later = subject.image.own.clone().filter(|other| *other != number);
    let read = later.any(|other| subject.instruction(other).is_some_and(reads));
    if read || !subject.is_own(number) || subject.style == Style::Guard {
        return None;
    }
    let edit = edit::drop_pair(text.text(), subject.source, instruction, pair)?;
    fix(
        format!("drop {NAME}"),
        format!("the platform sets {NAME}"),
        vec![edit],
    )
}

/// A command that takes PORT for the port of another server.
fn misread(subject: &Subject<'_>, value: &str) -> Option<Finding> {
    // The base may have the same number from elsewhere.
    let mut inherited = subject.image.config.environment.values();
    if inherited.any(|other| has(other, value)) {
        return None;
    }
    let found = subject
        .steps()
        .filter(|step| is_misread(&step.step, value))
        .map(|step| finding(subject, step, value));
    // The surest of them, and of those the first.
    let mut found: Vec<Finding> = found.collect();
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    found.into_iter().next()
}

fn finding(subject: &Subject<'_>, step: &LaunchStep, value: &str) -> Finding {
    let program = step.step.program().unwrap_or_default();
    let message = format!(
        "{program} takes {NAME} for the port of another server, but {NAME} is {value} here: the platform sets it to the port that the container itself answers on."
    );
    let finding = subject.at_command(RULE, step, message);
    finding.help("have the other port in a variable of another name")
}

/// Whether a command has PORT where the port of another server belongs.
fn is_misread(step: &Step, value: &str) -> bool {
    let own = step.variables.get(NAME).map(|variable| &variable.content);
    if !matches!(own, Some(Content::Scalar(own)) if has(own, value)) {
        return false;
    }
    let tools = programs().tools();
    let client = step.program().is_some_and(|name| tools.is_client(&name));
    let asks = client && !is_local(step);
    step.argv.iter().enumerate().skip(1).any(|(at, word)| {
        let before = step.argv.get(at - 1).and_then(Value::known);
        let text = word.known_prefix();
        let option = text.split_once('=').map(|(name, _)| name.to_owned());
        let mut options = [before, option].into_iter().flatten();
        has(word, value) && (asks || options.any(|option| tools.names_port_of_other(&option)))
    })
}

/// Whether a client asks the container itself, or says no host.
fn is_local(step: &Step) -> bool {
    let words: Vec<String> = step.argv.iter().skip(1).map(Value::known_prefix).collect();
    let own = words.iter().any(|word| {
        let word = word
            .rsplit_once('=')
            .map_or(word.as_str(), |(_, host)| host);
        let host = word.rsplit_once(':').map_or(word, |(host, _)| host);
        is_loopback(host) || word == "-l"
    });
    let named = step.argv.iter().enumerate().skip(1).any(|(at, word)| {
        let text = word.known_prefix();
        let behind = step.argv.get(at + 1).is_some();
        text.starts_with("-h") || text.starts_with("--host") || text.contains(':') || {
            let last = at + 2 == step.argv.len();
            !text.starts_with('-') && behind && last
        }
    });
    own || !named
}

/// Whether PORT, as the platform sets it, is a part of a word: its number, which nobody has written.
fn has(word: &Value, value: &str) -> bool {
    let set = |piece: &Piece| matches!(piece, Piece::Known { text, origin: None, .. } if &**text == value);
    word.pieces().iter().any(set)
}
