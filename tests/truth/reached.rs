//! What is reached, and under which condition.

use super::check;

const RULES: &[&str] = &["switch-user", "runtime-chown", "root-only-command"];

#[test]
fn what_decides_on_a_word_does_not_decide_on_the_command() {
    check(
        RULES,
        &[(
            "an option that an optional variable gives",
            r#"--- Dockerfile
FROM alpine:3.6
COPY start.sh /
ENTRYPOINT ["/start.sh"]
CMD ["agent"]
--- start.sh
#!/bin/sh
set -e
BIND=
if [ -n "$AGENT_INTERFACE" ]; then
	BIND="-bind=$(ip -o -4 addr list "$AGENT_INTERFACE" | head -n1)"
fi
if [ "$1" = agent ]; then
	shift
	chown agent $BIND /srv «runtime-chown:error»
	exec su-exec agent:agent agentd $BIND "$@" «switch-user:error»
fi
if [ -n "$AGENT_INTERFACE" ]; then
	su-exec agent x
fi
"#,
        )],
    );
}

#[test]
fn what_is_not_known_may_not_leave_the_script() {
    check(
        RULES,
        &[
            (
                "a program of which nothing is known is asked",
                r#"--- Dockerfile
FROM alpine:3.6
COPY start.sh /
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh
leaderctl is-done && exit 0
if leaderctl is-passive; then
	exit 0
fi
chown agent /srv «runtime-chown:warning»
"#,
            ),
            (
                "it succeeds where nothing hangs on it",
                r#"--- Dockerfile
FROM alpine:3.6
COPY start.sh /
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh
leaderctl prepare && echo done
chown agent /srv «runtime-chown:error»
true && exit 0
chown agent /srv
"#,
            ),
        ],
    );
}

