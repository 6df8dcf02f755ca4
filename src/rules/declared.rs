//! What a program listens on whose port is not known by itself: a port that the image EXPOSEs, where
//! the program is told it, or where it is the program that the image is for.

use super::port::Served;
use super::subject::Subject;
use crate::eval::Value;
use crate::finding::Certainty;
use crate::image::{Content, NodeKind};
use crate::launch::{LaunchStep, What, is_configuration, speaks_of};
use crate::programs::programs;
use crate::source::Origin;

/// With one of these words, a program says or prepares something, and ends.
const ENDS: &[&str] = &[
    "--help",
    "-h",
    "help",
    "--help-all",
    "--version",
    "-v",
    "-V",
    "version",
    "init",
    "migrate",
    "upgrade",
    "update",
    "install",
    "setup",
    "build",
    "test",
    "check",
];

/// An image that exposes more ports than this says nothing of its program by them.
const MOST_PORTS: usize = 8;

/// A port that a program is said to listen on.
pub(super) struct Declared {
    /// The program's name.
    pub(super) program: String,
    /// The port.
    pub(super) port: u16,
    /// Whether it is one of TCP, as the health check asks for.
    pub(super) tcp: bool,
    /// Where the program is told it; else the program's own word.
    pub(super) place: Origin,
    /// Where EXPOSE says it.
    pub(super) exposed: Origin,
}

/// The port that the program of an image is said to listen on, where it is not known by itself.
pub(super) fn of(subject: &Subject<'_>, wanted: u16) -> Option<Declared> {
    let config = &subject.image.config;
    // An image that has none of TCP is for one of UDP.
    let tcp = config.exposed.iter().any(|exposed| exposed.tcp);
    let meant = config.exposed.iter().filter(|exposed| exposed.tcp == tcp);
    let own: Vec<(u16, Origin)> = meant
        .filter_map(|exposed| Some((exposed.port, exposed.origin?)))
        .collect();
    let answers = tcp && own.iter().any(|(port, _)| *port == wanted);
    if own.is_empty() || own.len() > MOST_PORTS || answers {
        return None;
    }
    let step = program(subject)?;
    let name = step.step.program()?;
    let words = step.step.argv.get(1..).unwrap_or_default();
    let told = |word: &Value| word.known().is_some_and(|text| has(&text, wanted));
    let ends = |word: &Value| {
        word.known()
            .is_some_and(|text| ENDS.contains(&text.as_str()))
    };
    let asks = words.is_empty() && programs().interprets(&name);
    // What the code of an application does with PORT, which the target sets, is not known.
    let ends_so = |word: &str| {
        let ends = [".js", ".mjs", ".cjs", ".ts"];
        ends.iter().any(|end| word.ends_with(end))
    };
    let code = words
        .iter()
        .find_map(|word| word.known().filter(|word| !word.starts_with('-')));
    let is_code =
        ends_so(&name) || programs().interprets(&name) && code.is_some_and(|word| ends_so(&word));
    if asks
        || is_code
        || words.iter().any(|word| told(word) || ends(word))
        || variable(subject, wanted).is_some()
    {
        return None;
    }
    let declared = |place: Origin, (port, exposed): &(u16, Origin)| Declared {
        program: name.clone(),
        port: *port,
        tcp,
        place,
        exposed: *exposed,
    };
    let tells: [&dyn Fn(u16) -> Option<Origin>; 3] = [
        &|port| in_words(words, port),
        &|port| in_files(subject, step, port),
        &|port| variable(subject, port),
    ];
    for tell in tells {
        let mut places = own.iter().filter_map(|own| Some((tell(own.0)?, own)));
        if let Some((place, own)) = places.next() {
            return Some(declared(place, own));
        }
    }
    let serves = Served::of(subject).is_none_or(|served| !served.serving.server.if_told);
    let first = own.first().filter(|_| serves)?;
    Some(declared(subject.command_of(step), first))
}

/// The further programs that are told with an option to listen on a port that the image EXPOSEs, where
/// nothing else is known of them.
pub(super) fn beside(subject: &Subject<'_>, wanted: u16) -> Vec<Declared> {
    let tcp = subject.image.config.exposed.iter().filter(|one| one.tcp);
    let exposed: Vec<(u16, Origin)> = tcp
        .filter_map(|exposed| Some((exposed.port, exposed.origin?)))
        .filter(|(port, _)| *port != wanted)
        .collect();
    let told = |step: &LaunchStep| {
        let words = step.step.argv.get(1..)?;
        exposed.iter().find_map(|(port, origin)| {
            Some(Declared {
                program: step.step.program()?,
                port: *port,
                tcp: true,
                place: by_option(words, *port)?,
                exposed: *origin,
            })
        })
    };
    let unknown = subject.steps().filter(|step| is_unknown(subject, step));
    unknown.filter_map(told).collect()
}

/// Whether a program of which nothing is known is told with an option to listen on a port: it is what
/// answers there, whatever the servers beside it listen on.
pub(super) fn answers(subject: &Subject<'_>, port: u16) -> bool {
    subject.steps().any(|step| {
        let words = step.step.argv.get(1..).unwrap_or_default();
        is_unknown(subject, step) && by_option(words, port).is_some()
    })
}

/// The port behind an option that says where to listen. Others speak of ports of others.
fn by_option(words: &[Value], port: u16) -> Option<Origin> {
    let listens = |text: &str| {
        let name = text.trim_start_matches('-');
        let name = name.split_once('=').map_or(name, |(name, _)| name);
        let own = ["p", "port", "http-port", "server-port", "listen", "bind"];
        text.starts_with('-')
            && (own.contains(&name) || name.starts_with("listen-") || name.starts_with("bind-"))
    };
    words.iter().enumerate().find_map(|(at, word)| {
        let text = word.known()?;
        let before = at.checked_sub(1).and_then(|at| words[at].known());
        let option = listens(&text) || before.is_some_and(|before| listens(&before));
        in_words(std::slice::from_ref(word), port).filter(|_| option)
    })
}

