//! Who writes where: what programs start, fill and keep by files of their own.

use super::check;

#[test]
fn what_the_build_makes_for_others() {
    check(
        &["unwritable-path"],
        &[
            (
                "a library's function makes a folder for the instruction that calls it",
                r#"--- Dockerfile
FROM debian:bookworm
COPY lib.sh postunpack.sh /opt/scripts/
RUN /opt/scripts/postunpack.sh «unwritable-path:error»
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- lib.sh
#!/bin/sh
ensure_dir_exists() {
    mkdir -p "$1"
}
--- postunpack.sh
#!/bin/sh
. /opt/scripts/lib.sh
for dir in /srv/app/conf; do
    ensure_dir_exists "$dir"
done
--- entrypoint.sh
#!/bin/sh
echo "a = b" > /srv/app/conf/app.conf
exec /usr/bin/appd
"#,
            ),
            (
                "a volume of the configuration is meant to be written where the start writes it",
                r#"--- Dockerfile
FROM debian:bookworm
VOLUME /etc/app «unwritable-path:error»
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
echo "a = b" >> /etc/app/app.conf
echo "b = c" > /etc/other.conf
exec /usr/bin/appd
"#,
            ),
            (
                "a volume of the configuration is only read where the start does not write it",
                r#"--- Dockerfile
FROM debian:bookworm
VOLUME /etc/app
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "a folder that is opened to root's group is one to write",
                r#"--- Dockerfile
FROM debian:bookworm
RUN mkdir -p /srv/app/tmp && chmod -R g+rwX /srv/app/tmp «unwritable-path:warning»
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "what COPY brings, or is open to all, is not",
                r#"--- Dockerfile
FROM debian:bookworm
COPY conf /srv/app/conf
RUN mkdir -p /srv/app/tmp && chmod -R g+rwX /srv/app/conf && chmod -R 777 /srv/app/tmp
CMD ["/usr/bin/appd"]
--- conf/app.conf
a = b
"#,
            ),
            (
                "an archive's own folder in one of the system is no folder of the command's",
                r#"--- Dockerfile
FROM debian:bookworm
RUN curl -fsSL https://example.com/app-1.0.tgz | tar xz -C /opt && mv /opt/app-1.0 /opt/app
RUN tar xf /tmp/other-2.0.tgz -C /opt
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
set -e
echo "a = b" >> /opt/other-2.0/config/app.conf «unwritable-path»
exec /usr/bin/appd
"#,
            ),
            (
                "a folder below /tmp that the build makes is closed, what it does not make is not",
                r#"--- Dockerfile
FROM debian:bookworm
RUN mkdir -p /tmp/state «unwritable-path:error»
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
touch /tmp/state/started
mkdir -p /tmp/other/state
touch /tmp/other/state/started
exec /usr/bin/appd
"#,
            ),
            (
                "nothing can be made in /dev, and its devices are open",
                r#"--- Dockerfile
FROM debian:bookworm
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
cp /usr/share/app/pattern /dev/ «unwritable-path:error»
date > /dev/null
date > /dev/shm/date
exec /usr/bin/appd
"#,
            ),
            (
                "where a base's variable leads is not known",
                r#"--- Dockerfile
FROM example/base
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
mkdir -p "$APP_HOME/tmp"
touch $APP_HOME/tmp/started
exec /usr/bin/appd
"#,
            ),
        ],
    );
}

