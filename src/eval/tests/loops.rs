//! Loops.

use super::{System, check};

#[test]
fn loops_over_known_things_run_round_by_round() {
    check(&[
        (
            "for x in 1 2; do a $x; done; b $x",
            "",
            "always a 1\nalways a 2\nalways b 2",
        ),
        (
            "for arg; do a $arg; done; for arg do b $arg; done",
            "x y",
            "always a x\nalways a y\nalways b x\nalways b y",
        ),
        (
            "for ((i = 0; i < 3; i++)); do a $i; done; b $i",
            "",
            "always a 0\nalways a 1\nalways a 2\nalways b 3",
        ),
        (
            "while [ $# -gt 0 ]; do case \"$1\" in -p) p=$2; shift 2 ;; --) shift; break ;; *) o=\"$o $1\"; shift ;; esac; done; a $p $o \"$@\"",
            "x -p 5 y -- z",
            "always a 5 x y z",
        ),
        (
            "i=0; until [ $i -ge 2 ]; do a $i; i=$((i + 1)); done; b",
            "",
            "always a 0\nalways a 1\nalways b",
        ),
        (
            "for x in 1 2 3; do [ $x = 2 ] && continue; [ $x = 3 ] && break; a $x; done; b",
            "",
            "always a 1\nalways b",
        ),
        (
            "for x in 1 2; do for y in 1 2; do [ $y = 2 ] && continue 2; a $x$y; done; never; done; b",
            "",
            "always a 11\nalways a 21\nalways b",
        ),
        (
            "for x in 1 2; do for y in 1 2; do break 2; done; done; b $x$y",
            "",
            "always b 11",
        ),
        (
            "while [ \"${1#-}\" != \"$1\" ]; do shift; done; exec \"$@\"",
            "-a -b c",
            "always c",
        ),
        (
            "for x in 1 2 3; do [ $x = 2 ] && exec a; done; b",
            "",
            "always a",
        ),
        (
            "while true; do a; sleep 1; done; never",
            "",
            "always a\nalways sleep 1",
        ),
        ("for x in; do a; done; b", "", "always b"),
        (
            "shift 5; a \"$@\"; shift; b \"$@\"; shift || c",
            "x",
            "always a x\nalways b\nalways c",
        ),
        ("shift 2 || exit 1; a", "x", ""),
    ]);
}

#[test]
fn loops_that_wait_for_something_come_to_an_end() {
    check(&[
        (
            "until nc -z db 1; do sleep 1; done; exec a",
            "",
            "always nc -z db 1\nmaybe sleep 1\nalways a",
        ),
        (
            "while ! nc -z db 1; do sleep 1; done; exec a",
            "",
            "always nc -z db 1\nmaybe sleep 1\nalways a",
        ),
        (
            "while true; do nc -z db 1 && break; b; done; exec a",
            "",
            "always nc -z db 1\nmaybe b\nalways a",
        ),
        (
            "while :; do if nc -z db 1; then exec a; fi; b; done",
            "",
            "always nc -z db 1\nmaybe a\nmaybe b",
        ),
        (
            "for f in $(ls); do a \"$f\"; done; b",
            "",
            "always ls\nmaybe a …\nalways b",
        ),
        (
            "while read -r x; do a \"$x\"; done < f; b",
            "",
            "maybe a …\nalways b",
        ),
        (
            "cat f | while IFS= read -r x; do a \"$x\"; done; b",
            "",
            "always cat f\nmaybe a …\nalways b",
        ),
        (
            "while IFS='=' read -r k v; do export \"$k=$v\"; done < <(env); b $PORT",
            "",
            "always env\nalways b 8080",
        ),
        (
            "while getopts 'p:v' o; do case $o in p) port=$OPTARG ;; v) v=1 ;; *) exit 1 ;; esac; done; shift $((OPTIND - 1)); a",
            "-p 5",
            "always a",
        ),
        (
            "n=0; until nc -z db 1; do n=$((n + 1)); [ $n -gt 3 ] && exit 1; done; a",
            "",
            "always nc -z db 1\nalways a",
        ),
    ]);
}

#[test]
fn a_build_goes_on_behind_a_loop_that_reads() {
    let found = System::new("while read x; do a; done < f\nb")
        .trusting()
        .account("");
    assert_eq!(found, "always a\nalways b");
    let found = System::new("until nc -z db 1; do a; done\nb")
        .trusting()
        .account("");
    assert_eq!(found, "always nc -z db 1\nalways b");
}
