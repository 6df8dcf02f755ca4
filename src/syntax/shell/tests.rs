use super::dump::{dump, word};
use super::*;
use crate::source::Span;

fn read(text: &str) -> Script {
    parse(&script_text(text), Dialect::Bash)
}

fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(dump(&read(text)), *expected, "{text}");
    }
}

/// The text of a span that must lie in `text`.
fn at(text: &str, span: Span) -> &str {
    text.get(span.range()).expect("a span inside of the text")
}

#[test]
fn simple_commands() {
    check(&[
        ("a b  c", "(a b c)"),
        ("X=1 Y= a", "(X:=1 Y:= a)"),
        ("X=1", "(X:=1)"),
        (
            "X+=b Y[2]=c Z=(1 \"$x\" [k]=v)",
            "(X:+=b Y[2]:=c Z:=(1 \"${x}\" [k]=v))",
        ),
        ("a & b; c", "(a) &; (b); (c)"),
        (
            "exit 3; X=1 exit; return; break 2",
            "(exit 3); (X:=1 exit); (return); (break 2)",
        ),
        ("[ -f x ] || test -n y", "<([ -f x ]) || (test -n y)>"),
        ("time a | b", "[(a) | (b)]"),
        ("a\\\n  b \\\n", "(a b)"),
    ]);
}

#[test]
fn declarations_are_words_with_arrays_beside_them() {
    check(&[
        ("export A=b$c D \"$e\"", "(export A=b${c} D \"${e}\")"),
        ("local x=\"$1\" -r y=~/z", "(local x=\"${1}\" -r y=~/z)"),
        ("declare -A m=([a]=b) n=", "(declare -A n= m:=([a]=b))"),
        ("readonly x+=y", "(readonly x+=y)"),
    ]);
}

#[test]
fn operators() {
    check(&[
        ("a | b | c", "[(a) | (b) | (c)]"),
        ("! a | b", "[! (a) | (b)]"),
        ("! a && b || c", "<[! (a)] && (b) || (c)>"),
        ("a | b && ! { c; }", "<[(a) | (b)] && [! {(c)}]>"),
        ("a |& b", "[(a 2dup1) | (b)]"),
    ]);
}

#[test]
fn compound_commands() {
    check(&[
        (
            "if a; then b; elif c; then d; else e; fi >x",
            "if {(a)} {(b)} elif {(c)} {(d)} else {(e)} >x",
        ),
        ("while a; do b; done <f", "while {(a)} {(b)} <f"),
        ("until a; do b; done", "until {(a)} {(b)}"),
        ("for x in a \"$@\"; do b; done", "for x (a \"${@}\") {(b)}"),
        ("for x; do b; done", "for x (-) {(b)}"),
        ("select x in a; do b; done", "select x (a) {(b)}"),
        (
            "for ((i = 0; i < $n; i++)); do b; done",
            "for ((i = 0; i < ${n}; i++)) {(b)}",
        ),
        ("for ((;;)); do b; done", "for ((; ; )) {(b)}"),
        ("(a; b) 2>&1", "sub{(a); (b)} 2dup1"),
        ("{ a\n# c\n}", "{(a)}"),
        ("(( i++ < max ))", "((i++ < max))"),
        ("coproc { a; }", "other{{(a)}}"),
        ("f() { a; } >x", "f() {(a)} >x"),
        ("function g { a; }; h () ( b )", "g() {(a)}; h() sub{(b)}"),
    ]);
}

#[test]
fn case_arms() {
    check(&[
        (
            "case $x in a|\"b\"*) c;; (d\\)) e;& [a-z]?) ;;& *) f; esac",
            "case ${x} (a|\"b\"*) {(c)} d\\{)}) {(e)} ;& [a-z]?) {} ;;& *) {(f)})",
        ),
        (
            "case a in @(x|\"$y\")) ;; esac",
            "case a (@(x|\"${y}\")) {})",
        ),
    ]);
}

#[test]
fn double_bracket_tests() {
    check(&[
        (
            "[[ -f $x && ! ( a == b* || c ) ]]",
            "[[(-f ${x} && !((a == b* || c)))]]",
        ),
        ("[[ $a = \"b\" ]]", "[[${a} = \"b\"]]"),
        ("[[ $a =~ ^[0-9]+$ ]]", "[[${a} =~ ^[0-9]+$]]"),
        ("[[ $n -eq 3 || a < b ]]", "[[(${n} -eq 3 || a < b)]]"),
        ("[[ -v x ]]", "[[-v x]]"),
    ]);
}

