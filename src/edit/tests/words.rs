//! Words out and in.

use super::*;
use crate::source::{Origin, Span};

fn origins(text: &str, words: &[&str]) -> Vec<Origin> {
    words
        .iter()
        .map(|word| {
            // Rather a whole word than the same letters in another.
            let apart = |at: &usize| {
                let around = [
                    text[..*at].chars().last(),
                    text[at + word.len()..].chars().next(),
                ];
                !around.iter().flatten().any(|c| c.is_alphanumeric())
            };
            let mut places = text.match_indices(word).map(|(at, _)| at);
            let start = places.find(apart).or(text.find(word)).expect("the word");
            Origin {
                source: SOURCE,
                span: Span::new(start, start + word.len()),
            }
        })
        .collect()
}

fn dropped(text: &str, words: &[&str]) -> Option<String> {
    let (script, continuation) = read(text);
    let shell = shell_text(text, &script, continuation);
    let after = apply(text, &drop_words(&shell, &origins(text, words))?);
    assert_parses(&after);
    Some(after)
}

#[test]
fn words_go_with_their_blanks() {
    let rows: &[(&str, &[&str], &str)] = &[
        (
            "exec gosu redis \"$@\"\n",
            &["gosu", "redis"],
            "exec \"$@\"\n",
        ),
        ("gosu redis a b\n", &["gosu", "redis"], "a b\n"),
        (
            "a && su-exec x:y b && c\n",
            &["su-exec", "x:y"],
            "a && b && c\n",
        ),
        ("mysqld --user=mysql --x\n", &["=mysql"], "mysqld --x\n"),
        ("mysqld --user=mysql\n", &["--user=mysql"], "mysqld\n"),
        ("mysqld --user=mysql;b\n", &["--user=mysql"], "mysqld;b\n"),
        ("set -- gosu x \"$@\"\n", &["gosu", "x"], "set -- \"$@\"\n"),
        ("a \"gosu\" 'x' b\n", &["gosu", "x"], "a b\n"),
        (
            "exec gosu x \\\n\tb \\\n\tc\n",
            &["gosu", "x"],
            "exec b \\\n\tc\n",
        ),
        ("a x gosu \\\n\tb\n", &["gosu"], "a x \\\n\tb\n"),
        ("a \\\n\tgosu \\\n\tb\n", &["gosu"], "a \\\n\tb\n"),
        ("a \\\n\tb \\\n\tgosu\nc\n", &["gosu"], "a \\\n\tb\nc\n"),
        ("a=b gosu x >log 2>&1\n", &["x"], "a=b gosu >log 2>&1\n"),
        ("x=(gosu y \"$@\")\n", &["gosu", "y"], "x=(\"$@\")\n"),
        (
            "x=(\n\ta\n\tgosu\n\tb\n)\n",
            &["gosu"],
            "x=(\n\ta\n\tb\n)\n",
        ),
        (
            "numa='numactl --interleave=all'\n",
            &["--interleave=all"],
            "numa='numactl'\n",
        ),
        (
            "numa='numactl --interleave=all'\n",
            &["numactl", "--interleave=all"],
            "numa=''\n",
        ),
        ("PRE=gosu\n", &["gosu"], "PRE=\n"),
        ("export PRE=gosu b\n", &["gosu"], "export PRE= b\n"),
        (
            "sh -c 'exec gosu x \"$0\"'\n",
            &["gosu", "x"],
            "sh -c 'exec \"$0\"'\n",
        ),
        (
            "sh -c \"gosu x $(a b) c\"\n",
            &["gosu", "x"],
            "sh -c \"$(a b) c\"\n",
        ),
        (
            "cat >f <<EOF\nuser x;\nport 1\nEOF\n",
            &["user", "x;"],
            "cat >f <<EOF\n\nport 1\nEOF\n",
        ),
        ("a $(gosu x b)\n", &["gosu", "x"], "a $(b)\n"),
        (
            "RUN a; \\\n\tapt-get install -y \\\n\t\tb \\\n# why\n\t\tgosu \\\n\t; \\\n\tc\n",
            &["gosu"],
            "RUN a; \\\n\tapt-get install -y \\\n\t\tb \\\n# why\n\t; \\\n\tc\n",
        ),
        (
            "RUN apt-get install -y \\\n\t\tb \\\n# why\n\t\tgosu; \\\n\tc\n",
            &["gosu"],
            "RUN apt-get install -y \\\n\t\tb; \\\n# why\n\tc\n",
        ),
        (
            "RUN install a gosu b && c\n",
            &["gosu"],
            "RUN install a b && c\n",
        ),
        (
            "RUN install a \\\n  gosu\nUSER x\n",
            &["gosu"],
            "RUN install a\nUSER x\n",
        ),
    ];
    for (before, words, after) in rows {
        let found = dropped(before, words);
        assert_eq!(found.as_deref(), Some(*after), "from {before:?}");
    }
    assert_eq!(dropped("gosu x\n", &["gosu", "x"]), None);
    assert_eq!(dropped("gosu x --version\n", &["gosu", "x"]), None);
    assert_eq!(dropped("a && echo done\n", &["echo"]), None);
    assert_eq!(dropped("for a in b c; do d; done\n", &["c"]), None);
}

