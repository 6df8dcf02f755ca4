//! Which lines change, and how they look then.

use super::*;

#[test]
fn lines_of_a_script() {
    check(&[
        ("a\n\tchown x # why\nb\n", "a\nb\n"),
        ("a\n# why\nchown x\nb\n", "a\n# why\nb\n"),
        ("a\r\nchown x\r\nb\r\n", "a\r\nb\r\n"),
        ("a\nchown \\\n\tx \\\n\ty\nb\n", "a\nb\n"),
        ("a\nchown x", "a\n"),
        ("a;\nchown x;\nb\n", "a;\nb\n"),
        ("a\nchown x; b\n", "a\nb\n"),
        ("a; chown x # why\nb\n", "a # why\nb\n"),
        (
            "if [ a ]; then chown x\n\tb\nfi\n",
            "if [ a ]; then\n\tb\nfi\n",
        ),
        ("a\nchown x\n# between\nchown y\nb\n", "a\n# between\nb\n"),
        (
            "if [ a ]; then\n\tb\n\n\tchown x\n\t# c\nfi\n",
            "if [ a ]; then\n\tb\n\n\t# c\nfi\n",
        ),
        (
            "if [ a ]; then\n\tb\nelse\n\t# why\n\tchown x\nfi\nc\n",
            "if [ a ]; then\n\tb\nfi\nc\n",
        ),
        ("a && \\\n\tchown x && \\\n\tb\n", "a && \\\n\tb\n"),
        ("a &&\n\tchown x\nb\n", "a\nb\n"),
        ("a \\\n\t&& chown x\nb\n", "a\nb\n"),
        ("a \\\n\t&& chown x # why\nb\n", "a\nb\n"),
        ("chown x \\\n\t&& b\n", "b\n"),
        ("chown x &&\n# why\nb\n", "# why\nb\n"),
        ("chown x && # why\n\tb\n", "# why\n\tb\n"),
        ("a && # why\n\tchown x\nb\n", "a # why\nb\n"),
        ("a &&\n\t# why\n\tchown x\nb\n", "a\n\t# why\nb\n"),
        ("a &&\n\t# why\n\tchown x; b\n", "a\n\t# why\n\tb\n"),
        ("a ||\n\tchown x &&\n\tb\n", "a &&\n\tb\n"),
        ("a || chown x &&\n\tb\n", "a &&\n\tb\n"),
    ]);
}

#[test]
fn here_documents_go_with_their_command() {
    check(&[
        ("a\nchown x <<EOF\nbody\nEOF\nb\n", "a\nb\n"),
        ("a; chown x <<-'EOF'; b\n\tbody\n\tEOF\nc\n", "a; b\nc\n"),
        (
            "cat <<A && chown x <<B\na\nA\nb\nB\nc\n",
            "cat <<A\na\nA\nc\n",
        ),
        (
            "chown x <<A; cat <<B\na\nA\nb\nB\nc\n",
            "cat <<B\nb\nB\nc\n",
        ),
        ("cat <<A &&\na\nA\nchown x\nb\n", "cat <<A\na\nA\nb\n"),
        ("cat <<A &&\na\nA\nchown x; b\n", "cat <<A\na\nA\nb\n"),
        ("cat <<A; chown x\na\nA\nchown y\nb\n", "cat <<A\na\nA\nb\n"),
        ("{ cat <<A\na\nA\nchown x; }\n", "{ cat <<A\na\nA\n}\n"),
        ("if [ a ]; then\n\tchown x <<A\na\nA\nfi\nb\n", "b\n"),
        (
            "if a; then\n\tchown x <<A\na\nA\nfi\nb\n",
            "if a; then\n\t:\nfi\nb\n",
        ),
        ("a\r\nchown x <<EOF\r\nbody\r\nEOF\r\nb\r\n", "a\r\nb\r\n"),
    ]);
}

