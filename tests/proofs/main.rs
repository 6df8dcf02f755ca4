//! Proofs: what diegolint says of an image, and what its fixes are worth, seen by running it.
//!
//! Contexts in the manner of official images, in `cases/`, are built over the root of Debian and started as
//! a target starts them, without a container engine: with namespaces, capabilities and an overlay of this
//! program's own. They need root, Linux, and what `tests/proofs/install` brings; without that nothing is
//! proven, and it is said. `cargo test` proves what is quick, `-- --include-ignored` all of it, and so does
//! `DIEGOLINT_PROOFS=require`, with which they fail where they cannot run.

mod accounts;
mod case;
mod container;
mod contract;
mod files;
mod image;
mod page;
mod place;
mod prove;
mod stage;
mod stages;
mod traps;

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};

use case::Case;
use place::Place;

/// The targets that each case is proven on.
const TARGETS: &[&str] = &["diego-2015", "cf"];

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(stages::WORD) {
        let mut text = String::new();
        return match std::io::stdin().read_line(&mut text) {
            Ok(_) => ExitCode::from(stage::run(&text)),
            Err(_) => ExitCode::from(125),
        };
    }
    let mut arguments = Arguments::from_args();
    let required = std::env::var("DIEGOLINT_PROOFS").is_ok_and(|value| value == "require");
    arguments.include_ignored |= required;
    let place = match Place::find() {
        Ok(place) => Arc::new(place),
        Err(why) => {
            eprintln!("NOT PROVEN: the proofs did not run: {why}.");
            return if required {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let rows = Arc::new(Mutex::new(Vec::new()));
    let mut trials = traps::trials(&place);
    for case in Case::all().into_iter().map(Arc::new) {
        for target in TARGETS {
            let (place, rows, case) = (place.clone(), rows.clone(), case.clone());
            let quick = case.quick;
            let name = format!("{}::{target}", case.name);
            let trial = Trial::test(name, move || {
                let row = prove::prove(&place, &case, target).map_err(Failed::from)?;
                let mut rows = rows.lock().unwrap_or_else(|broken| broken.into_inner());
                rows.extend(row);
                Ok(())
            });
            trials.push(trial.with_ignored_flag(!quick));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if conclusion.has_failed() {
        return conclusion.exit_code();
    }
    // Only a run of everything can say what the page has to say.
    let whole = arguments.include_ignored && conclusion.num_filtered_out == 0 && !arguments.list;
    if whole {
        let rows = rows.lock().map(|rows| rows.clone()).unwrap_or_default();
        if let Err(why) = page::check(rows) {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
