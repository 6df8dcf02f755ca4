//! Shells that stay before the server.

use super::check;

const RULES: &[&str] = &["signals-not-forwarded"];

#[test]
fn a_shell_stays() {
    check(
        RULES,
        &[
            (
                "a script that starts it as any command",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y memcached
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
set -e
memcached -p 8080 «signals-not-forwarded:warning»
"#,
            ),
            (
                "the shell form, where the shell is dash",
                r#"--- Dockerfile
FROM ubuntu:14.04
RUN apt-get update && apt-get install -y memcached
CMD memcached -p 8080 «signals-not-forwarded:warning»
"#,
            ),
            (
                "two scripts, each a place of its own",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y memcached
COPY start.sh inner.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
/inner.sh «signals-not-forwarded:warning»
--- inner.sh
#!/bin/sh
memcached -p 8080 «signals-not-forwarded:warning»
"#,
            ),
            (
                "tini alone does not change that",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y memcached tini
COPY start.sh /
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
"$@"
memcached -p 8080 «signals-not-forwarded:warning»
"#,
            ),
            (
                "a program that nothing is known of, on a port",
                r#"--- Dockerfile
FROM ubuntu:14.04
ADD https://example.org/dockerapp /srv/dockerapp
RUN chmod 755 /srv/dockerapp
EXPOSE 8080
CMD cd /srv && ./dockerapp «signals-not-forwarded:warning»
"#,
            ),
        ],
    );
}

#[test]
fn no_shell_stays_or_it_hands_on() {
    check(
        RULES,
        &[
            (
                "exec, and a JSON array",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y memcached
COPY start.sh /
ENTRYPOINT ["/start.sh"]
CMD ["memcached", "-p", "8080"]
--- start.sh
#!/bin/sh
set -e
exec "$@"
"#,
            ),
            (
                "bash leaves to a single command, and BusyBox too",
                r#"--- Dockerfile
FROM centos:7
RUN yum install -y memcached
CMD memcached -p 8080
"#,
            ),
            (
                "BusyBox",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add --no-cache memcached
CMD memcached -p 8080
"#,
            ),
            (
                "a trap",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y memcached
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
trap 'kill $pid' TERM INT
memcached -p 8080 &
pid=$!
wait $pid
"#,
            ),
            (
                "dumb-init tells all of them",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y memcached dumb-init
COPY start.sh /
ENTRYPOINT ["/usr/bin/dumb-init", "--"]
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
memcached -p 8080
"#,
            ),
            (
                "a start that ends by itself",
                r#"--- Dockerfile
FROM debian:bookworm-slim
CMD echo hello && ls /
"#,
            ),
        ],
    );
}
