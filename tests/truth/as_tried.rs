//! What is no fault on Cloud Foundry of today, since it is none where the image's author tried it: the
//! account, its files and its setuid programs are the image's there, too.

use super::{check, check_on};

const CF: &[&str] = &["--target", "cf"];

#[test]
fn what_a_server_of_unknown_make_writes_is_not_guessed() {
    check_on(
        CF,
        &["unwritable-path"],
        &[
            (
                "a server that was built with paths of its own",
                r#"--- Dockerfile
FROM alpine:3.20 AS build
RUN apk add --no-cache build-base && ./configure --with-pidfile=/var/run/proxy/squid.pid && make install

FROM alpine:3.20
COPY --from=build /usr/ /usr/
RUN adduser -D squid && install -d -o squid -g squid /var/run/proxy
USER squid
CMD ["/usr/sbin/squid", "-N"]
"#,
            ),
            (
                "one of a package, whose paths are known",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx
USER www-data
CMD ["nginx", "-g", "daemon off; error_log stderr;"] «unwritable-path:error»
"#,
            ),
            (
                "one that is told a folder of root's",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY store /usr/local/bin/redis-server
RUN useradd app && mkdir /store «unwritable-path:error»
USER app
CMD ["redis-server", "--dir", "/store", "--save", "60", "1"]
--- store
"#,
            ),
            (
                "a folder that is only there where the archive has none",
                r#"--- Dockerfile
FROM debian:bookworm-slim
ADD https://example.org/shop.tar.gz /tmp/
RUN useradd shop && mkdir /srv/shop && tar xzf /tmp/shop.tar.gz -C /srv/shop && chown -R shop /srv/shop
VOLUME /srv/shop/uploads
USER shop
CMD ["/srv/shop/bin/shop"]
"#,
            ),
            (
                "what is in a folder of its own",
                r#"--- Dockerfile
FROM php:8.3-apache
RUN curl -sSL https://example.org/survey.tar.gz | tar xz -C /var/www/html && chown -R www-data:www-data /var/www/html
COPY start.sh /start.sh
USER www-data
WORKDIR /var/www/html
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/sh
set -e
echo '<?php return [];' > config/config.php
exec apache2-foreground
"#,
            ),
            (
                "a link that is put into a folder of its own",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY --from=registry.example.org/wiki /src /srv/wiki
RUN useradd wiki && chown -R wiki /srv/wiki/plugins
COPY start.sh /start.sh
USER wiki
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/sh
set -e
ln -sf /data/plugins/theme /srv/wiki/plugins/
exec /srv/wiki/bin/wiki
"#,
            ),
            (
                "a server's own code, which an image of its language starts",
                r#"--- Dockerfile
FROM node:4
RUN useradd ghost && mkdir -p /usr/src/ghost && curl -sSL https://example.org/ghost.zip -o ghost.zip && unzip ghost.zip -d /usr/src/ghost
WORKDIR /usr/src/ghost
USER ghost
CMD ["npm", "start"]
"#,
            ),
            (
                "what an application's image may have, and a plain one has not",
                r#"--- Dockerfile
FROM jenkins/jenkins:lts
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/sh
set -e
date > /var/log/jenkins/started.log
exec /usr/local/bin/jenkins.sh
"#,
            ),
            (
                "a plain one",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN useradd app
COPY start.sh /start.sh
USER app
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/sh
set -e
date > /srv/started.log «unwritable-path:error»
exec /usr/local/bin/shop
"#,
            ),
            (
                "what may fail, or may not run",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN useradd app
COPY start.sh /start.sh
USER app
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/sh
set -e
mkdir -p /srv/cache || :
if grep -q shop /proc/1/cgroup; then
    date > /srv/started.log
fi
exec /usr/local/bin/shop
"#,
            ),
            (
                "the folders that mkdir -p makes are all whose who runs it",
                r#"--- Dockerfile
FROM alpine:3.20
RUN adduser -D app
USER app
RUN mkdir -p /home/app/mail/cache/headers
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/sh
set -e
date > /home/app/mail/started
date > /home/app/mail/cache/started
exec mutt
"#,
            ),
            (
                "nginx of Alpine has its process id in a folder of its own",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add --no-cache nginx && mkdir -p /run/nginx && chown nobody /run/nginx /var/lib/nginx /var/lib/nginx/tmp /var/log/nginx
USER nobody
CMD ["nginx", "-g", "daemon off; error_log stderr;"]
"#,
            ),
            (
                "what root has given away with a script of the base's",
                r#"--- Dockerfile
FROM ghcr.io/linuxserver/baseimage-alpine:3.20
COPY root/ /
VOLUME /config
--- root/etc/s6-overlay/s6-rc.d/user/contents.d/init-store 644
--- root/etc/s6-overlay/s6-rc.d/user/contents.d/svc-store 644
--- root/etc/s6-overlay/s6-rc.d/init-store/up 644
/etc/s6-overlay/s6-rc.d/init-store/run
--- root/etc/s6-overlay/s6-rc.d/init-store/run 755
#!/usr/bin/with-contenv bash
lsiown -R abc:abc /config
--- root/etc/s6-overlay/s6-rc.d/svc-store/run 755
#!/usr/bin/with-contenv bash
exec s6-setuidgid abc redis-server --dir /config --save 60 1
"#,
            ),
        ],
    );
}