#[test]
fn words_are_put_behind_others() {
    let rows: &[(&str, &str, &[&str], Option<&str>)] = &[
        (
            "a b >c\n",
            "b",
            &["--port", "8080"],
            Some("a b --port 8080 >c\n"),
        ),
        (
            "a \"$@\"\n",
            "\"$@\"",
            &["x y", "it's"],
            Some("a \"$@\" 'x y' 'it'\\''s'\n"),
        ),
        (
            "sh -c 'a b; c'\n",
            "a",
            &["-p", "1"],
            Some("sh -c 'a -p 1 b; c'\n"),
        ),
        ("sh -c 'a b; c'\n", "a", &["x y"], None),
        ("a b >c\n", "a b >c", &["d"], Some("a b d >c\n")),
        ("x=(a b)\n", "a", &["d"], Some("x=(a d b)\n")),
        ("x=y\n", "y", &["d"], None),
        (
            "RUN a \\\n  b; \\\n  c\n",
            "b",
            &["d"],
            Some("RUN a \\\n  b d; \\\n  c\n"),
        ),
    ];
    for (before, after, words, expected) in rows {
        let (script, continuation) = read(before);
        let shell = shell_text(before, &script, continuation);
        let words: Vec<String> = words.iter().map(|word| word.to_string()).collect();
        let edits = append_words(&shell, origins(before, &[after])[0], &words);
        let found = edits.map(|edits| apply(before, &edits));
        assert_eq!(found.as_deref(), *expected, "from {before:?}");
        found.iter().for_each(|text| assert_parses(text));
    }
}

#[test]
fn parts_are_replaced_where_quotes_allow_it() {
    let rows = [
        ("a --port=6379\n", "6379", "8080", Some("a --port=8080\n")),
        (
            "a --port 6379\n",
            "6379",
            "80 80",
            Some("a --port '80 80'\n"),
        ),
        (
            "a '--port=6379'\n",
            "6379",
            "80 80",
            Some("a '--port=80 80'\n"),
        ),
        ("a '--port=6379'\n", "6379", "it's", None),
        ("a \"--port=6379\"\n", "6379", "$x", None),
        (
            "a \"--port=6379\"\n",
            "6379",
            "8080",
            Some("a \"--port=8080\"\n"),
        ),
        ("a \"6379\"\n", "\"6379\"", "$x", Some("a '$x'\n")),
        (
            "a ${PORT:-6379}\n",
            "6379",
            "8080",
            Some("a ${PORT:-8080}\n"),
        ),
        ("a ${PORT:-6379}\n", "6379", "a}", None),
        ("a --port=$P\n", "$P", "8080", Some("a --port=8080\n")),
        ("a --port=\"$P\"\n", "port=\"$P", "8080", None),
        (
            "cat <<EOF\nport 6379\nEOF\n",
            "6379",
            "8080",
            Some("cat <<EOF\nport 8080\nEOF\n"),
        ),
        ("cat <<EOF\nport 6379\nEOF\n", "6379", "$x", None),
        (
            "cat <<'EOF'\nport 6379\nEOF\n",
            "6379",
            "$x",
            Some("cat <<'EOF'\nport $x\nEOF\n"),
        ),
        (
            "[ a = b ]; [[ $c == d ]]\n",
            "d",
            "x",
            Some("[ a = b ]; [[ $c == x ]]\n"),
        ),
    ];
    for (before, at, with, expected) in rows {
        let (script, continuation) = read(before);
        let shell = shell_text(before, &script, continuation);
        let edit = replace_part(&shell, origins(before, &[at])[0], with);
        let found = edit.map(|edit| apply(before, &[edit]));
        assert_eq!(found.as_deref(), expected, "from {before:?}");
        found.iter().for_each(|text| assert_parses(text));
    }
}