#[test]
fn redirections() {
    check(&[
        ("a <b >c >>d 2>e <>f", "(a <b >c >>d 2>e <>f)"),
        ("a >|b 2>&1 2>&- <&3", "(a >b 2dup1 2dup- dup3)"),
        (
            "a &>b; a &>>b; a >&b; a >&$b",
            "(a both>b); (a both>b); (a both>b); (a dup${b})",
        ),
        ("a <<<\"$x\"", "(a <<<\"${x}\")"),
        (">&2 a b", "(a b dup2)"),
        ("5<<E cat\nx\nE\n", "(cat 5<<x⏎)"),
    ]);
}

#[test]
fn here_documents() {
    check(&[
        (
            "a <<E\n\"$x\" \\$y `b`\nE\nc",
            "(a <<\"${x}\" $y $((b))⏎); (c)",
        ),
        ("a <<'E' | b\n$x \\y\nE\n", "[(a <<'$x \\y⏎') | (b)]"),
        ("a <<-E\n\t$x\n\t\ty\n\tE\n", "(a <<${x}⏎y⏎)"),
        ("a <<-\"E\"\n\t$x\n\tE\n", "(a <<'$x⏎')"),
        ("a <<A <<B\n1\nA\n$x\nB\nc", "(a <<1⏎ <<${x}⏎); (c)"),
    ]);
}

#[test]
fn quotes_and_escapes() {
    check(&[
        ("a\\ b 'c d'\\'e", "(a\\{ }b 'c d'\\{'}e)"),
        (
            "\"a\\\"b\\$c\\d\" $'x\\ty' $\"z\"",
            "(\"a\"b$c\\d\" 'x⇥y' \"z\")",
        ),
        ("\"\\\"$x\\\" \\`\\\\$y\"", "(\"\"${x}\" `\\${y}\")"),
        (
            "\"{\\\"a\\\": \\\"$(b \"\\\"$c\")\\\"}\"",
            "(\"{\"a\": \"$((b \"\"${c}\"))\"}\")",
        ),
        ("\\*a* {b,c} ~/d", "(\\{*}a* {b,c} ~/d)"),
        ("a}b }c", "(a}b }c)"),
    ]);
}

#[test]
fn substitutions() {
    check(&[
        ("$(a; b \"$(c)\")", "($((a); (b \"$((c))\")))"),
        ("`a \\`b\\` \\$c`", "($((a $((b)) ${c})))"),
        ("\"`a \\\"b\\\"`\"", "(\"$((a \"b\"))\")"),
        ("a=$(< f)", "(a:=$((<f)))"),
        ("a <(b) >(c)", "(a <((b)) <((c)))"),
        ("$((1 + $x * (y)))", "($((1 + ${x} * (y))))"),
        ("a $(b}c d)", "(a $((b}c d)))"),
        ("a $(case x in x) b;; esac)", "(a $(case x (x) {(b)})))"),
    ]);
}

#[test]
fn parameters() {
    for (text, expected) in [
        ("$x", "${x}"),
        ("$#", "${#}"),
        ("${#}", "${#}"),
        ("${10}", "${10}"),
        ("\"$@\"", "\"${@}\""),
        ("${x:-a b}", "${x :- a b}"),
        ("${x-}", "${x - }"),
        ("${x:=$y}", "${x := ${y}}"),
        ("${x?\"no x\"}", "${x ? \"no x\"}"),
        ("${x:+\"$@\"}", "${x :+ \"${@}\"}"),
        ("\"${x:-'b'}\"", "\"${x :- 'b'}\""),
        ("${x:-'b'}", "${x :- 'b'}"),
        ("\"${x:-a\\}b}\"", "\"${x :- a}b}\""),
        ("${1#-}", "${1 # -}"),
        ("${x##*/}", "${x ## */}"),
        ("${x%\"$y\"}", "${x % \"${y}\"}"),
        ("${x%%.*}", "${x %% .*}"),
        ("${x/a/b}", "${x First a -> b}"),
        ("${x//\\//\\\\}", "${x All \\{/} -> \\{\\}}"),
        ("${x/#a/}", "${x Prefix a -> }"),
        ("${x/%a/b}", "${x Suffix a -> b}"),
        ("${1:0:1}", "${1 :0:1}"),
        ("${a[@]:1:$n}", "${a[@] :1:${n}}"),
        ("${a[$i]}", "${a[${i}]}"),
        ("${#a[@]}", "${a[@] len}"),
        ("${!x}", "${!x}"),
        ("${!x:-y}", "${!x :- y}"),
        ("${!x@}", "${!x other}"),
        ("${!a[@]}", "${!a[@] other}"),
        ("${x^^}", "${x upper=true all=true}"),
        ("${x,}", "${x upper=false all=false}"),
        ("${x@Q}", "${x other}"),
    ] {
        let script = read(text);
        assert_eq!(dump(&script), format!("({expected})"), "{text}");
    }
}

