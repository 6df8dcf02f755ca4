//! `.dockerignore`: what of a build context the builder does not see.
//!
//! The rules are those of github.com/moby/patternmatcher, which Docker, BuildKit and Podman share:
//! a pattern starts at the context's root, holds for everything below what it matches, and the last
//! pattern that matches decides.

use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::problem::Problem;
use crate::source::Source;

/// The patterns of one file, in their order.
#[derive(Debug, Default)]
pub struct IgnoreFile {
    set: GlobSet,
    /// For each pattern, whether it begins with `!`.
    exceptions: Vec<bool>,
}

impl IgnoreFile {
    /// Reads the patterns. A pattern that the builder refuses is a problem: it stops the build.
    pub fn parse(source: &Source) -> Result<Self, Problem> {
        let mut set = GlobSetBuilder::new();
        let mut exceptions = Vec::new();
        let mut offset = 0;
        for line in source.text().split_inclusive('\n') {
            let start = offset;
            offset += line.len();
            let line = if start == 0 {
                line.trim_start_matches('\u{feff}')
            } else {
                line
            };
            // Only a # in the first column starts a comment.
            if line.starts_with('#') {
                continue;
            }
            let line = line.trim();
            let (exception, pattern) = match line.strip_prefix('!') {
                Some(rest) => (true, rest.trim()),
                None => (false, line),
            };
            if pattern.is_empty() {
                if exception {
                    return Err(Problem::at(source, start, "a `!` without a pattern"));
                }
                continue;
            }
            let glob = GlobBuilder::new(&translate(&clean(pattern)))
                .literal_separator(true)
                .backslash_escape(true)
                .empty_alternates(true)
                .build()
                .map_err(|error| {
                    let message = format!("the pattern `{pattern}` is not valid: {}", error.kind());
                    Problem::at(source, start, message)
                })?;
            set.add(glob);
            exceptions.push(exception);
        }
        let set = set
            .build()
            .map_err(|error| Problem::of(source.path(), error.to_string()))?;
        Ok(Self { set, exceptions })
    }

    /// Whether the builder does not see a path: relative to the context, normalised.
    pub fn matches(&self, path: &str) -> bool {
        if self.exceptions.is_empty() || path.is_empty() {
            return false;
        }
        let ends = path.match_indices('/').map(|(i, _)| i).chain([path.len()]);
        let last = ends
            .filter_map(|end| {
                let candidate = Candidate::new(&path[..end]);
                self.set.matches_candidate(&candidate).into_iter().max()
            })
            .max();
        last.and_then(|index| self.exceptions.get(index))
            .is_some_and(|exception| !exception)
    }

    /// Whether the builder sees nothing of a folder: no pattern brings back what is in it.
    pub fn matches_whole(&self, path: &str) -> bool {
        !self.exceptions.contains(&true) && self.matches(path)
    }
}

