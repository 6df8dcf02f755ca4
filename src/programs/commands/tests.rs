use super::super::programs;
use super::super::words::WordPart;
use super::*;

fn words(line: &str) -> Vec<Option<&str>> {
    line.split(' ')
        .map(|w| if w == "?" { None } else { Some(w) })
        .collect()
}

#[test]
fn chown_in_its_spellings() {
    for (line, owner, recursive, paths) in [
        (
            "chown -R redis .",
            Some((Some("redis"), None)),
            true,
            &[3][..],
        ),
        (
            "chown redis:redis /data",
            Some((Some("redis"), Some("redis"))),
            false,
            &[2],
        ),
        (
            "chown mysql: /a /b -R",
            Some((Some("mysql"), Some("mysql"))),
            true,
            &[2, 3],
        ),
        ("chown :app /a", Some((None, Some("app"))), false, &[2]),
        ("chown a.b /a", Some((Some("a"), Some("b"))), false, &[2]),
        (
            "chown +1000:+2 /a",
            Some((Some("1000"), Some("2"))),
            false,
            &[2],
        ),
        (
            "chown -fR rabbitmq:rabbitmq /a /b",
            Some((Some("rabbitmq"), Some("rabbitmq"))),
            true,
            &[3, 4],
        ),
        (
            "chown --no-dereference mysql {} +",
            Some((Some("mysql"), None)),
            false,
            &[3, 4],
        ),
        ("chown -LR ? /a", None, true, &[3]),
        ("chown --reference=/x /a", None, false, &[2]),
        ("chgrp -h app /a", Some((None, Some("app"))), false, &[3]),
        ("/bin/chown -- a /b", Some((Some("a"), None)), false, &[3]),
    ] {
        let argv = words(line);
        let chown = parse_chown(&argv).unwrap();
        let owned = |t: Option<&str>| t.map(str::to_string);
        assert_eq!(
            chown.owner,
            owner.map(|(u, g)| (owned(u), owned(g))),
            "{line}"
        );
        assert_eq!(
            (chown.recursive, &chown.paths[..]),
            (recursive, paths),
            "{line}"
        );
    }
    for line in ["chown a", "chown", "chown --help", "chmod 1 a"] {
        assert_eq!(parse_chown(&words(line)), None, "{line}");
    }
}

#[test]
fn chmod_in_its_spellings() {
    for (line, mode, recursive, paths) in [
        ("chmod +x /a", Some("+x"), false, &[2][..]),
        ("chmod -R 777 /a /b", Some("777"), true, &[3, 4]),
        ("chmod 1777 -R /a", Some("1777"), true, &[3]),
        ("chmod -Rf a+rwX .", Some("a+rwX"), true, &[3]),
        ("chmod -x /a", Some("-x"), false, &[2]),
        ("chmod u=rwX,go=rX ?", Some("u=rwX,go=rX"), false, &[2]),
        ("chmod ? /a", None, false, &[2]),
        ("chmod --reference=/x /a", None, false, &[2]),
        ("chmod -- 755 /a", Some("755"), false, &[3]),
    ] {
        let chmod = parse_chmod(&words(line)).unwrap();
        assert_eq!(chmod.mode.as_deref(), mode, "{line}");
        assert_eq!(
            (chmod.recursive, &chmod.paths[..]),
            (recursive, paths),
            "{line}"
        );
    }
    assert_eq!(parse_chmod(&words("chmod 755")), None);
}

#[test]
fn mkdir_in_its_spellings() {
    for (line, parents, mode, paths) in [
        ("mkdir /data", false, None, &[1][..]),
        ("mkdir -p /a /b", true, None, &[2, 3]),
        ("mkdir -pv -m 0777 /a", true, Some("0777"), &[4]),
        ("mkdir --parents --mode=1777 ?", true, Some("1777"), &[3]),
    ] {
        let made = parse_mkdir(&words(line)).unwrap();
        assert_eq!(
            (made.parents, made.mode.as_deref()),
            (parents, mode),
            "{line}"
        );
        assert_eq!(made.paths, paths, "{line}");
    }
}

#[test]
fn install_of_directories_and_files() {
    let line = "install --verbose --directory --owner postgres --group postgres --mode 3777 /run/x";
    let made = parse_install(&words(line)).unwrap();
    assert!(made.directory);
    assert_eq!(made.owner.as_deref(), Some("postgres"));
    assert_eq!(
        (made.owner_option, made.owner_part),
        (Some(3), Some(WordPart::whole(4)))
    );
    assert_eq!(made.group.as_deref(), Some("postgres"));
    assert_eq!(made.mode.as_deref(), Some("3777"));
    assert_eq!((made.paths, made.destination), (vec![9], None));
    let made = parse_install(&words("install -oapp -m 755 a b /usr/bin")).unwrap();
    assert_eq!(made.owner_part, Some(WordPart::bytes(1, 2..5)));
    assert_eq!(made.paths, [4, 5]);
    assert_eq!(made.destination, Some(WordPart::whole(6)));
    assert_eq!(parse_install(&words("install -m 755 a")), None);
    assert!(
        parse_rsync(&words("rsync -a --chown=a:b x y"))
            .unwrap()
            .chown
            .is_some()
    );
    assert_eq!(
        parse_rsync(&words("rsync -a x y")).unwrap().destination,
        Some(3)
    );
}

