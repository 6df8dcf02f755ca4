//! What is found on Cloud Foundry of today, where USER and EXPOSE count.

use super::check_on;

const CF: &[&str] = &["--target", "cf"];

const PORTS: &[&str] = &[
    "wrong-port",
    "exposed-port",
    "privileged-port",
    "loopback-bind",
];

#[test]
fn the_lowest_port_that_is_exposed_counts() {
    check_on(
        CF,
        PORTS,
        &[
            (
                "the server listens there",
                r#"--- Dockerfile
FROM redis:7
EXPOSE 6379
CMD ["redis-server"]
"#,
            ),
            (
                "it is told another one",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server
EXPOSE 8080
CMD ["redis-server", "--port", "6380", "--bind", "0.0.0.0"] «wrong-port:error»
"#,
            ),
            (
                "nothing is exposed, so that 8080 counts",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y memcached
CMD ["memcached", "-u", "root"] «wrong-port:error»
"#,
            ),
            (
                "what the base exposes cannot be taken back",
                r#"--- Dockerfile
FROM nginx:1.27
COPY default.conf /etc/nginx/conf.d/default.conf
EXPOSE 8080
--- default.conf 644
server {
    listen 8080; «wrong-port:error»
}
"#,
            ),
            (
                "as root the server has a low port",
                r#"--- Dockerfile
FROM nginx:1.27
"#,
            ),
            (
                "and as another user it has not",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3 && useradd -u 1000 web
USER web
EXPOSE 80
CMD ["python3", "-m", "http.server", "80"] «privileged-port:error»
"#,
            ),
        ],
    );
}

#[test]
fn every_port_that_is_exposed_has_to_answer() {
    check_on(
        CF,
        &["exposed-port"],
        &[
            (
                "one is not listened on",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3
EXPOSE 8080 8443 «exposed-port:warning»
CMD ["python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "what an unknown program listens on is not known",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY shop /usr/local/bin/shop
EXPOSE 8080 8443
CMD ["shop"]
--- shop
"#,
            ),
        ],
    );
    check_on(
        &["--target", "cf", "--set", "health-check-type=http"],
        &["exposed-port"],
        &[(
            "over HTTP only the first one is asked",
            r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3
EXPOSE 8080 8443
CMD ["python3", "-m", "http.server", "8080"]
"#,
        )],
    );
}

#[test]
fn a_port_for_tls_is_not_moved_to_where_nobody_asks_with_it() {
    let case = |listen: &str| {
        format!(
            "--- Dockerfile
FROM nginx:1.27
COPY default.conf /etc/nginx/conf.d/default.conf
--- default.conf 644
server {{
    listen {listen};
}}
"
        )
    };
    let fixed = |listen: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        super::write(folder.path(), &case(listen));
        let mut command = assert_cmd::Command::cargo_bin("diegolint").expect("the program");
        let command = command.current_dir(folder.path());
        command.args(["fix", "--style", "remove", "--target", "cf", "."]);
        command.output().expect("it runs");
        std::fs::read_to_string(folder.path().join("default.conf")).expect("a file")
    };
    assert!(fixed("8080").contains("listen 80;"));
    assert!(fixed("443 ssl").contains("listen 443 ssl;"));
}

#[test]
fn one_cause_is_said_once() {
    let rules = &["wrong-port", "exposed-port", "many-ports"];
    check_on(
        CF,
        rules,
        &[
            (
                "two ports of one image: the server may have both",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y couchdb
EXPOSE 4369 5984 «many-ports:warning»
CMD ["couchdb"]
"#,
            ),
            (
                "a second one beside the base's",
                r#"--- Dockerfile
FROM jupyter/base-notebook:latest
EXPOSE 4040 «many-ports:warning»
"#,
            ),
            (
                "another one than the base's, which cannot be taken back",
                r#"--- Dockerfile
FROM php:8.3-apache
RUN sed -i 's/^Listen 80$/Listen 8000/' /etc/apache2/ports.conf «wrong-port:warning»
EXPOSE 8000
"#,
            ),
            (
                "all is known of what listens",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3
EXPOSE 8000 8001 «exposed-port:warning»
CMD ["python3", "-m", "http.server", "8000"]
"#,
            ),
            (
                "a server of many ports, of which one can be EXPOSEd",
                r#"--- Dockerfile
FROM haproxy:2.9
COPY haproxy.cfg /usr/local/etc/haproxy/haproxy.cfg
--- haproxy.cfg 644
frontend a
    bind *:3306 «wrong-port:error»
frontend b
    bind *:3307
frontend c
    bind *:8404
"#,
            ),
            (
                "the lowest of two, where all that listens is known",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3
EXPOSE 8080 9000
CMD ["python3", "-m", "http.server", "9000"] «wrong-port:error»
"#,
            ),
            (
                "a helper in the background, and a program that nobody knows",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add --no-cache tor python3
EXPOSE 5000
CMD ["/bin/sh", "-c", "tor -f /etc/tor/torrc & python3 -m shop"]
"#,
            ),
            (
                "the roles of a grid have ports of their own",
                r#"--- Dockerfile
FROM eclipse-temurin:21
EXPOSE 5557
CMD ["java", "-jar", "/opt/selenium-server.jar", "event-bus"]
"#,
            ),
            (
                "a port that the image EXPOSEs, and a server that is told by a file which the start writes",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /start.sh
EXPOSE 8000
ENTRYPOINT ["/start.sh"]
CMD ["mattermost"]
--- start.sh 755
#!/bin/sh
set -e
cp /config.json.save /mattermost/config/config.json
sed -i 's/:8065/:8000/' /mattermost/config/config.json
exec "$@"
"#,
            ),
        ],
    );
}

