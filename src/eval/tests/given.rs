//! Variables that nobody sets: what only happens with them, and what does not go without them.

use super::{System, check};

#[test]
fn what_needs_an_optional_variable_says_so() {
    check(&[
        (
            "if [ -n \"$X\" ]; then a $X; fi; b",
            "",
            "given:X a …\nalways b",
        ),
        (
            "[ \"$X\" ] && a; [ -z \"$X\" ] && b; c",
            "",
            "given:X a\nalways b\nalways c",
        ),
        (
            "if [[ -v X ]]; then a; fi; if [ \"${Y+x}\" ]; then b; fi; c",
            "",
            "given:X a\ngiven:Y b\nalways c",
        ),
        (
            "if [ \"$X\" = 1 ]; then a; fi; b",
            "",
            "given:X a\nalways b",
        ),
        (
            "case \"$X\" in '') a ;; *) b ;; esac; c",
            "",
            "always a\ngiven:X b\nalways c",
        ),
        (
            "if [ -n \"$X\" ] && [ -n \"$Y\" ]; then a; fi; b",
            "",
            "given:X,Y a\nalways b",
        ),
        (
            "a ${X:+--x \"$X\"}; b \"${X:-d}\"",
            "",
            "always a\nalways b d",
        ),
        (
            "exec sh -c '[ \"$X\" ] && a; b'",
            "",
            "always sh -c [ \"$X\" ] && a; b\ngiven:X a\nalways b",
        ),
        ("( [ \"$X\" ] && a ); b", "", "given:X a\nalways b"),
        (
            "x=$(if [ \"$X\" ]; then a; fi); b",
            "",
            "given:X a\nalways b",
        ),
    ]);
}

#[test]
fn what_ends_the_script_without_it_is_required() {
    check(&[
        // What ends there is a process of its own.
        (
            "set -u\na | while read -r l; do b $x; c; done\nd",
            "",
            "always a\nalways d",
        ),
        (
            "set -e\nneeds() {\n  if [ \"$M\" = x ]; then\n    D=\n  elif [ -z \"$D\" ]; then\n    \
             return 1\n  fi\n}\nneeds\nb",
            "",
            "always b\nrequired: D",
        ),
        (
            ": \"${X:?must be set}\"\na \"$X\"",
            "",
            "always a $X\nrequired: X",
        ),
        (
            "if [ -z \"$X\" ]; then echo no >&2; exit 1; fi\na",
            "",
            "always a\nrequired: X",
        ),
        (
            "[ -z \"$A\" -a -z \"$B\" ] && exit 1\na",
            "",
            "always a\nrequired: A",
        ),
        (
            "[ -n \"$X\" ] || { echo no; exit 1; }\na",
            "",
            "always a\nrequired: X",
        ),
        (
            "set -u\na $X ${Y:-1} ${Z-} \"$@\"",
            "",
            "always a … 1\nrequired: X",
        ),
        (
            "f() { local v=$1; if [ -z \"${!v:-}\" ]; then exit 1; fi; }\nf X; a",
            "",
            "always a\nrequired: X",
        ),
        (
            "case \"$X\" in '') exit 1 ;; esac; a",
            "",
            "always a\nrequired: X",
        ),
        (
            "if [ \"$USE\" ]; then : \"${X:?}\"; a; fi; b",
            "",
            "given:USE a\nalways b",
        ),
        ("a \"${1:?usage}\"; b", "", ""),
        (
            "[ -n \"$X\" ] && a; grep q f || exit 1; exit 1",
            "",
            "given:X a\nalways grep q f",
        ),
    ]);
}

#[test]
fn a_variable_that_a_script_makes_empty_first_is_required_all_the_same() {
    let script = "file_env() {\n local var=\"$1\"\n local fileVar=\"${var}_FILE\"\n local def=\"${2:-}\"\n if [ \"${!var:-}\" ] && [ \"${!fileVar:-}\" ]; then exit 1; fi\n local val=\"$def\"\n if [ \"${!var:-}\" ]; then val=\"${!var}\"; elif [ \"${!fileVar:-}\" ]; then val=\"$(< \"${!fileVar}\")\"; fi\n export \"$var\"=\"$val\"\n unset \"$fileVar\"\n}\nfile_env PW\nif [ -z \"$PW\" ]; then exit 1; fi\na\n";
    let found = System::new(script).account("");
    assert_eq!(found, "always a\nrequired: PW");
}

#[test]
fn what_is_noted_down_for_want_of_a_variable_decides_later() {
    check(&[
        (
            "e=0; if [ -z \"$X\" ]; then echo no; e=1; fi; [ $e -eq 0 ] || exit $e; a",
            "",
            "always a\nrequired: X",
        ),
        (
            "set -e\nv() { local e=0; f() { e=1; }; [[ -z $X ]] && f; return $e; }\nv\na",
            "",
            "always a\nrequired: X",
        ),
        (
            "e=0; [ \"$X\" ] || e=1; if (( e )); then exit 1; fi; a",
            "",
            "always a\nrequired: X",
        ),
        (
            "[ \"$X\" ] || m=plain; case $m in plain) exit 1 ;; esac; a",
            "",
            "always a\nrequired: X",
        ),
    ]);
}

#[test]
fn what_nobody_knows_does_not_ask_for_what_is_missing_around_it() {
    check(&[
        (
            "M=${M:-x}; if [ $M = x ]; then grep -q q f || exit 1; fi; a",
            "",
            "always grep -q q f\nalways a",
        ),
        (
            "[ \"$P\" ] || p=80; if ! grep $p f; then exit 1; fi; a",
            "",
            "always grep 80 f\ngiven:P grep f\nalways a",
        ),
    ]);
}

#[test]
fn loops_over_what_may_be_given_leave_time_for_what_must_be() {
    let mut script = "names=(".to_owned();
    for number in 0..120 {
        script += &format!(" N{number}");
    }
    script += " )\nfor n in \"${names[@]}\"; do\n f=\"${n}_FILE\"\n if [[ -n \"${!f:-}\" ]]; then\n  export \"$n=$(< \"${!f}\")\"; unset \"$f\"\n fi\ndone\n";
    for number in 0..120 {
        script += &format!("export N{number}=\"${{N{number}:-}}\"\n");
    }
    script += "e=0\nif [[ -z \"$N7\" ]]; then e=1; fi\n[[ $e -eq 0 ]] || exit $e\nserve";
    let mut system = System::new(&format!("#!/bin/bash\n{script}"));
    let trace = system.start("/entry.sh");
    let names: Vec<&str> = trace.required.iter().map(|name| &**name).collect();
    assert_eq!(names, ["N7"]);
    let last = trace.steps().last().map(|step| step.texts());
    assert_eq!(last, Some(vec![Some("serve".to_owned())]));
}

#[test]
fn a_build_asks_for_nothing() {
    let found = System::new("[ -z \"$X\" ] && exit 0; a")
        .trusting()
        .account("");
    assert_eq!(found, "");
}
