//! Servers that go to the background, and starts that end with it.

use super::{check, check_on};

const RULES: &[&str] = &["daemonizes"];

#[test]
fn nothing_stays() {
    check(
        RULES,
        &[
            (
                "servers that do so by themselves",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx
COPY nginx.conf /etc/nginx/nginx.conf
CMD ["/usr/sbin/nginx"] «daemonizes:warning»
--- nginx.conf
events {}
http { server { listen 8080; } }
"#,
            ),
            (
                "a configuration that says so",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server
COPY redis.conf /srv/redis.conf
CMD ["/usr/bin/redis-server", "/srv/redis.conf"] «daemonizes:warning»
--- redis.conf
port 8080
daemonize yes
"#,
            ),
            (
                "services, and a shell that nobody types into",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y apache2 default-mysql-server
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
service mysql start
service apache2 start «daemonizes:warning»
/bin/bash
"#,
            ),
            (
                "supervisord of a package",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y supervisor redis-server
COPY redis.conf /etc/supervisor/conf.d/redis.conf
CMD ["/usr/bin/supervisord"] «daemonizes:warning»
--- redis.conf
[program:redis]
command=/usr/bin/redis-server --port 8080
"#,
            ),
            (
                "a script that does so and ends",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y memcached
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
memcached -p 8080 & «daemonizes:warning»
"#,
            ),
        ],
    );
}

#[test]
fn where_the_end_is_a_crash() {
    check_on(
        &["--target", "cf"],
        RULES,
        &[(
            "the same is an error",
            r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y apache2
EXPOSE 80
CMD apachectl start «daemonizes:error»
"#,
        )],
    );
}

#[test]
fn something_stays() {
    check(
        RULES,
        &[
            (
                "the server itself",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && echo "daemon off;" >> /etc/nginx/nginx.conf
CMD ["/usr/sbin/nginx"]
"#,
            ),
            (
                "a tail of its log",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y apache2
CMD service apache2 start && tail -F /var/log/apache2/error.log
"#,
            ),
            (
                "another server in the foreground",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx php-fpm
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
service php8.2-fpm start
exec nginx -g 'daemon off;'
"#,
            ),
            (
                "a script that waits, or looks after it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx memcached
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
memcached -p 8080 &
wait
"#,
            ),
            (
                "a loop",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y apache2
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
service apache2 start
while true; do
	sleep 60
done
"#,
            ),
            (
                "the official images",
                r#"--- Dockerfile
FROM php:8.3-apache
COPY index.php /var/www/html/
--- index.php
<?php
"#,
            ),
            (
                "the official image of PHP-FPM",
                r#"--- Dockerfile
FROM php:8.3-fpm
COPY index.php /var/www/html/
--- index.php
<?php
"#,
            ),
        ],
    );
}