#[test]
fn what_programs_write_that_files_tell_them() {
    check(
        &["unwritable-path", "root-only-command", "switch-user"],
        &[
            (
                "supervisord opens its own files and the logs of its programs",
                r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y supervisor
COPY supervisord.conf /srv/supervisord.conf
RUN mkdir /var/log/app «unwritable-path:error»
CMD ["/usr/bin/supervisord", "-c", "/srv/supervisord.conf"]
--- supervisord.conf
[supervisord]
nodaemon=true
logfile=/dev/null
pidfile=/srv/supervisord.pid
[program:app]
command=/usr/bin/appd
stdout_logfile=/var/log/app/app.log
stderr_logfile=/dev/stderr
"#,
            ),
            (
                "servers that a script starts before the one that it is for, and what their packages say of them",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y php5-fpm fcgiwrap rsyslog
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
service rsyslog start «root-only-command:error unwritable-path:error»
/etc/init.d/fcgiwrap start «root-only-command:error unwritable-path:error»
php5-fpm «unwritable-path:error»
exec gunicorn -b 0.0.0.0:8080 app:app
"#,
            ),
            (
                "a server that only may be started before, or is only asked for its configuration",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y php5-fpm influxdb
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
influxd print-config > /tmp/influxdb.conf
[ -e /data/with-php ] && php5-fpm
exec gunicorn -b 0.0.0.0:8080 app:app
"#,
            ),
            (
                "the devices have no place for the socket of the system's log",
                r#"--- Dockerfile
FROM alpine:3.18
CMD syslogd -O /dev/stdout && exec /usr/bin/appd «unwritable-path:error»
"#,
            ),
            (
                "confd writes what its templates are for, and starts what it is told to",
                r#"--- Dockerfile
FROM debian:bookworm
COPY app.toml /etc/confd/conf.d/app.toml
RUN mkdir /srv/app «unwritable-path:error»
CMD ["/usr/bin/confd", "-onetime"]
--- app.toml
[template]
src = "app.tmpl"
dest = "/srv/app/app.conf"
reload_cmd = "su app -c /usr/bin/appd" «switch-user:error»
"#,
            ),
            (
                "openvpn runs scripts of its own",
                r#"--- Dockerfile
FROM debian:bookworm
COPY up.sh start.sh /etc/openvpn/
CMD ["/etc/openvpn/start.sh"]
--- start.sh
#!/bin/sh
exec openvpn --script-security 2 --route-up /etc/openvpn/up.sh --config /etc/openvpn/client.conf «root-only-command:error»
--- up.sh
#!/bin/sh
echo "ip=$ifconfig_local" >> /etc/app.conf «root-only-command:error»
exec su app -c /usr/bin/appd «switch-user:error»
"#,
            ),
        ],
    );
}

#[test]
fn what_is_only_served_is_read() {
    check(
        &["unwritable-path"],
        &[(
            "nginx hands out a volume, and nothing writes it",
            r#"--- Dockerfile
FROM nginx «unwritable-path:error»
VOLUME /repository
VOLUME /data «unwritable-path:warning»
COPY site.conf /etc/nginx/conf.d/default.conf
--- site.conf
server {
    listen 8080;
    root /repository;
}
"#,
        )],
    );
}

#[test]
fn what_is_given_to_another_account_and_only_read() {
    check(
        &["build-chown"],
        &[
            (
                "a file that others may read",
                r#"--- Dockerfile
FROM debian:bookworm
COPY --chown=www-data app.conf /srv/app.conf «build-chown:note»
CMD ["/usr/bin/appd"]
--- app.conf 644
a = b
"#,
            ),
            (
                "a file that the start writes",
                r#"--- Dockerfile
FROM debian:bookworm
COPY --chown=www-data app.conf /srv/app.conf «build-chown:warning»
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- app.conf 644
a = b
--- entrypoint.sh
#!/bin/sh
echo "b = c" >> /srv/app.conf
exec /usr/bin/appd
"#,
            ),
        ],
    );
}

