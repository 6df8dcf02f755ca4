//! Ports of UDP, ports that the platform has for itself, and PORT.

use super::many_ports::mended;
use super::{check, check_on};

const CF: &[&str] = &["--target", "cf"];

#[test]
fn nothing_reaches_udp() {
    let cases = |severity: &str| {
        [
            (
                "a name server",
                format!(
                    r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 53 53/udp «udp-port:{severity}»
CMD ["/opt/dns/named"]
"#
                ),
            ),
            (
                "a range of media ports, once for all",
                format!(
                    r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 5060/tcp
EXPOSE 10000-10100/UDP «udp-port:{severity}»
EXPOSE 5060/udp
CMD ["/opt/sip/sipd"]
"#
                ),
            ),
            (
                "by a variable, in a stage that the image is made from",
                format!(
                    r#"--- Dockerfile
FROM alpine:3.20 AS common
ENV LOG_PORT=514
EXPOSE $LOG_PORT/udp «udp-port:{severity}»
FROM common
CMD ["/opt/log/logd"]
"#
                ),
            ),
            (
                "TCP alone",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 53 5060/tcp
CMD ["/opt/dns/named"]
"#
                .to_owned(),
            ),
            (
                "in a stage that is only copied from",
                r#"--- Dockerfile
FROM alpine:3.20 AS build
EXPOSE 53/udp
FROM alpine:3.20
COPY --from=build /out /opt/dns
EXPOSE 53
CMD ["/opt/dns/named"]
"#
                .to_owned(),
            ),
            (
                "what a later image is to EXPOSE, and a comment",
                r#"--- Dockerfile
FROM alpine:3.20
# EXPOSE 53/udp
ONBUILD EXPOSE 53/udp
CMD ["/opt/dns/named"]
"#
                .to_owned(),
            ),
        ]
    };
    for (options, severity) in [(&[][..], "note"), (CF, "warning")] {
        let cases = cases(severity);
        let cases: Vec<(&str, &str)> = cases.iter().map(|(n, c)| (*n, c.as_str())).collect();
        check_on(options, &["udp-port"], &cases);
    }
}

#[test]
fn ports_that_the_platform_has_are_not_the_image_s() {
    check_on(
        CF,
        &["reserved-port"],
        &[
            (
                "the proxy's, which is refused",
                r#"--- Dockerfile
FROM alpine:3.20
CMD ["/usr/bin/python3", "-m", "http.server", "61443"] «reserved-port:error»
"#,
            ),
            (
                "one that the proxy may take",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 61001
CMD ["/usr/bin/python3", "-m", "http.server", "61001"] «reserved-port:warning»
"#,
            ),
            (
                "that of SSH, by a configuration",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx
COPY nginx.conf /etc/nginx/nginx.conf
CMD ["nginx", "-g", "daemon off;"]
--- nginx.conf 644
events {}
http {
    server { listen 8080; }
    server { listen 2222; } «reserved-port:warning»
}
"#,
            ),
            (
                "EXPOSEd, of a program that is not known",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8080
EXPOSE 2222 «reserved-port:warning»
EXPOSE 61440-61445 «reserved-port:error»
CMD ["/opt/git/gitd"]
"#,
            ),
            (
                "near them",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 2221 2223 61000
CMD ["/usr/bin/python3", "-m", "http.server", "2221"]
"#,
            ),
            (
                "of UDP, which is not opened",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8080 61443/udp
CMD ["/opt/git/gitd"]
"#,
            ),
            (
                "only with a variable that nobody gives",
                r#"--- Dockerfile
FROM alpine:3.20
COPY run.sh /run.sh
EXPOSE 8080
CMD ["/run.sh"]
--- run.sh
#!/bin/sh
if [ -n "$DEBUG_PORT" ]; then
    exec python3 -m http.server 2222
fi
exec python3 -m http.server 8080
"#,
            ),
        ],
    );
    // Where one port alone is opened, the others are not taken but out of reach.
    check(
        &["reserved-port"],
        &[(
            "on a platform of one port",
            r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 2222
CMD ["/usr/bin/python3", "-m", "http.server", "61443"]
"#,
        )],
    );
}

#[test]
fn a_server_leaves_the_port_of_the_platform() {
    let from = "FROM debian:bookworm-slim\n";
    let serve =
        |port: u16| format!("CMD [\"/usr/bin/python3\", \"-m\", \"http.server\", \"{port}\"]\n");
    let fixed = |case: &str, more: &[&str]| {
        let options = [&["--target", "cf", "--rule", "reserved-port"], more].concat();
        mended(&options, &format!("--- Dockerfile\n{from}{case}"))
    };
    let case = format!("EXPOSE 61443\n{}", serve(61443));
    assert_eq!(
        fixed(&case, &[]),
        format!("{from}EXPOSE 8080\n{}", serve(8080))
    );
    // SSH may be off.
    let case = format!("EXPOSE 2222\n{}", serve(2222));
    assert_eq!(fixed(&case, &[]), format!("{from}{case}"));
    let after = format!("{from}EXPOSE 8080\n{}", serve(8080));
    assert_eq!(fixed(&case, &["--unsafe"]), after);
    // A range says other ports too.
    let case = format!("EXPOSE 61443-61445\n{}", serve(61443));
    assert_eq!(fixed(&case, &["--unsafe"]), format!("{from}{case}"));
}

