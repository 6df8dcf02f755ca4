//! What makes a verifier lie: each of these is healthy to who asks carelessly.

use super::bench::{Files, bench};
use super::contexts::{SERVE, serving};

#[test]
fn a_low_port_needs_a_privilege() {
    let Some(bench) = bench() else { return };
    let serve = |user: &str| {
        let dockerfile = format!(
            "FROM BASE\nCOPY speak /\nEXPOSE 80\n{user}CMD [\"/speak\", \"0.0.0.0\", \"80\", \"x\"]\n"
        );
        Files::new(&dockerfile).with("speak", SERVE)
    };
    let cf = ["app", "--target", "cf"];
    for user in ["USER games\n", "USER 2000:2000\n"] {
        bench.verify(&serve(user), &cf).says(
            1,
            &[
                "it ended with status",
                "│ bind to 0.0.0.0:80: Permission denied",
            ],
        );
    }
    bench.verify(&serve(""), &cf).says(0, &["it answers on"]);
}

#[test]
fn a_connection_is_not_enough_where_the_server_says_no() {
    let Some(bench) = bench() else { return };
    let files = serving(r#""0.0.0.0", "8080", "-DENIED protected""#);
    bench.verify(&files, &["app"]).says(0, &["it answers on"]);
    bench
        .verify(
            &files,
            &["app", "--payload", r"PING\r\n", "--expect", "+PONG"],
        )
        .says(
            1,
            &[
                "it accepts connections on",
                ":8080, but to PING it says -DENIED protected",
            ],
        );
    bench
        .verify(&files, &["app", "--payload", r"\q"])
        .says(2, &[r"`\q` is no escape"]);
}

#[test]
fn one_connection_is_not_enough() {
    let Some(bench) = bench() else { return };
    let script = "#!/usr/bin/perl\nuse IO::Socket::INET;\n\
        my $s = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => 8080, Listen => 5) or die;\n\
        $s->accept; print \"no socket\\n\"; exit 3;\n";
    let files = Files::new("FROM BASE\nCOPY once /\nCMD [\"/once\"]\n").with("once", script);
    let verified = bench.verify(&files, &["app"]);
    verified.says(1, &["it ended with status 3", "│ no socket"]);
}

#[test]
fn a_published_port_is_nothing() {
    let Some(bench) = bench() else { return };
    let files = serving(r#""127.0.0.1", "8080", "hello""#);
    let published = [
        "app",
        "--timeout",
        "2",
        "--engine-option=--publish=127.0.0.1::8080",
    ];
    bench
        .verify(&files, &published)
        .says(1, &["nothing answers on port 8080"]);
}

#[test]
fn a_number_has_no_account() {
    let Some(bench) = bench() else { return };
    let script = "#!/usr/bin/perl\nmy @a = getpwuid($<) or die \"nobody knows $<\\n\";\nexec '/speak', \
        '0.0.0.0', '8080', 'x';\n";
    let files = Files::new("FROM BASE\nCOPY start speak /\nUSER 2000:2000\nCMD [\"/start\"]\n")
        .with("start", script)
        .with("speak", SERVE);
    bench
        .verify(&files, &["app", "--target", "cf"])
        .says(1, &["│ nobody knows 2000"]);
    // The platform of 2015 makes its own.
    bench.verify(&files, &["app"]).says(0, &["it answers on"]);
}

#[test]
fn privileges_are_those_of_the_target() {
    let Some(bench) = bench() else { return };
    let script = "#!/bin/sh\ngrep -E '^(Cap|NoNewPrivs)' /proc/self/status\nid\nexit 5\n";
    let of = |user: &str| {
        let dockerfile = format!("FROM BASE\nCOPY start /\n{user}CMD [\"/start\"]\n");
        Files::new(&dockerfile).with("start", script)
    };
    let verify = |files: &Files, target: &str| bench.verify(files, &["app", "--target", target]);
    verify(&of(""), "diego-2015").says(
        1,
        &[
            "CapEff: 0000000000000000",
            "CapBnd: 0000000000000000",
            "NoNewPrivs: 1",
            "vcap",
        ],
    );
    verify(&of(""), "cf").says(1, &["CapBnd: 00000000a80425fb", "CapEff: 00000000a80425fb"]);
    verify(&of("USER games\n"), "cf").says(
        1,
        &[
            "CapPrm: 0000000000000000",
            "CapEff: 0000000000000000",
            "CapAmb: 0000000000000000",
            "NoNewPrivs: 0",
        ],
    );
    verify(&of(""), "openshift").says(1, &["gid=0(root)"]);
}

#[test]
fn who_empties_tmp_takes_the_health_check_away() {
    let Some(bench) = bench() else { return };
    let script = "#!/bin/sh\nrm -rf /tmp/*\nexec /speak 0.0.0.0 8080 hello\n";
    let files = Files::new("FROM BASE\nCOPY speak start /\nCMD [\"/start\"]\n")
        .with("speak", SERVE)
        .with("start", script);
    bench.verify(&files, &["app"]).says(
        1,
        &[
            "it was in /tmp/lifecycle, and the image has removed it",
            "this is wipes-tmp: app/start:2:",
        ],
    );
    bench
        .verify(&files, &["app", "--target", "cf"])
        .says(0, &["it answers on"]);
}

#[test]
fn volumes_are_as_the_platform_makes_them() {
    let Some(bench) = bench() else { return };
    let script = "#!/bin/sh\nstat -c '%n %U %a' /made /new/deep\nid -un; echo ~vcap\nexit 4\n";
    let files = Files::new(
        "FROM BASE\nRUN mkdir /made && chmod 777 /made\nVOLUME /made /new/deep\nCOPY start /\n\
         CMD [\"/start\"]\n",
    )
    .with("start", script);
    bench.verify(&files, &["app"]).says(
        1,
        &[
            "│ /made root 777",
            "│ /new/deep root 755",
            "│ vcap",
            "│ /home/vcap",
        ],
    );
}
