use super::super::programs;
use super::*;

/// A command, an environment and files to try a server with.
struct World<'a> {
    argv: Vec<Option<&'a str>>,
    variables: &'a [(&'a str, &'a str)],
    files: &'a [(&'a str, &'a str)],
    built: &'a [&'a str],
}

impl<'a> World<'a> {
    fn new(line: &'a str) -> Self {
        Self {
            argv: line
                .split(' ')
                .map(|w| if w == "?" { None } else { Some(w) })
                .collect(),
            variables: &[],
            files: &[],
            built: &[],
        }
    }

    fn with<T>(&self, ask: impl FnOnce(&'static Server, &Words, &Surroundings) -> T) -> T {
        let variable = |name: &str| {
            let found = self.variables.iter().find(|(n, _)| *n == name)?;
            Some(found.1.to_string())
        };
        let files = |pattern: &str| {
            let (before, after) = pattern.split_once('*').unwrap_or((pattern, ""));
            let whole = !pattern.contains('*');
            self.files
                .iter()
                .filter(|(path, _)| match whole {
                    true => *path == pattern,
                    false => path.starts_with(before) && path.ends_with(after),
                })
                .map(|(path, text)| ConfigFile {
                    path: path.to_string(),
                    text: (*text).into(),
                    ..ConfigFile::default()
                })
                .collect()
        };
        let server = programs().server(&self.argv).expect("a server");
        ask(
            server,
            &self.argv,
            &Surroundings {
                variable: &variable,
                files: &files,
                brought: &|_| None,
                built: &|text| self.built.contains(&text),
            },
        )
    }

    fn listening(&self) -> Listening {
        self.with(|server, argv, around| server.listening(argv, around))
    }

    /// `address:port` of each listener, `?` where it is not known.
    fn shown(&self) -> Vec<String> {
        let show = |setting: &Setting| setting.value.clone().unwrap_or("?".to_string());
        self.listening()
            .listeners
            .iter()
            .map(|l| format!("{}:{}", show(&l.address), show(&l.port)))
            .collect()
    }

    fn tell(&self, port: u16) -> Vec<Tell> {
        self.with(|server, argv, around| {
            let listening = server.listening(argv, around);
            let primary = listening.primary();
            primary.map_or_else(Vec::new, |primary| server.tell(&listening, primary, port))
        })
    }

    fn tell_address(&self, port: u16) -> Vec<Tell> {
        self.with(|server, argv, around| server.tell_address(&server.listening(argv, around), port))
    }

    /// The command after what is told.
    fn after(&self, tells: Vec<Tell>) -> String {
        let mut words: Vec<String> = self
            .argv
            .iter()
            .map(|w| w.unwrap_or("?").to_string())
            .collect();
        for tell in tells {
            match tell {
                Tell::ReplaceWordPart { part, with } => {
                    let word = &mut words[part.index];
                    let range = part.range.unwrap_or(0..word.len());
                    word.replace_range(range, &with);
                }
                Tell::AppendArguments(more) => words.extend(more),
                Tell::SetEnvironment { name, value } => words.insert(0, format!("{name}={value}")),
                other => panic!("{other:?}"),
            }
        }
        words.join(" ")
    }
}

#[test]
fn every_option_that_the_tables_speak_of_takes_its_value() {
    for server in programs().servers() {
        assert!(!server.source.is_empty(), "{}", server.name);
        let valued = server
            .listens
            .iter()
            .filter(|l| l.holds != Holds::Nothing)
            .map(|l| &l.at)
            .chain(server.users.iter().map(|u| &u.at))
            .chain(server.writes.iter().map(|w| &w.at));
        let mut options: Vec<&String> = valued.flat_map(|at| &at.options).collect();
        if let Some(config) = &server.config {
            options.extend(&config.options);
            options.extend(&config.directory_options);
            options.extend(&config.text_options);
            options.extend(&config.setting_options);
        }
        for option in options {
            // With one dash an option may also be told as `--name=value` only.
            let known = server.options.values.contains(option) || server.options.one_dash;
            assert!(known, "{}: {option}", server.name);
        }
    }
}

#[test]
fn names_of_servers_are_their_own() {
    let mut names: Vec<_> = programs().servers().map(|s| &s.name).collect();
    names.sort();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn a_command_is_the_server_that_it_starts() {
    for (line, name) in [
        (
            "/opt/jboss-6.1.0.Final/bin/run.sh --host=0.0.0.0",
            Some("jboss-run"),
        ),
        ("/opt/geoserver/bin/startup.sh", Some("geoserver")),
        (
            "node /home/theia/src-gen/backend/main.js /project",
            Some("theia"),
        ),
        ("/whoami", Some("whoami-server")),
        ("zabbix_proxy --foreground", Some("zabbix-server")),
        ("redis-server", Some("redis")),
        ("/bin/sh -e /usr/bin/couchdb -b", Some("couchdb")),
        ("python3.11 /usr/local/bin/gunicorn a", Some("gunicorn")),
        ("sh -c /usr/bin/couchdb", None),
        ("java -jar /x/jenkins.war", Some("jenkins-war")),
        (
            "java -jar selenium-server-standalone-2.45.0.jar",
            Some("selenium"),
        ),
        ("httpd -f -p 8080", Some("busybox-httpd")),
        (
            "/usr/local/bin/redis-server /x.conf --sentinel",
            Some("redis-sentinel"),
        ),
        ("redis-server --version", None),
        ("python3.11 -u -m http.server 80", Some("http.server")),
        ("python -m SimpleHTTPServer", Some("SimpleHTTPServer")),
        ("python app.py", None),
        ("python3 manage.py runserver 0.0.0.0:8000", Some("django")),
        ("python ./manage.py runserver", Some("django")),
        ("python manage.py migrate", None),
        ("flask run", Some("flask")),
        ("python -m flask run", Some("flask")),
        ("python main.py run", None),
        ("./manage.py runserver", Some("django")),
        ("php-fpm8.3 -F", Some("php-fpm")),
        ("php -S 0.0.0.0:80", Some("php-cli-server")),
        ("php -a", None),
        ("nginx -t", None),
        ("nginx -g daemon_off;", Some("nginx")),
        ("apache2-foreground", Some("apache2")),
        ("httpd-foreground", Some("httpd")),
        ("postgres --single -jE", None),
        ("mysqld --initialize-insecure", None),
        ("caddy run --config /etc/Caddyfile", Some("caddy")),
        ("caddy version", None),
        ("registry serve /etc/config.yml", Some("registry")),
        ("ls", None),
        ("?", None),
    ] {
        let world = World::new(line);
        let found = programs().server(&world.argv).map(|s| s.name.as_str());
        assert_eq!(found, name, "{line}");
    }
    assert!(programs().server(&[]).is_none());
}

#[test]
fn where_it_listens_is_read_from_the_arguments() {
    for (line, expected) in [
        ("redis-server", &["*:6379"][..]),
        ("redis-server --port 8080", &["*:8080"]),
        ("fakes3 -r /data -p 4569", &["*:4569"]),
        ("rqlited -http-addr 0.0.0.0:4001 /data", &["0.0.0.0:4001"]),
        (
            "obfsproxy --data-dir=/d scramblesuit --dest=h:1194 server 0.0.0.0:4911",
            &["0.0.0.0:4911"],
        ),
        (
            "fteproxy --mode server --server_ip 127.0.0.1 --server_port 1",
            &["127.0.0.1:1"],
        ),
        ("fteproxy --client_port 2", &["127.0.0.1:2"]),
        (
            "spiped -d -s [0.0.0.0]:8025 -t x:25 -k /key",
            &["0.0.0.0:8025"],
        ),
        ("/jboss-4.2.3.GA/bin/run.sh -b 0.0.0.0", &["0.0.0.0:8080"]),
        (
            "redis-server --bind 127.0.0.1 ::1 --port 1",
            &["127.0.0.1 ::1:1"],
        ),
        ("redis-server --port ?", &["*:?"]),
        ("redis-server --port 0 --unixsocket /x", &[]),
        ("mongod --bind_ip 127.0.0.1 --port=1", &["127.0.0.1:1"]),
        ("memcached -u daemon -p 1 -l 127.0.0.1", &["127.0.0.1:1"]),
        ("memcached -vp8080", &["*:8080"]),
        ("memcached -s /tmp/x", &[]),
        ("postgres -p 1 -h localhost", &["localhost:1"]),
        (
            "postgres -c port=1 -c listen_addresses=127.0.0.1",
            &["127.0.0.1:1"],
        ),
        ("mysqld --port=1 --bind-address=127.0.0.1", &["127.0.0.1:1"]),
        ("mysqld --skip-networking", &[]),
        ("mysqld --skip-networking=0", &["*:3306"]),
        ("rabbitmq-server", &["*:5672"]),
        ("varnishd -F -a :80,PROXY -f x", &["*:80"]),
        ("gunicorn app:app", &["127.0.0.1:8000"]),
        ("gunicorn -b :80 app:app", &["*:80"]),
        (
            "gunicorn --bind=0.0.0.0:80 -b 127.0.0.1:81 a",
            &["0.0.0.0:80", "127.0.0.1:81"],
        ),
        ("gunicorn -b 0.0.0.0 a", &["0.0.0.0:8000"]),
        ("gunicorn -b unix:/x a", &[]),
        ("gunicorn -b ? a", &["?:?"]),
        ("python -m http.server", &["*:8000"]),
        (
            "python -m http.server 80 --bind 127.0.0.1",
            &["127.0.0.1:80"],
        ),
        ("python manage.py runserver", &["127.0.0.1:8000"]),
        ("python manage.py runserver 80", &["*:80"]),
        ("uvicorn app:app --host 0.0.0.0 --port 80", &["0.0.0.0:80"]),
        ("puma -b tcp://127.0.0.1:80", &["127.0.0.1:80"]),
        ("php -S localhost:80 -t /x", &["localhost:80"]),
        ("mosquitto -p 1", &["?:1"]),
        ("mosquitto", &["?:1883"]),
        (
            "elasticsearch -E http.port=1 -Enetwork.host=0.0.0.0",
            &["0.0.0.0:1"],
        ),
        (
            "consul agent -server -client=0.0.0.0 -http-port 1",
            &["0.0.0.0:1"],
        ),
        (
            "etcd --listen-client-urls http://0.0.0.0:1,http://[::]:2",
            &["0.0.0.0:1", "::2"],
        ),
        ("node server.js", &["?:?"]),
        ("haproxy -f /x", &["?:?"]),
    ] {
        let shown: Vec<String> = World::new(line)
            .shown()
            .into_iter()
            .map(|s| s.replace(":::", "::"))
            .collect();
        assert_eq!(shown, expected, "{line}");
    }
}

#[test]
fn a_word_that_is_not_known_leaves_the_default_in_doubt() {
    for (line, certain) in [
        ("redis-server", true),
        ("redis-server --appendonly yes", true),
        ("redis-server ?", false),
        ("redis-server --loglevel ?", true),
        ("redis-server /etc/redis.conf", false),
        ("memcached ?", false),
        ("memcached -m ?", true),
    ] {
        let listening = World::new(line).listening();
        assert_eq!(listening.listeners[0].port.certain, certain, "{line}");
    }
}

#[test]
fn the_environment_is_read() {
    let world = World {
        variables: &[
            ("PORT", "8080"),
            ("RABBITMQ_NODE_PORT", "1"),
            ("PGPORT", "2"),
        ],
        ..World::new("gunicorn app:app")
    };
    assert_eq!(world.shown(), ["0.0.0.0:8080"]);
    let other = |line| World {
        variables: world.variables,
        ..World::new(line)
    };
    assert_eq!(other("gunicorn -b 127.0.0.1:1 a").shown(), ["127.0.0.1:1"]);
    assert_eq!(other("rabbitmq-server").shown(), ["*:1"]);
    assert_eq!(other("postgres").shown(), ["*:2"]);
    assert_eq!(other("postgres -p 3").shown(), ["*:3"]);
    assert_eq!(other("puma").shown(), ["*:9292"]);
}

#[test]
fn configuration_files_are_read() {
    let files = &[
        ("/r.conf", "bind 127.0.0.1\nport 7\ninclude more.conf\n"),
        ("/more.conf", "port 8\n"),
        ("/etc/nginx/nginx.conf", "http { include conf.d/*.conf; }"),
        (
            "/etc/nginx/conf.d/a.conf",
            "server { listen 80; listen [::]:80; }",
        ),
        ("/etc/nginx/sites-enabled/b", "server { listen 81; }"),
        (
            "/usr/local/apache2/conf/httpd.conf",
            "Listen 80\n<VirtualHost *:80>\n</VirtualHost>\n",
        ),
        (
            "/data/postgresql.conf",
            "port = 7\t\t# what\nlisten_addresses = 'localhost'\n",
        ),
        ("/m.yml", "net:\n  port: 7\n  bindIp: 127.0.0.1\n"),
        (
            "/my.cnf",
            "[client]\nport=1\n[mysqld]\nport = 7\nbind_address=127.0.0.1\n",
        ),
        (
            "/h.cfg",
            "frontend a\n  bind *:80\n  bind :443 ssl crt /x\n",
        ),
        ("/mq.conf", "listener 7 0.0.0.0\nlistener 8\n"),
        (
            "/usr/local/etc/php-fpm.d/www.conf",
            "[www]\nlisten = 127.0.0.1:9000\n",
        ),
    ];
    for (line, expected) in [
        ("redis-server /r.conf", &["127.0.0.1:8"][..]),
        ("redis-server /r.conf --port 9", &["127.0.0.1:9"]),
        ("nginx", &["*:80", "::80"]),
        ("httpd-foreground", &["*:80"]),
        ("postgres -D /data", &["localhost:7"]),
        ("mongod -f /m.yml", &["127.0.0.1:7"]),
        ("mongod --config=/m.yml --bind_ip 0.0.0.0", &["0.0.0.0:7"]),
        ("mysqld --defaults-file=/my.cnf", &["127.0.0.1:7"]),
        ("haproxy -f /h.cfg", &["*:80", "*:443"]),
        ("mosquitto -c /mq.conf", &["0.0.0.0:7", "*:8"]),
        ("php-fpm", &["127.0.0.1:9000"]),
    ] {
        let world = World {
            files,
            ..World::new(line)
        };
        let shown: Vec<String> = world
            .shown()
            .into_iter()
            .map(|s| s.replace(":::", "::"))
            .collect();
        assert_eq!(shown, expected, "{line}");
    }
}

#[test]
fn another_port_is_told_where_the_old_one_was() {
    for (line, expected) in [
        ("redis-server", "redis-server --port 8080 --bind 0.0.0.0"),
        (
            "redis-server --bind 0.0.0.0",
            "redis-server --bind 0.0.0.0 --port 8080",
        ),
        ("redis-server --port 6380", "redis-server --port 8080"),
        ("redis-server --port=6380 x", "redis-server --port=8080 x"),
        ("redis-server --port ?", "redis-server --port 8080"),
        ("mongod", "mongod --port 8080"),
        ("memcached -u x", "memcached -u x -p 8080"),
        ("memcached -vp1", "memcached -vp8080"),
        ("postgres -c port=1", "postgres -c port=8080"),
        ("mysqld", "mysqld --port=8080"),
        ("rabbitmq-server", "RABBITMQ_NODE_PORT=8080 rabbitmq-server"),
        ("gunicorn a:b", "gunicorn a:b -b 0.0.0.0:8080"),
        ("gunicorn -b 127.0.0.1:1 a", "gunicorn -b 127.0.0.1:8080 a"),
        ("gunicorn -b 127.0.0.1 a", "gunicorn -b 127.0.0.1:8080 a"),
        ("gunicorn -b ? a", "gunicorn -b 0.0.0.0:8080 a"),
        ("python -m http.server", "python -m http.server 8080"),
        (
            "python -m http.server 80 --bind x",
            "python -m http.server 8080 --bind x",
        ),
        (
            "python manage.py runserver",
            "python manage.py runserver 0.0.0.0:8080",
        ),
        (
            "registry serve",
            "REGISTRY_HTTP_ADDR=0.0.0.0:8080 registry serve",
        ),
        ("puma -b tcp://[::]:80", "puma -b tcp://[::]:8080"),
        ("php -S 0.0.0.0:80", "php -S 0.0.0.0:8080"),
        ("node server.js", "node server.js"),
    ] {
        let world = World::new(line);
        assert_eq!(world.after(world.tell(8080)), expected, "{line}");
    }
}

#[test]
fn all_addresses_are_told_where_loopback_was() {
    for (line, expected) in [
        ("mongod --bind_ip 127.0.0.1", "mongod --bind_ip 0.0.0.0"),
        ("gunicorn a", "gunicorn a -b 0.0.0.0:8080"),
        ("gunicorn -b localhost:1 a", "gunicorn -b 0.0.0.0:1 a"),
        (
            "mysqld --bind-address=127.0.0.1",
            "mysqld --bind-address=0.0.0.0",
        ),
        ("flask run --port 1", "flask run --port 1 --host 0.0.0.0"),
        ("puma -b tcp://127.0.0.1:1", "puma -b tcp://0.0.0.0:1"),
    ] {
        let world = World::new(line);
        let listening = world.listening();
        assert_eq!(listening.listeners[0].loopback_only(), Some(true), "{line}");
        assert_eq!(world.after(world.tell_address(8080)), expected, "{line}");
    }
}

#[test]
fn a_configuration_is_edited_in_every_place_that_says_the_port() {
    let nginx = "server { listen 80; listen [::]:80; }\nserver { listen 443 ssl; }\n";
    let apache = "Listen 80\n<VirtualHost *:80>\n</VirtualHost>\n";
    for (line, path, text, expected) in [
        (
            "nginx",
            "/etc/nginx/conf.d/default.conf",
            nginx,
            "server { listen 8080; listen [::]:8080; }\nserver { listen 443 ssl; }\n",
        ),
        (
            "httpd-foreground",
            "/usr/local/apache2/conf/httpd.conf",
            apache,
            "Listen 8080\n<VirtualHost *:8080>\n</VirtualHost>\n",
        ),
        (
            "redis-server /r.conf",
            "/r.conf",
            "port 1 # x\n",
            "port 8080 # x\n",
        ),
    ] {
        let files = [(path, text)];
        let world = World {
            files: &files,
            ..World::new(line)
        };
        let mut edits: Vec<_> = world
            .tell(8080)
            .into_iter()
            .map(|tell| match tell {
                Tell::ReplaceConfig {
                    path: at,
                    span,
                    with,
                } => {
                    assert_eq!(at, path);
                    (span, with)
                }
                other => panic!("{other:?}"),
            })
            .collect();
        edits.sort();
        let mut text = text.to_string();
        for (span, with) in edits.into_iter().rev() {
            text.replace_range(span.range(), &with);
        }
        assert_eq!(text, expected, "{line}");
    }
    assert!(matches!(
        World::new("httpd-foreground").tell(8080)[..],
        [Tell::RunAtBuild(_)]
    ));
}

#[test]
fn as_whom_it_is_told_to_run() {
    let files = &[
        ("/etc/nginx/nginx.conf", "user  www-data;\nhttp {}\n"),
        (
            "/h.cfg",
            "global\n  user haproxy\n  chroot /var/lib/haproxy\n",
        ),
    ];
    for (line, expected) in [
        ("mysqld --user=mysql", &[("mysql", Outcome::Warns)][..]),
        ("mysqld", &[]),
        ("memcached -u daemon", &[("daemon", Outcome::Unread)]),
        (
            "gunicorn -u a -g b x",
            &[("a", Outcome::Refuses), ("b", Outcome::Refuses)],
        ),
        ("nginx", &[("www-data", Outcome::Warns)]),
        ("nginx -c /none -g user$app;", &[]),
        (
            "haproxy -f /h.cfg",
            &[
                ("haproxy", Outcome::Refuses),
                ("/var/lib/haproxy", Outcome::Refuses),
            ],
        ),
        ("beanstalkd -u nobody", &[("nobody", Outcome::Refuses)]),
    ] {
        let world = World {
            files,
            ..World::new(line)
        };
        let users = world.with(|server, argv, around| server.users(argv, around));
        let shown: Vec<_> = users
            .iter()
            .map(|u| (u.setting.value.as_deref().unwrap_or("?"), u.outcome))
            .collect();
        assert_eq!(shown, expected, "{line}");
    }
}

#[test]
fn a_directive_in_a_word_is_found_there() {
    let mut world = World::new("nginx -g");
    world.argv.push(Some("daemon off; user app;"));
    let users = world.with(|server, argv, around| server.users(argv, around));
    let SetBy::Argument { option, part } = &users[0].setting.by else {
        panic!("{users:?}");
    };
    assert_eq!((*option, part.text(&world.argv)), (1, Some("app")));
}

#[test]
fn what_it_writes() {
    for (line, kind, path) in [
        ("redis-server", WriteKind::Data, "."),
        ("redis-server --dir /data", WriteKind::Data, "/data"),
        ("mongod", WriteKind::Data, "/data/db"),
        ("mongod --dbpath=/x", WriteKind::Data, "/x"),
        ("postgres -D /x", WriteKind::Data, "/x"),
        ("nginx", WriteKind::Pid, "/run/nginx.pid"),
        ("mysqld --socket=/tmp/s", WriteKind::Socket, "/tmp/s"),
    ] {
        let writes = World::new(line).with(|server, argv, around| server.writes(argv, around));
        let found = writes
            .iter()
            .find(|w| w.kind == kind && w.setting.value.as_deref() == Some(path));
        let found = found.unwrap_or_else(|| panic!("{line}: {writes:?}"));
        assert_eq!(found.private, line.starts_with("postgres"), "{line}");
    }
}

#[test]
fn a_program_is_a_server_where_its_text_says_so() {
    let program = |text: &'static str, line: &'static str, variables| {
        let argv: Vec<Option<&str>> = line.split(' ').map(Some).collect();
        let server = programs().server_where(&argv, &|_| false).expect("one");
        let variable = |name: &str| {
            let found: Option<&(&str, &str)> =
                <[(&str, &str)]>::iter(variables).find(|(n, _)| *n == name);
            found.map(|(_, value)| value.to_string())
        };
        let files = |path: &str| {
            let there = path == "app.py" || path == "app.js";
            let file = there.then(|| ConfigFile {
                path: path.to_owned(),
                text: text.into(),
                ..ConfigFile::default()
            });
            file.into_iter().collect::<Vec<_>>()
        };
        let around = Surroundings {
            variable: &variable,
            files: &files,
            brought: &|_| None,
            built: &|_| false,
        };
        let listening = server.listening(&argv, &around);
        assert!(
            !server.code
                || listening
                    .listeners
                    .iter()
                    .all(|one| server.tell(&listening, one, 8080).is_empty())
        );
        let ports = listening.listeners.iter().map(Listener::port_number);
        ports.collect::<Vec<_>>()
    };
    let flask = "app = Flask(__name__)\napp.run(port=int(os.getenv('PORT', 5000)))";
    assert_eq!(program(flask, "python app.py", &[]), [Some(5000)]);
    let given = &[("PORT", "8080")];
    assert_eq!(program(flask, "python -u app.py", given), [Some(8080)]);
    assert_eq!(program("print('app.run()')", "python app.py", &[]), []);
    let express = "const port = process.env.PORT || 3000;\napp.listen(port, () => {});";
    assert_eq!(program(express, "node app", &[]), [Some(3000)]);
    assert_eq!(program(express, "node app.js", given), [Some(8080)]);
    assert_eq!(program("work();", "node app.js", &[]), [None]);
}

#[test]
fn what_lies_in_an_included_folder_has_the_last_word() {
    let mut world = World::new("mysqld");
    world.files = &[
        (
            "/etc/mysql/my.cnf",
            "[mysqld]\nbind-address = 127.0.0.1\n!includedir /etc/mysql/conf.d/\n",
        ),
        (
            "/etc/mysql/conf.d/own.cnf",
            "[mysqld]\nbind-address = 0.0.0.0\n",
        ),
        (
            "/etc/mysql/conf.d/notes.txt",
            "[mysqld]\nbind-address = 127.0.0.2\n",
        ),
    ];
    let listening = world.listening();
    let primary = listening.primary().expect("one");
    assert_eq!(primary.address.value.as_deref(), Some("0.0.0.0"));
    assert_eq!(primary.loopback_only(), Some(false));
}

#[test]
fn a_setting_names_the_file_that_postgres_reads() {
    let mut world = World::new("postgres -D /data -c config_file=/etc/own.conf");
    world.files = &[
        (
            "/etc/own.conf",
            "port = 6000\nlisten_addresses = 'localhost'\n",
        ),
        ("/data/postgresql.conf", "port = 7000\n"),
    ];
    let listening = world.listening();
    let primary = listening.primary().expect("one");
    assert_eq!(primary.port_number(), Some(6000));
    assert_eq!(primary.loopback_only(), Some(true));
}
