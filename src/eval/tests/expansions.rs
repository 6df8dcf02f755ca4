//! Parameters, words, quotes and substitutions.

use super::{System, check};

#[test]
fn parameters_expand_as_in_the_shell() {
    check(&[
        (
            "a ${x:-y} ${x-z} \"${PORT:-1}\" ${x:+n} ${PORT:+p} \"${x:+n}\"",
            "",
            "always a y z 8080 p ",
        ),
        (
            "a ${x:=y} $x; x=; b \"${x-q}\" ${x:-r}",
            "",
            "always a y y\nalways b  r",
        ),
        (
            "a ${1%%.*} ${1%.*} ${1##*/} ${1#*/}",
            "x/b.c.d",
            "always a x/b x/b.c b.c.d b.c.d",
        ),
        (
            "a ${1/o/0} ${1//o/0} ${1/#f/F} ${1/%o/O} ${1//o}",
            "foo",
            "always a f0o f00 Foo foO f",
        ),
        (
            "a ${1^^} ${1^} ${2,,} ${#1}",
            "abc DEF",
            "always a ABC Abc def 3",
        ),
        (
            "a ${1:1} ${1:0:1} ${1:1:1} ${1: -2} ${1:1:-1}",
            "abcd",
            "always a bcd a b cd bc",
        ),
        (
            "v=PORT; a ${!v}; n=2; b ${!n} ${!#}",
            "x y z",
            "always a 8080\nalways b y z",
        ),
        ("a ${1+\"$@\"}", "x y", "always a x y"),
        (
            "a ${x+\"$@\"}; x=; b ${x+\"$@\"} ${x:+\"$@\"}",
            "1 2",
            "always a\nalways b 1 2",
        ),
        ("a ${PORT:+--port \"$PORT\"}", "", "always a --port 8080"),
        (
            "a ${@:2} ; b \"${@:2:1}\"; c \"${@: -1}\"; d \"${@:1:1}\"",
            "x y z",
            "always a y z\nalways b y\nalways c z\nalways d x",
        ),
        ("a $# \"$*\" ${#@} ${#}", "x yy", "always a 2 x yy 2 2"),
        ("a \"${1-}\" \"${2-}\" $3", "x", "always a x "),
        ("a ${10} $10", "1 2 3 4 5 6 7 8 9 ten", "always a ten 10"),
        (
            "x=ab; a \"${x:0:9223372036854775807}\" \"${x:1:9223372036854775807}\" ${x: -9223372036854775807}",
            "",
            "always a ab b",
        ),
        ("a $((1 + 2 * PORT)) $(( $# + 1 ))", "x", "always a 16161 2"),
        ("a ~/x ~ 'x~' b~", "", "always a …/x … x~ b~"),
        (
            "HOME=/h; a ~/x ~; y=~/z; b $y \"~\"",
            "",
            "always a /h/x /h\nalways b /h/z ~",
        ),
        ("a $(( RANDOM % 10 ))", "", "always a …"),
    ]);
}

#[test]
fn words_split_and_quotes_keep_together() {
    check(&[
        (
            "x='a b'; for w in $x \"$x\" '$x'; do c \"$w\"; done",
            "",
            "always c a\nalways c b\nalways c a b\nalways c $x",
        ),
        (
            "x='a b'; for w in 1$x'2'\"3\"; do c \"$w\"; done",
            "",
            "always c 1a\nalways c b23",
        ),
        (
            "for w in \"p$@s\"; do c \"$w\"; done",
            "1 2",
            "always c p1\nalways c 2s",
        ),
        (
            "set -- \"a b\" c; for w in \"$@\"; do x \"$w\"; done; for w in $@; do y \"$w\"; done; for w in \"$*\"; do z \"$w\"; done",
            "",
            "always x a b\nalways x c\nalways y a\nalways y b\nalways y c\nalways z a b c",
        ),
        (
            "x=; for w in $x \"$x\" ''; do c \"[$w]\"; done",
            "",
            "always c []\nalways c []",
        ),
        (
            "a \"it's \\\"q\\\" \\$x\" 'say \"x\"' a\\ b $'t\\tn'",
            "",
            "always a it's \"q\" $x say \"x\" a b t\tn",
        ),
        (
            "set -- ''; [ $# = 1 ] && a; set -- $nothing; [ $# = 0 ] && b; set -- \"$@\"; [ $# = 0 ] && c",
            "",
            "always a\nalways b\nalways c",
        ),
        (
            "x='a  b'; y=$x; c \"$y\"; export Z=$x; d \"$Z\"; f() { local q=$x; e \"$q\"; }; f",
            "",
            "always c a  b\nalways d a  b\nalways e a  b",
        ),
        (
            "IFS=,; x=a,b; set -- $x; [ $# = 2 ] && c; d",
            "",
            "always c\nalways d",
        ),
        ("IFS=:; set -- a b; c \"$*\"", "", "always c a:b"),
    ]);
}

