//! OpenShift: a number that no image knows, in the group root, without any privilege.

use super::check_on;

const OPENSHIFT: &[&str] = &["--target", "openshift"];

#[test]
fn what_the_group_root_may_the_process_may() {
    check_on(
        OPENSHIFT,
        &["unwritable-path", "build-chown", "runtime-chown"],
        &[
            (
                "as the documentation has it",
                r#"--- Dockerfile
FROM debian:bookworm
RUN mkdir /data && chgrp -R 0 /data && chmod -R g=u /data
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
touch /data/started
exec /usr/bin/appd
"#,
            ),
            (
                "an account that does not run, with the group that does",
                r#"--- Dockerfile
FROM debian:bookworm
RUN useradd -u 1001 -g 0 app && mkdir /data && chown -R 1001:0 /data && chmod -R g+rwX /data
COPY start.sh /
USER 1001
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
touch /data/started
exec /usr/bin/appd
"#,
            ),
        ],
    );
}

#[test]
fn what_is_closed_to_the_group_and_to_others_is_closed() {
    check_on(
        OPENSHIFT,
        &["unwritable-path", "build-chown"],
        &[
            (
                "the group may read alone",
                r#"--- Dockerfile
FROM debian:bookworm
RUN mkdir /data «unwritable-path:error»
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
touch /data/started
exec /usr/bin/appd
"#,
            ),
            (
                "open to all",
                r#"--- Dockerfile
FROM debian:bookworm
RUN mkdir /data && chmod 777 /data
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
touch /data/started /tmp/started /dev/shm/started
exec /usr/bin/appd
"#,
            ),
        ],
    );
}

#[test]
fn user_has_no_say_and_is_no_fault() {
    check_on(
        OPENSHIFT,
        &["unwritable-path", "build-chown", "user-instruction"],
        &[(
            "what belongs to USER does not belong to the process",
            r#"--- Dockerfile
FROM debian:bookworm
RUN useradd -m app && mkdir /data && chown app:app /data «build-chown:warning unwritable-path:error»
COPY start.sh /
USER app
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
touch /data/started
exec /usr/bin/appd
"#,
        )],
    );
}

#[test]
fn nobody_can_become_anybody_else() {
    check_on(
        OPENSHIFT,
        &["switch-user", "runtime-chown", "root-only-command"],
        &[
            (
                "what root does at the start",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add --no-cache su-exec && adduser -S app
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
chown -R app /data «runtime-chown:error»
exec su-exec app /usr/bin/appd «switch-user:error»
"#,
            ),
            (
                "for root alone",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add --no-cache su-exec && adduser -S app
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
if [ "$(id -u)" = 0 ]; then
	chown -R app /data
	exec su-exec app /usr/bin/appd
fi
exec /usr/bin/appd
"#,
            ),
        ],
    );
}

#[test]
fn any_port_will_do_that_needs_no_privilege() {
    check_on(
        OPENSHIFT,
        &[
            "wrong-port",
            "exposed-port",
            "privileged-port",
            "loopback-bind",
            "bare-command",
            "volume",
        ],
        &[
            (
                "the server's own port, which EXPOSE does not name",
                r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y redis-server
RUN mkdir /data && chmod 777 /data
VOLUME /data «volume:note»
WORKDIR /data
EXPOSE 8080
CMD ["redis-server", "--bind", "0.0.0.0"]
"#,
            ),
            (
                "a port of root's",
                r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y redis-server
RUN mkdir /data && chmod 777 /data
WORKDIR /data
EXPOSE 80
CMD ["redis-server", "--bind", "0.0.0.0", "--port", "80"] «privileged-port:error»
"#,
            ),
            (
                "for the pod alone",
                r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y redis-server
RUN mkdir /data && chmod 777 /data
WORKDIR /data
CMD ["redis-server", "--bind", "127.0.0.1"] «loopback-bind:warning»
"#,
            ),
        ],
    );
}

#[test]
fn a_folder_that_volume_makes_belongs_to_the_process() {
    check_on(
        OPENSHIFT,
        &["unwritable-path", "volume"],
        &[
            (
                "it is not in the image",
                r#"--- Dockerfile
FROM debian:bookworm
VOLUME /data «volume:note»
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
touch /data/started
exec /usr/bin/appd
"#,
            ),
            (
                "one that is there stays as it is",
                r#"--- Dockerfile
FROM debian:bookworm
RUN mkdir /data
VOLUME /data «unwritable-path:error volume:note»
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
touch /data/started
exec /usr/bin/appd
"#,
            ),
        ],
    );
}

#[test]
fn the_home_is_the_root_folder() {
    check_on(
        OPENSHIFT,
        &["unwritable-path"],
        &[
            (
                "where nothing else is set",
                r#"--- Dockerfile
FROM debian:bookworm
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
mkdir -p "$HOME/.cache" «unwritable-path:error»
exec /usr/bin/appd
"#,
            ),
            (
                "where the image sets one",
                r#"--- Dockerfile
FROM debian:bookworm
RUN mkdir /home/app && chmod 777 /home/app
ENV HOME=/home/app
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
mkdir -p "$HOME/.cache"
exec /usr/bin/appd
"#,
            ),
        ],
    );
}
