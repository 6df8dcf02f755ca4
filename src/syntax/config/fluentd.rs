//! Fluentd: sections in angle brackets, as httpd has them. The type of one, `@type forward`, is taken as a
//! section within it.

use super::{Directive, apache};

pub(super) fn parse(text: &str) -> Vec<Directive> {
    let mut found = apache::parse(text);
    // A section stands before what is in it.
    for at in 0..found.len() {
        let (section, behind) = match found[at..].split_first_mut() {
            Some((section, behind)) => (&*section, behind),
            None => break,
        };
        let mut path = section.path.clone();
        path.push(section.name.clone());
        let inner = behind
            .iter()
            .take_while(|other| other.path.starts_with(&path));
        let inner = inner.count();
        let mut own = behind[..inner].iter().filter(|other| other.path == path);
        let kind = own.find(|other| other.name == "@type");
        let Some(kind) = kind.and_then(|kind| kind.arguments.first()) else {
            continue;
        };
        let kind = kind.text.clone();
        for directive in &mut behind[..inner] {
            directive.path.insert(path.len(), kind.clone());
        }
    }
    found
}
