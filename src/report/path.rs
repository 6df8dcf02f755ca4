//! The paths of a report, as other programs know them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands for itself in a path of a URI: RFC 3986, `unreserved` and `/`. A colon could end a
/// scheme, and is not among it.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// A path without `./` before it: what an account of changed files calls it.
pub(super) fn plain(path: &str) -> &str {
    let mut path = path;
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/');
    }
    path
}

/// A path as a URI: a relative one stays relative.
pub(super) fn uri(path: &str) -> String {
    let path = plain(path);
    if path.starts_with('/') {
        return format!("file://{}", encoded(path));
    }
    let drive = |path: &str| matches!(path.as_bytes(), [c, b':', ..] if c.is_ascii_alphabetic());
    if cfg!(windows) && drive(path) {
        let (drive, rest) = path.split_at(2);
        return format!("file:///{drive}{}", encoded(rest));
    }
    encoded(path)
}

fn encoded(path: &str) -> String {
    utf8_percent_encode(path, ENCODED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_here_is_not_named() {
        assert_eq!(plain("./a/./Dockerfile"), "a/./Dockerfile");
        assert_eq!(plain(".//./Dockerfile"), "Dockerfile");
        assert_eq!(plain("../Dockerfile"), "../Dockerfile");
        assert_eq!(plain(".a"), ".a");
    }

    #[test]
    fn a_uri_holds_what_a_uri_can_hold() {
        assert_eq!(uri("./a b/Dockerfile"), "a%20b/Dockerfile");
        assert_eq!(uri("../c#?%\u{fc}"), "../c%23%3F%25%C3%BC");
        assert_eq!(uri("a:b\\c"), "a%3Ab%5Cc");
        assert_eq!(uri("/srv/a b"), "file:///srv/a%20b");
        assert_eq!(uri("-"), "-");
    }
}