#[test]
fn lines_of_a_run() {
    check(&[
        ("RUN a \\\n\t&& chown x \\\n\t&& b\n", "RUN a \\\n\t&& b\n"),
        ("RUN a \\\n\t&& b \\\n\t&& chown x\n", "RUN a \\\n\t&& b\n"),
        (
            "RUN a && \\\n    chown x && \\\n    b\n",
            "RUN a && \\\n    b\n",
        ),
        (
            "RUN a && \\\n    b && \\\n    chown x\nUSER y\n",
            "RUN a && \\\n    b\nUSER y\n",
        ),
        ("RUN chown x && \\\n    b\n", "RUN b\n"),
        ("RUN chown x \\\n\t&& b\n", "RUN b\n"),
        ("RUN mkdir /data && chown x /data\n", "RUN mkdir /data\n"),
        (
            "RUN set -eux; \\\n\tchown x; \\\n\tb; \\\n\tchown y\n",
            "RUN set -eux; \\\n\tb\n",
        ),
        (
            "RUN set -eux; \\\n\ta; \\\n# why\n\tchown x; \\\n\t\\\n\tb\n",
            "RUN set -eux; \\\n\ta; \\\n# why\n\t\\\n\tb\n",
        ),
        (
            "RUN a; \\\n# why\n\tchown x\nUSER y\n",
            "RUN a\n# why\nUSER y\n",
        ),
        (
            "RUN a && \\\n  # why\n  chown x; \\\n  b\n",
            "RUN a; \\\n  # why\n  b\n",
        ),
        ("RUN a; \\\n\t\\\n\tchown x\n", "RUN a\n"),
        ("RUN chown x; \\\n\tb\n", "RUN b\n"),
        ("RUN chown x; \\\n# why\n\tb\n", "RUN \\\n# why\n\tb\n"),
        ("RUN chown x \\\n# why\n\t&& b\n", "RUN \\\n# why\n\tb\n"),
        (
            "RUN a \\\n\t&& chown x \\\n# why\n\t&& chown y \\\n\t&& b\n",
            "RUN a \\\n# why\n\t&& b\n",
        ),
        ("RUN a && chown x \\\n\t&& b\n", "RUN a \\\n\t&& b\n"),
        ("RUN a \\\n\t&& chown x && b\n", "RUN a \\\n\t&& b\n"),
        ("RUN a && \\\n    chown x && b\n", "RUN a && \\\n    b\n"),
        ("RUN a \\\n\t&& chown x; \\\n\tb\n", "RUN a; \\\n\tb\n"),
        (
            "RUN a; \\\n\tchown -R x \\\n\t\t/data \\\n\t\t/log \\\n\t; \\\n\tb\n",
            "RUN a; \\\n\tb\n",
        ),
        (
            "RUN a; \\\n\tif [ x ]; then \\\n\t\tchown x; \\\n\tfi; \\\n\tb\n",
            "RUN a; \\\n\tb\n",
        ),
        (
            "RUN a; \\\n\tif x; then \\\n\t\tchown x; \\\n\t\tchown y; \\\n\tfi; \\\n\tb\n",
            "RUN a; \\\n\tif x; then \\\n\t\t:; \\\n\tfi; \\\n\tb\n",
        ),
        (
            "RUN a; \\\n\tif [ x ]; then \\\n\t\tb; \\\n\telse \\\n\t\tchown x; \\\n\tfi; \\\n\tc\n",
            "RUN a; \\\n\tif [ x ]; then \\\n\t\tb; \\\n\tfi; \\\n\tc\n",
        ),
        (
            "RUN a; \\\n\tcase $x in \\\n\t\ty) chown x ;; \\\n\t\tz) b; chown x ;; \\\n\tesac\n",
            "RUN a; \\\n\tcase $x in \\\n\t\ty) : ;; \\\n\t\tz) b ;; \\\n\tesac\n",
        ),
        (
            "RUN a; \\\n\t( \\\n\t\tb; \\\n\t\tchown x \\\n\t); \\\n\tc\n",
            "RUN a; \\\n\t( \\\n\t\tb; \\\n\t); \\\n\tc\n",
        ),
        (
            "RUN a \\\r\n\t&& chown x \\\r\n\t&& b\r\n",
            "RUN a \\\r\n\t&& b\r\n",
        ),
        (
            "RUN a \\\r\n\t&& chown x\r\nUSER y\r\n",
            "RUN a\r\nUSER y\r\n",
        ),
        ("RUN a \\  \n\t&& chown x\n", "RUN a\n"),
        ("RUN a && chown x", "RUN a"),
        ("RUN a; chown x;\n", "RUN a;\n"),
    ]);
}

