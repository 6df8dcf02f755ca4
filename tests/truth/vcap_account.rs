//! An account by the name that the platform uses.

use super::{check, check_on, fixed};

const RULES: &[&str] = &["vcap-account", "unused-account"];

#[test]
fn accounts_that_the_platform_takes() {
    check(
        RULES,
        &[
            (
                "useradd",
                r#"--- Dockerfile
FROM ubuntu:14.04
RUN groupadd -g 2000 vcap \
	&& useradd -m -u 2000 -g 2000 vcap «vcap-account:error»
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "busybox",
                r#"--- Dockerfile
FROM alpine:3.20
RUN adduser -D vcap «vcap-account:error»
USER vcap
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "a number that is not known",
                r#"--- Dockerfile
FROM debian:jessie
ARG UID
RUN useradd -o -u $UID vcap «vcap-account:warning»
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "a file of accounts",
                r#"--- Dockerfile
FROM scratch
COPY passwd /etc/passwd
COPY appd /appd
CMD ["/appd"]
--- passwd 644
root:x:0:0:root:/:/bin/false
vcap:x:1000:1000::/home/vcap:/bin/false «vcap-account:error»
--- appd
binary
"#,
            ),
        ],
    );
}

#[test]
fn accounts_that_are_root_or_others() {
    check(
        RULES,
        &[
            (
                "root by that name",
                r#"--- Dockerfile
FROM debian:jessie
RUN useradd -ou 0 -g 0 vcap
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "made root afterwards",
                r#"--- Dockerfile
FROM debian:jessie
RUN useradd vcap && usermod -o -u 0 vcap
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "taken away again",
                r#"--- Dockerfile
FROM debian:jessie
RUN useradd vcap && make -C /src && userdel -r vcap
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "another one",
                r#"--- Dockerfile
FROM debian:jessie
RUN useradd vcapp «unused-account»
CMD ["/usr/bin/appd"]
"#,
            ),
        ],
    );
}

#[test]
fn the_account_that_a_manifest_may_name() {
    check_on(
        &["--target", "cf"],
        RULES,
        &[(
            "useradd",
            r#"--- Dockerfile
FROM debian:bookworm
RUN useradd -m vcap «vcap-account:note»
USER vcap
CMD ["/usr/bin/appd"]
"#,
        )],
    );
}

#[test]
fn the_account_goes_with_its_group() {
    let start = "CMD [\"/usr/bin/appd\"]\n";
    let made = "RUN groupadd vcap\nRUN useradd -m -g vcap vcap\n";
    let case = format!("FROM debian:jessie\n{made}{start}");
    assert_eq!(fixed(&[], &case), format!("FROM debian:jessie\n{start}"));
    // What is given to it would be left without an owner.
    let case = format!("FROM debian:jessie\n{made}RUN chown -R vcap /srv\n{start}");
    assert_eq!(fixed(&["--rule", "vcap-account"], &case), case);
}
