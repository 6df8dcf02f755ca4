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
                "by a file that the build brings and that is named after it",
                r#"--- Dockerfile
FROM alpine:3.20
COPY tunneld.config /opt/tunnel/etc/
EXPOSE 8388 8389
CMD ["/opt/tunnel/bin/tunneld", "start"]
--- tunneld.config 644
%% 8388 is for clients
{listeners, [
    {tcp, 8388, [{clients, 100}]}, «wrong-port:warning»
    {tls, 8389, []}
]}.
"#,
            ),
            (
                "in a file that is named after it, the number is another one's",
                r#"--- Dockerfile
FROM alpine:3.20
COPY tunneld.json /opt/tunnel/etc/
EXPOSE 80
CMD ["/opt/tunnel/tunneld", "start"] «wrong-port:warning»
--- tunneld.json 644
{
    "quality": 80
}
"#,
            ),
            (
                "by a variable that a word has",
                r#"--- Dockerfile
FROM alpine:3.20
ENV TUNNEL=0.0.0.0:8388 «wrong-port:warning»
EXPOSE 8388
CMD /opt/tunnel/tunneld --listen-on=$TUNNEL
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
                "it goes to the background, and something else waits",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8388
CMD /opt/tunnel/tunneld && sleep infinity «wrong-port:warning»
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
                "a script that is not there starts it",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8388
RUN curl -o /opt/run.sh https://example.org/run.sh
CMD ["/opt/run.sh"] «wrong-port:warning»
"#,
            ),
            (
                "one of UDP, which no health check finds",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8080/udp
CMD ["/opt/tunnel/tunneld", "--verbose"] «wrong-port:warning»
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

#[test]
fn a_program_beside_the_server_that_is_told_a_port() {
    check(
        WHERE,
        &[(
            "by an option that is named after it",
            r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y redis-server
COPY start.sh /
EXPOSE 6380 8388
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
/opt/tunnel/tunneld --port 8388 & «wrong-port:warning»
/opt/tunnel/reporter --peer 10.0.0.1:8388 &
/opt/tunnel/exporter --remote-port 8388 &
exec redis-server --bind 0.0.0.0 --port 6380 «wrong-port»
"#,
        )],
    );
}

#[test]
fn a_program_that_is_told_the_right_port_answers_for_the_servers_beside_it() {
    check(
        WHERE,
        &[(
            "a proxy of its own on loopback",
            r#"--- Dockerfile
FROM alpine:3.20
RUN apk add tor
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
tor &
exec /opt/search/searchd --host 0.0.0.0 --port "${PORT:-5000}"
"#,
        )],
    );
}

#[test]
fn a_server_beside_what_is_meant_answers_for_nobody() {
    check(
        WHERE,
        &[(
            "sshd goes to the background before a program of which nothing is known",
            r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y openssh-server
EXPOSE 3773
CMD /usr/sbin/sshd && /opt/tunnel/tunneld «wrong-port:warning»
"#,
        )],
    );
}

#[test]
fn a_configuration_listens_by_the_type_of_what_is_in_it() {
    check(
        WHERE,
        &[
            (
                "rsyslog",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add --no-cache rsyslog
COPY rsyslog.conf /etc/rsyslog.conf
CMD ["/usr/sbin/rsyslogd", "-n"]
--- rsyslog.conf 644
module(load="imudp") input(type="imudp" port="8080")
module(load="imtcp")
input(type="imtcp" port="5514") «wrong-port»
"#,
            ),
            (
                "Fluentd",
                r#"--- Dockerfile
FROM fluent/fluentd:v1.16-1
COPY fluent.conf /fluentd/etc/fluent.conf
ENTRYPOINT ["/usr/bin/fluentd", "-c", "/fluentd/etc/fluent.conf"]
--- fluent.conf 644
<source>
  @type syslog
  port 8080
</source>
<source>
  @type forward
  port 24224 «wrong-port»
</source>
<match **>
  @type forward
  <server>
    host 10.0.0.1
    port 24224
  </server>
</match>
"#,
            ),
        ],
    );
}