#[test]
fn accounts_in_debians_and_busybox_ways() {
    use AccountKind::{Group, User};
    for (line, kind, name, uid, group, home, creates, system) in [
        (
            "useradd -r -g redis redis",
            User,
            "redis",
            None,
            Some("redis"),
            None,
            false,
            true,
        ),
        (
            "useradd -r -d /var/lib/rabbitmq -m -g rabbitmq rabbitmq",
            User,
            "rabbitmq",
            None,
            Some("rabbitmq"),
            Some("/var/lib/rabbitmq"),
            true,
            true,
        ),
        (
            "useradd --uid=999 --home-dir=/x --shell=/bin/bash postgres",
            User,
            "postgres",
            Some(999),
            None,
            Some("/x"),
            false,
            false,
        ),
        (
            "useradd pgweb -u 1001 -g 0 -d /app",
            User,
            "pgweb",
            Some(1001),
            Some("0"),
            Some("/app"),
            false,
            false,
        ),
        (
            "groupadd -r postgres --gid=999",
            Group,
            "postgres",
            None,
            Some("999"),
            None,
            false,
            true,
        ),
        (
            "groupadd redis",
            Group,
            "redis",
            None,
            None,
            None,
            false,
            false,
        ),
        (
            "adduser -u 82 -D -S -G www-data www-data",
            User,
            "www-data",
            Some(82),
            Some("www-data"),
            None,
            true,
            true,
        ),
        (
            "adduser -S -D -H -u 101 -h /var/cache/nginx -s /sbin/nologin -G nginx -g nginx nginx",
            User,
            "nginx",
            Some(101),
            Some("nginx"),
            Some("/var/cache/nginx"),
            false,
            true,
        ),
        (
            "adduser --system --no-create-home --group app",
            User,
            "app",
            None,
            Some("app"),
            None,
            false,
            true,
        ),
        (
            "adduser --disabled-password --gecos x app",
            User,
            "app",
            None,
            None,
            None,
            true,
            false,
        ),
        (
            "addgroup -g 70 -S postgres",
            Group,
            "postgres",
            None,
            Some("70"),
            None,
            false,
            true,
        ),
        (
            "addgroup --gid 99 --system haproxy",
            Group,
            "haproxy",
            None,
            Some("99"),
            None,
            false,
            true,
        ),
    ] {
        let argv = words(line);
        let account = parse_account(&argv).unwrap();
        assert_eq!(argv[account.name], Some(name), "{line}");
        assert_eq!(
            (
                account.kind,
                account.uid,
                account.group.as_deref(),
                account.home.as_deref()
            ),
            (kind, uid, group, home),
            "{line}"
        );
        assert_eq!(
            (account.creates_home, account.system),
            (creates, system),
            "{line}"
        );
    }
    for line in [
        "adduser app docker",
        "addgroup app docker",
        "useradd -D",
        "usermod -aG a b",
    ] {
        assert_eq!(parse_account(&words(line)), None, "{line}");
    }
}

#[test]
fn packages_that_are_installed() {
    for (line, names) in [
        (
            "apt-get install -y --no-install-recommends curl gosu",
            Some(&[4, 5][..]),
        ),
        ("apt-get -y install rabbitmq-server=? perl", Some(&[3, 4])),
        ("apt-get -o A::b=c install x", Some(&[4])),
        (
            "apk add --no-cache --virtual .deps gcc su-exec",
            Some(&[5, 6]),
        ),
        ("apk --update add x", Some(&[3])),
        ("yum -y install httpd", Some(&[3])),
        ("microdnf install -y x", Some(&[3])),
        ("zypper -n in x", Some(&[3])),
        ("apt-get update", None),
        ("apt-get purge -y x", None),
        ("apk del .deps", None),
        ("npm install x", None),
    ] {
        let found = parse_packages(&words(line)).map(|p| p.names);
        assert_eq!(found.as_deref(), names, "{line}");
    }
}

