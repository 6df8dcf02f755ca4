//! What makes a verifier lie. Each of these would be called healthy by one that looks less closely, and
//! the test shows that, too: where the trap is not there, the same image comes up.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use diegolint::programs::{Bytes, Question};
use diegolint::verify::inside::watch::Request;
use diegolint::verify::{Contract, RunsAs, Seen, Verdict};
use libtest_mimic::{Failed, Trial};

use crate::container::Container;
use crate::contract::{request, target};
use crate::image::{self, Image};
use crate::place::Place;

type Test = fn(&Place) -> Result<(), String>;

/// A test for each.
pub fn trials(place: &Arc<Place>) -> Vec<Trial> {
    let tests: &[(&str, Test)] = &[
        ("low_port_without_privilege", low_port_without_privilege),
        ("published_port_of_nobody", published_port_of_nobody),
        ("connection_before_the_end", connection_before_the_end),
        ("listener_that_goes", listener_that_goes),
        ("connection_without_service", connection_without_service),
        ("account_without_an_entry", account_without_an_entry),
        (
            "files_that_look_like_ones_own",
            files_that_look_like_ones_own,
        ),
        (
            "setuid_bit_of_somebody_unknown",
            setuid_bit_of_somebody_unknown,
        ),
        ("owner_that_is_not_mapped", owner_that_is_not_mapped),
        ("loopback", loopback),
        ("background", background),
        ("output_that_is_opened_again", output_that_is_opened_again),
        ("bare_command", bare_command),
        ("script_without_interpreter", script_without_interpreter),
        ("directory_that_is_not_there", directory_that_is_not_there),
        ("checker_that_is_taken_away", checker_that_is_taken_away),
        ("volume_of_root", volume_of_root),
        ("capabilities_of_root", capabilities_of_root),
    ];
    let trial = |(name, test): &(&str, Test)| {
        let (place, test) = (place.clone(), *test);
        Trial::test(format!("traps::{name}"), move || {
            test(&place).map_err(Failed::from)
        })
    };
    tests.iter().map(trial).collect()
}

