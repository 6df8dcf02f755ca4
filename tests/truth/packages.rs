//! What packages and base images bring, and where their servers write.

use super::check;

const PATHS: &[&str] = &["unwritable-path"];

#[test]
fn servers_of_packages() {
    check(
        PATHS,
        &[
            (
                "Redis with the package's configuration",
                r#"--- Dockerfile
FROM ubuntu:14.04
RUN apt-get update && apt-get install -y redis-server
CMD ["/usr/bin/redis-server", "/etc/redis/redis.conf"] «unwritable-path»
"#,
            ),
            (
                "Redis with the package's configuration and a volume for its data",
                r#"--- Dockerfile
FROM ubuntu:14.04
RUN apt-get update && apt-get install -y redis-server
RUN chmod 777 /var/log/redis
VOLUME /var/lib/redis «unwritable-path»
CMD ["/usr/bin/redis-server", "/etc/redis/redis.conf"]
"#,
            ),
            (
                "Redis of any patch of a version",
                r#"--- Dockerfile
FROM ubuntu:18.04
ENV REDIS_VERSION=4.0.9
RUN apt-get update && apt-get install -y redis-server=5:${REDIS_VERSION}* && sed -i '/^logfile/d' /etc/redis/redis.conf
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
mkdir -p /var/lib/redis
exec /usr/bin/redis-server /etc/redis/redis.conf «unwritable-path»
"#,
            ),
            (
                "MySQL of the package that is made for images, which logs to its output",
                r#"--- Dockerfile
FROM oraclelinux:9-slim
RUN microdnf install -y "mysql-community-server-minimal-8.4.0" \
    && sed -i 's!^socket=.*!socket=/var/run/mysqld/mysqld.sock!' /etc/my.cnf \
    && mkdir -p /var/lib/mysql /var/run/mysqld \
    && chmod 1777 /var/lib/mysql /var/run/mysqld
CMD ["/usr/sbin/mysqld"]
"#,
            ),
            (
                "MySQL of the distribution's own, which logs to a file",
                r#"--- Dockerfile
FROM centos:7
RUN yum install -y mysql-community-server && chmod 1777 /var/lib/mysql
CMD ["/usr/sbin/mysqld"] «unwritable-path:error»
"#,
            ),
            (
                "MongoDB, whose log the build sends to its output",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y mongodb-server
RUN sed -i 's/^logpath/#logpath/' /etc/mongodb.conf
VOLUME /var/lib/mongodb «unwritable-path:error»
CMD ["/usr/bin/mongod", "--config", "/etc/mongodb.conf"]
"#,
            ),
            (
                "PostgreSQL on a base that is not known: the same folder by both of its names",
                r#"--- Dockerfile
FROM example/ubuntu:14.04
RUN apt-get update && apt-get install -y postgresql-9.4
VOLUME /run/postgresql «unwritable-path:error»
ENV PGDATA=/tmp/data
CMD ["/usr/lib/postgresql/9.4/bin/postgres"]
"#,
            ),
            (
                "what a script makes in the folder of a server's socket",
                r#"--- Dockerfile
FROM ubuntu:22.04
RUN apt-get update && apt-get install -y postgresql-15
ENV PGDATA=/tmp/data
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
mkdir -p /run/postgresql/15-main.pg_stat_tmp «unwritable-path:error»
exec /usr/lib/postgresql/15/bin/postgres
"#,
            ),
            (
                "CouchDB as it installs itself",
                r#"--- Dockerfile
FROM debian:jessie
RUN cd /usr/src/couchdb && ./configure && make install
RUN printf "[httpd]\nport = 8080\n" > /usr/local/etc/couchdb/local.d/docker.ini
CMD ["/usr/local/bin/couchdb"] «unwritable-path»
"#,
            ),
            (
                "Kafka's own logs",
                r#"--- Dockerfile
FROM eclipse-temurin:17
RUN curl -fsSL https://example.org/kafka.tgz | tar xz -C /opt
CMD ["/opt/kafka/bin/kafka-server-start.sh", "/opt/kafka/config/server.properties"] «unwritable-path»
"#,
            ),
            (
                "rsync, which counts its connections in a file",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add --no-cache rsync
COPY rsyncd.conf /etc/rsyncd.conf
CMD ["/usr/bin/rsync", "--daemon", "--no-detach", "--port=8080"] «unwritable-path»
--- rsyncd.conf
max connections = 4
[share]
path = /srv
"#,
            ),
            (
                "Apache of CentOS",
                r#"--- Dockerfile
FROM centos:7
RUN yum -y install httpd && yum clean all
CMD ["/usr/sbin/httpd", "-D", "FOREGROUND"] «unwritable-path:error»
"#,
            ),
            (
                "a script changes what a package brought",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y --no-install-recommends nginx-full=1.6.2-5
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
touch /var/lib/nginx/ready «unwritable-path:error»
exec appd
"#,
            ),
            (
                "a folder of the package that the build asks for as well",
                r#"--- Dockerfile
FROM debian:jessie
ENV PG_MAJOR 9.4
RUN apt-get update && apt-get install -y postgresql-$PG_MAJOR
RUN mkdir -p /var/run/postgresql && chown -R postgres /var/run/postgresql «unwritable-path»
ENV PGDATA /home/vcap/data
CMD ["/usr/lib/postgresql/9.4/bin/postgres"]
"#,
            ),
            (
                "what comes out of an archive",
                r#"--- Dockerfile
FROM debian:jessie
RUN curl -fsSL https://example.org/app.tar.gz | tar xz -C /srv/app «unwritable-path:error»
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
sed -i "s/PORT/8080/" /srv/app/app.yaml
exec appd
"#,
            ),
        ],
    );
}