#[test]
fn what_programs_write_in_the_folder_of_an_application() {
    check(
        &["unwritable-path"],
        &[
            (
                "packages that are only installed at the start",
                r#"--- Dockerfile
FROM node:20
WORKDIR /app «unwritable-path:error»
COPY package.json server.js ./
CMD ["/bin/sh", "-c", "npm install && exec node server.js"]
--- package.json
{ "name": "app", "scripts": { "start": "node server.js" } }
--- server.js
require("http").createServer().listen(8080);
"#,
            ),
            (
                "packages that the build installs, for all",
                r#"--- Dockerfile
FROM node:20
WORKDIR /app
COPY package.json server.js ./
RUN npm install
CMD ["/bin/sh", "-c", "npm run install-hooks; exec node server.js"]
--- package.json
{ "name": "app", "scripts": { "install-hooks": "echo none" } }
--- server.js
require("http").createServer().listen(8080);
"#,
            ),
            (
                "a server for development keeps what it has bundled",
                r#"--- Dockerfile
FROM node:20
WORKDIR /app «unwritable-path:error»
COPY . .
RUN npm install
CMD ["/usr/local/bin/npm", "run", "dev"]
--- package.json
{ "name": "app", "type": "module", "scripts": { "dev": "vite --host --port 8080" } }
--- vite.config.js
export default { plugins: [] };
"#,
            ),
            (
                "the key and the caches of an application in PHP",
                r#"--- Dockerfile
FROM php:8.3-apache
COPY . /var/www/html/ «unwritable-path:error»
RUN chmod -R 777 /var/www/html/storage
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- artisan
#!/usr/bin/env php
<?php
--- bootstrap/cache/.gitignore
*
--- storage/framework/views/.gitignore
*
--- entrypoint.sh
#!/bin/sh
set -e
cd /var/www/html
php artisan config:cache
php artisan view:cache
exec /usr/bin/appd
"#,
            ),
        ],
    );
}

#[test]
fn what_the_build_makes_for_the_state_of_programs() {
    check(
        &["unwritable-path"],
        &[
            (
                "folders for a program that nothing is known of",
                r#"--- Dockerfile
FROM debian:bookworm
RUN useradd --system --home-dir /var/lib/appd appd
RUN mkdir -p /var/run/appd «unwritable-path:warning»
RUN mkdir -p /var/lib/appd /var/spool/appd && chown appd /var/lib/appd /var/spool/appd «unwritable-path:warning»
RUN mkdir -p /var/lib/templates /var/log/appd && chown appd /var/log/appd
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "a number in the name of a program need not be its version",
                r#"--- Dockerfile
FROM debian:bookworm
CMD ["/usr/bin/influxdb3", "--node-id", "a"]
"#,
            ),
            (
                "a folder by its name, and others of the same account",
                r#"--- Dockerfile
FROM debian:bookworm
RUN useradd --system --create-home appd
RUN mkdir -p /srv/app/uploads && chown appd /srv/app/uploads «unwritable-path:warning»
RUN mkdir -p /srv/app/plugins /home/appd/data && chown appd /srv/app/plugins /home/appd/data
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "an image that says where its data are",
                r#"--- Dockerfile
FROM debian:bookworm
RUN useradd --system appd
RUN mkdir -p /srv/app/data && chown appd /srv/app/data
RUN mkdir -m 777 /data
VOLUME /data
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "one that stays empty, and one that is open",
                r#"--- Dockerfile
FROM debian:bookworm
RUN mkdir -p /run/sshd /run/appd && chmod 1777 /run/appd
CMD ["/usr/bin/appd"]
"#,
            ),
        ],
    );
}

#[test]
fn what_a_group_of_commands_writes_into_a_configuration() {
    check(
        &["unwritable-path", "wrong-port"],
        &[
            (
                "each line by a command, all into one file",
                r#"--- Dockerfile
FROM redis:7
RUN mkdir /srv/queue «unwritable-path:error»
RUN { \
        echo 'dir /srv/queue'; \
        echo 'port 8080'; \
    } > /etc/queue.conf
CMD ["/usr/local/bin/redis-server", "/etc/queue.conf"]
"#,
            ),
            (
                "and more behind them",
                r#"--- Dockerfile
FROM redis:7
RUN mkdir -m 777 /srv/queue
RUN echo 'port 8080' > /etc/queue.conf
RUN ( echo '# where it keeps its data'; echo 'dir /srv/queue' ) >> /etc/queue.conf
CMD ["/usr/local/bin/redis-server", "/etc/queue.conf"]
"#,
            ),
        ],
    );
}
