//! Rules that mostly look at the Dockerfile alone: what each finds, and what comes near it.

use super::{check, check_on};

const CF: &[&str] = &["--target", "cf"];
const OPENSHIFT: &[&str] = &["--target", "openshift"];

#[test]
fn a_first_line_that_the_kernel_cannot_follow() {
    check(
        &["bad-interpreter"],
        &[
            (
                "Windows line ends",
                "--- Dockerfile\nFROM debian:bookworm-slim\nCOPY start.sh /start.sh\nCMD [\"/start.sh\"]\n--- start.sh\n#!/bin/sh\r «bad-interpreter:error»\nexec python3 -m http.server 8080\n",
            ),
            (
                "none at all",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /start.sh
CMD ["/start.sh"] «bad-interpreter:error»
--- start.sh
exec python3 -m http.server 8080
"#,
            ),
            (
                "a shell that only another distribution has",
                r#"--- Dockerfile
FROM alpine:3.20
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/usr/bin/bash -e «bad-interpreter:error»
exec python3 -m http.server 8080
"#,
            ),
            (
                "the same, looked for by env",
                r#"--- Dockerfile
FROM alpine:3.20
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/usr/bin/env bash «bad-interpreter:error»
exec python3 -m http.server 8080
"#,
            ),
            (
                "the build installs it",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add --no-cache bash
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/usr/bin/env bash
exec python3 -m http.server 8080
"#,
            ),
            (
                "a folder of another stage may have it",
                r#"--- Dockerfile
FROM alpine:3.20 AS build
RUN make rootfs
FROM alpine:3.20
COPY --from=build /rootfs/ /
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
exec python3 -m http.server 8080
"#,
            ),
        ],
    );
}

