//! Starts that ask for more than a process may have.

use super::{check, check_on};

const RULES: &[&str] = &["raises-limit"];

#[test]
fn what_is_not_to_be_had_is_found() {
    check(
        RULES,
        &[
            (
                "open files under set -e, and without",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
CMD ["/bin/sleep", "600"]
--- start.sh
#!/bin/bash
set -e
ulimit -n 65536 «raises-limit:warning»
ulimit -Sn unlimited -c 0 «raises-limit:warning»
set +e
ulimit -l unlimited «raises-limit:note»
exec "$@"
"#,
            ),
            (
                "before the server, in shell form",
                r#"--- Dockerfile
FROM debian:bookworm-slim
CMD ulimit -n 65536 && exec sleep 600 «raises-limit:warning»
"#,
            ),
            (
                "what a variable says",
                r#"--- Dockerfile
FROM debian:bookworm-slim
ENV MAX_OPEN_FILES=100000
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh -e
[ -z "$MAX_OPEN_FILES" ] || ulimit -n "$MAX_OPEN_FILES" «raises-limit:warning»
echo -1000 > /proc/self/oom_score_adj «raises-limit:warning»
exec sleep 600
"#,
            ),
            (
                "priorities",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh -e
nice -n -5 true «raises-limit:note»
renice -n -10 -p 1 «raises-limit:warning»
exec chrt -f 50 sleep 600 «raises-limit:warning»
"#,
            ),
            (
                "busybox, whose nice does not start what it cannot favour",
                r#"--- Dockerfile
FROM alpine:3.20
ENTRYPOINT ["/usr/bin/nice", "-n", "-5", "/bin/sleep", "600"] «raises-limit:warning»
"#,
            ),
        ],
    );
    check_on(
        &["--target", "cf"],
        RULES,
        &[(
            "root has no such capability either; of other limits nothing is known",
            r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh -e
ulimit -n 65536 «raises-limit:warning»
ulimit -u 4096
ulimit -l unlimited
prlimit --nofile=1024:65536 true «raises-limit:warning»
ionice -c1 -n0 true «raises-limit:warning»
exec sleep 600
"#,
        )],
    );
}

#[test]
fn what_is_had_or_not_needed_is_left_alone() {
    check(
        RULES,
        &[
            (
                "no more than there is",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh -e
ulimit -n 1024
ulimit -c 0
ulimit -n "$(ulimit -Hn)"
ulimit -a
nice -n 10 true
nice true
renice 5 1
chrt -p 1
chrt -i 0 true
ionice -c 3 true
ionice -c2 -n 1 true
prlimit --nofile=512 true
echo 500 > /proc/self/oom_score_adj || true
exec sleep 600
"#,
            ),
            (
                "only where there is more than there is",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/bash -e
if [[ $(ulimit -n) -gt 100000 || -n "$FILES" ]]; then
  ulimit -n "${FILES:-100000}"
fi
limit=`ulimit -n`
if [ "$limit" -lt 8192 ]; then ulimit -n 65536; fi
most=$(ulimit -H -n)
ulimit -n "$most"
exec sleep 600
"#,
            ),
            (
                "what may fail",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh -e
ulimit -n 65536 || true
ulimit -n 65536 || echo "no more files" >&2
if ! ulimit -l unlimited; then echo "memory is not locked"; fi
exec sleep 600
"#,
            ),
            (
                "the build's",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN ulimit -n 65536 && nice -n -5 true
RUN echo "ulimit -n 65536" >> /etc/profile
CMD ["/bin/sleep", "600"]
"#,
            ),
        ],
    );
}