#[test]
fn port_is_the_platform_s() {
    check(
        &["port-variable"],
        &[
            (
                "beside a server that does not read it",
                r#"--- Dockerfile
FROM alpine:3.20
ENV HOST=0.0.0.0 \
    PORT=3000 «port-variable:warning»
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "a program that nothing is known of",
                r#"--- Dockerfile
FROM alpine:3.20
ENV PORT 3000 «port-variable:warning»
CMD ["/opt/shop/server"]
"#,
            ),
            (
                "a server that is told it",
                r#"--- Dockerfile
FROM python:3.12
ENV PORT=5000 «port-variable:note»
CMD exec gunicorn --bind 0.0.0.0:$PORT app:app
"#,
            ),
            (
                "a program that is told it",
                r#"--- Dockerfile
FROM alpine:3.20
COPY run.sh /run.sh
ENV PORT=5000 «port-variable:note»
CMD ["/run.sh"]
--- run.sh
#!/bin/sh
exec /opt/shop/server --listen "0.0.0.0:${PORT:-80}"
"#,
            ),
            (
                "a program in JavaScript that reads it",
                r#"--- Dockerfile
FROM node:22
ENV PORT=3000 «port-variable:note»
COPY server.js /app/server.js
CMD ["/usr/local/bin/node", "/app/server.js"]
--- server.js 644
const http = require('http');
http.createServer().listen(process.env.PORT || 3000);
"#,
            ),
            (
                "an unrelated variable, and the same value",
                r#"--- Dockerfile
FROM alpine:3.20
ENV PORT=8080 APP_PORT=3000 EXPORT=3000
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "in a stage that is only copied from",
                r#"--- Dockerfile
FROM node:22 AS build
ENV PORT=3000
FROM alpine:3.20
COPY --from=build /app /app
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "it is to be given",
                r#"--- Dockerfile
FROM alpine:3.20
ENV PORT=""
CMD ["/opt/shop/server"]
"#,
            ),
        ],
    );
    check_on(
        CF,
        &["port-variable"],
        &[
            (
                "EXPOSE says the same",
                r#"--- Dockerfile
FROM alpine:3.20
ENV PORT=3000
EXPOSE 9000 $PORT
CMD ["/opt/shop/server"]
"#,
            ),
            (
                "EXPOSE says another one",
                r#"--- Dockerfile
FROM alpine:3.20
ENV PORT=3000 «port-variable:warning»
EXPOSE 9000
CMD ["/usr/bin/python3", "-m", "http.server", "9000"]
"#,
            ),
            (
                "EXPOSE says nothing",
                r#"--- Dockerfile
FROM alpine:3.20
ENV PORT=3000 «port-variable:warning»
CMD ["/opt/shop/server"]
"#,
            ),
        ],
    );
}

#[test]
fn port_is_not_that_of_another_server() {
    check(
        &["port-variable"],
        &[
            (
                "by an option that names a database",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY entrypoint.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
CMD ["shopd"]
--- entrypoint.sh
#!/bin/bash
set -e
: ${HOST:=db}
: ${PORT:=5432}
arguments=()
add() {
    arguments+=("--$1" "$2")
}
add db_host "$HOST"
add db_port "$PORT"
exec /opt/shop/server "$@" "${arguments[@]}" «port-variable:warning»
"#,
            ),
            (
                "a script waits for the database",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY entrypoint.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/bash
set -e
export DB_HOST=${DB_HOST:-db}
until nc -z "$DB_HOST" "$PORT"; do «port-variable:warning»
    sleep 1
done
exec /opt/shop/server
"#,
            ),
            (
                "a client is told it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY entrypoint.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/bash
set -e
mysql --host=db -P $PORT -u root -e "CREATE DATABASE IF NOT EXISTS shop" «port-variable:warning»
exec /opt/shop/server
"#,
            ),
            (
                "it is the port of the container",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY entrypoint.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/bash
set -e
/opt/shop/server --port "$PORT" --admin-port 9000 &
until nc -z localhost "$PORT"; do
    sleep 1
done
wait
"#,
            ),
            (
                "the script gives it another value first",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY entrypoint.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/bash
set -e
PORT=${DB_PORT:-5432}
until nc -z db "$PORT"; do
    sleep 1
done
exec /opt/shop/server
"#,
            ),
            (
                "the number is written",
                r#"--- Dockerfile
FROM debian:bookworm-slim
CMD exec /opt/shop/server --port $PORT --db-port 8080
"#,
            ),
        ],
    );
}

#[test]
fn env_port_is_dropped_where_nothing_reads_it() {
    let from = "FROM debian:bookworm-slim\n";
    let serve = "CMD [\"/usr/bin/python3\", \"-m\", \"http.server\", \"8080\"]\n";
    for (before, after) in [
        ("ENV PORT 3000\n", ""),
        ("ENV PORT=3000 A=1\n", "ENV A=1\n"),
        ("ENV A=1 PORT=3000\n", "ENV A=1\n"),
        (
            "ENV A=1 \\\n    PORT=3000 \\\n    B=2\n",
            "ENV A=1 \\\n    B=2\n",
        ),
        ("ENV PORT=3000 \\\n    B=2\n", "ENV B=2\n"),
        (
            "ENV A=1 \\\n    # where it listens\n    PORT=3000\n",
            "ENV A=1\n",
        ),
        (
            "ENV A=1 \\\n    PORT=3000 \\\n    # the second\n    B=2\n",
            "ENV A=1 \\\n    # the second\n    B=2\n",
        ),
        (
            "ENV PORT=3000\nEXPOSE $PORT\n",
            "ENV PORT=3000\nEXPOSE $PORT\n",
        ),
    ] {
        let case = format!("--- Dockerfile\n{from}{before}{serve}");
        let mended = mended(&["--rule", "port-variable"], &case);
        assert_eq!(mended, format!("{from}{after}{serve}"));
    }
    let read = format!("{from}ENV PORT=3000\nCMD exec python3 -m http.server $PORT\n");
    let case = format!("--- Dockerfile\n{read}");
    assert_eq!(mended(&["--rule", "port-variable"], &case), read);
}
