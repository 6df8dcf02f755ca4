//! What a user of the tree gets from a whole file.

use super::*;

/// Keyword, first line, last line.
fn lines(text: &str) -> Vec<(String, u32, u32)> {
    let instructions = parse(text).instructions.into_iter();
    instructions
        .map(|i| (i.keyword.to_string(), i.first_line, i.last_line))
        .collect()
}

fn messages(text: &str) -> Vec<String> {
    parse(text).errors.into_iter().map(|e| e.message).collect()
}

/// The last instruction of a file of one stage.
fn last(instruction: &str) -> Instruction {
    let mut file = parse(&format!("FROM a\n{instruction}"));
    assert_eq!(file.errors, [], "{instruction}");
    file.instructions
        .pop()
        .unwrap_or_else(|| panic!("no instruction"))
}

fn texts(words: &[Text]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).collect()
}

#[test]
fn lines_are_counted_as_buildkit_counts_them() {
    type Expected = &'static [(&'static str, u32, u32)];
    let table: &[(&str, Expected)] = &[
        ("FROM a\n\n# c\nRUN b\n", &[("FROM", 1, 1), ("RUN", 4, 4)]),
        (
            "FROM a\nRUN b \\\n  c\nUSER x",
            &[("FROM", 1, 1), ("RUN", 2, 3), ("USER", 4, 4)],
        ),
        // Comments and blank lines do not end a continued line; those behind its last line count.
        (
            "FROM a\nRUN b \\\n# c\n\n  d\nUSER x",
            &[("FROM", 1, 1), ("RUN", 2, 5), ("USER", 6, 6)],
        ),
        (
            "FROM a\nRUN b \\\n# c\n\n",
            &[("FROM", 1, 1), ("RUN", 2, 4)],
        ),
        // A slip of real files: the next instruction becomes part of the command.
        (
            "FROM a\nRUN b \\\n\nCOPY c d\n",
            &[("FROM", 1, 1), ("RUN", 2, 4)],
        ),
        (
            "FROM a\nRUN C:\\\\\nUSER x",
            &[("FROM", 1, 1), ("RUN", 2, 2), ("USER", 3, 3)],
        ),
        (
            "FROM a\nRU\\\nN b\nUSER x",
            &[("FROM", 1, 1), ("RUN", 2, 3), ("USER", 4, 4)],
        ),
        ("FROM a\n\\\nRUN b", &[("FROM", 1, 1), ("RUN", 2, 3)]),
        (
            "# escape=`\nFROM a\nRUN b `\n c\\\nUSER x",
            &[("FROM", 2, 2), ("RUN", 3, 4), ("USER", 5, 5)],
        ),
        (
            "FROM a\nRUN <<A cat <<-B\na\nA\n\tb\n\tB\nUSER x",
            &[("FROM", 1, 1), ("RUN", 2, 6), ("USER", 7, 7)],
        ),
        (
            "FROM a\nCOPY <<'A B' /x\nUSER\nA B\nUSER x",
            &[("FROM", 1, 1), ("COPY", 2, 4), ("USER", 5, 5)],
        ),
        (
            "FROM a\nONBUILD RUN <<A\nb\nA\nUSER x",
            &[("FROM", 1, 1), ("ONBUILD", 2, 4), ("USER", 5, 5)],
        ),
        (
            "FROM a\nRUN [\"cat\", \"<<A\"]\nUSER x",
            &[("FROM", 1, 1), ("RUN", 2, 2), ("USER", 3, 3)],
        ),
        (
            "FROM a\nCMD cat <<A\nUSER x",
            &[("FROM", 1, 1), ("CMD", 2, 2), ("USER", 3, 3)],
        ),
        (
            "FROM a\nRUN echo it's <<A\nUSER x",
            &[("FROM", 1, 1), ("RUN", 2, 2), ("USER", 3, 3)],
        ),
        ("from a\nfoo b", &[("FROM", 1, 1), ("FOO", 2, 2)]),
    ];
    for (text, expected) in table {
        let found = lines(text);
        let found: Vec<_> = found.iter().map(|(k, f, l)| (k.as_str(), *f, *l)).collect();
        assert_eq!(found, *expected, "{text:?}");
        let crlf = text.replace('\n', "\r\n");
        assert_eq!(lines(&crlf), lines(text), "{crlf:?}");
        let bom = format!("\u{FEFF}{text}");
        assert_eq!(lines(&bom), lines(text), "{bom:?}");
    }
}

