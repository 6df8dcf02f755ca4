use super::*;

/// Every directive as `section/name [argument][argument]`, after a check that spans hold.
fn shown(format: Format, text: &str) -> Vec<String> {
    parse(format, text)
        .into_iter()
        .map(|directive| {
            let whole = &text[directive.span.range()];
            assert!(!whole.is_empty() && whole.trim() == whole, "{whole:?}");
            let mut line = directive.path.join("/");
            if !line.is_empty() {
                line.push('/');
            }
            line += &directive.name;
            for argument in &directive.arguments {
                let lists = matches!(format, Format::Yaml | Format::Json);
                assert!(directive.span.contains(argument.span) || lists);
                if !text[argument.span.range()].contains('\\') {
                    assert_eq!(text[argument.span.range()], argument.text);
                }
                line += &format!(" [{}]", argument.text);
            }
            line
        })
        .collect()
}

#[test]
fn nginx_blocks_quotes_and_comments() {
    let text = "user  nginx;\n# listen 1;\nhttp {\n  log_format m '$a \"b\" {';\n  server {\n    listen 80 default_server; listen [::]:80;\n    location ~ \\.php$ { return 200 \"a;b\"; }\n    root /x/${name}/y;\n  }\n}\n";
    assert_eq!(
        shown(Format::Nginx, text),
        [
            "user [nginx]",
            "http",
            "http/log_format [m] [$a \"b\" {]",
            "http/server",
            "http/server/listen [80] [default_server]",
            "http/server/listen [[::]:80]",
            "http/server/location [~] [\\.php$]",
            "http/server/location/return [200] [a;b]",
            "http/server/root [/x/${name}/y]",
        ]
    );
    let listen = &parse(Format::Nginx, text)[4];
    assert_eq!(&text[listen.span.range()], "listen 80 default_server;");
    assert_eq!(&text[listen.arguments[0].span.range()], "80");
}

#[test]
fn json_objects_and_lists() {
    let text = r#"{ // a comment
  "server": { "port": 80, "address": ["::", "0.0.0.0"], "debug": true },
  "drivers": [{ "a": "x" }],
  "last": "y"
}"#;
    assert_eq!(
        shown(Format::Json, text),
        [
            "server/port [80]",
            "server/address [::] [0.0.0.0]",
            "server/debug [true]",
            "drivers",
            "drivers/a [x]",
            "last [y]",
        ]
    );
}

#[test]
fn xml_elements_and_attributes() {
    let text = "<?xml version=\"1.0\"?>\n<!-- <port>1</port> -->\n<Server>\n  <Connector port=\"80\" protocol='HTTP/1.1'/>\n  <listen-socket>\n    <port> 8000 </port>\n  </listen-socket>\n</Server>\n";
    assert_eq!(
        shown(Format::Xml, text),
        [
            "Server",
            "Server/Connector",
            "Server/Connector/port [80]",
            "Server/Connector/protocol [HTTP/1.1]",
            "Server/listen-socket",
            "Server/listen-socket/port [8000]",
        ]
    );
}

#[test]
fn the_sites_of_a_caddyfile() {
    for (text, expected) in [
        (":8000\nroot /x\n", &["site [8000]"][..]),
        (
            "{\n  admin off\n}\n(common) {\n  gzip\n}\nexample.org:80, :81 {\n  root * /x\n  route {\n  }\n}\nhttp://a:82 {\n}\n",
            &["site [80]", "site [81]", "site [82]"],
        ),
        ("example.org\nproxy / b:90\n", &["site"]),
        ("# :1\nimport /etc/caddy/*\n", &[]),
    ] {
        assert_eq!(shown(Format::Caddy, text), expected, "{text}");
    }
}