#[test]
fn accounts_of_a_run() {
    let text = "FROM debian\nRUN groupadd -r redis && useradd -r -g redis redis && mkdir /data\n";
    assert_eq!(
        without(text, "groupadd").as_deref(),
        Some("FROM debian\nRUN useradd -r -g redis redis && mkdir /data\n")
    );
    let text = "FROM debian\nRUN set -eux; \\\n\tgroupadd x; \\\n\tuseradd y; \\\n\tmkdir /data\n";
    assert_eq!(
        without(text, "useradd").as_deref(),
        Some("FROM debian\nRUN set -eux; \\\n\tgroupadd x; \\\n\tmkdir /data\n")
    );
}

/// An entrypoint as many images have it, in which each command goes in its turn.
#[test]
fn whatever_goes_the_rest_can_be_read() {
    let texts = [
        "#!/bin/bash\nset -eo pipefail\n\n# if command starts with an option\nif [ \"${1:0:1}\" = '-' ]; then\n\tset -- server \"$@\"\nfi\n\nif [ \"$1\" = 'server' ] && [ \"$(id -u)\" = '0' ]; then\n\tmkdir -p \"$DIR\"\n\tchown -R server \"$DIR\" || :\n\tfind . \\! -user server -exec chown server '{}' +\n\texec gosu server \"$BASH_SOURCE\" \"$@\"\nfi\n\ninit() {\n\tlocal f; f=\"$(mktemp)\"\n\tcat > \"$f\" <<-EOF\n\t\tport $PORT\n\tEOF\n\tfor f in /init.d/*; do\n\t\tcase \"$f\" in\n\t\t\t*.sh) echo \"$f\"; . \"$f\" ;;\n\t\t\t*)    echo \"ignored\" ;;\n\t\tesac\n\tdone\n}\n\ninit || { echo >&2 no; exit 1; }\nexec \"$@\"\n",
        "FROM debian\nRUN set -eux; \\\n\tsaved=\"$(apt-mark showmanual)\"; \\\n\tapt-get update; \\\n\tapt-get install -y \\\n# for the key\n\t\tgnupg \\\n\t; \\\n\t\\\n\tif [ -n \"$x\" ]; then \\\n\t\tmake; \\\n\telse \\\n\t\tmake x; \\\n\tfi; \\\n\t( cd /src && make ) || exit 1; \\\n# last\n\tfind / -type f \\\n\t\t| sort \\\n\t\t| xargs rm \\\n\t; \\\n\tserver --version\nUSER x\n",
        "FROM debian\nRUN a='b' \\\n  && set -x && apt-get update && \\\n  # why\n  apt-get install x \\\n  && { echo a; \\\n     echo b; } > /etc/c \\\n  && chown x y; rm -rf z\n",
    ];
    for text in texts {
        let (script, continuation) = read(text);
        assert!(script.errors.is_empty(), "{:?}", script.errors);
        let mut all = Vec::new();
        each_simple(&script.body, &mut |simple| all.push(Rc::clone(simple)));
        let kept = |script: &Script, text: &str| {
            let mut words = Vec::new();
            each_simple(&script.body, &mut |s| {
                words.push(text[s.span.range()].to_owned())
            });
            words
        };
        let mut gone = 0;
        for pair in all.windows(2).chain(all.chunks(1)) {
            let shell = shell_text(text, &script, continuation);
            let Some(Dropped::Edits(edits)) = drop_commands(&shell, pair) else {
                continue;
            };
            gone += 1;
            let after = apply(text, &edits);
            let (left, _) = read(&after);
            assert!(left.errors.is_empty(), "{after}\n{:?}", left.errors);
            let (before, left) = (kept(&script, text), kept(&left, &after));
            assert!(left.len() < before.len() + pair.len(), "{after}");
            let strange = left.iter().find(|s| !before.contains(s) && *s != ":");
            assert_eq!(strange, None, "{after}");
        }
        assert!(gone > all.len() / 2, "{gone} of {}", all.len());
    }
}