/// The program that a start comes to, where nothing is known of it but its name.
fn program<'a>(subject: &Subject<'a>) -> Option<&'a LaunchStep> {
    let steps = &subject.launch?.steps;
    if let Some(served) = Served::of(subject).filter(|served| !served.serving.stands_in) {
        let unknown = served.listener.port.value.is_none();
        return Some(served.step).filter(|_| unknown);
    }
    let last = steps.iter().enumerate();
    let last = last.filter(|(number, step)| {
        let starts = steps.iter().any(|other| other.step.behind == Some(*number));
        !starts && is_unknown(subject, step)
    });
    let (number, step) = last.max_by_key(|(number, step)| {
        let sure = step.step.surely == Certainty::Always;
        (step.step.exec, sure, *number)
    })?;
    // `program && sleep infinity`
    let waits = |step: &LaunchStep| {
        let name = step.step.program();
        name.is_some_and(|name| programs().tools().only_prints(&name))
    };
    (step.step.exec || steps[number + 1..].iter().all(waits)).then_some(step)
}

/// Whether nothing is known of what a step starts but its name.
fn is_unknown(subject: &Subject<'_>, step: &LaunchStep) -> bool {
    subject.known().is_some_and(|known| known.is_unknown(step))
}

/// The word that has a port in it.
fn in_words(words: &[Value], port: u16) -> Option<Origin> {
    words.iter().find_map(|word| {
        let at = places(&word.known()?, port).next()?;
        // A variable may have put it there.
        let number = word.slice(at..at + port.to_string().len());
        let place = number.and_then(|number| number.origin());
        place.or_else(|| word.origin())
    })
}

/// The only line that says a port in a file that the program is told to read, or that is named after
/// it.
fn in_files(subject: &Subject<'_>, step: &LaunchStep, port: u16) -> Option<Origin> {
    let words = step.step.argv.iter().skip(1).filter_map(Value::known);
    let told = words.filter_map(|word| {
        let path = word
            .rsplit_once('=')
            .map_or(word.as_str(), |(_, path)| path);
        step.step.absolute(path)
    });
    let told = told.filter(|path| path.len() > 1);
    told.map(|path| (path, false))
        .chain(own_file(subject, step).map(|path| (path, true)))
        .find_map(|(path, own)| in_file(subject, &path, port, own))
}

/// The only line of a file that says a port; in one of the program's own, a line right above it may
/// say that it is one.
fn in_file(subject: &Subject<'_>, path: &str, port: u16, own: bool) -> Option<Origin> {
    let value = subject.scripts.text(&subject.image.files, path)?;
    let text = value.known()?;
    let mut start = 0;
    let mut found = None;
    let mut above = [false; 3];
    for line in text.split_inclusive('\n') {
        let comment = line.trim_start().starts_with(['#', ';', '/', '-', '%']);
        let says = speaks_of(What::Port, line);
        if !comment && has(line, port) && (says || own && above.contains(&true)) {
            if found.is_some() {
                return None;
            }
            found = Some(start..start + line.trim_end().len());
        }
        above.rotate_left(1);
        above[2] = says;
        start += line.len();
    }
    value.slice(found?)?.origin()
}

/// The configuration file that the build brings and that is named after the program.
fn own_file(subject: &Subject<'_>, step: &LaunchStep) -> Option<String> {
    let name = step.step.program()?;
    let files = subject.image.files.iter();
    let brought =
        files.filter(|(_, node)| matches!(node.kind, NodeKind::File(Content::Context(_))));
    let mut named = brought.filter(|(path, _)| {
        let file = path.rsplit('/').next().unwrap_or_default();
        let stem = file.rsplit_once('.').map(|(stem, _)| stem);
        stem == Some(name.as_str()) && is_configuration(path)
    });
    let only = named.next().filter(|_| named.next().is_none())?;
    Some(only.0.to_owned())
}

/// The variable of the image that has a port in its value, and is named after one.
pub(super) fn variable(subject: &Subject<'_>, port: u16) -> Option<Origin> {
    let mut variables = subject.image.config.environment.iter();
    let (_, value) = variables.find(|(name, value)| {
        speaks_of(What::Port, name) && value.known().is_some_and(|text| text == port.to_string())
    })?;
    value.origin()
}

/// Whether a port's number stands in a text, apart from other letters and digits.
fn has(text: &str, port: u16) -> bool {
    places(text, port).next().is_some()
}

/// Where it does.
fn places(text: &str, port: u16) -> impl Iterator<Item = usize> {
    let number = port.to_string();
    let length = number.len();
    let found: Vec<usize> = text.match_indices(&number).map(|(at, _)| at).collect();
    found.into_iter().filter(move |at| {
        let before = text[..*at].chars().next_back();
        let behind = text[at + length..].chars().next();
        let joins = |c: char| c.is_alphanumeric() || c == '.' || c == '_';
        !before.is_some_and(joins) && !behind.is_some_and(joins)
    })
}

#[cfg(test)]
mod tests {
    use super::has;

    #[test]
    fn a_port_stands_apart() {
        for (text, expected) in [
            ("80", true),
            ("0.0.0.0:80", true),
            ("--port=80", true),
            ("tcp:80:interface=x", true),
            ("8080", false),
            ("1.80", false),
            ("80.1", false),
            ("x80", false),
            ("80s", false),
        ] {
            assert_eq!(has(text, 80), expected, "{text}");
        }
    }
}