/// A server in Perl, which the base image has: `{}` is what it does with a connection.
const SERVER: &str = r#"#!/usr/bin/perl
use strict; use warnings; use IO::Socket::INET; $| = 1;
my $port = $ENV{LISTEN} // 8080;
my $server = IO::Socket::INET->new(
    LocalAddr => $ENV{ADDRESS} // '0.0.0.0', LocalPort => $port, Listen => 5, ReuseAddr => 1)
    or die "cannot listen on port $port: $!\n";
print "listening\n";
while (my $client = $server->accept) { {} close $client; }
"#;

/// An image with an executable file and what else a Dockerfile says.
fn image(place: &Place, program: &str, rest: &str) -> Result<Image, String> {
    let context = place.scratch()?;
    let path = context.path().join("program");
    fs::write(&path, program).map_err(|error| error.to_string())?;
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(&path, executable).map_err(|error| error.to_string())?;
    let text = format!("FROM debian:bookworm\nCOPY program /program\nCMD [\"/program\"]\n{rest}\n");
    fs::write(context.path().join("Dockerfile"), text).map_err(|error| error.to_string())?;
    image::build(place, context.path())
}

fn server(place: &Place, does: &str, rest: &str) -> Result<Image, String> {
    image(place, &SERVER.replace("{}", does), rest)
}

/// What is seen of an image on a target, which is changed a bit before.
fn see(
    place: &Place,
    image: &Image,
    name: &str,
    question: Option<&Question>,
    change: impl FnOnce(&mut Contract),
) -> Result<(Seen, Verdict), String> {
    let mut contract = Contract::of(&image.configuration, &target(name))?;
    contract.seconds_to_start = 6;
    change(&mut contract);
    let container = Container::start(place, image, &contract, &[])?;
    let seen = container.watch(&request(&contract, 1_500, question));
    let verdict = Verdict::of(&seen, &contract, question);
    Ok((seen, verdict))
}

fn unchanged(_: &mut Contract) {}

/// What holds, or what was seen instead.
fn require(holds: bool, seen: &(Seen, Verdict)) -> Result<(), String> {
    match holds {
        true => Ok(()),
        false => Err(format!("{:?}; {:?}\n{}", seen.1, seen.0.report, seen.0.log)),
    }
}

/// `docker run` lets everybody have low ports, which hides that the platform does not.
fn low_port_without_privilege(place: &Place) -> Result<(), String> {
    let image = server(place, "", "ENV LISTEN=80\nEXPOSE 80\nUSER nobody")?;
    let seen = see(place, &image, "cf", None, unchanged)?;
    let denied = seen
        .0
        .log
        .contains("cannot listen on port 80: Permission denied");
    require(denied && matches!(seen.1, Verdict::Ended { .. }), &seen)?;
    let seen = see(place, &image, "cf", None, |contract| {
        contract.lowest_unprivileged = 0
    })?;
    require(seen.1.is_healthy(), &seen)
}

/// The proxy of a published port accepts connections for a container in which nobody listens.
fn published_port_of_nobody(place: &Place) -> Result<(), String> {
    let proxy = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let published = proxy.local_addr().map_err(|error| error.to_string())?;
    let image = server(place, "", "ENV LISTEN=6379")?;
    let seen = see(place, &image, "diego-2015", None, unchanged)?;
    TcpStream::connect(published).map_err(|error| format!("the proxy: {error}"))?;
    let refused = vec![(8080, "Connection refused".to_owned())];
    require(seen.1 == Verdict::Silent(refused), &seen)?;
    require(seen.0.listeners() == [([0, 0, 0, 0].into(), 6379)], &seen)
}

/// PostgreSQL without a folder for its socket accepts a connection, and dies.
fn connection_before_the_end(place: &Place) -> Result<(), String> {
    let image = server(place, "select(undef, undef, undef, 0.005); exit 1;", "")?;
    let seen = see(place, &image, "diego-2015", None, unchanged)?;
    let ended = matches!(seen.1, Verdict::Ended { status: 1, .. });
    require(ended && seen.0.log.contains("listening"), &seen)
}

/// The same, while the process lives on.
fn listener_that_goes(place: &Place) -> Result<(), String> {
    let image = server(place, "close $server; sleep 60;", "")?;
    let seen = see(place, &image, "diego-2015", None, unchanged)?;
    let died = seen.0.report.as_ref().is_some_and(|report| report.died);
    require(died && matches!(seen.1, Verdict::Silent(_)), &seen)
}

/// Redis in protected mode accepts a connection, and refuses the client.
fn connection_without_service(place: &Place) -> Result<(), String> {
    let does =
        "my $line = <$client>; print $client \"-DENIED Redis is running in protected mode\\r\\n\";";
    let image = server(place, does, "")?;
    let question = Question {
        send: Bytes(b"PING\r\n".to_vec()),
        expect: Bytes(b"+PONG".to_vec()),
    };
    let seen = see(place, &image, "diego-2015", None, unchanged)?;
    require(seen.1.is_healthy(), &seen)?;
    let seen = see(place, &image, "diego-2015", Some(&question), unchanged)?;
    let denied = |reply: &[u8]| reply.starts_with(b"-DENIED");
    require(
        matches!(&seen.1, Verdict::Refuses(reply) if denied(reply)),
        &seen,
    )?;
    let image = server(
        place,
        "my $line = <$client>; print $client \"+PONG\\r\\n\";",
        "",
    )?;
    let seen = see(place, &image, "diego-2015", Some(&question), unchanged)?;
    require(seen.1.is_healthy(), &seen)
}

/// Podman writes an account for a number that the image does not know, and the platform does not; where
/// it makes the account itself, there is one.
fn account_without_an_entry(place: &Place) -> Result<(), String> {
    let asks = "#!/bin/sh\nid -un\necho \"home $HOME\"\nexec /bin/sleep 60\n";
    let numbered = image(place, asks, "USER 2000:2000")?;
    let process = |contract: &mut Contract| contract.ports.clear();
    let seen = see(place, &numbered, "cf", None, process)?;
    let none = seen.0.log.contains("id: cannot find name for user ID 2000");
    require(none && seen.0.log.contains("home /\n"), &seen)?;
    let seen = see(place, &numbered, "diego-2015", None, process)?;
    require(seen.0.log.starts_with("vcap\n"), &seen)
}

/// With one user mapped, as some sandboxes do it, what is root's looks like one's own.
fn files_that_look_like_ones_own(place: &Place) -> Result<(), String> {
    let asks = "#!/bin/sh\nstat -c %u /program\ntouch /x\nmkdir /run/x\necho > /etc/hosts\nexec /bin/sleep 60\n";
    let image = image(place, asks, "")?;
    let seen = see(place, &image, "diego-2015", None, |contract| {
        contract.ports.clear()
    })?;
    let log = &seen.0.log;
    require(log.starts_with("65534\n"), &seen)?;
    require(
        log.contains("touch: cannot touch '/x': Permission denied"),
        &seen,
    )?;
    require(
        log.contains("cannot create directory '/run/x': Permission denied"),
        &seen,
    )?;
    require(
        log.contains("cannot create /etc/hosts: Permission denied"),
        &seen,
    )
}

/// A setuid bit counts where the owner is known, and does not where there are two ids.
fn setuid_bit_of_somebody_unknown(place: &Place) -> Result<(), String> {
    let asks = "#!/bin/sh\necho \"as $(/own-id -u)\"\nexec /bin/sleep 60\n";
    let rest = "RUN cp /usr/bin/id /own-id && chmod 4755 /own-id\nUSER nobody";
    let image = image(place, asks, rest)?;
    let process = |contract: &mut Contract| contract.ports.clear();
    let seen = see(place, &image, "diego-2015", None, process)?;
    require(seen.0.log.contains("as 10000"), &seen)?;
    let seen = see(place, &image, "cf", None, process)?;
    require(seen.0.log.contains("as 0"), &seen)
}

/// The kernel refuses an owner that the namespace does not have before it asks for a privilege, and one
/// that it has because there is none.
fn owner_that_is_not_mapped(place: &Place) -> Result<(), String> {
    let asks =
        "#!/bin/sh\ntouch /tmp/x\nchown daemon /tmp/x\nchown root /tmp/x\nexec /bin/sleep 60\n";
    let image = image(place, asks, "")?;
    let process = |contract: &mut Contract| contract.ports.clear();
    let seen = see(place, &image, "diego-2015", None, process)?;
    let says = |seen: &(Seen, Verdict), words: &str| seen.0.log.matches(words).count();
    require(says(&seen, "'/tmp/x': Invalid argument") == 1, &seen)?;
    require(says(&seen, "'/tmp/x': Operation not permitted") == 1, &seen)?;
    let seen = see(place, &image, "lattice", None, process)?;
    require(says(&seen, "'/tmp/x': Operation not permitted") == 2, &seen)
}

/// Who listens on loopback is found from within, and not by the health check.
fn loopback(place: &Place) -> Result<(), String> {
    let image = server(place, "", "ENV ADDRESS=127.0.0.1")?;
    let seen = see(place, &image, "diego-2015", None, unchanged)?;
    require(matches!(seen.1, Verdict::Silent(_)), &seen)?;
    require(seen.0.listeners() == [([127, 0, 0, 1].into(), 8080)], &seen)?;
    let seen = see(place, &image, "diego-2015", None, |contract| {
        contract.loopback = true
    })?;
    require(seen.1.is_healthy(), &seen)
}

/// A server that goes to the background leaves a container that has ended, but where the platform does not
/// mind as long as it answers.
fn background(place: &Place) -> Result<(), String> {
    let program = SERVER
        .replace("{}", "")
        .replace("print \"listening\\n\";", "exit 0 if fork;");
    let image = image(place, &program, "")?;
    let seen = see(place, &image, "cf", None, unchanged)?;
    require(matches!(seen.1, Verdict::Ended { status: 0, .. }), &seen)?;
    let seen = see(place, &image, "diego-2015", None, unchanged)?;
    require(seen.1.is_healthy(), &seen)
}

/// The pipe of the output belongs to root where the platform has made it so.
fn output_that_is_opened_again(place: &Place) -> Result<(), String> {
    let asks = "#!/bin/sh\necho again > /dev/stdout || echo closed\nexec /bin/sleep 60\n";
    let image = image(place, asks, "USER nobody")?;
    let process = |contract: &mut Contract| contract.ports.clear();
    let seen = see(place, &image, "diego-2015", None, process)?;
    require(
        seen.0
            .log
            .contains("cannot create /dev/stdout: Permission denied"),
        &seen,
    )?;
    let seen = see(place, &image, "cf", None, process)?;
    require(seen.0.log.starts_with("again\n"), &seen)
}

/// A container engine looks commands up, and the launcher of 2015 did not.
fn bare_command(place: &Place) -> Result<(), String> {
    let image = image(
        place,
        "",
        "RUN cp /bin/sleep /usr/local/bin/serve\nCMD [\"serve\", \"60\"]",
    )?;
    let process = |contract: &mut Contract| contract.ports.clear();
    let seen = see(place, &image, "diego-2015", None, process)?;
    require(
        matches!(seen.1, Verdict::Ended { status: 0, .. }) && seen.0.log.is_empty(),
        &seen,
    )?;
    let seen = see(place, &image, "cf", None, process)?;
    require(seen.1.is_healthy(), &seen)
}

/// A shell runs a script without `#!`, and the kernel does not.
fn script_without_interpreter(place: &Place) -> Result<(), String> {
    let image = image(place, "sleep 60\n", "")?;
    let seen = see(place, &image, "cf", None, |contract| contract.ports.clear())?;
    let refused = seen.0.log.contains("exec format error");
    require(
        refused && matches!(seen.1, Verdict::Ended { status: 1, .. }),
        &seen,
    )
}

/// Engines make the working directory, and the launcher of today wants it.
fn directory_that_is_not_there(place: &Place) -> Result<(), String> {
    let asks = "#!/bin/sh\npwd\nexec /bin/sleep 60\n";
    let image = image(place, asks, "WORKDIR /gone\nRUN cd / && rmdir /gone")?;
    let process = |contract: &mut Contract| contract.ports.clear();
    let seen = see(place, &image, "cf", None, process)?;
    let refused = seen.0.log.contains("Couldn't change directories to /gone");
    require(
        refused && matches!(seen.1, Verdict::Ended { status: 1, .. }),
        &seen,
    )?;
    let seen = see(place, &image, "diego-2015", None, process)?;
    require(seen.1.is_healthy() && seen.0.log.starts_with("/\n"), &seen)
}

/// The health check of 2015 lies in /tmp, from where the process can take it away.
fn checker_that_is_taken_away(place: &Place) -> Result<(), String> {
    let wipes = SERVER.replace("print \"listening\\n\";", "system('rm -rf /tmp/*');");
    let image = image(place, &wipes.replace("{}", ""), "")?;
    let seen = see(place, &image, "cf", None, unchanged)?;
    require(seen.1.is_healthy(), &seen)?;
    let mut contract = Contract::of(&image.configuration, &target("diego-2015"))?;
    // Only what is one's own can be taken away from a folder that is everybody's.
    if let RunsAs::Account(account) = &mut contract.runs_as {
        account.uid = 0;
    }
    contract.two_ids = false;
    let mut container = Container::start(place, &image, &contract, &[])?;
    std::thread::sleep(std::time::Duration::from_millis(700));
    let report = container.ask(&Request {
        ports: vec![8080],
        timeout: 1_000,
        ..Request::default()
    });
    match report {
        None => Ok(()),
        Some(report) => Err(format!("{report:?}")),
    }
}

/// What VOLUME names is root's where the platform makes it, whoever would write there.
fn volume_of_root(place: &Place) -> Result<(), String> {
    let asks = "#!/bin/sh\ntouch /data/x\nexec /bin/sleep 60\n";
    let image = image(place, asks, "VOLUME /data")?;
    let seen = see(place, &image, "diego-2015", None, |contract| {
        contract.ports.clear()
    })?;
    require(
        seen.0
            .log
            .contains("touch: cannot touch '/data/x': Permission denied"),
        &seen,
    )
}

/// Root of the platform of today has some of root's privileges, and an account none.
fn capabilities_of_root(place: &Place) -> Result<(), String> {
    let asks = "#!/bin/sh\ngrep Cap /proc/self/status\nmount -t tmpfs x /mnt && echo mounted\nexec /bin/sleep 60\n";
    let root = image(place, asks, "")?;
    let process = |contract: &mut Contract| contract.ports.clear();
    let seen = see(place, &root, "cf", None, process)?;
    require(seen.0.log.contains("CapEff:\t00000000a80425fb"), &seen)?;
    require(seen.0.log.contains("CapBnd:\t00000000a80425fb"), &seen)?;
    require(!seen.0.log.contains("mounted"), &seen)?;
    let nobody = image(place, asks, "USER nobody")?;
    let seen = see(place, &nobody, "cf", None, process)?;
    require(seen.0.log.contains("CapEff:\t0000000000000000"), &seen)?;
    let seen = see(place, &root, "diego-2015", None, process)?;
    require(seen.0.log.contains("CapBnd:\t0000000000000000"), &seen)
}
