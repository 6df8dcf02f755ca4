//! Capabilities of files.

use super::{check, check_on};

const RULES: &[&str] = &["file-capability", "privileged-port"];

#[test]
fn capabilities_that_do_not_count() {
    check(
        RULES,
        &[
            (
                "a low port",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add --no-cache caddy libcap \
	&& setcap cap_net_bind_service=+ep /usr/sbin/caddy «file-capability:error»
CMD ["/usr/sbin/caddy", "file-server", "--listen", ":80"] «privileged-port»
"#,
            ),
            (
                "a program that is looked up, with a version in its name",
                r#"--- Dockerfile
FROM python:3.9
RUN apt-get update && apt-get install -y libcap2-bin
RUN setcap 'cap_net_raw,cap_net_admin+eip' /usr/local/bin/python3.9 «file-capability:warning»
CMD ["/usr/local/bin/python3", "/app/sniff.py"]
"#,
            ),
            (
                "what a substitution names",
                r#"--- Dockerfile
FROM node:18
RUN setcap cap_net_raw+ep $(readlink -f $(which node)) «file-capability:warning»
CMD ["/usr/local/bin/node", "/app/server.js"]
"#,
            ),
        ],
    );
}

#[test]
fn capabilities_that_the_start_does_not_need() {
    check(
        RULES,
        &[
            (
                "of another program",
                r#"--- Dockerfile
FROM debian:jessie
RUN setcap cap_net_raw+ep /usr/bin/dumpcap
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "taken away",
                r#"--- Dockerfile
FROM debian:jessie
RUN setcap -r /usr/bin/mpd
CMD ["/usr/bin/mpd", "--no-daemon"]
"#,
            ),
            (
                "taken back",
                r#"--- Dockerfile
FROM debian:jessie
RUN setcap cap_ipc_lock=+ep /usr/bin/keep && keep --check && setcap cap_ipc_lock=-ep /usr/bin/keep
CMD ["/usr/bin/keep"]
"#,
            ),
        ],
    );
}

#[test]
fn capabilities_that_count() {
    let low = r#"--- Dockerfile
FROM nginx:1.27
RUN setcap cap_net_bind_service=+ep /usr/sbin/nginx «file-capability:note»
USER nginx
CMD ["nginx", "-g", "daemon off;"]
"#;
    let withheld = r#"--- Dockerfile
FROM debian:bookworm
RUN setcap cap_net_admin,cap_net_raw=+ep /usr/sbin/hostapd «file-capability:error»
CMD ["/usr/sbin/hostapd", "/etc/hostapd.conf"]
"#;
    let asked_for = r#"--- Dockerfile
FROM debian:bookworm
RUN setcap cap_net_admin,cap_net_raw+p /usr/sbin/hostapd «file-capability:note»
USER 2000
CMD ["/usr/sbin/hostapd", "/etc/hostapd.conf"]
"#;
    let cases = [
        ("a low port", low),
        ("what no process can have", withheld),
        ("what it may ask for", asked_for),
    ];
    check_on(&["--target", "cf"], RULES, &cases);
}
