//! The word that was meant.

/// How much two words must have in common, from 0 to 1.
const ALIKE: f64 = 0.75;

/// Of the words that there are, the one that is most like what was written, if one is like it.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_ascii_lowercase();
    let scored = known.into_iter().map(|word| {
        let slips = strsim::damerau_levenshtein(&written, word);
        let score = match slips {
            // One slip in two letters is half of the word, and a slip all the same.
            1 if word.len() > 1 => 1.0,
            _ => strsim::normalized_damerau_levenshtein(&written, word),
        };
        (score.max(strsim::jaro_winkler(&written, word) - 0.1), word)
    });
    scored
        .filter(|(score, _)| *score >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, word)| word)
}

/// "there is no KIND `written`", with the one that was meant, or all that there are if they are few.
pub fn unknown(kind: &str, written: &str, known: &[&str]) -> String {
    match nearest(written, known.iter().copied()) {
        Some(meant) => format!("there is no {kind} `{written}`: did you mean `{meant}`?"),
        None if known.len() <= 24 => {
            format!("there is no {kind} `{written}`, only {}", known.join(", "))
        }
        None => format!("there is no {kind} `{written}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_was_meant_is_found() {
        let rules = [
            "wrong-port",
            "many-ports",
            "volume",
            "switch-user",
            "unknown-user",
            "cf",
        ];
        for (written, meant) in [
            ("wrong-prot", Some("wrong-port")),
            ("Wrong-Port", Some("wrong-port")),
            ("wrongport", Some("wrong-port")),
            ("volumes", Some("volume")),
            ("volme", Some("volume")),
            ("cg", Some("cf")),
            ("x", None),
            ("swich-user", Some("switch-user")),
            ("DL3008", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, rules), meant, "{written}");
        }
    }
}
