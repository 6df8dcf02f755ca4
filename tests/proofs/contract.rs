//! What images are started under: a target's contract, or that of plain Docker.

use std::sync::Arc;

use diegolint::target::Target;
use diegolint::verify::inside::watch::Request;
use diegolint::verify::{Configuration, Contract};

use diegolint::programs::Question;

/// A target by its name.
pub fn target(name: &str) -> Arc<Target> {
    let target = Target::named(name);
    target.unwrap_or_else(|| panic!("no target {name}")).clone()
}

/// `docker run`: root with the capabilities that Docker leaves it, which are those of Cloud Foundry of
/// today as well, the image's own environment, low ports for everybody, and no health check: that it lives is
/// all.
pub fn docker(image: &Configuration) -> Result<Contract, String> {
    let mut contract = Contract::of(image, &target("cf"))?;
    contract.environment.clone_from(&image.environment);
    contract.ports.clear();
    contract.lowest_unprivileged = 0;
    contract.volumes = Some((0o755, false));
    Ok(contract)
}

/// What is asked of a container under a contract.
pub fn request(contract: &Contract, settles: u64, question: Option<&Question>) -> Request {
    Request {
        ports: contract.ports.clone(),
        loopback: contract.loopback,
        timeout: u64::from(contract.seconds_to_start) * 1000,
        settles,
        question: question.map(|q| (q.send.0.clone(), q.expect.0.clone())),
        answers: None,
    }
}
