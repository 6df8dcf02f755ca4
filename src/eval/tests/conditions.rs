//! Conditions: true, false, or not known.

use super::{System, check};

#[test]
fn known_conditions_decide() {
    check(&[
        (
            "if [ \"$(id -u)\" = '0' ]; then a; else b; fi",
            "",
            "always id -u\nalways b",
        ),
        (
            "[ \"$(whoami)\" = vcap ] && a",
            "",
            "always whoami\nalways a",
        ),
        (
            "if [ \"${1#-}\" != \"$1\" ]; then set -- redis-server \"$@\"; fi\nexec \"$@\"",
            "--port 1",
            "always redis-server --port 1",
        ),
        (
            "if [ \"${1:0:1}\" = '-' ]; then set -- mysqld \"$@\"; fi\nexec \"$@\"",
            "-x",
            "always mysqld -x",
        ),
        (
            "if [ \"${1#-}\" != \"$1\" ] || [ \"${1%.conf}\" != \"$1\" ]; then set -- redis-server \"$@\"; fi\nexec \"$@\"",
            "a.conf",
            "always redis-server a.conf",
        ),
        ("[[ $1 == redis* ]] && a || b", "redis-server", "always a"),
        ("[[ \"$1\" = \"redis\"* ]] && a", "redis-server", "always a"),
        ("[[ $1 == \"redis*\" ]] || b", "redis-server", "always b"),
        (
            "[ \"$1\" = x -a \"$2\" = y ] && a; [ \"$1\" = z -o \"$2\" = y ] && b; [ ! \"$1\" = x ] || c; [ ! x ] || d",
            "x y",
            "always a\nalways b\nalways c\nalways d",
        ),
        (
            "test -z \"$1\" && a; test -n \"$1\" && b; [ \"$1\" ] && c; [ ! \"$1\" ] && d",
            "",
            "always a\nalways d",
        ),
        ("[ '(' \"$1\" = x ')' ] && a", "x", "always a"),
        (
            "if (( $# > 1 )); then a; elif (( $# == 1 )); then b; else c; fi",
            "x",
            "always b",
        ),
        (
            "[ $# -eq 0 ] && set -- server; exec \"$@\"",
            "",
            "always server",
        ),
        (
            "#!/bin/bash\nif ((EUID == 0)); then a; else b; fi; (( UID )) && c",
            "",
            "always b\nalways c",
        ),
        (
            "#!/bin/bash\nif [ $EUID -ne 0 ]; then a; fi",
            "",
            "always a",
        ),
        // A plain shell has no such variable.
        (
            "if [ -n \"$UID\" ]; then a; else b; fi",
            "",
            "given:UID a\nalways b",
        ),
        ("[[ -z ${X+x} && $PORT -eq 8080 ]] && a", "", "always a"),
        ("[[ ! ( $1 == a || $1 == b ) ]] && x", "c", "always x"),
        ("[[ $x -gt 0 ]] && a; [[ $x -lt 1 ]] && b", "", "always b"),
        ("[ abc -gt 0 ] && a; b", "", "always b"),
        (
            "if [ -f /entry.sh ]; then a; fi; [ -e /missing/x ] || b; [ -d / ] && c; [ -d /entry.sh ] || d",
            "",
            "always a\nalways b\nalways c\nalways d",
        ),
        (
            "if ! false; then a; fi; if ! true; then b; fi; ! true || c",
            "",
            "always a\nalways c",
        ),
        (
            "if false; then a; elif true; then b; else c; fi",
            "",
            "always b",
        ),
        ("false\nif [ $? -ne 0 ]; then a; fi", "", "always a"),
        ("true && a || b; false && c || d", "", "always a\nalways d"),
        ("false || x=1; [ \"$x\" ] && a", "", "always a"),
    ]);
}

#[test]
fn cases_take_the_first_arm_that_matches() {
    check(&[
        ("case \"$1\" in a|b) x ;; *) y ;; esac", "b", "always x"),
        (
            "case \"$1\" in -*) x ;; esac; y",
            "--v",
            "always x\nalways y",
        ),
        (
            "case \"$1\" in [0-9]*) x ;; '*') z ;; *) y ;; esac",
            "q",
            "always y",
        ),
        (
            "case \"$1\" in a) x ;& b) y ;; c) z ;; esac",
            "a",
            "always x\nalways y",
        ),
        (
            "case \"$1\" in a*) x ;;& *b) y ;; *) z ;; esac",
            "ab",
            "always x\nalways y",
        ),
        (
            "p='re*'; case \"$1\" in $p) x ;; esac; case \"$1\" in \"$p\") y ;; *) z ;; esac",
            "redis",
            "always x\nalways z",
        ),
        (
            "case \"$(uname -s)x$1\" in *) a ;; esac; b",
            "",
            "always uname -s\nalways a\nalways b",
        ),
        (
            "case $(hostname) in a) x ;; b) y ;; *) z ;; esac; after",
            "",
            "always hostname\nmaybe x\nmaybe y\nmaybe z\nalways after",
        ),
        (
            "case \"a$(hostname)\" in b*) x ;; '') w ;; a*) y ;; *) z ;; esac",
            "",
            "always hostname\nalways y",
        ),
        ("case \"$1\" in a) ;; *) x ;; esac; y", "a", "always y"),
    ]);
}