#[test]
fn every_byte_has_its_segment() {
    let text = "# escape=\\\n# a comment\n\nFROM --platform=x a AS b\nRUN --mount=type=cache \\\n  # c\n\n  \
                cat <<-A \\ \n  && b\n\tbody\n\tA\nON\\\n#c\nBUILD copy -- c d\n";
    for text in [
        text.to_owned(),
        text.replace('\n', "\r\n"),
        format!("\u{FEFF}{text}"),
        text.trim_end().to_owned(),
        "  \r\r\n\\".to_owned(),
        String::new(),
    ] {
        let segments = parse(&text).segments(&text);
        let together: String = segments.iter().map(|s| &text[s.span.range()]).collect();
        assert_eq!(together, text);
        for segment in &segments {
            let slice = &text[segment.span.range()];
            match segment.kind {
                SegmentKind::Bom => assert_eq!(slice, "\u{FEFF}"),
                SegmentKind::Comment | SegmentKind::Directive => assert!(slice.starts_with('#')),
                SegmentKind::Flag => assert!(slice.starts_with("--")),
                SegmentKind::Continuation => assert!(slice.trim_end() == "\\", "{slice:?}"),
                SegmentKind::Space | SegmentKind::LineEnd => assert_eq!(slice.trim(), ""),
                SegmentKind::HeredocBody => assert_eq!(slice.trim_end(), "\tbody"),
                SegmentKind::HeredocEnd => assert_eq!(slice, "\tA"),
                SegmentKind::Other => assert_eq!(slice, "--"),
                SegmentKind::Keyword | SegmentKind::Arguments => assert!(!slice.is_empty()),
            }
        }
    }
}

#[test]
fn commands_are_joined_and_keep_their_places() {
    let text = "FROM a\r\nRUN b \\\r\n  # c\r\n  d\r\n";
    let file = parse(text);
    let Arguments::Shell(script) = &file.instructions[1].arguments else {
        panic!("a command for the shell");
    };
    assert_eq!(script.text(), "b   d");
    let d = script.offset(4);
    assert_eq!(&text[d..=d], "d");
    assert_eq!(&text[file.comments[0].range()], "# c");
}

#[test]
fn a_heredoc_alone_is_the_script() {
    for (instruction, script) in [
        ("RUN <<EOF\na\n\tb\nEOF\n", "a\n\tb\n"),
        (
            "RUN --mount=type=cache <<-'EOF'\n\t\ta\n\tb\r\n\tEOF\n",
            "a\nb\n",
        ),
        ("RUN << EOF\na\nEOF", "a\n"),
        ("RUN <<EOF bash\na\nEOF\n", "<<EOF bash\na\nEOF"),
        (
            "RUN cat <<-A <<B\n\ta\n\tA\nb\r\nB\r\nUSER x",
            "cat <<-A <<B\n\ta\n\tA\nb\nB",
        ),
    ] {
        let instruction = instruction.to_owned();
        let file = parse(&format!("FROM a\n{instruction}"));
        assert_eq!(file.errors, []);
        let Arguments::Shell(found) = &file.instructions[1].arguments else {
            panic!("a command for the shell");
        };
        assert_eq!(found.text(), script, "{instruction}");
    }
}

#[test]
fn a_heredoc_has_its_spans() {
    let text = "FROM a\nCOPY <<-\"E\" /x\n\ta\n\tE\n";
    let file = parse(text);
    let heredoc = &file.instructions[1].heredocs[0];
    assert_eq!((heredoc.quoted, heredoc.strip_tabs), (true, true));
    assert_eq!(heredoc.delimiter, "E");
    let slices = [heredoc.marker, heredoc.body, heredoc.terminator].map(|s| &text[s.range()]);
    assert_eq!(slices, ["<<-\"E\"", "\ta\n", "\tE"]);
    assert_eq!(
        &text[file.instructions[1].span.range()],
        &text[7..text.len() - 1]
    );
}

