//! The program that `diegolint verify` puts into a container: it starts what the platform would start,
//! and asks from within what the health check would ask.
//!
//! It uses the standard library alone and is linked statically, so that it runs in any image, one that is
//! made FROM scratch, too. The build script makes it, and `diegolint` carries it.

mod run;
mod start;
mod watch;

use std::io::{Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    match words.next().as_deref() {
        Some("start") => match start::Start::from_words(words) {
            Some(start) => ExitCode::from(start.run()),
            None => usage(),
        },
        // What is asked comes with the standard input: it may be any bytes.
        Some("watch") => {
            let mut text = String::new();
            let request = match std::io::stdin().read_to_string(&mut text) {
                Ok(_) => watch::Request::read(&text),
                Err(_) => None,
            };
            let Some(request) = request else {
                return usage();
            };
            let report = watch::watch(&request).to_string();
            match std::io::stdout().write_all(report.as_bytes()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::from(74),
            }
        }
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("this program belongs to diegolint verify");
    ExitCode::from(64)
}