#[test]
fn servers_that_can_write() {
    check(
        PATHS,
        &[
            (
                "a configuration of which nothing is known",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server
RUN app-setup --write /srv/redis.conf
CMD ["/usr/bin/redis-server", "/srv/redis.conf"]
"#,
            ),
            (
                "folders that the build opens",
                r#"--- Dockerfile
FROM centos:7
RUN yum -y install httpd
RUN chmod -R a+rwX /run/httpd /var/log/httpd
CMD ["/usr/sbin/httpd", "-D", "FOREGROUND"]
"#,
            ),
            (
                "OpenSSH goes on without its pid file",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y openssh-server
CMD ["/usr/sbin/sshd", "-D", "-p", "8080"]
"#,
            ),
            (
                "volumes for what the container is given",
                r#"--- Dockerfile
FROM debian:jessie
VOLUME ["/etc/app", "/sys/fs/cgroup"]
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "PostgreSQL where the build opens the folder of the data",
                r#"--- Dockerfile
FROM debian:bookworm
RUN install --directory --mode 1777 /var/lib/postgresql /var/run/postgresql
RUN apt-get update && apt-get install -y postgresql-18
ENV PGDATA /var/lib/postgresql/18/docker
VOLUME /var/lib/postgresql
CMD ["/usr/lib/postgresql/18/bin/postgres"]
"#,
            ),
        ],
    );
}

#[test]
fn base_images_by_their_version() {
    check(
        PATHS,
        &[
            (
                "PHP of 2015",
                r#"--- Dockerfile
FROM php:5.6-fpm
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh
touch /var/www/html/.ready «unwritable-path:error»
exec appd
"#,
            ),
            (
                "PHP of today",
                r#"--- Dockerfile
FROM php:8.3-fpm
VOLUME /var/www/html
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh
touch /var/www/html/.ready
exec appd
"#,
            ),
            (
                "nginx with the base's own command",
                r#"--- Dockerfile
FROM nginx:1.9 «unwritable-path:error»
COPY site /usr/share/nginx/html
--- site/index.html 644
hello
"#,
            ),
            (
                "nginx that is made for any user",
                r#"--- Dockerfile
FROM nginxinc/nginx-unprivileged:1.25
COPY site /usr/share/nginx/html
CMD ["/usr/sbin/nginx", "-g", "daemon off;"]
--- site/index.html 644
hello
"#,
            ),
            (
                "a variable that holds the program",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y memcached
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
DAEMON=/usr/bin/memcached
mode=none
exec $DAEMON -P /srv/memcached.pid «unwritable-path»
"#,
            ),
        ],
    );
}
