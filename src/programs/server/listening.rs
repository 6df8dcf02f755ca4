//! What a server listens on.

use super::address::{self, Place, is_loopback};
use super::told::{Said, SetBy, Setting, Surroundings, Told};
use super::{Holds, Listens, Server};
use crate::programs::words::Words;

/// What a server listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    /// Its listeners, the one that is meant first. None where it listens on no TCP port.
    pub listeners: Vec<Listener>,
    /// Where configuration files name the port a second time: `<VirtualHost *:80>`.
    pub followers: Vec<Setting>,
    /// The configuration file that it is told to read, where that is not known.
    pub unread: Option<String>,
}

/// What a server listens on where nothing says otherwise.
struct Own {
    port: Option<u16>,
    address: Option<String>,
}

/// A port and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// The port's number, if it is known.
    pub port: Setting,
    /// The address; `*` is every address. Several are apart by blanks.
    pub address: Setting,
    /// Port and address are said in one word, which as a whole is not known.
    pub(super) together: bool,
    /// What stands before the address there: `http://`.
    pub(super) scheme: String,
}

impl Listening {
    /// The listener that is meant.
    pub fn primary(&self) -> Option<&Listener> {
        self.listeners.first()
    }
}

impl Listener {
    /// The port's number, if it is known and is one.
    pub fn port_number(&self) -> Option<u16> {
        self.port.value.as_deref()?.trim().parse().ok()
    }

    /// Whether the address is one of IPv6.
    fn is_ipv6(&self) -> bool {
        let address = self.address.value.as_deref();
        address.is_some_and(|address| address.contains("::"))
    }

    /// Whether only the container itself can reach it; `None` where the address is not known.
    pub fn loopback_only(&self) -> Option<bool> {
        let value = self.address.value.as_deref()?;
        let mut addresses = value.split_whitespace().peekable();
        Some(
            addresses.peek().is_some() && addresses.all(|a| is_loopback(a.trim_start_matches('-'))),
        )
    }
}

impl Server {
    /// What it listens on when it is started with these words.
    pub fn listening(&self, argv: &Words, around: &Surroundings) -> Listening {
        let told = Told::read(self, argv, around);
        let variant = self.variant(argv, around);
        let own = Own {
            port: variant.and_then(|v| v.port).or(self.port),
            address: match variant.and_then(|v| v.address.as_deref()) {
                Some("") => None,
                Some(address) => Some(address.to_string()),
                None => self.address.clone(),
            },
        };
        let mut listeners = self.listeners(&own, &told);
        let also = variant.map_or(&[][..], |v| &v.also);
        listeners.extend(also.iter().map(|port| Listener {
            port: told.own(Some(port.to_string())),
            address: told.default("*"),
            together: false,
            scheme: String::new(),
        }));
        // The health check comes from outside and speaks IPv4.
        listeners.sort_by_key(|one| (one.loopback_only() == Some(true), one.is_ipv6()));
        let followers = told
            .followers()
            .iter()
            .flat_map(|said| ports_in(said, &told))
            .collect();
        Listening {
            listeners,
            followers,
            unread: told.unread().map(str::to_owned),
        }
    }

    fn listeners(&self, own: &Own, told: &Told) -> Vec<Listener> {
        // What each place says, the highest level of each kind.
        let mut port: Option<(Said, Option<String>)> = None;
        let mut address: Option<(Said, Holds)> = None;
        let mut listens: Vec<(Said, Holds)> = Vec::new();
        let mut nothing = 0;
        let asked = |place: &&Listens| {
            let asks = place.only_with.as_ref();
            asks.is_none_or(|at| !told.at(at).is_empty())
        };
        for place in self.listens.iter().filter(asked) {
            for said in told.at(&place.at) {
                let level = said.level;
                match place.holds {
                    Holds::Port => {
                        if port.as_ref().is_none_or(|(p, _)| p.level <= level) {
                            port = Some((said, place.address.clone()));
                        }
                    }
                    Holds::Address | Holds::Addresses => {
                        if address.as_ref().is_none_or(|(a, _)| a.level <= level) {
                            address = Some((said, place.holds));
                        }
                    }
                    Holds::Listen | Holds::PortAddress | Holds::AddressPort => {
                        listens.push((said, place.holds))
                    }
                    Holds::Nothing if !said.texts.iter().flatten().any(|t| is_off(t)) => {
                        nothing = nothing.max(level);
                    }
                    Holds::Nothing => {}
                }
            }
        }
        let top = listens
            .iter()
            .map(|(said, _)| said.level)
            .max()
            .unwrap_or(0);
        let plain = port.as_ref().map_or(0, |(said, _)| said.level);
        let plain = plain.max(address.as_ref().map_or(0, |(said, _)| said.level));
        if nothing > 0 && nothing >= top.max(plain) {
            return Vec::new();
        }
        if top > 0 && top >= plain {
            return listens
                .iter()
                .filter(|(said, _)| said.level == top)
                .flat_map(|(said, holds)| match holds {
                    Holds::PortAddress => self.port_and_address(said, told),
                    Holds::AddressPort => address_and_port(own, said, told),
                    _ => listen(own, said, told),
                })
                .collect();
        }
        if self.code {
            return Vec::new();
        }
        let implied = port.as_ref().and_then(|(_, address)| address.clone());
        let listener = Listener {
            port: match &port {
                Some((said, _)) => said.setting(told),
                None => told.own(own.port.map(|p| p.to_string())),
            },
            address: match (address, implied) {
                (Some((said, Holds::Addresses)), _) => joined(&said, told),
                (Some((said, _)), _) => said.setting(told),
                (None, Some(implied)) => told.default(&implied),
                (None, None) => told.own(own.address.clone()),
            },
            together: false,
            scheme: String::new(),
        };
        match listener.port.value.as_deref() {
            Some("0") => Vec::new(),
            _ => vec![listener],
        }
    }