#[test]
fn unknown_conditions_lead_both_ways_and_join_again() {
    check(&[
        (
            "if grep -q x f; then a; else b; fi\nc",
            "",
            "always grep -q x f\nmaybe a\nmaybe b\nalways c",
        ),
        (
            "if grep -q x f; then a; else a; fi",
            "",
            "always grep -q x f\nmaybe a\nmaybe a",
        ),
        (
            "grep -q x f && a; b",
            "",
            "always grep -q x f\nmaybe a\nalways b",
        ),
        (
            "grep -q x f || exit 1; b",
            "",
            "always grep -q x f\nalways b",
        ),
        (
            "if grep -q x f; then x=1; else x=2; fi; b $x; c",
            "",
            "always grep -q x f\nmaybe b 1\nmaybe b 2\nalways c",
        ),
        (
            "if grep -q x f; then exec a; fi; b",
            "",
            "always grep -q x f\nmaybe a\nmaybe b",
        ),
        (
            "if [ \"a$(hostname)\" = b ]; then x; else y; fi",
            "",
            "always hostname\nalways y",
        ),
        (
            "if [ \"ab$(hostname)\" = a ]; then x; else y; fi",
            "",
            "always hostname\nalways y",
        ),
        (
            "if [[ a$(hostname) == b* ]]; then x; else y; fi",
            "",
            "always hostname\nalways y",
        ),
        (
            "if [ \"$(hostname)\" = a -a 1 = 2 ]; then x; else y; fi",
            "",
            "always hostname\nalways y",
        ),
        (
            "[[ $1 =~ ^a(.) ]] && x \"${BASH_REMATCH[1]}\"",
            "ab",
            "always x b",
        ),
        (
            "[ -x /entry.sh ] && a; [ -w /data ] && b; [ -s /entry.sh ] && c",
            "",
            "maybe a\nmaybe b\nmaybe c",
        ),
    ]);
}

#[test]
fn set_e_ends_a_script_where_a_shell_would() {
    check(&[
        ("set -e\nfalse\na", "", ""),
        ("set -e\nfalse || true\na", "", "always a"),
        ("set -e\nfalse && b\na", "", "always a"),
        ("set -e\nif false; then b; fi\na", "", "always a"),
        ("set -e\n! true\na", "", "always a"),
        (
            "set -e\nf() { false; b; }\nf || true\na",
            "",
            "always b\nalways a",
        ),
        ("set -e\nf() { false; b; }\nf\na", "", ""),
        ("set -e\nf() { [ -n \"\" ] && b; }\nf\na", "", ""),
        ("set -e\nx=$(false)\na", "", ""),
        ("set -e\nf() { local x=$(false); b; }\nf", "", "always b"),
        ("set -e\nx=$(false) || y=1\na $y", "", "always a 1"),
        ("set -e\n(false)\na", "", ""),
        ("set -e\n{ false; } || true\na", "", "always a"),
        ("set -eo pipefail\nfalse | cat\na", "", "always cat"),
        (
            "set -eou pipefail\nb $#\nfalse | cat\na",
            "",
            "always b 0\nalways cat",
        ),
        ("set -e\nfalse | cat\na", "", "always cat\nalways a"),
        ("set -e; set +e; false; a", "", "always a"),
        ("set -o errexit; false; a", "", ""),
        ("#!/bin/sh -e\nfalse\na", "", ""),
        ("set -e\n[[ a == b ]]\na", "", ""),
        ("set -e\n(( 0 ))\na", "", ""),
        ("set -e\nf() { return 3; }\nf\na", "", ""),
        ("set -e\nwhile false; do b; done\na", "", "always a"),
        ("set -e\nfor x in 1; do false; done\na", "", ""),
    ]);
}

#[test]
fn a_script_in_a_condition_has_a_set_e_of_its_own() {
    let found = System::new("if /child.sh; then a; else b; fi")
        .with("/child.sh", "#!/bin/sh\nset -e\nfalse\nc")
        .account("");
    assert_eq!(found, "always /child.sh\nalways b");
}

#[test]
fn what_is_known_of_the_last_status_is_used() {
    check(&[
        (
            "f() { false || return $?; a; }\nif f; then b; else c; fi",
            "",
            "always c",
        ),
        ("false || exit $?\na", "", ""),
        (
            "f() { false; }\nf\ncase $? in 0) a ;; *) b ;; esac",
            "",
            "always b",
        ),
        ("(exit 3); [ $? = 3 ] && a", "", "always a"),
    ]);
}

/// A POSIX shell hands `set -e` on to a command substitution, where no condition of the shell that
/// waits for it keeps it from counting; bash does neither.
#[test]
fn a_substitution_ends_at_a_failure_only_where_its_shell_says_so() {
    let table = [
        ("set -e\nx=$(false; echo y)\na $x", "", "always a y"),
        (
            "set -e\nf() { x=$(false; echo y); }\nif f; then a $x; else b; fi",
            "always b",
            "always a y",
        ),
        (
            "set -e\nf() { x=$(false; echo y); b; }\nf || a",
            "always b",
            "always b",
        ),
        (
            "set -e\nif x=$(set +e; false; echo y); then a $x; fi",
            "always a y",
            "always a y",
        ),
        (
            "set -e\nif x=$(false || true; echo y); then a $x; fi",
            "always a y",
            "always a y",
        ),
        ("set -e\na $(false; echo y)", "always a", "always a y"),
        ("x=$(false; echo y)\na $x", "always a y", "always a y"),
    ];
    for (script, posix, bash) in table {
        for (shell, expected) in [("/bin/sh", posix), ("/bin/bash", bash)] {
            let found = System::new(&format!("#!{shell}\n{script}")).account("");
            assert_eq!(found, expected, "{shell}: {script}");
        }
    }
}
