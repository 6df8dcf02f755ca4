//! Ports in configurations and scripts that commands print, in the build and at the start.

use super::check;

#[test]
fn what_is_printed_into_a_configuration() {
    check(
        &["wrong-port", "switch-user"],
        &[
            (
                "a group of commands in the build",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server
RUN { echo 'dir /tmp'; echo 'port 7000'; } > /etc/cache.conf «wrong-port:error»
CMD ["/usr/bin/redis-server", "/etc/cache.conf"]
"#,
            ),
            (
                "a script of its own, with quotes over several lines",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server
COPY start.sh settings.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
/settings.sh > /tmp/cache.conf
exec redis-server /tmp/cache.conf
--- settings.sh
#!/bin/sh
echo "
# the \"cache\"
dir /tmp
port 7000 «wrong-port:error»
"
"#,
            ),
            (
                "a template through several calls of sed, with a part that is not known",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server
COPY cache.conf.in cache.conf.test /srv/
COPY start.sh /
CMD ["/start.sh"]
--- cache.conf.in 644
# {{NAME}}
dir /tmp
port {{PORT}}
--- cache.conf.test 644
dir /tmp
port 8080
--- start.sh
#!/bin/sh
case $MODE in
test) ENDING=.test ;;
*) ENDING=.in ;;
esac
NAME=$(hostname)
PORT=7000 «wrong-port:error»
cat /srv/cache.conf$ENDING |
    sed "s|{{NAME}}|$NAME|g" |
    sed "s|{{PORT}}|${PORT:-1}|g" \
    > /tmp/cache.conf
exec redis-server /tmp/cache.conf
"#,
            ),
            (
                "a function, in which a part depends on what is given",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
settings() {
	echo 'dir /tmp'
	if [ -n "$SECRET" ]; then
		echo "requirepass $SECRET"
	fi
	echo 'port 7000' «wrong-port:error»
}
settings > /tmp/cache.conf
exec redis-server /tmp/cache.conf
"#,
            ),
            (
                "through tee",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server
RUN echo 'port 7000' | tee /etc/cache.conf «wrong-port:error»
RUN echo 'dir /tmp' | tee -a /etc/cache.conf
CMD ["/usr/bin/redis-server", "/etc/cache.conf"]
"#,
            ),
            (
                "a start script that the build puts together",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server gosu
RUN echo '#!/bin/bash' > /run.sh && \
    echo 'cd /tmp' >> /run.sh && \
    echo "exec gosu redis redis-server --port 7000" >> /run.sh && \ «switch-user:error wrong-port:error»
    chmod +x /run.sh
CMD ["/run.sh"]
"#,
            ),
        ],
    );
}

#[test]
fn what_the_environment_puts_into_a_configuration() {
    check(
        &["wrong-port", "loopback-bind"],
        &[(
            "envsubst, which leaves the variables of nginx itself",
            r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx gettext-base
ENV LISTEN_AT=8081 «wrong-port»
COPY site.template /etc/nginx/site.template
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
envsubst '$LISTEN_AT' < /etc/nginx/site.template > /etc/nginx/conf.d/default.conf
exec nginx -g 'daemon off;'
--- site.template 644
server {
    listen ${LISTEN_AT};
    proxy_set_header Host $host;
}
"#,
        )],
    );
}