#[test]
fn a_setuid_program_that_lets_users_through_is_root() {
    let rules = &["switch-user", "root-only-command", "setuid-program"];
    check_on(
        CF,
        rules,
        &[
            (
                "sudo",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y sudo postfix && useradd app && echo 'app ALL=(root) NOPASSWD: ALL' > /etc/sudoers.d/app
COPY start.sh /start.sh
USER app
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/sh
set -e
sudo /usr/sbin/postfix start «setuid-program:note»
exec /usr/local/bin/shop
"#,
            ),
            (
                "doas",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add --no-cache doas && adduser -D app && echo 'permit nopass app' > /etc/doas.conf
USER app
CMD ["doas", "/usr/local/bin/shop"] «setuid-program:note»
"#,
            ),
            (
                "su asks for a password, which nobody gives",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN useradd app
USER app
CMD ["su", "-c", "/usr/local/bin/shop"] «switch-user:error»
"#,
            ),
        ],
    );
    check_on(
        &["--target", "cf", "--set", "no-new-privileges=true"],
        rules,
        &[(
            "where the bit does not count",
            r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y sudo && useradd app
USER app
CMD ["sudo", "/usr/local/bin/shop"] «switch-user:error»
"#,
        )],
    );
}

#[test]
fn who_gives_files_to_itself_gives_nothing_away() {
    check_on(
        CF,
        &["runtime-chown"],
        &[
            (
                "a folder that it has made, and one of its own",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN useradd -u 1000 app && mkdir /srv/app && chown app /srv/app
COPY start.sh /start.sh
USER 1000
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/sh
set -e
mkdir -p /tmp/cache
chown app /tmp/cache
chown 1000 /srv/app
exec /usr/local/bin/shop
"#,
            ),
            (
                "a folder of its own, with a file of root's in it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN useradd -u 1000 app && mkdir /srv/app && chown app /srv/app && touch /srv/app/x
COPY start.sh /start.sh
USER app
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/sh
set -e
chown -R app /srv/app «runtime-chown:error»
exec /usr/local/bin/shop
"#,
            ),
            (
                "a folder of root's, and another account",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN useradd -u 1000 app && mkdir /srv/app /srv/own && chown app /srv/own
COPY start.sh /start.sh
USER app
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/sh
set -e
chown app /srv/app «runtime-chown:error»
chown www-data /srv/own «runtime-chown:error»
exec /usr/local/bin/shop
"#,
            ),
        ],
    );
}

#[test]
fn what_root_gives_a_file_at_the_start_counts() {
    check_on(
        CF,
        &["privileged-port"],
        &[
            (
                "capabilities of what is left to it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y dnsmasq libcap2-bin && useradd dns
COPY start.sh /start.sh
EXPOSE 53
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/bash
set -e
caps=""
capsh --has-p=cap_net_bind_service && caps+=",cap_net_bind_service"
setcap "${caps:1}+ep" "$(which dnsmasq)"
exec capsh --user=dns -- -c "dnsmasq -k"
"#,
            ),
            (
                "in a stage that it is copied from, as COPY keeps it",
                r#"--- Dockerfile
FROM debian:bookworm-slim AS build
COPY coredns /coredns
RUN setcap cap_net_bind_service=+ep /coredns
FROM debian:bookworm-slim
COPY --from=build /coredns /coredns
USER nobody
EXPOSE 53
ENTRYPOINT ["/coredns"]
--- coredns
"#,
            ),
            (
                "a server whose configuration the start makes",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && useradd gate
COPY start.sh /start.sh
USER gate
EXPOSE 8000
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/sh
set -e
gate prepare -p /tmp/gate
exec nginx -p /tmp/gate -c nginx.conf
"#,
            ),
            (
                "something else is given to another file",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3 gosu libcap2-bin
COPY start.sh /start.sh
EXPOSE 80
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/sh
set -e
setcap cap_net_raw+ep /bin/ping
exec gosu www-data python3 -m http.server 80 «privileged-port:error»
"#,
            ),
            (
                "nothing is given",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y dnsmasq libcap2-bin && useradd dns
EXPOSE 53
ENTRYPOINT ["capsh", "--user=dns", "--", "-c", "dnsmasq -k"] «privileged-port:error»
"#,
            ),
        ],
    );
}

