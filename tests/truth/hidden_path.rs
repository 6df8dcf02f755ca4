//! What the build puts where the platform has its own.

use super::{check, check_on};

const RULE: &[&str] = &["hidden-path"];

#[test]
fn what_is_put_there_to_stay_is_found() {
    check(
        RULE,
        &[
            (
                "a file of the platform's",
                r#"--- Dockerfile
FROM alpine:3.20
COPY hosts /etc/hosts «hidden-path:error»
EXPOSE 8080
CMD ["/usr/bin/httpd", "-f", "-p", "8080"]
--- hosts 644
10.0.0.1 database
"#,
            ),
            (
                "something in shared memory",
                r#"--- Dockerfile
FROM alpine:3.20
ADD model.bin /dev/shm/model/model.bin «hidden-path:error»
CMD ["/opt/serve/serve", "--model", "/dev/shm/model/model.bin"]
--- model.bin 644
weights
"#,
            ),
            (
                "along with a tree",
                r#"--- Dockerfile
FROM alpine:3.20
COPY rootfs / «hidden-path:warning»
CMD ["/usr/bin/httpd", "-f", "-p", "8080"]
--- rootfs/etc/httpd.conf 644
H:/srv
--- rootfs/etc/resolv.conf 644
nameserver 10.0.0.2
"#,
            ),
            (
                "a folder that a command makes and the start needs",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN mkdir -p /dev/shm/spool && chmod 777 /dev/shm/spool
CMD ["/opt/spool/spoold", "--folder=/dev/shm/spool"] «hidden-path:error»
"#,
            ),
        ],
    );
}

#[test]
fn what_is_there_for_the_build_is_not() {
    check(
        RULE,
        &[
            (
                "a name for the time of a command",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN echo "10.0.0.1 mirror" >> /etc/hosts && apt-get update >/dev/null 2>/dev/stderr
RUN echo "nameserver 10.0.0.2" > /etc/resolv.conf && apt-get install -y python3
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "links to devices",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN mkdir -p /var/log/app && ln -sf /dev/stdout /var/log/app/access.log && ln -s /proc/self/fd /dev/fd
CMD ["/opt/app/app", "--log", "/dev/stdout"]
"#,
            ),
            (
                "names that begin alike",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY hosts /etc/hosts.allow
COPY devices /devices
COPY lifecycle.sh /tmp/lifecycle.sh
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
--- hosts 644
ALL: ALL
--- devices 644
none
--- lifecycle.sh
#!/bin/sh
true
"#,
            ),
            (
                "what keeps a folder",
                r#"--- Dockerfile
FROM alpine:3.20
COPY rootfs /
CMD ["/usr/bin/httpd", "-f", "-p", "8080"]
--- rootfs/proc/.gitkeep 644
--- rootfs/srv/index.html 644
hello
"#,
            ),
        ],
    );
}

#[test]
fn each_platform_has_its_own() {
    let hostname = r#"--- Dockerfile
FROM alpine:3.20
COPY hostname /etc/hostname
CMD ["/usr/bin/httpd", "-f", "-p", "8080"]
--- hostname 644
web
"#;
    let certificates = r#"--- Dockerfile
FROM alpine:3.20
COPY ca.crt /etc/cf-system-certificates/ca.crt «hidden-path:error»
CMD ["/usr/bin/httpd", "-f", "-p", "8080"]
--- ca.crt 644
none
"#;
    check_on(
        &["--target", "cf"],
        RULE,
        &[("a name", hostname), ("certificates", certificates)],
    );
    let marked = hostname.replace("/etc/hostname\n", "/etc/hostname «hidden-path:error»\n");
    let plain = certificates.replace(" «hidden-path:error»", "");
    check(RULE, &[("a name", &marked), ("certificates", &plain)]);
}
