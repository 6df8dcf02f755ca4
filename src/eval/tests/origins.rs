//! Every word of a step points at the bytes that it came from.

use super::System;

/// The last step's words, each with the text at its place.
fn places(script: &str, arguments: &str) -> Vec<(String, String)> {
    let mut system = System::new(script);
    let line = format!("/entry.sh {arguments}");
    let trace = system.start(&line);
    let step = trace.steps().last().expect("a step");
    step.argv
        .iter()
        .map(|word| {
            let place = word
                .origin()
                .map_or(String::new(), |at| system.text_at(at, &line));
            (word.to_string(), place)
        })
        .collect()
}

#[test]
fn words_point_at_where_they_were_written() {
    for (script, arguments, expected) in [
        (
            "set -- tool x \"$@\"\nexec \"$@\"",
            "a --b",
            &["tool", "x", "a", "--b"][..],
        ),
        (
            "numa='numactl2 --interleave=all'\nset -- $numa \"$@\"\nexec \"$@\"",
            "a",
            &["numactl2", "--interleave=all", "a"],
        ),
        (
            "cmd=\"server --port 6379\"; exec $cmd",
            "",
            &["server", "--port", "6379"],
        ),
        (
            "args=(--port 6379); args+=(\"-x\"); exec server \"${args[@]}\"",
            "",
            &["server", "--port", "6379", "-x"],
        ),
        (
            "f() { exec \"$@\"; }; f server 'a b'",
            "",
            &["server", "a b"],
        ),
        ("exec server \"${1#--}\"", "--port", &["server", "port"]),
        (
            "exec server ${1%%=*} ${1#*=}",
            "port=6379",
            &["server", "port", "6379"],
        ),
        (
            "eval 'exec server --port 6379'",
            "",
            &["server", "--port", "6379"],
        ),
        (
            "sh -c 'exec server --port 6379'",
            "",
            &["server", "--port", "6379"],
        ),
        ("P=${P:-6379}; exec server $P", "", &["server", "6379"]),
        ("exec server ${P:-\"6379\"}", "", &["server", "6379"]),
        ("x=$(echo 6379); exec server $x", "", &["server", "6379"]),
        (
            "for a in one two; do server $a; done",
            "",
            &["server", "two"],
        ),
        ("export X=\"6379\"; exec server $X", "", &["server", "6379"]),
        (
            "f() { local p=6379; exec server \"$p\"; }; f",
            "",
            &["server", "6379"],
        ),
    ] {
        let found = places(script, arguments);
        let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, expected, "{script}");
        for (text, place) in &found {
            assert_eq!(text, place, "{script}");
        }
    }
}

#[test]
fn a_word_of_several_parts_spans_them() {
    let found = places("exec server --port=\"$PORT\" --x=\"6379\" a'b'c", "");
    assert_eq!(found[2], ("--x=6379".to_owned(), "--x=\"6379".to_owned()));
    assert_eq!(found[3], ("abc".to_owned(), "a'b'c".to_owned()));
}