#[test]
fn s6_overlay_of_before_version_3_makes_scripts_executable() {
    let second = r#"--- Dockerfile
FROM debian:bookworm-slim
ADD https://example.org/s6-overlay-amd64.tar.gz /tmp/
RUN tar xzf /tmp/s6-overlay-amd64.tar.gz -C /
COPY init.sh /etc/cont-init.d/init.sh
ENTRYPOINT ["/init"]
--- init.sh 644
#!/bin/sh
mkdir -p /data
"#;
    check_on(CF, &["not-executable"], &[("as root", second)]);
    check_on(
        CF,
        &["not-executable"],
        &[(
            "what a service of its starts in its turn is another's",
            r#"--- Dockerfile
FROM debian:bookworm-slim
ADD https://example.org/s6-overlay-amd64.tar.gz /tmp/
RUN tar xzf /tmp/s6-overlay-amd64.tar.gz -C /
COPY run /etc/services.d/app/run
COPY start.sh /app/start.sh
ENTRYPOINT ["/init"]
--- run 644
#!/bin/sh
exec /app/start.sh «not-executable:error»
--- start.sh 644
#!/bin/sh
exec /app/server
"#,
        )],
    );
    let third = r#"--- Dockerfile
FROM debian:bookworm-slim
ADD https://example.org/s6-overlay-noarch.tar.xz /tmp/
RUN tar xJf /tmp/s6-overlay-noarch.tar.xz -C /
COPY init.sh /etc/cont-init.d/init.sh
ENTRYPOINT ["/init"] «not-executable:error»
--- init.sh 644
#!/bin/sh
mkdir -p /data
"#;
    check_on(CF, &["not-executable"], &[("version 3", third)]);
    check(
        &["not-executable"],
        &[(
            "nobody but root may",
            &second.replace(
                "ENTRYPOINT [\"/init\"]",
                "ENTRYPOINT [\"/init\"] «not-executable:error»",
            ),
        )],
    );
}

#[test]
fn what_is_read_of_a_script_is_what_a_command_writes() {
    check(
        &["bad-interpreter"],
        &[
            (
                "its first line is in quotes, where the build writes it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN tar xzf /tmp/s6-overlay-amd64.tar.gz -C / \
    && mkdir -p /etc/services.d/app \
    && echo '#!/bin/sh \
        \n exec /usr/lib/app' > /etc/services.d/app/run && chmod 755 /etc/services.d/app/run
CMD ["/init"]
"#,
            ),
            (
                "a program",
                "--- Dockerfile\nFROM alpine:3.20\nCOPY app /app\nCMD [\"/app\"]\n--- app 755\n\u{7f}ELF and so on\n",
            ),
        ],
    );
}

#[test]
fn a_folder_of_another_stage_may_hold_a_whole_system() {
    check(
        &["no-shell"],
        &[
            (
                "what it holds goes to the root",
                r#"--- Dockerfile
FROM debian:bookworm AS build
RUN make root
FROM scratch
COPY --from=build /toys/root/fs/ /
CMD ["sh"]
"#,
            ),
            (
                "be that not said",
                r#"--- Dockerfile
FROM debian:bookworm AS build
RUN make root
FROM scratch
COPY --from=build /rootfs /
CMD ["sh"]
"#,
            ),
            (
                "one program, in a place of its own",
                r#"--- Dockerfile
FROM golang:1.22 AS build
RUN go build -o /out/app .
FROM scratch
COPY --from=build /out/app /app
CMD /app --serve «no-shell:error»
"#,
            ),
        ],
    );
}

#[test]
fn an_application_may_bring_a_shell_that_its_distribution_has_not() {
    check(
        &["bad-interpreter"],
        &[
            (
                "a database with a script of bash",
                r#"--- Dockerfile
FROM postgres:16-alpine
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/bash
exec docker-entrypoint.sh "$@"
"#,
            ),
            (
                "a base with its own init",
                r#"--- Dockerfile
FROM ghcr.io/linuxserver/baseimage-alpine:3.20
COPY run /etc/services.d/app/run
--- run 755
#!/usr/bin/with-contenv bash
exec /app/server
"#,
            ),
            (
                "a language's image has none",
                r#"--- Dockerfile
FROM node:22-alpine
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
--- start.sh 755
#!/bin/bash «bad-interpreter:error»
exec node server.js
"#,
            ),
        ],
    );
}
