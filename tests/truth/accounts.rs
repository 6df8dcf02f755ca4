//! Accounts that the build makes, and what it gives to them.

use super::check;

#[test]
fn accounts_that_nothing_needs() {
    check(
        &["unused-account"],
        &[
            (
                "what only root would step down to",
                r#"--- Dockerfile
FROM eclipse-temurin:17-jre
RUN set -eux; \
	groupadd -r keeper --gid=1000; \ «unused-account:note»
	useradd -r -g keeper --uid=1000 keeper; \ «unused-account:note»
	mkdir -p /data; \
	chown -R keeper:keeper /data
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/opt/keeper/bin/keeper", "start"]
--- entrypoint.sh
#!/bin/bash
set -e
if [[ "$1" = '/opt/keeper/bin/keeper' && "$(id -u)" = '0' ]]; then
	chown -R keeper /data
	exec gosu keeper "$0" "$@"
fi
exec "$@"
"#,
            ),
            (
                "an account that is only changed",
                r#"--- Dockerfile
FROM debian:jessie
RUN useradd app && usermod -aG audio app && passwd -l app «unused-account»
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "a directive that is dropped",
                r#"--- Dockerfile
FROM nginx:1.9
RUN useradd web «unused-account»
COPY nginx.conf /etc/nginx/nginx.conf
CMD ["/usr/sbin/nginx", "-g", "daemon off;"]
--- nginx.conf 644
user web;
events {}
http { server { listen 8080; } }
"#,
            ),
        ],
    );
}

#[test]
fn accounts_that_something_needs() {
    check(
        &["unused-account"],
        &[
            (
                "a configuration that names it",
                r#"--- Dockerfile
FROM debian:jessie
RUN groupadd -r worker && useradd -r -g worker worker
COPY uwsgi.ini /etc/uwsgi/uwsgi.ini
CMD ["/usr/bin/uwsgi", "--ini", "/etc/uwsgi/uwsgi.ini"]
--- uwsgi.ini 644
[uwsgi]
uid = worker
gid = worker
"#,
            ),
            (
                "a start that asks who it is",
                r#"--- Dockerfile
FROM debian:jessie
RUN useradd app
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/sh
set -e
export APP_UID=$(id -u app)
exec "$@"
"#,
            ),
            (
                "a build that runs as it",
                r#"--- Dockerfile
FROM debian:jessie
RUN useradd -m app
RUN su app -c "make -C /home/app"
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "a build that is told it",
                r#"--- Dockerfile
FROM debian:jessie
RUN groupadd -r mysql && useradd -r -g mysql mysql
RUN /opt/mysql/scripts/mysql_install_db --user=mysql
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "a job",
                r#"--- Dockerfile
FROM debian:jessie
RUN useradd app
COPY job /etc/cron.d/job
CMD ["/usr/bin/appd"]
--- job 644
*/5 * * * * app /srv/app/bin/job
"#,
            ),
            (
                "a configuration that the build edits",
                r#"--- Dockerfile
FROM httpd:2.4-alpine
RUN adduser -D -S web && sed -i 's/^User daemon/User web/' /usr/local/apache2/conf/httpd.conf
"#,
            ),
        ],
    );
}

#[test]
fn what_is_given_away() {
    check(
        &["build-chown"],
        &[
            (
                "in each way",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /srv/a && chown www-data /srv/a «build-chown:warning»
RUN install -d -o www-data -g www-data /srv/b «build-chown»
RUN mkdir -p /srv/c && chmod 775 /srv/c && chgrp www-data /srv/c «build-chown»
COPY --chown=www-data:www-data site /srv/site «build-chown»
RUN apt-get update && apt-get install -y redis-server && chown -R www-data /var/lib/redis «build-chown»
CMD ["/usr/bin/appd"]
--- site/index.html 644
hello
"#,
            ),
            (
                "with all that is in a folder of the base",
                r#"--- Dockerfile
FROM php:8.2-apache
RUN curl -fsSL https://example.org/app.tar.gz | tar xz --strip 1
RUN chown -R www-data:www-data /var/www/html «build-chown»
"#,
            ),
            (
                "again and again, by the account's name or number",
                r#"--- Dockerfile
FROM php:8.2-apache
RUN useradd -u 1234 app
COPY --from=example/site --chown=33:33 /site /srv/site «build-chown»
COPY --from=example/site --chown=www-data /other /srv/other «build-chown»
COPY --from=example/site --chown=1234 /app /srv/app «build-chown»
RUN chown 33 /srv/site «build-chown»
RUN chown -R www-data:www-data /srv/site «build-chown»
RUN chown -R 33:33 /srv/other «build-chown»
RUN chown -R app /srv/app «build-chown»
"#,
            ),
            (
                "to root, or open to everybody all the same",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /srv/a && chown root:root /srv/a
RUN mkdir -p /srv/b && chgrp -R 0 /srv/b && chmod -R g=u /srv/b
RUN mkdir -p /srv/c && chown 0:0 /srv/c
RUN mkdir -p /srv/d && chown www-data /srv/d && chmod 1777 /srv/d «build-chown:note»
RUN mkdir -p /srv/e && chown -R www-data /srv/e && chmod -R 777 /srv/e «build-chown:note»
RUN ln -s /srv/a /srv/f && chown -h www-data:www-data /srv/f
RUN mkdir -p /srv/g && chgrp www-data /srv/g «build-chown:note»
COPY --chown=root:root site /srv/site
CMD ["/usr/bin/appd"]
--- site/index.html 644
hello
"#,
            ),
            (
                "in a stage that is only copied from",
                r#"--- Dockerfile
FROM debian:jessie AS build
RUN mkdir -p /out && chown www-data /out
FROM debian:jessie
COPY --from=build /out /out
CMD ["/usr/bin/appd"]
"#,
            ),
        ],
    );
}