const OWNERS: &[&str] = &[
    "unwritable-path",
    "switch-user",
    "runtime-chown",
    "root-only-command",
    "build-chown",
];

#[test]
fn who_runs_it_is_what_the_image_says() {
    check_on(
        CF,
        OWNERS,
        &[
            (
                "root may step down and give files away",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server gosu && mkdir /data
WORKDIR /data
COPY start.sh /start.sh
EXPOSE 6379
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
chown -R redis /data
exec gosu redis redis-server --bind 0.0.0.0
"#,
            ),
            (
                "another user may not",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server gosu && mkdir /data
COPY start.sh /start.sh
USER redis
EXPOSE 6379
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
chown -R redis /data «runtime-chown:error»
exec gosu nobody redis-server --dir /tmp --bind 0.0.0.0 «switch-user:error»
"#,
            ),
            (
                "root has not all that root has elsewhere",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y iptables python3
COPY start.sh /start.sh
EXPOSE 8080
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
iptables -A INPUT -p tcp --dport 8080 -j ACCEPT «root-only-command:error»
useradd late
exec python3 -m http.server 8080
"#,
            ),
        ],
    );
}

#[test]
fn files_belong_to_names_numbers_and_groups() {
    check_on(
        CF,
        OWNERS,
        &[
            (
                "to its own account, by another name for it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server \
 && useradd -u 1001 keeper && mkdir /data && chown 1001 /data
VOLUME /data
USER keeper
EXPOSE 6379
CMD ["redis-server", "--dir", "/data", "--bind", "0.0.0.0"]
"#,
            ),
            (
                "to a group that it is in",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server \
 && groupadd -g 3000 data && useradd -u 1001 -G data keeper \
 && mkdir /data && chgrp 3000 /data && chmod 770 /data
VOLUME /data
USER keeper
EXPOSE 6379
CMD ["redis-server", "--dir", "/data", "--bind", "0.0.0.0"]
"#,
            ),
            (
                "to a group that USER names instead",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server \
 && mkdir /data && chmod 770 /data
VOLUME /data
USER 1001:0
EXPOSE 6379
CMD ["redis-server", "--dir", "/data", "--bind", "0.0.0.0"]
"#,
            ),
            (
                "to somebody else",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server \
 && useradd -u 1001 keeper && mkdir /data && chown 1002 /data «build-chown:warning»
VOLUME /data «unwritable-path:error»
USER keeper
EXPOSE 6379
CMD ["redis-server", "--dir", "/data", "--bind", "0.0.0.0"]
"#,
            ),
        ],
    );
}

#[test]
fn the_manifest_says_how_it_is_pushed() {
    check_on(
        CF,
        PORTS,
        &[
            (
                "its command takes the place of the image's",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3
EXPOSE 8080
CMD ["python3", "-m", "http.server", "8080"]
--- manifest.yml 644
applications:
- name: shop
  docker:
    image: registry.example/shop
  command: exec python3 -m http.server 9000 «wrong-port:error»
"#,
            ),
            (
                "a process without a route and without a port is asked for none",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3
EXPOSE 8080
CMD ["python3", "-m", "http.server", "9000"]
--- manifest.yml 644
applications:
- name: shop
  docker: {image: registry.example/shop}
  health-check-type: process
  no-route: true
"#,
            ),
            (
                "with a route, requests find nobody",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3
EXPOSE 8080
CMD ["python3", "-m", "http.server", "9000"] «wrong-port:warning»
--- manifest.yml 644
applications:
- name: shop
  docker: {image: registry.example/shop}
  health-check-type: process
"#,
            ),
            (
                "a manifest for something else says nothing",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3
EXPOSE 8080
CMD ["python3", "-m", "http.server", "9000"] «wrong-port:error»
--- manifest.yml 644
applications:
- name: shop
  buildpack: ruby_buildpack
  health-check-type: process
  no-route: true
"#,
            ),
        ],
    );
}
