//! What images are made for, where their names say it, from `rules/bases/architectures.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::programs::table;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Architectures {
    architecture: Vec<Architecture>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Architecture {
    platform: String,
    images: Vec<String>,
    #[serde(rename = "source")]
    _source: String,
}

static ARCHITECTURES: LazyLock<Vec<Architecture>> = LazyLock::new(|| {
    let table: Architectures = table(
        "bases/architectures.toml",
        include_str!("../../../rules/bases/architectures.toml"),
    );
    table.architecture
});

/// What an image is made for, as FROM --platform says it, if its name tells.
pub fn platform_of(image: &str) -> Option<&'static str> {
    let image = image.split('@').next()?;
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let name = image.split(':').next()?;
    let fits = |pattern: &String| match pattern.contains(':') {
        true => matches(pattern, image),
        false => matches(pattern, name),
    };
    let mut all = ARCHITECTURES.iter();
    let found = all.find(|architecture| architecture.images.iter().any(fits))?;
    Some(&found.platform)
}

/// Whether a pattern of the table, in which `*` is any text, is a name.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, behind)) => name.strip_prefix(before).is_some_and(|rest| {
            let mut ends = rest.char_indices().map(|(at, _)| &rest[at..]).chain([""]);
            ends.any(|end| matches(behind, end))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::platform_of;

    #[test]
    fn names_of_images_for_other_processors_are_known() {
        for (image, platform) in [
            ("arm32v7/debian:buster", Some("linux/arm/v7")),
            ("docker.io/arm64v8/alpine", Some("linux/arm64")),
            (
                "balenalib/raspberrypi4-64-debian:buster",
                Some("linux/arm64"),
            ),
            ("balenalib/raspberrypi3-alpine", Some("linux/arm/v7")),
            ("resin/rpi-raspbian:jessie", Some("linux/arm/v6")),
            ("easypi/alpine-arm", Some("linux/arm")),
            ("multiarch/alpine:armhf-v3.9", Some("linux/arm")),
            ("multiarch/alpine:amd64-v3.9", None),
            ("multiarch/alpine", None),
            ("balenalib/amd64-debian", None),
            ("i386/debian:buster", None),
            ("amd64/debian", None),
            ("debian:buster", None),
            ("dockcross/linux-arm64", None),
            ("", None),
        ] {
            assert_eq!(platform_of(image), platform, "{image}");
        }
    }
}