#[test]
fn apache_sections_and_joined_lines() {
    let text = "# Listen 1\nListen 80\n<IfModule ssl_module>\n\tListen 443\n</IfModule>\n<VirtualHost *:80>\n  DocumentRoot \"/var/www/my site\"\n  LogFormat a \\\n    b\n</VirtualHost>\nUser www-data";
    assert_eq!(
        shown(Format::Apache, text),
        [
            "Listen [80]",
            "IfModule [ssl_module]",
            "IfModule/Listen [443]",
            "VirtualHost [*:80]",
            "VirtualHost/DocumentRoot [/var/www/my site]",
            "VirtualHost/LogFormat [a] [b]",
            "User [www-data]",
        ]
    );
}

#[test]
fn objects_and_lines_as_rsyslog_has_them() {
    for (text, expected) in [
        (
            "# $A b\n$ModLoad imtcp # comment\n*.* /var/log/a\n",
            &["$ModLoad [imtcp]", "*.* [/var/log/a]"][..],
        ),
        (
            "module(load=\"imtcp\") input(type=\"imtcp\" port = \"514\") # comment\n$A b\n",
            &[
                "module/load [imtcp]",
                "input/imtcp/type [imtcp]",
                "input/imtcp/port [514]",
                "$A [b]",
            ],
        ),
        (
            "input( # (a) b=\"c\"\n  port=\"é 4\"\n  peers=[\"a\", \"b]\"]\n  type=\"imudp\"\n)\n$A b\n",
            &[
                "input/imudp/port [é 4]",
                "input/imudp/type [imudp]",
                "$A [b]",
            ],
        ),
        ("input(type=\"a\" port=", &["input/a/type [a]"]),
        ("input(type=\"a", &["input/a/type [a]"]),
        ("input(peers=[\"a", &[]),
        ("input(", &[]),
    ] {
        assert_eq!(shown(Format::Rainer, text), expected, "{text}");
    }
}

#[test]
fn sections_of_a_type_as_fluentd_has_them() {
    let text = "<source>\n  @type http\n  port 9880 # comment\n  <transport tls>\n    version a\n  </transport>\n</source>\n<source>\n  port 24224\n  @type forward\n</source>\n<match **>\n  path b\n</match>\n";
    assert_eq!(
        shown(Format::Fluentd, text),
        [
            "source",
            "source/http/@type [http]",
            "source/http/port [9880] [#] [comment]",
            "source/http/transport [tls]",
            "source/http/transport/version [a]",
            "source",
            "source/forward/port [24224]",
            "source/forward/@type [forward]",
            "match [**]",
            "match/path [b]",
        ]
    );
}

#[test]
fn lines_as_redis_has_them() {
    let text = "# port 1\r\nport 6379\r\n\r\nbind 127.0.0.1 ::1\r\nlogfile \"\"\r\nsave 900 1\r\n";
    assert_eq!(
        shown(Format::Lines, text),
        [
            "port [6379]",
            "bind [127.0.0.1] [::1]",
            "logfile []",
            "save [900] [1]"
        ]
    );
}

#[test]
fn ini_sections_as_mysql_and_php_have_them() {
    let text = "[client]\nport=3306\n\n[mysqld]\nuser\t= mysql\nbind-address = 127.0.0.1 # local\nskip-networking\n; port = 1\n!includedir /etc/mysql/conf.d/\nlisten_addresses = '*'\t\t# what\n[www]\nlisten = 127.0.0.1:9000 ; here\n";
    assert_eq!(
        shown(Format::Ini, text),
        [
            "client",
            "client/port [3306]",
            "mysqld",
            "mysqld/user [mysql]",
            "mysqld/bind-address [127.0.0.1]",
            "mysqld/skip-networking",
            "mysqld/!includedir [/etc/mysql/conf.d/]",
            "mysqld/listen_addresses [*]",
            "www",
            "www/listen [127.0.0.1:9000]",
        ]
    );
}

#[test]
fn properties_with_either_sign() {
    assert_eq!(
        shown(
            Format::Properties,
            "## x\nlisteners.tcp.default = 5672\nclientPort=2181\na: b\n"
        ),
        ["listeners.tcp.default [5672]", "clientPort [2181]", "a [b]"]
    );
}

