//! Commands that only work for root.

use super::check;

const RULES: &[&str] = &["root-only-command", "unwritable-path", "runtime-chown"];

#[test]
fn what_needs_root() {
    check(
        RULES,
        &[
            (
                "packages, accounts, services",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
apt-get update && apt-get install -y lsof «root-only-command:error»
usermod -u 1000 www-data «root-only-command:error»
echo "root:secret" | chpasswd «root-only-command:error»
service apache2 start «root-only-command:error unwritable-path:error»
/etc/init.d/cron restart «root-only-command:error»
hostname $(cat /etc/name) «root-only-command:error»
exec /usr/bin/appd
"#,
            ),
            (
                "the network and the kernel",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
iptables -t nat -A POSTROUTING -j MASQUERADE «root-only-command:error»
ip link set dev eth0 mtu 1400 «root-only-command:error»
sysctl -w vm.swappiness=1 «root-only-command:error»
echo 1 > /proc/sys/net/ipv4/ip_forward «root-only-command:error»
mount -t tmpfs tmpfs /mnt «root-only-command:error»
exec /usr/bin/appd
"#,
            ),
            (
                "bits of the image's files",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /run/app /var/lib/app && chmod 777 /run/app /var/lib/app
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
chmod g+s /run/app «root-only-command:error»
find /var/lib/app -type d -exec chmod 755 {} + «root-only-command:error»
chmod 600 /etc/app.key «root-only-command:error»
exec /usr/bin/appd
"#,
            ),
            (
                "configuration that is written at the start",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y nginx
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
sed -i "s/listen 80/listen 8080/" /etc/nginx/sites-available/default «root-only-command:error»
echo "daemon off;" >> /etc/nginx/nginx.conf «root-only-command:error»
cp /etc/app.dist /etc/app.conf «root-only-command:error»
ln -sf /usr/share/zoneinfo/UTC /etc/localtime «root-only-command:error»
echo "127.0.0.1 db" | tee -a /etc/hosts «root-only-command:error»
perl -pi -e 's/a/b/' /etc/app.conf «root-only-command:error»
openssl req -x509 -nodes -keyout /etc/app.key -out /etc/app.pem «root-only-command:error»
exec /usr/bin/appd
"#,
            ),
            (
                "only in some runs, and only with a variable",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
if [ -n "$TZ_NAME" ]; then
	dpkg-reconfigure -f noninteractive tzdata «root-only-command:note»
fi
if grep -q x /proc/mounts; then
	modprobe fuse «root-only-command:warning»
fi
exec /usr/bin/appd
"#,
            ),
            (
                "a server that only root can start",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y openssh-server
CMD ["/usr/sbin/sshd", "-D"] «root-only-command:error»
"#,
            ),
            (
                "what is handed on is found where it is written, what a variable names where it runs",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
ENTRYPOINT ["/start.sh"]
CMD ["/usr/sbin/cron", "-f"] «root-only-command:error»
--- start.sh
#!/bin/sh
BIN=/usr/local/bin
CONF=/etc/app.conf
$BIN/generate > $CONF «root-only-command:error»
exec "$@"
"#,
            ),
            (
                "a failure that is taken for the end",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
die() {
	echo "$1" >&2
	exit 1
}
groupmod -g 1000 users || die "no group" «root-only-command:error»
if ! mount -a; then «root-only-command:error»
	exit 1
fi
exec /usr/bin/appd
"#,
            ),
        ],
    );
}

#[test]
fn what_does_not_need_root() {
    check(
        RULES,
        &[
            (
                "commands that only ask",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
mount
ip addr show
route -n
hostname -i
date +%s
sysctl vm.swappiness
service --status-all
apt-get --version
update-alternatives --list editor
crontab -T /tmp/table
systemctl is-active app
exec /usr/bin/appd
"#,
            ),
            (
                "what may fail on purpose",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /run/app && chmod 777 /run/app
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
chmod 775 /run/app || :
sysctl -w vm.overcommit_memory=1 || true
touch /etc/app.conf 2> /dev/null || { echo "no configuration is written"; exit 0; }
if iptables -L > /dev/null 2>&1; then
	echo firewall
fi
exec /usr/bin/appd
"#,
            ),
            (
                "what the start makes is its own",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /var/lib/app && chmod 777 /var/lib/app
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
mkdir -p /var/lib/app/data /tmp/app
chmod 700 /var/lib/app/data
chmod -R go-w /tmp/app
echo secret > /var/lib/app/key
chmod 600 /var/lib/app/key
sed -i 's/secret/public/' /var/lib/app/data/x
install -d -m 755 /var/lib/app/data/deeper
touch /var/lib/app/data/deeper/x
exec /usr/bin/appd
"#,
            ),
            (
                "opened by the build",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /etc/app && touch /etc/app.conf /etc/app/x.conf && chmod 777 /etc/app && chmod a+w /etc/app.conf
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
sed -i 's/a/b/' /etc/app/x.conf
echo x >> /etc/app.conf
cp /etc/app.conf /etc/app/y.conf
rm -f /etc/app/x.conf /etc/not-there
mkdir -p /etc/app
exec /usr/bin/appd
"#,
            ),
            (
                "the home folder of an account",
                r#"--- Dockerfile
FROM debian:jessie
RUN useradd -m -d /srv/app app && chmod 777 /srv/app
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
mkdir -p ~app/logs ~vcap/cache
touch ~app/logs/x ~nobody-knows/x
exec /usr/bin/appd
"#,
            ),
            (
                "only as root",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
if [ "$(id -u)" = 0 ]; then
	apt-get update
	chmod 600 /etc/app.key
	exec /usr/sbin/sshd -D
fi
exec /usr/bin/appd
"#,
            ),
            (
                "a server of secure shells with keys of its own",
                r#"--- Dockerfile
FROM debian:jessie
COPY sshd_config /srv/sshd_config
CMD ["/usr/sbin/sshd", "-D", "-f", "/srv/sshd_config"]
--- sshd_config 644
Port 8080
HostKey /srv/key
"#,
            ),
            (
                "what fails for want of what failed before is one finding",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
mkdir -p /etc/app/certs «root-only-command:error»
chmod 700 /etc/app/certs
mkdir -p /var/lib/app «unwritable-path:error»
chmod 700 /var/lib/app
exec /usr/bin/appd
"#,
            ),
        ],
    );
}