    /// A port in one word, and perhaps an address in the next.
    fn port_and_address(&self, said: &Said, told: &Told) -> Vec<Listener> {
        let port = said.setting(told);
        let address = match (said.texts.get(1), said.others.first()) {
            (Some(text), Some(by)) => Setting {
                value: text.clone(),
                by: by.clone(),
                certain: port.certain,
            },
            _ => told.default("*"),
        };
        match port.value.as_deref() {
            Some("0") => Vec::new(),
            _ => vec![Listener {
                port,
                address,
                together: false,
                scheme: String::new(),
            }],
        }
    }
}

/// An address in one word, and a port in the last of those behind it.
fn address_and_port(own: &Own, said: &Said, told: &Told) -> Vec<Listener> {
    let address = said.setting(told);
    let last = said.texts.iter().skip(1).zip(&said.others).next_back();
    let port = last.and_then(|(text, by)| {
        let text = text.as_deref()?;
        let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        Some(Setting {
            value: Some(digits.to_string()),
            by: by.within(text.len() - digits.len()..text.len()),
            certain: address.certain,
        })
    });
    vec![Listener {
        port: port.unwrap_or_else(|| told.own(own.port.map(|port| port.to_string()))),
        address,
        together: false,
        scheme: String::new(),
    }]
}

/// Addresses with ports in one word.
fn listen(own: &Own, said: &Said, told: &Told) -> Vec<Listener> {
    let whole = said.setting(told);
    let Some(text) = &whole.value else {
        return vec![Listener {
            port: whole.clone(),
            address: whole,
            together: true,
            scheme: String::new(),
        }];
    };
    let part = |range: std::ops::Range<usize>, value: Option<String>| Setting {
        value,
        by: whole.by.within(range),
        certain: whole.certain,
    };
    address::parse(text)
        .into_iter()
        .filter(|place| text.get(place.port.clone()) != Some("0"))
        .map(|place| {
            let port = match text.get(place.port.clone()) {
                Some("") | None => own.port.map(|p| p.to_string()),
                Some(port) => known(port),
            };
            let scheme = scheme(text, &place).to_owned();
            let address = match &place.address {
                None => part(0..0, Some("*".to_string())),
                Some(range) => part(range.clone(), text.get(range.clone()).and_then(known)),
            };
            Listener {
                port: part(place.port, port),
                address,
                // A variable is set as a whole.
                together: matches!(whole.by, SetBy::Environment(_)),
                scheme,
            }
        })
        .collect()
}

/// What says in a word how an address is spoken to.
fn scheme<'a>(text: &'a str, place: &Place) -> &'a str {
    let start = place
        .address
        .as_ref()
        .map_or(place.port.start, |address| address.start);
    let before = text.get(..start).unwrap_or_default();
    let last = before.rsplit([',', ' ']).next().unwrap_or_default();
    let end = last.find("://").map_or(0, |at| at + 3);
    last.get(..end).unwrap_or_default()
}

/// All the words as one setting.
fn joined(said: &Said, told: &Told) -> Setting {
    let all: Option<Vec<String>> = said.texts.iter().cloned().collect();
    Setting {
        value: all.filter(|a| !a.is_empty()).map(|a| a.join(" ")),
        ..said.setting(told)
    }
}

/// A value that names a variable (`$PORT` in a configuration) is not known.
fn known(text: &str) -> Option<String> {
    (!text.contains('$')).then(|| text.to_string())
}

/// Whether a value says that something is not to be.
pub(super) fn is_off(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "0" | "off" | "no" | "false" | ""
    )
}

/// The ports in a directive's arguments.
fn ports_in(said: &Said, told: &Told) -> Vec<Setting> {
    std::iter::once(&said.by)
        .chain(&said.others)
        .zip(&said.texts)
        .flat_map(|(by, text)| {
            let text = text.clone().unwrap_or_default();
            address::parse(&text)
                .into_iter()
                .filter(|place| !place.port.is_empty())
                .filter_map(|place| {
                    Some(Setting {
                        value: known(text.get(place.port.clone())?),
                        by: by.within(place.port),
                        certain: told.certain(by),
                    })
                })
                .collect::<Vec<_>>()
        })
        .collect()
}
