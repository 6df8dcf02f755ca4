//! Servers that speak no HTTP, and servers that keep data.

use super::check;

#[test]
fn what_speaks_no_http_has_no_route() {
    check(
        &["tcp-service"],
        &[
            (
                "a cache",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y memcached
CMD ["memcached", "-p", "8080", "-l", "0.0.0.0"] «tcp-service:note»
"#,
            ),
            (
                "a database, behind a script that steps down",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server
COPY entrypoint.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
CMD ["redis-server"] «tcp-service:note»
--- entrypoint.sh
#!/bin/sh
set -e
exec "$@"
"#,
            ),
            (
                "that of the base",
                r#"--- Dockerfile
FROM postgres:16 «tcp-service:note»
"#,
            ),
            (
                "a web server, before another program",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx
CMD ["nginx", "-g", "daemon off;"]
"#,
            ),
            (
                "a database on the way to what the image is for",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY entrypoint.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
redis-server --daemonize yes
exec python3 -m http.server 8080
"#,
            ),
            (
                "a program that nothing is known of",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 5432
CMD ["/opt/db/server"]
"#,
            ),
            (
                "one that listens on no port of TCP",
                r#"--- Dockerfile
FROM debian:bookworm-slim
CMD ["mysqld", "--skip-networking"]
"#,
            ),
        ],
    );
}

#[test]
fn what_is_kept_is_gone_with_the_container() {
    check(
        &["persistent-data"],
        &[
            (
                "in a folder of the image",
                r#"--- Dockerfile
FROM debian:bookworm-slim
CMD ["mongod", "--dbpath", "/srv/mongo"] «persistent-data:note»
"#,
            ),
            (
                "in the folder that the server has by itself",
                r#"--- Dockerfile
FROM debian:bookworm-slim
WORKDIR /data
CMD ["redis-server"] «persistent-data:note»
"#,
            ),
            (
                "told to keep it, VOLUME or not",
                r#"--- Dockerfile
FROM debian:bookworm-slim
VOLUME /data
WORKDIR /data
CMD ["redis-server", "--appendonly", "yes"] «persistent-data:note»
"#,
            ),
            (
                "told so by a configuration",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY redis.conf /etc/redis.conf
VOLUME /data
WORKDIR /data
CMD ["redis-server", "/etc/redis.conf"]
--- redis.conf 644
maxmemory 64mb
appendonly yes «persistent-data:note»
"#,
            ),
            (
                "in another folder than VOLUME says",
                r#"--- Dockerfile
FROM debian:bookworm-slim
VOLUME /var/log/mongo
CMD ["mongod", "--dbpath", "/srv/mongo"] «persistent-data:note»
"#,
            ),
            (
                "VOLUME says so",
                r#"--- Dockerfile
FROM debian:bookworm-slim
VOLUME /srv
CMD ["mongod", "--dbpath", "/srv/mongo"]
"#,
            ),
            (
                "told not to keep it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
WORKDIR /data
CMD ["redis-server", "--save", "", "--appendonly", "no"]
"#,
            ),
            (
                "a cache that keeps nothing, and a web server",
                r#"--- Dockerfile
FROM debian:bookworm-slim
CMD ["memcached"]
"#,
            ),
            (
                "a program that nothing is known of",
                r#"--- Dockerfile
FROM alpine:3.20
CMD ["/opt/db/server", "--data", "/srv/data"]
"#,
            ),
        ],
    );
}
