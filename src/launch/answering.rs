//! What EXPOSE says of who answers on the port that counts, whatever is known of a server.

use crate::image::Image;
use crate::programs::{SetBy, Setting};
use crate::target::Target;

/// Whether the target goes by EXPOSE, and that names both the port of a server and the one that counts:
/// more may listen than is known. Where only the base says the one that counts, and the image the
/// other, the server has gone there.
pub fn may_both_answer(image: &Image, target: &Target, port: u16, wanted: u16) -> bool {
    let said_here = |port: u16| {
        let exposed = image.config.exposed.iter();
        let said = exposed.filter(|exposed| exposed.tcp && exposed.port == port);
        said.map(|exposed| exposed.origin.is_some()).max()
    };
    let ports = &target.ports;
    let counts = !ports.expose_ignored && ports.fixed.is_none();
    match (said_here(port), said_here(wanted)) {
        (Some(served), Some(asked)) => counts && (asked || !served),
        _ => false,
    }
}

/// Whether the image says of a port that a server has by itself, that it is another one: the one that
/// counts, which it EXPOSEs in its place. What told the server so is not known.
pub fn is_told_elsewhere(image: &Image, setting: &Setting, port: u16, wanted: u16) -> bool {
    let exposes = |port: u16| {
        let mut exposed = image.config.exposed.iter();
        exposed.any(|exposed| exposed.tcp && exposed.origin.is_some() && exposed.port == port)
    };
    setting.by == SetBy::Default && exposes(wanted) && !exposes(port)
}
