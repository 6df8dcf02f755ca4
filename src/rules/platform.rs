//! `platform`: the image is made for other machines than the platform has.

use super::subject::Subject;
use crate::finding::{Certainty, Finding};
use crate::source::Origin;

pub(super) const RULE: &str = "platform";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let image = subject.image;
    let name = image.base_name.as_deref().unwrap_or_default();
    let (origin, message) = if image.is_windows() {
        let message = format!("{name} is an image of Windows");
        (image.base_origin, message)
    } else if let Some((origin, platform)) = chosen(subject) {
        (origin, format!("the image is made for {platform}"))
    } else if let Some(platform) = image.platform_of_base() {
        let message = format!("{name} is an image for {platform}");
        (image.base_origin, message)
    } else {
        return;
    };
    let cells = subject.target.images.platforms.join(", ");
    let message = format!(
        "{message}, and the platform's machines are {cells}: they cannot execute anything in it."
    );
    let mut finding = subject.finding(RULE, origin, message);
    // A variable says so by default, and the build may be told another thing.
    if subject.text(origin.source).slice(origin.span).contains('$') {
        finding.lower();
        finding.certainty = Certainty::Maybe;
    }
    findings.push(finding.help(format!("build it for {cells}")));
}

/// What `--platform` says, and where, if that is none of the target's.
fn chosen<'a>(subject: &Subject<'a>) -> Option<(Origin, &'a str)> {
    let said = subject.image.platform.as_ref()?;
    let platform = Platform::of(&said.value)?;
    let mut known = subject.target.images.platforms.iter();
    let taken =
        known.any(|known| Platform::of(known).is_some_and(|known| platform.runs_on(&known)));
    (!taken).then_some((said.origin?, &*said.value))
}

/// A system and a processor.
#[derive(PartialEq, Eq)]
struct Platform {
    system: String,
    processor: String,
}

impl Platform {
    /// `linux/amd64`, `amd64`, `linux/arm/v7`, `x86_64`. None for a system alone: the processor is the
    /// builder's. What variant of amd64 it is does not matter: the machines of today have all of them.
    fn of(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let mut parts = text.split('/');
        let first = parts.next()?;
        let (system, processor) = match parts.next() {
            Some(processor) => (first, processor),
            None if first == "windows" => (first, "amd64"),
            None if ["linux", "local"].contains(&first) => return None,
            None => ("linux", first),
        };
        let processor = match processor {
            "x86_64" | "x86-64" => "amd64",
            "i386" | "i486" | "i586" | "i686" => "386",
            other => other,
        };
        Some(Self {
            system: system.to_owned(),
            processor: processor.to_owned(),
        })
    }

    /// Whether what is made for this runs there: amd64 executes what is made for 386.
    fn runs_on(&self, machine: &Platform) -> bool {
        let smaller = self.processor == "386" && machine.processor == "amd64";
        self.system == machine.system && (self.processor == machine.processor || smaller)
    }
}

#[cfg(test)]
mod tests {
    use super::Platform;

    #[test]
    fn a_platform_is_the_same_by_every_way_to_write_it() {
        let machine = Platform::of("linux/amd64").unwrap();
        let runs = |text| Platform::of(text).map(|platform| platform.runs_on(&machine));
        for text in [
            "amd64",
            "linux/x86_64",
            "LINUX/AMD64",
            "linux/amd64/v2",
            "386",
        ] {
            assert_eq!(runs(text), Some(true), "{text}");
        }
        for text in [
            "arm64",
            "linux/arm/v7",
            "aarch64",
            "windows/amd64",
            "windows",
        ] {
            assert_eq!(runs(text), Some(false), "{text}");
        }
        assert_eq!(runs("linux"), None);
        assert_eq!(runs("local"), None);
    }
}
