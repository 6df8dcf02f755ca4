//! Python's servers, as programs start them: Flask's `app.run()`, `uvicorn.run(app)`, `HTTPServer`.
//!
//! Sources: the documentation of Flask, Flask-SocketIO, Bottle, Sanic, uvicorn, waitress, aiohttp,
//! Tornado, http.server, wsgiref and asyncio.

use std::collections::HashMap;

use super::expressions::{Names, arguments, list};
use super::tokens::{Kind, Language, Token, tokens};
use super::{Directive, Worth, listens, ordered, unknown};
use crate::source::Span;

/// How a call is told where to listen.
#[derive(Clone, Copy)]
struct Manner {
    /// The positions of the address and the port among its arguments.
    places: [usize; 2],
    /// Where it listens by itself; empty where that is not known.
    address: &'static str,
    port: &'static str,
}

/// An argument of this position is given by its name only.
const NEVER: usize = usize::MAX;

const fn manner(places: [usize; 2], address: &'static str, port: &'static str) -> Manner {
    Manner {
        places,
        address,
        port,
    }
}

const FLASK: Manner = manner([0, 1], "127.0.0.1", "5000");

/// What makes an application whose `run` listens.
const APPLICATIONS: [(&str, Manner); 4] = [
    ("Flask", FLASK),
    ("SocketIO", manner([1, 2], "127.0.0.1", "5000")),
    ("Bottle", manner([NEVER, NEVER], "127.0.0.1", "8080")),
    ("Sanic", manner([0, 1], "127.0.0.1", "8000")),
];

/// Calls that listen.
const CALLS: [(&str, Manner); 7] = [
    ("uvicorn.run", manner([NEVER, NEVER], "127.0.0.1", "8000")),
    ("waitress.serve", manner([NEVER, NEVER], "*", "8080")),
    ("web.run_app", manner([NEVER, NEVER], "*", "8080")),
    ("bottle.run", manner([NEVER, NEVER], "127.0.0.1", "8080")),
    ("make_server", manner([0, 1], "", "")),
    ("asyncio.start_server", manner([1, 2], "*", "")),
    // Of an event loop, which has any name.
    ("create_server", manner([1, 2], "*", "")),
];

pub(in super::super) fn parse(text: &str) -> Vec<Directive> {
    let tokens = tokens(text, Language::Python);
    let names = Names::read(&tokens, Language::Python);
    let applications = applications(&tokens);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Some(word) = token.word() else { continue };
        let defined = at.checked_sub(1).and_then(|before| tokens.get(before));
        if defined.is_some_and(|before| matches!(before.word(), Some("def" | "class"))) {
            continue;
        }
        let run = word
            .strip_suffix(".run")
            .and_then(|name| applications.get(name));
        let known = CALLS
            .iter()
            .find(|(name, _)| word == *name || word.rsplit('.').next() == Some(name));
        if let Some(manner) = run.or(known.map(|(_, manner)| manner)) {
            let given = arguments(&tokens, at);
            if !given.is_empty() {
                found.push(call(&names, &given, *manner, token.span));
            }
        } else if word.ends_with("HTTPServer") || word.ends_with("TCPServer") {
            found.extend(socket(&names, &arguments(&tokens, at), token.span));
        }
    }
    ordered(found)
}

/// The names of applications: made here, or brought in from elsewhere, in which case nothing is known
/// that is not given.
fn applications(tokens: &[Token]) -> HashMap<&str, Manner> {
    let mut found = HashMap::new();
    let mut imports = false;
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let starts = before.is_none_or(|before| before.is('\n'));
        match &token.kind {
            Kind::Sign('\n') => imports = false,
            Kind::Word(word) if starts && word == "from" => imports = true,
            Kind::Word(word) if imports && matches!(word.as_str(), "app" | "application") => {
                found.entry(word.as_str()).or_insert(manner([0, 1], "", ""));
            }
            Kind::Word(word) => {
                let Some([sign, maker, open]) = tokens.get(at + 1..at + 4) else {
                    continue;
                };
                if !sign.is('=') || !open.is('(') {
                    continue;
                }
                let maker = maker.word().and_then(|maker| maker.rsplit('.').next());
                let made = APPLICATIONS.iter().find(|(name, _)| maker == Some(name));
                found.extend(made.map(|(_, manner)| (word.as_str(), *manner)));
            }
            _ => {}
        }
    }
    found
}

fn call(names: &Names, given: &[&[Token]], manner: Manner, span: Span) -> Directive {
    let spread = given
        .iter()
        .any(|argument| argument.first().is_some_and(|first| first.is('*')));
    let own = |text: &str| match text.is_empty() || spread {
        true => unknown(span),
        false => Worth {
            text: text.to_owned(),
            span,
        },
    };
    let argument = |name: &str, place: usize, default: &str| {
        let named = given.iter().find_map(|argument| match argument {
            [key, sign, value @ ..] if key.word() == Some(name) && sign.is('=') => Some(value),
            _ => None,
        });
        let is_named = |argument: &&[Token]| argument.get(1).is_some_and(|sign| sign.is('='));
        let at = given.get(place).copied();
        let at = at.filter(|argument| !is_named(argument) && !argument.is_empty());
        match named.or(at.filter(|_| !spread)) {
            // None is what is there by itself.
            Some([none]) if none.word() == Some("None") => own(default),
            Some(value) => names.worth(value).unwrap_or_else(|| unknown(span)),
            None => own(default),
        }
    };
    let [host, port] = manner.places;
    let port = argument("port", port, manner.port);
    let address = everywhere(argument("host", host, manner.address));
    listens(span, Some(port), Some(address))
}

/// `HTTPServer(('', 8000), Handler)`.
fn socket(names: &Names, given: &[&[Token]], span: Span) -> Option<Directive> {
    if let Some([address, port]) = names.pair(given.first()?) {
        return Some(listens(span, Some(port), Some(everywhere(address))));
    }
    let [open, inner @ ..] = given.first()? else {
        return None;
    };
    let pair = list(inner);
    let [host, port] = pair.as_slice() else {
        return None;
    };
    if !open.is('(') {
        return None;
    }
    let address = names.worth(host).unwrap_or_else(|| unknown(span));
    Some(listens(span, names.worth(port), Some(everywhere(address))))
}

/// An empty address is every one.
fn everywhere(address: Worth) -> Worth {
    match address.text.is_empty() {
        true => Worth {
            text: "*".to_owned(),
            ..address
        },
        false => address,
    }
}
