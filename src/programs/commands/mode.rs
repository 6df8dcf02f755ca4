//! Permission bits, as octal numbers or in letters.

const UMASK: u32 = 0o022;

/// The bits that a path has after `chmod mode`: an octal number, or clauses such as `a+rwX,g-s`.
/// `None` where `mode` is neither. Where a clause does not say whose bits, the umask 022 counts, as
/// it does in every build.
pub fn apply_mode(old: u32, mode: &str, is_dir: bool) -> Option<u32> {
    if !mode.is_empty() && mode.bytes().all(|b| b.is_ascii_digit()) {
        let new = u32::from_str_radix(mode, 8).ok().filter(|m| *m <= 0o7777)?;
        // A directory keeps setuid and setgid unless all five digits say otherwise.
        let kept = match is_dir && mode.len() < 5 {
            true => old & 0o6000,
            false => 0,
        };
        return Some(new | kept);
    }
    mode.split(',').try_fold(old & 0o7777, |bits, clause| {
        apply_clause(bits, clause, is_dir)
    })
}

fn apply_clause(mut bits: u32, clause: &str, is_dir: bool) -> Option<u32> {
    let start = clause.find(['+', '-', '='])?;
    let (who, mut actions) = clause.split_at(start);
    let mut whose = 0;
    for letter in who.chars() {
        whose |= match letter {
            'u' => 0o4700,
            'g' => 0o2070,
            'o' => 0o1007,
            'a' => 0o7777,
            _ => return None,
        };
    }
    let masked = whose == 0;
    if masked {
        whose = 0o7777;
    }
    while let Some(sign) = actions.chars().next() {
        let rest = actions.get(1..)?;
        let end = rest.find(['+', '-', '=']).unwrap_or(rest.len());
        let mut given = permissions(bits, &rest[..end], is_dir)? & whose;
        if masked {
            given &= !UMASK;
        }
        bits = match sign {
            '+' => bits | given,
            '-' => bits & !given,
            '=' => {
                let cleared = match is_dir {
                    // A directory keeps setuid and setgid unless they are named.
                    true => whose & 0o1777,
                    false => whose,
                };
                bits & !cleared | given
            }
            _ => return None,
        };
        actions = &rest[end..];
    }
    Some(bits)
}

fn permissions(bits: u32, letters: &str, is_dir: bool) -> Option<u32> {
    // `g=u` copies.
    let copied = match letters {
        "u" => Some(bits >> 6 & 7),
        "g" => Some(bits >> 3 & 7),
        "o" => Some(bits & 7),
        _ => None,
    };
    if let Some(copied) = copied {
        return Some(copied * 0o111);
    }
    let mut found = 0;
    for letter in letters.chars() {
        found |= match letter {
            'r' => 0o444,
            'w' => 0o222,
            'x' => 0o111,
            'X' if is_dir || bits & 0o111 != 0 => 0o111,
            'X' => 0,
            's' => 0o6000,
            't' => 0o1000,
            _ => return None,
        };
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_do_what_chmod_does() {
        for (old, mode, is_dir, new) in [
            (0o755, "777", true, Some(0o777)),
            (0o644, "0755", false, Some(0o755)),
            (0o755, "1777", true, Some(0o1777)),
            (0o2755, "777", true, Some(0o2777)),
            (0o4755, "755", false, Some(0o755)),
            (0o644, "+x", false, Some(0o755)),
            (0o644, "a+rwX", false, Some(0o666)),
            (0o755, "a+rwX", true, Some(0o777)),
            (0o744, "a+rwX", false, Some(0o777)),
            (0o755, "g+w", true, Some(0o775)),
            (0o755, "+w", true, Some(0o755)),
            (0o755, "g+s", true, Some(0o2755)),
            (0o755, "u+s", false, Some(0o4755)),
            (0o777, "o-rwx", false, Some(0o770)),
            (0o777, "go=", false, Some(0o700)),
            (0o750, "g=u", false, Some(0o770)),
            (0o750, "o=g", false, Some(0o755)),
            (0o600, "u=rwX,go=rX", true, Some(0o755)),
            (0o755, "+t", true, Some(0o1755)),
            (0o777, "-x", false, Some(0o666)),
            (0o640, "u+x-w", false, Some(0o540)),
            (0o644, "", false, None),
            (0o644, "8", false, None),
            (0o644, "77777", false, None),
            (0o644, "x", false, None),
            (0o644, "é+x", false, None),
            (0o644, "u+é", false, None),
        ] {
            assert_eq!(apply_mode(old, mode, is_dir), new, "{mode}");
        }
    }
}