/// Inside of double quotes, single ones are characters.
#[test]
fn single_quotes_within_double_ones_are_text() {
    let script = read("\"${x:-'$y'}\"");
    assert_eq!(dump(&script), "(\"${x :- '${y}'}\")");
}

#[test]
fn what_is_not_closed_is_an_error_where_it_stands() {
    for (text, place) in [
        ("a ${x:-", "${x:-"),
        ("a \"${x\nb", "\"${x\nb"),
        ("a $(b", "$(b"),
        ("a `b", "`b"),
        ("a 'b", "'b"),
        ("a \"b", "\"b"),
        ("if a; then b\n", "\n"),
        ("a;; b", ";;"),
        ("a=(b", "a=(b"),
        ("x $(a;; b)", ";;"),
    ] {
        let script = read(text);
        let places: Vec<_> = script.errors.iter().map(|e| at(text, e.span)).collect();
        assert!(!places.is_empty(), "{text} is accepted");
        assert!(
            places
                .iter()
                .any(|p| p.contains(place) || place.contains(p)),
            "{text}: {places:?}"
        );
    }
}

#[test]
fn a_posix_script_may_use_what_bash_has() {
    let text = Joined::whole("[[ -f x ]] && y=(a)", 0);
    let script = parse(&text, Dialect::Posix);
    assert_eq!(dump(&script), "<[[-f x]] && (y:=(a))>");
}

/// The spans of statements and their insides, without what only ends them.
#[test]
fn spans_are_exact() {
    let text = "# top\nX=1 a \"b c\" >d ; { e; } 2>f # x\nif g; then # y\n  h && i || j; fi &\n\
                k() {\n  l <<E | m\nbody\nE\n}\n! n | o\n( p; # z\n)\ncase q in (r) s ;; *) t; esac\n";
    let script = read(text);
    assert_eq!(script.errors, []);
    let statements: Vec<_> = script.body.iter().map(|s| at(text, s.span)).collect();
    assert_eq!(
        statements,
        [
            "X=1 a \"b c\" >d",
            "{ e; } 2>f",
            "if g; then # y\n  h && i || j; fi",
            "k() {\n  l <<E | m\nbody\nE\n}",
            "! n | o",
            "( p; # z\n)",
            "case q in (r) s ;; *) t; esac",
        ]
    );
    let comments: Vec<_> = script.comments.iter().map(|c| at(text, *c)).collect();
    assert_eq!(comments, ["# top", "# x", "# y", "# z"]);
    let mut commands = Vec::new();
    each_simple(&script.body, &mut |c| commands.push(at(text, c.span)));
    assert_eq!(
        commands,
        [
            "X=1 a \"b c\" >d",
            "e",
            "g",
            "h",
            "i",
            "j",
            "l <<E",
            "m",
            "n",
            "o",
            "p",
            "s",
            "t"
        ]
    );
    let Command::Compound(case) = &script.body[6].command else {
        panic!("no compound command");
    };
    let CompoundKind::Case { arms, .. } = &case.kind else {
        panic!("no case");
    };
    let arms: Vec<_> = arms.iter().map(|arm| at(text, arm.span)).collect();
    assert_eq!(arms, ["(r) s ;;", "*) t"]);
}

#[test]
fn operators_and_functions_have_their_places() {
    let text = "function f() { a; }; b &&\n  c";
    let script = read(text);
    let Command::Function(function) = &script.body[0].command else {
        panic!("no function");
    };
    assert_eq!(at(text, function.name_span), "f");
    assert_eq!(at(text, function.span), "function f() { a; }");
    let Command::AndOr(and_or) = &script.body[1].command else {
        panic!("no list");
    };
    assert_eq!(at(text, and_or.rest[0].operator_span), "&&");
    assert_eq!(at(text, and_or.rest[0].command.span()), "c");
}

