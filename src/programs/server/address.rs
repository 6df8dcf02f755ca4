//! Addresses and ports as servers are told them.

use std::ops::Range;

/// Where in a text an address and a port stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The address without brackets; `None` where there is none.
    pub address: Option<Range<usize>>,
    /// The port. Empty where there is none: that is where `:PORT` would go.
    pub port: Range<usize>,
}

/// Whether only the container itself can reach this address; `loopback-only` is Postfix's.
pub fn is_loopback(address: &str) -> bool {
    let bare = address.trim_start_matches('[').trim_end_matches(']');
    let names = ["localhost", "loopback-only"];
    names.iter().any(|name| bare.eq_ignore_ascii_case(name))
        || bare.starts_with("127.")
        || bare == "::1"
}

/// `80`, `host`, `host:80`, `:80`, `*:80`, `[::]:80`, `tcp://host:80/`, `name=host:80`, several of
/// them apart by commas or blanks. Sockets are left out.
pub(super) fn parse(text: &str) -> Vec<Place> {
    let mut found = Vec::new();
    let mut offset = 0;
    for (number, part) in text.split([',', ' ']).enumerate() {
        if let Some(place) = one(part, offset) {
            // What follows the first is another address and port, or a flag without a port.
            let is_address = part.contains("://");
            if number == 0 || is_address || !place.port.is_empty() {
                found.push(place);
            }
        }
        offset += part.len() + 1;
    }
    found
}

fn one(part: &str, offset: usize) -> Option<Place> {
    let mut start = part.find("://").map_or(0, |at| at + 3);
    let scheme = &part[..start];
    if part.is_empty()
        || part.starts_with(['/', '.', '@'])
        || ["unix://", "ldapi://"].contains(&scheme)
    {
        return None;
    }
    if ["unix:", "unix@", "fd@", "fd:"]
        .iter()
        .any(|s| part.starts_with(s))
    {
        return None;
    }
    for kind in ["tcp:", "ssl:"] {
        if let Some(rest) = part.strip_prefix(kind).filter(|_| start == 0) {
            return endpoint(rest, offset + kind.len());
        }
    }
    if let Some(at) = part[start..].find('=') {
        start += at + 1;
    }
    let rest = &part[start..];
    let end = start + rest.find('/').unwrap_or(rest.len());
    let rest = &part[start..end];
    let shift = |range: Range<usize>| offset + range.start..offset + range.end;
    if !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Place {
            address: None,
            port: shift(start..end),
        });
    }
    let (address, port) = match rest.strip_prefix('[') {
        Some(inner) => {
            let close = start + 1 + inner.find(']').unwrap_or(inner.len());
            let after = (close + 1).min(end);
            let port = match part[after..end].starts_with(':') {
                true => after + 1..end,
                false => end..end,
            };
            (start + 1..close.min(end), port)
        }
        // An IPv6 address without brackets has no port.
        None if rest.matches(':').count() > 1 => (start..end, end..end),
        None => match rest.rfind(':') {
            Some(at) => (start..start + at, start + at + 1..end),
            None => (start..end, end..end),
        },
    };
    Some(Place {
        address: (!address.is_empty()).then(|| shift(address)),
        port: shift(port),
    })
}

/// `80` and `443:interface=::`, behind `tcp:` or `ssl:`, as Twisted has them.
fn endpoint(text: &str, offset: usize) -> Option<Place> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let ends = text.len() == digits || text[digits..].starts_with(':');
    let address = text.find("interface=").map(|at| {
        let at = at + "interface=".len();
        let end = text[at..].find(':').unwrap_or(text.len() - at);
        offset + at..offset + at + end
    });
    (digits > 0 && ends).then(|| Place {
        address,
        port: offset..offset + digits,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_taken_apart() {
        let none: &[(&str, &str)] = &[];
        for (text, expected) in [
            ("80", &[("", "80")][..]),
            (":80", &[("", "80")]),
            ("*:80", &[("*", "80")]),
            ("localhost", &[("localhost", "")]),
            ("127.0.0.1:80", &[("127.0.0.1", "80")]),
            ("[::]:80", &[("::", "80")]),
            ("[::1]", &[("::1", "")]),
            ("::1", &[("::1", "")]),
            ("tcp://0.0.0.0:9292", &[("0.0.0.0", "9292")]),
            ("http://127.0.0.1:2379/x", &[("127.0.0.1", "2379")]),
            ("http=:80,PROXY", &[("", "80")]),
            ("*:80,*:443", &[("*", "80"), ("*", "443")]),
            ("$HOST:$PORT", &[("$HOST", "$PORT")]),
            ("/run/php.sock", none),
            ("unix:/run/x.sock", none),
            ("unix:///run/x.sock", none),
            ("tcp:25", &[("", "25")]),
            ("ssl:25:interface=127.0.0.1", &[("127.0.0.1", "25")]),
            ("tcp:host", none),
            (
                "ldapi:/// ldap:/// ldap://h:1389/",
                &[("", ""), ("h", "1389")],
            ),
            ("", none),
            ("[", &[("", "")]),
            ("[é:", &[("é:", "")]),
        ] {
            let found: Vec<_> = parse(text)
                .into_iter()
                .map(|p| (p.address.map_or("", |a| &text[a]), &text[p.port]))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn loopback_has_several_names() {
        for address in [
            "loopback-only",
            "127.0.0.1",
            "127.1.2.3",
            "localhost",
            "::1",
            "[::1]",
        ] {
            assert!(is_loopback(address), "{address}");
        }
        for address in ["0.0.0.0", "*", "::", "10.0.0.1", ""] {
            assert!(!is_loopback(address), "{address}");
        }
    }
}
