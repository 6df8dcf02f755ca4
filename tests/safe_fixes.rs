//! What a safe fix must not do to images that are not like the usual ones.

use std::fs;

use assert_cmd::Command;

/// The Dockerfile and the script after `fix --style remove`.
fn fixed(dockerfile: &str, script: &str) -> (String, String) {
    fixed_in("remove", dockerfile, script)
}

fn fixed_in(style: &str, dockerfile: &str, script: &str) -> (String, String) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = |name: &str| dir.path().join(name);
    fs::write(path("Dockerfile"), dockerfile).expect("a file");
    fs::write(path("run.sh"), script).expect("a file");
    Command::cargo_bin("diegolint")
        .expect("the program")
        .args(["fix", "--style", style])
        .arg(dir.path())
        .output()
        .expect("it runs");
    let read = |name: &str| fs::read_to_string(path(name)).expect("a file");
    (read("Dockerfile"), read("run.sh"))
}

/// A Dockerfile, what has to be in the result, and what must not be.
fn holds(dockerfile: &str, wanted: &[&str], unwanted: &[&str]) {
    let (after, _) = fixed(dockerfile, "#!/bin/sh\nexec \"$@\"\n");
    for text in wanted {
        assert!(after.contains(text), "{text} is not in\n{after}");
    }
    for text in unwanted {
        assert!(!after.contains(text), "{text} is in\n{after}");
    }
}

#[test]
fn an_owner_out_of_a_variable_leaves_the_variable_alone() {
    holds(
        "FROM debian:jessie\nENV OWNER postgres\nRUN chown -R $OWNER:$OWNER /srv\nCMD [\"/bin/true\"]\n",
        &["ENV OWNER postgres\n", "RUN chmod -R a+rwX /srv\n"],
        &["$OWNER"],
    );
    holds(
        "FROM debian:jessie\nARG OWNER=app:app\nRUN mkdir /data && chown $OWNER /data\nCMD [\"/bin/true\"]\n",
        &["ARG OWNER=app:app\n", "chmod 777 /data\n"],
        &[],
    );
}

#[test]
fn what_a_variable_of_the_image_says_is_not_looked_for_in_the_script() {
    let line =
        "echo \"a line that is long enough to have all places of the Dockerfile's first lines\"\n";
    for (dockerfile, call) in [
        ("ENV RUN_AS=991 GROUP=991", "su-exec $RUN_AS:$GROUP"),
        ("ENV RUN_AS=991", "gosu \"$RUN_AS\""),
        ("ENV RUN_AS=app", "sudo -u $RUN_AS"),
        ("ENV RUN_AS=app", "chroot --userspec=$RUN_AS /"),
    ] {
        let dockerfile =
            format!("FROM alpine:3.20\n{dockerfile}\nCOPY run.sh /\nCMD [\"/run.sh\"]\n");
        let script = format!("#!/bin/sh\n{line}exec {call} /bin/sleep 1000\n");
        let (_, after) = fixed(&dockerfile, &script);
        assert_eq!(
            after,
            format!("#!/bin/sh\n{line}exec /bin/sleep 1000\n"),
            "{call}"
        );
    }
    // The script's own variable may be there for something else: it stays.
    let (_, after) = fixed(
        "FROM alpine:3.20\nCOPY run.sh /\nCMD [\"/run.sh\"]\n",
        "#!/bin/sh\nWHO=app\nexec gosu $WHO /bin/sleep 1000\n",
    );
    assert_eq!(after, "#!/bin/sh\nWHO=app\nexec /bin/sleep 1000\n");
}

