//! Lattice of 2015: the account vcap, files that keep their owners, and the lowest port of EXPOSE.

use super::check_on;

const LATTICE: &[&str] = &["--target", "lattice"];

#[test]
fn the_lowest_port_that_is_exposed_is_asked_for() {
    check_on(
        LATTICE,
        &["wrong-port", "privileged-port", "exposed-port"],
        &[
            (
                "the port of the server is exposed",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server
RUN mkdir /data && chmod 777 /data
WORKDIR /data
EXPOSE 6379
CMD ["redis-server", "--bind", "0.0.0.0"]
"#,
            ),
            (
                "the higher of two is not asked for",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server
RUN mkdir /data && chmod 777 /data
WORKDIR /data
EXPOSE 16379 6379
CMD ["redis-server", "--bind", "0.0.0.0"]
"#,
            ),
            (
                "none is exposed",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server
RUN mkdir /data && chmod 777 /data
WORKDIR /data
CMD ["redis-server", "--bind", "0.0.0.0"] «wrong-port:error»
"#,
            ),
            (
                "a lower one is exposed",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server
RUN mkdir /data && chmod 777 /data
WORKDIR /data
EXPOSE 5000 6379
CMD ["redis-server", "--bind", "0.0.0.0"] «wrong-port:warning»
"#,
            ),
            (
                "it takes root to listen on what is exposed",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server
RUN mkdir /data && chmod 777 /data
WORKDIR /data
EXPOSE 80
CMD ["redis-server", "--bind", "0.0.0.0", "--port", "80"] «privileged-port:error»
"#,
            ),
        ],
    );
}

#[test]
fn a_command_is_looked_up_in_the_path() {
    check_on(
        LATTICE,
        &["bare-command", "user-instruction"],
        &[(
            "a name, and a user that does not count",
            r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server
USER redis «user-instruction:warning»
EXPOSE 6379
CMD ["redis-server", "--bind", "0.0.0.0", "--save", ""]
"#,
        )],
    );
}

#[test]
fn the_process_is_an_account_without_privileges() {
    check_on(
        LATTICE,
        &["switch-user", "runtime-chown", "root-only-command"],
        &[(
            "what root does at the start",
            r#"--- Dockerfile
FROM debian:jessie
RUN groupadd -r redis && useradd -r -g redis redis
COPY start.sh /
EXPOSE 6379
ENTRYPOINT ["/start.sh"]
CMD ["redis-server"]
--- start.sh
#!/bin/sh
set -e
chown -R redis /data «runtime-chown:error»
exec gosu redis "$@" «switch-user:error»
"#,
        )],
    );
}

#[test]
fn the_files_keep_their_owners() {
    check_on(
        LATTICE,
        &["unwritable-path", "build-chown"],
        &[
            (
                "an account of the image's own, of the name that the platform looks for",
                r#"--- Dockerfile
FROM debian:jessie
RUN useradd -m vcap && mkdir /data && chown vcap /data
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
                "another account",
                r#"--- Dockerfile
FROM debian:jessie
RUN useradd -m app && mkdir /data && chown app /data «build-chown:warning unwritable-path:error»
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
                "nobody's in particular",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir /data && chmod 777 /data
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
touch /data/started /tmp/started
exec /usr/bin/appd
"#,
            ),
        ],
    );
}
