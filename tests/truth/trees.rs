//! Trees that the build takes out of archives and repositories, and what programs keep of their own.

use super::check;

const PATHS: &[&str] = &["unwritable-path"];

#[test]
fn what_comes_out_of_archives() {
    check(
        PATHS,
        &[
            (
                "a folder that unzip makes, below which the start takes away and links",
                r#"--- Dockerfile
FROM debian:jessie
RUN unzip /tmp/blog-latest.zip -d /blog «unwritable-path:error»
COPY start.sh /
WORKDIR /blog
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
ln -s /tmp/data content
exec /usr/bin/blog
"#,
            ),
            (
                "a clone beside others",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir /srv/all
RUN cd /srv/all && git clone https://example.org/some/site.git «unwritable-path:error»
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
echo '{}' > /srv/all/site/core/settings.json
exec /usr/bin/site
"#,
            ),
            (
                "a release holds a folder of its own name, which is the working folder",
                r#"--- Dockerfile
FROM debian:jessie
WORKDIR /
RUN tar xzf etcd-v2.0.0-linux-amd64.tar.gz «unwritable-path»
WORKDIR /etcd-v2.0.0-linux-amd64
CMD ["/etcd-v2.0.0-linux-amd64/etcd"]
"#,
            ),
            (
                "an archive in an open folder: its folders are closed, and beside them there is room",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir /srv/www && chmod 1777 /srv/www
WORKDIR /srv/www
RUN tar xzf /tmp/site.tar.gz --strip-components=1 «unwritable-path:error»
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
touch started
echo on > storage/state
exec /usr/bin/site
"#,
            ),
            (
                "a download goes into a folder that an archive has brought",
                r#"--- Dockerfile
FROM debian:jessie
RUN unzip -d /srv/site /tmp/site.war «unwritable-path:error»
RUN curl -fsSL https://example.org/driver.jar -o /srv/site/lib/driver.jar
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
touch /srv/site/lib/started
exec /usr/bin/site
"#,
            ),
            (
                "an archive in a folder of the system has not made it",
                r#"--- Dockerfile
FROM debian:jessie
RUN tar -C / -xzf /tmp/overlay.tar.gz
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
touch /opt/started «unwritable-path:error»
exec /usr/bin/site
"#,
            ),
            (
                "a folder that is known of another image",
                r#"--- Dockerfile
FROM debian:jessie
COPY --from=tomcat:9.0.50-jdk11 /usr/local/tomcat /usr/local/tomcat
CMD ["/usr/local/tomcat/bin/catalina.sh", "run"]
"#,
            ),
            (
                "what an archive's server is told by the configuration beside it",
                r#"--- Dockerfile
FROM debian:jessie
RUN tar xzf /tmp/elasticsearch-1.5.0.tar.gz -C / && mv /elasticsearch-1.5.0 /elasticsearch
COPY elasticsearch.yml /elasticsearch/config/elasticsearch.yml
CMD ["/elasticsearch/bin/elasticsearch"]
--- elasticsearch.yml 644
path:
  data: /tmp/data
  logs: /tmp/log
"#,
            ),
        ],
    );
}

#[test]
fn what_programs_keep() {
    check(
        &["unwritable-path", "root-only-command", "unused-helper"],
        &[
            (
                "runit's state lies with each service, and its chpst is not why it is there",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y runit
RUN mkdir -p /etc/sv/app «unwritable-path:error»
COPY run /etc/sv/app/run
CMD ["/usr/bin/runsvdir", "/etc/sv"]
--- run
#!/bin/sh
exec /usr/bin/appd
"#,
            ),
            (
                "s6 keeps its lock in the folder of the services",
                r#"--- Dockerfile
FROM alpine:3.4
RUN apk add --no-cache s6
COPY s6 /srv/s6 «unwritable-path:error»
CMD ["/bin/s6-svscan", "/srv/s6"]
--- s6/app/run
#!/bin/sh
exec /usr/bin/appd
"#,
            ),
            (
                "the socket of Debian's supervisord",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y supervisor && chmod 777 /var/log/supervisor
COPY app.conf /etc/supervisor/conf.d/
CMD ["/usr/bin/supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"] «unwritable-path:error»
--- app.conf 644
[program:app]
command=/usr/bin/appd
"#,
            ),
            (
                "the log, the socket and the process id of Alpine's, whose configuration includes a folder",
                r#"--- Dockerfile
FROM alpine:3.18
RUN apk add --no-cache supervisor
COPY app.ini /etc/supervisor.d/
CMD ["/usr/bin/supervisord", "-n", "-c", "/etc/supervisord.conf"] «unwritable-path:error»
--- app.ini 644
[program:app]
command=/usr/bin/appd
stdout_logfile=/dev/stdout
"#,
            ),
            (
                "a package's configuration that the build tells to write elsewhere",
                r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y supervisor
RUN sed -i -e 's,/var/run/,/tmp/,' -e 's,/var/log/supervisor,/tmp,' /etc/supervisor/supervisord.conf
COPY app.conf /etc/supervisor/conf.d/
CMD ["/usr/bin/supervisord", "-n"]
--- app.conf 644
[program:app]
command=/usr/bin/appd
"#,
            ),
            (
                "nothing can be made among the devices, and what is there is open",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
echo hello > /dev/null
echo hello > /dev/shm/hello
mkfifo /dev/maillog «unwritable-path:error»
exec /usr/bin/appd
"#,
            ),
            (
                "what is taken out of the root folder is one thing, what a server needs another",
                r#"--- Dockerfile
FROM debian:jessie
RUN touch /firstrun
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
rm /firstrun «unwritable-path:error»
touch /run/app/lock «unwritable-path:error»
exec /usr/bin/appd
"#,
            ),
        ],
    );
}

#[test]
fn volumes_that_nobody_writes() {
    check(
        PATHS,
        &[
            (
                "programs and what they share are read",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /opt/app/libexec /usr/share/snmp/mibs
VOLUME ["/opt/app/libexec", "/usr/share/snmp/mibs"]
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "data are written, wherever they lie",
                r#"--- Dockerfile
FROM debian:jessie
VOLUME /usr/share/app/data «unwritable-path:warning»
CMD ["/usr/bin/appd"]
"#,
            ),
        ],
    );
}
