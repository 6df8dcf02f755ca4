//! What EXPOSE says of a program whose port nothing else says.

use super::check;

const WHERE: &[&str] = &["wrong-port", "loopback-bind"];

#[test]
fn of_an_unknown_program_what_expose_says_counts_where_it_is_told_the_same() {
    check(
        WHERE,
        &[
            (
                "by a word",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8388
CMD ["/opt/tunnel/tunneld", "--listen", "0.0.0.0:8388"] «wrong-port:warning»
"#,
            ),
            (
                "by a file that it is told to read",
                r#"--- Dockerfile
FROM alpine:3.20
COPY tunneld.conf /etc/tunneld.conf
EXPOSE 8388 8389/udp
CMD ["/opt/tunnel/tunneld", "--config=/etc/tunneld.conf"]
--- tunneld.conf 644
# listen = 8388
peer = 10.0.0.1:8388
listen_port = 8388 «wrong-port:warning»
"#,
            ),
            (
                "by a variable",
                r#"--- Dockerfile
FROM alpine:3.20
ENV HOME=/srv \
    TUNNEL_PORT=8388 «wrong-port:warning»
EXPOSE 8388
CMD ["/opt/tunnel/tunneld"]
"#,
            ),
            (
                "by nothing else",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8388
CMD ["/opt/tunnel/tunneld", "--verbose"] «wrong-port:warning»
"#,
            ),
            (
                "it is told the right port, whatever EXPOSE says",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8388
CMD ["/opt/tunnel/tunneld", "--listen", ":8080"]
"#,
            ),
            (
                "what is started is a script that is not there, or only says how to use it",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8388
RUN curl -o /opt/run.sh https://example.org/run.sh
CMD ["/opt/run.sh"]
"#,
            ),
            (
                "help",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8388
CMD ["/opt/tunnel/tunneld", "--help"]
"#,
            ),
            (
                "a variable says a server's own port, from where the start takes it",
                r#"--- Dockerfile
FROM alpine:3.20
ENV CACHE_PORT=6379 «wrong-port»
CMD ["redis-server"]
"#,
            ),
            (
                "an interpreter without a program",
                r#"--- Dockerfile
FROM python:3.12
EXPOSE 7860
CMD ["python"]
"#,
            ),
            (
                "a tool that only prints",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8388
CMD ["tail", "-f", "/var/log/8388"]
"#,
            ),
            (
                "by a variable that is quoted with its name",
                r#"--- Dockerfile
FROM alpine:3.20
ENV "TUNNEL_MODE=tcp" \
    "TUNNEL_PORT=8388" «wrong-port:warning»
EXPOSE 8388
CMD ["/opt/tunnel/tunneld"]
"#,
            ),
            (
                "a server that listens on what its configuration says, which is not there",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add haproxy
EXPOSE 80 443
VOLUME /etc/haproxy
CMD ["/usr/sbin/haproxy", "-f", "/etc/haproxy/haproxy.cfg"] «wrong-port:warning»
"#,
            ),
            (
                "a program that may as well listen on nothing",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add telegraf
EXPOSE 8125
CMD ["/usr/bin/telegraf"]
"#,
            ),
            (
                "EXPOSE of a server whose port is known does not count",
                r#"--- Dockerfile
FROM redis:7
EXPOSE 8388
CMD ["redis-server", "--port", "8080"]
"#,
            ),
        ],
    );
}