#[test]
fn yaml_maps_dotted_keys_and_lists() {
    let text = "# x\nnet:\n  port: 27017\n  bindIp: \"127.0.0.1\"  # local\nhttp.port: 9200\nnetwork.host: [\"a\"]\nstorage:\n    dbPath: /data/db\nhosts:\n  - a\n  - 'b'\nempty:\n";
    assert_eq!(
        shown(Format::Yaml, text),
        [
            "net",
            "net/port [27017]",
            "net/bindIp [127.0.0.1]",
            "http/port [9200]",
            "network/host [[\"a\"]]",
            "storage",
            "storage/dbPath [/data/db]",
            "hosts [a] [b]",
            "empty",
        ]
    );
}

#[test]
fn haproxy_sections() {
    let text = "global\n    user haproxy # x\n    maxconn 4\n\nfrontend web\n    bind *:80\n    default_backend app\n";
    assert_eq!(
        shown(Format::Haproxy, text),
        [
            "global",
            "global/user [haproxy]",
            "global/maxconn [4]",
            "frontend [web]",
            "frontend/bind [*:80]",
            "frontend/default_backend [app]",
        ]
    );
}

#[test]
fn a_directive_is_found_by_its_innermost_sections() {
    let directive = |path: &[&str], name: &str| Directive {
        path: path.iter().map(|p| p.to_string()).collect(),
        name: name.to_string(),
        arguments: Vec::new(),
        span: Span::default(),
    };
    assert!(directive(&["http", "server"], "listen").is("server/listen"));
    assert!(directive(&["server"], "listen").is("listen"));
    assert!(directive(&["mysqld"], "bind_address").is("mysqld/bind-address"));
    assert!(directive(&[], "LISTEN").is("Listen"));
    assert!(!directive(&[], "listen").is("server/listen"));
    assert!(!directive(&["client"], "port").is("mysqld/port"));
}

#[test]
fn no_text_is_too_odd() {
    let all = [
        Format::Nginx,
        Format::Apache,
        Format::Lines,
        Format::Ini,
        Format::Properties,
        Format::Yaml,
        Format::Haproxy,
        Format::Json,
        Format::Xml,
        Format::Caddy,
    ];
    let deep = "a {".repeat(5000) + "é" + &"}".repeat(6000);
    for text in [
        "",
        "}",
        "{",
        ";",
        "\"",
        "'a",
        "\\",
        "a\\",
        "<",
        "</",
        "<>",
        "[",
        "=",
        ": ",
        ":",
        "- ",
        "-",
        "\u{feff}a b;",
        "é=é",
        "'é': \"é",
        "a: 'b",
        "  #",
        "a\\\r\nb",
        "$",
        "${",
        "\"\\",
        "{\"a\":",
        "{a:[1,\"é",
        "<a b=",
        "<a b='é' c",
        "<!--",
        "a { b\n} é {",
        "http://é:80é",
        &deep,
    ] {
        for format in all {
            for directive in parse(format, text) {
                assert!(text.get(directive.span.range()).is_some(), "{text:?}");
                for argument in directive.arguments {
                    assert!(text.get(argument.span.range()).is_some(), "{text:?}");
                }
            }
        }
    }
}

#[test]
fn supervisor_values_go_on_in_indented_lines() {
    let text = "; x\n[supervisord]\nnodaemon=true ; foreground\n[program:web]\n# command=no\ncommand = gunicorn --bind 127.0.0.1:80;x app\n    --workers 2 ; two\n\n  --log-file -\nuser: www\nautostart\nenvironment=\n";
    assert_eq!(
        shown(Format::Supervisor, text),
        [
            "supervisord",
            "supervisord/nodaemon [true]",
            "program:web",
            "program:web/command [gunicorn --bind 127.0.0.1:80;x app] [--workers 2] [--log-file -]",
            "program:web/user [www]",
            "program:web/autostart",
            "program:web/environment",
        ]
    );
}

