//! Contexts and images of all kinds, and what is said of them.

use serde_json::json;

use super::bench::{Files, bench};

/// A server: it listens on an address and a port, and answers each client with its words.
pub const SERVE: &str = r#"#!/usr/bin/perl
use IO::Socket::INET; $| = 1;
my ($host, $port, $words) = @ARGV;
my $server = IO::Socket::INET->new(LocalAddr => $host, LocalPort => $port, Listen => 5, ReuseAddr => 1)
    or die "bind to $host:$port: $!\n";
print "ready\n";
while (my $client = $server->accept) {
    sysread $client, my $asked, 4096;
    sleep $ENV{WAITS} || 0;
    print $client $words;
    close $client;
}
"#;

/// A context that starts the server with some words.
pub fn serving(words: &str) -> Files {
    let dockerfile = format!("FROM BASE\nCOPY speak /\nCMD [\"/speak\", {words}]\n");
    Files::new(&dockerfile).with("speak", SERVE)
}

#[test]
fn a_fix_is_verified_beside_the_original() {
    let Some(bench) = bench() else { return };
    let files = Files::new(
        "FROM BASE\nRUN mkdir /data && chown games /data\nCOPY speak start /\nEXPOSE 8080\n\
         CMD [\"/start\"]\n",
    )
    .with("speak", SERVE)
    .with(
        "start",
        "#!/bin/sh\nset -e\nchown games /data\ntouch /data/x\nexec /speak 0.0.0.0 8080 hello\n",
    );
    let before = std::fs::read(files.path().join("app/start")).expect("a file");
    bench.verify(&files, &["app"]).says(
        1,
        &[
            "app on diego-2015: not healthy it ended with status 1 after",
            "│ chown: changing ownership of '/data': Operation not permitted",
            "this is runtime-chown: app/start:3:1: chown cannot give files to games",
            "help: give the permission bits at build time instead",
        ],
    );
    bench
        .verify(
            &files,
            &["app", "--fix", "--payload", r"hi\n", "--expect", "hel"],
        )
        .says(
            0,
            &[
                "app on diego-2015: not healthy",
                "app with the fixes of diegolint on diego-2015: healthy it answers on",
                "; to hi it says hello",
                "would apply",
            ],
        );
    let after = std::fs::read(files.path().join("app/start")).expect("a file");
    assert_eq!(before, after);
    // Root may do all of it, on the platform of today.
    let report = bench.report(&files, &["app", "--target", "cf,diego-2015"]);
    assert_eq!(report["healthy"], false);
    assert_eq!(report["results"][0]["healthy"], true);
    assert_eq!(report["results"][1]["verdict"], "ended");
    assert_eq!(report["results"][1]["status"], 1);
    assert_eq!(report["results"][1]["finding"]["rule"], "runtime-chown");
}