#[test]
fn arguments_are_taken_apart() {
    match last("CMD [\"a\", \\\n \"b c\"]").arguments {
        Arguments::Json(array) => assert_eq!(texts(&array.words), ["a", "b c"]),
        other => panic!("{other:?}"),
    }
    for words in [
        "COPY --from=x a b c/",
        "ADD --chown=1 a b c/",
        "EXPOSE a b c/",
        "VOLUME a b c/",
    ] {
        match last(words).arguments {
            Arguments::Words(words) => assert_eq!(texts(&words), ["a", "b", "c/"]),
            other => panic!("{other:?}"),
        }
    }
    for line in [
        "USER a b",
        "WORKDIR a b",
        "STOPSIGNAL a b",
        "MAINTAINER a b",
    ] {
        match last(line).arguments {
            Arguments::Line(text) => assert_eq!(text.text, "a b"),
            other => panic!("{other:?}"),
        }
    }
    match last("FROM --platform=p image:1 as Name").arguments {
        Arguments::From { image, name } => {
            assert_eq!(image.text, "image:1");
            assert_eq!(name.map(|name| name.text).as_deref(), Some("Name"));
        }
        other => panic!("{other:?}"),
    }
    match last("HEALTHCHECK --interval=5s CMD a || b").arguments {
        Arguments::Shell(script) => assert_eq!(script.text(), "a || b"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        last("HEALTHCHECK cmd [\"a\"]").arguments,
        Arguments::Json(_)
    ));
    assert!(matches!(
        last("HEALTHCHECK NONE").arguments,
        Arguments::None
    ));
    for empty in ["RUN []", "CMD []", "ENTRYPOINT []"] {
        assert!(
            matches!(last(empty).arguments, Arguments::Json(_)),
            "{empty}"
        );
    }
    match last("ONBUILD RUN --network=none <<E\na\nE\n").arguments {
        Arguments::Instruction(trigger) => {
            assert_eq!(trigger.keyword, Keyword::Run);
            assert_eq!(trigger.flags[0].name, "network");
            assert_eq!(trigger.heredocs.len(), 1);
            assert!(matches!(trigger.arguments, Arguments::Shell(s) if s.text() == "a\n"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn pairs_know_both_forms() {
    for (instruction, expected) in [
        ("ENV a b  c", vec![("a", Some("b  c"))]),
        ("ENV a b=c", vec![("a", Some("b=c"))]),
        (
            "ENV a=b \\\n  c=\"d e\" f='g h'i",
            vec![
                ("a", Some("b")),
                ("c", Some("\"d e\"")),
                ("f", Some("'g h'i")),
            ],
        ),
        (
            "LABEL a= b=\\ c",
            vec![("a", Some("")), ("b", Some("\\ c"))],
        ),
        (
            "ARG a b=c d=",
            vec![("a", None), ("b", Some("c")), ("d", Some(""))],
        ),
    ] {
        let Arguments::Pairs(pairs) = last(instruction).arguments else {
            panic!("pairs: {instruction}");
        };
        let found: Vec<_> = pairs
            .iter()
            .map(|p| {
                (
                    p.name.text.as_str(),
                    p.value.as_ref().map(|v| v.text.as_str()),
                )
            })
            .collect();
        assert_eq!(found, expected, "{instruction}");
    }
    let text = "FROM a\nENV x=1 \\\n  yy=\"2 3\"\n";
    let file = parse(text);
    let Arguments::Pairs(pairs) = &file.instructions[1].arguments else {
        panic!("pairs");
    };
    assert_eq!(&text[pairs[1].span.range()], "yy=\"2 3\"");
    assert_eq!(
        pairs[1].value.as_ref().map(|v| &text[v.span.range()]),
        Some("\"2 3\"")
    );
}

#[test]
fn what_buildkit_refuses_is_an_error() {
    for (text, expected) in [
        ("", "file with no instructions"),
        ("# only a comment\n", "file with no instructions"),
        ("ARG a\n", "dockerfile contains no stages to build"),
        ("RUN a\nUSER b\n", "no build stage in current context"),
        (
            "# escape=x\nFROM a",
            "invalid escape token 'x' does not match ` or \\",
        ),
        (
            "# escape=`\n# escape=`\nFROM a",
            "only one escape parser directive can be used",
        ),
        ("FROM a\nRUN <<E\nx\n", "unterminated heredoc"),
        ("FROM a\nBADCMD b", "unknown instruction: BADCMD"),
        (
            "FROM a\nrnu b",
            "unknown instruction: rnu (did you mean run?)",
        ),
        ("FROM a\n\\\n", "unknown instruction: "),
        ("FROM", "FROM requires either one or three arguments"),
        ("FROM a b", "FROM requires either one or three arguments"),
        (
            "FROM a AS 1b",
            "invalid name for build stage: \"1b\", name can't start with a number or contain symbols",
        ),
        ("FROM a\nENV b", "ENV must have two arguments"),
        (
            "FROM a\nENV b=c d",
            "Syntax error - can't find = in \"d\". Must be of the form: name=value",
        ),
        ("FROM a\nENV =b", "ENV names can not be blank"),
        ("FROM a\nLABEL", "LABEL requires at least one argument"),
        ("FROM a\nARG", "ARG requires at least one argument"),
        ("FROM a\nUSER", "USER requires exactly one argument"),
        (
            "FROM a\nCOPY b",
            "COPY requires at least two arguments, but only one was provided. Destination could not be determined",
        ),
        (
            "FROM a\nCOPY b <<E\nE\n",
            "COPY cannot accept a heredoc as a destination",
        ),
        (
            "FROM a\nCMD [\"b\", 1]",
            "when using JSON array syntax, arrays must be comprised of strings only",
        ),
        (
            "FROM a\nSHELL sh -c",
            "SHELL requires the arguments to be in JSON form",
        ),
        ("FROM a\nSHELL []", "SHELL requires at least one argument"),
        (
            "FROM a\nVOLUME [\"\"]",
            "VOLUME specified can not be an empty string",
        ),
        (
            "FROM a\nHEALTHCHECK CMD",
            "Missing command after HEALTHCHECK CMD",
        ),
        (
            "FROM a\nHEALTHCHECK NONE x",
            "HEALTHCHECK NONE takes no arguments",
        ),
        (
            "FROM a\nHEALTHCHECK TCP x",
            "Unknown type \"TCP\" in HEALTHCHECK (try CMD)",
        ),
        ("FROM a\nONBUILD", "ONBUILD requires at least one argument"),
        (
            "FROM a\nONBUILD FROM b",
            "FROM isn't allowed as an ONBUILD trigger",
        ),
        (
            "FROM a\nONBUILD ONBUILD RUN b",
            "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
        ),
        ("FROM a\nCOPY --from b c", "missing a value on flag: --from"),
        ("FROM a\nRUN --mount b", "missing a value on flag: --mount"),
        ("FROM a\nADD --link= b c", "missing a value on flag: --link"),
        (
            "FROM a\nCOPY --link=yes b c",
            "expecting boolean value for flag --link, not: yes",
        ),
        (
            "FROM a\nCOPY --chown=b --chown=c d e",
            "duplicate flag specified: --chown",
        ),
    ] {
        assert_eq!(messages(text), [expected], "{text:?}");
    }
    let long = format!("FROM a\nRUN {}\nUSER b\n", "x".repeat(65_535));
    assert_eq!(
        messages(&long),
        ["dockerfile line greater than max allowed size of 65535"]
    );
    assert_eq!(lines(&long).len(), 3, "and what follows is read");
}

#[test]
fn what_buildkit_takes_is_no_error() {
    for text in [
        "ARG V=1\nFROM a:$V",
        "FROM a\nRUN\nCMD\nENTRYPOINT",
        "FROM a\nRUN [ -f x ] && y",
        "FROM a\nONBUILD COPY b",
        "FROM a AS b.c-d_1",
        "# syntax=x\n# escape=`\n# check=skip=all\nFROM a",
        "# a comment\n# escape=x\nFROM a",
        "FROM --platform= a\nCOPY --link --chmod= b c\nRUN --mount=d --mount=e f",
        "FROM a\nCOPY --unheard-of b c\nHEALTHCHECK --interval NONE\nONBUILD COPY --from b c",
    ] {
        assert_eq!(messages(text), [""; 0], "{text:?}");
    }
}

#[test]
fn an_error_says_where() {
    let text = "FROM a\nRUN cat <<E\nx\n";
    let errors = parse(text).errors;
    assert_eq!(&text[errors[0].span.range()], "<<E");
}

#[test]
fn depth_is_no_danger() {
    let file = parse(&format!("FROM a\n{}RUN b", "ONBUILD \\\n".repeat(100_000)));
    assert_eq!(file.instructions.len(), 2);
}