#[test]
fn downloads_and_where_they_go() {
    let url = |index| vec![WordPart::whole(index)];
    for (line, output, urls) in [
        (
            "curl -o /usr/local/bin/gosu -SL https://x/gosu",
            Some(2),
            url(4),
        ),
        ("curl -fsSLo /a https://x", Some(2), url(3)),
        ("curl -sSL ?", None, url(2)),
        ("wget -O /usr/local/bin/gosu.asc https://x", Some(2), url(3)),
        ("wget -qO- https://x", None, url(2)),
        (
            "wget --no-verbose --output-document /a https://x",
            Some(3),
            url(4),
        ),
    ] {
        let found = parse_download(&words(line)).unwrap();
        if let Some(index) = output {
            assert_eq!(found.output, Some(WordPart::whole(index)), "{line}");
        }
        assert_eq!(found.urls, urls, "{line}");
    }
    assert_eq!(parse_download(&words("curl --version")), None);
}

#[test]
fn every_command_is_of_one_kind() {
    let kind = |line: &str| {
        let argv = words(line);
        let command = programs().command(argv[0]?)?;
        command.applies(&argv).then_some(command.kind)
    };
    for (line, expected) in [
        ("/bin/chown a b", Some(CommandKind::ChangeOwner)),
        ("mkdir x", Some(CommandKind::Write)),
        ("apt-get update", Some(CommandKind::PackageManager)),
        ("usermod -u 1 a", Some(CommandKind::Account)),
        ("service x start", Some(CommandKind::NeedsRoot)),
        ("sysctl -w a=b", Some(CommandKind::NeedsRoot)),
        ("sysctl a", None),
        ("sysctl a=b", Some(CommandKind::NeedsRoot)),
        ("echo", None),
        ("apt-get --version", None),
        ("apt-get download x", None),
        ("apt-get -s install x", None),
        ("apk info", None),
        ("apk add x", Some(CommandKind::PackageManager)),
        ("rpm -qa", None),
        ("rpm -Uvh x", Some(CommandKind::PackageManager)),
        ("service --status-all", None),
        ("service x status", None),
        ("/etc/init.d/x restart", Some(CommandKind::NeedsRoot)),
        ("/etc/init.d/x status", None),
        ("systemctl is-active x", None),
        ("/sbin/init", Some(CommandKind::NeedsRoot)),
        ("/init", None),
        ("init", None),
        ("mount", None),
        ("mount -t tmpfs x /y", Some(CommandKind::NeedsRoot)),
        ("losetup -a", None),
        ("iptables -L", Some(CommandKind::NeedsRoot)),
        ("iptables --version", None),
        ("ip addr show", None),
        ("ip route add default via x", Some(CommandKind::NeedsRoot)),
        ("ifconfig eth0", None),
        ("ifconfig eth0 up", Some(CommandKind::NeedsRoot)),
        ("route -n", None),
        ("hostname -f", None),
        ("hostname x", Some(CommandKind::NeedsRoot)),
        ("date +%s", None),
        ("date -s x", Some(CommandKind::NeedsRoot)),
        ("mknod /x p", None),
        ("mknod -m 666 /x c 1 3", Some(CommandKind::NeedsRoot)),
        ("sshd -D", Some(CommandKind::NeedsRoot)),
        ("sshd -D -f /x", None),
        ("sshd -D -o HostKey=/x", None),
        ("crontab -l", Some(CommandKind::NeedsRoot)),
        ("crontab -T /x", None),
        ("crontab /x", Some(CommandKind::NeedsRoot)),
        ("ldconfig -p", None),
        ("passwd -S root", None),
        ("setfacl -m u:x:rwx /y", Some(CommandKind::ChangeMode)),
    ] {
        assert_eq!(kind(line), expected, "{line}");
    }
    let said = |line: &str| {
        let argv = words(line);
        programs().command(argv[0]?).map(|c| c.failure(&argv))
    };
    for (line, expected) in [
        (
            "chown .",
            "chown: changing ownership of '.': Operation not permitted",
        ),
        (
            "usermod -u 1 a",
            "usermod: Permission denied. / usermod: cannot lock /etc/passwd; try again later.",
        ),
        ("umount /x", "umount: /x: must be superuser to unmount."),
    ] {
        assert_eq!(said(line).as_deref(), Some(expected));
    }
}

#[test]
fn who_is_put_into_which_groups() {
    let joined = |line: &str| {
        let joined = parse_joined(&words(line))?;
        Some((joined.user, joined.groups.join(",")))
    };
    for (line, user, groups) in [
        ("usermod -aG docker,audio app", "app", "docker,audio"),
        ("useradd -u 1001 -G data app", "app", "data"),
        ("gpasswd -a app data", "app", "data"),
        ("adduser app data", "app", "data"),
        ("addgroup app data", "app", "data"),
    ] {
        let expected = Some((user.to_owned(), groups.to_owned()));
        assert_eq!(joined(line), expected, "{line}");
    }
    // The values of options are no accounts, and a new account is put into none by that.
    for line in [
        "adduser -S -G data app",
        "addgroup -g 1001 data",
        "useradd app",
    ] {
        assert_eq!(joined(line), None, "{line}");
    }
}
