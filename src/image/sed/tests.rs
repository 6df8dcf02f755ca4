use super::*;

fn edited(line: &[&str], text: &str) -> Option<String> {
    let words: Vec<Option<&str>> = line.iter().map(|word| Some(*word)).collect();
    let argv: Vec<Value> = line.iter().map(|word| Value::text(word)).collect();
    Sed::read(&words, &argv).edit(&Value::text(text))?.known()
}

#[test]
fn what_configurations_are_edited_with_is_understood() {
    for (line, text, expected) in [
        (
            &["sed", "-i", "s/80/8080/", "f"][..],
            "Listen 80\n80 80\n",
            "Listen 8080\n8080 80\n",
        ),
        (&["sed", "-i", "s/80/8080/g", "f"], "80 80\n", "8080 8080\n"),
        (
            &["sed", "-i", "s/^bind/#bind/", "f"],
            "bind x\na bind\n",
            "#bind x\na bind\n",
        ),
        (
            &["sed", "-i", r"s/^\(bind .*\)$/# \1/", "f"],
            "bind x\n",
            "# bind x\n",
        ),
        (
            &["sed", "-ri", "s/^#?(port) [0-9]+/\\1 1/", "f"],
            "#port 22\n",
            "port 1\n",
        ),
        (
            &["sed", "-e", "s|a/b|c|", "-e", "s,c,d&,", "f"],
            "a/b\n",
            "dc\n",
        ),
        (&["sed", "-i.bak", "/^bind/d", "f"], "a\nbind x\n", "a\n"),
        (&["sed", "--in-place", "-e", "$ a b", "f"], "a\n", "a\nb\n"),
        (
            &["sed", "-i", "/\\[x\\]/a y", "f"],
            "[x]\nz\n",
            "[x]\ny\nz\n",
        ),
        (
            &["sed", "-i", "/^http {/a \\    x /a;\\n\\ty;", "f"],
            "http {\n}\n",
            "http {\n    x /a;\n\ty;\n}\n",
        ),
        (&["sed", "-i", "2,3d;s/1/0/", "f"], "1\n2\n3\n4\n", "0\n4\n"),
        (
            &["sed", "-i", "/a/,/b/s/x/y/", "f"],
            "x\na x\nx\nb x\nx\n",
            "x\na y\ny\nb y\nx\n",
        ),
        (
            &["sed", "-i", "s/[[:space:]]*=.*/=1/I", "f"],
            "a  = 2\n",
            "a=1\n",
        ),
        (
            &["sed", "-i", "s/*:80/*:8080/", "f"],
            "<V *:80>\n",
            "<V *:8080>\n",
        ),
        (&["sed", "-i", "/a/!d", "f"], "a\nb\n", "a\n"),
        (&["sed", "-i", "/b/c\\bind 1", "f"], "a\nb\n", "a\nbind 1\n"),
        (&["sed", "-i", "s/a{1}/b/", "f"], "a{1}\n", "b\n"),
        // Line 0 may end where it begins: at the first hit.
        (&["sed", "-i", "0,/a/s/a/b/", "f"], "a\na\n", "b\na\n"),
        (&["sed", "-i", "1,/a/s/a/b/", "f"], "a\na\n", "b\nb\n"),
        // No pattern is the one before.
        (&["sed", "-i", "/^#a/s//a/", "f"], "#a 1\n", "a 1\n"),
        (&["sed", "-i", "s/a[^\\n]*/b/", "f"], "xan\\y\n", "xb\n"),
        // What comes in the place of several lines comes once.
        (
            &["sed", "-i", "/a/,/b/c\\x", "f"],
            "1\na\n2\nb\n3\n",
            "1\nx\n3\n",
        ),
        (&["sed", "-i", "1!c\\x", "f"], "1\n2\n3\n", "1\nx\nx\n"),
    ] {
        assert_eq!(edited(line, text).as_deref(), Some(expected), "{line:?}");
    }
}

#[test]
fn what_is_not_understood_leaves_a_text_that_is_not_known() {
    for line in [
        &["sed", "-i", "y/a/b/", "f"][..],
        &["sed", "-i", "-f", "x", "f"],
        &["sed", "-i", "s/a/b", "f"],
        &["sed", "-i", "s/\\(a\\)\\1/b/", "f"],
        &["sed", "-i", "/a/{s/b/c/}", "f"],
        &["sed", "-n", "s/a/b/p", "f"],
        &["sed", "-i", "s/a/\\Ub/", "f"],
        &["sed", "-i", "s//b/", "f"],
        &["sed", "-i", "/", "f"],
        &["sed", "-i", "s", "f"],
        &["sed", "-i", "[", "f"],
    ] {
        assert_eq!(edited(line, "a\n"), None, "{line:?}");
    }
}

#[test]
fn a_replacement_stands_where_the_command_has_it() {
    let word = "s/80/8080/";
    let origin = crate::source::Origin {
        source: crate::source::SourceId(0),
        span: crate::source::Span::new(100, 110),
    };
    let argv = [
        Value::text("sed"),
        Value::text("-i"),
        Value::written(word, origin, true),
        Value::text("f"),
    ];
    let words = [Some("sed"), Some("-i"), Some(word), Some("f")];
    let text = Sed::read(&words, &argv)
        .edit(&Value::text("Listen 80\n"))
        .expect("a text");
    let port = text.slice(7..11).expect("a part");
    assert_eq!(port.known().as_deref(), Some("8080"));
    let place = port.origin().expect("a place");
    assert_eq!((place.span.start, place.span.end), (105, 109));
}

#[test]
fn what_is_not_known_within_a_line_stays_there() {
    let mut text = Value::text("name ");
    text.push(Value::unknown(Reason::Output));
    text.push_known("\nport 80\n", None, false);
    let line = ["sed", "s/80/8080/"];
    let words: Vec<Option<&str>> = line.iter().map(|word| Some(*word)).collect();
    let argv: Vec<Value> = line.iter().map(|word| Value::text(word)).collect();
    let edited = Sed::read(&words, &argv).edit(&text).unwrap();
    let mut expected = Value::text("name ");
    expected.push(Value::unknown(Reason::Output));
    expected.push_known("\nport 8080\n", None, false);
    assert_eq!(edited.to_string(), expected.to_string());
    assert_eq!(edited.known(), None);
    // It may be any number of lines.
    let mut text = Value::text("port 80\n");
    text.push(Value::unknown(Reason::Output));
    assert!(Sed::read(&words, &argv).edit(&text).is_none());
    text.push(Value::unknown(Reason::Output));
    assert!(Sed::read(&words, &argv).edit(&text).is_none());
    // Nor are lines counted behind what is not known.
    let mut text = Value::text("name ");
    text.push(Value::unknown(Reason::Output));
    text.push_known("\nport 80\n", None, false);
    let line = ["sed", "2s/80/8080/"];
    let words: Vec<Option<&str>> = line.iter().map(|word| Some(*word)).collect();
    let argv: Vec<Value> = line.iter().map(|word| Value::text(word)).collect();
    assert!(Sed::read(&words, &argv).edit(&text).is_none());
}
