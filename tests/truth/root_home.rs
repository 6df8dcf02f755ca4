//! What a start needs that lies in root's home folder.

use super::{check, check_on};

const RULES: &[&str] = &["root-home", "unreadable-path"];

#[test]
fn what_lies_there_is_out_of_reach() {
    check(
        RULES,
        &[
            (
                "the folder that the image works in",
                r#"--- Dockerfile
FROM node:20
WORKDIR /root/app «root-home:error»
COPY server.js .
EXPOSE 8080
CMD ["/usr/local/bin/node", "server.js"]
--- server.js 644
require("http").createServer().listen(8080)
"#,
            ),
            (
                "a script",
                r#"--- Dockerfile
FROM ubuntu:14.04
ADD start.sh /root/start.sh
EXPOSE 8080
CMD ["/root/start.sh"] «root-home:error»
--- start.sh
#!/bin/bash
exec python3 -m http.server 8080
"#,
            ),
            (
                "a script for a shell, and a configuration",
                r#"--- Dockerfile
FROM ubuntu:14.04
ADD start.sh conf/app.yml /root/
CMD ["/bin/sh", "/root/start.sh"] «root-home:error»
--- start.sh 644
exec /opt/app/app --config /root/app.yml «root-home:error»
--- conf/app.yml 644
port: 8080
"#,
            ),
            (
                "what is open itself",
                r#"--- Dockerfile
FROM ubuntu:14.04
RUN mkdir /root/data && chmod 777 /root/data
ADD start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
date > /root/data/started «root-home:error»
exec /opt/app/app
"#,
            ),
            (
                "a folder that nothing in it is needed of",
                r#"--- Dockerfile
FROM debian:bookworm-slim
WORKDIR /root «root-home:warning»
CMD ["/usr/bin/python3", "-m", "http.server", "8080", "--directory", "/srv"]
"#,
            ),
        ],
    );
}

#[test]
fn what_is_open_or_of_the_build_is_not_found() {
    check(
        RULES,
        &[
            (
                "opened in the build",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /root/start.sh
RUN chmod 755 /root
CMD ["/root/start.sh"]
--- start.sh
#!/bin/sh
exec python3 -m http.server 8080
"#,
            ),
            (
                "for the build alone",
                r#"--- Dockerfile
FROM debian:bookworm-slim
WORKDIR /root
COPY setup.sh /root/setup.sh
RUN /root/setup.sh
WORKDIR /srv
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
--- setup.sh
#!/bin/sh
mkdir -p /srv
"#,
            ),
            (
                "a name that begins alike",
                r#"--- Dockerfile
FROM debian:bookworm-slim
WORKDIR /rootfs
COPY start.sh /rootfs/start.sh
CMD ["/rootfs/start.sh"]
--- start.sh
#!/bin/sh
exec python3 -m http.server 8080
"#,
            ),
        ],
    );
}

#[test]
fn who_runs_it_decides() {
    let image = |user: &str, mark: &str| {
        format!(
            r#"--- Dockerfile
FROM debian:bookworm-slim
RUN useradd -u 1000 app
WORKDIR /root/app{mark}
COPY start.sh .
{user}EXPOSE 8080
CMD ["./start.sh"]
--- start.sh
#!/bin/sh
exec python3 -m http.server 8080
"#
        )
    };
    check_on(
        &["--target", "cf"],
        RULES,
        &[
            ("root", &image("", "")),
            ("another", &image("USER app\n", " «root-home:error»")),
        ],
    );
}