#[test]
fn a_helper_stays_where_a_call_of_it_does() {
    let dockerfile = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y gosu redis-server\nCOPY run.sh /\nCMD [\"/run.sh\"]\n";
    let server = "redis-server --port 8080 --bind 0.0.0.0 --dir /tmp\n";
    let (after, script) = fixed(
        dockerfile,
        &format!("#!/bin/sh\nexec gosu $(cat /user) {server}"),
    );
    assert!(script.contains("exec gosu $(cat /user) "), "{script}");
    assert!(after.contains(" gosu "), "{after}");
    let (after, script) = fixed(
        dockerfile,
        &format!("#!/bin/sh\nexec gosu ${{WHO:-redis}} {server}"),
    );
    assert_eq!(script, format!("#!/bin/sh\nexec {server}"));
    assert!(!after.contains("gosu"), "{after}");
}

#[test]
fn no_command_is_put_into_a_build_without_a_shell() {
    for base in ["scratch", "gcr.io/distroless/static-debian12"] {
        let dockerfile =
            format!("FROM {base}\nCOPY run.sh /app\nVOLUME /data\nENTRYPOINT [\"/app\"]\n");
        holds(&dockerfile, &["VOLUME /data\n"], &["RUN"]);
    }
}

#[test]
fn no_command_is_put_where_another_user_than_root_builds() {
    holds(
        "FROM debian:jessie\nUSER nobody\nVOLUME /data\nRUN id\nUSER nobody\nCMD [\"/bin/true\"]\n",
        &["RUN mkdir -p /data && chmod 777 /data\nUSER nobody\n"],
        &[],
    );
    holds(
        "FROM node:18\nWORKDIR /app\nUSER node\nRUN id\nCOPY --chown=node:node run.sh /app/\nCMD [\"/usr/local/bin/node\", \"x.js\"]\n",
        &["COPY --chown=node:node run.sh /app/\n"],
        &["chmod"],
    );
}

#[test]
fn a_volume_moves_behind_what_is_given_away_in_it() {
    holds(
        "FROM debian:jessie\nRUN useradd -m app\nVOLUME /var/app\nRUN mkdir -p /var/app/x && chown -R app /var/app\nCMD [\"/bin/true\"]\n",
        &["RUN mkdir -p /var/app/x && chmod -R a+rwX /var/app\nVOLUME /var/app\n"],
        &["chown"],
    );
}

#[test]
fn what_is_installed_stays_without_its_owner() {
    let dockerfile = "FROM debian:jessie\nCOPY run.sh /run.sh\nRUN chmod 755 /run.sh\nENTRYPOINT [\"/run.sh\"]\nCMD [\"/bin/true\"]\n";
    let script = "#!/bin/sh\nset -e\ninstall -d -o app -g app /tmp/app\nexec \"$@\"\n";
    let (_, after) = fixed(dockerfile, script);
    assert_eq!(
        after,
        "#!/bin/sh\nset -e\ninstall -d /tmp/app\nexec \"$@\"\n"
    );
}

#[test]
fn a_link_takes_the_place_of_a_file_and_is_no_folder() {
    let dockerfile = "FROM debian:jessie\nCOPY run.sh /run.sh\nRUN chmod 755 /run.sh\nENTRYPOINT [\"/run.sh\"]\nCMD [\"/bin/true\"]\n";
    let script = "#!/bin/sh\nln -snf /usr/share/zoneinfo/UTC /etc/localtime\nexec \"$@\"\n";
    let (after, _) = fixed(dockerfile, script);
    assert_eq!(after, dockerfile);
}

#[test]
fn the_httpd_of_busybox_is_not_apache() {
    let dockerfile = "FROM alpine:3.18\nCMD [\"/usr/sbin/httpd\", \"-f\", \"-p\", \"8080\"]\n";
    assert_eq!(fixed(dockerfile, "").0, dockerfile);
}

#[test]
fn a_script_in_a_here_document_is_mended_on_its_own_line() {
    holds(
        "FROM debian:jessie\nRUN useradd app && mkdir /data\nRUN <<EOF cat > /start.sh\n#!/bin/sh\ncd \\${HOME}\nchown -R app /data\nexec /bin/app \\$1\nEOF\nRUN chmod +x /start.sh\nCMD [\"/start.sh\"]\n",
        &["EOF cat > /start.sh\n#!/bin/sh\ncd \\${HOME}\nexec /bin/app \\$1\nEOF\n"],
        &["chown"],
    );
}

#[test]
fn a_script_that_is_not_there_as_the_shell_reads_it_is_left_alone() {
    let printed = "RUN printf '#!/bin/sh\\nchown -R app /data\\nexec /bin/app\\n' > /start.sh && chmod +x /start.sh\n";
    holds(
        &format!(
            "FROM debian:jessie\nRUN useradd app && mkdir /data\n{printed}CMD [\"/start.sh\"]\n"
        ),
        &[printed],
        &[],
    );
}

#[test]
fn a_condition_is_written_so_that_the_build_does_not_work_it_out() {
    let dockerfile = "FROM debian:jessie\nRUN useradd app && mkdir /data\nRUN <<EOF cat > /start.sh\n\
        #!/bin/sh\nchown -R app /data\nexec /bin/app \\$1\nEOF\nRUN chmod +x /start.sh\nCMD [\"/start.sh\"]\n";
    let (after, _) = fixed_in("guard", dockerfile, "#!/bin/sh\n");
    let wanted = "if [ \"\\$(id -u)\" = 0 ]; then\n\tchown -R app /data\nfi\nexec /bin/app \\$1\n";
    assert!(after.contains(wanted), "{after}");
}

#[test]
fn a_copy_is_still_made_where_its_owner_goes() {
    let dockerfile = "FROM debian:bookworm\nCOPY run.sh /\nCMD [\"/run.sh\"]\n";
    let script =
        "#!/bin/sh\nrsync -a --chown www-data /a/ /tmp/a/\ninstall -o www-data /b /tmp/b\n";
    let (_, after) = fixed(dockerfile, script);
    assert_eq!(
        after,
        "#!/bin/sh\nrsync -a /a/ /tmp/a/\ninstall /b /tmp/b\n"
    );
    let (_, after) = fixed_in("guard", dockerfile, script);
    let both = "\trsync -a --chown www-data /a/ /tmp/a/\nelse\n\trsync -a /a/ /tmp/a/\nfi\n";
    assert!(after.contains(both), "{after}");
}

/// Whether texts stand in this order, the last of each.
fn in_order(text: &str, parts: &[&str]) {
    let places: Vec<Option<usize>> = parts.iter().map(|part| text.rfind(part)).collect();
    assert!(places.iter().all(Option::is_some), "{parts:?} in\n{text}");
    assert!(places.is_sorted(), "{parts:?} in this order in\n{text}");
}

#[test]
fn a_folder_is_opened_behind_what_makes_it_where_the_start_command_stands_first() {
    let script = "#!/bin/sh\nset -e\ntouch /srv/app/x\nexec /usr/bin/appd\n";
    let (after, _) = fixed(
        "FROM debian:jessie\nCMD [\"/run.sh\"]\nRUN mkdir /srv/app\nCOPY run.sh /run.sh\nEXPOSE 8080\n",
        script,
    );
    in_order(
        &after,
        &[
            "CMD",
            "RUN mkdir /srv/app\n",
            "COPY",
            "chmod 777 /srv/app\n",
        ],
    );
    // A volume keeps what it has when it is declared.
    let (after, _) = fixed(
        "FROM debian:jessie\nCMD [\"/run.sh\"]\nRUN mkdir /srv/app\nVOLUME /srv/app\nCOPY run.sh /run.sh\n",
        script,
    );
    in_order(
        &after,
        &[
            "RUN mkdir /srv/app\n",
            "chmod 777 /srv/app\n",
            "VOLUME",
            "COPY",
        ],
    );
}

#[test]
fn a_file_that_the_start_asks_for_is_not_made_in_the_build() {
    let dockerfile = "FROM debian:bookworm\nCOPY run.sh /\nCMD [\"/run.sh\"]\n";
    let script = "#!/bin/sh\nif [ ! -f /.done ]; then\n\tid\n\ttouch /.done\nfi\nexec sleep 1000\n";
    let (after, _) = fixed(dockerfile, script);
    assert!(!after.contains("/.done"), "{after}");
}

/// A script in the words of another, and in a string of CMD: what comes into it is written as it has
/// to be there.
#[test]
fn a_guard_keeps_the_quotes_around_it() {
    let (after, _) = fixed_in(
        "guard",
        "FROM debian:bookworm\nRUN cat > /a.sh <<EOF && chmod +x /a.sh\n#!/bin/sh\nchown app /srv\nEOF\n\
         RUN echo '#!/bin/sh' > /b.sh && \\\n    echo \"gosu app true\" >> /b.sh && chmod +x /b.sh\n\
         CMD [\"/bin/sh\", \"-c\", \"/a.sh; chown app /var; /b.sh; sh -c \\\"chown app /opt\\\"\"]\n",
        "",
    );
    for wanted in [
        "\nif [ \"\\$(id -u)\" = 0 ]; then\n    chown app /srv\nfi\n",
        "echo \"if [ \\\"\\$(id -u)\\\" = 0 ]; then gosu app true; else true; fi\" >> /b.sh",
        "{ [ \\\"$(id -u)\\\" != 0 ] || chown app /var; }",
        "sh -c \\\"{ [ \\\\\\\"\\\\$(id -u)\\\\\\\" != 0 ] || chown app /opt; }\\\"",
    ] {
        assert!(after.contains(wanted), "{wanted} is not in\n{after}");
    }
}

#[test]
fn a_port_goes_into_the_command_line_within_a_string() {
    holds(
        "FROM redis:7\nCMD [\"/bin/sh\", \"-c\", \"date; exec redis-server\"]\n",
        &["\"date; exec redis-server --port 8080 --bind 0.0.0.0\"]\n"],
        &["\", \"--port\""],
    );
}

#[test]
fn a_file_that_is_copied_at_the_start_is_made_no_folder() {
    let (after, _) = fixed(
        "FROM debian:bookworm\nCOPY run.sh /usr/share/app/app.conf\nCOPY run.sh /run.sh\nCMD [\"/run.sh\"]\n",
        "#!/bin/sh\ncp /usr/share/app/app.conf /data/app.conf\nexec sleep 1000\n",
    );
    assert!(
        after.contains("mkdir -p /data && chmod 777 /data\n"),
        "{after}"
    );
    assert!(!after.contains("mkdir -p /data/app.conf"), "{after}");
}

#[test]
fn an_account_stays_in_an_image_for_others_to_build_on() {
    holds(
        "FROM debian:bookworm\nRUN useradd --create-home app\n",
        &["RUN useradd --create-home app\n"],
        &[],
    );
    holds(
        "FROM debian:bookworm\nRUN useradd app && mkdir /srv/app\nCMD [\"/usr/bin/appd\"]\n",
        &["RUN mkdir /srv/app\n"],
        &["useradd"],
    );
}

#[test]
fn a_variable_of_the_platform_stays_where_something_reads_it() {
    let end = "CMD [\"/bin/sleep\", \"600\"]\n";
    for (written, after) in [
        ("ENV HOME /srv\n", ""),
        ("ENV USER=app LANG=C HOME=/srv\n", "ENV LANG=C\n"),
        // A RUN may read it, and WORKDIR does.
        (
            "ENV HOME=/srv\nRUN touch /srv/x\n",
            "ENV HOME=/srv\nRUN touch /srv/x\n",
        ),
        (
            "ENV HOME=/srv\nWORKDIR ${HOME}/x\n",
            "ENV HOME=/srv\nWORKDIR ${HOME}/x\n",
        ),
        ("ENV HOMEPAGE=x\n", "ENV HOMEPAGE=x\n"),
    ] {
        let start = "FROM debian:bookworm\n";
        let (found, _) = fixed(&format!("{start}{written}{end}"), "");
        assert_eq!(found, format!("{start}{after}{end}"), "{written}");
    }
}

#[test]
fn a_limit_that_is_not_to_be_had_does_not_end_the_start() {
    let dockerfile = "FROM debian:bookworm\nCOPY run.sh /\nCMD [\"/bin/bash\", \"/run.sh\"]\n";
    let script = "#!/bin/bash\nset -e\nulimit -n 65536\nulimit -l unlimited && echo locked\nulimit -n 1024\nexec sleep 600\n";
    let (_, after) = fixed(dockerfile, script);
    assert_eq!(
        after,
        "#!/bin/bash\nset -e\nulimit -n 65536 || true\n{ ulimit -l unlimited || true; } && echo locked\nulimit -n 1024\nexec sleep 600\n"
    );
}

#[test]
fn a_redirection_to_the_own_output_goes_to_what_is_open() {
    let dockerfile = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y memcached\nCOPY run.sh /run.sh\nCMD [\"/run.sh\"]\n";
    for (before, after) in [
        ("ls > /dev/stderr", "ls >&2"),
        ("ls 2>> /dev/stdout", "ls 2>&1"),
        ("ls &> /dev/stderr", "ls >&2 2>&2"),
        ("{ ls; id; } > /dev/fd/2", "{ ls; id; } >&2"),
        // What another process has open, and what a variable names, stays.
        ("ls > /proc/1/fd/1", "ls > /proc/1/fd/1"),
        ("LOG=/dev/stderr\nls > $LOG", "LOG=/dev/stderr\nls > $LOG"),
        ("id | tee /dev/stderr", "id | tee /dev/stderr"),
    ] {
        let script = |line: &str| format!("#!/bin/bash\n{line}\nexec memcached -p 8080\n");
        let (_, fixed) = fixed(dockerfile, &script(before));
        assert_eq!(fixed, script(after));
    }
}

#[test]
fn servers_are_kept_in_the_foreground() {
    let image = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y nginx apache2 memcached redis-server supervisor\nCOPY run.sh /run.sh\n";
    for (before, after) in [
        (
            r#"CMD ["/usr/sbin/nginx"]"#,
            r#"CMD ["/usr/sbin/nginx", "-g", "daemon off;"]"#,
        ),
        (
            r#"CMD ["/usr/sbin/apachectl", "start"]"#,
            r#"CMD ["/usr/sbin/apachectl", "-DFOREGROUND"]"#,
        ),
        (
            r#"CMD ["/usr/bin/redis-server", "--port", "8080", "--daemonize", "yes"]"#,
            r#""--daemonize", "no""#,
        ),
        (
            r#"CMD ["/usr/bin/supervisord"]"#,
            r#"CMD ["/usr/bin/supervisord", "-n"]"#,
        ),
    ] {
        let more = match before.contains("supervisord") {
            true => {
                "RUN printf '[program:a]\\ncommand=memcached -p 8080\\n' > /etc/supervisor/conf.d/a.conf\n"
            }
            false => "",
        };
        let (fixed, _) = fixed(&format!("{image}{more}{before}\n"), "#!/bin/sh\n");
        assert!(fixed.contains(after), "{after} is not in\n{fixed}");
    }
    let dockerfile = format!("{image}CMD [\"/run.sh\"]\n");
    let (_, script) = fixed(&dockerfile, "#!/bin/sh\nmemcached -p 8080 &\n");
    assert_eq!(script, "#!/bin/sh\nexec memcached -p 8080\n");
    // Something is to be done behind it.
    let busy = "#!/bin/sh\nmemcached -p 8080 &\necho started\n";
    assert_eq!(fixed(&dockerfile, busy).1, busy);
}

#[test]
fn a_server_takes_the_place_of_its_shell_where_nothing_is_done_behind_it() {
    let image = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y memcached\nCOPY run.sh /run.sh\n";
    let (dockerfile, _) = fixed(
        &format!("{image}CMD cd / && memcached -p 8080\n"),
        "#!/bin/sh\n",
    );
    assert!(
        dockerfile.contains("CMD cd / && exec memcached -p 8080\n"),
        "{dockerfile}"
    );
    for (before, after) in [
        (
            "if true; then\n\tmemcached -p 8080\nfi",
            "if true; then\n\texec memcached -p 8080\nfi",
        ),
        (
            "memcached -p 8080\necho ended",
            "memcached -p 8080\necho ended",
        ),
        (
            "trap 'rm -f /tmp/x' EXIT\nmemcached -p 8080",
            "trap 'rm -f /tmp/x' EXIT\nmemcached -p 8080",
        ),
        (
            "start() {\n\tmemcached -p 8080\n}\nstart",
            "start() {\n\tmemcached -p 8080\n}\nstart",
        ),
    ] {
        let script = |body: &str| format!("#!/bin/sh\n{body}\n");
        let (_, fixed) = fixed(&format!("{image}CMD [\"/run.sh\"]\n"), &script(before));
        assert_eq!(fixed, script(after));
    }
}

#[test]
fn a_log_is_printed_where_its_server_has_a_word_for_that() {
    let image = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y nginx\nCOPY run.sh /etc/nginx/nginx.conf\nCMD [\"/usr/sbin/nginx\", \"-g\", \"daemon off;\"]\n";
    let conf = |log: &str| {
        format!(
            "error_log {log};\npid /tmp/nginx.pid;\nevents {{}}\nhttp {{ access_log off; server {{ listen 8080; }} }}\n"
        )
    };
    assert_eq!(
        fixed(image, &conf("/dev/stderr warn")).1,
        conf("stderr warn")
    );
}

#[test]
fn an_account_that_a_server_is_told_stays_for_root() {
    let array = "FROM debian:bookworm\nCMD [\"/usr/bin/beanstalkd\", \"-u\", \"nobody\", \"-V\"]\n";
    let (after, _) = fixed_in("guard", array, "");
    let wanted = r#"CMD ["/bin/sh", "-c", "if [ \"$(id -u)\" = 0 ]; then set -- -u nobody \"$@\"; fi; exec \"$0\" \"$@\"", "/usr/bin/beanstalkd", "-V", "-p", "8080"]"#;
    assert!(after.contains(wanted), "{after}");

    let arrays =
        "FROM debian:bookworm\nENTRYPOINT [\"/usr/bin/beanstalkd\"]\nCMD [\"-u\", \"nobody\"]\n";
    let (after, _) = fixed_in("guard", arrays, "");
    let wanted = r#"set -- -u nobody \"$@\"; fi; exec \"$0\" \"$@\"", "/usr/bin/beanstalkd"]"#;
    assert!(after.contains(wanted), "{after}");
    assert!(after.contains("\nCMD [\"-p\", \"8080\"]\n"), "{after}");

    let dockerfile = "FROM debian:bookworm\nCOPY run.sh /\nCMD [\"/run.sh\"]\n";
    let script = "#!/bin/sh\nset -e\nexec beanstalkd -u nobody -p 11300\n";
    let (_, after) = fixed_in("guard", dockerfile, script);
    let both = "\texec beanstalkd -u nobody -p 8080\nfi\nexec beanstalkd -p 8080\n";
    assert!(after.contains(both), "{after}");
}

#[test]
fn a_folder_that_is_installed_for_an_account_is_opened_beside_it() {
    let dockerfile = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y redis-server && \\\n    \
        install -d -o redis -g redis /data\nWORKDIR /data\nCMD [\"/usr/bin/redis-server\"]\n";
    let (after, _) = fixed_in("guard", dockerfile, "");
    let wanted = "install -d -o redis -g redis /data && chmod 777 /data\n";
    assert!(after.contains(wanted), "{after}");
}

/// What everybody may read keeps no secret: that others lose bits is not what such a chmod is for.
#[test]
fn a_chmod_that_leaves_a_folder_readable_goes() {
    let dockerfile = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y squid\nCOPY run.sh /\n\
        CMD [\"/run.sh\"]\n";
    let script = "#!/bin/sh\nset -e\nchmod -R 755 /var/log/squid\nexec squid -N\n";
    let (after, ran) = fixed(dockerfile, script);
    assert_eq!(ran, "#!/bin/sh\nset -e\nexec squid -N\n");
    assert!(after.contains("chmod 777 /var/log/squid\n"), "{after}");
}

#[test]
fn a_folder_that_is_closed_after_it_is_given_away_is_opened_behind_that() {
    let dockerfile = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y etcd-server\nRUN mkdir /data && chown etcd /data && chmod 700 /data\nCMD [\"/usr/bin/etcd\", \"--data-dir\", \"/data\"]\n";
    let (after, _) = fixed_in("guard", dockerfile, "#!/bin/sh\n");
    assert!(
        after.contains("chown etcd /data && chmod 700 /data\nRUN chmod 777 /data\n"),
        "{after}"
    );
}

#[test]
fn an_address_in_a_variable_keeps_its_scheme() {
    holds(
        "FROM debian:bookworm\nENV ETCD_LISTEN_CLIENT_URLS=http://0.0.0.0:2379\nCMD [\"/usr/bin/etcd\", \"--data-dir\", \"/tmp/etcd\"]\n",
        &["ENV ETCD_LISTEN_CLIENT_URLS=http://0.0.0.0:8080\n"],
        &[],
    );
}

#[test]
fn a_port_stands_where_it_is_in_a_here_document_without_tabs() {
    let dockerfile = "FROM debian:bookworm\nCOPY run.sh /\nCMD [\"/run.sh\"]\n";
    for end in ["CFG", "'CFG'"] {
        let script = format!(
            "#!/bin/sh\ncat > /tmp/nats.conf <<-{end}\n\t\thost: 0.0.0.0\n\t\tname: $NAME\n\t\tport: 4222\n\tCFG\nexec nats-server -c /tmp/nats.conf\n"
        );
        let (_, after) = fixed(dockerfile, &script);
        assert_eq!(after, script.replace("4222", "8080"));
    }
}

#[test]
fn no_comment_is_put_where_a_number_sign_begins_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let dockerfile = "FROM php:8.2-fpm\nCOPY pool.conf /usr/local/etc/php-fpm.d/zz-docker.conf\nCMD [\"/usr/local/sbin/php-fpm\", \"-F\"]\n";
    let pool = "[www]\nlisten = 9000\npm = dynamic\n";
    fs::write(path("Dockerfile"), dockerfile).expect("a file");
    fs::write(path("pool.conf"), pool).expect("a file");
    Command::cargo_bin("diegolint")
        .expect("the program")
        .arg("fix")
        .arg(folder.path())
        .output()
        .expect("it runs");
    let after = fs::read_to_string(path("pool.conf")).expect("a file");
    assert_eq!(after, pool.replace("9000", "8080"));
}

#[test]
fn what_the_build_closes_again_is_opened_behind_it() {
    let dockerfile = "FROM debian:jessie\nRUN useradd app\nRUN mkdir /data && chown app /data && chmod 700 /data\nCMD [\"/bin/true\"]\n";
    holds(dockerfile, &["RUN chmod 777 /data\n"], &["chown app"]);
    let (after, _) = fixed_in("guard", dockerfile, "#!/bin/sh\nexec \"$@\"\n");
    assert!(
        after.contains("&& chown app /data && chmod 700 /data\nRUN chmod 777 /data\n"),
        "{after}"
    );
    // By the folder above, with all that is in it.
    holds(
        "FROM debian:jessie\nRUN useradd app\nRUN mkdir -p /srv/data && chown app /srv/data && chmod -R 750 /srv\nCMD [\"/bin/true\"]\n",
        &["RUN chmod 777 /srv/data\n"],
        &["chown app"],
    );
}

#[test]
fn a_folder_is_opened_with_the_way_to_it() {
    for (lines, opened) in [
        (
            "RUN mkdir -p /srv/app/data && chmod 700 /srv/app\n",
            "chmod 777 /srv/app/data && chmod a+x /srv/app\n",
        ),
        (
            "RUN mkdir -p /srv/app/data && chmod 777 /srv/app/data && chmod 700 /srv/app\n",
            "chmod a+x /srv/app\n",
        ),
    ] {
        let dockerfile = format!(
            "FROM debian:jessie\nRUN apt-get install -y redis-server\n{lines}CMD [\"/usr/bin/redis-server\", \"--port\", \"8080\", \"--dir\", \"/srv/app/data\"]\n"
        );
        holds(&dockerfile, &[opened], &[]);
    }
}
