//! The parts of an image reference, and what Docker refuses in one.
//!
//! Source: github.com/distribution/reference, `regexp.go` and `normalize.go`, v0.6.

/// How long a tag is at most.
const LONGEST_TAG: usize = 128;

/// The parts of a reference: `host/path:tag@digest`.
pub(super) struct Reference<'a> {
    /// With the registry's host, if that is named.
    pub path: &'a str,
    pub tag: Option<&'a str>,
    pub digest: Option<&'a str>,
}

impl<'a> Reference<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        // A colon before the last slash belongs to the port of a registry.
        let slash = name.rfind('/').map_or(0, |at| at + 1);
        let colon = name.get(slash..).and_then(|last| last.find(':'));
        let (path, tag) = match colon.map(|at| name.split_at(slash + at)) {
            Some((path, tag)) => (path, tag.strip_prefix(':')),
            None => (name, None),
        };
        Self { path, tag, digest }
    }

    /// Whether a text is the place of a reference in a template, which another program puts in.
    pub(super) fn is_placeholder(text: &str) -> bool {
        text.contains(['%', '{', '}', '<', '>', '[', ']', '(', ')', '|']) || text.starts_with('@')
    }

    /// What Docker refuses in it, as the end of a sentence that begins with the reference.
    pub(super) fn problem(&self) -> Option<&'static str> {
        if self.path.contains("://") {
            return Some("begins with a scheme, and a reference has none");
        }
        let repository = self.repository();
        if repository.chars().any(char::is_uppercase) {
            return Some("has upper case, and a repository's name is in lower case");
        }
        if !repository.split('/').all(is_component) {
            return Some("has a name that is none of a repository");
        }
        if !self.tag.is_none_or(is_tag) {
            return Some(
                "has a tag that is none: letters, digits, `_`, `.` and `-`, 128 at most, and the first no `.` or `-`",
            );
        }
        let wrong = !self.digest.is_none_or(is_digest);
        wrong.then_some("has a digest that is none: `sha256:` and 64 digits from 0 to f")
    }

    /// The path without the registry's host: a name that has a dot or a port, or is localhost.
    fn repository(&self) -> &'a str {
        match self.path.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => rest,
            _ => self.path,
        }
    }
}

/// Lower case and digits, with `.`, `_`, `__` or any number of `-` between them.
fn is_component(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let mut between = text.split(plain).filter(|part| !part.is_empty());
    let ends = text.starts_with(plain) && text.ends_with(plain);
    ends && between.all(|part| [".", "_", "__"].contains(&part) || part.chars().all(|c| c == '-'))
}

fn is_tag(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (1..=LONGEST_TAG).contains(&text.len())
        && text.starts_with(plain)
        && text.chars().all(|c| plain(c) || c == '.' || c == '-')
}

fn is_digest(text: &str) -> bool {
    let hex = |text: &str| text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    match text.split_once(':') {
        Some(("sha256", digits)) => digits.len() == 64 && hex(digits),
        // Other algorithms are left to Docker.
        Some((algorithm, _)) => !algorithm.is_empty(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn a_reference_falls_into_its_parts() {
        for (text, path, tag, digest) in [
            ("debian", "debian", None, None),
            ("debian:8", "debian", Some("8"), None),
            ("localhost:5000/a/b", "localhost:5000/a/b", None, None),
            ("a.b:1/c:2@sha256:3", "a.b:1/c", Some("2"), Some("sha256:3")),
            ("", "", None, None),
            ("é/é:é", "é/é", Some("é"), None),
        ] {
            let found = Reference::of(text);
            let parts = (found.path, found.tag, found.digest);
            assert_eq!(parts, (path, tag, digest), "{text}");
        }
    }

    #[test]
    fn what_docker_refuses_is_said() {
        let long = format!("a:{}", "x".repeat(129));
        let digest = format!("a@sha256:{}", "0".repeat(63));
        for text in [
            "docker://debian",
            "https://registry.example.com/debian",
            "Debian",
            "Foo/bar",
            "registry.example.com/Foo/bar",
            "a//b",
            "a/",
            "-a",
            "a..b",
            "a___b",
            "a:",
            "a:-1",
            "a:b/c:1+2",
            "a@sha256",
            "a b",
            "",
            &long,
            &digest,
        ] {
            assert!(Reference::of(text).problem().is_some(), "{text}");
        }
        let digest = format!("a:b@sha256:{}", "0".repeat(64));
        for text in [
            "debian",
            "debian:8",
            "debian:_.-A",
            "Registry.example.com:5000/a/b",
            "localhost/a",
            "a.b__c-d--e/f_g.h",
            "a1:1",
            &digest,
        ] {
            assert!(Reference::of(text).problem().is_none(), "{text}");
        }
    }
}