#[test]
fn what_the_build_gives_away() {
    check(
        &["build-chown", "unused-account"],
        &[
            (
                "to a group, with bits for it, and without",
                r#"--- Dockerfile
FROM debian:bookworm
RUN mkdir /srv/a && chgrp staff /srv/a && chmod 775 /srv/a «build-chown:warning»
RUN mkdir /srv/b && chown root:staff /srv/b «build-chown:note»
RUN mkdir /srv/c && chown root:root /srv/c
CMD ["/bin/sleep", "1000"]
"#,
            ),
            (
                "twice to the same account",
                r#"--- Dockerfile
FROM debian:bookworm
RUN useradd app «unused-account:note»
RUN mkdir -p /app/files && chown app:app /app/files «build-chown:warning»
WORKDIR /app
RUN curl -fSL https://example.org/app.tgz | tar -xz && chown -R app:app /app «build-chown:warning»
CMD ["/bin/sleep", "1000"]
"#,
            ),
        ],
    );
}

#[test]
fn an_account_that_is_only_looked_at_where_root_is() {
    check(
        &["unused-account"],
        &[
            (
                "a server's own option, of which it only takes notice as root",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add mosquitto && addgroup -S mqtt && adduser -S -G mqtt mqtt «unused-account:note»
COPY mosquitto.conf /srv/mosquitto.conf
CMD ["/usr/sbin/mosquitto", "-c", "/srv/mosquitto.conf"]
--- mosquitto.conf 644
user mqtt
"#,
            ),
            (
                "one that it looks up whoever runs it",
                r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y apache2 && useradd site
COPY apache2.conf /etc/apache2/apache2.conf
CMD ["/usr/sbin/apache2", "-D", "FOREGROUND"]
--- apache2.conf 644
User site
"#,
            ),
            (
                "a number is asked for, and nothing is changed",
                r#"--- Dockerfile
FROM debian:bookworm
RUN useradd site
COPY run.sh /
CMD ["/run.sh"]
--- run.sh
#!/bin/bash
set -e
if [ -n "$SHOW" ]; then
    getent passwd site
fi
exec sleep 1000
"#,
            ),
            (
                "a number is asked for in order to change it",
                r#"--- Dockerfile
FROM debian:bookworm
RUN useradd site «unused-account:note»
COPY run.sh /
CMD ["/run.sh"]
--- run.sh
#!/bin/bash
if [ -n "$RUN_UID" ] && [ "$RUN_UID" != "$(id -u site)" ]; then
    usermod -u "$RUN_UID" site
fi
exec sleep 1000
"#,
            ),
        ],
    );
}

#[test]
fn an_account_that_a_script_hands_to_a_server() {
    check(
        &["unused-account"],
        &[(
            "out of a file of settings",
            r#"--- Dockerfile
FROM debian:bookworm
RUN useradd cache «unused-account:note»
RUN useradd jobs
COPY settings.cfg jobs.conf /etc/app/
COPY run.sh /
CMD ["/run.sh"]
--- settings.cfg 644
user=cache
--- jobs.conf 644
user = jobs
--- run.sh
#!/bin/sh
. /etc/app/settings.cfg
exec memcached -u $user
"#,
        )],
    );
}
