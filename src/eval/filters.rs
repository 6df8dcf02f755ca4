//! Programs that print what they read, or the names of files: what they print where that is known.

use super::host::{FileKind, Host};
use super::state::State;
use super::value::Value;

/// What a program prints of the input that it reads.
pub(super) fn passed_on(name: &str, argv: &[Value], input: Option<&Value>) -> Option<Value> {
    let options: Vec<String> = argv[1..].iter().filter_map(Value::known).collect();
    let reads_nothing = input.is_some_and(|input| input.is_empty() == Some(true));
    match name {
        _ if reads_nothing && is_line_by_line(name, &options) => input.cloned(),
        "cat" if options.iter().all(|word| word == "-") && options.len() + 1 == argv.len() => {
            input.cloned()
        }
        "tee" => input.cloned(),
        "sort" if options.len() + 1 == argv.len() => {
            let text = input?.known()?;
            let mut lines: Vec<&str> = text.lines().collect();
            match options.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                [] => lines.sort_unstable(),
                ["-u"] => {
                    lines.sort_unstable();
                    lines.dedup();
                }
                ["-V" | "-n" | "--version-sort"] => lines.sort_by_key(|line| by_numbers(line)),
                _ => return None,
            }
            Some(Value::text(&written(&lines)))
        }
        _ => None,
    }
}

/// Whether a program prints nothing where it reads nothing, and these words name no file to read.
fn is_line_by_line(name: &str, words: &[String]) -> bool {
    let operands = match name {
        "sort" | "uniq" | "head" | "tail" | "cut" | "rev" | "tac" => 0,
        "grep" | "egrep" | "fgrep" if words.iter().any(|word| word == "-c") => return false,
        "grep" | "egrep" | "fgrep" | "sed" => 1,
        "tr" => 2,
        _ => return false,
    };
    // `-n 1`: it may be the option's.
    let mut before = "";
    let mut found = 0;
    for word in words {
        let value = before.len() == 2 && before.starts_with('-');
        found += usize::from(!word.starts_with('-') && !value);
        before = word;
    }
    found <= operands
}

/// `ls folder`, `find folder -type f -name pattern`: the names in a folder whose contents are known.
pub(super) fn listed(host: &dyn Host, state: &State, name: &str, argv: &[Value]) -> Option<Value> {
    let words: Option<Vec<String>> = argv[1..].iter().map(Value::known).collect();
    let words = words?;
    let mut folder = None;
    let mut pattern = None;
    let mut rest = words.iter().map(String::as_str);
    while let Some(word) = rest.next() {
        match (name, word) {
            ("ls", "-1") => {}
            ("find", "-follow" | "-L" | "-print") => {}
            ("find", "-type") if rest.next() == Some("f") => {}
            ("find", "-maxdepth") if rest.next() == Some("1") => {}
            ("find", "-name") => pattern = Some(rest.next()?),
            (_, word) if !word.starts_with(['-', '(', '!', '\\']) && folder.is_none() => {
                folder = Some(word);
            }
            _ => return None,
        }
    }
    // `find` without `-type f` names the folder too.
    if name == "find" && !words.iter().any(|word| word == "-type") {
        return None;
    }
    let folder = folder?;
    let path = state.absolute(folder)?;
    let mut names = Vec::new();
    for file in host.names(&path)? {
        let full = format!("{}/{file}", path.trim_end_matches('/'));
        if name == "find" && host.kind(&full) != FileKind::File {
            return None;
        }
        if let Some(pattern) = pattern {
            let mut wanted = super::pattern::Pattern::default();
            wanted.push_special(pattern);
            if !wanted.matches(&file) {
                continue;
            }
        }
        match name {
            "find" => names.push(format!("{}/{file}", folder.trim_end_matches('/'))),
            _ if !file.starts_with('.') => names.push(file),
            _ => {}
        }
    }
    let lines: Vec<&str> = names.iter().map(String::as_str).collect();
    Some(Value::text(&written(&lines)))
}

fn written(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

/// The key by which numbers within names are put in order as numbers.
fn by_numbers(line: &str) -> Vec<(bool, u64, String)> {
    let mut parts = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (part, behind) = match digits {
            0 => rest.split_at(
                rest.find(|c: char| c.is_ascii_digit())
                    .unwrap_or(rest.len()),
            ),
            digits => rest.split_at(digits),
        };
        parts.push((digits == 0, part.parse().unwrap_or(0), part.to_owned()));
        rest = behind;
    }
    parts
}

/// Whether run-parts runs a file of this name: letters, digits, underscores and hyphens alone.
pub(super) fn is_part(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