#[test]
fn an_image_is_named_by_a_reference() {
    let Some(bench) = bench() else { return };
    let files = serving(r#""0.0.0.0", "8080", "hello""#);
    let tag = "localhost/diegolint-verify-named";
    let context = files.path().join("app");
    let context = context.to_string_lossy();
    let build = bench
        .podman(&["build", "--quiet", "--tag", tag, &context])
        .output();
    assert!(build.expect("podman runs").status.success());
    let output = bench
        .command(files.path(), &[tag])
        .output()
        .expect("it runs");
    let there = bench.podman(&["rmi", tag]).output().expect("podman runs");
    super::bench::Verified::of(&output).says(
        0,
        &["localhost/diegolint-verify-named on diego-2015: healthy"],
    );
    assert!(there.status.success(), "an image that was there is gone");
    bench.verify(&files, &["localhost/no-such-image"]).says(
        2,
        &["error: localhost/no-such-image: there is no such path, and no such image: podman pull:"],
    );
    bench
        .verify(&files, &[tag, "--fix"])
        .says(2, &["what is fixed is a build context, no image"]);
    bench
        .verify(&files, &["./nothing"])
        .says(2, &["error: ./nothing: no such file or folder"]);
}

#[test]
fn what_listens_elsewhere_is_found_there() {
    let Some(bench) = bench() else { return };
    let files = serving(r#""0.0.0.0", "9000", "hello""#);
    let report = bench.report(&files, &["app", "--timeout", "3"]);
    let first = &report["results"][0];
    assert_eq!(first["verdict"], "silent");
    assert_eq!(
        first["silent"],
        json!([{ "port": 8080, "why": "Connection refused" }])
    );
    assert_eq!(
        first["listeners"],
        json!([{ "address": "0.0.0.0", "port": 9000 }])
    );
    // EXPOSE counts on the platform of today, and all of it does.
    let files = Files::new(
        "FROM BASE\nCOPY speak /\nEXPOSE 9000 9001\nCMD [\"/speak\", \"0.0.0.0\", \"9000\", \"x\"]\n",
    )
    .with("speak", SERVE);
    bench
        .verify(&files, &["app", "--target", "cf", "--timeout", "2"])
        .says(
            1,
            &["nothing answers on port 9001", "it listens on 0.0.0.0:9000"],
        );
    let process = [
        "app",
        "--target",
        "cf",
        "--set",
        "health-check-type=process",
    ];
    bench
        .verify(&files, &process)
        .says(0, &["it lives, which is all that is asked of it"]);
}

#[test]
fn a_server_on_loopback_is_not_found() {
    let Some(bench) = bench() else { return };
    let files = serving(r#""127.0.0.1", "8080", "hello""#);
    bench.verify(&files, &["app", "--timeout", "2"]).says(
        1,
        &[
            "nothing answers on port 8080",
            "it listens on 127.0.0.1:8080",
        ],
    );
}

#[test]
fn what_goes_to_the_background_leaves_nothing_behind() {
    let Some(bench) = bench() else { return };
    let script = "#!/bin/sh\n/speak 0.0.0.0 8080 hello &\nsleep 0.2\n";
    let files = Files::new("FROM BASE\nCOPY speak start /\nCMD [\"/start\"]\n")
        .with("speak", SERVE)
        .with("start", script);
    // The platform of 2015 does not mind, and that of today ends the container.
    bench.verify(&files, &["app"]).says(0, &["it answers on"]);
    bench.verify(&files, &["app", "--target", "cf"]).says(
        1,
        &[
            "it ended with status 0 after",
            // A program of one's own may as well do something in the background and end.
            "no finding of check says so",
        ],
    );
}

#[test]
fn what_is_not_looked_up_says_nothing() {
    let Some(bench) = bench() else { return };
    let files = Files::new("FROM BASE\nCMD [\"perl\", \"-e\", \"sleep 100\"]\n");
    bench.verify(&files, &["app", "--timeout", "9"]).says(
        1,
        &[
            "it ended with status 0",
            "it said nothing",
            "this is bare-command: app/Dockerfile:2:",
        ],
    );
}

#[test]
fn what_cannot_be_built_or_started_says_why() {
    let Some(bench) = bench() else { return };
    let files = Files::new("FROM BASE\nARG WORD=no\nRUN echo \"the word is $WORD\" && false\n");
    bench
        .verify(&files, &["app", "--build-arg", "WORD=yes"])
        .says(2, &["error: app: it cannot be built:", "│ the word is yes"]);
    let files = Files::new("FROM BASE\nUSER nobody-knows\nCMD [\"/bin/sleep\", \"9\"]\n");
    bench.verify(&files, &["app", "--target", "cf"]).says(
        1,
        &[
            "the engine finds no such user or group as nobody-knows",
            "this is unknown-user: app/Dockerfile:2:6",
        ],
    );
    let files = Files::new("FROM scratch\nCOPY Dockerfile /\n");
    bench.verify(&files, &["app"]).says(
        1,
        &[
            "the image has neither ENTRYPOINT nor CMD",
            "this is no-command",
        ],
    );
}

#[test]
fn nothing_of_the_image_is_needed() {
    let Some(bench) = bench() else { return };
    // The program that goes into containers is one that needs nothing.
    let files = Files::new("FROM scratch\nCOPY inside /\nEXPOSE 9000\nCMD [\"/inside\", \"start\", \"/\", \"--outlived\", \"--\", \"/nothing\"]\n")
        .with("inside", "");
    std::fs::write(files.path().join("app/inside"), diegolint::verify::INSIDE).expect("a file");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(files.path().join("app/inside"), mode).expect("a mode");
    for target in ["diego-2015", "cf"] {
        let report = bench.report(&files, &["app", "--target", target, "--timeout", "3"]);
        let first = &report["results"][0];
        assert_eq!(first["verdict"], "silent", "{report:#}");
        assert_eq!(first["listeners"], json!([]));
    }
    let process = [
        "app",
        "--target",
        "cf",
        "--set",
        "health-check-type=process",
    ];
    bench.verify(&files, &process).says(0, &["it lives"]);
}

#[test]
fn a_manifest_and_variables_count() {
    let Some(bench) = bench() else { return };
    let manifest = "\
applications:
- name: app
  docker: { image: x }
  command: exec /speak 0.0.0.0 $PORT \"HTTP/1.0 $STATUS Words\r\n\r\n$GREETING\"
  health-check-type: http
  health-check-http-endpoint: /health
  env: { STATUS: 404, GREETING: hello }
";
    let manifest = manifest.replace("\r\n\r\n", r"$(printf '\r\n\r\n.')");
    let files = Files::new("FROM BASE\nCOPY speak /\nCMD [\"/bin/false\"]\n")
        .with("speak", SERVE)
        .with("manifest.yml", &manifest);
    bench.verify(&files, &["app", "--target", "cf"]).says(
        1,
        &[
            "it accepts connections on",
            "but to GET /health HTTP/1.1 it says HTTP/1.0 404 Words",
        ],
    );
    bench
        .verify(&files, &["app", "--target", "cf", "-e", "STATUS=200"])
        .says(0, &["it says HTTP/1.0 200 Words"]);
    bench
        .verify(&files, &["app"])
        .says(1, &["it ended with status 1"]);
}

#[test]
fn a_page_has_to_come_in_time() {
    let Some(bench) = bench() else { return };
    let manifest = "\
applications:
- name: app
  docker: { image: x }
  health-check-type: http
";
    let files = serving(r#""0.0.0.0", "8080", "HTTP/1.0 200 OK""#).with("manifest.yml", manifest);
    let late = ["app", "--target", "cf", "-e", "WAITS=2", "--timeout", "5"];
    bench
        .verify(&files, &late)
        .says(1, &["but to GET / HTTP/1.1 it says nothing"]);
    let patient = format!("{manifest}  health-check-invocation-timeout: 4\n");
    let files = files.with("manifest.yml", &patient);
    bench
        .verify(&files, &late)
        .says(0, &["it says HTTP/1.0 200 OK"]);
}

#[test]
fn a_server_that_is_known_is_asked_what_a_client_asks() {
    let Some(bench) = bench() else { return };
    let script = "#!/usr/bin/perl\nuse IO::Socket::INET;\n\
        my $s = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => $ARGV[1], Listen => 5) or die;\n\
        while (my $c = $s->accept) { sysread $c, my $l, 99; print $c \"$ENV{SAYS} 1.6\\r\\n\"; close $c }\n";
    let files = Files::new(
        "FROM BASE\nCOPY memcached /usr/bin/\nCMD [\"/usr/bin/memcached\", \"-p\", \"8080\"]\n",
    )
    .with("memcached", script);
    bench
        .verify(&files, &["app", "-e", "SAYS=VERSION"])
        .says(0, &["; to version it says VERSION 1.6"]);
    bench.verify(&files, &["app", "-e", "SAYS=ERROR"]).says(
        1,
        &[
            "it accepts connections on",
            "but to version it says ERROR 1.6",
        ],
    );
}