#[test]
fn what_is_taken_away() {
    check(
        RULES,
        &[(
            "rm and mv need the folder",
            r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /srv/app /srv/open && touch /srv/app/a /srv/open/a /etc/site && chmod 777 /srv/open «unwritable-path:error»
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
rm -f /srv/open/a /srv/app/never
rm -f /srv/app/a
mv /etc/site /srv/open/site «root-only-command:error»
exec /usr/bin/appd
"#,
        )],
    );
}

#[test]
fn tables_of_cron_that_are_asked_for() {
    check(
        RULES,
        &[(
            "lie in a folder that no setgid bit opens here",
            r#"--- Dockerfile
FROM debian:bookworm
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
crontab -u www-data -l > /tmp/table «root-only-command:error»
exec sleep 1000
"#,
        )],
    );
}

#[test]
fn what_a_package_keeps_by_its_own_name() {
    check(
        RULES,
        &[(
            "moved away by the start",
            r#"--- Dockerfile
FROM debian:bookworm
RUN curl -o /tmp/portal_3.1_all.deb https://example.org/portal.deb && dpkg -i /tmp/portal_3.1_all.deb
RUN apt-get update && apt-get install -y ledger-tools java-common && dpkg --purge webmail && rpm -e desk
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
if [ ! -d /tmp/portal ]; then
	mv /etc/portal /tmp/portal «root-only-command»
fi
rm -rf /etc/portal «root-only-command»
rm -rf /etc/others /var/lib/ledger /opt/java /etc/webmail /etc/desk
exec sleep 1000
"#,
        )],
    );
}

#[test]
fn a_program_that_is_told_to_be_root() {
    check(
        RULES,
        &[(
            "is told so by a setting, which another rule is about",
            r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y supervisor
COPY supervisord.conf /etc/supervisor/supervisord.conf
WORKDIR /tmp
CMD ["/usr/bin/supervisord", "-c", "/etc/supervisor/supervisord.conf"]
--- supervisord.conf 644
[supervisord]
nodaemon=true
user=root
[program:x]
command=/bin/sleep 1000
"#,
        )],
    );
}

#[test]
fn what_an_image_sets_and_its_start_refuses() {
    check(
        RULES,
        &[
            (
                "two values that are refused at once are to be given",
                r#"--- Dockerfile
FROM debian:bookworm
ENV ACCOUNT=**None** PASSWORD=**None**
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
if [ "$ACCOUNT" = "**None**" ] || [ "$PASSWORD" = "**None**" ]; then
	echo "Set an account and a password" >&2
	exit 1
fi
apt-get install -y x «root-only-command:error»
exec sleep 1000
"#,
            ),
            (
                "a start that ends with an error whatever is given",
                r#"--- Dockerfile
FROM debian:bookworm
ENV ACCOUNT=**None** PASSWORD=**None**
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
if [ "$ACCOUNT" = "**None**" ] || [ "$PASSWORD" = "**None**" ]; then
	echo "Set an account and a password" >&2
fi
exit 1
"#,
            ),
            (
                "is to be given",
                r#"--- Dockerfile
FROM debian:bookworm
ENV PASSWORD=**ChangeMe** MODE=server
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
if [ "$PASSWORD" = "**ChangeMe**" ]; then
	echo "Set a password" >&2
	exit 1
fi
apt-get install -y x «root-only-command:error»
if [ "$MODE" = client ]; then
	apt-get install -y y
fi
exec sleep 1000
"#,
            ),
        ],
    );
}
