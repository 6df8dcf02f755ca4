use super::*;
use crate::eval::Reason;

/// Runs a command; `*` is what is not known of a word.
fn run(command: &str, files: &mut Files) {
    run_after(&[], command, files);
}

/// Runs a command after others.
fn run_after(runs: &[Rc<str>], command: &str, files: &mut Files) {
    let argv: Vec<Value> = command.split(' ').map(word).collect();
    let texts: Vec<Option<String>> = argv.iter().map(Value::known).collect();
    let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    for package in installed(&argv, &words, runs) {
        install(&package, files);
    }
}

fn word(text: &str) -> Value {
    let Some((known, rest)) = text.split_once('*') else {
        return Value::text(text);
    };
    let mut value = Value::text(known);
    value.push(Value::unknown(Reason::Output));
    value.push_known(rest, None, false);
    value
}

/// What is at a path once a command has run.
fn after(command: &str, path: &str) -> Option<(String, u32)> {
    let mut files = Files::default();
    run(command, &mut files);
    let node = files.get(path)?;
    Some((node.owner.name.to_string(), node.mode))
}

#[test]
fn a_package_is_known_by_every_way_to_name_it() {
    for (command, path, owner) in [
        ("apt-get install -y redis-server", "/var/lib/redis", "redis"),
        (
            "apt-get install -y --no-install-recommends curl redis-server=2:2.8.17-1+deb8u1",
            "/var/lib/redis",
            "redis",
        ),
        (
            "apt install -t jessie-backports haproxy/jessie-backports",
            "/etc/haproxy",
            "root",
        ),
        ("apk add --no-cache redis", "/var/lib/redis", "redis"),
        ("apk --update add redis<5", "/var/lib/redis", "redis"),
        ("apk add redis@edge", "/var/lib/redis", "redis"),
        (
            "yum -y install httpd-2.4.6-40.el7.centos",
            "/var/log/httpd",
            "root",
        ),
        ("yum install -y httpd.x86_64", "/var/log/httpd", "root"),
        ("dnf -y install mariadb-server", "/var/lib/mysql", "mysql"),
        (
            "apt-get install -y postgresql-9.3",
            "/usr/lib/postgresql/9.3/bin/postgres",
            "root",
        ),
        (
            "apt-get install -y mysql-server-5.6",
            "/var/lib/mysql",
            "mysql",
        ),
        ("apt-get install -y tomcat7", "/var/log/tomcat7", "tomcat7"),
        (
            "apt-get install -y redis-server=5:4.0.9*",
            "/var/lib/redis",
            "redis",
        ),
        ("apt-get install -y squid=*", "/var/log/squid", "proxy"),
        ("apk add redis=~*", "/var/lib/redis", "redis"),
        ("yum install -y httpd-*.el7", "/var/log/httpd", "root"),
        (
            "apt-get install -y postgresql-*",
            "/var/run/postgresql",
            "postgres",
        ),
    ] {
        let found = after(command, path);
        let found = found.as_ref().map(|(owner, _)| owner.as_str());
        assert_eq!(found, Some(owner), "{command}");
    }
}

#[test]
fn what_is_not_installed_is_not_there() {
    for command in [
        "apt-get update",
        "apt-get remove -y redis-server",
        "apt-get install -y redis-tools",
        "apt-get install -y libredis-perl",
        "apk add redis-server",
        "pip install redis",
        "apt-get install",
        "apt-get install -y é=é",
        "apt-get install -y redis*",
        "apt-get install -y *",
        "apt-get install -y *=1",
    ] {
        assert_eq!(after(command, "/var/lib/redis"), None, "{command}");
    }
}

#[test]
fn what_the_build_made_before_stays() {
    let mut files = Files::default();
    files.put("/var/lib/redis", Node::folder(0o777, None));
    run("apt-get install redis-server", &mut files);
    assert_eq!(
        files.get("/var/lib/redis").map(|node| node.mode),
        Some(0o777)
    );
}

#[test]
fn every_package_has_a_source_and_says_something_of_absolute_paths() {
    for family in [&DEBIAN, &ALPINE, &REDHAT] {
        for package in &family.packages {
            let name = &package.names;
            assert!(!package.source.is_empty(), "{name:?}");
            let folders = package.folders.iter().map(|folder| &folder.path);
            let mut paths: Vec<&String> = folders.collect();
            paths.extend(package.files.iter().chain(&package.programs));
            paths.extend(package.links.iter().map(|(at, _)| at));
            assert!(!paths.is_empty(), "{name:?}");
            assert!(paths.iter().all(|path| path.starts_with('/')), "{name:?}");
            let modes = package.folders.iter().map(|folder| folder.mode);
            assert!(
                modes.into_iter().all(|mode| mode & !0o7777 == 0),
                "{name:?}"
            );
        }
    }
}

#[test]
fn no_name_of_a_vendor_stands_twice_in_a_family() {
    for family in [&DEBIAN, &ALPINE, &REDHAT] {
        let of = |p: &'static Package| p.names.iter().map(|name| (name, &p.vendor));
        let names: Vec<_> = family.packages.iter().flat_map(of).collect();
        let one_each: std::collections::HashSet<_> = names.iter().copied().collect();
        assert_eq!(names.len(), one_each.len());
    }
}

#[test]
fn a_vendor_s_package_is_told_from_the_distribution_s_by_where_it_is_fetched_from() {
    let command = "apt-get install -y nginx=1.9.2-1~jessie";
    for (before, there, not_there) in [
        (
            "echo deb http://nginx.org/packages/mainline/debian/ jessie nginx > /etc/apt/sources.list.d/x.list",
            "/var/cache/nginx",
            "/var/lib/nginx",
        ),
        ("apt-get update", "/var/lib/nginx", "/var/cache/nginx"),
    ] {
        let mut files = Files::default();
        run_after(&[before.into()], command, &mut files);
        assert!(files.at(there).is_some(), "{before}: {there}");
        assert!(files.at(not_there).is_none(), "{before}: {not_there}");
    }
}
