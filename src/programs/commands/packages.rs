//! Package managers.

use crate::programs::options::Options;
use crate::programs::words::{Words, program_name};

/// Packages that a command installs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packages {
    /// The package manager's name.
    pub manager: String,
    /// The word that says what to do: `install`, `add`.
    pub action: usize,
    /// The words with the packages: as written, with versions and repositories.
    pub names: Vec<usize>,
}

/// The packages that a command of apt-get, apt, aptitude, apk, yum, dnf, microdnf or zypper installs;
/// `None` where it does anything else.
pub fn parse_packages(argv: &Words) -> Option<Packages> {
    let manager = program_name(argv);
    let (options, actions): (&[&str], &[&str]) = match manager {
        "apt-get" | "apt" | "aptitude" => (
            &[
                "-o",
                "--option",
                "-t",
                "--target-release",
                "--default-release",
                "-c",
                "--config-file",
                "-a",
                "--host-architecture",
            ],
            &["install"],
        ),
        "apk" => (
            &[
                "-t",
                "--virtual",
                "-X",
                "--repository",
                "-p",
                "--root",
                "--keys-dir",
                "--repositories-file",
                "--wait",
                "--arch",
                "--cache-dir",
            ],
            &["add"],
        ),
        "yum" | "dnf" | "microdnf" | "tdnf" => (
            &[
                "-c",
                "--config",
                "-x",
                "--exclude",
                "--installroot",
                "-d",
                "-e",
                "-R",
            ],
            &["install", "localinstall", "reinstall"],
        ),
        "zypper" => (
            &[
                "-r",
                "--repo",
                "--from",
                "-R",
                "--root",
                "-t",
                "--type",
                "-D",
                "--reposd-dir",
            ],
            &["install", "in"],
        ),
        _ => return None,
    };
    let found = Options::of(options).scan(argv, 1);
    let (action, names) = found.operands.split_first()?;
    let word = (*argv.get(*action)?)?;
    actions.contains(&word).then(|| Packages {
        manager: manager.to_string(),
        action: *action,
        names: names.to_vec(),
    })
}
