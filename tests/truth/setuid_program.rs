//! Setuid and setgid bits, and programs that need one.

use super::{check, check_on, fixed};

#[test]
fn bits_that_do_not_count() {
    check(
        &["setuid-program"],
        &[
            (
                "a program of one's own, that the start runs",
                r#"--- Dockerfile
FROM debian:wheezy
COPY reader /usr/local/bin/reader
RUN chown root:root /usr/local/bin/reader && \
	chmod 4755 /usr/local/bin/reader «setuid-program:error»
CMD ["/usr/local/bin/reader", "--all"]
--- reader
binary
"#,
            ),
            (
                "a helper that nothing here is seen to call",
                r#"--- Dockerfile
FROM debian:jessie
RUN curl -fsSL -o /usr/local/bin/spool https://example.com/spool \
	&& chmod u+sx /usr/local/bin/spool «setuid-program:warning»
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "installed with the bit",
                r#"--- Dockerfile
FROM centos:7
COPY mailq /tmp/
RUN install -m 2755 /tmp/mailq /usr/sbin/mailq «setuid-program:warning»
CMD ["/usr/bin/appd"]
--- mailq
binary
"#,
            ),
            (
                "out of another stage",
                r#"--- Dockerfile
FROM golang:1.4 AS build
COPY helper /helper
RUN chmod +s /helper
FROM debian:jessie
COPY --from=build /helper /usr/bin/helper «setuid-program:warning»
CMD ["/usr/bin/appd"]
--- helper
binary
"#,
            ),
            (
                "a start that waits for others with ping",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y iputils-ping
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
until ping -c 1 database; do «setuid-program:error»
	sleep 1
done
exec /usr/bin/appd
"#,
            ),
            (
                "a ping that may fail",
                r#"--- Dockerfile
FROM debian:jessie
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
set -e
ping -c 1 gateway || true «setuid-program:warning»
exec /usr/bin/appd
"#,
            ),
        ],
    );
}

#[test]
fn bits_that_are_no_matter() {
    check(
        &["setuid-program"],
        &[
            (
                "folders",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /srv/share && chgrp www-data /srv/share && chmod g+s /srv/share
RUN mkdir /var/spool/jobs && chmod 2775 /var/spool/jobs && chmod -R g+rwXs /var/www
RUN install -d -m 2770 /srv/inbox
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "bits that are taken away",
                r#"--- Dockerfile
FROM debian:jessie
RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} \; || true
RUN chmod u-s /bin/su /bin/mount && chmod 0755 /usr/bin/passwd
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "a bit that does not last",
                r#"--- Dockerfile
FROM debian:jessie
COPY tool /usr/bin/tool
RUN chmod 4755 /usr/bin/tool && tool --setup && chmod 755 /usr/bin/tool
CMD ["/usr/bin/appd"]
--- tool
binary
"#,
            ),
            (
                "sudo is found as what changes users",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y sudo
CMD ["/usr/bin/sudo", "-u", "app", "/usr/bin/appd"]
"#,
            ),
            (
                "a sticky folder",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir /data && chmod 1777 /data
CMD ["/usr/bin/appd"]
"#,
            ),
        ],
    );
}

const CASE: (&str, &str) = (
    "a ping by an account, and a bit",
    r#"--- Dockerfile
FROM debian:bookworm
RUN useradd -u 2000 app && cp /usr/bin/tail /usr/bin/log && chmod 4755 /usr/bin/log «setuid-program:note»
COPY entrypoint.sh /
USER 2000
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
ping -c 1 database «setuid-program:note»
exec /usr/bin/appd
"#,
);

#[test]
fn bits_that_count() {
    let rule = &["setuid-program"];
    check_on(&["--target", "cf"], rule, &[CASE]);
    let by_root = CASE.1.replace("USER 2000\n", "");
    let by_root = by_root.replace(" «setuid-program:note»\nexec", "\nexec");
    check_on(
        &["--target", "cf"],
        rule,
        &[("root needs no bit", &by_root)],
    );
}

#[test]
fn bits_go_and_others_stay() {
    let rule = ["--rule", "setuid-program"];
    for (before, after) in [
        (
            "RUN curl -fsSL -o /usr/bin/x https://example.com/x \\\n\t&& chmod +x /usr/bin/x \\\n\t&& chmod u+s /usr/bin/x\n",
            "RUN curl -fsSL -o /usr/bin/x https://example.com/x \\\n\t&& chmod +x /usr/bin/x\n",
        ),
        (
            "RUN touch /usr/bin/x && install -m \"4711\" -o root /usr/bin/x /usr/sbin/y\n",
            "RUN touch /usr/bin/x && install -m \"711\" -o root /usr/bin/x /usr/sbin/y\n",
        ),
        (
            "RUN touch /usr/bin/x\nRUN mode=6755; chmod $mode /usr/bin/x\n",
            "RUN touch /usr/bin/x\nRUN mode=755; chmod $mode /usr/bin/x\n",
        ),
        (
            "RUN touch /usr/bin/x\nRUN chmod +s /usr/bin/x\n",
            "RUN touch /usr/bin/x\n",
        ),
        // The folder goes on to need its own.
        (
            "RUN mkdir /srv/d && touch /usr/bin/x && chmod 6755 /usr/bin/x /srv/d\n",
            "RUN mkdir /srv/d && touch /usr/bin/x && chmod 6755 /usr/bin/x /srv/d\n",
        ),
    ] {
        let around = |lines: &str| format!("FROM debian:jessie\n{lines}CMD [\"/usr/bin/appd\"]\n");
        assert_eq!(fixed(&rule, &around(before)), around(after));
    }
}
