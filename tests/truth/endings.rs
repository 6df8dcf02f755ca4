//! Starts that come to nothing: the kernel refuses a script, a script cannot be read, or it ends itself.

use super::check;

#[test]
fn what_the_kernel_refuses() {
    check(
        &[
            "not-executable",
            "bad-interpreter",
            "missing-script",
            "wrong-port",
        ],
        &[
            (
                "a script that another one starts",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh inner.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
exec /inner.sh «not-executable:error»
--- inner.sh 644
#!/bin/sh
exec redis-server «wrong-port:error»
"#,
            ),
            (
                "a shell that the base does not have",
                r#"--- Dockerfile
FROM alpine:3.20
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/bash «bad-interpreter:error»
exec redis-server «wrong-port:error»
"#,
            ),
            (
                "nothing puts it there",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server
CMD ["/start.sh"] «missing-script:error»
"#,
            ),
            (
                "who knows what a COPY brings is not known",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY --from=example/tools / /
CMD ["/start.sh"]
"#,
            ),
        ],
    );
}

#[test]
fn what_could_not_be_read_may_use_everything() {
    check(
        &["unused-account", "unused-helper"],
        &[
            (
                "its folder is above",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y gosu && useradd -r keeper
COPY docker/cache/start.sh docker/cache/conf /
ENTRYPOINT ["/start.sh"]
CMD ["redis-server"]
--- README
"#,
            ),
            (
                "it comes from a base that is not known",
                r#"--- Dockerfile
FROM example/base:1
RUN useradd -r keeper
ENTRYPOINT ["/entrypoint.sh"]
"#,
            ),
            (
                "the same, and all is read",
                r#"--- Dockerfile
FROM example/base:1
RUN useradd -r keeper «unused-account:note»
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
exec redis-server
"#,
            ),
        ],
    );
}

#[test]
fn scripts_that_end_themselves() {
    check(
        &[
            "no-command",
            "root-only-command",
            "runtime-chown",
            "signals-not-forwarded",
            "switch-user",
            "unwritable-path",
            "wrong-port",
        ],
        &[
            (
                "only root comes past a question, and what stands behind it is told",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
if [ "$(id -u)" != 0 ]; then
	echo "run it as root"
	exit 1 «root-only-command:error»
fi
exec redis-server --bind 0.0.0.0 --dir /tmp «wrong-port:error»
"#,
            ),
            (
                "a variable that must be given is another matter",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
if [ -z "$PASSWORD" ]; then
	exit 1
fi
exec redis-server --bind 0.0.0.0 --port 8080 --dir /tmp
"#,
            ),
            (
                "nothing to execute",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh
exec "$@" «no-command:error»
"#,
            ),
            (
                "no words, no start",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh
if [ $# -eq 0 ]; then
	echo "usage: start.sh COMMAND" >&2
	exit 2 «no-command:error»
fi
exec "$@"
"#,
            ),
            (
                "exec that is there for its redirections",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh
exec 2>&1
redis-server --bind 0.0.0.0 --port 8080 --dir /tmp «signals-not-forwarded:warning»
"#,
            ),
            (
                "a program has served by then",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
mytool serve --port 8080 || exit 1
exit 0
"#,
            ),
            (
                "the end of a good script",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
redis-server --bind 0.0.0.0 --port 8080 --dir /tmp «signals-not-forwarded:warning»
exit $?
"#,
            ),
            (
                "one function for every refusal",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
die() {
	echo "$1" >&2
	exit 1 «root-only-command:error»
}
[ "$(id -u)" = 0 ] || die "be root"
[ -n "$SECRET" ] || die "give a secret"
exec redis-server --bind 0.0.0.0 --port 8080 --dir /tmp
"#,
            ),
            (
                "whoever it is",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
mode=off
if [ "$mode" = off ]; then
	exit 3 «no-command:error»
fi
exec redis-server «wrong-port:error unwritable-path:error»
"#,
            ),
            (
                "whoever it is, since a folder is not there: what stands behind it is told",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
if [ ! -d /data ]; then
	echo "mount a volume on /data" >&2
	exit 1 «no-command:error»
fi
chown -R app /data «runtime-chown:error»
exec gosu app redis-server --port 8080 --bind 0.0.0.0 --dir /tmp «switch-user:error»
"#,
            ),
            (
                "whoever it is, without a condition: nothing behind it is ever reached",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
echo "only a base image"
exit 1 «no-command:error»
chown -R app /data
exec gosu app redis-server
"#,
            ),
            (
                "whoever it is, and nothing stands behind it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
CMD ["/start.sh", "help"]
--- start.sh
#!/bin/sh
case "$1" in
help)
	echo "usage: start.sh COMMAND"
	exit 1 «no-command:error»
	;;
esac
"#,
            ),
        ],
    );
}
