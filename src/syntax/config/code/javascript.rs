//! Node's `listen`: `server.listen(3000, '127.0.0.1')`, `fastify.listen({ port, host })`.

use super::expressions::{Names, arguments, list};
use super::tokens::{Kind, Language, Token, tokens};
use super::{Directive, Text, Worth, listens, ordered, unknown};
use crate::source::Span;

pub(in super::super) fn parse(text: &str) -> Vec<Directive> {
    let tokens = tokens(text, Language::Javascript);
    let names = Names::read(&tokens, Language::Javascript);
    let calls = tokens.iter().enumerate().filter_map(|(at, token)| {
        let word = token.word()?;
        let behind_dot = || at > 0 && tokens.get(at - 1).is_some_and(|before| before.is('.'));
        let listens = word.ends_with(".listen") || word == "listen" && behind_dot();
        if !listens {
            return None;
        }
        call(&names, &arguments(&tokens, at), token.span)
    });
    let mut found = ordered(calls.collect());
    found.extend(tokens.iter().enumerate().flat_map(|(at, token)| {
        let section = token.word().filter(|word| SECTIONS.contains(word));
        let object = match tokens.get(at + 1..) {
            Some([colon, open, inner @ ..]) if colon.is(':') && open.is('{') => Some(inner),
            _ => None,
        };
        section
            .zip(object)
            .map_or_else(Vec::new, |(section, inner)| {
                let keys = ["port", "host"].iter();
                let said = keys.filter_map(|name| {
                    let worth = key(&names, inner, name, token.span)?;
                    Some(setting(section, name, worth))
                });
                said.collect()
            })
    }));
    found
}

/// The objects of a configuration that say where its server listens: Vite's, webpack's.
const SECTIONS: [&str; 2] = ["server", "devServer"];

fn setting(section: &str, name: &str, worth: Worth) -> Directive {
    Directive {
        path: vec![section.to_owned()],
        name: name.to_owned(),
        span: worth.span,
        arguments: vec![Text {
            text: worth.text,
            span: worth.span,
        }],
    }
}

fn call(names: &Names, given: &[&[Token]], span: Span) -> Option<Directive> {
    let first = given.first().filter(|first| !first.is_empty())?;
    if let [open, inner @ ..] = first
        && open.is('{')
    {
        let port = key(names, inner, "port", span)?;
        return Some(listens(span, Some(port), key(names, inner, "host", span)));
    }
    let port = names.worth(first);
    // A socket's path.
    if port
        .as_ref()
        .is_some_and(|port| port.text.starts_with(['/', '.']))
    {
        return None;
    }
    let address = given.get(1).and_then(|second| address(names, second, span));
    Some(listens(span, port, address))
}

/// The second argument, unless it is what is called then, or a number.
fn address(names: &Names, second: &[Token], span: Span) -> Option<Worth> {
    let calls = second.iter().any(|token| match &token.kind {
        Kind::Word(word) => word == "function" || word == "async",
        Kind::Sign(sign) => *sign == '>' || *sign == '{',
        Kind::Text(_) => false,
    });
    if calls || second.is_empty() {
        return None;
    }
    let worth = names.worth(second).unwrap_or_else(|| unknown(span));
    (!worth.text.bytes().all(|byte| byte.is_ascii_digit())).then_some(worth)
}

/// What a key of an object is given.
fn key(names: &Names, inner: &[Token], name: &str, span: Span) -> Option<Worth> {
    let pairs = list(inner);
    pairs.into_iter().find_map(|pair| match pair {
        [key, colon, value @ ..] if key.word() == Some(name) && colon.is(':') => {
            // `host: true` is every address.
            let every = matches!(value, [one] if one.word() == Some("true"));
            let every = every.then(|| Worth {
                text: "*".to_owned(),
                span,
            });
            Some(
                names
                    .worth(value)
                    .or(every)
                    .unwrap_or_else(|| unknown(span)),
            )
        }
        [key] if key.word() == Some(name) => {
            Some(names.worth(pair).unwrap_or_else(|| unknown(span)))
        }
        _ => None,
    })
}