#[test]
fn arrays_are_lists_of_words() {
    check(&[
        (
            "a=(x 'y z'); a+=(w); c \"${a[@]}\" ${#a[@]} \"${a[1]}\" ${a[-1]} ${a[0]}",
            "",
            "always c x y z w 3 y z w x",
        ),
        (
            "a=(); a+=(--port \"$PORT\"); exec server \"${a[@]}\"",
            "",
            "always server --port 8080",
        ),
        (
            "a=(1 2 3); c \"${a[@]:1}\"; d \"${a[@]:0:2}\"; e \"${a[*]}\"; set -- \"${a[@]}\" 4; f \"$@\"",
            "",
            "always c 2 3\nalways d 1 2\nalways e 1 2 3\nalways f 1 2 3 4",
        ),
        (
            "declare -a a=(x y); b \"${a[@]}\"; f() { local -a l=(p); l+=(q); c \"${l[@]}\"; }; f; d \"${l[@]}\"",
            "",
            "always b x y\nalways c p q\nalways d",
        ),
        (
            "declare -A m=([k]=v); m[x]=y; c \"${m[x]}\"; for k in \"${!m[@]}\"; do d $k; done; e",
            "",
            "always c y\nmaybe d …\nalways e",
        ),
        ("a[0]=x; a[1]=y; c \"${a[@]}\"", "", "always c x y"),
        (
            "if grep -q a b; then a=(x); else a=(y z); fi; a+=(w); c \"${a[@]}\"",
            "",
            "always grep -q a b\nmaybe c x w\nmaybe c y z w",
        ),
        (
            "mapfile -t l < f; c \"${l[@]}\"; read -r -a m; d \"${m[@]}\"; for x in \"${l[@]}\"; do e; done; g",
            "",
            "always c …\nalways d …\nmaybe e\nalways g",
        ),
        ("a=(x y); unset 'a[0]'; c \"${a[@]}\"", "", "always c …"),
        (
            "a=(\"$@\"); c \"${a[@]/o/0}\" \"${a[@]#f}\"",
            "foo bar",
            "always c f0o bar oo bar",
        ),
    ]);
}

#[test]
fn what_known_commands_print_is_known() {
    check(&[
        (
            "a $(basename /x/y.sh .sh) $(dirname /x/y) $(basename $0) $(dirname \"$0\")",
            "",
            "always basename /x/y.sh .sh\nalways dirname /x/y\nalways basename /entry.sh\nalways dirname /entry.sh\nalways a y /x entry.sh /",
        ),
        (
            "a $(echo x y) `echo z` $(printf '%s' q) \"$(printf 'w\\n')\" $(printf '%s-%s' 1 2) \"$(printf '%d%%' 5)\"",
            "",
            "always a x y z q w 1-2 5%",
        ),
        (
            "a $(pwd) $PWD; cd /x; b $(pwd) $PWD; cd y; c $PWD; d \"$(cd .. && pwd)\" $PWD",
            "",
            "always a /data /data\nalways b /x /x\nalways c /x/y\nalways d /x /x/y",
        ),
        (
            "a $(readlink -f ./x) $(umask)",
            "",
            "always readlink -f ./x\nalways a /data/x 0022",
        ),
        (
            "x=$(cat /missing); a \"$x\"; y=\"$(hostname -f)z\"; b \"$y\"",
            "",
            "always cat /missing\nalways a …\nalways hostname -f\nalways b …z",
        ),
        (
            "a \"$(echo -n x)y\" \"$(echo 'p\\nq')\" \"$(echo -ne 'x')\" $(echo one >&2)",
            "",
            "always a xy … x",
        ),
        (
            "printf -v x '%s:%s' a b; c \"$x\"; printf -v y \"%q\" z; d \"$y\"",
            "",
            "always c a:b\nalways d …",
        ),
        (
            "x=$(f() { echo in; }; f); a $x; a $(b=1; echo $b)$b",
            "",
            "always a in\nalways a 1",
        ),
        ("x=$({ echo hidden; } >&2); a \"[$x]\"", "", "always a []"),
        (
            "x=$(if grep -q a b; then echo p; else echo q; fi); a $x",
            "",
            "always grep -q a b\nalways a …",
        ),
        ("x=$(< /etc/conf); a \"$x\"", "", "always a …"),
        (
            "cat <<EOF\n$PORT\nEOF\nx=$(cat <<-'END'\n\thi\n\tEND\n); a \"$x\"",
            "",
            "always cat\nalways cat\nalways a hi",
        ),
    ]);
}

#[test]
fn directories_are_followed() {
    check(&[
        (
            "pushd /x >/dev/null; a $PWD; popd; b $PWD",
            "",
            "always a /x\nalways b /data",
        ),
        (
            "cd -P -- /y; a $PWD; (cd /z; b $PWD); c $PWD; cd \"$(hostname)\"; d $PWD",
            "",
            "always a /y\nalways b /z\nalways c /y\nalways hostname\nalways d …",
        ),
    ]);
}

#[test]
fn patterns_name_the_files_that_are_known() {
    let found = System::new("for f in /d/*.sh; do a \"$f\"; done; b /d/*.txt; c /other/*; cd /d; e *.sh; f /*.sh; g \"$(hostname)\"/*; h '/d/*'")
        .with("/d/1.sh", "")
        .with("/d/2.sh", "")
        .account("");
    assert_eq!(
        found,
        "always a /d/1.sh\nalways a /d/2.sh\nalways b /d/*.txt\nalways c /other/…\nalways e 1.sh 2.sh\nalways f /entry.sh\nalways hostname\nalways g …\nalways h /d/*"
    );
}

#[test]
fn what_a_file_holds_is_known() {
    let found = System::new("a \"$(cat /f)\" \"$(< /f)\"")
        .with("/f", "text\n")
        .account("");
    assert_eq!(found, "always cat /f\nalways a text text");
}