#[test]
fn what_a_new_container_does_not_have() {
    check(
        RULES,
        &[
            (
                "data of a version before, in a folder that the build empties",
                r#"--- Dockerfile
FROM ubuntu:14.04
ENV STORE_VERSION 9.4
RUN apt-get update && apt-get install -y storage && rm -rf /var/lib/storage
VOLUME ["/var/lib/storage"]
COPY start /
CMD ["/start"]
--- start
#!/bin/bash
set -e
HOME_DIR=/var/lib/storage
if [ -n "$MAP_GID" ]; then
	groupmod -g $MAP_GID storage «root-only-command:note»
fi
mkdir -p -m 0700 $HOME_DIR
cd $HOME_DIR
if [ ! -d $HOME_DIR/$STORE_VERSION ]; then
	OLD=$(find $HOME_DIR/[0-9].[0-9] -maxdepth 1 -name VERSION 2>/dev/null | sort -r | head -n1 | cut -d/ -f5)
	for dir in $HOME_DIR/*/old; do
		[ -e "$dir" ] && apt-get install -y "storage-$dir"
	done
	sudo -u storage storage-init --data "$HOME_DIR/$STORE_VERSION" «switch-user:error»
fi
if [ -n "$OLD" ]; then
	apt-get update
	sudo -u storage storage-upgrade
fi
if [ -d $HOME_DIR/$STORE_VERSION ]; then
	chown -R storage $HOME_DIR/$STORE_VERSION «runtime-chown:warning»
fi
"#,
            ),
            (
                "a folder that only a volume brings, and one that a program of the build may fill",
                r#"--- Dockerfile
FROM debian:jessie
COPY install.bin start /
RUN /install.bin --prefix /service
CMD ["/start"]
--- install.bin 755
binary
--- start
#!/bin/sh
if [ -f /config/service.conf ]; then
	chown service /config/service.conf
fi
if [ -f /service/service.conf ]; then
	chown service /service/service.conf «runtime-chown:warning»
fi
for script in /config/init.d/*.sh; do
	[ -x "$script" ] && su service "$script"
done
cp -r /usr/share/service /config
if [ -f /config/service.conf ]; then
	chown service /config/service.conf «runtime-chown:warning»
fi
"#,
            ),
            (
                "of another base nobody knows what it has",
                r#"--- Dockerfile
FROM example/service
COPY start /
CMD ["/start"]
--- start
#!/bin/sh
if [ -f /config/service.conf ]; then
	chown service /config/service.conf «runtime-chown:warning»
fi
"#,
            ),
        ],
    );
}

#[test]
fn what_programs_answer() {
    check(
        RULES,
        &[
            (
                "expr asks for a beginning",
                r#"--- Dockerfile
FROM php:7-fpm
COPY start.sh /
ENTRYPOINT ["/start.sh"]
CMD ["php-fpm"]
--- start.sh
#!/bin/sh
set -e
if expr "$1" : "apache" 1>/dev/null; then
	a2enmod rewrite
fi
if expr "$1" : "php" 1>/dev/null && [ $(expr 7 % 2) -eq 1 ]; then
	chown -R www-data /var/www/html «runtime-chown:error»
fi
exec "$@"
"#,
            ),
            (
                "the platform shows no owner of the image, and an account has one number",
                r#"--- Dockerfile
FROM alpine:3.6
RUN addgroup vaultd && adduser -S -G vaultd vaultd && mkdir -p /srv/logs && chown vaultd /srv/logs
COPY start.sh /
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh
UID_NOW=$(id -u vaultd)
UID_WANTED=${MAP_UID:-$UID_NOW}
if [ "$(stat -c %u /srv/logs)" != "$(id -u vaultd)" ]; then
	chown -R vaultd /srv/logs «runtime-chown:error»
fi
if [ "$UID_WANTED" != "$UID_NOW" ]; then
	usermod -u "$UID_WANTED" vaultd «root-only-command:note»
fi
if [ "$(stat -c '%g' /srv/logs)" = 0 ]; then
	chgrp vaultd /srv/logs
fi
exec vaultd
"#,
            ),
        ],
    );
}

#[test]
fn bits_of_what_a_pattern_stands_for() {
    check(
        RULES,
        &[(
            "in a folder of the image, and in one that the start fills",
            r#"--- Dockerfile
FROM debian:jessie
RUN make-db --prefix /usr/local && chown -R db /usr/local/etc/db && mkdir /filled && chmod 777 /filled
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
chmod 664 /usr/local/etc/db/*.ini «root-only-command:error»
chmod 775 /usr/local/etc/db/*.d «root-only-command:error»
touch /filled/a.conf
chmod 600 /filled/*.conf
exec db
"#,
        )],
    );
}

#[test]
fn an_owner_that_a_copy_asks_for() {
    check(
        RULES,
        &[(
            "rsync leaves what it cannot give away, and install ends",
            r#"--- Dockerfile
FROM debian:bookworm
COPY start.sh /
RUN mkdir -m 777 /srv/app
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
rsync -a --chown=www-data:www-data /usr/src/app/ /srv/app/ «runtime-chown:note»
rsync -a /usr/src/app/ /srv/app/
install -o www-data /usr/src/x /srv/app/x «runtime-chown:error»
exec sleep 1000
"#,
        )],
    );
}

#[test]
fn a_script_that_the_start_writes_is_followed() {
    check(
        RULES,
        &[
            (
                "by its path",
                r#"--- Dockerfile
FROM debian:bookworm
COPY start.sh /
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh
cat > /tmp/run.sh <<EOF
#!/bin/sh
chown nobody /srv «runtime-chown:error»
EOF
chmod +x /tmp/run.sh
exec /tmp/run.sh
"#,
            ),
            (
                "by a shell, and by what sources it",
                r#"--- Dockerfile
FROM debian:bookworm
COPY start.sh /
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh
echo 'chown nobody /srv' > /tmp/run «runtime-chown:error»
echo 'chgrp nobody /srv' > /tmp/sourced «runtime-chown:error»
sh /tmp/run
. /tmp/sourced
"#,
            ),
            (
                "not where nothing runs it, nor where something else comes to stand there",
                r#"--- Dockerfile
FROM debian:bookworm
COPY start.sh /
ENTRYPOINT ["/start.sh"]
--- start.sh
#!/bin/sh
echo 'chown nobody /srv' > /tmp/run
curl -o /tmp/run https://example.org/run
sh /tmp/run
echo 'chown nobody /srv' > /tmp/other
"#,
            ),
        ],
    );
}