#[test]
fn procfile_lines_are_commands() {
    let text = "# web: no\nweb: bundle exec puma -p $PORT\nworker:rake jobs\nnot a line\nempty:\n";
    assert_eq!(
        shown(Format::Procfile, text),
        ["web [bundle exec puma -p $PORT]", "worker [rake jobs]"]
    );
}

#[test]
fn json_objects_are_sections() {
    let text = r#"{"name": "x", "scripts": {"start": "node \"a b\".js", "n": 1, "deep": {"er": null}},
  "files": ["a", {"b": 2}, "c"], "main" : "i.js"}"#;
    assert_eq!(
        shown(Format::Json, text),
        [
            "name [x]",
            "scripts/start [node \"a b\".js]",
            "scripts/n [1]",
            "scripts/deep/er [null]",
            "files [a] [c]",
            "files/b [2]",
            "main [i.js]",
        ]
    );
    for broken in [
        "{",
        "\"",
        "{\"a",
        "{\"a\":\"\\",
        "{\"a\":\"\\u12",
        "]}{",
        "{\"a\":[[[",
        "é\\é",
    ] {
        parse(Format::Json, broken);
    }
}

#[test]
fn an_escape_in_json_is_a_part_of_its_own() {
    let raw = r#"a \"b\" \u00e9"#;
    let parts = unescaped(raw, 10);
    let shown: Vec<_> = parts
        .iter()
        .map(|part| (part.text.as_str(), part.span.range()))
        .collect();
    assert_eq!(
        shown,
        [
            ("a ", 10..12),
            ("\"", 12..14),
            ("b", 14..15),
            ("\"", 15..17),
            (" ", 17..18),
            ("é", 18..24)
        ]
    );
}

#[test]
fn terms_of_erlang_are_pairs_with_names() {
    let text = "%% comment\n[{rabbit, [\n  {tcp_listeners, [5672, {\"127.0.0.1\", 5673}]},\n  {loopback_users, []}]}].\n";
    let found = parse(Format::Erlang, text);
    let listeners = found.iter().find(|d| d.is("rabbit/tcp_listeners"));
    let texts: Vec<&str> = listeners
        .iter()
        .flat_map(|d| &d.arguments)
        .map(|a| a.text.as_str())
        .collect();
    assert_eq!(texts, ["5672", "127.0.0.1:5673"]);
    assert!(
        found
            .iter()
            .any(|d| d.is("loopback_users") && d.arguments.is_empty())
    );
    assert!(parse(Format::Erlang, "[{a, [{{{{\"").len() < 3);
    assert_eq!(
        parse(Format::Erlang, "listeners.tcp.default = 5671\n").len(),
        1
    );
}

#[test]
fn blocks_have_values_with_any_sign() {
    let text = "port: 4222\nhost = \"0.0.0.0\" # all\ncluster {\n  port: 6222\n  routes = [\n  ]\n}\nhttp 8222\n";
    let found = parse(Format::Blocks, text);
    let value = |name: &str| {
        let mut all = found.iter().filter(|d| d.is(name));
        let first = all.next()?.arguments.first()?;
        all.next()
            .is_none()
            .then(|| (first.text.clone(), &text[first.span.range()]))
    };
    assert_eq!(value("/port"), Some(("4222".into(), "4222")));
    assert_eq!(value("cluster/port"), Some(("6222".into(), "6222")));
    assert_eq!(value("/host"), Some(("0.0.0.0".into(), "0.0.0.0")));
    assert_eq!(value("/http"), Some(("8222".into(), "8222")));
}

#[test]
fn an_opening_line_of_haproxy_binds_too() {
    let text = "listen stats :80\n  stats enable\nfrontend web\n  bind *:81\n";
    let found = parse(Format::Haproxy, text);
    let binds: Vec<&str> = found
        .iter()
        .filter(|d| d.is("listen/bind") || d.is("frontend/bind"))
        .filter_map(|d| d.arguments.first())
        .map(|a| &text[a.span.range()])
        .collect();
    assert_eq!(binds, [":80", "*:81"]);
}
