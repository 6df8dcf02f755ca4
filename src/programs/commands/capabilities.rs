//! setcap, and what it gives to files.

use crate::programs::words::{Words, program_name};

/// What a `setcap` gives to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCapabilities {
    /// The capabilities that the file may have, in capitals and without `CAP_`; `ALL` stands for all.
    pub names: Vec<String>,
    /// The program has them from its start, without asking for them: it is not started without.
    pub effective: bool,
    /// The word with the file.
    pub file: usize,
}

/// What a `setcap` gives to files, in its order; those that it takes everything from have no names.
/// `None` for any other command, and where it is not known what is given.
pub fn parse_setcap(argv: &Words) -> Option<Vec<FileCapabilities>> {
    if program_name(argv) != "setcap" {
        return None;
    }
    let mut found = Vec::new();
    let mut words = argv.iter().enumerate().skip(1);
    while let Some((_, word)) = words.next() {
        let (names, effective) = match (*word)? {
            "-q" | "-f" => continue,
            "-n" => {
                words.next()?;
                continue;
            }
            "-r" => (Vec::new(), false),
            word if word.starts_with("-") => return None,
            word => given(word)?,
        };
        let (file, _) = words.next()?;
        found.push(FileCapabilities {
            names,
            effective,
            file,
        });
    }
    Some(found)
}

/// `cap_net_raw,cap_net_admin+eip`: the capabilities that are permitted in the end, and whether some
/// are effective.
fn given(text: &str) -> Option<(Vec<String>, bool)> {
    let is_sign = |c: char| matches!(c, '=' | '+' | '-');
    let mut permitted: Vec<String> = Vec::new();
    let mut effective = false;
    for clause in text.split_whitespace() {
        let start = clause.find(is_sign)?;
        let (list, mut actions) = clause.split_at(start);
        let names: Vec<String> = match list {
            "" | "all" => vec!["ALL".to_owned()],
            _ => list.split(',').map(plain).collect(),
        };
        while let Some(sign) = actions.chars().next() {
            let rest = actions.get(1..)?;
            let end = rest.find(is_sign).unwrap_or(rest.len());
            let (flags, next) = rest.split_at(end);
            let takes = sign == '-' && flags.contains('p') || sign == '=';
            permitted.retain(|known| !takes || !names.contains(known));
            if sign != '-' && flags.contains('p') {
                permitted.extend(names.iter().cloned());
                effective |= flags.contains('e');
            }
            actions = next;
        }
    }
    permitted.dedup();
    Some((permitted, effective))
}

fn plain(name: &str) -> String {
    let name = name.to_ascii_uppercase();
    name.strip_prefix("CAP_").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Option<Vec<(String, bool, usize)>> {
        // A `~` in a case stands for a blank in quotes.
        let words: Vec<String> = line.split(' ').map(|w| w.replace('~', " ")).collect();
        let words: Vec<Option<&str>> = words.iter().map(|w| Some(w.as_str())).collect();
        let found = parse_setcap(&words)?.into_iter();
        Some(
            found
                .map(|one| (one.names.join(" "), one.effective, one.file))
                .collect(),
        )
    }

    #[test]
    fn setcap_says_what_files_may() {
        let one = |names: &str, effective, file| Some(vec![(names.to_owned(), effective, file)]);
        for (line, expected) in [
            (
                "setcap cap_net_bind_service=+ep /x",
                one("NET_BIND_SERVICE", true, 2),
            ),
            (
                "setcap CAP_NET_RAW,cap_net_admin+eip /x",
                one("NET_RAW NET_ADMIN", true, 2),
            ),
            (
                "setcap cap_net_raw+eip~cap_sys_chroot+p /x",
                one("NET_RAW SYS_CHROOT", true, 2),
            ),
            ("setcap cap_net_raw=p /x", one("NET_RAW", false, 2)),
            ("setcap cap_net_raw=i /x", one("", false, 2)),
            ("setcap cap_ipc_lock=-ep /x", one("", false, 2)),
            ("setcap =ep /x", one("ALL", true, 2)),
            ("setcap -q -r /x", one("", false, 3)),
            (
                "setcap cap_net_raw+p /x cap_chown+p /y",
                Some(vec![
                    ("NET_RAW".to_owned(), false, 2),
                    ("CHOWN".to_owned(), false, 4),
                ]),
            ),
            ("setcap cap_net_raw /x", None),
            ("setcap cap_net_raw=p", None),
            ("setcap -v cap_net_raw=p /x", None),
            ("getcap /x", None),
        ] {
            assert_eq!(parsed(line), expected, "{line}");
        }
    }
}