/// What Go's `filepath.Clean` makes of a pattern, without the leading slash.
fn clean(pattern: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in pattern.split('/') {
        match part {
            "" | "." => {}
            ".." if !matches!(parts.last(), None | Some(&"..")) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Docker's pattern in the words of globset: braces stand for themselves; `!` in a class does, too;
/// and `**` means "any folders" also where it is not a whole component: `a**b` is `ab` or `a…/b`.
fn translate(pattern: &str) -> String {
    let mut glob = String::with_capacity(pattern.len() + 8);
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' if chars.peek() == Some(&'*') => {
                while chars.next_if_eq(&'*').is_some() {}
                let whole = glob.is_empty() || glob.ends_with('/');
                // Docker lets `**/` and `**` mean the same.
                let _ = chars.next_if_eq(&'/');
                match (whole, chars.peek().is_some()) {
                    (true, true) => glob.push_str("**/"),
                    (true, false) => glob.push_str("**"),
                    (false, true) => glob.push_str("{,*/**/}"),
                    (false, false) => glob.push_str("{*,*/**}"),
                }
            }
            '{' | '}' | ',' => {
                glob.push('\\');
                glob.push(c);
            }
            '\\' => {
                glob.push('\\');
                glob.push(chars.next().unwrap_or('\\'));
            }
            '[' if chars.next_if_eq(&'!').is_some() => {
                // A class that begins with `!` negates in globset and not in Go: `!` goes second.
                glob.push('[');
                match chars.next() {
                    Some(']') => glob.push_str("!]"),
                    Some(next) => {
                        glob.push(next);
                        glob.push('!');
                    }
                    None => {}
                }
            }
            c => glob.push(c),
        }
    }
    glob
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<IgnoreFile, Problem> {
        IgnoreFile::parse(&Source::new(
            ".dockerignore".into(),
            ".dockerignore".into(),
            text.as_bytes().to_vec(),
        ))
    }

    #[test]
    fn patterns_decide_as_docker_decides() {
        // Patterns, what they hide, what they leave.
        let table: &[(&str, &[&str], &[&str])] = &[
            ("", &[], &["a", "a/b"]),
            ("a", &["a", "a/b", "a/b/c"], &["b/a", "ab"]),
            ("/a", &["a", "a/b"], &["b/a"]),
            ("./a/../b/", &["b", "b/c"], &["a"]),
            ("*.sh", &["x.sh", ".sh"], &["a/x.sh", "x.sh.txt"]),
            ("*/*.sh", &["a/x.sh"], &["x.sh", "a/b/x.sh"]),
            ("**/*.sh", &["x.sh", "a/x.sh", "a/b/x.sh"], &["x.txt"]),
            ("**", &["x", "a/b"], &[]),
            ("*", &["x", "a/b"], &[]),
            ("a/**", &["a/b", "a/b/c"], &["a", "b"]),
            ("a/**/z", &["a/z", "a/b/z", "a/b/c/z"], &["z", "b/a/z"]),
            ("a**b", &["ab", "ax/b", "a/x/b"], &["axb", "b"]),
            ("**b", &["b", "a/b"], &["ab"]),
            ("a**", &["a", "ab", "a/b", "ab/c/d"], &["ba"]),
            ("temp?", &["tempa", "temp1/x"], &["temp", "tempab"]),
            ("[a-c].txt", &["a.txt", "c.txt"], &["d.txt"]),
            ("[^a].txt", &["b.txt"], &["a.txt"]),
            ("[!a].txt", &["a.txt", "!.txt"], &["b.txt"]),
            ("{a,b}", &["{a,b}"], &["a", "b"]),
            ("a\\*b", &["a*b"], &["axb"]),
            ("# a comment\n #a", &["#a"], &["# a comment", "a"]),
            ("  a  \n\n\t b\t\r\n", &["a", "b"], &["c"]),
            ("\u{feff}a", &["a"], &["b"]),
            ("*\n!a.sh", &["b.sh", "Dockerfile"], &["a.sh"]),
            ("!a.sh\n*", &["a.sh", "b"], &[]),
            (
                "*.md\n!README*.md\nREADME-secret.md",
                &["x.md", "README-secret.md"],
                &["README.md"],
            ),
            ("a\n!a/b", &["a", "a/c"], &["a/b", "a/b/d"]),
            ("a\n!  a/b ", &["a/c"], &["a/b"]),
            ("*\n!/a/", &["b"], &["a", "a/b"]),
            ("..", &[], &["a"]),
            ("../a", &[], &["a"]),
            (".", &[], &["a"]),
            ("/", &[], &["a"]),
        ];
        for (patterns, hidden, left) in table {
            let file = parse(patterns).expect(patterns);
            for path in *hidden {
                assert!(file.matches(path), "{patterns:?} leaves {path}");
            }
            for path in *left {
                assert!(!file.matches(path), "{patterns:?} hides {path}");
            }
        }
    }

    #[test]
    fn a_pattern_that_stops_the_build_is_named_with_its_line() {
        let problem = parse("a\n[b\n").expect_err("an open class");
        assert!(
            problem
                .to_string()
                .starts_with(".dockerignore:2:1: the pattern `[b`")
        );
        assert!(parse("a\n!\n").is_err());
    }
}
