//! Ports as a sentence has them.

use std::collections::BTreeSet;

/// `80`, `80 and 443`, `80, 443 and 7000 to 7005`.
pub(super) fn listed(ports: &BTreeSet<u16>) -> String {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for port in ports {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*port) => *last = *port,
            _ => runs.push((*port, *port)),
        }
    }
    let words: Vec<String> = runs.iter().flat_map(|run| words(*run)).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// Two ports in a row are no range.
fn words((first, last): (u16, u16)) -> Vec<String> {
    match last - first {
        0 => vec![first.to_string()],
        1 => vec![first.to_string(), last.to_string()],
        _ => vec![format!("{first} to {last}")],
    }
}

/// `port 80`, `ports 80 and 443`.
pub(super) fn named(ports: &BTreeSet<u16>) -> String {
    let word = if ports.len() == 1 { "port" } else { "ports" };
    format!("{word} {}", listed(ports))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_in_a_row_are_one_range() {
        for (ports, expected) in [
            (&[][..], ""),
            (&[80], "80"),
            (&[443, 80], "80 and 443"),
            (&[80, 81, 82], "80 to 82"),
            (
                &[80, 443, 444, 7000, 7001, 7002],
                "80, 443, 444 and 7000 to 7002",
            ),
            (&[65534, 65535], "65534 and 65535"),
        ] {
            let ports = ports.iter().copied().collect();
            assert_eq!(listed(&ports), expected);
        }
    }
}