#[test]
fn a_word_without_a_slash_is_not_looked_up() {
    let near = r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3
CMD ["python3", "-m", "http.server", "8080"]
"#;
    check(
        &["bare-command"],
        &[
            (
                "the name of a package's server",
                &near.replace("\"8080\"]", "\"8080\"] «bare-command:error»"),
            ),
            (
                "a script that COPY puts into the PATH",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /usr/local/bin/
ENTRYPOINT ["start.sh"] «bare-command:error»
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
--- start.sh
#!/bin/sh
exec "$@"
"#,
            ),
            (
                "the command of a base, as far as it is known",
                r#"--- Dockerfile
FROM redis:7 «bare-command:warning»
ENV TZ=UTC
"#,
            ),
            (
                "in an earlier stage that the image is made from",
                r#"--- Dockerfile
FROM debian:bookworm-slim AS common
ENTRYPOINT ["tini", "--"] «bare-command:error»
FROM common
CMD ["/opt/shop/server"]
"#,
            ),
            (
                "words that come later are looked up as ever",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
ENTRYPOINT ["/start.sh"]
CMD ["python3", "-m", "http.server", "8080"]
--- start.sh
#!/bin/sh
exec "$@"
"#,
            ),
            (
                "a shell looks it up",
                r#"--- Dockerfile
FROM debian:bookworm-slim
CMD exec python3 -m http.server 8080
"#,
            ),
            (
                "env looks it up",
                r#"--- Dockerfile
FROM debian:bookworm-slim
CMD ["/usr/bin/env", "python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "a path from the folder of the image",
                r#"--- Dockerfile
FROM debian:bookworm-slim
WORKDIR /srv
COPY start.sh .
CMD ["./start.sh"]
--- start.sh
#!/bin/sh
exec python3 -m http.server 8080
"#,
            ),
        ],
    );
    check_on(
        CF,
        &["bare-command"],
        &[("where the launcher searches", near)],
    );
}

#[test]
fn expose_that_says_another_port() {
    check(
        &["exposed-port"],
        &[
            (
                "another one than the server's",
                r#"--- Dockerfile
FROM debian:bookworm-slim
EXPOSE 80 «exposed-port:note»
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "none of two",
                r#"--- Dockerfile
FROM debian:bookworm-slim
EXPOSE 80 443 «exposed-port:note»
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "the server's among others",
                r#"--- Dockerfile
FROM debian:bookworm-slim
EXPOSE 80 8080
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "a stage that is only copied from, and one of UDP",
                r#"--- Dockerfile
FROM debian:bookworm-slim AS build
EXPOSE 3000
FROM debian:bookworm-slim
EXPOSE 53/udp
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "a program that nothing is known of",
                r#"--- Dockerfile
FROM debian:bookworm-slim
EXPOSE 3000
CMD ["/opt/shop/server"]
"#,
            ),
        ],
    );
    check_on(
        CF,
        &["exposed-port"],
        &[
            (
                "a range that is longer than what listens",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3
EXPOSE 8080-8082 «exposed-port:warning»
CMD ["python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "a program beside the server, of which nothing is known",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add --no-cache redis
COPY shopd /opt/shop/shopd
COPY start.sh /start.sh
EXPOSE 6379 8080
CMD ["/start.sh"]
--- shopd
--- start.sh
#!/bin/sh
redis-server --port 6379 &
exec /opt/shop/shopd
"#,
            ),
        ],
    );
}

#[test]
fn what_a_server_does_by_itself_is_not_what_expose_says() {
    check(
        &["wrong-port"],
        &[(
            "its port is known, and EXPOSE says another",
            r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y memcached
EXPOSE 8080
CMD ["/usr/bin/memcached"] «wrong-port:error»
"#,
        )],
    );
}

#[test]
fn user_where_it_does_not_count() {
    check(
        &["user-instruction"],
        &[
            (
                "a name",
                r#"--- Dockerfile
FROM debian:bookworm-slim
USER www-data «user-instruction:warning»
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "a number, in a stage that the image is made from",
                r#"--- Dockerfile
FROM debian:bookworm-slim AS common
USER 1000:1000 «user-instruction:warning»
FROM common
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "root for the build, and somebody else for the start",
                r#"--- Dockerfile
FROM debian:bookworm-slim
USER root
RUN mkdir /srv/shop
USER nobody «user-instruction:warning»
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "in a stage that is only copied from",
                r#"--- Dockerfile
FROM node:22 AS build
USER node
RUN npm run build
FROM debian:bookworm-slim
COPY --from=build /out /srv
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "what a later image is to be, and a comment",
                r#"--- Dockerfile
FROM debian:bookworm-slim
# USER nobody
ONBUILD USER nobody
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "a user for the build alone",
                r#"--- Dockerfile
FROM debian:bookworm-slim
USER nobody
RUN mkdir /tmp/out
USER root
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
        ],
    );
}

#[test]
fn a_volume_promises_what_nobody_keeps() {
    let plain = r#"--- Dockerfile
FROM debian:bookworm-slim
RUN mkdir /data && chmod 777 /data
VOLUME /data «volume:warning»
CMD ["/opt/shop/server"]
"#;
    check(
        &["volume"],
        &[
            ("a folder", plain),
            (
                "in a stage that is only copied from",
                r#"--- Dockerfile
FROM debian:bookworm-slim AS build
VOLUME /cache
RUN make -C /src
FROM debian:bookworm-slim
COPY --from=build /out /opt/shop
CMD ["/opt/shop/server"]
"#,
            ),
            (
                "what a later image is to have, and a comment",
                r#"--- Dockerfile
FROM debian:bookworm-slim
# VOLUME /data
ONBUILD VOLUME /data
CMD ["/opt/shop/server"]
"#,
            ),
            (
                "a folder for the time of a command",
                r#"--- Dockerfile
FROM debian:bookworm-slim
LABEL volume="/data"
RUN --mount=type=cache,target=/data make -C /src
CMD ["/opt/shop/server"]
"#,
            ),
        ],
    );
    check_on(
        CF,
        &["volume"],
        &[("a note", &plain.replace("warning", "note"))],
    );
    check_on(
        OPENSHIFT,
        &["volume"],
        &[(
            "a folder that no VOLUME names",
            r#"--- Dockerfile
FROM debian:bookworm-slim
RUN mkdir /volume && chmod 777 /volume
WORKDIR /volume
CMD ["/opt/shop/server", "--volume", "/volume"]
"#,
        )],
    );
}

#[test]
fn a_helper_that_nothing_calls() {
    check(
        &["unused-helper"],
        &[
            (
                "a package",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y gosu python3 «unused-helper:note»
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "a download, and a look at it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
ENV GOSU_VERSION=1.17
RUN curl -fsSL -o /usr/local/bin/gosu https://github.com/tianon/gosu/releases/download/$GOSU_VERSION/gosu-amd64 «unused-helper:note»
RUN chmod +x /usr/local/bin/gosu && gosu nobody true
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "out of an image that has it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY --from=tianon/gosu:1.17 /gosu /usr/local/bin/ «unused-helper:note»
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "called in vain",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add --no-cache su-exec python3 && adduser -D app «unused-helper:note»
COPY start.sh /
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh
exec su-exec app python3 -m http.server 8080
"#,
            ),
            (
                "the build works with it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y sudo python3 && useradd app
RUN sudo -u app mkdir /tmp/app
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "for a stage that is only copied from",
                r#"--- Dockerfile
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y gosu make
FROM debian:bookworm-slim
COPY --from=build /out /opt/shop
CMD ["/opt/shop/server"]
"#,
            ),
            (
                "a package that only begins alike",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y sudoku python3
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "a script that the start does not run calls it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y sudo python3
COPY tools/backup.sh /usr/local/bin/backup
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
--- tools/backup.sh
#!/bin/sh
exec sudo -u nobody tar cf /tmp/backup.tar /srv
"#,
            ),
        ],
    );
}

#[test]
fn a_server_that_is_told_an_account() {
    let supervisor = "--- supervisord.conf 644
[supervisord]
user=root
[program:shop]
command=/opt/shop/server
user=www-data
";
    check(
        &["server-user-option"],
        &[
            (
                "an account that only root looks at",
                r#"--- Dockerfile
FROM debian:bookworm-slim
CMD ["/usr/bin/memcached", "-u", "memcache", "-p", "8080"]
"#,
            ),
            (
                "a comment, and the environment",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY supervisord.conf /etc/supervisord.conf
CMD ["/usr/bin/supervisord", "-n", "-c", "/etc/supervisord.conf"]
--- supervisord.conf 644
[supervisord]
logfile=/dev/null
[program:shop]
command=/opt/shop/server
environment=USER="www-data"
;user=www-data
"#,
            ),
            (
                "a word of a client",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
mysql --user=root --host=db -e "SELECT 1"
exec python3 -m http.server 8080
"#,
            ),
        ],
    );
    let root = format!(
        "--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y supervisor
COPY supervisord.conf /etc/supervisord.conf
CMD [\"/usr/bin/supervisord\", \"-n\", \"-c\", \"/etc/supervisord.conf\"]
{supervisor}"
    );
    check_on(
        CF,
        &["server-user-option"],
        &[("root may become another", &root)],
    );
}