fn first_simple(script: &Script) -> std::rc::Rc<Simple> {
    let mut found = None;
    each_simple(&script.body, &mut |c| {
        found.get_or_insert_with(|| c.clone());
    });
    found.expect("a command")
}

/// A `RUN` of several lines with a comment among them, as a Dockerfile joins them.
#[test]
fn spans_lead_through_joined_lines() {
    let file = "RUN a \"$x \\\n# gone\n  \\\"y\" && \\\n# gone, too\n  b\\\nc `d \\`e\\`` <<-E\n";
    let mut text = Joined::default();
    for piece in ["a \"$x ", "  \\\"y\" && ", "  b", "c `d \\`e\\``"] {
        text.push(piece, file.find(piece).expect("a piece of the file"));
    }
    let script = parse(&text, Dialect::Posix);
    assert_eq!(dump(&script), "<(a \"${x}   \"y\") && (bc $((d $((e)))))>");
    let mut commands = Vec::new();
    each_simple(&script.body, &mut |c| commands.push(at(file, c.span)));
    assert_eq!(
        commands,
        [
            "a \"$x \\\n# gone\n  \\\"y\"",
            "b\\\nc `d \\`e\\``",
            "d \\`e\\`",
            "e"
        ]
    );
    let words: Vec<_> = first_simple(&script)
        .words
        .iter()
        .map(|w| at(file, w.span).to_owned())
        .collect();
    assert_eq!(words, ["a", "\"$x \\\n# gone\n  \\\"y\""]);
}

#[test]
fn carriage_returns_go_and_places_stay() {
    let text = "#!/bin/sh\r\na \"b\r\nc\"\r\nd\r\n";
    let script = read(text);
    assert_eq!(dump(&script), "(a \"b⏎c\"); (d)");
    let statements: Vec<_> = script.body.iter().map(|s| at(text, s.span)).collect();
    assert_eq!(statements, ["a \"b\r\nc\"", "d"]);
    assert_eq!(at(text, script.comments[0]), "#!/bin/sh");
}

/// Parts stand where they say, escapes or not: a rewriter edits by them.
#[test]
fn parts_have_their_places() {
    let text = "a \"\\\"$x\\\" ${y:-\\\"z} é\\\\\" b\\ $c 'd'";
    let script = read(text);
    let command = first_simple(&script);
    let WordPart::DoubleQuoted { parts, .. } = &command.words[1].parts[0] else {
        panic!("no quotes");
    };
    let inside: Vec<_> = parts.iter().map(|p| at(text, p.span())).collect();
    assert_eq!(
        inside,
        ["\\\"", "$x", "\\\"", " ", "${y:-\\\"z}", " é", "\\\\"]
    );
    let outside: Vec<_> = command.words[2]
        .parts
        .iter()
        .map(|p| at(text, p.span()))
        .collect();
    assert_eq!(outside, ["b", "\\ ", "$c"]);
    assert_eq!(word(&command.words[3]), "'d'");
}

/// In a thread of the usual size, whatever the depth: an error, not a crash.
#[test]
fn deep_nesting_is_an_error() {
    let deep = |open: &str, close: &str| {
        let n = 3_000;
        format!("a {}b{}", open.repeat(n), close.repeat(n))
    };
    for text in [
        deep("$(", ")"),
        deep("\"$(a ", ")\""),
        deep("\"\\\"$(a ", ")\""),
        deep("; (", ")"),
        deep("; if a; then ", "; fi"),
        deep("; { ", "; }"),
        deep("; [[ ! ( ", " ) ]]"),
    ] {
        let script = read(&text);
        assert!(!script.errors.is_empty(), "{}", &text[..20]);
    }
    // Too many for shuck to take them for expansions, but no crash.
    read(&deep("${x:-", "}"));
    read(&deep("`", "`"));
    // What people write is far from it.
    let nested = format!("{}b{}", "if a; then ".repeat(20), "; fi".repeat(20));
    assert_eq!(read(&nested).errors, []);
    let nested = format!("{}b{}", "\"\\\"$(a ".repeat(6), ")\"".repeat(6));
    assert_eq!(read(&nested).errors, []);
}

#[test]
fn long_scripts_take_no_more_than_their_time() {
    let script = read(&"{ a \"\\\"$x\"; }\n".repeat(3_000));
    assert_eq!(script.errors, []);
    assert_eq!(script.body.len(), 3_000);
}
