//! Arrays and instructions of a Dockerfile.

use super::*;
use crate::source::Span;
use crate::syntax::dockerfile::{Arguments, Flag, Heredoc, Instruction, JsonArray, Keyword, Text};

/// The array that the text is; its strings have no escapes but `\"` and `\\`.
fn array(text: &str) -> JsonArray {
    let start = text.find('[').expect("an array");
    let end = text.rfind(']').expect("its end") + 1;
    let mut words = Vec::new();
    let mut at = start;
    while let Some(open) = text[at..end].find('"').map(|quote| at + quote) {
        let mut close = open + 1;
        while &text[close..=close] != "\"" {
            close += if &text[close..=close] == "\\" { 2 } else { 1 };
        }
        let inner = text[open + 1..close].replace("\\\"", "\"");
        words.push(Text {
            text: inner.replace("\\\\", "\\"),
            span: Span::new(open, close + 1),
        });
        at = close + 1;
    }
    JsonArray {
        words,
        span: Span::new(start, end),
    }
}

#[test]
fn words_of_an_array_go() {
    for (before, range, after) in [
        (r#"["gosu", "x", "a"]"#, 0..2, r#"["a"]"#),
        (r#"[ "gosu", "x", "a" ]"#, 0..2, r#"[ "a" ]"#),
        (r#"["a","b","c"]"#, 1..2, r#"["a","c"]"#),
        (r#"[ "a", "b" ]"#, 1..2, r#"[ "a" ]"#),
        (r#"[ "a" ]"#, 0..1, "[]"),
        (r#"["a"]"#, 1..3, r#"["a"]"#),
        (r#"["a", "b"]"#, 1..9, r#"["a"]"#),
        (
            "[ \\\n  \"a\", \\\n  \"b\", \\\n  \"c\" \\\n]",
            1..2,
            "[ \\\n  \"a\", \\\n  \"c\" \\\n]",
        ),
        (
            "[ \\\n  \"a\", \\\n  \"b\" \\\n]",
            1..2,
            "[ \\\n  \"a\" \\\n]",
        ),
    ] {
        let edits = json_drop(&array(before), SOURCE, range);
        assert_eq!(apply(before, &edits), after, "from {before:?}");
    }
}

#[test]
fn words_come_into_an_array_in_its_manner() {
    for (before, index, after) in [
        (r#"["a","b"]"#, 0, r#"["-p","\"1\"","a","b"]"#),
        (r#"[ "a", "b" ]"#, 1, r#"[ "a", "-p", "\"1\"", "b" ]"#),
        (r#"[ "a" ]"#, 1, r#"[ "a", "-p", "\"1\"" ]"#),
        (r#"["a"]"#, 9, r#"["a", "-p", "\"1\""]"#),
        (r#"[]"#, 0, r#"["-p", "\"1\""]"#),
        (
            "[ \\\n  \"a\", \\\n  \"b\" \\\n]",
            2,
            "[ \\\n  \"a\", \\\n  \"b\", \\\n  \"-p\", \\\n  \"\\\"1\\\"\" \\\n]",
        ),
    ] {
        let words = ["-p".to_owned(), "\"1\"".to_owned()];
        let edits = json_insert(&array(before), before, SOURCE, index, &words);
        assert_eq!(apply(before, &edits), after, "from {before:?}");
    }
}

#[test]
fn words_of_an_array_are_replaced() {
    for (before, index, part, after) in [
        (r#"["a", "b"]"#, 1, None, Some(r#"["a", "x\"y"]"#)),
        (
            r#"["--port=6379"]"#,
            0,
            Some(7..11),
            Some(r#"["--port=x\"y"]"#),
        ),
        (r#"["\"a\\b c"]"#, 0, Some(5..6), Some(r#"["\"a\\b x\"y"]"#)),
        (r#"["a"]"#, 0, Some(0..2), None),
        (r#"["a"]"#, 1, None, None),
    ] {
        let edit = json_replace(&array(before), before, SOURCE, index, part, "x\"y");
        let found = edit.map(|edit| apply(before, &[edit]));
        assert_eq!(found.as_deref(), after, "from {before:?}");
    }
    let escaped = r#"["\u00e9\ud83d\ude00z"]"#;
    let mut words = array(escaped);
    words.words[0].text = "\u{e9}\u{1f600}z".to_owned();
    let edit = json_replace(&words, escaped, SOURCE, 0, Some(6..7), "y").expect("an edit");
    assert_eq!(apply(escaped, &[edit]), r#"["\u00e9\ud83d\ude00y"]"#);
    let folded = "[\"a\\\nb\"]";
    let mut words = array("[\"a__b\"]");
    words.words[0].text = "ab".to_owned();
    let edit = json_replace(&words, folded, SOURCE, 0, Some(1..2), "c").expect("an edit");
    assert_eq!(apply(folded, &[edit]), "[\"ac\"]");
}

/// The instruction whose text this is, with the flags before its arguments.
fn instruction(text: &str, own: &str, flags: &[&str]) -> Instruction {
    let start = text.find(own).expect("the instruction");
    let keyword = own.split(' ').next().unwrap_or_default();
    let place = |part: &str| {
        let at = start + own.find(part).expect("a part");
        Span::new(at, at + part.len())
    };
    let flags: Vec<Flag> = flags
        .iter()
        .map(|flag| Flag {
            name: flag[2..].split('=').next().unwrap_or_default().to_owned(),
            value: None,
            span: place(flag),
        })
        .collect();
    let behind = flags
        .last()
        .map_or(start + keyword.len(), |flag| flag.span.end as usize);
    let first_line = own.split("\nEOF").next().unwrap_or_default();
    let first_line = match own.contains("<<EOF") {
        true => first_line.lines().next().unwrap_or_default(),
        false => first_line,
    };
    let heredocs = own.contains("<<EOF").then(|| Heredoc {
        delimiter: "EOF".to_owned(),
        quoted: false,
        strip_tabs: false,
        marker: place("<<EOF"),
        body: place("body\n"),
        terminator: {
            let at = start + own.rfind("EOF").expect("the end");
            Span::new(at, at + 3)
        },
    });
    let mut joined = Joined::default();
    let mut at = behind;
    for line in text[behind..start + first_line.len()].split_inclusive('\n') {
        joined.push(line.trim_end_matches(['\\', '\n']), at);
        at += line.len();
    }
    Instruction {
        keyword: Keyword::Run,
        keyword_span: Span::new(start, start + keyword.len()),
        span: Span::new(start, start + own.len()),
        first_line: 1,
        last_line: 1,
        text: joined,
        flags,
        arguments: Arguments::None,
        heredocs: heredocs.into_iter().collect(),
    }
}

#[test]
fn instructions_come_and_go() {
    let rows = [
        // before, which, removed, put before, put after
        (
            "FROM a\n# b\nUSER c\nCMD d\n",
            "USER c",
            "FROM a\n# b\nCMD d\n",
            "FROM a\nX\nY\n# b\nUSER c\nCMD d\n",
            "FROM a\n# b\nUSER c\nX\nY\nCMD d\n",
        ),
        (
            "FROM a\r\nUSER c\r\n",
            "USER c",
            "FROM a\r\n",
            "FROM a\r\nX\r\nY\r\nUSER c\r\n",
            "FROM a\r\nUSER c\r\nX\r\nY\r\n",
        ),
        (
            "FROM a\n  USER c",
            "USER c",
            "FROM a\n",
            "FROM a\nX\nY\n  USER c",
            "FROM a\n  USER c\nX\nY",
        ),
        (
            "\u{feff}FROM a\nRUN b \\\n  c\n",
            "FROM a",
            "\u{feff}RUN b \\\n  c\n",
            "\u{feff}X\nY\nFROM a\nRUN b \\\n  c\n",
            "\u{feff}FROM a\nX\nY\nRUN b \\\n  c\n",
        ),
        (
            "RUN <<EOF\nbody\nEOF\nCMD a\n",
            "RUN <<EOF\nbody\nEOF",
            "CMD a\n",
            "X\nY\nRUN <<EOF\nbody\nEOF\nCMD a\n",
            "RUN <<EOF\nbody\nEOF\nX\nY\nCMD a\n",
        ),
    ];
    for (before, own, removed, above, below) in rows {
        let instruction = instruction(before, own, &[]);
        let edit = remove_instruction(before, SOURCE, &instruction);
        assert_eq!(apply(before, &[edit]), removed);
        let edit = insert_before(before, SOURCE, &instruction, "X\nY\n");
        assert_eq!(apply(before, &[edit]), above);
        let edit = insert_after(before, SOURCE, &instruction, "X\nY");
        assert_eq!(apply(before, &[edit]), below);
    }
}

#[test]
fn arguments_are_replaced() {
    for (before, flags, after) in [
        ("USER c \n", [].as_slice(), "USER x \n"),
        (
            "COPY --chown=a:b c /d\n",
            &["--chown=a:b"],
            "COPY --chown=a:b x\n",
        ),
        ("RUN a \\\n  && b\n", &[], "RUN x\n"),
        ("RUN <<EOF\nbody\nEOF\n", &[], "RUN x\n"),
        ("HEALTHCHECK\n", &[], "HEALTHCHECK x\n"),
    ] {
        let instruction = instruction(before, before.trim_end_matches('\n'), flags);
        let edit = replace_arguments(SOURCE, &instruction, "x");
        assert_eq!(apply(before, &[edit]), after);
    }
}

#[test]
fn flags_go() {
    for (before, flags, after) in [
        (
            "COPY --chown=a:b c /d\n",
            ["--chown=a:b"].as_slice(),
            "COPY c /d\n",
        ),
        (
            "COPY --chmod=7 --chown=a --link c /d\n",
            &["--chmod=7", "--chown=a", "--link"],
            "COPY --chmod=7 --link c /d\n",
        ),
        ("COPY --chown=a \\\n  c /d\n", &["--chown=a"], "COPY c /d\n"),
        ("COPY --chown=a\n", &["--chown=a"], "COPY\n"),
        ("COPY --link a /b\n", &["--link"], "COPY --link a /b\n"),
    ] {
        let instruction = instruction(before, before.trim_end_matches('\n'), flags);
        let edits = drop_flag(SOURCE, &instruction, "chown");
        assert_eq!(apply(before, &edits), after);
    }
}

#[test]
fn one_pair_of_an_env_goes() {
    for (before, index, after) in [
        ("ENV A=1 B=2 C=3\n", 1, Some("ENV A=1 C=3\n")),
        ("ENV A=1 B=2\n", 1, Some("ENV A=1\n")),
        ("ENV A=1 \\\n    B=2\n", 0, Some("ENV B=2\n")),
        ("ENV A=1 \\\n    B=2\n", 1, Some("ENV A=1\n")),
        (
            "ENV A=1 \\\n    B=\"2 \\\n3\" \\\n# of C\n    C=3\n",
            1,
            Some("ENV A=1 \\\n# of C\n    C=3\n"),
        ),
        ("ENV A=1 \\\n# of B\n    B=2\n", 1, Some("ENV A=1\n")),
        ("ENV A=1\n", 0, Some("")),
        ("ENV A 1\n", 0, Some("")),
    ] {
        let file = crate::syntax::dockerfile::parse(before);
        let instruction = file.instructions.first().expect("an instruction");
        let Arguments::Pairs(pairs) = &instruction.arguments else {
            panic!("{before:?}");
        };
        let edit = drop_pair(before, SOURCE, instruction, &pairs[index]);
        let found = edit.map(|edit| apply(before, &[edit]));
        assert_eq!(found.as_deref(), after, "from {before:?}");
    }
}
